//! Cosignatures: a witness says that it saw a checkpoint, and when. <https://c2sp.org/tlog-cosignature>.
//!
//! Ed25519 with a time (type 0x04) is the only algorithm; lines of other keys are ignored, as the
//! specification asks. The message does not name the witness, so each witness needs a key of its own.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::note::{self, Note, NoteError, SignatureLine};

const KIND: u8 = 4;
/// Eight bytes of time and an Ed25519 signature.
const LENGTH: usize = 8 + 64;

/// Public half of a witness's key with its name, printed as a vkey of type 0x04.
#[derive(Clone, PartialEq, Eq)]
pub struct CosignerKey {
    name: String,
    id: u32,
    key: ed25519_dalek::VerifyingKey,
}

impl CosignerKey {
    fn new(name: &str, key: ed25519_dalek::VerifyingKey) -> Result<Self, NoteError> {
        if !note::is_key_name(name) {
            return Err(NoteError::Key(
                "name is empty or has a space, a plus or a control character",
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            id: note::key_id(name, KIND, key.as_bytes()),
            key,
        })
    }

    /// Name of the witness.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The 32 bytes of the Ed25519 public key: two vkeys with the same are the same witness.
    pub fn public_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// When this witness cosigned a checkpoint, in seconds since 1970; the latest time where it did so
    /// more than once. None if it did not.
    ///
    /// A line that claims to be by this witness and is not is an error, like a wrong signature of the log.
    pub fn verify(&self, note: &Note) -> Result<Option<u64>, NoteError> {
        let claims = note.signatures.iter().filter(|line| self.claims(line));
        let times = claims.map(|line| self.time_of(&note.text, line));
        let times: Option<Vec<u64>> = times.collect();
        times
            .map(|times| times.into_iter().max())
            .ok_or_else(|| NoteError::Wrong(self.name.clone()))
    }

    /// True when the line claims to be by this witness. It may still be false.
    pub fn claims(&self, line: &SignatureLine) -> bool {
        line.name == self.name && line.id == self.id
    }

    /// The time that a line by this witness states for a checkpoint; None if the signature is not its.
    pub fn time_of(&self, text: &str, line: &SignatureLine) -> Option<u64> {
        let (time, signature) = line.signature.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        let signed = crate::strict::verify(&self.key, &message(text, time), signature);
        (line.signature.len() == LENGTH && time <= i64::MAX.cast_unsigned() && signed).then_some(time)
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = note::encode_key(KIND, self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id, *data)
    }
}

impl fmt::Debug for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CosignerKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, id, data) = note::key_parts(text)?;
        let key = Self::new(name, note::take_point(&data, KIND)?)?;
        if key.id == id {
            Ok(key)
        } else {
            Err(NoteError::Key("hash does not match the key"))
        }
    }
}

/// Secret half of a witness's key. Its memory is cleared when it is dropped.
pub struct CosigningKey {
    secret: ed25519_dalek::SigningKey,
    public: CosignerKey,
}

impl CosigningKey {
    /// Makes the key of `name` from 32 bytes that the caller drew at random.
    pub fn generate(name: &str, mut seed: [u8; 32]) -> Result<Self, NoteError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(&seed);
        seed.zeroize();
        let public = CosignerKey::new(name, secret.verifying_key())?;
        Ok(Self { secret, public })
    }

    /// Reads `PRIVATE+KEY+name+hash+base64`.
    pub fn decode(text: &str) -> Result<Self, NoteError> {
        let (name, id, data) = note::secret_parts(text)?;
        let key = Self::generate(name, note::take_key(&data, KIND)?)?;
        if key.public.id == id {
            Ok(key)
        } else {
            Err(NoteError::Key("hash does not match the key"))
        }
    }

    /// Prints what [`CosigningKey::decode`] reads. The text is the secret: for a file of mode 0600.
    pub fn encode(&self) -> Zeroizing<String> {
        let CosignerKey { name, id, .. } = &self.public;
        note::encode_secret(name, *id, KIND, self.secret.as_bytes())
    }

    /// The public half.
    pub fn public(&self) -> &CosignerKey {
        &self.public
    }

    /// Says that the checkpoint with this text was the largest seen at `time`, in seconds since 1970.
    ///
    /// The caller answers for never cosigning two that do not continue each other.
    pub fn cosign(&self, text: &str, time: u64) -> SignatureLine {
        let signature = self.secret.sign(&message(text, time));
        SignatureLine {
            name: self.public.name.clone(),
            id: self.public.id,
            signature: [&time.to_be_bytes()[..], &signature.to_bytes()].concat(),
        }
    }
}

impl fmt::Debug for CosigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CosigningKey({})", self.public)
    }
}

/// What is signed: two lines before the text of the checkpoint.
fn message(text: &str, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Checkpoint;
    use crate::hash::empty_root;
    use crate::note::SigningKey;

    fn key(seed: u8) -> CosigningKey {
        CosigningKey::generate("witness.example/w1", [seed; 32]).unwrap()
    }

    fn checkpoint() -> Note {
        let log = SigningKey::generate("record.example", [7; 32]).unwrap();
        let origin = "record.example".to_owned();
        let signed = Checkpoint {
            origin,
            size: 0,
            root: empty_root(),
        }
        .sign(&log);
        Note::parse(&signed).unwrap()
    }

    fn cosigned(keys: &[(u8, u64)]) -> Note {
        let mut note = checkpoint();
        let lines = keys.iter().map(|(seed, time)| key(*seed).cosign(&note.text, *time));
        let lines: Vec<_> = lines.collect();
        note.signatures.extend(lines);
        note
    }

    #[test]
    fn the_example_of_the_specification_has_the_form_read_here() {
        let line = "\u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";
        let line = SignatureLine::parse(line).unwrap();
        assert_eq!(line.signature.len(), LENGTH);
        assert_eq!(
            u64::from_be_bytes(line.signature[..8].try_into().unwrap()),
            1_679_315_147
        );
        let text = message(
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            1_679_315_147,
        );
        assert!(text.starts_with(b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"));
    }

    #[test]
    fn keys_survive_the_round_trip_and_are_not_keys_of_logs() {
        let key = key(1);
        let vkey = key.public().to_string();
        assert_eq!(vkey.parse(), Ok(key.public().clone()));
        assert_eq!(CosigningKey::decode(&key.encode()).unwrap().public(), key.public());
        assert!(vkey.parse::<crate::VerifierKey>().is_err());
        assert!(SigningKey::decode(&key.encode()).is_err());
        let log = SigningKey::generate("witness.example/w1", [1; 32]).unwrap();
        assert!(log.verifier().to_string().parse::<CosignerKey>().is_err());
        assert!(vkey.replacen('w', "v", 1).parse::<CosignerKey>().is_err());
    }

    #[test]
    fn the_time_is_signed_and_the_latest_counts() {
        let key = key(1);
        assert_eq!(key.public().verify(&cosigned(&[(1, 100)])), Ok(Some(100)));
        assert_eq!(
            key.public().verify(&cosigned(&[(1, 100), (1, 300), (1, 200)])),
            Ok(Some(300))
        );
        let mut note = cosigned(&[(1, 100)]);
        note.signatures[1].signature[7] += 1;
        assert!(key.public().verify(&note).is_err());
        assert!(key.public().verify(&cosigned(&[(1, 1 << 63)])).is_err());
    }

    #[test]
    fn lines_of_other_keys_are_ignored_and_false_ones_are_not() {
        assert_eq!(key(1).public().verify(&checkpoint()), Ok(None));
        assert_eq!(key(1).public().verify(&cosigned(&[(2, 100)])), Ok(None));
        let mut note = cosigned(&[(2, 100)]);
        note.signatures[1].id = key(1).public().id;
        assert!(key(1).public().verify(&note).is_err());
        let mut cut = cosigned(&[(1, 100)]);
        cut.signatures[1].signature.pop();
        assert!(key(1).public().verify(&cut).is_err());
        let mut other = cosigned(&[(1, 100)]);
        other.text = other.text.replace("\n0\n", "\n1\n");
        assert!(key(1).public().verify(&other).is_err());
    }
}

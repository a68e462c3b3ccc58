//! Signed notes and their keys. <https://c2sp.org/signed-note>.
//!
//! Ed25519 (type 0x01) is the only algorithm; lines of other keys are kept and never trusted.
//! A note that parses is not yet a note to believe: the caller says which keys must have signed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::hash::{Hash, sha256};
use crate::strict;

/// Largest note that is read, in bytes.
pub const MAX_NOTE: usize = 1_000_000;
/// Most signature lines that are read; the specification asks for at least 16.
pub const MAX_SIGNATURES: usize = 100;

const ED25519: u8 = 1;
const LINE_START: &str = "\u{2014} ";
const SECRET_START: &str = "PRIVATE+KEY+";

/// Why a note or a key was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The bytes are no note.
    #[error("malformed note: {0}")]
    Malformed(&'static str),
    /// The text is no verifier key, or no signing key.
    #[error("malformed key: {0}")]
    Key(&'static str),
    /// No line is by the key asked for.
    #[error("note has no signature by {0}")]
    Missing(String),
    /// A line claims to be by the key asked for and is not.
    #[error("signature by {0} does not verify")]
    Wrong(String),
}

/// True when `name` may name a key: not empty, no space, no plus sign, no control character.
pub fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// Public half of a key with its name, printed as `name+hash+base64` (a "vkey").
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    fn new(name: &str, key: ed25519_dalek::VerifyingKey) -> Result<Self, NoteError> {
        if !is_key_name(name) {
            return Err(NoteError::Key(
                "name is empty or has a space, a plus or a control character",
            ));
        }
        let id = key_id(name, ED25519, key.as_bytes());
        Ok(Self {
            name: name.to_owned(),
            id,
            key,
        })
    }

    /// Name of the key; of a log key it is the origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// First four bytes of SHA-256(name ‖ LF ‖ type ‖ public key), big-endian.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The 32 bytes of the Ed25519 public key (RFC 8032).
    pub fn public_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// True when `signature` (64 bytes, without the key id) is this key's over `text`.
    ///
    /// Strict: points of small order and non-canonical values are refused, so every verifier agrees.
    pub fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        strict::verify(&self.key, text, signature)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = encode_key(ED25519, self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id, *data)
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, id, data) = key_parts(text)?;
        let key = Self::new(name, take_point(&data, ED25519)?)?;
        if key.id == id {
            Ok(key)
        } else {
            Err(NoteError::Key("hash does not match the key"))
        }
    }
}

/// Secret half of a key with its name. Its memory is cleared when it is dropped.
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    verifier: VerifierKey,
}

impl SigningKey {
    /// Makes the key of `name` from 32 bytes that the caller drew at random.
    pub fn generate(name: &str, mut seed: [u8; 32]) -> Result<Self, NoteError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(&seed);
        seed.zeroize();
        let verifier = VerifierKey::new(name, secret.verifying_key())?;
        Ok(Self { secret, verifier })
    }

    /// Reads `PRIVATE+KEY+name+hash+base64`, the form of golang.org/x/mod/sumdb/note.
    pub fn decode(text: &str) -> Result<Self, NoteError> {
        let (name, id, data) = secret_parts(text)?;
        let key = Self::generate(name, take_key(&data, ED25519)?)?;
        if key.verifier.id == id {
            Ok(key)
        } else {
            Err(NoteError::Key("hash does not match the key"))
        }
    }

    /// Prints what [`SigningKey::decode`] reads. The text is the secret: for a file of mode 0600.
    pub fn encode(&self) -> Zeroizing<String> {
        let VerifierKey { name, id, .. } = &self.verifier;
        encode_secret(name, *id, ED25519, self.secret.as_bytes())
    }

    /// Name of the key.
    pub fn name(&self) -> &str {
        &self.verifier.name
    }

    /// The public half.
    pub fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    /// Signs a note text, which should end in a newline.
    pub fn sign(&self, text: &[u8]) -> SignatureLine {
        let signature = self.secret.sign(text).to_bytes().to_vec();
        SignatureLine {
            name: self.verifier.name.clone(),
            id: self.verifier.id,
            signature,
        }
    }
}

/// Who signs with a key: the key itself, or a process that holds it, which may refuse or be gone.
pub trait Signs: Send + Sync {
    /// The public half.
    fn verifier(&self) -> VerifierKey;

    /// Signs a note text, which should end in a newline.
    fn sign(&self, text: &[u8]) -> Result<SignatureLine, SignError>;

    /// Signs the checkpoint that follows the newest one of a log. `proof` gives the consistency proof between both (RFC 6962,
    /// section 2.1.2), for keys that are where somebody checks it; empty where the one before has no entries.
    fn sign_next(&self, text: &[u8], proof: &dyn Fn() -> Vec<Hash>) -> Result<SignatureLine, SignError> {
        let _ = proof;
        self.sign(text)
    }
}

/// Why a text was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SignError(pub String);

impl Signs for SigningKey {
    fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    fn sign(&self, text: &[u8]) -> Result<SignatureLine, SignError> {
        Ok(Self::sign(self, text))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifier)
    }
}

/// The id of a key of an algorithm.
pub(crate) fn key_id(name: &str, algorithm: u8, public: &[u8; 32]) -> u32 {
    let hash = sha256(&[name.as_bytes(), &[b'\n', algorithm], public].concat()).0;
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// Algorithm and key in base64: the last part of a key's text.
pub(crate) fn encode_key(algorithm: u8, key: &[u8; 32]) -> Zeroizing<String> {
    let mut data = Zeroizing::new([algorithm; 33]);
    data[1..].copy_from_slice(key);
    Zeroizing::new(STANDARD.encode(&data[..]))
}

/// `PRIVATE+KEY+name+hash+base64`.
pub(crate) fn encode_secret(name: &str, id: u32, algorithm: u8, secret: &[u8; 32]) -> Zeroizing<String> {
    let data = encode_key(algorithm, secret);
    Zeroizing::new(format!("{SECRET_START}{name}+{id:08x}+{}", *data))
}

/// Splits what [`encode_secret`] made.
pub(crate) fn secret_parts(text: &str) -> Result<(&str, u32, Zeroizing<Vec<u8>>), NoteError> {
    let rest = text.strip_prefix(SECRET_START);
    key_parts(rest.ok_or(NoteError::Key("does not begin with PRIVATE+KEY+"))?)
}

/// Splits `name+hash+base64`. Names have no plus sign; base64 may.
pub(crate) fn key_parts(text: &str) -> Result<(&str, u32, Zeroizing<Vec<u8>>), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::Key("is not name+hash+key"));
    };
    if id.len() != 8 || !id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(NoteError::Key("hash is not eight hexadecimal digits"));
    }
    let id = u32::from_str_radix(id, 16).map_err(|_| NoteError::Key("hash is not a number"))?;
    let data = STANDARD
        .decode(data)
        .map_err(|_| NoteError::Key("key is not strict base64"))?;
    Ok((name, id, Zeroizing::new(data)))
}

pub(crate) fn take_key(data: &[u8], algorithm: u8) -> Result<[u8; 32], NoteError> {
    if data.first() != Some(&algorithm) {
        return Err(NoteError::Key("is of another algorithm"));
    }
    data[1..].try_into().map_err(|_| NoteError::Key("key is not 32 bytes"))
}

/// The public key behind the byte of its algorithm; weak ones are refused.
pub(crate) fn take_point(data: &[u8], algorithm: u8) -> Result<ed25519_dalek::VerifyingKey, NoteError> {
    let key = ed25519_dalek::VerifyingKey::from_bytes(&take_key(data, algorithm)?)
        .map_err(|_| NoteError::Key("public key is no point of the curve"))?;
    if key.is_weak() {
        Err(NoteError::Key("public key has small order"))
    } else {
        Ok(key)
    }
}

/// One line below a note text: who signed, and the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// Name of the key.
    pub name: String,
    /// Id of the key; with the name it says which key and which algorithm.
    pub id: u32,
    /// The signature without the key id; 64 bytes for Ed25519, never empty.
    pub signature: Vec<u8>,
}

impl SignatureLine {
    /// Reads one line without its newline.
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        let rest = line.strip_prefix(LINE_START);
        let rest = rest.ok_or(NoteError::Malformed("signature line does not begin with an em dash"))?;
        let (name, data) = rest
            .split_once(' ')
            .ok_or(NoteError::Malformed("signature line has no signature"))?;
        if !is_key_name(name) {
            return Err(NoteError::Malformed("name of a key"));
        }
        let data = STANDARD
            .decode(data)
            .map_err(|_| NoteError::Malformed("signature is not strict base64"))?;
        match data.split_first_chunk() {
            Some((id, signature)) if !signature.is_empty() => {
                let id = u32::from_be_bytes(*id);
                Ok(Self {
                    name: name.to_owned(),
                    id,
                    signature: signature.to_vec(),
                })
            }
            _ => Err(NoteError::Malformed("signature is too short")),
        }
    }

    /// True when the line claims to be by `key`. It may still be false.
    pub fn claims(&self, key: &VerifierKey) -> bool {
        self.name == key.name && self.id == key.id
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = STANDARD.encode([&self.id.to_be_bytes(), &self.signature[..]].concat());
        write!(f, "{LINE_START}{} {data}", self.name)
    }
}

/// A text and the signature lines below it, none of them verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is signed; ends in a newline.
    pub text: String,
    /// All lines, in their order.
    pub signatures: Vec<SignatureLine>,
}

impl Note {
    /// Reads a note. What it accepts, [`Note::to_bytes`] prints again byte for byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE {
            return Err(NoteError::Malformed("larger than 1,000,000 bytes"));
        }
        let note = str::from_utf8(bytes).map_err(|_| NoteError::Malformed("not UTF-8"))?;
        // Counted, since `any` looks at one byte after the other.
        if bytes.iter().filter(|b| **b < b' ' && **b != b'\n').count() > 0 {
            return Err(NoteError::Malformed("control character"));
        }
        let split = note
            .rfind("\n\n")
            .ok_or(NoteError::Malformed("no blank line before signatures"))?;
        let (text, lines) = (&note[..=split], &note[split + 2..]);
        let lines = lines
            .strip_suffix('\n')
            .ok_or(NoteError::Malformed("no newline at the end"))?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(NoteError::Malformed("more than 100 signatures"));
        }
        let signatures = lines.split('\n').map(SignatureLine::parse).collect::<Result<_, _>>()?;
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// The bytes of the note.
    pub fn to_bytes(&self) -> Vec<u8> {
        signed(self.text.as_bytes(), &self.signatures)
    }

    /// Requires a line by `key`, and that every line claiming to be by it is true.
    pub fn verify(&self, key: &VerifierKey) -> Result<(), NoteError> {
        let mut claims = self.signatures.iter().filter(|line| line.claims(key)).peekable();
        if claims.peek().is_none() {
            return Err(NoteError::Missing(key.name.clone()));
        }
        if claims.all(|line| key.verify(self.text.as_bytes(), &line.signature)) {
            Ok(())
        } else {
            Err(NoteError::Wrong(key.name.clone()))
        }
    }
}

/// Joins a text (which ends in a newline) and its signature lines to a note.
pub fn signed(text: &[u8], signatures: &[SignatureLine]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    bytes.push(b'\n');
    for line in signatures {
        bytes.extend_from_slice(line.to_string().as_bytes());
        bytes.push(b'\n');
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example key of golang.org/x/mod/sumdb/note, in its documentation for every reader.
    const SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    fn key() -> SigningKey {
        SigningKey::generate("record.example", [7; 32]).unwrap()
    }

    #[test]
    fn keys_are_those_of_the_go_library() {
        let key = SigningKey::decode(SECRET).unwrap();
        assert_eq!(key.verifier().to_string(), PUBLIC);
        assert_eq!(*key.encode(), SECRET);
        assert_eq!(PUBLIC.parse(), Ok(key.verifier()));
    }

    #[test]
    fn the_secret_is_never_printed_by_debug() {
        let shown = format!("{:?}", SigningKey::decode(SECRET).unwrap());
        assert!(shown.contains(PUBLIC));
        assert!(!shown.contains("AYEKFALV"));
        assert!(!shown.contains("129, 10"));
    }

    #[test]
    fn malformed_keys_are_refused() {
        let wrong = [
            "",
            "a+b",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+AhpQ2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
            "PeterNeumann+c74f20a3+ARpc2QcU",
        ];
        for text in wrong {
            assert!(text.parse::<VerifierKey>().is_err(), "{text}");
        }
        assert!(SigningKey::decode(PUBLIC).is_err());
        assert!(SigningKey::generate("two words", [1; 32]).is_err());
    }

    #[test]
    fn weak_public_keys_are_refused() {
        let point = [&[1_u8; 1][..], &[0; 31]].concat();
        let id = key_id("weak", ED25519, &point.clone().try_into().unwrap());
        let text = format!("weak+{id:08x}+{}", STANDARD.encode([&[ED25519], &point[..]].concat()));
        assert_eq!(
            text.parse::<VerifierKey>(),
            Err(NoteError::Key("public key has small order"))
        );
    }

    #[test]
    fn a_note_survives_the_round_trip_and_verifies() {
        let text = "first line\n\nthird — line\n";
        let bytes = signed(text.as_bytes(), &[key().sign(text.as_bytes())]);
        let note = Note::parse(&bytes).unwrap();
        assert_eq!(note.text, text);
        assert_eq!(note.to_bytes(), bytes);
        assert_eq!(note.verify(&key().verifier()), Ok(()));
    }

    #[test]
    fn unknown_lines_are_ignored_and_false_ones_are_not() {
        let other = SigningKey::generate("witness.example", [8; 32]).unwrap();
        let mut lines = vec![other.sign(b"x\n"), key().sign(b"x\n")];
        let note = Note::parse(&signed(b"x\n", &lines)).unwrap();
        assert_eq!(note.verify(&key().verifier()), Ok(()));
        let third = SigningKey::generate("record.example", [9; 32]).unwrap().verifier();
        assert_eq!(note.verify(&third), Err(NoteError::Missing("record.example".into())));
        lines[1].signature[3] ^= 1;
        let note = Note::parse(&signed(b"x\n", &lines)).unwrap();
        assert_eq!(
            note.verify(&key().verifier()),
            Err(NoteError::Wrong("record.example".into()))
        );
    }

    #[test]
    fn malformed_notes_are_refused() {
        let good = signed(b"x\n", &[key().sign(b"x\n")]);
        let text = String::from_utf8(good.clone()).unwrap();
        let wrong = [
            String::new(),
            "x\n\n".into(),
            "x\n".into(),
            text.trim_end().into(),
            format!("{text}\n"),
            text.replace('\u{2014}', "-"),
            text.replace("— ", "—  "),
            text.replace("x\n\n", "x\n"),
            text.replace('x', "\t"),
            text.replace('\n', "\r\n"),
            text.replace("=\n", "\n"),
            format!("{text}— short.example AAAAAA==\n"),
            format!("{text}{}", "— many.example AAAAAAA=\n".repeat(MAX_SIGNATURES)),
        ];
        for text in wrong {
            assert!(Note::parse(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(Note::parse(&[&good[..], &[0xff]].concat()).is_err());
        assert!(Note::parse(&vec![b'\n'; MAX_NOTE + 1]).is_err());
        assert!(Note::parse(&good).is_ok());
    }
}

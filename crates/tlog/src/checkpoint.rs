//! Checkpoints: origin, size and root of a log, signed by it. <https://c2sp.org/tlog-checkpoint>.
//!
//! Extension lines are refused: no monitor can audit them.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;
use crate::note::{self, Note, NoteError, SignError, SigningKey, Signs};
use crate::trust::Trust;

/// What a log commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Identity of the log; also the name of its key. One line, never empty.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree of these entries (RFC 6962, section 2.1).
    pub root: Hash,
}

/// Why a checkpoint was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is no checkpoint.
    #[error("malformed checkpoint: {0}")]
    Malformed(&'static str),
    /// The note around it is malformed, or not signed by the key.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint is of another log than the key.
    #[error("checkpoint is of {found}, not of {wanted}")]
    Origin {
        /// Origin in the text.
        found: String,
        /// Name of the trusted key.
        wanted: String,
    },
}

impl Checkpoint {
    /// Signs with the key of the log. The caller answers for never signing an inconsistent one.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        let text = self.to_string();
        note::signed(text.as_bytes(), &[key.sign(text.as_bytes())])
    }

    /// As [`Self::sign`], with a line by each of these keys, wherever they are; `proof` as for [`Signs::sign_next`].
    pub fn sign_with<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a dyn Signs>,
        proof: &dyn Fn() -> Vec<Hash>,
    ) -> Result<Vec<u8>, SignError> {
        let text = self.to_string();
        let lines = keys.into_iter().map(|key| key.sign_next(text.as_bytes(), proof));
        Ok(note::signed(text.as_bytes(), &lines.collect::<Result<Vec<_>, _>>()?))
    }

    /// Reads a signed checkpoint and believes it only if `key`, whose name is the origin, signed it.
    pub fn open(bytes: &[u8], key: &dyn Trust) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes)?;
        let checkpoint: Self = note.text.parse()?;
        key.verify(&note, checkpoint.size)?;
        if checkpoint.origin == key.name() {
            Ok(checkpoint)
        } else {
            let wanted = key.name().to_owned();
            Err(CheckpointError::Origin {
                found: checkpoint.origin,
                wanted,
            })
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root.to_base64())
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// Reads a note text: three lines, each ended by a newline.
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let text = text
            .strip_suffix('\n')
            .ok_or(CheckpointError::Malformed("no newline at the end"))?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Malformed("not three lines"));
        };
        if origin.is_empty() {
            return Err(CheckpointError::Malformed("origin is empty"));
        }
        let size = decimal(size).ok_or(CheckpointError::Malformed("size is not a plain number"))?;
        let root =
            Hash::from_base64(root).map_err(|_| CheckpointError::Malformed("root is not 32 bytes in strict base64"))?;
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }
}

/// A decimal number without sign and leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::empty_root;

    fn key(name: &str) -> SigningKey {
        SigningKey::generate(name, [7; 32]).unwrap()
    }

    fn example() -> Checkpoint {
        Checkpoint {
            origin: "record.example".into(),
            size: 12,
            root: empty_root(),
        }
    }

    #[test]
    fn a_signed_checkpoint_opens_with_its_key_only() {
        let bytes = example().sign(&key("record.example"));
        assert_eq!(
            Checkpoint::open(&bytes, &key("record.example").verifier()),
            Ok(example())
        );
        let wrong = Checkpoint::open(&bytes, &key("other.example").verifier());
        assert!(matches!(wrong, Err(CheckpointError::Note(NoteError::Missing(_)))));
    }

    #[test]
    fn the_origin_must_be_the_name_of_the_key() {
        let bytes = example().sign(&key("other.example"));
        let opened = Checkpoint::open(&bytes, &key("other.example").verifier());
        assert!(matches!(opened, Err(CheckpointError::Origin { .. })));
    }

    #[test]
    fn malformed_texts_are_refused() {
        let good = example().to_string();
        let wrong = [
            good.trim_end().to_owned(),
            good.replace("12", "012"),
            good.replace("12", "+12"),
            good.replace("12", "-1"),
            good.replace("12", ""),
            good.replace("12", "18446744073709551616"),
            good.replace("record.example", ""),
            good.replace('=', ""),
            format!("{good}extension\n"),
            format!("{good}\n"),
        ];
        for text in wrong {
            assert!(text.parse::<Checkpoint>().is_err(), "{text:?}");
        }
        assert_eq!(good.parse(), Ok(example()));
        let largest = good.replace("12", "18446744073709551615");
        assert_eq!(largest.parse::<Checkpoint>().unwrap().size, u64::MAX);
    }
}

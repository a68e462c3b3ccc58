//! Which keys sign the checkpoints of a log. All of them bear its name; one may follow another.

use std::fmt;

use crate::note::{Note, NoteError, VerifierKey};

/// What a reader of checkpoints believes.
pub trait Trust: fmt::Debug + Send + Sync {
    /// The name of the log, its origin.
    fn name(&self) -> &str;

    /// Requires a line by a key that may sign a checkpoint of this size, and that every line claiming to be by such
    /// a key is true. Lines by others are ignored.
    fn verify(&self, note: &Note, size: u64) -> Result<(), NoteError>;
}

/// One key, for checkpoints of any size.
impl Trust for VerifierKey {
    fn name(&self) -> &str {
        Self::name(self)
    }

    fn verify(&self, note: &Note, _size: u64) -> Result<(), NoteError> {
        note.verify(self)
    }
}

/// A key, and the sizes of checkpoints that it may sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKey {
    /// The key.
    pub key: VerifierKey,
    /// First size.
    pub from: u64,
    /// First size that it may no longer sign.
    pub until: Option<u64>,
}

impl From<VerifierKey> for LogKey {
    fn from(key: VerifierKey) -> Self {
        Self {
            key,
            from: 0,
            until: None,
        }
    }
}

impl LogKey {
    /// True if it may sign a checkpoint of this size.
    pub fn may_sign(&self, size: u64) -> bool {
        self.from <= size && self.until.is_none_or(|until| size < until)
    }
}

/// The keys of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKeys {
    name: String,
    keys: Vec<LogKey>,
}

impl LogKeys {
    /// No key yet.
    pub fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            keys: Vec::new(),
        }
    }

    /// Adds a key, unless it is of another log or there already.
    pub fn add(&mut self, key: impl Into<LogKey>) {
        let key = key.into();
        if key.key.name() == self.name && !self.has(&key.key) {
            self.keys.push(key);
        }
    }

    /// The keys, in the order in which they were added.
    pub fn keys(&self) -> &[LogKey] {
        &self.keys
    }

    /// True for one of them.
    pub fn has(&self, key: &VerifierKey) -> bool {
        self.keys.iter().any(|known| known.key == *key)
    }
}

impl From<VerifierKey> for LogKeys {
    fn from(key: VerifierKey) -> Self {
        Self {
            name: key.name().to_owned(),
            keys: vec![key.into()],
        }
    }
}

impl Trust for LogKeys {
    fn name(&self) -> &str {
        &self.name
    }

    fn verify(&self, note: &Note, size: u64) -> Result<(), NoteError> {
        let mut found = Err(NoteError::Missing(self.name.clone()));
        for known in self.keys.iter().filter(|known| known.may_sign(size)) {
            match note.verify(&known.key) {
                Ok(()) => found = Ok(()),
                Err(NoteError::Missing(_)) => {}
                Err(wrong) => return Err(wrong),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{Checkpoint, CheckpointError};
    use crate::hash::empty_root;
    use crate::note::SigningKey;

    fn key(seed: u8) -> SigningKey {
        SigningKey::generate("record.example", [seed; 32]).unwrap()
    }

    /// The first key signs below 12, the second from 10 on.
    fn keys() -> LogKeys {
        let mut keys = LogKeys::of("record.example");
        keys.add(LogKey {
            until: Some(12),
            ..key(1).verifier().into()
        });
        keys.add(LogKey {
            from: 10,
            ..key(2).verifier().into()
        });
        keys
    }

    fn signed(size: u64, by: &[SigningKey]) -> Vec<u8> {
        let (origin, root) = ("record.example".to_owned(), empty_root());
        let by = by.iter().map(|key| key as &dyn crate::Signs);
        Checkpoint { origin, size, root }.sign_with(by, &Vec::new).unwrap()
    }

    #[test]
    fn a_key_signs_checkpoints_of_its_sizes_only() {
        for (size, by, good) in [
            (9, vec![key(1)], true),
            (9, vec![key(2)], false),
            (10, vec![key(2)], true),
            (11, vec![key(1), key(2)], true),
            (12, vec![key(1)], false),
            (12, vec![key(3), key(2)], true),
            (11, vec![key(3)], false),
        ] {
            let opened = Checkpoint::open(&signed(size, &by), &keys());
            assert_eq!(opened.is_ok(), good, "{size} by {} keys", by.len());
        }
    }

    #[test]
    fn a_false_line_beside_a_true_one_is_refused() {
        let mut note = Note::parse(&signed(11, &[key(1), key(2)])).unwrap();
        note.signatures[1].signature[5] ^= 1;
        let opened = Checkpoint::open(&note.to_bytes(), &keys());
        assert_eq!(
            opened,
            Err(CheckpointError::Note(NoteError::Wrong("record.example".to_owned())))
        );
    }

    #[test]
    fn keys_of_other_logs_are_not_taken() {
        let mut keys = keys();
        keys.add(SigningKey::generate("other.example", [1; 32]).unwrap().verifier());
        keys.add(key(2).verifier());
        assert_eq!(keys.keys().len(), 2);
    }
}

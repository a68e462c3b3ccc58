//! Proof files: one entry, its path and a checkpoint in one text. <https://c2sp.org/tlog-proof>.
//!
//! `extra` holds the entry itself. It need not be trusted: its leaf hash is recomputed from it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Checkpoint, CheckpointError, decimal};
use crate::hash::{Hash, leaf_hash};
use crate::note::MAX_NOTE;
use crate::proof::{self, MAX_PROOF, ProofError};
use crate::trust::Trust;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// A hash in base64, and the end of its line.
const HASH_LINE: usize = 45;
/// Largest proof file that is read, in bytes.
pub const MAX_PROOF_FILE: usize = MAX_NOTE + 200_000;

/// A proof that an entry stands in a log, with nothing verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// The entry (ours always have it); other logs may put anything here.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// Path from the leaf to the root, the leaf's sibling first.
    pub path: Vec<Hash>,
    /// The signed checkpoint, verbatim.
    pub checkpoint: Vec<u8>,
}

/// Why a proof file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// The text is no proof file.
    #[error("malformed proof file: {0}")]
    Malformed(&'static str),
    /// The checkpoint in it was refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The path was refused.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl ProofFile {
    /// Prints the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let extra = self.extra.as_ref().map_or(0, |extra| extra.len().div_ceil(3) * 4);
        let lines = 64 + extra + HASH_LINE * self.path.len();
        let mut text = String::with_capacity(lines + self.checkpoint.len());
        let _ = writeln!(text, "{FIRST_LINE}");
        // Writing to a string cannot fail.
        if let Some(extra) = &self.extra {
            text.push_str("extra ");
            STANDARD.encode_string(extra, &mut text);
            text.push('\n');
        }
        let _ = writeln!(text, "index {}", self.index);
        for hash in &self.path {
            STANDARD.encode_string(hash.0, &mut text);
            text.push('\n');
        }
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.checkpoint);
        bytes
    }

    /// Reads a file. What it accepts, [`ProofFile::to_bytes`] prints again byte for byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFileError> {
        use ProofFileError::Malformed;
        if bytes.len() > MAX_PROOF_FILE {
            return Err(Malformed("larger than 1,200,000 bytes"));
        }
        let text = str::from_utf8(bytes).map_err(|_| Malformed("not UTF-8"))?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(Malformed("no empty line"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(Malformed("does not begin with c2sp.org/tlog-proof@v1"));
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra = extra.map(|line| STANDARD.decode(&line["extra ".len()..])).transpose();
        let extra = extra.map_err(|_| Malformed("extra is not strict base64"))?;
        let index = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .and_then(decimal);
        let index = index.ok_or(Malformed("no line with the index"))?;
        let path: Vec<Hash> = lines
            .take(MAX_PROOF + 1)
            .map(Hash::from_base64)
            .collect::<Result<_, _>>()
            .map_err(|_| Malformed("path is not of 32 bytes in strict base64"))?;
        if path.len() > MAX_PROOF {
            return Err(Malformed("path is longer than 64 hashes"));
        }
        Ok(Self {
            extra,
            index,
            path,
            checkpoint: checkpoint.as_bytes().to_vec(),
        })
    }

    /// Checks the signature by `key` and that `entry` stands at the index; gives the checkpoint.
    pub fn verify(&self, key: &dyn Trust, entry: &[u8]) -> Result<Checkpoint, ProofFileError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        let leaf = leaf_hash(entry);
        proof::verify_inclusion(self.index, checkpoint.size, leaf, &self.path, checkpoint.root)?;
        Ok(checkpoint)
    }

    /// As [`ProofFile::verify`], for the entry that the file itself holds.
    pub fn verify_extra(&self, key: &dyn Trust) -> Result<Checkpoint, ProofFileError> {
        let entry = self.extra.as_ref().ok_or(ProofFileError::Malformed("holds no entry"))?;
        self.verify(key, entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::node_hash;
    use crate::note::SigningKey;

    fn example() -> (ProofFile, SigningKey) {
        let key = SigningKey::generate("record.example", [3; 32]).unwrap();
        let (entry, sibling) = (b"the entry".to_vec(), leaf_hash(b"other"));
        let root = node_hash(sibling, leaf_hash(&entry));
        let checkpoint = Checkpoint {
            origin: "record.example".into(),
            size: 2,
            root,
        }
        .sign(&key);
        (
            ProofFile {
                extra: Some(entry),
                index: 1,
                path: vec![sibling],
                checkpoint,
            },
            key,
        )
    }

    #[test]
    fn a_file_survives_the_round_trip_and_verifies() {
        let (file, key) = example();
        assert_eq!(ProofFile::parse(&file.to_bytes()), Ok(file.clone()));
        assert_eq!(file.verify_extra(&key.verifier()).unwrap().size, 2);
        let bare = ProofFile { extra: None, ..file };
        assert_eq!(ProofFile::parse(&bare.to_bytes()), Ok(bare.clone()));
        assert!(bare.verify(&key.verifier(), b"the entry").is_ok());
    }

    #[test]
    fn another_entry_or_key_is_refused() {
        let (file, key) = example();
        let refused = file.verify(&key.verifier(), b"an entry");
        assert_eq!(refused, Err(ProofFileError::Proof(ProofError::Root)));
        let other = SigningKey::generate("record.example", [4; 32]).unwrap().verifier();
        assert!(matches!(file.verify_extra(&other), Err(ProofFileError::Checkpoint(_))));
        let moved = ProofFile { index: 0, ..file };
        assert!(moved.verify_extra(&key.verifier()).is_err());
    }

    #[test]
    fn malformed_files_are_refused() {
        let (file, _) = example();
        let good = String::from_utf8(file.to_bytes()).unwrap();
        let hash = format!("{}\n", file.path[0].to_base64());
        let wrong = [
            String::new(),
            good.replace("@v1", "@v2"),
            good.replace("index 1", "index 01"),
            good.replace("index 1\n", ""),
            good.replace("extra ", "extra  "),
            good.replace("extra ", "Extra "),
            good.replacen("=\n", "\n", 1),
            good.replace("\n\n", "\n"),
            good.replace(&hash, &hash.repeat(MAX_PROOF + 1)),
        ];
        for text in wrong {
            assert!(ProofFile::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}

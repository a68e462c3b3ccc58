//! Salted commitments: a leaf names a blob without telling anything about it (`docs/spec/entry.md`, section 3).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};
use tlog::hash::{Hash, sha256};

/// Length of a salt in bytes.
pub const SALT: usize = 32;

/// A commitment to bytes under a secret salt, written `c1:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Commitment(pub Hash);

impl Commitment {
    /// SHA-256("chancery/commit/v1\n" ‖ salt ‖ SHA-256(bytes)).
    pub fn of(salt: &[u8; SALT], bytes: &[u8]) -> Self {
        let mut message = b"chancery/commit/v1\n".to_vec();
        message.extend_from_slice(salt);
        message.extend_from_slice(&sha256(bytes).0);
        Self(sha256(&message))
    }
}

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c1:{}", self.0)
    }
}

/// A text is not a commitment.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a commitment: want `c1:` and 64 hexadecimal digits in lower case")]
pub struct BadCommitment;

impl FromStr for Commitment {
    type Err = BadCommitment;

    fn from_str(text: &str) -> Result<Self, BadCommitment> {
        let hash = text.strip_prefix("c1:").and_then(|hex| hex.parse().ok());
        hash.map(Self).ok_or(BadCommitment)
    }
}

impl Serialize for Commitment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let mut text = *b"c1:0000000000000000000000000000000000000000000000000000000000000000";
            text[3..].copy_from_slice(&crate::hex::digits(&self.0));
            serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
        } else {
            self.0.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Commitment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return <[u8; 32]>::deserialize(deserializer).map(|bytes| Self(Hash(bytes)));
        }
        crate::spelled::deserialize(deserializer)
    }
}

/// Bytes with their salt, as they lie in `blob/`: one unlink removes both.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The commitment, which is also the name.
    pub commitment: Commitment,
    /// Salt and bytes.
    pub blob: Vec<u8>,
}

impl Sealed {
    /// Seals bytes under a salt.
    pub fn new(salt: &[u8; SALT], bytes: &[u8]) -> Self {
        let mut blob = salt.to_vec();
        blob.extend_from_slice(bytes);
        Self {
            commitment: Commitment::of(salt, bytes),
            blob,
        }
    }

    /// Length of the bytes without the salt.
    pub fn size(&self) -> u64 {
        (self.blob.len() - SALT) as u64
    }
}

/// The bytes of a blob after checking them against the commitment; `None` if they do not belong to it.
pub fn open<'a>(commitment: &Commitment, blob: &'a [u8]) -> Option<&'a [u8]> {
    let (salt, bytes) = blob.split_first_chunk::<SALT>()?;
    (Commitment::of(salt, bytes) == *commitment).then_some(bytes)
}

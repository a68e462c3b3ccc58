//! The register saved as a derived file, so that start-up does not replay everything.

use super::Register;
use serde::{Deserialize, Serialize};
use tlog::hash::{Hash, sha256};

/// First bytes of a snapshot; changes whenever its form does, and an older one is simply not used.
const MAGIC: &[u8; 24] = b"chancery register snap 8";

/// A register and the root of the log it was folded from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// Root hash of the log at the register's size.
    #[serde(with = "crate::hex")]
    pub root: Hash,
    /// The register.
    pub register: Register,
}

/// A snapshot as it is written.
#[derive(Serialize)]
struct Borrowed<'r> {
    #[serde(with = "crate::hex")]
    root: Hash,
    register: &'r Register,
}

/// A snapshot cannot be used; the register is folded from entries instead.
#[derive(Debug, thiserror::Error)]
pub enum BadSnapshot {
    /// Of another version, or no snapshot.
    #[error("not a snapshot of this version")]
    Version,
    /// Damaged.
    #[error("damaged snapshot")]
    Damaged,
}

impl Snapshot {
    /// Magic, SHA-256 of the rest, the rest.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BadSnapshot> {
        Self::bytes_of(self.root, &self.register)
    }

    /// The bytes of a snapshot of a register that goes on being used; it is not copied.
    pub fn bytes_of(root: Hash, register: &Register) -> Result<Vec<u8>, BadSnapshot> {
        let head = [MAGIC.as_slice(), &[0; 32]].concat();
        let from = head.len();
        let mut bytes = postcard::to_extend(&Borrowed { root, register }, head).map_err(|_| BadSnapshot::Damaged)?;
        let hash = sha256(&bytes[from..]).0;
        bytes[MAGIC.len()..from].copy_from_slice(&hash);
        Ok(bytes)
    }

    /// Reads a snapshot back; everything but intact bytes of this version is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadSnapshot> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(BadSnapshot::Version)?;
        let (hash, body) = rest.split_at_checked(32).ok_or(BadSnapshot::Damaged)?;
        if sha256(body).0 != hash {
            return Err(BadSnapshot::Damaged);
        }
        postcard::from_bytes(body).map_err(|_| BadSnapshot::Damaged)
    }
}

//! Entries that are signed after they are folded, so that one thread composes while another signs.
//!
//! The leaf hash of an entry takes its signature, and the next entry of its mission names that hash. Until an entry is
//! signed a stand-in made of its index takes the place of its leaf hash, in the register and in the entries after it.
//! [`Signing`] puts the hash itself into each entry before it signs it, and in the end into the register.

use super::{Change, ComposeError, Composed, Composer};
use crate::{
    entry::{Body, Content, Entry},
    register::Register,
    seal::Sealed,
};
use tlog::{
    hash::{Hash, leaf_hash},
    note::Signs,
};

/// A composed entry that is not signed yet.
#[derive(Clone, Debug)]
pub struct Late {
    index: u64,
    entry: Entry,
    /// The sealed manifest.
    pub sealed: Option<Sealed>,
}

/// An entry was to be signed out of turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("entry {0} is to be signed first")]
pub struct Early(pub u64);

impl Composer<'_> {
    /// Composes one entry about a document as [`Composer::content`] does, to be signed by [`Signing`]. It is not read back.
    pub fn late(&mut self, change: Change) -> Result<Late, ComposeError> {
        let (entry, sealed) = self.unsigned(&change)?;
        let index = self.register.size();
        self.register.apply(&entry, stand_in(index), change.manifest)?;
        Ok(Late { index, entry, sealed })
    }
}

/// Signs late entries in the order in which they were composed.
#[derive(Debug)]
pub struct Signing {
    /// Index of the first.
    first: u64,
    /// Leaf hashes of those that are signed.
    leaves: Vec<Hash>,
}

impl Signing {
    /// Signs entries from this index on.
    pub fn new(first: u64) -> Self {
        let leaves = Vec::new();
        Self { first, leaves }
    }

    /// Signs the next entry: what [`Composer::content`] would have given.
    pub fn sign(&mut self, late: Late, key: &dyn Signs) -> Result<Composed, ComposeError> {
        if late.index != self.next() {
            return Err(Early(self.next()).into());
        }
        let mut entry = late.entry;
        if let Body::Content(Content { prev, supersedes, .. }) = &mut entry.body {
            for hash in [prev, supersedes].into_iter().flatten() {
                *hash = self.settled(*hash)?;
            }
        }
        let leaf = entry.signed_by(key)?;
        self.leaves.push(leaf_hash(&leaf));
        Ok(Composed {
            leaf,
            sealed: late.sealed,
        })
    }

    /// Puts the leaf hashes into the register that the entries were folded into; all of them must be signed. Until then the
    /// register is not what its entries say.
    pub fn settle(&self, register: &mut Register) -> Result<(), Early> {
        if register.size() != self.next() {
            return Err(Early(self.next()));
        }
        register.settle(|hash| self.settled(hash))
    }

    fn next(&self) -> u64 {
        self.first + self.leaves.len() as u64
    }

    /// The leaf hash for which another may stand in.
    fn settled(&self, hash: Hash) -> Result<Hash, Early> {
        let Some(index) = index_of(&hash) else { return Ok(hash) };
        let at = index.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.leaves.get(at)).copied().ok_or(Early(index))
    }
}

/// No SHA-256 that anybody can find begins with 24 zeros.
fn stand_in(index: u64) -> Hash {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&index.to_be_bytes());
    Hash(bytes)
}

fn index_of(hash: &Hash) -> Option<u64> {
    let (zeros, index) = hash.0.split_last_chunk::<8>()?;
    zeros.iter().all(|byte| *byte == 0).then(|| u64::from_be_bytes(*index))
}

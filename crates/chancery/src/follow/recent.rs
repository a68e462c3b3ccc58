//! What the newest batch brought, kept until its files are surely there.

use record::seal::Commitment;
use std::collections::HashMap;
use tlog::{follower::Batch, hash::Hash};

/// Entries and small blobs of the newest batch. The writer derives all files of one batch before it commits the next, so
/// nothing older is needed.
#[derive(Debug, Default)]
pub(super) struct Recent {
    first: u64,
    entries: Vec<Vec<u8>>,
    blobs: HashMap<Hash, Vec<u8>>,
}

impl Recent {
    /// The last of several batches; blobs of all of them, because none is folded yet.
    pub(super) fn of(batches: &[Batch]) -> Self {
        let Some(last) = batches.last() else {
            return Self::default();
        };
        let blobs = batches.iter().flat_map(|batch| &batch.blobs);
        Self {
            first: last.first,
            entries: last.entries.clone(),
            blobs: blobs.map(|blob| (blob.name, blob.bytes.clone())).collect(),
        }
    }

    /// True if there is nothing to keep.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A blob of the batch: salt and bytes.
    pub(super) fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.blobs.get(&commitment.0).cloned()
    }

    /// An entry of the batch.
    pub(super) fn entry(&self, index: u64) -> Option<&[u8]> {
        let at = usize::try_from(index.checked_sub(self.first)?).ok()?;
        self.entries.get(at).map(Vec::as_slice)
    }
}

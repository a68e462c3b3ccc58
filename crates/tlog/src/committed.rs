//! `.state/committed`: where the log stands, for those who follow it. 128 bytes, written in place.
//!
//! Written after each commit and not synced, so after power loss it may be older than the journal,
//! never newer. A reader that meets it half-written sees a wrong hash and reads again.

use crate::hash::{Hash, sha256};
use crate::journal::Cursor;

/// Path of the file.
pub(crate) const PATH: &str = ".state/committed";
/// Its length in bytes.
pub(crate) const LEN: usize = 128;
const MAGIC: [u8; 8] = *b"tlog-com";

/// The last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Committed {
    /// Size of the log.
    pub(crate) size: u64,
    /// Its root.
    pub(crate) root: Hash,
    /// First size of the segment that holds the last record; the size itself when none does.
    pub(crate) segment: u64,
    /// Where in the segment the last record begins.
    pub(crate) last: u64,
    /// Where in the segment the next record would begin.
    pub(crate) offset: u64,
}

impl Committed {
    /// Where the log stands when its journal is empty.
    pub(crate) fn drained(size: u64, root: Hash) -> Self {
        Self {
            size,
            root,
            segment: size,
            last: 0,
            offset: 0,
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&self.size.to_be_bytes());
        bytes.extend_from_slice(&self.root.0);
        for number in [self.segment, self.last, self.offset] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&sha256(&bytes).0);
        bytes.resize(LEN, 0);
        bytes
    }

    /// None for anything that is not whole.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut at = Cursor(bytes);
        let magic = at.array::<8>()?;
        let (size, root) = (at.u64()?, Hash(at.array()?));
        let (segment, last, offset) = (at.u64()?, at.u64()?, at.u64()?);
        let committed = Self {
            size,
            root,
            segment,
            last,
            offset,
        };
        (magic == MAGIC && committed.encode() == bytes).then_some(committed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_records_are_read() {
        let committed = Committed {
            size: 5,
            root: Hash([3; 32]),
            segment: 2,
            last: 4096,
            offset: 8192,
        };
        let bytes = committed.encode();
        assert_eq!(bytes.len(), LEN);
        assert_eq!(Committed::decode(&bytes), Some(committed));
        for at in 0..LEN {
            let mut wrong = bytes.clone();
            wrong[at] ^= 0x10;
            assert_eq!(Committed::decode(&wrong), None, "byte {at}");
        }
        assert_eq!(Committed::decode(&bytes[..100]), None);
    }
}

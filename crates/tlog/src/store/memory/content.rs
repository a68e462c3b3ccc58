//! The bytes of one file: as reads see them, as the disk has them, and the writes between the two.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::chance::Chance;

/// What the page cache keeps clean or dirty as a whole.
const PAGE: usize = 4096;
/// What a disk writes whole, or may tear.
const SECTOR: usize = 512;

/// How the bytes of a file that were not synced come out of a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tear {
    /// All were written.
    Nothing,
    /// None was.
    All,
    /// Of each sector any of the states it had since, also half of one, and beyond the old end garbage.
    Sectors,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    /// What reads see.
    pub(super) now: Arc<Vec<u8>>,
    /// What is on the disk for sure.
    synced: Arc<Vec<u8>>,
    /// Writes since, in order, cut at pages.
    pending: Vec<Piece>,
}

#[derive(Debug, Clone)]
struct Piece {
    start: usize,
    bytes: Arc<Vec<u8>>,
    part: Range<usize>,
    /// Length of the file after this write.
    len: usize,
    /// A sync that failed left it clean in the page cache: no later sync writes it.
    lost: bool,
}

impl Piece {
    fn page(&self) -> usize {
        self.start / PAGE
    }

    fn end(&self) -> usize {
        self.start + self.part.len()
    }
}

impl Content {
    /// Bytes that are on the disk.
    pub(super) fn synced(bytes: &[u8]) -> Self {
        let now = Arc::new(bytes.to_vec());
        Self {
            synced: Arc::clone(&now),
            now,
            pending: Vec::new(),
        }
    }

    pub(super) fn write(&mut self, offset: usize, bytes: &[u8]) {
        let now = Arc::make_mut(&mut self.now);
        let end = offset + bytes.len();
        if now.len() < end {
            now.resize(end, 0);
        }
        now[offset..end].copy_from_slice(bytes);
        let (len, shared) = (now.len(), Arc::new(bytes.to_vec()));
        let mut at = 0;
        while at < bytes.len() {
            let start = offset + at;
            let part = at..bytes.len().min(at + PAGE - start % PAGE);
            at = part.end;
            let bytes = Arc::clone(&shared);
            self.pending.push(Piece {
                start,
                bytes,
                part,
                len,
                lost: false,
            });
        }
    }

    /// A sync that succeeds: every dirty page is on the disk as it is now.
    pub(super) fn sync(&mut self) {
        if self.pending.iter().all(|piece| !piece.lost) {
            self.synced = Arc::clone(&self.now);
            self.pending.clear();
            return;
        }
        let dirty = self.pending.iter().filter(|piece| !piece.lost);
        let pages: BTreeSet<usize> = dirty.map(Piece::page).collect();
        let synced = Arc::make_mut(&mut self.synced);
        for page in &pages {
            let part = page * PAGE..self.now.len().min((page + 1) * PAGE);
            if synced.len() < part.end {
                synced.resize(part.end, 0);
            }
            synced[part.clone()].copy_from_slice(&self.now[part]);
        }
        self.pending.retain(|piece| !pages.contains(&piece.page()));
    }

    /// A sync that fails: the page cache takes the bytes for written, the disk may not have them.
    pub(super) fn lose(&mut self) {
        self.pending.iter_mut().for_each(|piece| piece.lost = true);
    }

    /// The power fails.
    pub(super) fn cut(&mut self, tear: Tear, chance: &mut Chance) {
        if self.pending.is_empty() {
            return;
        }
        match tear {
            Tear::Nothing => {}
            Tear::All => self.now = Arc::clone(&self.synced),
            Tear::Sectors => self.now = Arc::new(self.torn(chance)),
        }
        self.synced = Arc::clone(&self.now);
        self.pending.clear();
    }

    fn torn(&self, chance: &mut Chance) -> Vec<u8> {
        let mut disk = self.synced.to_vec();
        let old = disk.len();
        let lens = self.pending.iter().map(|piece| piece.len).chain([old]);
        let lens: Vec<usize> = lens.collect();
        disk.resize(lens[chance.below(lens.len())], 0);
        if chance.once_in(4) {
            disk[old..].iter_mut().for_each(|byte| *byte = 0xd3);
        }
        for (sector, pieces) in self.sectors() {
            let kept = chance.below(pieces.len() + 1);
            let half = chance.once_in(8);
            for (n, piece) in pieces[..kept].iter().enumerate() {
                let start = piece.start.max(sector * SECTOR);
                let mut end = piece.end().min((sector + 1) * SECTOR).min(disk.len());
                if half && n + 1 == kept && start < end {
                    end = start + chance.below(end - start);
                }
                if start < end {
                    let from = piece.part.start + start - piece.start;
                    disk[start..end].copy_from_slice(&piece.bytes[from..from + end - start]);
                }
            }
        }
        disk
    }

    /// The writes that touch each sector, in order.
    fn sectors(&self) -> BTreeMap<usize, Vec<&Piece>> {
        let mut sectors: BTreeMap<usize, Vec<&Piece>> = BTreeMap::new();
        for piece in &self.pending {
            for sector in piece.start / SECTOR..piece.end().div_ceil(SECTOR) {
                sectors.entry(sector).or_default().push(piece);
            }
        }
        sectors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(content: &Content) -> BTreeSet<Vec<u8>> {
        let cut = |seed| {
            let mut copy = content.clone();
            copy.cut(Tear::Sectors, &mut Chance::new(seed));
            copy.now.to_vec()
        };
        (0..400).map(cut).collect()
    }

    #[test]
    fn what_was_synced_stays_and_the_rest_is_any_mixture() {
        let mut content = Content::synced(&[1; 1024]);
        assert_eq!(states(&content).len(), 1);
        content.write(0, &[2; 1024]);
        content.write(512, &[3; 512]);
        let states = states(&content);
        let whole = |a, b| [[a; 512], [b; 512]].concat();
        for state in [whole(1, 1), whole(2, 1), whole(1, 2), whole(1, 3), whole(2, 3)] {
            assert!(states.contains(&state));
        }
        assert!(
            states
                .iter()
                .any(|state| state[..512].iter().any(|byte| *byte != state[0]))
        );
        content.sync();
        content.cut(Tear::All, &mut Chance::new(1));
        assert_eq!(*content.now, whole(2, 3));
    }

    #[test]
    fn a_failed_sync_is_not_mended_by_the_next() {
        let mut content = Content::synced(&[1; 9000]);
        content.write(10, &[2; 10]);
        content.write(5000, &[2; 10]);
        content.lose();
        content.write(100, &[4; 10]);
        content.sync();
        assert_eq!((content.now[10], content.now[5000]), (2, 2));
        content.cut(Tear::All, &mut Chance::new(1));
        // The page that was written again is on the disk whole; the other is not.
        assert_eq!((content.now[10], content.now[100], content.now[5000]), (2, 4, 1));
    }

    #[test]
    fn a_new_file_may_be_empty_short_or_garbage() {
        let mut content = Content::default();
        content.write(0, &[7; 1000]);
        let states = states(&content);
        assert!(states.contains(&Vec::new()));
        assert!(states.contains(&vec![7; 1000]));
        assert!(states.contains(&vec![0; 1000]));
        assert!(states.contains(&vec![0xd3; 1000]));
    }
}

//! What a log has ahead of its checkpoint: entries that its journal holds, and the files that these lead to.
//!
//! While a commit is under way, and after a crash until the next writer, files lie beyond the checkpoint that are no fault.
//! Which ones they are only the journal can say.

use std::collections::HashSet;

use crate::checkpoint::Checkpoint;
use crate::derive::blob_path;
use crate::hash::Hash;
use crate::journal::{Found, read_record, segment_path, segments};
use crate::store::{Disk, StoreError};
use crate::tile::Tile;
use crate::trust::Trust;

/// Committed entries above a size, as far as files can be of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ahead {
    /// Number of entries committed; 0 when the journal holds none above the size asked about.
    pub size: u64,
    /// Names of the blobs that were committed with them.
    pub blobs: HashSet<Hash>,
}

impl Ahead {
    /// Reads the journal above `from` entries. Records count whose checkpoint `key` signed, so that nobody else can
    /// excuse a file. A segment that a writer removes meanwhile holds nothing above the checkpoint of then.
    pub fn of(disk: &dyn Disk, key: &dyn Trust, from: u64) -> Result<Self, StoreError> {
        let mut ahead = Self::default();
        for first in segments(disk)? {
            ahead.segment(disk, key, first, from)?;
        }
        Ok(ahead)
    }

    fn segment(&mut self, disk: &dyn Disk, key: &dyn Trust, first: u64, from: u64) -> Result<(), StoreError> {
        let Some(file) = disk.open(&segment_path(first), false)? else {
            return Ok(());
        };
        let mut offset = 0;
        while let Found::Record(record, len) = read_record(&*file, offset)? {
            offset += len;
            let signed = Checkpoint::open(&record.checkpoint, key);
            if record.new_size > from && signed.is_ok_and(|signed| signed.size == record.new_size) {
                self.size = self.size.max(record.new_size);
                self.blobs.extend(record.blobs.iter().map(|blob| blob.name));
                self.blobs.extend(&record.big);
            }
        }
        Ok(())
    }

    /// True for the path of a tile, a checkpoint or a blob of these entries.
    pub fn explains(&self, path: &str) -> bool {
        if let Some((folder, name)) = path.rsplit_once('/')
            && ["checkpoints", crate::cosigned::COSIGNED].contains(&folder)
        {
            return name.parse::<u64>().is_ok_and(|size| size <= self.size);
        }
        if let Ok(tile) = path.parse::<Tile>() {
            let there = Tile::in_tree(tile.kind(), tile.index(), self.size);
            return there.is_some_and(|there| there.width() >= tile.width());
        }
        let name = path.rsplit('/').next().and_then(|name| name.parse::<Hash>().ok());
        name.is_some_and(|name| self.blobs.contains(&name) && blob_path(name) == path)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::Memory;
    use crate::{Blob, Group, SigningKey, Writer};

    #[test]
    fn the_journal_says_which_files_are_of_entries_above_a_size() {
        let disk = Memory::new();
        let key = |seed| SigningKey::generate("record.example", [seed; 32]).unwrap();
        Writer::create(&disk, "record.example", &key(7)).unwrap();
        let (mut writer, _) = Writer::open(Arc::new(disk.clone()), "record.example", key(7)).unwrap();
        for (entry, blob) in [(b"one", 1), (b"two", 2)] {
            let blob = Blob {
                name: Hash([blob; 32]),
                bytes: vec![blob; 40],
            };
            let group = Group {
                entries: vec![entry.to_vec()],
                blobs: vec![blob],
            };
            writer.commit(&[group]).unwrap();
        }
        let ahead = Ahead::of(&disk, &key(7).verifier(), 1).unwrap();
        assert_eq!((ahead.size, ahead.blobs.len()), (2, 1));
        for (path, is_of_it) in [
            (blob_path(Hash([2; 32])), true),
            (blob_path(Hash([1; 32])), false),
            ("checkpoints/2".to_owned(), true),
            ("checkpoints/3".to_owned(), false),
            ("tile/entries/000.p/2".to_owned(), true),
            ("tile/entries/000.p/3".to_owned(), false),
            ("tile/0/000".to_owned(), false),
            ("notes.txt".to_owned(), false),
        ] {
            assert_eq!(ahead.explains(&path), is_of_it, "{path}");
        }
        assert_eq!(Ahead::of(&disk, &key(7).verifier(), 2).unwrap(), Ahead::default());
        assert_eq!(
            Ahead::of(&disk, &key(8).verifier(), 0).unwrap(),
            Ahead::default(),
            "of another key"
        );
    }
}

//! Following a log on the same machine without a key: what was committed, as soon as it was.
//!
//! Asking whether there is something new is one read of 128 bytes from an open file. New batches come
//! from the journal, with their small blobs; where its segments are gone, from the entry bundles.
//! Nothing is verified: the folder is the log's own.

use std::io;
use std::sync::Arc;

use crate::checkpoint::Checkpoint;
use crate::committed::{self, Committed};
use crate::derive::{CHECKPOINT, blob_path, waiting_path};
use crate::hash::Hash;
use crate::journal::{Blob, Found, Record, read_record, segment_path, segments};
use crate::note::{MAX_NOTE, Note};
use crate::reader::read_bundle;
use crate::store::{Disk, File, MAX_FILE, StoreError, damaged};
use crate::tile::{Kind, TILE_WIDTH, Tile, decode_bundle};

/// Attempts at reading what a writer changes meanwhile.
const ATTEMPTS: usize = 8;

/// Entries that follow those delivered before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Index of the first entry.
    pub first: u64,
    /// The entries.
    pub entries: Vec<Vec<u8>>,
    /// Their small blobs, when they come from the journal; all others are to be asked for by name.
    pub blobs: Vec<Blob>,
    /// The signed checkpoint after this batch, when it comes from the journal. A batch from bundles
    /// may end inside a group: show it only once [`Follower::next`] has given None.
    pub checkpoint: Option<Vec<u8>>,
}

/// A reader that keeps up with the writer. See the module.
pub struct Follower {
    disk: Arc<dyn Disk>,
    /// Size up to which batches were delivered.
    size: u64,
    /// The file that says where the log stands, kept open.
    watched: Option<Box<dyn File>>,
    known: Option<Committed>,
    /// Segment and position where the next record should be.
    place: Option<(u64, u64)>,
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Follower(at {})", self.size)
    }
}

impl Follower {
    /// Follows a log of which the first `size` entries are known already. Reads nothing yet.
    pub fn new(disk: Arc<dyn Disk>, size: u64) -> Self {
        Self {
            disk,
            size,
            watched: None,
            known: None,
            place: None,
        }
    }

    /// Number of entries delivered.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Number of entries committed and their root: one small read. None while there is no log.
    pub fn poll(&mut self) -> Result<Option<(u64, Hash)>, StoreError> {
        let now = self.committed()?;
        self.known = now;
        match now {
            Some(now) if now.size < self.size => {
                let seen = "an earlier reading";
                Err(StoreError::Lost {
                    seen,
                    size: self.size,
                    found: now.size,
                })
            }
            now => Ok(now.map(|now| (now.size, now.root))),
        }
    }

    /// The next entries; None when all that is committed was delivered.
    #[allow(clippy::should_implement_trait, reason = "errors do not end it")]
    pub fn next(&mut self) -> Result<Option<Batch>, StoreError> {
        let mut missed = None;
        for _ in 0..ATTEMPTS {
            let target = self.poll()?.map_or(0, |(size, _)| size);
            if self.size >= target {
                return Ok(None);
            }
            match self.step(target) {
                Ok(Some(batch)) => {
                    self.size = batch.first + batch.entries.len() as u64;
                    return Ok(Some(batch));
                }
                // The writer drops segments and partial bundles while we look: look again.
                Ok(None) => self.place = None,
                Err(error) => missed = Some(error),
            }
        }
        let what = format!("entry {} is neither in the journal nor in a bundle", self.size);
        Err(missed.unwrap_or_else(|| damaged(committed::PATH, what)))
    }

    /// A blob: its file, or while that is not derived yet, the journal. None when it is in neither.
    pub fn blob(&self, name: Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let file = || self.disk.read(&blob_path(name), MAX_FILE);
        if let Some(bytes) = file()? {
            return Ok(Some(bytes));
        }
        if let Some(bytes) = self.journal_blob(name)? {
            return Ok(Some(bytes));
        }
        // It may have moved from the journal to its file between the two.
        Ok(file()?)
    }

    /// Only the last record can have blobs without files: the writer derives before it goes on.
    fn journal_blob(&self, name: Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let bytes = self.disk.read(committed::PATH, committed::LEN)?;
        let Some(at) = bytes.and_then(|bytes| Committed::decode(&bytes)) else {
            return Ok(None);
        };
        let Some(record) = self.record_at(at.segment, at.last)? else {
            return Ok(None);
        };
        if record.0.big.contains(&name) {
            return Ok(self.disk.read(&waiting_path(name), MAX_FILE)?);
        }
        let blob = record.0.blobs.into_iter().find(|blob| blob.name == name);
        Ok(blob.map(|blob| blob.bytes))
    }

    /// Where the log stands. A half-written file is read again; one that stays so, after power loss,
    /// is replaced by what the public checkpoint says.
    fn committed(&mut self) -> Result<Option<Committed>, StoreError> {
        for _ in 0..ATTEMPTS {
            if self.watched.is_none() {
                self.watched = self.disk.open(committed::PATH, false)?;
            }
            let Some(file) = &self.watched else { break };
            if let Some(committed) = Committed::decode(&file.read_at(0, committed::LEN)?) {
                return Ok(Some(committed));
            }
            // The folder may have been replaced by another.
            self.watched = None;
        }
        let bytes = self.disk.read(CHECKPOINT, MAX_NOTE)?;
        let note = bytes.and_then(|bytes| Note::parse(&bytes).ok());
        let checkpoint = note.and_then(|note| note.text.parse::<Checkpoint>().ok());
        Ok(checkpoint.map(|at| Committed::drained(at.size, at.root)))
    }

    fn step(&mut self, target: u64) -> Result<Option<Batch>, StoreError> {
        if self.place.is_none() {
            self.place = self.find_place()?;
        }
        if let Some((segment, offset)) = self.place {
            if let Some(batch) = self.take(segment, offset, target)? {
                return Ok(Some(batch));
            }
            // The segment may have ended here: the next is named by the size.
            return self.take(self.size, 0, target);
        }
        self.bundle(target)
    }

    /// Finds the record with the next entry in the segments that are there.
    fn find_place(&self) -> Result<Option<(u64, u64)>, StoreError> {
        let firsts = segments(&*self.disk)?;
        let Some(first) = firsts.into_iter().rfind(|first| *first <= self.size) else {
            return Ok(None);
        };
        let mut offset = 0;
        while let Some((record, len)) = self.record_at(first, offset)? {
            if record.new_size > self.size {
                break;
            }
            offset += len;
        }
        Ok(Some((first, offset)))
    }

    fn record_at(&self, segment: u64, offset: u64) -> Result<Option<(Box<Record>, u64)>, StoreError> {
        let path = segment_path(segment);
        let Some(file) = self.disk.open(&path, false)? else {
            return Ok(None);
        };
        match read_record(&*file, offset)? {
            Found::Record(record, len) => Ok(Some((record, len))),
            Found::Newer => Err(StoreError::Newer(path)),
            Found::Nothing | Found::Broken => Ok(None),
        }
    }

    /// The record at a place, if it has the next entry and is committed.
    fn take(&mut self, segment: u64, offset: u64, target: u64) -> Result<Option<Batch>, StoreError> {
        let Some((record, len)) = self.record_at(segment, offset)? else {
            return Ok(None);
        };
        let here = record.old_size <= self.size && self.size < record.new_size;
        if !here || record.new_size > target {
            return Ok(None);
        }
        self.place = Some((segment, offset + len));
        let known = usize::try_from(self.size - record.old_size).unwrap_or(usize::MAX);
        let entries = record.entries().skip(known).map(<[u8]>::to_vec).collect();
        let Record { blobs, checkpoint, .. } = *record;
        Ok(Some(Batch {
            first: self.size,
            entries,
            blobs,
            checkpoint: Some(checkpoint),
        }))
    }

    /// Up to one bundle of entries from before the journal.
    fn bundle(&self, target: u64) -> Result<Option<Batch>, StoreError> {
        let width = TILE_WIDTH as u64;
        let later = segments(&*self.disk)?.into_iter().find(|first| *first > self.size);
        let end = later.unwrap_or(target).min(target);
        let tile = Tile::in_tree(Kind::Entries, self.size / width, end);
        let Some(tile) = tile else { return Ok(None) };
        let bytes = read_bundle(&*self.disk, tile)?;
        let known = usize::try_from(self.size % width).unwrap_or(usize::MAX);
        let entries = decode_bundle(&bytes, tile.width()).map_err(io::Error::other)?;
        let entries: Vec<_> = entries.into_iter().skip(known).map(<[u8]>::to_vec).collect();
        Ok(Some(Batch {
            first: self.size,
            entries,
            blobs: Vec::new(),
            checkpoint: None,
        }))
    }
}

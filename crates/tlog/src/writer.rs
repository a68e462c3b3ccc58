//! The one writer of a log. Order of a commit, and what a crash leaves after each step:
//!
//! 1. Compute entries, tiles and root in two ways. *Nothing is left.*
//! 2. Write and sync big blobs under waiting names. *Recovery removes those that no record names.*
//! 3. Sign in memory. Nothing leaves the process.
//! 4. Append the journal record and sync it: **the commit point**. *A crash before the sync ends
//!    leaves a torn record, which recovery cuts, or a whole one, which it keeps: nobody was told
//!    either way. After it the batch exists.*
//! 5. Write `.state/committed`, so that followers see the batch. *Recovery writes it again.*
//! 6. Derive blobs, bundles, tiles and the archived checkpoint; publish `checkpoint` by rename, unless it is
//!    [held](crate::cosigned::hold) for witnesses.
//!    *Recovery derives them all again from the journal.*
//! 7. When a segment is full: sync the file system, then remove the segments before it, after them partial
//!    tiles that became full, and the waiting names. *What remains of the journal is always its end, and
//!    what it starts from is there.*
//!
//! A commit whose entries remove blobs for good has more steps, see [`crate::erase`].
//!
//! After any error from step 4 on, and after any failed sync, the writer stops for good.

mod open;
mod segment;

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

use crate::committed::{self, Committed};
use crate::cosigned;
use crate::derive::{CHECKPOINT, Deriver, blob_path, holds, remove_partials, replace, waiting_path};
use crate::erase::{self, Erases, scrap_segments};
use crate::grown::Grown;
use crate::hash::{Hash, leaf_hash};
use crate::journal::{Blob, MAX_RECORD, Record};
use crate::plan::{Plan, Tip};
use crate::recover::{drop_segments, write_committed};
use crate::signer::Signer;
use crate::store::{Disk, Lock, StoreError};
use crate::tile::{Tile, push_entry};
use crate::tree::Tree;

use segment::Segment;

/// A blob above this goes to a file of its own before the commit, in bytes.
pub const BIG_BLOB: usize = 256 << 10;
/// So do all blobs of a group whose blobs are above this together, in bytes.
pub const BIG_GROUP: usize = 4 << 20;
/// Room for a checkpoint with the lines of all keys of its log, in bytes.
const LONGEST_CHECKPOINT: usize = 4096;
/// Space asked for beyond what is computed, for folders and the like.
const SLACK: u64 = 256 << 10;

/// Entries that belong together, with their blobs. A group is never split.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Entries in their order, each at most 65,535 bytes and not empty.
    pub entries: Vec<Vec<u8>>,
    /// Blobs that the entries name. Equal names must have equal bytes.
    pub blobs: Vec<Blob>,
}

/// What a commit added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Index of the first entry added; the others follow in the order of the groups.
    pub first: u64,
    /// Size of the log now.
    pub size: u64,
    /// Root now.
    pub root: Hash,
    /// The signed checkpoint.
    pub checkpoint: Vec<u8>,
    /// Set when the entries are committed but their files could not all be derived: the writer has
    /// stopped, and opening a new one derives them.
    pub behind: Option<String>,
}

/// Appends to a log. There is one at a time.
pub struct Writer {
    disk: Arc<dyn Disk>,
    signer: Signer,
    erases: Erases,
    /// The first way to the root, and what the next commit continues.
    tip: Tip,
    /// The second way to the root, kept apart.
    tree: Tree,
    /// As on disk; compared before each commit.
    committed: Committed,
    segment: Option<Segment>,
    /// First sizes of older segments, not yet removed.
    old_segments: Vec<u64>,
    /// Big blobs that still have their waiting names.
    waiting: Vec<Hash>,
    /// Tiles whose partial versions are not yet removed.
    filled: Vec<Tile>,
    stopped: Option<String>,
    /// Last field: freed after all else.
    _lock: Box<dyn Lock>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writer({} at {})", self.signer.name(), self.committed.size)
    }
}

impl Writer {
    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.committed.size
    }

    /// Root of the entries.
    pub fn root(&self) -> Hash {
        self.committed.root
    }

    /// Why the writer stopped, if it did.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// Appends groups as one record with one checkpoint: all of them or none.
    ///
    /// An error means that nothing was acknowledged. If the writer has also [stopped](Self::stopped),
    /// it is not known whether the entries are in the log; a new writer finds out. `Refused` and
    /// `Full` leave everything as it was.
    pub fn commit(&mut self, groups: &[Group]) -> Result<Commit, StoreError> {
        self.write(groups, None)
    }

    /// Appends entries of the log that this is a copy of, up to a checkpoint that the log signed. `Refused` if
    /// they do not lead to it; then nothing was written.
    pub fn copy(&mut self, group: Group, signed: &[u8]) -> Result<Commit, StoreError> {
        self.write(&[group], Some(signed))
    }

    fn write(&mut self, groups: &[Group], signed: Option<&[u8]>) -> Result<Commit, StoreError> {
        self.check_ready()?;
        let (mut record, mut big) = self.record(groups)?;
        self.check_blobs(groups)?;
        // What waits already is synced, and an entry on record needs it under that name.
        big.retain(|blob| !self.waiting.contains(&blob.name));
        let (plan, tree) = self.plan(&mut record)?;
        if signed.is_some() {
            self.sign(&mut record, signed)?;
        }
        // Whatever can fail does so before the key is asked: it signs one checkpoint of a size, and no second one.
        let most = record.unpadded_len() + LONGEST_CHECKPOINT;
        if most > MAX_RECORD {
            return Err(StoreError::Refused("together they are above 256 MiB".to_owned()));
        }
        self.check_space(&record, most, &big, &plan)?;
        let erased: HashSet<Hash> = record.entries().flat_map(self.erases).collect();
        if !erased.is_empty() {
            let retired = self.retire();
            self.stop_on_error(retired)?;
        }
        self.write_big(&big)?;
        if let Err(error) = self.sign_and_append(&mut record, signed) {
            self.remove_big(&big);
            return Err(error);
        }
        self.tree = tree;
        Ok(self.finish(record, plan, erased))
    }

    /// Ends in order: all files are synced and the journal is empty, so that the next writer has
    /// nothing to recover. Dropping the writer instead loses nothing either.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.check_ready()?;
        let segments = self.end_journal()?;
        drop_segments(&*self.disk, &segments)?;
        self.drop_needless()
    }

    /// Removes the files of blobs that entries of this log erased, should they have come back with a restored backup;
    /// gives the names of those that had.
    pub fn unlink(&self, names: impl IntoIterator<Item = Hash>) -> Result<Vec<Hash>, StoreError> {
        Ok(erase::unlink(&*self.disk, names)?)
    }

    /// Makes all that the journal holds durable elsewhere; gives its segments, which can go.
    fn end_journal(&mut self) -> Result<Vec<u64>, StoreError> {
        let current = self.segment.take().map(|segment| segment.first);
        let segments: Vec<u64> = self.old_segments.drain(..).chain(current).collect();
        if !segments.is_empty() {
            self.committed = Committed::drained(self.committed.size, self.committed.root);
            write_committed(&*self.disk, &self.committed)?;
            self.disk.sync_all()?;
        }
        Ok(segments)
    }

    /// Leaves no bytes of earlier commits in the journal.
    fn retire(&mut self) -> Result<(), StoreError> {
        let segments = self.end_journal()?;
        scrap_segments(&*self.disk, &segments)?;
        self.drop_needless()
    }

    /// Removes what recovery would have needed as long as the segments were there.
    fn drop_needless(&mut self) -> Result<(), StoreError> {
        remove_partials(&*self.disk, &std::mem::take(&mut self.filled))?;
        for name in std::mem::take(&mut self.waiting) {
            self.disk.remove(&waiting_path(name))?;
        }
        Ok(())
    }

    /// Another process that got past the lock shows in the file that both write.
    fn check_ready(&mut self) -> Result<(), StoreError> {
        if let Some(reason) = &self.stopped {
            return Err(StoreError::Stopped(reason.clone()));
        }
        if holds(&*self.disk, committed::PATH, &self.committed.encode())? {
            return Ok(());
        }
        let reason = format!("{} was changed by another writer", committed::PATH);
        self.stopped = Some(reason.clone());
        Err(StoreError::Stopped(reason))
    }

    /// The record without root and checkpoint, and the blobs that go before it.
    fn record<'a>(&self, groups: &'a [Group]) -> Result<(Record, Vec<&'a Blob>), StoreError> {
        let old_size = self.committed.size;
        let (mut entries, mut count) = (Vec::new(), 0);
        for entry in groups.iter().flat_map(|group| &group.entries) {
            if entry.is_empty() || !push_entry(&mut entries, entry) {
                let what = format!("an entry has {} bytes, allowed are 1 to 65,535", entry.len());
                return Err(StoreError::Refused(what));
            }
            count += 1;
        }
        if count == 0 {
            return Err(StoreError::Refused("there are none".to_owned()));
        }
        let (big, small) = split_blobs(groups);
        let record = Record {
            old_size,
            new_size: old_size + count,
            root: Hash::default(),
            entries,
            big: big.iter().map(|blob| blob.name).collect(),
            blobs: small.into_iter().cloned().collect(),
            checkpoint: Vec::new(),
        };
        Ok((record, big))
    }

    /// Steps 3 and 4.
    fn sign_and_append(&mut self, record: &mut Record, signed: Option<&[u8]>) -> Result<(), StoreError> {
        self.sign(record, signed)?;
        let too_big = || StoreError::Refused("the checkpoint is too long".to_owned());
        let bytes = record.encode().ok_or_else(too_big)?;
        self.append(&bytes, record)
    }

    /// Signs the root, or finds it signed.
    fn sign(&self, record: &mut Record, signed: Option<&[u8]>) -> Result<(), StoreError> {
        let proof = || {
            let leaves = record.entries().map(leaf_hash).collect();
            let before = &self.tree;
            Grown { before, leaves }.proof()
        };
        let (size, root) = (record.new_size, record.root);
        record.checkpoint = self.signer.checkpoint(size, root, signed, &proof)?;
        Ok(())
    }

    /// Computes the files and the root, if both ways agree on it.
    fn plan(&self, record: &mut Record) -> Result<(Plan, Tree), StoreError> {
        let too_long = || StoreError::Refused("an entry is too long".to_owned());
        let plan = self.tip.plan(record.entries()).ok_or_else(too_long)?;
        record.root = plan.tip.edge.root();
        let (root, tree) = plan.root_from_bundles(&self.tree).ok_or(StoreError::Roots)?;
        if root != record.root || tree.size() != record.new_size {
            return Err(StoreError::Roots);
        }
        Ok((plan, tree))
    }

    /// A blob that is there already, from an attempt before, must be equal.
    fn check_blobs(&self, groups: &[Group]) -> Result<(), StoreError> {
        for blob in groups.iter().flat_map(|group| &group.blobs) {
            let path = blob_path(blob.name);
            let there = self.disk.open(&path, false)?.is_some();
            if there && !holds(&*self.disk, &path, &blob.bytes)? {
                return Err(StoreError::Conflict(path));
            }
        }
        Ok(())
    }

    /// A full disk must show before the commit point, not between it and the last derived file.
    fn check_space(&self, record: &Record, len: usize, big: &[&Blob], plan: &Plan) -> Result<(), StoreError> {
        let block = |len: usize| (len as u64).next_multiple_of(4096);
        let small = record.blobs.iter().map(|blob| block(blob.bytes.len()));
        let big = big.iter().map(|blob| block(blob.bytes.len()));
        let files = plan.files.iter().map(|(_, bytes)| block(bytes.len()));
        let journal = if self.fits(len) {
            0
        } else {
            self.new_segment_len(len) as u64
        };
        let needed = small.chain(big).chain(files).sum::<u64>() + journal + SLACK;
        let free = self.disk.free()?;
        if free < needed {
            Err(StoreError::Full { needed, free })
        } else {
            Ok(())
        }
    }

    /// Step 7.
    fn drain(&mut self) -> Result<(), StoreError> {
        if self.old_segments.is_empty() {
            return Ok(());
        }
        self.disk.sync_all()?;
        drop_segments(&*self.disk, &std::mem::take(&mut self.old_segments))?;
        self.drop_needless()
    }

    /// Steps 5 and 6. The batch exists, so no error from here on may deny it.
    fn finish(&mut self, record: Record, plan: Plan, erased: HashSet<Hash>) -> Commit {
        self.committed.size = record.new_size;
        self.committed.root = record.root;
        self.waiting.extend_from_slice(&record.big);
        let derived = self.derive(&record, &plan, erased);
        let behind = self.stop_on_error(derived).err().map(|error| error.to_string());
        self.tip = plan.tip;
        Commit {
            first: record.old_size,
            size: record.new_size,
            root: record.root,
            checkpoint: record.checkpoint,
            behind,
        }
    }

    fn derive(&mut self, record: &Record, plan: &Plan, erased: HashSet<Hash>) -> Result<(), StoreError> {
        write_committed(&*self.disk, &self.committed)?;
        let names: BTreeSet<Hash> = erased.iter().copied().collect();
        let mut deriver = Deriver::first(&*self.disk).without(erased);
        deriver.record(record, plan)?;
        self.filled.append(&mut deriver.filled);
        if !cosigned::is_held(&*self.disk)? {
            replace(&*self.disk, CHECKPOINT, &record.checkpoint)?;
        }
        if !names.is_empty() {
            erase::unlink(&*self.disk, names)?;
        }
        Ok(())
    }

    /// Ends the writer with the first error; what the disk holds is then only known by reading it.
    fn stop_on_error<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            self.stopped.get_or_insert_with(|| error.to_string());
        }
        result
    }
}

/// Blobs for files of their own and blobs for the record, each name once.
fn split_blobs(groups: &[Group]) -> (Vec<&Blob>, Vec<&Blob>) {
    let (mut big, mut small, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for group in groups {
        let whole: usize = group.blobs.iter().map(|blob| blob.bytes.len()).sum();
        for blob in &group.blobs {
            if !seen.insert(blob.name) {
                continue;
            }
            if whole > BIG_GROUP || blob.bytes.len() > BIG_BLOB {
                big.push(blob);
            } else {
                small.push(blob);
            }
        }
    }
    (big, small)
}

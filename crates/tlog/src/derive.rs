//! Public files of a commit, made from its journal record: blobs, bundles, tiles, checkpoints.
//!
//! The writer calls this after each commit and recovery calls it again after a crash. Nothing is
//! synced one by one: the journal can make each file anew until one `syncfs` has covered them all.

use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::thread;

use crate::hash::Hash;
use crate::journal::{Blob, Record};
use crate::plan::Plan;
use crate::store::{Disk, MAX_FILE, STATE, StoreError, damaged};
use crate::tile::Tile;

/// Path of the newest checkpoint, the only public file that is ever replaced.
pub const CHECKPOINT: &str = "checkpoint";
const TEMPORARY: &str = ".state/tmp-file";
/// From this number on two threads share the work.
const MANY_BLOBS: usize = 128;

/// Path of a blob.
pub fn blob_path(name: Hash) -> String {
    let name = name.to_string();
    format!("blob/{}/{name}", &name[..2])
}

/// Path of the checkpoint that was signed for a size.
pub fn archive_path(size: u64) -> String {
    format!("checkpoints/{size}")
}

/// Where a big blob waits, synced, until its record is committed.
pub(crate) fn waiting_path(name: Hash) -> String {
    format!("{STATE}/big-{name}")
}

/// Writes what follows from records.
pub(crate) struct Deriver<'a> {
    disk: &'a dyn Disk,
    /// In recovery the size at which the log ends; files may then exist in part, and are replaced.
    again: Option<u64>,
    /// Blobs that entries removed for good: they are not derived any more.
    erased: HashSet<Hash>,
    /// Files that had other bytes than their record says.
    pub(crate) repaired: Vec<String>,
}

impl<'a> Deriver<'a> {
    /// For records that were just committed: what exists must be equal.
    pub(crate) fn first(disk: &'a dyn Disk) -> Self {
        Self {
            disk,
            again: None,
            erased: HashSet::new(),
            repaired: Vec::new(),
        }
    }

    /// For records read back after a crash. A file may be torn, or whole in the page cache only
    /// because a sync failed, so each is replaced by a new one even where it looks right.
    pub(crate) fn again(disk: &'a dyn Disk, final_size: u64) -> Self {
        Self {
            disk,
            again: Some(final_size),
            erased: HashSet::new(),
            repaired: Vec::new(),
        }
    }

    /// Leaves out blobs that entries removed for good.
    pub(crate) fn without(self, erased: HashSet<Hash>) -> Self {
        Self { erased, ..self }
    }

    /// Writes all files of a record but `checkpoint`, then drops partial ones that became full.
    pub(crate) fn record(&mut self, record: &Record, plan: &Plan) -> Result<(), StoreError> {
        for name in &record.big {
            if self.erased.contains(name) {
                self.disk.remove(&waiting_path(*name))?;
            } else {
                self.place_big(*name)?;
            }
        }
        self.put_blobs(&record.blobs)?;
        for (tile, bytes) in &plan.files {
            if self.is_wanted(*tile) {
                self.put(&tile.to_string(), bytes)?;
            }
        }
        self.put(&archive_path(record.new_size), &record.checkpoint)?;
        self.remove_partials(plan)
    }

    /// Creating many small files is bound by the processor, so two threads do it. Recovery, which
    /// replaces files under one temporary name, does not.
    fn put_blobs(&mut self, blobs: &[Blob]) -> Result<(), StoreError> {
        if self.again.is_some() || blobs.len() < MANY_BLOBS {
            return self.put_some(blobs);
        }
        let (left, right) = blobs.split_at(blobs.len() / 2);
        let mut other = Self::first(self.disk).without(self.erased.clone());
        let (left, right) = thread::scope(|scope| {
            let right = scope.spawn(|| other.put_some(right));
            (self.put_some(left), right.join())
        });
        left.and(right.unwrap_or_else(|_| Err(StoreError::Stopped("a thread ended".to_owned()))))
    }

    fn put_some(&mut self, blobs: &[Blob]) -> Result<(), StoreError> {
        for blob in blobs {
            if !self.erased.contains(&blob.name) {
                self.put(&blob_path(blob.name), &blob.bytes)?;
            }
        }
        Ok(())
    }

    /// Recovery skips partial files whose full one comes with a later record.
    fn is_wanted(&self, tile: Tile) -> bool {
        let end = self
            .again
            .and_then(|size| Tile::in_tree(tile.kind(), tile.index(), size));
        tile.is_full() || end.is_none_or(|end| !end.is_full())
    }

    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        match self.disk.create(path, bytes, true) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => self.put_again(path, bytes),
            created => Ok(created?),
        }
    }

    fn put_again(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let equal = holds(self.disk, path, bytes)?;
        if self.again.is_none() {
            return if equal {
                Ok(())
            } else {
                Err(StoreError::Conflict(path.to_owned()))
            };
        }
        if !equal {
            self.repaired.push(path.to_owned());
        }
        Ok(replace(self.disk, path, bytes)?)
    }

    /// A crash before this leaves the blob waiting, and recovery comes here again.
    fn place_big(&mut self, name: Hash) -> Result<(), StoreError> {
        let (from, to) = (waiting_path(name), blob_path(name));
        match self.disk.rename_new(&from, &to) {
            Err(error) if error.kind() == ErrorKind::NotFound => self.is_placed(to),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => self.is_equal(&from, to),
            renamed => Ok(renamed?),
        }
    }

    /// Both names are taken: by a former attempt with the same blob, or by a conflict.
    fn is_equal(&self, from: &str, to: String) -> Result<(), StoreError> {
        match self.disk.read(from, MAX_FILE)? {
            Some(bytes) if !holds(self.disk, &to, &bytes)? => Err(StoreError::Conflict(to)),
            _ => Ok(self.disk.remove(from)?),
        }
    }

    fn is_placed(&self, path: String) -> Result<(), StoreError> {
        match self.disk.open(&path, false)? {
            Some(_) => Ok(()),
            None => Err(damaged(path, "is gone, and was written before its entry")),
        }
    }

    fn remove_partials(&self, plan: &Plan) -> Result<(), StoreError> {
        for (tile, _) in plan.files.iter().filter(|(tile, _)| tile.is_full()) {
            let folder = tile.partial_folder();
            let items = self.disk.list(&folder)?;
            for item in &items {
                self.disk.remove(&format!("{folder}/{}", item.name))?;
            }
            if !items.is_empty() {
                self.disk.remove(&folder)?;
            }
        }
        Ok(())
    }
}

/// True when the file exists with exactly these bytes.
pub(crate) fn holds(disk: &dyn Disk, path: &str, bytes: &[u8]) -> io::Result<bool> {
    match disk.read(path, bytes.len()) {
        Err(error) if error.kind() == ErrorKind::FileTooLarge => Ok(false),
        read => Ok(read?.as_deref() == Some(bytes)),
    }
}

/// Replaces a file atomically, without a sync: a crash leaves the old one, the new one, or after
/// power loss a torn one, which the journal heals.
pub(crate) fn replace(disk: &dyn Disk, path: &str, bytes: &[u8]) -> io::Result<()> {
    disk.remove(TEMPORARY)?;
    disk.create(TEMPORARY, bytes, true)?;
    disk.rename(TEMPORARY, path)
}

/// As [`replace`], for a file that no journal can heal: power loss too leaves the old one or the new one.
pub(crate) fn replace_synced(disk: &dyn Disk, path: &str, bytes: &[u8]) -> io::Result<()> {
    disk.remove(TEMPORARY)?;
    disk.create(TEMPORARY, bytes, true)?;
    disk.sync(TEMPORARY)?;
    disk.rename(TEMPORARY, path)
}

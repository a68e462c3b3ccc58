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

/// Where a big blob waits, synced, until its record is committed and its own name is synced.
pub(crate) fn waiting_path(name: Hash) -> String {
    format!("{STATE}/big-{name}")
}

/// Writes what follows from records.
pub(crate) struct Deriver<'a> {
    disk: &'a dyn Disk,
    /// In recovery files may exist in part, and are replaced.
    again: bool,
    /// Blobs that entries removed for good: they are not derived any more.
    erased: HashSet<Hash>,
    /// Files that had other bytes than their record says.
    pub(crate) repaired: Vec<String>,
    /// Tiles and bundles that became full; their partial versions are to go in the end.
    pub(crate) filled: Vec<Tile>,
}

impl<'a> Deriver<'a> {
    /// For records that were just committed: what exists must be equal.
    pub(crate) fn first(disk: &'a dyn Disk) -> Self {
        Self {
            disk,
            again: false,
            erased: HashSet::new(),
            repaired: Vec::new(),
            filled: Vec::new(),
        }
    }

    /// For records read back after a crash. A file may be torn, or whole in the page cache only
    /// because a sync failed, so each is replaced by a new one even where it looks right.
    pub(crate) fn again(disk: &'a dyn Disk) -> Self {
        Self {
            disk,
            again: true,
            erased: HashSet::new(),
            repaired: Vec::new(),
            filled: Vec::new(),
        }
    }

    /// Leaves out blobs that entries removed for good.
    pub(crate) fn without(self, erased: HashSet<Hash>) -> Self {
        Self { erased, ..self }
    }

    /// Writes all files of a record but `checkpoint`.
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
            self.put(&tile.to_string(), bytes)?;
        }
        let full = plan.files.iter().map(|(tile, _)| *tile).filter(|tile| tile.is_full());
        self.filled.extend(full);
        self.put(&archive_path(record.new_size), &record.checkpoint)
    }

    /// Creating many small files is bound by the processor, so two threads do it. Recovery, which
    /// replaces files under one temporary name, does not.
    fn put_blobs(&mut self, blobs: &[Blob]) -> Result<(), StoreError> {
        if self.again || blobs.len() < MANY_BLOBS {
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

    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        match self.disk.create(path, bytes, true) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => self.put_again(path, bytes),
            created => Ok(created?),
        }
    }

    fn put_again(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let equal = holds(self.disk, path, bytes)?;
        if !self.again {
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

    /// A crash before this leaves the blob waiting, and recovery comes here again. The waiting name
    /// stays until the new one is synced: power loss may keep a rename and lose the folder it led to.
    fn place_big(&mut self, name: Hash) -> Result<(), StoreError> {
        let (from, to) = (waiting_path(name), blob_path(name));
        match self.disk.link(&from, &to) {
            Err(error) if error.kind() == ErrorKind::NotFound => self.is_placed(to),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => self.is_equal(&from, to),
            linked => Ok(linked?),
        }
    }

    /// Both names are taken: by a former attempt with the same blob, or by a conflict.
    fn is_equal(&self, from: &str, to: String) -> Result<(), StoreError> {
        match self.disk.read(from, MAX_FILE)? {
            Some(bytes) if !holds(self.disk, &to, &bytes)? => Err(StoreError::Conflict(to)),
            _ => Ok(()),
        }
    }

    fn is_placed(&self, path: String) -> Result<(), StoreError> {
        match self.disk.open(&path, false)? {
            Some(_) => Ok(()),
            None => Err(damaged(path, "is gone, and was written before its entry")),
        }
    }
}

/// Removes the partial versions of tiles that became full, once no segment is left that starts from them.
/// Not before: power loss may keep their removal and lose the full ones. A crash before this leaves
/// some for ever, which is allowed.
pub(crate) fn remove_partials(disk: &dyn Disk, filled: &[Tile]) -> Result<(), StoreError> {
    for tile in filled {
        let folder = tile.partial_folder();
        let items = disk.list(&folder)?;
        for item in &items {
            disk.remove(&format!("{folder}/{}", item.name))?;
        }
        if !items.is_empty() {
            disk.remove(&folder)?;
        }
    }
    Ok(())
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

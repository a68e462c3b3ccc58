//! Removing blobs for good, in an order that survives a crash at each step. Which blobs an entry removes
//! is the caller's to say: this crate knows bytes, not entries.
//!
//! 1. Before the commit the journal is retired: all its files are synced, its segments leave the journal by a
//!    new name, are overwritten and removed. *A crash leaves segments that are still the journal's, or scraps,
//!    which recovery overwrites.*
//! 2. The entry is committed. *From here on recovery derives none of these blobs, and removes their files.*
//! 3. Its files are derived and `checkpoint` is published.
//! 4. The blobs are unlinked and their folders synced. *Until then the journal holds the entry.*

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};

use crate::derive::{blob_path, waiting_path};
use crate::hash::Hash;
use crate::journal::segment_path;
use crate::store::{Disk, File, STATE, StoreError};

/// The names of the blobs that an entry removes for good: a function of the entry's bytes alone.
pub type Erases = fn(&[u8]) -> Vec<Hash>;

/// For logs whose entries remove nothing.
pub fn nothing(_entry: &[u8]) -> Vec<Hash> {
    Vec::new()
}

/// Removes the files of blobs that are there, durably; gives the names of those that were.
///
/// May be called again at any time, and by a reader: it touches nothing else.
pub fn unlink(disk: &dyn Disk, names: impl IntoIterator<Item = Hash>) -> io::Result<Vec<Hash>> {
    let (mut removed, mut folders) = (Vec::new(), BTreeSet::new());
    for name in names {
        let path = blob_path(name);
        if disk.open(&path, false)?.is_some() {
            disk.remove(&path)?;
            removed.push(name);
        }
        folders.extend(path.rsplit_once('/').map(|(folder, _)| folder.to_owned()));
        // A big one may still have the name under which it waited.
        disk.remove(&waiting_path(name))?;
        folders.insert(STATE.to_owned());
    }
    // Also where nothing was removed now: a process that died may have unlinked without a sync.
    for folder in folders {
        match disk.sync_folder(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            synced => synced?,
        }
    }
    Ok(removed)
}

/// Removes segments, oldest first, after their bytes were overwritten. The caller has made sure that all they
/// hold is derived and durable.
pub(crate) fn scrap_segments(disk: &dyn Disk, firsts: &[u64]) -> Result<(), StoreError> {
    for first in firsts {
        let scrap = format!("{STATE}/{SCRAP}{first:020}");
        disk.rename(&segment_path(*first), &scrap)?;
        scrap_file(disk, &scrap)?;
    }
    Ok(())
}

/// Begins the names of segments that have left the journal.
const SCRAP: &str = "scrap-";

/// What a crash left of [`scrap_segments`].
pub(crate) fn scrap_rest(disk: &dyn Disk) -> Result<(), StoreError> {
    for item in disk.list(STATE)? {
        if item.name.starts_with(SCRAP) {
            scrap_file(disk, &format!("{STATE}/{}", item.name))?;
        }
    }
    Ok(())
}

fn scrap_file(disk: &dyn Disk, path: &str) -> Result<(), StoreError> {
    // The new name must last before the bytes go: power loss may not bring back an empty segment.
    disk.sync_folder(STATE)?;
    if let Some(file) = disk.open(path, true)? {
        overwrite(&*file, 0)?;
    }
    disk.remove(path)?;
    Ok(disk.sync_folder(STATE)?)
}

/// Writes zeros from `start` to the end of a file, and syncs it.
pub(crate) fn overwrite(file: &dyn File, start: u64) -> io::Result<()> {
    let end = file.size()?;
    let zeros = vec![0; 1 << 18];
    let mut offset = start;
    while offset < end {
        let len = usize::try_from(end - offset).map_or(zeros.len(), |rest| rest.min(zeros.len()));
        file.write_at(offset, &zeros[..len])?;
        offset += len as u64;
    }
    file.sync()
}

//! Checkpoints that witnesses cosigned: kept beside the archived ones, and published in place of the newest.
//!
//! `cosigned/<size>` holds the first form of a checkpoint that satisfied the policy of its log. Like an archived one it
//! is written once, so that a proof made against it never changes; heads that nobody cosigned in time have none.
//!
//! A log may also hold `checkpoint` back until witnesses have answered: [`hold`] leaves a mark that writers and recovery
//! heed, and only [`publish`] then replaces it.

use std::io::{self, ErrorKind};

use crate::checkpoint::Checkpoint;
use crate::committed::{self, Committed};
use crate::derive::{CHECKPOINT, archive_path, replace_synced};
use crate::note::{MAX_NOTE, Note};
use crate::store::{Disk, LOCK, Listing, STATE, StoreError, damaged};
use crate::trust::Trust;

/// Folder of cosigned checkpoints.
pub const COSIGNED: &str = "cosigned";
const HELD: &str = ".state/hold";

/// Path of the cosigned checkpoint of a size.
pub fn cosigned_path(size: u64) -> String {
    format!("{COSIGNED}/{size}")
}

/// Sizes that have a cosigned checkpoint, in order.
pub fn cosigned_sizes(listing: &(impl Listing + ?Sized)) -> io::Result<Vec<u64>> {
    let items = listing.list(COSIGNED)?;
    let size = |name: &str| name.parse::<u64>().ok().filter(|size| size.to_string() == name);
    let mut sizes: Vec<u64> = items.iter().filter_map(|item| size(&item.name)).collect();
    sizes.sort_unstable();
    Ok(sizes)
}

/// Keeps a cosigned checkpoint durably. One that is there stays as it is, and none is put before a later one, which
/// covers its entries already: the first that contains an entry remains the first. Needs no lock.
pub fn keep(disk: &dyn Disk, size: u64, cosigned: &[u8]) -> Result<(), StoreError> {
    if cosigned_sizes(disk)?.last().is_some_and(|newest| *newest > size) {
        return Ok(());
    }
    let temporary = format!("{STATE}/tmp-{COSIGNED}-{size}");
    disk.remove(&temporary)?;
    disk.create(&temporary, cosigned, true)?;
    disk.sync(&temporary)?;
    match disk.rename_new(&temporary, &cosigned_path(size)) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => disk.remove(&temporary)?,
        renamed => renamed?,
    }
    disk.sync_folder(COSIGNED)?;
    Ok(disk.sync_folder("")?)
}

/// Replaces `checkpoint` by a cosigned form of the same or of a later one; false if a later one is published already.
///
/// Takes the lock of the log for that moment; [`StoreError::Locked`] if another holds it.
pub fn publish(disk: &dyn Disk, key: &dyn Trust, cosigned: &[u8]) -> Result<bool, StoreError> {
    let _lock = disk.lock(LOCK)?.ok_or(StoreError::Locked)?;
    let new = Checkpoint::open(cosigned, key).map_err(|error| damaged("cosigned checkpoint", error.to_string()))?;
    let bytes = disk.read(CHECKPOINT, MAX_NOTE)?.unwrap_or_default();
    let old = Checkpoint::open(&bytes, key).map_err(|error| damaged(CHECKPOINT, error.to_string()))?;
    if old.size > new.size {
        return Ok(false);
    }
    if old.size == new.size && old.root != new.root {
        return Err(damaged(CHECKPOINT, "has another root for the same size"));
    }
    replace_synced(disk, CHECKPOINT, cosigned)?;
    disk.sync_folder("")?;
    Ok(true)
}

/// From now on writers leave `checkpoint` to [`publish`], or publish it themselves again; then the newest is published
/// first, so that a crash in here leaves the mark or a log whose `checkpoint` is the newest.
///
/// Takes the lock of the log for that moment; [`StoreError::Locked`] if another holds it.
pub fn hold(disk: &dyn Disk, held: bool) -> Result<(), StoreError> {
    if held == is_held(disk)? {
        return Ok(());
    }
    let _lock = disk.lock(LOCK)?.ok_or(StoreError::Locked)?;
    if held {
        disk.create(HELD, b"", false)?;
    } else {
        publish_newest(disk)?;
        disk.remove(HELD)?;
    }
    Ok(disk.sync_folder(STATE)?)
}

fn publish_newest(disk: &dyn Disk) -> Result<(), StoreError> {
    let committed = disk.read(committed::PATH, committed::LEN)?;
    let committed = committed.and_then(|bytes| Committed::decode(&bytes));
    let Some(at) = committed else { return Ok(()) };
    // After power loss nobody may have recovered the log yet: what is published may be newer.
    let published = disk.read(CHECKPOINT, MAX_NOTE)?;
    if published.is_some_and(|bytes| read(&bytes).is_some_and(|old| old.size >= at.size)) {
        return Ok(());
    }
    for path in [cosigned_path(at.size), archive_path(at.size)] {
        // And an archived one may be torn; then recovery publishes it.
        let whole = |bytes: &Vec<u8>| read(bytes).is_some_and(|new| (new.size, new.root) == (at.size, at.root));
        if let Some(bytes) = disk.read(&path, MAX_NOTE)?.filter(whole) {
            replace_synced(disk, CHECKPOINT, &bytes)?;
            return Ok(disk.sync_folder("")?);
        }
    }
    Ok(())
}

/// A checkpoint of this log, if it is whole.
fn read(bytes: &[u8]) -> Option<Checkpoint> {
    Note::parse(bytes).ok()?.text.parse().ok()
}

/// True where `checkpoint` waits for witnesses.
pub fn is_held(disk: &dyn Disk) -> io::Result<bool> {
    Ok(disk.open(HELD, false)?.is_some())
}

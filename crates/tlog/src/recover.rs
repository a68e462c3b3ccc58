//! From whatever a crash left to a log that can go on.
//!
//! Reads the journal, cuts a torn record at its end, derives every file of every record again, reads
//! the right edge back, and only then lets anybody write. Needs no secret: each record carries its
//! signed checkpoint.

use std::collections::HashSet;
use std::io;

use crate::checkpoint::Checkpoint;
use crate::committed::{self, Committed};
use crate::cosigned;
use crate::derive::{CHECKPOINT, Deriver, archive_path, remove_partials, replace_synced};
use crate::erase::{self, Erases};
use crate::hash::{Hash, empty_root};
use crate::journal::{ALIGN, Found, Record, read_record, segment_path, segments};
use crate::note::MAX_NOTE;
use crate::plan::Tip;
use crate::reader::{read_bundle, read_hashes};
use crate::store::{Disk, File, LOCK, STATE, StoreError, damaged};
use crate::tile::{Kind, Tile};
use crate::tree::Edge;
use crate::trust::Trust;

/// What recovery found and did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recovery {
    /// Size of the log.
    pub size: u64,
    /// Records of the journal that were derived again; 0 after a clean end.
    pub records: usize,
    /// The torn record that was cut, as file and position. Nobody was ever told it was written.
    pub cut: Option<String>,
    /// Files that were torn or changed and now are as the journal says.
    pub repaired: Vec<String>,
}

/// Recovers a log without writing to it further, holding the lock meanwhile.
///
/// For a reader that starts after a crash and holds no key. `erases` as for [`crate::Writer::open_erasing`].
pub fn recover(disk: &dyn Disk, key: &dyn Trust, erases: Erases) -> Result<Recovery, StoreError> {
    let _lock = disk.lock(LOCK)?.ok_or(StoreError::Locked)?;
    heal(disk, key, erases).map(|(_, recovery)| recovery)
}

/// What the journal holds.
#[derive(Debug, Default)]
struct Journal {
    places: Vec<Place>,
    /// Blobs that its entries remove for good.
    erased: HashSet<Hash>,
}

/// Where a record lies.
#[derive(Debug, Clone, Copy)]
struct Place {
    segment: u64,
    offset: u64,
    len: u64,
    new_size: u64,
}

/// The caller holds the lock.
pub(crate) fn heal(disk: &dyn Disk, key: &dyn Trust, erases: Erases) -> Result<(Tip, Recovery), StoreError> {
    let last = disk.read(committed::PATH, committed::LEN)?;
    let last = last.and_then(|bytes| Committed::decode(&bytes));
    let firsts = segments(disk)?;
    let published = published(disk, key)?;
    let mut recovery = Recovery::default();
    let journal = scan(disk, key, &firsts, last.as_ref(), erases, &mut recovery)?;
    let drained = last.filter(|_| firsts.is_empty()).map(|last| last.size);
    let base = base(
        disk,
        key,
        firsts.first().copied().or(held_at(disk, drained)?),
        published.as_ref(),
    )?;
    let (tip, filled) = replay(disk, key, &journal, base, &mut recovery)?;
    recovery.size = tip.edge.size();
    check_end(disk, &tip, last.as_ref(), published.as_ref())?;
    erase::unlink(disk, journal.erased.iter().copied())?;
    let erased = !journal.erased.is_empty();
    settle(disk, &tip, &firsts, &filled, published.as_ref(), erased)?;
    Ok((tip, recovery))
}

/// The public checkpoint, if it is there and whole. A torn one is replaced from the journal.
fn published(disk: &dyn Disk, key: &dyn Trust) -> Result<Option<Checkpoint>, StoreError> {
    let bytes = disk.read(CHECKPOINT, MAX_NOTE)?;
    Ok(bytes.and_then(|bytes| Checkpoint::open(&bytes, key).ok()))
}

/// The size at which an empty journal stands while `checkpoint` waits for witnesses; that of the last commit.
fn held_at(disk: &dyn Disk, drained: Option<u64>) -> io::Result<Option<u64>> {
    let held = cosigned::is_held(disk)?;
    Ok(drained.filter(|size| held && *size > 0))
}

/// Size and root from which the journal goes on: all before is derived, published and synced.
fn base(
    disk: &dyn Disk,
    key: &dyn Trust,
    first: Option<u64>,
    published: Option<&Checkpoint>,
) -> Result<(u64, Hash), StoreError> {
    match (first, published) {
        (Some(0), _) => Ok((0, empty_root())),
        (Some(size), _) => {
            let path = archive_path(size);
            let bytes = disk.read(&path, MAX_NOTE)?.unwrap_or_default();
            let opened = Checkpoint::open(&bytes, key);
            let checkpoint = opened.map_err(|error| damaged(&path, error.to_string()))?;
            if checkpoint.size != size {
                return Err(damaged(path, "is of another size"));
            }
            Ok((size, checkpoint.root))
        }
        (None, Some(checkpoint)) => Ok((checkpoint.size, checkpoint.root)),
        (None, None) if disk.read(CHECKPOINT, MAX_NOTE)?.is_none() => Err(StoreError::Missing),
        (None, None) => Err(damaged(CHECKPOINT, "is not signed by the key of this log")),
    }
}

/// Finds all records, cuts a torn one at the end, and makes sure that the last one is on the disk.
fn scan(
    disk: &dyn Disk,
    key: &dyn Trust,
    firsts: &[u64],
    last: Option<&Committed>,
    erases: Erases,
    recovery: &mut Recovery,
) -> Result<Journal, StoreError> {
    let mut journal = Journal::default();
    for (n, first) in firsts.iter().enumerate() {
        let path = segment_path(*first);
        if journal.places.last().is_some_and(|place| place.new_size != *first) {
            return Err(damaged(path, "does not follow the segment before it"));
        }
        let file = disk.open(&path, true)?.ok_or_else(|| damaged(&path, "is gone"))?;
        let end = scan_segment(&*file, *first, erases, &mut journal)?;
        if !is_zero(&*file, end)? {
            let acknowledged = last.is_some_and(|last| (last.segment, last.offset) > (*first, end));
            let size = journal.places.last().map_or(*first, |place| place.new_size);
            if acknowledged || n + 1 < firsts.len() || goes_on(&*file, end, size, key)? {
                let what = format!("a committed record at byte {end} is damaged; nothing was changed");
                return Err(damaged(path, what));
            }
            erase::overwrite(&*file, end)?;
            recovery.cut = Some(format!("{path} at byte {end}"));
        }
    }
    if let Some(place) = journal.places.last() {
        write_again(disk, place)?;
    }
    Ok(journal)
}

/// Adds the records of one segment; gives the position after the last whole one.
fn scan_segment(file: &dyn File, first: u64, erases: Erases, journal: &mut Journal) -> Result<u64, StoreError> {
    let (mut offset, mut size) = (0, first);
    loop {
        match read_record(file, offset)? {
            Found::Record(record, len) if record.old_size == size => {
                size = record.new_size;
                journal.erased.extend(record.entries().flat_map(erases));
                journal.places.push(Place {
                    segment: first,
                    offset,
                    len,
                    new_size: size,
                });
                offset += len;
            }
            Found::Newer => return Err(StoreError::Newer(segment_path(first))),
            _ => return Ok(offset),
        }
    }
}

fn is_zero(file: &dyn File, start: u64) -> io::Result<bool> {
    let zeros = vec![0; 1 << 18];
    let mut offset = start;
    loop {
        let bytes = file.read_at(offset, zeros.len())?;
        if bytes.is_empty() {
            return Ok(true);
        }
        if bytes != zeros[..bytes.len()] {
            return Ok(false);
        }
        offset += bytes.len() as u64;
    }
}

/// True when a later commit stands after a broken place. Only one that the log's key signed counts:
/// a blob in the torn record may hold bytes that look like a record.
fn goes_on(file: &dyn File, broken: u64, size: u64, key: &dyn Trust) -> io::Result<bool> {
    let end = file.size()?;
    for offset in (broken + ALIGN as u64..end).step_by(ALIGN) {
        if let Found::Record(record, _) = read_record(file, offset)? {
            let signed = Checkpoint::open(&record.checkpoint, key);
            if record.old_size >= size && signed.is_ok_and(|signed| signed.size == record.new_size) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The last record may stand in the page cache only, if the sync that should have committed it
/// failed. Written and synced once more, it is on the disk or the error is seen now.
fn write_again(disk: &dyn Disk, place: &Place) -> Result<(), StoreError> {
    let path = segment_path(place.segment);
    let file = disk.open(&path, true)?.ok_or_else(|| damaged(&path, "is gone"))?;
    let len = usize::try_from(place.len).unwrap_or(usize::MAX);
    let bytes = file.read_at(place.offset, len)?;
    file.write_at(place.offset, &bytes)?;
    Ok(file.sync()?)
}

fn replay(
    disk: &dyn Disk,
    key: &dyn Trust,
    Journal { places, erased }: &Journal,
    (size, root): (u64, Hash),
    recovery: &mut Recovery,
) -> Result<(Tip, Vec<Tile>), StoreError> {
    let mut tip = load_tip(disk, size, root)?;
    let mut deriver = Deriver::again(disk).without(erased.clone());
    for place in places {
        tip = replay_one(disk, key, place, &tip, &mut deriver)?;
    }
    recovery.records = places.len();
    recovery.repaired = deriver.repaired;
    Ok((tip, deriver.filled))
}

fn replay_one(
    disk: &dyn Disk,
    key: &dyn Trust,
    place: &Place,
    tip: &Tip,
    deriver: &mut Deriver<'_>,
) -> Result<Tip, StoreError> {
    let path = segment_path(place.segment);
    let wrong = |what: &str| damaged(&path, format!("record at byte {}: {what}", place.offset));
    let file = disk.open(&path, false)?.ok_or_else(|| damaged(&path, "is gone"))?;
    let Found::Record(record, _) = read_record(&*file, place.offset)? else {
        return Err(wrong("changed while it was read"));
    };
    let plan = tip
        .plan(record.entries())
        .ok_or_else(|| wrong("has an entry that is too long"))?;
    check_signed(&record, plan.tip.edge.root(), key).map_err(|what| wrong(&what))?;
    if plan
        .root_from_bundles(&tip.edge.tree())
        .is_none_or(|(root, _)| root != record.root)
    {
        return Err(StoreError::Roots);
    }
    deriver.record(&record, &plan)?;
    // Kept even when this is not the last: a crash during recovery then repeats the same steps.
    if record.new_size == place.new_size {
        Ok(plan.tip)
    } else {
        Err(wrong("changed while it was read"))
    }
}

fn check_signed(record: &Record, root: Hash, key: &dyn Trust) -> Result<(), String> {
    let checkpoint = Checkpoint::open(&record.checkpoint, key).map_err(|error| error.to_string())?;
    if (checkpoint.size, checkpoint.root) != (record.new_size, record.root) {
        return Err("its checkpoint is of another size or root".to_owned());
    }
    if record.root != root {
        return Err("its entries do not lead to its root".to_owned());
    }
    Ok(())
}

/// Reads the right edge of the log from its public files and requires the root.
pub(crate) fn load_tip(disk: &dyn Disk, size: u64, root: Hash) -> Result<Tip, StoreError> {
    let mut rows = Vec::new();
    for level in Tile::levels(size) {
        let index = size >> (8 * u32::from(level)) >> 8;
        let tile = Tile::in_tree(Kind::Hashes(level), index, size);
        rows.push(tile.map_or(Ok(Vec::new()), |tile| read_hashes(disk, tile))?);
    }
    let edge = Edge::from_rows(size, rows).unwrap_or_default();
    let bundle = Tile::in_tree(Kind::Entries, size / 256, size);
    let bundle = bundle.map_or(Ok(Vec::new()), |tile| read_bundle(disk, tile))?;
    if edge.size() != size || edge.root() != root {
        return Err(damaged("tile", format!("right edge at size {size} has another root")));
    }
    let tip = Tip { edge, bundle };
    if tip.is_consistent() {
        Ok(tip)
    } else {
        Err(damaged(
            "tile/entries",
            format!("last bundle at size {size} is not what was hashed"),
        ))
    }
}

/// Nothing that was acknowledged or published may be missing, and the edge must be on the disk.
fn check_end(
    disk: &dyn Disk,
    tip: &Tip,
    last: Option<&Committed>,
    published: Option<&Checkpoint>,
) -> Result<(), StoreError> {
    let (size, root) = (tip.edge.size(), tip.edge.root());
    let known = [
        last.map(|last| (committed::PATH, last.size, last.root)),
        published.map(|checkpoint| (CHECKPOINT, checkpoint.size, checkpoint.root)),
    ];
    for (seen, known_size, known_root) in known.into_iter().flatten() {
        if known_size > size {
            return Err(StoreError::Lost {
                seen,
                size: known_size,
                found: size,
            });
        }
        if known_size == size && known_root != root {
            return Err(damaged(seen, "has another root for the same size"));
        }
    }
    load_tip(disk, size, root).map(|_| ())
}

/// Publishes the end, makes all durable and empties the journal, leaving no trace of it where blobs were erased. A
/// crash in here repeats recovery.
fn settle(
    disk: &dyn Disk,
    tip: &Tip,
    firsts: &[u64],
    filled: &[Tile],
    published: Option<&Checkpoint>,
    erased: bool,
) -> Result<(), StoreError> {
    let (size, root) = (tip.edge.size(), tip.edge.root());
    let whole = published.is_some_and(|published| published.size == size);
    // The empty checkpoint was synced when it was made, and there is no second one to restore it from.
    if size > 0 && (!firsts.is_empty() || !whole) {
        // A whole one is written again too: a failed sync may have left it in the page cache only. It
        // may carry cosignatures that the archived one lacks. A segment without a record may itself be lost with the
        // power, so that nothing could heal a torn checkpoint.
        let held = published.is_some() && cosigned::is_held(disk)?;
        let path = if whole || held {
            CHECKPOINT.to_owned()
        } else {
            archive_path(size)
        };
        if let Some(bytes) = disk.read(&path, MAX_NOTE)? {
            replace_synced(disk, CHECKPOINT, &bytes)?;
        }
    }
    write_committed(disk, &Committed::drained(size, root))?;
    // Making an empty log may have failed in its last step, the sync.
    if !firsts.is_empty() || !whole || size == 0 {
        disk.sync_all()?;
    }
    erase::scrap_rest(disk)?;
    if erased {
        erase::scrap_segments(disk, firsts)?;
    } else {
        drop_segments(disk, firsts)?;
    }
    remove_partials(disk, filled)?;
    for item in disk.list(STATE)? {
        if item.name.starts_with("big-") || item.name.starts_with("tmp-") {
            disk.remove(&format!("{STATE}/{}", item.name))?;
        }
    }
    Ok(())
}

/// Removes segments, oldest first, each for good before the next: what remains is always the end.
pub(crate) fn drop_segments(disk: &dyn Disk, firsts: &[u64]) -> Result<(), StoreError> {
    for first in firsts {
        disk.remove(&segment_path(*first))?;
        disk.sync_folder(STATE)?;
    }
    Ok(())
}

/// Writes `.state/committed` in place, so that followers keep one file open.
pub(crate) fn write_committed(disk: &dyn Disk, committed: &Committed) -> Result<(), StoreError> {
    let bytes = committed.encode();
    match disk.open(committed::PATH, true)? {
        Some(file) => file.write_at(0, &bytes)?,
        None => disk.create(committed::PATH, &bytes, false)?,
    }
    Ok(())
}

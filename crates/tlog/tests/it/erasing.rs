//! Blobs that an entry removes for good are gone whatever happens at whichever change of the disk, and nothing else is.

use std::collections::BTreeSet;
use std::sync::Arc;

use tlog::store::memory::Fault;
use tlog::store::{Disk, Listing, Memory, Source};
use tlog::{Follower, Group, Hash, LogReader, Recovery, StoreError, Writer, blob_path, erase};

use crate::support::{ORIGIN, create, group, key, verifier};

/// Entries that begin so erase the blobs named after it.
const ERASE: &str = "erase ";
/// Entries before the one that erases; the blobs of two of them go, one small and one big.
const BEFORE: usize = 8;

fn erases(entry: &[u8]) -> Vec<Hash> {
    let text = std::str::from_utf8(entry).unwrap_or_default();
    let names = text.strip_prefix(ERASE).unwrap_or_default().split(' ');
    names.filter_map(|name| name.parse().ok()).collect()
}

fn open(disk: &Memory) -> Result<(Writer, Recovery), StoreError> {
    Writer::open_erasing(Arc::new(disk.clone()), ORIGIN, key(), erases)
}

/// Small blobs, then big ones.
fn texts() -> Vec<Group> {
    vec![group(0, 4, 5_000), group(4, 4, 300_000)]
}

fn doomed() -> Vec<Hash> {
    let blobs: Vec<Hash> = texts().iter().flat_map(|g| &g.blobs).map(|blob| blob.name).collect();
    vec![blobs[1], blobs[6]]
}

fn erasing() -> Group {
    let names: Vec<String> = doomed().iter().map(Hash::to_string).collect();
    let mut notice = group(8, 1, 100);
    notice.entries = vec![format!("{ERASE}{}", names.join(" ")).into_bytes()];
    notice
}

/// The blobs have no file, and no other file holds their bytes, those of the journal included.
fn assert_erased(disk: &Memory, context: &str) {
    for name in doomed() {
        assert!(
            disk.open(&blob_path(name), false).unwrap().is_none(),
            "{context}: {name} is there"
        );
    }
    for path in disk.paths().iter().filter(|path| !path.starts_with("blob/")) {
        let bytes = disk.read(path, usize::MAX).unwrap().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("blob 1 bbbb") && !text.contains("blob 6 bbbb"),
            "{context}: {path}"
        );
    }
}

fn blobs(disk: &Memory) -> BTreeSet<String> {
    let named = disk.paths().into_iter();
    named.filter(|path| path.starts_with("blob/")).collect()
}

/// All public files but blobs, with their bytes.
fn others(disk: &Memory) -> Vec<(String, Vec<u8>)> {
    let public = disk.paths().into_iter();
    let public = public.filter(|path| !path.starts_with(".state") && !path.starts_with("blob/"));
    public
        .map(|path| (path.clone(), disk.read(&path, usize::MAX).unwrap().unwrap()))
        .collect()
}

/// Opens what a fault left and completes the script: then only the doomed blobs may be missing.
fn finish(disk: &Memory, context: &str) {
    let (mut writer, _) = open(disk).unwrap_or_else(|error| panic!("{context}: {error}"));
    match writer.size() {
        8 => assert_eq!(blobs(disk).len(), BEFORE, "{context}: erased by no entry"),
        9 => assert_erased(disk, context),
        size => panic!("{context}: size {size}"),
    }
    if writer.size() == 8 {
        writer
            .commit(&[erasing()])
            .unwrap_or_else(|error| panic!("{context}: {error}"));
    }
    assert_erased(disk, context);
    writer.commit(&[group(9, 1, 70)]).unwrap();
    writer.close().unwrap();
    let (writer, _) = open(disk).unwrap();
    assert_eq!(writer.size(), 10, "{context}");
    assert_erased(disk, context);
    assert_eq!(blobs(disk).len(), BEFORE - 2 + 2, "{context}");
    let left: Vec<String> = disk.list(".state").unwrap().into_iter().map(|item| item.name).collect();
    assert_eq!(left, ["committed", "lock"], "{context}");
}

/// A writer that has committed the texts: a new one, whose journal is empty, or the one that did it.
fn ready(disk: &Memory, same: bool) -> Writer {
    let (mut writer, _) = open(disk).unwrap();
    for group in texts() {
        writer.commit(&[group]).unwrap();
    }
    if same {
        return writer;
    }
    drop(writer);
    open(disk).unwrap().0
}

fn each_fault(fault: Fault, same: bool, after: impl Fn(&Memory, u64) -> Memory) {
    let start = Memory::new();
    create(&start);
    for n in 0.. {
        let disk = start.fork();
        let mut writer = ready(&disk, same);
        disk.fail(n, fault);
        let done = writer.commit(&[erasing()]).is_ok_and(|commit| commit.behind.is_none());
        drop(writer);
        let struck = disk.struck();
        let left = after(&disk, n);
        left.heal();
        finish(&left, &format!("{fault:?} at change {n}, same writer: {same}"));
        if !struck {
            assert!(done && n > 12, "only {n} changes");
            return;
        }
    }
}

#[test]
fn each_change_may_fail() {
    for fault in [Fault::Failed, Fault::FailedButDone, Fault::Full] {
        each_fault(fault, true, |disk, _| disk.fork());
        each_fault(fault, false, |disk, _| disk.fork());
    }
}

#[test]
fn the_process_or_the_power_may_go_at_each_change() {
    for same in [true, false] {
        each_fault(Fault::Dead, same, |disk, _| disk.fork());
        for seed in 1..=3 {
            each_fault(Fault::Dead, same, |disk, n| disk.power_cut(seed * 1_000_003 + n));
        }
    }
}

#[test]
fn recovery_may_be_interrupted_while_it_erases() {
    let start = Memory::new();
    create(&start);
    let mut cases = 0;
    for first in (0..).step_by(3) {
        let dead = start.fork();
        let mut writer = ready(&dead, true);
        dead.fail(first, Fault::Dead);
        let _ = writer.commit(&[erasing()]);
        drop(writer);
        if !dead.struck() {
            break;
        }
        dead.heal();
        for n in (0..).step_by(2) {
            let again = dead.fork();
            again.fail(n, Fault::Dead);
            let whole = open(&again).is_ok() && !again.struck();
            for left in [again.fork(), again.power_cut(n)] {
                finish(&left, &format!("died at {first}, recovery at {n}"));
                cases += 1;
            }
            if whole {
                break;
            }
        }
    }
    assert!(cases > 500, "{cases}");
}

#[test]
fn nothing_but_the_blobs_changes() {
    let disk = Memory::new();
    create(&disk);
    let mut writer = ready(&disk, true);
    let proofs = |disk: &Memory| -> Vec<Vec<u8>> {
        let (reader, _) = LogReader::open(disk.clone(), &verifier()).unwrap();
        let archived = disk.read(&tlog::archive_path(8), 1 << 20).unwrap().unwrap();
        let proof = |index| {
            let entry = reader.entry(index).unwrap().unwrap();
            reader.proof_file(index, &entry, &archived).unwrap().to_bytes()
        };
        (0..BEFORE as u64).map(proof).collect()
    };
    let (before, kept) = (proofs(&disk), blobs(&disk));
    writer.commit(&[erasing()]).unwrap();
    assert_eq!(proofs(&disk), before);
    let gone: BTreeSet<String> = doomed().into_iter().map(blob_path).collect();
    assert_eq!(&kept - &blobs(&disk), gone);
    // A log that never erased anything has the same public files.
    let other = Memory::new();
    create(&other);
    let (mut writer, _) = Writer::open(Arc::new(other.clone()), ORIGIN, key()).unwrap();
    for group in texts().into_iter().chain([erasing()]) {
        writer.commit(&[group]).unwrap();
    }
    assert_eq!(others(&disk), others(&other));
}

#[test]
fn a_restored_file_is_removed_again() {
    let disk = Memory::new();
    create(&disk);
    let mut writer = ready(&disk, false);
    writer.commit(&[erasing()]).unwrap();
    for name in doomed() {
        disk.overwrite(&blob_path(name), b"back from a backup");
    }
    assert_eq!(writer.unlink(doomed()).unwrap().len(), 2);
    assert_eq!(erase::unlink(&disk, doomed()).unwrap(), []);
    assert_erased(&disk, "restored");
}

#[test]
fn a_follower_sees_the_erasure() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    let mut follower = Follower::new(Arc::new(disk.clone()), 0);
    for group in texts() {
        writer.commit(&[group]).unwrap();
    }
    while follower.next().unwrap().is_some() {}
    writer.commit(&[erasing()]).unwrap();
    let batch = follower.next().unwrap().unwrap();
    assert_eq!(erases(&batch.entries[0]), doomed());
    for name in doomed() {
        assert_eq!(follower.blob(name).unwrap(), None);
    }
}

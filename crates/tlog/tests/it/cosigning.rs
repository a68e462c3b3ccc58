//! Cosigned checkpoints: kept once, published in place of the newest, and waited for where that is wanted.

use tlog::cosigned::{cosigned_sizes, hold, is_held, keep, publish};
use tlog::store::{Disk, LOCK, Memory, Source};
use tlog::{Checkpoint, CosigningKey, Note, StoreError, recover};

use crate::support::{check, create, group, key, open, verifier};

fn cosigned(signed: &[u8], time: u64) -> Vec<u8> {
    let witness = CosigningKey::generate("witness.example", [5; 32]).unwrap();
    let mut note = Note::parse(signed).unwrap();
    note.signatures.push(witness.cosign(&note.text, time));
    note.to_bytes()
}

fn published(disk: &Memory) -> Checkpoint {
    let bytes = disk.read("checkpoint", 10_000).unwrap().unwrap();
    Checkpoint::open(&bytes, &verifier()).unwrap()
}

fn write(disk: &Memory, n: usize) -> Vec<u8> {
    let (mut writer, _) = open(disk).unwrap();
    let commit = writer.commit(&[group(n, 3, 20)]).unwrap();
    writer.close().unwrap();
    commit.checkpoint
}

#[test]
fn a_cosigned_checkpoint_is_kept_once_and_takes_the_place_of_the_newest() {
    let disk = Memory::new();
    create(&disk);
    let first = write(&disk, 0);
    let (one, two) = (cosigned(&first, 1), cosigned(&first, 2));
    keep(&disk, 3, &one).unwrap();
    keep(&disk, 3, &two).unwrap();
    assert_eq!(disk.read("cosigned/3", 10_000).unwrap().unwrap(), one);
    assert!(publish(&disk, &verifier(), &two).unwrap());
    assert_eq!(disk.read("checkpoint", 10_000).unwrap().unwrap(), two);
    // Opening the log again keeps it.
    let (writer, _) = open(&disk).unwrap();
    assert!(matches!(publish(&disk, &verifier(), &two), Err(StoreError::Locked)));
    writer.close().unwrap();
    assert_eq!(disk.read("checkpoint", 10_000).unwrap().unwrap(), two);
    write(&disk, 3);
    assert!(!publish(&disk, &verifier(), &two).unwrap(), "it never goes back");
    assert_eq!(published(&disk).size, 6);
    keep(&disk, 2, &one).unwrap();
    assert_eq!(cosigned_sizes(&disk).unwrap(), [3], "none is put before a later one");
    assert!(check(&disk).is_sound(), "{:?}", check(&disk).findings);
    // A power cut leaves what was kept.
    assert_eq!(disk.power_cut(3).read("cosigned/3", 10_000).unwrap().unwrap(), one);
}

#[test]
fn false_ones_are_found_and_not_published() {
    let disk = Memory::new();
    create(&disk);
    let signed = write(&disk, 0);
    let other = Checkpoint {
        root: tlog::Hash([1; 32]),
        ..published(&disk)
    }
    .sign(&key());
    assert!(publish(&disk, &verifier(), &cosigned(&other, 1)).is_err());
    assert!(publish(&disk, &verifier(), b"nonsense").is_err());
    keep(&disk, 3, &cosigned(&other, 1)).unwrap();
    keep(&disk, 7, &cosigned(&signed, 1)).unwrap();
    let files: Vec<_> = check(&disk).findings.into_iter().map(|finding| finding.file).collect();
    assert_eq!(files, ["cosigned/3", "cosigned/7"]);
}

#[test]
fn a_held_checkpoint_waits_through_closing_opening_and_crashes() {
    let disk = Memory::new();
    create(&disk);
    hold(&disk, true).unwrap();
    let first = write(&disk, 0);
    assert_eq!(published(&disk).size, 0);
    // Opened again after an orderly end, and after none.
    let second = write(&disk, 3);
    let (mut writer, _) = open(&disk).unwrap();
    assert_eq!(writer.size(), 6);
    writer.commit(&[group(6, 2, 20)]).unwrap();
    drop(writer);
    assert_eq!(published(&disk).size, 0);
    recover(&disk, &verifier(), tlog::erase::nothing).unwrap();
    assert_eq!(published(&disk).size, 0);
    assert!(publish(&disk, &verifier(), &cosigned(&second, 9)).unwrap());
    assert!(!publish(&disk, &verifier(), &cosigned(&first, 9)).unwrap());
    assert_eq!(published(&disk).size, 6);
    let (writer, _) = open(&disk).unwrap();
    assert_eq!(writer.size(), 8);
    drop(writer);
    hold(&disk, false).unwrap();
    assert!(!is_held(&disk).unwrap());
    let (writer, _) = open(&disk).unwrap();
    drop(writer);
    assert_eq!(published(&disk).size, 8);
    assert!(disk.lock(LOCK).unwrap().is_some());
}

#[test]
fn ending_the_holding_before_recovery_shows_nothing_torn_and_nothing_older() {
    let disk = Memory::new();
    create(&disk);
    hold(&disk, true).unwrap();
    let first = write(&disk, 0);
    let stale = disk.read(".state/committed", 1000).unwrap().unwrap();
    let torn = disk.fork();
    torn.overwrite(&tlog::archive_path(3), &first[..first.len() / 2]);
    hold(&torn, false).unwrap();
    assert_eq!(published(&torn).size, 0);
    let second = cosigned(&write(&disk, 3), 1);
    assert!(publish(&disk, &verifier(), &second).unwrap());
    disk.overwrite(".state/committed", &stale);
    hold(&disk, false).unwrap();
    assert_eq!(disk.read("checkpoint", 10_000).unwrap().unwrap(), second);
}

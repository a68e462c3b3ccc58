//! A copy of a log that another writes: the same files, and never more than the log signed.

use std::sync::Arc;

use tlog::store::{Disk, Listing, Memory, Source};
use tlog::{Group, SigningKey, StoreError, Writer, archive_path};

use crate::support::{self, assert_sound, create, group, numbers, open, verifier};

const GROUPS: [usize; 5] = [3, 200, 1, 120, 40];

/// A log of some groups, and what a copier sees of each: entries, blobs, checkpoint.
fn original() -> (Memory, Vec<(Group, Vec<u8>)>) {
    let disk = Memory::new();
    create(&disk);
    let mut writer = open(&disk).unwrap().0;
    let (mut n, mut seen) = (0, Vec::new());
    for count in GROUPS {
        let group = group(n, count, 100);
        let commit = writer.commit(std::slice::from_ref(&group)).unwrap();
        seen.push((group, commit.checkpoint));
        n += count;
    }
    writer.close().unwrap();
    (disk, seen)
}

fn copier(disk: &Memory) -> Writer {
    Writer::open_copy(Arc::new(disk.clone()), verifier(), tlog::erase::nothing)
        .unwrap()
        .0
}

/// Path and bytes of every public file.
fn files(disk: &Memory) -> Vec<(String, Vec<u8>)> {
    let (mut folders, mut found) = (vec![String::new()], Vec::new());
    while let Some(folder) = folders.pop() {
        for item in disk.list(&folder).unwrap() {
            let path = format!("{folder}{}", item.name);
            match item.folder {
                true if path == ".state" => {}
                true => folders.push(format!("{path}/")),
                false => found.push((path.clone(), disk.read(&path, 1 << 20).unwrap().unwrap())),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_copy_has_the_same_files_and_goes_on_where_it_stopped() {
    let (log, seen) = original();
    let copy = Memory::new();
    for (group, signed) in seen.clone() {
        // Dropped, not closed, like a copier that is killed.
        copier(&copy).copy(group, &signed).unwrap();
    }
    copier(&copy).close().unwrap();
    assert_sound(&copy, GROUPS.iter().sum(), "copy");
    let without_first: Vec<_> = files(&log)
        .into_iter()
        .filter(|(path, _)| path != "checkpoints/0")
        .collect();
    assert_eq!(files(&copy), without_first);
}

#[test]
fn several_groups_may_be_copied_at_once() {
    let (_, seen) = original();
    let mut all = Group::default();
    for (group, _) in seen.iter().cloned() {
        all.entries.extend(group.entries);
        all.blobs.extend(group.blobs);
    }
    let copy = Memory::new();
    let mut writer = copier(&copy);
    writer.copy(all, &seen.last().unwrap().1).unwrap();
    writer.close().unwrap();
    assert_sound(&copy, GROUPS.iter().sum(), "copy");
    assert!(copy.read(&archive_path(3), 999).unwrap().is_none());
}

#[test]
fn a_copy_takes_nothing_that_does_not_lead_to_the_signed_root() {
    let (_, seen) = original();
    let copy = Memory::new();
    let mut writer = copier(&copy);
    writer.copy(seen[0].0.clone(), &seen[0].1).unwrap();
    let other = SigningKey::generate(support::ORIGIN, [8; 32]).unwrap();
    let forged = tlog::Checkpoint {
        origin: support::ORIGIN.to_owned(),
        size: 203,
        root: tlog::Hash([1; 32]),
    };
    let mut altered = seen[1].0.clone();
    altered.entries[77][0] ^= 1;
    let refused = |result: Result<_, StoreError>| matches!(result, Err(StoreError::Refused(_)));
    assert!(refused(writer.copy(altered, &seen[1].1)), "another entry");
    assert!(refused(writer.copy(seen[1].0.clone(), &seen[0].1)), "another size");
    assert!(
        refused(writer.copy(seen[1].0.clone(), &forged.sign(&support::key()))),
        "another root"
    );
    assert!(
        refused(writer.copy(seen[1].0.clone(), &forged.sign(&other))),
        "another key"
    );
    assert!(refused(writer.commit(&[seen[1].0.clone()])), "no checkpoint");
    assert_eq!((writer.stopped(), writer.size()), (None, 3));
    writer.copy(seen[1].0.clone(), &seen[1].1).unwrap();
    assert_eq!(numbers(&copy).len(), 203);
}

#[test]
fn a_log_does_not_take_the_checkpoints_of_others_and_a_copy_not_the_place_of_a_log() {
    let (log, seen) = original();
    let mut writer = open(&log).unwrap().0;
    let size = writer.size();
    assert!(matches!(
        writer.copy(group(900, 1, 9), &seen[0].1),
        Err(StoreError::Refused(_))
    ));
    assert_eq!(writer.size(), size);
    drop(writer);
    let another = SigningKey::generate("other.example", [9; 32]).unwrap();
    let opened = Writer::open_copy(Arc::new(log.clone()), another.verifier(), tlog::erase::nothing);
    assert!(matches!(opened, Err(StoreError::Damaged { .. })), "{opened:?}");
    assert!(log.lock(tlog::store::LOCK).unwrap().is_some());
}

//! Followers and readers: they see each commit at once and whole, whatever the writer drops.

use std::sync::Arc;

use tlog::store::{Disk, Memory, Source};
use tlog::{Follower, LogReader, StoreError};

use crate::support::{create, group, number, open, verifier};

/// All batches there are, as the numbers of their entries.
fn drain(follower: &mut Follower) -> Vec<Vec<usize>> {
    let mut batches = Vec::new();
    while let Some(batch) = follower.next().unwrap() {
        batches.push(batch.entries.iter().map(|entry| number(entry)).collect());
    }
    batches
}

fn follower(disk: &Memory, size: u64) -> Follower {
    Follower::new(Arc::new(disk.clone()), size)
}

#[test]
fn each_commit_is_one_batch_with_its_blobs() {
    let disk = Memory::new();
    let mut follower = follower(&disk, 0);
    assert_eq!(follower.poll().unwrap(), None);
    create(&disk);
    assert_eq!(drain(&mut follower).len(), 0);
    let (mut writer, _) = open(&disk).unwrap();
    let mut at = 0;
    for count in [1, 2, 300, 5] {
        let groups = [group(at, count, 2000)];
        let commit = writer.commit(&groups).unwrap();
        let batch = follower.next().unwrap().unwrap();
        assert_eq!(batch.first, at as u64);
        assert_eq!(batch.entries, groups[0].entries);
        assert!(groups[0].blobs.iter().all(|blob| batch.blobs.contains(blob)));
        assert_eq!(batch.checkpoint, Some(commit.checkpoint));
        assert_eq!(follower.poll().unwrap(), Some((commit.size, commit.root)));
        assert_eq!(follower.next().unwrap(), None);
        at += count;
    }
}

#[test]
fn segments_may_change_and_go_while_a_follower_sleeps() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    let (mut awake, mut asleep) = (follower(&disk, 0), follower(&disk, 0));
    let mut seen = Vec::new();
    for n in 0..40 {
        // Four of these fill the first segment.
        writer
            .commit(&[group(n * 10, 5, 60_000 / 4), group(n * 10 + 5, 5, 60_000 / 4)])
            .unwrap();
        seen.extend(drain(&mut awake).concat());
        if n == 13 {
            drain(&mut asleep);
        }
    }
    let all: Vec<usize> = (0..400).collect();
    assert_eq!(seen, all);
    let size = usize::try_from(asleep.size()).unwrap();
    assert_eq!(drain(&mut asleep).concat(), all[size..]);
    assert_eq!(drain(&mut follower(&disk, 0)).concat(), all);
    assert_eq!(drain(&mut follower(&disk, 137)).concat(), all[137..]);
    writer.close().unwrap();
    for start in [0, 1, 137, 255, 256, 257, 399, 400] {
        assert_eq!(drain(&mut follower(&disk, start as u64)).concat(), all[start..]);
    }
}

#[test]
fn blobs_without_files_come_from_the_journal() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    let groups = [group(0, 2, 3000), group(2, 1, 300_000)];
    // The disk fails right after the commit point: the record is there, no file is derived.
    let mut nth = 0;
    let behind = loop {
        let copy = disk.fork();
        drop(writer);
        let (next, _) = open(&copy).unwrap();
        writer = next;
        copy.fail(nth, tlog::store::memory::Fault::Failed);
        match writer.commit(&groups) {
            Ok(commit) if commit.behind.is_some() && !has_blob(&copy, &groups[0]) => break copy,
            _ => nth += 1,
        }
        assert!(nth < 50);
    };
    behind.heal();
    let mut follower = follower(&behind, 0);
    let target = follower.poll().unwrap().unwrap().0;
    if target == 3 {
        assert_eq!(follower.next().unwrap().unwrap().entries.len(), 3);
    }
    let blobs = groups.iter().flat_map(|group| &group.blobs);
    if target == 3 {
        for blob in blobs {
            assert_eq!(follower.blob(blob.name).unwrap().as_ref(), Some(&blob.bytes));
        }
    }
    drop(writer);
    drop(open(&behind).unwrap());
    assert!(has_blob(&behind, &groups[0]) && has_blob(&behind, &groups[1]));
    assert_eq!(follower.blob(tlog::hash::sha256(b"nothing")).unwrap(), None);
}

fn has_blob(disk: &Memory, group: &tlog::Group) -> bool {
    disk.read(&tlog::blob_path(group.blobs[0].name), 1 << 20)
        .unwrap()
        .is_some()
}

#[test]
fn a_torn_committed_file_is_replaced_by_the_public_checkpoint() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    writer.commit(&[group(0, 3, 10)]).unwrap();
    drop(writer);
    disk.overwrite(".state/committed", &[7; 128]);
    let mut follower = follower(&disk, 0);
    assert_eq!(follower.poll().unwrap().unwrap().0, 3);
    assert_eq!(drain(&mut follower).concat(), [0, 1, 2]);
}

#[test]
fn a_log_that_shrank_is_told() {
    let disk = Memory::new();
    create(&disk);
    let mut follower = follower(&disk, 5);
    assert!(matches!(
        follower.next(),
        Err(StoreError::Lost { size: 5, found: 0, .. })
    ));
}

#[test]
fn readers_prove_every_entry_against_every_archived_checkpoint() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    let mut commits = Vec::new();
    let mut at = 0;
    for count in [1, 4, 200, 60, 300, 3] {
        commits.push(writer.commit(&[group(at, count, 10)]).unwrap());
        at += count;
    }
    writer.close().unwrap();
    let (reader, newest) = LogReader::open(disk.clone(), &verifier()).unwrap();
    assert_eq!(reader.checkpoint().unwrap(), commits[5].checkpoint);
    for commit in &commits {
        assert_eq!(reader.archived(commit.size).unwrap().as_ref(), Some(&commit.checkpoint));
        assert_eq!(reader.root(commit.size).unwrap(), Some(commit.root));
        let proof = reader.consistency(commit.size, newest.size).unwrap().unwrap();
        tlog::proof::verify_consistency(commit.size, newest.size, commit.root, newest.root, &proof).unwrap();
        for index in (0..commit.size).step_by(7) {
            let entry = reader.entry(index).unwrap().unwrap();
            let file = reader.proof_file(index, &entry, &commit.checkpoint).unwrap();
            assert_eq!(file.verify_extra(&verifier()).unwrap().size, commit.size);
        }
    }
    let first = &commits[0];
    assert!(reader.proof_file(1, b"x", &first.checkpoint).is_err());
    assert!(reader.proof_file(0, b"x", &first.checkpoint).is_err());
    assert_eq!(reader.archived(2).unwrap(), None);
    assert_eq!(reader.entry(568).unwrap(), None);
    assert_eq!(reader.root(569).unwrap(), None);
    let some: Vec<u64> = reader.entries(250..262).map(|entry| entry.unwrap().0).collect();
    assert_eq!(some, (250..262).collect::<Vec<_>>());
    assert_eq!(reader.entries(568..9999).count(), 0);
}

#[test]
fn a_missing_bundle_ends_the_entries_with_one_error() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    writer.commit(&[group(0, 600, 10)]).unwrap();
    writer.close().unwrap();
    disk.remove("tile/entries/001").unwrap();
    let (reader, _) = LogReader::open(disk, &verifier()).unwrap();
    let read: Vec<_> = reader.entries(0..600).collect();
    assert_eq!(read.len(), 257);
    assert!(read[256].is_err());
}

//! A log whose key is followed by another.

use std::sync::Arc;

use tlog::note::NoteError;
use tlog::store::Memory;
use tlog::{Checkpoint, LogKey, LogKeys, LogReader, SigningKey, StoreError, Writer, erase};

use crate::support::{ORIGIN, create, group, key};

fn second() -> SigningKey {
    SigningKey::generate(ORIGIN, [77; 32]).unwrap()
}

/// The first key signs below 8, the second from 6 on.
fn both() -> LogKeys {
    let mut keys = LogKeys::of(ORIGIN);
    keys.add(LogKey {
        until: Some(8),
        ..key().verifier().into()
    });
    keys.add(LogKey {
        from: 6,
        ..second().verifier().into()
    });
    keys
}

fn open(disk: &Memory, keys: Vec<SigningKey>) -> Writer {
    let keys = keys
        .into_iter()
        .map(|key| Arc::new(key) as Arc<dyn tlog::Signs>)
        .collect();
    Writer::open_with(Arc::new(disk.clone()), keys, &both(), erase::nothing)
        .unwrap()
        .0
}

/// A log of 10 entries; at 6 both keys signed, from 8 on the second alone.
fn rotated() -> Memory {
    let disk = Memory::new();
    create(&disk);
    let mut writer = open(&disk, vec![key()]);
    writer.commit(&[group(0, 5, 100)]).unwrap();
    writer.sign_with(vec![Arc::new(key()), Arc::new(second())]).unwrap();
    writer.commit(&[group(5, 1, 100)]).unwrap();
    // Dropped, not closed: what is in the journal was signed by both.
    drop(writer);
    let mut writer = open(&disk, vec![second()]);
    writer.commit(&[group(6, 4, 100)]).unwrap();
    disk
}

#[test]
fn the_log_goes_on_under_its_next_key() {
    let disk = rotated();
    open(&disk, vec![second()]).close().unwrap();
    let report = tlog::fsck::check(&disk, Some(&disk), &both(), &mut ());
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!(report.checkpoint.map(|checkpoint| checkpoint.size), Some(10));
    let reader = LogReader::new(disk, 10);
    let by = |size: u64, key: SigningKey| {
        let bytes = reader.archived(size).unwrap().unwrap();
        Checkpoint::open(&bytes, &key.verifier()).is_ok()
    };
    assert_eq!((by(5, key()), by(5, second())), (true, false));
    assert_eq!((by(6, key()), by(6, second())), (true, true));
    assert_eq!((by(10, key()), by(10, second())), (false, true));
}

#[test]
fn a_checkpoint_by_the_key_that_has_ended_is_found() {
    let disk = rotated();
    let report = tlog::fsck::check(&disk, Some(&disk), &key().verifier(), &mut ());
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert_eq!(
        report.findings[0].what,
        NoteError::Missing(ORIGIN.to_owned()).to_string()
    );
}

#[test]
fn without_a_key_nothing_is_committed() {
    let disk = rotated();
    let mut writer = open(&disk, Vec::new());
    assert!(matches!(
        writer.commit(&[group(10, 1, 100)]),
        Err(StoreError::Refused(_))
    ));
    writer.sign_with(vec![Arc::new(second())]).unwrap();
    assert_eq!(writer.commit(&[group(10, 1, 100)]).unwrap().size, 11);
}

#[test]
fn a_copy_follows_from_key_to_key() {
    let log = rotated();
    let reader = LogReader::new(log, 10);
    let copy = Memory::new();
    let verifier = key().verifier();
    let (mut writer, _) = Writer::open_copy(Arc::new(copy), verifier, erase::nothing).unwrap();
    for (first, count, size) in [(0, 5, 5), (5, 1, 6), (6, 4, 10)] {
        let signed = reader.archived(size).unwrap().unwrap();
        if first == 6 {
            let refused = writer.copy(group(first, count, 100), &signed);
            assert!(matches!(refused, Err(StoreError::Refused(_))));
            writer.trust(both());
        }
        writer.copy(group(first, count, 100), &signed).unwrap();
    }
    assert_eq!(writer.size(), 10);
}

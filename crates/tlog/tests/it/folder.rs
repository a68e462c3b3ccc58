//! The writer on a real folder.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use tlog::store::Dir;
use tlog::{Follower, LogReader, StoreError};

use crate::support::{assert_sound, create, group, open_dir, verifier};

#[test]
fn a_log_on_disk_is_written_followed_dropped_and_recovered() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Dir::new(folder.path().join("record"));
    create(&disk);
    let (mut writer, recovery) = open_dir(&disk).unwrap();
    assert_eq!(recovery, tlog::Recovery::default());
    let mut follower = Follower::new(Arc::new(disk.clone()), 0);
    let mut at = 0;
    for (count, len) in [(1, 300_000), (9, 263_000), (300, 900), (2, 100)] {
        writer.commit(&[group(at, count, len)]).unwrap();
        let batch = follower.next().unwrap().unwrap();
        assert_eq!((batch.first, batch.entries.len()), (at as u64, count));
        at += count;
        assert_sound(&disk, at, "while the writer lives");
    }
    assert!(matches!(open_dir(&disk), Err(StoreError::Locked)));
    drop(writer);

    let (mut writer, recovery) = open_dir(&disk).unwrap();
    assert_eq!((recovery.size, recovery.records), (312, 4));
    assert_eq!(recovery.repaired, Vec::<String>::new());
    writer.commit(&[group(312, 1, 10)]).unwrap();
    writer.close().unwrap();
    assert_sound(&disk, 313, "closed");
    let (_, recovery) = open_dir(&disk).unwrap();
    assert_eq!((recovery.size, recovery.records), (313, 0));

    let blob = group(312, 1, 10).blobs[0].clone();
    assert_eq!(follower.blob(blob.name).unwrap(), Some(blob.bytes));
    let (reader, _) = LogReader::open(disk.clone(), &verifier()).unwrap();
    assert_eq!(reader.entries(0..313).map(Result::unwrap).count(), 313);
    for path in ["tile/0/000", "tile/entries/000", "checkpoint"] {
        let mode = std::fs::metadata(disk.path().join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o444, "{path}");
    }
    assert!(!disk.path().join("tile/0/000.p").exists());
}

#[test]
fn many_small_blobs_are_written_by_two_threads() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Dir::new(folder.path());
    create(&disk);
    let (mut writer, _) = open_dir(&disk).unwrap();
    let groups: Vec<_> = (0..400).map(|n| group(n, 1, 50)).collect();
    writer.commit(&groups).unwrap();
    drop(writer);
    assert_sound(&disk, 400, "written");
    for n in [3, 399] {
        let path = tlog::blob_path(groups[n].blobs[0].name);
        std::fs::remove_file(disk.path().join(&path)).unwrap();
    }
    let (_, recovery) = open_dir(&disk).unwrap();
    assert_eq!(recovery.records, 1);
    assert_sound(&disk, 400, "recovered");
}

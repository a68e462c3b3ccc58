//! Damage: flipped bits in the journal and in every public file, files gone, files too many.

use tlog::store::memory::Chance;
use tlog::store::{Disk, Memory, Source};
use tlog::{StoreError, Writer, fsck};

use crate::support::{ORIGIN, assert_sound, check, create, group, key, numbers, open, verifier};

fn read(disk: &Memory, path: &str) -> Vec<u8> {
    disk.read(path, 1 << 30).unwrap().unwrap()
}

fn segment(disk: &Memory) -> String {
    let mut paths = disk.paths().into_iter().filter(|path| path.contains("/journal-"));
    paths.next().unwrap()
}

/// Three commits in one segment, not closed, and where their records begin.
fn three_records() -> (Memory, Vec<usize>) {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    for n in 0..3 {
        writer.commit(&[group(n, 1, 3000)]).unwrap();
    }
    drop(writer);
    let bytes = read(&disk, &segment(&disk));
    let starts = (0..bytes.len())
        .step_by(4096)
        .filter(|at| bytes[*at..].starts_with(b"tlog-rec"));
    let starts = starts.collect();
    (disk, starts)
}

fn flip(disk: &Memory, path: &str, at: usize) {
    let mut bytes = read(disk, path);
    bytes[at] ^= 0x20;
    disk.overwrite(path, &bytes);
}

/// What the log was before its last commit, as a crash in the middle of that commit leaves it.
fn before_the_last_commit(disk: &Memory) -> Memory {
    let older = Memory::new();
    create(&older);
    let (mut writer, _) = open(&older).unwrap();
    for n in 0..2 {
        writer.commit(&[group(n, 1, 3000)]).unwrap();
    }
    drop(writer);
    let path = segment(disk);
    older.overwrite(&path, &read(disk, &path));
    older
}

#[test]
fn a_torn_record_at_the_end_is_cut() {
    let (disk, starts) = three_records();
    assert_eq!(starts.len(), 3);
    for at in [0, 9, 50, 100, 2000, 3300] {
        let torn = before_the_last_commit(&disk);
        flip(&torn, &segment(&torn), starts[2] + at);
        let (mut writer, recovery) = open(&torn).unwrap();
        assert_eq!((recovery.size, recovery.records), (2, 2));
        let cut = recovery.cut.unwrap();
        assert!(cut.ends_with(&format!("at byte {}", starts[2])), "{cut}");
        writer.commit(&[group(2, 1, 10)]).unwrap();
        assert_sound(&torn, 3, "after the cut");
    }
}

#[test]
fn a_record_that_was_acknowledged_is_never_cut() {
    let (disk, starts) = three_records();
    for start in &starts {
        for at in [0, 9, 50, 3300] {
            let damaged = disk.fork();
            flip(&damaged, &segment(&damaged), start + at);
            let error = open(&damaged).unwrap_err();
            assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
            assert!(error.to_string().contains(&format!("at byte {start}")), "{error}");
        }
    }
}

#[test]
fn damage_before_a_valid_record_is_told_without_the_committed_file_too() {
    let (disk, starts) = three_records();
    disk.remove(".state/committed").unwrap();
    flip(&disk, &segment(&disk), starts[1] + 60);
    let error = open(&disk).unwrap_err();
    assert!(error.to_string().contains("committed record"), "{error}");
}

#[test]
fn a_blob_that_looks_like_a_record_does_not_hide_a_torn_one() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    writer.commit(&[group(0, 1, 10)]).unwrap();
    let record = read(&disk, &segment(&disk))[..4096].to_vec();
    // The blob of the next one repeats this true record where records may begin.
    let mut next = group(1, 1, 10);
    // Header, length and entry, name and length of the blob stand before its bytes.
    let before = 88 + 2 + next.entries[0].len() + 36;
    next.blobs[0].bytes = vec![0; 4096 - before % 4096];
    for _ in 0..5 {
        next.blobs[0].bytes.extend_from_slice(&record);
    }
    next.blobs[0].name = tlog::hash::sha256(&next.blobs[0].bytes);
    next.entries[0] = format!("entry 1 {}", next.blobs[0].name).into_bytes();
    let committed = read(&disk, ".state/committed");
    let path = segment(&disk);
    writer.commit(&[next]).unwrap();
    drop(writer);
    let torn = Memory::new();
    create(&torn);
    let (mut writer, _) = open(&torn).unwrap();
    writer.commit(&[group(0, 1, 10)]).unwrap();
    drop(writer);
    torn.overwrite(&path, &read(&disk, &path));
    torn.overwrite(".state/committed", &committed);
    flip(&torn, &path, 4096 + 40);
    let (_, recovery) = open(&torn).unwrap();
    assert!(recovery.cut.is_some());
    assert_eq!(numbers(&torn), [0]);
}

#[test]
fn a_log_that_lost_entries_is_refused() {
    let (disk, _) = three_records();
    let backup = disk.fork();
    let (mut writer, _) = open(&disk).unwrap();
    writer.commit(&[group(3, 1, 10)]).unwrap();
    writer.close().unwrap();
    // The folder of a backup with the newer checkpoint beside it.
    backup.overwrite("checkpoint", &read(&disk, "checkpoint"));
    let error = open(&backup).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Lost {
                seen: "checkpoint",
                size: 4,
                found: 3
            }
        ),
        "{error}"
    );
    let error = error.to_string();
    assert!(error.contains("4 entries") && error.contains("only 3"), "{error}");
}

#[test]
fn a_changed_right_edge_is_refused() {
    let (disk, _) = three_records();
    drop(open(&disk).unwrap());
    for path in ["tile/0/000.p/3", "tile/entries/000.p/3"] {
        let damaged = disk.fork();
        flip(&damaged, path, 5);
        let error = open(&damaged).unwrap_err();
        assert!(error.to_string().contains("tile"), "{error}");
    }
}

#[test]
fn another_key_or_a_missing_log_is_told() {
    let (disk, _) = three_records();
    let disk = std::sync::Arc::new(disk);
    let other = tlog::SigningKey::generate(ORIGIN, [8; 32]).unwrap();
    assert!(matches!(
        Writer::open(disk.clone(), ORIGIN, other),
        Err(StoreError::Damaged { .. })
    ));
    assert!(matches!(
        Writer::open(disk.clone(), "other.example", key()),
        Err(StoreError::Refused(_))
    ));
    assert!(matches!(
        Writer::create(&*disk, ORIGIN, &key()),
        Err(StoreError::Exists(_))
    ));
    assert!(matches!(open(&Memory::new()), Err(StoreError::Missing)));
}

#[test]
fn unfit_groups_are_refused_and_change_nothing() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    let before = disk.paths();
    let mut long = group(0, 1, 10);
    long.entries[0] = vec![b'x'; 65_536];
    let mut empty = group(0, 1, 10);
    empty.entries.push(Vec::new());
    for groups in [
        vec![],
        vec![tlog::Group::default()],
        vec![group(0, 1, 10), long],
        vec![empty],
    ] {
        assert!(matches!(writer.commit(&groups), Err(StoreError::Refused(_))));
    }
    assert_eq!(disk.paths(), before);
    writer.commit(&[group(0, 1, 10)]).unwrap();
    let mut other = group(0, 1, 10);
    other.blobs[0].bytes.push(b'!');
    assert!(matches!(writer.commit(&[other]), Err(StoreError::Conflict(_))));
    writer.commit(&[group(0, 1, 10)]).unwrap();
    assert_eq!(writer.size(), 2);
}

/// A log with full and partial tiles of two levels, old partial ones, and archived checkpoints.
fn big_log() -> Memory {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    let mut at = 0;
    for count in [3, 250, 300, 7, 40] {
        writer.commit(&[group(at, count, 20)]).unwrap();
        at += count;
    }
    writer.close().unwrap();
    assert_sound(&disk, 600, "undamaged");
    disk
}

#[test]
fn every_flipped_bit_in_every_public_file_is_found_and_named() {
    let disk = big_log();
    let paths: Vec<_> = disk
        .paths()
        .into_iter()
        .filter(|path| !path.starts_with(".state"))
        .collect();
    assert!(paths.len() > 70, "{}", paths.len());
    for (n, path) in paths.iter().enumerate() {
        let len = read(&disk, path).len();
        // Length fields, contents and ends; another place in each file.
        for at in [0, 1, (n * 7919) % len, len / 2, len - 1] {
            let damaged = disk.fork();
            flip(&damaged, path, at);
            let report = check(&damaged);
            assert!(!report.is_sound(), "{path} byte {at}");
            let named = report.findings.iter().any(|finding| finding.file == *path);
            assert!(named, "{path} byte {at}: {:?}", report.findings);
            let others = report
                .findings
                .iter()
                .filter(|finding| finding.file.starts_with("tile"));
            assert!(others.clone().all(|f| f.file == *path), "{path} byte {at}: {others:?}");
        }
    }
}

#[test]
fn ten_thousand_flipped_bits_are_found_each_with_its_file() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    for (at, count) in [(0, 3), (3, 20), (23, 240), (263, 9)] {
        writer.commit(&[group(at, count, 40)]).unwrap();
    }
    // Not closed, so that old partial tiles are there beside the full ones.
    drop(writer);
    let public = |path: &String| !path.starts_with(".state");
    let paths: Vec<String> = disk.paths().into_iter().filter(public).collect();
    for kind in [
        "tile/0/000",
        "tile/0/000.p/23",
        "tile/entries/000.p/3",
        "checkpoints/23",
        "blob/",
    ] {
        assert!(paths.iter().any(|path| path.starts_with(kind)), "{kind}");
    }
    let flip_some = |first: u64| {
        let mut chance = Chance::new(first);
        for n in 0..5_000 {
            let path = &paths[chance.below(paths.len())];
            let damaged = disk.fork();
            let mut bytes = read(&damaged, path);
            let at = chance.below(bytes.len());
            let bit = chance.below(8);
            bytes[at] ^= 1 << bit;
            damaged.overwrite(path, &bytes);
            let report = check(&damaged);
            let named = report.findings.iter().any(|finding| finding.file == *path);
            assert!(named, "{first}, {n}: {path} byte {at} bit {bit}: {:?}", report.findings);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| flip_some(1));
        flip_some(2);
    });
}

#[test]
fn the_entry_that_was_changed_is_named() {
    let disk = big_log();
    let bytes = read(&disk, "tile/entries/001");
    let at = bytes.windows(10).position(|window| window == b"entry 300 ").unwrap();
    flip(&disk, "tile/entries/001", at);
    let report = check(&disk);
    assert_eq!(report.findings[0].file, "tile/entries/001");
    assert_eq!(report.findings[0].index, Some(300));
}

#[test]
fn missing_truncated_and_unknown_files_are_found() {
    let disk = big_log();
    let paths: Vec<_> = disk
        .paths()
        .into_iter()
        .filter(|path| !path.starts_with(".state"))
        .collect();
    for path in &paths {
        let bytes = read(&disk, path);
        let damaged = disk.fork();
        damaged.overwrite(path, &bytes[..bytes.len() - 1]);
        assert!(!check(&damaged).is_sound(), "{path} truncated");
        damaged.overwrite(path, &[&bytes[..], b"\0"].concat());
        assert!(!check(&damaged).is_sound(), "{path} longer");
        // Archived checkpoints and old partial tiles may go; all else may not.
        let old = path.starts_with("checkpoints/") || path.ends_with(".p/41") || path.ends_with(".p/48");
        if !old {
            let damaged = disk.fork();
            damaged.remove(path).unwrap();
            assert!(!check(&damaged).is_sound(), "{path} missing");
        }
    }
    let strangers = [
        "notes.txt",
        "tile/0/x",
        "tile/entries/000.p/0",
        "tile/0/009",
        "tile/8/000",
        "blob/zz",
        "checkpoints/7",
        "checkpoints/601",
        "checkpoints/007",
        "blob/00/11",
        "tile/0/002.p/255",
        "deep/deep/deep/file",
        "checkpoint.bak",
        "tile/1/000.p/3",
    ];
    for path in strangers {
        let damaged = disk.fork();
        damaged.create(path, b"?", true).unwrap();
        let report = check(&damaged);
        assert!(
            report.findings.iter().any(|finding| finding.file == path),
            "{path}: {report:?}"
        );
    }
}

#[test]
fn hostile_bytes_in_any_file_never_panic() {
    let disk = big_log();
    let hostile: [&[u8]; 5] = [b"", &[0xff; 300], &[0; 8192], b"\n\n\n", &[0x80; 9000]];
    for path in disk.paths() {
        for bytes in hostile {
            let damaged = disk.fork();
            damaged.overwrite(&path, bytes);
            let _ = check(&damaged);
            let _ = fsck::check(&damaged, None, &verifier(), &mut ());
            let _ = open(&damaged);
        }
    }
}

#[test]
fn without_a_listing_what_the_checkpoint_requires_is_checked() {
    let disk = big_log();
    assert!(fsck::check(&disk, None, &verifier(), &mut ()).is_sound());
    flip(&disk, "tile/entries/002.p/88", 40);
    let report = fsck::check(&disk, None, &verifier(), &mut ());
    assert_eq!(report.findings.len(), 1, "{report:?}");
}

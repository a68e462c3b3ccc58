//! Faults at every call to the disk, one by one; each time everything acknowledged must be there,
//! nothing may be there in part, and every file must be right. `tests/powercut` goes on from here.

use tlog::store::memory::Fault;
use tlog::store::{Disk, Memory};
use tlog::{LogReader, StoreError, Writer};

use crate::support::{ORIGIN, assert_sound, create, group, key, numbers, open, verifier};

/// Groups of the script: sizes that cross tiles and segments, a big blob, many blobs, two groups at once.
const STEPS: [&[(usize, usize)]; 7] = [
    &[(1, 100)],
    &[(3, 100), (2, 700)],
    &[(250, 10)],
    &[(2, 200_000)],
    &[(1, 300_000)],
    &[(9, 263_000)],
    &[(20, 50)],
];

fn step(n: usize) -> Vec<tlog::Group> {
    let start: usize = STEPS[..n].iter().flat_map(|s| s.iter()).map(|(count, _)| count).sum();
    let mut at = start;
    let groups = STEPS[n].iter().map(|(count, len)| {
        at += count;
        group(at - count, *count, *len)
    });
    groups.collect()
}

/// Sizes at which the log may stop: those after each step.
fn boundaries() -> Vec<usize> {
    let mut size = 0;
    let steps = STEPS.iter().map(|groups| {
        size += groups.iter().map(|(count, _)| count).sum::<usize>();
        size
    });
    std::iter::once(0).chain(steps).collect()
}

/// Runs the script until an error; gives the number of acknowledged steps. `close` is part of it.
fn run(disk: &Memory) -> usize {
    let Ok((mut writer, _)) = open(disk) else { return 0 };
    for n in 0..STEPS.len() {
        match writer.commit(&step(n)) {
            Ok(commit) if commit.behind.is_none() => {}
            Ok(_) => return n + 1,
            Err(_) => return n,
        }
        if n == 3 {
            if writer.close().is_err() {
                return n + 1;
            }
            match open(disk) {
                Ok((next, _)) => writer = next,
                Err(_) => return n + 1,
            }
        }
    }
    let _ = writer.close();
    STEPS.len()
}

/// Opens what is left, requires it to be sound, and goes on with the script to its end.
fn finish(disk: &Memory, acknowledged: usize, context: &str) {
    let (mut writer, _) = open(disk).unwrap_or_else(|error| panic!("{context}: {error}"));
    let size = usize::try_from(writer.size()).unwrap();
    let boundaries = boundaries();
    let done = boundaries.iter().position(|boundary| *boundary == size);
    let done = done.unwrap_or_else(|| panic!("{context}: half a step, size {size}"));
    assert!(
        done >= acknowledged,
        "{context}: {acknowledged} acknowledged, {done} found"
    );
    assert!(done <= acknowledged + 1, "{context}: more than was written");
    assert_eq!(numbers(disk), (0..size).collect::<Vec<_>>(), "{context}");
    assert_sound(disk, size, context);
    for n in done..STEPS.len() {
        writer
            .commit(&step(n))
            .unwrap_or_else(|error| panic!("{context}: {error}"));
    }
    writer.close().unwrap();
    assert_sound(disk, boundaries[STEPS.len()], context);
    let left: Vec<_> = disk
        .paths()
        .into_iter()
        .filter(|path| path.starts_with(".state/"))
        .collect();
    assert_eq!(left, [".state/committed", ".state/lock"], "{context}");
}

/// From call `n` on, each or each `step`th one.
fn each_fault(fault: Fault, mut n: u64, step: u64, after: impl Fn(&Memory, u64) -> Memory) {
    let start = Memory::new();
    create(&start);
    loop {
        let disk = start.fork();
        disk.fail(n, fault);
        let acknowledged = run(&disk);
        let struck = disk.struck();
        let left = after(&disk, n);
        left.heal();
        finish(&left, acknowledged, &format!("{fault:?} at call {n}"));
        if !struck {
            break;
        }
        n += step;
    }
    assert!(n > 300, "only {n} calls");
}

#[test]
fn each_call_may_fail() {
    each_fault(Fault::Failed, 0, 1, |disk, _| disk.fork());
}

#[test]
fn each_call_may_fail_although_it_was_done() {
    each_fault(Fault::FailedButDone, 1, 3, |disk, _| disk.fork());
}

#[test]
fn the_process_may_die_at_each_call() {
    each_fault(Fault::Dead, 0, 2, |disk, _| disk.fork());
}

#[test]
fn power_may_fail_at_each_call() {
    each_fault(Fault::Dead, 0, 1, Memory::power_cut);
}

#[test]
fn power_may_fail_after_a_failed_sync_and_a_restart() {
    // The sync fails, the process restarts and recovers, and only then the power goes.
    each_fault(Fault::Failed, 0, 2, |disk, n| {
        disk.heal();
        let disk = disk.fork();
        drop(open(&disk).unwrap());
        disk.power_cut(n + 17)
    });
}

#[test]
fn recovery_itself_may_be_interrupted() {
    let start = Memory::new();
    create(&start);
    let (mut writer, _) = open(&start).unwrap();
    for n in 0..STEPS.len() {
        writer.commit(&step(n)).unwrap();
    }
    drop(writer);
    for n in 0.. {
        let disk = start.fork();
        disk.fail(n, Fault::Dead);
        let opened = open(&disk).is_ok();
        let struck = disk.struck();
        for left in [disk.fork(), disk.power_cut(n)] {
            finish(&left, STEPS.len(), &format!("recovery interrupted at {n}"));
        }
        if opened && !struck {
            return;
        }
    }
}

/// A disk with one commit, and a second one whose sync failed: its record stands in the page cache, and
/// not on the disk. That sync is the last call whose failure is an error of the commit.
fn after_a_failed_commit() -> Memory {
    let mut last = None;
    for nth in 0.. {
        let disk = Memory::new();
        create(&disk);
        let (mut writer, _) = open(&disk).unwrap();
        writer.commit(&step(0)).unwrap();
        disk.fail(nth, Fault::Failed);
        match writer.commit(&step(1)) {
            Err(_) => last = Some(disk),
            Ok(_) => break,
        }
    }
    let disk = last.unwrap();
    disk.heal();
    disk.fork()
}

#[test]
fn what_recovery_published_survives_power_loss() {
    let start = after_a_failed_commit();
    let (mut published, mut n) = (0, 0);
    loop {
        let disk = start.fork();
        disk.fail(n, Fault::Dead);
        let _ = open(&disk);
        let struck = disk.struck();
        disk.heal();
        let seen = LogReader::open(disk.clone(), &verifier()).map_or(0, |(reader, _)| reader.size());
        for seed in 0..8 {
            let (writer, _) = open(&disk.power_cut(n * 8 + seed)).unwrap();
            assert!(writer.size() >= seen, "call {n}, seed {seed}: {seen} were public");
        }
        published += usize::from(seen == 6);
        if !struck {
            break;
        }
        n += 1;
    }
    assert!(published > 4, "{published}");
}

#[test]
fn creating_a_log_may_be_interrupted() {
    for n in 0..20 {
        for fault in [Fault::Failed, Fault::FailedButDone, Fault::Dead] {
            let disk = Memory::new();
            disk.fail(n, fault);
            let created = Writer::create(&disk, ORIGIN, &key());
            let struck = disk.struck();
            for left in [disk.fork(), disk.power_cut(n)] {
                match open(&left) {
                    Ok(_) => assert_sound(&left, 0, "created"),
                    Err(StoreError::Missing) => {
                        assert!(created.is_err());
                        create(&left);
                        assert_sound(&left, 0, "created again");
                    }
                    Err(error) => panic!("{fault:?} at {n}: {error}"),
                }
            }
            assert_eq!(created.is_err(), struck, "{fault:?} at {n}");
        }
    }
}

#[test]
fn a_full_disk_before_the_commit_changes_nothing() {
    let disk = Memory::new();
    create(&disk);
    let (mut writer, _) = open(&disk).unwrap();
    writer.commit(&step(0)).unwrap();
    let before = disk.paths();
    disk.limit(100_000);
    let refused = writer.commit(&[group(1, 1, 500_000)]);
    assert!(
        matches!(refused, Err(StoreError::Full { free: 100_000, .. })),
        "{refused:?}"
    );
    assert_eq!(disk.paths(), before);
    assert_eq!(writer.stopped(), None);
    disk.heal();
    writer.commit(&step(1)).unwrap();
    assert_sound(&disk, 6, "after the disk had space again");
}

#[test]
fn a_disk_that_fills_at_any_moment_is_a_clean_failure_or_heals() {
    each_fault(Fault::Full, 2, 3, |disk, _| disk.fork());
}

#[test]
fn a_failed_sync_stops_the_writer_for_good() {
    let start = Memory::new();
    create(&start);
    let mut stopped = 0;
    for n in 0.. {
        let disk = start.fork();
        let (mut writer, _) = open(&disk).unwrap();
        disk.fail(n, Fault::Failed);
        let failed = writer.commit(&[group(0, 1, 300_000)]);
        if !disk.struck() {
            break;
        }
        disk.heal();
        if writer.stopped().is_some() {
            let again = writer.commit(&[group(1, 1, 10)]);
            assert!(matches!(again, Err(StoreError::Stopped(_))), "{again:?}");
            stopped += 1;
        } else {
            assert!(failed.is_err());
            writer.commit(&[group(0, 1, 300_000)]).unwrap();
            assert_sound(&disk, 1, "after a clean failure");
        }
    }
    assert!(stopped >= 8, "{stopped}");
}

#[test]
fn a_second_writer_is_told_so() {
    let disk = Memory::new();
    create(&disk);
    let (first, _) = open(&disk).unwrap();
    assert!(matches!(open(&disk), Err(StoreError::Locked)));
    assert!(matches!(
        tlog::recover(&disk, &verifier(), tlog::erase::nothing),
        Err(StoreError::Locked)
    ));
    drop(first);
    assert!(open(&disk).is_ok());
}

#[test]
fn a_writer_that_got_past_the_lock_is_noticed() {
    let disk = Memory::new();
    create(&disk);
    let (mut first, _) = open(&disk).unwrap();
    first.commit(&step(0)).unwrap();
    // The same files under another lock, as when the lock file was removed.
    disk.remove(".state/lock").unwrap();
    let stale = disk.read_committed();
    first.commit(&step(1)).unwrap();
    disk.overwrite(".state/committed", &stale);
    assert!(matches!(first.commit(&step(2)), Err(StoreError::Stopped(_))));
}

trait ReadCommitted {
    fn read_committed(&self) -> Vec<u8>;
}

impl ReadCommitted for Memory {
    fn read_committed(&self) -> Vec<u8> {
        use tlog::Source as _;
        self.read(".state/committed", 1000).unwrap().unwrap()
    }
}

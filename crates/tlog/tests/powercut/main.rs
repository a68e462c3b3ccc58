//! Power cuts, at every call to the disk, in the lives of many small logs.
//!
//! A life is a random story: commits of all sorts, ends in order and by `kill -9`, calls that fail, a
//! disk that fills, a second writer. Of each moment before a change of the disk there is an image. For
//! each image the power is cut several times, each time with other losses; then the log is opened,
//! recovered, checked file by file, and compared with what had been acknowledged and seen. The power
//! fails during recovery too.
//!
//! Other kinds of stories share the cuts: entries that erase blobs, a copy of a log that another writes, and a
//! `checkpoint` that waits for witnesses.
//!
//! `TLOG_CUTS` and `TLOG_SEED` choose another number of cuts and other lives:
//!
//! ```text
//! TLOG_CUTS=1000000 cargo test --release -p tlog --test powercut -- --nocapture many_power_cuts
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod copying;
mod erasing;
mod holding;
mod judge;
mod kinds;
mod life;
mod mutants;
#[allow(dead_code, reason = "the other tests need more of it")]
#[path = "../it/support.rs"]
mod support;
mod texts;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use tlog::store::Memory;
use tlog::store::memory::Chance;
use tlog::{Commit, Disk, Group, StoreError, Writer};

use crate::copying::Copying;
use crate::erasing::Erasing;
use crate::holding::Holding;
use crate::kinds::{Kind, one_story};

/// What is tested: the writer as it is, or one made worse on purpose.
pub(crate) trait Subject: Sync {
    fn disk(&self, memory: &Memory) -> Arc<dyn Disk> {
        Arc::new(memory.clone())
    }

    fn commit(&self, writer: &mut Writer, groups: &[Group]) -> Result<Commit, StoreError> {
        writer.commit(groups)
    }

    fn copy(&self, writer: &mut Writer, group: Group, signed: &[u8]) -> Result<Commit, StoreError> {
        writer.copy(group, signed)
    }
}

struct Real;

impl Subject for Real {}

/// Lives one after the other until there were enough cuts. Gives the number of lives, or what went wrong.
pub(crate) fn explore(subject: &dyn Subject, first: u64, per_life: usize, cuts: u64) -> Result<u64, String> {
    all_of(first, cuts, &|seed, done| one_life(subject, seed, per_life, done))
}

/// As [`explore`], with stories of another kind.
pub(crate) fn explore_kind(kind: &impl Kind, first: u64, per_story: usize, cuts: u64) -> Result<u64, String> {
    all_of(first, cuts, &|seed, done| one_story(kind, seed, per_story, done))
}

type One<'a> = &'a (dyn Fn(u64, &AtomicU64) -> Result<(), String> + Sync);

fn all_of(first: u64, cuts: u64, one: One<'_>) -> Result<u64, String> {
    let (done, next, stop) = (AtomicU64::new(0), AtomicU64::new(first), AtomicBool::new(false));
    let work = || {
        while done.load(Ordering::Relaxed) < cuts && !stop.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            one(seed, &done).inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
        }
        Ok::<(), String>(())
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mine = work();
        mine.and(other.join().unwrap_or_else(|_| Err("panicked".to_owned())))
    })?;
    Ok(next.into_inner() - first)
}

/// Judges each image of a life twice, or `most` of them once.
fn one_life(subject: &dyn Subject, seed: u64, most: usize, done: &AtomicU64) -> Result<(), String> {
    let (life, story) = life::live(subject, seed).map_err(|what| format!("life {seed}: {what}"))?;
    let mut chance = Chance::new(!seed);
    let all = life.len() <= most;
    for n in 0..if all { 2 * life.len() } else { most } {
        let at = if all { n / 2 } else { chance.below(life.len()) };
        let mut cuts = 0;
        let judged = judge::judge(subject, &life[at], &mut chance, &mut cuts);
        done.fetch_add(cuts, Ordering::Relaxed);
        judged.map_err(|what| format!("life {seed}, image {at} of {}: {what}{story}", life.len()))?;
    }
    Ok(())
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().expect(name))
}

type Explore<'a> = &'a dyn Fn(u64) -> Result<u64, String>;

#[test]
fn many_power_cuts() {
    let (seed, cuts) = (number("TLOG_SEED", 1), number("TLOG_CUTS", 100_000));
    let part = cuts / 8;
    let kinds: [(&str, u64, Explore<'_>); 4] = [
        ("erasing", part, &|cuts| explore_kind(&Erasing(&Real), seed, 120, cuts)),
        ("copying", part, &|cuts| explore_kind(&Copying(&Real), seed, 120, cuts)),
        ("holding", part, &|cuts| explore_kind(&Holding(&Real), seed, 120, cuts)),
        ("appending", cuts - 3 * part, &|cuts| {
            explore(&Real, seed, usize::MAX, cuts)
        }),
    ];
    for (name, cuts, explore) in kinds {
        let start = Instant::now();
        let lives = explore(cuts).unwrap_or_else(|what| panic!("{name}: {what}"));
        let seconds = start.elapsed().as_secs_f64();
        println!("seed {seed}, {name}: {cuts} power cuts in {lives} stories, nothing lost, {seconds:.1} s");
    }
}

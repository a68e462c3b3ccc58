//! Kinds of stories beside the life of a log: the same cuts, with knowledge of their own.

use std::sync::atomic::{AtomicU64, Ordering};

use tlog::store::Memory;
use tlog::store::memory::{Chance, Fault};

/// One kind of stories.
pub(crate) trait Kind: Sync {
    /// What is known for sure at a moment.
    type Known: Clone;

    /// Lives one story; gives its moments and what happened. An error says what was seen that must not be.
    fn live(&self, seed: u64) -> Result<Lived<Self::Known>, String>;

    /// Opens what a cut left and compares it with what was known. Only where `go_on` is set does it add anything.
    /// Gives what is known from then on.
    fn judge(
        &self,
        left: &Memory,
        known: &Self::Known,
        chance: &mut Chance,
        go_on: bool,
    ) -> Result<Self::Known, String>;
}

/// Lets one of the next calls to the disk fail, in a quarter of all cases; says which.
pub(crate) fn perhaps_fail(chance: &mut Chance, disk: &Memory, within: usize) -> Option<String> {
    let faults = [Fault::Failed, Fault::FailedButDone, Fault::Full];
    let fault = faults.get(chance.below(12))?;
    let nth = chance.below(within) as u64;
    disk.fail(nth, *fault);
    Some(format!("{fault:?} at call {nth}"))
}

/// The moments of a story at which the power may fail.
pub(crate) struct Lived<K> {
    pub(crate) moments: Vec<(Memory, K)>,
    pub(crate) story: String,
}

/// Judges each moment of a story twice, or `most` of them once.
pub(crate) fn one_story<K: Kind>(kind: &K, seed: u64, most: usize, done: &AtomicU64) -> Result<(), String> {
    let lived = kind.live(seed).map_err(|what| format!("story {seed}: {what}"))?;
    let (moments, mut chance) = (lived.moments, Chance::new(!seed));
    let all = moments.len() <= most;
    for n in 0..if all { 2 * moments.len() } else { most } {
        let at = if all { n / 2 } else { chance.below(moments.len()) };
        let (disk, known) = &moments[at];
        let mut cuts = 0;
        let judged = cut(kind, disk, known, &mut chance, &mut cuts);
        done.fetch_add(cuts, Ordering::Relaxed);
        judged.map_err(|what| format!("story {seed}, moment {at} of {}: {what}{}", moments.len(), lived.story))?;
    }
    Ok(())
}

/// Now and then the power fails again while the log recovers, or right after.
fn cut<K: Kind>(kind: &K, disk: &Memory, known: &K::Known, chance: &mut Chance, cuts: &mut u64) -> Result<(), String> {
    let seed = chance.any();
    *cuts += 1;
    let left = disk.power_cut(seed);
    let again = *cuts < 3 && chance.once_in(5);
    if again {
        left.keep_images();
    }
    let go_on = !again && chance.once_in(4);
    let judged = kind.judge(&left, known, chance, go_on);
    let next = judged.map_err(|what| format!("cut {seed}: {what}"))?;
    if !again {
        return Ok(());
    }
    let mut moments: Vec<_> = left
        .take_images()
        .into_iter()
        .map(|disk| (disk, known.clone()))
        .collect();
    moments.push((left.fork(), next));
    let (disk, known) = moments.swap_remove(chance.below(moments.len()));
    cut(kind, &disk, &known, chance, cuts).map_err(|what| format!("cut {seed}, again: {what}"))
}

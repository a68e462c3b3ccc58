//! What an import came to, as far as it is on record.

use super::Tally;
use std::collections::VecDeque;

/// Counts of groups that are on their way, and of those that are on record.
#[derive(Debug, Default)]
pub(super) struct Counting {
    /// What is on record.
    pub(super) tally: Tally,
    /// What waits for so many groups, counted from the first, to be committed; the fewest first.
    waiting: VecDeque<(u64, Tally)>,
}

impl Counting {
    /// Where to count what is true once so many groups are committed; the number never falls.
    pub(super) fn after(&mut self, groups: u64) -> &mut Tally {
        if self.waiting.back().is_none_or(|(last, _)| *last != groups) {
            self.waiting.push_back((groups, Tally::default()));
        }
        self.waiting.back_mut().map_or(&mut self.tally, |(_, tally)| tally)
    }

    /// So many groups are committed.
    pub(super) fn commit(&mut self, groups: u64) {
        while let Some((_, tally)) = self.waiting.pop_front_if(|(last, _)| *last <= groups) {
            self.tally.merge(tally);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_a_group_is_told_when_that_is_committed() {
        let mut counting = Counting::default();
        for groups in [0, 1, 1, 2, 3] {
            counting.after(groups).texts += 1;
        }
        for (committed, texts) in [(0, 1), (1, 3), (1, 3), (3, 5)] {
            counting.commit(committed);
            assert_eq!(counting.tally.texts, texts, "{committed}");
        }
    }
}

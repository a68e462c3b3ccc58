//! The longest common subsequence of two sequences, in bounded time.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// Sequences whose lengths multiply to more than this are cut at members that stand once in both.
const TABLE: usize = 1 << 20;
/// How often sequences are cut at such members.
const CUTS: u32 = 32;

/// Pairs of places with equal members, ascending in both sequences. Exact where the sequences are short or differ in
/// one stretch; of long sequences that differ much, a common subsequence that may not be the longest.
pub(super) fn common(before: &[u32], after: &[u32]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let whole = Pair {
        before: 0..before.len(),
        after: 0..after.len(),
    };
    Search { before, after }.find(whole, CUTS, &mut pairs);
    pairs
}

struct Search<'a> {
    before: &'a [u32],
    after: &'a [u32],
}

/// A stretch of each sequence.
struct Pair {
    before: Range<usize>,
    after: Range<usize>,
}

impl Search<'_> {
    fn find(&self, mut at: Pair, cuts: u32, pairs: &mut Vec<(usize, usize)>) {
        while !at.before.is_empty()
            && !at.after.is_empty()
            && self.before[at.before.start] == self.after[at.after.start]
        {
            pairs.push((at.before.start, at.after.start));
            at.before.start += 1;
            at.after.start += 1;
        }
        let mut tail = Vec::new();
        while !at.before.is_empty()
            && !at.after.is_empty()
            && self.before[at.before.end - 1] == self.after[at.after.end - 1]
        {
            at.before.end -= 1;
            at.after.end -= 1;
            tail.push((at.before.end, at.after.end));
        }
        if at.before.len().saturating_mul(at.after.len()) <= TABLE {
            self.by_table(&at, pairs);
        } else if cuts > 0 {
            self.by_cuts(&at, cuts - 1, pairs);
        }
        pairs.extend(tail.into_iter().rev());
    }

    /// The textbook table, whose size is bounded.
    fn by_table(&self, at: &Pair, pairs: &mut Vec<(usize, usize)>) {
        let (old, new) = (&self.before[at.before.clone()], &self.after[at.after.clone()]);
        let width = new.len() + 1;
        let mut table = vec![0u32; (old.len() + 1) * width];
        for i in (0..old.len()).rev() {
            for j in (0..new.len()).rev() {
                table[i * width + j] = if old[i] == new[j] {
                    table[(i + 1) * width + j + 1] + 1
                } else {
                    table[(i + 1) * width + j].max(table[i * width + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < old.len() && j < new.len() {
            if old[i] == new[j] {
                pairs.push((at.before.start + i, at.after.start + j));
                (i, j) = (i + 1, j + 1);
            } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
                i += 1;
            } else {
                j += 1;
            }
        }
    }

    /// Cuts both stretches at the members that stand once in each and in the same order, and searches between them.
    fn by_cuts(&self, at: &Pair, cuts: u32, pairs: &mut Vec<(usize, usize)>) {
        let anchors = ascending(&self.once_in_both(at));
        if anchors.is_empty() {
            return;
        }
        let (mut i, mut j) = (at.before.start, at.after.start);
        for (to_i, to_j) in anchors {
            // Equal neighbours of an earlier cut may already reach past this one.
            if to_i < i || to_j < j {
                continue;
            }
            let between = Pair {
                before: i..to_i,
                after: j..to_j,
            };
            self.find(between, cuts, pairs);
            pairs.push((to_i, to_j));
            (i, j) = (to_i + 1, to_j + 1);
        }
        let rest = Pair {
            before: i..at.before.end,
            after: j..at.after.end,
        };
        self.find(rest, cuts, pairs);
    }

    fn once_in_both(&self, at: &Pair) -> Vec<(usize, usize)> {
        let old = places(&self.before[at.before.clone()], at.before.start);
        let new = places(&self.after[at.after.clone()], at.after.start);
        let mut both: Vec<(usize, usize)> = old
            .iter()
            .filter_map(|(member, i)| Some(((*i)?, (*new.get(member)?)?)))
            .collect();
        both.sort_unstable();
        both
    }
}

/// Where each member stands, `None` if more than once.
fn places(members: &[u32], start: usize) -> FxHashMap<u32, Option<usize>> {
    let mut places = FxHashMap::default();
    for (member, at) in members.iter().zip(start..) {
        places.entry(*member).and_modify(|p| *p = None).or_insert(Some(at));
    }
    places
}

/// The longest run of pairs, given in order of their first place, whose second places ascend too.
fn ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, pair) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|&top| pairs[top].1 < pair.1);
        before.push(pile.checked_sub(1).map(|p| tops[p]));
        if pile == tops.len() {
            tops.push(at);
        } else {
            tops[pile] = at;
        }
    }
    let mut run = Vec::new();
    let mut next = tops.last().copied();
    while let Some(at) = next {
        run.push(pairs[at]);
        next = before[at];
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_sequences_get_the_longest() {
        assert_eq!(common(&[1, 2, 3, 4, 5], &[9, 2, 4, 8, 5]), [(1, 1), (3, 2), (4, 4)]);
        assert_eq!(common(&[], &[1]), []);
        assert_eq!(common(&[1, 2, 1], &[1, 1]), [(0, 0), (2, 1)]);
    }

    #[test]
    fn long_sequences_are_cut_and_still_ascend() {
        let before: Vec<u32> = (0..5000).collect();
        let after: Vec<u32> = (0..5000)
            .map(|n| if n % 7 == 3 { n + 100_000 } else { n })
            .rev()
            .collect();
        let pairs = common(&before, &after);
        assert!(pairs.windows(2).all(|p| p[0].0 < p[1].0 && p[0].1 < p[1].1));
        let after: Vec<u32> = (0..5000).map(|n| if n % 7 == 3 { n + 100_000 } else { n }).collect();
        assert_eq!(common(&before, &after).len(), 5000 - 714);
    }

    #[test]
    fn members_that_repeat_do_not_blow_up() {
        let before = vec![1; 40_000];
        let mut after = vec![1; 40_000];
        after[0] = 2;
        after[39_999] = 3;
        assert!(common(&before, &after).len() < 40_000);
    }
}

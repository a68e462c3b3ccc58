//! The next edition of a text: passages that stood in the edition before keep their ids.

use super::{
    AlignError, distinct, longest,
    unit::{Unit, each_id, units},
};
use crate::body::{Block, BlockId};
use rustc_hash::{FxHashMap, FxHasher};
use std::{
    hash::{Hash, Hasher},
    ops::Range,
};

/// Half of the words of two passages must agree for one to be the other, mended.
const SIMILAR: f32 = 0.5;
/// Stretches that hold more pairs than this are compared near their own place only.
const PAIRS: usize = 1 << 14;
/// How far ahead such a comparison looks.
const AHEAD: usize = 24;

/// Gives the passages of `after` that have no id the id of the passage of `before` they are, or a new number above
/// `highest`, the highest ever used in the document; returns the highest used now.
///
/// In this order: ids written out; equal passages in equal order; equal passages that were moved; between those, in
/// place, passages of the same kind that are similar or the only ones that come into question.
pub fn correction(before: &[Block], after: &mut [Block], highest: u32) -> Result<u32, AlignError> {
    distinct(after)?;
    let (old, new) = (units(before), units(after));
    let matched = Matching::of(&old, &new)?.old_of;
    let given = new.iter().map(|unit| unit.id.0).max().unwrap_or(0);
    let mut highest = old.iter().map(|unit| unit.id.0).fold(highest.max(given), u32::max);
    let mut ids = matched
        .into_iter()
        .map(|at| at.and_then(|at| old.get(at)).map(|unit| unit.id));
    let mut full = false;
    each_id(after, &mut |id| {
        let kept = ids.next().flatten();
        if *id == BlockId(0) {
            *id = kept.unwrap_or_else(|| {
                full |= highest == u32::MAX;
                highest = highest.saturating_add(1);
                BlockId(highest)
            });
        }
    });
    if full { Err(AlignError::Full) } else { Ok(highest) }
}

/// Pairs places of the old edition, which are still free, with places of the new one that have no passage yet.
type Fill<'a> = fn(&Matching<'a>, &[usize], &[usize]) -> Vec<(usize, usize)>;

/// Which passage of the old edition each of the new one is.
struct Matching<'a> {
    old: &'a [Unit],
    new: &'a [Unit],
    old_of: Vec<Option<usize>>,
    taken: Vec<bool>,
    /// Pairs that ascend in both editions; the stretches between them are the gaps.
    spine: Vec<(usize, usize)>,
}

impl<'a> Matching<'a> {
    fn of(old: &'a [Unit], new: &'a [Unit]) -> Result<Self, AlignError> {
        let mut matching = Self {
            old,
            new,
            old_of: vec![None; new.len()],
            taken: vec![false; old.len()],
            spine: Vec::new(),
        };
        matching.by_given_ids()?;
        let (old_keys, new_keys) = keys(old, new);
        matching.by_equal_order(&old_keys, &new_keys);
        matching.by_move(&old_keys, &new_keys);
        matching.in_gaps(Matching::by_similarity);
        matching.in_gaps(Matching::by_lack_of_choice);
        Ok(matching)
    }

    fn pair(&mut self, old: usize, new: usize) {
        self.old_of[new] = Some(old);
        self.taken[old] = true;
    }

    fn is_open(&self, new: usize) -> bool {
        self.old_of[new].is_none() && self.new[new].id == BlockId(0)
    }

    fn by_given_ids(&mut self) -> Result<(), AlignError> {
        let by_id: FxHashMap<BlockId, usize> = self.old.iter().zip(0..).map(|(unit, at)| (unit.id, at)).collect();
        for (at, unit) in self.new.iter().enumerate().filter(|(_, unit)| unit.id != BlockId(0)) {
            let Some(&old) = by_id.get(&unit.id) else { continue };
            if self.old[old].kind != unit.kind {
                return Err(AlignError::Kind {
                    id: unit.id,
                    before: self.old[old].kind,
                    after: unit.kind,
                });
            }
            self.pair(old, at);
        }
        Ok(())
    }

    fn by_equal_order(&mut self, old_keys: &[u32], new_keys: &[u32]) {
        let old: Vec<usize> = (0..self.old.len()).filter(|at| !self.taken[*at]).collect();
        let new: Vec<usize> = (0..self.new.len()).filter(|at| self.is_open(*at)).collect();
        let of = |places: &[usize], keys: &[u32]| places.iter().map(|at| keys[*at]).collect::<Vec<_>>();
        let pairs = longest::common(&of(&old, old_keys), &of(&new, new_keys));
        self.spine = pairs.into_iter().map(|(o, n)| (old[o], new[n])).collect();
        for (old, new) in self.spine.clone() {
            self.pair(old, new);
        }
    }

    /// A passage that stands elsewhere word for word, and once only, was moved.
    fn by_move(&mut self, old_keys: &[u32], new_keys: &[u32]) {
        let mut left: FxHashMap<u32, (Vec<usize>, Vec<usize>)> = FxHashMap::default();
        for at in (0..self.old.len()).filter(|at| !self.taken[*at] && !self.old[*at].text.is_empty()) {
            left.entry(old_keys[at]).or_default().0.push(at);
        }
        for at in (0..self.new.len()).filter(|at| self.is_open(*at)) {
            left.entry(new_keys[at]).or_default().1.push(at);
        }
        for (old, new) in left.values() {
            if let ([old], [new]) = (old.as_slice(), new.as_slice()) {
                self.pair(*old, *new);
            }
        }
    }

    /// Calls `fill` for every stretch between two pairs of the spine, and lengthens the spine by what it finds.
    fn in_gaps(&mut self, fill: Fill<'a>) {
        let mut ends = self.spine.clone();
        ends.push((self.old.len(), self.new.len()));
        let (mut i, mut j) = (0, 0);
        let mut spine = Vec::new();
        for (to_i, to_j) in ends {
            let found = self.fill_gap(i..to_i, j..to_j, fill);
            spine.extend(found);
            if to_i < self.old.len() && to_j < self.new.len() {
                spine.push((to_i, to_j));
            }
            (i, j) = (to_i + 1, to_j + 1);
        }
        self.spine = spine;
    }

    fn fill_gap(&mut self, old: Range<usize>, new: Range<usize>, fill: Fill<'a>) -> Vec<(usize, usize)> {
        let old: Vec<usize> = old.filter(|at| !self.taken[*at]).collect();
        let new: Vec<usize> = new.filter(|at| self.is_open(*at)).collect();
        if old.is_empty() || new.is_empty() {
            return Vec::new();
        }
        let found = fill(self, &old, &new);
        for (old, new) in &found {
            self.pair(*old, *new);
        }
        found
    }

    fn by_similarity(&self, old: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
        let bag = |unit: &Unit| bag(&unit.text);
        let old_bags: Vec<_> = old.iter().map(|at| bag(&self.old[*at])).collect();
        let new_bags: Vec<_> = new.iter().map(|at| bag(&self.new[*at])).collect();
        let alike = |i: usize, j: usize| {
            let same_kind = self.old[old[i]].kind == self.new[new[j]].kind;
            let value = if same_kind {
                similarity(&old_bags[i], &new_bags[j])
            } else {
                0.0
            };
            if value >= SIMILAR { value } else { 0.0 }
        };
        let found = if old.len().saturating_mul(new.len()) <= PAIRS {
            most_alike(old.len(), new.len(), &alike)
        } else {
            next_alike(old.len(), new.len(), &alike)
        };
        found.into_iter().map(|(i, j)| (old[i], new[j])).collect()
    }

    /// A kind that stands once on both sides of a gap is the same passage, rewritten.
    fn by_lack_of_choice(&self, old: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
        let mut last = None;
        let mut found = Vec::new();
        for &at in old {
            let kind = self.old[at].kind;
            let alone = old.iter().filter(|o| self.old[**o].kind == kind).count() == 1;
            let mut same = new.iter().copied().filter(|n| self.new[*n].kind == kind);
            if let (true, Some(only), None) = (alone, same.next(), same.next())
                && last.is_none_or(|last| only > last)
            {
                found.push((at, only));
                last = Some(only);
            }
        }
        found
    }
}

/// Equal numbers for passages of equal kind and text.
fn keys<'a>(old: &'a [Unit], new: &'a [Unit]) -> (Vec<u32>, Vec<u32>) {
    let mut known: FxHashMap<(&str, &'a str), u32> = FxHashMap::default();
    let mut key = |unit: &'a Unit| {
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        *known.entry((unit.kind, &unit.text)).or_insert(next)
    };
    (old.iter().map(&mut key).collect(), new.iter().map(&mut key).collect())
}

/// The ascending pairs whose similarities sum to the most.
fn most_alike(old: usize, new: usize, alike: &dyn Fn(usize, usize) -> f32) -> Vec<(usize, usize)> {
    let width = new + 1;
    let mut best = vec![0f32; (old + 1) * width];
    let mut value = vec![0f32; old * new];
    for i in (0..old).rev() {
        for j in (0..new).rev() {
            value[i * new + j] = alike(i, j);
            let paired = value[i * new + j] + best[(i + 1) * width + j + 1];
            best[i * width + j] = paired.max(best[(i + 1) * width + j]).max(best[i * width + j + 1]);
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < old && j < new {
        let paired = value[i * new + j] + best[(i + 1) * width + j + 1];
        if value[i * new + j] > 0.0 && paired >= best[(i + 1) * width + j].max(best[i * width + j + 1]) {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

/// For each new passage the most similar of the next few old ones.
fn next_alike(old: usize, new: usize, alike: &dyn Fn(usize, usize) -> f32) -> Vec<(usize, usize)> {
    let (mut from, mut found) = (0, Vec::new());
    for j in 0..new {
        let window = from..old.min(from + AHEAD);
        let best = window
            .map(|i| (alike(i, j), i))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((value, i)) = best.filter(|(value, _)| *value > 0.0) {
            debug_assert!(value >= SIMILAR);
            found.push((i, j));
            from = i + 1;
        }
    }
    found
}

/// The words of a text as sorted hashes; where words are not spaced apart, pairs of neighbouring characters.
fn bag(text: &str) -> Vec<u32> {
    let mut bag = Vec::new();
    let mut word = FxHasher::default();
    let (mut in_word, mut before) = (false, None);
    for c in text.chars() {
        let unspaced = is_unspaced(c);
        if in_word && (unspaced || !c.is_alphanumeric()) {
            bag.push(finish(&std::mem::take(&mut word)));
            in_word = false;
        }
        if unspaced {
            let mut pair = FxHasher::default();
            (before, c).hash(&mut pair);
            bag.push(finish(&pair));
        } else if c.is_alphanumeric() {
            c.hash(&mut word);
            in_word = true;
        }
        before = unspaced.then_some(c);
    }
    if in_word {
        bag.push(finish(&word));
    }
    bag.sort_unstable();
    bag
}

fn finish(hasher: &FxHasher) -> u32 {
    let hash = hasher.finish();
    u32::try_from((hash ^ (hash >> 32)) & u64::from(u32::MAX)).unwrap_or(0)
}

/// Scripts written without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, Chinese, Japanese.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{abff}' if !is_hangul(c))
        || matches!(c, '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{3130}'..='\u{318f}' | '\u{a960}'..='\u{a97f}')
}

/// Twice what two bags share, by what they hold together: 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "a ratio of counts needs no more")]
fn similarity(a: &[u32], b: &[u32]) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut i, mut j, mut shared) = (0, 0, 0usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        shared += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    2.0 * shared as f32 / (a.len() + b.len()) as f32
}

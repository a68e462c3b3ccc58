//! What a million entries name, in little room.

use crate::register::DocNo;
use rustc_hash::FxHashMap;
use tlog::hash::Hash;

/// A set of indices.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn set(&mut self, index: u64) {
        let Ok(at) = usize::try_from(index / 64) else { return };
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= 1 << (index % 64);
    }

    pub(super) fn get(&self, index: u64) -> bool {
        let word = usize::try_from(index / 64).ok().and_then(|at| self.0.get(at));
        word.is_some_and(|word| word >> (index % 64) & 1 == 1)
    }
}

/// The first entry that names a manifest, and what became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub(super) index: u64,
    pub(super) size: u64,
    pub(super) seen: bool,
}

impl Expected {
    /// Of two that name the same the first counts.
    pub(super) fn or(self, other: Self) -> Self {
        let first = if self.index <= other.index { self } else { other };
        Self {
            seen: self.seen || other.seen,
            ..first
        }
    }
}

/// Names that begin alike, and editions of one document, that are looked through one by one.
const FEW: usize = 32;

/// Where the manifest of a name is found: eight bytes for each edition.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The first bytes of a name, and a document that names it.
    rows: Vec<(u32, DocNo)>,
    /// Where more than a few are alike, which no honest record has, or a document has very many editions.
    crowded: FxHashMap<Hash, Expected>,
}

impl Names {
    /// All names of documents; `editions` gives those of one.
    pub(super) fn of<E: Iterator<Item = (Hash, Expected)>>(
        documents: impl Iterator<Item = DocNo>,
        editions: impl Fn(DocNo) -> E,
    ) -> Self {
        let mut names = Self::default();
        for no in documents {
            let before = names.rows.len();
            names.rows.extend(editions(no).map(|(name, _)| (start(name), no)));
            if names.rows.len() - before > FEW {
                names.rows.truncate(before);
                editions(no).for_each(|(name, expected)| names.crowd(name, expected));
            }
        }
        names.rows.sort_unstable();
        let rows = std::mem::take(&mut names.rows);
        for run in rows.chunk_by(|a, b| a.0 == b.0) {
            if run.len() <= FEW {
                names.rows.extend(run);
                continue;
            }
            for (first, no) in run.iter().copied() {
                let same = editions(no).filter(|(name, _)| start(*name) == first);
                same.for_each(|(name, expected)| names.crowd(name, expected));
            }
        }
        names
    }

    fn crowd(&mut self, name: Hash, expected: Expected) {
        let known = self.crowded.entry(name).or_insert(expected);
        *known = known.or(expected);
    }

    pub(super) fn crowded(&self, name: Hash) -> Option<Expected> {
        self.crowded.get(&name).copied()
    }

    /// A blob was seen.
    pub(super) fn see(&mut self, name: Hash) {
        if let Some(known) = self.crowded.get_mut(&name) {
            known.seen = true;
        }
    }

    /// Documents that may name it.
    pub(super) fn documents(&self, name: Hash) -> impl Iterator<Item = DocNo> {
        let start = start(name);
        let from = self.rows.partition_point(|(other, _)| *other < start);
        let same = self
            .rows
            .iter()
            .skip(from)
            .take_while(move |(other, _)| *other == start);
        same.map(|(_, no)| *no)
    }
}

fn start(name: Hash) -> u32 {
    let [a, b, c, d, ..] = name.0;
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALIKE: u32 = 20;

    #[test]
    fn a_set_of_indices_holds_what_was_put_in() {
        let mut bits = Bits::default();
        [0, 63, 64, 1_000_000].into_iter().for_each(|index| bits.set(index));
        let all = (0..1_000_100).filter(|index| bits.get(*index)).collect::<Vec<_>>();
        assert_eq!(all, [0, 63, 64, 1_000_000]);
        assert!(!bits.get(u64::MAX));
    }

    /// Every document has three editions, 20 of them names that begin alike; one has very many.
    fn name(no: u32, edition: u32) -> Hash {
        let begins = if no < ALIKE { [7; 4] } else { no.to_be_bytes() };
        let mut name = [0; 32];
        name[..4].copy_from_slice(&begins);
        name[4..8].copy_from_slice(&no.to_be_bytes());
        name[8..12].copy_from_slice(&edition.to_be_bytes());
        Hash(name)
    }

    /// Which document of [`name`] a number is: `alike` of the first come first.
    fn number(alike: u32, no: DocNo) -> u32 {
        if no.0 < alike { no.0 } else { no.0 + ALIKE }
    }

    fn found(alike: u32) -> (Names, Vec<(Hash, u64)>) {
        let count = |no| if no == ALIKE { 100 } else { 3 };
        let expected = |no: u32, edition: u32| Expected {
            index: u64::from(no * 1000 + edition),
            size: 9,
            seen: edition == 2,
        };
        let editions = move |no: DocNo| {
            let of = number(alike, no);
            (0..count(of)).map(move |edition| (name(of, edition), expected(of, edition)))
        };
        let documents = (0..30).map(DocNo);
        let all = documents
            .clone()
            .flat_map(editions)
            .map(|(name, expected)| (name, expected.index));
        (Names::of(documents.clone(), editions), all.collect())
    }

    #[test]
    fn names_are_found_however_many_begin_alike() {
        for alike in [0, 10, ALIKE] {
            let (names, all) = found(alike);
            for (name, index) in all {
                let crowded = names.crowded(name).map(|expected| expected.index);
                let mut rows = names.documents(name).map(|no| u64::from(number(alike, no)));
                let many =
                    alike == ALIKE && start(name) == u32::from_be_bytes([7; 4]) || index / 1000 == u64::from(ALIKE);
                assert_eq!(crowded, many.then_some(index), "{name}");
                assert_eq!(rows.any(|no| no == index / 1000), !many, "{name}");
                assert!(names.documents(name).count() <= FEW, "{name}");
            }
        }
    }

    #[test]
    fn of_several_entries_that_name_the_same_the_first_counts() {
        let expected = |index, seen| Expected {
            index,
            size: index,
            seen,
        };
        let both = expected(5, true).or(expected(3, false));
        assert_eq!((both.index, both.size, both.seen), (3, 3, true));
        let both = expected(3, false).or(expected(5, false));
        assert_eq!((both.index, both.seen), (3, false));
        let mut names = Names::default();
        [5, 3, 9]
            .into_iter()
            .for_each(|index| names.crowd(Hash([1; 32]), expected(index, false)));
        names.see(Hash([1; 32]));
        assert!(
            names
                .crowded(Hash([1; 32]))
                .is_some_and(|known| known.index == 3 && known.seen)
        );
        assert!(names.crowded(Hash([2; 32])).is_none());
    }
}

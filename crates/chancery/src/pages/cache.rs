//! The bounded cache of finished pages. What was not asked for since the last sweep goes first.

use super::finished::Shared;
use record::register::DocNo;
use rustc_hash::FxHashMap;
use site::view::Root;
use std::{
    hash::{BuildHasher as _, BuildHasherDefault},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

const SHARDS: usize = 16;

type Paths = FxHashMap<Box<str>, Shared>;
type Shard = FxHashMap<Option<DocNo>, Paths>;

/// Pages by root and path.
pub(super) struct Cache {
    shards: [RwLock<Shard>; SHARDS],
    /// Pages put in since the weights were last added up.
    added: AtomicUsize,
    most: usize,
}

impl Cache {
    /// A cache of at most so many bytes.
    pub(super) fn new(most: usize) -> Self {
        Self {
            shards: Default::default(),
            added: AtomicUsize::new(0),
            most,
        }
    }

    pub(super) fn get(&self, root: Root, path: &str) -> Option<Shared> {
        let shard = self.shard(path).read().unwrap_or_else(PoisonError::into_inner);
        let page = shard.get(&root)?.get(path)?;
        if !page.used.load(Ordering::Relaxed) {
            page.used.store(true, Ordering::Relaxed);
        }
        Some(Arc::clone(page))
    }

    pub(super) fn put(&self, root: Root, path: &str, page: Shared) {
        let weight = page.weight();
        {
            let mut shard = self.shard(path).write().unwrap_or_else(PoisonError::into_inner);
            shard.entry(root).or_default().insert(path.into(), page);
        }
        // Forms are made later than pages are put in, so weights are added up now and then, not kept.
        let added = self.added.fetch_add(weight.max(1), Ordering::Relaxed) + weight;
        if added > self.most / 16 {
            self.added.store(0, Ordering::Relaxed);
            self.sweep();
        }
    }

    /// Brings the cache below its bound: first what nobody asked for, then anything.
    fn sweep(&self) {
        let (mut held, most) = self.held();
        for only_unused in [true, false] {
            if held <= most {
                return;
            }
            for shard in &self.shards {
                let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
                for paths in shard.values_mut() {
                    paths.retain(|_, page| {
                        let goes = held > most / 8 * 7 && !(only_unused && page.used.swap(false, Ordering::Relaxed));
                        held -= if goes { page.weight().min(held) } else { 0 };
                        !goes
                    });
                }
            }
        }
    }

    /// Bytes held and the most there may be.
    pub(super) fn held(&self) -> (usize, usize) {
        let of_shard = |shard: &RwLock<Shard>| {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            shard
                .values()
                .flat_map(Paths::values)
                .map(|page| page.weight())
                .sum::<usize>()
        };
        (self.shards.iter().map(of_shard).sum(), self.most)
    }

    fn shard(&self, path: &str) -> &RwLock<Shard> {
        let hash = BuildHasherDefault::<rustc_hash::FxHasher>::default().hash_one(path);
        // The low bits choose the place inside the map, so the shard takes others.
        &self.shards[(hash >> 40) as usize % SHARDS]
    }
}

#[cfg(test)]
mod tests {
    use super::{super::finished::Finished, *};
    use site::view::Page;

    fn page(bytes: usize) -> Shared {
        Arc::new(Finished::new(
            Page::new("text/plain", vec![b'a'; bytes], 0),
            None,
            0,
            false,
        ))
    }

    #[test]
    fn it_stays_within_its_bound_and_keeps_what_is_asked_for() {
        let cache = Cache::new(1 << 20);
        cache.put(None, "/wanted", page(10_000));
        for n in 0..1000 {
            cache.put(None, &format!("/{n}"), page(10_000));
            assert!(cache.get(None, "/wanted").is_some(), "after {n}");
            let (held, most) = cache.held();
            assert!(held <= most + most / 8, "{held} of {most}");
        }
    }

    #[test]
    fn roots_are_kept_apart() {
        let cache = Cache::new(1 << 20);
        cache.put(None, "/", page(1));
        assert!(cache.get(Some(DocNo(3)), "/").is_none());
    }
}

//! Nodes of tiles kept in memory: a proof from a tile that is known takes a file and no more than two hashes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::hash::{Hash, node_hash};
use crate::store::{Source, StoreError};
use crate::tile::Tile;

/// Tiles whose hashes are kept, 8 KiB each: 2 to 4 MiB. Every proof goes through the few tiles above the lowest level.
const MOST_ROWS: usize = 256;
/// Tiles whose upper nodes are kept, 4 KiB each: 16 to 32 MiB, which is all of a log of one to two million entries.
const MOST_UPPER: usize = 4096;
/// The lowest height that is kept: below it there are three quarters of all nodes, two hashes from the row at most.
const LOWEST: usize = 2;

/// Nodes of one tile above its hashes, from [`LOWEST`] on: `[0]` are those of that height.
type Upper = Vec<Vec<Hash>>;

/// What is known of tiles.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    rows: Mutex<Newest<Vec<Hash>>>,
    upper: Mutex<Newest<Upper>>,
}

/// Values used lately. When one half is full the other, which was not asked for since, is forgotten.
#[derive(Debug)]
struct Newest<V> {
    young: HashMap<Tile, Arc<V>>,
    old: HashMap<Tile, Arc<V>>,
}

impl<V> Default for Newest<V> {
    fn default() -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }
}

impl<V> Newest<V> {
    fn get(&mut self, tile: Tile, most: usize) -> Option<Arc<V>> {
        if let Some(value) = self.young.get(&tile) {
            return Some(Arc::clone(value));
        }
        let value = self.old.remove(&tile)?;
        self.put(tile, Arc::clone(&value), most);
        Some(value)
    }

    fn put(&mut self, tile: Tile, value: Arc<V>, most: usize) {
        if self.young.len() >= most {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(tile, value);
    }
}

impl Nodes {
    /// The node of a tile at a height above its hashes (0 to 7) and a place in that row; None outside it.
    pub(crate) fn node(
        &self,
        source: &(impl Source + ?Sized),
        tile: Tile,
        height: usize,
        at: usize,
    ) -> Result<Option<Hash>, StoreError> {
        if height >= LOWEST {
            let upper = self.upper(source, tile)?;
            return Ok(upper.get(height - LOWEST).and_then(|row| row.get(at)).copied());
        }
        let row = self.row(source, tile)?;
        let below = row.get(at << height..(at + 1) << height);
        Ok(below.and_then(|below| above(below, height).first().copied()))
    }

    fn row(&self, source: &(impl Source + ?Sized), tile: Tile) -> Result<Arc<Vec<Hash>>, StoreError> {
        let lock = || self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = lock().get(tile, MOST_ROWS) {
            return Ok(row);
        }
        let row = Arc::new(crate::reader::read_hashes(source, tile)?);
        lock().put(tile, Arc::clone(&row), MOST_ROWS);
        Ok(row)
    }

    fn upper(&self, source: &(impl Source + ?Sized), tile: Tile) -> Result<Arc<Upper>, StoreError> {
        let lock = || self.upper.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(upper) = lock().get(tile, MOST_UPPER) {
            return Ok(upper);
        }
        let mut rows = vec![above(&self.row(source, tile)?, LOWEST)];
        while let Some(row) = rows.last().filter(|row| row.len() > 1) {
            rows.push(above(row, 1));
        }
        let upper = Arc::new(rows);
        lock().put(tile, Arc::clone(&upper), MOST_UPPER);
        Ok(upper)
    }
}

/// The row so much higher, of the full pairs of each.
fn above(row: &[Hash], height: usize) -> Vec<Hash> {
    let mut row = row.to_vec();
    for _ in 0..height {
        let (pairs, _) = row.as_chunks::<2>();
        row = pairs.iter().map(|[left, right]| node_hash(*left, *right)).collect();
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    fn tile(index: u64) -> Tile {
        Tile::full_hashes(0, index)
    }

    #[test]
    fn what_is_asked_for_stays_and_what_is_not_goes() {
        let mut newest = Newest::default();
        for n in 0..100 {
            assert_eq!(newest.get(tile(0), 4).is_some(), n > 0);
            if n == 0 {
                newest.put(tile(0), Arc::new(0), 4);
            }
            newest.put(tile(1 + n), Arc::new(n), 4);
            assert!(newest.young.len() + newest.old.len() <= 8);
        }
        assert!(newest.get(tile(100), 4).is_some());
        assert!(newest.get(tile(50), 4).is_none());
    }

    #[test]
    fn rows_have_the_nodes_of_full_pairs() {
        let row: Vec<Hash> = (0..7_u8).map(|n| leaf_hash(&[n])).collect();
        let pair = |n: usize| node_hash(row[n], row[n + 1]);
        assert_eq!(above(&row, 0), row);
        assert_eq!(above(&row, 1), [pair(0), pair(2), pair(4)]);
        assert_eq!(above(&row, 2), [node_hash(pair(0), pair(2))]);
        assert!(above(&row, 3).is_empty());
    }
}

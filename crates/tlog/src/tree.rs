//! Roots of growing trees. RFC 6962, section 2.1.
//!
//! Two ways to the same root, so that one can check the other: [`Tree`] keeps only the peaks of the
//! tree, [`Edge`] keeps the hashes of its unfinished tiles.

use crate::hash::{Hash, empty_root, node_hash};
use crate::tile::{TILE_WIDTH, Tile};

/// A tree of any size as its peaks: the roots of the perfect subtrees, largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    peaks: Vec<Hash>,
}

impl Tree {
    /// The empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf hash: merges one peak for each trailing one bit of the size.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(left, hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Root of the tree.
    pub fn root(&self) -> Hash {
        fold_peaks(&self.peaks)
    }

    /// The peak of this height, if it is over the leaves from `start` on.
    pub(crate) fn peak(&self, start: u64, height: u8) -> Option<Hash> {
        let above = self.size.checked_shr(u32::from(height) + 1).unwrap_or(0);
        let begins = above.checked_shl(u32::from(height) + 1).unwrap_or(0);
        let there = self.size.checked_shr(u32::from(height)).unwrap_or(0) & 1 == 1 && begins == start;
        let at = usize::try_from(above.count_ones()).ok()?;
        self.peaks.get(at).copied().filter(|_| there)
    }
}

/// Root over peaks, largest first: the small right ones are joined first.
pub(crate) fn fold_peaks(peaks: &[Hash]) -> Hash {
    let joined = peaks.iter().rev().copied().reduce(|right, left| node_hash(left, right));
    joined.unwrap_or_else(empty_root)
}

/// Root of a perfect tree; `hashes` has a power of two of them, else the result means nothing.
pub(crate) fn perfect_root(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|pair| node_hash(pair[0], pair[pair.len() - 1]))
            .collect();
    }
    row.first().copied().unwrap_or_else(empty_root)
}

/// Peaks over a row of hashes of one level, largest first.
fn row_peaks(row: &[Hash]) -> Vec<Hash> {
    let mut peaks = Vec::new();
    let mut rest = row;
    while !rest.is_empty() {
        let width = 1 << rest.len().ilog2();
        let (left, right) = rest.split_at(width);
        peaks.push(perfect_root(left));
        rest = right;
    }
    peaks
}

/// The right edge of a tree as a tiled log keeps it: for each level the hashes of its partial tile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// `rows[l]` has `(size >> 8l) % 256` hashes; rows above the top are absent or empty.
    rows: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Rebuilds the edge of a tree of `size` from the hashes of its partial tiles, lowest level first.
    ///
    /// None when a row has not the width that `size` requires.
    pub fn from_rows(size: u64, rows: Vec<Vec<Hash>>) -> Option<Self> {
        let widths = Tile::levels(size).map(|level| partial_width(size, level));
        let fits = rows.iter().map(Vec::len).eq(widths);
        fits.then_some(Self { size, rows })
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Hashes of the partial tile of `level`; empty where the tree has none.
    pub fn row(&self, level: u8) -> &[Hash] {
        self.rows.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// Adds a leaf hash and hands each tile that this fills, with its 256 hashes, to `filled`.
    pub fn push(&mut self, leaf: Hash, mut filled: impl FnMut(Tile, &[Hash])) {
        let mut hash = leaf;
        self.size += 1;
        for level in 0_u8.. {
            let at = usize::from(level);
            if self.rows.len() == at {
                self.rows.push(Vec::new());
            }
            let row = &mut self.rows[at];
            row.push(hash);
            if row.len() < TILE_WIDTH {
                return;
            }
            let index = (self.size >> (8 * (u32::from(level) + 1))) - 1;
            filled(Tile::full_hashes(level, index), row);
            hash = perfect_root(row);
            row.clear();
        }
    }

    /// Root of the tree.
    pub fn root(&self) -> Hash {
        let peaks: Vec<Hash> = self.rows.iter().rev().flat_map(|row| row_peaks(row)).collect();
        fold_peaks(&peaks)
    }

    /// The peaks, from which appending can go on in the other way.
    pub fn tree(&self) -> Tree {
        let peaks = self.rows.iter().rev().flat_map(|row| row_peaks(row)).collect();
        Tree { size: self.size, peaks }
    }
}

/// Width of the partial tile of `level` in a tree of `size`; 0 where there is none.
#[allow(clippy::cast_possible_truncation, reason = "below 256")]
pub(crate) fn partial_width(size: u64, level: u8) -> usize {
    (size.checked_shr(8 * u32::from(level)).unwrap_or(0) % TILE_WIDTH as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    /// The definition of RFC 6962, word for word.
    fn definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(split);
                node_hash(definition(left), definition(right))
            }
        }
    }

    #[test]
    fn both_ways_give_the_root_of_the_definition() {
        let leaves: Vec<Hash> = (0..600_u32).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        let (mut tree, mut edge) = (Tree::new(), Edge::new());
        for size in 0..=leaves.len() {
            if size < 20 || size % 37 == 0 || (510..515).contains(&size) {
                let wanted = definition(&leaves[..size]);
                assert_eq!(tree.root(), wanted, "size {size}");
                assert_eq!(edge.root(), wanted, "size {size}");
                assert_eq!(edge.tree(), tree, "size {size}");
            }
            if let Some(leaf) = leaves.get(size) {
                tree.push(*leaf);
                edge.push(*leaf, |_, _| ());
            }
        }
    }

    #[test]
    fn filled_tiles_come_in_order_with_their_coordinates() {
        let mut edge = Edge::new();
        let mut filled = Vec::new();
        for n in 0..65_536_u32 + 3 {
            edge.push(leaf_hash(&n.to_be_bytes()), |tile, hashes| {
                assert_eq!(hashes.len(), 256);
                filled.push(tile);
            });
        }
        assert_eq!(filled.len(), 257);
        assert_eq!(filled[0], Tile::full_hashes(0, 0));
        assert_eq!(filled[255], Tile::full_hashes(0, 255));
        assert_eq!(filled[256], Tile::full_hashes(1, 0));
        assert_eq!((edge.row(0).len(), edge.row(1).len(), edge.row(2).len()), (3, 0, 1));
    }

    #[test]
    fn rows_of_the_wrong_width_are_no_edge() {
        let row = vec![empty_root(); 3];
        assert!(Edge::from_rows(3, vec![row.clone()]).is_some());
        assert!(Edge::from_rows(4, vec![row.clone()]).is_none());
        assert!(Edge::from_rows(3, vec![row.clone(), Vec::new()]).is_none());
        assert!(Edge::from_rows(256 + 3, vec![row, vec![empty_root()]]).is_some());
        assert!(Edge::from_rows(0, Vec::new()).is_some());
    }
}

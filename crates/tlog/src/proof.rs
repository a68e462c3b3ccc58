//! Inclusion and consistency proofs: make and verify. RFC 6962, sections 2.1.1 and 2.1.2.

use crate::hash::{Hash, node_hash};
use crate::tree::fold_peaks;

/// Longest proof; a tree has at most 2^64 leaves.
pub const MAX_PROOF: usize = 64;

/// Gives the hashes of a tree from which proofs are made.
pub trait HashReader {
    /// What can go wrong when reading.
    type Error;

    /// Root of the perfect subtree over the leaves `index << height .. (index + 1) << height`.
    fn subtree(&self, height: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// Why a proof was refused or cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// An index or size lies outside the tree, so that no such proof exists.
    #[error("index or size lies outside the tree")]
    Range,
    /// The proof has too few or too many hashes for these sizes.
    #[error("proof has {found} hashes instead of {wanted}")]
    Length {
        /// Hashes found.
        found: usize,
        /// Hashes that the sizes require.
        wanted: usize,
    },
    /// The proof leads to another root.
    #[error("proof does not lead to the root")]
    Root,
}

/// Root of the first `size` leaves.
pub fn root<R: HashReader>(reader: &R, size: u64) -> Result<Hash, R::Error> {
    range_root(reader, 0, size)
}

/// Path from leaf `index` to the root of the first `size` leaves, the leaf's sibling first.
///
/// None when `index` is not below `size`.
pub fn inclusion<R: HashReader>(reader: &R, index: u64, size: u64) -> Result<Option<Vec<Hash>>, R::Error> {
    if index >= size {
        return Ok(None);
    }
    let mut path = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range_root(reader, middle, end)?);
            end = middle;
        } else {
            path.push(range_root(reader, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(Some(path))
}

/// Proof that the first `old` leaves of a tree of `new` are unchanged.
///
/// None when `old` is zero, where nothing is to be proved, or above `new`.
pub fn consistency<R: HashReader>(reader: &R, old: u64, new: u64) -> Result<Option<Vec<Hash>>, R::Error> {
    if old == 0 || old > new {
        return Ok(None);
    }
    let mut path = Vec::new();
    let (mut start, mut end) = (0, new);
    while old < end {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(range_root(reader, middle, end)?);
            end = middle;
        } else {
            path.push(range_root(reader, start, middle)?);
            start = middle;
        }
    }
    if start > 0 {
        path.push(range_root(reader, start, end)?);
    }
    path.reverse();
    Ok(Some(path))
}

/// Checks that `leaf` is leaf `index` of the tree of `size` with `root`.
pub fn verify_inclusion(index: u64, size: u64, leaf: Hash, proof: &[Hash], root: Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Range);
    }
    let (inner, border) = path_parts(index, size);
    expect_length(proof, inner + border)?;
    let mut hash = leaf;
    for (level, sibling) in proof.iter().enumerate() {
        // Above the inner part the node is always a right child: the others are dropped levels.
        let right = level >= inner || index >> level & 1 == 1;
        hash = if right {
            node_hash(*sibling, hash)
        } else {
            node_hash(hash, *sibling)
        };
    }
    if hash == root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the tree of `new` leaves continues the tree of `old` leaves.
pub fn verify_consistency(
    old: u64,
    new: u64,
    old_root: Hash,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old == 0 || old > new {
        return Err(ProofError::Range);
    }
    if old == new {
        expect_length(proof, 0)?;
        return if old_root == new_root {
            Ok(())
        } else {
            Err(ProofError::Root)
        };
    }
    // The proof climbs from the root of the largest subtree that ends exactly where the old tree does.
    let height = old.trailing_zeros();
    let (inner, border) = path_parts(old - 1, new);
    let inner = inner.saturating_sub(height as usize);
    let whole = old.is_power_of_two();
    expect_length(proof, inner + border + usize::from(!whole))?;
    let (seed, path) = match proof.split_first() {
        Some((seed, path)) if !whole => (*seed, path),
        _ => (old_root, proof),
    };
    let position = (old - 1) >> height;
    let (mut small, mut large) = (seed, seed);
    for (level, sibling) in path.iter().enumerate() {
        if level >= inner || position >> level & 1 == 1 {
            small = node_hash(*sibling, small);
            large = node_hash(*sibling, large);
        } else {
            large = node_hash(large, *sibling);
        }
    }
    if small == old_root && large == new_root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

fn expect_length(proof: &[Hash], wanted: usize) -> Result<(), ProofError> {
    let found = proof.len();
    if found == wanted {
        Ok(())
    } else {
        Err(ProofError::Length { found, wanted })
    }
}

/// Number of hashes of a path up to where it meets the right border of the tree, and along it.
fn path_parts(index: u64, size: u64) -> (usize, usize) {
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    (inner as usize, border as usize)
}

/// Largest power of two below `width`, which is at least 2.
fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// Root of the leaves `start..end`, where `start` is a multiple of a power of two above the width.
fn range_root<R: HashReader>(reader: &R, start: u64, end: u64) -> Result<Hash, R::Error> {
    let mut peaks = Vec::new();
    let mut at = start;
    while at < end {
        let height = (end - at).ilog2();
        #[allow(clippy::cast_possible_truncation, reason = "below 64")]
        peaks.push(reader.subtree(height as u8, at >> height)?);
        at += 1 << height;
    }
    Ok(fold_peaks(&peaks))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::hash::leaf_hash;
    use crate::tree::{Tree, perfect_root};

    struct Leaves(Vec<Hash>);

    impl HashReader for Leaves {
        type Error = Infallible;

        fn subtree(&self, height: u8, index: u64) -> Result<Hash, Infallible> {
            let start = usize::try_from(index << height).unwrap();
            Ok(perfect_root(&self.0[start..start + (1 << height)]))
        }
    }

    fn leaves(count: u32) -> Leaves {
        Leaves((0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect())
    }

    fn root(leaves: &[Hash]) -> Hash {
        let mut tree = Tree::new();
        for leaf in leaves {
            tree.push(*leaf);
        }
        tree.root()
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proved() {
        let all = leaves(70);
        for size in 1..=70_u64 {
            let root = root(&all.0[..usize::try_from(size).unwrap()]);
            for index in 0..size {
                let Ok(proof) = inclusion(&all, index, size);
                let proof = proof.unwrap();
                let leaf = all.0[usize::try_from(index).unwrap()];
                assert_eq!(verify_inclusion(index, size, leaf, &proof, root), Ok(()));
                assert!(verify_inclusion(index ^ 1, size, leaf, &proof, root).is_err() || size == 1);
            }
        }
    }

    #[test]
    fn every_pair_of_small_trees_is_consistent() {
        let all = leaves(70);
        for new in 1..=70_u64 {
            let new_root = root(&all.0[..usize::try_from(new).unwrap()]);
            for old in 1..=new {
                let old_root = root(&all.0[..usize::try_from(old).unwrap()]);
                let Ok(proof) = consistency(&all, old, new);
                let proof = proof.unwrap();
                assert_eq!(verify_consistency(old, new, old_root, new_root, &proof), Ok(()));
                let mut wrong = proof.clone();
                if let Some(hash) = wrong.last_mut() {
                    hash.0[0] ^= 1;
                    assert!(verify_consistency(old, new, old_root, new_root, &wrong).is_err());
                }
            }
        }
    }

    #[test]
    fn proofs_outside_the_tree_are_refused() {
        let all = leaves(4);
        assert_eq!(inclusion(&all, 4, 4), Ok(None));
        assert_eq!(consistency(&all, 0, 4), Ok(None));
        assert_eq!(consistency(&all, 5, 4), Ok(None));
        let hash = all.0[0];
        assert_eq!(
            verify_inclusion(u64::MAX, u64::MAX, hash, &[], hash),
            Err(ProofError::Range)
        );
        assert_eq!(verify_consistency(0, 0, hash, hash, &[]), Err(ProofError::Range));
        let far = verify_inclusion(u64::MAX - 1, u64::MAX, hash, &[hash; 64], hash);
        assert!(matches!(far, Err(ProofError::Length { .. } | ProofError::Root)));
        let far = verify_consistency(1 << 63, u64::MAX, hash, hash, &[hash; 63]);
        assert!(matches!(far, Err(ProofError::Length { .. } | ProofError::Root)));
    }
}

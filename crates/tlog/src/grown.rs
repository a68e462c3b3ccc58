//! Proof that a log continues itself, made by who appends: it takes the peaks of what was there and the new leaves, no file.

use crate::hash::Hash;
use crate::proof::{HashReader, ProofError, consistency};
use crate::tree::{Tree, perfect_root};

/// A tree and the leaves that are added to it.
pub(crate) struct Grown<'a> {
    pub(crate) before: &'a Tree,
    pub(crate) leaves: Vec<Hash>,
}

impl Grown<'_> {
    /// The consistency proof between both (RFC 6962, section 2.1.2); empty where the tree before is.
    pub(crate) fn proof(&self) -> Vec<Hash> {
        let (old, added) = (self.before.size(), self.leaves.len() as u64);
        consistency(self, old, old + added).ok().flatten().unwrap_or_default()
    }
}

impl HashReader for Grown<'_> {
    type Error = ProofError;

    /// Such a proof takes peaks of the tree before, and subtrees of new leaves.
    fn subtree(&self, height: u8, index: u64) -> Result<Hash, ProofError> {
        let start = index << height;
        let Some(at) = start.checked_sub(self.before.size()) else {
            return self.before.peak(start, height).ok_or(ProofError::Range);
        };
        let range = usize::try_from(at).ok().zip(1_usize.checked_shl(u32::from(height)));
        let leaves = range.and_then(|(at, width)| self.leaves.get(at..)?.get(..width));
        leaves.map(perfect_root).ok_or(ProofError::Range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use crate::proof::verify_consistency;

    #[test]
    fn every_growth_of_small_trees_is_proved() {
        let leaves: Vec<Hash> = (0..70_u8).map(|n| leaf_hash(&[n])).collect();
        let tree = |size: usize| {
            let mut tree = Tree::new();
            leaves[..size].iter().for_each(|leaf| tree.push(*leaf));
            tree
        };
        for old in 1..70 {
            let before = tree(old);
            for new in old + 1..=70 {
                let grown = Grown {
                    before: &before,
                    leaves: leaves[old..new].to_vec(),
                };
                let proof = grown.proof();
                let (from, to) = (before.root(), tree(new).root());
                assert_eq!(
                    verify_consistency(old as u64, new as u64, from, to, &proof),
                    Ok(()),
                    "{old} {new}"
                );
            }
        }
        let grown = Grown {
            before: &Tree::new(),
            leaves,
        };
        assert_eq!(grown.proof(), []);
    }
}

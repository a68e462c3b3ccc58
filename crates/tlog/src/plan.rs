//! What a commit will write, computed before anything is signed or written. Pure.

use crate::hash::{Hash, leaf_hash};
use crate::tile::{Kind, TILE_WIDTH, Tile, decode_bundle, encode_hashes, push_entry};
use crate::tree::{Edge, Tree};

/// The right end of a log in memory: enough to append, whatever its size.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tip {
    /// Hashes of the partial tiles.
    pub(crate) edge: Edge,
    /// Bytes of the partial bundle.
    pub(crate) bundle: Vec<u8>,
}

/// Files and the new tip of one commit.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Each file once: first bundles and tiles that are full, then the partial ones.
    pub(crate) files: Vec<(Tile, Vec<u8>)>,
    pub(crate) tip: Tip,
}

impl Tip {
    /// True when the entries of the partial bundle hash to the partial tile of leaves.
    pub(crate) fn is_consistent(&self) -> bool {
        let row = self.edge.row(0);
        decode_bundle(&self.bundle, row.len())
            .is_ok_and(|entries| entries.iter().map(|entry| leaf_hash(entry)).eq(row.iter().copied()))
    }

    /// Plans the appending of entries; None when one of them is too long.
    pub(crate) fn plan<'a>(&self, entries: impl Iterator<Item = &'a [u8]>) -> Option<Plan> {
        let old_size = self.edge.size();
        let mut tip = self.clone();
        let mut files = Vec::new();
        for entry in entries {
            let mut filled = Vec::new();
            tip.edge
                .push(leaf_hash(entry), |tile, row| filled.push((tile, encode_hashes(row))));
            if !push_entry(&mut tip.bundle, entry) {
                return None;
            }
            if let Some((first, _)) = filled.first() {
                files.push((Tile::full_bundle(first.index()), std::mem::take(&mut tip.bundle)));
                files.append(&mut filled);
            }
        }
        files.extend(tip.partials(old_size));
        Some(Plan { files, tip })
    }

    /// The partial files of this tip that a log of `old_size` did not have.
    fn partials(&self, old_size: u64) -> impl Iterator<Item = (Tile, Vec<u8>)> {
        let size = self.edge.size();
        let is_new = move |tile: &Tile| Tile::in_tree(tile.kind(), tile.index(), old_size) != Some(*tile);
        let bundle = Tile::in_tree(Kind::Entries, size / TILE_WIDTH as u64, size);
        let bundle = bundle.map(|tile| (tile, self.bundle.clone()));
        let tiles = Tile::partials(size).map(|tile| {
            let Kind::Hashes(level) = tile.kind() else {
                return (tile, Vec::new());
            };
            (tile, encode_hashes(self.edge.row(level)))
        });
        bundle.into_iter().chain(tiles).filter(move |(tile, _)| is_new(tile))
    }
}

impl Plan {
    /// The second way to the root: from the bytes of the bundles as they will stand on disk.
    ///
    /// A flipped bit between hashing and writing shows here, before the root is signed. None when the
    /// bytes are not bundles.
    pub(crate) fn root_from_bundles(&self, before: &Tree) -> Option<(Hash, Tree)> {
        let mut tree = before.clone();
        for (tile, bytes) in self.files.iter().filter(|(tile, _)| tile.kind() == Kind::Entries) {
            let start = tile.index() * TILE_WIDTH as u64;
            let known = usize::try_from(tree.size().checked_sub(start)?).ok()?;
            for entry in decode_bundle(bytes, tile.width()).ok()?.get(known..)? {
                tree.push(leaf_hash(entry));
            }
        }
        Some((tree.root(), tree))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: u32) -> Vec<Vec<u8>> {
        (0..count).map(|n| format!("entry {n}").into_bytes()).collect()
    }

    fn plan(tip: &Tip, entries: &[Vec<u8>]) -> Plan {
        tip.plan(entries.iter().map(Vec::as_slice)).unwrap()
    }

    fn paths(plan: &Plan) -> Vec<String> {
        plan.files.iter().map(|(tile, _)| tile.to_string()).collect()
    }

    #[test]
    fn a_commit_writes_full_files_once_and_partial_ones_at_its_end() {
        let entries = entries(600);
        let first = plan(&Tip::default(), &entries[..10]);
        assert_eq!(paths(&first), ["tile/entries/000.p/10", "tile/0/000.p/10"]);
        let second = plan(&first.tip, &entries[10..256]);
        assert_eq!(paths(&second), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        let third = plan(&second.tip, &entries[256..300]);
        assert_eq!(paths(&third), ["tile/entries/001.p/44", "tile/0/001.p/44"]);
    }

    #[test]
    fn the_same_log_comes_out_however_it_is_cut() {
        let entries = entries(1000);
        let whole = plan(&Tip::default(), &entries);
        let mut tip = Tip::default();
        for part in entries.chunks(37) {
            tip = plan(&tip, part).tip;
        }
        assert_eq!(tip.edge, whole.tip.edge);
        assert_eq!(tip.bundle, whole.tip.bundle);
    }

    #[test]
    fn the_second_way_finds_a_flipped_bit_in_a_bundle() {
        let entries = entries(700);
        let (tip, mut tree) = (plan(&Tip::default(), &entries[..300]).tip, Tree::new());
        for entry in &entries[..300] {
            tree.push(leaf_hash(entry));
        }
        let mut plan = plan(&tip, &entries[300..]);
        let (root, after) = plan.root_from_bundles(&tree).unwrap();
        assert_eq!((root, after.size()), (plan.tip.edge.root(), 700));
        for n in [0, 2] {
            let last = plan.files[n].1.len() - 1;
            plan.files[n].1[last] ^= 4;
            assert_ne!(plan.root_from_bundles(&tree).unwrap().0, root);
            plan.files[n].1[last] ^= 4;
        }
    }
}

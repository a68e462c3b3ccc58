//! Other implementations as oracles, on random trees, tiles and notes. Only bytes cross over.

use proptest::prelude::*;
use signed_note as other_note;
use tlog::hash::leaf_hash;
use tlog::note::{Note, SigningKey, VerifierKey, signed};
use tlog::proof::{HashReader, consistency, inclusion};
use tlog::tile::{Kind, Tile, encode_hashes};
use tlog::tree::{Edge, Tree};
use tlog::{Checkpoint, Hash};
use tlog_tiles as other;

/// The other crate's store of hashes, read by both.
struct Stored(Vec<other::Hash>);

impl other::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<other::Hash>, other::Error> {
        Ok(indexes.iter().map(|at| self.0[usize::try_from(*at).unwrap()]).collect())
    }
}

impl HashReader for Stored {
    type Error = std::convert::Infallible;

    fn subtree(&self, height: u8, index: u64) -> Result<Hash, Self::Error> {
        let at = usize::try_from(other::stored_hash_index(height, index)).unwrap();
        Ok(Hash(self.0[at].0))
    }
}

fn stored(entries: &[Vec<u8>]) -> Stored {
    let mut stored = Stored(Vec::new());
    for (n, entry) in entries.iter().enumerate() {
        let more = other::stored_hashes(n as u64, entry, &stored).unwrap();
        stored.0.extend(more);
    }
    stored
}

fn root(entries: &[Vec<u8>]) -> Hash {
    let mut tree = Tree::new();
    for entry in entries {
        tree.push(leaf_hash(entry));
    }
    tree.root()
}

fn ours(hashes: &[other::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash(hash.0)).collect()
}

fn entries(most: usize) -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..most)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn roots_and_proofs_are_those_of_the_other_crate(
        entries in entries(900), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(),
    ) {
        let stored = stored(&entries);
        let size = entries.len() as u64;
        prop_assert_eq!(root(&entries).0, other::tree_hash(size, &stored).unwrap().0);
        let (index, old) = (a.index(entries.len()), b.index(entries.len()) + 1);
        let path = inclusion(&stored, index as u64, size).unwrap().unwrap();
        prop_assert_eq!(&path, &ours(&other::prove_record(size, index as u64, &stored).unwrap()));
        let proof = consistency(&stored, old as u64, size).unwrap().unwrap();
        prop_assert_eq!(&proof, &ours(&other::prove_tree(size, old as u64, &stored).unwrap()));

        let (old_root, new_root) = (root(&entries[..old]), root(&entries));
        let leaf = leaf_hash(&entries[index]);
        let good = tlog::proof::verify_inclusion(index as u64, size, leaf, &path, new_root);
        prop_assert_eq!(good, Ok(()));
        let good = tlog::proof::verify_consistency(old as u64, size, old_root, new_root, &proof);
        prop_assert_eq!(good, Ok(()));
    }

    #[test]
    fn both_crates_judge_damaged_proofs_alike(
        entries in entries(70), index in 0..80_u64, size in 0..80_u64,
        hashes in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        // Hashes of the tree itself in random order come closer to a valid proof than random bytes.
        let stored = stored(&entries);
        let path: Vec<_> = hashes.iter().map(|at| stored.0[at.index(stored.0.len())]).collect();
        let leaf = stored.0[0];
        let root = other::tree_hash(entries.len() as u64, &stored).unwrap();
        if index < size {
            let mine = tlog::proof::verify_inclusion(index, size, Hash(leaf.0), &ours(&path), Hash(root.0));
            let theirs = other::check_record(&path, size, root, index, leaf);
            prop_assert_eq!(mine.is_ok(), theirs.is_ok());
        }
        if 0 < index && index <= size {
            let mine = tlog::proof::verify_consistency(index, size, Hash(leaf.0), Hash(root.0), &ours(&path));
            let theirs = other::check_tree(&path, size, root, index, leaf);
            prop_assert_eq!(mine.is_ok(), theirs.is_ok());
        }
    }

    #[test]
    fn tiles_and_their_paths_are_those_of_the_other_crate(entries in entries(700)) {
        let stored = stored(&entries);
        let mut edge = Edge::new();
        let mut tiles = Vec::new();
        for entry in &entries {
            edge.push(leaf_hash(entry), |tile, hashes| tiles.push((tile, encode_hashes(hashes))));
        }
        tiles.extend(Tile::partials(edge.size()).map(|tile| {
            let Kind::Hashes(level) = tile.kind() else { panic!() };
            (tile, encode_hashes(edge.row(level)))
        }));
        let theirs = other::Tile::new_tiles(8, 0, entries.len() as u64);
        prop_assert_eq!(tiles.len(), theirs.len());
        for tile in theirs {
            // Their paths name the height of tiles, which c2sp.org/tlog-tiles fixes at 8.
            let path = tile.path().replacen("tile/8/", "tile/", 1);
            let mine = tiles.iter().find(|(tile, _)| tile.to_string() == path);
            prop_assert_eq!(&mine.unwrap().1, &tile.read_data(&stored).unwrap());
        }
    }

    #[test]
    fn paths_of_any_index_are_those_of_the_other_crate(index: u64, level in 0..64_u8, width in 1..=256_u32) {
        let theirs = other::Tile::new(8, level, index, width, false);
        let path = theirs.path().replacen("tile/8/", "tile/", 1);
        let tile: Tile = path.parse().unwrap();
        prop_assert_eq!(tile.to_string(), path);
        prop_assert_eq!((tile.kind(), tile.index(), tile.width()), (Kind::Hashes(level), index, width as usize));
    }

    #[test]
    fn hostile_bytes_are_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Note::parse(&bytes);
        let _ = tlog::ProofFile::parse(&bytes);
        let _ = tlog::tile::decode_bundle(&bytes, 3);
        let _ = String::from_utf8_lossy(&bytes).parse::<Tile>();
        let _ = String::from_utf8_lossy(&bytes).parse::<VerifierKey>();
        let _ = SigningKey::decode(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn notes_are_those_of_the_other_crate(seed: [u8; 32], other_seed: [u8; 32], text in "[a-zà-ü\n ]{0,60}\n") {
        let mine = SigningKey::generate("record.example", seed).unwrap();
        let second = SigningKey::generate("record.example/m/xa/1", other_seed).unwrap();
        let signer = other_note::StandardSigner::new(&mine.encode()).unwrap();
        let verifier = other_note::StandardVerifier::new(&mine.verifier().to_string()).unwrap();
        let mut theirs = other_note::Note::new(text.as_bytes(), &[]).unwrap();
        theirs.add_sigs(&[&signer]).unwrap();
        let bytes = signed(text.as_bytes(), &[mine.sign(text.as_bytes())]);
        prop_assert_eq!(&bytes, &theirs.to_bytes());

        let both = signed(text.as_bytes(), &[second.sign(text.as_bytes()), mine.sign(text.as_bytes())]);
        let read = other_note::Note::from_bytes(&both).unwrap();
        let known = other_note::VerifierList::new(vec![Box::new(verifier)]);
        let (verified, unverified) = read.verify(&known).unwrap();
        prop_assert_eq!((verified.len(), unverified.len()), (1, 1));
        let note = Note::parse(&both).unwrap();
        prop_assert!(note.verify(&mine.verifier()).is_ok() && note.verify(&second.verifier()).is_ok());
    }

    #[test]
    fn one_changed_byte_never_verifies(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let key = SigningKey::generate("record.example", [5; 32]).unwrap();
        let checkpoint = Checkpoint { origin: "record.example".into(), size: 9, root: leaf_hash(b"x") };
        let mut bytes = checkpoint.sign(&key);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(Checkpoint::open(&bytes, &key.verifier()).is_err());
    }

    #[test]
    fn checkpoints_are_those_of_the_other_crate(size in 0..u64::from(u32::MAX), hash: [u8; 32]) {
        let checkpoint = Checkpoint { origin: "record.example".into(), size, root: Hash(hash) };
        let theirs = other::Checkpoint::from_bytes(checkpoint.to_string().as_bytes()).unwrap();
        prop_assert_eq!((theirs.origin(), theirs.size(), theirs.hash().0), ("record.example", size, hash));
        prop_assert_eq!(theirs.to_bytes(), checkpoint.to_string().into_bytes());
    }
}

//! Vectors that others wrote, in `fixtures/vectors`.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tlog::hash::{leaf_hash, sha256};
use tlog::proof::{verify_consistency, verify_inclusion};
use tlog::tile::{Kind, Tile, decode_bundle, decode_hashes};
use tlog::tree::Tree;
use tlog::{Checkpoint, Hash};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/vectors")
        .join(name)
}

/// All JSON files below a folder, read.
fn cases(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut cases = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for item in fs::read_dir(next).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                cases.push((path, value));
            }
        }
    }
    cases
}

/// None where a number or hash is malformed, which counts as refused.
fn number(case: &Value, name: &str) -> Option<u64> {
    case[name].as_u64()
}

/// The vectors put other bytes where any hash would do; they stand for a hash of their own, but
/// no bytes at all are malformed.
fn to_hash(text: &Value) -> Option<Hash> {
    let bytes = STANDARD.decode(text.as_str()?).ok()?;
    if bytes.is_empty() {
        return None;
    }
    Some(bytes.clone().try_into().map_or_else(|_| sha256(&bytes), Hash))
}

fn hash(case: &Value, name: &str) -> Option<Hash> {
    to_hash(&case[name])
}

fn path(case: &Value) -> Option<Vec<Hash>> {
    let Some(path) = case["proof"].as_array() else {
        return Some(Vec::new());
    };
    path.iter().map(to_hash).collect()
}

fn included(case: &Value) -> Option<bool> {
    let (leaf, root, proof) = (hash(case, "leafHash")?, hash(case, "root")?, path(case)?);
    let (index, size) = (number(case, "leafIdx")?, number(case, "treeSize")?);
    Some(verify_inclusion(index, size, leaf, &proof, root).is_ok())
}

fn consistent(case: &Value) -> Option<bool> {
    let (old_root, new_root) = (hash(case, "root1")?, hash(case, "root2")?);
    let (old, new) = (number(case, "size1")?, number(case, "size2")?);
    Some(verify_consistency(old, new, old_root, new_root, &path(case)?).is_ok())
}

fn check(name: &str, verify: fn(&Value) -> Option<bool>) {
    let cases = cases(&folder("merkle/testdata").join(name));
    assert_eq!(cases.len(), 98);
    for (path, case) in &cases {
        let refused = case["wantErr"].as_bool().unwrap();
        assert_eq!(verify(case).unwrap_or(false), !refused, "{}", path.display());
    }
    assert!(cases.iter().any(|(_, case)| case["wantErr"] == false));
}

#[test]
fn foreign_inclusion_proofs_are_judged_right() {
    check("inclusion", included);
}

#[test]
fn foreign_consistency_proofs_are_judged_right() {
    check("consistency", consistent);
}

#[test]
fn a_foreign_log_is_read_in_every_state() {
    const KEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    const WORDS: &str = "one two three four five six seven eit nain ten ileven twelf threeten \
                         fourten fivten";
    let (log, key) = (
        folder("tessera-log/testdata/log"),
        KEY.parse::<tlog::VerifierKey>().unwrap(),
    );
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut tree = Tree::new();
    let mut read = 0;
    for size in 0..=words.len() {
        let bytes = fs::read(log.join(format!("checkpoint.{size}"))).unwrap();
        let checkpoint = Checkpoint::open(&bytes, &key).unwrap();
        assert_eq!((checkpoint.size, checkpoint.root), (size as u64, tree.root()));
        assert!(bytes.starts_with(checkpoint.to_string().as_bytes()));
        if size > 0 {
            check_tiles(&log, &words[..size]);
        }
        if let Some(word) = words.get(size) {
            tree.push(leaf_hash(word.as_bytes()));
        }
        read += 1;
    }
    assert_eq!(read, 16);
}

fn check_tiles(log: &Path, words: &[&str]) {
    let size = words.len();
    let file = |kind| {
        let tile = Tile::in_tree(kind, 0, size as u64).unwrap();
        fs::read(log.join(tile.to_string())).unwrap()
    };
    let bundle = file(Kind::Entries);
    let entries = decode_bundle(&bundle, size).unwrap();
    assert!(entries.iter().zip(words).all(|(entry, word)| *entry == word.as_bytes()));
    let hashes: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    assert_eq!(decode_hashes(&file(Kind::Hashes(0)), size).unwrap(), hashes);
}

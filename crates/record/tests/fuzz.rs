//! The fuzz targets of this crate (`fuzz/`), with their corpus and seeded changes of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(unreachable_pub, dead_code, reason = "the targets are shared with libFuzzer")]

#[path = "../../../fuzz/src/entries.rs"]
mod entries;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

use record::{
    currency::Currency,
    date::Moment,
    entry::{Body, Entry},
    lang::Lang,
    register::Status,
    statements::{Form, Statement},
};
use tlog::{Checkpoint, ProofFile, SigningKey, hash::leaf_hash, proof};

macro_rules! targets {
    ($($name:ident),*) => {$(
        #[test]
        fn $name() {
            replay::all(stringify!($name), entries::$name);
        }
    )*};
}

targets!(
    audit, beside, canonical, currency, facts, leaf, notice, register, values, words
);

/// The saved register of the example record, without what is in front of it.
fn saved() -> Vec<u8> {
    use record::register::{Register, Snapshot};
    use tlog::hash::Hash;

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/register/good");
    let mut register = Register::default();
    for (leaf, blob) in entries::pairs(&std::fs::read(path).unwrap()).take(12) {
        let entry = record::entry::Leaf::read_trusted(leaf).unwrap();
        let manifest = entries::manifest_of(&entry, blob);
        register.apply(&entry, leaf_hash(leaf), manifest).unwrap();
    }
    let saved = Snapshot {
        root: Hash::default(),
        register,
    };
    saved.to_bytes().unwrap().split_off(24 + 32)
}

#[test]
fn snapshot() {
    replay::with("snapshot", entries::snapshot, vec![saved()], replay::CHANGED);
}

/// `cargo test -p record --test fuzz -- --ignored` writes these files of the corpus anew; `fuzz/corpus.py` writes the others.
#[test]
#[ignore = "writes files"]
fn corpus_is_written() {
    replay::write("snapshot", "example", &saved());
    let statement = Statement {
        erased: None,
        id: "0ayhcsz5q1sfhs1gmck2ckzvcg".parse().unwrap(),
        index: 0,
        lang: Lang::ENGLISH,
        status: Status::InForce,
        version: 1,
    };
    let told = Statement {
        erased: Some(0),
        ..statement
    };
    for (name, statement, form) in [("good", statement, Form::Silent), ("good-erased", told, Form::Telling)] {
        replay::write("currency", name, &stating(statement, form).to_bytes().unwrap());
    }
}

/// A file of a record of one statement.
fn stating(statement: Statement, form: Form) -> Currency {
    let state = SigningKey::generate("record.example/state", [9; 32]).unwrap();
    let body = Body::State {
        root: statement.leaf(form),
        size: 1,
    };
    let issued = Moment(1_795_420_800);
    let leaf = Entry { issued, body }.sign(&[&state]).unwrap();
    let other = leaf_hash(b"before");
    let root = tlog::hash::node_hash(other, leaf_hash(&leaf));
    assert!(proof::verify_inclusion(1, 2, leaf_hash(&leaf), &[other], root).is_ok());
    let checkpoint = Checkpoint {
        origin: "record.example".into(),
        size: 2,
        root,
    }
    .sign(&entries::key());
    let file = ProofFile {
        extra: Some(leaf),
        index: 1,
        path: vec![other],
        checkpoint,
    };
    Currency::new(statement, Vec::new(), String::from_utf8(file.to_bytes()).unwrap())
}

//! The fuzz targets of this crate (`fuzz/`), with their corpus and seeded changes of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(unreachable_pub, dead_code, reason = "the targets are shared with libFuzzer")]

#[path = "../../../fuzz/src/log.rs"]
mod log;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

macro_rules! targets {
    ($($name:ident),*) => {$(
        #[test]
        fn $name() {
            replay::all(stringify!($name), log::$name);
        }
    )*};
}

targets!(
    answer,
    bundle,
    checkpoint,
    cosignature,
    journal,
    keys,
    note,
    policy,
    proof,
    proof_file,
    request,
    segment,
    tile,
    tile_path
);

/// `cargo test -p tlog --test fuzz -- --ignored` writes the corpus of these targets anew.
mod corpus {
    use super::{log, replay::write};
    use std::sync::Arc;
    use tlog::{
        Blob, Checkpoint, CosigningKey, Group, Note, ProofFile, SigningKey, Tile, Writer,
        hash::{empty_root, leaf_hash, node_hash, sha256},
        store::{Disk as _, Memory, Source as _},
        tile::{Kind, encode_hashes, push_entry},
        witness::Request,
    };

    #[test]
    #[ignore = "writes files"]
    fn is_written() {
        notes();
        proofs();
        tiles();
        policies();
        journals();
    }

    fn cosigned() -> Vec<u8> {
        let mut note = Note::parse(&log::signed().sign(&log::key())).unwrap();
        note.signatures.push(log::cosigner().cosign(&note.text, log::SEEN));
        note.to_bytes()
    }

    fn notes() {
        let signed = log::signed().sign(&log::key());
        let other = SigningKey::generate("other.example", [9; 32]).unwrap();
        let text = "first\n\n\u{2014} third\n";
        let lines = [log::key().sign(text.as_bytes()), other.sign(text.as_bytes())];
        write("note", "good-two-lines", &tlog::note::signed(text.as_bytes(), &lines));
        write("note", "good-checkpoint", &signed);
        write("note", "no-signature", b"text\n\n");
        write("checkpoint", "good", &signed);
        write("checkpoint", "good-cosigned", &cosigned());
        let large = Checkpoint {
            size: u64::MAX,
            ..log::signed()
        };
        write("checkpoint", "good-large-of-another", &large.sign(&other));
        write("cosignature", "good", &cosigned());
        write("cosignature", "none", &signed);
        write(
            "request",
            "good-first",
            &Request {
                old: 0,
                proof: vec![],
                checkpoint: signed.clone(),
            }
            .to_bytes(),
        );
        let proof = vec![sha256(b"a"), sha256(b"b")];
        write(
            "request",
            "good-proof",
            &Request {
                old: 7,
                proof,
                checkpoint: cosigned(),
            }
            .to_bytes(),
        );
        let line = log::cosigner().cosign(&log::signed().to_string(), log::SEEN);
        write("answer", "good-line", format!("{line}\n{line}\n").as_bytes());
        write("answer", "good-size", b"12\n");
        for (name, key) in [
            ("good-log", log::key().verifier().to_string()),
            ("good-log-secret", log::key().encode().to_string()),
            ("good-witness", log::cosigner().public().to_string()),
            ("good-witness-secret", log::cosigner().encode().to_string()),
        ] {
            write("keys", name, key.as_bytes());
        }
    }

    fn proofs() {
        let entry = b"the entry".to_vec();
        let sibling = leaf_hash(b"other");
        let root = node_hash(leaf_hash(&entry), sibling);
        let checkpoint = Checkpoint {
            size: 2,
            root,
            ..log::signed()
        }
        .sign(&log::key());
        let file = ProofFile {
            extra: Some(entry),
            index: 0,
            path: vec![sibling],
            checkpoint,
        };
        write("proof_file", "good", &file.to_bytes());
        write(
            "proof_file",
            "good-bare",
            &ProofFile {
                extra: None,
                index: 70_000,
                ..file
            }
            .to_bytes(),
        );
        let numbers = |a: u64, b: u64| [a.to_be_bytes(), b.to_be_bytes()].concat();
        write("proof", "good-one-leaf", &[&numbers(0, 1)[..], &sibling.0].concat());
        write("proof", "good-the-same", &[&numbers(6, 6)[..], &sibling.0].concat());
        write("proof", "deep", &[&numbers(6, u64::MAX)[..], &[7; 32 * 65]].concat());
        write(
            "proof",
            "inner",
            &[&numbers(70_000, 100_000)[..], &[9; 32 * 18]].concat(),
        );
    }

    fn tiles() {
        for tile in [
            Tile::full_hashes(0, 0),
            Tile::full_bundle(1_234_067),
            Tile::full_hashes(63, u64::MAX).with_width(255).unwrap(),
            Tile::in_tree(Kind::Entries, 273, 70_000).unwrap(),
        ] {
            let path = tile.to_string();
            write(
                "tile_path",
                &format!("good-{}", path.replace('/', "_")),
                path.as_bytes(),
            );
        }
        let hashes = [leaf_hash(b"one"), leaf_hash(b"two"), empty_root()];
        write("tile", "good", &[&[2][..], &encode_hashes(&hashes)].concat());
        let mut bundle = vec![2];
        for entry in [&b"one"[..], b"", b"three"] {
            assert!(push_entry(&mut bundle, entry));
        }
        write("bundle", "good", &bundle);
        write("bundle", "too-long", b"\x00\xff\xffx");
    }

    fn policies() {
        let witness = |seed: u8| CosigningKey::generate(&format!("w{seed}.example"), [seed; 32]).unwrap();
        let mut text = format!("# archives\nlog {} https://record.example/\n", log::key().verifier());
        for (name, seed) in [("X1", 1), ("X2", 2), ("Y1", 4), ("Y2", 5)] {
            text += &format!("witness {name} {}\t https://{name}.example/\n", witness(seed).public());
        }
        let groups = "\ngroup X 2 X1 X2\ngroup Y any Y1 Y2\ngroup both all X Y \nquorum both\n";
        write("policy", "good", (text + groups).as_bytes());
        write("policy", "good-none", b"quorum none\n");
        let seen = format!("witness A {}\nquorum A\n", log::cosigner().public());
        write("policy", "good-one", seen.as_bytes());
        write("policy", "twice", b"quorum none\nquorum none\n");
    }

    fn journals() {
        let disk = Memory::new();
        Writer::create(&disk, log::key().name(), &log::key()).unwrap();
        let (mut writer, _) = Writer::open(Arc::new(disk.clone()), log::key().name(), log::key()).unwrap();
        let group = |text: &str| Group {
            entries: vec![text.as_bytes().to_vec(), b"second".to_vec()],
            blobs: vec![Blob {
                name: sha256(text.as_bytes()),
                bytes: b"sealed".to_vec(),
            }],
        };
        writer.commit(&[group("one"), group("two")]).unwrap();
        let first = 4096;
        writer.commit(&[group("three")]).unwrap();
        let path = ".state/journal-00000000000000000000";
        let bytes = disk.read(path, 1 << 20).unwrap().unwrap();
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        let record = tlog::journal::Record::decode(&bytes).unwrap().encode().unwrap();
        let last = record.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        write("journal", "good", &record[..last]);
        write("segment", "good-one", &bytes[..first]);
        write("segment", "good-two", &bytes[..end]);
        assert!(disk.open(path, false).unwrap().is_some());
    }
}

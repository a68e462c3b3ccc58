//! Parsers of what entries say (`record`). Each target says whether it accepted the bytes, and panics where a promise is broken.

use record::{
    audit::Auditor,
    currency::Currency,
    date::{Local, Moment, Month, Offset},
    entry::{Entry, Leaf, Media, erases},
    id::DocumentId,
    json,
    lang::Lang,
    manifest::Manifest,
    proved,
    register::{Register, Snapshot},
    seal::{self, Commitment, SALT},
    statements::Form,
};
use std::{fmt::Display, str::FromStr};
use tlog::{
    SigningKey, VerifierKey,
    hash::{Hash, leaf_hash, sha256},
};

/// The key of the log in the corpus of proofs.
const KEY: &str = include_str!("../corpus/log-key");

/// A leaf is written as it was read, and its two readers agree.
pub fn leaf(data: &[u8]) -> bool {
    let trusted = Leaf::read_trusted(data);
    let erased = erases(data);
    let Ok(leaf) = Leaf::read(data) else { return false };
    assert_eq!(leaf.note.to_bytes(), data);
    assert_eq!(leaf.entry.text().expect("it was read"), leaf.note.text.as_bytes());
    assert_eq!(trusted.as_ref().ok(), Some(&leaf.entry));
    assert!(erased.iter().eq(leaf.entry.erased().iter().map(|name| &name.0)));
    true
}

/// Canonical JSON of any content is written as it was read.
pub fn canonical(data: &[u8]) -> bool {
    if json::check(data).is_err() {
        return false;
    }
    let value: serde_json::Value = json::from_bytes(data).expect("it is canonical");
    assert_eq!(json::to_bytes(&value).expect("it was read"), data);
    true
}

/// Facts have one form.
pub fn facts(data: &[u8]) -> bool {
    manifest(Media::Facts, data)
}

/// Words have one form.
pub fn words(data: &[u8]) -> bool {
    manifest(Media::Words, data)
}

/// Notices have one form.
pub fn notice(data: &[u8]) -> bool {
    manifest(Media::Notice, data)
}

fn manifest(media: Media, data: &[u8]) -> bool {
    let Ok(manifest) = Manifest::read(media, data) else {
        return false;
    };
    assert_eq!(manifest.to_bytes().expect("it was read"), data);
    assert_eq!(manifest.media(), media);
    assert!(manifest.check().is_ok());
    json::check(data).expect("a manifest is canonical");
    true
}

/// A proof file and the JSON beside it, one after the other: the proof ends with its first line that begins with `{`.
pub fn beside(data: &[u8]) -> bool {
    let key: VerifierKey = KEY.trim_end().parse().expect("a key");
    let at = data
        .windows(2)
        .position(|two| two == b"\n{")
        .map_or(data.len(), |at| at + 1);
    let (proof, json) = data.split_at(at);
    let _ = proved::verify(proof, None, &key);
    let Ok(proved) = proved::verify(proof, Some(json), &key) else {
        return false;
    };
    // What is proved is what the entry commits to, to the byte.
    if let (Some(sealed), Some(manifest)) = (proved.leaf.entry.sealed(), &proved.manifest) {
        assert_eq!(manifest.to_bytes().expect("it was read").len() as u64, sealed.size);
    }
    true
}

/// The key of the log in the corpus of currency files.
pub fn key() -> SigningKey {
    SigningKey::generate("record.example", [7; 32]).expect("a name")
}

/// A file that says what is current has one form.
pub fn currency(data: &[u8]) -> bool {
    let Ok(current) = Currency::verify(data, &key().verifier()) else {
        return false;
    };
    let file: Currency = json::from_bytes(data).expect("it was verified");
    assert_eq!(file.to_bytes().expect("it was read"), data);
    assert!(current.statement.index < current.state.index);
    true
}

/// Small values have one form.
pub fn values(data: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(data) else { return false };
    let read = [
        same::<DocumentId>(text),
        same::<Lang>(text),
        same::<Local>(text),
        same::<Moment>(text),
        same::<Month>(text),
        same::<Offset>(text),
        same::<Commitment>(text),
        same::<Hash>(text),
    ];
    read.contains(&true)
}

fn same<T: FromStr + Display>(text: &str) -> bool {
    let Ok(value) = text.parse::<T>() else { return false };
    assert_eq!(value.to_string(), text);
    true
}

/// A saved register, under a hash that is made right: it is read or refused, and what is read is saved again alike.
pub fn snapshot(data: &[u8]) -> bool {
    let mut bytes = Snapshot {
        root: Hash::default(),
        register: Register::default(),
    }
    .to_bytes()
    .expect("an empty one");
    bytes.truncate(24);
    bytes.extend_from_slice(&sha256(data).0);
    bytes.extend_from_slice(data);
    let Ok(snapshot) = Snapshot::from_bytes(&bytes) else {
        return false;
    };
    let again = snapshot.to_bytes().expect("it was read");
    assert!(Snapshot::from_bytes(&again).expect("it was saved") == snapshot);
    true
}

/// A whole record, entry by entry: what is refused leaves the register as it was, and what was folded is saved and read
/// back alike.
pub fn register(data: &[u8]) -> bool {
    let (mut folded, mut whole) = (Register::default(), true);
    for (leaf, blob) in pairs(data) {
        let Ok(entry) = Leaf::read_trusted(leaf) else {
            whole = false;
            continue;
        };
        let manifest = manifest_of(&entry, blob);
        let before = folded.size();
        let applied = folded.apply(&entry, leaf_hash(leaf), manifest);
        assert_eq!(folded.size(), before + u64::from(applied.is_ok()));
        whole &= applied.is_ok();
    }
    let statements = folded.statements_root(Form::Telling);
    let saved = Snapshot {
        root: Hash::default(),
        register: folded,
    };
    let mut read = Snapshot::from_bytes(&saved.to_bytes().expect("it was folded")).expect("it was saved");
    assert!(read == saved);
    assert_eq!(read.register.statements_root(Form::Telling), statements);
    whole && saved.register.size() > 0
}

/// The same through the auditor, which trusts nothing: findings, never a panic.
pub fn audit(data: &[u8]) -> bool {
    let mut auditor = Auditor::new();
    let mut sound = true;
    let all: Vec<_> = pairs(data).collect();
    for ((leaf, blob), index) in all.iter().zip(0..) {
        sound &= auditor.entry(index, leaf, &mut |_| Some(blob.to_vec())).is_empty();
    }
    for (_, blob) in &all {
        let _ = auditor.blob(sha256(blob), blob);
    }
    let audit = auditor.finish(None, None);
    sound && audit.register.size() > 0
}

pub fn manifest_of(entry: &Entry, blob: &[u8]) -> Option<Manifest> {
    let sealed = entry.sealed()?;
    let bytes = seal::open(&sealed.content, blob).or_else(|| blob.get(SALT..))?;
    Manifest::read(sealed.media, bytes).ok()
}

/// Leaf and blob of each entry, both after a length of two bytes.
pub fn pairs(data: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let leaf = piece(&mut rest)?;
        Some((leaf, piece(&mut rest)?))
    })
}

fn piece<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, after) = rest.split_first_chunk()?;
    let (piece, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
    *rest = after;
    Some(piece)
}

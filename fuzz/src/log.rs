//! Parsers of the log (`tlog`). Each target says whether it accepted the bytes, and panics where a promise is broken.

use tlog::{
    Checkpoint, CosignerKey, CosigningKey, Hash, Note, Policy, ProofFile, SignatureLine, SigningKey, Tile, VerifierKey,
    Writer, erase,
    hash::{empty_root, sha256},
    journal::Record,
    proof::{verify_consistency, verify_inclusion},
    recover,
    store::{Disk as _, Memory},
    tile::{decode_bundle, decode_hashes, encode_hashes, push_entry},
    witness::{self, Request, Witness},
};

const ORIGIN: &str = "record.example";

/// The key of the log in the corpus.
pub fn key() -> SigningKey {
    SigningKey::generate(ORIGIN, [7; 32]).expect("a name")
}

/// The witness of the corpus.
pub fn cosigner() -> CosigningKey {
    CosigningKey::generate("witness.example/w1", [8; 32]).expect("a name")
}

/// The one checkpoint that the key has signed.
pub fn signed() -> Checkpoint {
    Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 12,
        root: empty_root(),
    }
}

/// When the witness saw it.
pub const SEEN: u64 = 1_795_420_800;

/// A signed note is printed as it was read.
pub fn note(data: &[u8]) -> bool {
    let Ok(note) = Note::parse(data) else { return false };
    assert_eq!(note.to_bytes(), data);
    let _ = note.verify(&key().verifier());
    true
}

/// A checkpoint has one form, and nobody but its key makes one that is believed.
pub fn checkpoint(data: &[u8]) -> bool {
    if let Ok(believed) = Checkpoint::open(data, &key().verifier()) {
        assert_eq!(believed, signed());
    }
    let Ok(note) = Note::parse(data) else { return false };
    let Ok(checkpoint) = note.text.parse::<Checkpoint>() else {
        return false;
    };
    assert_eq!(checkpoint.to_string(), note.text);
    true
}

/// A cosignature is true for the checkpoint that was cosigned, and no other.
pub fn cosignature(data: &[u8]) -> bool {
    let Ok(note) = Note::parse(data) else { return false };
    let Ok(Some(time)) = cosigner().public().verify(&note) else {
        return false;
    };
    assert_eq!((note.text, time), (signed().to_string(), SEEN));
    true
}

/// Keys have one form.
pub fn keys(data: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(data) else { return false };
    let printed = [
        text.parse::<VerifierKey>().map(|key| key.to_string()),
        text.parse::<CosignerKey>().map(|key| key.to_string()),
        SigningKey::decode(text).map(|key| key.encode().to_string()),
        CosigningKey::decode(text).map(|key| key.encode().to_string()),
    ];
    let mut read = printed.into_iter().flatten().peekable();
    let accepted = read.peek().is_some();
    read.for_each(|printed| assert_eq!(printed, text));
    accepted
}

/// A tile has one path.
pub fn tile_path(data: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(data) else { return false };
    let Ok(tile) = text.parse::<Tile>() else { return false };
    assert_eq!(tile.to_string(), text);
    assert!((1..=256).contains(&tile.width()));
    true
}

/// First byte: the width less one. The rest: hashes.
pub fn tile(data: &[u8]) -> bool {
    let Some((width, bytes)) = data.split_first() else {
        return false;
    };
    let Ok(hashes) = decode_hashes(bytes, usize::from(*width) + 1) else {
        return false;
    };
    assert_eq!(encode_hashes(&hashes), bytes);
    true
}

/// First byte: the width less one. The rest: entries.
pub fn bundle(data: &[u8]) -> bool {
    let Some((width, bytes)) = data.split_first() else {
        return false;
    };
    let Ok(entries) = decode_bundle(bytes, usize::from(*width) + 1) else {
        return false;
    };
    let mut again = Vec::new();
    assert!(entries.iter().all(|entry| push_entry(&mut again, entry)));
    assert_eq!(again, bytes);
    true
}

/// A proof file is printed as it was read, and proves only what the log signed.
pub fn proof_file(data: &[u8]) -> bool {
    let Ok(file) = ProofFile::parse(data) else { return false };
    assert_eq!(file.to_bytes(), data);
    if let Ok(checkpoint) = file.verify_extra(&key().verifier()) {
        // The log has one entry at each place; index 0 of the proved log is this one.
        assert_eq!(
            (checkpoint.size, file.index, file.extra.as_deref()),
            (2, 0, Some(&b"the entry"[..]))
        );
    }
    true
}

/// Two numbers of eight bytes, and hashes: as sizes, as index and size.
pub fn proof(data: &[u8]) -> bool {
    let Some((first, rest)) = data.split_first_chunk() else {
        return false;
    };
    let Some((second, rest)) = rest.split_first_chunk() else {
        return false;
    };
    let (first, second) = (u64::from_be_bytes(*first), u64::from_be_bytes(*second));
    let hashes: Vec<Hash> = rest.as_chunks().0.iter().map(|hash| Hash(*hash)).collect();
    let (leaf, path) = hashes
        .split_first()
        .map_or((empty_root(), &[][..]), |(leaf, path)| (*leaf, path));
    let mut accepted = false;
    for root in [leaf, sha256(data)] {
        let included = verify_inclusion(first, second, leaf, path, root).is_ok();
        let continued = verify_consistency(first, second, leaf, root, path).is_ok();
        // Without a hash inverted, only a tree of one entry, or one compared with itself, ends where it began.
        assert!(!included || (first, second) == (0, 1));
        assert!(!continued || first == second);
        accepted |= included || continued;
    }
    accepted
}

/// One more cosignature never makes a quorum unmet.
pub fn policy(data: &[u8]) -> bool {
    let Ok(policy) = Policy::parse(data) else { return false };
    let note = Note {
        text: signed().to_string(),
        signatures: vec![cosigner().cosign(&signed().to_string(), SEEN)],
    };
    let _ = policy.judge(&note);
    let all: Vec<usize> = (0..policy.witnesses().len()).collect();
    let mut met = policy.is_met(&[]);
    assert_eq!(met, policy.asks_nobody());
    for end in 0..=all.len().min(32) {
        let now = policy.is_met(&all[..end]);
        assert!(now || !met, "less is more");
        met = now;
    }
    assert!(policy.is_met(&all), "a quorum that all witnesses together do not meet");
    true
}

/// A request to a witness is printed as it was read, and only what the log signed may be cosigned.
pub fn request(data: &[u8]) -> bool {
    let Ok(request) = Request::parse(data) else {
        return false;
    };
    assert_eq!(request.to_bytes(), data);
    let mut known = Witness::default();
    known.trust(key().verifier());
    if let Ok(sound) = known.judge(&request) {
        assert_eq!(sound.checkpoint, signed());
        known.advance(&sound.checkpoint);
    }
    true
}

/// Answers of a witness: lines, or a size.
pub fn answer(data: &[u8]) -> bool {
    if let Some(size) = witness::parse_size(data) {
        assert_eq!(format!("{size}\n").as_bytes(), data);
        return true;
    }
    let Ok(lines) = witness::parse_lines(data) else {
        return false;
    };
    let again: String = lines.iter().map(|line: &SignatureLine| format!("{line}\n")).collect();
    assert_eq!(again.as_bytes(), data);
    true
}

/// A record of the journal, under a hash that is made right.
pub fn journal(data: &[u8]) -> bool {
    let data = hashed(data);
    let Some(record) = Record::decode(&data) else {
        return false;
    };
    let again = record.encode().expect("it was not too long");
    let len = again.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    assert!(again[..len] == data[..len], "another form");
    assert_eq!(Record::decode(&again).as_ref(), Some(&record));
    true
}

/// Recovery of a log whose journal is anything: it ends in order or refuses, and what it accepts it accepts again.
pub fn segment(data: &[u8]) -> bool {
    let disk = Memory::new();
    Writer::create(&disk, ORIGIN, &key()).expect("memory");
    disk.create(".state/journal-00000000000000000000", &hashed(data), false)
        .expect("memory");
    let recovered = recover(&disk, &key().verifier(), erase::nothing);
    let again = recover(&disk, &key().verifier(), erase::nothing);
    if let Ok(first) = &recovered {
        assert_eq!(again.map(|again| again.size).ok(), Some(first.size));
    }
    recovered.is_ok_and(|recovery| recovery.size > 0)
}

/// The same bytes with the right hash where the lengths of the first record say that its hash lies.
fn hashed(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    let number = |at: usize, len: usize| {
        let digits = data.get(at..at + len)?;
        usize::try_from(digits.iter().fold(0_u64, |n, digit| n << 8 | u64::from(*digit))).ok()
    };
    let end = || {
        let parts = [
            number(12, 4)?.checked_mul(32)?,
            number(20, 4)?,
            number(40, 8)?,
            number(48, 8)?,
        ];
        parts.into_iter().try_fold(88_usize, usize::checked_add)
    };
    if let Some(end) = end().filter(|end| end.saturating_add(32) <= data.len()) {
        let hash = sha256(&bytes[..end]).0;
        bytes[end..end + 32].copy_from_slice(&hash);
    }
    bytes
}

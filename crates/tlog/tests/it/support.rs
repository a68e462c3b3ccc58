//! A small log for tests: entries that name their blobs, and an oracle over everything.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tlog::fsck::{self, Report, Visitor};
use tlog::hash::sha256;
use tlog::store::{Disk, Listing, Memory, Source};
use tlog::{Blob, Dir, Group, Hash, LogReader, Recovery, SigningKey, StoreError, VerifierKey, Writer};

pub(crate) const ORIGIN: &str = "record.example";

pub(crate) fn key() -> SigningKey {
    SigningKey::generate(ORIGIN, [7; 32]).unwrap()
}

pub(crate) fn verifier() -> VerifierKey {
    key().verifier()
}

/// A group of `count` entries from `n` on, each naming a blob of `len` bytes. Ten share one.
pub(crate) fn group(n: usize, count: usize, len: usize) -> Group {
    let mut group = Group::default();
    for n in n..n + count {
        let start = format!("blob {} ", if count < 10 { n } else { n / 10 });
        let mut bytes = vec![b'b'; len.max(start.len())];
        bytes[..start.len()].copy_from_slice(start.as_bytes());
        let name = sha256(&bytes);
        group.entries.push(format!("entry {n} {name}").into_bytes());
        group.blobs.push(Blob { name, bytes });
    }
    group
}

pub(crate) fn create(disk: &dyn Disk) {
    Writer::create(disk, ORIGIN, &key()).unwrap();
}

pub(crate) fn open(disk: &Memory) -> Result<(Writer, Recovery), StoreError> {
    Writer::open(Arc::new(disk.clone()), ORIGIN, key())
}

/// Opens a real folder. Another test may be starting a process: until that has become its program it shares the files
/// that are open here, and with them the lock of a writer that was just closed.
pub(crate) fn open_dir(disk: &Dir) -> Result<(Writer, Recovery), StoreError> {
    for _ in 0..50 {
        match Writer::open(Arc::new(disk.clone()), ORIGIN, key()) {
            Err(StoreError::Locked) => std::thread::sleep(Duration::from_millis(20)),
            opened => return opened,
        }
    }
    Err(StoreError::Locked)
}

/// Requires that each blob is named by an entry and is what its name says.
#[derive(Default)]
struct Blobs {
    named: BTreeSet<Hash>,
    seen: BTreeSet<Hash>,
}

impl Visitor for Blobs {
    fn entry(&mut self, _index: u64, entry: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(entry);
        let name = text.rsplit(' ').next().and_then(|name| name.parse().ok());
        name.map_or(vec!["names no blob".into()], |name| {
            self.named.insert(name);
            Vec::new()
        })
    }

    fn blob(&mut self, name: Hash, bytes: &[u8]) -> Vec<String> {
        self.seen.insert(name);
        let mut wrong = Vec::new();
        if sha256(bytes) != name {
            wrong.push("is not what its name says".to_owned());
        }
        if !self.named.contains(&name) {
            wrong.push("is named by no entry".to_owned());
        }
        wrong
    }
}

/// Checks every public file.
pub(crate) fn check(disk: &(impl Source + Listing)) -> Report {
    let mut blobs = Blobs::default();
    let mut report = fsck::check(disk, Some(disk), &verifier(), &mut blobs);
    for name in blobs.named.difference(&blobs.seen) {
        let finding = fsck::Finding {
            file: name.to_string(),
            index: None,
            what: "no blob".into(),
        };
        report.findings.push(finding);
    }
    report
}

pub(crate) fn assert_sound(disk: &(impl Source + Listing), size: usize, context: &str) {
    let report = check(disk);
    assert!(report.is_sound(), "{context}: {:#?}", report.findings);
    assert_eq!(report.checkpoint.unwrap().size, size as u64, "{context}");
}

/// The numbers of all entries in order, read from the bundles.
pub(crate) fn numbers(disk: &Memory) -> Vec<usize> {
    let (reader, checkpoint) = LogReader::open(disk.clone(), &verifier()).unwrap();
    let entries = reader.entries(0..checkpoint.size);
    entries.map(|entry| number(&entry.unwrap().1)).collect()
}

pub(crate) fn number(entry: &[u8]) -> usize {
    let text = String::from_utf8_lossy(entry);
    text.split(' ').nth(1).unwrap().parse().unwrap()
}

//! Entries with texts of their own, and entries that erase them; what is left of a text shows in any sector of it.

use std::collections::BTreeMap;

use tlog::fsck::{self, Visitor};
use tlog::hash::{leaf_hash, sha256};
use tlog::store::{Disk as _, Memory, Source as _};
use tlog::tree::Tree;
use tlog::{Blob, Follower, Group, Hash, blob_path};

use crate::life::End;
use crate::support::verifier;

const ERASE: &str = "erase ";

/// What entries erase: the names after the first word.
pub(crate) fn erases(entry: &[u8]) -> Vec<Hash> {
    let text = std::str::from_utf8(entry).unwrap_or_default();
    let names = text.strip_prefix(ERASE).unwrap_or_default().split(' ');
    names.filter_map(|name| name.parse().ok()).collect()
}

/// A text by its number, and its name.
pub(crate) type Text = (usize, Hash);

fn mark(n: usize) -> Vec<u8> {
    format!("<text {n:05}>").into_bytes()
}

/// The log as it must be.
#[derive(Clone, Default)]
pub(crate) struct Texts {
    pub(crate) tree: Tree,
    /// The number of the next text.
    pub(crate) next: usize,
    pub(crate) alive: Vec<Text>,
    pub(crate) gone: Vec<Text>,
}

impl Texts {
    pub(crate) fn end(&self) -> End {
        (self.tree.size(), self.tree.root())
    }

    /// Adds an entry to a group, with a text of at least `len` bytes.
    pub(crate) fn add(&mut self, group: &mut Group, len: usize) {
        let n = self.next;
        self.next += 1;
        let bytes = mark(n).repeat(1 + len / 12);
        let name = sha256(&bytes);
        self.push(group, format!("entry {n} {name}"));
        group.blobs.push(Blob { name, bytes });
        self.alive.push((n, name));
    }

    /// Adds an entry that erases some texts.
    pub(crate) fn erase(&mut self, group: &mut Group, texts: &[Text]) {
        let names: Vec<String> = texts.iter().map(|(_, name)| name.to_string()).collect();
        self.push(group, format!("{ERASE}{}", names.join(" ")));
        self.alive.retain(|text| !texts.contains(text));
        self.gone.extend_from_slice(texts);
    }

    fn push(&mut self, group: &mut Group, entry: String) {
        self.tree.push(leaf_hash(entry.as_bytes()));
        group.entries.push(entry.into_bytes());
    }
}

/// Requires that nothing is left of erased texts, neither as files nor anywhere else, the journal included.
pub(crate) fn require_gone(disk: &Memory, gone: &[Text]) -> Result<(), String> {
    if gone.is_empty() {
        return Ok(());
    }
    let follower = Follower::new(std::sync::Arc::new(disk.clone()), 0);
    for (n, name) in gone {
        let there = disk.open(&blob_path(*name), false).map_err(|error| error.to_string())?;
        if there.is_some() || follower.blob(*name).map_err(|error| error.to_string())?.is_some() {
            return Err(format!("text {n} is there, and was erased"));
        }
    }
    let marks: BTreeMap<Vec<u8>, usize> = gone.iter().map(|(n, _)| (mark(*n), *n)).collect();
    for path in disk.paths().iter().filter(|path| path.starts_with(".state/")) {
        let bytes = disk.read(path, usize::MAX).map_err(|error| error.to_string())?;
        let bytes = bytes.unwrap_or_default();
        let mut rest = &bytes[..];
        while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
            rest = &rest[at..];
            if let Some(n) = rest.get(..12).and_then(|found| marks.get(found)) {
                return Err(format!("{path} holds bytes of text {n}, which was erased"));
            }
            rest = &rest[1..];
        }
    }
    Ok(())
}

#[derive(Default)]
struct Seen {
    named: BTreeMap<Hash, usize>,
    gone: Vec<Text>,
    seen: BTreeMap<Hash, usize>,
}

impl Visitor for Seen {
    fn entry(&mut self, _index: u64, entry: &[u8]) -> Vec<String> {
        let erased = erases(entry);
        for name in &erased {
            self.gone.extend(self.named.remove(name).map(|n| (n, *name)));
        }
        let text = String::from_utf8_lossy(entry);
        let mut words = text.split(' ').skip(1);
        let named = words
            .next()
            .and_then(|n| n.parse().ok())
            .zip(words.next().and_then(|name| name.parse().ok()));
        if let Some((n, name)) = named.filter(|_| erased.is_empty()) {
            self.named.insert(name, n);
        }
        Vec::new()
    }

    fn blob(&mut self, name: Hash, bytes: &[u8]) -> Vec<String> {
        self.seen.insert(name, bytes.len());
        let is_right = sha256(bytes) == name && self.named.contains_key(&name);
        if is_right {
            Vec::new()
        } else {
            vec!["is erased, named by no entry, or not what its name says".to_owned()]
        }
    }
}

/// Requires that a log is sound, has so many entries and all their texts but those that it erased, of which nothing is
/// left, and but those that `lack` excuses.
pub(crate) fn require_whole(disk: &Memory, size: u64, lack: &dyn Fn(Hash) -> bool) -> Result<(), String> {
    let mut seen = Seen::default();
    let report = fsck::check(disk, Some(disk), &verifier(), &mut seen);
    if !report.is_sound()
        || report
            .checkpoint
            .as_ref()
            .is_none_or(|checkpoint| checkpoint.size != size)
    {
        return Err(format!(
            "{:?} at {:?}, not at {size}",
            report.findings, report.checkpoint
        ));
    }
    for (name, n) in seen.named {
        if !seen.seen.contains_key(&name) && !lack(name) {
            return Err(format!("text {n} is lost"));
        }
    }
    require_gone(disk, &seen.gone)
}

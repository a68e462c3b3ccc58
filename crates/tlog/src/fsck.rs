//! Derives a whole log again from its public files and compares every file. Trusts a key, nothing else.
//!
//! What it is given are read functions; what it gives back are findings, never an error and never a
//! panic, whatever the bytes. While a writer is at work, files of a commit under way lie beyond the
//! checkpoint and are found, as [`BEYOND`]; [`crate::Ahead`] tells them apart.

use std::io;

use crate::checkpoint::Checkpoint;
use crate::cosigned::{COSIGNED, cosigned_path};
use crate::derive::{CHECKPOINT, archive_path, blob_path};
use crate::hash::{Hash, leaf_hash};
use crate::note::MAX_NOTE;
use crate::store::{Item, Listing, MAX_FILE, STATE, Source};
use crate::tile::{Kind, MAX_BUNDLE, TILE_WIDTH, Tile, decode_bundle, decode_hashes, encode_hashes};
use crate::tree::{Edge, Tree, perfect_root};
use crate::trust::Trust;

/// Findings kept; after these only their number grows.
pub const MOST_FINDINGS: usize = 10_000;
/// What is said of a file of more entries than the checkpoint has; [`crate::Ahead`] tells whether it is a fault.
pub const BEYOND: &str = "lies beyond the checkpoint";
/// Folders below one another that are followed; the deepest path of a log has 9.
const MOST_DEPTH: usize = 16;

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path of the file.
    pub file: String,
    /// Index of the first entry concerned, where there is one.
    pub index: Option<u64>,
    /// What is wrong, as a fragment that follows the name of the file.
    pub what: String,
}

/// What was checked and found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The newest checkpoint, if it is signed by the key.
    pub checkpoint: Option<Checkpoint>,
    /// Entries that were read and hashed.
    pub entries: u64,
    /// Files that were read.
    pub files: u64,
    /// What is wrong; empty for a sound log.
    pub findings: Vec<Finding>,
    /// Findings above [`MOST_FINDINGS`], not kept.
    pub more: u64,
}

impl Report {
    /// True when nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Looks at what only the layer above understands. Each function says what is wrong.
pub trait Visitor {
    /// An entry, in order. It hashes to the tree, unless a finding says otherwise.
    fn entry(&mut self, _index: u64, _entry: &[u8]) -> Vec<String> {
        Vec::new()
    }

    /// The tree that the entries so far give, once for each size. What it says is about the checkpoint.
    fn tree(&mut self, _tree: &Tree) -> Option<String> {
        None
    }

    /// A blob in a folder that can be listed, after all entries.
    fn blob(&mut self, _name: Hash, _bytes: &[u8]) -> Vec<String> {
        Vec::new()
    }

    /// Any other file; None when it belongs to no record, which is a finding.
    fn other(&mut self, _path: &str) -> Option<Vec<String>> {
        None
    }
}

/// A visitor that accepts every entry and blob and no other file.
impl Visitor for () {}

/// Checks a log. Without a listing (over a network) only the files that the checkpoint requires are
/// read; with one, every file there is.
pub fn check(source: &dyn Source, listing: Option<&dyn Listing>, key: &dyn Trust, visitor: &mut dyn Visitor) -> Report {
    let report = Report::default();
    let mut check = Check {
        source,
        listing,
        key,
        visitor,
        report,
        beyond: Vec::new(),
    };
    if let Some(checkpoint) = check.open(CHECKPOINT) {
        check.report.checkpoint = Some(checkpoint.clone());
        check.entries(&checkpoint);
        check.walk(checkpoint.size);
        check.judge_beyond(checkpoint.size);
    }
    check.report
}

struct Check<'a> {
    source: &'a dyn Source,
    listing: Option<&'a dyn Listing>,
    key: &'a dyn Trust,
    visitor: &'a mut dyn Visitor,
    report: Report,
    /// Files of a larger log than the checkpoint's: wrong, unless it grew while we looked.
    beyond: Vec<Finding>,
}

impl Check<'_> {
    fn find(&mut self, file: impl Into<String>, index: Option<u64>, what: impl Into<String>) {
        let finding = Finding {
            file: file.into(),
            index,
            what: what.into(),
        };
        if self.report.findings.len() < MOST_FINDINGS {
            self.report.findings.push(finding);
        } else {
            self.report.more += 1;
        }
    }

    fn find_beyond(&mut self, file: &str, index: u64) {
        if self.beyond.len() < MOST_FINDINGS {
            let what = BEYOND.to_owned();
            self.beyond.push(Finding {
                file: file.to_owned(),
                index: Some(index),
                what,
            });
        }
    }

    /// A file, or None; that it cannot be read is a finding, that it is absent is not.
    fn read(&mut self, path: &str, most: usize) -> Option<Vec<u8>> {
        match self.source.read(path, most) {
            Ok(bytes) => {
                self.report.files += u64::from(bytes.is_some());
                bytes
            }
            Err(error) => {
                self.find(path, None, format!("cannot be read: {error}"));
                None
            }
        }
    }

    fn list(&mut self, folder: &str) -> Vec<Item> {
        let listed: io::Result<Vec<Item>> = self.listing.map_or(Ok(Vec::new()), |listing| listing.list(folder));
        listed.unwrap_or_else(|error| {
            self.find(folder, None, format!("cannot be listed: {error}"));
            Vec::new()
        })
    }

    fn open(&mut self, path: &str) -> Option<Checkpoint> {
        let Some(bytes) = self.read(path, MAX_NOTE) else {
            self.find(path, None, "is missing");
            return None;
        };
        let opened = Checkpoint::open(&bytes, self.key);
        opened.map_err(|error| self.find(path, None, error.to_string())).ok()
    }

    /// Reads all bundles in order and compares tiles, checkpoints and root with what they hash to.
    fn entries(&mut self, checkpoint: &Checkpoint) {
        let mut archived = self.archived("checkpoints", checkpoint.size).into_iter().peekable();
        let mut cosigned = self.archived(COSIGNED, checkpoint.size).into_iter().peekable();
        let (mut edge, mut tree) = (Edge::new(), Tree::new());
        while edge.size() < checkpoint.size {
            let index = edge.size() / TILE_WIDTH as u64;
            let Some(tile) = Tile::in_tree(Kind::Entries, index, checkpoint.size) else {
                return;
            };
            let Some(row) = self.row(tile, checkpoint, &tree) else {
                self.find(
                    tile.to_string(),
                    Some(edge.size()),
                    "and its tile give no hashes: stopped",
                );
                return;
            };
            for leaf in row {
                let mut filled = Vec::new();
                edge.push(leaf, |tile, hashes| filled.push((tile, hashes.to_vec())));
                tree.push(leaf);
                for (tile, hashes) in &filled {
                    self.tile(*tile, hashes);
                }
                if let Some(what) = self.visitor.tree(&tree) {
                    self.find(CHECKPOINT, None, what);
                }
                if archived.next_if_eq(&tree.size()).is_some() {
                    self.archive(archive_path(tree.size()), tree.size(), tree.root());
                }
                if cosigned.next_if_eq(&tree.size()).is_some() {
                    self.archive(cosigned_path(tree.size()), tree.size(), tree.root());
                }
            }
        }
        for tile in Tile::partials(checkpoint.size) {
            if let Kind::Hashes(level) = tile.kind() {
                self.tile(tile, edge.row(level));
            }
        }
        if tree.root() != checkpoint.root {
            self.find(CHECKPOINT, None, "has another root than the entries and tiles");
        }
    }

    /// Leaf hashes of a bundle. Where bundle and tile differ, the tree above says which is right.
    fn row(&mut self, tile: Tile, checkpoint: &Checkpoint, before: &Tree) -> Option<Vec<Hash>> {
        let leaves = Tile::in_tree(Kind::Hashes(0), tile.index(), checkpoint.size)?;
        let read = self.hashes(leaves);
        let hashed = self.bundle(tile);
        let row = match (hashed, read) {
            (Some(hashed), Some(read)) if hashed != read => {
                let right = self.is_in_tree(&hashed, tile, checkpoint, before);
                if !right {
                    self.compare_entries(tile, &hashed, &read);
                }
                // A wrong tile is found when the right hashes are compared with it.
                if right { hashed } else { read }
            }
            (Some(row), _) | (None, Some(row)) => row,
            (None, None) => return None,
        };
        self.partials(tile, |width, bytes| {
            let entries = decode_bundle(bytes, width).unwrap_or_default();
            let hashes = entries.iter().map(|entry| leaf_hash(entry));
            hashes.eq(row.iter().take(width).copied())
        });
        Some(row)
    }

    fn compare_entries(&mut self, tile: Tile, hashed: &[Hash], read: &[Hash]) {
        let first = tile.index() * TILE_WIDTH as u64;
        for (index, (hashed, read)) in (first..).zip(hashed.iter().zip(read)) {
            if hashed != read {
                self.find(
                    tile.to_string(),
                    Some(index),
                    format!("entry {index} is not what was hashed"),
                );
            }
        }
    }

    /// True when these leaf hashes lead to the next level, or at the right edge to the root.
    fn is_in_tree(&mut self, row: &[Hash], tile: Tile, checkpoint: &Checkpoint, before: &Tree) -> bool {
        if !tile.is_full() {
            let mut tree = before.clone();
            for leaf in row {
                tree.push(*leaf);
            }
            return tree.root() == checkpoint.root;
        }
        let width = TILE_WIDTH as u64;
        let above = Tile::in_tree(Kind::Hashes(1), tile.index() / width, checkpoint.size);
        let above = above.and_then(|above| self.hashes(above)).unwrap_or_default();
        let at = usize::try_from(tile.index() % width).unwrap_or(usize::MAX);
        above.get(at) == Some(&perfect_root(row))
    }

    /// Hashes of a tile file, as many as the tree has; None without a finding, which comes later.
    fn hashes(&mut self, tile: Tile) -> Option<Vec<Hash>> {
        for version in [tile, tile.full()] {
            if let Ok(Some(bytes)) = self.source.read(&version.to_string(), TILE_WIDTH * 32) {
                let mut hashes = decode_hashes(&bytes, version.width()).ok()?;
                hashes.truncate(tile.width());
                return Some(hashes);
            }
        }
        None
    }

    /// Reads a bundle and shows its entries; gives the leaf hashes.
    fn bundle(&mut self, tile: Tile) -> Option<Vec<Hash>> {
        let first = tile.index() * TILE_WIDTH as u64;
        let (path, bytes, width) = self.read_tile(tile, MAX_BUNDLE, first)?;
        let entries = match decode_bundle(&bytes, width) {
            Ok(entries) => entries,
            Err(error) => {
                self.find(path, Some(first), error.to_string());
                return None;
            }
        };
        let mut hashes = Vec::new();
        for (index, entry) in (first..).zip(&entries[..tile.width()]) {
            hashes.push(leaf_hash(entry));
            for what in self.visitor.entry(index, entry) {
                self.find(path.clone(), Some(index), what);
            }
        }
        self.report.entries += hashes.len() as u64;
        Some(hashes)
    }

    /// Compares a tile of hashes, and its partial versions, with what it must hold.
    fn tile(&mut self, tile: Tile, hashes: &[Hash]) {
        let Kind::Hashes(level) = tile.kind() else { return };
        let first = (tile.index() * TILE_WIDTH as u64) << (8 * u32::from(level));
        if let Some((path, bytes, width)) = self.read_tile(tile, TILE_WIDTH * 32, first) {
            let wanted = encode_hashes(hashes);
            if bytes.len() != width * 32 || !bytes.starts_with(&wanted) {
                let at = bytes.chunks(32).zip(hashes).position(|(a, b)| *a != b.0);
                let at = at.unwrap_or(hashes.len().min(bytes.len() / 32)) as u64;
                let index = first + (at << (8 * u32::from(level)));
                self.find(path, Some(index), format!("hash {at} is not that of the entries"));
            }
        }
        self.partials(tile, |width, bytes| {
            hashes.get(..width).is_some_and(|hashes| encode_hashes(hashes) == bytes)
        });
    }

    /// The file of a tile, or where a partial one is gone the full one of a log that grew.
    fn read_tile(&mut self, tile: Tile, most: usize, first: u64) -> Option<(String, Vec<u8>, usize)> {
        for tile in [tile, tile.full()] {
            let path = tile.to_string();
            if let Some(bytes) = self.read(&path, most) {
                return Some((path, bytes, tile.width()));
            }
        }
        self.find(tile.to_string(), Some(first), "is missing");
        None
    }

    /// Partial files that a log may keep: each must be the beginning of the whole.
    fn partials(&mut self, tile: Tile, is_right: impl Fn(usize, &[u8]) -> bool) {
        let folder = tile.partial_folder();
        for item in self.list(&folder) {
            let path = format!("{folder}/{}", item.name);
            // Names that are no widths, and widths beyond the tree, are found by the walk.
            let Ok(partial) = path.parse::<Tile>() else { continue };
            if partial.width() >= tile.width() {
                continue;
            }
            let bytes = self.read(&path, MAX_BUNDLE);
            if bytes.is_some_and(|bytes| !is_right(partial.width(), &bytes)) {
                let level = if let Kind::Hashes(level) = tile.kind() {
                    level
                } else {
                    0
                };
                let first = (tile.index() * TILE_WIDTH as u64) << (8 * u32::from(level));
                self.find(path, Some(first), "is not the beginning of the full one");
            }
        }
    }

    /// Sizes of the archived checkpoints inside the log, ascending.
    fn archived(&mut self, folder: &str, size: u64) -> Vec<u64> {
        let mut sizes = Vec::new();
        for item in self.list(folder) {
            let archived = item
                .name
                .parse::<u64>()
                .ok()
                .filter(|size| size.to_string() == item.name);
            match archived {
                Some(archived) if archived > size => {
                    self.find_beyond(&format!("{folder}/{archived}"), archived.saturating_sub(1));
                }
                Some(0) => self.archive(format!("{folder}/0"), 0, crate::hash::empty_root()),
                Some(archived) if !item.folder => sizes.push(archived),
                _ => self.find(format!("{folder}/{}", item.name), None, "is unknown here"),
            }
        }
        sizes.sort_unstable();
        sizes
    }

    fn archive(&mut self, path: String, size: u64, root: Hash) {
        if let Some(archived) = self.open(&path) {
            if archived.size != size {
                self.find(
                    path,
                    Some(size.saturating_sub(1)),
                    format!("is of size {}", archived.size),
                );
            } else if archived.root != root {
                self.find(path, Some(size.saturating_sub(1)), "has another root than the entries");
            }
        }
    }

    /// Looks at every file: none may be unknown, none may lie beyond the checkpoint.
    fn walk(&mut self, size: u64) {
        let mut folders = vec![(String::new(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            for item in self.list(&folder) {
                let path = if folder.is_empty() {
                    item.name
                } else {
                    format!("{folder}/{}", item.name)
                };
                let skipped = [STATE, "checkpoints", COSIGNED, CHECKPOINT].contains(&path.as_str());
                if item.folder && !skipped && depth < MOST_DEPTH {
                    folders.push((path, depth + 1));
                } else if !skipped {
                    self.file(&path, size);
                }
            }
        }
    }

    fn file(&mut self, path: &str, size: u64) {
        if path.starts_with("tile/") {
            self.tile_file(path, size);
        } else if let Some(rest) = path.strip_prefix("blob/") {
            self.blob_file(path, rest);
        } else {
            match self.visitor.other(path) {
                Some(problems) => problems.into_iter().for_each(|what| self.find(path, None, what)),
                None => self.find(path, None, "is unknown here"),
            }
        }
    }

    fn tile_file(&mut self, path: &str, size: u64) {
        let Ok(tile) = path.parse::<Tile>() else {
            return self.find(path, None, "is unknown here");
        };
        let width = Tile::in_tree(tile.kind(), tile.index(), size).map_or(0, Tile::width);
        if tile.width() > width {
            self.find_beyond(path, size);
        }
    }

    fn blob_file(&mut self, path: &str, rest: &str) {
        let name = rest.split_once('/').and_then(|(_, name)| name.parse::<Hash>().ok());
        let Some(name) = name.filter(|name| blob_path(*name) == path) else {
            return self.find(path, None, "is unknown here");
        };
        if let Some(bytes) = self.read(path, MAX_FILE) {
            for what in self.visitor.blob(name, &bytes) {
                self.find(path, None, what);
            }
        }
    }

    /// A log that a writer extended meanwhile has more files than the checkpoint we began with.
    fn judge_beyond(&mut self, size: u64) {
        let beyond = std::mem::take(&mut self.beyond);
        let grew = !beyond.is_empty() && self.open(CHECKPOINT).is_some_and(|now| now.size > size);
        if !grew {
            for finding in beyond {
                self.find(finding.file, finding.index, finding.what);
            }
        }
    }
}

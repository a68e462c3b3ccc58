//! Reading a log from its public files: entries, hashes, proofs, blobs. Nothing here is verified
//! against a key unless it says so; [`crate::fsck`] verifies everything.

use std::ops::Range;

use crate::checkpoint::Checkpoint;
use crate::derive::{CHECKPOINT, archive_path, blob_path};
use crate::hash::Hash;
use crate::nodes::Nodes;
use crate::note::{MAX_NOTE, Note};
use crate::proof::{self, HashReader};
use crate::proof_file::ProofFile;
use crate::store::{MAX_FILE, Source, StoreError, damaged};
use crate::tile::{Kind, MAX_BUNDLE, TILE_WIDTH, Tile, decode_bundle, decode_hashes, split_entry};
use crate::trust::Trust;

/// A log of a known size, read from a [`Source`].
#[derive(Debug)]
pub struct LogReader<S> {
    source: S,
    size: u64,
    nodes: Nodes,
}

impl<S: Source> LogReader<S> {
    /// Reads the newest checkpoint and requires the signature of `key`.
    pub fn open(source: S, key: &dyn Trust) -> Result<(Self, Checkpoint), StoreError> {
        let bytes = source.read(CHECKPOINT, MAX_NOTE)?.ok_or(StoreError::Missing)?;
        let opened = Checkpoint::open(&bytes, key);
        let checkpoint = opened.map_err(|error| damaged(CHECKPOINT, error.to_string()))?;
        Ok((Self::new(source, checkpoint.size), checkpoint))
    }

    /// Reads a log whose size is known otherwise.
    pub fn new(source: S, size: u64) -> Self {
        Self {
            source,
            size,
            nodes: Nodes::default(),
        }
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where it reads from.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// The newest checkpoint, as signed bytes.
    pub fn checkpoint(&self) -> Result<Vec<u8>, StoreError> {
        self.source.read(CHECKPOINT, MAX_NOTE)?.ok_or(StoreError::Missing)
    }

    /// The checkpoint that was signed for a size; None when no commit ended there.
    pub fn archived(&self, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.source.read(&archive_path(size), MAX_NOTE)?)
    }

    /// A blob; None when it is not there (or erased).
    pub fn blob(&self, name: Hash) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.source.read(&blob_path(name), MAX_FILE)?)
    }

    /// Entries of a range with their indices, one bundle in memory at a time. Stops at an error.
    pub fn entries(&self, range: Range<u64>) -> Entries<'_, S> {
        let end = range.end.min(self.size);
        Entries {
            source: &self.source,
            size: self.size,
            next: range.start,
            end,
            bundle: Vec::new(),
            at: 0,
        }
    }

    /// One entry; None outside the log.
    pub fn entry(&self, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.entries(index..index.saturating_add(1)).next().transpose()?;
        Ok(found.map(|(_, entry)| entry))
    }

    /// Root of the first `size` entries, from the tiles. None above the size of the log.
    pub fn root(&self, size: u64) -> Result<Option<Hash>, StoreError> {
        if size > self.size {
            return Ok(None);
        }
        proof::root(self, size).map(Some)
    }

    /// Path from an entry to the root of the first `size` entries; None when there is none.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        if size > self.size {
            Ok(None)
        } else {
            proof::inclusion(self, index, size)
        }
    }

    /// Proof that the log of `old` entries grew to the one of `new`; None when there is none.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        if new > self.size {
            Ok(None)
        } else {
            proof::consistency(self, old, new)
        }
    }

    /// Proof file of an entry against a signed checkpoint, which the caller trusts and which
    /// contains the entry. What comes out has been verified against the checkpoint's root.
    pub fn proof_file(&self, index: u64, entry: &[u8], signed: &[u8]) -> Result<ProofFile, StoreError> {
        let wrong = |what: String| damaged(CHECKPOINT, what);
        let note = Note::parse(signed).map_err(|error| wrong(error.to_string()))?;
        let checkpoint: Checkpoint = note.text.parse().map_err(|error| wrong(format!("{error}")))?;
        self.proof_against(index, entry, &checkpoint, signed)
    }

    /// As [`LogReader::proof_file`], where the signed checkpoint has been read before.
    pub fn proof_against(
        &self,
        index: u64,
        entry: &[u8],
        checkpoint: &Checkpoint,
        signed: &[u8],
    ) -> Result<ProofFile, StoreError> {
        let path = self.inclusion(index, checkpoint.size)?;
        let path = path.ok_or_else(|| damaged(CHECKPOINT, format!("does not cover entry {index}")))?;
        let leaf = crate::hash::leaf_hash(entry);
        proof::verify_inclusion(index, checkpoint.size, leaf, &path, checkpoint.root)
            .map_err(|error| damaged("tile", format!("entry {index}: {error}")))?;
        Ok(ProofFile {
            extra: Some(entry.to_vec()),
            index,
            path,
            checkpoint: signed.to_vec(),
        })
    }
}

impl<S: Source> HashReader for LogReader<S> {
    type Error = StoreError;

    fn subtree(&self, height: u8, index: u64) -> Result<Hash, StoreError> {
        let (level, inside) = (height / 8, height % 8);
        let per_tile = 8 - inside;
        let tile = Tile::in_tree(Kind::Hashes(level), index >> per_tile, self.size);
        let at = usize::try_from(index & ((1 << per_tile) - 1)).unwrap_or(usize::MAX);
        let node = tile.map(|tile| self.nodes.node(&self.source, tile, usize::from(inside), at));
        node.transpose()?
            .flatten()
            .ok_or_else(|| damaged(format!("tile/{level}"), "node lies outside the log"))
    }
}

/// Entries in order; see [`LogReader::entries`].
#[derive(Debug)]
pub struct Entries<'a, S: ?Sized> {
    source: &'a S,
    size: u64,
    next: u64,
    end: u64,
    bundle: Vec<u8>,
    at: usize,
}

impl<S: Source + ?Sized> Entries<'_, S> {
    /// Loads the bundle of the next entry and goes to its place.
    fn load(&mut self) -> Result<(), StoreError> {
        let width = TILE_WIDTH as u64;
        let tile = Tile::in_tree(Kind::Entries, self.next / width, self.size);
        let tile = tile.ok_or_else(|| damaged("tile/entries", "entry lies outside the log"))?;
        self.bundle = read_bundle(self.source, tile)?;
        self.at = 0;
        for _ in 0..self.next % width {
            self.take();
        }
        Ok(())
    }

    fn take(&mut self) -> Option<Vec<u8>> {
        let (entry, _) = split_entry(self.bundle.get(self.at..)?)?;
        self.at += 2 + entry.len();
        Some(entry.to_vec())
    }
}

impl<S: Source + ?Sized> Iterator for Entries<'_, S> {
    type Item = Result<(u64, Vec<u8>), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        if self.at >= self.bundle.len()
            && let Err(error) = self.load()
        {
            self.end = 0;
            return Some(Err(error));
        }
        let entry = self.take()?;
        self.next += 1;
        Some(Ok((self.next - 1, entry)))
    }
}

/// Hashes of a tile. Where a partial one is gone the full one has the same hashes in front.
pub(crate) fn read_hashes(source: &(impl Source + ?Sized), tile: Tile) -> Result<Vec<Hash>, StoreError> {
    let (found, bytes) = read_tile(source, tile, TILE_WIDTH * 32)?;
    let hashes = decode_hashes(&bytes, found.width());
    let mut hashes = hashes.map_err(|error| damaged(found.to_string(), error.to_string()))?;
    hashes.truncate(tile.width());
    Ok(hashes)
}

/// Bytes of a bundle that holds exactly the entries of `tile`.
pub(crate) fn read_bundle(source: &(impl Source + ?Sized), tile: Tile) -> Result<Vec<u8>, StoreError> {
    let (found, mut bytes) = read_tile(source, tile, MAX_BUNDLE)?;
    let entries = decode_bundle(&bytes, found.width());
    let entries = entries.map_err(|error| damaged(found.to_string(), error.to_string()))?;
    let len = entries.iter().take(tile.width()).map(|entry| 2 + entry.len()).sum();
    bytes.truncate(len);
    Ok(bytes)
}

fn read_tile(source: &(impl Source + ?Sized), tile: Tile, most: usize) -> Result<(Tile, Vec<u8>), StoreError> {
    for tile in [tile, tile.full()] {
        if let Some(bytes) = source.read(&tile.to_string(), most)? {
            return Ok((tile, bytes));
        }
    }
    Err(damaged(tile.to_string(), "is missing"))
}

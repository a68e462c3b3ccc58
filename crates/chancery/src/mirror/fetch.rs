//! Entries of a record behind an address in order, with the blobs they name fetched some at a time.

use crate::{
    output::{Context as _, Done, Failure},
    verify::web::{Web, named},
};
use record::manifest::MAX_MANIFEST;
use record::seal::SALT;
use std::{
    collections::{HashMap, VecDeque},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};
use tlog::{
    blob_path,
    hash::Hash,
    tile::{Kind, MAX_BUNDLE, TILE_WIDTH, Tile, decode_bundle},
};

/// Answers fetched at once.
const AT_ONCE: usize = 8;
/// Bytes of blobs that are fetched ahead; those above are fetched when their turn comes.
const AHEAD: usize = 64 << 20;

/// Entries that were not taken yet.
pub(super) struct Fetch<'a> {
    web: &'a Web,
    /// Index of the next entry.
    next: u64,
    /// Size of the record, which says how wide its last bundle is.
    size: u64,
    entries: VecDeque<Vec<u8>>,
    blobs: HashMap<Hash, Vec<u8>>,
}

impl<'a> Fetch<'a> {
    /// From the entry `first` on, of a record of `size`.
    pub(super) fn new(web: &'a Web, first: u64, size: u64) -> Self {
        Self {
            web,
            next: first,
            size,
            entries: VecDeque::new(),
            blobs: HashMap::new(),
        }
    }

    /// The address that paths are relative to.
    pub(super) fn base(&self) -> &'a str {
        self.web.base()
    }

    /// Index of the next entry.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// The next entry.
    pub(super) fn entry(&mut self) -> Done<Vec<u8>> {
        if self.entries.is_empty() {
            self.load()?;
        }
        let entry = self.entries.pop_front();
        self.next += 1;
        entry.ok_or_else(|| {
            Failure::new(format!(
                "{}tile/entries: has no entry {}",
                self.web.base(),
                self.next - 1
            ))
        })
    }

    /// A blob that an entry names; `None` where the server has none or withholds it.
    pub(super) fn blob(&mut self, name: Hash) -> Done<Option<Vec<u8>>> {
        match self.blobs.remove(&name) {
            Some(bytes) => Ok(Some(bytes)),
            None => fetch_blob(self.web, name),
        }
    }

    fn load(&mut self) -> Done {
        let tile = Tile::in_tree(Kind::Entries, self.next / TILE_WIDTH as u64, self.size);
        let tile = tile.ok_or_else(|| Failure::new(format!("entry {} lies outside the record", self.next)))?;
        let (place, bytes, width) = self.bundle(tile)?;
        let entries = decode_bundle(&bytes, width).at(&place)?;
        let known = usize::try_from(self.next % TILE_WIDTH as u64).unwrap_or(usize::MAX);
        let new = entries.get(known..tile.width()).unwrap_or_default();
        self.entries = new.iter().map(|entry| entry.to_vec()).collect();
        self.blobs = self.ahead(new.iter().filter_map(|entry| named(entry)).collect());
        Ok(())
    }

    /// A bundle, or where a partial one is gone the full one that has the same entries in front.
    fn bundle(&self, tile: Tile) -> Done<(String, Vec<u8>, usize)> {
        for tile in [tile, tile.full()] {
            let place = format!("{}{tile}", self.web.base());
            if let Some(bytes) = self.web.fetch(&tile.to_string(), MAX_BUNDLE).at(&place)? {
                return Ok((place, bytes, tile.width()));
            }
        }
        Err(Failure::new(format!("{}{tile}: there is none", self.web.base())))
    }

    /// Fetches blobs several at once. What fails is asked for again when its turn comes, and then says why.
    fn ahead(&self, names: Vec<Hash>) -> HashMap<Hash, Vec<u8>> {
        let (held, web) = (&AtomicUsize::new(0), self.web);
        let chunk = names.len().div_ceil(AT_ONCE).max(1);
        let some = move |names: &[Hash]| {
            let mut found = Vec::new();
            for name in names {
                if held.load(Ordering::Relaxed) < AHEAD
                    && let Ok(Some(bytes)) = fetch_blob(web, *name)
                {
                    held.fetch_add(bytes.len(), Ordering::Relaxed);
                    found.push((*name, bytes));
                }
            }
            found
        };
        thread::scope(|scope| {
            let running: Vec<_> = names
                .chunks(chunk)
                .map(|names| scope.spawn(move || some(names)))
                .collect();
            let found = running.into_iter().filter_map(|thread| thread.join().ok());
            found.flatten().collect()
        })
    }
}

/// A blob of a manifest. Larger ones are none.
pub(super) fn fetch_blob(web: &Web, name: Hash) -> Done<Option<Vec<u8>>> {
    let most = usize::try_from(MAX_MANIFEST).unwrap_or(usize::MAX).saturating_add(SALT);
    let path = blob_path(name);
    web.fetch(&path, most).at(format!("{}{path}", web.base()))
}

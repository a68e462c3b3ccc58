//! A disk in memory that fails on demand: the n-th change, a full disk, a power cut.
//!
//! It keeps apart what was written and what was synced. A power cut keeps of each file and name that
//! was not synced, by chance, the old state, the new one, or for bytes any mixture by sectors.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, File, Item, Listing, Lock, Source};

const SECTOR: usize = 512;

/// How a change fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and an error is returned.
    Failed,
    /// It is done, and an error is returned all the same.
    FailedButDone,
    /// Nothing is done from here on: the process dies.
    Dead,
    /// As [`Fault::Failed`], with the error of a full disk.
    Full,
}

/// A disk in memory. Clones share the same files.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    names: BTreeMap<String, u64>,
    durable: BTreeMap<String, u64>,
    files: BTreeMap<u64, Content>,
    next: u64,
    locked: BTreeSet<String>,
    changes: u64,
    fault: Option<(u64, Fault)>,
    space: Option<u64>,
}

#[derive(Debug, Clone, Default)]
struct Content {
    now: Arc<Vec<u8>>,
    synced: Arc<Vec<u8>>,
    /// Cleared by a failed sync too: the page cache then takes the bytes for written.
    dirty: bool,
}

impl Memory {
    /// An empty disk without faults and without end.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the `nth` change from now (from 0) fail.
    pub fn fail(&self, nth: u64, fault: Fault) {
        let mut state = self.state();
        state.fault = Some((state.changes + nth, fault));
    }

    /// True when the fault set by [`Memory::fail`] has struck.
    pub fn struck(&self) -> bool {
        let state = self.state();
        state.fault.is_some_and(|(nth, _)| state.changes > nth)
    }

    /// Ends all faults.
    pub fn heal(&self) {
        let mut state = self.state();
        state.fault = None;
        state.space = None;
    }

    /// Sets the bytes that can still be written.
    pub fn limit(&self, space: u64) {
        self.state().space = Some(space);
    }

    /// A copy with its own files and no locks, as after `kill -9`.
    #[must_use]
    pub fn fork(&self) -> Self {
        let state = self.state();
        let copy = State {
            names: state.names.clone(),
            durable: state.durable.clone(),
            files: state.files.clone(),
            next: state.next,
            ..State::default()
        };
        Self {
            state: Arc::new(Mutex::new(copy)),
        }
    }

    /// A copy as power loss may leave it; `seed` chooses among the possibilities.
    #[must_use]
    pub fn power_cut(&self, seed: u64) -> Self {
        let copy = self.fork();
        let mut chance = Chance(seed ^ 0x9e37_79b9_7f4a_7c15);
        copy.state().cut(&mut chance);
        copy
    }

    /// Replaces the bytes of a file, synced: damage done from outside.
    pub fn overwrite(&self, path: &str, bytes: &[u8]) {
        let mut state = self.state();
        let id = state.add(path, bytes);
        state.durable.insert(path.to_owned(), id);
        state.files.insert(id, Content::synced(bytes));
    }

    /// All paths, sorted.
    pub fn paths(&self) -> Vec<String> {
        self.state().names.keys().cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A small generator of chances: xorshift64.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }
}

impl State {
    fn add(&mut self, path: &str, bytes: &[u8]) -> u64 {
        let id = self.next;
        self.next += 1;
        self.names.insert(path.to_owned(), id);
        self.files.insert(
            id,
            Content {
                now: Arc::new(bytes.to_vec()),
                synced: Arc::default(),
                dirty: true,
            },
        );
        id
    }

    /// Runs one change under the fault set for it.
    fn change<T>(&mut self, deed: impl FnOnce(&mut Self) -> io::Result<T>) -> io::Result<T> {
        let count = self.changes;
        self.changes += 1;
        let error = || io::Error::other("simulated error of the disk");
        match self.fault {
            Some((nth, Fault::Failed)) if nth == count => Err(error()),
            Some((nth, Fault::Full)) if nth == count => {
                Err(io::Error::new(ErrorKind::StorageFull, "simulated full disk"))
            }
            Some((nth, Fault::FailedButDone)) if nth == count => deed(self).and(Err(error())),
            Some((nth, Fault::Dead)) if nth <= count => Err(error()),
            _ => deed(self),
        }
    }

    /// A sync of these files. One that fails leaves them clean in the page cache, not on the disk.
    fn sync(&mut self, ids: &[u64]) -> io::Result<()> {
        let failing = self.fault == Some((self.changes, Fault::Failed));
        let result = self.change(|state| {
            for id in ids {
                state.files.entry(*id).and_modify(Content::sync);
            }
            Ok(())
        });
        for id in ids.iter().filter(|_| failing) {
            if let Some(content) = self.files.get_mut(id) {
                content.dirty = false;
            }
        }
        result
    }

    fn spend(&mut self, bytes: usize) -> io::Result<()> {
        match &mut self.space {
            Some(space) if *space < bytes as u64 => Err(io::Error::new(ErrorKind::StorageFull, "simulated full disk")),
            Some(space) => {
                *space -= bytes as u64;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn content(&mut self, path: &str) -> io::Result<&mut Content> {
        let id = self.names.get(path).copied();
        let content = id.and_then(|id| self.files.get_mut(&id));
        content.ok_or_else(|| io::Error::new(ErrorKind::NotFound, format!("{path} is not there")))
    }

    fn sync_names(&mut self, inside: impl Fn(&str) -> bool) {
        self.durable.retain(|path, _| !inside(path));
        let names = self.names.iter().filter(|(path, _)| inside(path));
        self.durable.extend(names.map(|(path, id)| (path.clone(), *id)));
    }

    fn cut(&mut self, chance: &mut Chance) {
        let before = self.names.clone();
        let paths: BTreeSet<String> = self.names.keys().chain(self.durable.keys()).cloned().collect();
        for path in paths {
            let (now, then) = (self.names.get(&path).copied(), self.durable.get(&path).copied());
            let kept = if chance.next(2) == 0 { now } else { then };
            match kept {
                Some(id) => self.names.insert(path, id),
                None => self.names.remove(&path),
            };
        }
        self.undo_half_renames(&before);
        self.durable = self.names.clone();
        for content in self.files.values_mut() {
            content.tear(chance);
        }
    }
}

impl State {
    /// Renames are atomic on every journaling file system: a file that only changed its name has the
    /// old name or the new one, never none.
    fn undo_half_renames(&mut self, before: &BTreeMap<String, u64>) {
        let kept: BTreeSet<u64> = self.names.values().copied().collect();
        for (path, id) in &self.durable {
            if before.values().any(|now| now == id) && !kept.contains(id) {
                self.names.insert(path.clone(), *id);
            }
        }
    }
}

impl Content {
    fn synced(bytes: &[u8]) -> Self {
        let now = Arc::new(bytes.to_vec());
        Self {
            synced: Arc::clone(&now),
            now,
            dirty: false,
        }
    }

    fn sync(&mut self) {
        if std::mem::take(&mut self.dirty) {
            self.synced.clone_from(&self.now);
        }
    }

    fn tear(&mut self, chance: &mut Chance) {
        match chance.next(3) {
            _ if self.now == self.synced => {}
            0 => self.now.clone_from(&self.synced),
            1 => {}
            _ => self.mix(chance),
        }
        self.synced.clone_from(&self.now);
        self.dirty = false;
    }

    fn mix(&mut self, chance: &mut Chance) {
        let shared = self.now.len().min(self.synced.len());
        let more = chance.next((self.now.len() - shared) as u64 + 1);
        let now = Arc::make_mut(&mut self.now);
        now.truncate(shared + usize::try_from(more).unwrap_or(0));
        for (n, sector) in now.chunks_mut(SECTOR).enumerate() {
            if chance.next(2) == 0 {
                let old = self.synced.iter().skip(n * SECTOR).copied();
                sector
                    .iter_mut()
                    .zip(old.chain(std::iter::repeat(0)))
                    .for_each(|(a, b)| *a = b);
            }
        }
    }
}

impl Source for Memory {
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        let mut state = self.state();
        match state.content(path) {
            Ok(content) if content.now.len() > most => Err(ErrorKind::FileTooLarge.into()),
            Ok(content) => Ok(Some(content.now.to_vec())),
            Err(_) => Ok(None),
        }
    }
}

impl Listing for Memory {
    fn list(&self, folder: &str) -> io::Result<Vec<Item>> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let state = self.state();
        let below = state.names.keys().filter_map(|path| path.strip_prefix(&prefix));
        let items: BTreeSet<Item> = below
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Item {
                    name: name.to_owned(),
                    folder: true,
                },
                None => Item {
                    name: rest.to_owned(),
                    folder: false,
                },
            })
            .collect();
        Ok(items.into_iter().collect())
    }
}

struct Handle {
    disk: Memory,
    id: u64,
}

impl Handle {
    fn with<T>(&self, deed: impl FnOnce(&mut Content) -> T) -> io::Result<T> {
        let mut state = self.disk.state();
        state
            .files
            .get_mut(&self.id)
            .map(deed)
            .ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn changed(&self, deed: impl FnOnce(&mut Content)) -> io::Result<()> {
        self.disk.state().change(|state| {
            state
                .files
                .get_mut(&self.id)
                .map(deed)
                .ok_or_else(|| ErrorKind::NotFound.into())
        })
    }
}

impl File for Handle {
    fn size(&self) -> io::Result<u64> {
        self.with(|content| content.now.len() as u64)
    }

    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        self.with(|content| {
            let rest = content.now.get(start..).unwrap_or_default();
            rest[..len.min(rest.len())].to_vec()
        })
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| ErrorKind::InvalidInput)?;
        self.changed(|content| {
            let end = start + bytes.len();
            let now = Arc::make_mut(&mut content.now);
            if now.len() < end {
                now.resize(end, 0);
            }
            now[start..end].copy_from_slice(bytes);
            content.dirty = true;
        })
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.state().sync(&[self.id])
    }
}

struct Held {
    disk: Memory,
    path: String,
}

impl Lock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        self.disk.state().locked.remove(&self.path);
    }
}

impl Disk for Memory {
    fn open(&self, path: &str, _write: bool) -> io::Result<Option<Box<dyn File>>> {
        let id = self.state().names.get(path).copied();
        Ok(id.map(|id| Box::new(Handle { disk: self.clone(), id }) as Box<dyn File>))
    }

    fn create(&self, path: &str, bytes: &[u8], _sealed: bool) -> io::Result<()> {
        self.state().change(|state| {
            if state.names.contains_key(path) {
                return Err(ErrorKind::AlreadyExists.into());
            }
            state.spend(bytes.len())?;
            state.add(path, bytes);
            Ok(())
        })
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        let mut state = self.state();
        let id = state.names.get(path).copied().ok_or(ErrorKind::NotFound)?;
        state.sync(&[id])
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let folder = folder.to_owned();
        self.state().change(|state| {
            state.sync_names(|path| path.rsplit_once('/').map_or("", |(above, _)| above) == folder);
            Ok(())
        })
    }

    fn sync_all(&self) -> io::Result<()> {
        let mut state = self.state();
        let ids: Vec<u64> = state.files.keys().copied().collect();
        state.sync(&ids)?;
        state.sync_names(|_| true);
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.state().change(|state| {
            let id = state.names.remove(from).ok_or(ErrorKind::NotFound)?;
            state.names.insert(to.to_owned(), id);
            Ok(())
        })
    }

    fn rename_new(&self, from: &str, to: &str) -> io::Result<()> {
        if self.state().names.contains_key(to) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        self.rename(from, to)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.state().change(|state| {
            state.names.remove(path);
            Ok(())
        })
    }

    fn lock(&self, path: &str) -> io::Result<Option<Box<dyn Lock>>> {
        let free = self.state().locked.insert(path.to_owned());
        let held = Held {
            disk: self.clone(),
            path: path.to_owned(),
        };
        // Building the guard of a lock somebody else holds must not free it.
        if free {
            Ok(Some(Box::new(held)))
        } else {
            std::mem::forget(held);
            Ok(None)
        }
    }

    fn free(&self) -> io::Result<u64> {
        Ok(self.state().space.unwrap_or(u64::MAX))
    }
}

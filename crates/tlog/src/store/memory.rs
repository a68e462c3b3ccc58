//! A disk in memory that fails on demand: any call, a full disk, a power cut at any moment.
//!
//! It keeps apart what is seen and what is on the disk. Each operation of [`Disk`] is cut into the calls
//! that a real folder makes for it, and any of them may fail or be the last one. A power cut then leaves
//! of what was not synced any part: of a file any mixture of its states by sectors (and half sectors);
//! of names any of their changes, in order or not; and the two apart from one another.
//!
//! What is still promised is what Linux promises: a sync that succeeds covers what it names and no more;
//! a rename is whole or not there. A sync that fails leaves bytes that reads see and no later sync writes.

mod chance;
mod content;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use chance::Chance;
use content::{Content, Tear};
use names::{Kept, Names, Node, folders};

use super::{Disk, File, Item, Listing, Lock, Source};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, of a write a part, and an error is returned.
    Failed,
    /// It is done, and an error is returned all the same.
    FailedButDone,
    /// Of a write a part is done, and nothing from here on: the process dies.
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
    names: Names,
    files: BTreeMap<u64, Content>,
    next: u64,
    locked: BTreeSet<String>,
    calls: u64,
    fault: Option<(u64, Fault)>,
    space: Option<u64>,
    /// The disk before each change, while it is asked for.
    images: Option<Vec<Memory>>,
}

impl Memory {
    /// An empty disk without faults and without end.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the `nth` call from now (from 0) fail. Calls that only read count too.
    pub fn fail(&self, nth: u64, fault: Fault) {
        let mut state = self.state();
        state.fault = Some((state.calls + nth, fault));
    }

    /// True when the fault set by [`Memory::fail`] has struck.
    pub fn struck(&self) -> bool {
        let state = self.state();
        state.fault.is_some_and(|(nth, _)| state.calls > nth)
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

    /// Keeps, from now on, a copy of the disk before each call that changes it.
    pub fn keep_images(&self) {
        self.state().images = Some(Vec::new());
    }

    /// The copies kept since the last asking.
    pub fn take_images(&self) -> Vec<Self> {
        self.state().images.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// A copy with its own files and no locks, as after `kill -9`.
    #[must_use]
    pub fn fork(&self) -> Self {
        self.state().copy()
    }

    /// A copy as power loss may leave it; `seed` chooses among the possibilities.
    #[must_use]
    pub fn power_cut(&self, seed: u64) -> Self {
        let copy = self.fork();
        copy.state().cut(&mut Chance::new(seed));
        copy
    }

    /// Replaces the bytes of a file, synced: damage done from outside.
    pub fn overwrite(&self, path: &str, bytes: &[u8]) {
        let mut state = self.state();
        let id = state.add(Content::synced(bytes));
        state.names.set(path, id);
    }

    /// Paths of all files, sorted.
    pub fn paths(&self) -> Vec<String> {
        let state = self.state();
        state.names.files().map(|(path, _)| path.to_owned()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn full() -> io::Error {
    io::Error::new(ErrorKind::StorageFull, "simulated full disk")
}

fn error_of(fault: Fault) -> io::Error {
    match fault {
        Fault::Full => full(),
        _ => io::Error::other("simulated error of the disk"),
    }
}

impl State {
    fn copy(&self) -> Memory {
        let copy = Self {
            names: self.names.clone(),
            files: self.files.clone(),
            next: self.next,
            ..Self::default()
        };
        Memory {
            state: Arc::new(Mutex::new(copy)),
        }
    }

    fn cut(&mut self, chance: &mut Chance) {
        let (kept, tear) = match chance.below(8) {
            0 => (Kept::None, Tear::All),
            1 => (Kept::All, Tear::All),
            2 => (Kept::None, Tear::Nothing),
            3 => (Kept::All, Tear::Sectors),
            4 => (Kept::First, Tear::Nothing),
            5 => (Kept::First, Tear::Sectors),
            6 => (Kept::Any, Tear::Nothing),
            _ => (Kept::Any, Tear::Sectors),
        };
        self.names.cut(kept, chance);
        let named: BTreeSet<u64> = self.names.files().map(|(_, id)| id).collect();
        self.files.retain(|id, _| named.contains(id));
        for content in self.files.values_mut() {
            content.cut(tear, chance);
        }
    }

    fn add(&mut self, content: Content) -> u64 {
        let id = self.next;
        self.next += 1;
        self.files.insert(id, content);
        id
    }

    /// Counts a call and gives the fault that strikes it, and whether it is the first to be struck.
    fn strike(&mut self, changes: bool) -> Option<(Fault, bool)> {
        if changes && self.images.is_some() {
            let copy = self.copy();
            self.images.get_or_insert_default().push(copy);
        }
        let count = self.calls;
        self.calls += 1;
        match self.fault {
            Some((nth, fault)) if nth == count => Some((fault, true)),
            Some((nth, Fault::Dead)) if nth < count => Some((Fault::Dead, false)),
            _ => None,
        }
    }

    fn read<T>(&mut self, deed: impl FnOnce(&mut Self) -> io::Result<T>) -> io::Result<T> {
        match self.strike(false) {
            Some((fault, _)) => Err(error_of(fault)),
            None => deed(self),
        }
    }

    fn change<T>(&mut self, deed: impl FnOnce(&mut Self) -> io::Result<T>) -> io::Result<T> {
        match self.strike(true) {
            None => deed(self),
            Some((Fault::FailedButDone, _)) => deed(self).and(Err(error_of(Fault::FailedButDone))),
            Some((fault, _)) => Err(error_of(fault)),
        }
    }

    fn content(&mut self, id: u64) -> io::Result<&mut Content> {
        self.files.get_mut(&id).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn write(&mut self, id: u64, offset: usize, bytes: &[u8]) -> io::Result<()> {
        match self.strike(true) {
            None => {
                self.spend(id, offset + bytes.len())?;
                self.content(id)?.write(offset, bytes);
                Ok(())
            }
            Some((Fault::FailedButDone, _)) => {
                self.content(id)?.write(offset, bytes);
                Err(error_of(Fault::FailedButDone))
            }
            Some((fault, first)) => {
                if first {
                    self.content(id)?.write(offset, &bytes[..bytes.len() / 2]);
                }
                Err(error_of(fault))
            }
        }
    }

    fn spend(&mut self, id: u64, end: usize) -> io::Result<()> {
        let more = end.saturating_sub(self.content(id)?.now.len()) as u64;
        match &mut self.space {
            Some(space) if *space < more => Err(full()),
            Some(space) => {
                *space -= more;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn sync(&mut self, ids: &[u64]) -> io::Result<()> {
        let struck = self.strike(true).map(|(fault, _)| fault);
        for id in ids {
            let Some(content) = self.files.get_mut(id) else {
                continue;
            };
            match struck {
                None | Some(Fault::FailedButDone) => content.sync(),
                Some(Fault::Failed | Fault::Full) => content.lose(),
                Some(Fault::Dead) => {}
            }
        }
        struck.map_or(Ok(()), |fault| Err(error_of(fault)))
    }

    /// Makes the folders above a path, one call each.
    fn make_folders(&mut self, path: &str) -> io::Result<()> {
        for folder in folders(path) {
            match self.names.get(folder) {
                Some(Node::Folder) => {}
                Some(Node::File(_)) => return Err(ErrorKind::NotADirectory.into()),
                None => self.change(|state| {
                    state.names.add(folder, Node::Folder);
                    Ok(())
                })?,
            }
        }
        Ok(())
    }

    fn create(&mut self, path: &str) -> io::Result<u64> {
        self.make_folders(path)?;
        self.change(|state| {
            if state.names.get(path).is_some() {
                return Err(ErrorKind::AlreadyExists.into());
            }
            let id = state.add(Content::default());
            state.names.add(path, Node::File(id));
            Ok(id)
        })
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        self.change(|state| {
            let Some(node) = state.names.get(path) else {
                return Ok(());
            };
            if node == Node::Folder && !state.names.list(path).is_empty() {
                return Err(ErrorKind::DirectoryNotEmpty.into());
            }
            state.names.remove(path, node);
            Ok(())
        })
    }

    fn rename(&mut self, from: &str, to: &str, replace: bool) -> io::Result<()> {
        self.make_folders(to)?;
        self.change(|state| {
            let id = state.names.file(from).ok_or(ErrorKind::NotFound)?;
            if !replace && state.names.get(to).is_some() {
                return Err(ErrorKind::AlreadyExists.into());
            }
            state.names.rename(from, to, Node::File(id));
            Ok(())
        })
    }

    fn link(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.make_folders(to)?;
        self.change(|state| {
            let id = state.names.file(from).ok_or(ErrorKind::NotFound)?;
            if state.names.get(to).is_some() {
                return Err(ErrorKind::AlreadyExists.into());
            }
            state.names.add(to, Node::File(id));
            Ok(())
        })
    }
}

impl Source for Memory {
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        self.state().read(|state| {
            let Some(id) = state.names.file(path) else {
                return Ok(None);
            };
            let content = state.content(id)?;
            if content.now.len() > most {
                return Err(ErrorKind::FileTooLarge.into());
            }
            Ok(Some(content.now.to_vec()))
        })
    }
}

impl Listing for Memory {
    fn list(&self, folder: &str) -> io::Result<Vec<Item>> {
        self.state().read(|state| {
            let items = state.names.list(folder).into_iter();
            let items = items.map(|(name, folder)| Item {
                name: name.to_owned(),
                folder,
            });
            Ok(items.collect())
        })
    }
}

/// An open file. It stays what it is when its name goes.
struct Handle {
    disk: Memory,
    id: u64,
}

impl File for Handle {
    fn size(&self) -> io::Result<u64> {
        let mut state = self.disk.state();
        state.read(|state| Ok(state.content(self.id)?.now.len() as u64))
    }

    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        self.disk.state().read(|state| {
            let rest = state.content(self.id)?.now.get(start..).unwrap_or_default();
            Ok(rest[..len.min(rest.len())].to_vec())
        })
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| ErrorKind::InvalidInput)?;
        self.disk.state().write(self.id, start, bytes)
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
        let id = self.state().read(|state| Ok(state.names.file(path)))?;
        Ok(id.map(|id| Box::new(Handle { disk: self.clone(), id }) as Box<dyn File>))
    }

    fn create(&self, path: &str, bytes: &[u8], _sealed: bool) -> io::Result<()> {
        let mut state = self.state();
        let id = state.create(path)?;
        let written = state.write(id, 0, bytes);
        if written.is_err() {
            let _ = state.remove(path);
        }
        written
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        let mut state = self.state();
        let id = state.read(|state| state.names.file(path).ok_or_else(|| ErrorKind::NotFound.into()))?;
        state.sync(&[id])
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        self.state().change(|state| {
            state.names.sync(folder);
            Ok(())
        })
    }

    fn sync_all(&self) -> io::Result<()> {
        let mut state = self.state();
        let ids: Vec<u64> = state.files.keys().copied().collect();
        state.sync(&ids)?;
        state.names.sync_all();
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.state().rename(from, to, true)
    }

    fn rename_new(&self, from: &str, to: &str) -> io::Result<()> {
        self.state().rename(from, to, false)
    }

    fn link(&self, from: &str, to: &str) -> io::Result<()> {
        self.state().link(from, to)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.state().remove(path)
    }

    fn lock(&self, path: &str) -> io::Result<Option<Box<dyn Lock>>> {
        let mut state = self.state();
        if state.names.get(path).is_none() {
            state.create(path)?;
        }
        let free = state.read(|state| Ok(state.locked.insert(path.to_owned())))?;
        let (disk, path) = (self.clone(), path.to_owned());
        Ok(free.then(|| Box::new(Held { disk, path }) as Box<dyn Lock>))
    }

    fn free(&self) -> io::Result<u64> {
        self.state().read(|state| Ok(state.space.unwrap_or(u64::MAX)))
    }
}

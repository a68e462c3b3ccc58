//! Writers made worse on purpose: the power cuts must find each of them.

use std::io;
use std::sync::{Arc, Mutex};

use tlog::store::{File, Item, Listing, Lock, Memory};
use tlog::{Commit, Disk, Group, Source, StoreError, Writer};

use crate::copying::Copying;
use crate::erasing::Erasing;
use crate::holding::Holding;
use crate::{Subject, explore, explore_kind};

/// What is done wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    /// The sync that is the commit point is left out.
    Commit,
    /// A new segment's name is not synced.
    Names,
    /// Segments are dropped without a sync of what was derived from them.
    Drain,
    /// Big blobs are not synced before the commit.
    BigBlobs,
    /// Syncs that fail are taken for done.
    Errors,
    /// Recovery does not write the last record again, but trusts what it read.
    PageCache,
    /// The checkpoint is published before tiles and bundles.
    Early,
    /// Blobs that are erased keep their files.
    Unlink,
    /// Segments with erased bytes stay in the journal.
    Scrap,
    /// Nobody is told that `checkpoint` waits for witnesses.
    Shown,
}

/// A disk that hides what is done wrong above it.
struct Liar {
    inner: Memory,
    lie: Lie,
    /// Files that wait until the checkpoint is published.
    late: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Liar {
    fn deliver(&self) -> io::Result<()> {
        let late = std::mem::take(&mut *self.late.lock().unwrap());
        late.into_iter()
            .try_for_each(|(path, bytes)| match self.inner.create(&path, &bytes, true) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                created => created,
            })
    }

    fn synced(&self, result: io::Result<()>) -> io::Result<()> {
        if self.lie == Lie::Errors { Ok(()) } else { result }
    }
}

impl Source for Liar {
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        if path.starts_with("tile/") {
            self.deliver()?;
        }
        self.inner.read(path, most)
    }
}

impl Listing for Liar {
    fn list(&self, folder: &str) -> io::Result<Vec<Item>> {
        self.inner.list(folder)
    }
}

struct LyingFile {
    inner: Box<dyn File>,
    lie: Lie,
}

impl File for LyingFile {
    fn size(&self) -> io::Result<u64> {
        self.inner.size()
    }

    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        self.inner.read_at(offset, len)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        if self.lie == Lie::PageCache && self.inner.read_at(offset, bytes.len())? == bytes {
            return Ok(());
        }
        self.inner.write_at(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        match self.lie {
            Lie::Commit => Ok(()),
            Lie::Errors => self.inner.sync().or(Ok(())),
            _ => self.inner.sync(),
        }
    }
}

impl Disk for Liar {
    fn open(&self, path: &str, write: bool) -> io::Result<Option<Box<dyn File>>> {
        if self.lie == Lie::Shown && path == ".state/hold" {
            return Ok(None);
        }
        let opened = self.inner.open(path, write)?;
        let lie = self.lie;
        Ok(opened.map(|inner| Box::new(LyingFile { inner, lie }) as Box<dyn File>))
    }

    fn create(&self, path: &str, bytes: &[u8], sealed: bool) -> io::Result<()> {
        if self.lie == Lie::Early && path.starts_with("tile/") {
            self.late.lock().unwrap().push((path.to_owned(), bytes.to_vec()));
            return Ok(());
        }
        self.inner.create(path, bytes, sealed)
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        if self.lie == Lie::BigBlobs {
            return Ok(());
        }
        self.synced(Disk::sync(&self.inner, path))
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        if self.lie == Lie::Names {
            return Ok(());
        }
        self.synced(self.inner.sync_folder(folder))
    }

    fn sync_all(&self) -> io::Result<()> {
        if self.lie == Lie::Drain {
            return Ok(());
        }
        self.synced(self.inner.sync_all())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        if self.lie == Lie::Scrap && to.starts_with(".state/scrap-") {
            return Ok(());
        }
        self.inner.rename(from, to)?;
        self.deliver()
    }

    fn rename_new(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename_new(from, to)
    }

    fn link(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.link(from, to)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        if self.lie == Lie::Unlink && path.starts_with("blob/") {
            return Ok(());
        }
        self.inner.remove(path)
    }

    fn lock(&self, path: &str) -> io::Result<Option<Box<dyn Lock>>> {
        self.inner.lock(path)
    }

    fn free(&self) -> io::Result<u64> {
        self.inner.free()
    }
}

impl Subject for Lie {
    fn disk(&self, memory: &Memory) -> Arc<dyn Disk> {
        Arc::new(Liar {
            inner: memory.clone(),
            lie: *self,
            late: Mutex::default(),
        })
    }
}

/// Commits each entry of a group for itself.
struct Splitter;

impl Subject for Splitter {
    fn commit(&self, writer: &mut Writer, groups: &[Group]) -> Result<Commit, StoreError> {
        let blobs: Vec<_> = groups.iter().flat_map(|group| group.blobs.clone()).collect();
        let mut last = Err(StoreError::Missing);
        for entry in groups.iter().flat_map(|group| &group.entries) {
            let entries = vec![entry.clone()];
            let blobs = blobs.clone();
            last = Ok(writer.commit(&[Group { entries, blobs }])?);
        }
        last
    }
}

fn found(explored: Result<u64, String>, name: &str) {
    let what = explored.expect_err(name);
    println!("{name}: {what:.300}");
}

#[test]
fn each_writer_made_worse_is_found() {
    let lies = [
        Lie::Commit,
        Lie::Names,
        Lie::Drain,
        Lie::BigBlobs,
        Lie::Errors,
        Lie::PageCache,
        Lie::Early,
    ];
    for lie in lies {
        found(explore(&lie, 1, 24, 40_000), &format!("{lie:?}"));
    }
    found(explore(&Splitter, 1, 24, 40_000), "a group that is split");
}

#[test]
fn each_eraser_made_worse_is_found() {
    for lie in [Lie::Unlink, Lie::Scrap, Lie::Names, Lie::Commit] {
        found(
            explore_kind(&Erasing(&lie), 1, 24, 40_000),
            &format!("erasing, {lie:?}"),
        );
    }
}

#[test]
fn each_copier_made_worse_is_found() {
    for lie in [Lie::Names, Lie::Commit, Lie::Drain, Lie::BigBlobs, Lie::Unlink] {
        found(
            explore_kind(&Copying(&lie), 1, 24, 40_000),
            &format!("copying, {lie:?}"),
        );
    }
}

#[test]
fn each_holder_made_worse_is_found() {
    for lie in [Lie::Names, Lie::Commit, Lie::Drain, Lie::BigBlobs, Lie::Shown] {
        found(
            explore_kind(&Holding(&lie), 1, 24, 40_000),
            &format!("holding, {lie:?}"),
        );
    }
}

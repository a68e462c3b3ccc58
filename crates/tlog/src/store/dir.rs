//! A real folder. Besides the program's configuration this is the only place that touches files.
//!
//! What the calls promise on Linux: `fdatasync` and `fsync` on a file its bytes; `fsync` on a folder
//! its names; `syncfs` everything. After a failed sync the page cache may hold bytes that the disk
//! does not, and the next sync may succeed all the same, so no caller may try again.

use std::fmt::Display;
use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Component, Path, PathBuf};

use super::{Disk, File, Item, Listing, Lock, Source};

/// A folder of the file system as a [`Disk`].
#[derive(Debug, Clone)]
pub struct Dir {
    root: PathBuf,
}

impl Dir {
    /// Uses the folder; it need not exist until something is created in it.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Full path, refusing every form that could lead out of the folder.
    fn at(&self, path: &str) -> io::Result<PathBuf> {
        let plain = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if plain && !path.contains('\0') {
            Ok(self.root.join(path))
        } else {
            Err(io::Error::new(
                ErrorKind::InvalidInput,
                format!("{path:?} leads out of the folder"),
            ))
        }
    }

    fn create_file(&self, path: &str, bytes: &[u8], mode: u32) -> io::Result<()> {
        let full = self.at(path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(mode);
        let mut file = match options.open(&full) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make_folders(&full)?;
                options.open(&full)?
            }
            opened => opened?,
        };
        file.write_all(bytes).inspect_err(|_| {
            // A half-written file would stand in the way of the next attempt.
            let _ = fs::remove_file(&full);
        })
    }
}

fn make_folders(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)
}

/// Names the file and the deed in an error, keeping its kind.
fn named<T>(result: io::Result<T>, deed: &str, path: impl Display) -> io::Result<T> {
    result.map_err(|error| io::Error::new(error.kind(), format!("cannot {deed} {path}: {error}")))
}

/// None where there is no file. A file in the place of a folder counts as none too.
fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        other => other.map(Some),
    }
}

impl Source for Dir {
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        let full = self.at(path)?;
        let Some(file) = named(present(fs::File::open(full)), "open", path)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        named(file.take(most as u64 + 1).read_to_end(&mut bytes), "read", path)?;
        if bytes.len() <= most {
            return Ok(Some(bytes));
        }
        let text = format!("{path} is longer than {most} bytes");
        Err(io::Error::new(ErrorKind::FileTooLarge, text))
    }
}

impl Listing for Dir {
    fn list(&self, folder: &str) -> io::Result<Vec<Item>> {
        let names = named(present(fs::read_dir(self.at(folder)?)), "list", folder)?;
        let mut items = Vec::new();
        for name in names.into_iter().flatten() {
            let name = named(name, "list", folder)?;
            let folder = named(name.file_type(), "list", folder)?.is_dir();
            items.push(Item {
                name: name.file_name().to_string_lossy().into_owned(),
                folder,
            });
        }
        items.sort();
        Ok(items)
    }
}

struct Open {
    file: fs::File,
    path: String,
}

impl File for Open {
    fn size(&self) -> io::Result<u64> {
        named(self.file.metadata(), "measure", &self.path).map(|data| data.len())
    }

    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; len];
        let mut filled = 0;
        while filled < len {
            match self.file.read_at(&mut bytes[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(more) => filled += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return named(Err(error), "read", &self.path),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        named(self.file.write_all_at(bytes, offset), "write", &self.path)
    }

    fn sync(&self) -> io::Result<()> {
        named(self.file.sync_data(), "sync", &self.path)
    }
}

/// Held by the open file; the kernel frees it when the process ends, however it ends.
struct Held(#[allow(dead_code, reason = "dropping it frees the lock")] fs::File);

impl Lock for Held {}

impl Disk for Dir {
    fn open(&self, path: &str, write: bool) -> io::Result<Option<Box<dyn File>>> {
        let opened = OpenOptions::new().read(true).write(write).open(self.at(path)?);
        let opened = named(present(opened), "open", path)?;
        let path = path.to_owned();
        Ok(opened.map(|file| Box::new(Open { file, path }) as Box<dyn File>))
    }

    fn create(&self, path: &str, bytes: &[u8], sealed: bool) -> io::Result<()> {
        let mode = if sealed { 0o444 } else { 0o644 };
        named(self.create_file(path, bytes, mode), "create", path)
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        let file = fs::File::open(self.at(path)?);
        named(file.and_then(|file| file.sync_all()), "sync", path)
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let opened = fs::File::open(self.at(folder)?);
        named(opened.and_then(|file| file.sync_all()), "sync folder", folder)
    }

    fn sync_all(&self) -> io::Result<()> {
        let synced = fs::File::open(&self.root).and_then(|folder| rustix::fs::syncfs(folder).map_err(io::Error::from));
        named(synced, "sync the file system of", self.root.display())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (from_path, to_path) = (self.at(from)?, self.at(to)?);
        let renamed = make_folders(&to_path).and_then(|()| fs::rename(from_path, to_path));
        named(renamed, "rename a file to", to)
    }

    fn rename_new(&self, from: &str, to: &str) -> io::Result<()> {
        let (from_path, to_path) = (self.at(from)?, self.at(to)?);
        let renamed = make_folders(&to_path).and_then(|()| rename_no_replace(&from_path, &to_path));
        named(renamed, "rename a file to", to)
    }

    fn link(&self, from: &str, to: &str) -> io::Result<()> {
        let (from_path, to_path) = (self.at(from)?, self.at(to)?);
        let linked = make_folders(&to_path).and_then(|()| fs::hard_link(from_path, to_path));
        named(linked, "link a file to", to)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        let full = self.at(path)?;
        let removed = match fs::remove_file(&full) {
            Err(error) if error.kind() == ErrorKind::IsADirectory => fs::remove_dir(&full),
            other => other,
        };
        named(present(removed), "remove", path).map(|_| ())
    }

    fn lock(&self, path: &str) -> io::Result<Option<Box<dyn Lock>>> {
        let full = self.at(path)?;
        let opened = make_folders(&full).and_then(|()| {
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(full)
        });
        let file = named(opened, "open", path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(Held(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => named(Err(error), "lock", path),
        }
    }

    fn free(&self) -> io::Result<u64> {
        let space = rustix::fs::statvfs(&self.root).map_err(io::Error::from);
        let space = named(space, "measure", self.root.display())?;
        Ok(space.f_bavail.saturating_mul(space.f_frsize))
    }
}

fn rename_no_replace(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems lack the flag; a link refuses to replace everywhere.
        Err(Errno::INVAL | Errno::NOSYS) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from)
        }
        other => other.map_err(io::Error::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk() -> (tempfile::TempDir, Dir) {
        let folder = tempfile::tempdir().unwrap();
        let disk = Dir::new(folder.path());
        (folder, disk)
    }

    #[test]
    fn files_are_created_once() {
        let (_folder, disk) = disk();
        disk.create("a/b/c", b"one", true).unwrap();
        let again = disk.create("a/b/c", b"two", true).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::AlreadyExists);
        assert!(again.to_string().contains("a/b/c"));
        assert_eq!(disk.read("a/b/c", 9).unwrap().unwrap(), b"one");
        assert_eq!(disk.read("a/b/c/d", 9).unwrap(), None);
        assert_eq!(disk.read("a/b/d", 9).unwrap(), None);
        assert_eq!(disk.read("a/b/c", 2).unwrap_err().kind(), ErrorKind::FileTooLarge);
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let (_folder, disk) = disk();
        for path in ["../x", "/etc/hostname", "a/../../x", "a\0b"] {
            assert_eq!(
                disk.read(path, 9).unwrap_err().kind(),
                ErrorKind::InvalidInput,
                "{path}"
            );
            assert!(disk.create(path, b"", false).is_err(), "{path}");
        }
    }

    #[test]
    fn renaming_replaces_and_linking_does_not() {
        let (_folder, disk) = disk();
        disk.create("a", b"a", false).unwrap();
        disk.create("b", b"b", false).unwrap();
        assert_eq!(disk.link("a", "b").unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(disk.rename_new("a", "b").unwrap_err().kind(), ErrorKind::AlreadyExists);
        disk.rename_new("a", "d").unwrap();
        disk.rename_new("d", "a").unwrap();
        disk.link("a", "new/c").unwrap();
        assert_eq!(disk.read("new/c", 9).unwrap().unwrap(), b"a");
        disk.remove("a").unwrap();
        disk.rename("new/c", "b").unwrap();
        assert_eq!(disk.read("b", 9).unwrap().unwrap(), b"a");
        let names: Vec<_> = disk.list("").unwrap().into_iter().map(|item| item.name).collect();
        assert_eq!(names, ["b", "new"]);
        disk.remove("new").unwrap();
        disk.remove("new").unwrap();
        assert!(disk.list("new").unwrap().is_empty());
    }

    #[test]
    fn the_lock_is_exclusive_and_ends_with_its_holder() {
        let (_folder, disk) = disk();
        let held = disk.lock(super::super::LOCK).unwrap();
        assert!(held.is_some());
        assert!(disk.lock(super::super::LOCK).unwrap().is_none());
        drop(held);
        assert!(disk.lock(super::super::LOCK).unwrap().is_some());
    }

    #[test]
    fn open_files_are_read_and_written_in_place() {
        let (_folder, disk) = disk();
        disk.create("f", &[0; 10], false).unwrap();
        let file = disk.open("f", true).unwrap().unwrap();
        file.write_at(8, b"xyz").unwrap();
        file.sync().unwrap();
        assert_eq!(file.size().unwrap(), 11);
        assert_eq!(file.read_at(7, 9).unwrap(), b"\0xyz");
        assert!(disk.open("none", false).unwrap().is_none());
        disk.sync("f").unwrap();
        disk.sync_folder("").unwrap();
        disk.sync_all().unwrap();
        assert!(disk.free().unwrap() > 0);
    }
}

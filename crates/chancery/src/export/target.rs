//! The folder of an export, and how a file gets into it.
//!
//! A reader of the folder sees each file whole: the one before or the new one. Only the first export into a folder
//! creates files in their place, which is a fifth cheaper; that folder is complete when the export has said so.
//! Nothing is synced one by one. One `syncfs` stands before the state that says which files are there, so that
//! after a power cut the state never promises a file that the disk does not have.

use crate::{
    config,
    output::{BUSY, Context as _, Done, Failure},
};
use rustc_hash::FxHashSet;
use rustix::{
    fd::{AsFd, OwnedFd},
    fs::{AtFlags, FlockOperation, Mode, OFlags, RenameFlags},
    io::Errno,
};
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// What the last export left.
pub(super) const STATE: &str = ".chancery-export";
/// The files that a running export is about to make.
pub(super) const STARTED: &str = ".chancery-export-started";
const TEMPORARY: &str = ".chancery-export-tmp-";

/// What is known of a path before it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Before {
    /// The folder holds no file of an export at all.
    Empty,
    /// An export wrote this file, or may have.
    Ours,
    /// No export wrote a file of this name.
    Nothing,
}

/// What writing a file came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Put {
    /// It was written.
    Written,
    /// It had these bytes already.
    Same,
    /// A file of others is in the way and was left alone.
    InTheWay,
}

/// The folder of an export, held by this process alone.
pub(super) struct Target {
    path: PathBuf,
    folder: OwnedFd,
    overwrite: bool,
    /// True if there was nothing in it.
    empty: bool,
    /// Folders that this export has made, or seen to be there.
    folders: Mutex<FxHashSet<Box<str>>>,
    next: AtomicU64,
}

impl Target {
    /// Opens the folder, or makes it, and keeps other exports out until the process ends.
    pub(super) fn open(path: &Path, data: &Path, overwrite: bool) -> Done<Self> {
        refuse_data(path, data)?;
        std::fs::create_dir_all(path).at(path.display())?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(path, flags, Mode::empty()).at(path.display())?;
        rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive).map_err(|_| busy(path))?;
        let mut target = Self {
            path: path.to_owned(),
            folder,
            overwrite,
            empty: true,
            folders: Mutex::default(),
            next: AtomicU64::new(0),
        };
        target.sweep()?;
        Ok(target)
    }

    /// Removes temporary files that a killed export left, and sees whether there is anything else.
    fn sweep(&mut self) -> Done {
        for entry in std::fs::read_dir(&self.path).at(self.path.display())? {
            let name = entry.at(self.path.display())?.file_name();
            if name.to_str().is_some_and(|name| name.starts_with(TEMPORARY)) {
                self.remove_one(&name)?;
            } else {
                self.empty = false;
            }
        }
        Ok(())
    }

    /// True if a file that is to be made was there before this export.
    pub(super) fn has_other(&self, path: &str) -> bool {
        !self.empty && rustix::fs::statat(&self.folder, path, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// The bytes of a file of this folder; `None` where there is none.
    pub(super) fn read(&self, name: &str) -> Done<Option<Vec<u8>>> {
        crate::folder::read_if_there(&self.path.join(name))
    }

    /// Writes a page.
    pub(super) fn put(&self, path: &str, bytes: &[u8], before: Before) -> Done<Put> {
        match before {
            Before::Empty => match self.create(path, bytes) {
                Ok(()) => Ok(Put::Written),
                Err(Errno::EXIST) => self.put(path, bytes, Before::Nothing),
                Err(error) => Err(error).at(self.path.join(path).display()),
            },
            Before::Ours if self.is(path, bytes) => Ok(Put::Same),
            Before::Ours => self.replace(path, bytes).map(|()| Put::Written),
            Before::Nothing => self.add(path, bytes),
        }
    }

    /// Writes a file of the export's own.
    pub(super) fn replace(&self, path: &str, bytes: &[u8]) -> Done {
        self.place(path, bytes, RenameFlags::empty())
            .at(self.path.join(path).display())
    }

    fn add(&self, path: &str, bytes: &[u8]) -> Done<Put> {
        match self.place(path, bytes, RenameFlags::NOREPLACE) {
            Ok(()) => Ok(Put::Written),
            Err(Errno::EXIST) if self.is(path, bytes) => Ok(Put::Same),
            Err(Errno::EXIST) if self.overwrite => self.replace(path, bytes).map(|()| Put::Written),
            Err(Errno::EXIST) => Ok(Put::InTheWay),
            Err(error) => Err(error).at(self.path.join(path).display()),
        }
    }

    /// True if a file has exactly these bytes.
    fn is(&self, path: &str, bytes: &[u8]) -> bool {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let Ok(file) = rustix::fs::openat(&self.folder, path, flags, Mode::empty()) else {
            return false;
        };
        let mut there = Vec::with_capacity(bytes.len() + 1);
        read_all(&file, &mut there).is_ok() && there == bytes
    }

    /// Makes a file in its place; a crash here leaves it in part, and the list of what was started names it.
    fn create(&self, path: &str, bytes: &[u8]) -> Result<(), Errno> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        self.make_folders(path)?;
        let file = rustix::fs::openat(&self.folder, path, flags, Mode::from_raw_mode(0o644))?;
        write_all(&file, bytes)
    }

    /// Writes beside the tree and renames; a crash here leaves the old file, and one temporary file for the next sweep.
    fn place(&self, path: &str, bytes: &[u8], flags: RenameFlags) -> Result<(), Errno> {
        let temporary = format!("{TEMPORARY}{}", self.next.fetch_add(1, Ordering::Relaxed));
        self.create(&temporary, bytes)?;
        let rename = |()| rustix::fs::renameat_with(&self.folder, &*temporary, &self.folder, path, flags);
        let renamed = self.make_folders(path).and_then(rename);
        renamed.inspect_err(|_| {
            let _ = rustix::fs::unlinkat(&self.folder, &*temporary, AtFlags::empty());
        })
    }

    /// Makes the folder of a file, and those above it, unless they are known to be there.
    fn make_folders(&self, path: &str) -> Result<(), Errno> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder.is_empty() || self.folders().contains(folder) {
            return Ok(());
        }
        self.make_folders(folder)?;
        match rustix::fs::mkdirat(&self.folder, folder, Mode::from_raw_mode(0o755)) {
            Ok(()) | Err(Errno::EXIST) => self.folders().insert(folder.into()),
            Err(error) => return Err(error),
        };
        Ok(())
    }

    /// What a thread that panicked left is whole: each change is one call.
    fn folders(&self) -> MutexGuard<'_, FxHashSet<Box<str>>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes a page, and the folders that it leaves empty. One that is not there is as good as removed.
    pub(super) fn remove(&self, path: &str) -> Done<bool> {
        let gone = self.remove_one(OsStr::new(path))?;
        let mut folder = path;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            if rustix::fs::unlinkat(&self.folder, parent, AtFlags::REMOVEDIR).is_err() {
                break;
            }
            self.folders().remove(parent);
            folder = parent;
        }
        Ok(gone)
    }

    fn remove_one(&self, name: &OsStr) -> Done<bool> {
        match rustix::fs::unlinkat(&self.folder, name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::ISDIR) => Ok(false),
            Err(error) => Err(error).at(self.path.join(name).display()),
        }
    }

    /// Adds lines to a file of the export's own.
    pub(super) fn append(&self, name: &str, bytes: &[u8]) -> Done {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::APPEND | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.folder, name, flags, Mode::from_raw_mode(0o600));
        file.and_then(|file| write_all(&file, bytes))
            .at(self.path.join(name).display())
    }

    /// Sees to it that all that was written is on the disk.
    pub(super) fn sync(&self) -> Done {
        rustix::fs::syncfs(&self.folder).at(self.path.display())
    }
}

fn write_all(file: impl AsFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match rustix::io::write(&file, bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads a regular file to its end. Where the first read fills less than there is room for, the file ends there.
pub(super) fn read_all(file: impl AsFd, into: &mut Vec<u8>) -> Result<(), Errno> {
    loop {
        into.reserve(4096);
        let room = into.capacity() - into.len();
        match rustix::io::read(&file, rustix::buffer::spare_capacity(into)) {
            Ok(read) if read < room => return Ok(()),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
}

fn busy(path: &Path) -> Failure {
    Failure::new(format!(
        "{}: another export into this folder is running",
        path.display()
    ))
    .code(BUSY)
    .hint("wait until it has ended")
}

/// Public pages never mix with keys and the record: the folder is no data folder, in none, and holds none of this one.
fn refuse_data(path: &Path, data: &Path) -> Done {
    let mut whole = std::path::absolute(path).at(path.display())?;
    let existing = loop {
        match whole.canonicalize() {
            Ok(found) => break found,
            Err(_) if whole.pop() => {}
            Err(error) => return Err(error).at(path.display()),
        }
    };
    let data = data.canonicalize().at(data.display())?;
    let in_data = existing.ancestors().any(|folder| folder.join(config::FILE).is_file());
    if in_data || data.starts_with(&existing) && path.exists() {
        let message = format!("{}: a data folder is no place for public files", path.display());
        return Err(Failure::usage(message).hint("give a folder of its own, outside of the data folder"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(folder: &Path, overwrite: bool) -> Target {
        let data = folder.join("data");
        std::fs::create_dir_all(&data).unwrap();
        std::fs::write(data.join(config::FILE), "version = 1\n").unwrap();
        Target::open(&folder.join("out"), &data, overwrite).unwrap()
    }

    #[test]
    fn folders_are_made_as_files_need_them_and_go_when_empty() {
        let temp = tempfile::tempdir().unwrap();
        let target = target(temp.path(), false);
        for (path, before) in [
            ("a/b/c.html", Before::Empty),
            ("a/d/e.html", Before::Nothing),
            ("f/g.html", Before::Ours),
        ] {
            assert_eq!(target.put(path, b"x", before).unwrap(), Put::Written, "{path}");
        }
        assert!(target.remove("a/b/c.html").unwrap());
        assert!(!target.remove("a/b/c.html").unwrap(), "twice");
        assert!(!temp.path().join("out/a/b").exists());
        assert!(temp.path().join("out/a/d/e.html").exists());
    }

    #[test]
    fn what_others_wrote_stays_unless_it_is_said() {
        for overwrite in [false, true] {
            for before in [Before::Empty, Before::Nothing] {
                let temp = tempfile::tempdir().unwrap();
                let target = target(temp.path(), overwrite);
                let file = temp.path().join("out/robots.txt");
                std::fs::write(&file, "theirs").unwrap();
                let put = target.put("robots.txt", b"ours", before).unwrap();
                assert_eq!(put, if overwrite { Put::Written } else { Put::InTheWay });
                assert_eq!(
                    std::fs::read(&file).unwrap(),
                    if overwrite { b"ours".as_slice() } else { b"theirs" }
                );
                assert_eq!(
                    target
                        .put("robots.txt", &std::fs::read(&file).unwrap(), before)
                        .unwrap(),
                    Put::Same
                );
            }
        }
    }

    #[test]
    fn an_equal_file_is_not_written_again() {
        let temp = tempfile::tempdir().unwrap();
        let target = target(temp.path(), false);
        target.put("a.html", b"one", Before::Empty).unwrap();
        assert_eq!(target.put("a.html", b"one", Before::Ours).unwrap(), Put::Same);
        assert_eq!(target.put("a.html", b"one ", Before::Ours).unwrap(), Put::Written);
        assert_eq!(target.put("a.html", b"on", Before::Ours).unwrap(), Put::Written);
        assert_eq!(std::fs::read(temp.path().join("out/a.html")).unwrap(), b"on");
    }

    #[test]
    fn a_data_folder_what_is_in_it_and_what_holds_it_are_refused() {
        let temp = tempfile::tempdir().unwrap();
        let data = temp.path().join("data");
        std::fs::create_dir_all(data.join("record")).unwrap();
        std::fs::write(data.join(config::FILE), "version = 1\n").unwrap();
        for path in ["data", "data/out", "data/record/x/y", "."] {
            let failure = Target::open(&temp.path().join(path), &data, false).err().unwrap();
            assert_eq!(failure.code, crate::output::USAGE, "{path}");
        }
        assert!(!data.join("out").exists());
        assert!(Target::open(&temp.path().join("out/deep"), &data, false).is_ok());
    }

    #[test]
    fn two_exports_into_one_folder_do_not_run_at_once() {
        let temp = tempfile::tempdir().unwrap();
        let first = target(temp.path(), false);
        let second = Target::open(&temp.path().join("out"), &temp.path().join("data"), false);
        assert_eq!(second.err().unwrap().code, BUSY);
        drop(first);
        assert!(Target::open(&temp.path().join("out"), &temp.path().join("data"), false).is_ok());
    }

    #[test]
    fn temporary_files_of_a_killed_export_are_swept() {
        let temp = tempfile::tempdir().unwrap();
        drop(target(temp.path(), false));
        let left = temp.path().join("out").join(format!("{TEMPORARY}17"));
        std::fs::write(&left, "half").unwrap();
        drop(target(temp.path(), false));
        assert!(!left.exists());
    }
}

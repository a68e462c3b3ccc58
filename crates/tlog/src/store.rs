//! What the store needs of a disk: the seam under which files are real, in memory, or failing.
//!
//! All paths are relative, with `/`. Errors name the path. Only [`dir`] touches real files.

use std::io;
use std::sync::Arc;

pub mod dir;
pub mod memory;

pub use dir::Dir;
pub use memory::Memory;

/// Private folder of the writer; nothing in it is public.
pub const STATE: &str = ".state";
/// Lock of the one writer.
pub const LOCK: &str = ".state/lock";
/// Largest file that is read whole where no smaller bound is known, in bytes.
pub const MAX_FILE: usize = 1 << 30;

/// Gives the public files of a log, from a folder or over a network.
pub trait Source {
    /// The whole file; None where there is none. A file longer than `most` bytes is an error of kind
    /// [`io::ErrorKind::FileTooLarge`].
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>>;
}

impl<T: Source + ?Sized> Source for &T {
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        (**self).read(path, most)
    }
}

impl<T: Source + ?Sized> Source for Arc<T> {
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        (**self).read(path, most)
    }
}

impl<T: Source + ?Sized> Source for Box<T> {
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        (**self).read(path, most)
    }
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Name without the folder.
    pub name: String,
    /// True for a folder, false for a file or anything else.
    pub folder: bool,
}

/// Lists the files of a log; a folder can, a web server cannot.
pub trait Listing {
    /// What stands in a folder, sorted by name; nothing where there is no folder. "" is the top.
    fn list(&self, folder: &str) -> io::Result<Vec<Item>>;
}

/// An open file.
pub trait File: Send + Sync {
    /// Length in bytes.
    fn size(&self) -> io::Result<u64>;

    /// At most `len` bytes from `offset`; fewer only at the end of the file.
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>>;

    /// Writes all bytes at `offset`. A crash may leave any part of them.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// `fdatasync`: what was written survives power loss once this returns. After an error nothing
    /// about the file can be relied on any more.
    fn sync(&self) -> io::Result<()>;
}

/// Holds a lock until it is dropped.
pub trait Lock: Send + Sync {}

/// The operations of the writer, and no others. Nothing but `sync*` promises durability.
pub trait Disk: Source + Listing + Send + Sync {
    /// Opens an existing file; None where there is none.
    fn open(&self, path: &str, write: bool) -> io::Result<Option<Box<dyn File>>>;

    /// Creates a file and the folders above it; `AlreadyExists` where there is one. Not atomic: a
    /// crash may leave the file with any part of its bytes. A sealed file has mode 0444.
    fn create(&self, path: &str, bytes: &[u8], sealed: bool) -> io::Result<()>;

    /// `fsync` of a file.
    fn sync(&self, path: &str) -> io::Result<()>;

    /// `fsync` of a folder: its names survive power loss. "" is the top.
    fn sync_folder(&self, folder: &str) -> io::Result<()>;

    /// `syncfs`: all that was ever written survives power loss.
    fn sync_all(&self) -> io::Result<()>;

    /// Renames a file, atomically replacing what had the new name; makes the folders above it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// As `rename`, but `AlreadyExists` where the new name is taken.
    fn rename_new(&self, from: &str, to: &str) -> io::Result<()>;

    /// Gives a file a second name, with the folders above it; `AlreadyExists` where that is taken.
    fn link(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file or an empty folder; nothing is done where there is none.
    fn remove(&self, path: &str) -> io::Result<()>;

    /// Creates the file if need be and takes an exclusive lock on it; None while another holds it.
    fn lock(&self, path: &str) -> io::Result<Option<Box<dyn Lock>>>;

    /// Bytes that can still be written.
    fn free(&self) -> io::Result<u64>;
}

/// Why the store stopped.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk refused; the text names the file.
    #[error(transparent)]
    Disk(#[from] io::Error),
    /// Another process writes here.
    #[error("another writer holds {LOCK}")]
    Locked,
    /// There is no log.
    #[error("no log here: there is neither a checkpoint nor a journal")]
    Missing,
    /// There is already a log, or part of one.
    #[error("there is already a log here ({0})")]
    Exists(String),
    /// A file is not what it must be.
    #[error("{file}: {what}")]
    Damaged {
        /// Path of the file.
        file: String,
        /// What is wrong with it.
        what: String,
    },
    /// What was acknowledged or published once is no longer there.
    #[error("{seen} says the log had {size} entries, but only {found} are here")]
    Lost {
        /// File that knows more.
        seen: &'static str,
        /// Size that it knows.
        size: u64,
        /// Size found.
        found: u64,
    },
    /// A file that is written once exists with other bytes.
    #[error("{0} exists with other bytes")]
    Conflict(String),
    /// The group cannot be written; nothing was.
    #[error("entries refused: {0}")]
    Refused(String),
    /// Nobody signed the checkpoint; nothing was written.
    #[error("the checkpoint was not signed: {0}")]
    Unsigned(String),
    /// Too little space; nothing was written.
    #[error("disk is full: {needed} bytes are needed, {free} are free")]
    Full {
        /// Bytes needed.
        needed: u64,
        /// Bytes free.
        free: u64,
    },
    /// The root came out differently in two ways; nothing was signed.
    #[error("root computed in two ways differs; memory or processor may be faulty")]
    Roots,
    /// The data was written by a newer version of this program.
    #[error("{0} was written by a newer version")]
    Newer(String),
    /// An earlier error ended this writer; only a new one, which recovers, may go on.
    #[error("writer has stopped: {0}")]
    Stopped(String),
}

/// Kind and text of a damaged file, in one call.
pub(crate) fn damaged(file: impl Into<String>, what: impl Into<String>) -> StoreError {
    StoreError::Damaged {
        file: file.into(),
        what: what.into(),
    }
}

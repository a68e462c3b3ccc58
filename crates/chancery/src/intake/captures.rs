//! Captured bytes, kept beside the record: private, by digest, and on disk before the entries that name them.
//!
//! ```text
//! captures/<hh>/<digest>        a page, whole
//! captures/lines/<digest>.jsonl the lines of one import in order; the digest is that of the first
//! ```
//!
//! A crash leaves captures that no entry names; the next import of the same file writes the entries.

use crate::output::{Context as _, Done};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};
use tlog::hash::Hash;

/// What was captured, and how it is kept.
#[derive(Clone, Debug)]
pub enum Captured {
    /// A file of its own.
    Page { digest: Hash, bytes: Arc<[u8]> },
    /// A line among others, without its line end.
    Line { digest: Hash, bytes: Vec<u8> },
}

impl Captured {
    /// Length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Page { bytes, .. } => bytes.len(),
            Self::Line { bytes, .. } => bytes.len(),
        }
    }

    /// True where nothing was captured.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Keeps the captures of one import.
#[derive(Debug)]
pub struct Keeper {
    folder: PathBuf,
    lines: Option<File>,
}

impl Keeper {
    /// Keeps captures in this folder, which is made if need be.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, lines: None }
    }

    /// Keeps captures; they survive a crash once this returns.
    pub fn keep(&mut self, captured: &[Captured]) -> Done {
        let mut pages = false;
        let mut lines = Vec::new();
        for one in captured {
            match one {
                Captured::Page { digest, bytes } => pages |= self.page(*digest, bytes)?,
                Captured::Line { digest, bytes } => {
                    self.open_lines(*digest)?;
                    lines.extend_from_slice(bytes);
                    lines.push(b'\n');
                }
            }
        }
        if let Some(file) = self.lines.as_mut().filter(|_| !lines.is_empty()) {
            let written = file.write_all(&lines).and_then(|()| file.sync_data());
            written.at(self.folder.display())?;
        }
        if pages { self.sync() } else { Ok(()) }
    }

    /// Writes a page unless it is there; says whether it wrote.
    fn page(&self, digest: Hash, bytes: &[u8]) -> Done<bool> {
        let name = digest.to_string();
        let folder = self.folder.join(name.get(..2).unwrap_or_default());
        let path = folder.join(&name);
        if path.is_file() {
            return Ok(false);
        }
        make(&folder)?;
        let temporary = folder.join(format!(".{name}.tmp"));
        let written = fresh(&temporary).and_then(|mut file| file.write_all(bytes));
        let renamed = written.and_then(|()| fs::rename(&temporary, &path));
        if renamed.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        renamed.at(path.display()).map(|()| true)
    }

    fn open_lines(&mut self, first: Hash) -> Done {
        if self.lines.is_some() {
            return Ok(());
        }
        let folder = self.folder.join("lines");
        make(&folder)?;
        let path = folder.join(format!("{first}.jsonl"));
        let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
        self.lines = Some(opened.at(path.display())?);
        self.sync()
    }

    /// One call for however many pages: all of the file system that holds them.
    fn sync(&self) -> Done {
        let folder = File::open(&self.folder).at(self.folder.display())?;
        rustix::fs::syncfs(&folder).at(self.folder.display())
    }
}

fn make(folder: &Path) -> Done {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.at(folder.display())
}

/// A new private file, also where an interrupted attempt left one.
fn fresh(path: &Path) -> std::io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;
    use tlog::hash::sha256;

    #[test]
    fn pages_are_kept_by_digest_and_lines_in_order_all_private() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("captures");
        let page: Arc<[u8]> = b"a page".as_slice().into();
        let line = |bytes: &[u8]| Captured::Line {
            digest: sha256(bytes),
            bytes: bytes.to_vec(),
        };
        let digest = sha256(&page);
        let page = Captured::Page { digest, bytes: page };
        let mut keeper = Keeper::new(folder.clone());
        keeper.keep(&[page.clone(), line(b"one"), line(b"two")]).unwrap();
        keeper.keep(&[page, line(b"three")]).unwrap();
        let name = digest.to_string();
        let kept = folder.join(&name[..2]).join(&name);
        assert_eq!(fs::read(&kept).unwrap(), b"a page");
        let lines = folder.join(format!("lines/{}.jsonl", sha256(b"one")));
        assert_eq!(fs::read(&lines).unwrap(), b"one\ntwo\nthree\n");
        for file in [kept, lines] {
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}

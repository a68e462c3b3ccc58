//! Captured bytes, kept beside the record: private, by digest, and on disk before the entries that name them.
//!
//! ```text
//! captures/<hh>/<digest>        a page, whole
//! captures/lines/<digest>.jsonl the lines of one import in order; the digest is that of the first
//! ```
//!
//! A crash leaves captures that no entry names; the next import of the same file writes the entries.

use crate::output::{Context as _, Done};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{BufRead as _, BufReader, BufWriter, ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};
use tlog::hash::{Hash, sha256};

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
        let length = |one: &Captured| match one {
            Captured::Page { .. } => 0,
            Captured::Line { bytes, .. } => bytes.len() + 1,
        };
        let mut lines = Vec::with_capacity(captured.iter().map(length).sum());
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

    /// Writes a page unless it is there whole; says whether it must be synced. What a killed run left may be torn, and was
    /// never synced.
    fn page(&self, digest: Hash, bytes: &[u8]) -> Done<bool> {
        let name = digest.to_string();
        let folder = self.folder.join(name.get(..2).unwrap_or_default());
        let path = folder.join(&name);
        if fs::read(&path).is_ok_and(|there| sha256(&there) == digest) {
            return Ok(true);
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
        let opened = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .mode(0o600)
            .open(&path);
        let mut file = opened.at(path.display())?;
        end_line(&mut file).at(path.display())?;
        self.lines = Some(file);
        self.sync()
    }

    /// One call for however many pages: all of the file system that holds them.
    fn sync(&self) -> Done {
        let folder = File::open(&self.folder).at(self.folder.display())?;
        rustix::fs::syncfs(&folder).at(self.folder.display())
    }
}

/// Ends a line that a full disk or a killed run left without its end, so that the next one does not become part of it.
fn end_line(file: &mut File) -> std::io::Result<()> {
    let length = file.metadata()?.len();
    let mut last = [b'\n'];
    if length > 0 {
        file.read_exact_at(&mut last, length - 1)?;
    }
    if last == [b'\n'] { Ok(()) } else { file.write_all(b"\n") }
}

/// A capture as facts name it. A statement has a line for each language, and facts name the digest of one of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Named {
    /// Digest of the captured bytes. It becomes the name of a file, so nothing but a digest is read.
    #[serde(with = "digest")]
    pub digest: Hash,
    /// Site of the document.
    pub site: String,
    /// The source's own name of it.
    pub key: String,
}

/// A digest as 64 hex digits.
mod digest {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use tlog::hash::Hash;

    pub(super) fn serialize<S: Serializer>(digest: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(digest)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

impl Named {
    fn is_line(&self, line: &[u8]) -> bool {
        let same = |value: &Value, field: &str, wanted: &str| value.get(field).and_then(Value::as_str) == Some(wanted);
        sha256(line) == self.digest
            || serde_json::from_slice(line)
                .is_ok_and(|value| same(&value, "id", &self.key) && same(&value, "site", &self.site))
    }
}

/// Removes captures for good, durably: whole pages, and lines among others.
pub fn forget(folder: &Path, captures: &[Named]) -> Done {
    if captures.is_empty() || !folder.is_dir() {
        return Ok(());
    }
    for name in captures.iter().map(|capture| capture.digest.to_string()) {
        remove(&folder.join(name.get(..2).unwrap_or_default()).join(&name))?;
    }
    if let Ok(files) = fs::read_dir(folder.join("lines")) {
        for file in files {
            forget_lines(&file.at(folder.display())?.path(), captures)?;
        }
    }
    let folder = File::open(folder).at(folder.display())?;
    rustix::fs::syncfs(&folder).at("captures")
}

/// Writes a file of lines anew without some of them, if it has any of them.
fn forget_lines(path: &Path, captures: &[Named]) -> Done {
    let doomed = |line: &[u8]| captures.iter().any(|capture| capture.is_line(line));
    let lines = || -> Done<_> { Ok(BufReader::new(File::open(path).at(path.display())?).split(b'\n')) };
    let mut any = false;
    for line in lines()? {
        any |= doomed(&line.at(path.display())?);
    }
    if !any {
        return Ok(());
    }
    let temporary = path.with_extension("tmp");
    let mut kept = BufWriter::new(fresh(&temporary).at(temporary.display())?);
    for line in lines()? {
        let mut line = line.at(path.display())?;
        if !doomed(&line) {
            line.push(b'\n');
            kept.write_all(&line).at(temporary.display())?;
        }
    }
    let kept = kept.into_inner().map_err(std::io::IntoInnerError::into_error);
    kept.and_then(|file| file.sync_all()).at(temporary.display())?;
    fs::rename(&temporary, path).at(path.display())
}

fn remove(path: &Path) -> Done {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).at(path.display()),
        _ => Ok(()),
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

    #[test]
    fn what_a_killed_run_left_torn_is_mended() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("captures");
        let (page, line) = (b"a page".as_slice(), b"one".as_slice());
        let (digest, first) = (sha256(page), sha256(line));
        let captured = [
            Captured::Page {
                digest,
                bytes: page.into(),
            },
            Captured::Line {
                digest: first,
                bytes: line.to_vec(),
            },
        ];
        Keeper::new(folder.clone()).keep(&captured).unwrap();
        let name = digest.to_string();
        let (kept, lines) = (
            folder.join(&name[..2]).join(&name),
            folder.join(format!("lines/{first}.jsonl")),
        );
        fs::write(&kept, b"").unwrap();
        fs::write(&lines, b"one\n{\"id\":\"s").unwrap();
        Keeper::new(folder).keep(&captured).unwrap();
        assert_eq!(fs::read(kept).unwrap(), page);
        assert_eq!(fs::read(lines).unwrap(), b"one\n{\"id\":\"s\none\n");
    }

    #[test]
    fn nothing_but_a_digest_names_a_capture() {
        let read = |digest: &str| {
            serde_json::from_str::<Named>(&format!(r#"{{"digest":"{digest}","site":"vn","key":"s-1"}}"#))
        };
        let digest = sha256(b"a page");
        let named = read(&digest.to_string()).unwrap();
        assert_eq!(named.digest, digest);
        assert!(serde_json::to_string(&named).unwrap().contains(&digest.to_string()));
        for bad in ["/etc/hosts", "../../chancery.toml", "", "ab", &"AB".repeat(32)] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_forgotten_is_gone_and_the_rest_stays() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("captures");
        let line = |bytes: &[u8]| Captured::Line {
            digest: sha256(bytes),
            bytes: bytes.to_vec(),
        };
        let pages: Vec<Captured> = [b"page one", b"page two"]
            .iter()
            .map(|page| Captured::Page {
                digest: sha256(*page),
                bytes: page.as_slice().into(),
            })
            .collect();
        let mut keeper = Keeper::new(folder.clone());
        keeper.keep(&pages).unwrap();
        keeper
            .keep(&[
                line(b"one"),
                line(b"two"),
                line(b"{\"id\":\"s-1\",\"site\":\"vn\"}"),
                line(b"{\"id\":\"s-1\"}"),
            ])
            .unwrap();
        let named = |bytes: &[u8]| Named {
            digest: sha256(bytes),
            site: "vn".into(),
            key: "s-1".into(),
        };
        let doomed = [named(b"page one"), named(b"two"), named(b"never captured")];
        for _ in 0..2 {
            forget(&folder, &doomed).unwrap();
            let path = |digest: &str| folder.join(&digest[..2]).join(digest);
            assert!(!path(&sha256(b"page one").to_string()).exists());
            assert!(path(&sha256(b"page two").to_string()).is_file());
            let lines = folder.join(format!("lines/{}.jsonl", sha256(b"one")));
            assert_eq!(fs::read(lines).unwrap(), b"one\n{\"id\":\"s-1\"}\n");
        }
        forget(&home.path().join("none"), &doomed).unwrap();
    }
}

//! What a witness has cosigned, on disk: batches of notes, one sync each, in one file that only grows.
//!
//! A batch is a line `cosigned/v1 LENGTH SHA-256` and so many bytes: notes, each behind a line with its length. A crash
//! leaves at most one torn batch, at the end; nobody was answered from it, and it is cut. A broken batch before a whole
//! one is damage, and the witness refuses to start: it would sign what it has forgotten.

use crate::output::{Context as _, Done, Failure};
use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};
use tlog::hash::{Hash, sha256};

const START: &str = "cosigned/v1 ";
/// A file of this length may be written anew, in bytes.
const LONG: u64 = 4 << 20;

/// The file.
pub(super) struct Store {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Store {
    /// Opens or makes the file; gives all notes in their order.
    pub(super) fn open(path: &Path) -> Done<(Self, Vec<Vec<u8>>)> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        let file = options.open(path).at(path.display())?;
        let bytes = std::fs::read(path).at(path.display())?;
        let (notes, end) = read(&bytes).map_err(|at| {
            Failure::new(format!("{}: damaged at byte {at}", path.display()))
                .hint("restore the file as it last was; a witness that forgets may sign a fork")
        })?;
        if end < bytes.len() {
            file.set_len(end as u64)
                .and_then(|()| file.sync_all())
                .at(path.display())?;
        }
        let (path, length) = (path.to_owned(), end as u64);
        sync_folder(&path).at(path.display())?;
        Ok((Self { path, file, length }, notes))
    }

    /// Keeps notes: on the disk when this returns. After an error nothing more may be written.
    pub(super) fn append<'a>(&mut self, notes: impl Iterator<Item = &'a [u8]>) -> io::Result<()> {
        let bytes = batch(notes);
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// True if the file is much longer than what is needed of it, in bytes.
    pub(super) fn is_long(&self, needed: usize) -> bool {
        self.length > LONG.max(4 * needed as u64)
    }

    /// Writes the file anew with these notes only. A crash leaves the old file or the new one.
    pub(super) fn compact<'a>(&mut self, notes: impl Iterator<Item = &'a [u8]>) -> io::Result<()> {
        let bytes = batch(notes);
        let temporary = self.path.with_extension("new");
        let mut options = OpenOptions::new();
        let mut file = options.create(true).write(true).truncate(true).open(&temporary)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, &self.path)?;
        sync_folder(&self.path)?;
        self.file = OpenOptions::new().append(true).open(&self.path)?;
        self.length = bytes.len() as u64;
        Ok(())
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn batch<'a>(notes: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for note in notes {
        body.extend_from_slice(format!("{}\n", note.len()).as_bytes());
        body.extend_from_slice(note);
    }
    let head = format!("{START}{} {}\n", body.len(), sha256(&body));
    [head.into_bytes(), body].concat()
}

/// All notes and where the last whole batch ends; an error gives the position of damage.
fn read(bytes: &[u8]) -> Result<(Vec<Vec<u8>>, usize), usize> {
    let (mut notes, mut at) = (Vec::new(), 0);
    while let Some((more, length)) = one(&bytes[at..]) {
        notes.extend(more);
        at += length;
    }
    let start = START.as_bytes();
    let later = bytes[at..].windows(start.len()).enumerate().skip(1);
    let goes_on = later
        .filter(|(_, window)| *window == start)
        .any(|(n, _)| one(&bytes[at + n..]).is_some());
    if goes_on { Err(at) } else { Ok((notes, at)) }
}

/// The batch at the beginning, with its length; `None` if it is not whole.
fn one(bytes: &[u8]) -> Option<(Vec<Vec<u8>>, usize)> {
    let rest = bytes.strip_prefix(START.as_bytes())?;
    // A length and a hash take at most this.
    let end = rest.iter().take(90).position(|byte| *byte == b'\n')?;
    let (length, hash) = std::str::from_utf8(&rest[..end]).ok()?.split_once(' ')?;
    let length: usize = length.parse().ok()?;
    let body = rest[end + 1..].get(..length)?;
    if sha256(body) != hash.parse::<Hash>().ok()? {
        return None;
    }
    let (mut notes, mut rest) = (Vec::new(), body);
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let length: usize = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
        notes.push(rest[end + 1..].get(..length)?.to_vec());
        rest = &rest[end + 1 + length..];
    }
    Some((notes, START.len() + end + 1 + length))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn three() -> Vec<u8> {
        let notes: [&[u8]; 4] = [b"one\n\ncosigned/v1 3 x\n", b"two", b"", b"three"];
        [
            batch(notes[..2].iter().copied()),
            batch(notes[2..3].iter().copied()),
            batch(notes[3..].iter().copied()),
        ]
        .concat()
    }

    #[test]
    fn whole_batches_are_read_and_a_torn_end_is_cut() {
        let bytes = three();
        let (notes, end) = read(&bytes).unwrap();
        assert_eq!((notes.len(), end), (4, bytes.len()));
        let last = batch(std::iter::once(&b"three"[..])).len();
        for cut in 1..=last {
            let (notes, end) = read(&bytes[..bytes.len() - cut]).unwrap();
            assert_eq!((notes.len(), end), (3, bytes.len() - last), "cut by {cut}");
        }
    }

    #[test]
    fn damage_before_a_whole_batch_is_refused() {
        let bytes = three();
        let last = bytes.len() - batch(std::iter::once(&b"three"[..])).len();
        for at in 0..last {
            let mut wrong = bytes.clone();
            wrong[at] ^= 1;
            assert!(read(&wrong).is_err(), "byte {at}");
        }
    }

    #[test]
    fn what_was_appended_is_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seen");
        let (mut store, notes) = Store::open(&path).unwrap();
        assert!(notes.is_empty());
        store.append([&b"one"[..], b"two"].into_iter()).unwrap();
        store.append(std::iter::once(&b"three"[..])).unwrap();
        assert_eq!(Store::open(&path).unwrap().1, [&b"one"[..], b"two", b"three"]);
        store.compact(std::iter::once(&b"three"[..])).unwrap();
        store.append(std::iter::once(&b"four"[..])).unwrap();
        assert_eq!(Store::open(&path).unwrap().1, [&b"three"[..], b"four"]);
    }
}

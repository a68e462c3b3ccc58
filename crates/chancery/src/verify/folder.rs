//! A record on this machine: every file of it.

use super::{
    Report,
    ahead::Beyond,
    anchor::known,
    look::{Subject, look},
    trust::Trusted,
};
use crate::{
    folder::{self, Folder},
    output::{Context as _, Done, Failure},
    reading,
};
use record::register::{BadSnapshot, Snapshot};
use std::path::{Path, PathBuf};
use tlog::{
    Ahead, CHECKPOINT, Checkpoint, LogKeys, archive_path,
    note::MAX_NOTE,
    store::{Dir, Item, Listing, Source},
};

/// Checks a data folder, or the record of a mirror: a folder with a `checkpoint`.
pub fn check(path: &Path, trusted: Option<Trusted>) -> Done<(Report, Trusted)> {
    let (record, data) = find(path)?;
    let disk = Newest::of(&record)?;
    let trusted = match trusted {
        Some(trusted) => trusted.fits(&path.display().to_string(), &disk).map(|()| trusted)?,
        None => Trusted::of_folder(path)?,
    };
    let (snapshot, remark, damaged) = match &data {
        Some(data) => snapshot(data)?,
        None => (None, None, None),
    };
    let mut report = look(Subject {
        source: &disk,
        listing: Some(&disk),
        beyond: Some(&disk),
        keys: &trusted.keys,
        snapshot,
        seen: trusted.seen.as_ref(),
        through: trusted.through.as_ref(),
    });
    disk.check_published(&known(&disk, &trusted.keys), &mut report);
    report.remarks.extend(remark);
    if let Some((file, what)) = damaged {
        report.find(file, None, what);
    }
    Ok((report, trusted))
}

/// The files of a record on this machine, for tests that look at them in a way of their own.
#[cfg(test)]
pub(super) fn newest(record: &Path) -> Done<impl Beyond + use<>> {
    Newest::of(record)
}

/// The files of a record, with the newest archived checkpoint in the place of one that waits for witnesses.
struct Newest {
    record: PathBuf,
    disk: Dir,
    /// Where the newest is, if `checkpoint` waits.
    newest: Option<String>,
}

impl Newest {
    fn of(record: &Path) -> Done<Self> {
        let disk = Dir::new(record);
        let held = tlog::cosigned::is_held(&disk).at(record.display())?;
        let size = if held { reading::derived_size(record)? } else { 0 };
        let newest = (size > 0).then(|| archive_path(size));
        let record = record.to_owned();
        Ok(Self { record, disk, newest })
    }

    /// The checkpoint that waits is the log's, and one that is archived.
    fn check_published(&self, keys: &LogKeys, report: &mut Report) {
        if self.newest.is_none() {
            return;
        }
        let read = |path: &str| self.disk.read(path, MAX_NOTE).ok().flatten().unwrap_or_default();
        let bytes = read(CHECKPOINT);
        let published = match Checkpoint::open(&bytes, keys) {
            Ok(published) => published,
            Err(error) => return report.find(CHECKPOINT, None, error.to_string()),
        };
        let archived = Checkpoint::open(&read(&archive_path(published.size)), keys);
        if published.size > 0 && archived.is_ok_and(|archived| archived != published) {
            report.find(CHECKPOINT, None, "differs from the archived one of its size");
        }
        let what = format!("the checkpoint of {} entries waits for witnesses", published.size);
        report.remarks.push(what);
    }
}

impl Source for Newest {
    fn read(&self, path: &str, most: usize) -> std::io::Result<Option<Vec<u8>>> {
        let newest = self.newest.as_deref().filter(|_| path == CHECKPOINT);
        self.disk.read(newest.unwrap_or(path), most)
    }
}

impl Beyond for Newest {
    fn journal(&self, keys: &LogKeys, from: u64) -> Ahead {
        // What cannot be read excuses nothing.
        Ahead::of(&self.disk, keys, from).unwrap_or_default()
    }

    fn newest(&self, keys: &LogKeys) -> u64 {
        let now = Self::of(&self.record).ok();
        let signed = now.and_then(|now| now.read(CHECKPOINT, MAX_NOTE).ok().flatten());
        Checkpoint::open(&signed.unwrap_or_default(), keys).map_or(0, |now| now.size)
    }
}

impl Listing for Newest {
    fn list(&self, folder: &str) -> std::io::Result<Vec<Item>> {
        self.disk.list(folder)
    }
}

fn find(path: &Path) -> Done<(PathBuf, Option<Folder>)> {
    if path.join("checkpoint").is_file() {
        return Ok((path.to_owned(), None));
    }
    let data = Folder::open(path)?;
    if data.record().is_dir() {
        return Ok((data.record(), Some(data)));
    }
    Err(Failure::new(format!("{}: there is no record", data.record().display())))
}

type Saved = (Option<(String, Snapshot)>, Option<String>, Option<(String, String)>);

/// The saved register; one of another version of the program is never used, so it is no finding.
fn snapshot(data: &Folder) -> Done<Saved> {
    let file = "cache/register.snapshot".to_owned();
    let Some(bytes) = folder::read_if_there(&data.snapshot())? else {
        return Ok((None, None, None));
    };
    Ok(match Snapshot::from_bytes(&bytes) {
        Ok(snapshot) => (Some((file, snapshot)), None, None),
        Err(BadSnapshot::Version) => (None, Some(format!("not checked: {file} is of another version")), None),
        Err(error) => (None, None, Some((file, error.to_string()))),
    })
}

//! A record on this machine: every file of it.

use super::{
    Report,
    look::{Subject, look},
    trust::Trusted,
};
use crate::{
    folder::{self, Folder},
    output::{Done, Failure},
};
use record::register::{BadSnapshot, Snapshot};
use std::path::{Path, PathBuf};
use tlog::store::Dir;

/// Checks a data folder, or the record of a mirror: a folder with a `checkpoint`.
pub fn check(path: &Path, trusted: Option<Trusted>) -> Done<(Report, Trusted)> {
    let (record, data) = find(path)?;
    let trusted = trusted.map_or_else(|| Trusted::of_folder(path), Ok)?;
    let (snapshot, remark, damaged) = match &data {
        Some(data) => snapshot(data)?,
        None => (None, None, None),
    };
    let disk = Dir::new(&record);
    let mut report = look(Subject {
        source: &disk,
        listing: Some(&disk),
        key: &trusted.key,
        snapshot,
    });
    report.remarks.extend(remark);
    if report
        .findings
        .iter()
        .any(|finding| finding.what == "lies beyond the checkpoint")
    {
        let what =
            "files beyond the checkpoint are what an interrupted command leaves: the next one that writes completes it";
        report.remarks.push(what.to_owned());
    }
    if let Some((file, what)) = damaged {
        report.find(file, None, what);
    }
    Ok((report, trusted))
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

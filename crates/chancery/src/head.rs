//! What is known of the record outside its folder, so that a restored backup does not go on as if it were whole.
//!
//! Where `head` is set in `chancery.toml`, the file it names holds the newest checkpoint that was committed. It should
//! lie where a backup of the data folder does not reach. A record that has less than it says, or something else, is not
//! written to. Without it only hints are left: a saved register that is ahead, or a folder that was copied.

use crate::{
    folder::{self, Folder},
    output::{Context as _, Done, Failure, warn},
};
use record::register::Snapshot;
use std::{os::unix::fs::MetadataExt as _, path::PathBuf};
use tlog::{Checkpoint, LogReader, Trust, store::Dir};

const AHEAD: &str = "this looks like a restored backup: what was published since is missing. `chancery mirror` brings it back from a mirror; \
                     to go on without it, which forks the record for everybody who saw more, remove";

/// The file that `head` names; a relative path starts at the data folder.
fn file(folder: &Folder) -> Option<PathBuf> {
    let head = folder.config.head.as_deref()?;
    Some(folder.root().join(head))
}

/// Refuses a record that is known to have been longer, or another.
pub fn check(folder: &Folder, log: &LogReader<Dir>, keys: &dyn Trust) -> Done {
    if let Some(path) = file(folder) {
        check_inside(folder, &path)?;
        match folder::read_if_there(&path)? {
            Some(bytes) => check_head(log, keys, &bytes, &path)?,
            None if log.size() > 1 => warn(format!("{}: is not there yet, and is made now", path.display())),
            None => {}
        }
    }
    check_snapshot(folder, log)?;
    check_place(folder)
}

/// A backup of the folder would hold it too.
fn check_inside(folder: &Folder, path: &std::path::Path) -> Done {
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    let root = folder.root().canonicalize().at(folder.root().display())?;
    match parent {
        Some(parent) if parent.starts_with(&root) => Err(Failure::usage(format!(
            "head: {} lies in the data folder",
            path.display()
        ))
        .hint("name a file in another place, best on another disk")),
        Some(_) => Ok(()),
        None => Err(Failure::usage(format!(
            "head: {}: there is no such folder",
            path.display()
        ))),
    }
}

fn check_head(log: &LogReader<Dir>, keys: &dyn Trust, bytes: &[u8], path: &std::path::Path) -> Done {
    let head = Checkpoint::open(bytes, keys).at(path.display())?;
    let size = log.size();
    if head.size > size {
        let message = format!(
            "{}: the record had {} entries, but only {size} are here; nothing was written",
            path.display(),
            head.size
        );
        return Err(Failure::new(message).hint(format!("{AHEAD} {}", path.display())));
    }
    let root = log.root(head.size).at("record")?;
    if root == Some(head.root) {
        return Ok(());
    }
    let message = format!(
        "{}: the first {} entries here are not those it saw; nothing was written",
        path.display(),
        head.size
    );
    Err(Failure::new(message)
        .hint("this is another record than the one that was written before: find out which one the public saw"))
}

/// The saved register is made after commits, so it never knows more than was published.
fn check_snapshot(folder: &Folder, log: &LogReader<Dir>) -> Done {
    let bytes = folder::read_if_there(&folder.snapshot())?;
    let snapshot = bytes.and_then(|bytes| Snapshot::from_bytes(&bytes).ok());
    match snapshot.map(|snapshot| snapshot.register.size()) {
        Some(known) if known > log.size() => {
            let path = folder.snapshot();
            let message = format!(
                "{}: the record had {known} entries, but only {} are here; nothing was written",
                path.display(),
                log.size()
            );
            Err(Failure::new(message).hint(format!("{AHEAD} {}", path.display())))
        }
        _ => Ok(()),
    }
}

/// A folder that was copied or restored has other files, with other numbers, than the one that was written to.
fn check_place(folder: &Folder) -> Done {
    let path = folder.cache().join("place");
    let now = std::fs::metadata(folder.record().join(".state/committed")).map_or(0, |data| data.ino());
    let now = format!("{now}\n");
    let before = folder::read_if_there(&path)?;
    match before {
        Some(before) if before == now.as_bytes() => return Ok(()),
        Some(_) if folder.config.head.is_none() => warn(
            "this data folder was copied or restored since it was last written. If something was published after the copy was made, \
             stop here and bring it back from a mirror; `head` in chancery.toml lets this be known for sure",
        ),
        _ => {}
    }
    folder::replace(&path, now.as_bytes(), false)
}

/// Keeps the newest committed checkpoint outside the data folder.
pub fn keep(folder: &Folder, checkpoint: &[u8]) -> Done {
    file(folder).map_or(Ok(()), |path| folder::replace(&path, checkpoint, false))
}

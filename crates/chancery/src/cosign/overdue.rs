//! Since when the policy is not met: the alarm of `/healthz` and of the command line.

use super::policy;
use crate::{
    output::{Context as _, Done},
    reading::{self, Files},
};
use record::{date::Moment, entry::Leaf};
use site::view::Source as _;
use std::{fmt, path::Path};
use tlog::{
    cosigned::{cosigned_path, cosigned_sizes},
    store::{Dir, Disk as _},
};

/// For so long witnesses may be late before anybody is told, in seconds.
const PATIENCE: i64 = 600;

/// Entries that too few witnesses have cosigned for too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overdue {
    /// Entries that are covered by a checkpoint that satisfies the policy.
    pub covered: u64,
    /// When the first entry after these was made.
    pub since: Moment,
}

impl fmt::Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { covered, since } = self;
        write!(
            f,
            "too few witnesses have cosigned what was published since {since}: {covered} entries are covered, later ones are not"
        )
    }
}

/// Whether witnesses are late by more than ten minutes. `None` also where the policy asks nobody.
pub fn overdue(record: &Path, now: Moment) -> Done<Option<Overdue>> {
    let Some(policy) = policy(record)?.filter(|policy| !policy.asks_nobody()) else {
        return Ok(None);
    };
    drop(policy);
    let (disk, size) = (Dir::new(record), reading::derived_size(record)?);
    let there = disk.open(&cosigned_path(size), false).at(record.display())?.is_some();
    if there || size == 0 {
        return Ok(None);
    }
    let sizes = cosigned_sizes(&disk).at(record.display())?;
    let covered = sizes.into_iter().rfind(|known| *known <= size).unwrap_or(0);
    let leaf = Files::new(record, size).entry(covered);
    let since = leaf
        .and_then(|leaf| Leaf::read_trusted(&leaf).ok())
        .map(|entry| entry.issued);
    Ok(since
        .filter(|since| now.0 - since.0 > PATIENCE)
        .map(|since| Overdue { covered, since }))
}

//! Verifying: everything that is public is derived again, and compared. Nothing here trusts a byte but those of the key.
//!
//! [`folder`] checks every file of a record on this machine, [`web`] a record behind an address, [`proof`] one entry
//! offline. [`look`] is the common part: `tlog` checks the log, `record` what the entries say.

pub mod ahead;
pub mod anchor;
pub mod currency;
pub mod folder;
pub mod json;
pub mod look;
pub mod proof;
pub mod trust;
pub mod web;
pub mod witnessed;

use record::{date::Moment, entry::Predecessor, register::Frozen};
use std::fmt;

/// Findings that are kept; the others are counted.
pub const MOST_FINDINGS: usize = 10_000;

/// What is to be mended first, before what only follows from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
enum Rank {
    /// A file of the log, and all that is not said below.
    #[default]
    Log,
    /// A blob that is missing or another: what it says is not known to what comes after.
    Blob,
    /// What an entry says, given the entries and blobs before it.
    Entry,
    /// What nothing can be said of while the others are there.
    Rest,
}

/// One thing that is not as it must be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Finding {
    /// Path of the file, in the record unless said otherwise.
    pub file: String,
    /// Index of the entry concerned, where there is one.
    pub index: Option<u64>,
    /// What is wrong: a fragment that follows the name of the file.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if let Some(index) = self.index {
            write!(f, "entry {index}: ")?;
        }
        f.write_str(&self.what)
    }
}

/// What was checked and what was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What is wrong, each once: the files that are damaged first, then what follows from them, each in order of file and
    /// entry.
    pub findings: Vec<Finding>,
    /// Those that may follow from others, until all are in order.
    following: Vec<(Rank, Finding)>,
    /// Findings that are not kept.
    pub more: u64,
    /// What could not be checked, or is only to be told.
    pub remarks: Vec<String>,
    /// What the record is, as far as it could be read.
    pub summary: Option<Summary>,
    /// The record that it says it continues.
    pub predecessor: Option<Predecessor>,
    /// That it has ended.
    pub frozen: Option<Frozen>,
}

impl Report {
    /// True where nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty() && self.following.is_empty()
    }

    /// Adds a finding, unless it is there.
    pub fn find(&mut self, file: impl Into<String>, index: Option<u64>, what: impl Into<String>) {
        self.ranked(Rank::default(), file, index, what);
    }

    fn ranked(&mut self, rank: Rank, file: impl Into<String>, index: Option<u64>, what: impl Into<String>) {
        let finding = Finding {
            file: file.into(),
            index,
            what: what.into(),
        };
        if self.findings.len() + self.following.len() >= MOST_FINDINGS {
            self.more += 1;
        } else if rank == Rank::Log {
            self.findings.push(finding);
        } else {
            self.following.push((rank, finding));
        }
    }

    /// Findings in order, each once.
    fn settle(&mut self) {
        self.findings.sort();
        self.following.sort();
        self.findings
            .extend(self.following.drain(..).map(|(_, finding)| finding));
        self.findings.dedup();
    }
}

/// What a record is, in figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Name of the log.
    pub origin: String,
    /// Entries.
    pub entries: u64,
    /// Documents.
    pub documents: u64,
    /// Missions that signed.
    pub missions: u64,
    /// Files read.
    pub files: u64,
    /// Blobs that entries withhold.
    pub withheld: u64,
    /// Blobs that entries erased.
    pub erased: u64,
    /// Time of the first entry.
    pub first: Moment,
    /// Time of the last entry.
    pub last: Moment,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |n: u64, one: &str, many: &str| {
            let number = crate::progress::grouped(n);
            format!("{number} {}", if n == 1 { one } else { many })
        };
        write!(
            f,
            "{}: {} about {} of {}, {} to {}; {} read",
            self.origin,
            counted(self.entries, "entry", "entries"),
            counted(self.documents, "document", "documents"),
            counted(self.missions, "mission", "missions"),
            self.first,
            self.last,
            counted(self.files, "file", "files"),
        )?;
        if self.withheld > 0 {
            write!(
                f,
                "; {} withheld after retraction",
                counted(self.withheld, "text", "texts")
            )?;
        }
        if self.erased > 0 {
            write!(f, "; {} erased for good", counted(self.erased, "file", "files"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

//! The way of foreign pages and statements into the record.
//!
//! In reading order: [`piece`] is what a source says in one language; [`pages`] and [`statements`] make pieces of captured
//! pages and of JSON Lines; [`before`] is what the record has under the name of a page; [`structure`] finds or makes sections and
//! topics; [`decide`] compares with the record and says what changes; [`bulk`] composes, signs and commits, and tells what is on record; [`captures`] keeps what was captured; [`review`] is for a person to read.

pub mod before;
pub mod bulk;
pub mod captures;
mod counting;
pub mod decide;
pub mod lines;
pub mod pages;
pub mod piece;
pub mod review;
mod slugs;
pub mod statements;
pub mod structure;

use crate::intake::{decide::Outcome, structure::Made};
use crate::progress::grouped;
use record::entry::Action;

/// What an import did.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Documents that are new.
    pub documents: u64,
    /// Texts that are new: a document in one language.
    pub texts: u64,
    /// Texts that say something else now; facts alone count as one.
    pub mended: u64,
    /// Texts that the record had already.
    pub same: u64,
    /// Texts that were not touched, with the reason; the first hundred.
    pub left: Vec<String>,
    /// How many were not touched.
    pub left_count: u64,
    /// Sections and topics that were made, in order.
    pub made: Vec<Made>,
}

/// Reasons that are kept for telling.
const MOST_TOLD: usize = 100;

impl Tally {
    /// Counts what became of some pieces; `at` says where the first stands.
    pub fn add(&mut self, at: &str, pieces: u64, outcome: &Outcome) {
        self.documents += u64::from(outcome.is_new);
        self.texts += outcome.added.len() as u64;
        self.left_count += outcome.left.len() as u64;
        let mended = outcome.mended.iter().filter(|lang| !lang.is_facts()).count();
        let touched = outcome.added.len() + mended + outcome.left.len();
        let only_facts = u64::from(mended == 0 && !outcome.mended.is_empty());
        self.mended += mended as u64 + only_facts;
        self.same += pieces.saturating_sub(touched as u64 + only_facts);
        for (lang, why) in &outcome.left {
            if self.left.len() < MOST_TOLD {
                self.left.push(format!("{at}: left as it is in {lang}: {why}"));
            }
        }
    }

    /// Adds what came later.
    fn merge(&mut self, later: Self) {
        self.documents += later.documents;
        self.texts += later.texts;
        self.mended += later.mended;
        self.same += later.same;
        self.left_count += later.left_count;
        let room = MOST_TOLD.saturating_sub(self.left.len());
        self.left.extend(later.left.into_iter().take(room));
        self.made.extend(later.made);
    }

    /// True if nothing new came.
    pub fn is_nothing(&self) -> bool {
        self.texts == 0 && self.mended == 0 && self.made.is_empty()
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counted = |n: u64, one: &str, many: &str| format!("{} {}", grouped(n), if n == 1 { one } else { many });
        let mut parts = vec![format!(
            "{} in {}",
            counted(self.documents, "new document", "new documents"),
            counted(self.texts, "text", "texts")
        )];
        if self.mended > 0 {
            parts.push(format!("{} mended", grouped(self.mended)));
        }
        if self.same > 0 {
            parts.push(format!("{} as before", grouped(self.same)));
        }
        if self.left_count > 0 {
            parts.push(format!("{} left alone", grouped(self.left_count)));
        }
        f.write_str(&parts.join(", "))
    }
}

/// The entry kind of an import.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum As {
    /// Captured old pages: the record proves the capture, not the first publication
    #[default]
    Archive,
    /// Statements that this ministry publishes now
    Publish,
}

impl As {
    /// What the entries do.
    pub fn action(self) -> Action {
        match self {
            Self::Archive => Action::Archive,
            Self::Publish => Action::Publish,
        }
    }
}

#[cfg(test)]
mod tests;

//! Files of entries that a command enters while a record is checked, or that an interrupted one left: they are no fault.
//!
//! A writer commits to its journal, derives blobs, then tiles, then the checkpoint (`tlog::writer`). So a file that no entry
//! up to the checkpoint leads to is of a record of the journal, or, where that is gone by now, of entries up to the
//! checkpoint of now. It is looked at in this order, after all files: nothing that a writer does meanwhile falls between.

use record::{audit::Auditor, register::Register, seal::Commitment};
use tlog::{
    Ahead, Hash, LogKeys, LogReader, blob_path,
    store::{MAX_FILE, Source},
};

/// What a record on this machine has beyond a checkpoint.
pub trait Beyond {
    /// What the journal holds above so many entries.
    fn journal(&self, keys: &LogKeys, from: u64) -> Ahead;
    /// Size of the newest checkpoint that `keys` signed; 0 where there is none.
    fn newest(&self, keys: &LogKeys) -> u64;
}

/// What was entered since, as far as files can be of it.
pub struct Later {
    ahead: Ahead,
    published: u64,
    since: Option<Auditor>,
}

impl Later {
    /// After a check of so many entries, which led to the register.
    pub fn of(beyond: &dyn Beyond, source: &dyn Source, keys: &LogKeys, from: u64, register: &Register) -> Self {
        let mut ahead = beyond.journal(keys, from);
        let published = beyond.newest(keys).max(from);
        ahead.size = ahead.size.max(published);
        let goes_on = published > from && register.size() == from;
        let since = goes_on.then(|| since(source, register, published));
        Self {
            ahead,
            published,
            since,
        }
    }

    /// True for a file that leads from these entries.
    pub fn explains(&self, path: &str) -> bool {
        self.ahead.explains(path)
    }

    /// True for the name of a blob of these entries.
    pub fn names(&self, name: Hash) -> bool {
        self.ahead.blobs.contains(&name) || self.since.as_ref().is_some_and(|since| since.names(name))
    }

    /// Number of entries now, with those that no checkpoint shows yet.
    pub fn size(&self) -> u64 {
        self.ahead.size
    }

    /// What is to be told of entries that no checkpoint shows yet.
    pub fn told(&self) -> Option<String> {
        let entries =
            (self.ahead.size > self.published).then(|| crate::output::entries(self.published, self.ahead.size))?;
        Some(format!(
            "not checked: {entries}, committed and not yet in the checkpoint: a command is at work, or was interrupted and the next one that writes completes it"
        ))
    }
}

/// What the entries up to a later checkpoint name. What is wrong with them is not asked: a check of that checkpoint finds it.
fn since(source: &dyn Source, register: &Register, size: u64) -> Auditor {
    let mut auditor = Auditor::resume(register.clone());
    let mut blob = |name: &Commitment| source.read(&blob_path(name.0), MAX_FILE).ok().flatten();
    for (index, leaf) in LogReader::new(source, size).entries(register.size()..size).flatten() {
        auditor.entry(index, &leaf, &mut blob);
    }
    auditor
}

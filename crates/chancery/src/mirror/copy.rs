//! The copy as it stands on this machine: the one writer of it, and the audit of what goes in.

use super::{Signed, fetch::Fetch};
use crate::{
    folder::{self, Folder},
    output::{BUSY, Context as _, Done, FINDINGS, Failure},
    reading::{self, Files},
    verify::{anchor, web::Web},
};
use record::{
    audit::{Auditor, Finding, MAX_POLICY},
    seal::{self, Commitment},
};
use std::{collections::BTreeSet, path::PathBuf, sync::Arc};
use tlog::{
    Blob, Checkpoint, Group, LogKeys, Trust as _, Writer, blob_path,
    checkpoint::CheckpointError,
    hash::{Hash, leaf_hash, sha256},
    late,
    store::{Dir, Disk, MAX_FILE, StoreError},
    tree::Tree,
};

/// Entries and blobs up to one checkpoint are held in memory, at most so many bytes.
const MOST: usize = 200 << 20;

/// A copy, open for what is new.
pub(super) struct Copy<'a> {
    folder: &'a Folder,
    disk: Arc<Dir>,
    writer: Writer,
    auditor: Auditor,
    /// The keys that sign its checkpoints, as far as the entries here name them; of an empty copy those that are trusted.
    keys: LogKeys,
    before: u64,
    /// True when a blob came so late that its entry is folded without it.
    late: bool,
    /// What was not seen before the register was folded anew.
    due: Vec<Hash>,
    /// True when a tick before this one took entries and died before all that they name was fetched or listed.
    unfinished: bool,
}

impl<'a> Copy<'a> {
    /// Locks the copy, recovers it, and folds its register.
    pub(super) fn open(folder: &'a Folder, given: &LogKeys) -> Done<Self> {
        let disk = Arc::new(Dir::new(folder.record()));
        let named = anchor::all(&*disk, given);
        let opened = Writer::open_copy(Arc::clone(&disk) as Arc<dyn Disk>, named, record::entry::erases);
        let (mut writer, _) = opened.map_err(|error| failure(folder, &error))?;
        let before = writer.size();
        let auditor = if before == 0 {
            Auditor::of_origin(given.name())
        } else {
            resume(folder, before)?
        };
        let keys = if before == 0 {
            given.clone()
        } else {
            auditor.register().keys().log_keys()
        };
        writer.trust(keys.clone());
        let erased = auditor.register().erased().map(|(name, _)| name.0);
        writer.unlink(erased).map_err(|error| failure(folder, &error))?;
        let unfinished = listed(folder)?.contains(UNFINISHED);
        Ok(Self {
            folder,
            disk,
            writer,
            auditor,
            keys,
            before,
            late: false,
            due: Vec::new(),
            unfinished,
        })
    }

    /// Number of entries.
    pub(super) fn size(&self) -> u64 {
        self.writer.size()
    }

    /// Root of the entries.
    pub(super) fn root(&self) -> Hash {
        self.writer.root()
    }

    /// The keys by which checkpoints are believed.
    pub(super) fn keys(&self) -> &LogKeys {
        &self.keys
    }

    /// Requires that a key which is known here signed a checkpoint.
    pub(super) fn believes(&self, signed: &Signed) -> Result<(), CheckpointError> {
        Checkpoint::open(&signed.bytes, &self.keys).map(|_| ())
    }

    /// The checkpoint that was archived here for a size.
    pub(super) fn archived(&self, size: u64) -> Done<Option<Vec<u8>>> {
        let files = Files::new(&self.folder.record(), self.size());
        files.log().archived(size).at(self.folder.record().display())
    }

    /// Takes the entries up to a checkpoint, if each is as it must be and all of them lead to it. Where none are here
    /// yet, a trusted key must have signed it, or `leads` to one that it signed.
    pub(super) fn take(&mut self, fetch: &mut Fetch<'_>, signed: &Signed, leads: &dyn Fn() -> Done<bool>) -> Done {
        if self.size() == 0
            && let Err(error) = self.believes(signed)
            && !leads()?
        {
            let what = format!(
                "{}checkpoint of {} entries: {error}",
                fetch.base(),
                signed.checkpoint.size
            );
            return Err(Failure::new(what).code(FINDINGS));
        }
        let mut group = self.audited(fetch, signed.checkpoint.size)?;
        self.check_end(&group).map_err(|failure| failure.within(fetch.base()))?;
        self.follow_keys()?;
        let erased: BTreeSet<Hash> = group
            .entries
            .iter()
            .flat_map(|entry| record::entry::erases(entry))
            .collect();
        group.blobs.retain(|blob| !erased.contains(&blob.name));
        self.mark_unfinished()?;
        let copied = self.writer.copy(group, &signed.bytes);
        let commit = copied.map_err(|error| failure(self.folder, &error))?;
        match commit.behind {
            Some(reason) => Err(Failure::new(reason).hint("run the command again; it goes on where it stopped")),
            None if erased.is_empty() => Ok(()),
            None => self.forget(),
        }
    }

    /// A freeze among new entries names the root of the first of them (entry.md, section 7.6).
    fn check_end(&self, group: &Group) -> Done {
        let frozen = self.auditor.register().frozen();
        let Some(frozen) = frozen.filter(|frozen| frozen.index >= self.size()) else {
            return Ok(());
        };
        if self.root_of(frozen.size, group)?.0 == frozen.root {
            return Ok(());
        }
        let what = format!(
            "tile/entries: entry {}: names a root that the first {} entries do not have",
            frozen.index, frozen.size
        );
        Err(refused(what))
    }

    /// Root of so many entries: of those that are here, and of a group. A record is frozen once, so all may be read.
    fn root_of(&self, size: u64, group: &Group) -> Done<Hash> {
        let files = Files::new(&self.folder.record(), self.size());
        let mut tree = Tree::new();
        for entry in files.log().entries(0..size) {
            tree.push(leaf_hash(&entry.at(self.folder.record().display())?.1));
        }
        let more = usize::try_from(size - tree.size()).unwrap_or(usize::MAX);
        let new = group.entries.iter().take(more);
        new.for_each(|entry| tree.push(leaf_hash(entry)));
        Ok(tree.root())
    }

    /// After an erasure the register is what it would be if the erased texts had never been there.
    fn forget(&mut self) -> Done {
        self.due.extend(self.auditor.due());
        reading::forget_snapshot(self.folder);
        self.auditor = resume(self.folder, self.size())?;
        Ok(())
    }

    /// From the genesis on the entries say who signs. `log.json` first: a crash leaves one that names a key too many,
    /// never a copy that nobody can open.
    fn follow_keys(&mut self) -> Done {
        let ring = self.auditor.register().keys();
        let keys = ring.log_keys();
        if keys != self.keys {
            replace(&self.folder.record().join("log.json"), &ring.log_json().at("log.json")?)?;
            self.writer.trust(keys.clone());
            self.keys = keys;
        }
        Ok(())
    }

    fn audited(&mut self, fetch: &mut Fetch<'_>, end: u64) -> Done<Group> {
        let (mut group, mut held) = (Group::default(), 0);
        while fetch.next() < end {
            let index = fetch.next();
            let entry = fetch.entry()?;
            let mut failed = None;
            let mut blob = |commitment: &Commitment| {
                let found = fetch.blob(commitment.0).unwrap_or_else(|failure| {
                    failed = Some(failure);
                    None
                })?;
                group.blobs.push(Blob {
                    name: commitment.0,
                    bytes: found.clone(),
                });
                held += found.len();
                Some(found)
            };
            let findings = self.auditor.entry(index, &entry, &mut blob);
            failed.map_or(Ok(()), Err)?;
            refuse(&findings).map_err(|failure| failure.within(fetch.base()))?;
            held += entry.len();
            group.entries.push(entry);
            if held > MOST {
                let what = format!(
                    "entries {} to {index} are more than 200 MiB and have no checkpoint between",
                    self.size()
                );
                return Err(Failure::new(what)
                    .hint("the server must list its archived checkpoints: docs/spec/record-http.md, section 2"));
            }
        }
        Ok(group)
    }

    /// Fetches what entries name and was not there; gives the number of blobs that are still missing.
    pub(super) fn complete(&mut self, web: &Web) -> Done<usize> {
        let known = listed(self.folder)?;
        let mut missing: BTreeSet<Hash> = known.lines().filter_map(|line| line.parse().ok()).collect();
        let mut new = std::mem::take(&mut self.due);
        new.extend(self.auditor.due());
        if self.unfinished {
            new.extend(self.due_of_all()?);
        }
        if known.is_empty() && new.is_empty() {
            return Ok(0);
        }
        missing.extend(new);
        let mut left = BTreeSet::new();
        for name in missing {
            if !self.is_wanted(name) || self.fetch(web, name)? {
                continue;
            }
            left.insert(name);
        }
        // Who found one there may follow a process that died: only what lasts is struck off the list.
        self.disk.sync_all().at(self.folder.record().display())?;
        let text: String = left.iter().map(|name| format!("{name}\n")).collect();
        folder::replace(&list(self.folder), text.as_bytes(), false)?;
        Ok(left.len())
    }

    /// What was withheld meanwhile is not missing.
    fn is_wanted(&self, name: Hash) -> bool {
        reading::Withheld::of(self.auditor.register()).by(&name).is_none()
    }

    /// Before entries are taken: a crash must not forget what they name and is still to be fetched.
    fn mark_unfinished(&self) -> Done {
        let known = listed(self.folder)?;
        if known.contains(UNFINISHED) {
            return Ok(());
        }
        folder::replace(&list(self.folder), format!("{known}{UNFINISHED}\n").as_bytes(), false)
    }

    /// What all entries here name and the auditor of this tick did not see, as it began after them.
    fn due_of_all(&self) -> Done<Vec<Hash>> {
        let files = Files::new(&self.folder.record(), self.size());
        let mut auditor = Auditor::of_origin(self.keys.name());
        for entry in files.log().entries(0..self.size()) {
            let (index, leaf) = entry.at(self.folder.record().display())?;
            auditor.entry(index, &leaf, &mut |name| files.blob(name));
        }
        Ok(auditor.due())
    }

    /// Puts a late blob into its place: true if it is there now.
    fn fetch(&mut self, web: &Web, name: Hash) -> Done<bool> {
        let path = blob_path(name);
        if self.disk.open(&path, false).at(&path)?.is_some() {
            return Ok(true);
        }
        let place = format!("{}{path}", web.base());
        let Some(bytes) = web.fetch(&path, MAX_FILE).at(&place)? else {
            return Ok(false);
        };
        if seal::open(&Commitment(name), &bytes).is_none() {
            return Err(Failure::new(format!("{place}: does not match its commitment")).code(FINDINGS));
        }
        late::place(&*self.disk, name, &bytes).at(&path)?;
        self.late = true;
        Ok(true)
    }

    /// Replaces `policy` and `log.json` where the entries say something else.
    pub(super) fn files(&self, web: &Web) -> Done {
        let keys = self.auditor.register().keys();
        if self.size() == 0 {
            return Ok(());
        }
        replace(&self.folder.record().join("log.json"), &keys.log_json().at("log.json")?)?;
        let path = self.folder.record().join("policy");
        let here = folder::read_if_there(&path)?;
        if here.is_some_and(|bytes| sha256(&bytes) == keys.policy()) {
            return Ok(());
        }
        let place = format!("{}policy", web.base());
        let bytes = web.fetch("policy", MAX_POLICY).at(&place)?.unwrap_or_default();
        if sha256(&bytes) != keys.policy() {
            return Err(Failure::new(format!("{place}: is not the file that the entries name")).code(FINDINGS));
        }
        folder::replace(&path, &bytes, false)
    }

    /// Saves what is derived and ends in order.
    pub(super) fn close(self) -> Done {
        let (root, news) = (self.writer.root(), self.writer.size() - self.before);
        if self.late {
            // What is folded without a text that is here now is not right; the next reader folds anew.
            let snapshot = self.folder.snapshot();
            if snapshot.exists() {
                std::fs::remove_file(&snapshot).at(snapshot.display())?;
            }
        } else if news > 0 {
            reading::save(self.folder, self.auditor.register(), root, news)?;
        }
        self.writer.close().map_err(|error| failure(self.folder, &error))
    }
}

/// Stands in the list of what is missing while a tick takes entries.
const UNFINISHED: &str = "unfinished";

/// Names of what entries name and nobody has given yet, one a line.
fn list(folder: &Folder) -> PathBuf {
    folder.root().join("missing")
}

fn listed(folder: &Folder) -> Done<String> {
    let bytes = folder::read_if_there(&list(folder))?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// An auditor that goes on after the entries that are here.
fn resume(folder: &Folder, size: u64) -> Done<Auditor> {
    let files = Files::new(&folder.record(), size);
    Ok(Auditor::resume(reading::load(folder, &files)?.0))
}

fn replace(path: &std::path::Path, bytes: &[u8]) -> Done {
    if folder::read_if_there(path)?.as_deref() == Some(bytes) {
        return Ok(());
    }
    folder::replace(path, bytes, false)
}

/// One grave finding is enough: nothing of this piece is taken.
fn refuse(findings: &[Finding]) -> Done {
    let Some(first) = findings.iter().find(|finding| finding.grave) else {
        return Ok(());
    };
    let index = first.index.map_or_else(String::new, |index| format!("entry {index}: "));
    let file = first.file.as_deref().unwrap_or("tile/entries");
    Err(refused(format!("{file}: {index}{}", first.what)))
}

fn refused(what: String) -> Failure {
    Failure::new(what)
        .code(FINDINGS)
        .hint("nothing of this piece was taken; what was here before stays")
}

fn failure(folder: &Folder, error: &StoreError) -> Failure {
    let failure = Failure::new(format!("{}: {error}", folder.record().display()));
    match error {
        StoreError::Locked => failure.code(BUSY).hint("another mirror command is writing here"),
        StoreError::Refused(_) => failure
            .code(FINDINGS)
            .hint("nothing of this piece was taken; what was here before stays"),
        StoreError::Full { .. } => {
            failure.hint("make room on the disk and run the command again; it goes on where it stopped")
        }
        _ => failure,
    }
}

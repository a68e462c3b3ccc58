//! Log and entries together: `tlog::fsck` derives the log again and shows each entry and blob to `record::audit`.

use super::{
    Finding, MOST_FINDINGS, Rank, Report, Summary,
    ahead::{Beyond, Later},
    anchor::{Anchor, known},
    witnessed,
};
use crate::{disowned, reading::manifest_of};
use record::{
    audit::{self, Audit, Auditor, MAX_POLICY},
    manifest::MAX_MANIFEST,
    register::{Edition, Manifest, Register, Snapshot},
    seal::{self, Commitment, SALT},
};
use std::{collections::HashSet, path::PathBuf};
use tlog::{
    CHECKPOINT, Checkpoint, LogKeys, LogReader, Trust as _, blob_path, fsck,
    hash::{Hash, empty_root},
    note::MAX_NOTE,
    store::{Listing, MAX_FILE, Source},
    tree::Tree,
};

/// `log.json` is at most this long, in bytes.
pub const MAX_LOG_JSON: usize = 64 << 20;

/// What is looked at, and how.
pub struct Subject<'a> {
    /// The public files.
    pub source: &'a dyn Source,
    /// Their names, where they can be listed.
    pub listing: Option<&'a dyn Listing>,
    /// What a writer puts there meanwhile, of a record on this machine.
    pub beyond: Option<&'a dyn Beyond>,
    /// The keys that are trusted. Others that sign checkpoints must follow from them.
    pub keys: &'a LogKeys,
    /// The saved register and the name of its file, to be compared with the one that the entries give.
    pub snapshot: Option<(String, Snapshot)>,
    /// A checkpoint that was seen before: its file and bytes. The record continues it.
    pub seen: Option<&'a (PathBuf, Vec<u8>)>,
    /// A state that it must have had.
    pub through: Option<&'a Checkpoint>,
}

/// Checks a whole record.
pub fn look(subject: Subject<'_>) -> Report {
    let Subject {
        source,
        listing,
        keys: given,
        ..
    } = subject;
    let keys = &known(source, given);
    let mut looker = Looker {
        source,
        auditor: Auditor::of_origin(keys.name()),
        found: Vec::new(),
        shared: Vec::new(),
        said: HashSet::new(),
        unnamed: Vec::new(),
        snapshot: subject.snapshot,
        compared: None,
        seen: Vec::new(),
        met: HashSet::new(),
    };
    let mut report = Report::default();
    if let Some((path, bytes)) = subject.seen {
        // By the keys that are trusted first: those of the record are what it says itself.
        match Checkpoint::open(bytes, given).or_else(|_| Checkpoint::open(bytes, keys)) {
            Ok(seen) => looker.seen.push(seen),
            Err(error) => {
                let what = format!("cannot be checked: whether the record continues it: {error}");
                report.find(path.display().to_string(), None, what);
            }
        }
    }
    looker.seen.extend(subject.through.cloned());
    let anchor = Anchor::find(
        source,
        listing,
        given,
        keys,
        subject.seen.map(|(_, bytes)| bytes.as_slice()),
    );
    looker.seen.extend(anchor.checkpoint());
    let mut log = fsck::check(source, listing, keys, &mut looker);
    if let Some(erased) = looker.auditor.used_in_vain() {
        // Files that were erased are there all the same: once more, without what they say.
        looker.auditor = Auditor::of_origin(keys.name()).hiding(erased);
        (looker.found, looker.shared, looker.unnamed) = (Vec::new(), Vec::new(), Vec::new());
        looker.met.clear();
        log = fsck::check(source, listing, keys, &mut looker);
    }
    report.more = log.more;
    let later = looker.later(&log, subject.beyond, keys);
    if let Some(later) = &later {
        log.findings
            .retain(|finding| finding.what != fsck::BEYOND || !later.explains(&finding.file));
        looker.unnamed.retain(|name| !later.names(*name));
        let came = log.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
        let since = came + 1..=later.size();
        looker
            .snapshot
            .take_if(|(_, saved)| since.contains(&saved.register.size()));
        report.remarks.extend(later.told());
    }
    for finding in log.findings {
        let said = finding
            .index
            .is_some_and(|index| looker.said.contains(&(index, finding.what.clone())));
        let rank = if said { Rank::Entry } else { Rank::Log };
        report.ranked(rank, finding.file, finding.index, finding.what);
    }
    if let Some((file, _)) = looker.snapshot.take_if(|_| log.checkpoint.is_none()) {
        report
            .remarks
            .push(format!("not checked: {file}, as no checkpoint can be believed"));
    }
    let snapshot = looker.judge_snapshot();
    if listing.is_none() {
        looker.fetch_assets(&mut report);
    }
    if let Some(newest) = &log.checkpoint {
        went_back(&mut report, &looker, newest);
    }
    let files = log.files;
    let Looker {
        mut auditor,
        found,
        mut unnamed,
        ..
    } = looker;
    auditor.expect(log.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size));
    for finding in found {
        tell(&mut report, finding);
    }
    if auditor.stopped().is_some() {
        unnamed.clear();
    }
    let log_json = read(source, "log.json", MAX_LOG_JSON, &mut report);
    let policy = read(source, "policy", MAX_POLICY + 1, &mut report);
    let audit = auditor.finish(log_json.as_deref(), policy.as_deref());
    if let Some(checkpoint) = &log.checkpoint {
        let signed = read(source, CHECKPOINT, MAX_NOTE, &mut report).unwrap_or_default();
        ends(&mut report, &audit.register, source, checkpoint.size);
        finish(&mut report, audit, &signed, checkpoint, files);
        anchor.judge(&mut report, given);
        if let Some(policy) = &policy {
            witnessed::check(&mut report, policy, source, listing);
        }
    }
    tell_unnamed(&mut report, &unnamed);
    if let Some((file, what)) = snapshot {
        tell_snapshot(&mut report, file, what);
    }
    report.settle();
    report
}

/// Blobs that no entry names: each by itself, but once together where an entry that would name them may be what is damaged.
fn tell_unnamed(report: &mut Report, unnamed: &[Hash]) {
    let damaged = |finding: &Finding| {
        finding.what != fsck::BEYOND && ["tile/", "blob/"].iter().any(|folder| finding.file.starts_with(folder))
    };
    let following = report.following.iter().map(|(_, finding)| finding);
    let follows = report.findings.iter().chain(following).any(damaged);
    match unnamed {
        [first, rest @ ..] if follows && !rest.is_empty() => {
            let what = format!(
                "named by no entry that could be read, and so are {} more: what is found in tile/ and blob/ may be why",
                rest.len()
            );
            report.ranked(Rank::Rest, blob_path(*first), None, what);
        }
        _ => unnamed
            .iter()
            .for_each(|name| report.ranked(Rank::Rest, blob_path(*name), None, audit::UNNAMED)),
    }
}

/// The saved register follows from the record: what differs says something of it only where the record is sound.
fn tell_snapshot(report: &mut Report, file: String, what: String) {
    if report.is_sound() {
        report.find(file, None, what);
    } else {
        report
            .remarks
            .push(format!("not compared: {file}, as the record itself is not sound"));
    }
}

/// A log only grows (record-http.md, section 6.1): each state that was seen before is one that the entries led to.
fn went_back(report: &mut Report, looker: &Looker<'_>, newest: &Checkpoint) {
    let largest = looker.seen.iter().map(|seen| seen.size).max().unwrap_or(0);
    if newest.size < largest {
        let what = format!("went back: {} entries, and {largest} were seen before", newest.size);
        report.find(CHECKPOINT, None, what);
    }
    let within = looker.seen.iter().filter(|seen| seen.size <= newest.size);
    for seen in within.filter(|seen| !looker.has_met(seen)) {
        let what = format!("does not show the {} entries that were seen before", seen.size);
        report.find(CHECKPOINT, None, what);
    }
}

fn read(source: &dyn Source, path: &str, most: usize, report: &mut Report) -> Option<Vec<u8>> {
    source.read(path, most).unwrap_or_else(|error| {
        report.find(path, None, format!("cannot be read: {error}"));
        None
    })
}

fn tell(report: &mut Report, finding: audit::Finding) {
    let rank = match finding.file.as_deref() {
        None => Rank::Entry,
        Some(file) if file.starts_with("blob/") => Rank::Blob,
        Some("log.json") => Rank::Rest,
        Some(_) => Rank::Log,
    };
    let file = finding.file.unwrap_or_else(|| "tile/entries".to_owned());
    if finding.grave {
        return report.ranked(rank, file, finding.index, finding.what);
    }
    let at = finding
        .index
        .map_or_else(String::new, |index| format!("entry {index}: "));
    report.remarks.push(format!("{at}{}", finding.what));
}

fn finish(report: &mut Report, audit: Audit, signed: &[u8], checkpoint: &Checkpoint, files: u64) {
    let Audit {
        register,
        findings,
        more,
        withheld,
        erased,
        stopped,
    } = audit;
    for finding in findings {
        tell(report, finding);
    }
    report.more += more;
    if let Some(index) = stopped {
        report.remarks.push(format!(
            "not checked: entries from {index} on, and what follows from them"
        ));
    } else if checkpoint.size > 0 {
        check_log_key(report, &register, signed);
    }
    if stopped == Some(0) && checkpoint.size > 0 {
        return;
    }
    report.summary = Some(Summary {
        origin: checkpoint.origin.clone(),
        entries: checkpoint.size,
        documents: register.documents().count() as u64,
        missions: missions(&register),
        files,
        withheld: withheld.len() as u64,
        erased: erased.len() as u64,
        first: register.genesis(),
        last: register.last_issued(),
    });
}

/// What the record continues, and whether it has ended.
fn ends(report: &mut Report, register: &Register, source: &dyn Source, size: u64) {
    report.predecessor = register.predecessor().cloned();
    report.frozen = register.frozen().cloned();
    let Some(frozen) = register.frozen() else { return };
    let root = LogReader::new(source, size).root(frozen.size);
    if !matches!(root, Ok(Some(root)) if root.0 == frozen.root) {
        let what = format!("names a root that the first {} entries do not have", frozen.size);
        report.find("tile/entries", Some(frozen.index), what);
    }
    let mut words = format!(
        "frozen by entry {} of {}: nothing follows it",
        frozen.index, frozen.issued
    );
    if let Some(successor) = &frozen.successor {
        words += &format!("; it goes on as {successor}");
    }
    report.remarks.push(words);
    if frozen.size < frozen.index {
        let entries = crate::output::entries(frozen.size, frozen.index);
        let what = format!("the publisher does not stand by {entries}: root keys say so");
        report.remarks.push(what);
        let shown = disowned::shown(register, frozen.size, &|edition| manifest(source, edition));
        if !shown.is_empty() {
            let what = format!(
                "of these entries pages may still show what {} brought",
                disowned::told(&shown)
            );
            report.remarks.push(what);
        }
    }
}

/// The manifest of an edition, if it is there; it was checked with the entry.
fn manifest(source: &dyn Source, edition: &Edition) -> Option<Manifest> {
    let sealed = edition.sealed?;
    let most = usize::try_from(MAX_MANIFEST).unwrap_or(usize::MAX).saturating_add(SALT);
    let blob = source.read(&blob_path(sealed.content.0), most).ok()??;
    manifest_of(sealed.media, seal::open(&sealed.content, &blob)?)
}

/// The key that signed the checkpoint is one that the entries say signs checkpoints of this size.
fn check_log_key(report: &mut Report, register: &Register, signed: &[u8]) {
    let keys = register.keys().log_keys();
    if Checkpoint::open(signed, &keys).is_err() {
        let what = format!("is signed by a key of {} which no entry says may sign it", keys.name());
        report.find(CHECKPOINT, None, what);
    }
}

fn missions(register: &Register) -> u64 {
    let all = register.documents().map(|no| &register.document(no).mission);
    all.collect::<HashSet<_>>().len() as u64
}

/// Shows entries and blobs to the auditor.
struct Looker<'a> {
    source: &'a dyn Source,
    auditor: Auditor,
    found: Vec<audit::Finding>,
    shared: Vec<Hash>,
    /// What was said of entries, by their index.
    said: HashSet<(u64, String)>,
    /// Blobs that no entry names.
    unnamed: Vec<Hash>,
    snapshot: Option<(String, Snapshot)>,
    /// The file of the saved register, the number of its entries, and how it differed.
    compared: Option<(String, u64, Option<String>)>,
    /// Checkpoints that were seen before, or by which a trusted key vouches for the keys after it.
    seen: Vec<Checkpoint>,
    /// Sizes at which they were compared.
    met: HashSet<u64>,
}

impl Looker<'_> {
    /// True if the entries came to this size; the root is compared there. No entry is needed for an empty log.
    fn has_met(&self, seen: &Checkpoint) -> bool {
        match seen.size {
            0 => seen.root == empty_root(),
            size => self.met.contains(&size),
        }
    }

    /// What came after the checkpoint, where a file or the saved register may be of it.
    fn later(&self, log: &fsck::Report, beyond: Option<&dyn Beyond>, keys: &LogKeys) -> Option<Later> {
        let size = log.checkpoint.as_ref()?.size;
        let is_ahead = self
            .snapshot
            .as_ref()
            .is_some_and(|(_, saved)| saved.register.size() > size);
        let lies_beyond = log.findings.iter().any(|finding| finding.what == fsck::BEYOND);
        let beyond = beyond.filter(|_| is_ahead || lies_beyond || !self.unnamed.is_empty())?;
        Some(Later::of(beyond, self.source, keys, size, self.auditor.register()))
    }

    /// The saved register is compared when the auditor's has come as far.
    fn compare_snapshot(&mut self) {
        let register = self.auditor.register();
        let due = self
            .snapshot
            .take_if(|(_, snapshot)| snapshot.register.size() <= register.size());
        let Some((file, snapshot)) = due else { return };
        let difference = snapshot.register.difference(register);
        self.compared = Some((file, snapshot.register.size(), difference));
    }

    /// The saved register and what is wrong with it. One that was saved before something was erased may tell of it, and
    /// cannot be compared.
    fn judge_snapshot(&mut self) -> Option<(String, String)> {
        self.compare_snapshot();
        if let Some((file, snapshot)) = self.snapshot.take() {
            let what = format!("is of {} entries, the record has fewer", snapshot.register.size());
            return Some((file, what));
        }
        let (file, size, difference) = self.compared.take()?;
        let last = self.auditor.register().erasures().last();
        let what = match last.filter(|last| last.index >= size) {
            Some(last) => format!("was saved before entry {} erased something: delete it", last.index),
            None => format!("differs from what the entries say: {}", difference?),
        };
        Some((file, what))
    }

    fn file(&mut self, file: &str, what: String) {
        self.found.push(audit::Finding {
            index: None,
            file: Some(file.to_owned()),
            what,
            grave: true,
        });
    }

    /// What a walk through files would show: assets, of a record behind an address.
    fn fetch_assets(&mut self, report: &mut Report) {
        for name in self.auditor.assets() {
            if let Some(bytes) = read(self.source, &blob_path(name), MAX_FILE, report) {
                let found = self.auditor.blob(name, &bytes);
                self.found.extend(found);
            }
        }
    }
}

impl fsck::Visitor for Looker<'_> {
    fn entry(&mut self, index: u64, entry: &[u8]) -> Vec<String> {
        self.compare_snapshot();
        let most = usize::try_from(MAX_MANIFEST).unwrap_or(usize::MAX).saturating_add(SALT);
        let source = self.source;
        let mut failed = Vec::new();
        let mut blob = |commitment: &Commitment| {
            let path = blob_path(commitment.0);
            source.read(&path, most).unwrap_or_else(|error| {
                failed.push((path, error.to_string()));
                None
            })
        };
        let found = self.auditor.entry(index, entry, &mut blob);
        for (path, error) in failed {
            self.file(&path, format!("cannot be read: {error}"));
        }
        let (elsewhere, here): (Vec<_>, Vec<_>) = found.into_iter().partition(|f| f.file.is_some() || !f.grave);
        self.found.extend(elsewhere);
        if self.said.len() < MOST_FINDINGS {
            self.said
                .extend(here.iter().map(|finding| (index, finding.what.clone())));
        }
        here.into_iter().map(|finding| finding.what).collect()
    }

    fn tree(&mut self, tree: &Tree) -> Option<String> {
        let size = tree.size();
        let mut seen = self.seen.iter().filter(|seen| seen.size == size).peekable();
        self.met.extend(seen.peek().map(|seen| seen.size));
        seen.any(|seen| tree.root() != seen.root)
            .then(|| format!("is of another history: of the first {size} entries another root was seen before"))
    }

    fn blob(&mut self, name: Hash, bytes: &[u8]) -> Vec<String> {
        // Findings keep the index of the entry that names the blob, so they go beside.
        let found = self.auditor.blob(name, bytes);
        let (unnamed, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.what == audit::UNNAMED);
        self.unnamed.extend(unnamed.iter().map(|_| name));
        self.found.extend(found);
        Vec::new()
    }

    fn other(&mut self, path: &str) -> Option<Vec<String>> {
        match path {
            "log.json" | "policy" => Some(Vec::new()),
            _ => self.asset(path),
        }
    }
}

impl Looker<'_> {
    /// An asset that many share; its name is the hash of its bytes.
    fn asset(&mut self, path: &str) -> Option<Vec<String>> {
        let (_, name) = path.strip_prefix("asset/")?.split_once('/')?;
        let name: Hash = name.parse().ok()?;
        if blob_path(name).replacen("blob/", "asset/", 1) != path {
            return None;
        }
        self.shared.push(name);
        match self.source.read(path, MAX_FILE) {
            Ok(bytes) => {
                let found = self.auditor.shared(name, &bytes.unwrap_or_default());
                self.found.extend(found);
                Some(Vec::new())
            }
            Err(error) => Some(vec![format!("cannot be read: {error}")]),
        }
    }
}

//! A whole record checked from its entries and blobs (`docs/spec/record-http.md`, sections 6 and 7).
//!
//! Entries come in order, one by one; memory grows with the register, not with the texts. Tiles, bundles and checkpoints
//! are the log's to check. Nothing here trusts a byte, and nothing panics: what is wrong becomes a finding, and the
//! check goes on where it can. It stops at an entry that is missing or written by a newer version.

mod blobs;
mod kinds;
mod names;

use crate::{
    entry::{Body, Content, Entry, Leaf},
    facts::{Facts, Kind},
    keys::BadKeys,
    manifest::Manifest,
    register::Register,
    seal::{self, Commitment, SALT},
};
use blobs::Blobs;
use kinds::Kinds;
use rustc_hash::FxHashSet;
use tlog::{
    fsck::MOST_FINDINGS,
    hash::{Hash, leaf_hash, sha256},
};

/// What is said of a blob that no entry names.
pub const UNNAMED: &str = "no entry names it";

/// A policy file is at most this many bytes long.
pub const MAX_POLICY: usize = 65_536;

/// One thing that is not as it must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Index of the entry concerned, where there is one.
    pub index: Option<u64>,
    /// Path of the file concerned, where it is not the bundle of the entry: a blob, `log.json`, `policy`.
    pub file: Option<String>,
    /// What is wrong.
    pub what: String,
    /// False for what a verifier should only report.
    pub grave: bool,
}

impl Finding {
    fn entry(index: u64, what: impl ToString) -> Self {
        Self {
            index: Some(index),
            file: None,
            what: what.to_string(),
            grave: true,
        }
    }

    fn blob(index: Option<u64>, name: Hash, what: impl ToString) -> Self {
        Self {
            index,
            file: Some(tlog::blob_path(name)),
            what: what.to_string(),
            grave: true,
        }
    }

    fn file(file: &str, what: impl ToString) -> Self {
        Self {
            index: None,
            file: Some(file.to_owned()),
            what: what.to_string(),
            grave: true,
        }
    }
}

/// So many findings at most, and how many more there are.
#[derive(Default)]
struct Findings {
    kept: Vec<Finding>,
    more: u64,
}

impl Findings {
    fn push(&mut self, finding: impl FnOnce() -> Finding) {
        if self.kept.len() < MOST_FINDINGS {
            self.kept.push(finding());
        } else {
            self.more += 1;
        }
    }
}

/// A blob that no one may see any more: withheld, or erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Withheld {
    /// Its name.
    pub name: Hash,
    /// The entry that named it.
    pub index: u64,
    /// The entry that withholds or erases it.
    pub by: u64,
    /// True if its bytes were there all the same, and matched.
    pub seen: bool,
}

/// What was found at the end.
#[derive(Debug)]
pub struct Audit {
    /// The register of all entries that are not refused, folded without what is withheld and not there.
    pub register: Register,
    /// What is wrong at the end: missing blobs, `log.json`, `policy`.
    pub findings: Vec<Finding>,
    /// Missing blobs above [`MOST_FINDINGS`], not kept.
    pub more: u64,
    /// What is withheld and was not erased, in order of entry.
    pub withheld: Vec<Withheld>,
    /// What was erased, in order of entry.
    pub erased: Vec<Withheld>,
    /// The entry that is missing or written by a newer version, after which nothing was checked.
    pub stopped: Option<u64>,
}

/// Checks a record, entry by entry.
#[derive(Debug, Default)]
pub struct Auditor {
    register: Register,
    origin: Option<Box<str>>,
    stopped: Option<u64>,
    blobs: Blobs,
    kinds: Kinds,
    /// Blobs that an entry further on erases: they are not used, wherever they are named.
    hidden: FxHashSet<Hash>,
}

impl Auditor {
    /// Starts with nothing checked.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts with the origin that genesis must have: that of the checkpoint.
    pub fn of_origin(origin: &str) -> Self {
        Self {
            origin: Some(origin.into()),
            ..Self::default()
        }
    }

    /// Goes on after entries that were checked before, of which `register` is the state. Blobs that they name are not
    /// asked for again.
    pub fn resume(register: Register) -> Self {
        Self {
            blobs: Blobs::from(register.size()),
            register,
            ..Self::default()
        }
    }

    /// Starts with what an auditor before this one learned: which blobs entries erase. They are not used even where they are
    /// still there.
    #[must_use]
    pub fn hiding(self, hidden: FxHashSet<Hash>) -> Self {
        Self { hidden, ..self }
    }

    /// The blobs that entries erase, if one of them was used before its erasure was met: the record must then be checked anew,
    /// [without them](Self::hiding), since nobody may know what they said.
    pub fn used_in_vain(&self) -> Option<FxHashSet<Hash>> {
        let erased: FxHashSet<Hash> = self.register.erased().map(|(name, _)| name.0).collect();
        let used = |name: &&Hash| self.blobs.used(&self.register, **name) && !self.hidden.contains(*name);
        erased.iter().any(|name| used(&name)).then_some(erased)
    }

    /// The register so far.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// So many entries were to be checked: where fewer came, it stopped at the first that is missing.
    pub fn expect(&mut self, size: u64) {
        let came = self.register.size();
        if came < size && self.stopped.is_none() {
            self.stopped = Some(came);
        }
    }

    /// The entry that is missing or written by a newer version, if one was met.
    pub fn stopped(&self) -> Option<u64> {
        self.stopped
    }

    /// Checks the next entry. `blob` gives the blob of a manifest (salt and bytes), if it is at hand.
    pub fn entry(
        &mut self,
        index: u64,
        leaf: &[u8],
        blob: &mut dyn FnMut(&Commitment) -> Option<Vec<u8>>,
    ) -> Vec<Finding> {
        if self.stopped.is_some() {
            return Vec::new();
        }
        if index != self.register.size() {
            let what = format!("entry {} was expected in its place", self.register.size());
            self.stopped = Some(self.register.size());
            return vec![Finding::entry(index, what)];
        }
        let read = match Leaf::read(leaf) {
            Ok(read) => read,
            Err(error) => return self.refuse(index, &error, error.is_newer()),
        };
        if let Err(error) = self.check_signer(index, &read) {
            return self.refuse(index, &error, false);
        }
        let mut findings = Vec::new();
        let manifest = self.manifest(index, &read.entry, blob, &mut findings);
        if self.stopped.is_some() {
            self.blobs.refused(index, &read.entry);
            return findings;
        }
        self.fold(&read.entry, leaf_hash(leaf), manifest, &mut findings);
        findings
    }

    /// The entry is not used; without genesis, nothing after it can be.
    fn refuse(&mut self, index: u64, why: &dyn std::fmt::Display, newer: bool) -> Vec<Finding> {
        if newer || index == 0 {
            self.stopped = Some(index);
        }
        self.register.skip();
        vec![Finding::entry(index, why)]
    }

    fn check_signer(&self, index: u64, leaf: &Leaf) -> Result<(), BadKeys> {
        if let (Body::Genesis { origin, .. }, Some(wanted)) = (&leaf.entry.body, &self.origin)
            && origin != wanted
        {
            return Err(BadKeys::Origin(origin.clone()));
        }
        self.register.keys().check_signatures(index, &leaf.entry, &leaf.note)
    }

    /// The manifest of an entry, if it is there and good.
    fn manifest(
        &mut self,
        index: u64,
        entry: &Entry,
        blob: &mut dyn FnMut(&Commitment) -> Option<Vec<u8>>,
        findings: &mut Vec<Finding>,
    ) -> Option<Manifest> {
        let sealed = entry.sealed()?;
        let name = sealed.content.0;
        let blob = blob(&sealed.content);
        self.blobs.meet(index, entry, blob.is_some());
        let blob = blob.filter(|_| !self.hidden.contains(&name))?;
        let read = open(&sealed.content, sealed.size, &blob)
            .map_err(str::to_owned)
            .and_then(|bytes| {
                Manifest::read(sealed.media, bytes).map_err(|error| {
                    if error.is_newer() {
                        self.stopped = Some(index);
                    }
                    error.to_string()
                })
            });
        read.map_err(|what| findings.push(Finding::blob(Some(index), name, what)))
            .ok()
    }

    /// Folds an entry in. One whose manifest breaks a rule keeps its place in the chains, without the manifest.
    fn fold(&mut self, entry: &Entry, leaf: Hash, manifest: Option<Manifest>, findings: &mut Vec<Finding>) {
        let index = self.register.size();
        let content = entry.content();
        let Some(manifest) = manifest else {
            if let Err(error) = self.register.apply(entry, leaf, None) {
                self.blobs.refused(index, entry);
                findings.extend(self.refuse(index, &error, false));
            } else {
                self.blobs.await_manifest(index, entry);
            }
            return;
        };
        let named = Named::of(&manifest);
        match self.register.apply(entry, leaf, Some(manifest)) {
            Ok(()) => {
                if let Some(content) = content {
                    self.note(index, content, named, findings);
                }
            }
            Err(error) if self.register.apply(entry, leaf, None).is_ok() => findings.push(Finding::entry(index, error)),
            Err(error) => {
                self.blobs.refused(index, entry);
                findings.extend(self.refuse(index, &error, false));
            }
        }
    }

    fn note(&mut self, index: u64, content: &Content, named: Named, findings: &mut Vec<Finding>) {
        let Some(no) = self.register.by_id(content.id) else {
            return;
        };
        for (name, size) in named.assets {
            self.blobs.asset(no, index, name, size);
        }
        self.blobs.shared.extend(named.shared);
        for what in self.kinds.note(no, named.kinds) {
            findings.push(Finding {
                grave: false,
                ..Finding::entry(index, what)
            });
        }
    }

    /// Checks a blob of a folder after all entries: that an entry names it, and that it is what was committed to.
    pub fn blob(&mut self, name: Hash, bytes: &[u8]) -> Vec<Finding> {
        let (index, found) = match self.blobs.see(&self.register, name) {
            None if self.stopped.is_some() => return Vec::new(),
            None if let Some(by) = self.register.erased_by(&Commitment(name)) => {
                let what = format!("was erased by entry {by} and is still here");
                return vec![Finding::blob(None, name, what)];
            }
            None => (None, Err(UNNAMED)),
            Some((index, size)) => (Some(index), open(&Commitment(name), size, bytes)),
        };
        let finding = found.err().map(|what| Finding::blob(index, name, what));
        finding.into_iter().collect()
    }

    /// Checks a shared asset (`asset/…`) after all entries.
    pub fn shared(&mut self, name: Hash, bytes: &[u8]) -> Vec<Finding> {
        let what = if sha256(bytes) != name {
            "its bytes have another hash"
        } else if self.stopped.is_none() && !self.blobs.shared.contains(&name) {
            UNNAMED
        } else {
            return Vec::new();
        };
        vec![Finding {
            file: Some(tlog::blob_path(name).replacen("blob/", "asset/", 1)),
            ..Finding::blob(None, name, what)
        }]
    }

    /// Names of the assets that facts name and that are not withheld: what a verifier has still to fetch.
    pub fn assets(&self) -> Vec<Hash> {
        self.blobs.assets_due(&self.register)
    }

    /// Names of the blobs that checked entries name, that are not withheld, and that were not seen.
    pub fn due(&self) -> Vec<Hash> {
        self.blobs.due(&self.register)
    }

    /// The register, when nothing more is to be checked.
    pub fn into_register(self) -> Register {
        self.register
    }

    /// True if an entry names the blob, whether or not it is withheld.
    pub fn names(&self, name: Hash) -> bool {
        self.blobs.names(&self.register, name)
    }

    /// Decides what could only be known at the end. `log_json` and `policy` are the files beside the log; `None` where
    /// there is none.
    pub fn finish(self, log_json: Option<&[u8]>, policy: Option<&[u8]>) -> Audit {
        let mut found = Findings::default();
        let (withheld, erased) = self.blobs.settle(&self.register, &mut found);
        let Findings {
            kept: mut findings,
            more,
        } = found;
        if self.stopped.is_none() {
            findings.extend(self.check_log_json(log_json));
            findings.extend(self.check_policy(policy));
        }
        Audit {
            register: self.register,
            findings,
            more,
            withheld,
            erased,
            stopped: self.stopped,
        }
    }

    fn check_log_json(&self, given: Option<&[u8]>) -> Option<Finding> {
        let what = match (given, self.register.keys().log_json()) {
            (Some(given), Ok(wanted)) if given == wanted => return None,
            (None, _) => "missing",
            _ => "differs from what the entries say",
        };
        Some(Finding::file("log.json", what))
    }

    fn check_policy(&self, given: Option<&[u8]>) -> Option<Finding> {
        let what = match given {
            None => "missing",
            Some(given) if given.len() > MAX_POLICY => "larger than 65,536 bytes",
            Some(given) if sha256(given) != self.register.keys().policy() => "differs from what the entries say",
            Some(_) => return None,
        };
        Some(Finding::file("policy", what))
    }
}

/// The bytes of a blob after its salt, if they are what was committed to.
fn open<'a>(commitment: &Commitment, size: u64, blob: &'a [u8]) -> Result<&'a [u8], &'static str> {
    if blob.len() <= SALT {
        return Err("shorter than 33 bytes");
    }
    let bytes = seal::open(commitment, blob).ok_or("does not match its commitment")?;
    if bytes.len() as u64 == size {
        Ok(bytes)
    } else {
        Err("has another size than its entry says")
    }
}

/// What a manifest names beside documents.
#[derive(Default)]
struct Named {
    assets: Vec<(Hash, u64)>,
    shared: Option<Hash>,
    kinds: Vec<u64>,
}

impl Named {
    fn of(manifest: &Manifest) -> Self {
        match manifest {
            Manifest::Facts(facts) => Self::of_facts(facts),
            Manifest::Words(words) => Self {
                kinds: kinds::of(&words.body),
                ..Self::default()
            },
            Manifest::Notice(_) => Self::default(),
        }
    }

    fn of_facts(facts: &Facts) -> Self {
        let forms = facts.assets.iter().flat_map(|asset| &asset.forms);
        let theme = match &facts.kind {
            Kind::Family { theme, .. } => theme.content.as_deref(),
            _ => None,
        };
        Self {
            assets: forms.map(|form| (form.content.0, form.size)).collect(),
            shared: theme.and_then(|content| content.strip_prefix("s1:")?.parse().ok()),
            kinds: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;

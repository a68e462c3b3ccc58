//! The record as read: bytes behind commitments and indices, and the register folded from them.

mod witnesses;

pub use witnesses::Witnesses;

use crate::{
    folder::{self, Folder},
    output::{Context as _, Done, Failure},
};
use arc_swap::ArcSwapOption;
use record::{
    entry::{Entry, Leaf, Media},
    json,
    register::{DocNo, Manifest, Register, Snapshot, Status},
    seal::{self, Commitment},
    words::Words,
};
use site::witnessed::Witnessed;
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use tlog::{
    follower::Follower,
    hash::{Hash, leaf_hash},
    reader::LogReader,
    store::{Dir, Disk as _, Listing as _, Source as _},
};

/// The public files of a record on this machine.
pub struct Files {
    log: LogReader<Dir>,
    record: PathBuf,
    /// Sizes of archived checkpoints as last listed.
    archived: Mutex<Vec<u64>>,
    /// What is cosigned, as last looked at.
    witnesses: ArcSwapOption<Witnesses>,
}

impl Files {
    /// Files of a record of a known size.
    pub fn new(record: &Path, size: u64) -> Self {
        Self {
            log: LogReader::new(Dir::new(record), size),
            record: record.to_owned(),
            archived: Mutex::default(),
            witnesses: ArcSwapOption::empty(),
        }
    }

    /// The same files of a record that has grown.
    #[must_use]
    pub fn grown(&self, size: u64) -> Self {
        let grown = Self::new(&self.record, size);
        grown.witnesses.store(self.witnesses.load_full());
        grown
    }

    /// What is cosigned, as it was when it was first asked for or last renewed.
    pub fn witnesses(&self) -> Arc<Witnesses> {
        if let Some(witnesses) = self.witnesses.load_full() {
            return witnesses;
        }
        let witnesses = Arc::new(Witnesses::of(&self.record));
        self.witnesses.store(Some(Arc::clone(&witnesses)));
        witnesses
    }

    /// From now on, what is cosigned is this.
    pub fn renew_witnesses(&self, witnesses: Arc<Witnesses>) {
        self.witnesses.store(Some(witnesses));
    }

    /// The log.
    pub fn log(&self) -> &LogReader<Dir> {
        &self.log
    }

    /// A sealed blob; `None` where it is not there.
    pub fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.log.blob(commitment.0).ok().flatten()
    }
}

impl site::view::Source for Files {
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>> {
        let mut blob = self.blob(commitment)?;
        seal::open(commitment, &blob)?;
        blob.drain(..seal::SALT);
        Some(Cow::Owned(blob))
    }

    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        Self::blob(self, commitment)
    }

    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        self.log.entry(index).ok().flatten()
    }

    fn proof(&self, index: u64) -> Option<String> {
        let entry = site::view::Source::entry(self, index)?;
        let signed = self.first_signed(index)?;
        let proof = self.log.proof_file(index, &entry, &signed).ok()?;
        String::from_utf8(proof.to_bytes()).ok()
    }

    fn witnessed(&self, index: u64) -> Option<Arc<Witnessed>> {
        let witnesses = self.witnesses();
        let size = witnesses.first(index, self.log.size())?;
        Some(witnesses.seen(size))
    }

    fn witnesses(&self) -> Option<Arc<Witnessed>> {
        let witnesses = Self::witnesses(self);
        let size = witnesses.newest(self.log.size())?;
        Some(witnesses.seen(size))
    }
}

impl Files {
    /// The checkpoint that a proof of an entry is made against: the first that satisfied the policy, and while there is
    /// none, the first archived one.
    fn first_signed(&self, index: u64) -> Option<Vec<u8>> {
        let witnesses = Self::witnesses(self);
        let size = witnesses.first(index, self.log.size());
        let cosigned = size.and_then(|size| witnesses.cosigned(size));
        cosigned.or_else(|| self.first_archived(index))
    }

    /// The size of the first archived checkpoint that contains an entry, and is within this size of the record; they are
    /// listed anew where there is none.
    fn first_archived_size(&self, index: u64) -> Option<u64> {
        let within = self.log.size();
        let first = |sizes: &[u64]| {
            let at = sizes.partition_point(|size| *size <= index);
            sizes.get(at).copied().filter(|size| *size <= within)
        };
        let mut sizes = self.archived.lock().unwrap_or_else(PoisonError::into_inner);
        if first(&sizes).is_none() {
            *sizes = archived_sizes(&self.record).unwrap_or_default();
        }
        first(&sizes)
    }

    /// The first archived checkpoint that contains an entry; a proof against it never changes.
    fn first_archived(&self, index: u64) -> Option<Vec<u8>> {
        let size = self.first_archived_size(index)?;
        self.log.archived(size).ok().flatten()
    }
}

/// Sizes of a record's archived checkpoints, in order.
pub fn archived_sizes(record: &Path) -> Done<Vec<u64>> {
    let items = Dir::new(record).list("checkpoints").at(record.display())?;
    let mut sizes: Vec<u64> = items.iter().filter_map(|item| item.name.parse().ok()).collect();
    sizes.sort_unstable();
    Ok(sizes)
}

/// A manifest that was checked when it entered the record.
pub fn manifest_of(media: Media, bytes: &[u8]) -> Option<Manifest> {
    Some(match media {
        Media::Facts => Manifest::Facts(Box::new(json::from_trusted_bytes(bytes).ok()?)),
        Media::Words => Manifest::Words(Box::new(json::from_trusted_bytes(bytes).ok()?)),
        Media::Notice => Manifest::Notice(json::from_trusted_bytes(bytes).ok()?),
    })
}

/// Folds one entry of this machine's own record into the register.
pub fn fold(register: &mut Register, leaf: &[u8], blob: &dyn Fn(&Commitment) -> Option<Vec<u8>>) -> Done<Entry> {
    let index = register.size();
    let entry = Leaf::read_trusted(leaf).at(format!("entry {index}"))?;
    let manifest = entry.sealed().and_then(|sealed| {
        let blob = blob(&sealed.content)?;
        manifest_of(sealed.media, seal::open(&sealed.content, &blob)?)
    });
    register
        .apply(&entry, leaf_hash(leaf), manifest)
        .at(format!("entry {index}"))?;
    Ok(entry)
}

/// The register of a record: from the snapshot where it fits, then entry by entry. Says how many were replayed.
///
/// What was erased is not used, even where its bytes are still there or a snapshot was saved before: nobody may know what
/// it said.
pub fn load(folder: &Folder, files: &Files) -> Done<(Register, u64)> {
    let mut erased = HashSet::new();
    if let Some(saved) = snapshot(folder, files) {
        match replay(saved, files, &HashSet::new(), true)? {
            Replayed::Register(register, replayed) => return whole(folder, files, *register, replayed),
            Replayed::Vain(names) => erased = names,
        }
        forget_snapshot(folder);
    }
    loop {
        match replay(Register::default(), files, &erased, false)? {
            Replayed::Register(register, replayed) => return whole(folder, files, *register, replayed),
            Replayed::Vain(names) => erased = names,
        }
    }
}

/// How a replay ended.
enum Replayed {
    /// The register, and how many entries were replayed.
    Register(Box<Register>, u64),
    /// Blobs were used that an entry further on erases: these.
    Vain(HashSet<Commitment>),
}

fn replay(mut register: Register, files: &Files, erased: &HashSet<Commitment>, saved: bool) -> Done<Replayed> {
    let replayed = files.log.size() - register.size();
    let blob = |name: &Commitment| if erased.contains(name) { None } else { files.blob(name) };
    for entry in files.log.entries(register.size()..files.log.size()) {
        let (_, leaf) = entry.at("record")?;
        let entry = fold(&mut register, &leaf, &blob)?;
        let in_vain = |name: &Commitment| !erased.contains(name) && (saved || files.blob(name).is_some());
        if entry.erased().iter().any(in_vain) {
            return Ok(Replayed::Vain(register.erased().map(|(name, _)| *name).collect()));
        }
    }
    Ok(Replayed::Register(Box::new(register), replayed))
}

/// The register of the first entries of a record, without what manifests say: what was stated of each text follows from
/// the entries alone.
pub fn stated(files: &Files, size: u64) -> Done<Register> {
    let mut register = Register::default();
    for entry in files.log.entries(0..size) {
        let (_, leaf) = entry.at("record")?;
        fold(&mut register, &leaf, &|_| None)?;
    }
    Ok(register)
}

fn whole(folder: &Folder, files: &Files, register: Register, replayed: u64) -> Done<(Register, u64)> {
    if register.size() == files.log.size() {
        return Ok((register, replayed));
    }
    let failure = Failure::new(format!("{}: entries are missing", folder.record().display()));
    Err(failure.hint("`chancery verify` names the files concerned"))
}

/// Removes the saved register: it may tell of what was erased.
pub fn forget_snapshot(folder: &Folder) {
    // Nobody uses it any more; a disk that refuses is told of elsewhere.
    let _ = std::fs::remove_file(folder.snapshot());
}

/// A snapshot is used only if it was folded from a beginning of this very log.
fn snapshot(folder: &Folder, files: &Files) -> Option<Register> {
    let bytes = folder::read_if_there(&folder.snapshot()).ok()??;
    let snapshot = Snapshot::from_bytes(&bytes).ok()?;
    let size = snapshot.register.size();
    let root = files.log.root(size).ok()??;
    (root == snapshot.root).then_some(snapshot.register)
}

/// Saves the register, if enough has happened since the last time to be worth it.
pub fn save(folder: &Folder, register: &Register, root: Hash, news: u64) -> Done {
    if news < 256 && news.saturating_mul(16) < register.size() {
        return Ok(());
    }
    let bytes = Snapshot::bytes_of(root, register).at("snapshot")?;
    folder::replace(&folder.snapshot(), &bytes, false)
}

/// What nobody may see any more, and by which entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gone {
    /// Index of the entry.
    pub entry: u64,
    /// True if it was erased, false if it is withheld.
    pub erased: bool,
}

/// Which entry withholds or erases a blob, by commitment.
#[derive(Clone, Debug, Default)]
pub struct Withheld(HashMap<Hash, Gone>);

impl Withheld {
    /// All that is withheld now.
    pub fn of(register: &Register) -> Self {
        let mut withheld = Self::default();
        register.documents().for_each(|no| withheld.note(register, no));
        withheld.note_erased(register);
        withheld
    }

    /// Adds what was erased.
    pub fn note_erased(&mut self, register: &Register) {
        let gone = |entry| Gone { entry, erased: true };
        self.0.extend(register.erased().map(|(name, by)| (name.0, gone(by))));
    }

    /// Adds what is withheld of one document.
    pub fn note(&mut self, register: &Register, no: DocNo) {
        let doc = register.document(no);
        let any = doc.own == Status::Retracted
            || doc
                .facts_editions
                .iter()
                .chain(doc.words.iter().flat_map(|w| &w.editions))
                .any(|e| e.action == record::entry::Action::Retract);
        if !any {
            return;
        }
        let facts = (record::lang::Lang::FACTS, doc.facts_editions.as_slice());
        let words = doc.words.iter().map(|words| (words.lang, words.editions.as_slice()));
        for (lang, editions) in std::iter::once(facts).chain(words) {
            for edition in editions.iter().filter(|edition| edition.has_manifest()) {
                if let (Some(sealed), Some(by)) = (edition.sealed, doc.withheld_by(lang, edition.index)) {
                    let gone = Gone {
                        entry: by,
                        erased: false,
                    };
                    self.0.entry(sealed.content.0).or_insert(gone);
                }
            }
        }
    }

    /// The entry that withholds or erases a blob.
    pub fn by(&self, name: &Hash) -> Option<Gone> {
        self.0.get(name).copied()
    }
}

/// Bytes without those that nobody may see any more, even where their files are still there.
pub struct Guarded<'a> {
    /// All bytes.
    pub source: &'a dyn site::view::Source,
    /// What is left out.
    pub withheld: Withheld,
}

impl site::view::Source for Guarded<'_> {
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>> {
        self.withheld
            .by(&commitment.0)
            .map_or_else(|| self.source.manifest(commitment), |_| None)
    }

    fn words(&self, commitment: &Commitment) -> Option<Arc<Words>> {
        self.withheld
            .by(&commitment.0)
            .map_or_else(|| self.source.words(commitment), |_| None)
    }

    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.withheld
            .by(&commitment.0)
            .map_or_else(|| self.source.blob(commitment), |_| None)
    }

    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        self.source.entry(index)
    }

    fn proof(&self, index: u64) -> Option<String> {
        self.source.proof(index)
    }

    fn witnessed(&self, index: u64) -> Option<Arc<Witnessed>> {
        self.source.witnessed(index)
    }

    fn witnesses(&self) -> Option<Arc<Witnessed>> {
        self.source.witnesses()
    }
}

/// The size up to which all files of a record are there. More than [`published_size`] where `checkpoint` waits for witnesses.
pub fn derived_size(record: &Path) -> Done<u64> {
    let published = published_size(record)?;
    let disk = Dir::new(record);
    let held = tlog::cosigned::is_held(&disk).at(record.display())?;
    if !held {
        return Ok(published);
    }
    let committed = Follower::new(Arc::new(disk.clone()), published)
        .poll()
        .at(record.display())?;
    let size = committed.map_or(published, |(size, _)| size);
    // The archived checkpoint is written when all that it commits to is.
    let there = disk.open(&tlog::archive_path(size), false).at(record.display())?;
    if there.is_some() {
        return Ok(size);
    }
    let newest = archived_sizes(record)?.last().copied();
    Ok(newest.unwrap_or(published).max(published))
}

/// Entries that are committed and that a checkpoint does not show yet, in words: a command is at work, or was interrupted.
pub fn unpublished(record: &Path, size: u64) -> Option<String> {
    let (committed, _) = Follower::new(Arc::new(Dir::new(record)), size).poll().ok()??;
    let entries = (committed > size).then(|| crate::output::entries(size, committed))?;
    Some(format!("{entries}: committed, and not yet in the checkpoint"))
}

/// The size that the newest checkpoint of a record states, without checking its signature.
pub fn published_size(record: &Path) -> Done<u64> {
    let bytes = Dir::new(record).read("checkpoint", 1 << 20).at(record.display())?;
    let text = bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    let size = text.lines().nth(1).and_then(|line| line.parse().ok());
    size.ok_or_else(|| {
        Failure::new(format!("{}: no checkpoint", record.join("checkpoint").display()))
            .hint("`chancery verify` names every file that differs, and a backup of the record holds them whole")
    })
}

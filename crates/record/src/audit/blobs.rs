//! Which blobs a record names, which were seen, and which are withheld.

use super::{
    Finding, Findings, Withheld,
    names::{Bits, Expected, Names},
};
use crate::{
    entry::{Entry, Manifest, Media},
    lang::Lang,
    register::{DocNo, Register},
    seal::Commitment,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;
use tlog::hash::Hash;

const MISSING: &str = "missing and not withheld";

/// All that entries and facts name. What the register knows of an entry is not kept twice: of a million manifests that are
/// not there two bits each are left.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    /// Entries before this index are not asked about.
    from: u64,
    /// Manifests of entries about no document, and of refused ones.
    others: FxHashMap<Hash, Expected>,
    assets: FxHashMap<Hash, Asset>,
    /// Assets by their plain hash.
    pub(super) shared: FxHashSet<Hash>,
    /// Entries whose manifest was there.
    seen: Bits,
    /// Entries that stand and whose manifest was not used: missing, withheld or refused.
    unused: Bits,
    /// The same of entries about no document: the index, and the name.
    unused_others: Vec<(u64, Hash)>,
    names: OnceLock<Names>,
}

#[derive(Debug, Default)]
struct Asset {
    /// The editions of facts that name it.
    named: Vec<(DocNo, u64)>,
    size: u64,
    seen: bool,
}

/// An entry whose manifest was not used.
struct Unused {
    index: u64,
    name: Hash,
    /// The entry that withholds it; nothing withholds notices.
    withheld: Option<u64>,
}

impl Blobs {
    /// Entries before an index are not asked about.
    pub(super) fn from(index: u64) -> Self {
        Self {
            from: index,
            ..Self::default()
        }
    }

    /// An entry names a manifest, which is there or not; what was known of names is not all any more.
    pub(super) fn meet(&mut self, index: u64, entry: &Entry, there: bool) {
        self.names.take();
        if there {
            self.seen.set(index);
        }
        if entry.content().is_none() {
            self.refused(index, entry);
        }
    }

    /// The register does not say what an entry named: it was refused, or is about no document.
    pub(super) fn refused(&mut self, index: u64, entry: &Entry) {
        let Some(sealed) = entry.sealed() else { return };
        let expected = self.state(index, sealed);
        let known = self.others.entry(sealed.content.0).or_insert(expected);
        *known = known.or(expected);
    }

    /// The manifest of an entry that stands was not used.
    pub(super) fn await_manifest(&mut self, index: u64, entry: &Entry) {
        if entry.content().is_some() {
            self.unused.set(index);
        } else if let Some(sealed) = entry.sealed() {
            self.unused_others.push((index, sealed.content.0));
        }
    }

    /// True if the manifest of this name was there when its entry was met, or later.
    pub(super) fn used(&self, register: &Register, name: Hash) -> bool {
        self.expected(register, name).is_some_and(|expected| expected.seen)
    }

    /// The first entry that names a manifest, and what became of it.
    fn expected(&self, register: &Register, name: Hash) -> Option<Expected> {
        let names = self.names.get_or_init(|| {
            Names::of(register.documents(), |no| {
                self.editions(register, no)
                    .map(|(_, index, sealed)| (sealed.content.0, self.state(index, sealed)))
            })
        });
        let documents = names.documents(name).flat_map(|no| self.editions(register, no));
        let documents = documents.filter(|(_, _, sealed)| sealed.content.0 == name);
        let documents = documents.map(|(_, index, sealed)| self.state(index, sealed));
        let others = self.others.get(&name).copied().into_iter().chain(names.crowded(name));
        others.chain(documents).reduce(Expected::or)
    }

    fn state(&self, index: u64, sealed: Manifest) -> Expected {
        let seen = self.seen.get(index);
        let size = sealed.size;
        Expected { index, size, seen }
    }

    /// Language, index and manifest of each entry about a document that names one.
    fn editions<'r>(&self, register: &'r Register, no: DocNo) -> impl Iterator<Item = (Lang, u64, Manifest)> + use<'r> {
        let from = self.from;
        let doc = register.document(no);
        let langs = std::iter::once(Lang::FACTS).chain(doc.words.iter().map(|words| words.lang));
        langs
            .flat_map(move |lang| doc.editions(lang).iter().map(move |edition| (lang, edition)))
            .filter(move |(_, edition)| edition.index >= from)
            .filter_map(|(lang, edition)| Some((lang, edition.index, edition.sealed?)))
    }

    /// The entries whose manifest was neither used nor seen.
    fn unused<'a>(&'a self, register: &'a Register) -> impl Iterator<Item = Unused> {
        let of = move |no: DocNo| {
            self.editions(register, no)
                .filter(|(_, index, _)| self.unused.get(*index))
                .map(move |(lang, index, sealed)| Unused {
                    index,
                    name: sealed.content.0,
                    withheld: (sealed.media != Media::Notice)
                        .then(|| register.document(no).withheld_by(lang, index))
                        .flatten(),
                })
        };
        let others = self.unused_others.iter().map(|(index, name)| Unused {
            index: *index,
            name: *name,
            withheld: None,
        });
        let all = register.documents().flat_map(of).chain(others);
        all.filter(|unused| !self.seen.get(unused.index) && !self.used(register, unused.name))
    }

    /// Facts name an asset.
    pub(super) fn asset(&mut self, no: DocNo, index: u64, name: Hash, size: u64) {
        let asset = self.assets.entry(name).or_default();
        asset.size = size;
        asset.named.push((no, index));
    }

    /// Marks a blob as seen and gives the entry that names it first, and the size it must have; `None` if none names it.
    pub(super) fn see(&mut self, register: &Register, name: Hash) -> Option<(u64, u64)> {
        if let Some(expected) = self.expected(register, name) {
            self.seen.set(expected.index);
            if let Some(other) = self.others.get_mut(&name) {
                other.seen = true;
            }
            if let Some(names) = self.names.get_mut() {
                names.see(name);
            }
            return Some((expected.index, expected.size));
        }
        let asset = self.assets.get_mut(&name)?;
        asset.seen = true;
        Some((asset.named.first()?.1, asset.size))
    }

    pub(super) fn names(&self, register: &Register, name: Hash) -> bool {
        self.expected(register, name).is_some() || self.assets.contains_key(&name)
    }

    pub(super) fn assets_due(&self, register: &Register) -> Vec<Hash> {
        let due = self
            .assets
            .iter()
            .filter(|(name, asset)| asset.withheld(register).is_none() && erased_by(register, **name).is_none());
        due.map(|(name, _)| *name).collect()
    }

    /// What was not seen and is neither withheld nor erased, in order of name.
    pub(super) fn due(&self, register: &Register) -> Vec<Hash> {
        let unused = self.unused(register).filter(|unused| unused.withheld.is_none());
        let manifests = unused.map(|unused| unused.name);
        let assets = self.assets.iter().filter(|(_, asset)| !asset.seen);
        let assets = assets.filter(|(_, asset)| asset.withheld(register).is_none());
        let mut due: Vec<Hash> = manifests.chain(assets.map(|(name, _)| *name)).collect();
        due.retain(|name| erased_by(register, *name).is_none());
        due.sort_unstable();
        due.dedup();
        due
    }

    /// What is missing, or erased and still there, becomes a finding; what is withheld and what is erased is listed in order of
    /// entry.
    pub(super) fn settle(&self, register: &Register, findings: &mut Findings) -> (Vec<Withheld>, Vec<Withheld>) {
        let erased = self.erased(register, findings);
        let mut withheld = self.withheld_manifests(register);
        for unused in self.unused(register) {
            if unused.withheld.is_none() && erased_by(register, unused.name).is_none() {
                findings.push(|| Finding::blob(Some(unused.index), unused.name, MISSING));
            }
        }
        for (name, asset) in &self.assets {
            let first = asset.named.iter().map(|(_, index)| *index).min();
            match (asset.withheld(register), first) {
                (Some(by), Some(index)) => withheld.push(Withheld {
                    name: *name,
                    index,
                    by,
                    seen: asset.seen,
                }),
                (None, index) if !asset.seen && erased_by(register, *name).is_none() => {
                    findings.push(|| Finding::blob(index, *name, MISSING));
                }
                _ => {}
            }
        }
        findings.kept.sort_by_key(|finding| finding.index);
        withheld.retain(|withheld| erased_by(register, withheld.name).is_none());
        withheld.sort_by_key(|withheld| (withheld.index, withheld.name));
        (withheld, erased)
    }

    fn erased(&self, register: &Register, findings: &mut Findings) -> Vec<Withheld> {
        let mut erased: Vec<Withheld> = register
            .erased()
            .map(|(name, by)| self.erasure(register, name.0, by))
            .collect();
        erased.sort_by_key(|erased| (erased.by, erased.index, erased.name));
        for blob in erased.iter().filter(|blob| blob.seen) {
            let what = format!("was erased by entry {} and is still here", blob.by);
            findings.push(|| Finding::blob(Some(blob.index), blob.name, &what));
        }
        erased
    }

    /// An erased blob with the entry that named it, as far as that is known: what named an asset may be erased too.
    fn erasure(&self, register: &Register, name: Hash, by: u64) -> Withheld {
        let manifest = self.expected(register, name);
        let manifest = manifest.map(|expected| (expected.index, expected.seen));
        let asset = self.assets.get(&name);
        let asset = asset.and_then(|asset| Some((asset.named.first()?.1, asset.seen)));
        let (index, seen) = manifest.or(asset).unwrap_or((by, false));
        Withheld { name, index, by, seen }
    }

    fn withheld_manifests(&self, register: &Register) -> Vec<Withheld> {
        let mut withheld = Vec::new();
        for doc in register.documents().map(|no| register.document(no)) {
            let langs = std::iter::once(Lang::FACTS).chain(doc.words.iter().map(|words| words.lang));
            for lang in langs.filter(|_| doc.has_retractions()) {
                for edition in doc.editions(lang).iter().filter(|edition| edition.has_manifest()) {
                    let by = doc.withheld_by(lang, edition.index);
                    withheld.extend(by.zip(edition.sealed).map(|(by, sealed)| Withheld {
                        name: sealed.content.0,
                        index: edition.index,
                        by,
                        seen: self.used(register, sealed.content.0),
                    }));
                }
            }
        }
        withheld
    }
}

fn erased_by(register: &Register, name: Hash) -> Option<u64> {
    register.erased_by(&Commitment(name))
}

impl Asset {
    /// The entry that withholds it, when every edition that names it is withheld.
    fn withheld(&self, register: &Register) -> Option<u64> {
        let mut last = None;
        for (no, index) in &self.named {
            last = last.max(Some(register.document(*no).withheld_by(Lang::FACTS, *index)?));
        }
        last
    }
}

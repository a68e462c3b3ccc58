//! Which blobs a record names, which were seen, and which are withheld.

use super::{Finding, Withheld};
use crate::{
    entry::{Entry, Media},
    id::DocumentId,
    lang::Lang,
    register::{DocNo, Register},
    seal::Commitment,
};
use rustc_hash::{FxHashMap, FxHashSet};
use tlog::hash::Hash;

/// All that entries and facts name.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    manifests: FxHashMap<Hash, Expected>,
    assets: FxHashMap<Hash, Asset>,
    /// Assets by their plain hash.
    pub(super) shared: FxHashSet<Hash>,
    /// Manifests that were not used: missing, withheld or refused.
    unused: Vec<Unused>,
}

#[derive(Debug)]
struct Expected {
    index: u64,
    size: u64,
    seen: bool,
}

#[derive(Debug, Default)]
struct Asset {
    /// The editions of facts that name it.
    named: Vec<(DocNo, u64)>,
    size: u64,
    seen: bool,
}

#[derive(Debug)]
struct Unused {
    index: u64,
    name: Hash,
    /// `None` for notices, which nothing withholds.
    of: Option<(DocumentId, Lang)>,
}

impl Blobs {
    /// An entry names a manifest.
    pub(super) fn manifest(&mut self, index: u64, name: Hash, size: u64, seen: bool) {
        let expected = self.manifests.entry(name).or_insert(Expected { index, size, seen });
        expected.seen |= seen;
    }

    /// The manifest of an entry that stands was not used.
    pub(super) fn await_manifest(&mut self, index: u64, entry: &Entry) {
        let Some(sealed) = entry.sealed() else { return };
        let content = entry.content().filter(|_| sealed.media != Media::Notice);
        self.unused.push(Unused {
            index,
            name: sealed.content.0,
            of: content.map(|content| (content.id, content.lang)),
        });
    }

    /// True if the manifest of this name was there when its entry was met.
    pub(super) fn used(&self, name: Hash) -> bool {
        self.manifests.get(&name).is_some_and(|expected| expected.seen)
    }

    /// Facts name an asset.
    pub(super) fn asset(&mut self, no: DocNo, index: u64, name: Hash, size: u64) {
        let asset = self.assets.entry(name).or_default();
        asset.size = size;
        asset.named.push((no, index));
    }

    /// Marks a blob as seen and gives the entry that names it first, and the size it must have; `None` if none names it.
    pub(super) fn see(&mut self, name: Hash) -> Option<(u64, u64)> {
        if let Some(expected) = self.manifests.get_mut(&name) {
            expected.seen = true;
            return Some((expected.index, expected.size));
        }
        let asset = self.assets.get_mut(&name)?;
        asset.seen = true;
        Some((asset.named.first()?.1, asset.size))
    }

    pub(super) fn names(&self, name: Hash) -> bool {
        self.manifests.contains_key(&name) || self.assets.contains_key(&name)
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
        let unused = self.unused.iter().filter(|unused| unused.withheld(register).is_none());
        let manifests = unused.filter_map(|unused| {
            let seen = self.manifests.get(&unused.name).is_some_and(|expected| expected.seen);
            (!seen).then_some(unused.name)
        });
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
    pub(super) fn settle(&self, register: &Register, findings: &mut Vec<Finding>) -> (Vec<Withheld>, Vec<Withheld>) {
        let erased = self.erased(register, findings);
        let mut withheld = self.withheld_manifests(register);
        for unused in &self.unused {
            let seen = self.manifests.get(&unused.name).is_some_and(|expected| expected.seen);
            let gone = unused.withheld(register).or_else(|| erased_by(register, unused.name));
            if !seen && gone.is_none() {
                findings.push(Finding::blob(
                    Some(unused.index),
                    unused.name,
                    "missing and not withheld",
                ));
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
                    findings.push(Finding::blob(index, *name, "missing and not withheld"));
                }
                _ => {}
            }
        }
        findings.sort_by_key(|finding| finding.index);
        withheld.retain(|withheld| erased_by(register, withheld.name).is_none());
        withheld.sort_by_key(|withheld| (withheld.index, withheld.name));
        (withheld, erased)
    }

    fn erased(&self, register: &Register, findings: &mut Vec<Finding>) -> Vec<Withheld> {
        let mut erased: Vec<Withheld> = register.erased().map(|(name, by)| self.erasure(name.0, by)).collect();
        erased.sort_by_key(|erased| (erased.by, erased.index, erased.name));
        for blob in erased.iter().filter(|blob| blob.seen) {
            let what = format!("was erased by entry {} and is still here", blob.by);
            findings.push(Finding::blob(Some(blob.index), blob.name, what));
        }
        erased
    }

    /// An erased blob with the entry that named it, as far as that is known: what named an asset may be erased too.
    fn erasure(&self, name: Hash, by: u64) -> Withheld {
        let manifest = self
            .manifests
            .get(&name)
            .map(|expected| (expected.index, expected.seen));
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
                    withheld.extend(by.zip(edition.sealed).map(|(by, sealed)| {
                        Withheld {
                            name: sealed.content.0,
                            index: edition.index,
                            by,
                            seen: self
                                .manifests
                                .get(&sealed.content.0)
                                .is_some_and(|expected| expected.seen),
                        }
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

impl Unused {
    fn withheld(&self, register: &Register) -> Option<u64> {
        let (id, lang) = self.of?;
        register.document(register.by_id(id)?).withheld_by(lang, self.index)
    }
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

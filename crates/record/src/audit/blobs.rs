//! Which blobs a record names, which were seen, and which are withheld.

use super::{Finding, Withheld};
use crate::{
    entry::{Content, Media},
    lang::Lang,
    register::{DocNo, Register},
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
    id: crate::id::DocumentId,
    /// `None` for notices, which nothing withholds.
    lang: Option<Lang>,
}

impl Blobs {
    /// An entry names a manifest.
    pub(super) fn manifest(&mut self, index: u64, name: Hash, size: u64, seen: bool) {
        let expected = self.manifests.entry(name).or_insert(Expected { index, size, seen });
        expected.seen |= seen;
    }

    /// The manifest of an entry that stands was not used.
    pub(super) fn await_manifest(&mut self, index: u64, content: &Content) {
        let Some(sealed) = content.sealed else { return };
        self.unused.push(Unused {
            index,
            name: sealed.content.0,
            id: content.id,
            lang: (sealed.media != Media::Notice).then_some(content.lang),
        });
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
            .filter(|(_, asset)| asset.withheld(register).is_none());
        due.map(|(name, _)| *name).collect()
    }

    /// What was not seen and is not withheld, in order of name.
    pub(super) fn due(&self, register: &Register) -> Vec<Hash> {
        let unused = self.unused.iter().filter(|unused| unused.withheld(register).is_none());
        let manifests = unused.filter_map(|unused| {
            let seen = self.manifests.get(&unused.name).is_some_and(|expected| expected.seen);
            (!seen).then_some(unused.name)
        });
        let assets = self.assets.iter().filter(|(_, asset)| !asset.seen);
        let assets = assets.filter(|(_, asset)| asset.withheld(register).is_none());
        let mut due: Vec<Hash> = manifests.chain(assets.map(|(name, _)| *name)).collect();
        due.sort_unstable();
        due.dedup();
        due
    }

    /// What is missing becomes a finding; what is withheld is listed in order of entry.
    pub(super) fn settle(&self, register: &Register, findings: &mut Vec<Finding>) -> Vec<Withheld> {
        let mut withheld = self.withheld_manifests(register);
        for unused in &self.unused {
            let seen = self.manifests.get(&unused.name).is_some_and(|expected| expected.seen);
            if !seen && unused.withheld(register).is_none() {
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
                (None, index) if !asset.seen => {
                    findings.push(Finding::blob(index, *name, "missing and not withheld"));
                }
                _ => {}
            }
        }
        findings.sort_by_key(|finding| finding.index);
        withheld.sort_by_key(|withheld| (withheld.index, withheld.name));
        withheld
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

impl Unused {
    fn withheld(&self, register: &Register) -> Option<u64> {
        let doc = register.document(register.by_id(self.id)?);
        doc.withheld_by(self.lang?, self.index)
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

//! The register: the state folded from entries, in order, and the manifests present.
//!
//! A pure function of the record. It holds metadata and facts; bodies are fetched by commitment where they are needed.

mod addresses;
mod admit;
mod compare;
mod concerned;
mod document;
mod erased;
mod fold;
mod kept;
mod links;
mod lists;
mod settle;
mod snapshot;
mod statements;
mod structure;
mod tight;

pub use addresses::Queries;
pub use admit::Refusal;
pub use document::{DocNo, Document, Edition, Head, Language, Status};
pub use erased::Erasure;
pub use kept::Kept;
pub use lists::{FRONT, List, ListPart, Scope, YEAR_CUT, YearCount};
pub use snapshot::{BadSnapshot, Snapshot};
pub use statements::State;

pub use crate::manifest::{BadManifest, Manifest};
use crate::{date::Moment, entry::Predecessor, id::DocumentId, keys::KeyRing};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tlog::hash::Hash;

/// How far a mission's own chain of entries has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Chain {
    /// Its last `seq`.
    pub seq: u64,
    /// Leaf hash of that entry.
    #[serde(with = "crate::hex")]
    pub leaf: Hash,
}

/// The state folded from entries.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Register {
    size: u64,
    genesis: Moment,
    last_issued: Moment,
    keys: KeyRing,
    chains: BTreeMap<Box<str>, Chain>,
    documents: Vec<Document>,
    by_id: FxHashMap<DocumentId, DocNo>,
    /// Documents that name one that is not there yet: texts a topic, placements what they place.
    awaited: FxHashMap<DocumentId, Vec<DocNo>>,
    addresses: addresses::Addresses,
    structure: structure::Structure,
    lists: lists::Runs,
    /// Documents whose words or notices link to one, or that place it.
    linking: FxHashMap<DocumentId, Vec<DocNo>>,
    /// Documents that earlier facts of one named, and that its facts name no more.
    former: FxHashMap<DocNo, Vec<DocumentId>>,
    /// Index + 1 of the last change of what pages of every site may show.
    everywhere: u64,
    erased: erased::Erased,
    /// The record that this one continues.
    predecessor: Option<Predecessor>,
    frozen: Option<Frozen>,
    /// The newest state.
    state: Option<State>,
    #[serde(skip)]
    statements: statements::Statements,
    /// Index + 1 of the last change of the furniture of a site's pages, and of its home page.
    furniture: BTreeMap<DocNo, u64>,
    homes: BTreeMap<DocNo, u64>,
    /// The same for the standing texts of a section.
    sections_touched: BTreeMap<DocNo, u64>,
    /// The same for all texts of a site.
    texts: BTreeMap<DocNo, u64>,
}

/// That a record has ended (section 7.6).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Frozen {
    /// Index of the entry that says so.
    pub index: u64,
    /// When, as it says.
    pub issued: Moment,
    /// Entries that the publisher stands by.
    pub size: u64,
    /// Their root, which a verifier compares.
    pub root: [u8; 32],
    /// The origin of the record that goes on.
    pub successor: Option<Box<str>>,
}

static NOWHERE: std::sync::LazyLock<Document> = std::sync::LazyLock::new(fold::nowhere);

impl Register {
    /// Entries folded so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Leaves out an entry that is refused: its index is used up, and nothing else changes.
    pub(crate) fn skip(&mut self) {
        self.size += 1;
    }

    /// The origin of the log.
    pub fn origin(&self) -> &str {
        self.keys.origin()
    }

    /// Time of the first entry.
    pub fn genesis(&self) -> Moment {
        self.genesis
    }

    /// Time of the last entry.
    pub fn last_issued(&self) -> Moment {
        self.last_issued
    }

    /// Keys and their validity.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// The record that this one continues.
    pub fn predecessor(&self) -> Option<&Predecessor> {
        self.predecessor.as_ref()
    }

    /// The entry that ended the record.
    pub fn frozen(&self) -> Option<&Frozen> {
        self.frozen.as_ref()
    }

    /// How far a mission's chain has come; `None` before its first entry.
    pub fn chain(&self, mission: &str) -> Option<Chain> {
        self.chains.get(mission).copied()
    }

    /// A document by number; numbers come from this register.
    pub fn document(&self, no: DocNo) -> &Document {
        self.documents.get(no.0 as usize).unwrap_or(&NOWHERE)
    }

    /// The document with this id.
    pub fn by_id(&self, id: DocumentId) -> Option<DocNo> {
        self.by_id.get(&id).copied()
    }

    /// All documents, in order of first entry.
    pub fn documents(&self) -> impl Iterator<Item = DocNo> + use<> {
        (0..u32::try_from(self.documents.len()).unwrap_or(u32::MAX)).map(DocNo)
    }

    /// Index + 1 of the last entry about a document.
    pub fn touched_document(&self, no: DocNo) -> u64 {
        self.document(no).touched.max(self.floor())
    }

    /// Index + 1 of the last entry that changed the furniture of a site's pages: names, menu, hosts, languages; or the
    /// address or name of a site or section, which pages of any site may show.
    pub fn touched_site(&self, site: DocNo) -> u64 {
        self.furniture
            .get(&site)
            .copied()
            .unwrap_or(0)
            .max(self.everywhere)
            .max(self.floor())
    }

    /// Index + 1 of the last entry about a text of a site.
    pub fn touched_texts(&self, site: DocNo) -> u64 {
        self.texts.get(&site).copied().unwrap_or(0).max(self.floor())
    }

    /// Documents that earlier facts of a document named; its history shows their titles.
    pub fn formerly_named(&self, no: DocNo) -> &[DocumentId] {
        self.former.get(&no).map_or(&[], Vec::as_slice)
    }

    /// Index + 1 of the last entry that changed what else a home page shows: offices, people, services, topics, pins.
    pub fn touched_home(&self, site: DocNo) -> u64 {
        self.homes.get(&site).copied().unwrap_or(0).max(self.touched_site(site))
    }

    /// Index + 1 of the last entry that changed the standing texts of a section.
    pub fn touched_standing(&self, section: DocNo) -> u64 {
        self.sections_touched
            .get(&section)
            .copied()
            .unwrap_or(0)
            .max(self.floor())
    }
}

#[cfg(test)]
mod tests;

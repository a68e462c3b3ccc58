//! What entries erased (`docs/spec/entry.md`, section 7.4).

use super::{DocNo, Document, Edition, Refusal, Register};
use crate::{
    date::Moment,
    entry::{Basis, Body, Entry, Erase, Manifest, Reason},
    lang::Lang,
    seal::Commitment,
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU64;

/// An entry that removed blobs for good.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Erasure {
    /// Its index.
    pub index: u64,
    /// Time of the entry.
    pub issued: Moment,
    /// The ground it rests on.
    pub basis: Basis,
    /// Why.
    pub reason: Reason,
    /// The notice it commits to.
    pub notice: Option<Manifest>,
    /// How many blobs it named.
    pub count: usize,
}

/// All erasures, in order, and the entry that erased a blob.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Erased {
    entries: Vec<Erasure>,
    names: FxHashMap<Commitment, u64>,
}

impl Register {
    /// All erasures, in order of entry.
    pub fn erasures(&self) -> &[Erasure] {
        &self.erased.entries
    }

    /// The erasure at an index.
    pub fn erasure(&self, index: u64) -> Option<&Erasure> {
        let at = self.erased.entries.binary_search_by_key(&index, |one| one.index);
        self.erased.entries.get(at.ok()?)
    }

    /// The index of the entry that erased a blob.
    pub fn erased_by(&self, name: &Commitment) -> Option<u64> {
        self.erased.names.get(name).copied()
    }

    /// The blobs that entries erased, in no order.
    pub fn erased(&self) -> impl Iterator<Item = (&Commitment, u64)> {
        self.erased.names.iter().map(|(name, by)| (name, *by))
    }

    /// No page that was made before the last erasure is right any more: which lists and links told of what is gone cannot be
    /// known.
    pub(super) fn floor(&self) -> u64 {
        self.erased.entries.last().map_or(0, |last| last.index + 1)
    }

    /// Refuses what names a blob that was erased before.
    pub(super) fn admit_names<'a>(&self, names: impl IntoIterator<Item = &'a Commitment>) -> Result<(), Refusal> {
        let erased = |name: &&Commitment| self.erased.names.contains_key(*name);
        match names.into_iter().find(erased) {
            Some(name) => Err(Refusal::Erased(*name)),
            None => Ok(()),
        }
    }

    pub(super) fn admit_erase(&self, erase: &Erase) -> Result<(), Refusal> {
        let notice = erase.sealed.map(|sealed| sealed.content);
        self.admit_names(erase.target.iter().chain(&notice))?;
        match notice {
            Some(name) if erase.target.contains(&name) => Err(Refusal::Erased(name)),
            _ => Ok(()),
        }
    }

    /// Notes an erasure, and takes what is gone out of the lists. What else the erased manifests said is for the caller to
    /// forget, by folding anew without them.
    pub(super) fn fold_erase(&mut self, entry: &Entry) {
        let Body::Erase(erase) = &entry.body else { return };
        let index = self.size;
        self.erased.names.extend(erase.target.iter().map(|name| (*name, index)));
        self.erased.entries.push(Erasure {
            index,
            issued: entry.issued,
            basis: erase.basis,
            reason: erase.reason,
            notice: erase.sealed,
            count: erase.target.len(),
        });
        for no in self.documents() {
            self.mark(no, &erase.target, index);
        }
    }

    fn mark(&mut self, no: DocNo, target: &[Commitment], index: u64) {
        let doc = self.document(no);
        if !editions(doc).any(|edition| names(edition, target)) {
            return;
        }
        let langs: Vec<Lang> = doc.words.iter().map(|words| words.lang).collect();
        let before: Vec<_> = langs.iter().map(|lang| self.standing_of(no, *lang)).collect();
        if let Some(doc) = self.documents.get_mut(no.0 as usize) {
            mark_editions(doc, target, index);
        }
        self.note_statement(no);
        for (lang, before) in langs.into_iter().zip(before) {
            if self.standing_of(no, lang).is_none() {
                before
                    .into_iter()
                    .for_each(|before| self.unlist_for_good(&before, index + 1));
            }
        }
    }
}

fn editions(doc: &Document) -> impl Iterator<Item = &Edition> {
    doc.facts_editions
        .iter()
        .chain(doc.words.iter().flat_map(|words| &words.editions))
}

fn names(edition: &Edition, target: &[Commitment]) -> bool {
    edition
        .sealed
        .is_some_and(|sealed| target.binary_search(&sealed.content).is_ok())
}

fn mark_editions(doc: &mut Document, target: &[Commitment], index: u64) {
    let words = doc.words.iter_mut().flat_map(|words| &mut words.editions);
    for edition in doc.facts_editions.iter_mut().chain(words) {
        if names(edition, target) {
            edition.erased = NonZeroU64::new(index);
        }
    }
}

//! A document of the register: its newest facts, its languages, and every edition it ever had.

use super::kept::{Empty, Kept};
use crate::{
    date::Moment,
    entry::{Action, Content, Manifest, Reason, Update},
    facts::{Facts, Kind, TextKind},
    id::DocumentId,
    lang::Lang,
    words::{Authority, Source, Words},
};
use serde::{Deserialize, Serialize};
use std::{num::NonZeroU64, sync::LazyLock};
use tlog::hash::Hash;

/// The number of a document in one register; dense, in order of first entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct DocNo(pub u32);

/// One published state of the facts, or of the words in one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Edition {
    /// Index of its entry.
    pub index: u64,
    /// 1, 2, 3 … of its language.
    pub version: u32,
    /// What the entry did.
    pub action: Action,
    /// The kind of a correction.
    pub update: Option<Update>,
    /// Why it was withdrawn or retracted.
    pub reason: Option<Reason>,
    /// Time of the entry.
    pub issued: Moment,
    /// The manifest it commits to.
    pub sealed: Option<Manifest>,
    /// Index of the entry that erased the manifest, if one did.
    pub erased: Option<NonZeroU64>,
    /// Leaf hash.
    #[serde(with = "crate::hex")]
    pub leaf: Hash,
}

impl Edition {
    pub(super) fn new(index: u64, issued: Moment, leaf: Hash, content: &Content) -> Self {
        let Content {
            version,
            action,
            update,
            reason,
            sealed,
            ..
        } = *content;
        Self {
            index,
            version,
            action,
            update,
            reason,
            issued,
            sealed,
            erased: None,
            leaf,
        }
    }

    /// True if it brought a text or facts, not only a notice.
    pub fn has_manifest(&self) -> bool {
        matches!(self.action, Action::Publish | Action::Correct | Action::Archive)
    }
}

/// Whether a text holds; worse is greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Status {
    /// It holds.
    InForce,
    /// The text stays, under a notice.
    Withdrawn,
    /// Nothing of it is served.
    Retracted,
    /// Its newest edition, or that of the facts, was erased. No entry gives this status of its own.
    Erased,
}

/// What lists say of a document in one language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// Title; empty once retracted.
    pub title: Box<str>,
    /// Summary.
    pub summary: Option<Box<str>>,
    /// Last part of the address.
    pub slug: Option<Box<str>>,
    /// Weight of this language version.
    pub authority: Authority,
    /// What it was translated from.
    pub source: Option<Source>,
}

impl Head {
    pub(super) fn of(words: &Words) -> Self {
        Self {
            title: words.title.clone(),
            summary: words.summary.clone(),
            slug: words.slug.clone(),
            authority: words.authority,
            source: words.source,
        }
    }
}

impl Empty for Head {
    fn empty() -> &'static Self {
        static EMPTY: LazyLock<Head> = LazyLock::new(|| Head {
            title: "".into(),
            summary: None,
            slug: None,
            authority: Authority::Original,
            source: None,
        });
        &EMPTY
    }
}

impl Empty for Facts {
    fn empty() -> &'static Self {
        static EMPTY: LazyLock<Facts> = LazyLock::new(|| Facts::new(Kind::Text(TextKind::Page)));
        &EMPTY
    }
}

/// The words of a document in one language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Language {
    /// Its tag.
    pub lang: Lang,
    /// Own status, from its own entries and retractions of the facts.
    pub own: Status,
    /// Every edition, in order of version.
    pub editions: Vec<Edition>,
    /// The newest words.
    pub head: Kept<Head>,
}

/// A document: facts once, words once for each language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The mission that owns it and signs.
    pub mission: Box<str>,
    /// The newest facts.
    pub facts: Kept<Facts>,
    /// Own status of the facts.
    pub own: Status,
    /// Every edition of the facts, in order of version.
    pub facts_editions: Vec<Edition>,
    /// Languages, in order of first entry.
    pub words: Vec<Language>,
    /// Highest block number ever used.
    pub highest_block: u32,
    /// False while no facts were at hand, since they are withheld or missing: `facts` say nothing then.
    pub(super) known: bool,
    /// Index + 1 of the last entry about it.
    pub(super) touched: u64,
    /// Documents of type placement that are about this one.
    pub(super) placements: Vec<DocNo>,
}

impl Document {
    /// The words in a language.
    pub fn language(&self, lang: Lang) -> Option<&Language> {
        self.words.iter().find(|words| words.lang == lang)
    }

    /// All editions of a language, or of the facts.
    pub fn editions(&self, lang: Lang) -> &[Edition] {
        if lang.is_facts() {
            return &self.facts_editions;
        }
        self.language(lang).map_or(&[], |words| &words.editions)
    }

    /// Own status of a language or of the facts.
    pub fn own_status(&self, lang: Lang) -> Option<Status> {
        if lang.is_facts() {
            Some(self.own)
        } else {
            self.language(lang).map(|words| words.own)
        }
    }

    /// The worse of the own status of the words and that of the facts (section 7).
    pub fn effective(&self, lang: Lang) -> Status {
        self.own_status(lang).unwrap_or(Status::InForce).max(self.own)
    }

    /// What readers get: the effective status, or that it is gone.
    pub fn status(&self, lang: Lang) -> Status {
        match self.gone(lang) {
            Some(_) => Status::Erased,
            None => self.effective(lang),
        }
    }

    /// The entry by which the words or the facts are gone (section 7.4): it erased their newest edition.
    pub fn gone(&self, lang: Lang) -> Option<u64> {
        let erased = |lang| self.newest(lang).and_then(|edition| edition.erased);
        let of_facts = erased(Lang::FACTS);
        let of_words = if lang.is_facts() { None } else { erased(lang) };
        of_facts.into_iter().chain(of_words).min().map(NonZeroU64::get)
    }

    /// The newest entry of a language, or of the facts.
    pub fn last(&self, lang: Lang) -> Option<&Edition> {
        self.editions(lang).last()
    }

    /// The edition whose text is shown: the newest with one; none where nothing may be served.
    pub fn current(&self, lang: Lang) -> Option<&Edition> {
        if self.status(lang) >= Status::Retracted {
            return None;
        }
        self.newest(lang)
    }

    fn newest(&self, lang: Lang) -> Option<&Edition> {
        self.editions(lang).iter().rev().find(|edition| edition.has_manifest())
    }

    /// The entry that withdrew or retracted a language, if its status is not in force: its own, or that of the facts.
    pub fn ending(&self, lang: Lang) -> Option<&Edition> {
        let status = self.effective(lang);
        let wanted = match status {
            Status::InForce => return None,
            Status::Withdrawn => Action::Withdraw,
            Status::Retracted | Status::Erased => Action::Retract,
        };
        let own = self.own_status(lang) == Some(status);
        let of_words = self.last(lang).filter(|last| own && last.action == wanted);
        of_words.or_else(|| {
            self.facts_editions
                .iter()
                .rev()
                .find(|edition| edition.action == wanted)
        })
    }

    /// True if an entry about it withholds something.
    pub fn has_retractions(&self) -> bool {
        let words = self.words.iter().flat_map(|words| &words.editions);
        let mut editions = self.facts_editions.iter().chain(words);
        editions.any(|edition| edition.action == Action::Retract)
    }

    /// True if a manifest of it is gone for good.
    pub fn has_erasures(&self) -> bool {
        let words = self.words.iter().flat_map(|words| &words.editions);
        let mut editions = self.facts_editions.iter().chain(words);
        editions.any(|edition| edition.erased.is_some())
    }

    /// The index of the entry that withholds a manifest of this language, if one does.
    pub fn withheld_by(&self, lang: Lang, index: u64) -> Option<u64> {
        let retract = |editions: &[Edition]| {
            editions
                .iter()
                .find(|e| e.action == Action::Retract && e.index > index)
                .map(|e| e.index)
        };
        let of_facts = retract(&self.facts_editions);
        let of_words = if lang.is_facts() {
            None
        } else {
            retract(self.editions(lang))
        };
        of_facts.into_iter().chain(of_words).min()
    }

    /// The newest edition of its source that makes a translation outdated, if one does.
    pub fn outdated(&self, lang: Lang) -> Option<&Edition> {
        let source = self.language(lang)?.head.source?;
        let outdates = |e: &&Edition| e.version > source.version && e.update != Some(Update::Editorial);
        self.editions(source.lang).iter().rev().find(outdates)
    }

    /// The language that was issued first with the weight of an original, else the first.
    pub fn original(&self) -> Option<&Language> {
        self.words
            .iter()
            .find(|w| w.head.authority == Authority::Original)
            .or_else(|| self.words.first())
    }

    /// Time of its first entry.
    pub fn first_issued(&self) -> Moment {
        self.facts_editions
            .first()
            .map(|edition| edition.issued)
            .unwrap_or_default()
    }

    /// Index of its first entry.
    pub fn first_index(&self) -> u64 {
        self.facts_editions.first().map_or(0, |edition| edition.index)
    }

    /// The sort key of lists: the instant of its date, else of its first entry.
    pub fn instant(&self) -> i64 {
        match &self.facts.date {
            Some(date) => date.local.wall_seconds() - i64::from(date.offset.map_or(0, |o| o.0)) * 60,
            None => self.first_issued().0,
        }
    }

    /// The civil date under which lists show it.
    pub fn civil_date(&self) -> jiff::civil::Date {
        match &self.facts.date {
            Some(date) => date.local.date,
            None => self.first_issued().date(),
        }
    }

    /// Placement documents about this document.
    pub fn placements(&self) -> &[DocNo] {
        &self.placements
    }
}

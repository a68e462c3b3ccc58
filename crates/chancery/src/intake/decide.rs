//! What the pieces of one document ask of the record: a new document, a language more, a `re-import`, or nothing.

use super::{
    bulk::Bulk,
    piece::Piece,
    slugs,
    structure::{Structure, mission, site_no},
};
use crate::{
    clock,
    output::{Done, Failure},
};
use record::{
    align,
    body::{self, Block},
    compose::Change,
    date::{Moment, Month},
    entry::{Action, Update},
    facts::{Facts, Kind, TextKind},
    id::DocumentId,
    lang::Lang,
    register::{Document, Edition, Manifest, Register, Status},
    words::{Authority, Source, Words},
};
use std::{borrow::Cow, collections::HashMap};

/// What became of the pieces of one document.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The document.
    pub id: Option<DocumentId>,
    /// It is new.
    pub is_new: bool,
    /// Languages that it has now and had not before.
    pub added: Vec<Lang>,
    /// Languages, or the facts, that say something else now.
    pub mended: Vec<Lang>,
    /// Languages that were not touched, and why.
    pub left: Vec<(Lang, &'static str)>,
}

/// Puts the pieces of one document (of one name, each in another language) into the record as one group.
pub fn document(bulk: &mut Bulk<'_>, places: &mut Structure, mut pieces: Vec<Piece>, action: Action) -> Done<Outcome> {
    let Some(first) = pieces.first() else {
        return Ok(Outcome::default());
    };
    let place = first.place.clone();
    let (changes, outcome) = changes(bulk, places, &mut pieces, action).map_err(|failure| at(&place, failure))?;
    if !changes.is_empty() {
        let captured = pieces.into_iter().map(|piece| piece.captured).collect();
        bulk.group(changes, captured).map_err(|failure| at(&place, failure))?;
    }
    Ok(outcome)
}

fn at(place: &super::piece::Place, failure: Failure) -> Failure {
    let prefix = place.to_string();
    if failure.message.starts_with(&prefix) {
        return failure;
    }
    Failure {
        message: format!("{prefix}: {}", failure.message),
        ..failure
    }
}

fn changes(
    bulk: &mut Bulk<'_>,
    places: &mut Structure,
    pieces: &mut [Piece],
    action: Action,
) -> Done<(Vec<Change>, Outcome)> {
    let Some(first) = pieces.first() else {
        return Ok((Vec::new(), Outcome::default()));
    };
    let name = first.name();
    let known = bulk.register.captured(name.site, name.importer, name.key);
    let before = known.map(|no| bulk.register.document(no).clone());
    let facts = facts(bulk, places, governing(pieces, before.as_ref()), before.as_ref())?;
    let id = before.as_ref().map_or_else(clock::new_id, |doc| Ok(doc.id))?;
    let mut draft = Draft {
        id,
        mission: mission(&bulk.register, name.site)?,
        action,
        before: before.as_ref(),
        month: facts.month,
        section: facts.section,
        bodies: HashMap::new(),
        versions: HashMap::new(),
        highest: before.as_ref().map_or(0, |doc| doc.highest_block),
        changes: Vec::new(),
        outcome: Outcome {
            id: Some(id),
            is_new: before.is_none(),
            ..Outcome::default()
        },
    };
    draft.facts(facts, pieces);
    if before.as_ref().is_none_or(|doc| doc.own == Status::InForce) {
        for piece in in_order(pieces, before.as_ref()) {
            draft.words(bulk, piece)?;
        }
    }
    Ok((draft.changes, draft.outcome))
}

/// The piece whose facts count: on record that of its first language, else the original, else the first.
fn governing<'a>(pieces: &'a [Piece], before: Option<&Document>) -> Option<&'a Piece> {
    let Some(doc) = before else {
        return pieces.iter().min_by_key(|piece| rank(piece, None));
    };
    let lang = doc.words.first().map(|words| words.lang);
    pieces.iter().find(|piece| lang.is_none_or(|lang| piece.lang == lang))
}

/// Originals before what was translated from them.
fn in_order<'a>(pieces: &'a mut [Piece], before: Option<&Document>) -> Vec<&'a mut Piece> {
    let original = before.and_then(|doc| doc.words.first()).map(|words| words.lang);
    let mut pieces: Vec<&mut Piece> = pieces.iter_mut().collect();
    pieces.sort_by_key(|piece| rank(piece, original));
    pieces
}

fn rank(piece: &Piece, original: Option<Lang>) -> u8 {
    match (piece.authority, piece.source) {
        _ if Some(piece.lang) == original => 0,
        (_, Some(_)) => 3,
        (Some(Authority::Original), None) => 1,
        _ => 2,
    }
}

/// The facts as they shall be: of a document on record those that the source states, and the others as they were.
fn facts(bulk: &mut Bulk<'_>, places: &mut Structure, piece: Option<&Piece>, before: Option<&Document>) -> Done<Facts> {
    let Some(piece) = piece else {
        let facts = before.map(|doc| (*doc.facts).clone());
        return facts.ok_or_else(|| Failure::new("no facts"));
    };
    let site = piece.name().site;
    let section = places.section(bulk, site, &piece.section, piece.lang)?;
    let mut topics = Vec::new();
    for topic in &piece.topics {
        let id = places.topic(bulk, site, topic, piece.lang)?;
        if !topics.contains(&id) {
            topics.push(id);
        }
    }
    let mut facts = Facts {
        kind: Kind::Text(kind(&bulk.register, piece, section)),
        section: Some(section),
        topics,
        month: Some(month(piece, bulk.now())),
        ..piece.facts.clone()
    };
    name(bulk, places, piece, &mut facts)?;
    if let Some(doc) = before {
        keep(&mut facts, &doc.facts);
    }
    Ok(facts)
}

/// Finds the people and topics that the source names.
fn name(bulk: &mut Bulk<'_>, places: &mut Structure, piece: &Piece, facts: &mut Facts) -> Done {
    for (at, slug) in &piece.people {
        let no = bulk.register.any_person(slug);
        let no = no.ok_or_else(|| Failure::usage(format!("there is no person `{slug}`")))?;
        if let Some(person) = facts.people.get_mut(*at) {
            person.person = Some(bulk.register.document(no).id);
        }
    }
    for (at, topic) in &piece.carry_topics {
        let id = places.topic(bulk, piece.name().site, topic, piece.lang)?;
        if let Some(rule) = facts.carry.get_mut(*at) {
            rule.topics.push(id);
        }
    }
    Ok(())
}

/// What an import does not know it leaves as it is; a month never changes, nor does a type.
fn keep(facts: &mut Facts, old: &Facts) {
    facts.kind = old.kind.clone();
    facts.month = old.month;
    let mut addresses = old.old.clone();
    addresses.extend(facts.old.iter().filter(|url| !old.old.contains(url)).cloned());
    facts.old = addresses;
    facts.delegate.clone_from(&old.delegate);
    facts.assets.clone_from(&old.assets);
    if facts.people.is_empty() {
        facts.people.clone_from(&old.people);
    }
    if facts.carry.is_empty() {
        facts.carry.clone_from(&old.carry);
    }
    if facts.countries.is_empty() {
        facts.countries.clone_from(&old.countries);
    }
    if facts.topics.is_empty() {
        facts.topics.clone_from(&old.topics);
    }
    if facts.place.is_none() {
        facts.place.clone_from(&old.place);
    }
}

/// The kind of text that the source says, else that of the section.
fn kind(register: &Register, piece: &Piece, section: DocumentId) -> TextKind {
    let role = register.by_id(section).and_then(|no| register.section(no));
    let role = role.map_or("other", |section| &section.role);
    piece.kind.unwrap_or(match role {
        "remarks" => TextKind::Remarks,
        "statements" => TextKind::Statement,
        "notices" => TextKind::Notice,
        "news" => TextKind::News,
        _ if piece.facts.date.is_none() => TextKind::Page,
        _ => TextKind::News,
    })
}

fn month(piece: &Piece, now: Moment) -> Month {
    let today = now.date();
    let now = Month {
        year: today.year(),
        month: today.month(),
    };
    piece.facts.date.as_ref().map_or(now, |date| date.local.month())
}

/// What a text was translated from, and the body of that where it is known.
type Translated<'a> = (Source, Option<Cow<'a, [Block]>>);

/// The changes of one document as they grow.
struct Draft<'a> {
    id: DocumentId,
    mission: Box<str>,
    action: Action,
    before: Option<&'a Document>,
    month: Option<Month>,
    section: Option<DocumentId>,
    /// Bodies on record that this group leaves as they are; the others stand in its changes.
    bodies: HashMap<Lang, Vec<Block>>,
    /// Versions after this group.
    versions: HashMap<Lang, u32>,
    highest: u32,
    changes: Vec<Change>,
    outcome: Outcome,
}

impl Draft<'_> {
    fn push(&mut self, lang: Lang, manifest: Manifest, update: Option<Update>) {
        self.changes.push(Change {
            action: if update.is_some() { Action::Correct } else { self.action },
            id: self.id,
            lang,
            mission: self.mission.clone(),
            update,
            reason: None,
            manifest: Some(manifest),
        });
    }

    fn facts(&mut self, facts: Facts, pieces: &[Piece]) {
        let Some(doc) = self.before else {
            return self.push(Lang::FACTS, Manifest::Facts(Box::new(facts)), None);
        };
        if doc.own != Status::InForce {
            let why = "the document was withdrawn or retracted";
            self.outcome.left = pieces.iter().map(|piece| (piece.lang, why)).collect();
        } else if *doc.facts != facts && is_untouched(doc.facts_editions.last()) {
            let facts = Facts {
                notice: Vec::new(),
                ..facts
            };
            self.outcome.mended.push(Lang::FACTS);
            self.push(Lang::FACTS, Manifest::Facts(Box::new(facts)), Some(Update::ReImport));
        }
    }

    fn words(&mut self, bulk: &Bulk<'_>, piece: &mut Piece) -> Done {
        match self.before.and_then(|doc| doc.language(piece.lang)) {
            None => self.new_words(bulk, piece),
            Some(words) if words.own != Status::InForce => {
                self.outcome
                    .left
                    .push((piece.lang, "the text was withdrawn or retracted"));
                Ok(())
            }
            Some(words) => match words.editions.last() {
                Some(last) if is_untouched(Some(last)) => self.mended_words(bulk, piece, last),
                _ => {
                    self.left_as_corrected(piece);
                    Ok(())
                }
            },
        }
    }

    /// A person's correction outlasts the import that it corrected.
    fn left_as_corrected(&mut self, piece: &Piece) {
        let digest = self
            .before
            .and_then(|doc| doc.facts.capture.as_deref())
            .map(|c| c.digest);
        if digest != Some(piece.digest()) {
            self.outcome
                .left
                .push((piece.lang, "the text was corrected on record since it was imported"));
        }
    }

    fn new_words(&mut self, bulk: &Bulk<'_>, piece: &mut Piece) -> Done {
        let mut words = std::mem::replace(&mut piece.words, Words::new(""));
        let source = self.source(bulk, piece)?;
        Self::weigh(&mut words, piece, source.as_ref().map(|(source, _)| *source));
        self.give_ids(&mut words.body, source.and_then(|(_, body)| body));
        words.slug = Some(self.slug(bulk, piece, &words)?);
        self.note_body(piece.lang, &words.body, 1);
        self.outcome.added.push(piece.lang);
        self.push(piece.lang, Manifest::Words(Box::new(words)), None);
        Ok(())
    }

    fn mended_words(&mut self, bulk: &Bulk<'_>, piece: &mut Piece, last: &Edition) -> Done {
        let old = last.sealed.as_ref().and_then(|sealed| bulk.words(sealed));
        let Some(old) = old else {
            return Err(Failure::new("the text on record cannot be read").hint("`chancery verify` names the file"));
        };
        let mut words = std::mem::replace(&mut piece.words, Words::new(""));
        let aligned = align::correction(&old.body, &mut words.body, self.highest);
        let highest = aligned.map_err(|error| Failure::usage(error.to_string()))?;
        words.slug.clone_from(&old.slug);
        words.authority = piece.authority.unwrap_or(old.authority);
        words.source = old.source;
        let old = Words {
            notice: Vec::new(),
            ..old
        };
        if old == words {
            self.note_body(piece.lang, &old.body, last.version);
            self.bodies.insert(piece.lang, old.body);
            return Ok(());
        }
        let source = self.source(bulk, piece)?;
        Self::weigh(&mut words, piece, source.map(|(source, _)| source));
        self.highest = highest;
        self.note_body(piece.lang, &words.body, last.version + 1);
        self.outcome.mended.push(piece.lang);
        self.push(piece.lang, Manifest::Words(Box::new(words)), Some(Update::ReImport));
        Ok(())
    }

    fn note_body(&mut self, lang: Lang, body: &[Block], version: u32) {
        self.highest = self.highest.max(body::highest_id(body));
        self.versions.insert(lang, version);
    }

    /// The body of a language after this group, where that is known of it.
    fn body(&self, lang: Lang) -> Option<&[Block]> {
        let changed = self.changes.iter().rev().find(|change| change.lang == lang);
        match changed.and_then(|change| change.manifest.as_ref()) {
            Some(Manifest::Words(words)) => Some(&words.body),
            _ => self.bodies.get(&lang).map(Vec::as_slice),
        }
    }

    /// What a text was translated from, and its body: what the source says, else the document's first language.
    fn source(&self, bulk: &Bulk<'_>, piece: &Piece) -> Done<Option<Translated<'_>>> {
        if piece.authority == Some(Authority::Original) {
            return Ok(None);
        }
        let on_record = self.before.and_then(|doc| doc.words.first()).map(|words| words.lang);
        let here = || {
            self.changes
                .iter()
                .map(|change| change.lang)
                .find(|lang| !lang.is_facts())
        };
        let first = on_record.or_else(here).filter(|lang| *lang != piece.lang);
        let Some(lang) = piece.source.or(first) else {
            return Ok(None);
        };
        if let Some(version) = self.versions.get(&lang).copied() {
            return Ok(Some((Source { lang, version }, self.body(lang).map(Cow::Borrowed))));
        }
        let Some(edition) = self.before.and_then(|doc| doc.current(lang)) else {
            let what = format!("its source `{lang}` is neither before it in this file nor on record");
            return Err(Failure::usage(what).hint("let the original come first"));
        };
        let body = edition.sealed.as_ref().and_then(|sealed| bulk.words(sealed));
        let version = edition.version;
        Ok(Some((Source { lang, version }, body.map(|words| words.body.into()))))
    }

    fn weigh(words: &mut Words, piece: &Piece, source: Option<Source>) {
        let unsaid = if source.is_some() {
            Authority::Courtesy
        } else {
            Authority::Original
        };
        words.authority = piece.authority.unwrap_or(unsaid);
        // Of an official text the source is told only if the import says it.
        let told = words.authority != Authority::Official || piece.source.is_some();
        words.source = source.filter(|_| told);
    }

    /// Passages of a translation have the ids of their source where both go alike, else ids of their own.
    fn give_ids(&self, body: &mut Vec<Block>, source: Option<Cow<'_, [Block]>>) {
        if let Some(source) = source {
            let mut alike = body.clone();
            if align::translation(&source, &mut alike).is_ok() {
                *body = alike;
            }
        }
        align::first(body, self.highest.saturating_add(1));
    }

    fn slug(&self, bulk: &Bulk<'_>, piece: &Piece, words: &Words) -> Done<Box<str>> {
        let register = &bulk.register;
        let site = site_no(register, piece.name().site)?;
        let section = self.section.and_then(|id| register.by_id(id));
        let own = || slugs::stem(&words.title, self.id);
        let stem = words.slug.as_deref().map_or_else(own, str::to_owned);
        let (Some(section), Some(month)) = (section, self.month) else {
            return Ok(stem.into());
        };
        let taken = |slug: &str| register.find(site, piece.lang, section, month, slug).is_some();
        Ok(slugs::free(&stem, &taken).into())
    }
}

/// True while nobody but an importer has changed a text or facts.
fn is_untouched(last: Option<&Edition>) -> bool {
    last.is_some_and(|edition| match edition.action {
        Action::Archive | Action::Publish => edition.version == 1,
        Action::Correct => edition.update == Some(Update::ReImport),
        Action::Withdraw | Action::Retract => false,
    })
}

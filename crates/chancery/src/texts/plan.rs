//! From texts to changes: what is new, what changed, what stays; nothing is written here.

use super::{
    Names,
    facts::Known,
    read::{Document, Texts, shown},
};
use crate::{
    output::{Done, Failure},
    reading::{Files, manifest_of},
};
use import::{problem::Problem, text::TextFile};
use record::{
    align,
    body::Block,
    compose::Change,
    date::{Moment, Month},
    entry::{Action, Update},
    facts::{Facts, Kind},
    id::DocumentId,
    lang::Lang,
    register::{self, Edition, Manifest, Register, Status},
    seal,
    words::{NoticeText, Words},
};
use std::collections::{BTreeMap, HashSet};

/// What is asked for.
#[derive(Clone, Debug)]
pub enum Mode {
    /// New documents and languages.
    Publish,
    /// New editions of what is on record.
    Correct {
        /// The kind of update.
        update: Update,
        /// What readers are told.
        notice: Vec<NoticeText>,
        /// Texts that were withdrawn or retracted come back; else they are passed over.
        reinstate: bool,
    },
}

/// A change for a person to see before it happens.
#[derive(Clone, Debug)]
pub struct Told {
    /// The file.
    pub file: String,
    /// The document.
    pub id: DocumentId,
    /// The language, or `zxx` for the facts.
    pub lang: Lang,
    /// What happens.
    pub action: Action,
    /// The title, or the type of facts.
    pub title: String,
}

/// A change and how it is told.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The change.
    pub change: Change,
    /// How it is told.
    pub told: Told,
}

/// What a call does.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// All changes, in order.
    pub changes: Vec<Planned>,
    /// What whoever called should know beside them.
    pub notes: Vec<String>,
}

struct Planner<'a> {
    known: Known<'a>,
    files: &'a Files,
    mode: &'a Mode,
    now: Moment,
    /// Addresses given in this call.
    taken: HashSet<(String, Lang, String)>,
    problems: Vec<(String, Problem)>,
    plan: Plan,
}

/// Computes what the texts change. Names must have their ids already.
pub fn plan(register: &Register, files: &Files, names: &Names, texts: &Texts, mode: &Mode, now: Moment) -> Done<Plan> {
    let named = || {
        texts
            .iter()
            .filter_map(|(name, document)| Some((names.get(name)?, name, document)))
    };
    let group = named().filter_map(|(id, _, document)| Some((id, &document.facts.as_ref()?.1)));
    let known = Known::new(register, names, group);
    let mut planner = Planner {
        known,
        files,
        mode,
        now,
        taken: HashSet::new(),
        problems: Vec::new(),
        plan: Plan::default(),
    };
    let mut documents: Vec<_> = named().collect();
    documents.sort_by_key(|(_, name, document)| (rank(document), (*name).clone()));
    for (id, name, document) in documents {
        planner.document(id, name, document);
    }
    if planner.problems.is_empty() {
        return Ok(planner.plan);
    }
    Err(Failure::usage(super::tell(&planner.problems))
        .hint("nothing was published; mend the texts and run the command again"))
}

/// Structure comes before what stands in it, and placements after what they place.
fn rank(document: &Document) -> u8 {
    use import::text::DocumentType as T;
    match document.facts.as_ref().map(|(_, form)| form.kind) {
        Some(T::Site) => 0,
        Some(T::Section) => 1,
        Some(T::Topic) => 2,
        Some(T::Person) => 3,
        Some(T::Office) => 4,
        Some(T::Placement) => 6,
        _ => 5,
    }
}

/// What one document brings so far in this call.
struct Draft {
    id: DocumentId,
    mission: String,
    facts: Facts,
    /// Bodies of languages of this call.
    bodies: BTreeMap<Lang, Vec<Block>>,
    /// Versions after this call.
    versions: BTreeMap<Lang, u32>,
    highest: u32,
}

impl Planner<'_> {
    fn fail(&mut self, file: &str, line: usize, what: impl Into<String>) {
        self.problems.push((shown(file), Problem::new(line, what)));
    }

    fn on_record(&self, id: DocumentId) -> Option<&register::Document> {
        self.known.register.by_id(id).map(|no| self.known.register.document(no))
    }

    fn document(&mut self, id: DocumentId, name: &str, document: &Document) {
        let first_file = document
            .facts
            .as_ref()
            .map(|(file, _)| file)
            .or(document.words.first().map(|(file, _)| file));
        let Some(first_file) = first_file.cloned() else { return };
        let Some(mut draft) = self.facts(id, name, document, &first_file) else {
            return;
        };
        let mut words: Vec<&(String, TextFile)> = document.words.iter().collect();
        words.sort_by_key(|(file, text)| (text.words.source.is_some(), file.clone()));
        for (file, text) in words {
            self.words(&mut draft, name, file, text);
        }
    }

    /// Plans the facts, and says what the words need to know of them.
    fn facts(&mut self, id: DocumentId, name: &str, document: &Document, file: &str) -> Option<Draft> {
        let before = self.on_record(id).cloned();
        let facts = match (&document.facts, &before) {
            (Some((file, form)), _) => {
                let date = self.now.date();
                let now = Month {
                    year: date.year(),
                    month: date.month(),
                };
                let month = before.as_ref().and_then(|doc| doc.facts.month);
                match self.known.facts(name, form, month, now) {
                    Ok(facts) => facts,
                    Err(what) => {
                        self.fail(file, 1, what);
                        return None;
                    }
                }
            }
            (None, Some(doc)) => doc.facts.clone(),
            (None, None) => {
                self.fail(
                    file,
                    1,
                    "the document has no facts: add `type`, `site` and `section` to the original, or a .toml beside it",
                );
                return None;
            }
        };
        let mission = match self.mission(&facts, before.as_ref()) {
            Ok(mission) => mission,
            Err(what) => {
                self.fail(file, 1, what);
                return None;
            }
        };
        let highest = before.as_ref().map_or(0, |doc| doc.highest_block);
        if document.facts.is_some() {
            if self.passes_over(file, facts.kind.word(), before.as_ref(), Lang::FACTS) {
                return None;
            }
            self.plan_facts(id, &mission, facts.clone(), before.as_ref(), file);
        }
        Some(Draft {
            id,
            mission,
            facts,
            bodies: BTreeMap::new(),
            versions: BTreeMap::new(),
            highest,
        })
    }

    /// Who signs: the owner of the document, which is that of its site.
    fn mission(&self, facts: &Facts, before: Option<&register::Document>) -> Result<String, String> {
        if let Some(doc) = before {
            return Ok(doc.mission.to_string());
        }
        let register = self.known.register;
        let code = match &facts.kind {
            Kind::Site(site) => return Ok(site.code.to_string()),
            Kind::Placement(placement) => Some(&placement.on),
            _ => facts.site.as_ref(),
        };
        match code {
            Some(code) => match register.site_by_code(code) {
                Some(no) => Ok(register.document(no).mission.to_string()),
                None => Err(format!("there is no site `{code}`")),
            },
            None => crate::cmd::site::ministry_code(register).map_err(|failure| failure.message),
        }
    }

    fn plan_facts(
        &mut self,
        id: DocumentId,
        mission: &str,
        facts: Facts,
        before: Option<&register::Document>,
        file: &str,
    ) {
        let current = before
            .and_then(|doc| doc.current(Lang::FACTS))
            .map(|e| (e.version, doc_status(before, Lang::FACTS)));
        let equal = before.is_some_and(|doc| {
            Facts {
                notice: Vec::new(),
                ..doc.facts.clone()
            } == facts
        });
        let kind = facts.kind.word().to_owned();
        let Some((action, update)) =
            self.action(file, &kind, current.map(|(_, status)| status), before.is_some(), equal)
        else {
            return;
        };
        self.note_future(file, &facts);
        let notice = if before.is_some() { self.notice() } else { Vec::new() };
        let manifest = Manifest::Facts(Box::new(Facts { notice, ..facts }));
        self.push(file, id, Lang::FACTS, mission, action, update, manifest, kind);
    }

    /// What must happen to a language: `None` if nothing, or if it was refused.
    fn action(
        &mut self,
        file: &str,
        what: &str,
        status: Option<Status>,
        known: bool,
        equal: bool,
    ) -> Option<(Action, Option<Update>)> {
        let update = match self.mode {
            Mode::Publish => None,
            Mode::Correct { update, .. } => Some(*update),
        };
        match (status, update) {
            (None, _) if !known => Some((Action::Publish, None)),
            // A retracted text comes back as a new edition with a notice, by `correct`.
            (None, Some(_)) => Some((Action::Publish, None)),
            (Some(Status::InForce), _) | (Some(Status::Withdrawn), None) if equal => None,
            (Some(_), Some(update)) => Some((Action::Correct, Some(update))),
            (_, None) => {
                self.fail(
                    file,
                    1,
                    format!("{what}: differs from what is on record: use `chancery correct`"),
                );
                None
            }
        }
    }

    /// True for what was withdrawn or retracted, unless it is to come back.
    fn passes_over(&mut self, file: &str, what: &str, before: Option<&register::Document>, lang: Lang) -> bool {
        if matches!(self.mode, Mode::Correct { reinstate: true, .. }) {
            return false;
        }
        let Some(ended) = before.and_then(|doc| ended(doc, lang)) else {
            return false;
        };
        let note = format!(
            "{}: {what}: was {ended}, and is passed over; `chancery correct --reinstate` brings it back",
            shown(file)
        );
        self.plan.notes.push(note);
        true
    }

    fn note_future(&mut self, file: &str, facts: &Facts) {
        let tomorrow = self.now.date().tomorrow();
        let date = facts.date.as_ref().map(|date| date.local.date);
        if let Some(date) = date.filter(|date| tomorrow.is_ok_and(|tomorrow| *date > tomorrow)) {
            self.plan
                .notes
                .push(format!("{}: bears a date to come, {date}", shown(file)));
        }
    }

    fn notice(&self) -> Vec<NoticeText> {
        match self.mode {
            Mode::Publish => Vec::new(),
            Mode::Correct { notice, .. } => notice.clone(),
        }
    }

    fn words(&mut self, draft: &mut Draft, name: &str, file: &str, text: &TextFile) {
        let known = &self.known;
        let resolve = |wanted: &str| known.document(name, wanted);
        let body = match text.blocks(&resolve) {
            Ok(body) => body,
            Err(problems) => {
                self.problems
                    .extend(problems.into_iter().map(|problem| (shown(file), problem)));
                return;
            }
        };
        if let Err(what) = self.plan_words(draft, file, text, body) {
            self.fail(file, text.body_line, what);
        }
    }

    fn plan_words(&mut self, draft: &mut Draft, file: &str, text: &TextFile, body: Vec<Block>) -> Result<(), String> {
        let lang = text.lang;
        self.check_language(draft, lang)?;
        let before = self.on_record(draft.id).cloned();
        let old = before.as_ref().and_then(|doc| doc.current(lang).copied());
        let old_words = old.and_then(|edition| self.words_of(&edition));
        let version = match text.words.source {
            Some(source) => Some(source_version(draft, before.as_ref(), source)?),
            None => None,
        };
        let body = self.aligned(draft, before.as_ref(), text, old_words.as_ref(), body)?;
        let mut words = text.words.words(body, version);
        if matches!(draft.facts.kind, Kind::Placement(_)) {
            words.title = "".into();
        }
        words.slug = self.slug(draft, before.as_ref(), text);
        draft.bodies.insert(lang, words.body.clone());
        let language_known = before.as_ref().is_some_and(|doc| doc.language(lang).is_some());
        if self.passes_over(file, &text.words.title, before.as_ref(), lang) {
            draft.versions.insert(
                lang,
                before.as_ref().and_then(|doc| doc.last(lang)).map_or(0, |e| e.version),
            );
            return Ok(());
        }
        let equal = old_words.as_ref().is_some_and(|old| self.is_same(old, &words));
        let status = old.map(|_| doc_status(before.as_ref(), lang));
        let title = words.title.to_string();
        let current = before.as_ref().and_then(|doc| doc.last(lang)).map_or(0, |e| e.version);
        let Some((action, update)) = self.action(file, &title, status, language_known, equal) else {
            draft.versions.insert(lang, current);
            return Ok(());
        };
        if let Some(old) = text
            .download
            .as_ref()
            .map(|d| d.version)
            .filter(|version| *version != current)
        {
            return Err(format!(
                "the text was downloaded as version {old}, and the record has version {current}: download it again"
            ));
        }
        draft.versions.insert(lang, current + 1);
        words.notice = if language_known { self.notice() } else { Vec::new() };
        let mission = draft.mission.clone();
        self.push(
            file,
            draft.id,
            lang,
            &mission,
            action,
            update,
            Manifest::Words(Box::new(words)),
            title,
        );
        Ok(())
    }

    /// A text of a site is in one of its languages.
    fn check_language(&self, draft: &Draft, lang: Lang) -> Result<(), String> {
        if !lang.is_registered() {
            return Err(format!("`{lang}` is not a registered language"));
        }
        let register = self.known.register;
        let site = draft
            .facts
            .site
            .as_deref()
            .and_then(|code| register.site_by_code(code))
            .and_then(|no| register.site(no));
        match site {
            Some(site) if draft.facts.kind.text().is_some() && !site.langs.contains(&lang) => {
                Err(format!("site `{}` has no language `{lang}`", site.code))
            }
            _ => Ok(()),
        }
    }

    fn words_of(&self, edition: &Edition) -> Option<Words> {
        let sealed = edition.sealed?;
        let blob = self.files.blob(&sealed.content)?;
        match manifest_of(sealed.media, seal::open(&sealed.content, &blob)?)? {
            Manifest::Words(words) => Some(*words),
            _ => None,
        }
    }

    /// Equal but for the notice, which speaks of an edition and not of the text, and for the version of the source: a
    /// translation that was not touched stays outdated, unless `translation` says that it was looked through.
    fn is_same(&self, old: &Words, new: &Words) -> bool {
        let renewed = matches!(
            self.mode,
            Mode::Correct {
                update: Update::Translation,
                ..
            }
        );
        let source = if renewed { old.source } else { new.source };
        Words {
            notice: Vec::new(),
            source,
            ..old.clone()
        } == *new
    }

    /// Gives every block its lasting id.
    fn aligned(
        &self,
        draft: &mut Draft,
        before: Option<&register::Document>,
        text: &TextFile,
        old: Option<&Words>,
        mut body: Vec<Block>,
    ) -> Result<Vec<Block>, String> {
        if let Some(source) = text.words.source {
            let of_source = match draft.bodies.get(&source) {
                Some(body) => body.clone(),
                None => before
                    .and_then(|doc| doc.current(source))
                    .and_then(|edition| self.words_of(edition))
                    .map_or_else(Vec::new, |words| words.body),
            };
            align::translation(&of_source, &mut body).map_err(|error| error.to_string())?;
        } else if let Some(old) = old {
            draft.highest =
                align::correction(&old.body, &mut body, draft.highest).map_err(|error| error.to_string())?;
        } else {
            align::first(&mut body, draft.highest.saturating_add(1));
        }
        draft.highest = draft.highest.max(record::body::highest_id(&body));
        Ok(body)
    }

    /// The slug as given, as it was, or made from the title; a number is added where it is taken.
    fn slug(&mut self, draft: &Draft, before: Option<&register::Document>, text: &TextFile) -> Option<Box<str>> {
        draft.facts.kind.text()?;
        let kept = before
            .and_then(|doc| doc.language(text.lang))
            .and_then(|words| words.head.slug.clone());
        if let Some(slug) = text.words.slug.as_deref().map(Into::into).or(kept) {
            return Some(slug);
        }
        let base = import::slug::of(&text.words.title).unwrap_or_else(|| draft.id.short());
        let place = format!(
            "{:?} {:?} {:?}",
            draft.facts.site, draft.facts.section, draft.facts.month
        );
        let free = (1u32..).map(|n| if n == 1 { base.clone() } else { format!("{base}-{n}") });
        let mut free = free.filter(|slug| {
            !self.taken.contains(&(place.clone(), text.lang, slug.clone())) && !self.is_taken(draft, text.lang, slug)
        });
        let slug = free.next()?;
        self.taken.insert((place, text.lang, slug.clone()));
        Some(slug.into())
    }

    fn is_taken(&self, draft: &Draft, lang: Lang, slug: &str) -> bool {
        let register = self.known.register;
        let find = || {
            let site = register.site_by_code(draft.facts.site.as_deref()?)?;
            let section = register.by_id(draft.facts.section?)?;
            register.find(site, lang, section, draft.facts.month?, slug)
        };
        find().is_some_and(|no| register.document(no).id != draft.id)
    }

    #[expect(clippy::too_many_arguments, reason = "one line of the plan")]
    fn push(
        &mut self,
        file: &str,
        id: DocumentId,
        lang: Lang,
        mission: &str,
        action: Action,
        update: Option<Update>,
        manifest: Manifest,
        title: String,
    ) {
        let manifest = Some(manifest);
        let change = Change {
            action,
            id,
            lang,
            mission: mission.into(),
            update,
            reason: None,
            manifest,
        };
        self.plan.changes.push(Planned {
            change,
            told: Told {
                file: shown(file),
                id,
                lang,
                action,
                title,
            },
        });
    }
}

/// How a language of a document ended, or its facts.
fn ended(doc: &register::Document, lang: Lang) -> Option<&'static str> {
    match doc.status(lang) {
        Status::InForce => None,
        Status::Withdrawn => Some("withdrawn"),
        Status::Retracted => Some("retracted"),
        Status::Erased => Some("erased"),
    }
}

fn doc_status(doc: Option<&register::Document>, lang: Lang) -> Status {
    doc.and_then(|doc| doc.own_status(lang)).unwrap_or(Status::InForce)
}

/// The version of the words that a translation is of.
fn source_version(draft: &Draft, before: Option<&register::Document>, source: Lang) -> Result<u32, String> {
    let on_record = || {
        before
            .and_then(|doc| doc.current(source))
            .map(|edition| edition.version)
    };
    let here = draft.versions.get(&source).copied();
    here.or_else(on_record)
        .ok_or_else(|| format!("the source `{source}` is neither here nor on record"))
}

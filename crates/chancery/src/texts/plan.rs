//! From texts to changes: what is new, what changed, what stays; nothing is written here.

mod words;

use super::{
    Names,
    facts::{Known, Refused},
    read::{Document, Texts, shown},
};
use crate::{
    output::{Done, Failure},
    reading::Files,
};
use import::{problem::Problem, text::TextFile};
use record::{
    body::Block,
    compose::Change,
    date::{Moment, Month},
    entry::{Action, Update},
    facts::{Facts, Kind},
    id::DocumentId,
    lang::Lang,
    register::{self, Manifest, Register, Status},
    words::NoticeText,
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
    /// What to do about the first problem that says it.
    cure: Option<String>,
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
        cure: None,
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
    let cure = planner.cure.map_or_else(String::new, |cure| {
        format!(
            "
      {cure}"
        )
    });
    Err(Failure::usage(super::tell(&planner.problems)).hint(format!(
        "nothing was published; mend the texts and run the command again{cure}"
    )))
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
                    Err(Refused { what, cure, key }) => {
                        let line = key.and_then(|key| form.lines.get(key)).copied();
                        self.fail(file, line.unwrap_or(1), what);
                        self.cure = self.cure.take().or(cure);
                        return None;
                    }
                }
            }
            (None, Some(doc)) => (*doc.facts).clone(),
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
                ..(*doc.facts).clone()
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

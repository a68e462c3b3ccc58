//! Whatever happens to a family: the export that goes on from an earlier one is what a fresh one is, byte for byte.

mod draw;

use super::{Family, Options, assert_fresh, export, look, options};
use draw::section;
use record::{
    body::Inline,
    compose::Change,
    entry::{Action, Reason, Update},
    facts::{Facts, Kind, Show},
    id::DocumentId,
    lang::Lang,
    register::{DocNo, Document, Manifest, Register, Status},
    words::{Notice, NoticeText, Source},
};
use site::address::Selection;
use std::time::{Duration, Instant};

const MISSIONS: [&str; 3] = ["hq", "m1", "m2"];
const LANGS: [&str; 3] = ["en", "ar", "fr"];
const ROLES: [&str; 4] = ["news", "remarks", "relations", "consular"];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % most as u64).unwrap()
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> Option<T> {
        (!list.is_empty()).then(|| list[self.below(list.len())].clone())
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn some<T: Clone>(&mut self, list: &[T], many: usize) -> Vec<T> {
        list.iter().filter(|_| self.one_in(many)).cloned().collect()
    }
}

/// A family, and what has come into it.
struct Play {
    family: Family,
    random: Random,
    /// Id, mission, kind.
    known: Vec<(DocumentId, &'static str, What)>,
    log: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Site,
    Section,
    Topic,
    Person,
    Office,
    Text,
    Placement,
}

fn tag(lang: &str) -> Lang {
    lang.parse().unwrap()
}

fn notice() -> Vec<NoticeText> {
    let text = vec![Inline::Plain("Something was changed.".into())];
    vec![NoticeText {
        lang: Lang::ENGLISH,
        text,
    }]
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut play = Self {
            family: Family::empty(),
            random: Random(seed),
            known: Vec::new(),
            log: Vec::new(),
        };
        for mission in MISSIONS {
            play.found(mission);
        }
        for _ in 0..6 {
            play.text();
        }
        play
    }

    /// A site with its sections.
    fn found(&mut self, mission: &'static str) {
        self.family.add_site(mission);
        let id = self.look(|register| {
            let site = register.site_by_code(mission).unwrap();
            register.document(site).id
        });
        self.known.push((id, mission, What::Site));
        for role in ROLES {
            let show = if role == "relations" { Show::Page } else { Show::List };
            let section = section(mission, role, role, show);
            self.make(mission, What::Section, section, &[]);
        }
    }

    fn make(&mut self, mission: &'static str, what: What, facts: Facts, langs: &[&str]) -> DocumentId {
        let id = self.family.id();
        let mut changes = vec![Change::publish(
            id,
            Lang::FACTS,
            mission,
            Manifest::Facts(Box::new(facts)),
        )];
        for lang in langs {
            let words = self.words(id, what, None, Vec::new());
            changes.push(Change::publish(
                id,
                tag(lang),
                mission,
                Manifest::Words(Box::new(words)),
            ));
        }
        if self.publish(changes) {
            self.known.push((id, mission, what));
        }
        id
    }

    fn publish(&mut self, changes: Vec<Change>) -> bool {
        let taken = self.family.may_publish(changes);
        self.log.push(if taken { "taken" } else { "refused" }.to_owned());
        taken
    }

    fn look<T>(&self, see: impl FnOnce(&Register) -> T) -> T {
        look(&self.family, &options(), |view, _| see(view.register))
    }

    fn document(&self, id: DocumentId) -> Document {
        self.look(|register| register.document(register.by_id(id).unwrap()).clone())
    }

    fn code(&self, mission: &str) -> Box<str> {
        self.look(|register| {
            let of = |no: &&DocNo| *register.document(**no).mission == *mission;
            let site = register.sites().iter().find(of).unwrap();
            register.site(*site).unwrap().code.clone()
        })
    }

    fn ids(&self, what: What, mission: Option<&str>) -> Vec<DocumentId> {
        let of = |(_, of, kind): &&(DocumentId, &str, What)| *kind == what && mission.is_none_or(|m| m == *of);
        self.known.iter().filter(of).map(|(id, ..)| *id).collect()
    }

    fn mission(&mut self) -> &'static str {
        self.random.of(&MISSIONS).unwrap()
    }

    fn text(&mut self) {
        let mission = self.mission();
        let standing = self.random.one_in(4);
        let facts = self.text_facts(mission, standing);
        let langs = match self.random.below(5) {
            0 => &LANGS[..2],
            1 => &LANGS[1..],
            2 => &LANGS[1..2],
            _ => &LANGS[..1],
        };
        self.make(mission, What::Text, facts, langs);
    }

    /// Other facts of a document, in whatever state it is; they are refused where the record has a rule against it.
    fn set_facts(&mut self, id: DocumentId, facts: Facts) {
        let doc = self.document(id);
        let facts = Facts {
            month: doc.facts.month,
            ..facts
        };
        self.set(&doc, Lang::FACTS, |notice, _| {
            Manifest::Facts(Box::new(Facts { notice, ..facts }))
        });
    }

    fn set_words(&mut self, id: DocumentId, what: What, lang: Lang) {
        let doc = self.document(id);
        let others: Vec<(Lang, u32)> = doc
            .words
            .iter()
            .filter(|w| w.lang != lang)
            .map(|w| (w.lang, 1))
            .collect();
        let source = self
            .random
            .of(&others)
            .filter(|_| what == What::Text && self.random.one_in(2));
        let source = source.map(|(lang, version)| Source { lang, version });
        let mut words = self.words(id, what, source, Vec::new());
        self.set(&doc, lang, |notice, _| {
            words.notice = notice;
            Manifest::Words(Box::new(words))
        });
    }

    fn set(&mut self, doc: &Document, lang: Lang, make: impl FnOnce(Vec<NoticeText>, &Document) -> Manifest) {
        let updates = [
            Update::Correction,
            Update::Editorial,
            Update::Update,
            Update::Clarification,
        ];
        let update = self.random.of(&updates);
        let own = doc.own_status(lang);
        let (action, update) = match own {
            None | Some(Status::Retracted | Status::Erased) => (Action::Publish, None),
            Some(Status::Withdrawn) => (Action::Correct, Some(Update::Update)),
            Some(Status::InForce) => (Action::Correct, update),
        };
        let ended = matches!(own, Some(Status::Withdrawn | Status::Retracted));
        let notice = if ended || own.is_some() && self.random.one_in(3) {
            notice()
        } else {
            Vec::new()
        };
        let manifest = make(notice, doc);
        let change = Change {
            action,
            update,
            ..Change::publish(doc.id, lang, &doc.mission, manifest)
        };
        self.publish(vec![change]);
    }

    fn end(&mut self, id: DocumentId) {
        let doc = self.document(id);
        let langs: Vec<Lang> = doc.words.iter().map(|words| words.lang).chain([Lang::FACTS]).collect();
        let lang = self.random.of(&langs).unwrap();
        let action = if self.random.one_in(3) {
            Action::Retract
        } else {
            Action::Withdraw
        };
        let manifest = self.random.one_in(2).then(|| Manifest::Notice(Notice::new(notice())));
        let change = Change {
            action,
            id,
            lang,
            mission: doc.mission.clone(),
            update: None,
            reason: Some(Reason::Outdated),
            manifest,
        };
        self.publish(vec![change]);
    }

    /// Something happens; the record may refuse it.
    fn step(&mut self) {
        let kinds = [
            What::Text,
            What::Text,
            What::Text,
            What::Text,
            What::Site,
            What::Section,
            What::Topic,
            What::Person,
            What::Office,
            What::Placement,
        ];
        let what = self.random.of(&kinds).unwrap();
        let ids = self.ids(what, None);
        let chosen = self.random.of(&ids).filter(|_| !self.random.one_in(4));
        let how = self.random.below(8);
        self.log.push(format!("{what:?} {how} {chosen:?}"));
        match (chosen, how) {
            (None, _) => self.add(what),
            (Some(id), 0..=3) => self.change_facts(id),
            (Some(id), 4..=6) => {
                let lang = self.random.of(&LANGS).unwrap();
                self.set_words(id, what, tag(lang));
            }
            (Some(id), _) => self.end(id),
        }
    }

    fn add(&mut self, what: What) {
        let mission = self.mission();
        let number = self.known.len();
        match what {
            What::Text => self.text(),
            What::Site => {}
            What::Section => {
                let facts = section(&self.code(mission), &format!("more-{number}"), "news", Show::List);
                self.make(mission, what, facts, &["en"]);
            }
            What::Topic => {
                let facts = self.topic(mission, &format!("topic-{number}"));
                self.make(if facts.site.is_none() { "hq" } else { mission }, what, facts, &["en"]);
            }
            What::Person => {
                let facts = self.person(mission, &format!("person-{number}"));
                self.make(mission, what, facts, &["en"]);
            }
            What::Office => {
                let facts = self.office(mission);
                self.make(mission, what, facts, &["en"]);
            }
            What::Placement => {
                if let Some(facts) = self.placement(mission) {
                    self.make(mission, what, facts, &["en"]);
                }
            }
        }
    }

    fn change_facts(&mut self, id: DocumentId) {
        let doc = self.document(id);
        let mission = MISSIONS.into_iter().find(|mission| **mission == *doc.mission).unwrap();
        let facts = match &doc.facts.kind {
            Kind::Text(kind) => Some(self.text_facts(mission, kind.is_standing())),
            Kind::Site(site) => Some(self.other_site(site)),
            Kind::Section(old) => {
                let slug = if self.random.one_in(2) {
                    old.slug.to_string()
                } else {
                    format!("s-{}", self.random.below(99))
                };
                let role = self.random.of(&ROLES).unwrap();
                let show = self
                    .random
                    .of(&[Show::List, Show::Page, Show::People, Show::Topics])
                    .unwrap();
                Some(section(&self.code(mission), &slug, role, show))
            }
            Kind::Topic(old) => {
                let slug = old.slug.clone();
                Some(self.topic(mission, &slug))
            }
            Kind::Person(old) => {
                let slug = if self.random.one_in(2) {
                    old.slug.to_string()
                } else {
                    format!("p-{}", self.random.below(99))
                };
                Some(self.person(mission, &slug))
            }
            Kind::Office(_) => Some(self.office(mission)),
            Kind::Placement(_) => self.placement(mission),
            Kind::Family { .. } => None,
        };
        if let Some(facts) = facts {
            self.set_facts(id, facts);
        }
    }
}

/// Plays a number of steps; after some of them exports go on from where they were, and fresh ones are made beside.
fn play(seed: u64, steps: usize) {
    let core = Selection {
        core: true,
        md: false,
        txt: false,
        json: false,
        proof: false,
        ..Selection::ALL
    };
    let chosen = match seed % 3 {
        0 => options(),
        1 => Options {
            carried: true,
            ..options()
        },
        _ => Options {
            selection: core,
            ..options()
        },
    };
    let mut play = Play::new(seed);
    export(&play.family, &chosen);
    for step in 0..steps {
        play.step();
        if play.random.one_in(2) || step + 1 == steps {
            play.log.push("export".into());
            export(&play.family, &chosen);
            let (log, family) = (&play.log, &play.family);
            let same = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| assert_fresh(family, &chosen)));
            assert!(same.is_ok(), "seed {seed}, after {log:#?}");
        }
    }
}

/// Each seed is a sequence of its own. `CHANCERY_SEEDS` says how many; else as many as there is time for, and a few at least.
#[test]
fn an_export_that_goes_on_is_what_a_fresh_one_is_whatever_happens() {
    const LEAST: u64 = 2;
    let wanted = std::env::var("CHANCERY_SEEDS")
        .ok()
        .and_then(|text| text.parse::<u64>().ok());
    let end = Instant::now() + Duration::from_secs(20);
    for seed in 1..=wanted.unwrap_or(1000) {
        if wanted.is_none() && seed > LEAST && Instant::now() > end {
            break;
        }
        play(seed, 20);
    }
}

#[test]
fn an_export_that_goes_on_after_the_end_of_the_record_says_so_on_every_page() {
    let mut family = Family::with_texts();
    let chosen = options();
    export(&family, &chosen);
    family.freeze();
    export(&family, &chosen);
    assert_fresh(&family, &chosen);
}

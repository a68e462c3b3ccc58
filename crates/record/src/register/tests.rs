mod late;
mod moves;

use super::*;
use crate::{
    compose::{Change, ComposeError, Composer},
    entry::{Action, Reason, Update},
    facts::{Carry, Dated, Facts, Kind, Mode, Section, Show, Site, TextKind, Theme},
    keys::{KeyChange, Role},
    lang::Lang,
    words::{Authority, NoticeText, Source, Words},
};
use tlog::note::SigningKey;

/// A little ministry: a register, its keys, and a clock that moves by a minute.
struct Ministry {
    register: Register,
    offices: Vec<(String, SigningKey)>,
    now: i64,
    salt: u8,
}

const HQ: u128 = 1;
const NEWS: u128 = 100;

impl Ministry {
    fn new(missions: &[&str]) -> Self {
        let key = |name: String, seed| SigningKey::generate(&name, [seed; 32]).expect("key");
        let (log, root) = (key("record.example".into(), 1), key("record.example/root/1".into(), 2));
        let offices = missions
            .iter()
            .zip(3u8..)
            .map(|(m, seed)| ((*m).to_owned(), key(format!("record.example/m/{m}/1"), seed)));
        let mut ministry = Self {
            register: Register::default(),
            offices: offices.collect(),
            now: 1_760_000_000,
            salt: 0,
        };
        let vkey = |key: &SigningKey| key.verifier().to_string().into();
        let mut keys = vec![
            KeyChange::Add {
                from: 0,
                mission: None,
                role: Role::Log,
                vkey: vkey(&log),
            },
            KeyChange::Add {
                from: 0,
                mission: None,
                role: Role::Root,
                vkey: vkey(&root),
            },
        ];
        keys.extend(ministry.offices.iter().map(|(mission, key)| KeyChange::Add {
            from: 1,
            mission: Some(mission.as_str().into()),
            role: Role::Office,
            vkey: vkey(key),
        }));
        ministry
            .composer(|c| {
                c.genesis("record.example", keys, Hash([0; 32]), None, &[&root])
                    .map(|_| ())
            })
            .expect("genesis");
        let family = Facts::new(Kind::Family {
            ministry: missions[0].into(),
            countries: vec![],
            theme: Theme {
                content: None,
                name: "default".into(),
                version: 1,
            },
        });
        ministry.facts(99, missions[0], family).expect("family");
        for (mission, number) in missions.iter().zip(HQ..) {
            ministry.add_site(number, mission);
        }
        ministry
    }

    fn add_site(&mut self, number: u128, code: &str) {
        let site = Site {
            code: code.into(),
            kind: None,
            country: Some(format!("x{}", (b'a' + u8::try_from(number).expect("small")) as char).into()),
            hosts: vec![],
            langs: vec![Lang::ENGLISH],
            menu: vec![],
            zone: None,
        };
        self.facts(number, code, Facts::new(Kind::Site(Box::new(site))))
            .expect("site");
        let section = Section {
            slug: "news".into(),
            role: "news".into(),
            show: Show::List,
        };
        let facts = Facts {
            site: Some(code.into()),
            ..Facts::new(Kind::Section(section))
        };
        self.facts(NEWS + number, code, facts).expect("section");
    }

    fn composer<T>(
        &mut self,
        act: impl FnOnce(&mut Composer<'_>) -> Result<T, ComposeError>,
    ) -> Result<T, ComposeError> {
        self.now += 60;
        let offices = &self.offices;
        let keys = |mission: &str| {
            offices
                .iter()
                .find(|(m, _)| m == mission)
                .map(|(_, key)| key as &dyn tlog::Signs)
        };
        let salt = &mut self.salt;
        let mut draw = || {
            *salt = salt.wrapping_add(1);
            [*salt; 32]
        };
        act(&mut Composer {
            register: &mut self.register,
            now: Moment(self.now),
            keys: &keys,
            salt: &mut draw,
            reread: true,
        })
    }

    fn change(&mut self, change: Change) -> Result<(), ComposeError> {
        self.composer(|c| c.content(change).map(|_| ()))
    }

    fn facts(&mut self, id: u128, mission: &str, facts: Facts) -> Result<(), ComposeError> {
        self.change(Change::publish(
            DocumentId(id),
            Lang::FACTS,
            mission,
            Manifest::Facts(Box::new(facts)),
        ))
    }

    fn words(&mut self, id: u128, mission: &str, lang: &str, words: Words) -> Result<(), ComposeError> {
        let lang = lang.parse().expect("lang");
        self.change(Change::publish(
            DocumentId(id),
            lang,
            mission,
            Manifest::Words(Box::new(words)),
        ))
    }

    fn news(&mut self, id: u128, mission: &str, date: &str, carry: Vec<Carry>) {
        self.facts(id, mission, self.news_facts(mission, date, carry))
            .expect("facts");
        self.words(id, mission, "en", words(&format!("Title {id}"), &format!("title-{id}")))
            .expect("words");
    }

    fn news_facts(&self, mission: &str, date: &str, carry: Vec<Carry>) -> Facts {
        let number = self
            .offices
            .iter()
            .zip(HQ..)
            .find(|((m, _), _)| m == mission)
            .expect("mission")
            .1;
        let local: crate::date::Local = date.parse().expect("date");
        Facts {
            site: Some(mission.into()),
            section: Some(DocumentId(NEWS + number)),
            date: Some(Dated {
                assumed: vec![],
                local,
                offset: Some(crate::date::Offset(0)),
                zone: None,
            }),
            month: Some(local.month()),
            carry,
            ..Facts::new(Kind::Text(TextKind::News))
        }
    }

    fn correct(&mut self, id: u128, update: Update, words: Words) -> Result<(), ComposeError> {
        let manifest = Some(Manifest::Words(Box::new(words)));
        self.act(id, "en", Action::Correct, |c| Change {
            update: Some(update),
            manifest,
            ..c
        })
    }

    fn act(
        &mut self,
        id: u128,
        lang: &str,
        action: Action,
        with: impl FnOnce(Change) -> Change,
    ) -> Result<(), ComposeError> {
        let id = DocumentId(id);
        let mission = self.doc(id.0).mission.clone();
        let lang = lang.parse().expect("lang");
        self.change(with(Change {
            action,
            id,
            lang,
            mission,
            update: None,
            reason: None,
            manifest: None,
        }))
    }

    fn end(&mut self, id: u128, lang: &str, action: Action) -> Result<(), ComposeError> {
        self.act(id, lang, action, |c| Change {
            reason: Some(Reason::NotStated),
            ..c
        })
    }

    fn doc(&self, id: u128) -> &Document {
        self.register
            .document(self.register.by_id(DocumentId(id)).expect("document"))
    }

    fn list(&self, site: &str) -> List {
        let site = self.register.site_by_code(site).expect("site");
        List {
            site,
            scope: Scope::Section(self.register.section_by_slug(site, "news").expect("news")),
            lang: Lang::ENGLISH,
        }
    }

    fn newest(&self, site: &str) -> Vec<u128> {
        self.register
            .newest(&self.list(site), 20)
            .into_iter()
            .map(|no| self.register.document(no).id.0)
            .collect()
    }
}

fn words(title: &str, slug: &str) -> Words {
    Words {
        slug: Some(slug.into()),
        ..Words::new(title)
    }
}

fn must(sites: &[&str]) -> Vec<Carry> {
    let sites = sites.iter().map(|s| (*s).into()).collect();
    vec![Carry {
        countries: vec![],
        langs: vec![],
        mode: Mode::Must,
        sites,
        topics: vec![],
    }]
}

fn noticed(words: Words) -> Words {
    let text = vec![crate::body::Inline::Plain("It holds again.".into())];
    Words {
        notice: vec![NoticeText {
            lang: Lang::ENGLISH,
            text,
        }],
        ..words
    }
}

#[test]
fn lists_run_by_date_and_a_carried_text_stands_on_each_site_once() {
    let mut m = Ministry::new(&["hq", "sable"]);
    m.news(1001, "hq", "2026-03-14T15:08", must(&["*"]));
    m.news(1002, "sable", "2026-03-15", vec![]);
    m.news(1003, "sable", "2025-12-31", vec![]);
    m.news(1004, "hq", "2026-01-01", vec![]);
    assert_eq!(m.newest("sable"), [1002, 1001, 1003]);
    assert_eq!(m.newest("hq"), [1001, 1004]);
    let years = m.register.years(&m.list("sable"));
    assert_eq!(
        years,
        [YearCount { year: 2026, count: 2 }, YearCount { year: 2025, count: 1 }]
    );
}

#[test]
fn inserting_in_the_middle_touches_only_its_own_year() {
    let mut m = Ministry::new(&["hq", "sable"]);
    for day in 1..=25u128 {
        m.news(1000 + day, "hq", &format!("2026-03-{day:02}"), vec![]);
    }
    m.news(2000, "hq", "2025-06-01", vec![]);
    let before = m.register.size();
    m.news(2001, "hq", "2025-05-01", vec![]);
    let touched = |part| m.register.touched_list(&m.list("hq"), part) > before;
    assert!(touched(ListPart::Year(2025)));
    assert!(!touched(ListPart::Year(2026)));
    assert!(!touched(ListPart::Front));
    assert!(m.register.touched_list(&m.list("sable"), ListPart::Front) <= before);
}

#[test]
fn editing_a_carry_rule_moves_the_text_and_touches_only_the_lists_concerned() {
    let mut m = Ministry::new(&["hq", "sable", "lune"]);
    m.news(1001, "hq", "2026-03-14", must(&["sable"]));
    assert_eq!((m.newest("sable"), m.newest("lune")), (vec![1001], vec![]));
    let carried = |m: &Ministry| ["hq", "sable", "lune"].map(|site| m.register.has_carried(&m.list(site)));
    assert_eq!(carried(&m), [false, true, false]);
    let before = m.register.size();
    let facts = m.news_facts("hq", "2026-03-14", must(&["lune"]));
    let manifest = Some(Manifest::Facts(Box::new(facts)));
    m.act(1001, "zxx", Action::Correct, |c| Change {
        update: Some(Update::Update),
        manifest,
        ..c
    })
    .expect("corrected");
    assert_eq!((m.newest("sable"), m.newest("lune")), (vec![], vec![1001]));
    assert_eq!(carried(&m), [false, false, true]);
    assert!(m.register.touched_list(&m.list("lune"), ListPart::Front) > before);
    assert!(m.register.touched_site(m.list("sable").site) <= before);
}

#[test]
fn the_successions_of_the_specification_and_no_others() {
    let mut m = Ministry::new(&["hq"]);
    m.news(1001, "hq", "2026-03-14", vec![]);
    assert!(m.words(1001, "hq", "en", words("Again", "title-1001")).is_err());
    m.correct(1001, Update::Correction, words("Mended", "title-1001"))
        .expect("corrected");
    m.end(1001, "en", Action::Withdraw).expect("withdrawn");
    assert_eq!(m.doc(1001).status(Lang::ENGLISH), Status::Withdrawn);
    assert!(m.end(1001, "en", Action::Withdraw).is_err());
    assert!(
        m.correct(1001, Update::Update, words("Back", "title-1001")).is_err(),
        "silent reinstatement"
    );
    m.correct(1001, Update::Update, noticed(words("Back", "title-1001")))
        .expect("reinstated");
    m.end(1001, "en", Action::Retract).expect("retracted");
    assert_eq!(m.doc(1001).status(Lang::ENGLISH), Status::Retracted);
    assert!(m.doc(1001).current(Lang::ENGLISH).is_none() && m.doc(1001).words[0].head.title.is_empty());
    assert!(
        m.correct(1001, Update::Update, noticed(words("No", "title-1001")))
            .is_err()
    );
    m.words(1001, "hq", "en", noticed(words("New", "title-1001")))
        .expect("published again");
    assert_eq!(m.doc(1001).last(Lang::ENGLISH).map(|e| e.version), Some(6));
}

#[test]
fn retracting_the_facts_retracts_every_language() {
    let mut m = Ministry::new(&["hq"]);
    m.news(1001, "hq", "2026-03-14", vec![]);
    m.end(1001, "zxx", Action::Retract).expect("retracted");
    assert_eq!(m.doc(1001).status(Lang::ENGLISH), Status::Retracted);
    assert_eq!(
        m.doc(1001)
            .withheld_by(Lang::ENGLISH, m.doc(1001).words[0].editions[0].index),
        Some(m.register.size() - 1)
    );
    assert!(m.words(1001, "hq", "fr", words("Non", "non")).is_err());
}

#[test]
fn a_translation_is_outdated_by_a_correction_that_is_not_editorial() {
    let mut m = Ministry::new(&["hq"]);
    m.news(1001, "hq", "2026-03-14", vec![]);
    let source = Some(Source {
        lang: Lang::ENGLISH,
        version: 1,
    });
    let french = Words {
        authority: Authority::Courtesy,
        source,
        ..words("Titre", "titre")
    };
    m.words(1001, "hq", "fr", french).expect("translated");
    let fr = "fr".parse().expect("lang");
    m.correct(1001, Update::Editorial, words("Typo", "title-1001"))
        .expect("corrected");
    assert!(m.doc(1001).outdated(fr).is_none());
    m.correct(1001, Update::Correction, words("Right", "title-1001"))
        .expect("corrected");
    assert_eq!(m.doc(1001).outdated(fr).map(|e| e.version), Some(3));
}

#[test]
fn another_mission_publishes_only_what_was_delegated() {
    let mut m = Ministry::new(&["hq", "sable"]);
    let delegate = vec![crate::facts::Delegate {
        lang: "vi".parse().expect("lang"),
        mission: "sable".into(),
    }];
    let facts = Facts {
        delegate,
        ..m.news_facts("hq", "2026-03-14", vec![])
    };
    m.facts(1001, "hq", facts).expect("facts");
    m.words(1001, "hq", "en", words("Title", "title")).expect("words");
    assert!(m.words(1001, "sable", "fr", words("Titre", "titre")).is_err());
    m.words(1001, "sable", "vi", words("Bài", "bai")).expect("delegated");
}

#[test]
fn addresses_stay_taken_and_months_never_move() {
    let mut m = Ministry::new(&["hq"]);
    m.news(1001, "hq", "2026-03-14", vec![]);
    m.facts(1002, "hq", m.news_facts("hq", "2026-03-20", vec![]))
        .expect("facts");
    assert!(m.words(1002, "hq", "en", words("Same", "title-1001")).is_err());
    let moved = Manifest::Facts(Box::new(m.news_facts("hq", "2026-04-20", vec![])));
    let change = |c| Change {
        update: Some(Update::Correction),
        manifest: Some(moved),
        ..c
    };
    assert!(m.act(1002, "zxx", Action::Correct, change).is_err());
}

#[test]
fn a_snapshot_is_read_back_and_a_damaged_one_refused() {
    let mut m = Ministry::new(&["hq", "sable"]);
    m.news(1001, "hq", "2026-03-14T15:08", must(&["*"]));
    let snapshot = Snapshot {
        root: Hash([7; 32]),
        register: m.register.clone(),
    };
    let bytes = snapshot.to_bytes().expect("bytes");
    assert_eq!(Snapshot::from_bytes(&bytes).expect("read"), snapshot);
    for at in [3, 40, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(Snapshot::from_bytes(&damaged).is_err());
    }
}

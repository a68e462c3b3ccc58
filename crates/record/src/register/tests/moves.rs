//! Whatever happens in whatever order: lists equal those made anew of the documents as they are, and what changed is
//! marked as touched.

use super::*;
use crate::facts::{Placement, Topic};
use proptest::prelude::*;

const SITES: [&str; 3] = ["hq", "sable", "lune"];
const NOTICES: u128 = 200;
const TOPIC: u128 = 300;
const TEXT: u128 = 1000;
const PLACED: u128 = 2000;

/// What to do, and three numbers that choose on what and how.
type Step = (u8, u8, u8, u8);

fn ministry() -> Ministry {
    let mut m = Ministry::new(&SITES);
    for (site, number) in SITES.iter().zip(HQ..) {
        let facts = section(site, "notices", "notices");
        m.facts(NOTICES + number, site, facts).expect("section");
    }
    m
}

fn section(site: &str, slug: &str, role: &str) -> Facts {
    let section = Section {
        slug: slug.into(),
        role: role.into(),
        show: Show::List,
    };
    Facts {
        site: Some(site.into()),
        ..Facts::new(Kind::Section(section))
    }
}

/// One of a few carrying rules, or two, or none.
fn rules(choice: u8) -> Vec<Carry> {
    let rule = |mode, sites: &[&str], countries: &[&str], topics: &[u128]| Carry {
        countries: countries.iter().map(|c| (*c).into()).collect(),
        langs: vec![],
        mode,
        sites: sites.iter().map(|s| (*s).into()).collect(),
        topics: topics.iter().map(|t| DocumentId(*t)).collect(),
    };
    let every = rule(Mode::Must, &["*"], &[], &[]);
    let french = Carry {
        langs: vec!["fr".parse().expect("lang")],
        ..rule(Mode::Must, &["lune"], &[], &[])
    };
    match choice % 8 {
        0 => vec![every],
        1 => vec![rule(Mode::Must, &["sable"], &[], &[])],
        2 => vec![rule(Mode::May, &["*"], &[], &[])],
        3 => vec![rule(Mode::Must, &[], &["xz"], &[])],
        4 => vec![rule(Mode::Must, &["*"], &[], &[TOPIC])],
        5 => vec![french, rule(Mode::May, &[], &["xz"], &[])],
        6 => vec![every.clone(), every],
        _ => vec![],
    }
}

impl Ministry {
    /// The code of a site as it is now.
    fn code(&self, number: u128) -> String {
        let no = self.register.by_id(DocumentId(number)).expect("site");
        self.register.site(no).expect("site").code.to_string()
    }

    fn text_facts(&self, site: u128, choice: u8) -> Facts {
        let date = ["2026-03-14", "2026-03-02", "2025-12-31", "2026-03-14T08:00"][usize::from(choice / 8) % 4];
        let local: crate::date::Local = date.parse().expect("date");
        let standing = choice >= 250;
        let kind = if standing { TextKind::Page } else { TextKind::News };
        Facts {
            site: Some(self.code(site).into()),
            section: Some(DocumentId(site + if choice.is_multiple_of(3) { NOTICES } else { NEWS })),
            date: Some(Dated {
                assumed: vec![],
                local,
                offset: Some(crate::date::Offset(0)),
                zone: None,
            }),
            topics: (0..u128::from(choice % 3)).map(|n| DocumentId(TOPIC + n)).collect(),
            carry: rules(choice),
            ..Facts::new(Kind::Text(kind))
        }
    }

    fn publish_facts(&mut self, id: u128, site: u128, facts: Facts) -> Result<(), ComposeError> {
        let mission = SITES[usize::try_from(site - HQ).expect("small")];
        self.facts(id, mission, facts)
    }

    fn correct_facts(&mut self, id: u128, facts: Facts) -> Result<(), ComposeError> {
        let no = self.register.by_id(DocumentId(id));
        let month = no.and_then(|no| self.register.document(no).facts.month);
        let text = vec![crate::body::Inline::Plain("Changed.".into())];
        let notice = vec![NoticeText {
            lang: Lang::ENGLISH,
            text,
        }];
        let facts = Facts { month, notice, ..facts };
        let manifest = Some(Manifest::Facts(Box::new(facts)));
        let (action, update) = match no.map(|no| self.register.document(no).own) {
            Some(Status::Retracted) => (Action::Publish, None),
            Some(_) => (Action::Correct, Some(Update::Update)),
            None => return Ok(()),
        };
        self.act(id, "zxx", action, |c| Change { update, manifest, ..c })
    }

    fn site_facts(&self, number: u128, code: &str, country: &str) -> Facts {
        let no = self.register.by_id(DocumentId(number)).expect("site");
        let site = self.register.site(no).expect("site");
        let site = Site {
            code: code.into(),
            country: Some(country.into()),
            ..site.clone()
        };
        Facts::new(Kind::Site(Box::new(site)))
    }

    /// Does a step. One that the record refuses changes nothing.
    fn step(&mut self, (what, a, b, c): Step) -> Result<(), ComposeError> {
        let site = HQ + u128::from(b % 3);
        let text = TEXT + u128::from(a % 5);
        let placed = PLACED + u128::from(a % 3);
        let lang = ["en", "fr"][usize::from(c % 2)];
        if !matches!(what % 12, 0 | 5 | 6) && self.register.by_id(DocumentId(text)).is_none() {
            return Ok(());
        }
        let site_of_text = |m: &Self| {
            SITES
                .iter()
                .zip(HQ..)
                .find(|(s, _)| ***s == *m.doc(text).mission)
                .expect("site")
                .1
        };
        match what % 12 {
            0 => {
                let facts = self.text_facts(site, c);
                let month = facts.date.as_ref().map(|date| date.local.month());
                self.publish_facts(text, site, Facts { month, ..facts })
            }
            1 => {
                let mission = self.doc(text).mission.to_string();
                self.words(
                    text,
                    &mission,
                    lang,
                    words(&format!("Title {a}"), &format!("title-{a}")),
                )
            }
            2 => {
                let facts = self.text_facts(site_of_text(self), c);
                self.correct_facts(text, facts)
            }
            3 => self.end(text, ["zxx", lang][usize::from(b % 2)], Action::Withdraw),
            4 if c < 40 => self.end(text, ["zxx", lang][usize::from(b % 2)], Action::Retract),
            4 => {
                let manifest = Some(Manifest::Words(Box::new(noticed(words("Back", &format!("title-{a}"))))));
                let update = Some(Update::Update);
                self.act(text, lang, Action::Correct, |change| Change {
                    update,
                    manifest,
                    ..change
                })
            }
            5 => {
                let slug = format!("topic-{}", a % 3).into();
                let topic = Topic { slug, closed: false };
                self.facts(TOPIC + u128::from(a % 3), "hq", Facts::new(Kind::Topic(topic)))
            }
            6 => {
                let facts = self.placement(text, site, c);
                self.publish_facts(placed, site, facts)
            }
            7 => {
                let facts = self.placement(text, site, c);
                self.correct_facts(placed, facts)
            }
            8 if self.register.by_id(DocumentId(placed)).is_some() => self.end(placed, "zxx", Action::Withdraw),
            9 => {
                let role = ["news", "notices", "other"][usize::from(c % 3)];
                let facts = section(&self.code(site), "news", role);
                self.correct_facts(NEWS + site, facts)
            }
            10 => {
                let country = ["xz", "xy"][usize::from(c % 2)];
                let facts = self.site_facts(site, &self.code(site), country);
                self.correct_facts(site, facts)
            }
            11 if c < 25 => {
                let facts = self.site_facts(site, &format!("{}{}", SITES[usize::from(b % 3)], c % 3), "xz");
                self.correct_facts(site, facts)
            }
            _ => Ok(()),
        }
    }

    fn placement(&self, of: u128, site: u128, choice: u8) -> Facts {
        let placement = Placement {
            of: DocumentId(of),
            on: self.code(site).into(),
            pin: false,
            hide: choice.is_multiple_of(4),
        };
        Facts::new(Kind::Placement(placement))
    }

    /// Every list there can be.
    fn lists(&self) -> Vec<List> {
        let mut lists = Vec::new();
        for site in self.register.sites() {
            let sections = self.register.sections(*site).into_iter().map(Scope::Section);
            let topics = (0..3).filter_map(|n| self.register.by_id(DocumentId(TOPIC + n)));
            let topics = topics.flat_map(|no| [Scope::Topic(no), Scope::Family(no)]);
            for scope in sections.chain(topics).chain([Scope::All]) {
                for lang in ["en", "fr"] {
                    let lang = lang.parse().expect("lang");
                    lists.push(List {
                        site: *site,
                        scope,
                        lang,
                    });
                }
            }
        }
        lists
    }
}

/// What the pages of a list show.
fn shown(register: &Register, list: &List) -> (Vec<YearCount>, Vec<DocNo>, Vec<DocNo>) {
    (
        register.years(list),
        register.newest(list, FRONT),
        register.of_year(list, 2026),
    )
}

fn all_touched(before: &Register, after: &Ministry) -> Result<(), TestCaseError> {
    let register = &after.register;
    for list in after.lists() {
        if shown(before, &list) != shown(register, &list) {
            let touched = register
                .touched_list(&list, ListPart::Front)
                .max(register.touched_site(list.site));
            prop_assert!(touched > before.size(), "{list:?} changed and is not touched");
        }
    }
    Ok(())
}

fn play(steps: &[Step], snapshot_at: Option<usize>) -> Result<Ministry, TestCaseError> {
    let mut m = ministry();
    for (at, step) in steps.iter().enumerate() {
        if snapshot_at == Some(at) {
            let snapshot = Snapshot {
                root: Hash([0; 32]),
                register: std::mem::take(&mut m.register),
            };
            m.register = Snapshot::from_bytes(&snapshot.to_bytes().expect("bytes"))
                .expect("read")
                .register;
        }
        let before = m.register.clone();
        match m.step(*step) {
            Ok(()) => {}
            Err(ComposeError::Refused(_)) => prop_assert!(m.register == before, "refused, and not as before"),
            Err(other) => prop_assert!(false, "{step:?}: {other}"),
        }
        let rows = m.register.check_rows();
        prop_assert!(rows.is_ok(), "after {step:?}: {rows:?}");
        all_touched(&before, &m)?;
    }
    Ok(m)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn lists_are_those_of_the_documents_after_any_changes(
        steps in prop::collection::vec(any::<Step>(), 1..60),
        at in any::<prop::sample::Index>(),
    ) {
        let whole = play(&steps, None)?;
        let resumed = play(&steps, Some(at.index(steps.len())))?;
        prop_assert!(whole.register == resumed.register, "a snapshot in between changes nothing");
    }
}

#[test]
fn a_section_of_another_role_takes_its_carried_texts_along() {
    let mut m = ministry();
    m.news(TEXT, "hq", "2026-03-14", must(&["*"]));
    assert_eq!(m.newest("sable"), [TEXT]);
    m.correct_facts(NEWS + HQ, section("hq", "news", "notices"))
        .expect("corrected");
    assert_eq!(m.newest("sable"), Vec::<u128>::new());
    let site = m.register.site_by_code("sable").expect("site");
    let notices = m.register.section_by_slug(site, "notices").expect("section");
    let list = List {
        site,
        scope: Scope::Section(notices),
        lang: Lang::ENGLISH,
    };
    assert_eq!(m.register.newest(&list, 9).len(), 1);
}

#[test]
fn a_withdrawn_placement_places_nothing() {
    let mut m = ministry();
    m.news(TEXT, "hq", "2026-03-14", rules(2));
    assert_eq!(m.newest("sable"), Vec::<u128>::new());
    let facts = m.placement(TEXT, HQ + 1, 1);
    m.publish_facts(PLACED, HQ + 1, facts).expect("placed");
    assert_eq!(m.newest("sable"), [TEXT]);
    m.end(PLACED, "zxx", Action::Withdraw).expect("withdrawn");
    assert_eq!(m.newest("sable"), Vec::<u128>::new());
    let facts = m.placement(TEXT, HQ + 1, 1);
    m.correct_facts(PLACED, facts).expect("reinstated");
    assert_eq!(m.newest("sable"), [TEXT]);
}

#[test]
fn a_topic_that_comes_after_its_texts_lists_them() {
    let mut m = ministry();
    let facts = Facts {
        topics: vec![DocumentId(TOPIC)],
        ..m.news_facts("hq", "2026-03-14", vec![])
    };
    m.facts(TEXT, "hq", facts).expect("facts");
    m.words(TEXT, "hq", "en", words("Title", "title")).expect("words");
    let topic = Topic {
        slug: "light".into(),
        closed: false,
    };
    m.facts(TOPIC, "hq", Facts::new(Kind::Topic(topic))).expect("topic");
    let site = m.register.site_by_code("hq").expect("site");
    let topic = m.register.topic_by_slug(site, "light").expect("topic");
    let list = List {
        site,
        scope: Scope::Topic(topic),
        lang: Lang::ENGLISH,
    };
    assert_eq!(m.register.newest(&list, 9).len(), 1);
}

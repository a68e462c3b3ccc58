//! A ministry with one mission, for exports.

use crate::{
    cmd::{
        end::{self, Ending},
        freeze, init,
        rooted::Rooted,
        site,
    },
    folder::Folder,
    writing::Writing,
};
use record::{
    body::{Block, BlockId, Inline, Kind as BlockKind},
    compose::Change,
    date::Moment,
    entry::{Action, Reason, Update},
    facts::{Carry, Facts, Hours, Kind, Mode, Office, Section, Show, Site, TextKind, Topic},
    id::DocumentId,
    lang::Lang,
    register::Manifest,
    words::Words,
};
use std::path::PathBuf;

pub(super) struct Family {
    home: tempfile::TempDir,
    now: i64,
    ids: u128,
    pub(super) topic: DocumentId,
    sections: Vec<(&'static str, &'static str, DocumentId)>,
}

impl Family {
    /// A ministry `hq` and a mission `m1`, each with sections, a shared topic, and some texts.
    pub(super) fn with_texts() -> Self {
        let mut family = Self::empty();
        family.add_site("hq");
        family.add_site("m1");
        for (site, slug) in [("hq", "news"), ("m1", "news"), ("m1", "remarks")] {
            let id = family.id();
            family.sections.push((site, slug, id));
            let section = Section {
                slug: slug.into(),
                role: slug.into(),
                show: Show::List,
            };
            let facts = Facts {
                site: Some(site.into()),
                ..Facts::new(Kind::Section(section))
            };
            family.put(id, site, facts, &[]);
        }
        let topic = Facts::new(Kind::Topic(Topic {
            slug: "tides".into(),
            closed: false,
        }));
        family.topic = family.id();
        family.put(family.topic, "hq", topic, &[("en", "Tides")]);
        let topic = family.topic;
        family.publish("m1", "en", "first", "2025-02-01", &[topic]);
        family.publish("m1", "ar", "second", "2026-03-01", &[]);
        family.publish("hq", "en", "third", "2026-03-02", &[topic]);
        family.carry("carried", "2026-02-02");
        family
    }

    pub(super) fn empty() -> Self {
        let home = tempfile::tempdir().unwrap();
        let names = vec![(Lang::ENGLISH, "Ministry of Tides".to_owned())];
        let kin = init::Family {
            witnesses: None,
            predecessor: None,
            origin: "record.mfa.example",
            ministry: "hq",
            names,
            countries: Vec::new(),
        };
        let now = 1_780_000_000;
        init::make(&home.path().join("data"), &kin, Moment(now)).unwrap();
        Self {
            home,
            now,
            ids: 0,
            topic: DocumentId(0),
            sections: Vec::new(),
        }
    }

    pub(super) fn folder(&self) -> Folder {
        Folder::open(&self.home.path().join("data")).unwrap()
    }

    pub(super) fn out(&self) -> PathBuf {
        self.home.path().join("out")
    }

    pub(super) fn id(&mut self) -> DocumentId {
        self.ids += 1;
        DocumentId::from_random(self.ids.to_be_bytes())
    }

    fn write(&mut self, make: impl FnOnce(&mut Writing, Moment)) {
        self.now += 60;
        let mut writing = Writing::open(self.folder()).unwrap();
        make(&mut writing, Moment(self.now));
        writing.close().unwrap();
    }

    pub(super) fn add_site(&mut self, code: &'static str) {
        let langs: Vec<Lang> = ["en", "ar"].iter().map(|tag| tag.parse().unwrap()).collect();
        let facts = Site {
            code: code.into(),
            kind: None,
            country: None,
            hosts: Vec::new(),
            langs,
            menu: Vec::new(),
            zone: Some("Etc/UTC".into()),
        };
        let names = vec![(Lang::ENGLISH, format!("Site {code}"))];
        let wanted = site::Wanted {
            code: code.into(),
            names,
            site: facts,
        };
        self.write(|writing, now| drop(site::add(writing, vec![wanted], &[], now).unwrap()));
    }

    /// Publishes changes if the record takes them; else nothing happens.
    pub(super) fn may_publish(&mut self, changes: Vec<Change>) -> bool {
        self.now += 60;
        let mut writing = Writing::open(self.folder()).unwrap();
        let done = writing.publish(changes, Moment(self.now)).is_ok();
        if done {
            writing.close().unwrap();
        }
        done
    }

    /// Ends the record.
    pub(super) fn freeze(&mut self) {
        let args = freeze::Args {
            folder: self.home.path().join("data"),
            successor: Some("record2.mfa.example".to_owned()),
            good: None,
            rooted: Rooted {
                yes: true,
                ..Rooted::default()
            },
        };
        freeze::run(&args).unwrap();
    }

    fn put(&mut self, id: DocumentId, mission: &str, facts: Facts, names: &[(&str, &str)]) {
        let mut changes = vec![Change::publish(
            id,
            Lang::FACTS,
            mission,
            Manifest::Facts(Box::new(facts)),
        )];
        for (lang, name) in names {
            let words = Manifest::Words(Box::new(Words::new(name)));
            changes.push(Change::publish(id, lang.parse().unwrap(), mission, words));
        }
        self.write(|writing, now| drop(writing.publish(changes, now).unwrap()));
    }

    fn section(&self, site: &str, slug: &str) -> DocumentId {
        self.sections
            .iter()
            .find(|(of, named, _)| *of == site && *named == slug)
            .unwrap()
            .2
    }

    fn facts(&self, site: &str, date: &str, topics: &[DocumentId]) -> Facts {
        let month = date[..7].parse().unwrap();
        let dated = record::facts::Dated {
            assumed: Vec::new(),
            local: date.parse().unwrap(),
            offset: None,
            zone: None,
        };
        Facts {
            site: Some(site.into()),
            section: Some(self.section(site, "news")),
            month: Some(month),
            date: Some(dated),
            topics: topics.to_vec(),
            ..Facts::new(Kind::Text(TextKind::News))
        }
    }

    fn text(&mut self, site: &str, lang: &str, slug: &str, facts: Facts) -> DocumentId {
        let id = self.id();
        let text = vec![Inline::Plain(format!("All that is said in {slug}."))];
        let body = vec![Block {
            id: BlockId(1),
            kind: BlockKind::Paragraph { text, voice: None },
        }];
        let words = Words {
            slug: Some(slug.into()),
            body,
            ..Words::new(&format!("The title of {slug}"))
        };
        let changes = vec![
            Change::publish(id, Lang::FACTS, site, Manifest::Facts(Box::new(facts))),
            Change::publish(id, lang.parse().unwrap(), site, Manifest::Words(Box::new(words))),
        ];
        self.write(|writing, now| drop(writing.publish(changes, now).unwrap()));
        id
    }

    pub(super) fn publish(
        &mut self,
        site: &str,
        lang: &str,
        slug: &str,
        date: &str,
        topics: &[DocumentId],
    ) -> DocumentId {
        let facts = self.facts(site, date, topics);
        self.text(site, lang, slug, facts)
    }

    /// A text of the ministry that every site carries.
    fn carry(&mut self, slug: &str, date: &str) {
        let carry = Carry {
            countries: Vec::new(),
            langs: Vec::new(),
            mode: Mode::Must,
            sites: vec!["*".into()],
            topics: Vec::new(),
        };
        let facts = Facts {
            carry: vec![carry],
            ..self.facts("hq", date, &[])
        };
        self.text("hq", "en", slug, facts);
    }

    pub(super) fn publish_old(&mut self, site: &str, slug: &str, old: &[&str]) {
        let old = old.iter().map(|url| (*url).into()).collect();
        let facts = Facts {
            old,
            ..self.facts(site, "2026-03-09", &[])
        };
        self.text(site, "en", slug, facts);
    }

    pub(super) fn end(&mut self, doc: DocumentId, action: Action) {
        let ending = Ending {
            action,
            lang: Lang::FACTS,
            reason: Reason::NotStated,
            notice: Vec::new(),
        };
        self.write(|writing, now| {
            let changes = end::changes(&writing.register, &[doc], &ending).unwrap();
            writing.publish(changes, now).unwrap();
        });
    }

    fn correct(&mut self, doc: DocumentId, lang: Lang, manifest: impl FnOnce(&Writing) -> Manifest) {
        self.write(|writing, now| {
            let mission = writing
                .register
                .document(writing.register.by_id(doc).unwrap())
                .mission
                .clone();
            let manifest = manifest(writing);
            let change = Change {
                action: Action::Correct,
                update: Some(Update::Update),
                ..Change::publish(doc, lang, &mission, manifest)
            };
            writing.publish(vec![change], now).unwrap();
        });
    }

    /// Moves a text to another section of its site.
    #[allow(dead_code, reason = "for tests of moved texts")]
    pub(super) fn move_to(&mut self, doc: DocumentId, slug: &str) {
        let section = self.section("m1", slug);
        self.correct(doc, Lang::FACTS, |writing| {
            let facts = writing
                .register
                .document(writing.register.by_id(doc).unwrap())
                .facts
                .clone();
            Manifest::Facts(Box::new(Facts {
                section: Some(section),
                ..(*facts).clone()
            }))
        });
    }

    pub(super) fn rename_topic(&mut self, name: &str) {
        let words = Words::new(name);
        self.correct(self.topic, Lang::ENGLISH, |_| Manifest::Words(Box::new(words)));
    }

    /// An office that is open on some hours of each day.
    #[allow(dead_code, reason = "for tests of pages that the clock changes")]
    pub(super) fn add_office(&mut self, site: &str) {
        let hours = Hours {
            days: (1..=7).collect(),
            r#for: "office".into(),
            from: "09:00".into(),
            to: "16:30".into(),
        };
        let office = Office {
            country: Some("xz".into()),
            hours: vec![hours],
            zone: Some("Etc/UTC".into()),
            ..Office::default()
        };
        let facts = Facts {
            site: Some(site.into()),
            ..Facts::new(Kind::Office(Box::new(office)))
        };
        let id = self.id();
        self.put(id, site, facts, &[("en", "Office")]);
    }
}

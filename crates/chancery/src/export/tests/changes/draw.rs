//! What may be said: words that link to anything, and facts of every kind.

use super::{MISSIONS, Play, What, tag};
use record::{
    body::{Block, BlockId, Inline, Kind as BlockKind, Target, Text},
    facts::{
        Appointment, Callable, Carry, Dated, Facts, Kind, Mode, Office, Participant, Person, Placement, Section, Show,
        Site, TextKind, Topic,
    },
    id::DocumentId,
    words::{Authority, NoticeText, Source, Words},
};

impl Play {
    /// Running text that links to something, or shows an office.
    pub(super) fn body(&mut self) -> Vec<Block> {
        let all: Vec<DocumentId> = self.known.iter().map(|(id, ..)| *id).collect();
        let mut text: Text = vec![Inline::Plain(format!("Said {} times. ", self.random.below(99)))];
        if let Some(id) = self.random.of(&all).filter(|_| self.random.one_in(2)) {
            let inner = vec![Inline::Plain("See there".into())];
            text.push(Inline::Link {
                to: Target::Document { id, block: None },
                text: inner,
            });
        }
        let mut body = vec![Block {
            id: BlockId(1),
            kind: BlockKind::Paragraph { text, voice: None },
        }];
        let offices = self.ids(What::Office, None);
        if let Some(office) = self.random.of(&offices).filter(|_| self.random.one_in(3)) {
            body.push(Block {
                id: BlockId(2),
                kind: BlockKind::Contact { office },
            });
        }
        body
    }

    pub(super) fn words(
        &mut self,
        id: DocumentId,
        what: What,
        source: Option<Source>,
        notice: Vec<NoticeText>,
    ) -> Words {
        let title = if what == What::Placement {
            String::new()
        } else {
            format!("Title {}", self.random.below(999))
        };
        let authority = if source.is_some() {
            Authority::Courtesy
        } else {
            Authority::Original
        };
        Words {
            slug: (what == What::Text).then(|| format!("text-{id}").into()),
            body: if what == What::Section || what == What::Site {
                Vec::new()
            } else {
                self.body()
            },
            summary: self.random.one_in(2).then(|| "In a sentence.".into()),
            source,
            authority,
            notice,
            ..Words::new(&title)
        }
    }

    pub(super) fn text_facts(&mut self, mission: &'static str, standing: bool) -> Facts {
        let date = self
            .random
            .of(&["2026-03-14", "2026-03-02", "2025-12-31", "2024-05-05"])
            .unwrap();
        let dated = Dated {
            assumed: Vec::new(),
            local: date.parse().unwrap(),
            offset: None,
            zone: None,
        };
        let kind = if standing { TextKind::Page } else { TextKind::News };
        let sections = self.ids(What::Section, Some(mission));
        let topics = self.ids(What::Topic, None);
        let people = self.ids(What::Person, None);
        let person = self.random.of(&people).map(|person| Participant {
            country: None,
            n: "m1".into(),
            part: "participant".into(),
            person: Some(person),
        });
        Facts {
            site: Some(self.code(mission)),
            section: self.random.of(&sections),
            month: Some(date[..7].parse().unwrap()),
            date: Some(dated),
            topics: self.random.some(&topics, 2),
            people: person.into_iter().filter(|_| !standing).collect(),
            carry: self.rules(),
            ..Facts::new(Kind::Text(kind))
        }
    }

    pub(super) fn rules(&mut self) -> Vec<Carry> {
        let rule = |mode, sites: &[&str], countries: &[&str]| Carry {
            countries: countries.iter().map(|c| (*c).into()).collect(),
            langs: Vec::new(),
            mode,
            sites: sites.iter().map(|s| (*s).into()).collect(),
            topics: Vec::new(),
        };
        match self.random.below(8) {
            0 => vec![rule(Mode::Must, &["*"], &[])],
            1 => vec![rule(Mode::Must, &["m1"], &[])],
            2 => vec![rule(Mode::May, &["*"], &[])],
            3 => vec![rule(Mode::Must, &[], &["xb"])],
            _ => Vec::new(),
        }
    }

    pub(super) fn other_site(&mut self, site: &Site) -> Facts {
        let mut site = site.clone();
        match self.random.below(6) {
            0 => {
                site.hosts = if site.hosts.is_empty() {
                    vec![format!("{}.example", site.code).into()]
                } else {
                    Vec::new()
                }
            }
            1 => {
                let langs = [vec!["en", "ar"], vec!["ar", "en", "fr"], vec!["en"]];
                site.langs = self.random.of(&langs).unwrap().into_iter().map(tag).collect();
            }
            2 => site.country = Some(self.random.of(&["xa", "xb"]).unwrap().into()),
            3 => site.zone = Some("Asia/Ho_Chi_Minh".into()),
            4 => site.menu = self.random.some(&self.ids(What::Section, None), 3),
            _ => site.kind = Some("embassy".into()),
        }
        Facts::new(Kind::Site(Box::new(site)))
    }

    pub(super) fn topic(&mut self, mission: &str, slug: &str) -> Facts {
        let topic = Topic {
            slug: slug.into(),
            closed: self.random.one_in(3),
        };
        let own = self.random.one_in(2).then(|| self.code(mission));
        Facts {
            site: own,
            ..Facts::new(Kind::Topic(topic))
        }
    }

    pub(super) fn person(&mut self, mission: &str, slug: &str) -> Facts {
        let at = self.random.of(&MISSIONS).map(|at| self.code(at));
        let appointment = Appointment {
            from: Some("2024".into()),
            mission: at,
            n: "p1".into(),
            role: self.random.of(&["ambassador", "other"]).unwrap().into(),
            to: self.random.one_in(3).then(|| "2025".into()),
        };
        let appointments = if self.random.one_in(4) {
            Vec::new()
        } else {
            vec![appointment]
        };
        let person = Person {
            slug: slug.into(),
            appointments,
        };
        Facts {
            site: Some(self.code(mission)),
            ..Facts::new(Kind::Person(Box::new(person)))
        }
    }

    pub(super) fn office(&mut self, mission: &str) -> Facts {
        let phone = Callable {
            r#for: "switchboard".into(),
            number: format!("+00 {}", 1000 + self.random.below(9000)).into(),
        };
        let office = Office {
            country: Some("xa".into()),
            zone: Some("Etc/UTC".into()),
            phones: vec![phone],
            ..Office::default()
        };
        Facts {
            site: Some(self.code(mission)),
            ..Facts::new(Kind::Office(Box::new(office)))
        }
    }

    pub(super) fn placement(&mut self, mission: &str) -> Option<Facts> {
        let of = self.random.of(&self.ids(What::Text, None))?;
        let (pin, hide) = self.random.of(&[(true, false), (false, true), (false, false)]).unwrap();
        let placement = Placement {
            of,
            on: self.code(mission),
            pin,
            hide,
        };
        Some(Facts::new(Kind::Placement(placement)))
    }
}

pub(super) fn section(site: &str, slug: &str, role: &str, show: Show) -> Facts {
    let section = Section {
        slug: slug.into(),
        role: role.into(),
        show,
    };
    Facts {
        site: Some(site.into()),
        ..Facts::new(Kind::Section(section))
    }
}

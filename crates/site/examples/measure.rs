//! Measures what pages cost: `cargo run --release -p site --example measure [TEXTS]`.
//!
//! An invented ministry is made in memory; its text pages are rendered over and over on one core. Prints microseconds a
//! page, its size, and the cost of home and year pages.

use record::{
    body::{Block, BlockId, Inline, Kind as Part},
    compose::{Change, Composer},
    date::{Local, Moment, Offset},
    entry::Action,
    facts::{Dated, Facts, Kind, Section, Show, Site, TextKind, Theme as ThemeFact},
    id::DocumentId,
    keys::{KeyChange, Role},
    lang::Lang,
    register::{Manifest, Register},
    seal::Commitment,
    words::Words,
};
use site::{
    address::{self, Address, Selection},
    frame::Frames,
    theme::Theme,
    view::{Bases, Source, View},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    error::Error,
    time::Instant,
};
use tlog::{hash::Hash, note::SigningKey};

#[derive(Default)]
struct Store(HashMap<Commitment, Vec<u8>>);

impl Source for Store {
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>> {
        self.0.get(commitment).map(|blob| Cow::Borrowed(&blob[32..]))
    }
    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.0.get(commitment).cloned()
    }
    fn entry(&self, _: u64) -> Option<Vec<u8>> {
        None
    }
    fn proof(&self, _: u64) -> Option<String> {
        None
    }
}

struct World {
    register: Register,
    store: Store,
    office: SigningKey,
    now: i64,
}

impl World {
    fn new() -> Result<Self, Box<dyn Error>> {
        let key = |name: &str, seed| SigningKey::generate(name, [seed; 32]);
        let (log, root) = (key("record.example", 1)?, key("record.example/root/1", 2)?);
        let office = key("record.example/m/mfa/1", 3)?;
        let add = |key: &SigningKey, from, role, mission: Option<&str>| KeyChange::Add {
            from,
            mission: mission.map(Into::into),
            role,
            vkey: key.verifier().to_string().into(),
        };
        let keys = vec![
            add(&log, 0, Role::Log, None),
            add(&root, 0, Role::Root, None),
            add(&office, 1, Role::Office, Some("mfa")),
        ];
        let mut register = Register::default();
        Composer {
            register: &mut register,
            now: Moment(1_700_000_000),
            keys: &|_| None,
            salt: &mut || [0; 32],
            reread: false,
        }
        .genesis("record.example", keys, Hash([0; 32]), None, &[&root])?;
        Ok(Self {
            register,
            store: Store::default(),
            office,
            now: 1_700_000_000,
        })
    }

    fn add(&mut self, id: u128, lang: Lang, manifest: Manifest) -> Result<(), Box<dyn Error>> {
        self.now += 60;
        let (office, salt) = (&self.office, self.now.to_be_bytes());
        let mut composer = Composer {
            register: &mut self.register,
            now: Moment(self.now),
            keys: &|_| Some(office as &dyn tlog::Signs),
            reread: false,
            salt: &mut || {
                let mut bytes = [7; 32];
                bytes[..8].copy_from_slice(&salt);
                bytes
            },
        };
        let change = Change {
            action: Action::Publish,
            ..Change::publish(DocumentId(id), lang, "mfa", manifest)
        };
        let composed = composer.content(change)?;
        if let Some(sealed) = composed.sealed {
            self.store.0.insert(sealed.commitment, sealed.blob);
        }
        Ok(())
    }

    fn facts(&mut self, id: u128, facts: Facts) -> Result<(), Box<dyn Error>> {
        self.add(id, Lang::FACTS, Manifest::Facts(Box::new(facts)))
    }

    fn structure(&mut self) -> Result<(), Box<dyn Error>> {
        let theme = ThemeFact {
            content: None,
            name: "default".into(),
            version: 1,
        };
        self.facts(
            98,
            Facts::new(Kind::Family {
                ministry: "mfa".into(),
                countries: vec![],
                theme,
            }),
        )?;
        let site = Site {
            code: "mfa".into(),
            kind: Some("ministry".into()),
            country: None,
            hosts: vec![],
            langs: vec![Lang::ENGLISH, "ar".parse()?],
            menu: vec![],
            zone: Some("UTC".into()),
        };
        self.facts(1, Facts::new(Kind::Site(Box::new(site))))?;
        self.add(
            1,
            Lang::ENGLISH,
            Manifest::Words(Box::new(Words::new("Ministry of Foreign Affairs"))),
        )?;
        for (number, role) in (100..).zip(["news", "statements", "remarks", "ambassador", "consular", "culture"]) {
            let section = Section {
                slug: role.into(),
                role: role.into(),
                show: Show::List,
            };
            self.facts(
                number,
                Facts {
                    site: Some("mfa".into()),
                    ..Facts::new(Kind::Section(section))
                },
            )?;
        }
        Ok(())
    }

    fn text(&mut self, number: u128) -> Result<(), Box<dyn Error>> {
        let local: Local = format!("2025-{:02}-{:02}T15:08", number % 12 + 1, number % 28 + 1).parse()?;
        let dated = Dated {
            assumed: vec![],
            local,
            offset: Some(Offset(0)),
            zone: Some("UTC".into()),
        };
        self.facts(
            1000 + number,
            Facts {
                site: Some("mfa".into()),
                section: Some(DocumentId(100)),
                date: Some(dated),
                month: Some(local.month()),
                ..Facts::new(Kind::Text(TextKind::Statement))
            },
        )?;
        let paragraph = |id| Block {
            id: BlockId(id),
            kind: Part::Paragraph {
                text: vec![Inline::Plain(SENTENCE.repeat(5).trim_end().to_owned())],
                voice: None,
            },
        };
        let words = Words {
            slug: Some(format!("statement-{number}").into()),
            summary: Some("The council met in the harbour and agreed on what to do about the nets.".into()),
            body: (1..=10).map(paragraph).collect(),
            ..Words::new(&format!("Statement {number} of the Harbour Council on lost nets"))
        };
        self.add(1000 + number, Lang::ENGLISH, Manifest::Words(Box::new(words)))
    }
}

const SENTENCE: &str =
    "The members of the council agreed that lost nets are marked and brought home at the cost of the fleet. ";

/// Whether an address is of some kind.
type Is = fn(&Address) -> bool;

fn main() -> Result<(), Box<dyn Error>> {
    let count: u128 = std::env::args().nth(1).map_or(Ok(1000), |n| n.parse())?;
    let mut world = World::new()?;
    world.structure()?;
    (0..count).try_for_each(|number| world.text(number))?;
    let (theme, bases, frames) = (
        Theme::new(&BTreeMap::default(), false)?,
        Bases::new("https://mfa.example"),
        Frames::new(),
    );
    let view = View {
        register: &world.register,
        source: &world.store,
        theme: &theme,
        bases: &bases,
        frames: &frames,
        carried: true,
    };
    let selection = Selection {
        core: true,
        md: false,
        txt: false,
        json: false,
        proof: false,
        feeds: false,
        html: true,
    };
    let all: Vec<Address> = address::all(&view, selection).collect();
    let kinds: [(&str, Is); 4] = [
        ("text", |a| matches!(a, Address::Document { .. })),
        ("home", |a| matches!(a, Address::Home { .. })),
        ("front", |a| matches!(a, Address::Front { .. })),
        ("year or month", |a| {
            matches!(a, Address::Year { .. } | Address::Month { .. })
        }),
    ];
    for (name, is_kind) in kinds {
        measure(name, &view, all.iter().copied().filter(is_kind).collect());
    }
    Ok(())
}

/// Time this process spent on a core, where the system tells it; it does not depend on what else runs.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |n| n / 1e9)
}

static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);

fn measure(name: &str, view: &View<'_>, pages: Vec<Address>) {
    let now = Moment(1_790_000_000);
    let rounds = 5000 / pages.len().max(1) + 1;
    let (mut best, mut bytes) = (f64::MAX, 0);
    for _ in 0..5 {
        let start = cpu_seconds();
        bytes = (0..rounds)
            .flat_map(|_| &pages)
            .map(|page| site::render(view, page, now).bytes.len())
            .sum();
        best = best.min(cpu_seconds() - start);
    }
    let made = pages.len() * rounds;
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let each = best * 1e6 / made as f64;
    println!(
        "{name}: {each:.1} µs a page, {} bytes, {} pages",
        bytes / made,
        pages.len()
    );
}

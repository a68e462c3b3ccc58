//! An invented ministry, one entry at a time, and an allocator that counts.

#![allow(unsafe_code, reason = "an allocator is unsafe by its nature; this one only counts")]

use record::{
    body::{Block, BlockId, Inline, Kind as BlockKind},
    date::{Local, Moment, Offset},
    entry::{self, Action, Body, Content, Entry},
    facts::{Carry, Dated, Facts, Kind, Mode, Section, Show, Site, TextKind, Theme, Topic},
    id::DocumentId,
    keys::{KeyChange, Role},
    lang::Lang,
    manifest::Manifest,
    register::Refusal,
    seal::Commitment,
    words::Words,
};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};
use tlog::{
    hash::{Hash, sha256},
    note::SigningKey,
};

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What an allocation takes of a usual allocator: multiples of 16 bytes.
fn taken(layout: Layout) -> usize {
    layout.size().next_multiple_of(16)
}

// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(taken(layout), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(taken(layout), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Bytes allocated now.
pub(super) fn allocated() -> usize {
    ALLOCATED.load(Ordering::Relaxed)
}

/// Time that this thread has had on a processor; the wall clock where the system does not tell.
pub(super) struct Cpu(Option<f64>, Instant);

impl Cpu {
    pub(super) fn now() -> Self {
        Self(cpu(), Instant::now())
    }

    /// Seconds since then.
    pub(super) fn seconds(&self) -> f64 {
        let cpu = self.0.zip(cpu()).map(|(before, now)| now - before);
        cpu.unwrap_or_else(|| self.1.elapsed().as_secs_f64())
    }
}

fn cpu() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

const LANGS: [&str; 10] = ["en", "fr", "ar", "zh-Hans", "vi", "es", "pt", "ru", "de", "ja"];

/// A ministry of so many sites and documents.
pub(super) struct Family {
    pub(super) sites: u32,
    pub(super) documents: u32,
}

/// An entry, its leaf hash and its manifest.
pub(super) type Step = (Entry, Hash, Option<Manifest>);
type Apply<'a> = dyn FnMut(Vec<Step>) -> Result<(), Refusal> + 'a;
/// Entries of one batch: enough for a clock, little enough for memory.
const BATCH: usize = 10_000;

impl Family {
    /// Calls `apply` for all entries, in order.
    pub(super) fn batches(&self, apply: &mut Apply<'_>) -> Result<(), Refusal> {
        let mut writer = Writer {
            apply,
            batch: Vec::new(),
            chains: HashMap::new(),
            size: 0,
            versions: HashMap::new(),
        };
        writer.genesis()?;
        writer.facts(
            1,
            "m0",
            Facts::new(Kind::Family {
                ministry: "m0".into(),
                countries: vec![],
                theme: Theme {
                    content: None,
                    name: "default".into(),
                    version: 1,
                },
            }),
        )?;
        for site in 0..self.sites {
            writer.site(site)?;
        }
        for topic in 0..3u32 {
            writer.facts(
                topic_id(topic),
                "m0",
                Facts::new(Kind::Topic(Topic {
                    slug: format!("topic-{topic}").into(),
                    closed: false,
                })),
            )?;
        }
        (0..self.documents).try_for_each(|number| self.document(number, &mut writer))?;
        (writer.apply)(writer.batch)
    }

    fn document(&self, number: u32, writer: &mut Writer<'_, '_>) -> Result<(), Refusal> {
        let site = number % self.sites;
        let code = format!("m{site}");
        let lang = LANGS[(number / self.sites) as usize % LANGS.len()];
        let id = u128::from(number) << 64 | 0x5eed << 32 | 0xd0c;
        let month = 1 + (number / 28) % 12;
        let local: Local = format!("{}-{month:02}-{:02}T09:30", 2010 + number % 15, 1 + number % 28)
            .parse()
            .unwrap_or(Local {
                date: jiff_date(),
                time: None,
            });
        let carry = Carry {
            countries: vec![],
            langs: vec![],
            mode: Mode::Must,
            sites: vec!["*".into()],
            topics: vec![],
        };
        let facts = Facts {
            site: Some(code.as_str().into()),
            section: Some(section_id(site)),
            month: Some(local.month()),
            date: Some(Dated {
                assumed: vec![],
                local,
                offset: Some(Offset(420)),
                zone: Some("Asia/Ho_Chi_Minh".into()),
            }),
            topics: if number.is_multiple_of(3) {
                vec![DocumentId(topic_id(number % 9 / 3))]
            } else {
                vec![]
            },
            carry: if number.is_multiple_of(50) { vec![carry] } else { vec![] },
            old: if number.is_multiple_of(2) {
                vec![format!("http://old.example/{code}/t{number}.htm?a=1").into()]
            } else {
                vec![]
            },
            ..Facts::new(Kind::Text(TextKind::News))
        };
        writer.facts(id, &code, facts)?;
        let words = Words {
            slug: Some(format!("a-statement-on-the-harbour-number-{number}").into()),
            summary: Some("The harbour opens to ships of all flags in spring, and the ferry runs twice a week.".into()),
            ..Words::new(&format!("A statement on the harbour and its ferry, number {number}"))
        };
        writer.words(id, &code, lang, words)
    }
}

fn jiff_date() -> jiff::civil::Date {
    jiff::civil::Date::constant(2020, 1, 1)
}

fn topic_id(topic: u32) -> u128 {
    0x70_0000 + u128::from(topic)
}

fn section_id(site: u32) -> DocumentId {
    DocumentId(0x5ec0_0000 + u128::from(site))
}

/// Words with so many paragraphs of about 400 bytes, every third of them with a stressed word.
pub(super) fn long_words(blocks: u32) -> Words {
    const SENTENCE: &str = "The keepers of the light were thanked for a winter without loss – “none since the great storm” – \
        and the harbour opens to ships of all flags in spring; the ferry runs twice a week between both coasts, as it did. ";
    let plain = |words: String| Inline::Plain(words);
    let text = |n: u32| match n % 3 {
        0 => vec![
            plain(format!("{n}. {SENTENCE}{SENTENCE}The crossing takes ")),
            Inline::Em(vec![plain("two hours".into())]),
            plain(" in summer.".into()),
        ],
        _ => vec![plain(format!("{n}. {SENTENCE}{SENTENCE}The crossing takes two hours."))],
    };
    let block = |n| Block {
        id: BlockId(n),
        kind: BlockKind::Paragraph {
            text: text(n),
            voice: None,
        },
    };
    Words {
        slug: Some("light".into()),
        body: (1..=blocks).map(block).collect(),
        ..Words::new("Of the light")
    }
}

struct Writer<'a, 'b> {
    apply: &'a mut Apply<'b>,
    batch: Vec<Step>,
    chains: HashMap<String, (u64, Hash)>,
    versions: HashMap<(u128, Lang), (u32, Hash)>,
    size: u64,
}

impl Writer<'_, '_> {
    fn genesis(&mut self) -> Result<(), Refusal> {
        let key = |name: &str, seed| {
            SigningKey::generate(name, [seed; 32])
                .ok()
                .map(|key| key.verifier().to_string().into())
        };
        let keys = [
            ("record.example", Role::Log, 1),
            ("record.example/root/1", Role::Root, 2),
        ];
        let keys = keys.into_iter().filter_map(|(name, role, seed)| {
            Some(KeyChange::Add {
                from: 0,
                mission: None,
                role,
                vkey: key(name, seed)?,
            })
        });
        let body = Body::Genesis {
            keys: keys.collect(),
            origin: "record.example".into(),
            policy: Hash([0; 32]),
            quorum: 1,
            predecessor: None,
        };
        self.push(body, None, Hash([0; 32]))
    }

    fn push(&mut self, body: Body, manifest: Option<Manifest>, leaf: Hash) -> Result<(), Refusal> {
        let issued = Moment(1_770_000_000 + i64::try_from(self.size).unwrap_or(0));
        self.size += 1;
        self.batch.push((Entry { issued, body }, leaf, manifest));
        if self.batch.len() < BATCH {
            return Ok(());
        }
        (self.apply)(std::mem::take(&mut self.batch))
    }

    fn site(&mut self, site: u32) -> Result<(), Refusal> {
        let code = format!("m{site}");
        let langs = LANGS.iter().filter_map(|lang| lang.parse().ok()).collect();
        let facts = Site {
            code: code.as_str().into(),
            kind: None,
            country: Some("xd".into()),
            hosts: vec![],
            langs,
            menu: vec![],
            zone: None,
        };
        self.facts(
            0x517e_0000 + u128::from(site),
            &code,
            Facts::new(Kind::Site(Box::new(facts))),
        )?;
        let section = Section {
            slug: "news".into(),
            role: "news".into(),
            show: Show::List,
        };
        let facts = Facts {
            site: Some(code.as_str().into()),
            ..Facts::new(Kind::Section(section))
        };
        self.facts(section_id(site).0, &code, facts)
    }

    fn facts(&mut self, id: u128, mission: &str, facts: Facts) -> Result<(), Refusal> {
        self.content(id, mission, Lang::FACTS, Manifest::Facts(Box::new(facts)))
    }

    fn words(&mut self, id: u128, mission: &str, lang: &str, words: Words) -> Result<(), Refusal> {
        let lang = lang.parse().unwrap_or(Lang::ENGLISH);
        self.content(id, mission, lang, Manifest::Words(Box::new(words)))
    }

    fn content(&mut self, id: u128, mission: &str, lang: Lang, manifest: Manifest) -> Result<(), Refusal> {
        let leaf = sha256(&self.size.to_be_bytes());
        let chain = self.chains.insert(mission.to_owned(), (0, leaf));
        let seq = chain.map_or(1, |(seq, _)| seq + 1);
        self.chains.insert(mission.to_owned(), (seq, leaf));
        let before = self.versions.get(&(id, lang)).copied();
        let version = before.map_or(1, |(version, _)| version + 1);
        self.versions.insert((id, lang), (version, leaf));
        let sealed = entry::Manifest {
            content: Commitment(leaf),
            size: 1000,
            media: manifest.media(),
        };
        let content = Content {
            action: if version == 1 { Action::Publish } else { Action::Correct },
            id: DocumentId(id),
            lang,
            version,
            mission: mission.into(),
            seq,
            prev: chain.map(|(_, leaf)| leaf),
            supersedes: before.map(|(_, leaf)| leaf),
            update: None,
            reason: None,
            sealed: Some(sealed),
        };
        self.push(Body::Content(content), Some(manifest), leaf)
    }
}

//! JSON Lines on their way through, in bounded memory: one thread reads and parses, one composes, one signs,
//! one commits.

use super::{
    Tally,
    bulk::{self, Bulk, Clock},
    captures::Captured,
    decide,
    lines::{self, RawLine},
    piece::{Piece, Place, check_address},
    review::Review,
    structure::Structure,
};
use crate::{
    output::{Done, Failure},
    progress::Progress,
    writing::Writing,
};
use import::{
    candidate::Remark,
    jsonl::{self, Statement},
    text::{CarryForm, ParticipantForm},
};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use record::{
    date::Offset,
    entry::Action,
    facts::{Capture, Carry, Dated, Facts, Kind, Participant, Place as FactsPlace, is_slug},
    lang::Lang,
    register::Register,
    words::Words,
};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, mpsc::SyncSender, mpsc::sync_channel},
};
use tlog::hash::{Hash, sha256};

/// Name of this importer and version of its rules.
pub const IMPORTER: &str = "jsonl/1";
/// Problems that a dry run tells.
const MOST_PROBLEMS: usize = 50;

/// What is wanted of an import of JSON Lines.
pub struct Wanted<'a> {
    /// The files, in order.
    pub files: &'a [PathBuf],
    /// Archive or publish.
    pub action: Action,
    /// Nothing missing is made.
    pub strict: bool,
    /// Nothing is written.
    pub dry: bool,
    /// Of a dry run: sites to be taken as there.
    pub sites: &'a [crate::cmd::site::Wanted],
}

/// What an import came to, also where it stopped.
#[derive(Debug, Default)]
pub struct Came {
    /// What is on record of it; of a dry run what would be.
    pub tally: Tally,
    /// What a dry run found wrong.
    pub problems: Vec<String>,
    /// What a person should look at.
    pub review: Review,
    /// Statements and rate, in one line.
    pub speed: String,
    /// Where the statements stand that have no text; the first twenty.
    pub empty: Vec<String>,
    /// How many have none.
    pub empty_count: u64,
}

/// Statements without a text that are told one by one.
const MOST_EMPTY: usize = 20;

impl Came {
    fn note_empty(&mut self, piece: &Piece) {
        self.empty_count += 1;
        if self.empty.len() < MOST_EMPTY {
            self.empty.push(piece.place.to_string());
        }
    }
}

/// Imports files. What was committed before an error stays; `came` says what that is.
pub fn import(writing: &mut Writing, wanted: &Wanted<'_>, clock: Clock<'_>, came: &mut Came) -> Done {
    let mut total = 0;
    for file in wanted.files {
        total += std::fs::metadata(file)
            .map_err(|error| Failure::unreadable(file, &error))?
            .len();
    }
    let mut sites = Sites::of(&writing.register);
    wanted.sites.iter().for_each(|site| sites.add(&site.site));
    let mut progress = Progress::new(total);
    let mut structure = Structure::new(wanted.strict);
    let mut tally = Tally::default();
    let done = bulk::run(writing, clock, wanted.dry, &mut tally, &mut |bulk| {
        for file in wanted.files {
            let mut run = Run {
                bulk,
                structure: &mut structure,
                wanted,
                came,
                waiting: Vec::new(),
                seen: HashMap::new(),
            };
            run.file(file, &sites, &mut progress)?;
        }
        Ok(())
    });
    came.tally = tally;
    came.speed = progress.end();
    done
}

/// Languages and zone of a site.
type SiteFacts = (Vec<Lang>, Option<Box<str>>);

/// What parsing needs to know of the record; it does not change while lines are imported.
struct Sites {
    sites: HashMap<Box<str>, SiteFacts>,
    /// Digests of lines on record.
    known: HashSet<u128>,
}

impl Sites {
    fn of(register: &Register) -> Self {
        let captures = register
            .documents()
            .filter_map(|no| register.document(no).facts.capture.as_deref());
        let ours = captures.filter(|capture| capture.importer.starts_with("jsonl/"));
        let mut sites = Self {
            sites: HashMap::new(),
            known: ours.map(|capture| short(&capture.digest)).collect(),
        };
        let all = register.sites().iter().filter_map(|no| register.site(*no));
        all.for_each(|site| sites.add(site));
        sites
    }

    fn add(&mut self, site: &record::facts::Site) {
        self.sites
            .insert(site.code.clone(), (site.langs.clone(), site.zone.clone()));
    }
}

fn short(hash: &Hash) -> u128 {
    hash.0.first_chunk().map_or(0, |first| u128::from_be_bytes(*first))
}

/// What became of a line when it was read.
enum Line {
    /// The record has it.
    Same,
    /// A piece and what was lost of it.
    Piece(Box<Piece>, Vec<Remark>),
    /// It is refused.
    Wrong(Failure),
}

/// One file on its way.
struct Run<'a, 'b> {
    bulk: &'a mut Bulk<'b>,
    structure: &'a mut Structure,
    wanted: &'a Wanted<'a>,
    came: &'a mut Came,
    /// Adjacent lines of one document.
    waiting: Vec<Piece>,
    /// Lines by id and language.
    seen: HashMap<u128, u64>,
}

impl Run<'_, '_> {
    fn file(&mut self, path: &Path, sites: &Sites, progress: &mut Progress) -> Done {
        let mut lines = lines::open(path)?;
        let name: Arc<str> = path.display().to_string().into();
        let (sender, receiver) = sync_channel(1);
        std::thread::scope(|scope| {
            scope.spawn(move || read(&mut lines, &name, sites, &sender));
            for stretch in receiver {
                let (lines, bytes) = stretch?;
                let count = lines.len() as u64;
                for line in lines {
                    self.line(line)?;
                }
                progress.add(bytes, count);
            }
            self.document()
        })
    }

    fn line(&mut self, line: Line) -> Done {
        match line {
            Line::Same => {
                self.bulk.count(|tally| tally.same += 1);
                Ok(())
            }
            Line::Wrong(failure) => self.wrong(failure),
            Line::Piece(piece, remarks) => {
                if let Err(failure) = self.first_time(&piece) {
                    return self.wrong(failure);
                }
                self.came.review.statement(&piece, &remarks)?;
                if piece.words.body.is_empty() {
                    self.came.note_empty(&piece);
                }
                if self.waiting.first().is_some_and(|first| first.name() != piece.name()) {
                    self.document()?;
                }
                self.waiting.push(*piece);
                Ok(())
            }
        }
    }

    /// A dry run goes on after what is wrong, an import stops.
    fn wrong(&mut self, failure: Failure) -> Done {
        if !self.wanted.dry || self.came.problems.len() >= MOST_PROBLEMS {
            self.document()?;
            return Err(failure);
        }
        self.came.problems.push(failure.message);
        Ok(())
    }

    fn first_time(&mut self, piece: &Piece) -> Done {
        let key = short(&sha256(format!("{}\n{}", piece.name().key, piece.lang).as_bytes()));
        let number = piece.place.line.unwrap_or_default();
        match self.seen.insert(key, number) {
            None => Ok(()),
            Some(first) => Err(Failure::usage(format!(
                "{}: the id `{}` stands twice in {}, first in line {first}",
                piece.place,
                piece.name().key,
                piece.lang
            ))),
        }
    }

    /// Puts the lines that wait into the record.
    fn document(&mut self) -> Done {
        let pieces = std::mem::take(&mut self.waiting);
        let Some(at) = pieces.first().map(|piece| piece.place.to_string()) else {
            return Ok(());
        };
        let count = pieces.len() as u64;
        let site = pieces.first().map(|piece| piece.name().site).unwrap_or_default();
        if self.wanted.dry && self.bulk.register.site_by_code(site).is_none() {
            // A site that a dry run has not made: its lines are checked, and nothing can be composed.
            self.bulk.count(|tally| {
                tally.documents += 1;
                tally.texts += count;
            });
            return Ok(());
        }
        let outcome = decide::document(self.bulk, self.structure, pieces, self.wanted.action)?;
        self.bulk.count(|tally| tally.add(&at, count, &outcome));
        Ok(())
    }
}

type Stretch = Done<(Vec<Line>, u64)>;

/// Reads to the end, or until nobody listens any more.
fn read(
    lines: &mut lines::Lines<std::io::BufReader<std::fs::File>>,
    name: &Arc<str>,
    sites: &Sites,
    sender: &SyncSender<Stretch>,
) {
    loop {
        let stretch = match lines.stretch() {
            Ok((_, 0)) => return,
            Ok((raw, bytes)) => Ok((raw.into_par_iter().map(|raw| line(raw, name, sites)).collect(), bytes)),
            Err(failure) => Err(failure),
        };
        let ended = stretch.is_err();
        if sender.send(stretch).is_err() || ended {
            return;
        }
    }
}

fn line(raw: RawLine, file: &Arc<str>, sites: &Sites) -> Line {
    let digest = raw.digest();
    if sites.known.contains(&short(&digest)) {
        return Line::Same;
    }
    let statement = match jsonl::parse_line(&raw.bytes, raw.number) {
        Ok(statement) => statement,
        Err(error) => return Line::Wrong(Failure::usage(format!("{file} {error}"))),
    };
    let place = Place {
        file: file.clone(),
        line: Some(raw.number),
    };
    let told = place.to_string();
    match piece(statement, place, digest, raw.bytes, sites) {
        Ok((piece, remarks)) => Line::Piece(Box::new(piece), remarks),
        Err(what) => Line::Wrong(Failure::usage(format!("{told}: {what}"))),
    }
}

fn piece(
    mut statement: Statement,
    place: Place,
    digest: Hash,
    bytes: Vec<u8>,
    sites: &Sites,
) -> Result<(Piece, Vec<Remark>), String> {
    let Some((langs, zone)) = sites.sites.get(statement.site.as_str()) else {
        return Err(format!(
            "there is no site `{}`: give --sites FILE, or add it with `chancery site add`",
            statement.site
        ));
    };
    if !langs.contains(&statement.lang) {
        let langs: Vec<&str> = langs.iter().map(Lang::as_str).collect();
        return Err(format!(
            "site `{}` has no language `{}`, it has {}",
            statement.site,
            statement.lang,
            langs.join(", ")
        ));
    }
    if let Some(slug) = statement.slug.as_deref().filter(|slug| !is_slug(slug)) {
        return Err(format!(
            "`{slug}` is no slug: small letters, digits and hyphens, at most 80, and not `index`"
        ));
    }
    let remarks = std::mem::take(&mut statement.remarks);
    let date = dated(&statement, zone.as_deref())?;
    let section = statement.section.take().ok_or("the field `section` is missing")?;
    let piece = Piece {
        place,
        captured: Captured::Line { digest, bytes },
        section: section.into(),
        topics: statement.topics.iter().map(|topic| topic.as_str().into()).collect(),
        kind: Some(statement.kind),
        people: names(statement.people.iter().map(|person| person.person.as_slice())),
        carry_topics: names(statement.carry.iter().map(|rule| rule.topics.as_slice())),
        facts: facts(&statement, date, digest)?,
        lang: statement.lang,
        authority: statement.authority,
        source: statement.source,
        words: Words {
            body: statement.body,
            labels: statement.labels,
            slug: statement.slug.map(Into::into),
            summary: statement.summary.map(Into::into),
            ..Words::new(&statement.title)
        },
    };
    Ok((piece, remarks))
}

fn dated(statement: &Statement, zone: Option<&str>) -> Result<Option<Dated>, String> {
    let zone = statement.zone.as_deref().or(zone);
    let Some(published) = statement.published else {
        return Ok(None);
    };
    let mut date = published.dated(zone).map_err(|error| error.to_string())?;
    if date.local.time.is_some() && date.offset.is_none() {
        // A wall clock without zone or offset can only be taken as UTC.
        date.offset = Some(Offset(0));
        date.assumed = vec!["zone".into()];
    }
    Ok(Some(date))
}

/// Facts without section, topics and month; people and topics of carrying are named in the piece.
fn facts(statement: &Statement, date: Option<Dated>, digest: Hash) -> Result<Facts, String> {
    let mut old: Vec<Box<str>> = Vec::new();
    for url in statement.url.iter().chain(&statement.old) {
        check_address(url)?;
        if !old.iter().any(|known| **known == **url) {
            old.push(url.as_str().into());
        }
    }
    let captured = statement.captured.as_deref().map(instant).transpose()?;
    Ok(Facts {
        site: Some(statement.site.as_str().into()),
        date,
        countries: statement.countries.iter().map(|code| code.as_str().into()).collect(),
        people: statement.people.iter().map(participant).collect(),
        place: statement.place.as_ref().map(|place| FactsPlace {
            country: place.country.as_deref().map(Into::into),
            n: place.n.as_str().into(),
        }),
        carry: statement.carry.iter().map(carry).collect(),
        delegate: statement.delegate.clone(),
        old,
        capture: Some(Box::new(Capture {
            captured,
            digest,
            importer: IMPORTER.into(),
            key: statement.id.as_str().into(),
            media: "application/json".into(),
            url: statement.url.as_deref().map(Into::into),
        })),
        ..Facts::new(Kind::Text(statement.kind))
    })
}

/// Names that stand for documents, with the place of what they belong to.
fn names<'a>(all: impl Iterator<Item = &'a [String]>) -> Vec<(usize, Box<str>)> {
    let placed = all
        .enumerate()
        .flat_map(|(at, names)| names.iter().map(move |name| (at, name)));
    placed.map(|(at, name)| (at, name.as_str().into())).collect()
}

fn participant(form: &ParticipantForm) -> Participant {
    Participant {
        country: form.country.as_deref().map(Into::into),
        n: form.n.as_str().into(),
        part: form.part.word().into(),
        person: None,
    }
}

fn carry(form: &CarryForm) -> Carry {
    let boxed = |texts: &[String]| texts.iter().map(|text| text.as_str().into()).collect();
    Carry {
        countries: boxed(&form.countries),
        langs: form.langs.clone(),
        mode: form.mode,
        sites: boxed(&form.sites),
        topics: Vec::new(),
    }
}

/// An instant in the record's one form.
fn instant(text: &str) -> Result<Box<str>, String> {
    let stamp: jiff::Timestamp = text.parse().map_err(|_| format!("`{text}` is no moment"))?;
    Ok(record::date::Moment(stamp.as_second()).to_string().into())
}

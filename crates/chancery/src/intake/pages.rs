//! Captured pages: files become candidates, and candidates pieces.

use super::{
    before::{self, Before},
    captures::Captured,
    piece::{Name, Piece, Place, check_address, is_on_record},
};
use crate::{
    given,
    output::{Context as _, Done, Failure},
};
use import::{
    candidate::{About, Candidate, Hints, Remark},
    dump, encoding, html, jsonl,
    mapping::{Fate, Mapping},
};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use record::{
    date::Offset,
    facts::{Capture, Dated, Facts, Kind, TextKind},
    lang::Lang,
    register::Register,
    words::Words,
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use tlog::hash::{Hash, sha256};

/// A captured page is at most this long, in bytes.
const MOST_BYTES: u64 = 16 << 20;

/// How a captured page is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Plain-text dump.
    Dump,
    /// HTML.
    Html,
}

impl Form {
    /// By the ending of a file's name; `None` for others.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Dump),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            _ => None,
        }
    }

    /// Name of the importer and version of its rules.
    pub fn importer(self) -> &'static str {
        match self {
            Self::Dump => "dump/1",
            Self::Html => "html/1",
        }
    }

    fn media(self) -> &'static str {
        match self {
            Self::Dump => "text/plain",
            Self::Html => "text/html",
        }
    }
}

/// What is known of all pages of an import.
#[derive(Clone, Debug)]
pub struct Common {
    /// Code of the site.
    pub site: Box<str>,
    /// Language of the pages.
    pub lang: Lang,
    /// IANA zone of their dates.
    pub zone: Option<Box<str>>,
    /// Address of the one page.
    pub url: Option<String>,
}

/// A page that was read.
#[derive(Clone, Debug)]
pub struct Page {
    /// The file.
    pub file: Arc<str>,
    /// How it was read.
    pub form: Form,
    /// What it gave.
    pub candidate: Candidate,
    /// The source's own name of it: its address, else the name of the file.
    pub key: String,
    /// Digest of its bytes.
    pub digest: Hash,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// The record holds it already.
    pub is_on_record: bool,
    /// What the record has under its name.
    pub before: Option<Before>,
}

/// Reads files; all that is wrong is told at once.
pub fn read(files: &[PathBuf], common: &Common, register: &Register) -> Done<Vec<Page>> {
    let read: Vec<Done<Page>> = files.into_par_iter().map(|file| page(file, common, register)).collect();
    let (mut pages, mut wrong) = (Vec::new(), Vec::new());
    for one in read {
        match one {
            Ok(page) => pages.push(page),
            Err(failure) => wrong.push(failure.message),
        }
    }
    wrong.extend(twice(&pages));
    if wrong.is_empty() {
        return Ok(pages);
    }
    Err(Failure::usage(wrong.join("\n       ")).hint("nothing was imported; mend these files or leave them out"))
}

/// Two files of one name would be one page.
fn twice(pages: &[Page]) -> Vec<String> {
    let mut first: HashMap<(&str, &str), &str> = HashMap::new();
    let mut wrong = Vec::new();
    for page in pages {
        if let Some(other) = first.insert((page.form.importer(), &page.key), &page.file) {
            wrong.push(format!(
                "{}: has the name or address of {other}, and pages are known by it: rename one, or give its --url",
                page.file
            ));
        }
    }
    wrong
}

fn page(path: &Path, common: &Common, register: &Register) -> Done<Page> {
    let file: Arc<str> = path.display().to_string().into();
    let form = Form::of(path).ok_or_else(|| Failure::usage(format!("{file}: neither .txt nor .html")))?;
    let bytes = bytes(path)?;
    if !encoding::is_writing(&encoding::text(&bytes).text) {
        return Err(Failure::usage(format!("{file}: not text in any encoding")));
    }
    let digest = sha256(&bytes);
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Failure::usage(format!("{file}: the name of the file is not UTF-8")))?;
    let mut candidate = candidate(&bytes, form, common).at(path.display())?;
    // A page may state an address that is none; then it has none.
    candidate.url = common
        .url
        .clone()
        .or(candidate.url)
        .filter(|url| check_address(url).is_ok());
    let key = candidate.url.clone().unwrap_or_else(|| name.to_owned());
    let known = Name {
        site: &common.site,
        importer: form.importer(),
        key: &key,
    };
    let is_on_record = is_on_record(register, known, digest, common.lang);
    let before = before::of(register, known, common.lang);
    Ok(Page {
        file,
        form,
        candidate,
        digest,
        bytes: bytes.into(),
        is_on_record,
        before,
        key,
    })
}

fn bytes(path: &Path) -> Done<Vec<u8>> {
    given::bytes(path, MOST_BYTES, "a captured page")
}

fn candidate(bytes: &[u8], form: Form, common: &Common) -> Result<Candidate, html::TooLarge> {
    let hints = Hints {
        lang: Some(common.lang),
        url: common.url.clone(),
        order: None,
    };
    match form {
        Form::Html => html::read(bytes, &hints, bytes.len()),
        Form::Dump => {
            let decoded = encoding::text(bytes);
            let mut page = dump::read(&decoded.text, &hints);
            page.remarks.extend(decoded.remark);
            Ok(page)
        }
    }
}

/// The label of a page's section, for messages.
pub fn section(page: &Candidate) -> &str {
    page.section.as_deref().unwrap_or_default()
}

/// The slug of the section that a mapping gives a page; `None` where it gives none.
pub fn mapped<'a>(page: &Candidate, mapping: &'a Mapping) -> Option<&'a str> {
    match mapping.section(page.section.as_deref()?)? {
        Fate::New(new) => Some(&new.slug),
        Fate::Merge(slug) => Some(slug),
        Fate::Skip => None,
    }
}

/// A page as a piece for the record.
pub fn piece(page: Page, section: &str, common: &Common) -> Result<Piece, String> {
    let Page { candidate, form, .. } = page;
    let date = candidate
        .date
        .map(|local| date(local, common.zone.as_deref()))
        .transpose()?;
    let url = candidate.url;
    let kind = Kind::Text(TextKind::News);
    let piece = Piece {
        place: Place {
            file: page.file,
            line: None,
        },
        captured: Captured::Page {
            digest: page.digest,
            bytes: page.bytes,
        },
        section: section.into(),
        topics: Vec::new(),
        people: Vec::new(),
        carry_topics: Vec::new(),
        kind: None,
        facts: Facts {
            site: Some(common.site.clone()),
            date,
            old: url.iter().map(|url| url.as_str().into()).collect(),
            capture: Some(Box::new(Capture {
                captured: None,
                digest: page.digest,
                importer: form.importer().into(),
                key: page.key.into(),
                media: form.media().into(),
                url: url.map(Into::into),
            })),
            ..Facts::new(kind)
        },
        lang: common.lang,
        words: Words {
            body: candidate.body,
            summary: candidate.summary.map(Into::into),
            ..Words::new(&candidate.title)
        },
        authority: None,
        source: None,
    };
    piece.check().map(|()| piece)
}

/// The date of a page in the zone that was given, which the page does not state.
pub fn date(local: record::date::Local, zone: Option<&str>) -> Result<Dated, String> {
    let mut date = jsonl::dated(local, zone, true).map_err(|error| error.to_string())?;
    if local.time.is_some() && date.offset.is_none() {
        date.offset = Some(Offset(0));
        date.assumed = vec!["zone".into()];
    }
    Ok(date)
}

/// Remarks that a person should hear at once: what is doubtful, and how many things were left out.
pub fn told(page: &Candidate) -> Vec<String> {
    let doubts = page.remarks.iter().filter(|remark| remark.about.is_doubt());
    let mut lines: Vec<String> = doubts.map(ToString::to_string).collect();
    let count = |about: About| page.remarks.iter().filter(|r: &&Remark| r.about == about).count();
    match count(About::Picture) {
        0 => {}
        1 => lines.push("1 picture was not taken along".to_owned()),
        n => lines.push(format!("{n} pictures were not taken along")),
    }
    lines
}

//! What one source says in one language, before the record is asked.

use super::captures::Captured;
use import::words::is_noncharacter;
use record::{
    align,
    facts::{Facts, TextKind},
    lang::Lang,
    register::Register,
    words::{self, Authority, Words},
};
use std::{fmt, sync::Arc};
use tlog::hash::Hash;

/// Where a piece stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The file, as it was given.
    pub file: Arc<str>,
    /// Line from 1, of files that are read by lines.
    pub line: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        self.line.map_or(Ok(()), |line| write!(f, " line {line}"))
    }
}

/// The words of a document in one language as a source gives them, with the facts it states.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where it stands.
    pub place: Place,
    /// The captured bytes.
    pub captured: Captured,
    /// Slug or label of its section.
    pub section: Box<str>,
    /// Slugs or labels of its topics.
    pub topics: Vec<Box<str>>,
    /// Slugs of people by their place in `facts.people`.
    pub people: Vec<(usize, Box<str>)>,
    /// Topics by the place in `facts.carry` of the rule that names them.
    pub carry_topics: Vec<(usize, Box<str>)>,
    /// The kind of text, where the source says it.
    pub kind: Option<TextKind>,
    /// Its facts but for kind, section, topics and month. `site` and `capture` are there.
    pub facts: Facts,
    /// Its language.
    pub lang: Lang,
    /// Its words. Blocks have no ids, or those that the source fixes; `slug` is one the source gives.
    pub words: Words,
    /// The weight that the source gives it.
    pub authority: Option<Authority>,
    /// The language that the source says it was translated from.
    pub source: Option<Lang>,
}

/// Name of a source for comparing: site, importer without version, key. Languages of one document share it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name<'a> {
    /// Code of the site.
    pub site: &'a str,
    /// The importer, such as `dump/1`.
    pub importer: &'a str,
    /// The source's own name.
    pub key: &'a str,
}

impl Piece {
    /// The name under which it is known.
    pub fn name(&self) -> Name<'_> {
        let capture = self.facts.capture.as_deref();
        Name {
            site: self.facts.site.as_deref().unwrap_or_default(),
            importer: capture.map_or("", |c| &c.importer),
            key: capture.map_or("", |c| &c.key),
        }
    }

    /// Digest of the captured bytes.
    pub fn digest(&self) -> Hash {
        self.facts.capture.as_deref().map_or_else(Hash::default, |c| c.digest)
    }

    /// Refuses words that no writer may write, before anything is composed. Composing refuses them too, but then an
    /// import stops half-way.
    pub fn check(&self) -> Result<(), String> {
        if self.words.title.is_empty() {
            return Err("no title was found".to_owned());
        }
        let mut words = self.words.clone();
        align::first(&mut words.body, 1);
        words::check(&words).map_err(|error| error.to_string())
    }
}

/// True if the record holds this very capture in this language: the document's own digest says so.
pub fn is_on_record(register: &Register, name: Name<'_>, digest: Hash, lang: Lang) -> bool {
    let Some(no) = register.captured(name.site, name.importer, name.key) else {
        return false;
    };
    let doc = register.document(no);
    doc.language(lang).is_some() && doc.facts.capture.as_deref().is_some_and(|c| c.digest == digest)
}

/// Refuses what is no address of an earlier page: absolute, http or https, without fragment and white space.
pub fn check_address(url: &str) -> Result<(), String> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let host = rest.unwrap_or_default().split(['/', '?']).next().unwrap_or_default();
    let bad = |c: char| c.is_whitespace() || c.is_control() || is_noncharacter(c) || c == '#';
    if host.is_empty() || url.len() > 2_048 || url.contains(bad) {
        return Err(format!(
            "`{}` is no earlier address: want http:// or https://, without # and spaces",
            url.chars().take(100).collect::<String>()
        ));
    }
    Ok(())
}

//! Which address belongs to which document, for ever: addresses that were given stay taken.

use super::{DocNo, Register};
use crate::{
    date::Month,
    facts::{Facts, Kind},
    lang::Lang,
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tlog::hash::sha256;

/// Addresses by the first 16 bytes of the SHA-256 of their parts: a fixed size whatever their length.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Addresses {
    given: FxHashMap<[u8; 16], DocNo>,
    queries: Queries,
}

/// Which queries may be of an earlier address, by the name that each begins with: `p` of `?p=123&x=1`.
///
/// Most queries that visitors bring are marks of others, such as `utm_source`; those are told apart without a look-up.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Queries(BTreeSet<Box<str>>);

/// With more first names than this, any query may be of an earlier address.
const MOST_NAMES: usize = 256;

impl Queries {
    /// True if a query, without its question mark, may be of an earlier address.
    pub fn may_have(&self, query: &str) -> bool {
        self.0.len() > MOST_NAMES || self.0.contains(first_name(query))
    }

    fn note(&mut self, url: &str) {
        let query = whole(url).split_once('?').map(|(_, query)| first_name(query));
        if let Some(name) = query.filter(|name| self.0.len() <= MOST_NAMES && !self.0.contains(*name)) {
            self.0.insert(name.into());
        }
    }
}

fn first_name(query: &str) -> &str {
    query.split(['=', '&']).next().unwrap_or_default()
}

/// The parts that make an address unique.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    /// A text, in its site, language, section and month.
    Text {
        site: DocNo,
        lang: Lang,
        section: DocNo,
        month: Month,
        slug: &'a str,
    },
    /// A person of a site.
    Person { site: DocNo, slug: &'a str },
    /// A topic of a site, or a shared one.
    Topic { site: Option<DocNo>, slug: &'a str },
    /// A section of a site.
    Section { site: DocNo, slug: &'a str },
    /// An earlier address with its host: `old.example/t1.htm?a=1`.
    OldWhole(&'a str),
    /// The path and query of an earlier address, whatever its host.
    OldPath(&'a str),
    /// A capture: site, importer without version, key.
    Capture {
        site: &'a str,
        importer: &'a str,
        key: &'a str,
    },
}

impl<'a> Part<'a> {
    /// The part of an address that the facts of a document name; `None` where they name none.
    pub(super) fn of_facts(facts: &'a Facts, site: Option<DocNo>) -> Option<Self> {
        Some(match (&facts.kind, site) {
            (Kind::Person(person), Some(site)) => Self::Person {
                site,
                slug: &person.slug,
            },
            (Kind::Topic(topic), site) => Self::Topic {
                site,
                slug: &topic.slug,
            },
            (Kind::Section(section), Some(site)) => Self::Section {
                site,
                slug: &section.slug,
            },
            _ => return None,
        })
    }
}

impl Part<'_> {
    fn key(&self) -> [u8; 16] {
        let none = |site: &Option<DocNo>| site.map_or_else(String::new, |no| no.0.to_string());
        let text = match self {
            Self::Text {
                site,
                lang,
                section,
                month,
                slug,
            } => {
                format!("t\n{}\n{lang}\n{}\n{month}\n{slug}", site.0, section.0)
            }
            Self::Person { site, slug } => format!("p\n{}\n{slug}", site.0),
            Self::Topic { site, slug } => format!("o\n{}\n{slug}", none(site)),
            Self::Section { site, slug } => format!("s\n{}\n{slug}", site.0),
            Self::OldWhole(whole) => format!("w\n{whole}"),
            Self::OldPath(path) => format!("q\n{path}"),
            Self::Capture { site, importer, key } => format!("i\n{site}\n{importer}\n{key}"),
        };
        let hash = sha256(text.as_bytes());
        hash.0.first_chunk().copied().unwrap_or_default()
    }
}

impl Addresses {
    pub(super) fn get(&self, part: &Part<'_>) -> Option<DocNo> {
        self.given.get(&part.key()).copied()
    }

    /// Gives an address to a document, unless another has or had it.
    pub(super) fn give(&mut self, part: &Part<'_>, no: DocNo) -> Result<(), DocNo> {
        match *self.given.entry(part.key()).or_insert(no) {
            taken if taken == no => Ok(()),
            taken => Err(taken),
        }
    }
}

/// Host, path and query of an absolute address, without scheme and fragment.
fn whole(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('#').next().unwrap_or_default()
}

/// Path and query of an absolute address.
fn path(url: &str) -> &str {
    let rest = whole(url);
    rest.find('/').map_or("/", |at| &rest[at..])
}

impl Register {
    /// The document that has or had a dated address.
    pub fn find(&self, site: DocNo, lang: Lang, section: DocNo, month: Month, slug: &str) -> Option<DocNo> {
        self.addresses.get(&Part::Text {
            site,
            lang,
            section,
            month,
            slug,
        })
    }

    /// The document that an earlier address leads to: the whole address first, then its path on any host.
    pub fn old_address(&self, url: &str) -> Option<DocNo> {
        let by_whole = self.addresses.get(&Part::OldWhole(whole(url)));
        by_whole.or_else(|| self.addresses.get(&Part::OldPath(path(url))))
    }

    /// Which queries may be of an earlier address.
    pub fn old_queries(&self) -> &Queries {
        &self.addresses.queries
    }

    /// The document that was made of a capture.
    pub fn captured(&self, site: &str, importer: &str, key: &str) -> Option<DocNo> {
        self.addresses.get(&Part::Capture {
            site,
            importer: unversioned(importer),
            key,
        })
    }

    /// Notes earlier addresses; the first document that names one keeps it.
    pub(super) fn note_old(&mut self, no: DocNo) {
        let old = self.document(no).facts.old.clone();
        for url in &old {
            // A conflict is no fault: the first document keeps the address.
            let _ = self.addresses.give(&Part::OldWhole(whole(url)), no);
            let _ = self.addresses.give(&Part::OldPath(path(url)), no);
            self.addresses.queries.note(url);
        }
        let facts = &self.document(no).facts;
        if let (Some(capture), Some(site)) = (facts.capture.clone(), facts.site.clone()) {
            let part = Part::Capture {
                site: &site,
                importer: unversioned(&capture.importer),
                key: &capture.key,
            };
            let _ = self.addresses.give(&part, no);
        }
    }
}

/// `dump` of `dump/1`.
fn unversioned(importer: &str) -> &str {
    importer.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_told_apart_by_their_first_name() {
        let mut queries = Queries::default();
        for url in [
            "http://a.example/?p=123",
            "http://a.example/x.htm?9#top",
            "http://a.example/y",
        ] {
            queries.note(url);
        }
        for (query, want) in [
            ("p=9", true),
            ("p", true),
            ("9", true),
            ("utm_source=p", false),
            ("", false),
            ("pp=1", false),
        ] {
            assert_eq!(queries.may_have(query), want, "{query}");
        }
        (0..2 * MOST_NAMES).for_each(|n| queries.note(&format!("http://a.example/?{n}")));
        assert_eq!(queries.0.len(), MOST_NAMES + 1);
        assert!(queries.may_have("anything"));
    }
}

//! Which address belongs to which document, for ever: addresses that were given stay taken.

use super::{DocNo, Register};
use crate::{date::Month, lang::Lang};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tlog::hash::sha256;

/// Addresses by the first 16 bytes of the SHA-256 of their parts: a fixed size whatever their length.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Addresses(FxHashMap<[u8; 16], DocNo>);

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
        self.0.get(&part.key()).copied()
    }

    /// Gives an address to a document, unless another has or had it.
    pub(super) fn give(&mut self, part: &Part<'_>, no: DocNo) -> Result<(), DocNo> {
        match *self.0.entry(part.key()).or_insert(no) {
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

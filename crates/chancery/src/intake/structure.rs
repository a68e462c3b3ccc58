//! Sections and topics that imported texts belong to: found by slug or title, or made.

use super::bulk::Bulk;
use crate::{
    clock,
    output::{Done, Failure},
};
use import::{
    candidate::Candidate,
    fold,
    mapping::{self, Fate, Known, Mapping, NewSection, NewTopic},
};
use record::{
    compose::Change,
    facts::{Facts, Kind, Section, Topic, is_reserved_section, is_slug},
    id::DocumentId,
    lang::Lang,
    register::{DocNo, Manifest, Register, Status},
    words::Words,
};
use std::{collections::HashMap, fmt};

/// A section or topic that an import made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// `section` or `topic`.
    pub what: &'static str,
    /// Code of the site; empty for a topic of the ministry.
    pub site: String,
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            site,
            slug,
            title,
        } = self;
        match site.as_str() {
            "" => write!(f, "{what} `{slug}` of the ministry ({title})"),
            site => write!(f, "{what} `{slug}` of site `{site}` ({title})"),
        }
    }
}

type Ids = HashMap<(Box<str>, Box<str>), DocumentId>;

/// What the texts of an import call their sections and topics.
#[derive(Debug, Default)]
pub struct Structure {
    sections: Ids,
    topics: Ids,
    strict: bool,
}

impl Structure {
    /// Of an import; where it is strict, what texts name is found or refused, and not made.
    pub fn new(strict: bool) -> Self {
        Self {
            strict,
            ..Self::default()
        }
    }

    /// The section of a site that a text names by slug or title; it is made where it may be.
    pub fn section(&mut self, bulk: &mut Bulk<'_>, site: &str, text: &str, lang: Lang) -> Done<DocumentId> {
        let key = (Box::from(site), Box::from(text));
        if let Some(id) = self.sections.get(&key) {
            return Ok(*id);
        }
        let found = find_section(&bulk.register, site_no(&bulk.register, site)?, text);
        let id = match found {
            Some(no) => in_force(&bulk.register, no, "section", text)?,
            None if self.strict => return Err(missing("section", site, text)),
            None => match propose_section(&bulk.register, site, text)? {
                Fate::Merge(slug) => self.section(bulk, site, &slug, lang)?,
                Fate::New(new) => make_section(bulk, site, &new, lang)?,
                Fate::Skip => return Err(missing("section", site, text)),
            },
        };
        self.sections.insert(key, id);
        Ok(id)
    }

    /// The topic that a text of a site names; what is made is the ministry's, so that all sites share it.
    pub fn topic(&mut self, bulk: &mut Bulk<'_>, site: &str, text: &str, lang: Lang) -> Done<DocumentId> {
        let key = (Box::from(site), Box::from(text));
        if let Some(id) = self.topics.get(&key) {
            return Ok(*id);
        }
        let found = find_topic(&bulk.register, site_no(&bulk.register, site)?, text);
        let id = match found {
            Some(no) => in_force(&bulk.register, no, "topic", text)?,
            None if self.strict => return Err(missing("topic", site, text)),
            None => match propose_topic(&bulk.register, site, text)? {
                Fate::Merge(slug) => self.topic(bulk, site, &slug, lang)?,
                Fate::New(new) => make_topic(bulk, None, &new, lang)?,
                Fate::Skip => return Err(missing("topic", site, text)),
            },
        };
        self.topics.insert(key, id);
        Ok(id)
    }

    /// Makes all that a mapping says is new and the site lacks, in its order: that of the old menu.
    pub fn make(&mut self, bulk: &mut Bulk<'_>, site: &str, mapping: &Mapping, lang: Lang) -> Done {
        for row in &mapping.sections {
            if let Fate::New(new) = &row.fate
                && find_section(&bulk.register, site_no(&bulk.register, site)?, &new.slug).is_none()
            {
                make_section(bulk, site, new, lang)?;
            }
        }
        for row in &mapping.topics {
            if let Fate::New(new) = &row.fate
                && find_topic(&bulk.register, site_no(&bulk.register, site)?, &new.slug).is_none()
            {
                make_topic(bulk, Some(site), new, lang)?;
            }
        }
        Ok(())
    }
}

fn make_section(bulk: &mut Bulk<'_>, site: &str, new: &NewSection, lang: Lang) -> Done<DocumentId> {
    let kind = Kind::Section(Section {
        slug: new.slug.as_str().into(),
        role: new.role.as_str().into(),
        show: new.show,
    });
    let mission = mission(&bulk.register, site)?;
    let id = publish(bulk, &mission, Some(site), kind, &new.title, lang)?;
    note(bulk, "section", site, &new.slug, &new.title);
    Ok(id)
}

fn make_topic(bulk: &mut Bulk<'_>, site: Option<&str>, new: &NewTopic, lang: Lang) -> Done<DocumentId> {
    let kind = Kind::Topic(Topic {
        slug: new.slug.as_str().into(),
        closed: false,
    });
    let mission = match site {
        Some(site) => mission(&bulk.register, site)?,
        None => crate::cmd::site::ministry_code(&bulk.register)?.into(),
    };
    let id = publish(bulk, &mission, site, kind, &new.title, lang)?;
    note(bulk, "topic", site.unwrap_or_default(), &new.slug, &new.title);
    Ok(id)
}

fn note(bulk: &mut Bulk<'_>, what: &'static str, site: &str, slug: &str, title: &str) {
    let (site, slug, title) = (site.to_owned(), slug.to_owned(), title.to_owned());
    let made = Made {
        what,
        site,
        slug,
        title,
    };
    bulk.count(|tally| tally.made.push(made));
}

/// Facts and words of a structure document, as a group of its own before the texts that name it.
fn publish(
    bulk: &mut Bulk<'_>,
    mission: &str,
    site: Option<&str>,
    kind: Kind,
    title: &str,
    lang: Lang,
) -> Done<DocumentId> {
    let id = clock::new_id()?;
    let facts = Facts {
        site: site.map(Into::into),
        ..Facts::new(kind)
    };
    let changes = vec![
        Change::publish(id, Lang::FACTS, mission, Manifest::Facts(Box::new(facts))),
        Change::publish(id, lang, mission, Manifest::Words(Box::new(Words::new(title)))),
    ];
    bulk.group(changes, Vec::new())?;
    Ok(id)
}

/// The site with this code.
pub fn site_no(register: &Register, code: &str) -> Done<DocNo> {
    let found = register.site_by_code(code);
    found.ok_or_else(|| {
        let codes: Vec<&str> = register
            .sites()
            .iter()
            .filter_map(|no| register.site(*no))
            .map(|site| &*site.code)
            .take(12)
            .collect();
        let hint = match codes.as_slice() {
            [] => "`chancery site add` makes sites".to_owned(),
            codes => format!("the record has {}; `chancery site add` makes more", codes.join(", ")),
        };
        Failure::usage(format!("there is no site `{code}`")).hint(hint)
    })
}

/// The mission that signs for a site.
pub fn mission(register: &Register, site: &str) -> Done<Box<str>> {
    site_no(register, site).map(|no| register.document(no).mission.clone())
}

/// A section of a site by slug, or by title in any language.
pub fn find_section(register: &Register, site: DocNo, text: &str) -> Option<DocNo> {
    let by_slug = register.section_by_slug(site, text);
    by_slug.or_else(|| {
        register
            .sections(site)
            .into_iter()
            .find(|no| titled(register, *no, text))
    })
}

/// A topic that a site shows, by slug or by title in any language.
pub fn find_topic(register: &Register, site: DocNo, text: &str) -> Option<DocNo> {
    let by_slug = register.topic_by_slug(site, text);
    by_slug.or_else(|| register.topics(site).into_iter().find(|no| titled(register, *no, text)))
}

fn titled(register: &Register, no: DocNo, text: &str) -> bool {
    let wanted = fold::words(text);
    let titles = register.document(no).words.iter().map(|words| &words.head.title);
    !wanted.is_empty() && titles.into_iter().any(|title| fold::words(title) == wanted)
}

fn in_force(register: &Register, no: DocNo, what: &str, text: &str) -> Done<DocumentId> {
    let doc = register.document(no);
    if doc.own == Status::InForce {
        return Ok(doc.id);
    }
    Err(Failure::usage(format!("the {what} `{text}` was withdrawn")).hint("reinstate it, or name another"))
}

fn missing(what: &str, site: &str, text: &str) -> Failure {
    Failure::usage(format!("site `{site}` has no {what} `{text}`"))
        .hint("make it first, or leave out --strict to have what is missing made")
}

/// What a site has, for the proposal of a mapping.
///
/// With the language of the pages also the sections that have no title in it.
pub fn known(register: &Register, site: DocNo, lang: Option<Lang>) -> Known {
    let titles = |no: DocNo| {
        let words = &register.document(no).words;
        words
            .iter()
            .map(|words| words.head.title.to_string())
            .collect::<Vec<_>>()
    };
    let sections = register.sections(site).into_iter();
    let sections = sections.filter_map(|no| Some((register.section(no)?.slug.to_string(), titles(no))));
    let topics = register.topics(site).into_iter();
    let topics = topics.filter_map(|no| Some((register.topic(no)?.slug.to_string(), titles(no))));
    Known {
        sections: sections.collect(),
        topics: topics.collect(),
        untitled: lang.map_or_else(Vec::new, |lang| untitled(register, site, lang)),
    }
}

/// Role and slug of the sections in force without a title in a language.
fn untitled(register: &Register, site: DocNo, lang: Lang) -> Vec<(String, String)> {
    let lacks = |no: &DocNo| {
        let doc = register.document(*no);
        doc.own == Status::InForce && doc.language(lang).is_none()
    };
    let sections = register.sections(site).into_iter().filter(lacks);
    let facts = sections.filter_map(|no| register.section(no));
    facts
        .map(|facts| (facts.role.to_string(), facts.slug.to_string()))
        .collect()
}

fn propose_section(register: &Register, site: &str, text: &str) -> Done<Fate<NewSection>> {
    if is_reserved_section(text) {
        return Err(Failure::usage(format!("`{text}` cannot be the slug of a section")));
    }
    let page = Candidate {
        section: Some(spelt_out(text)),
        ..Candidate::default()
    };
    let mapping = mapping::propose([&page], &known(register, site_no(register, site)?, None));
    let fate = mapping.sections.into_iter().next().map(|row| row.fate);
    Ok(match fate {
        // A slug that the source gives is kept.
        Some(Fate::New(new)) if is_slug(text) => Fate::New(NewSection {
            slug: text.to_owned(),
            ..new
        }),
        Some(fate) => fate,
        None => Fate::Skip,
    })
}

fn propose_topic(register: &Register, site: &str, text: &str) -> Done<Fate<NewTopic>> {
    let page = Candidate {
        topics: vec![spelt_out(text)],
        ..Candidate::default()
    };
    let mapping = mapping::propose([&page], &known(register, site_no(register, site)?, None));
    let fate = mapping.topics.into_iter().next().map(|row| row.fate);
    Ok(match fate {
        Some(Fate::New(new)) if is_slug(text) => Fate::New(NewTopic {
            slug: text.to_owned(),
            ..new
        }),
        Some(fate) => fate,
        None => Fate::Skip,
    })
}

/// `press-releases` as a title.
fn spelt_out(text: &str) -> String {
    if !is_slug(text) {
        return text.to_owned();
    }
    let words = text.replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

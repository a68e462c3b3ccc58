//! From the labels of an old site to sections and topics: a proposal, written as TOML that a person edits, and read back.

mod read;
mod roles;

pub use read::read;
pub use roles::role_of;

use crate::{candidate::Candidate, fold, slug};
use record::facts::{Show, is_reserved_section};
use std::{collections::BTreeSet, fmt::Write as _};

/// The kinds of section, the words behind `role`.
pub const ROLES: [&str; 13] = [
    "news",
    "remarks",
    "statements",
    "ambassador",
    "embassy",
    "relations",
    "consular",
    "students",
    "science",
    "culture",
    "notices",
    "topics",
    "other",
];

/// What shall become of the labels of a site, in the order they were found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mapping {
    /// Labels of the menu and of breadcrumbs.
    pub sections: Vec<SectionRow>,
    /// Labels of topics.
    pub topics: Vec<TopicRow>,
}

/// What becomes of one label of a section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SectionRow {
    /// The label as it stands on the page.
    pub label: String,
    /// What becomes of it.
    pub fate: Fate<NewSection>,
}

/// What becomes of one label of a topic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopicRow {
    /// The label as it stands on the page.
    pub label: String,
    /// What becomes of it.
    pub fate: Fate<NewTopic>,
}

/// Make it, put it to one that is there, or leave it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate<T> {
    /// Make a new one.
    New(T),
    /// It is the section or topic of this slug.
    Merge(String),
    /// It is none.
    Skip,
}

/// A section to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSection {
    /// Its title; the label unless a person wrote another.
    pub title: String,
    /// Last part of its address.
    pub slug: String,
    /// What it is for, one of [`ROLES`].
    pub role: String,
    /// How its front is shown.
    pub show: Show,
}

/// A topic to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewTopic {
    /// Its title; the label unless a person wrote another.
    pub title: String,
    /// Last part of its address.
    pub slug: String,
}

/// Sections and topics that a site has already: slug, and titles in any language.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// Sections of the site.
    pub sections: Vec<(String, Vec<String>)>,
    /// Topics that the site may use.
    pub topics: Vec<(String, Vec<String>)>,
    /// Sections without a title in the language of the pages: role and slug. A label of another language that speaks of
    /// their role is theirs.
    pub untitled: Vec<(String, String)>,
}

/// A mapping for the labels of one page, or of several.
pub fn propose<'a>(pages: impl IntoIterator<Item = &'a Candidate>, known: &Known) -> Mapping {
    let mut proposal = Proposal::new(known);
    for page in pages {
        page.menu.iter().for_each(|label| proposal.section(label, true));
        page.section.iter().for_each(|label| proposal.section(label, false));
        page.topics.iter().for_each(|label| proposal.topic(label));
    }
    proposal.mapping
}

struct Proposal<'a> {
    known: &'a Known,
    taken_sections: BTreeSet<String>,
    taken_topics: BTreeSet<String>,
    mapping: Mapping,
}

impl<'a> Proposal<'a> {
    fn new(known: &'a Known) -> Self {
        let slugs = |known: &[(String, Vec<String>)]| known.iter().map(|(slug, _)| slug.clone()).collect();
        Self {
            known,
            taken_sections: slugs(&known.sections),
            taken_topics: slugs(&known.topics),
            mapping: Mapping::default(),
        }
    }

    /// The section of a text is never skipped; a label of the menu may be.
    fn section(&mut self, label: &str, may_skip: bool) {
        if self.mapping.sections.iter().any(|row| same(&row.label, label)) {
            return;
        }
        let fate = match merged(label, &self.known.sections) {
            Some(slug) => Fate::Merge(slug),
            None if may_skip && roles::is_furniture(label) => Fate::Skip,
            None => match self.of_role(label) {
                Some(slug) => Fate::Merge(slug),
                None => Fate::New(self.new_section(label)),
            },
        };
        let label = label.to_owned();
        self.mapping.sections.push(SectionRow { label, fate });
    }

    /// The first section of the role that a label speaks of, untitled in this language; no two labels get the same one.
    fn of_role(&self, label: &str) -> Option<String> {
        let role = role_of(label);
        let is_taken = |slug: &String| {
            let mut rows = self.mapping.sections.iter();
            rows.any(|row| matches!(&row.fate, Fate::Merge(taken) if taken == slug))
        };
        let untitled = self.known.untitled.iter().filter(|_| role != "other");
        let mut fits = untitled.filter(|(known, slug)| known == role && !is_taken(slug));
        fits.next().map(|(_, slug)| slug.clone())
    }

    fn new_section(&mut self, label: &str) -> NewSection {
        let role = role_of(label);
        let stem = match role {
            "other" => slug::of(label)
                .map(|s| cut(&s))
                .filter(|s| !is_reserved_section(s))
                .unwrap_or_else(|| numbered("section", self.mapping.sections.len() + 1)),
            role => role.to_owned(),
        };
        NewSection {
            title: label.to_owned(),
            slug: free(&stem, &mut self.taken_sections),
            role: role.to_owned(),
            show: roles::show(role),
        }
    }

    fn topic(&mut self, label: &str) {
        if self.mapping.topics.iter().any(|row| same(&row.label, label)) {
            return;
        }
        let fate = if let Some(slug) = merged(label, &self.known.topics) {
            Fate::Merge(slug)
        } else {
            let number = self.mapping.topics.len() + 1;
            let stem = slug::of(label).map_or_else(|| numbered("topic", number), |s| cut(&s));
            Fate::New(NewTopic {
                title: label.to_owned(),
                slug: free(&stem, &mut self.taken_topics),
            })
        };
        let label = label.to_owned();
        self.mapping.topics.push(TopicRow { label, fate });
    }
}

fn same(a: &str, b: &str) -> bool {
    fold::words(a) == fold::words(b) && !fold::words(a).is_empty() || a == b
}

/// The slug of what is there already under this label.
fn merged(label: &str, known: &[(String, Vec<String>)]) -> Option<String> {
    let own = slug::of(label);
    let fits = |(slug, titles): &&(String, Vec<String>)| {
        Some(slug) == own.as_ref() || titles.iter().any(|title| same(title, label))
    };
    known.iter().find(fits).map(|(slug, _)| slug.clone())
}

/// A short slug, cut at a word.
fn cut(slug: &str) -> String {
    let end = slug
        .match_indices('-')
        .map(|(at, _)| at)
        .take_while(|at| *at <= 40)
        .filter(|at| &slug[..*at] != "index")
        .last();
    match end {
        Some(end) if slug.len() > 40 => slug[..end].to_owned(),
        _ => slug.to_owned(),
    }
}

fn numbered(stem: &str, number: usize) -> String {
    format!("{stem}-{number}")
}

/// The slug, or the first free one with a number behind it.
fn free(stem: &str, taken: &mut BTreeSet<String>) -> String {
    let numbers = std::iter::once(stem.to_owned()).chain((2..).map(|n| numbered(stem, n)));
    let slug = numbers
        .into_iter()
        .find(|slug| !taken.contains(slug))
        .unwrap_or_default();
    taken.insert(slug.clone());
    slug
}

impl Mapping {
    /// What becomes of the label of a section, however it is written large or small.
    pub fn section(&self, label: &str) -> Option<&Fate<NewSection>> {
        self.sections
            .iter()
            .find(|row| same(&row.label, label))
            .map(|row| &row.fate)
    }

    /// What becomes of the label of a topic.
    pub fn topic(&self, label: &str) -> Option<&Fate<NewTopic>> {
        self.topics
            .iter()
            .find(|row| same(&row.label, label))
            .map(|row| &row.fate)
    }

    /// The file a person edits.
    pub fn to_toml(&self) -> String {
        let mut out = String::from(HEAD);
        for row in &self.sections {
            let _ = write!(out, "\n[[section]]\nlabel = {}\n", quoted(&row.label));
            match &row.fate {
                Fate::New(new) => {
                    title(&row.label, &new.title, &mut out);
                    let _ = write!(
                        out,
                        "slug = {}\nrole = {}\nshow = \"{}\"\n",
                        quoted(&new.slug),
                        quoted(&new.role),
                        word(new.show)
                    );
                }
                Fate::Merge(slug) => merge(slug, &mut out),
                Fate::Skip => out.push_str("skip = true\n"),
            }
        }
        for row in &self.topics {
            let _ = write!(out, "\n[[topic]]\nlabel = {}\n", quoted(&row.label));
            match &row.fate {
                Fate::New(new) => {
                    title(&row.label, &new.title, &mut out);
                    let _ = writeln!(out, "slug = {}", quoted(&new.slug));
                }
                Fate::Merge(slug) => merge(slug, &mut out),
                Fate::Skip => out.push_str("skip = true\n"),
            }
        }
        out
    }
}

const HEAD: &str = "\
# What becomes of the labels that were found. Edit, then import with this file.
# A label gets a section or topic of its own (slug; for sections role and show; title where it shall differ from the
# label), or belongs to one that is there (merge = \"its-slug\"), or is left out (skip = true).
# role: news remarks statements ambassador embassy relations consular students science culture notices topics other
# show: list page people topics
";

fn title(label: &str, title: &str, out: &mut String) {
    if label != title {
        let _ = writeln!(out, "title = {}", quoted(title));
    }
}

fn merge(slug: &str, out: &mut String) {
    let _ = writeln!(out, "merge = {}", quoted(slug));
}

fn word(show: Show) -> &'static str {
    match show {
        Show::List => "list",
        Show::Page => "page",
        Show::People => "people",
        Show::Topics => "topics",
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests;

//! Reads a mapping that a person edited.

use super::{Fate, Mapping, NewSection, NewTopic, ROLES, SectionRow, TopicRow, roles};
use crate::problem::{Problem, line_of, shown};
use record::facts::{Show, is_reserved_section};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    section: Vec<Spanned<Row>>,
    #[serde(default)]
    topic: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    label: String,
    title: Option<String>,
    slug: Option<String>,
    role: Option<String>,
    show: Option<Show>,
    merge: Option<String>,
    #[serde(default)]
    skip: bool,
}

/// Reads the file that [`Mapping::to_toml`] wrote and a person edited.
///
/// # Errors
/// All problems with their lines.
pub fn read(source: &str) -> Result<Mapping, Vec<Problem>> {
    let file: File = toml::from_str(source).map_err(|error| {
        let line = line_of(source, error.span().map_or(0, |span| span.start));
        vec![Problem::new(line, error.message().trim().replace('\n', "; "))]
    })?;
    let mut reader = Reader {
        source,
        problems: Vec::new(),
        taken: BTreeMap::new(),
    };
    let mut mapping = Mapping::default();
    for row in file.section {
        let line = line_of(source, row.span().start);
        let row = row.into_inner();
        if let Some(fate) = reader.fate(&row, line, true) {
            mapping.sections.push(SectionRow { label: row.label, fate });
        }
    }
    reader.taken.clear();
    for row in file.topic {
        let line = line_of(source, row.span().start);
        let row = row.into_inner();
        if let Some(fate) = reader.fate(&row, line, false) {
            let fate = match fate {
                Fate::New(new) => Fate::New(NewTopic {
                    title: new.title,
                    slug: new.slug,
                }),
                Fate::Merge(slug) => Fate::Merge(slug),
                Fate::Skip => Fate::Skip,
            };
            mapping.topics.push(TopicRow { label: row.label, fate });
        }
    }
    if reader.problems.is_empty() {
        Ok(mapping)
    } else {
        Err(reader.problems)
    }
}

struct Reader<'a> {
    source: &'a str,
    problems: Vec<Problem>,
    /// Slugs given so far, and the line of their rows.
    taken: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn add(&mut self, line: usize, message: impl Into<String>) {
        if self.problems.len() < 50 {
            // A row begins at its header; the header's line is where a person looks.
            let line = line.min(self.source.lines().count().max(1));
            self.problems.push(Problem::new(line, message));
        }
    }

    fn fate(&mut self, row: &Row, line: usize, is_section: bool) -> Option<Fate<NewSection>> {
        let label = shown(&row.label);
        match (&row.slug, &row.merge, row.skip) {
            (None, None, true) => Some(Fate::Skip),
            (None, Some(slug), false) => Some(Fate::Merge(slug.clone())),
            (Some(slug), None, false) => self.new_row(row, slug, line, is_section),
            _ => {
                self.add(
                    line,
                    format!("`{label}` needs one of `slug`, `merge` and `skip = true`, and not two"),
                );
                None
            }
        }
    }

    fn new_row(&mut self, row: &Row, slug: &str, line: usize, is_section: bool) -> Option<Fate<NewSection>> {
        let before = self.problems.len();
        if !is_slug(slug) {
            self.add(
                line,
                format!(
                    "`{}` is no slug: write small letters a to z, digits and hyphens, and not `index`",
                    shown(slug)
                ),
            );
        }
        if is_section && is_reserved_section(slug) {
            self.add(line, format!("the slug `{slug}` is reserved: choose another"));
        }
        if let Some(first) = self.taken.insert(slug.to_owned(), line) {
            self.add(
                line,
                format!("the slug `{slug}` is used by the row at line {first}: to join them write merge = \"{slug}\""),
            );
        }
        if !is_section && (row.role.is_some() || row.show.is_some()) {
            self.add(line, "a topic has no `role` and no `show`");
        }
        let role = row.role.clone().unwrap_or_else(|| "other".to_owned());
        if !ROLES.contains(&role.as_str()) {
            self.add(
                line,
                format!(
                    "the role `{}` is unknown: write one of {}",
                    shown(&role),
                    ROLES.join(", ")
                ),
            );
        }
        (self.problems.len() == before).then(|| {
            Fate::New(NewSection {
                title: row.title.clone().unwrap_or_else(|| row.label.clone()),
                slug: slug.to_owned(),
                show: row.show.unwrap_or_else(|| roles::show(&role)),
                role,
            })
        })
    }
}

fn is_slug(slug: &str) -> bool {
    let plain = slug
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain
        && slug != "index"
        && (1..=80).contains(&slug.len())
        && !slug.starts_with('-')
        && !slug.ends_with('-')
        && !slug.contains("--")
}

//! TOML of front matter and of facts alone: unknown and misplaced keys are told with their lines.

use super::{DocumentType, Download, FactsForm, WordsForm, keys};
use crate::problem::{Problem, line_of, shown};
use serde::de::DeserializeOwned;
use toml::{Spanned, de::DeTable};

/// A front matter: its words, its facts if it bears any, and which edition it was if it was downloaded.
pub(super) type Front = (WordsForm, Option<FactsForm>, Option<Download>);

/// Reads a front matter, which begins at line 2 of its file.
pub(super) fn front_matter(source: &str) -> Result<Front, Vec<Problem>> {
    let mut problems = Vec::new();
    let toml = Toml { source, first_line: 2 };
    let table = toml.table()?;
    let kind = kind(&table);
    let (table, download) = without_download(table, kind);
    let (words, facts) = toml.split(table, kind, &mut problems);
    if !words.get_ref().iter().any(|(key, _)| key.get_ref() == "title") {
        problems.push(Problem::new(1, "the front matter lacks a title: write `title = \"…\"`"));
    }
    let has_facts = !facts.get_ref().is_empty();
    toml.misplaced(&facts, kind, &mut problems);
    if has_facts && kind.is_none() && !facts.get_ref().iter().any(|(key, _)| key.get_ref() == "type") {
        let (_, first) = (1, facts.get_ref().iter().next());
        let line = first.map_or(1, |(key, _)| toml.line(key.span().start));
        problems.push(Problem::new(
            line,
            "facts need a `type`: write `type = \"news\"` or another, or move them to the file of facts",
        ));
    }
    if !problems.is_empty() {
        return Err(sorted(problems));
    }
    let words: Result<WordsForm, Problem> = toml.read(words);
    let facts: Result<Option<FactsForm>, Problem> = has_facts.then(|| toml.read_facts(facts)).transpose();
    let download: Result<Option<Download>, Problem> = download.map(|table| toml.read(table)).transpose();
    match (words, facts, download) {
        (Ok(words), Ok(facts), Ok(download)) => {
            toml.check_words(&words)?;
            Ok((words, facts, download))
        }
        (words, facts, download) => {
            let problems = words.err().into_iter().chain(facts.err()).chain(download.err());
            Err(sorted(problems.collect()))
        }
    }
}

/// The facts of a file of their own.
pub(super) fn facts(source: &str) -> Result<FactsForm, Vec<Problem>> {
    let mut problems = Vec::new();
    let toml = Toml { source, first_line: 1 };
    let table = toml.table()?;
    let kind = kind(&table);
    for (key, _) in table.get_ref() {
        let word = key.get_ref();
        if !keys::is_of_facts(word) {
            let message = if keys::WORDS.contains(&&**word) {
                format!("`{word}` belongs to the words: write it in the front matter of a Markdown file")
            } else {
                format!("the key `{}` is unknown", shown(word))
            };
            problems.push(Problem::new(toml.line(key.span().start), message));
        }
    }
    if !table.get_ref().iter().any(|(key, _)| key.get_ref() == "type") {
        problems.push(Problem::new(
            1,
            "facts need a `type`: write `type = \"news\"` or another",
        ));
    }
    toml.misplaced(&table, kind, &mut problems);
    if !problems.is_empty() {
        return Err(sorted(problems));
    }
    toml.read_facts(table).map_err(|problem| vec![problem])
}

/// Takes out what a download says of itself. Its date is a fact on record, not one that the file states anew.
fn without_download(
    table: Spanned<DeTable<'_>>,
    kind: Option<DocumentType>,
) -> (Spanned<DeTable<'_>>, Option<Spanned<DeTable<'_>>>) {
    if !table.get_ref().iter().any(|(key, _)| key.get_ref() == "id") {
        return (table, None);
    }
    let span = table.span();
    let (mut rest, mut download) = (DeTable::new(), DeTable::new());
    for (key, value) in table.into_inner() {
        let word = key.get_ref();
        if keys::DOWNLOAD.contains(&&**word) || word == "date" && kind.is_none() {
            download.insert(key, value);
        } else {
            rest.insert(key, value);
        }
    }
    (Spanned::new(span.clone(), rest), Some(Spanned::new(span, download)))
}

fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort();
    problems.dedup();
    problems.truncate(50);
    problems
}

/// The type that a table states, if it is a known one.
fn kind(table: &Spanned<DeTable<'_>>) -> Option<DocumentType> {
    let value = table.get_ref().iter().find(|(key, _)| key.get_ref() == "type")?.1;
    let word = value.get_ref().as_str()?;
    let words = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word);
    serde::Deserialize::deserialize(words).ok()
}

struct Toml<'a> {
    source: &'a str,
    first_line: usize,
}

impl<'a> Toml<'a> {
    fn line(&self, at: usize) -> usize {
        line_of(self.source, at) + self.first_line - 1
    }

    fn problem(&self, error: &toml::de::Error) -> Problem {
        let at = error.span().map_or(0, |span| span.start);
        Problem::new(self.line(at), error.message().trim().replace('\n', "; "))
    }

    fn table(&self) -> Result<Spanned<DeTable<'a>>, Vec<Problem>> {
        DeTable::parse(self.source).map_err(|e| vec![self.problem(&e)])
    }

    fn read<T: DeserializeOwned>(&self, table: Spanned<DeTable<'_>>) -> Result<T, Problem> {
        T::deserialize(toml::de::Deserializer::from(table)).map_err(|e| self.problem(&e))
    }

    /// Facts, with the lines of their keys.
    fn read_facts(&self, table: Spanned<DeTable<'_>>) -> Result<FactsForm, Problem> {
        let keys = table.get_ref().iter();
        let lines = keys.map(|(key, _)| (key.get_ref().to_string(), self.line(key.span().start)));
        let lines = lines.collect();
        let facts: FactsForm = self.read(table)?;
        Ok(FactsForm { lines, ..facts })
    }

    /// Parts the keys of the words from those of the facts; unknown ones are told.
    fn split(
        &self,
        table: Spanned<DeTable<'a>>,
        kind: Option<DocumentType>,
        problems: &mut Vec<Problem>,
    ) -> (Spanned<DeTable<'a>>, Spanned<DeTable<'a>>) {
        let span = table.span();
        let slug_is_fact = kind.is_some_and(keys::has_slug);
        let (mut words, mut facts) = (DeTable::new(), DeTable::new());
        for (key, value) in table.into_inner() {
            let word = key.get_ref();
            let is_words = keys::WORDS.contains(&&**word) && !(word == "slug" && slug_is_fact);
            if is_words {
                words.insert(key, value);
            } else if keys::is_of_facts(word) {
                facts.insert(key, value);
            } else {
                let message = format!("the key `{}` is unknown", shown(word));
                problems.push(Problem::new(self.line(key.span().start), message));
            }
        }
        (Spanned::new(span.clone(), words), Spanned::new(span, facts))
    }

    /// Keys that the type does not take.
    fn misplaced(&self, facts: &Spanned<DeTable<'_>>, kind: Option<DocumentType>, problems: &mut Vec<Problem>) {
        let Some(kind) = kind else { return };
        for (key, _) in facts.get_ref() {
            let word = key.get_ref();
            let known = word == "type" || keys::of(kind).contains(&&**word) || !keys::is_of_facts(word);
            if !known {
                let message = format!(
                    "`{word}` is no key of this type: it takes {}",
                    keys::of(kind).join(", ")
                );
                problems.push(Problem::new(self.line(key.span().start), message));
            }
        }
    }

    fn check_words(&self, words: &WordsForm) -> Result<(), Vec<Problem>> {
        if words.title.is_empty() {
            return Err(vec![Problem::new(self.line_of_key("title"), "the title is empty")]);
        }
        Ok(())
    }

    fn line_of_key(&self, key: &str) -> usize {
        let place = self.source.lines().position(|line| line.trim_start().starts_with(key));
        place.unwrap_or(0) + self.first_line
    }
}

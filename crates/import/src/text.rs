//! Files of texts in a folder (`docs/texts.md`): their names, front matter and facts. Names are not yet ids here.

mod download;
mod facts;
mod keys;
mod toml_part;
mod words;

pub use download::Download;
pub use facts::{
    AppointmentForm, AppointmentRole, CarryForm, ClosedForm, DayForm, DocumentType, FactsForm, Part, ParticipantForm,
    PlaceForm,
};
pub use words::{LabelForm, WordsForm};

use crate::{
    markdown::{self, Resolve},
    problem::{Problem, shown},
};
use record::{body::Block, lang::Lang};

/// A Markdown file: words in one language, with the facts if it is the original and bears them.
#[derive(Clone, PartialEq, Debug)]
pub struct TextFile {
    /// Path inside the folder, without language and ending.
    pub name: String,
    /// Language of the words.
    pub lang: Lang,
    /// What stands in the front matter about the words.
    pub words: WordsForm,
    /// Facts of the front matter, if there are any.
    pub facts: Option<FactsForm>,
    /// Which edition the file was, if it was downloaded from a site.
    pub download: Option<Download>,
    /// The body as written.
    pub body: String,
    /// Line of the file at which the body begins, from 1.
    pub body_line: usize,
}

impl TextFile {
    /// The body as blocks, once the names of the folder are known.
    ///
    /// # Errors
    /// All problems of the body, with lines of the file.
    pub fn blocks(&self, resolve: Resolve<'_>) -> Result<Vec<Block>, Vec<Problem>> {
        markdown::parse_at(&self.body, self.body_line, resolve)
    }
}

/// What a file of the folder is, by its path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileName {
    /// `name.LANG.md`.
    Words { name: String, lang: Lang },
    /// `name.toml`.
    Facts { name: String },
    /// Neither; not read.
    PassedOver,
}

/// What a path inside the folder, with `/` between its parts, says of its file.
///
/// # Errors
/// A sentence for the person whose Markdown file does not say its language.
pub fn file_name(path: &str) -> Result<FileName, String> {
    let hidden = path.split('/').any(|part| part.starts_with(['.', '_']));
    if hidden || path.rsplit('/').next() == Some("README.md") {
        return Ok(FileName::PassedOver);
    }
    if let Some(name) = path.strip_suffix(".toml") {
        return Ok(FileName::Facts { name: name.to_owned() });
    }
    let Some(stem) = path.strip_suffix(".md") else {
        return Ok(FileName::PassedOver);
    };
    let (name, tag) = stem
        .rsplit_once('.')
        .filter(|(name, tag)| !name.ends_with('/') && !name.is_empty() && !tag.contains('/'))
        .ok_or_else(|| format!("the name of `{path}` lacks its language: write it as `{stem}.en.md`"))?;
    let lang: Lang = tag.parse().map_err(|e| format!("the name of `{path}`: {e}"))?;
    if lang.is_facts() {
        return Err(format!("the name of `{path}`: `zxx` is no language of words"));
    }
    let name = name.to_owned();
    Ok(FileName::Words { name, lang })
}

/// Reads a Markdown file with its front matter.
///
/// # Errors
/// All problems of the front matter; those of the body come from [`TextFile::blocks`].
pub fn parse(name: &str, lang: Lang, source: &str) -> Result<TextFile, Vec<Problem>> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source).replace("\r\n", "\n");
    let (front, body, body_line) = split(&source)?;
    let (words, facts, download) = toml_part::front_matter(front)?;
    let other = download
        .as_ref()
        .and_then(|download| download.lang)
        .filter(|other| *other != lang);
    if let Some(other) = other {
        let message = format!("the text says that it is in `{other}`, and the name of its file `{lang}`");
        return Err(vec![Problem::new(1, message)]);
    }
    Ok(TextFile {
        name: name.to_owned(),
        lang,
        words,
        facts,
        download,
        body: body.to_owned(),
        body_line,
    })
}

/// Reads a `name.toml`: the facts of one document.
///
/// # Errors
/// All problems of the file.
pub fn facts_file(source: &str) -> Result<FactsForm, Vec<Problem>> {
    toml_part::facts(source.strip_prefix('\u{feff}').unwrap_or(source))
}

/// Front matter, body, and the line at which the body begins.
fn split(source: &str) -> Result<(&str, &str, usize), Vec<Problem>> {
    let first = source.lines().next().unwrap_or_default();
    if first.trim_end() != "+++" {
        let message = format!(
            "the file begins with `{}`: its first line is `+++`, then title and other keys, then `+++` again",
            shown(first)
        );
        return Err(vec![Problem::new(1, message)]);
    }
    let start = first.len() + 1;
    let mut at = start;
    for (number, line) in source
        .get(start..)
        .unwrap_or_default()
        .split_inclusive('\n')
        .enumerate()
    {
        let end = at + line.len();
        if line.trim_end() == "+++" {
            return Ok((&source[start..at], &source[end..], number + 3));
        }
        at = end;
    }
    Err(vec![Problem::new(
        1,
        "the front matter is not closed: write `+++` on a line below its keys",
    )])
}

#[cfg(test)]
mod tests;

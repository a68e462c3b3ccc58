//! What a person should look at, as a file: doubts of the importer, and data of persons found in texts.

use super::{pages::Page, piece::Piece};
use crate::output::{Context as _, Done};
use import::{
    candidate::Remark,
    review::{self, Finding},
};
use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// A review on its way into a file; without a file nothing is looked at.
#[derive(Debug, Default)]
pub struct Review {
    file: Option<(PathBuf, BufWriter<File>)>,
    texts: u64,
}

impl Review {
    /// Begins a file. It may name persons, so only its owner reads it.
    pub fn new(path: Option<&Path>) -> Done<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(true).mode(0o600);
        let file = options.open(path).at(path.display())?;
        Ok(Self {
            file: Some((path.to_owned(), BufWriter::new(file))),
            texts: 0,
        })
    }

    /// A captured page: title, date and what is doubtful, always.
    pub fn page(&mut self, page: &Page) -> Done {
        let candidate = &page.candidate;
        let date = candidate
            .date
            .map_or_else(|| "none".to_owned(), |date| date.to_string());
        let mut lines = vec![format!("title: {}", candidate.title), format!("date: {date}")];
        if candidate.date.is_some_and(|date| date.time.is_some()) {
            lines.push("zone: not stated by the page".to_owned());
        }
        lines.extend(review::candidate(candidate).iter().map(ToString::to_string));
        self.write(&page.file, &lines)
    }

    /// A statement, if there is anything to look at.
    pub fn statement(&mut self, piece: &Piece, remarks: &[Remark]) -> Done {
        if self.file.is_none() {
            return Ok(());
        }
        let remarks = remarks.iter().map(ToString::to_string);
        let found = review::body(&piece.words.body);
        let mut lines: Vec<String> = remarks.chain(found.iter().map(Finding::to_string)).collect();
        let is_assumed = piece.facts.date.as_ref().is_some_and(|date| !date.assumed.is_empty());
        if is_assumed {
            lines.push("zone: neither the statement nor its site states one".to_owned());
        }
        if lines.is_empty() {
            return Ok(());
        }
        let title = format!("title: {} ({})", piece.words.title, piece.lang);
        lines.insert(0, title);
        self.write(&piece.place.to_string(), &lines)
    }

    fn write(&mut self, place: &str, lines: &[String]) -> Done {
        let Some((path, file)) = &mut self.file else {
            return Ok(());
        };
        self.texts += 1;
        let mut written = writeln!(file, "{place}");
        for line in lines {
            written = written.and_then(|()| writeln!(file, "  {}", line.replace('\n', " ")));
        }
        written.at(path.display())
    }

    /// Ends the file; says what it holds.
    pub fn end(self) -> Done<Option<String>> {
        let Some((path, mut file)) = self.file else {
            return Ok(None);
        };
        file.flush().at(path.display())?;
        Ok(Some(match self.texts {
            0 => format!("{}: nothing to look at", path.display()),
            1 => format!("{}: 1 text to look at", path.display()),
            n => format!("{}: {n} texts to look at", path.display()),
        }))
    }
}

//! What is wrong with a text that a person wrote, and where.

use std::fmt;

/// How many problems of one text are told; the rest would only repeat them.
const MOST: usize = 50;

/// One thing to mend in a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, thiserror::Error)]
pub struct Problem {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong and what to do: a lower-case fragment.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl Problem {
    /// A problem at a line, counted from 1.
    pub fn new(line: usize, message: impl Into<String>) -> Self {
        Self {
            line,
            message: message.into(),
        }
    }
}

/// Collects problems of a source by byte offset; bounded however bad the source is.
#[derive(Debug)]
pub(crate) struct Problems<'a> {
    source: &'a str,
    first_line: usize,
    found: Vec<Problem>,
}

impl<'a> Problems<'a> {
    /// Of a source whose first line has this number in its file.
    pub(crate) fn new(source: &'a str, first_line: usize) -> Self {
        Self {
            source,
            first_line,
            found: Vec::new(),
        }
    }

    /// The line of a byte offset.
    pub(crate) fn line(&self, at: usize) -> usize {
        line_of(self.source, at) + self.first_line - 1
    }

    /// Notes a problem at a byte offset.
    pub(crate) fn add(&mut self, at: usize, message: impl Into<String>) {
        if self.found.len() < MOST {
            let problem = Problem::new(self.line(at), message);
            self.found.push(problem);
        }
    }

    /// The value if nothing is wrong, else the problems in order of lines, each once.
    pub(crate) fn or<T>(mut self, value: T) -> Result<T, Vec<Problem>> {
        if self.found.is_empty() {
            return Ok(value);
        }
        self.found.sort();
        self.found.dedup();
        Err(self.found)
    }
}

/// The line of a byte offset, from 1.
pub(crate) fn line_of(source: &str, at: usize) -> usize {
    let before = source.as_bytes().get(..at).unwrap_or(source.as_bytes());
    before.split(|b| *b == b'\n').count()
}

/// At most 60 characters of something read, to be shown in a message.
pub(crate) fn shown(text: &str) -> String {
    let mut out: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

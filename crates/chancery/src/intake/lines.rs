//! Lines of a file of any length: read in stretches, with their numbers and digests.

use crate::output::{Context as _, Done, Failure};
use import::jsonl::MAX_LINE;
use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _},
    path::Path,
};
use tlog::hash::{Hash, sha256};

/// Lines of one stretch.
const MOST_LINES: usize = 512;
/// Bytes of one stretch, but for its last line.
const MOST_BYTES: usize = 2 << 20;

/// A line without its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawLine {
    /// Its number, from 1.
    pub number: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl RawLine {
    /// SHA-256 of its bytes.
    pub fn digest(&self) -> Hash {
        sha256(&self.bytes)
    }
}

/// A file on its way through.
#[derive(Debug)]
pub struct Lines<R> {
    name: String,
    source: R,
    number: u64,
}

/// Opens a file.
pub fn open(path: &Path) -> Done<Lines<BufReader<File>>> {
    let file = File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
    if !file.metadata().at(path.display())?.is_file() {
        return Err(Failure::usage(format!("{}: not a file", path.display())));
    }
    Ok(Lines::new(
        &path.display().to_string(),
        BufReader::with_capacity(1 << 18, file),
    ))
}

impl<R: BufRead> Lines<R> {
    /// Lines of a source with this name.
    pub fn new(name: &str, source: R) -> Self {
        Self {
            name: name.to_owned(),
            source,
            number: 0,
        }
    }

    /// The next stretch and the bytes it took; empty lines are passed over. Nothing at the end.
    pub fn stretch(&mut self) -> Done<(Vec<RawLine>, u64)> {
        let (mut lines, mut read, mut bytes) = (Vec::new(), 0, 0);
        while lines.len() < MOST_LINES && bytes < MOST_BYTES {
            let mut line = Vec::new();
            let taken = self.line(&mut line)?;
            if taken == 0 {
                break;
            }
            read += taken;
            trim(&mut line);
            if line.iter().any(|b| !b.is_ascii_whitespace()) {
                bytes += line.len();
                let number = self.number;
                lines.push(RawLine { number, bytes: line });
            }
        }
        Ok((lines, read))
    }

    /// Reads one line with its end; gives the bytes read.
    fn line(&mut self, line: &mut Vec<u8>) -> Done<u64> {
        self.number += 1;
        let most = MAX_LINE as u64 + 2;
        let mut limited = (&mut self.source).take(most);
        let taken = limited.read_until(b'\n', line);
        let taken = taken.at(format!("{} line {}", self.name, self.number))? as u64;
        if taken == most && line.last() != Some(&b'\n') {
            let what = format!("{} line {}: longer than {MAX_LINE} bytes", self.name, self.number);
            return Err(Failure::usage(what).hint("one statement is one line"));
        }
        Ok(taken)
    }
}

fn trim(line: &mut Vec<u8>) {
    if line.starts_with(b"\xef\xbb\xbf") {
        line.drain(..3);
    }
    while matches!(line.last(), Some(b'\n' | b'\r')) {
        line.pop();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn lines_have_their_numbers_and_no_ends() {
        let text = b"\xef\xbb\xbfone\r\n\n  \ntwo\n".to_vec();
        let mut lines = Lines::new("x", Cursor::new(text));
        let (found, read) = lines.stretch().unwrap();
        let told: Vec<_> = found.iter().map(|l| (l.number, l.bytes.as_slice())).collect();
        assert_eq!(told, [(1, b"one".as_slice()), (4, b"two")]);
        assert_eq!(read, 16);
        assert_eq!(lines.stretch().unwrap(), (Vec::new(), 0));
    }

    #[test]
    fn a_file_is_read_in_stretches() {
        let text = "x\n".repeat(MOST_LINES + 1);
        let mut lines = Lines::new("x", Cursor::new(text.into_bytes()));
        assert_eq!(lines.stretch().unwrap().0.len(), MOST_LINES);
        assert_eq!(lines.stretch().unwrap().0.len(), 1);
    }

    #[test]
    fn an_enormous_line_is_refused_by_number_without_being_read_whole() {
        let endless = std::io::repeat(b'a').take(1 << 40);
        let source = Cursor::new(b"one\n".to_vec()).chain(endless);
        let mut lines = Lines::new("big.jsonl", BufReader::new(source));
        let failure = lines.stretch().unwrap_err();
        assert!(
            failure.message.starts_with("big.jsonl line 2: longer than"),
            "{failure:?}"
        );
    }
}

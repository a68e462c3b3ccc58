//! The pass by lines: fences, containers, captions, braces that stand alone, and paragraphs without any mark.

use super::{Reader, attributes, blocks, container};
use crate::words;
use record::body::{Inline, Text, normal};

/// A run of backticks or tildes that opened a fence.
#[derive(Clone, Copy)]
struct Fence {
    mark: u8,
    length: usize,
}

/// Where the pass stands.
struct Pass {
    /// Start of what waits for the parser of events.
    waiting: usize,
    /// Start of the current run of lines that are not empty, and whether all of them are plain.
    run: Option<(usize, bool)>,
    fence: Option<Fence>,
}

/// Reads all lines of a source.
pub(super) fn read(reader: &mut Reader<'_>) {
    let source = reader.source;
    let mut pass = Pass {
        waiting: 0,
        run: None,
        fence: None,
    };
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let next = at + line.len();
        pass.line(reader, line.trim_end(), at, next);
        at = next;
    }
    pass.finish(reader, at);
}

impl Pass {
    fn line(&mut self, reader: &mut Reader<'_>, line: &str, at: usize, next: usize) {
        if self.is_fenced(line) {
            self.run = Some((self.run.map_or(at, |(start, _)| start), false));
        } else if line.is_empty() {
            self.end_run(reader, at);
        } else if let Some(rest) = container::marker(line) {
            self.cut(reader, at, next);
            container::line(reader, rest, at);
        } else if let Some(inside) = lone_braces(line) {
            self.cut(reader, at, next);
            apply_to_last(reader, inside, at);
        } else if let Some(caption) = caption(reader.source, line, next) {
            self.cut(reader, at, next);
            reader.caption = Some((words_of(reader, caption, at), at));
        } else {
            let (start, plain) = self.run.unwrap_or((at, true));
            self.run = Some((start, plain && is_plain(line)));
        }
    }

    /// Hands over all that waits before a line of our own and goes on behind it.
    fn cut(&mut self, reader: &mut Reader<'_>, at: usize, next: usize) {
        self.finish(reader, at);
        self.waiting = next;
    }

    fn finish(&mut self, reader: &mut Reader<'_>, at: usize) {
        self.end_run(reader, at);
        hand_over(reader, self.waiting, at);
        self.waiting = at;
    }

    /// A plain run is a paragraph by itself; any other waits, as a list may go on behind an empty line.
    fn end_run(&mut self, reader: &mut Reader<'_>, at: usize) {
        if let Some((start, true)) = self.run.take() {
            hand_over(reader, self.waiting, start);
            self.waiting = at;
            push_plain(reader, start, at);
        }
    }

    /// Follows fences; true inside of one and on its own lines.
    fn is_fenced(&mut self, line: &str) -> bool {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let mark = line.trim_start_matches(' ').as_bytes().first().copied().unwrap_or(0);
        let length = line.bytes().skip(indent).take_while(|b| *b == mark).count();
        let fits = indent < 4 && matches!(mark, b'`' | b'~') && length >= 3;
        if let Some(open) = self.fence {
            let closes = fits && mark == open.mark && length >= open.length && line.len() == indent + length;
            self.fence = (!closes).then_some(open);
            true
        } else {
            // Backticks later in the line make it a span of code, not a fence.
            let opens = fits && !(mark == b'`' && line[indent + length..].contains('`'));
            self.fence = opens.then_some(Fence { mark, length });
            opens
        }
    }
}

/// Lets the parser of events read a stretch, and sees that a caption is followed by its table.
fn hand_over(reader: &mut Reader<'_>, start: usize, end: usize) {
    let Some(stretch) = reader.source.get(start..end).filter(|s| !s.trim().is_empty()) else {
        return;
    };
    blocks::read(reader, stretch, start);
    if let Some((_, at)) = reader.caption.take() {
        reader
            .problems
            .add(at, "a caption stands straight above the first row of its table");
    }
}

fn push_plain(reader: &mut Reader<'_>, start: usize, end: usize) {
    let source = reader.source;
    let text = plain_text(source.get(start..end).unwrap_or_default().trim());
    if !text.is_empty() {
        reader.blocks().push(attributes::paragraph(text));
    }
}

/// The text of a paragraph without marks; copies it once where it is in written form already.
fn plain_text(words: &str) -> Text {
    if is_clean(words) {
        return vec![Inline::Plain(words.to_owned())];
    }
    normal(vec![Inline::Plain(words::join_lines(words).into_owned())])
}

/// True if a text has no controls, line ends among them, and no two spaces in a row.
fn is_clean(words: &str) -> bool {
    let mut before = b'x';
    words.bytes().all(|b| {
        let fits = b >= b' ' && b != 0x7f && !(b == b' ' && before == b' ');
        before = b;
        fits
    })
}

/// Bytes that mean something in Markdown wherever they stand.
const MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    let bytes = b"\\`*_[<&{";
    let mut at = 0;
    while at < bytes.len() {
        marks[bytes[at] as usize] = true;
        at += 1;
    }
    marks
};

/// True for a line that says in Markdown exactly what it says.
fn is_plain(line: &str) -> bool {
    let bytes = line.as_bytes();
    let opens = match bytes.first() {
        None | Some(b' ' | b'\t' | b'#' | b'>' | b'-' | b'+' | b'=' | b'~' | b':' | b'|') => true,
        Some(b'0'..=b'9') => {
            let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
            matches!(bytes.get(digits), Some(b'.' | b')'))
        }
        Some(_) => false,
    };
    !opens && !bytes.iter().any(|b| MARKS[usize::from(*b)])
}

/// The inside of braces that fill a line.
fn lone_braces(line: &str) -> Option<&str> {
    let inside = line.strip_prefix('{')?.strip_suffix('}')?;
    (!inside.contains(['{', '}']) && attributes::looks_like_attributes(inside)).then_some(inside)
}

fn apply_to_last(reader: &mut Reader<'_>, inside: &str, at: usize) {
    let Some(mut block) = reader.blocks().pop() else {
        return reader
            .problems
            .add(at, "braces stand behind a block: here is none before them");
    };
    match attributes::read(inside) {
        Ok(attributes) => reader.apply(&attributes, &mut block, at),
        Err(message) => reader.problems.add(at, message),
    }
    reader.blocks().push(block);
}

/// The words behind `Table:` if the next line is a row.
fn caption<'a>(source: &str, line: &'a str, next: usize) -> Option<&'a str> {
    let words = line.strip_prefix("Table:")?;
    let following = source.get(next..)?.lines().next()?;
    following.contains('|').then_some(words.trim())
}

/// Inline marks of a piece that stands on a line of its own: a caption or a title.
pub(super) fn words_of(reader: &mut Reader<'_>, words: &str, at: usize) -> Text {
    if is_plain(words) {
        return plain_text(words);
    }
    let before = reader.blocks().len();
    blocks::read(reader, words, at);
    let mut made = reader.blocks().split_off(before);
    match (made.pop().map(|b| b.kind), made.is_empty()) {
        (Some(record::body::Kind::Paragraph { text, .. }), true) => text,
        (None, _) => Text::new(),
        _ => {
            reader.problems.add(at, "a caption or title is one line of words");
            Text::new()
        }
    }
}

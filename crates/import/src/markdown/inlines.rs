//! Inlines of one stretch of text: events of the parser, and our brackets, braces and footnotes between them.

use super::attributes::{self, Attributes, Mark};
use crate::{problem::Problems, words};
use record::body::{Inline, Target, Text, normal};
use std::ops::Range;

/// How deep marks may stand inside each other; deeper ones are told and flattened.
const MAX_MARKS: usize = 16;
/// How many brackets may be open at once; further ones are plain characters.
const MAX_BRACKETS: usize = 8;
/// How long the inside of braces may be, in bytes.
const MAX_BRACES: usize = 200;

/// What an open frame will become.
pub(super) enum Span {
    Em,
    Strong,
    /// `None` where the target was told as a problem.
    Link(Option<Target>),
    /// What is refused whole, such as a picture.
    Dropped,
    Bracket,
    Note,
}

struct Frame {
    span: Span,
    text: Text,
}

/// Collects the inlines of one paragraph, heading, item or cell.
pub(super) struct Inlines<'a> {
    source: &'a str,
    /// Where the stretch begins in the whole source, for problems.
    base: usize,
    root: Text,
    frames: Vec<Frame>,
    /// Brackets that were not opened because too many are.
    ignored: usize,
    /// Bytes of the stretch before this offset are read already.
    skip: usize,
    /// Attributes of the block, if nothing follows them.
    trailing: Option<(Attributes, usize)>,
}

impl<'a> Inlines<'a> {
    /// Of a stretch that begins at `base`.
    pub(super) fn new(source: &'a str, base: usize) -> Self {
        Self {
            source,
            base,
            root: Text::new(),
            frames: Vec::new(),
            ignored: 0,
            skip: 0,
            trailing: None,
        }
    }

    /// The text with its line ends, not yet in written form, and the attributes of its block with their place.
    pub(super) fn finish(mut self, problems: &mut Problems<'_>) -> (Text, Option<(Attributes, usize)>) {
        self.close_brackets(0, problems);
        while let Some(frame) = self.frames.pop() {
            self.append(frame.text);
        }
        (self.root, self.trailing)
    }

    fn top(&mut self) -> &mut Text {
        match self.frames.last_mut() {
            Some(frame) => &mut frame.text,
            None => &mut self.root,
        }
    }

    fn append(&mut self, text: Text) {
        let top = self.top();
        for inline in text {
            match (inline, top.last_mut()) {
                (Inline::Plain(more), Some(Inline::Plain(words))) => words.push_str(&more),
                (inline, _) => top.push(inline),
            }
        }
    }

    fn push(&mut self, words: &str, at: usize, problems: &mut Problems<'_>) {
        if words.is_empty() {
            return;
        }
        if !words.trim().is_empty() && self.trailing.take().is_some() {
            problems.add(self.base + at, "braces with the id of a block stand at its end");
        }
        match self.top().last_mut() {
            Some(Inline::Plain(before)) => before.push_str(words),
            _ => self.top().push(Inline::Plain(words.to_owned())),
        }
    }

    /// Words as they are, such as decoded characters, which may be any.
    pub(super) fn literal(&mut self, words: &str, at: usize, problems: &mut Problems<'_>) {
        if at >= self.skip {
            self.push(&words::clean(words), at, problems);
        }
    }

    /// The end of a line inside a paragraph.
    pub(super) fn soft_break(&mut self, after: usize) {
        let next = self.source.get(after..).unwrap_or_default().trim_start();
        let needs = match self.top().last() {
            Some(Inline::Plain(before)) => words::needs_space(before, next),
            _ => true,
        };
        if needs {
            match self.top().last_mut() {
                Some(Inline::Plain(before)) => before.push('\n'),
                _ => self.top().push(Inline::Plain("\n".to_owned())),
            }
        }
    }

    /// A line break that was asked for.
    pub(super) fn line(&mut self) {
        self.top().push(Inline::Line);
    }

    /// Opens a mark.
    pub(super) fn open(&mut self, span: Span) {
        self.frames.push(Frame {
            span,
            text: Text::new(),
        });
    }

    /// Closes the innermost mark of the parser; brackets left open inside of it are plain characters.
    pub(super) fn close(&mut self, at: usize, problems: &mut Problems<'_>) {
        let marks = self.frames.iter().rposition(|f| !f.span.is_ours());
        let Some(keep) = marks else { return };
        self.close_brackets(keep + 1, problems);
        let Some(frame) = self.frames.pop() else { return };
        if self.frames.len() >= MAX_MARKS {
            problems.add(self.base + at, "marks stand too deep inside each other: use fewer");
            return self.append(frame.text);
        }
        let made = match frame.span {
            Span::Em => Inline::Em(frame.text),
            Span::Strong => Inline::Strong(frame.text),
            Span::Link(Some(to)) => Inline::Link { to, text: frame.text },
            _ => return,
        };
        self.wrapped(made, at, problems);
    }

    fn wrapped(&mut self, made: Inline, at: usize, problems: &mut Problems<'_>) {
        if self.trailing.take().is_some() {
            problems.add(self.base + at, "braces with the id of a block stand at its end");
        }
        self.top().push(made);
    }

    /// Turns open brackets above a depth back into characters, in one pass.
    fn close_brackets(&mut self, keep: usize, problems: &mut Problems<'_>) {
        for frame in self.frames.split_off(keep.min(self.frames.len())) {
            if matches!(frame.span, Span::Note) {
                problems.add(self.base + self.skip, "a footnote is not closed: write `^[text]`");
            }
            self.append(vec![Inline::Plain(frame.span.opening().to_owned())]);
            self.append(frame.text);
        }
        self.ignored = 0;
    }

    /// Words as they stand in the source, with our marks between them.
    pub(super) fn text(&mut self, words: &str, range: Range<usize>, problems: &mut Problems<'_>) {
        if range.end <= self.skip {
            return;
        }
        let verbatim = self.source.get(range.clone()) == Some(words);
        if !verbatim {
            return self.literal(words, range.start, problems);
        }
        let mut at = range.start.max(self.skip);
        if at == range.start && words.starts_with(['[', ']', '{']) && is_escaped(self.source, at) {
            self.push(&words[..1], at, problems);
            at += 1;
        }
        while at < range.end {
            let rest = self.source.get(at..range.end).unwrap_or_default();
            let plain = rest.find(['[', ']', '{']).unwrap_or(rest.len());
            self.push(&rest[..plain], at, problems);
            at += plain;
            if at < range.end {
                at = self.mark(at, problems).max(at + 1);
            }
        }
    }

    /// One of our marks; gives where to go on.
    fn mark(&mut self, at: usize, problems: &mut Problems<'_>) -> usize {
        match self.source.as_bytes().get(at) {
            Some(b'[') => self.bracket(at, problems),
            Some(b']') => return self.unbracket(at, problems),
            _ => return self.braces(at, problems),
        }
        at + 1
    }

    fn bracket(&mut self, at: usize, problems: &mut Problems<'_>) {
        let open = self.frames.iter().filter(|f| f.span.is_ours()).count();
        if open >= MAX_BRACKETS {
            self.ignored += 1;
            return self.push("[", at, problems);
        }
        let caret = at > 0 && self.source.as_bytes()[at - 1] == b'^' && !is_escaped(self.source, at - 1);
        let note = caret && self.take_caret();
        self.open(if note { Span::Note } else { Span::Bracket });
    }

    fn take_caret(&mut self) -> bool {
        match self.top().last_mut() {
            Some(Inline::Plain(words)) if words.ends_with('^') => {
                words.pop();
                true
            }
            _ => false,
        }
    }

    fn unbracket(&mut self, at: usize, problems: &mut Problems<'_>) -> usize {
        let ours = self.frames.last().is_some_and(|f| f.span.is_ours());
        if self.ignored > 0 || !ours {
            self.ignored = self.ignored.saturating_sub(1);
            self.push("]", at, problems);
            return at + 1;
        }
        let Some(frame) = self.frames.pop() else { return at + 1 };
        if matches!(frame.span, Span::Note) {
            let within = self.frames.iter().any(|outer| matches!(outer.span, Span::Note));
            match normal(frame.text) {
                _ if within => problems.add(self.base + at, "a footnote stands within a footnote"),
                empty if empty.is_empty() => problems.add(self.base + at, "a footnote needs words"),
                text => self.wrapped(Inline::Note(text), at, problems),
            }
            return at + 1;
        }
        if let Some(inside) = inside(self.source, at + 1) {
            self.marked(frame.text, inside, at, problems)
        } else {
            self.push("[", at, problems);
            self.append(frame.text);
            self.push("]", at, problems);
            at + 1
        }
    }

    /// Bracketed words with braces behind them.
    fn marked(&mut self, text: Text, inside: &str, at: usize, problems: &mut Problems<'_>) -> usize {
        match attributes::mark(inside) {
            Ok(Mark::Lang(lang)) => self.wrapped(Inline::Lang { lang, text }, at, problems),
            Ok(Mark::Quote) => self.wrapped(Inline::Quote(text), at, problems),
            Ok(Mark::Sup) => self.wrapped(Inline::Sup(text), at, problems),
            Ok(Mark::Sub) => self.wrapped(Inline::Sub(text), at, problems),
            Err(message) => problems.add(self.base + at, message),
        }
        self.skip = at + 1 + inside.len() + 2;
        self.skip
    }

    /// Braces: attributes of the block, or plain characters.
    fn braces(&mut self, at: usize, problems: &mut Problems<'_>) -> usize {
        let found = inside(self.source, at).filter(|inside| attributes::looks_like_attributes(inside));
        let Some(inside) = found else {
            self.push("{", at, problems);
            return at + 1;
        };
        match attributes::read(inside) {
            Ok(read) if self.trailing.is_none() => self.trailing = Some((read, self.base + at)),
            Ok(_) => problems.add(self.base + at, "a block has one pair of braces: put all into the first"),
            Err(message) => problems.add(self.base + at, message),
        }
        self.skip = at + inside.len() + 2;
        self.skip
    }
}

impl Span {
    /// True for brackets, which the parser of events does not know.
    fn is_ours(&self) -> bool {
        matches!(self, Self::Bracket | Self::Note)
    }

    fn opening(&self) -> &'static str {
        match self {
            Self::Note => "^[",
            Self::Bracket => "[",
            _ => "",
        }
    }
}

/// The inside of braces that begin at an offset and end in the same line.
fn inside(source: &str, at: usize) -> Option<&str> {
    let rest = source.get(at..)?.strip_prefix('{')?;
    let end = rest
        .bytes()
        .take(MAX_BRACES)
        .position(|b| matches!(b, b'}' | b'\n' | b'{'))?;
    (rest.as_bytes()[end] == b'}').then(|| &rest[..end])
}

/// True if an odd number of backslashes stands before an offset.
fn is_escaped(source: &str, at: usize) -> bool {
    let before = source.as_bytes().get(..at).unwrap_or_default();
    before.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

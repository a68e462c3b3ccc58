//! Inlines as Markdown: escapes, and emphasis where its marks are read as such.

use record::body::{Inline, Target};

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It may have several lines.
    Paragraph,
    /// It has one line that begins with marks: headings.
    Heading,
    /// It has one line: titles, captions.
    OneLine,
    /// It has one line, and `|` ends it.
    Cell,
}

/// Appends a text that begins at the start of a block.
pub(super) fn write(text: &[Inline], place: Place, prefix: &str, out: &mut String) {
    let run = Run {
        place,
        prefix,
        depth: 0,
    };
    let from = out.len();
    run.text(text, '\n', out);
    if matches!(place, Place::Paragraph | Place::OneLine) {
        escape_start(from, out);
    }
}

#[derive(Clone, Copy)]
struct Run<'a> {
    place: Place,
    prefix: &'a str,
    /// How deep in emphasis.
    depth: u8,
}

impl Run<'_> {
    /// `next` is the character that follows the whole run.
    fn text(self, text: &[Inline], next: char, out: &mut String) {
        for (at, inline) in text.iter().enumerate() {
            let after = text.get(at + 1).map_or(next, first_char);
            let from = out.len();
            self.inline(inline, after, out);
            if at > 0 && self.place == Place::Paragraph && text[at - 1] == Inline::Line {
                escape_start(from, out);
            }
        }
    }

    fn inline(self, inline: &Inline, next: char, out: &mut String) {
        match inline {
            Inline::Plain(words) => plain(words, self.place, next, out),
            Inline::Em(text) => self.emphasis(["*", "_"], text, next, out),
            Inline::Strong(text) => self.emphasis(["**", "__"], text, next, out),
            Inline::Quote(text) => self.bracketed(text, "{quote}", out),
            Inline::Sup(text) => self.bracketed(text, "{sup}", out),
            Inline::Sub(text) => self.bracketed(text, "{sub}", out),
            Inline::Lang { lang, text } => self.bracketed(text, &format!("{{lang={lang}}}"), out),
            Inline::Link { to, text } => self.bracketed(text, &destination(to), out),
            Inline::Note(text) => {
                out.push('^');
                self.bracketed(text, "", out);
            }
            Inline::Line if self.place == Place::Paragraph => self.line(out),
            Inline::Line => out.push(' '),
        }
    }

    fn bracketed(self, text: &[Inline], tail: &str, out: &mut String) {
        out.push('[');
        let inner = Run { depth: 0, ..self };
        inner.text(text, ']', out);
        out.push(']');
        out.push_str(tail);
    }

    /// A break ends the line with a backslash.
    fn line(self, out: &mut String) {
        out.push_str("\\\n");
        out.push_str(self.prefix);
    }

    /// Marks where they are read as emphasis; elsewhere the words alone, as no other mark says it. Emphasis inside
    /// emphasis has the other mark of the two, so that neither ends the other.
    fn emphasis(self, marks: [&str; 2], text: &[Inline], next: char, out: &mut String) {
        let mark = marks[usize::from(self.depth % 2)];
        let ends = mark.chars().next().unwrap_or('*');
        let before = out.chars().next_back().unwrap_or('\n');
        let from = out.len();
        out.push_str(mark);
        let run = Run {
            depth: self.depth.saturating_add(1),
            ..self
        };
        run.text(text, ends, out);
        let inner = &out[from + mark.len()..];
        if flanks(before, inner, next, ends) {
            out.push_str(mark);
        } else {
            out.truncate(from);
            self.text(text, next, out);
        }
    }
}

/// True if marks around `inner` are read as emphasis: the rules of CommonMark, a little stricter. Underscores, which have no
/// meaning inside a word, need an end of a word on both sides.
fn flanks(before: char, inner: &str, next: char, mark: char) -> bool {
    let (Some(first), Some(last)) = (inner.chars().next(), inner.chars().next_back()) else {
        return false;
    };
    let open = |c: char| c.is_whitespace() || is_mark(c);
    let clash = [before, next, first, last].contains(&mark) || first.is_whitespace() || last.is_whitespace();
    let edges = (first.is_alphanumeric() || open(before)) && (last.is_alphanumeric() || open(next));
    let apart = mark == '*' || open(before) && open(next);
    !clash && edges && apart
}

/// Punctuation that CommonMark takes as such; fewer than it does.
fn is_mark(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '«' | '»' | '\u{2010}'..='\u{2027}' | '、' | '。' | '〈'..='】' | '！'..='／' | '：'..='＠' | '،' | '؛' | '؟')
}

/// The first character an inline is written with, for the flanks of what stands before it.
fn first_char(inline: &Inline) -> char {
    match inline {
        Inline::Plain(words) => words.chars().next().unwrap_or(' '),
        Inline::Em(_) | Inline::Strong(_) => '*',
        Inline::Note(_) => '^',
        Inline::Line => '\\',
        _ => '[',
    }
}

fn destination(to: &Target) -> String {
    match to {
        Target::Document { id, block: None } => format!("(doc:{id})"),
        Target::Document { id, block: Some(block) } => format!("(doc:{id}#{block})"),
        Target::Href(href) if href.contains(['(', ')', '<', '>', '\\', '&', '|']) => {
            let mut out = String::from("(<");
            for c in href.chars() {
                if matches!(c, '<' | '>' | '\\' | '&' | '|') {
                    out.push('\\');
                }
                out.push(c);
            }
            out + ">)"
        }
        Target::Href(href) => format!("({href})"),
    }
}

fn plain(words: &str, place: Place, next: char, out: &mut String) {
    let mut done = 0;
    // Behind the bracket of a footnote a parenthesis would make a link of it.
    if words.starts_with('(') && out.ends_with(']') {
        out.push('\\');
    }
    let bytes = words.as_bytes();
    let mut at = 0;
    while let Some(next_at) = bytes[at..].iter().position(|byte| SPECIAL[usize::from(*byte)]) {
        at += next_at;
        if escapes(words, at, place, next) {
            out.push_str(&words[done..at]);
            out.push('\\');
            done = at;
        }
        at += 1;
    }
    out.push_str(&words[done..]);
}

/// Bytes that may need a backslash somewhere; most text has none of them.
static SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let marks = b"\\*_`[]<{^|#&!";
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    table
};

/// True if the mark at an offset would be read as one.
fn escapes(words: &str, at: usize, place: Place, next: char) -> bool {
    match words.as_bytes()[at] {
        b'|' => place == Place::Cell,
        b'#' => place == Place::Heading,
        b'&' => words[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#'),
        b'!' => at + 1 == words.len() && next == '[',
        _ => true,
    }
}

/// Escapes what would be read as the mark of a block at the start of a line that begins at `from`.
fn escape_start(from: usize, out: &mut String) {
    let line = &out[from..];
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &line[digits..];
    let at =
        if line.starts_with(['#', '>', '+', '-', '=', '|', '~']) || line.starts_with("::") || line.starts_with(":-") {
            Some(0)
        } else if (1..=9).contains(&digits) && (rest.starts_with('.') || rest.starts_with(')')) {
            Some(digits)
        } else if line.starts_with("Table:") {
            Some("Table".len())
        } else {
            None
        };
    if let Some(at) = at {
        out.insert(from + at, '\\');
    }
}

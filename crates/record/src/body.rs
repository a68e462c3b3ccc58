//! The body of a text: a tree of blocks and inlines from a closed set (`docs/spec/entry.md`, sections on blocks).

mod wire;
mod write;

use crate::{id::DocumentId, lang::Lang};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The lasting id of a passage, `b7`: the same number in another edition or language is the same passage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct BlockId(pub u32);

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b{}", self.0)
    }
}

/// A block with its lasting id.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "wire::Block")]
pub struct Block {
    /// Its citable anchor.
    pub id: BlockId,
    /// What it is.
    pub kind: Kind,
}

/// Whose words a passage gives, and how.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voice {
    /// Local id of a person of the facts.
    pub by: String,
    /// Word for word, or reported.
    pub how: How,
}

/// How a voice is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// Word for word.
    Verbatim,
    /// In the publisher's words.
    Reported,
}

/// The kinds of block, version 1 of the closed set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Running text.
    Paragraph { text: Text, voice: Option<Voice> },
    /// Heading of level 2 to 4; the title is the only level 1.
    Heading { level: u8, text: Text },
    /// A list; `start` only where ordered and not 1.
    List {
        ordered: bool,
        start: Option<u64>,
        items: Vec<Item>,
    },
    /// The points of an enumeration; each ordinal stands in the text as written.
    Points { items: Vec<Item>, voice: Option<Voice> },
    /// Quoted passage.
    Quotation {
        body: Vec<Block>,
        voice: Option<Voice>,
        cite: Text,
    },
    /// Question of an exchange; `by` is a local id.
    Question { body: Vec<Block>, by: Option<String> },
    /// Answer of an exchange; `by` is a local id.
    Answer { body: Vec<Block>, by: Option<String> },
    /// Table with caption, an optional row of headings, and rows.
    Table {
        caption: Text,
        head: Vec<Cell>,
        rows: Vec<Vec<Cell>>,
    },
    /// Picture: local id of an asset.
    Figure { asset: String },
    /// Set-off remark.
    Callout { tone: Tone, title: Text, body: Vec<Block> },
    /// The contact of an office, shown from its own document.
    Contact { office: DocumentId },
    /// File to take along: local id of an asset.
    Attachment { asset: String },
    /// Text kept as typed.
    Preformatted { plain: String },
    /// A break between parts.
    Break,
}

/// Tone of a callout.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Good to know.
    Note,
    /// Must be known.
    Important,
    /// Must be done by a date.
    Deadline,
}

impl Tone {
    /// The word of the format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Important => "important",
            Self::Deadline => "deadline",
        }
    }
}

/// An item of a list or a point of an enumeration, with an anchor of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Further blocks of the item.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub body: Vec<Block>,
    /// Its citable anchor.
    pub id: BlockId,
    /// Its first or only text.
    pub text: Text,
}

/// A cell of a table.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(try_from = "wire::Cell")]
pub struct Cell {
    /// True if the cell is the heading of its row.
    pub head: bool,
    /// Columns it spans, where more than one.
    pub span: Option<u64>,
    /// What it says; an empty cell says nothing.
    pub text: Text,
}

/// A run of inlines: adjacent strings merged, white space collapsed.
pub type Text = Vec<Inline>;

/// The kinds of inline, version 1 of the closed set.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "wire::Inline")]
pub enum Inline {
    /// Plain characters.
    Plain(String),
    /// Emphasis.
    Em(Text),
    /// Strong importance.
    Strong(Text),
    /// Quoted words within a sentence.
    Quote(Text),
    /// Raised.
    Sup(Text),
    /// Lowered.
    Sub(Text),
    /// Link.
    Link { to: Target, text: Text },
    /// Words of another language.
    Lang { lang: Lang, text: Text },
    /// Footnote.
    Note(Text),
    /// Line break.
    Line,
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// An address of scheme http, https, mailto or tel.
    Href(String),
    /// A document of this record, or a passage of it.
    Document { id: DocumentId, block: Option<BlockId> },
}

/// Calls `visit` for every block of a body, in reading order, inner ones after the block that holds them.
pub fn walk<'a>(body: &'a [Block], visit: &mut dyn FnMut(&'a Block)) {
    for block in body {
        visit(block);
        for inner in block.kind.bodies() {
            walk(inner, visit);
        }
    }
}

/// The highest number used by a block or an item of a body, 0 if none.
pub fn highest_id(body: &[Block]) -> u32 {
    let mut highest = 0;
    walk(body, &mut |block| {
        let items = block.kind.items().iter().map(|item| item.id.0).max().unwrap_or(0);
        highest = highest.max(block.id.0).max(items);
    });
    highest
}

impl Kind {
    /// The word of the format.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Paragraph { .. } => "paragraph",
            Self::Heading { .. } => "heading",
            Self::List { .. } => "list",
            Self::Points { .. } => "points",
            Self::Quotation { .. } => "quotation",
            Self::Question { .. } => "question",
            Self::Answer { .. } => "answer",
            Self::Table { .. } => "table",
            Self::Figure { .. } => "figure",
            Self::Callout { .. } => "callout",
            Self::Contact { .. } => "contact",
            Self::Attachment { .. } => "attachment",
            Self::Preformatted { .. } => "preformatted",
            Self::Break => "break",
        }
    }

    /// The items of a list or an enumeration.
    pub fn items(&self) -> &[Item] {
        match self {
            Self::List { items, .. } | Self::Points { items, .. } => items,
            _ => &[],
        }
    }

    /// The items of a list or an enumeration, to be given ids.
    pub fn items_mut(&mut self) -> &mut [Item] {
        match self {
            Self::List { items, .. } | Self::Points { items, .. } => items,
            _ => &mut [],
        }
    }

    /// The bodies inside a block, in reading order.
    pub fn bodies(&self) -> Vec<&[Block]> {
        match self {
            Self::Quotation { body, .. }
            | Self::Question { body, .. }
            | Self::Answer { body, .. }
            | Self::Callout { body, .. } => vec![body],
            _ => self.items().iter().map(|item| item.body.as_slice()).collect(),
        }
    }

    /// The bodies inside a block, to be changed.
    pub fn bodies_mut(&mut self) -> Vec<&mut Vec<Block>> {
        match self {
            Self::Quotation { body, .. }
            | Self::Question { body, .. }
            | Self::Answer { body, .. }
            | Self::Callout { body, .. } => vec![body],
            Self::List { items, .. } | Self::Points { items, .. } => items.iter_mut().map(|i| &mut i.body).collect(),
            _ => Vec::new(),
        }
    }
}

/// The characters of a text, footnotes left out, line breaks as spaces.
pub fn plain(text: &[Inline]) -> String {
    let mut out = String::new();
    push_plain(text, &mut out);
    out
}

fn push_plain(text: &[Inline], out: &mut String) {
    for inline in text {
        match inline {
            Inline::Plain(words) => out.push_str(words),
            Inline::Line => out.push(' '),
            Inline::Note(_) => {}
            Inline::Em(inner)
            | Inline::Strong(inner)
            | Inline::Quote(inner)
            | Inline::Sup(inner)
            | Inline::Sub(inner)
            | Inline::Link { text: inner, .. }
            | Inline::Lang { text: inner, .. } => push_plain(inner, out),
        }
    }
}

/// All characters of one block, inner blocks included, a line for each: what alignment and differences compare.
pub fn block_plain(block: &Block) -> String {
    let mut lines = Vec::new();
    push_block(block, &mut lines);
    lines.join("\n")
}

fn push_block(block: &Block, lines: &mut Vec<String>) {
    match &block.kind {
        Kind::Paragraph { text, .. } | Kind::Heading { text, .. } => lines.push(plain(text)),
        Kind::List { items, .. } | Kind::Points { items, .. } => push_items(items, lines),
        Kind::Quotation { body, cite, .. } => push_framed(None, body, cite, lines),
        Kind::Question { body, .. } | Kind::Answer { body, .. } => push_framed(None, body, &[], lines),
        Kind::Callout { title, body, .. } => push_framed(Some(title), body, &[], lines),
        Kind::Table { caption, head, rows } => push_table(caption, head, rows, lines),
        Kind::Preformatted { plain } => lines.push(plain.clone()),
        Kind::Figure { asset } | Kind::Attachment { asset } => lines.push(asset.clone()),
        Kind::Contact { office } => lines.push(office.to_string()),
        Kind::Break => lines.push(String::new()),
    }
}

fn push_items(items: &[Item], lines: &mut Vec<String>) {
    for item in items {
        lines.push(plain(&item.text));
        item.body.iter().for_each(|block| push_block(block, lines));
    }
}

fn push_framed(title: Option<&Text>, body: &[Block], cite: &[Inline], lines: &mut Vec<String>) {
    lines.extend(title.filter(|t| !t.is_empty()).map(|t| plain(t)));
    body.iter().for_each(|block| push_block(block, lines));
    if !cite.is_empty() {
        lines.push(plain(cite));
    }
}

fn push_table(caption: &[Inline], head: &[Cell], rows: &[Vec<Cell>], lines: &mut Vec<String>) {
    lines.push(plain(caption));
    let row = |cells: &[Cell]| cells.iter().map(|c| plain(&c.text)).collect::<Vec<_>>().join(" | ");
    if !head.is_empty() {
        lines.push(row(head));
    }
    lines.extend(rows.iter().map(|cells| row(cells)));
}

/// Brings a text to its only written form: white space collapsed, adjacent strings merged, nothing empty.
pub fn normal(text: Text) -> Text {
    let mut out = Vec::new();
    let mut pending_space = false;
    merge(text, &mut out, &mut pending_space);
    out
}

fn merge(text: Text, out: &mut Text, space: &mut bool) {
    let mut first = out.is_empty();
    for inline in text {
        match inline {
            Inline::Plain(words) => push_words(&words, out, space, &mut first),
            Inline::Line => {
                *space = false;
                out.push(Inline::Line);
                first = true;
            }
            Inline::Note(inner) => out.push(Inline::Note(normal(inner))),
            other => push_span(other, out, space, &mut first),
        }
    }
}

/// White space is kept as one space, and only between words: never at the start or the end of a text or a line.
fn push_words(words: &str, out: &mut Text, space: &mut bool, first: &mut bool) {
    let mut run = String::with_capacity(words.len() + 1);
    for (at, word) in words.split(|c: char| c == ' ' || c.is_ascii_control()).enumerate() {
        *space |= at > 0;
        if word.is_empty() {
            continue;
        }
        if std::mem::take(space) && !*first {
            run.push(' ');
        }
        *first = false;
        run.push_str(word);
    }
    if run.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(Inline::Plain(before)) => before.push_str(&run),
        _ => out.push(Inline::Plain(run)),
    }
}

fn push_span(span: Inline, out: &mut Text, space: &mut bool, first: &mut bool) {
    let (inner, wrap): (Text, Box<dyn Fn(Text) -> Inline>) = match span {
        Inline::Em(t) => (t, Box::new(Inline::Em)),
        Inline::Strong(t) => (t, Box::new(Inline::Strong)),
        Inline::Quote(t) => (t, Box::new(Inline::Quote)),
        Inline::Sup(t) => (t, Box::new(Inline::Sup)),
        Inline::Sub(t) => (t, Box::new(Inline::Sub)),
        Inline::Link { to, text } => (text, Box::new(move |text| Inline::Link { to: to.clone(), text })),
        Inline::Lang { lang, text } => (text, Box::new(move |text| Inline::Lang { lang, text })),
        other => return out.push(other),
    };
    let starts_with_space = matches!(inner.first(), Some(Inline::Plain(w)) if w.starts_with([' ', '\n', '\t']));
    let inner_had_space = ends_with_space(&inner);
    let inner = normal(inner);
    if inner.is_empty() {
        *space |= starts_with_space || inner_had_space;
        return;
    }
    if (std::mem::take(space) || starts_with_space) && !*first {
        match out.last_mut() {
            Some(Inline::Plain(before)) => before.push(' '),
            _ => out.push(Inline::Plain(" ".into())),
        }
    }
    *first = false;
    out.push(wrap(inner));
    *space = inner_had_space;
}

fn ends_with_space(text: &[Inline]) -> bool {
    matches!(text.last(), Some(Inline::Plain(w)) if w.ends_with([' ', '\n', '\t']))
}

#[cfg(test)]
mod tests;

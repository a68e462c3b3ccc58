//! A body as a row of passages, each with its lasting id and its own words.

use record::{
    body::{Block, BlockId, Cell, Inline, Item, Kind, Target},
    words::Label,
};

/// A block or an item, without what stands inside it.
pub(super) struct Passage<'a> {
    pub(super) id: BlockId,
    /// Its own words: footnotes in place, rows of a table as lines.
    pub(super) text: String,
    /// What it is, for differences that words do not show.
    pub(super) block: Own<'a>,
}

/// The part of a block or an item that is its own.
pub(super) enum Own<'a> {
    Block(&'a Kind),
    Item(&'a Item),
}

impl PartialEq for Own<'_> {
    /// Frames are compared without what they hold, which is compared by itself.
    fn eq(&self, other: &Self) -> bool {
        use Kind as K;
        match (self, other) {
            (Own::Item(a), Own::Item(b)) => a.text == b.text,
            (Own::Block(a), Own::Block(b)) => match (a, b) {
                (
                    K::List { ordered, start, .. },
                    K::List {
                        ordered: o, start: s, ..
                    },
                ) => ordered == o && start == s,
                (K::Points { voice, .. }, K::Points { voice: v, .. }) => voice == v,
                (K::Quotation { voice, cite, .. }, K::Quotation { voice: v, cite: c, .. }) => voice == v && cite == c,
                (K::Question { by, .. }, K::Question { by: b, .. })
                | (K::Answer { by, .. }, K::Answer { by: b, .. }) => by == b,
                (
                    K::Callout { tone, title, .. },
                    K::Callout {
                        tone: t, title: other, ..
                    },
                ) => tone == t && title == other,
                (a, b) => a == b,
            },
            _ => false,
        }
    }
}

impl Passage<'_> {
    /// The words with the addresses behind links, where only those differ.
    pub(super) fn full(&self) -> String {
        let mut out = String::new();
        match &self.block {
            Own::Item(item) => push(&item.text, true, &mut out),
            Own::Block(kind) => own(kind, true, &mut out),
        }
        out
    }
}

/// All passages of a body in reading order.
pub(super) fn passages(body: &[Block]) -> Vec<Passage<'_>> {
    let mut out = Vec::new();
    collect(body, &mut out);
    out
}

fn collect<'a>(body: &'a [Block], out: &mut Vec<Passage<'a>>) {
    for block in body {
        let mut text = String::new();
        own(&block.kind, false, &mut text);
        out.push(Passage {
            id: block.id,
            text,
            block: Own::Block(&block.kind),
        });
        match &block.kind {
            Kind::List { items, .. } | Kind::Points { items, .. } => items.iter().for_each(|item| push_item(item, out)),
            kind => kind.bodies().into_iter().for_each(|inner| collect(inner, out)),
        }
    }
}

fn push_item<'a>(item: &'a Item, out: &mut Vec<Passage<'a>>) {
    let mut text = String::new();
    push(&item.text, false, &mut text);
    out.push(Passage {
        id: item.id,
        text,
        block: Own::Item(item),
    });
    collect(&item.body, out);
}

/// The words that stand directly in a block.
fn own(kind: &Kind, links: bool, out: &mut String) {
    match kind {
        Kind::Paragraph { text, .. } | Kind::Heading { text, .. } => push(text, links, out),
        Kind::Quotation { cite, .. } if !cite.is_empty() => {
            out.push_str("— ");
            push(cite, links, out);
        }
        Kind::Callout { title, .. } => push(title, links, out),
        Kind::Table { caption, head, rows } => {
            push(caption, links, out);
            [head].into_iter().chain(rows).for_each(|cells| row(cells, links, out));
        }
        Kind::Preformatted { plain } => out.push_str(plain),
        Kind::Figure { asset } | Kind::Attachment { asset } => out.push_str(asset),
        Kind::Contact { office } => out.push_str(&office.to_string()),
        Kind::Break => out.push_str("* * *"),
        _ => {}
    }
}

fn row(cells: &[Cell], links: bool, out: &mut String) {
    for (at, cell) in cells.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { " | " });
        push(&cell.text, links, out);
    }
}

fn push(text: &[Inline], links: bool, out: &mut String) {
    for inline in text {
        match inline {
            Inline::Plain(words) => out.push_str(words),
            Inline::Line => out.push('\n'),
            Inline::Note(inner) => {
                out.push_str(" [");
                push(inner, links, out);
                out.push(']');
            }
            Inline::Link { to, text } => {
                push(text, links, out);
                if links {
                    target(to, out);
                }
            }
            Inline::Em(inner)
            | Inline::Strong(inner)
            | Inline::Quote(inner)
            | Inline::Sup(inner)
            | Inline::Sub(inner)
            | Inline::Lang { text: inner, .. } => push(inner, links, out),
        }
    }
}

fn target(to: &Target, out: &mut String) {
    out.push_str(" <");
    match to {
        Target::Href(href) => out.push_str(href),
        Target::Document { id, block } => {
            out.push_str(&id.to_string());
            if let Some(block) = block {
                out.push('#');
                out.push_str(&block.to_string());
            }
        }
    }
    out.push('>');
}

/// What a label says, in one line.
pub(super) fn label(label: &Label) -> String {
    let mut caption = String::new();
    push(&label.caption, false, &mut caption);
    let parts = [&label.name, &label.role, &label.text, &label.alt, &label.credit];
    let parts = parts.into_iter().filter_map(|part| part.as_deref());
    let parts: Vec<&str> = parts
        .chain(std::iter::once(caption.as_str()))
        .filter(|p| !p.is_empty())
        .collect();
    parts.join(", ")
}

//! Writing blocks and inlines: flat objects with their keys in byte order, nothing copied.

use super::{Block, BlockId, Cell, Inline, Item, Kind, Target, Text, Voice};
use crate::{id::DocumentId, lang::Lang};
use serde::{Serialize, Serializer};

macro_rules! written {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Default, Serialize)]
        struct $name<'a> {
            $(#[serde(skip_serializing_if = "Option::is_none")] $field: Option<$kind>,)*
        }
    };
}

written!(
    /// All fields that a block of any kind may have.
    Fields {
        asset: &'a str,
        body: &'a Vec<Block>,
        by: &'a str,
        caption: &'a Text,
        cite: &'a Text,
        head: &'a Vec<Cell>,
        id: BlockId,
        items: &'a Vec<Item>,
        kind: &'static str,
        level: u8,
        office: DocumentId,
        ordered: bool,
        plain: &'a str,
        rows: &'a Vec<Vec<Cell>>,
        start: u64,
        text: &'a Text,
        title: &'a Text,
        tone: &'static str,
        voice: &'a Voice,
    }
);

written!(
    /// All fields that an inline object of any kind may have.
    Span {
        block: BlockId,
        href: &'a str,
        kind: &'static str,
        lang: Lang,
        text: &'a Text,
        to: DocumentId,
    }
);

written!(
    /// A cell: what it says, or that it is empty.
    Field {
        empty: bool,
        head: bool,
        span: u64,
        text: &'a Text,
    }
);

fn some<T>(values: &Vec<T>) -> Option<&Vec<T>> {
    (!values.is_empty()).then_some(values)
}

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = fields(&self.kind);
        fields.id = Some(self.id);
        fields.kind = Some(self.kind.word());
        fields.serialize(serializer)
    }
}

fn fields(kind: &Kind) -> Fields<'_> {
    let mut out = Fields::default();
    match kind {
        Kind::Paragraph { text, voice } => (out.text, out.voice) = (Some(text), voice.as_ref()),
        Kind::Heading { level, text } => (out.level, out.text) = (Some(*level), Some(text)),
        Kind::List { ordered, start, items } => {
            (out.ordered, out.start, out.items) = (ordered.then_some(true), *start, Some(items));
        }
        Kind::Points { items, voice } => (out.items, out.voice) = (Some(items), voice.as_ref()),
        Kind::Quotation { body, voice, cite } => {
            (out.body, out.voice, out.cite) = (Some(body), voice.as_ref(), some(cite));
        }
        Kind::Question { body, by } | Kind::Answer { body, by } => (out.body, out.by) = (Some(body), by.as_deref()),
        Kind::Table { caption, head, rows } => {
            (out.caption, out.head, out.rows) = (Some(caption), some(head), Some(rows));
        }
        Kind::Figure { asset } | Kind::Attachment { asset } => out.asset = Some(asset),
        Kind::Callout { tone, title, body } => {
            (out.tone, out.title, out.body) = (Some(tone.word()), some(title), Some(body));
        }
        Kind::Contact { office } => out.office = Some(*office),
        Kind::Preformatted { plain } => out.plain = Some(plain),
        Kind::Break => {}
    }
    out
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let field = Field {
            empty: self.text.is_empty().then_some(true),
            head: self.head.then_some(true),
            span: self.span,
            text: some(&self.text),
        };
        field.serialize(serializer)
    }
}

impl Serialize for Inline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut span = Span::default();
        let kind = match self {
            Self::Plain(words) => return serializer.serialize_str(words),
            Self::Line => "line",
            Self::Em(text) => with(&mut span, text, "em"),
            Self::Strong(text) => with(&mut span, text, "strong"),
            Self::Quote(text) => with(&mut span, text, "quote"),
            Self::Sup(text) => with(&mut span, text, "sup"),
            Self::Sub(text) => with(&mut span, text, "sub"),
            Self::Note(text) => with(&mut span, text, "note"),
            Self::Lang { lang, text } => {
                span.lang = Some(*lang);
                with(&mut span, text, "lang")
            }
            Self::Link { to, text } => {
                match to {
                    Target::Href(href) => span.href = Some(href),
                    Target::Document { id, block } => (span.to, span.block) = (Some(*id), *block),
                }
                with(&mut span, text, "link")
            }
        };
        span.kind = Some(kind);
        span.serialize(serializer)
    }
}

fn with<'a>(span: &mut Span<'a>, text: &'a Text, kind: &'static str) -> &'static str {
    span.text = Some(text);
    kind
}

impl Serialize for BlockId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

//! Reading the written form of blocks and inlines: flat objects with their keys in byte order.

use super::{Block as Tree, BlockId, Cell as Field, Item, Kind, Target, Text, Tone, Voice};
use crate::{
    id::DocumentId,
    lang::Lang,
    manifest::{BLOCKS, INLINES},
};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::{fmt, str::FromStr};

/// A value of the closed set is malformed.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadBlock {
    #[error("unknown block or inline `{0}`: written by a newer version")]
    Unknown(String),
    #[error("`{kind}` lacks `{field}`")]
    Lacks { kind: &'static str, field: &'static str },
    #[error("{0}")]
    Value(&'static str),
}

/// The kind of a block or inline: a word of the closed set, so that reading one copies nothing.
pub(super) struct Word(&'static str);

impl FromStr for Word {
    type Err = BadBlock;

    fn from_str(text: &str) -> Result<Self, BadBlock> {
        let known = BLOCKS.iter().chain(&INLINES).find(|word| **word == text);
        known
            .map(|word| Self(word))
            .ok_or_else(|| BadBlock::Unknown(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::spelled::deserialize(deserializer)
    }
}

fn want<T>(value: Option<T>, kind: &'static str, field: &'static str) -> Result<T, BadBlock> {
    value.ok_or(BadBlock::Lacks { kind, field })
}

macro_rules! wire {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            $(#[serde(default)] $field: Option<$kind>,)*
        }
    };
}

wire!(
    /// All fields that a block of any kind may have.
    Block {
        asset: String,
        body: Vec<Tree>,
        by: String,
        caption: Text,
        cite: Text,
        head: Vec<Field>,
        id: BlockId,
        items: Vec<Item>,
        kind: Word,
        level: u8,
        office: DocumentId,
        ordered: bool,
        plain: String,
        rows: Vec<Vec<Field>>,
        start: u64,
        text: Text,
        title: Text,
        tone: Tone,
        voice: Voice,
    }
);

wire!(
    /// All fields that an inline object of any kind may have.
    Span {
        block: BlockId,
        href: String,
        kind: Word,
        lang: Lang,
        text: Text,
        to: DocumentId,
    }
);

wire!(
    /// A cell: what it says, or that it is empty.
    Cell {
        empty: bool,
        head: bool,
        span: u64,
        text: Text,
    }
);

impl TryFrom<Cell> for Field {
    type Error = BadBlock;

    fn try_from(w: Cell) -> Result<Self, BadBlock> {
        if w.empty.is_some() == w.text.is_some() {
            return Err(BadBlock::Value("a cell has either `text` or `empty`"));
        }
        if w.span.is_some_and(|span| !(2..=100).contains(&span)) {
            return Err(BadBlock::Value("a cell spans 2 to 100 columns, or leaves `span` out"));
        }
        Ok(Self {
            head: w.head.unwrap_or(false),
            span: w.span,
            text: w.text.unwrap_or_default(),
        })
    }
}

impl TryFrom<Block> for Tree {
    type Error = BadBlock;

    fn try_from(w: Block) -> Result<Self, BadBlock> {
        let id = want(w.id, "block", "id")?;
        let name = want(w.kind, "block", "kind")?;
        let kind = match name.0 {
            "paragraph" => Kind::Paragraph {
                text: want(w.text, "paragraph", "text")?,
                voice: w.voice,
            },
            "heading" => Kind::Heading {
                level: level(w.level)?,
                text: want(w.text, "heading", "text")?,
            },
            "list" => Kind::List {
                ordered: w.ordered.unwrap_or(false),
                start: w.start,
                items: want(w.items, "list", "items")?,
            },
            "points" => Kind::Points {
                items: want(w.items, "points", "items")?,
                voice: w.voice,
            },
            "quotation" => Kind::Quotation {
                body: want(w.body, "quotation", "body")?,
                voice: w.voice,
                cite: w.cite.unwrap_or_default(),
            },
            "question" => Kind::Question {
                body: want(w.body, "question", "body")?,
                by: w.by,
            },
            "answer" => Kind::Answer {
                body: want(w.body, "answer", "body")?,
                by: w.by,
            },
            "table" => Kind::Table {
                caption: want(w.caption, "table", "caption")?,
                head: w.head.unwrap_or_default(),
                rows: want(w.rows, "table", "rows")?,
            },
            "figure" => Kind::Figure {
                asset: want(w.asset, "figure", "asset")?,
            },
            "callout" => Kind::Callout {
                tone: want(w.tone, "callout", "tone")?,
                title: w.title.unwrap_or_default(),
                body: want(w.body, "callout", "body")?,
            },
            "contact" => Kind::Contact {
                office: want(w.office, "contact", "office")?,
            },
            "attachment" => Kind::Attachment {
                asset: want(w.asset, "attachment", "asset")?,
            },
            "preformatted" => Kind::Preformatted {
                plain: want(w.plain, "preformatted", "plain")?,
            },
            "break" => Kind::Break,
            _ => return Err(BadBlock::Unknown(name.0.to_owned())),
        };
        Ok(Self { id, kind })
    }
}

fn level(level: Option<u8>) -> Result<u8, BadBlock> {
    match want(level, "heading", "level")? {
        level @ 2..=4 => Ok(level),
        _ => Err(BadBlock::Value("the level of a heading is 2, 3 or 4")),
    }
}

/// An inline as written: a string, or an object with a kind.
pub(super) enum Inline {
    Plain(String),
    Span(Box<Span>),
}

impl<'de> Deserialize<'de> for Inline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Inline;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an inline object")
            }
            fn visit_str<E: de::Error>(self, words: &str) -> Result<Inline, E> {
                Ok(Inline::Plain(words.to_owned()))
            }
            fn visit_string<E: de::Error>(self, words: String) -> Result<Inline, E> {
                Ok(Inline::Plain(words))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Inline, A::Error> {
                Span::deserialize(MapAccessDeserializer::new(map)).map(|s| Inline::Span(Box::new(s)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl TryFrom<Inline> for super::Inline {
    type Error = BadBlock;

    fn try_from(inline: Inline) -> Result<Self, BadBlock> {
        let span = match inline {
            Inline::Plain(words) => return Ok(Self::Plain(words)),
            Inline::Span(span) => *span,
        };
        let name = want(span.kind, "inline", "kind")?;
        let text = want(span.text, "inline", "text");
        Ok(match name.0 {
            "em" => Self::Em(text?),
            "strong" => Self::Strong(text?),
            "quote" => Self::Quote(text?),
            "sup" => Self::Sup(text?),
            "sub" => Self::Sub(text?),
            "note" => Self::Note(text?),
            "line" => Self::Line,
            "lang" => Self::Lang {
                lang: want(span.lang, "lang", "lang")?,
                text: text?,
            },
            "link" => Self::Link {
                to: target(span.href, span.to, span.block)?,
                text: text?,
            },
            _ => return Err(BadBlock::Unknown(name.0.to_owned())),
        })
    }
}

fn target(href: Option<String>, to: Option<DocumentId>, block: Option<BlockId>) -> Result<Target, BadBlock> {
    match (href, to) {
        (Some(href), None) if is_allowed(&href) => Ok(Target::Href(href)),
        (None, Some(id)) => Ok(Target::Document { id, block }),
        (Some(_), None) => Err(BadBlock::Value("a link leads to http, https, mailto or tel")),
        _ => Err(BadBlock::Value("a link has either `href` or `to`")),
    }
}

/// True for the schemes a link may have; the scheme is written in lower case and something follows it.
fn is_allowed(href: &str) -> bool {
    let schemes = ["https://", "http://", "mailto:", "tel:"];
    schemes
        .iter()
        .any(|s| href.strip_prefix(s).is_some_and(|rest| !rest.is_empty()))
        && !href.chars().any(|c| c.is_whitespace() || c.is_control())
}

impl super::Target {
    /// A link target from an address; `None` where the scheme is not allowed in the record.
    pub fn href(href: &str) -> Option<Self> {
        is_allowed(href).then(|| Self::Href(href.to_owned()))
    }
}

impl<'de> Deserialize<'de> for BlockId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::spelled::deserialize(deserializer)
    }
}

impl FromStr for BlockId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let number = text
            .strip_prefix('b')
            .filter(|n| !n.starts_with(['0', '+']))
            .and_then(|n| n.parse().ok());
        number
            .filter(|n| *n > 0)
            .map(BlockId)
            .ok_or("a block id is `b` and a number from 1")
    }
}

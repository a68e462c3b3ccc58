//! Words: what a document says in one language; and the notice that a withdrawal or correction may carry.

use crate::{
    body::{self, Block, Text},
    json::{self, JsonError},
    lang::Lang,
};
use serde::{Deserialize, Serialize};

/// The value of `format` in words manifests.
pub const FORMAT: &str = "chancery/words/v1";
/// The value of `format` in notice manifests.
pub const NOTICE_FORMAT: &str = "chancery/notice/v1";

/// The words edition of a document in one language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What weight this language version has.
    pub authority: Authority,
    /// The text.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub body: Vec<Block>,
    /// Always `chancery/words/v1`.
    pub format: String,
    /// What local ids of the facts are called in this language.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub labels: Vec<Label>,
    /// Wording for readers about this edition, once a language.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notice: Vec<NoticeText>,
    /// Last part of the address; fixed by the first edition.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub slug: Option<Box<str>>,
    /// What it was translated from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<Source>,
    /// One or two sentences.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub summary: Option<Box<str>>,
    /// Plain text; empty for a placement alone.
    #[serde(skip_serializing_if = "str::is_empty", default)]
    pub title: Box<str>,
}

impl Words {
    /// An original with a title and nothing else.
    pub fn new(title: &str) -> Self {
        Self {
            authority: Authority::Original,
            body: Vec::new(),
            format: FORMAT.to_owned(),
            labels: Vec::new(),
            notice: Vec::new(),
            slug: None,
            source: None,
            summary: None,
            title: title.into(),
        }
    }

    /// The label of a local id.
    pub fn label(&self, n: &str) -> Option<&Label> {
        self.labels.iter().find(|label| &*label.of == n)
    }
}

/// The weight of a language version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Authority {
    /// The text was issued in this language.
    Original,
    /// Agreed text of equal weight.
    Official,
    /// Translation for convenience.
    Courtesy,
    /// Made by a program.
    Machine,
}

/// The words edition a translation was made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its language.
    pub lang: Lang,
    /// Its version.
    pub version: u32,
}

/// What a local id of the facts is called.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Alternative text of a picture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub alt: Option<Box<str>>,
    /// Caption of a picture.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub caption: Text,
    /// Who made a picture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credit: Option<Box<str>>,
    /// The local id.
    #[serde(rename = "for")]
    pub of: Box<str>,
    /// Name of a person, place or country.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Box<str>>,
    /// Role as of the date of the document.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<Box<str>>,
    /// Any other short text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<Box<str>>,
}

/// What readers are told of a withdrawal, retraction or correction, in one or more languages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Always `chancery/notice/v1`.
    pub format: String,
    /// The wording, once a language.
    pub texts: Vec<NoticeText>,
}

/// The wording of a notice in one language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeText {
    /// Its language.
    pub lang: Lang,
    /// What it says.
    pub text: Text,
}

impl Notice {
    /// A notice of these texts.
    pub fn new(texts: Vec<NoticeText>) -> Self {
        Self {
            format: NOTICE_FORMAT.to_owned(),
            texts,
        }
    }
}

/// Why a words or notice manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum BadWords {
    /// Not canonical, or not of the shape.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Another format.
    #[error("format is `{0}`, not one this version knows: written by a newer version?")]
    Format(String),
    /// A text is not in its only written form.
    #[error("the text of {0} is not in its written form: collapse white space, merge adjacent strings")]
    NotNormal(String),
    /// Two blocks have one id.
    #[error("the id {0} stands twice in the body")]
    TwiceUsed(String),
    /// Blocks inside blocks inside blocks.
    #[error("blocks are nested more than {MAX_DEPTH} deep at {0}")]
    TooDeep(String),
}

/// How deep blocks may stand inside blocks.
pub const MAX_DEPTH: usize = 8;

/// Reads a words manifest and refuses every form but the canonical one.
pub fn read(bytes: &[u8]) -> Result<Words, BadWords> {
    let words: Words = json::from_bytes(bytes)?;
    if words.format != FORMAT {
        return Err(BadWords::Format(words.format));
    }
    check(&words)?;
    Ok(words)
}

/// Reads a notice manifest and refuses every form but the canonical one.
pub fn read_notice(bytes: &[u8]) -> Result<Notice, BadWords> {
    let notice: Notice = json::from_bytes(bytes)?;
    if notice.format != NOTICE_FORMAT {
        return Err(BadWords::Format(notice.format));
    }
    notice.texts.iter().try_for_each(|t| check_text(&t.text, "a notice"))?;
    Ok(notice)
}

/// Refuses words whose texts are not in written form, or whose ids are not unique.
pub fn check(words: &Words) -> Result<(), BadWords> {
    let mut ids = std::collections::BTreeSet::new();
    words
        .notice
        .iter()
        .try_for_each(|t| check_text(&t.text, "the notice"))?;
    check_body(&words.body, &mut ids, 1)
}

fn check_body(blocks: &[Block], ids: &mut std::collections::BTreeSet<u32>, depth: usize) -> Result<(), BadWords> {
    for block in blocks {
        if depth > MAX_DEPTH {
            return Err(BadWords::TooDeep(block.id.to_string()));
        }
        for id in std::iter::once(block.id).chain(block.kind.items().iter().map(|item| item.id)) {
            if !ids.insert(id.0) {
                return Err(BadWords::TwiceUsed(id.to_string()));
            }
        }
        texts(&block.kind)
            .into_iter()
            .try_for_each(|text| check_text(text, &block.id.to_string()))?;
        block
            .kind
            .bodies()
            .into_iter()
            .try_for_each(|inner| check_body(inner, ids, depth + 1))?;
    }
    Ok(())
}

/// The texts that stand directly in a block.
fn texts(kind: &body::Kind) -> Vec<&Text> {
    use body::Kind as K;
    match kind {
        K::Paragraph { text, .. } | K::Heading { text, .. } => vec![text],
        K::List { items, .. } | K::Points { items, .. } => items.iter().map(|item| &item.text).collect(),
        K::Quotation { cite, .. } => vec![cite],
        K::Callout { title, .. } => vec![title],
        K::Table { caption, head, rows } => std::iter::once(caption)
            .chain(head.iter().chain(rows.iter().flatten()).map(|cell| &cell.text))
            .collect(),
        _ => Vec::new(),
    }
}

fn check_text(text: &Text, place: &str) -> Result<(), BadWords> {
    if is_normal(text) || body::normal(text.clone()) == *text {
        return Ok(());
    }
    Err(BadWords::NotNormal(place.to_owned()))
}

/// The common case without a copy: one string without doubled or outer spaces.
fn is_normal(text: &Text) -> bool {
    match text.as_slice() {
        [] => true,
        [body::Inline::Plain(words)] => {
            let outer = words.starts_with(' ') || words.ends_with(' ');
            !words.is_empty() && !outer && !words.contains("  ") && !words.bytes().any(|b| b < b' ' || b == 0x7f)
        }
        _ => false,
    }
}

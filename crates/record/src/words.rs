//! Words: what a document says in one language; and the notice that a withdrawal or correction may carry.

pub(crate) mod check;

use crate::{
    body::{Block, Text},
    form,
    json::{self, JsonError},
    lang::Lang,
    manifest::{BadManifest, check_length, newer},
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

/// How deep blocks may stand inside blocks, and inlines inside inlines.
pub const MAX_DEPTH: usize = check::MAX_DEPTH;

impl Notice {
    /// A notice of these texts.
    pub fn new(texts: Vec<NoticeText>) -> Self {
        Self {
            format: NOTICE_FORMAT.to_owned(),
            texts,
        }
    }
}

/// Reads a words manifest and refuses every form but the canonical one.
pub fn read(bytes: &[u8]) -> Result<Words, BadManifest> {
    check_length(bytes)?;
    let words: Words = json::from_bytes_or_newer(bytes, newer)?;
    check(&words)?;
    Ok(words)
}

/// Reads a notice manifest and refuses every form but the canonical one.
pub fn read_notice(bytes: &[u8]) -> Result<Notice, BadManifest> {
    check_length(bytes)?;
    let notice: Notice = json::from_bytes_or_newer(bytes, newer)?;
    check_notice(&notice)?;
    Ok(notice)
}

/// Refuses words that a verifier would refuse, looked at alone.
pub fn check(words: &Words) -> Result<(), BadManifest> {
    check_format(&words.format, FORMAT)?;
    Ok(check::words(words)?)
}

/// Refuses a notice that a verifier would refuse.
pub fn check_notice(notice: &Notice) -> Result<(), BadManifest> {
    check_format(&notice.format, NOTICE_FORMAT)?;
    Ok(form::notice(&notice.texts)?)
}

/// A format that no version 1 form has is a newer one.
pub(crate) fn check_format(given: &str, wanted: &str) -> Result<(), BadManifest> {
    if given == wanted {
        return Ok(());
    }
    let known = [crate::facts::FORMAT, FORMAT, NOTICE_FORMAT].contains(&given);
    Err(if known {
        BadManifest::Format(given.to_owned())
    } else {
        BadManifest::Json(JsonError::Newer(given.to_owned()))
    })
}

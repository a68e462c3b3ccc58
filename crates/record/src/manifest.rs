//! A manifest: the canonical JSON that a leaf commits to (`docs/spec/entry.md`, sections 8 to 12).

mod links;

use crate::{
    entry::Media,
    facts::{self, Facts},
    form::Malformed,
    json::{self, JsonError},
    words::{self, Notice, Words},
};
use serde_json::Value;

/// A manifest is at most this many bytes long, without its salt.
pub const MAX_MANIFEST: u64 = 4 << 20;

/// A manifest as a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Manifest {
    /// Facts.
    Facts(Box<Facts>),
    /// Words.
    Words(Box<Words>),
    /// Notice.
    Notice(Notice),
}

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum BadManifest {
    /// Larger than a manifest may be.
    #[error("{0} bytes long, a manifest has at most {MAX_MANIFEST}")]
    TooLong(usize),
    /// Not canonical, or not of the shape.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Another format, or none.
    #[error("format is `{0}`, not the one that its entry names")]
    Format(String),
    /// A field has another form.
    #[error(transparent)]
    Form(#[from] Malformed),
}

impl BadManifest {
    /// True if a newer version may have written it: nothing after it may be computed.
    pub fn is_newer(&self) -> bool {
        matches!(self, Self::Json(error) if error.is_newer())
    }
}

impl Manifest {
    /// Reads manifest bytes of a media type and refuses every form but the canonical one.
    pub fn read(media: Media, bytes: &[u8]) -> Result<Self, BadManifest> {
        Ok(match media {
            Media::Facts => Self::Facts(Box::new(facts::read(bytes)?)),
            Media::Words => Self::Words(Box::new(words::read(bytes)?)),
            Media::Notice => Self::Notice(words::read_notice(bytes)?),
        })
    }

    /// Refuses a manifest that [`Manifest::read`] would refuse, as far as its bytes do not decide it.
    pub fn check(&self) -> Result<(), BadManifest> {
        match self {
            Self::Facts(facts) => facts::check(facts),
            Self::Words(words) => words::check(words),
            Self::Notice(notice) => words::check_notice(notice),
        }
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, JsonError> {
        match self {
            Self::Facts(facts) => json::to_bytes(facts),
            Self::Words(words) => json::to_bytes(words),
            Self::Notice(notice) => json::to_bytes(notice),
        }
    }

    /// What it is.
    pub fn media(&self) -> Media {
        match self {
            Self::Facts(_) => Media::Facts,
            Self::Words(_) => Media::Words,
            Self::Notice(_) => Media::Notice,
        }
    }

    /// True if it tells readers something about this edition.
    pub(crate) fn has_notice(&self) -> bool {
        match self {
            Self::Facts(facts) => !facts.notice.is_empty(),
            Self::Words(words) => !words.notice.is_empty(),
            Self::Notice(_) => true,
        }
    }
}

/// Refuses what is too long to be looked at.
pub(crate) fn check_length(bytes: &[u8]) -> Result<(), BadManifest> {
    if bytes.len() as u64 > MAX_MANIFEST {
        return Err(BadManifest::TooLong(bytes.len()));
    }
    Ok(())
}

/// What shows that a newer version wrote a manifest: its format, or the kind of a block or inline.
pub(crate) fn newer(value: &Value) -> Option<String> {
    const FORMATS: [&str; 3] = [facts::FORMAT, words::FORMAT, words::NOTICE_FORMAT];
    let format = value.get("format").and_then(Value::as_str);
    let unknown = format.filter(|format| !FORMATS.contains(format));
    unknown.map(str::to_owned).or_else(|| unknown_kind(value))
}

/// The kinds of block, by number.
pub(crate) const BLOCKS: [&str; 14] = [
    "paragraph",
    "heading",
    "list",
    "points",
    "quotation",
    "question",
    "answer",
    "table",
    "figure",
    "callout",
    "contact",
    "attachment",
    "preformatted",
    "break",
];
/// The kinds of inline.
pub(crate) const INLINES: [&str; 9] = ["em", "strong", "quote", "sup", "sub", "link", "lang", "note", "line"];

/// Depth is bounded by the canonical form.
fn unknown_kind(value: &Value) -> Option<String> {
    match value {
        Value::Array(values) => values.iter().find_map(unknown_kind),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let known: &[&str] = match name.as_str() {
                "body" => &BLOCKS,
                "text" | "caption" | "cite" | "title" => &INLINES,
                _ => &[],
            };
            of_set(value, known).or_else(|| unknown_kind(value))
        }),
        _ => None,
    }
}

fn of_set(value: &Value, known: &[&str]) -> Option<String> {
    let members = value.as_array().filter(|_| !known.is_empty())?;
    let mut kinds = members.iter().filter_map(|member| member.get("kind")?.as_str());
    kinds.find(|kind| !known.contains(kind)).map(str::to_owned)
}

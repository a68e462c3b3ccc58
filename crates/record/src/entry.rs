//! An entry: what one leaf of the log says (`docs/spec/entry.md`, sections 4 and 5).

mod wire;

use crate::{
    date::Moment,
    id::DocumentId,
    json::{self, JsonError},
    keys::{BadKeys, KeyChange},
    lang::Lang,
    seal::Commitment,
};
use serde::{Deserialize, Serialize};
use tlog::{
    hash::Hash,
    note::{Note, NoteError, SignError, SignatureLine, SigningKey, Signs},
};

/// The first line of every leaf.
pub const HEADER: &str = "chancery/entry/v1\n";
/// A leaf is at most this long.
pub const MAX_LEAF: usize = 8192;

/// What a leaf says, without its signatures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The publisher's claim of the time of the entry.
    pub issued: Moment,
    /// What it does.
    pub body: Body,
}

/// What an entry does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// The first entry: keys, origin and policy.
    Genesis {
        keys: Vec<KeyChange>,
        origin: Box<str>,
        policy: Hash,
        quorum: u32,
        /// The record that this one continues.
        predecessor: Option<Predecessor>,
    },
    /// Keys are added or ended, policy or quorum changed.
    Key {
        keys: Vec<KeyChange>,
        policy: Option<Hash>,
        quorum: Option<u32>,
    },
    /// Something about a document.
    Content(Content),
    /// Blobs are gone for good.
    Erase(Erase),
    /// Nothing follows any more.
    Freeze(Freeze),
    /// What is current: the root over all statements, and their number.
    State { root: Hash, size: u64 },
}

/// An entry that removes blobs for good (section 7.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Erase {
    /// The ground it rests on.
    pub basis: Basis,
    /// Why.
    pub reason: Reason,
    /// The blobs, in ascending order.
    pub target: Vec<Commitment>,
    /// The notice it commits to.
    pub sealed: Option<Manifest>,
}

/// An entry that ends the record (section 7.6).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Freeze {
    /// Entries that the publisher stands by, from the first on.
    pub size: u64,
    /// Root of these entries.
    pub root: Hash,
    /// The origin of the record that goes on, where it is known.
    pub successor: Option<Box<str>>,
}

/// A record that another continues (section 6.1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predecessor {
    /// Its origin.
    pub origin: Box<str>,
    /// Root of its entries.
    #[serde(with = "crate::hex")]
    pub root: Hash,
    /// How many they are.
    pub size: u64,
}

/// An entry about a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    /// What happens to it.
    pub action: Action,
    /// The document.
    pub id: DocumentId,
    /// The language of the words, or `zxx` for the facts.
    pub lang: Lang,
    /// 1, 2, 3 … of (id, lang).
    pub version: u32,
    /// Who signs.
    pub mission: Box<str>,
    /// 1, 2, 3 … of the mission.
    pub seq: u64,
    /// Leaf hash of the mission's entry before; absent for the first.
    pub prev: Option<Hash>,
    /// Leaf hash of the version before; absent for the first.
    pub supersedes: Option<Hash>,
    /// The kind of a correction.
    pub update: Option<Update>,
    /// Why something was withdrawn or retracted.
    pub reason: Option<Reason>,
    /// The manifest it commits to.
    pub sealed: Option<Manifest>,
}

/// A manifest as a leaf names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Commitment to its bytes.
    pub content: Commitment,
    /// Length in bytes without the salt.
    pub size: u64,
    /// What it is.
    pub media: Media,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)* }
        impl $name {
            /// All values, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The word of the format.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
            /// The value that a word of the format names.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    };
}

words!(
    /// What happens to a document.
    Action {
        /// A new edition.
        Publish = "publish",
        /// A changed edition, or the reinstatement of a withdrawn one.
        Correct = "correct",
        /// The text stays, under a notice.
        Withdraw = "withdraw",
        /// Nothing of it is served any more.
        Retract = "retract",
        /// A captured old page.
        Archive = "archive",
    }
);

words!(
    /// The kind of a correction.
    Update {
        /// It was wrong.
        Correction = "correction",
        /// The facts changed.
        Update = "update",
        /// It is clearer.
        Clarification = "clarification",
        /// Typing and form.
        Editorial = "editorial",
        /// A translation was revised.
        Translation = "translation",
        /// A better import of the same capture.
        ReImport = "re-import",
    }
);

words!(
    /// Why something was withdrawn or retracted.
    Reason {
        /// It was wrong.
        Error = "error",
        /// It no longer holds.
        Outdated = "outdated",
        /// Another text took its place.
        Superseded = "superseded",
        /// For a legal reason.
        Legal = "legal",
        /// To protect a person.
        Privacy = "privacy",
        /// For security.
        Security = "security",
        /// It was published too early.
        PublishedTooEarly = "published-too-early",
        /// The publisher does not say.
        NotStated = "not-stated",
    }
);

words!(
    /// The ground that an erasure rests on.
    Basis {
        /// A court or an authority ordered it.
        CourtOrder = "court-order",
        /// The law on personal data.
        DataProtection = "data-protection",
        /// Another law.
        Law = "law",
        /// Rights of others in the text or picture.
        Rights = "rights",
        /// The safety of a person.
        Safety = "safety",
        /// The publisher does not say.
        NotStated = "not-stated",
    }
);

words!(
    /// What a manifest is.
    Media {
        /// Facts.
        Facts = "application/vnd.chancery.facts+json",
        /// Words.
        Words = "application/vnd.chancery.words+json",
        /// Notice.
        Notice = "application/vnd.chancery.notice+json",
    }
);

/// Why a leaf is refused.
#[derive(Debug, thiserror::Error)]
pub enum BadLeaf {
    /// Longer than a leaf may be.
    #[error("{0} bytes long, a leaf has at most {MAX_LEAF}")]
    TooLong(usize),
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// Another first line.
    #[error("first line is not `chancery/entry/v1`: {0}")]
    Header(&'static str),
    /// Not canonical JSON of the shape.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A kind, a role of a key or a first line that this version does not know.
    #[error("{0} is not known: written by a newer version")]
    Newer(String),
    /// A key stands twice, or is none.
    #[error(transparent)]
    Keys(#[from] BadKeys),
    /// A field is missing, not allowed or malformed.
    #[error("{0}")]
    Field(&'static str),
}

impl BadLeaf {
    /// True if a newer version may have written the leaf: nothing after it may be computed.
    pub fn is_newer(&self) -> bool {
        matches!(self, Self::Newer(_))
    }
}

/// Why there is no leaf.
#[derive(Debug, thiserror::Error)]
pub enum Unsigned {
    /// A value has no canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Who holds the key did not sign.
    #[error("not signed: {0}")]
    Key(#[from] SignError),
}

/// A leaf taken apart: the entry and who signed it.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// What it says.
    pub entry: Entry,
    /// The signed text and the signature lines.
    pub note: Note,
}

impl Entry {
    /// The text that is signed: header and one canonical JSON line.
    pub fn text(&self) -> Result<Vec<u8>, JsonError> {
        let mut text = HEADER.as_bytes().to_vec();
        text.extend_from_slice(&json::to_bytes(&wire::Entry::from(self.clone()))?);
        text.push(b'\n');
        Ok(text)
    }

    /// The leaf, signed by keys whose names are in ascending order.
    pub fn sign(&self, keys: &[&SigningKey]) -> Result<Vec<u8>, JsonError> {
        let text = self.text()?;
        let lines: Vec<SignatureLine> = keys.iter().map(|key| key.sign(&text)).collect();
        Ok(tlog::note::signed(&text, &lines))
    }

    /// The leaf, signed by one key, wherever it is.
    pub fn signed_by(&self, key: &dyn Signs) -> Result<Vec<u8>, Unsigned> {
        let text = self.text()?;
        Ok(tlog::note::signed(&text, &[key.sign(&text)?]))
    }

    /// The content of an entry about a document.
    pub fn content(&self) -> Option<&Content> {
        match &self.body {
            Body::Content(content) => Some(content),
            _ => None,
        }
    }

    /// The manifest it commits to, if it does.
    pub fn sealed(&self) -> Option<Manifest> {
        match &self.body {
            Body::Content(content) => content.sealed,
            Body::Erase(erase) => erase.sealed,
            Body::Genesis { .. } | Body::Key { .. } | Body::State { .. } | Body::Freeze(_) => None,
        }
    }

    /// The blobs it removes for good.
    pub fn erased(&self) -> &[Commitment] {
        match &self.body {
            Body::Erase(erase) => &erase.target,
            _ => &[],
        }
    }
}

/// The names of the blobs that a leaf of this machine's own record removes for good.
pub fn erases(leaf: &[u8]) -> Vec<Hash> {
    // Of all kinds only this one has a key before `content`, so that other leaves need not be taken apart.
    let line = leaf.strip_prefix(HEADER.as_bytes()).unwrap_or_default();
    if !line.starts_with(b"{\"basis\":") {
        return Vec::new();
    }
    let entry = Leaf::read_trusted(leaf);
    entry.map_or_else(
        |_| Vec::new(),
        |entry| entry.erased().iter().map(|name| name.0).collect(),
    )
}

impl Leaf {
    /// Takes a leaf apart and refuses every other form than the written one. Signatures are not verified here.
    pub fn read(bytes: &[u8]) -> Result<Self, BadLeaf> {
        if bytes.len() > MAX_LEAF {
            return Err(BadLeaf::TooLong(bytes.len()));
        }
        check_header(bytes)?;
        let note = Note::parse(bytes)?;
        let line = entry_line(&note.text)?;
        let entry = json::from_bytes_or_newer::<wire::Entry>(line.as_bytes(), wire::newer).map_err(|e| match e {
            JsonError::Newer(what) => BadLeaf::Newer(what),
            other => BadLeaf::Json(other),
        })?;
        Ok(Self {
            entry: Entry::try_from(entry)?,
            note,
        })
    }

    /// Takes apart a leaf that was checked when it entered the record.
    pub fn read_trusted(bytes: &[u8]) -> Result<Entry, BadLeaf> {
        let text = std::str::from_utf8(bytes).map_err(|_| BadLeaf::Header("not UTF-8"))?;
        let (text, _) = text.split_once("\n\n").ok_or(BadLeaf::Header("no signatures"))?;
        let line = text.strip_prefix(HEADER).ok_or(BadLeaf::Header("another format"))?;
        Entry::try_from(json::from_trusted_bytes::<wire::Entry>(line.as_bytes())?)
    }
}

/// The first line, which a leaf of a later version has too, whatever follows it.
fn check_header(bytes: &[u8]) -> Result<(), BadLeaf> {
    if bytes.starts_with(HEADER.as_bytes()) {
        return Ok(());
    }
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let version = first.strip_prefix(b"chancery/entry/v").unwrap_or_default();
    if !version.is_empty() && version.iter().all(u8::is_ascii_digit) {
        return Err(BadLeaf::Newer(format!("version {}", String::from_utf8_lossy(version))));
    }
    Err(BadLeaf::Header("not an entry of a Chancery record"))
}

fn entry_line(text: &str) -> Result<&str, BadLeaf> {
    text.strip_prefix(HEADER)
        .and_then(|rest| rest.strip_suffix('\n'))
        .filter(|line| !line.contains('\n'))
        .ok_or(BadLeaf::Header("more than one line follows it"))
}

#[cfg(test)]
mod tests;

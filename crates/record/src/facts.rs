//! Facts: what a document states once for all languages (`docs/spec/entry.md`, section on facts).

mod check;
mod structure;
mod wire;

pub use structure::{
    Appointment, Callable, Carry, Closed, CountryName, Delegate, Hours, Mailbox, Mode, Office, Person, Placement,
    Section, Show, Site, Theme, Topic, is_code, is_reserved_section, is_reserved_site, is_slug,
};

use crate::{
    date::{Local, Month, Offset},
    id::DocumentId,
    json,
    lang::Lang,
    manifest::{BadManifest, check_length, newer},
    words::NoticeText,
};
use serde::{Deserialize, Serialize};
use tlog::hash::Hash;

/// The value of `format` in facts manifests.
pub const FORMAT: &str = "chancery/facts/v1";

/// The facts edition of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// What kind of document it is, with the facts of that kind.
    pub kind: Kind,
    /// Code of the site that issues it; absent for the family and shared topics.
    pub site: Option<Box<str>>,
    /// Section of that site.
    pub section: Option<DocumentId>,
    /// The date the text bears.
    pub date: Option<Dated>,
    /// Year and month of the address; set at version 1, the same for ever.
    pub month: Option<Month>,
    /// Topics it belongs to.
    pub topics: Vec<DocumentId>,
    /// Countries it is about.
    pub countries: Vec<Box<str>>,
    /// People in it, with their local ids.
    pub people: Vec<Participant>,
    /// Where it took place.
    pub place: Option<Place>,
    /// Which other sites carry it; rules are joined by or.
    pub carry: Vec<Carry>,
    /// Who else may publish words of it.
    pub delegate: Vec<Delegate>,
    /// Earlier addresses, whole.
    pub old: Vec<Box<str>>,
    /// Where it was captured from.
    pub capture: Option<Box<Capture>>,
    /// Pictures and files.
    pub assets: Vec<Asset>,
    /// Wording for readers about this edition, once a language.
    pub notice: Vec<NoticeText>,
}

/// In JSON the flat object of the format; in the register's snapshot the bytes of that JSON.
impl Serialize for Facts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        let wire = wire::Facts::from(self.clone());
        if serializer.is_human_readable() {
            return wire.serialize(serializer);
        }
        serializer.serialize_bytes(&serde_json::to_vec(&wire).map_err(S::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let wire: wire::Facts = if deserializer.is_human_readable() {
            Deserialize::deserialize(deserializer)?
        } else {
            serde_json::from_slice(<&[u8]>::deserialize(deserializer)?).map_err(D::Error::custom)?
        };
        Self::try_from(wire).map_err(D::Error::custom)
    }
}

/// Reads a facts manifest and refuses every form but the canonical one.
pub fn read(bytes: &[u8]) -> Result<Facts, BadManifest> {
    check_length(bytes)?;
    let facts: Facts = json::from_bytes_or_newer(bytes, |value| newer(value).or_else(|| wire::unknown_type(value)))?;
    check(&facts)?;
    Ok(facts)
}

/// Refuses facts that a verifier would refuse, looked at alone.
pub fn check(facts: &Facts) -> Result<(), BadManifest> {
    Ok(check::facts(facts)?)
}

/// The types of the first work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A text: news, statement, readout and so on.
    Text(TextKind),
    /// A person with appointments.
    Person(Box<Person>),
    /// An office with telephones and hours.
    Office(Box<Office>),
    /// A topic.
    Topic(Topic),
    /// A mission's lead-in, pin or hide for a carried document.
    Placement(Placement),
    /// The family of sites.
    Family {
        ministry: Box<str>,
        countries: Vec<CountryName>,
        theme: Theme,
    },
    /// A site of the family.
    Site(Box<Site>),
    /// A section of a site.
    Section(Section),
}

/// The kinds of text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextKind {
    /// News.
    News,
    /// Statement.
    Statement,
    /// Readout of a meeting or call.
    Readout,
    /// Speech.
    Speech,
    /// Remarks of a spokesperson.
    Remarks,
    /// Notice.
    Notice,
    /// Consular service.
    Service,
    /// Standing page.
    Page,
}

impl TextKind {
    /// All kinds of text, in the order of the specification.
    pub const ALL: [Self; 8] = [
        Self::News,
        Self::Statement,
        Self::Readout,
        Self::Speech,
        Self::Remarks,
        Self::Notice,
        Self::Service,
        Self::Page,
    ];

    /// The word of the format.
    pub fn word(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Statement => "statement",
            Self::Readout => "readout",
            Self::Speech => "speech",
            Self::Remarks => "remarks",
            Self::Notice => "notice",
            Self::Service => "service",
            Self::Page => "page",
        }
    }

    /// True for texts that stand without a date: they are listed by section, not by year.
    pub fn is_standing(self) -> bool {
        matches!(self, Self::Service | Self::Page)
    }
}

impl Kind {
    /// The word of the format, the value of `type`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text(kind) => kind.word(),
            Self::Person(_) => "person",
            Self::Office(_) => "office",
            Self::Topic(_) => "topic",
            Self::Placement(_) => "placement",
            Self::Family { .. } => "family",
            Self::Site(_) => "site",
            Self::Section(_) => "section",
        }
    }

    /// The kind of text, if it is one.
    pub fn text(&self) -> Option<TextKind> {
        match self {
            Self::Text(kind) => Some(*kind),
            _ => None,
        }
    }
}

impl Facts {
    /// Gives back the room that reading left over.
    pub(crate) fn shrink(&mut self) {
        self.topics.shrink_to_fit();
        self.countries.shrink_to_fit();
        self.people.shrink_to_fit();
        self.carry.shrink_to_fit();
        self.delegate.shrink_to_fit();
        self.old.shrink_to_fit();
        self.assets.shrink_to_fit();
        self.notice.shrink_to_fit();
    }

    /// Documents that they name, some more than once.
    pub fn named(&self) -> impl Iterator<Item = DocumentId> + '_ {
        let people = self.people.iter().filter_map(|person| person.person);
        let rules = self.carry.iter().flat_map(|rule| &rule.topics).copied();
        let of_kind = match &self.kind {
            Kind::Site(site) => site.menu.as_slice(),
            Kind::Placement(placement) => std::slice::from_ref(&placement.of),
            _ => &[],
        };
        let topics = self.topics.iter().copied().chain(self.section);
        topics.chain(people).chain(rules).chain(of_kind.iter().copied())
    }

    /// Facts of a kind with everything else empty.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            site: None,
            section: None,
            date: None,
            month: None,
            topics: Vec::new(),
            countries: Vec::new(),
            people: Vec::new(),
            place: None,
            carry: Vec::new(),
            delegate: Vec::new(),
            old: Vec::new(),
            capture: None,
            assets: Vec::new(),
            notice: Vec::new(),
        }
    }
}

/// The date a text bears, in the place of its issue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated {
    /// What an importer had to assume: `zone`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub assumed: Vec<Box<str>>,
    /// Date, or date and time, as written.
    pub local: Local,
    /// Offset from UTC at that moment; stored, so that changed zone data alter nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub offset: Option<Offset>,
    /// IANA zone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub zone: Option<Box<str>>,
}

/// A person of a document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    /// Country the person acts for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub country: Option<Box<str>>,
    /// Local id.
    pub n: Box<str>,
    /// Part in the document: participant, speaker, author, host, guest.
    pub part: Box<str>,
    /// Document of the person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<DocumentId>,
}

/// Where something took place; the name is a label.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub country: Option<Box<str>>,
    /// Local id.
    pub n: Box<str>,
}

/// Where an imported text was captured.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// When, RFC 3339, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub captured: Option<Box<str>>,
    /// SHA-256 of the captured bytes.
    #[serde(with = "crate::hex")]
    pub digest: Hash,
    /// Importer and its version, `dump/1`.
    pub importer: Box<str>,
    /// The source's own name of it: its id, or the file's name.
    pub key: Box<str>,
    /// Media type of the captured bytes.
    pub media: Box<str>,
    /// Address it was captured from, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<Box<str>>,
}

/// A picture or file of a document, sealed like a manifest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Its forms, fixed at commitment.
    pub forms: Vec<Form>,
    /// `picture` or `file`.
    pub kind: Box<str>,
    /// Local id.
    pub n: Box<str>,
}

/// One form of an asset.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Commitment to the bytes.
    pub content: crate::seal::Commitment,
    /// Height in pixels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub height: Option<u32>,
    /// Media type.
    pub media: Box<str>,
    /// Length in bytes, without the salt.
    pub size: u64,
    /// Width in pixels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub width: Option<u32>,
}

/// Languages of a site, in the order it shows them.
pub type Langs = Vec<Lang>;

#[cfg(test)]
mod tests;

//! The facts of a document as a person writes them: slugs and names where the record has ids.

use record::{
    date::Local,
    facts::{Callable, Delegate, Hours, Mailbox, Mode, Show, TextKind},
    lang::Lang,
};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, SeqAccess, Visitor, value::SeqAccessDeserializer},
};
use std::{collections::BTreeMap, fmt};

/// The word behind `type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentType {
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
    /// A person with appointments.
    Person,
    /// An office.
    Office,
    /// A topic.
    Topic,
    /// A section of a site.
    Section,
    /// A lead-in, pin or hide for a carried document.
    Placement,
    /// A site.
    Site,
}

impl DocumentType {
    /// The kind of text, if it is one.
    pub fn text(self) -> Option<TextKind> {
        Some(match self {
            Self::News => TextKind::News,
            Self::Statement => TextKind::Statement,
            Self::Readout => TextKind::Readout,
            Self::Speech => TextKind::Speech,
            Self::Remarks => TextKind::Remarks,
            Self::Notice => TextKind::Notice,
            Self::Service => TextKind::Service,
            Self::Page => TextKind::Page,
            _ => return None,
        })
    }
}

/// All keys of facts of `docs/texts.md`; which type takes which is checked when they are read.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactsForm {
    /// What kind of document it is.
    #[serde(rename = "type")]
    pub kind: DocumentType,
    /// Code of the site that issues it.
    pub site: Option<String>,
    /// Slug of a section of that site.
    pub section: Option<String>,
    /// Local date, or date and time, that the text bears.
    #[serde(default, deserialize_with = "local")]
    pub date: Option<Local>,
    /// IANA zone: of the date, of an office or of a site.
    pub zone: Option<String>,
    /// Where it took place.
    pub place: Option<PlaceForm>,
    /// People in it.
    #[serde(default)]
    pub people: Vec<ParticipantForm>,
    /// Countries it is about.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Slugs of topics.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Which other sites carry it.
    #[serde(default)]
    pub carry: Vec<CarryForm>,
    /// Who else may publish words.
    #[serde(default)]
    pub delegate: Vec<Delegate>,
    /// Earlier addresses, whole.
    #[serde(default)]
    pub old: Vec<String>,
    /// Slug of a person, topic or section.
    pub slug: Option<String>,
    /// Appointments of a person.
    #[serde(default)]
    pub appointments: Vec<AppointmentForm>,
    /// Country of an office or a site.
    pub country: Option<String>,
    /// Telephones of an office.
    #[serde(default)]
    pub phones: Vec<Callable>,
    /// E-mail addresses of an office.
    #[serde(default)]
    pub emails: Vec<Mailbox>,
    /// Opening hours of an office.
    #[serde(default)]
    pub hours: Vec<Hours>,
    /// Days on which an office is closed, or that a topic is.
    #[serde(default)]
    pub closed: ClosedForm,
    /// What a section is for.
    pub role: Option<String>,
    /// How the front of a section is shown.
    pub show: Option<Show>,
    /// Document of a placement: a name of the same folder, or an id.
    pub of: Option<String>,
    /// Site of a placement.
    pub on: Option<String>,
    /// The placement stands first on the home page.
    #[serde(default)]
    pub pin: bool,
    /// The placement hides the document.
    #[serde(default)]
    pub hide: bool,
    /// Code of a site, where it is not `site`.
    pub code: Option<String>,
    /// Kind of a site: embassy, consulate-general and so on.
    #[serde(rename = "kind")]
    pub site_kind: Option<String>,
    /// Languages of a site.
    #[serde(default)]
    pub langs: Vec<Lang>,
    /// Host names of a site.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Slugs of sections in the order of a site's menu.
    #[serde(default)]
    pub menu: Vec<String>,
    /// Line of the file at which each key stands, from 1.
    #[serde(skip)]
    pub lines: BTreeMap<String, usize>,
}

/// Where something took place; its name is the label `l1`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceForm {
    /// Country.
    pub country: Option<String>,
    /// Local id, `l1` unless said otherwise.
    #[serde(default = "first_place")]
    pub n: String,
}

fn first_place() -> String {
    "l1".to_owned()
}

/// A person of a document.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParticipantForm {
    /// Local id.
    pub n: String,
    /// participant, speaker, author, host, guest.
    pub part: Part,
    /// Country the person acts for.
    pub country: Option<String>,
    /// Slug of the person's document.
    pub person: Option<String>,
}

/// The part of a person in a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Took part.
    Participant,
    /// Spoke.
    Speaker,
    /// Wrote.
    Author,
    /// Received the others.
    Host,
    /// Was received.
    Guest,
}

impl Part {
    /// The word of the format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Participant => "participant",
            Self::Speaker => "speaker",
            Self::Author => "author",
            Self::Host => "host",
            Self::Guest => "guest",
        }
    }
}

/// Which sites carry a document; the members of one rule are joined by and.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarryForm {
    /// Must or may.
    pub mode: Mode,
    /// Codes, or `*`.
    #[serde(default)]
    pub sites: Vec<String>,
    /// Countries of the sites.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Languages in which it is carried.
    #[serde(default)]
    pub langs: Vec<Lang>,
    /// Slugs of topics.
    #[serde(default)]
    pub topics: Vec<String>,
}

/// An office that a person holds or held.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentForm {
    /// Local id; its label names the role.
    pub n: String,
    /// ambassador, consul-general, minister, spokesperson, charge, other.
    pub role: AppointmentRole,
    /// Code of the mission.
    pub mission: Option<String>,
    /// First day.
    #[serde(default, deserialize_with = "local")]
    pub from: Option<Local>,
    /// Last day.
    #[serde(default, deserialize_with = "local")]
    pub to: Option<Local>,
}

/// The role of an appointment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppointmentRole {
    /// Ambassador.
    Ambassador,
    /// Consul general.
    ConsulGeneral,
    /// Minister.
    Minister,
    /// Spokesperson.
    Spokesperson,
    /// Chargé d'affaires.
    Charge,
    /// Any other.
    Other,
}

impl AppointmentRole {
    /// The word of the format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ambassador => "ambassador",
            Self::ConsulGeneral => "consul-general",
            Self::Minister => "minister",
            Self::Spokesperson => "spokesperson",
            Self::Charge => "charge",
            Self::Other => "other",
        }
    }
}

/// `closed`: days of an office, or that a topic is closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClosedForm {
    /// Of a topic.
    Topic(bool),
    /// Of an office.
    Days(Vec<DayForm>),
}

impl Default for ClosedForm {
    fn default() -> Self {
        Self::Topic(false)
    }
}

/// A day on which an office is closed.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayForm {
    /// The day.
    #[serde(deserialize_with = "day")]
    pub date: Local,
    /// Local id; its label says why.
    pub n: String,
}

impl<'de> Deserialize<'de> for ClosedForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ClosedForm;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false for a topic, `[[closed]]` with `date` and `n` for an office")
            }
            fn visit_bool<E>(self, closed: bool) -> Result<ClosedForm, E> {
                Ok(ClosedForm::Topic(closed))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, days: A) -> Result<ClosedForm, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(days)).map(ClosedForm::Days)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A date in quotation marks or without.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Bare(toml::value::Datetime),
    Quoted(String),
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Local, D::Error> {
    let text = match Written::deserialize(deserializer)? {
        Written::Quoted(text) => text,
        Written::Bare(date) => date.to_string(),
    };
    // TOML writes seconds out; the record has one written form without zeros.
    let text = match text.strip_suffix(":00") {
        Some(short) if text.len() == 19 => short,
        _ => &text,
    };
    text.parse().map_err(D::Error::custom)
}

fn local<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Local>, D::Error> {
    day(deserializer).map(Some)
}

//! The written form of facts: one flat object, keys in byte order, the type deciding which may stand there.

use super::{
    Appointment, Asset, Callable, Capture, Carry, Closed, CountryName, Dated, Delegate, FORMAT, Hours, Kind, Mailbox,
    Office, Participant, Person, Place, Placement, Section, Show, Site, TextKind, Theme, Topic,
};
use crate::{date::Month, id::DocumentId, lang::Lang, words::NoticeText};
use serde::{Deserialize, Serialize};

/// Facts are malformed.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadFacts {
    #[error("format is `{0}`, not `chancery/facts/v1`: written by a newer version?")]
    Format(String),
    #[error("unknown type `{0}`: written by a newer version?")]
    Type(String),
    #[error("facts of type `{kind}` lack `{field}`")]
    Lacks { kind: String, field: &'static str },
}

/// `closed` is a flag of a topic and a list of an office.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum ClosedWire {
    Flag(bool),
    Days(Vec<Closed>),
}

/// `countries` are codes, and in the family document codes with local ids.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum CountriesWire {
    Codes(Vec<Box<str>>),
    Names(Vec<CountryName>),
}

macro_rules! wire {
    ($($field:ident $(= $name:literal)?: $kind:ty,)*) => {
        /// All fields that facts of any type may have.
        #[derive(Clone, Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Facts {
            $(#[serde(skip_serializing_if = "Option::is_none", default $(, rename = $name)?)] $field: Option<$kind>,)*
        }
    };
}

wire! {
    appointments: Vec<Appointment>,
    assets: Vec<Asset>,
    capture: Box<Capture>,
    carry: Vec<Carry>,
    closed: ClosedWire,
    code: Box<str>,
    countries: CountriesWire,
    country: Box<str>,
    date: Dated,
    delegate: Vec<Delegate>,
    emails: Vec<Mailbox>,
    format: String,
    hide: bool,
    hosts: Vec<Box<str>>,
    hours: Vec<Hours>,
    kind: Box<str>,
    langs: Vec<Lang>,
    menu: Vec<DocumentId>,
    ministry: Box<str>,
    month: Month,
    notice: Vec<NoticeText>,
    of: DocumentId,
    old: Vec<Box<str>>,
    on: Box<str>,
    people: Vec<Participant>,
    phones: Vec<Callable>,
    pin: bool,
    place: Place,
    role: Box<str>,
    section: DocumentId,
    show: Show,
    site: Box<str>,
    slug: Box<str>,
    theme: Theme,
    topics: Vec<DocumentId>,
    r#type = "type": String,
    zone: Box<str>,
}

/// The types beside the kinds of text.
const STRUCTURE: [&str; 7] = ["person", "office", "topic", "placement", "family", "site", "section"];

/// The type of a manifest, if this version does not know it.
pub(super) fn unknown_type(value: &serde_json::Value) -> Option<String> {
    let name = value.get("type")?.as_str()?;
    let known = STRUCTURE.contains(&name) || TextKind::ALL.iter().any(|kind| kind.word() == name);
    (!known).then(|| name.to_owned())
}

fn some<T>(values: Vec<T>) -> Option<Vec<T>> {
    (!values.is_empty()).then_some(values)
}

fn flag(value: bool) -> Option<bool> {
    value.then_some(true)
}

impl TryFrom<Facts> for super::Facts {
    type Error = BadFacts;

    fn try_from(mut w: Facts) -> Result<Self, BadFacts> {
        let format = w.format.take().unwrap_or_default();
        if format != FORMAT {
            return Err(BadFacts::Format(format));
        }
        let kind = kind(&mut w)?;
        let countries = match w.countries {
            Some(CountriesWire::Codes(codes)) => codes,
            _ => Vec::new(),
        };
        Ok(Self {
            kind,
            site: w.site,
            section: w.section,
            date: w.date,
            month: w.month,
            topics: w.topics.unwrap_or_default(),
            countries,
            people: w.people.unwrap_or_default(),
            place: w.place,
            carry: w.carry.unwrap_or_default(),
            delegate: w.delegate.unwrap_or_default(),
            old: w.old.unwrap_or_default(),
            capture: w.capture,
            assets: w.assets.unwrap_or_default(),
            notice: w.notice.unwrap_or_default(),
        })
    }
}

fn kind(w: &mut Facts) -> Result<Kind, BadFacts> {
    let name = w.r#type.take().unwrap_or_default();
    if let Some(text) = TextKind::ALL.into_iter().find(|k| k.word() == name) {
        return Ok(Kind::Text(text));
    }
    let lacks = |field| BadFacts::Lacks {
        kind: name.clone(),
        field,
    };
    Ok(match name.as_str() {
        "person" => Kind::Person(Box::new(Person {
            slug: w.slug.take().ok_or_else(|| lacks("slug"))?,
            appointments: w.appointments.take().unwrap_or_default(),
        })),
        "office" => Kind::Office(Box::new(office(w))),
        "topic" => Kind::Topic(Topic {
            slug: w.slug.take().ok_or_else(|| lacks("slug"))?,
            closed: matches!(w.closed, Some(ClosedWire::Flag(true))),
        }),
        "placement" => Kind::Placement(Placement {
            of: w.of.ok_or_else(|| lacks("of"))?,
            on: w.on.take().ok_or_else(|| lacks("on"))?,
            pin: w.pin.unwrap_or(false),
            hide: w.hide.unwrap_or(false),
        }),
        "family" => Kind::Family {
            ministry: w.ministry.take().ok_or_else(|| lacks("ministry"))?,
            countries: match w.countries.take() {
                Some(CountriesWire::Names(names)) => names,
                _ => Vec::new(),
            },
            theme: w.theme.take().ok_or_else(|| lacks("theme"))?,
        },
        "site" => Kind::Site(Box::new(site(w, &lacks)?)),
        "section" => Kind::Section(Section {
            slug: w.slug.take().ok_or_else(|| lacks("slug"))?,
            role: w.role.take().ok_or_else(|| lacks("role"))?,
            show: w.show.ok_or_else(|| lacks("show"))?,
        }),
        _ => return Err(BadFacts::Type(name)),
    })
}

fn office(w: &mut Facts) -> Office {
    Office {
        country: w.country.take(),
        phones: w.phones.take().unwrap_or_default(),
        emails: w.emails.take().unwrap_or_default(),
        hours: w.hours.take().unwrap_or_default(),
        closed: match w.closed.take() {
            Some(ClosedWire::Days(days)) => days,
            _ => Vec::new(),
        },
        zone: w.zone.take(),
    }
}

fn site(w: &mut Facts, lacks: &dyn Fn(&'static str) -> BadFacts) -> Result<Site, BadFacts> {
    Ok(Site {
        code: w.code.take().ok_or_else(|| lacks("code"))?,
        kind: w.kind.take(),
        country: w.country.take(),
        hosts: w.hosts.take().unwrap_or_default(),
        langs: w.langs.take().ok_or_else(|| lacks("langs"))?,
        menu: w.menu.take().unwrap_or_default(),
        zone: w.zone.take(),
    })
}

impl From<super::Facts> for Facts {
    fn from(facts: super::Facts) -> Self {
        let base = Self {
            format: Some(FORMAT.to_owned()),
            r#type: Some(facts.kind.word().to_owned()),
            site: facts.site,
            section: facts.section,
            date: facts.date,
            month: facts.month,
            topics: some(facts.topics),
            countries: some(facts.countries).map(CountriesWire::Codes),
            people: some(facts.people),
            place: facts.place,
            carry: some(facts.carry),
            delegate: some(facts.delegate),
            old: some(facts.old),
            capture: facts.capture,
            assets: some(facts.assets),
            notice: some(facts.notice),
            ..Self::default()
        };
        match facts.kind {
            Kind::Text(_) => base,
            Kind::Person(p) => Self {
                slug: Some(p.slug),
                appointments: some(p.appointments),
                ..base
            },
            Kind::Office(o) => Self {
                country: o.country,
                phones: some(o.phones),
                emails: some(o.emails),
                hours: some(o.hours),
                closed: some(o.closed).map(ClosedWire::Days),
                zone: o.zone,
                ..base
            },
            Kind::Topic(t) => Self {
                slug: Some(t.slug),
                closed: t.closed.then_some(ClosedWire::Flag(true)),
                ..base
            },
            Kind::Placement(p) => Self {
                of: Some(p.of),
                on: Some(p.on),
                pin: flag(p.pin),
                hide: flag(p.hide),
                ..base
            },
            Kind::Family {
                ministry,
                countries,
                theme,
            } => Self {
                ministry: Some(ministry),
                countries: some(countries).map(CountriesWire::Names),
                theme: Some(theme),
                ..base
            },
            Kind::Site(s) => Self {
                code: Some(s.code),
                kind: s.kind,
                country: s.country,
                hosts: some(s.hosts),
                langs: some(s.langs),
                menu: some(s.menu),
                zone: s.zone,
                ..base
            },
            Kind::Section(s) => Self {
                slug: Some(s.slug),
                role: Some(s.role),
                show: Some(s.show),
                ..base
            },
        }
    }
}

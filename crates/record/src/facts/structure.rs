//! The facts of structure documents: people, offices, topics, placements, sites, sections.

use super::Langs;
use crate::{date::Local, id::DocumentId, lang::Lang};
use serde::{Deserialize, Serialize};

macro_rules! fact {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $kind,)* }
    };
}

/// A person: their appointments, newest state of knowledge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Last part of the address.
    pub slug: Box<str>,
    /// Offices held.
    pub appointments: Vec<Appointment>,
}

fact!(
    /// An office that a person holds or held.
    Appointment {
        /// First year, month or day.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        from: Option<Box<str>>,
        /// Code of the mission.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mission: Option<Box<str>>,
        /// Local id; its label names the role.
        n: Box<str>,
        /// ambassador, consul-general, minister, spokesperson, charge, other.
        role: Box<str>,
        /// Last year, month or day.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        to: Option<Box<str>>,
    }
);

/// An office: where and when it can be reached.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Office {
    /// Country it stands in.
    pub country: Option<Box<str>>,
    /// Telephones by purpose.
    pub phones: Vec<Callable>,
    /// E-mail addresses by purpose.
    pub emails: Vec<Mailbox>,
    /// Opening hours by purpose.
    pub hours: Vec<Hours>,
    /// Days on which it is closed.
    pub closed: Vec<Closed>,
    /// IANA zone of the hours.
    pub zone: Option<Box<str>>,
}

fact!(
    /// A telephone number and its purpose.
    Callable {
        /// office, switchboard, emergency, consular, visa, press.
        r#for: Box<str>,
        /// As dialled from abroad.
        number: Box<str>,
    }
);

fact!(
    /// An e-mail address and its purpose.
    Mailbox {
        /// The address.
        address: Box<str>,
        /// office, switchboard, emergency, consular, visa, press.
        r#for: Box<str>,
    }
);

fact!(
    /// Opening hours on some days of the week.
    Hours {
        /// 1 = Monday to 7 = Sunday.
        days: Vec<u8>,
        /// Purpose.
        r#for: Box<str>,
        /// `09:00`, local time.
        from: Box<str>,
        /// `16:30`, local time.
        to: Box<str>,
    }
);

fact!(
    /// A day on which an office is closed.
    Closed {
        /// The day.
        date: Local,
        /// Local id; its label says why.
        n: Box<str>,
    }
);

/// A topic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Topic {
    /// Last part of the address.
    pub slug: Box<str>,
    /// True if nothing more is expected.
    pub closed: bool,
}

/// What a mission does with a carried document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placement {
    /// The document.
    pub of: DocumentId,
    /// Code of the site.
    pub on: Box<str>,
    /// Stands first on the home page.
    pub pin: bool,
    /// Is not shown there.
    pub hide: bool,
}

fact!(
    /// A country of the family document; the name is a label.
    CountryName {
        /// ISO 3166 or user-assigned.
        code: Box<str>,
        /// Local id.
        n: Box<str>,
    }
);

fact!(
    /// The theme that the pages are computed with.
    Theme {
        /// Digest of the operator's theme folder.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        content: Option<Box<str>>,
        /// Its name.
        name: Box<str>,
        /// Its version.
        version: u32,
    }
);

/// A site of the family.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Its code, `[a-z0-9][a-z0-9-]{1,31}`.
    pub code: Box<str>,
    /// embassy, consulate-general, consulate, permanent-mission, delegation, ministry, other.
    pub kind: Option<Box<str>>,
    /// Country it is in.
    pub country: Option<Box<str>>,
    /// Host names, the first being the one of its addresses.
    pub hosts: Vec<Box<str>>,
    /// Languages, in order.
    pub langs: Langs,
    /// Sections in the order of the menu; empty: in order of creation.
    pub menu: Vec<DocumentId>,
    /// IANA zone of its dates.
    pub zone: Option<Box<str>>,
}

/// A section of a site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// Last part of the address.
    pub slug: Box<str>,
    /// What it is for: news, remarks, consular and so on.
    pub role: Box<str>,
    /// How its front is shown.
    pub show: Show,
}

/// How a section's front is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// Newest first, by year.
    List,
    /// Opens with its first standing page.
    Page,
    /// Opens with the people of the mission.
    People,
    /// Lists the topics.
    Topics,
}

fact!(
    /// Which sites carry a document: the members of one rule are joined by and.
    Carry {
        /// Countries of the sites.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        countries: Vec<Box<str>>,
        /// Languages in which it is carried.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        langs: Vec<Lang>,
        /// Must or may.
        mode: Mode,
        /// Codes, or `*`.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        sites: Vec<Box<str>>,
        /// Sites that have one of these topics in a section of their own.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        topics: Vec<DocumentId>,
    }
);

/// Whether a site has a choice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Every site that the rule names carries it.
    Must,
    /// A site carries it where a placement says so.
    May,
}

fact!(
    /// A mission that may publish words in a language.
    Delegate {
        /// The language.
        lang: Lang,
        /// Code of the mission.
        mission: Box<str>,
    }
);

/// The two-letter codes of ISO 639-1, which no site may have as its code.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da \
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik \
    io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms \
    mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl \
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// True for site codes that are refused in every family: reserved first segments and ISO 639-1 codes.
pub fn is_reserved_site(code: &str) -> bool {
    const RESERVED: [&str; 14] = [
        "about", "api", "assets", "d", "desk", "feed", "healthz", "people", "preview", "record", "robots", "search",
        "sitemap", "topics",
    ];
    RESERVED.contains(&code) || TWO_LETTERS.split_ascii_whitespace().any(|two| two == code)
}

/// True for section slugs that are refused.
pub fn is_reserved_section(slug: &str) -> bool {
    let year = slug.len() == 4 && slug.bytes().all(|b| b.is_ascii_digit());
    year || matches!(slug, "topics" | "people" | "about-this-record" | "feed")
}

/// True for `[a-z0-9][a-z0-9-]{1,31}`: codes of sites and missions.
pub fn is_code(text: &str) -> bool {
    (2..=32).contains(&text.len())
        && !text.starts_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// True for `[a-z0-9]+(-[a-z0-9]+)*` of at most 80 characters; `index` is the name of every list in a folder of files.
pub fn is_slug(text: &str) -> bool {
    let part = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= 80 && text != "index" && text.split('-').all(part)
}

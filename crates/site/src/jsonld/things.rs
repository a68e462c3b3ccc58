//! Smaller things of schema.org that stand inside others.

use record::facts::Hours;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Postal {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(rename = "addressCountry", skip_serializing_if = "Option::is_none")]
    pub(super) country: Option<String>,
    #[serde(rename = "streetAddress")]
    pub(super) street: String,
}

#[derive(Serialize)]
pub(super) struct Point<'a> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(rename = "contactType")]
    pub(super) of: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) telephone: Option<&'a str>,
}

/// Hours in the short form of schema.org: `Mo,Tu,We 09:00-12:00`.
pub(super) fn open(hours: &Hours) -> String {
    const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
    let day = |day: &u8| DAYS.get(usize::from(*day).checked_sub(1)?).copied();
    let days: Vec<&str> = hours.days.iter().filter_map(day).collect();
    let to = if &*hours.to == "24:00" { "23:59" } else { &hours.to };
    format!("{} {}-{to}", days.join(","), hours.from)
}

/// A closed day, told as schema.org does: hours of that day without opening and closing.
#[derive(Serialize)]
pub(super) struct Shut<'a> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(rename = "validFrom")]
    pub(super) from: &'a str,
    #[serde(rename = "validThrough")]
    pub(super) through: &'a str,
}

impl<'a> Shut<'a> {
    pub(super) fn of(day: &'a str) -> Self {
        Self {
            kind: "OpeningHoursSpecification",
            from: day,
            through: day,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Thing<'a> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(rename = "jobTitle", skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<&'a str>,
    pub(super) name: &'a str,
}

impl<'a> Thing<'a> {
    pub(super) fn of(kind: &'static str, name: &'a str) -> Self {
        Self { kind, role: None, name }
    }

    pub(super) fn person(name: &'a str, role: Option<&'a str>) -> Self {
        Self {
            role,
            ..Self::of("Person", name)
        }
    }
}

#[derive(Serialize)]
pub(super) struct Version<'a> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(rename = "@id")]
    pub(super) id: &'a str,
    #[serde(rename = "inLanguage")]
    pub(super) lang: &'a str,
}

impl<'a> Version<'a> {
    pub(super) fn of((id, lang): (&'a str, &'a str)) -> Self {
        Self {
            kind: "CreativeWork",
            id,
            lang,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Correction<'a> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(rename = "datePublished")]
    pub(super) date: &'a str,
    pub(super) text: &'a str,
}

impl<'a> Correction<'a> {
    pub(super) fn of(text: &'a str, date: &'a str) -> Self {
        Self {
            kind: "CorrectionComment",
            date,
            text,
        }
    }
}

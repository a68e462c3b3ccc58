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

#[derive(Serialize)]
pub(super) struct Open<'a> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) closes: &'a str,
    #[serde(rename = "dayOfWeek")]
    pub(super) days: Vec<&'static str>,
    pub(super) opens: &'a str,
}

impl<'a> Open<'a> {
    pub(super) fn of(hours: &'a Hours) -> Self {
        const DAYS: [&str; 7] = [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ];
        let day = |day: &u8| DAYS.get(usize::from(*day).checked_sub(1)?).copied();
        Self {
            kind: "OpeningHoursSpecification",
            closes: if &*hours.to == "24:00" { "23:59" } else { &hours.to },
            days: hours.days.iter().filter_map(day).collect(),
            opens: &hours.from,
        }
    }
}

/// A closed day, told as schema.org does: opening and closing at midnight.
#[derive(Serialize)]
pub(super) struct Shut<'a> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) closes: &'static str,
    pub(super) opens: &'static str,
    #[serde(rename = "validFrom")]
    pub(super) from: &'a str,
    #[serde(rename = "validThrough")]
    pub(super) through: &'a str,
}

impl<'a> Shut<'a> {
    pub(super) fn of(day: &'a str) -> Self {
        Self {
            kind: "OpeningHoursSpecification",
            closes: "00:00",
            opens: "00:00",
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

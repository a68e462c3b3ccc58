//! One site from one line.

use super::{LineError, refused, text};
use crate::words;
use record::{facts::is_reserved_site, lang::Lang};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a site in braces")]
struct Raw {
    code: String,
    name: Name,
    langs: Vec<Lang>,
    zone: Option<String>,
    country: Option<String>,
    kind: Option<String>,
    #[serde(default)]
    hosts: Vec<String>,
}

/// A name for all languages, or one for each.
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    One(String),
    Each(BTreeMap<Lang, String>),
}

/// A site as its line states it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteLine {
    /// Its code.
    pub code: String,
    /// Its name by language; one name alone stands under the first language.
    pub names: Vec<(Lang, String)>,
    /// Its languages, in order; never empty.
    pub langs: Vec<Lang>,
    /// IANA zone of its dates.
    pub zone: Option<String>,
    /// Country it is in.
    pub country: Option<String>,
    /// embassy, consulate-general, consulate, permanent-mission, delegation, ministry, other.
    pub kind: Option<String>,
    /// Host names.
    pub hosts: Vec<String>,
}

/// Reads one line of a file of sites.
///
/// # Errors
/// The first thing that is wrong with the line, with its number and field.
pub fn parse_site(bytes: &[u8], line: u64) -> Result<SiteLine, LineError> {
    let raw: Raw = serde_json::from_str(text(bytes, line)?).map_err(|error| refused(&error, line))?;
    let wrong = |field: &str, message: String| Err(LineError::new(line, Some(field), message));
    if !is_code(&raw.code) {
        let message = format!(
            "`{}` is no code of a site: write 2 to 32 small letters, digits and hyphens",
            crate::problem::shown(&raw.code)
        );
        return wrong("code", message);
    }
    if is_reserved_site(&raw.code) {
        return wrong(
            "code",
            format!(
                "`{}` is the tag of a language or a reserved word: choose another code",
                raw.code
            ),
        );
    }
    let Some(first) = raw.langs.first().copied() else {
        return wrong("langs", "a site needs at least one language".to_owned());
    };
    if let Some(lang) = raw.langs.iter().find(|lang| !lang.is_registered() || lang.is_facts()) {
        return wrong("langs", format!("`{lang}` is no registered language"));
    }
    let names: Vec<(Lang, String)> = match raw.name {
        Name::One(name) => vec![(first, words::line(&name))],
        Name::Each(names) => names
            .into_iter()
            .map(|(lang, name)| (lang, words::line(&name)))
            .collect(),
    };
    if names.is_empty() || names.iter().any(|(_, name)| name.is_empty()) {
        return wrong("name", "a site needs a name".to_owned());
    }
    Ok(SiteLine {
        code: raw.code,
        names,
        langs: raw.langs,
        zone: raw.zone,
        country: raw.country,
        kind: raw.kind,
        hosts: raw.hosts,
    })
}

/// `[a-z0-9][a-z0-9-]{1,31}`
fn is_code(code: &str) -> bool {
    let plain = code
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain && (2..=32).contains(&code.len()) && !code.starts_with('-')
}

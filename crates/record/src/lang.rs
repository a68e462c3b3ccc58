//! Language tags (BCP 47) as the record uses them: language, script, region, variant; canonical in case.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// The IANA registry's language subtags, in order.
static SUBTAGS: &str = include_str!("../data/language-subtags.txt");

const MAX: usize = 23;

/// A canonical language tag of at most 23 characters, or `zxx` for a document's facts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang {
    bytes: [u8; MAX],
    len: u8,
}

impl Lang {
    /// The tag under which the facts of a document stand: no linguistic content.
    pub const FACTS: Self = Self::short(b"zxx");
    /// English, the furniture's last resort.
    pub const ENGLISH: Self = Self::short(b"en");

    const fn short<const N: usize>(tag: &[u8; N]) -> Self {
        let mut bytes = [0; MAX];
        let mut len = 0u8;
        while (len as usize) < N {
            bytes[len as usize] = tag[len as usize];
            len += 1;
        }
        Self { bytes, len }
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }

    /// True for the facts of a document.
    pub fn is_facts(self) -> bool {
        self == Self::FACTS
    }

    /// The language subtag alone: `zh` of `zh-Hans`.
    pub fn primary(&self) -> &str {
        let tag = &self.bytes[..usize::from(self.len)];
        let end = tag.iter().position(|b| *b == b'-').unwrap_or(tag.len());
        std::str::from_utf8(&tag[..end]).unwrap_or_default()
    }

    /// True where the script is written from right to left.
    pub fn is_rtl(&self) -> bool {
        match self
            .as_str()
            .split('-')
            .find(|part| part.len() == 4 && part.as_bytes()[0].is_ascii_uppercase())
        {
            Some(script) => matches!(script, "Arab" | "Hebr" | "Thaa" | "Syrc" | "Nkoo" | "Adlm" | "Rohg"),
            None => matches!(
                self.primary(),
                "ar" | "fa" | "he" | "ur" | "ps" | "sd" | "ug" | "yi" | "dv" | "ckb" | "syr" | "arc" | "nqo"
            ),
        }
    }

    /// `rtl` or `ltr`, as the `dir` attribute of HTML wants it.
    pub fn direction(&self) -> &'static str {
        if self.is_rtl() { "rtl" } else { "ltr" }
    }

    /// True if the language subtag is in the IANA registry; private and special subtags are not.
    pub fn is_registered(&self) -> bool {
        is_language_subtag(self.primary())
    }
}

/// True if the text is a language subtag of the IANA registry, such as `fr`; `vn` is none.
pub fn is_language_subtag(text: &str) -> bool {
    text.len() >= 2
        && SUBTAGS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .any(|line| line.split(' ').any(|tag| tag == text))
}

/// A text is not a language tag of the form the record takes.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a canonical language tag such as `en`, `pt-BR` or `zh-Hans`")]
pub struct BadLang(pub String);

impl FromStr for Lang {
    type Err = BadLang;

    fn from_str(text: &str) -> Result<Self, BadLang> {
        let bad = || BadLang(text.chars().take(40).collect());
        if text.len() > MAX || !well_formed(text) {
            return Err(bad());
        }
        let mut bytes = [0; MAX];
        bytes
            .get_mut(..text.len())
            .ok_or_else(bad)?
            .copy_from_slice(text.as_bytes());
        Ok(Self {
            bytes,
            len: u8::try_from(text.len()).map_err(|_| bad())?,
        })
    }
}

/// language[-Script][-REGION][-variant]*, each in its canonical case.
fn well_formed(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    let lower = |p: &str| p.bytes().all(|b| b.is_ascii_lowercase());
    if !parts.next().is_some_and(|p| (2..=3).contains(&p.len()) && lower(p)) {
        return false;
    }
    parts.next_if(|p| p.len() == 4 && p.as_bytes()[0].is_ascii_uppercase() && lower(p.get(1..).unwrap_or("-")));
    parts.next_if(|p| {
        p.len() == 2 && p.bytes().all(|b| b.is_ascii_uppercase())
            || p.len() == 3 && p.bytes().all(|b| b.is_ascii_digit())
    });
    parts.all(|p| {
        (5..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            || p.len() == 4
                && p.as_bytes()[0].is_ascii_digit()
                && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Lang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::spelled::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_tags_are_read() {
        for tag in [
            "en",
            "vi",
            "zh-Hans",
            "pt-BR",
            "sr-Latn-RS",
            "es-419",
            "ca-ES-valencia",
            "de-1996",
            "zxx",
        ] {
            assert_eq!(tag.parse::<Lang>().map(|l| l.to_string()), Ok(tag.to_owned()));
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for tag in [
            "",
            "e",
            "EN",
            "en-uk",
            "zh-hans",
            "zh_Hans",
            "en-",
            "en--GB",
            "x-private",
            "englishlanguage",
            "en-GB-GB",
        ] {
            assert!(tag.parse::<Lang>().is_err(), "{tag}");
        }
    }

    #[test]
    fn direction_follows_language_and_script() {
        let dir = |tag: &str| tag.parse::<Lang>().map(|l| l.direction()).unwrap_or_default();
        assert_eq!(
            [dir("ar"), dir("fa"), dir("az-Arab"), dir("ar-Latn"), dir("en")],
            ["rtl", "rtl", "rtl", "ltr", "ltr"]
        );
    }

    #[test]
    fn site_codes_that_are_languages_are_known() {
        assert!(is_language_subtag("fr") && is_language_subtag("vi") && is_language_subtag("fil"));
        assert!(!is_language_subtag("vn") && !is_language_subtag("hq") && !is_language_subtag("#"));
    }
}

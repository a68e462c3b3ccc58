//! Small forms from which manifests and leaves are put together (`docs/spec/entry.md`, sections 3, 9 and 10).

use crate::{date::Moment, lang::Lang, words::NoticeText};
use std::{collections::BTreeSet, fmt};

/// A field of a manifest has not the form that the specification gives it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Malformed {
    /// Where: a field, or the id of a block.
    pub place: String,
    /// What is wrong with it.
    pub what: &'static str,
}

/// Refuses with place and reason where something does not hold.
pub(crate) fn require(holds: bool, place: impl fmt::Display, what: &'static str) -> Result<(), Malformed> {
    if holds {
        return Ok(());
    }
    Err(Malformed {
        place: place.to_string(),
        what,
    })
}

/// Refuses where one of several does not hold.
pub(crate) fn all<'a, T: 'a>(
    values: impl IntoIterator<Item = &'a T>,
    holds: impl Fn(&'a T) -> bool,
    place: &'static str,
    what: &'static str,
) -> Result<(), Malformed> {
    require(values.into_iter().all(holds), place, what)
}

/// Refuses two equal values.
pub(crate) fn distinct<T: Ord>(
    values: impl IntoIterator<Item = T>,
    place: &'static str,
    what: &'static str,
) -> Result<(), Malformed> {
    let mut seen = BTreeSet::new();
    require(values.into_iter().all(|value| seen.insert(value)), place, what)
}

/// True for a string without line feed and tab, with single spaces inside only, of at most `most` characters.
pub(crate) fn is_line(text: &str, most: usize) -> bool {
    let spaces = text.starts_with(' ') || text.ends_with(' ') || text.contains("  ");
    !text.is_empty()
        && !spaces
        && !text.bytes().any(|b| b < b' ')
        && (text.len() <= most || text.chars().count() <= most)
}

/// True for `[a-z][1-9][0-9]{0,5}`: the name of something within one manifest.
pub(crate) fn is_local_id(text: &str) -> bool {
    match text.as_bytes() {
        [b'a'..=b'z', b'1'..=b'9', rest @ ..] => rest.len() <= 5 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// True for `[a-z][a-z-]{0,31}`: purposes and roles.
pub(crate) fn is_purpose(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// True for `[a-z]{2}`.
pub(crate) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_lowercase())
}

/// True for the form of a name of the time zone data base.
pub(crate) fn is_zone(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'_' | b'-');
    text.len() <= 50 && text.split('/').all(|part| !part.is_empty() && part.bytes().all(letter))
}

/// True for an address that begins with one of these and goes on: at most 2,048 bytes, no white space.
pub(crate) fn is_address(text: &str, starts: &[&str]) -> bool {
    text.len() <= 2048
        && starts
            .iter()
            .any(|start| text.strip_prefix(start).is_some_and(|rest| !rest.is_empty()))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// True for an address of the web.
pub(crate) fn is_web(text: &str) -> bool {
    is_address(text, &["http://", "https://"])
}

/// True for an instant in its only form.
pub(crate) fn is_instant(text: &str) -> bool {
    text.parse::<Moment>().is_ok()
}

/// True for the tag of a language that words may have.
pub(crate) fn is_language(lang: &Lang) -> bool {
    !matches!(lang.primary(), "zxx" | "und" | "mul" | "mis")
}

/// What readers are told: no language twice, each text in its form and without footnotes.
pub(crate) fn notice(texts: &[NoticeText]) -> Result<(), Malformed> {
    all(
        texts,
        |text| is_language(&text.lang),
        "notice",
        "`lang` names no language",
    )?;
    distinct(texts.iter().map(|text| text.lang), "notice", "a language stands twice")?;
    texts
        .iter()
        .try_for_each(|text| crate::words::check::text(&text.text, "notice", crate::words::check::Place::Notice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_text_has_single_spaces_inside_only() {
        assert!(is_line("One line.", 9) && is_line("\u{a0}é", 2));
        for text in ["", " a", "a ", "a  b", "a\nb", "a\tb", "éé"] {
            assert!(!is_line(text, 1), "{text:?}");
        }
    }

    #[test]
    fn local_ids_end_in_a_digit_and_purposes_do_not() {
        assert!(is_local_id("a1") && is_local_id("m123456"));
        for text in ["", "a", "1", "a0", "a01", "aa1", "m1234567", "A1"] {
            assert!(!is_local_id(text), "{text}");
        }
        assert!(is_purpose("visa") && is_purpose("permanent-mission"));
        assert!(!is_purpose("desk2") && !is_purpose("-a") && !is_purpose(""));
    }

    #[test]
    fn zones_do_not_climb() {
        assert!(is_zone("Asia/Ho_Chi_Minh") && is_zone("Etc/GMT+7"));
        assert!(!is_zone("../etc/passwd") && !is_zone("Europe/") && !is_zone(""));
    }
}

//! Which key belongs where: one table for the front matter and for facts alone.

use super::DocumentType as T;

/// Keys of the words.
pub(super) const WORDS: [&str; 6] = ["title", "summary", "slug", "authority", "source", "labels"];

/// Keys that only a file has which was downloaded from a site.
pub(super) const DOWNLOAD: [&str; 4] = ["address", "id", "lang", "version"];

/// Keys that every text may have.
const OF_TEXTS: [&str; 12] = [
    "type",
    "site",
    "section",
    "date",
    "zone",
    "place",
    "people",
    "countries",
    "topics",
    "carry",
    "delegate",
    "old",
];

/// Keys that stand for facts of single types.
const OF_TYPES: [&str; 21] = [
    "slug",
    "appointments",
    "country",
    "phones",
    "emails",
    "hours",
    "closed",
    "role",
    "show",
    "of",
    "on",
    "pin",
    "hide",
    "code",
    "kind",
    "langs",
    "hosts",
    "menu",
    "site",
    "zone",
    "delegate",
];

/// True for a key of facts, whatever the type.
pub(super) fn is_of_facts(key: &str) -> bool {
    OF_TEXTS.contains(&key) || OF_TYPES.contains(&key)
}

/// The keys of facts that a type takes, `type` aside.
pub(super) fn of(kind: T) -> &'static [&'static str] {
    match kind {
        T::Person => &["slug", "appointments", "site", "country", "delegate", "old"],
        T::Office => &[
            "site", "country", "zone", "phones", "emails", "hours", "closed", "delegate", "old",
        ],
        T::Topic => &["slug", "closed", "site", "delegate", "old"],
        T::Section => &["site", "slug", "role", "show", "delegate", "old"],
        T::Placement => &["of", "on", "pin", "hide", "site", "delegate"],
        T::Site => &[
            "site", "code", "kind", "country", "zone", "langs", "hosts", "menu", "delegate",
        ],
        _ => &OF_TEXTS,
    }
}

/// True for types whose `slug` is a fact, one for all languages.
pub(super) fn has_slug(kind: T) -> bool {
    of(kind).contains(&"slug")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_documented() {
        let text = include_str!("../../../../docs/texts.md");
        for key in WORDS.iter().chain(&DOWNLOAD).chain(&OF_TEXTS).chain(&OF_TYPES) {
            let is_there = text.contains(&format!("`{key}`")) || text.contains(&format!("`[[{key}]]`"));
            assert!(is_there, "docs/texts.md lacks `{key}`");
        }
    }
}

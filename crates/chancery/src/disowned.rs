//! What entries brought that the publisher of a frozen record does not stand by, where pages show it all the same
//! (`docs/spec/entry.md`, section 7.6).

use crate::notices;
use record::{
    entry::Action,
    lang::Lang,
    register::{Document, Edition, Manifest, Register},
    words::Notice,
};

/// Names that a message lists; the others are counted.
const MOST_NAMES: usize = 100;

/// Editions and notices from an index on that no later entry takes off pages, as `erase` names them: `ID/LANG/N`.
/// `read` gives the manifest of an edition.
pub fn shown(register: &Register, good: u64, read: &dyn Fn(&Edition) -> Option<Manifest>) -> Vec<String> {
    let documents = register.documents().map(|no| register.document(no));
    let shown = documents.flat_map(|doc| {
        let left = editions(doc).filter(move |(lang, edition)| {
            edition.index >= good
                && edition.sealed.is_some()
                && edition.erased.is_none()
                && !is_off(doc, *lang, edition, good, read)
        });
        left.map(move |(lang, edition)| format!("{}/{lang}/{}", doc.id, edition.version))
    });
    shown.collect()
}

/// The first names of what is shown, and how many others there are.
pub fn told(shown: &[String]) -> String {
    let names = shown.get(..MOST_NAMES).unwrap_or(shown);
    match shown.len() - names.len() {
        0 => names.join(" "),
        more => format!("{} and {more} more", names.join(" ")),
    }
}

/// True if a later retraction took off pages what an edition brought. A notice stays on them whatever follows, so it is in the
/// standard wording.
fn is_off(
    doc: &Document,
    lang: Lang,
    edition: &Edition,
    good: u64,
    read: &dyn Fn(&Edition) -> Option<Manifest>,
) -> bool {
    let retracted = doc.withheld_by(lang, edition.index).is_some();
    if edition.has_manifest() {
        return retracted;
    }
    (retracted || takes_off(doc, lang, edition, good)) && says_nothing(edition, read)
}

/// True of a retract that takes off pages what the publisher does not stand by.
fn takes_off(doc: &Document, lang: Lang, retract: &Edition, good: u64) -> bool {
    let mut before = editions(doc).filter(|(of, edition)| {
        (lang.is_facts() || *of == lang)
            && (good..retract.index).contains(&edition.index)
            && edition.action != Action::Retract
            && edition.sealed.is_some()
    });
    retract.action == Action::Retract && before.next().is_some()
}

/// True of a notice in the standard wording. One with words of its own may be by whoever stole the key: it first brings
/// something that it then takes off.
fn says_nothing(ending: &Edition, read: &dyn Fn(&Edition) -> Option<Manifest>) -> bool {
    let Some(Manifest::Notice(notice)) = read(ending) else {
        return false;
    };
    notice == Notice::new(notices::standard(ending.action))
}

/// Every edition of a document, with its language.
fn editions(doc: &Document) -> impl Iterator<Item = (Lang, &Edition)> {
    let facts = doc.facts_editions.iter().map(|edition| (Lang::FACTS, edition));
    let words = doc
        .words
        .iter()
        .flat_map(|words| words.editions.iter().map(|edition| (words.lang, edition)));
    facts.chain(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_first_and_counts_the_others() {
        let names = |n: usize| (0..n).map(|no| format!("{no}/en/1")).collect::<Vec<_>>();
        assert_eq!(told(&names(2)), "0/en/1 1/en/1");
        assert!(told(&names(100)).ends_with(" 99/en/1"));
        assert!(told(&names(103)).ends_with(" 99/en/1 and 3 more"));
    }
}

//! What entries brought that the publisher of a frozen record does not stand by, where pages show it all the same
//! (`docs/spec/entry.md`, section 7.6).

use crate::notices;
use record::{
    entry::Action,
    lang::Lang,
    register::{Document, Edition, Manifest, Register},
    words::Notice,
};

/// Editions and notices from an index on that no later entry takes off pages, as `erase` names them: `ID/LANG/N`.
/// `read` gives the manifest of an edition.
pub fn shown(register: &Register, good: u64, read: &dyn Fn(&Edition) -> Option<Manifest>) -> Vec<String> {
    let documents = register.documents().map(|no| register.document(no));
    let shown = documents.flat_map(|doc| {
        let left = editions(doc).filter(move |(lang, edition)| {
            edition.index >= good
                && edition.sealed.is_some()
                && edition.erased.is_none()
                && doc.withheld_by(*lang, edition.index).is_none()
                && !(takes_off(doc, *lang, edition, good) && says_nothing(edition, read))
        });
        left.map(move |(lang, edition)| format!("{}/{lang}/{}", doc.id, edition.version))
    });
    shown.collect()
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

/// True of a retract with the standard wording. One with words of its own may be by whoever stole the key: it first brings
/// something that it then takes off.
fn says_nothing(retract: &Edition, read: &dyn Fn(&Edition) -> Option<Manifest>) -> bool {
    let (Some(reason), Some(Manifest::Notice(notice))) = (retract.reason, read(retract)) else {
        return false;
    };
    notice == Notice::new(notices::standard(Action::Retract, reason))
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

//! What entries brought that the publisher of a frozen record does not stand by, where pages show it all the same
//! (`docs/spec/entry.md`, section 7.6).

use crate::notices;
use record::{
    entry::Action,
    facts::Kind,
    id::DocumentId,
    lang::Lang,
    register::{Document, Edition, Manifest, Register},
    words::Notice,
};

/// Names that a message lists; the others are counted.
const MOST_NAMES: usize = 100;

/// An edition or notice that pages show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The document.
    pub id: DocumentId,
    /// The language of the edition, `zxx` for facts and for notices about all of the document.
    pub lang: Lang,
    /// Its version.
    pub version: u32,
    /// What it is: its language, or what the notice is about.
    pub what: String,
    /// The title of the document.
    pub title: String,
    /// True where a retraction takes it off pages; nothing but an erasure takes away a notice, or what others stand in.
    pub can_end: bool,
}

impl Shown {
    fn of(doc: &Document, lang: Lang, edition: &Edition) -> Self {
        let named = doc.language(lang).or(doc.original());
        let structure = matches!(
            doc.facts.kind,
            Kind::Family { .. } | Kind::Site(_) | Kind::Section { .. }
        );
        Self {
            id: doc.id,
            lang,
            version: edition.version,
            what: match (edition.has_manifest(), lang.is_facts()) {
                (true, true) => "facts".to_owned(),
                (true, false) => lang.to_string(),
                (false, _) => format!("notice of {}", edition.action.word()),
            },
            title: named.map_or_else(String::new, |words| words.head.title.to_string()),
            can_end: edition.has_manifest() && !(structure && lang.is_facts()),
        }
    }

    /// As `erase` names it.
    pub fn name(&self) -> String {
        format!("{}/{}/{}", self.id, self.lang, self.version)
    }

    /// The command that takes it off pages.
    fn mended(&self, data: &str) -> String {
        match (self.can_end, self.lang.is_facts()) {
            (true, true) => format!("chancery retract {data} {}", self.id),
            (true, false) => format!("chancery retract {data} {} --lang {}", self.id, self.lang),
            (false, _) => format!(
                "chancery erase {data} {} --basis not-stated --reason not-stated",
                self.name()
            ),
        }
    }
}

/// Editions and notices from an index on that no later entry takes off pages. `read` gives the manifest of an edition.
pub fn shown(register: &Register, good: u64, read: &dyn Fn(&Edition) -> Option<Manifest>) -> Vec<Shown> {
    let documents = register.documents().map(|no| register.document(no));
    let shown = documents.flat_map(|doc| {
        let left = editions(doc).filter(move |(lang, edition)| {
            edition.index >= good
                && edition.sealed.is_some()
                && edition.erased.is_none()
                && !is_off(doc, *lang, edition, good, read)
        });
        left.map(move |(lang, edition)| Shown::of(doc, lang, edition))
    });
    shown.collect()
}

/// The first names of what is shown, and how many others there are.
pub fn told(shown: &[Shown]) -> String {
    let names: Vec<String> = shown.iter().take(MOST_NAMES).map(Shown::name).collect();
    match shown.len() - names.len() {
        0 => names.join(" "),
        more => format!("{} and {more} more", names.join(" ")),
    }
}

/// The same, a line each, with title and the command that mends it.
pub fn listed(shown: &[Shown], data: &str) -> String {
    let line = |one: &Shown| format!("{}\t{}\t{}\t{}", one.name(), one.what, one.title, one.mended(data));
    let mut lines: Vec<String> = shown.iter().take(MOST_NAMES).map(line).collect();
    match shown.len() - lines.len() {
        0 => {}
        more => lines.push(format!("and {more} more")),
    }
    lines.join("\n       ")
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
        let some = |n: usize| {
            let one = |no: usize| Shown {
                id: DocumentId(no as u128),
                lang: Lang::ENGLISH,
                version: 1,
                what: "en".to_owned(),
                title: "Tides".to_owned(),
                can_end: no > 0,
            };
            (0..n).map(one).collect::<Vec<_>>()
        };
        let name = |no: u128| format!("{}/en/1", DocumentId(no));
        assert_eq!(told(&some(2)), format!("{} {}", name(0), name(1)));
        assert!(told(&some(100)).ends_with(&format!(" {}", name(99))));
        assert!(told(&some(103)).ends_with(&format!(" {} and 3 more", name(99))));
        let lines = listed(&some(103), "m");
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), 101);
        let erased = format!(
            "{0}\ten\tTides\tchancery erase m {0} --basis not-stated --reason not-stated",
            name(0)
        );
        let ended = format!("{}\ten\tTides\tchancery retract m {} --lang en", name(1), DocumentId(1));
        assert_eq!((lines[0], lines[1].trim()), (&*erased, &*ended));
        assert_eq!(lines[100].trim(), "and 3 more");
    }
}

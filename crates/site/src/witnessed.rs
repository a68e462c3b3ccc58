//! Who cosigned what a page shows: the one thing on pages that changes without an entry, and for each entry once.

use crate::{
    address::{Address, Form},
    alternates,
    i18n::Tongue,
    pages::front,
    view::View,
};
use record::date::Moment;
use std::sync::Arc;

/// A checkpoint that enough witnesses cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// Entries that it contains.
    pub size: u64,
    /// The witnesses by their names in the policy, and when each cosigned; empty where none is of today's policy.
    pub by: Vec<(String, Moment)>,
}

/// What of the witnesses a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing.
    Nothing,
    /// Those of the first cosigned checkpoint that contains the entry at this index.
    Entry(u64),
    /// Those of the newest cosigned checkpoint, by name.
    Record,
}

/// What of the witnesses the page at an address shows.
pub fn shown(view: &View<'_>, address: &Address) -> Shown {
    let index = match *address {
        Address::About { .. } | Address::Verify { .. } => return Shown::Record,
        Address::Document {
            doc,
            lang,
            form: Form::Html,
            ..
        } => view.document(doc).current(lang),
        Address::Document {
            doc,
            lang,
            form: Form::Json | Form::Proof,
            ..
        } => alternates::newest(view.register.document(doc), lang),
        Address::Edition { doc, lang, version, .. } => {
            let editions = view.register.document(doc).editions(lang);
            editions.iter().find(|edition| edition.version == version)
        }
        Address::Front { lang, section, .. } => {
            front::text(view, lang, section).and_then(|doc| view.document(doc).current(lang))
        }
        _ => None,
    };
    index.map_or(Shown::Nothing, |edition| Shown::Entry(edition.index))
}

/// The witnesses that the page at an address shows, if any: another answer means other bytes.
pub fn witnessed(view: &View<'_>, address: &Address) -> Option<Arc<Witnessed>> {
    match shown(view, address) {
        Shown::Nothing => None,
        Shown::Entry(index) => view.source.witnessed(index),
        Shown::Record => view.source.witnesses(),
    }
}

/// `Witnessed by A, B`, or that nobody has yet.
pub(crate) fn line(tongue: &Tongue, witnessed: Option<&Witnessed>) -> String {
    said(tongue, witnessed, ["witnessed-by", "witnessed-nobody"])
}

/// The same of the whole record, as a sentence.
pub(crate) fn sentence(tongue: &Tongue, witnessed: Option<&Witnessed>) -> String {
    said(tongue, witnessed, ["record-witnessed-by", "record-witnessed-nobody"])
}

fn said(tongue: &Tongue, witnessed: Option<&Witnessed>, [by, nobody]: [&'static str; 2]) -> String {
    let names: Vec<&str> = witnessed
        .into_iter()
        .flat_map(|one| &one.by)
        .map(|(name, _)| name.as_str())
        .collect();
    if names.is_empty() {
        return tongue.text(nobody).to_owned();
    }
    tongue.say(by, &[("names", names.join(tongue.text("comma")).into())])
}

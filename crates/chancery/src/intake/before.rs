//! What the record has already under the name of a captured page, and whether the page can be another capture of it.

use super::piece::Name;
use import::candidate::Candidate;
use record::{
    date::Local,
    id::DocumentId,
    lang::Lang,
    register::{Document, Register},
};

/// A document on record as a page of the same name meets it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Before {
    /// The document.
    pub id: DocumentId,
    /// Its title in the language of the page, where it has that language.
    pub title: Option<Box<str>>,
    /// Its date.
    pub date: Option<Local>,
    /// Slug of its section.
    pub section: Option<Box<str>>,
    /// Its first language and the title in it.
    pub first: Option<(Lang, Box<str>)>,
}

/// The document that is known by this name.
pub fn of(register: &Register, name: Name<'_>, lang: Lang) -> Option<Before> {
    let no = register.captured(name.site, name.importer, name.key)?;
    let doc = register.document(no);
    let first = doc.words.first();
    Some(Before {
        id: doc.id,
        title: doc.language(lang).map(|words| words.head.title.clone()),
        date: doc.facts.date.as_ref().map(|date| date.local),
        section: section(register, doc),
        first: first.map(|words| (words.lang, words.head.title.clone())),
    })
}

fn section(register: &Register, doc: &Document) -> Option<Box<str>> {
    let no = register.by_id(doc.facts.section?)?;
    register.section(no).map(|section| section.slug.clone())
}

impl Before {
    /// True if neither title nor day speaks for the page being the one on record. Of another language, the title says nothing.
    pub fn is_another(&self, page: &Candidate) -> bool {
        let Some(title) = &self.title else { return false };
        let same_day = matches!((self.date, page.date), (Some(old), Some(new)) if old.date == new.date);
        **title != *page.title && !same_day
    }

    /// What importing the page changes, a fragment each.
    pub fn changes(&self, page: &Candidate, section: &str) -> Vec<String> {
        let Some(title) = &self.title else {
            return self.joins();
        };
        let mut lines = Vec::new();
        if **title != *page.title {
            lines.push(format!("another title; on record is: {title}"));
        }
        if self.date != page.date {
            lines.push(format!("another date; on record is: {}", told(self.date)));
        }
        if let Some(old) = self.section.as_deref().filter(|old| *old != section) {
            lines.push(format!("another section; on record is: {old}"));
        }
        if lines.is_empty() {
            lines.push("title, date and section are as on record; the text or the markup differs".to_owned());
        }
        lines
    }

    /// Whose language more the page becomes.
    fn joins(&self) -> Vec<String> {
        let title = self.first.iter();
        let title = title.map(|(lang, title)| {
            let date = told(self.date);
            format!("another language of {}, which is in {lang} of {date}: {title}", self.id)
        });
        title.collect()
    }
}

/// A date for messages.
pub fn told(date: Option<Local>) -> String {
    date.map_or_else(|| "undated".to_owned(), |date| date.to_string())
}

//! Offices: how to reach them, and whether one is open.

mod desk;
mod hours;
#[cfg(test)]
mod tests;

pub use desk::Desk;
pub use hours::{Clock, State, clock, push_table as push_hours};

use crate::{
    address::Linker,
    escape,
    frame::{furniture, lang_attr, left_to_right},
    html::{Around, Walk},
    i18n::Tongue,
    view::View,
};
use record::{
    body::BlockId,
    facts::{Kind, Office},
    id::DocumentId,
    lang::Lang,
    register::DocNo,
    words::Words,
};
use std::{fmt::Write as _, sync::Arc};

/// The facts of an office; `None` if the number is that of another document.
pub fn office<'a>(view: &View<'a>, no: DocNo) -> Option<&'a Office> {
    match &view.facts(no).kind {
        Kind::Office(office) => Some(office),
        _ => None,
    }
}

/// The words of a document in a language, or in the first language it has; with the language they are in.
pub fn words_near(view: &View<'_>, no: DocNo, lang: Lang) -> Option<(Words, Lang)> {
    let document = view.document(no);
    let english = || document.language(Lang::ENGLISH);
    let entry = document
        .language(lang)
        .or_else(english)
        .or_else(|| document.words.first())?;
    let edition = document.current(entry.lang)?;
    let words = view.words(&edition.sealed?.content)?;
    Some((Arc::unwrap_or_clone(words), entry.lang))
}

/// Name, postal address, telephones and mail of an office, as a contact block and as the footer show it.
pub fn contact(view: &View<'_>, no: DocNo, lang: Lang) -> String {
    let mut out = String::with_capacity(1024);
    let Some(office) = office(view, no) else { return out };
    if let Some((words, own)) = words_near(view, no, lang) {
        let attr = lang_attr(own, lang);
        let _ = write!(out, "<p class=\"office\"{attr}>{}</p>", escape::text(&words.title));
        push_address(view, &words, own, lang, &mut out);
    }
    push_ways(view, office, lang, &mut out);
    out
}

/// The postal address: the body of the words.
pub fn push_address(view: &View<'_>, words: &Words, own: Lang, lang: Lang, out: &mut String) {
    if words.body.is_empty() {
        return;
    }
    let around = Nothing;
    let body = Walk::new(words, own, view.tongue(own), &around)
        .without_anchors()
        .body(&words.body);
    let _ = write!(out, "<div class=\"address\"{}>{body}</div>", lang_attr(own, lang));
}

/// Telephones and mail by purpose, emergency first.
pub fn push_ways(view: &View<'_>, office: &Office, lang: Lang, out: &mut String) {
    let tongue = view.tongue(lang);
    push_ways_named(view, office, lang, |purpose| purpose_name(tongue, purpose), out);
}

fn push_ways_named<'n>(view: &View<'_>, office: &Office, lang: Lang, name: impl Fn(&str) -> &'n str, out: &mut String) {
    let mut purposes: Vec<&str> = Vec::new();
    let all = office
        .phones
        .iter()
        .map(|p| &*p.r#for)
        .chain(office.emails.iter().map(|e| &*e.r#for));
    all.for_each(|purpose| {
        if !purposes.contains(&purpose) {
            purposes.push(purpose);
        }
    });
    purposes.sort_by_key(|purpose| *purpose != "emergency");
    if purposes.is_empty() {
        return;
    }
    let _ = write!(out, "<dl class=\"ways\"{}>", furniture(view, lang));
    for purpose in purposes {
        let _ = write!(out, "<div><dt>{}</dt>", escape::text(name(purpose)));
        for phone in office.phones.iter().filter(|p| *p.r#for == *purpose) {
            let _ = write!(out, "<dd>{}</dd>", telephone(&phone.number, lang));
        }
        for mail in office.emails.iter().filter(|e| *e.r#for == *purpose) {
            let _ = write!(out, "<dd>{}</dd>", mailbox(&mail.address, lang));
        }
        out.push_str("</div>");
    }
    out.push_str("</dl>");
}

/// What a purpose is called.
pub fn purpose_name<'a>(tongue: &'a Tongue, purpose: &str) -> &'a str {
    tongue
        .get(&format!("for-{purpose}"))
        .unwrap_or_else(|| tongue.text("for-other"))
}

/// A number that can be tapped.
pub fn telephone(number: &str, lang: Lang) -> String {
    let dialled: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    // A number is not broken at the end of a line.
    let shown = number.replace(' ', "\u{a0}");
    let (attr, shown) = (left_to_right(lang), escape::text(&shown));
    format!("<a href=\"tel:{dialled}\"{attr}>{shown}</a>")
}

/// A mail address that can be written to.
pub fn mailbox(address: &str, lang: Lang) -> String {
    let (attr, address) = (left_to_right(lang), escape::text(address));
    format!("<a href=\"mailto:{address}\"{attr}>{address}</a>")
}

/// The first mail address of an office for one of some purposes, in order of preference.
pub fn mail_for<'a>(office: &'a Office, purposes: &[&str]) -> Option<&'a str> {
    let of = |purpose: &&str| office.emails.iter().find(|mail| *mail.r#for == **purpose);
    purposes.iter().find_map(of).map(|mail| &*mail.address)
}

/// Addresses of offices link nowhere.
struct Nothing;

impl Around for Nothing {
    fn link(&self, _: DocumentId, _: Option<BlockId>) -> Option<String> {
        None
    }
    fn office(&self, _: DocumentId, _: &mut String) {}
}

/// The world around the body of a page: links are made for that page, offices are shown in its language.
pub struct OnPage<'a, 'l> {
    /// What the page is computed from.
    pub view: View<'a>,
    /// Links of the page.
    pub linker: &'l Linker<'a>,
    /// Its language.
    pub lang: Lang,
}

impl Around for OnPage<'_, '_> {
    fn link(&self, id: DocumentId, block: Option<BlockId>) -> Option<String> {
        let doc = self.view.register.by_id(id)?;
        let mut href = self.linker.href(&self.view.link_target(doc, self.lang)?);
        if let Some(block) = block {
            let _ = write!(href, "#{block}");
        }
        Some(href)
    }

    fn office(&self, id: DocumentId, out: &mut String) {
        if let Some(no) = self.view.register.by_id(id) {
            out.push_str(&contact(&self.view, no, self.lang));
            if let Some(facts) = office(&self.view, no).filter(|facts| !facts.hours.is_empty()) {
                let heading = escape::text(self.view.tongue(self.lang).text("office-hours"));
                let _ = write!(
                    out,
                    "<p class=\"office\"{}>{heading}</p>",
                    furniture(&self.view, self.lang)
                );
                hours::push_table(&self.view, facts, self.lang, out);
            }
        }
    }
}

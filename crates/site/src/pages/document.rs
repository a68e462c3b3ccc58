//! The page of a text, in every state a text can be in.

mod byline;
mod colophon;
mod languages;

pub(crate) use byline::utc;
pub(super) use colophon::colophon;

use super::notice;
use crate::{
    address::{Address, FeedOf, Form},
    escape,
    frame::lang_attr,
    html::Walk,
    office::OnPage,
    shell::Shell,
    theme::Fields,
    view::{Page, View},
};
use byline::{dateline, lead_in, origin};
use languages::languages;
use record::{
    lang::Lang,
    register::{DocNo, Status},
    words::Words,
};
use std::fmt::Write as _;

/// The page of a text on a site, which may be one that carries it.
pub fn page(view: &View<'_>, site: DocNo, lang: Lang, doc: DocNo) -> Page {
    let address = Address::Document {
        site,
        lang,
        doc,
        form: Form::Html,
    };
    let mut shell = Shell::new(view, address, site, lang);
    let document = view.document(doc);
    let edition = document.current(lang);
    let words = edition.and_then(|edition| view.words(&edition.sealed?.content));
    around(&mut shell, doc, words.as_deref());
    let touched = touched(view, site, doc);
    let fields = text_fields(&shell, doc, words.as_deref()).with("h1", shell.title.as_str());
    let fields = colophon(&shell, fields, doc, edition);
    shell.linked_data = super::linked::text(&shell, doc, words.as_deref());
    let mut page = shell.finish("document.html", fields, touched);
    if document.status(lang) >= Status::Retracted && page.status == 200 {
        page.status = 410;
    }
    page
}

/// Index + 1 of the last entry that changed the page of a text.
pub fn touched(view: &View<'_>, site: DocNo, doc: DocNo) -> u64 {
    let register = view.register;
    let document = view.document(doc);
    let facts = &document.facts;
    let people = facts.people.iter().filter_map(|person| register.by_id(person.person?));
    let topics = facts.topics.iter().filter_map(|id| register.by_id(*id));
    let placed = document.placements().iter().copied();
    let others = people
        .chain(topics)
        .chain(placed)
        .map(|no| register.touched_document(no));
    let home = view.home_of(doc).map_or(0, |home| view.touched_frame(home));
    others
        .max()
        .unwrap_or(0)
        .max(register.touched_document(doc))
        .max(view.touched_frame(site))
        .max(home)
}

/// Title, way back, languages, canonical address.
fn around(shell: &mut Shell<'_>, doc: DocNo, words: Option<&Words>) {
    let view = shell.view;
    let (site, lang, document) = (shell.site, shell.lang, view.document(doc));
    shell.title = words.map_or_else(
        || shell.tongue.text("tombstone").to_owned(),
        |words| words.title.to_string(),
    );
    shell.description = words.and_then(|words| words.summary.as_deref()).map(str::to_owned);
    shell.article = true;
    shell.class = "document";
    shell.section = view.section_on(site, doc);
    if let Some(section) = shell.section {
        let lists = view.list_lang(site, lang);
        shell.crumbs.push((
            view.section_name(section, lang),
            Address::Front {
                site,
                lang: lists,
                section,
            },
        ));
    }
    shell.feed = Some(feed(shell, doc));
    shell.alternates = document
        .words
        .iter()
        .filter_map(|w| Some((w.lang, in_language(&view, site, doc, w.lang)?)))
        .collect();
    shell.x_default = document.original().and_then(|w| in_language(&view, site, doc, w.lang));
    if words.is_none() {
        shell.canonical = Some(Address::Permalink { doc });
    } else if view.home_of(doc) != Some(site) {
        shell.canonical = view.canonical(doc, Some(lang));
    }
    shell.noindex = words.is_none();
}

/// The feed that the text stands in: of its section, where that lists texts by date in this language.
fn feed(shell: &Shell<'_>, doc: DocNo) -> FeedOf {
    let (view, lang) = (&shell.view, shell.lang);
    let is_listed = !view
        .facts(doc)
        .kind
        .text()
        .is_some_and(record::facts::TextKind::is_standing)
        && view.list_lang(shell.site, lang) == lang;
    shell
        .section
        .filter(|_| is_listed)
        .map_or(FeedOf::Site, FeedOf::Section)
}

/// The page of a text in another language: on this site where it speaks that, else where the text was issued; none where
/// that text was taken back.
fn in_language(view: &View<'_>, site: DocNo, doc: DocNo, lang: Lang) -> Option<Address> {
    view.document(doc).current(lang)?;
    let speaks = view.site(site).is_some_and(|facts| facts.langs.contains(&lang));
    if speaks || view.home_of(doc) == Some(site) {
        return Some(Address::Document {
            site,
            lang,
            doc,
            form: Form::Html,
        });
    }
    view.canonical(doc, Some(lang))
}

/// The fields between the frame and the colophon; the front of a section uses them, too.
pub(super) fn text_fields(shell: &Shell<'_>, doc: DocNo, words: Option<&Words>) -> Fields {
    let view = &shell.view;
    let carried = view.home_of(doc) != Some(shell.site);
    let around = OnPage {
        view: *view,
        linker: &shell.linker,
        lang: shell.lang,
    };
    let body = words.map(|words| Walk::new(words, shell.lang, shell.tongue, &around).body(&words.body));
    Fields::new()
        .html("notices", notice::notices(shell, doc, words))
        .with("kind", view.kind_name(doc, shell.tongue).unwrap_or_default())
        .html(
            "dateline",
            words.map_or_else(String::new, |words| dateline(shell, doc, words)),
        )
        .html(
            "origin",
            words.map_or_else(String::new, |words| origin(shell, doc, words, carried)),
        )
        .with(
            "summary",
            words.and_then(|words| words.summary.as_deref()).unwrap_or_default(),
        )
        .html("lead_in", if carried { lead_in(shell, doc) } else { String::new() })
        .html("languages", words.map_or_else(String::new, |_| languages(shell, doc)))
        .html("body", body.unwrap_or_default())
        .html(
            "people",
            words.map_or_else(String::new, |words| people(shell, doc, words)),
        )
        .html("topics", topics(shell, doc))
}

/// People of the text by the names and roles it gives them.
fn people(shell: &Shell<'_>, doc: DocNo, words: &Words) -> String {
    let facts = shell.view.facts(doc);
    let mut out = String::new();
    for person in &facts.people {
        let Some(label) = words.label(&person.n) else { continue };
        let Some(name) = &label.name else { continue };
        let name = escape::text(name);
        let page = person
            .person
            .and_then(|id| shell.view.register.by_id(id))
            .and_then(|no| person_address(shell, no));
        let _ = match page {
            Some(address) => write!(
                out,
                "<li><a href=\"{}\">{name}</a>",
                escape::text(&shell.href(&address))
            ),
            None => write!(out, "<li>{name}"),
        };
        if let Some(role) = &label.role {
            let _ = write!(out, "<span class=\"role\">{}</span>", escape::text(role));
        }
        out.push_str("</li>");
    }
    out
}

/// The page of a person on this site if it shows them, else at their own site.
fn person_address(shell: &Shell<'_>, person: DocNo) -> Option<Address> {
    let view = &shell.view;
    if view.document(person).own != Status::InForce {
        return None;
    }
    let (site, lang) = (shell.site, view.list_lang(shell.site, shell.lang));
    let facts = view.register.person(person)?;
    let code = view.site(site).map(|facts| &facts.code);
    let here =
        view.facts(person).site.as_ref() == code || facts.appointments.iter().any(|a| a.mission.as_ref() == code);
    if here {
        Some(Address::Person { site, lang, person })
    } else {
        view.canonical(person, Some(shell.lang))
    }
}

fn topics(shell: &Shell<'_>, doc: DocNo) -> String {
    let view = &shell.view;
    let (site, lang) = (shell.site, view.list_lang(shell.site, shell.lang));
    let mut out = String::new();
    for topic in view.facts(doc).topics.iter().filter_map(|id| view.register.by_id(*id)) {
        let Some(name) = view.title(topic, shell.lang) else {
            continue;
        };
        let href = escape::text(&shell.href(&Address::Topic { site, lang, topic }));
        let _ = write!(
            out,
            "<li><a href=\"{href}\"{}>{}</a></li>",
            lang_attr(name.lang, shell.lang),
            escape::text(name.text)
        );
    }
    out
}

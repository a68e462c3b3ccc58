//! The page of a text, in every state a text can be in.

use super::notice;
use crate::{
    address::{Address, FeedOf, Form},
    escape,
    frame::lang_attr,
    html::Walk,
    i18n::{Tongue, endonym},
    office::{Desk, OnPage, words_near},
    shell::Shell,
    theme::Fields,
    view::{Page, View},
    witnessed,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use record::{
    facts::Kind,
    lang::Lang,
    register::{DocNo, Document, Edition, Status},
    words::{Authority, Words},
};
use std::fmt::Write as _;

/// What is escaped in a query of a mail address.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same of an address, which keeps its sign.
const ADDRESS: &AsciiSet = &QUERY.remove(b'@');

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

/// Place, date and time, and the day of the last change.
fn dateline(shell: &Shell<'_>, doc: DocNo, words: &Words) -> String {
    let document = shell.view.document(doc);
    let facts = &document.facts;
    if facts.kind.text().is_some_and(record::facts::TextKind::is_standing) {
        return updated(shell, document);
    }
    let tongue = shell.tongue;
    let mut out = String::new();
    if let Some(name) = facts
        .place
        .as_ref()
        .and_then(|place| words.label(&place.n))
        .and_then(|label| label.name.as_deref())
    {
        let _ = write!(out, "<span class=\"place\">{}</span> ", escape::text(name));
    }
    let date = document.civil_date();
    let (mut stamp, mut text) = (date.to_string(), tongue.dates.day(date).to_string());
    if let Some(dated) = &facts.date
        && let Some(time) = dated.local.time
    {
        let offset = dated.offset.map(|offset| offset.to_string());
        let _ = write!(
            stamp,
            "T{:02}:{:02}{}",
            time.hour(),
            time.minute(),
            offset.as_deref().unwrap_or_default()
        );
        let _ = write!(text, "{}{}", tongue.text("comma"), tongue.dates.time(time));
        if let Some(offset) = dated.offset {
            let _ = write!(text, " ({})", utc(shell.tongue, shell.lang, offset.0));
        }
    }
    let _ = write!(out, "<time datetime=\"{stamp}\"{}>{text}</time>", shell.furniture());
    let updated = updated(shell, document);
    if !updated.is_empty() {
        let _ = write!(out, " {updated}");
    }
    out
}

/// `UTC+7`, `UTC−3:30`, as markup on a page in a language.
pub(crate) fn utc(tongue: &Tongue, lang: Lang, minutes: i16) -> String {
    let sign = if minutes < 0 { '−' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let number = match (hours, rest) {
        (0, 0) => String::new(),
        (hours, 0) => format!("{sign}{hours}"),
        (hours, rest) => format!("{sign}{hours}:{rest:02}"),
    };
    // In a text from right to left a mark holds sign and number together (Unicode Standard Annex 9).
    let mark = if lang.is_rtl() { "\u{200e}" } else { "" };
    let number = tongue.dates.digits(&number).replacen(sign, &format!("{sign}{mark}"), 1);
    format!("<span class=\"times\">UTC{number}</span>")
}

/// `Updated 14 March 2026`, only where the text was changed for its readers.
fn updated(shell: &Shell<'_>, document: &Document) -> String {
    let editions = document.editions(shell.lang);
    let Some(last) = editions
        .iter()
        .rev()
        .find(|edition| edition.has_manifest() && edition.version > 1)
    else {
        return String::new();
    };
    let date = last.issued.date();
    let said = shell.tongue.updated.fill(&[&shell.tongue.dates.day(date)]);
    format!(
        "<span class=\"updated\"{}>{}</span>",
        shell.furniture(),
        escape::text(&said)
    )
}

/// Who issued it, and what weight this language has.
fn origin(shell: &Shell<'_>, doc: DocNo, words: &Words, carried: bool) -> String {
    let (view, tongue) = (&shell.view, shell.tongue);
    let mut parts: Vec<String> = Vec::new();
    if carried {
        let home = view.home_of(doc);
        let text = match home.filter(|home| view.register.ministry() != Some(*home)) {
            Some(home) => tongue.say("issued-by", &[("name", view.site_name(home, shell.lang).text.into())]),
            None => tongue.text("issued-by-ministry").to_owned(),
        };
        parts.push(match view.canonical(doc, Some(shell.lang)) {
            Some(address) => format!(
                "<a href=\"{}\">{}</a>",
                escape::text(&shell.href(&address)),
                escape::text(&text)
            ),
            None => escape::text(&text),
        });
    }
    match (words.authority, words.source) {
        (Authority::Original, _) => {}
        (_, Some(source)) => {
            let language = tongue.language(source.lang);
            parts.push(escape::text(
                &tongue.say("translation-from", &[("language", language.into())]),
            ));
        }
        (_, None) => parts.push(escape::text(tongue.text("translation"))),
    }
    match words.authority {
        Authority::Official => parts.push(escape::text(tongue.text("authority-official"))),
        Authority::Machine => parts.push(escape::text(tongue.text("authority-machine"))),
        Authority::Original | Authority::Courtesy => {}
    }
    parts.iter().fold(String::new(), |mut out, part| {
        let _ = write!(out, "<span{}>{part}</span> ", shell.furniture());
        out
    })
}

/// What the mission says before a text of the ministry.
fn lead_in(shell: &Shell<'_>, doc: DocNo) -> String {
    let view = &shell.view;
    let code = view.site(shell.site).map(|facts| &facts.code);
    let here = |no: &DocNo| matches!(&view.facts(*no).kind, Kind::Placement(p) if Some(&p.on) == code && !p.hide);
    let placements = view.document(doc).placements().iter().copied();
    let Some(placement) = placements
        .filter(here)
        .find(|no| view.document(*no).language(shell.lang).is_some())
    else {
        return String::new();
    };
    let Some((words, lang)) = words_near(view, placement, shell.lang) else {
        return String::new();
    };
    let around = OnPage {
        view: *view,
        linker: &shell.linker,
        lang: shell.lang,
    };
    let body = Walk::new(&words, lang, shell.tongue, &around)
        .without_anchors()
        .body(&words.body);
    format!("<div class=\"lead-in\"{}>{body}</div>", lang_attr(lang, shell.lang))
}

/// The languages of this text; those of the site that it lacks are said, not linked.
fn languages(shell: &Shell<'_>, doc: DocNo) -> String {
    let (view, document) = (&shell.view, shell.view.document(doc));
    let of_site = view.site(shell.site).map_or(&[][..], |facts| &facts.langs);
    let there: Vec<(Lang, Address)> = document
        .words
        .iter()
        .filter_map(|words| Some((words.lang, in_language(view, shell.site, doc, words.lang)?)))
        .collect();
    let lacks = |lang: &Lang| !there.iter().any(|(other, _)| other == lang);
    let missing: Vec<Lang> = of_site.iter().copied().filter(lacks).collect();
    if there.len() + missing.len() < 2 {
        return String::new();
    }
    let (tongue, fl) = (shell.tongue, shell.furniture());
    let label = escape::text(tongue.text("text-languages"));
    let mut out =
        format!("<nav class=\"text-langs\" aria-labelledby=\"text-langs\"><p id=\"text-langs\"{fl}>{label}</p><ul>");
    for (lang, address) in &there {
        push_language(shell, *lang, address, &mut out);
    }
    push_missing(shell, &missing, &mut out);
    out.push_str("</ul></nav>");
    out
}

/// The text in a language: this page or another.
fn push_language(shell: &Shell<'_>, lang: Lang, address: &Address, out: &mut String) {
    if lang == shell.lang {
        out.push_str("<li><span lang=\"");
        out.push_str(lang.as_str());
        out.push_str("\" aria-current=\"true\">");
        out.push_str(&endonym(lang));
        out.push_str("</span></li>");
        return;
    }
    out.push_str("<li><a href=\"");
    out.push_str(&shell.href(address));
    out.push_str("\" hreflang=\"");
    out.push_str(lang.as_str());
    out.push('"');
    out.push_str(&lang_attr(lang, shell.lang));
    out.push('>');
    out.push_str(&endonym(lang));
    out.push_str("</a></li>");
}

/// The languages of the site that a text lacks, said once for all of them.
fn push_missing(shell: &Shell<'_>, missing: &[Lang], out: &mut String) {
    if missing.is_empty() {
        return;
    }
    let name = |lang: &Lang| format!("<span{}>{}</span>", lang_attr(*lang, shell.lang), endonym(*lang));
    let names: Vec<String> = missing.iter().map(name).collect();
    let names = names.join(shell.tongue.text("comma"));
    let (fl, none) = (shell.furniture(), escape::text(shell.tongue.text("not-available")));
    let _ = write!(
        out,
        "<li class=\"none\"><span>{names}</span> <span{fl}>({none})</span></li>"
    );
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

/// Below the text: send, print, cite; version, proof, other forms.
pub(super) fn colophon(shell: &Shell<'_>, fields: Fields, doc: DocNo, edition: Option<&Edition>) -> Fields {
    let view = &shell.view;
    let permalink = Address::Permalink { doc };
    let fields = fields
        .html("permalink", permalink.url(view))
        .html("history", shell.href(&permalink));
    let Some(edition) = edition else {
        return fields.with("version", "");
    };
    let home = view.home_of(doc).unwrap_or(shell.site);
    let canonical = shell.canonical.unwrap_or(Address::Document {
        site: home,
        lang: shell.lang,
        doc,
        form: Form::Html,
    });
    let url = canonical.url(view);
    let tongue = shell.tongue;
    let number = |number: u64| tongue.dates.digits(&number.to_string());
    let version = tongue.version_line.fill(&[
        &number(u64::from(edition.version)),
        &number(edition.index),
        &tongue.dates.day(edition.issued.date()),
    ]);
    let desk = view.frames.get(view, home, shell.lang);
    let is_dated = !view
        .facts(doc)
        .kind
        .text()
        .is_some_and(record::facts::TextKind::is_standing);
    // Other forms lie beside the page of the site that issued the text.
    let page = shell.href(&canonical);
    let form = |form: Form| format!("{page}{}", form.suffix());
    let witnessed = view.source.witnessed(edition.index);
    fields
        .with("version", version)
        .with("witnessed", witnessed::line(tongue, witnessed.as_deref()))
        .html("mail", suggestion(shell, desk.desk(), &url))
        .html("report", report(shell, desk.desk(), &url))
        .html(
            "press",
            if is_dated {
                desk.desk().press.clone()
            } else {
                String::new()
            },
        )
        .html("url", url)
        .html("proof", form(Form::Proof))
        .html("md", form(Form::Markdown))
        .html("txt", form(Form::Text))
        .html("json", form(Form::Json))
        .html(
            "about",
            shell.href(&Address::About {
                site: shell.site,
                lang: view.list_lang(shell.site, shell.lang),
            }),
        )
}

/// A mail to a friend: title, address, and who issued the text; opened in the reader's own program.
fn suggestion(shell: &Shell<'_>, desk: &Desk, url: &str) -> String {
    let view = &shell.view;
    let name = view.site_name(shell.site, shell.lang).text;
    // The address stands as it is: RFC 6068, section 2.
    let from = desk
        .general
        .as_deref()
        .map_or_else(String::new, |mail| format!("%0D%0A{}", encoded_address(mail)));
    mail(
        "",
        &shell.title,
        url,
        &format!("%0D%0A{}{from}%0D%0A", utf8_percent_encode(name, QUERY)),
    )
}

/// A mail to the office about an error in the text; empty where the office has no address.
fn report(shell: &Shell<'_>, desk: &Desk, url: &str) -> String {
    let Some(to) = &desk.errors else { return String::new() };
    let subject = format!("{}: {}", shell.tongue.text("report-error"), shell.title);
    mail(&encoded_address(to), &subject, url, "")
}

fn encoded_address(mail: &str) -> String {
    utf8_percent_encode(mail, ADDRESS).to_string()
}

/// The address of a mail (RFC 6068) whose text begins with its subject and an address; the end is encoded already.
fn mail(to: &str, subject: &str, url: &str, end: &str) -> String {
    let subject = utf8_percent_encode(subject, QUERY);
    let url = utf8_percent_encode(url, QUERY);
    format!("mailto:{to}?subject={subject}&amp;body={subject}%0D%0A%0D%0A{url}%0D%0A{end}")
}

//! A text as a file of words: what stands above it, the words, and how to find and check it again.

use super::{MARKDOWN, Notice, TEXT, Whole, notices, touched};
use crate::{
    address::{Address, Form},
    i18n::Tongue,
    markdown,
    plain::{self, Context},
    view::{Page, View},
};
use record::{
    lang::Lang,
    register::{DocNo, Edition, Status},
    words::Words,
};
use std::{fmt::Write as _, sync::Arc};

/// The text as Markdown; for one that was taken back, what is left to say.
pub(super) fn markdown(view: &View<'_>, site: DocNo, lang: Lang, doc: DocNo) -> Option<Page> {
    let document = view.register.document(doc);
    if document.status(lang) >= Status::Retracted {
        return Some(gone(view, doc, lang, MARKDOWN));
    }
    let (edition, words) = current(view, doc, lang)?;
    let head = markdown::Head {
        lang,
        date: document.facts.date.as_ref().map(|date| date.local),
        address: &page(site, lang, doc, Form::Html).url(view),
        id: document.id,
        version: edition.version,
    };
    let file = markdown::file(&head, &words);
    Some(Page::new(MARKDOWN, file.into_bytes(), touched(view, doc)))
}

/// The text as plain text; for one that was taken back, what is left to say.
pub(super) fn plain(view: &View<'_>, site: DocNo, lang: Lang, doc: DocNo) -> Option<Page> {
    if view.register.document(doc).status(lang) >= Status::Retracted {
        return Some(gone(view, doc, lang, TEXT));
    }
    let (edition, words) = current(view, doc, lang)?;
    let whole = Whole { view: *view, lang };
    let permalink = Address::Permalink { doc }.url(view);
    let link = |id, block| whole.url(id, block).unwrap_or_else(|| permalink.clone());
    let contact = |id| whole.office_lines(id);
    let context = Context {
        tongue: view.tongue(lang),
        lang,
        words: &words,
        link: &link,
        contact: &contact,
    };
    let mut out = String::with_capacity(2048 + words.body.len() * 512);
    for notice in notices(view, doc, lang, Some(&*words)) {
        push_notice(&notice, &context, &mut out);
    }
    push_head(view, site, lang, doc, &words, &mut out);
    plain::body(&context, &words.body, &mut out);
    push_foot(view, site, lang, doc, &edition, &mut out);
    Some(Page::new(TEXT, out.into_bytes(), touched(view, doc)))
}

fn page(site: DocNo, lang: Lang, doc: DocNo, form: Form) -> Address {
    Address::Document { site, lang, doc, form }
}

fn current(view: &View<'_>, doc: DocNo, lang: Lang) -> Option<(Edition, Arc<Words>)> {
    let edition = *view.register.document(doc).current(lang)?;
    Some((edition, view.words(&edition.sealed?.content)?))
}

/// `Withdrawn, 14 March 2026`, what is said of it, the reason.
fn push_notice(notice: &Notice, context: &Context, out: &mut String) {
    let tongue = context.tongue;
    let date = tongue.dates.day(notice.at.date());
    let _ = writeln!(
        out,
        "[{}{}{date}] {}",
        tongue.text(&notice.name),
        tongue.text("before-date"),
        plain::line(context, &notice.text)
    );
    push_reason(tongue, notice, out);
    out.push('\n');
}

fn push_reason(tongue: &Tongue, notice: &Notice, out: &mut String) {
    if let Some(reason) = &notice.reason {
        let args = [("reason", tongue.text(reason).into())];
        let _ = writeln!(out, "{}", tongue.bare("reason", &args));
    }
}

/// Title, kind and dateline, publisher, address, summary.
fn push_head(view: &View<'_>, site: DocNo, lang: Lang, doc: DocNo, words: &Words, out: &mut String) {
    let tongue = view.tongue(lang);
    let _ = writeln!(out, "{}\n", words.title);
    let kind = view.kind_name(doc, tongue).map(str::to_owned);
    let line: Vec<String> = kind
        .into_iter()
        .chain([dateline(view, doc, words, tongue)])
        .filter(|p| !p.is_empty())
        .collect();
    let _ = writeln!(out, "{}", line.join(" · "));
    let publisher = view.home_of(doc).unwrap_or(site);
    let _ = writeln!(out, "{}", view.site_name(publisher, lang).text);
    push_authority(view, doc, lang, tongue, out);
    let _ = writeln!(out, "{}\n", page(site, lang, doc, Form::Html).url(view));
    if let Some(summary) = &words.summary {
        let _ = writeln!(out, "{summary}\n");
    }
}

/// Place, day, time and offset, as the text bears them.
fn dateline(view: &View<'_>, doc: DocNo, words: &Words, tongue: &Tongue) -> String {
    let document = view.register.document(doc);
    let facts = &document.facts;
    let place = facts
        .place
        .as_ref()
        .and_then(|place| words.label(&place.n))
        .and_then(|label| label.name.as_deref());
    let dated = facts.kind.text().is_some_and(|kind| !kind.is_standing()) || facts.date.is_some();
    let day = dated.then(|| tongue.dates.day(document.civil_date()).to_string());
    let time = facts.date.as_ref().and_then(|date| {
        let time = tongue.dates.time(date.local.time?);
        Some(date.offset.map_or_else(
            || time.clone(),
            |offset| format!("{time} (UTC{})", tongue.dates.digits(&offset.to_string())),
        ))
    });
    let place = place.map(str::to_owned);
    let parts = [(place, "after-place"), (day, "before-time"), (time, "")];
    let mut parts = parts
        .into_iter()
        .filter_map(|(part, mark)| Some((part?, mark)))
        .peekable();
    let mut line = String::new();
    while let Some((part, mark)) = parts.next() {
        line += &part;
        line += parts.peek().map_or("", |_| tongue.text(mark));
    }
    line
}

/// That it is a translation, and of what.
fn push_authority(view: &View<'_>, doc: DocNo, lang: Lang, tongue: &Tongue, out: &mut String) {
    let Some(head) = view.register.document(doc).language(lang).map(|words| &words.head) else {
        return;
    };
    if let Some(source) = head.source {
        let args = [("language", tongue.language(source.lang).into())];
        let _ = writeln!(out, "{}", tongue.bare("translation-from", &args));
    }
}

/// Lasting address, version, and how to check it.
fn push_foot(view: &View<'_>, site: DocNo, lang: Lang, doc: DocNo, edition: &Edition, out: &mut String) {
    let tongue = view.tongue(lang);
    let permalink = Address::Permalink { doc }.url(view);
    let date = tongue.dates.day(edition.issued.date());
    let version = tongue
        .version_line
        .fill(&[&tongue.number(edition.version), &tongue.number(edition.index), &date]);
    let _ = writeln!(out, "\n--\n{}: {permalink}", tongue.text("permalink"));
    let _ = writeln!(out, "{version}");
    let name = slug(view, doc, lang);
    for (id, form) in [("proof", Form::Proof), ("form-json", Form::Json)] {
        let _ = writeln!(out, "{}: {}", tongue.text(id), page(site, lang, doc, form).url(view));
    }
    let _ = writeln!(
        out,
        "{}: chancery verify {name}.proof {name}.json --key KEY",
        tongue.text("verify")
    );
}

fn slug<'a>(view: &View<'a>, doc: DocNo, lang: Lang) -> &'a str {
    let words = view.register.document(doc).language(lang);
    words.and_then(|words| words.head.slug.as_deref()).unwrap_or_default()
}

/// What is said in place of a text that was taken back.
fn gone(view: &View<'_>, doc: DocNo, lang: Lang, media: &'static str) -> Page {
    let mut out = String::new();
    let empty = Words::new("");
    let context = Context {
        tongue: view.tongue(lang),
        lang,
        words: &empty,
        link: &|_, _| Address::Permalink { doc }.url(view),
        contact: &|_| Vec::new(),
    };
    for notice in notices(view, doc, lang, None) {
        push_notice(&notice, &context, &mut out);
    }
    let _ = writeln!(
        out,
        "{}: {}",
        context.tongue.text("permalink"),
        Address::Permalink { doc }.url(view)
    );
    Page {
        status: 410,
        ..Page::new(media, out.into_bytes(), touched(view, doc))
    }
}

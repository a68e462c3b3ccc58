//! Topics: the list of them, and one topic.

use super::list::{self, Of};
use crate::{
    address::Address,
    escape,
    frame::lang_attr,
    html::Walk,
    office::{OnPage, words_near},
    rows,
    shell::Shell,
    theme::Fields,
    view::{Name, Page, View},
};
use record::{
    lang::Lang,
    register::{DocNo, FRONT, ListPart},
};
use std::fmt::Write as _;

/// The list of topics.
pub fn index(view: &View<'_>, site: DocNo, lang: Lang) -> Page {
    let mut shell = Shell::new(view, Address::Topics { site, lang }, site, lang)
        .in_all_languages(|lang| Address::Topics { site, lang });
    shell.title = shell.tongue.text("topics").to_owned();
    shell.class = "list";
    let h1 = shell.name(Name {
        text: shell.tongue.text("topics"),
        lang: shell.tongue.lang,
    });
    filled(&shell, h1)
}

/// The front of a section that lists topics.
pub(super) fn front(mut shell: Shell<'_>, section: DocNo) -> Page {
    shell.feed = None;
    let h1 = shell.name(shell.view.section_name(section, shell.lang));
    filled(&shell, h1)
}

fn filled(shell: &Shell<'_>, h1: minijinja::Value) -> Page {
    let mut body = String::new();
    push_topics(shell, &mut body);
    let fields = Fields::new()
        .with("h1", h1)
        .with("summary", shell.description.as_deref().unwrap_or_default())
        .html("body", body);
    shell.finish("topics.html", fields, touched(&shell.view, shell.site, shell.lang))
}

/// Index + 1 of the last entry that changed the list of topics.
pub fn touched(view: &View<'_>, site: DocNo, lang: Lang) -> u64 {
    let lists = view
        .register
        .topics(site)
        .into_iter()
        .map(|topic| touched_topic(view, site, lang, topic));
    lists.max().unwrap_or(0).max(view.touched_frame(site))
}

/// Index + 1 of the last entry that changed the page of a topic.
pub fn touched_topic(view: &View<'_>, site: DocNo, lang: Lang, topic: DocNo) -> u64 {
    list::touched(view, site, &view.topic_list(site, lang, topic), ListPart::Front)
}

/// Open topics first, then closed ones; those without a text in this language are left out.
fn push_topics(shell: &Shell<'_>, out: &mut String) {
    let mut topics = shell.view.shown_topics(shell.site, shell.lang);
    if topics.is_empty() {
        let _ = writeln!(
            out,
            "<p class=\"empty\"{}>{}</p>",
            shell.furniture(),
            escape::text(shell.tongue.text("topics-none"))
        );
        return;
    }
    topics.sort_by_key(|topic| is_closed(&shell.view, *topic));
    out.push_str("<ul class=\"index\">\n");
    for topic in topics {
        push_topic(shell, topic, out);
    }
    out.push_str("</ul>\n");
}

/// One topic in a list of topics.
pub(super) fn push_topic(shell: &Shell<'_>, topic: DocNo, out: &mut String) {
    let Some(name) = shell.view.title(topic, shell.lang) else {
        return;
    };
    let href = escape::text(&shell.href(&Address::Topic {
        site: shell.site,
        lang: shell.lang,
        topic,
    }));
    let attr = lang_attr(name.lang, shell.lang);
    let _ = write!(out, "<li><a href=\"{href}\"{attr}>{}</a>", escape::text(name.text));
    let words = shell.view.document(topic).language(shell.lang);
    if let Some(summary) = words.and_then(|words| words.head.summary.as_deref()) {
        let _ = write!(out, "<p>{}</p>", escape::text(summary));
    }
    if is_closed(&shell.view, topic) {
        let closed = escape::text(shell.tongue.text("topic-closed"));
        let _ = write!(
            out,
            "<span class=\"marks\"{}><span class=\"state\">{closed}</span></span>",
            shell.furniture()
        );
    }
    out.push_str("</li>\n");
}

/// True for topics in which nothing more is expected.
pub(super) fn is_closed(view: &View<'_>, topic: DocNo) -> bool {
    view.register.topic(topic).is_some_and(|facts| facts.closed)
}

/// One topic: what it is about, its newest texts, its years.
pub fn page(view: &View<'_>, site: DocNo, lang: Lang, topic: DocNo) -> Page {
    let of = Of::Topic(topic);
    let mut shell = Shell::new(view, of.front(site, lang), site, lang).in_all_languages(|lang| of.front(site, lang));
    let tongue = shell.tongue;
    let name = of.name(view, lang);
    shell.title = name.text.to_owned();
    shell.crumbs.push((
        Name {
            text: tongue.text("topics"),
            lang: tongue.lang,
        },
        Address::Topics { site, lang },
    ));
    shell.class = "list";
    let words = view.document(topic).language(lang);
    let summary = words.and_then(|words| words.head.summary.as_deref());
    // Several sites show a topic, each with texts of its own.
    let site_name = view.site_name(site, lang).text;
    shell.description = summary.map(|summary| format!("{site_name}: {summary}"));
    let mut body = String::new();
    push_about(&shell, topic, &mut body);
    let newest = view.register.newest(&of.list(view, site, lang), FRONT);
    rows::push_rows(&shell, &newest, &mut body);
    shell.feed = (!newest.is_empty()).then(|| of.feed());
    if newest.is_empty() {
        let _ = writeln!(
            body,
            "<p class=\"empty\"{}>{}</p>",
            shell.furniture(),
            escape::text(tongue.text("list-empty"))
        );
    }
    list::push_years(&shell, of, &mut body);
    let fields = Fields::new()
        .with("h1", shell.name(name))
        .with("summary", summary.unwrap_or_default())
        .with("feed", list::feed_link(&shell))
        .html("body", body);
    shell.finish("front.html", fields, touched_topic(view, site, lang, topic))
}

/// The words of the topic itself, and whether it is closed.
fn push_about(shell: &Shell<'_>, topic: DocNo, out: &mut String) {
    if is_closed(&shell.view, topic) {
        let closed = escape::text(shell.tongue.text("topic-closed"));
        let _ = writeln!(out, "<p class=\"closed\"{}>{closed}</p>", shell.furniture());
    }
    let Some((words, lang)) = words_near(&shell.view, topic, shell.lang) else {
        return;
    };
    if !words.body.is_empty() {
        let around = OnPage {
            view: shell.view,
            linker: &shell.linker,
            lang: shell.lang,
        };
        let text = Walk::new(&words, lang, shell.tongue, &around)
            .without_anchors()
            .body(&words.body);
        let _ = writeln!(out, "<div class=\"body\"{}>{text}</div>", lang_attr(lang, shell.lang));
    }
}

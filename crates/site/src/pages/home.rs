//! The home page of a mission: what a citizen came for first, then the news.

mod plate;

use super::{
    people::{self, When},
    topics,
};
use crate::{
    address::{Address, FeedOf},
    escape,
    frame::lang_attr,
    office::words_near,
    rows,
    shell::Shell,
    theme::Fields,
    view::{Page, View},
};
use plate::plate;
use record::{
    date::Moment,
    facts::{Kind, Show, TextKind},
    lang::Lang,
    register::{DocNo, List, ListPart, Scope, Status},
};
use std::fmt::Write as _;

/// How many tasks stand on a home page.
const TASKS: usize = 6;
/// Fewer tasks than this come with their summaries.
const FEW_TASKS: usize = 5;
/// How many texts stand below the lead.
const NEWEST: usize = 5;
/// How many topics stand on a home page.
const TOPICS: usize = 3;

/// The home page of a site in a language.
pub fn page(view: &View<'_>, site: DocNo, lang: Lang, now: Moment) -> Page {
    let address = |lang| Address::Home { site, lang };
    let mut shell = Shell::new(view, address(lang), site, lang).in_all_languages(address);
    shell.x_default = Some(Address::Gate { site });
    shell.title = view.site_name(site, lang).text.to_owned();
    shell.description = view
        .document(site)
        .language(lang)
        .and_then(|words| words.head.summary.as_deref())
        .map(str::to_owned);
    shell.feed = Some(FeedOf::Site);
    shell.class = "home";
    shell.linked_data = super::linked::home(&shell);
    let mut until = Until(None);
    let fields = Fields::new()
        .with("h1", shell.name(view.site_name(site, lang)))
        .with("summary", shell.description.as_deref().unwrap_or_default())
        .html("office", plate(&shell, now, &mut until))
        .html("tasks", tasks(&shell));
    let fields = news(&shell, fields);
    let fields = fields
        .html("topics", home_topics(&shell))
        .html("head_of_mission", head(&shell, now, &mut until))
        .html("relations", relations(&shell))
        .html("sites", other_sites(&shell))
        .with("is_ministry", view.register.ministry() == Some(site));
    let mut page = shell.finish("home.html", fields, touched(view, site, lang));
    page.valid_until = until.0;
    page
}

/// Index + 1 of the last entry that changed a home page.
pub fn touched(view: &View<'_>, site: DocNo, lang: Lang) -> u64 {
    let list = List {
        site,
        scope: Scope::All,
        lang,
    };
    let topics = view
        .register
        .topics(site)
        .into_iter()
        .map(|topic| topics::touched_topic(view, site, lang, topic));
    let lists = view
        .register
        .touched_list(&list, ListPart::Front)
        .max(topics.max().unwrap_or(0));
    lists
        .max(view.register.touched_home(site))
        .max(view.touched_frame(site))
}

/// The earliest moment at which a part of the page ceases to be right.
struct Until(Option<Moment>);

impl Until {
    fn note(&mut self, moment: Option<Moment>) {
        self.0 = self.0.into_iter().chain(moment).min();
    }
}

/// What citizens come for: consular services first, then those of other sections.
fn tasks(shell: &Shell<'_>) -> String {
    let view = &shell.view;
    let mut sections = view.register.sections(shell.site);
    sections.sort_by_key(|no| {
        view.register
            .section(*no)
            .is_none_or(|facts| *facts.role != *"consular")
    });
    let all = sections
        .iter()
        .flat_map(|section| rows::standing(&shell.view, shell.lang, *section, Some(TextKind::Service)));
    let in_force = |doc: &DocNo| view.document(*doc).status(shell.lang) == Status::InForce;
    let tasks: Vec<DocNo> = all.filter(in_force).take(TASKS).collect();
    let mut out = String::new();
    for doc in &tasks {
        push_task(shell, *doc, tasks.len() < FEW_TASKS, &mut out);
    }
    out
}

/// A task; where there are few, each says a little more.
fn push_task(shell: &Shell<'_>, doc: DocNo, with_summary: bool, out: &mut String) {
    let Some(address) = shell.view.shown_at(shell.site, shell.lang, doc) else {
        return;
    };
    out.push_str("<li>");
    rows::push_title(shell, doc, &address, out);
    let words = shell.view.document(doc).language(shell.lang);
    let summary = words.and_then(|words| words.head.summary.as_deref());
    if let Some(summary) = summary.filter(|_| with_summary) {
        let _ = write!(out, "<p>{}</p>", escape::text(summary));
    }
    out.push_str("</li>");
}

/// One lead chosen by the mission, else the newest; then the newest five.
fn news(shell: &Shell<'_>, fields: Fields) -> Fields {
    let view = &shell.view;
    let list = List {
        site: shell.site,
        scope: Scope::All,
        lang: shell.lang,
    };
    let mut newest = view.register.newest(&list, NEWEST + 1 + TASKS);
    newest.retain(|doc| view.document(*doc).status(shell.lang) == Status::InForce);
    let lead = pinned(shell).or_else(|| newest.first().copied());
    newest.retain(|doc| Some(*doc) != lead);
    newest.truncate(NEWEST);
    let mut rows_html = String::new();
    rows::push_rows(shell, &newest, &mut rows_html);
    fields
        .html("lead", lead.map_or_else(String::new, |doc| lead_html(shell, doc)))
        .html("newest", rows_html)
        .with("more_news", more(shell))
}

/// The text that the mission has put first.
fn pinned(shell: &Shell<'_>) -> Option<DocNo> {
    let view = &shell.view;
    let pinned = view
        .register
        .placements(shell.site)
        .into_iter()
        .rev()
        .filter_map(|no| match &view.facts(no).kind {
            Kind::Placement(placement) if placement.pin => view.register.by_id(placement.of),
            _ => None,
        });
    let readable = |doc: &DocNo| {
        let document = view.document(*doc);
        document.language(shell.lang).is_some() && document.status(shell.lang) == Status::InForce
    };
    pinned.into_iter().find(readable)
}

fn lead_html(shell: &Shell<'_>, doc: DocNo) -> String {
    let view = &shell.view;
    let document = view.document(doc);
    let Some(address) = view.shown_at(shell.site, shell.lang, doc) else {
        return String::new();
    };
    let mut out = String::new();
    let kind = view.kind_name(doc, shell.tongue).unwrap_or_default();
    let date = document.civil_date();
    let _ = write!(out, "<p class=\"kind\"{}>{}", shell.furniture(), escape::text(kind));
    if view.home_of(doc) != Some(shell.site) {
        let _ = write!(
            out,
            " <span class=\"from\">{}</span>",
            escape::text(rows::from_mark(shell, doc))
        );
    }
    out.push_str("</p><h3>");
    rows::push_title(shell, doc, &address, &mut out);
    out.push_str("</h3>");
    if let Some(summary) = document
        .language(shell.lang)
        .and_then(|words| words.head.summary.as_deref())
    {
        let _ = write!(out, "<p class=\"summary\">{}</p>", escape::text(summary));
    }
    let _ = write!(
        out,
        "<p class=\"date\"><time datetime=\"{date}\"{}>{}</time></p>",
        shell.furniture(),
        shell.tongue.dates.day(date)
    );
    out
}

/// The first section of news, for "all news".
fn more(shell: &Shell<'_>) -> String {
    let view = &shell.view;
    let sections = view.register.sections(shell.site);
    let role = |no: &DocNo, role: &str| {
        view.register
            .section(*no)
            .is_some_and(|s| *s.role == *role && s.show == Show::List)
    };
    let section = sections
        .iter()
        .find(|no| role(no, "news"))
        .or_else(|| sections.iter().find(|no| role(no, "statements")));
    section.map_or_else(String::new, |section| {
        shell.href(&Address::Front {
            site: shell.site,
            lang: shell.lang,
            section: *section,
        })
    })
}

/// At most three topics, none that is closed.
fn home_topics(shell: &Shell<'_>) -> String {
    let open = shell
        .view
        .shown_topics(shell.site, shell.lang)
        .into_iter()
        .filter(|topic| !topics::is_closed(&shell.view, *topic));
    let mut out = String::new();
    open.take(TOPICS)
        .for_each(|topic| topics::push_topic(shell, topic, &mut out));
    out
}

/// The head of mission: name, role, one sentence; or that the post is vacant.
fn head(shell: &Shell<'_>, now: Moment, until: &mut Until) -> String {
    let view = &shell.view;
    let (present, change) = people::holders(view, shell.site, now, When::Present);
    until.note(change);
    let Some(holder) = present.iter().find(|holder| people::is_head(&holder.appointment.role)) else {
        let (past, _) = people::holders(view, shell.site, now, When::Past);
        let had = past.iter().any(|holder| people::is_head(&holder.appointment.role));
        return if had {
            format!(
                "<p{}>{}</p>",
                shell.furniture(),
                escape::text(shell.tongue.text("vacant"))
            )
        } else {
            String::new()
        };
    };
    let near = words_near(view, holder.person, shell.lang);
    let Some(name) = view.title(holder.person, shell.lang) else {
        return String::new();
    };
    let address = Address::Person {
        site: shell.site,
        lang: shell.lang,
        person: holder.person,
    };
    let role = people::role_name(shell, holder.appointment, near.as_ref().map(|(words, _)| words));
    let mut out = format!(
        "<h3><a href=\"{}\"{}>{}</a></h3><p class=\"role\">{}</p>",
        escape::text(&shell.href(&address)),
        lang_attr(name.lang, shell.lang),
        escape::text(name.text),
        escape::text(&role)
    );
    if let Some((words, own)) = &near
        && let Some(summary) = &words.summary
    {
        let _ = write!(out, "<p{}>{}</p>", lang_attr(*own, shell.lang), escape::text(summary));
    }
    out
}

/// The first standing text about relations: title and summary.
fn relations(shell: &Shell<'_>) -> String {
    let view = &shell.view;
    let section = view
        .register
        .sections(shell.site)
        .into_iter()
        .find(|no| view.register.section(*no).is_some_and(|s| *s.role == *"relations"));
    let Some(section) = section else { return String::new() };
    let docs = rows::standing(&shell.view, shell.lang, section, Some(TextKind::Page));
    let Some(doc) = docs.first() else { return String::new() };
    let Some(words) = view.document(*doc).language(shell.lang) else {
        return String::new();
    };
    let address = Address::Front {
        site: shell.site,
        lang: shell.lang,
        section,
    };
    let mut out = format!(
        "<h3><a href=\"{}\">{}</a></h3>",
        escape::text(&shell.href(&address)),
        escape::text(&words.head.title)
    );
    if let Some(summary) = &words.head.summary {
        let _ = write!(out, "<p>{}</p>", escape::text(summary));
    }
    out
}

/// The other missions of the family, where they are few; else the directory is enough. The footer names the ministry.
fn other_sites(shell: &Shell<'_>) -> String {
    const FEW: usize = 24;
    let view = &shell.view;
    let sites = view.register.sites();
    let mut out = String::new();
    if sites.len() > FEW {
        return out;
    }
    for site in sites
        .iter()
        .copied()
        .filter(|site| *site != shell.site && Some(*site) != view.register.ministry())
        .filter(|site| view.document(*site).own == Status::InForce)
    {
        let lang = view.list_lang(site, shell.lang);
        let name = view.site_name(site, shell.lang);
        let href = escape::text(&shell.href(&Address::Home { site, lang }));
        let _ = write!(
            out,
            "<li><a href=\"{href}\" hreflang=\"{lang}\"{}>{}</a></li>",
            lang_attr(name.lang, shell.lang),
            escape::text(name.text)
        );
    }
    out
}

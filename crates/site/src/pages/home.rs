//! The home page of a mission: what a citizen came for first, then the news.

use super::{
    document::utc,
    people::{self, When},
    topics,
};
use crate::{
    address::{Address, FeedOf},
    escape,
    frame::lang_attr,
    office::{self, Clock, State, words_near},
    rows,
    shell::Shell,
    theme::Fields,
    view::{Page, View},
};
use record::{
    date::Moment,
    facts::{Kind, Office, Show, TextKind},
    lang::Lang,
    register::{DocNo, List, ListPart, Scope, Status},
    words::Words,
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
/// How many closed days are announced.
const CLOSED: usize = 3;

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

/// The office like a brass plate: open or closed, hours of the day, telephones.
fn plate(shell: &Shell<'_>, now: Moment, until: &mut Until) -> String {
    let view = &shell.view;
    let Some(no) = view.register.offices(shell.site).first().copied() else {
        return String::new();
    };
    let Some(facts) = office::office(view, no) else {
        return String::new();
    };
    let near = words_near(view, no, shell.lang);
    let clock = office::clock(facts, now);
    let mut out = String::new();
    if let Some(clock) = &clock {
        until.note(Some(clock.valid_until));
        push_state(shell, clock, near.as_ref(), &mut out);
    }
    office::push_ways(view, &urgent(facts), shell.lang, &mut out);
    if let Some((words, own)) = &near {
        office::push_address(view, words, *own, shell.lang, &mut out);
    }
    push_all(shell, facts, clock.as_ref(), near.as_ref(), &mut out);
    out
}

/// The numbers that a caller in a hurry needs: emergency, and the switchboard or the office.
fn urgent(facts: &Office) -> Office {
    let of = |purpose: &str| facts.phones.iter().find(|phone| *phone.r#for == *purpose).cloned();
    let general = of("switchboard").or_else(|| of("office"));
    Office {
        phones: of("emergency").into_iter().chain(general).collect(),
        ..Office::default()
    }
}

/// Everything else behind one word: the way there, every number and address, every counter's hours, the days it is closed.
fn push_all(shell: &Shell<'_>, facts: &Office, clock: Option<&Clock>, near: Option<&(Words, Lang)>, out: &mut String) {
    let label = escape::text(shell.tongue.text("all-hours"));
    let _ = write!(out, "<details><summary{}>{label}</summary>", shell.furniture());
    if let Some((words, own)) = near
        && let Some(summary) = &words.summary
    {
        let attr = lang_attr(*own, shell.lang);
        let _ = write!(out, "<p class=\"way\"{attr}>{}</p>", escape::text(summary));
    }
    office::push_ways(&shell.view, facts, shell.lang, out);
    office::push_hours(&shell.view, facts, shell.lang, out);
    if let Some(clock) = clock {
        push_zone(shell, facts, clock, out);
        push_closed(shell, facts, clock, near, out);
    }
    out.push_str("</details>");
}

fn push_state(shell: &Shell<'_>, clock: &Clock, near: Option<&(Words, Lang)>, out: &mut String) {
    let class = if matches!(clock.state, State::Open { .. }) {
        "open"
    } else {
        "shut"
    };
    let text = state_text(shell, clock, near);
    let _ = write!(
        out,
        "<div class=\"state {class}\"{}>{}</div>",
        shell.furniture(),
        escape::text(&text)
    );
    if !clock.spans.is_empty() {
        let dates = &shell.tongue.dates;
        let one =
            |(from, to): &(jiff::civil::Time, jiff::civil::Time)| format!("{}–{}", dates.time(*from), dates.time(*to));
        let spans = clock
            .spans
            .iter()
            .map(one)
            .collect::<Vec<_>>()
            .join(shell.tongue.text("comma"));
        let label = escape::text(shell.tongue.text("hours-today"));
        let _ = write!(
            out,
            "<p class=\"today\"{}><span>{label}</span> <span class=\"times\">{spans}</span> <span>({})</span></p>",
            shell.furniture(),
            offset(shell, clock)
        );
    }
}

fn state_text(shell: &Shell<'_>, clock: &Clock, near: Option<&(Words, Lang)>) -> String {
    let (tongue, dates) = (shell.tongue, &shell.tongue.dates);
    let opens = |next: &Option<(jiff::civil::Date, jiff::civil::Time)>| {
        let (day, time) = (*next)?;
        let ahead = clock.today.until(day).map_or(0, |span| span.get_days());
        let name = if ahead < 7 {
            dates.weekday(u8::try_from(day.weekday().to_monday_one_offset()).unwrap_or(1))
        } else {
            dates.day_of_year(day)
        };
        Some(tongue.bare(
            "closed-until",
            &[("day", name.into()), ("time", dates.time(time).into())],
        ))
    };
    match &clock.state {
        State::ByAppointment => tongue.text("no-hours").to_owned(),
        State::Open { until } => tongue.bare("open-until", &[("time", dates.time(*until).into())]),
        State::LaterToday { at } => tongue.bare("closed-until-today", &[("time", dates.time(*at).into())]),
        State::Closed { next } => opens(next).unwrap_or_else(|| tongue.text("closed-today").to_owned()),
        State::Holiday { n, .. } => {
            let label = near
                .and_then(|(words, _)| words.label(n))
                .and_then(|l| l.text.as_deref().or(l.name.as_deref()));
            match label {
                Some(reason) => tongue.bare("closed-day", &[("reason", reason.into())]),
                None => tongue.text("closed-today").to_owned(),
            }
        }
    }
}

fn offset(shell: &Shell<'_>, clock: &Clock) -> String {
    utc(shell.tongue, shell.lang, i16::try_from(clock.offset).unwrap_or(0))
}

/// In which zone the hours are.
fn push_zone(shell: &Shell<'_>, facts: &Office, clock: &Clock, out: &mut String) {
    if facts.hours.is_empty() {
        return;
    }
    let offset = offset(shell, clock);
    // The offset is markup, so it is put in after the sentence is escaped.
    let said = escape::text(&shell.tongue.bare("local-time", &[("offset", "\u{1}".into())])).replace('\u{1}', &offset);
    let _ = write!(out, "<p class=\"zone\"{}>{said}</p>", shell.furniture());
}

/// The next days on which the office is closed.
fn push_closed(shell: &Shell<'_>, facts: &Office, clock: &Clock, near: Option<&(Words, Lang)>, out: &mut String) {
    let mut days: Vec<_> = facts
        .closed
        .iter()
        .filter(|closed| closed.date.date >= clock.today)
        .collect();
    days.sort_by_key(|closed| closed.date.date);
    if days.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "<p class=\"next-closed\"{}>{}</p><ul class=\"closed-days\">",
        shell.furniture(),
        escape::text(shell.tongue.text("next-closed"))
    );
    for closed in days.iter().take(CLOSED) {
        let date = closed.date.date;
        let _ = write!(
            out,
            "<li><time datetime=\"{date}\"{}>{}</time>",
            shell.furniture(),
            shell.tongue.dates.day(date)
        );
        if let Some((words, own)) = near
            && let Some(reason) = words
                .label(&closed.n)
                .and_then(|l| l.text.as_deref().or(l.name.as_deref()))
        {
            let _ = write!(
                out,
                " <span{}>{}</span>",
                lang_attr(*own, shell.lang),
                escape::text(reason)
            );
        }
        out.push_str("</li>");
    }
    out.push_str("</ul>");
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
            escape::text(shell.tongue.text("mark-ministry"))
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

/// The other sites of the family, where they are few; else the directory is enough.
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
        .filter(|site| *site != shell.site && view.document(*site).own == Status::InForce)
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

//! People: who serves at the mission now, who did before, and one person.

use crate::{
    address::Address,
    escape,
    frame::lang_attr,
    html::Walk,
    office::{OnPage, words_near},
    shell::Shell,
    theme::Fields,
    view::{Name, Page, View},
};
use jiff::civil::Date;
use record::{
    date::{Moment, Month},
    facts::Appointment,
    lang::Lang,
    register::DocNo,
    words::Words,
};
use std::fmt::Write as _;

/// An appointment in the light of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// It has not begun.
    Future,
    /// It lasts.
    Present,
    /// It is over.
    Past,
}

/// First and last day of a date of the form `2026`, `2026-03` or `2026-03-14`.
fn bounds(text: &str) -> Option<(Date, Date)> {
    let whole = |from: &str, to: String| Some((from.parse().ok()?, to.parse().ok()?));
    match text.len() {
        4 => whole(&format!("{text}-01-01"), format!("{text}-12-31")),
        7 => {
            let first: Date = format!("{text}-01").parse().ok()?;
            Some((first, first.last_of_month()))
        }
        _ => whole(text, text.to_owned()),
    }
}

/// Whether an appointment lasts on a day.
pub fn when(appointment: &Appointment, today: Date) -> When {
    let from = appointment.from.as_deref().and_then(bounds).map(|(first, _)| first);
    let to = appointment.to.as_deref().and_then(bounds).map(|(_, last)| last);
    if from.is_some_and(|from| from > today) {
        When::Future
    } else if to.is_some_and(|to| to < today) {
        When::Past
    } else {
        When::Present
    }
}

/// The next day after `today` on which an appointment begins or is over.
fn next_change(appointment: &Appointment, today: Date) -> Option<Date> {
    let from = appointment.from.as_deref().and_then(bounds).map(|(first, _)| first);
    let over = appointment
        .to
        .as_deref()
        .and_then(bounds)
        .and_then(|(_, last)| last.tomorrow().ok());
    from.into_iter().chain(over).filter(|day| *day > today).min()
}

fn midnight(day: Date) -> Moment {
    let at = jiff::tz::Offset::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight()));
    Moment(at.map_or(i64::MAX, jiff::Timestamp::as_second))
}

/// A person at the mission of a site, with the appointment there.
pub struct Holder<'a> {
    /// The person.
    pub person: DocNo,
    /// What they are there.
    pub appointment: &'a Appointment,
}

/// The people of a site's mission at a time, heads of mission first, then in order of entry; and until when that is right.
pub fn holders<'a>(view: &View<'a>, site: DocNo, now: Moment, wanted: When) -> (Vec<Holder<'a>>, Option<Moment>) {
    let today = now.date();
    let code = view.site(site).map(|facts| &facts.code);
    let mut out = Vec::new();
    let mut until: Option<Date> = None;
    for person in view.register.people(site) {
        let all = view
            .register
            .person(person)
            .map_or(&[][..], |facts| &facts.appointments);
        let here = || all.iter().filter(|appointment| appointment.mission.as_ref() == code);
        until = here()
            .filter_map(|appointment| next_change(appointment, today))
            .chain(until)
            .min();
        out.extend(
            here()
                .find(|a| when(a, today) == wanted)
                .map(|appointment| Holder { person, appointment }),
        );
    }
    out.sort_by_key(|holder| !is_head(&holder.appointment.role));
    (out, until.map(midnight))
}

/// True for the roles that lead a mission or the ministry.
pub fn is_head(role: &str) -> bool {
    matches!(role, "ambassador" | "consul-general" | "charge" | "minister")
}

/// What an appointment is called: its label in the person's words, else the standard name of the role.
pub fn role_name(shell: &Shell<'_>, appointment: &Appointment, words: Option<&Words>) -> String {
    let label = words.and_then(|words| words.label(&appointment.n));
    let own = label.and_then(|label| {
        label
            .role
            .as_deref()
            .or(label.name.as_deref())
            .or(label.text.as_deref())
    });
    let standard = || {
        let id = format!("post-{}", appointment.role);
        shell
            .tongue
            .get(&id)
            .unwrap_or_else(|| shell.tongue.text("post-other"))
            .to_owned()
    };
    own.map_or_else(standard, str::to_owned)
}

/// `since March 2024`, `from … to …`, as precise as the record is.
pub fn span(shell: &Shell<'_>, appointment: &Appointment) -> String {
    let tongue = shell.tongue;
    let spell = |text: &str| match text.len() {
        4 => tongue.dates.digits(text),
        7 => text
            .parse::<Month>()
            .map_or_else(|_| text.to_owned(), |month| tongue.dates.month(month)),
        _ => text
            .parse::<Date>()
            .map_or_else(|_| text.to_owned(), |day| tongue.dates.day(day).to_string()),
    };
    match (
        appointment.from.as_deref().map(spell),
        appointment.to.as_deref().map(spell),
    ) {
        (Some(from), Some(to)) => tongue.bare("from-to", &[("from", from.into()), ("to", to.into())]),
        (Some(from), None) => tongue.bare("since", &[("date", from.into())]),
        (None, Some(to)) => tongue.bare("until", &[("date", to.into())]),
        (None, None) => String::new(),
    }
}

/// The people who serve now, as a list; returns until when that is right.
pub fn push_present(shell: &Shell<'_>, now: Moment, out: &mut String) -> Option<Moment> {
    let (present, until) = holders(&shell.view, shell.site, now, When::Present);
    push_list(shell, &present, When::Present, out);
    until
}

fn push_list(shell: &Shell<'_>, holders: &[Holder<'_>], at: When, out: &mut String) {
    if holders.is_empty() {
        return;
    }
    out.push_str("<ul class=\"people\">\n");
    for holder in holders {
        push_holder(shell, holder, at, out);
    }
    out.push_str("</ul>\n");
}

fn push_holder(shell: &Shell<'_>, holder: &Holder<'_>, at: When, out: &mut String) {
    let Some(name) = shell.view.title(holder.person, shell.lang) else {
        return;
    };
    let words = words_near(&shell.view, holder.person, shell.lang).map(|(words, _)| words);
    let (site, lang) = (shell.site, shell.lang);
    let href = escape::text(&shell.href(&Address::Person {
        site,
        lang,
        person: holder.person,
    }));
    let attr = lang_attr(name.lang, lang);
    let role = role_name(shell, holder.appointment, words.as_ref());
    let _ = write!(
        out,
        "<li><a href=\"{href}\"{attr}>{}</a><span class=\"role\">{}</span>",
        escape::text(name.text),
        escape::text(&role)
    );
    let since = span(shell, holder.appointment);
    if !since.is_empty() {
        let _ = write!(out, "<span class=\"since\">{}</span>", escape::text(&since));
    }
    // It speaks of the post of today.
    let summary = words.as_ref().and_then(|words| words.summary.as_deref());
    let summary = summary.filter(|_| at == When::Present);
    if let Some(summary) = summary.filter(|_| name.lang == lang) {
        let _ = write!(out, "<p>{}</p>", escape::text(summary));
    }
    out.push_str("</li>\n");
}

/// Everybody of a mission: now, and earlier.
pub fn index(view: &View<'_>, site: DocNo, lang: Lang, now: Moment) -> Page {
    let mut shell = Shell::new(view, Address::People { site, lang }, site, lang)
        .in_all_languages(|lang| Address::People { site, lang });
    shell.title = shell.tongue.text("people").to_owned();
    shell.class = "list";
    let mut body = String::new();
    let until = push_present(&shell, now, &mut body);
    let (past, _) = holders(view, site, now, When::Past);
    if !past.is_empty() {
        let _ = writeln!(
            body,
            "<h2{}>{}</h2>",
            shell.furniture(),
            escape::text(shell.tongue.text("former"))
        );
        push_list(&shell, &past, When::Past, &mut body);
    }
    if body.is_empty() {
        let _ = writeln!(
            body,
            "<p class=\"empty\"{}>{}</p>",
            shell.furniture(),
            escape::text(shell.tongue.text("people-none"))
        );
    }
    let h1 = shell.name(Name {
        text: shell.tongue.text("people"),
        lang: shell.tongue.lang,
    });
    let mut page = shell.finish(
        "people.html",
        Fields::new().with("h1", h1).html("body", body),
        view.register.touched_home(site).max(view.touched_frame(site)),
    );
    page.valid_until = until;
    page
}

/// One person: role, appointments, life.
pub fn page(view: &View<'_>, site: DocNo, lang: Lang, person: DocNo) -> Page {
    let address = |lang| Address::Person { site, lang, person };
    let mut shell = Shell::new(view, address(lang), site, lang).in_all_languages(address);
    shell.crumbs.push((
        Name {
            text: shell.tongue.text("people"),
            lang: shell.tongue.lang,
        },
        Address::People { site, lang },
    ));
    shell.section = view
        .register
        .sections(site)
        .into_iter()
        .find(|no| shows_people(view, *no));
    shell.class = "document";
    let home = view.canonical(person, Some(lang));
    shell.canonical = home.filter(|home| home.site() != Some(site));
    let near = words_near(view, person, lang);
    let name = view.title(person, lang).unwrap_or(Name { text: "", lang });
    shell.title = name.text.to_owned();
    let (mut body, mut summary) = (String::new(), String::new());
    if let Some((words, own)) = &near {
        let around = OnPage {
            view: *view,
            linker: &shell.linker,
            lang,
        };
        let text = Walk::new(words, *own, shell.tongue, &around).body(&words.body);
        body = format!("<div class=\"body\"{}>{text}</div>", lang_attr(*own, lang));
        summary = words.summary.as_deref().unwrap_or_default().to_owned();
    }
    shell.description = Some(summary.clone()).filter(|summary| !summary.is_empty());
    let posts = posts(&shell, person, near.as_ref().map(|(words, _)| words));
    let fields = Fields::new()
        .with("h1", shell.name(name))
        .with("summary", summary)
        .html("posts", posts)
        .html("body", body)
        .with("history", shell.href(&Address::Permalink { doc: person }));
    shell.finish(
        "person.html",
        fields,
        view.register.touched_document(person).max(view.touched_frame(site)),
    )
}

fn shows_people(view: &View<'_>, section: DocNo) -> bool {
    view.register
        .section(section)
        .is_some_and(|facts| facts.show == record::facts::Show::People)
}

fn posts(shell: &Shell<'_>, person: DocNo, words: Option<&Words>) -> String {
    let appointments = shell
        .view
        .register
        .person(person)
        .map_or(&[][..], |facts| &facts.appointments);
    let mut out = String::new();
    for appointment in appointments {
        let mission = appointment
            .mission
            .as_deref()
            .and_then(|code| shell.view.register.site_by_code(code));
        let role = role_name(shell, appointment, words);
        let _ = write!(out, "<li><span class=\"role\">{}</span>", escape::text(&role));
        if let Some(site) = mission {
            let name = shell.view.site_name(site, shell.lang);
            let _ = write!(
                out,
                "<span{}>{}</span>",
                lang_attr(name.lang, shell.lang),
                escape::text(name.text)
            );
        }
        let since = span(shell, appointment);
        if !since.is_empty() {
            let _ = write!(out, "<span class=\"since\">{}</span>", escape::text(&since));
        }
        out.push_str("</li>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn appointment(from: &str, to: &str) -> Appointment {
        let text = |t: &str| (!t.is_empty()).then(|| t.into());
        Appointment {
            from: text(from),
            mission: None,
            n: "p1".into(),
            role: "ambassador".into(),
            to: text(to),
        }
    }

    #[test]
    fn an_appointment_lasts_through_the_whole_of_what_is_stated() {
        let today = date(2026, 3, 31);
        assert_eq!(when(&appointment("2026-03", "2026-03"), today), When::Present);
        assert_eq!(when(&appointment("2024", "2025"), today), When::Past);
        assert_eq!(when(&appointment("2026-04-01", ""), today), When::Future);
        assert_eq!(when(&appointment("", ""), today), When::Present);
    }

    #[test]
    fn a_page_is_right_until_somebody_comes_or_goes() {
        let today = date(2026, 3, 31);
        assert_eq!(
            next_change(&appointment("2024", "2026-03-31"), today),
            Some(date(2026, 4, 1))
        );
        assert_eq!(next_change(&appointment("2024", ""), today), None);
    }
}

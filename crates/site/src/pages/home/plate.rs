//! The plate of an office: whether it is open, until when, where it is, and what is closed soon.

use super::Until;
use crate::{
    escape,
    frame::lang_attr,
    office::{self, Clock, State, words_near},
    pages::document::utc,
    shell::Shell,
};
use record::{date::Moment, facts::Office, lang::Lang, words::Words};
use std::fmt::Write as _;

/// How many closed days are announced.
const CLOSED: usize = 3;

/// The office like a brass plate: open or closed, hours of the day, telephones.
pub(super) fn plate(shell: &Shell<'_>, now: Moment, until: &mut Until) -> String {
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

//! Opening hours, and what the clock says about them.

use super::purpose_name;
use crate::{
    escape,
    frame::furniture,
    i18n::{Tongue, first_day},
    view::View,
};
use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};
use record::{
    date::Moment,
    facts::{Hours, Office},
    lang::Lang,
};
use std::fmt::Write as _;

/// An office looks so many days ahead for its next opening.
const AHEAD: i64 = 21;

/// Whether an office is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// It has no hours.
    ByAppointment,
    /// It is open.
    Open {
        /// Until then; midnight is the end of the day.
        until: Time,
    },
    /// It opens later on the same day.
    LaterToday {
        /// At this time.
        at: Time,
    },
    /// It is closed.
    Closed {
        /// The next opening.
        next: Option<(Date, Time)>,
    },
    /// It is closed all day for a reason.
    Holiday {
        /// Local id of the reason.
        n: Box<str>,
        /// The next opening.
        next: Option<(Date, Time)>,
    },
}

/// What the clock says about an office.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clock {
    /// Open or closed.
    pub state: State,
    /// The local day.
    pub today: Date,
    /// Spans of that day.
    pub spans: Vec<(Time, Time)>,
    /// Offset from UTC, in minutes.
    pub offset: i32,
    /// When this ceases to be right.
    pub valid_until: Moment,
}

/// What the clock says about the first purpose an office has hours for.
pub fn clock(office: &Office, now: Moment) -> Option<Clock> {
    let zone = match &office.zone {
        Some(zone) => TimeZone::get(zone).ok()?,
        None => TimeZone::UTC,
    };
    let local = Timestamp::from_second(now.0).ok()?.to_zoned_datetime(zone.clone());
    let (today, time) = (local.date(), local.time());
    let spans = spans(office, today);
    let next_midnight = today.tomorrow().ok()?.to_zoned_datetime(zone.clone()).ok()?.timestamp();
    let instants = spans
        .iter()
        .flat_map(|(from, to)| [*from, *to])
        .filter(|at| *at > time && *at != Time::MAX);
    let changes = instants
        .filter_map(|at| today.to_datetime(at).to_zoned_datetime(zone.clone()).ok())
        .map(|z| z.timestamp());
    let until = changes.chain([next_midnight]).min()?;
    Some(Clock {
        state: state(office, today, time, &spans),
        today,
        offset: local.offset().seconds() / 60,
        valid_until: Moment(until.as_second()),
        spans,
    })
}

fn state(office: &Office, today: Date, time: Time, spans: &[(Time, Time)]) -> State {
    if office.hours.is_empty() {
        return State::ByAppointment;
    }
    if let Some((_, until)) = spans.iter().find(|(from, to)| *from <= time && time < *to) {
        return State::Open { until: *until };
    }
    if let Some((at, _)) = spans.iter().find(|(from, _)| *from > time) {
        return State::LaterToday { at: *at };
    }
    let next = next_opening(office, today);
    match office.closed.iter().find(|closed| closed.date.date == today) {
        Some(closed) => State::Holiday {
            n: closed.n.clone(),
            next,
        },
        None => State::Closed { next },
    }
}

fn next_opening(office: &Office, today: Date) -> Option<(Date, Time)> {
    let mut days = (1..=AHEAD).filter_map(|ahead| today.checked_add(jiff::Span::new().try_days(ahead).ok()?).ok());
    days.find_map(|day| spans(office, day).first().map(|(from, _)| (day, *from)))
}

/// The spans of a day, in order; none on a day that is closed.
fn spans(office: &Office, day: Date) -> Vec<(Time, Time)> {
    if office.closed.iter().any(|closed| closed.date.date == day) {
        return Vec::new();
    }
    let Some(purpose) = main_purpose(office) else {
        return Vec::new();
    };
    let weekday = u8::try_from(day.weekday().to_monday_one_offset()).unwrap_or(0);
    let of_day = office
        .hours
        .iter()
        .filter(|h| *h.r#for == *purpose && h.days.contains(&weekday));
    let mut spans: Vec<_> = of_day.filter_map(|h| Some((time(&h.from)?, time(&h.to)?))).collect();
    spans.sort_unstable();
    spans
}

/// The office itself if it has hours, else the first purpose that has.
fn main_purpose(office: &Office) -> Option<&str> {
    let general = office.hours.iter().find(|h| *h.r#for == *"office");
    general.or_else(|| office.hours.first()).map(|h| &*h.r#for)
}

/// `24:00` is the last instant of the day.
fn time(text: &str) -> Option<Time> {
    if text == "24:00" {
        Some(Time::MAX)
    } else {
        text.parse().ok()
    }
}

/// Hours by purpose, a line for each set of days.
pub fn push_table(view: &View<'_>, office: &Office, lang: Lang, out: &mut String) {
    if office.hours.is_empty() {
        return;
    }
    let tongue = view.tongue(lang);
    let first = first_day(lang.as_str(), office.country.as_deref());
    let mut purposes: Vec<&str> = Vec::new();
    office.hours.iter().for_each(|h| {
        if !purposes.contains(&&*h.r#for) {
            purposes.push(&h.r#for);
        }
    });
    let _ = write!(out, "<dl class=\"hours\"{}>", furniture(view, lang));
    for purpose in purposes {
        let _ = write!(out, "<div><dt>{}</dt>", escape::text(purpose_name(tongue, purpose)));
        for (days, spans) in lines(office, purpose, first) {
            let times: Vec<String> = spans.iter().map(|(from, to)| span(tongue, from, to)).collect();
            let (days, times) = (days_text(tongue, &days), times.join(tongue.text("comma")));
            let _ = write!(
                out,
                "<dd><span class=\"days\">{}</span> <span class=\"times\">{}</span></dd>",
                escape::text(&days),
                escape::text(&times)
            );
        }
        out.push_str("</div>");
    }
    out.push_str("</dl>");
}

/// Days of the week, and from when to when.
type Line<'o> = (Vec<u8>, Vec<(&'o str, &'o str)>);

/// Days that have the same spans, with those spans; from the first day of the week on.
pub(super) fn lines<'o>(office: &'o Office, purpose: &str, first: u8) -> Vec<Line<'o>> {
    let mut lines: Vec<Line<'o>> = Vec::new();
    let of: Vec<&Hours> = office.hours.iter().filter(|h| *h.r#for == *purpose).collect();
    for day in (first..first + 7).map(|day| (day - 1) % 7 + 1) {
        let mut spans: Vec<(&str, &str)> = of
            .iter()
            .filter(|h| h.days.contains(&day))
            .map(|h| (&*h.from, &*h.to))
            .collect();
        spans.sort_unstable();
        match lines.iter_mut().find(|(_, known)| *known == spans) {
            _ if spans.is_empty() => {}
            Some((days, _)) => days.push(day),
            None => lines.push((vec![day], spans)),
        }
    }
    lines
}

/// `09:00–12:00` in the digits of the language.
fn span(tongue: &Tongue, from: &str, to: &str) -> String {
    tongue.dates.digits(&format!("{from}–{to}"))
}

/// `Monday–Thursday, Saturday`; days in the order of the week.
pub(super) fn days_text(tongue: &Tongue, days: &[u8]) -> String {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for &day in days {
        match runs.last_mut() {
            Some((_, last)) if *last % 7 + 1 == day => *last = day,
            _ => runs.push((day, day)),
        }
    }
    let name = |day| tongue.dates.weekday(day);
    let run = |&(from, to): &(u8, u8)| match (to + 7 - from) % 7 {
        0 => name(from),
        1 => format!("{}{}{}", name(from), tongue.text("comma"), name(to)),
        _ => tongue.bare("range", &[("from", name(from).into()), ("to", name(to).into())]),
    };
    runs.iter().map(run).collect::<Vec<_>>().join(tongue.text("comma"))
}

//! Dates and times in running text, in the shapes and languages that old pages use.

mod months;
mod tokens;

use crate::candidate::Order;
use record::date::Local;
use tokens::{Token, Word};

/// A date found in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// The date, with the time that stands beside it.
    pub local: Local,
    /// True if day and month could be exchanged and nothing says which is which.
    pub is_ambiguous: bool,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
}

/// The first date of a text, looked for in its first 400 characters.
pub fn find(text: &str, order: Option<Order>) -> Option<Found> {
    all(text, order).into_iter().next()
}

/// All dates of a text, looked for in its first 400 characters.
pub fn all(text: &str, order: Option<Order>) -> Vec<Found> {
    let words = tokens::read(text);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < words.len() {
        match date(&words, at, order) {
            Some((day, next)) => {
                found.push(with_time(&words, day, at, next));
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// A day as figures, before it is checked against the calendar.
#[allow(clippy::struct_field_names)]
struct Day {
    year: u32,
    month: u32,
    day: u32,
    is_ambiguous: bool,
}

impl Day {
    fn new(year: u32, month: u32, day: u32) -> Self {
        Self {
            year,
            month,
            day,
            is_ambiguous: false,
        }
    }

    fn date(&self) -> Option<jiff::civil::Date> {
        let (year, month, day) = (
            self.year.try_into().ok()?,
            self.month.try_into().ok()?,
            self.day.try_into().ok()?,
        );
        (1900..=2100)
            .contains(&self.year)
            .then(|| jiff::civil::Date::new(year, month, day).ok())?
    }
}

/// A date that begins at a token, and the token behind it.
fn date(words: &[Word], at: usize, order: Option<Order>) -> Option<((jiff::civil::Date, bool), usize)> {
    let shapes = [year_first, figures, vietnamese, day_month_year, month_day_year];
    shapes.iter().find_map(|shape| {
        let (day, next) = shape(words, at, order)?;
        // Figures that go on, such as 10.1.2021.7, are no date.
        let is_whole = !continues(words, at, next);
        day.date()
            .filter(|_| is_whole)
            .map(|date| ((date, day.is_ambiguous), next))
    })
}

fn continues(words: &[Word], at: usize, next: usize) -> bool {
    let joined = |a: &Word, b: &Word| a.end == b.start;
    let mark = |w: &Word| matches!(w.token, Token::Mark('.' | '-' | '/'));
    let figure = |w: &Word| matches!(w.token, Token::Figure { .. });
    let before = at >= 2
        && figure(&words[at - 2])
        && mark(&words[at - 1])
        && joined(&words[at - 2], &words[at - 1])
        && joined(&words[at - 1], &words[at]);
    let after = match (words.get(next - 1), words.get(next), words.get(next + 1)) {
        (Some(a), Some(b), Some(c)) => figure(a) && mark(b) && figure(c) && joined(a, b) && joined(b, c),
        _ => false,
    };
    before || after
}

fn figure(words: &[Word], at: usize, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    match words.get(at)?.token {
        Token::Figure { value, length } if lengths.contains(&length) => Some(value),
        _ => None,
    }
}

fn mark(words: &[Word], at: usize) -> Option<char> {
    match words.get(at)?.token {
        Token::Mark(c) => Some(c),
        _ => None,
    }
}

fn name(words: &[Word], at: usize) -> Option<&str> {
    match &words.get(at)?.token {
        Token::Name(name) => Some(name),
        _ => None,
    }
}

type Shape = Option<(Day, usize)>;

/// 2021-07-14, 2021/7/14, 2021.07.14, 2021年7月14日.
fn year_first(words: &[Word], at: usize, _: Option<Order>) -> Shape {
    let year = figure(words, at, 4..=4)?;
    let month = figure(words, at + 2, 1..=2)?;
    let day = figure(words, at + 4, 1..=2)?;
    match (separator(words, at + 1)?, separator(words, at + 3)?) {
        ('年' | '년', '月' | '월') => {
            let last = matches!(separator(words, at + 5), Some('日' | '일' | '号'));
            Some((Day::new(year, month, day), at + 5 + usize::from(last)))
        }
        (a, b) if a == b && "-/.".contains(a) => Some((Day::new(year, month, day), at + 5)),
        _ => None,
    }
}

fn separator(words: &[Word], at: usize) -> Option<char> {
    mark(words, at).or_else(|| name(words, at).and_then(|n| n.chars().next()))
}

/// 14/07/2021, 14.07.2021, 14-07-2021, and the month first where the site does so.
fn figures(words: &[Word], at: usize, order: Option<Order>) -> Shape {
    let (a, b, year) = (
        figure(words, at, 1..=2)?,
        figure(words, at + 2, 1..=2)?,
        figure(words, at + 4, 4..=4)?,
    );
    let sign = mark(words, at + 1).filter(|c| "-/.".contains(*c))?;
    if mark(words, at + 3) != Some(sign) {
        return None;
    }
    let both = a <= 12 && b <= 12 && a != b;
    let month_first = match order {
        _ if a > 12 => false,
        _ if b > 12 => true,
        Some(order) => order == Order::MonthFirst,
        None => false,
    };
    let (day, month) = if month_first { (b, a) } else { (a, b) };
    let is_ambiguous = both && order.is_none() && sign == '/';
    Some((
        Day {
            is_ambiguous,
            ..Day::new(year, month, day)
        },
        at + 5,
    ))
}

/// 14 tháng 7 năm 2021.
fn vietnamese(words: &[Word], at: usize, _: Option<Order>) -> Shape {
    let day = figure(words, at, 1..=2)?;
    (name(words, at + 1)? == "thang").then_some(())?;
    let month = figure(words, at + 2, 1..=2)?;
    let joins = name(words, at + 3) == Some("nam") || matches!(mark(words, at + 3), Some(',' | '/' | '-'));
    let year_at = at + 3 + usize::from(joins);
    let year = figure(words, year_at, 4..=4)?;
    Some((Day::new(year, month, day), year_at + 1))
}

/// 14 July 2021, le 1er juillet 2021, 14. Juli 2021, 14 de julio de 2021, 14 июля 2021, ١٤ يوليو ٢٠٢١.
fn day_month_year(words: &[Word], at: usize, _: Option<Order>) -> Shape {
    let day = figure(words, at, 1..=2)?;
    let month_at = skip(
        words,
        at + 1,
        &["st", "nd", "rd", "th", "er", "o", "a", "de", "of", "do"],
        ".ºª،-",
    );
    let (month, next) = months::read(words, month_at)?;
    let year_at = skip(words, next, &["de", "of", "del", "do"], ".,،-");
    let year = figure(words, year_at, 4..=4)?;
    Some((Day::new(year, month, day), year_at + 1))
}

/// July 14, 2021.
fn month_day_year(words: &[Word], at: usize, _: Option<Order>) -> Shape {
    let (month, next) = months::read(words, at)?;
    let day_at = skip(words, next, &["the"], ".");
    let day = figure(words, day_at, 1..=2)?;
    let year_at = skip(words, day_at + 1, &["st", "nd", "rd", "th"], ",،");
    let year = figure(words, year_at, 4..=4)?;
    Some((Day::new(year, month, day), year_at + 1))
}

/// Passes over at most two small words or marks.
fn skip(words: &[Word], at: usize, names: &[&str], marks: &str) -> usize {
    let passes = |at: usize| match words.get(at).map(|w| &w.token) {
        Some(Token::Name(name)) => names.contains(&name.as_str()),
        Some(Token::Mark(c)) => marks.contains(*c),
        _ => false,
    };
    (at..at + 2).take_while(|at| passes(*at)).count() + at
}

/// The date with the time that stands close behind it, or close before it.
fn with_time(words: &[Word], (date, is_ambiguous): (jiff::civil::Date, bool), at: usize, next: usize) -> Found {
    let behind = (next..next + 4).find_map(|at| time(words, at).map(|t| (at, t)));
    let before = || {
        let from = at.saturating_sub(8);
        (from..at).find_map(|place| time(words, place).filter(|(_, end)| *end <= at && at - end <= 3))
    };
    let (time, end) = match behind.filter(|(place, _)| passable(words, next, *place)) {
        Some((_, (time, end))) => (Some(time), end),
        None => (before().map(|(time, _)| time), next),
    };
    Found {
        local: Local { date, time },
        is_ambiguous,
        start: words[at].start,
        end: words[end - 1].end,
    }
}

/// No figure stands between the date and its time.
fn passable(words: &[Word], from: usize, to: usize) -> bool {
    words
        .get(from..to)
        .is_some_and(|between| between.iter().all(|w| !matches!(w.token, Token::Figure { .. })))
}

/// 15:08, 15:08:30, 3:08 PM, 15h08, 15时08分; and the token behind it.
fn time(words: &[Word], at: usize) -> Option<(jiff::civil::Time, usize)> {
    let hour = figure(words, at, 1..=2)?;
    let minute = figure(words, at + 2, 2..=2)?;
    let sign = separator(words, at + 1)?;
    let (mut hour, mut next) = match sign {
        ':' | '：' | '时' | '點' | '点' | '時' | '시' => (hour, at + 3),
        'h' if name(words, at + 1) == Some("h") => (hour, at + 3),
        _ => return None,
    };
    // Seconds are read over: the record keeps minutes.
    if mark(words, next) == Some(':') && figure(words, next + 1, 2..=2).is_some() {
        next += 2;
    }
    if matches!(separator(words, next), Some('分' | '분')) {
        next += 1;
    }
    if let Some((shift, end)) = half_day(words, next, hour) {
        (hour, next) = (shift, end);
    }
    let time = jiff::civil::Time::new(hour.try_into().ok()?, minute.try_into().ok()?, 0, 0);
    time.ok().map(|time| (time, next))
}

/// The hour of 24 where `am` or `pm` follows, also as `p.m.`
fn half_day(words: &[Word], at: usize, hour: u32) -> Option<(u32, usize)> {
    let (is_pm, end) = match name(words, at)? {
        "am" => (false, at + 1),
        "pm" => (true, at + 1),
        letter @ ("a" | "p") if mark(words, at + 1) == Some('.') && name(words, at + 2) == Some("m") => {
            (letter == "p", at + 3)
        }
        _ => return None,
    };
    (1..=12)
        .contains(&hour)
        .then_some((hour % 12 + if is_pm { 12 } else { 0 }, end))
}

#[cfg(test)]
mod tests;

//! What stands above the text of a dump: breadcrumb, title, date.

use super::{body::Region, lines::Line};
use crate::{
    candidate::{About, Candidate, Order},
    dates::{self, Found},
    fold,
};
use std::collections::HashSet;

/// How many lines above the text may belong to its head.
const REACH: usize = 14;
/// How many more lines above may hold the title, where no breadcrumb says that it begins below.
const FAR: usize = 60;
/// How heavy a line may be to bear a date rather than to speak of one.
const DATE_LINE: usize = 150;

/// Where the head of a page is, as places in the lines of the dump.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head {
    /// Where menus end: the breadcrumb, or the title.
    pub(super) start: usize,
    /// First line of the text.
    pub(super) text_start: usize,
}

/// Finds breadcrumb, title and date, and where the text begins behind them.
pub(super) fn read(lines: &[Line], region: &Region, order: Option<Order>, page: &mut Candidate) -> Head {
    if region.end == 0 {
        return Head::default();
    }
    let from = region.start.saturating_sub(REACH);
    let crumbs = breadcrumb(lines, from, region.start);
    let date = date_line(lines, crumbs.as_ref().map_or(from, |c| c.end), region, order);
    let title = title(lines, region, crumbs.as_ref(), date.as_ref(), from);
    if let Some(title) = title {
        page.title.clone_from(&lines[title].text);
    }
    let start = crumbs.as_ref().map(|c| c.start).or(title).unwrap_or(region.start);
    if let Some(crumbs) = crumbs {
        name_section(crumbs, page);
    }
    let date_at = date.as_ref().map(|(at, _)| *at);
    take_date(lines, date, region, order, page);
    Head {
        start: start.min(date_at.unwrap_or(start)),
        text_start: text_start(lines, region, title, date_at, order),
    }
}

/// True for lines that only the head of a page has: a breadcrumb, a date.
pub(super) fn is_head_line(line: &Line) -> bool {
    crumb_labels(&line.text).is_some() || !line.is_prose() && dates::find(&line.text, None).is_some()
}

/// A breadcrumb: its labels and the lines it stands on.
struct Crumbs {
    labels: Vec<String>,
    start: usize,
    end: usize,
}

/// The last line above the text that is made of short labels and one kind of separator.
fn breadcrumb(lines: &[Line], from: usize, to: usize) -> Option<Crumbs> {
    (from..to).rev().find_map(|at| {
        let (text, start) = joined(lines, at);
        let labels = crumb_labels(&text)?;
        Some(Crumbs {
            labels,
            start,
            end: at + 1,
        })
    })
}

/// A line, with those before it if a separator stands between them alone or at an end.
fn joined(lines: &[Line], at: usize) -> (String, usize) {
    let (mut text, mut start) = (lines[at].text.clone(), at);
    while start > 0 && start + 8 > at {
        let before = &lines[start - 1].text;
        let opens = text.starts_with(SEPARATORS) || before.ends_with(SEPARATORS) && before.chars().count() < 60;
        if !opens {
            break;
        }
        text = format!("{before} {text}");
        start -= 1;
    }
    (text, start)
}

const SEPARATORS: [char; 8] = ['>', '›', '»', '→', '＞', '>', '▸', '⟩'];

/// The labels between separators, if that is what the line is made of.
pub(super) fn crumb_labels(text: &str) -> Option<Vec<String>> {
    if text.chars().count() > 240 || text.contains("://") {
        return None;
    }
    let slashes = |c: char| c == '/' || c == '／' || c == '\\';
    let parts: Vec<&str> = if text.contains(SEPARATORS) {
        text.split(SEPARATORS).collect()
    } else if text.matches(" / ").count() >= 1 && !text.contains(['.', ',']) {
        text.split(slashes).collect()
    } else if text.contains("::") {
        text.split("::").collect()
    } else {
        return None;
    };
    let labels: Vec<String> = parts
        .iter()
        .map(|part| part.trim().to_owned())
        .filter(|p| !p.is_empty())
        .collect();
    let short = labels.iter().all(|label| label.chars().count() <= 90);
    let named = labels.iter().all(|label| label.chars().any(char::is_alphabetic));
    (labels.len() >= 2 && short && named).then_some(labels)
}

/// The section is the last label that is not the page itself; a first label with a colon loses what leads to it.
fn name_section(crumbs: Crumbs, page: &mut Candidate) {
    let mut labels = crumbs.labels;
    if let Some(first) = labels.first_mut() {
        let behind = first.rsplit([':', '：']).next().map(str::trim).map(str::to_owned);
        *first = behind.filter(|b| !b.is_empty()).unwrap_or_else(|| first.clone());
    }
    let own = |label: &String| {
        let (label, title) = (
            fold::letters(label.trim_end_matches(['…', '.'])),
            fold::letters(&page.title),
        );
        !label.is_empty() && title.starts_with(&label) && label.chars().count() * 2 > title.chars().count()
    };
    if labels.len() > 1 && labels.last().is_some_and(own) {
        labels.pop();
    }
    page.section = labels.last().filter(|_| labels.len() > 1).cloned();
    page.path = labels;
}

/// The line above the text, or its very first one, that bears a date; the closest to the text wins, one with a time first.
fn date_line(lines: &[Line], from: usize, region: &Region, order: Option<Order>) -> Option<(usize, Found)> {
    let to = (region.start + 3).min(region.end);
    let bears = |at: usize| {
        let line = &lines[at];
        let inside = at >= region.start && line.is_prose();
        let found = dates::find(&line.text, order)?;
        (line.weight <= DATE_LINE && !inside).then_some((at, found))
    };
    let found: Vec<(usize, Found)> = (from..to).filter_map(bears).collect();
    let timed = found.iter().rev().find(|(_, f)| f.local.time.is_some());
    timed.or(found.last()).copied()
}

/// Takes the date of the head, else a lone one straight below the text.
fn take_date(
    lines: &[Line],
    date: Option<(usize, Found)>,
    region: &Region,
    order: Option<Order>,
    page: &mut Candidate,
) {
    let below = || {
        let reach = (region.end.saturating_sub(1)..region.end + 4).filter(|at| *at < lines.len());
        reach.into_iter().find_map(|at| {
            let line = &lines[at];
            let found = dates::find(&line.text, order)?;
            (line.weight <= 60 && !line.is_prose() && !line.text.contains(['©', '('])).then_some((at, found))
        })
    };
    let in_head = date.is_some();
    let Some((at, found)) = date.or_else(below) else { return };
    page.date = Some(found.local);
    let line = Some(lines[at].number);
    if !in_head {
        page.remark(line, About::Date, "the date was taken from below the text");
    }
    if found.is_ambiguous {
        page.remark(
            line,
            About::Date,
            "day and month could be exchanged: say which the site writes first",
        );
    }
}

/// The line that names the page best.
fn title(
    lines: &[Line],
    region: &Region,
    crumbs: Option<&Crumbs>,
    date: Option<&(usize, Found)>,
    from: usize,
) -> Option<usize> {
    let from = crumbs.map_or(from.saturating_sub(FAR), |c| c.end);
    let to = (region.start + 2).min(region.end);
    let words = text_words(lines, region);
    let score = |at: usize| title_score(lines, at, region, crumbs, date, &words);
    let found = (from..to).filter_map(|at| score(at).map(|s| (s, at))).max();
    found
        .map(|(_, at)| at)
        .or_else(|| far_title(lines, from, region, &words))
}

/// Words of the text: a title shares its own with it.
fn text_words(lines: &[Line], region: &Region) -> HashSet<String> {
    let lines = lines.get(region.start..region.end).unwrap_or_default();
    let prose = lines.iter().filter(|line| line.is_prose()).take(40);
    prose.flat_map(|line| grams(&line.text)).collect()
}

/// Words of three letters and more; pairs of wide letters.
fn grams(text: &str) -> Vec<String> {
    let folded = fold::letters(text);
    let wide: Vec<char> = folded
        .chars()
        .filter(|c| crate::words::is_wide(*c) && c.is_alphabetic())
        .collect();
    let pairs = wide.windows(2).map(|pair| pair.iter().collect());
    let words = folded
        .split(|c: char| !c.is_alphanumeric() || crate::words::is_wide(c))
        .filter(|w| w.chars().count() > 2)
        .map(str::to_owned);
    pairs.chain(words).collect()
}

/// Part of the words of a line that the text has too, of 100.
fn shared(text: &str, words: &HashSet<String>) -> i64 {
    let grams = grams(text);
    let hits = grams.iter().filter(|gram| words.contains(*gram)).count();
    if grams.is_empty() {
        return 0;
    }
    i64::try_from(hits * 100 / grams.len()).unwrap_or(0)
}

fn title_score(
    lines: &[Line],
    at: usize,
    region: &Region,
    crumbs: Option<&Crumbs>,
    date: Option<&(usize, Found)>,
    words: &HashSet<String>,
) -> Option<i64> {
    let line = &lines[at];
    let could = line.weight >= 6 && line.weight <= 400 && !line.is_furniture() && !line.bullet;
    let is_date = date.is_some_and(|(place, found)| *place == at && found.end - found.start + 24 > line.text.len());
    let inside = at >= region.start && line.is_prose();
    if !could || is_date || inside || crumb_labels(&line.text).is_some() {
        return None;
    }
    let away = i64::try_from(region.start.abs_diff(at)).unwrap_or(1000).min(1000);
    let mut score = shared(&line.text, words) - away.min(8) * 4 - away;
    score -= if in_list(lines, at) { 50 } else { 0 };
    score += i64::try_from(line.weight.min(60)).unwrap_or(0) / 2;
    score += if crumbs.is_some_and(|c| c.end == at) { 60 } else { 0 };
    score += if date.is_some_and(|(place, _)| *place == at + 1) {
        35
    } else {
        0
    };
    score += if date.is_some_and(|(place, _)| *place + 1 == at) {
        10
    } else {
        0
    };
    score -= if line.ends_sentence() { 25 } else { 0 };
    score -= if line.text.ends_with([':', '：', '/']) || line.is_jammed() {
        40
    } else {
        0
    };
    score -= if line.repeated && line.weight < 30 { 40 } else { 0 };
    Some(score)
}

/// True for a name among names: an entry of a menu or a table of contents.
fn in_list(lines: &[Line], at: usize) -> bool {
    let run = |places: &mut dyn Iterator<Item = usize>| {
        places
            .take_while(|at| lines.get(*at).is_some_and(|line| line.indent > 0 && line.weight < 120))
            .count()
    };
    let indented = lines[at].indent > 0;
    indented && run(&mut (0..at).rev().take(3)) + run(&mut (at + 1..at + 4)) >= 3
}

/// Far above the text only a line that says what the text says can be its title.
fn far_title(lines: &[Line], before: usize, region: &Region, words: &HashSet<String>) -> Option<usize> {
    let far = 0..before.min(region.start);
    let could = |at: &usize| lines[*at].weight >= 24 && !lines[*at].is_furniture();
    let scored = far.filter(could).map(|at| (shared(&lines[at].text, words), at));
    scored.filter(|(score, _)| *score >= 70).max().map(|(_, at)| at)
}

/// The text begins behind title and date: what stands between them and the first running text is taken if it reads on.
fn text_start(
    lines: &[Line],
    region: &Region,
    title: Option<usize>,
    date: Option<usize>,
    order: Option<Order>,
) -> usize {
    let behind = title
        .into_iter()
        .chain(date.filter(|at| *at < region.start + 3))
        .max()
        .map(|at| at + 1);
    let behind = behind.filter(|at| *at + REACH > region.start).unwrap_or(region.start);
    let mut start = first_prose(lines, behind, region.start).max(behind);
    while start > behind && reads_on(&lines[start - 1], lines.get(start), order) {
        start -= 1;
    }
    start
}

/// The first running text behind the title: a short paragraph may be cut off from the region by what stands between.
fn first_prose(lines: &[Line], behind: usize, start: usize) -> usize {
    let early = (behind..start).find(|at| lines[*at].is_prose() && !lines[*at].repeated);
    early.unwrap_or(start)
}

/// A short line before running text that belongs to it: a form of address, a line that leads in.
fn reads_on(line: &Line, next: Option<&Line>, order: Option<Order>) -> bool {
    let leads = line.text.ends_with([',', ':', '，', '：', '،', '!', '！']) || line.ends_sentence();
    let alone = next.is_some_and(|next| next.apart == line.apart);
    leads
        && alone
        && !line.repeated
        && !line.is_furniture()
        && line.weight >= 8
        && dates::find(&line.text, order).is_none()
}

//! Plain-text dumps of pages: menu, topics, breadcrumb, title, date, paragraphs and page functions told apart by
//! structure: indentation, position, length, shapes of dates, separators and repetition; never by one page's words.

mod body;
mod head;
mod lines;
mod menu;

use crate::{
    candidate::{About, Candidate, Hints},
    language, ordinals,
};
use lines::Line;

/// How many lines of a dump are read.
const MOST_LINES: usize = 100_000;

/// Reads a dump. Never fails: what is missing is empty and remarked.
pub fn read(text: &str, hints: &Hints) -> Candidate {
    let mut page = Candidate {
        url: hints.url.clone(),
        ..Candidate::default()
    };
    let mut lines = lines::read(text, MOST_LINES);
    take_address(&mut lines, &mut page);
    if text.lines().nth(MOST_LINES).is_some() {
        let what = format!("only the first {MOST_LINES} lines were read");
        page.remark(Some(MOST_LINES), About::LeftOut, what);
    }
    let region = body::region(&lines);
    let found = head::read(&lines, &region, hints.order, &mut page);
    let body = body::blocks(&lines, &region, &found, &mut page);
    page.body = ordinals::gather(body);
    menu::read(&lines, &found, &mut page);
    page.lang = hints.lang.or_else(|| language::of(&sample(&lines, &region)));
    tell(&lines, &region, &mut page);
    page
}

/// True for a line that is made of short labels and one kind of separator.
pub(crate) fn is_breadcrumb(line: &str) -> bool {
    head::crumb_labels(line).is_some()
}

/// A line above all others that is an address and nothing else names the page.
fn take_address(lines: &mut Vec<Line>, page: &mut Candidate) {
    let is_address =
        |line: &Line| line.text.starts_with("http") && line.text.contains("://") && !line.text.contains(' ');
    let Some(at) = lines.iter().take(3).position(is_address) else {
        return;
    };
    let line = lines.remove(at);
    page.url.get_or_insert(line.text);
}

/// Text enough to tell a language.
fn sample(lines: &[Line], region: &body::Region) -> String {
    let words = lines.get(region.start..region.end).unwrap_or_default();
    words
        .iter()
        .map(|line| line.text.as_str())
        .take(60)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Remarks on what is missing and on what was left out below the text.
fn tell(lines: &[Line], region: &body::Region, page: &mut Candidate) {
    if page.title.is_empty() {
        page.remark(None, About::Title, "no title was found");
    }
    if page.date.is_none() {
        page.remark(None, About::Date, "no date was found");
    }
    if page.body.is_empty() {
        page.remark(None, About::Text, "no text was found");
    }
    if page.lang.is_none() {
        page.remark(None, About::Language, "the language is not plain");
    }
    for line in lines.get(region.end..).unwrap_or_default().iter().take(20) {
        let what = format!("below the text: {}", crate::problem::shown(&line.text));
        page.remark(Some(line.number), About::LeftOut, what);
    }
}

#[cfg(test)]
mod tests;

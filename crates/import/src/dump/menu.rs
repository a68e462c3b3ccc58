//! Labels of menu and topics above the head of a page.

use super::{head::Head, lines::Line};
use crate::{
    candidate::{About, Candidate},
    fold,
};

/// How many labels are taken.
const MOST: usize = 60;
/// How far above the head labels are looked for.
const REACH: usize = 400;

/// Takes the menu and the topics.
pub(super) fn read(lines: &[Line], head: &Head, page: &mut Candidate) {
    let from = head.start.saturating_sub(REACH);
    let mut labels: Vec<Line> = lines.get(from..head.start).unwrap_or_default().to_vec();
    labels.retain(|line| line.is_label() && line.text != page.title);
    mend_first_indent(&mut labels, from == 0);
    let base = base_indent(&labels);
    let lists = lists(&labels, base);
    let passed = lists.passed;
    page.menu = tidy(lists.menu, page);
    page.topics = tidy(lists.topics, page);
    if passed > 0 {
        page.remark(
            None,
            About::LeftOut,
            format!("{passed} labels below those of the menu were passed over"),
        );
    }
}

/// The first line of a dump has mostly lost its indentation to whoever copied it.
fn mend_first_indent(labels: &mut [Line], is_top: bool) {
    if let [first, second, ..] = labels
        && is_top
        && first.number == 1
        && first.indent == 0
    {
        first.indent = second.indent;
    }
}

/// The indentation of the menu: the outermost that three labels or more have, else that of the first label.
fn base_indent(labels: &[Line]) -> usize {
    let mut indents: Vec<usize> = labels.iter().map(|line| line.indent).collect();
    indents.sort_unstable();
    let common = indents
        .chunk_by(|a, b| a == b)
        .find(|same| same.len() >= 3)
        .and_then(|s| s.first());
    common
        .copied()
        .unwrap_or_else(|| labels.first().map_or(0, |line| line.indent))
}

struct Lists {
    menu: Vec<String>,
    topics: Vec<String>,
    passed: usize,
}

/// Labels at the base are the menu; those behind a line that stands out from it are a list of its own.
fn lists(labels: &[Line], base: usize) -> Lists {
    let mut lists = Lists {
        menu: Vec::new(),
        topics: Vec::new(),
        passed: 0,
    };
    let mut headed: Option<usize> = None;
    for (at, line) in labels.iter().enumerate() {
        let next = labels.get(at + 1);
        if is_list_head(line, next, base) && !lists.menu.is_empty() {
            headed = next.map(|next| next.indent);
            continue;
        }
        headed = headed.filter(|indent| line.indent >= *indent);
        match headed {
            Some(indent) if line.indent == indent => lists.topics.push(line.text.clone()),
            None if line.indent <= base => lists.menu.push(line.text.clone()),
            _ => lists.passed += 1,
        }
    }
    if lists.menu.len() < 3 {
        lists.menu.clear();
    }
    lists
}

/// A line before the first label of a list: further out, or unmarked before marked ones, or with a colon.
fn is_list_head(line: &Line, next: Option<&Line>, base: usize) -> bool {
    let Some(next) = next else { return false };
    let further_out = line.indent < base && next.indent >= base;
    let unmarked = !line.bullet && next.bullet;
    let colon = line.text.ends_with([':', '：']);
    further_out || unmarked || colon
}

/// Each label once, without the home page that the breadcrumb begins with.
fn tidy(labels: Vec<String>, page: &Candidate) -> Vec<String> {
    let home = page.path.first().map(|label| fold::letters(label));
    let mut seen = std::collections::HashSet::new();
    labels
        .into_iter()
        .filter(|label| Some(fold::letters(label)) != home)
        .filter(|label| label.chars().any(char::is_alphabetic) && seen.insert(fold::letters(label)))
        .take(MOST)
        .collect()
}

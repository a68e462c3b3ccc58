//! The lines of a dump with what their shape says.

use crate::words::{join_lines, line, weight};
use std::collections::HashMap;

/// Marks at which a reader of running text pauses.
const PAUSES: &str = ".,;:!?。，、；：！？،؛؟";

/// A line that is not empty.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its number in the dump, from 1.
    pub(super) number: usize,
    /// Spaces of any width before its first character.
    pub(super) indent: usize,
    /// Its words, in form C and with single spaces.
    pub(super) text: String,
    /// Letters and digits; a wide letter counts three.
    pub(super) weight: usize,
    /// True if an empty line stands before it.
    pub(super) apart: bool,
    /// True if the same words stand on another line too.
    pub(super) repeated: bool,
    /// True if it begins with the mark of a list.
    pub(super) bullet: bool,
}

impl Line {
    /// True if it ends as a sentence does.
    pub(super) fn ends_sentence(&self) -> bool {
        let closing = |c: char| matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | '）' | ']' | '」' | '』' | '》');
        let last = self.text.trim_end_matches(closing).chars().next_back();
        matches!(last, Some('.' | '!' | '?' | '。' | '！' | '？' | '…' | '؟' | '।' | '۔'))
    }

    /// True if it could be the name of something: short, and no sentence.
    pub(super) fn is_label(&self) -> bool {
        let words = self.text.split(' ').count();
        self.weight >= 1 && self.weight <= 60 && words <= 8 && !self.ends_sentence() && !self.is_furniture()
    }

    /// True for shapes that running text does not have: controls, addresses, rights.
    pub(super) fn is_furniture(&self) -> bool {
        let text = &self.text;
        let bracketed = text.ends_with(']') && (text.contains("[ ") || text.starts_with('['));
        let bars = text.matches(['|', '｜', '丨']).count() >= 2;
        let rights = text.contains(['©', '℗', '®']);
        let mail = text.contains('@') && self.weight < 120;
        let markup = text.starts_with('<') || text.contains("](") || text.contains("{{");
        bracketed || bars || rights || mail || markup || self.weight == 0 || self.is_contact()
    }

    /// True for names that ran into each other, `HomeNewsContact`, when the page became text.
    pub(super) fn is_jammed(&self) -> bool {
        let chars: Vec<char> = self.text.chars().collect();
        let seam = |pair: &&[char]| pair[0].is_lowercase() && pair[1].is_uppercase();
        chars.windows(2).filter(seam).count() >= 2
    }

    /// A third of it or more are digits: telephone numbers, codes, counters.
    fn is_contact(&self) -> bool {
        let digits = self.text.chars().filter(char::is_ascii_digit).count();
        digits >= 8 && digits * 4 > self.weight && self.weight < 240
    }

    /// True for running text.
    pub(super) fn is_prose(&self) -> bool {
        if self.is_furniture() {
            return false;
        }
        let pauses = self.text.chars().filter(|c| PAUSES.contains(*c)).count();
        match (self.ends_sentence(), self.weight) {
            (true, 24..) => true,
            // A long list of names has hardly a pause.
            (false, 200..) => pauses * 200 >= self.weight,
            (false, 90..) => pauses >= 2,
            _ => false,
        }
    }
}

/// Reads lines, joins those that were broken at a width, and marks the ones that repeat.
pub(super) fn read(text: &str, most: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut run: Vec<Line> = Vec::new();
    let mut apart = true;
    for (at, raw) in text.lines().take(most).enumerate() {
        if let Some(line) = one(at + 1, raw) {
            run.push(Line { apart, ..line });
            apart = false;
        } else {
            lines.append(&mut unwrapped(std::mem::take(&mut run)));
            apart = true;
        }
    }
    lines.append(&mut unwrapped(run));
    mark_repeated(&mut lines);
    lines
}

fn one(number: usize, raw: &str) -> Option<Line> {
    let blank = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let start = raw.trim_start_matches(blank);
    let indent = raw.chars().take_while(|c| blank(*c)).count();
    let (bullet, start) = without_bullet(start);
    let text = line(start);
    (!text.is_empty()).then(|| Line {
        number,
        indent,
        weight: weight(&text),
        text,
        apart: false,
        repeated: false,
        bullet,
    })
}

fn without_bullet(text: &str) -> (bool, &str) {
    let signs = ['•', '·', '◦', '▪', '■', '●', '○', '►', '»', '›', '*', '-', '–', '+'];
    let Some(rest) = text.strip_prefix(signs) else {
        return (false, text);
    };
    let spaced = rest.starts_with(char::is_whitespace) && rest.chars().any(char::is_alphanumeric);
    if spaced {
        (true, rest.trim_start())
    } else {
        (false, text)
    }
}

/// A run of lines that all but the last fill the same width is one paragraph that was broken.
fn unwrapped(run: Vec<Line>) -> Vec<Line> {
    let widths: Vec<usize> = run.iter().map(|line| line.text.chars().count()).collect();
    let widest = widths.iter().copied().max().unwrap_or(0);
    let (_, filled) = widths.split_last().unwrap_or((&0, &[]));
    let even = filled.iter().all(|width| width + 22 >= widest);
    let open = run
        .iter()
        .take(filled.len())
        .filter(|line| !line.ends_sentence())
        .count();
    let plain = run
        .iter()
        .all(|line| !line.bullet && !line.is_furniture() || line.weight > 30);
    let broken = run.len() >= 2 && (45..=110).contains(&widest) && even && plain && open * 3 >= filled.len() * 2;
    if !broken || !ends_or_flows(&run) {
        return run;
    }
    let text: Vec<&str> = run.iter().map(|line| line.text.as_str()).collect();
    let text = join_lines(&text.join("\n")).into_owned();
    let mut first = run;
    first.truncate(1);
    for line in &mut first {
        line.weight = weight(&text);
        line.text.clone_from(&text);
    }
    first
}

/// A title above a date is no broken paragraph: a real one ends its last sentence, or has many lines.
fn ends_or_flows(run: &[Line]) -> bool {
    run.len() >= 4 || run.last().is_some_and(Line::ends_sentence)
}

fn mark_repeated(lines: &mut [Line]) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for line in lines.iter() {
        *counts.entry(line.text.clone()).or_default() += 1;
    }
    for line in lines.iter_mut() {
        line.repeated = counts.get(&line.text).is_some_and(|n| *n > 1);
    }
}

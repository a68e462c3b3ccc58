//! What changed between two editions of a text: passages aligned by their lasting ids, words compared inside each.
//!
//! Pure and deterministic: no clock bounds the comparison, its size does.

mod passage;

use passage::{Passage, passages};
use record::{body::BlockId, words::Words};
use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;

/// Passages longer than this in bytes, both together, are shown whole instead of word by word.
const MAX_COMPARED: usize = 48 * 1024;
/// Where less than one part in this many of the characters stays, the passage is shown whole.
const LEAST_KEPT: usize = 5;

/// One step on the way from the earlier edition to the later one, in reading order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "step", rename_all = "lowercase")]
pub enum Step {
    /// So many passages in a row are the same.
    Same {
        /// How many.
        count: usize,
    },
    /// A passage differs.
    Change(Change),
}

/// A passage that differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// How it differs.
    pub what: What,
    /// Which passage it is.
    pub place: Place,
    /// Anchor of the passage, `b7`, where it is part of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// What was and what is, in reading order.
    pub spans: Vec<Span>,
}

/// How a passage differs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Its words changed.
    Changed,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It stands in another place; its words may have changed as well.
    Moved,
    /// Its words are the same; links, emphasis or who speaks changed.
    Form,
}

/// Which passage of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The title.
    Title,
    /// The summary.
    Summary,
    /// A block or an item of the body.
    Body,
    /// What a person, a place or a picture is called.
    Label,
}

/// A run of words with one fate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Span {
    /// Its fate.
    pub fate: Fate,
    /// The words.
    pub text: String,
}

/// What became of some words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// In both editions.
    Kept,
    /// In the earlier one only.
    Gone,
    /// In the later one only.
    New,
}

/// The steps from one edition of a text to a later one; a single `Same` or nothing if no word differs.
pub fn compare(old: &Words, new: &Words) -> Vec<Step> {
    let mut steps = Vec::new();
    head(Place::Title, &old.title, &new.title, &mut steps);
    let summary = |words: &Words| words.summary.clone().unwrap_or_default();
    head(Place::Summary, &summary(old), &summary(new), &mut steps);
    body(&passages(&old.body), &passages(&new.body), &mut steps);
    labels(old, new, &mut steps);
    steps
}

/// True if some passage differs.
pub fn differs(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step, Step::Change(_)))
}

fn head(place: Place, old: &str, new: &str, steps: &mut Vec<Step>) {
    if old == new {
        return;
    }
    let what = match (old.is_empty(), new.is_empty()) {
        (true, _) => What::Added,
        (_, true) => What::Removed,
        _ => What::Changed,
    };
    steps.push(Step::Change(Change {
        what,
        place,
        anchor: None,
        spans: words(old, new),
    }));
}

fn labels(old: &Words, new: &Words, steps: &mut Vec<Step>) {
    let read = |words: &Words| -> BTreeMap<Box<str>, String> {
        let line = |l: &record::words::Label| (l.of.clone(), passage::label(l));
        words.labels.iter().map(line).collect()
    };
    let (old, new) = (read(old), read(new));
    let empty = String::new();
    let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for name in names {
        let was = old.get(name).unwrap_or(&empty);
        head(Place::Label, was, new.get(name).unwrap_or(&empty), steps);
    }
}

fn body(old: &[Passage], new: &[Passage], steps: &mut Vec<Step>) {
    let places: BTreeMap<BlockId, usize> = old.iter().enumerate().map(|(at, p)| (p.id, at)).collect();
    let origin: Vec<Option<usize>> = new.iter().map(|p| places.get(&p.id).copied()).collect();
    let in_place = longest_rising(&origin);
    let mut fates = vec![Stay::Removed; old.len()];
    for (from, stays) in origin.iter().zip(&in_place) {
        let Some(from) = *from else { continue };
        fates[from] = if *stays { Stay::InPlace } else { Stay::Moved };
    }
    let mut next = flush_removed(old, &fates, 0, steps);
    for (at, passage) in new.iter().enumerate() {
        match origin[at] {
            None => change(What::Added, passage.id, words("", &passage.text), steps),
            Some(from) if in_place[at] => {
                pair(&old[from], passage, steps);
                next = flush_removed(old, &fates, next.max(from + 1), steps);
            }
            Some(from) => change(What::Moved, passage.id, words(&old[from].text, &passage.text), steps),
        }
    }
}

/// What became of the place of an earlier passage.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stay {
    Removed,
    Moved,
    InPlace,
}

/// Pushes the removed passages from `at` up to the next one that stays in its place or the end; returns where that is.
fn flush_removed(old: &[Passage], fates: &[Stay], mut at: usize, steps: &mut Vec<Step>) -> usize {
    while let Some(passage) = old.get(at).filter(|_| fates[at] != Stay::InPlace) {
        if fates[at] == Stay::Removed {
            change(What::Removed, passage.id, words(&passage.text, ""), steps);
        }
        at += 1;
    }
    at
}

fn pair(old: &Passage, new: &Passage, steps: &mut Vec<Step>) {
    if old.text != new.text {
        return change(What::Changed, new.id, words(&old.text, &new.text), steps);
    }
    if old.block != new.block {
        return change(What::Form, new.id, words(&old.full(), &new.full()), steps);
    }
    match steps.last_mut() {
        Some(Step::Same { count }) => *count += usize::from(!new.text.is_empty()),
        _ if new.text.is_empty() => {}
        _ => steps.push(Step::Same { count: 1 }),
    }
}

/// A frame without words of its own, such as a list, says nothing when it comes or goes: its items do.
fn change(what: What, id: BlockId, spans: Vec<Span>, steps: &mut Vec<Step>) {
    if spans.is_empty() && what != What::Form {
        return;
    }
    steps.push(Step::Change(Change {
        what,
        place: Place::Body,
        anchor: Some(id.to_string()),
        spans,
    }));
}

/// Marks a longest run of rising positions: what did not move.
fn longest_rising(origin: &[Option<usize>]) -> Vec<bool> {
    // tails[k] is the index of the smallest last element of a rising run of length k + 1.
    let mut tails: Vec<usize> = Vec::new();
    let mut before = vec![usize::MAX; origin.len()];
    for (at, from) in origin.iter().enumerate() {
        let Some(from) = from else { continue };
        let place = tails.partition_point(|&tail| origin[tail] < Some(*from));
        before[at] = place.checked_sub(1).map_or(usize::MAX, |p| tails[p]);
        if place == tails.len() {
            tails.push(at);
        } else {
            tails[place] = at;
        }
    }
    let mut marks = vec![false; origin.len()];
    let mut at = tails.last().copied().unwrap_or(usize::MAX);
    while let Some(mark) = marks.get_mut(at) {
        *mark = true;
        at = before[at];
    }
    marks
}

/// The words of two passages side by side: kept, gone, new.
pub fn words(old: &str, new: &str) -> Vec<Span> {
    if old == new || old.is_empty() || new.is_empty() || old.len() + new.len() > MAX_COMPARED {
        return whole(old, new);
    }
    let diff = TextDiff::from_unicode_words(old, new);
    let fates = diff.iter_all_changes().map(|change| {
        let fate = match change.tag() {
            ChangeTag::Equal => Fate::Kept,
            ChangeTag::Delete => Fate::Gone,
            ChangeTag::Insert => Fate::New,
        };
        (fate, change.value())
    });
    let spans = smooth(&join(fates));
    let kept: usize = spans
        .iter()
        .filter(|s| s.fate == Fate::Kept)
        .map(|s| s.text.len())
        .sum();
    if kept * LEAST_KEPT < old.len().max(new.len()) {
        return whole(old, new);
    }
    spans
}

fn whole(old: &str, new: &str) -> Vec<Span> {
    let span = |fate, text: &str| Span {
        fate,
        text: text.to_owned(),
    };
    let spans = if old == new {
        vec![span(Fate::Kept, new)]
    } else {
        vec![span(Fate::Gone, old), span(Fate::New, new)]
    };
    spans.into_iter().filter(|s| !s.text.is_empty()).collect()
}

fn join<'a>(fates: impl Iterator<Item = (Fate, &'a str)>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (fate, text) in fates {
        match spans.last_mut() {
            Some(last) if last.fate == fate => last.text.push_str(text),
            _ => spans.push(Span {
                fate,
                text: text.to_owned(),
            }),
        }
    }
    spans
}

/// Takes a lone space or mark between two changes into both, so that a reader sees phrases and not crumbs.
fn smooth(spans: &[Span]) -> Vec<Span> {
    let crumb = |span: &Span| span.fate == Fate::Kept && !span.text.chars().any(char::is_alphanumeric);
    let last = spans.len().saturating_sub(1);
    let mut out = Vec::with_capacity(spans.len());
    let (mut gone, mut fresh) = (String::new(), String::new());
    for (at, span) in spans.iter().enumerate() {
        match span.fate {
            Fate::Gone => gone.push_str(&span.text),
            Fate::New => fresh.push_str(&span.text),
            Fate::Kept if at > 0 && at < last && crumb(span) => {
                gone.push_str(&span.text);
                fresh.push_str(&span.text);
            }
            Fate::Kept => {
                close(&mut gone, &mut fresh, &mut out);
                out.push(span.clone());
            }
        }
    }
    close(&mut gone, &mut fresh, &mut out);
    out
}

/// Ends a change: what both sides begin or end with (a space) is kept after all.
fn close(gone: &mut String, fresh: &mut String, out: &mut Vec<Span>) {
    let (old, new) = (std::mem::take(gone), std::mem::take(fresh));
    out.extend(whole(&old, &new));
}

#[cfg(test)]
mod tests;

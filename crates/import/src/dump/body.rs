//! Where the text of a dump stands, and its blocks.

use super::{head::Head, lines::Line};
use crate::{
    candidate::{About, Candidate},
    problem::shown,
    words::text_of,
};
use record::body::{Block, BlockId, Item, Kind};

/// The text, as places in the lines of the dump.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Region {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// How much one line of running text speaks for the region it stands in, at most.
const MOST: i64 = 300;
/// How much a line of other kind speaks against it.
const OTHER: i64 = -28;

/// The stretch of lines whose running text outweighs what else stands in it the most.
pub(super) fn region(lines: &[Line]) -> Region {
    let (mut best, mut best_sum) = (Region::default(), 0);
    let (mut start, mut sum) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        if sum <= 0 {
            (start, sum) = (at, 0);
        }
        sum += score(line);
        if sum > best_sum {
            best_sum = sum;
            best = Region { start, end: at + 1 };
        }
    }
    best.start = upwards(lines, best.start);
    best
}

/// A short first paragraph may be cut off by what stands below it, such as the caption of a picture. It is taken back
/// unless a date or a breadcrumb stands between, which end the head of a page.
fn upwards(lines: &[Line], start: usize) -> usize {
    let reach = start.saturating_sub(4)..start;
    let early = reach.rev().take_while(|at| !super::head::is_head_line(&lines[*at]));
    let found = early.filter(|at| lines[*at].is_prose() && !lines[*at].repeated && lines[*at].weight >= 40);
    found.last().unwrap_or(start)
}

fn score(line: &Line) -> i64 {
    let weight = i64::try_from(line.weight).unwrap_or(MOST).min(MOST);
    if line.is_prose() {
        if line.repeated { weight / 4 } else { weight }
    } else if line.is_furniture() || line.repeated {
        OTHER * 3 / 2
    } else {
        OTHER
    }
}

/// The blocks of the region; lines of its head are no part of it.
pub(super) fn blocks(lines: &[Line], region: &Region, head: &Head, page: &mut Candidate) -> Vec<Block> {
    let start = head.text_start.min(region.end);
    let lines = lines.get(start..region.end).unwrap_or_default();
    let mut out: Vec<Block> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.is_furniture() && !line.is_prose() || line.repeated && line.is_label() {
            let what = format!("inside the text: {}", shown(&line.text));
            page.remark(Some(line.number), About::LeftOut, what);
            continue;
        }
        let next = lines.get(at + 1);
        let kind = if line.bullet {
            push_item(line, &mut out);
            continue;
        } else if is_heading(line, next, at) {
            let what = format!("taken as a heading: {}", shown(&line.text));
            page.remark(Some(line.number), About::Text, what);
            Kind::Heading {
                level: 2,
                text: text_of(&line.text),
            }
        } else {
            Kind::Paragraph {
                text: text_of(&line.text),
                voice: None,
            }
        };
        out.push(Block { id: BlockId(0), kind });
    }
    out
}

/// A name before running text, in the midst of it.
fn is_heading(line: &Line, next: Option<&Line>, at: usize) -> bool {
    let pauses = line.text.ends_with([':', '：', ',', '，', '،', ';', '；']);
    let counts = line.text.chars().next().is_some_and(|c| c.is_ascii_digit());
    at > 0 && line.is_label() && line.weight >= 4 && !pauses && !counts && next.is_some_and(Line::is_prose)
}

fn push_item(line: &Line, out: &mut Vec<Block>) {
    let item = Item {
        body: Vec::new(),
        id: BlockId(0),
        text: text_of(&line.text),
    };
    if let Some(Kind::List { items, .. }) = out.last_mut().map(|block| &mut block.kind) {
        return items.push(item);
    }
    let kind = Kind::List {
        ordered: false,
        start: None,
        items: vec![item],
    };
    out.push(Block { id: BlockId(0), kind });
}

//! What stands around the text of an article: menu, breadcrumb, the title again, the line of its date, page functions.
//! Told apart by structure, as in dumps: position, links from end to end, separators, length; never by one page's words.

use super::page::same;
use crate::{
    candidate::{About, Candidate},
    dates, dump,
    problem::shown,
    words::weight,
};
use record::body::{Block, Inline, Item, Kind, block_plain, plain};

/// How many blocks may stand above the text.
const REACH: usize = 12;
/// How many of them where no running text says where the text begins.
const NEAR: usize = 5;
/// How heavy the name of something may be.
const LABEL: usize = 60;

/// The text without what belongs to its head and its page functions.
pub(super) fn trimmed(mut body: Vec<Block>, menu: &[String], page: &mut Candidate) -> Vec<Block> {
    let first = text_start(&body, menu, page);
    for block in body.drain(..first) {
        left_out("above", &block, page);
    }
    while body.len() > 1 && body.last().is_some_and(is_function) {
        if let Some(block) = body.pop() {
            left_out("below", &block, page);
        }
    }
    doubt(&body, page);
    body
}

fn left_out(side: &str, block: &Block, page: &mut Candidate) {
    let what = format!("{side} the text: {}", shown(&block_plain(block)));
    page.remark(None, About::LeftOut, what);
}

/// Where the text begins: behind the title, where that stands above all running text, and behind what else is no text.
fn text_start(body: &[Block], menu: &[String], page: &Candidate) -> usize {
    let Some(prose) = body.iter().position(is_prose) else {
        let near = body.iter().take(NEAR);
        return near.take_while(|block| is_head(block, page)).count();
    };
    let above = body.get(..prose.min(REACH)).unwrap_or_default();
    let is_furniture = |block: &Block| is_head(block, page) || is_menu(block, menu) || is_way(block);
    let title = above.iter().rposition(|block| same(&block_plain(block), &page.title));
    let title = title.filter(|at| {
        let mut before = above.iter().take(*at);
        before.all(|block| is_furniture(block) || is_name(block))
    });
    let behind = title.map_or(0, |at| at + 1);
    let rest = body.get(behind..).unwrap_or_default().iter().take(REACH);
    behind + rest.take_while(|block| is_furniture(block)).count()
}

/// The title again, the line of the date, a break.
fn is_head(block: &Block, page: &Candidate) -> bool {
    let words = block_plain(block);
    let short = weight(&words) <= 120;
    let dated = dates::find(&words, None).is_some_and(|f| page.date.is_none_or(|d| d.date == f.local.date));
    same(&words, &page.title) || short && dated && !ends(&words) || matches!(block.kind, Kind::Break)
}

/// A breadcrumb, or links with separators between them.
fn is_way(block: &Block) -> bool {
    let Kind::Paragraph { text, .. } = &block.kind else {
        return false;
    };
    let words = plain(text);
    !ends(&words) && (dump::is_breadcrumb(&words) || links(text).is_some_and(|count| count > 1))
}

/// A list of names that lead somewhere else.
fn is_menu(block: &Block, menu: &[String]) -> bool {
    let known = |item: &Item| menu.iter().any(|label| same(label, &plain(&item.text)));
    let leads = |item: &Item| links(&item.text).is_some() || known(item);
    matches!(&block.kind, Kind::List { items, .. } if items.len() > 1 && items.iter().all(|item| is_label(&plain(&item.text)) && leads(item)))
}

/// A heading, or a line that is no running text.
fn is_name(block: &Block) -> bool {
    matches!(block.kind, Kind::Heading { .. } | Kind::Paragraph { .. }) && is_label(&block_plain(block))
}

fn is_label(words: &str) -> bool {
    weight(words) <= LABEL && !ends(words)
}

/// Running text: a paragraph that ends a sentence, or a long one.
fn is_prose(block: &Block) -> bool {
    let Kind::Paragraph { text, .. } = &block.kind else {
        return false;
    };
    let words = plain(text);
    let heavy = weight(&words);
    links(text).is_none() && (heavy >= 24 && ends(&words) || heavy >= 90)
}

fn ends(words: &str) -> bool {
    words.trim_end().ends_with(['.', '。', '!', '?', '！', '？', '؟'])
}

/// How many links a line has, if nothing else but separators stands in it.
fn links(text: &[Inline]) -> Option<usize> {
    let mut count = 0;
    for inline in text {
        match inline {
            Inline::Link { .. } => count += 1,
            Inline::Strong(inner) | Inline::Em(inner) => count += links(inner)?,
            other if weight(&plain(std::slice::from_ref(other))) == 0 => {}
            _ => return None,
        }
    }
    (count > 0).then_some(count)
}

/// A short last line of links, or of words between bars; a break; a heading of nothing.
fn is_function(block: &Block) -> bool {
    match &block.kind {
        Kind::Break | Kind::Heading { .. } => true,
        Kind::Paragraph { text, .. } => {
            let words = plain(text);
            let barred = words.contains(['|', '｜', '丨', '©']) && !ends(&words);
            let most = links(text).map_or(0, |count| count.min(4) * 40);
            weight(&words) <= most || barred && weight(&words) <= LABEL
        }
        _ => false,
    }
}

/// Remarks on lines that were left and may be none of the text: names above its first and below its last sentence.
fn doubt(body: &[Block], page: &mut Candidate) {
    let Some(first) = body.iter().position(is_prose) else {
        return;
    };
    let last = body.iter().rposition(is_prose).unwrap_or(first);
    let is_odd = |block: &&Block| match &block.kind {
        Kind::Paragraph { text, .. } => is_label(&plain(text)),
        _ => is_menu(block, &[]),
    };
    let around = body
        .iter()
        .take(first.min(REACH))
        .chain(body.iter().skip(last + 1).take(NEAR));
    let odd: Vec<String> = around.filter(is_odd).map(block_plain).collect();
    for words in odd {
        page.remark(None, About::Text, format!("may be none of the text: {}", shown(&words)));
    }
}

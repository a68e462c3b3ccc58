//! HTML pages and fragments become blocks. The tree is html5ever's, the article is found by a kept extraction library;
//! title, date, section and menu come from what the page declares and from the structure of its rendered lines.

mod address;
mod blocks;
mod declared;
mod edges;
mod guard;
mod lines;
mod page;
mod table;
mod tags;

pub use page::{TooLarge, read};

use crate::{
    candidate::{About, Candidate, Remark},
    words::text_of,
};
use blocks::Context;
use dom_query::Document;
use record::{
    body::{Block, BlockId, Kind},
    lang::Lang,
};

/// Reads a fragment, such as the `html` of a line of JSON Lines: all of it is text.
pub fn fragment(html: &str, url: Option<&str>, lang: Option<Lang>) -> (Vec<Block>, Vec<Remark>) {
    let mut page = Candidate::default();
    if !guard::is_sound(html) {
        let what = "the markup is too deep or broken to be read: only its words were taken";
        page.remark(None, About::Text, what);
        return (paragraphs(&guard::words(html)), page.remarks);
    }
    let document = Document::fragment(html);
    let mut context = Context {
        url,
        lang,
        page: &mut page,
    };
    let body = blocks::read(&document.root(), &mut context);
    (body, page.remarks)
}

/// Each line that says something is a paragraph.
fn paragraphs(words: &str) -> Vec<Block> {
    let texts = words.lines().map(text_of).filter(|text| !text.is_empty());
    texts
        .map(|text| Block {
            id: BlockId(0),
            kind: Kind::Paragraph { text, voice: None },
        })
        .collect()
}

#[cfg(test)]
mod tests;

//! Words as Markdown, in the form that `docs/texts.md` describes and the importer reads back to the same blocks.
//!
//! What that form cannot say is written as near as it comes: a line break in a heading or a cell is a space, a picture
//! is a link to its local id, further blocks of a point follow it, and cells lose spans and row headings.

mod block;
mod inline;

use record::{
    body::{Block, BlockId},
    id::DocumentId,
    lang::Lang,
    words::{Authority, Words},
};
use std::fmt::Write as _;

/// What the front matter says beside the words themselves.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Language of the words.
    pub lang: Lang,
    /// Local date, or date and time, that the text bears.
    pub date: Option<record::date::Local>,
    /// Absolute address of the page.
    pub address: &'a str,
    /// The document.
    pub id: DocumentId,
    /// Version of these words.
    pub version: u32,
}

/// A whole file: front matter and body.
pub fn file(head: &Head, words: &Words) -> String {
    let mut out = String::with_capacity(512 + room(&words.body));
    front_matter(head, words, &mut out);
    body(&words.body, &mut out);
    out
}

/// Appends a body. Ids are written where a fresh reading would give others.
pub fn body(body: &[Block], out: &mut String) {
    block::Writer::new(out, !is_fresh(body)).body(body);
}

fn room(body: &[Block]) -> usize {
    body.len() * 512
}

fn front_matter(head: &Head, words: &Words, out: &mut String) {
    out.push_str("+++\n");
    pair("title", &words.title, out);
    optional("summary", words.summary.as_deref(), out);
    optional("slug", words.slug.as_deref(), out);
    if let Some(date) = head.date {
        let _ = writeln!(out, "date = \"{date}\"");
    }
    let _ = writeln!(out, "lang = \"{}\"", head.lang);
    pair("authority", authority(words.authority), out);
    if let Some(source) = &words.source {
        let _ = writeln!(out, "source = \"{}\"", source.lang);
    }
    pair("address", head.address, out);
    let _ = writeln!(out, "id = \"{}\"\nversion = {}", head.id, head.version);
    for label in &words.labels {
        let _ = writeln!(out, "\n[labels.{}]", key(&label.of));
        optional("name", label.name.as_deref(), out);
        optional("role", label.role.as_deref(), out);
        optional("text", label.text.as_deref(), out);
        optional("alt", label.alt.as_deref(), out);
        optional(
            "caption",
            Some(record::body::plain(&label.caption))
                .filter(|c| !c.is_empty())
                .as_deref(),
            out,
        );
        optional("credit", label.credit.as_deref(), out);
    }
    out.push_str("+++\n\n");
}

/// The word that front matter uses for an authority.
fn authority(authority: Authority) -> &'static str {
    match authority {
        Authority::Original => "original",
        Authority::Official => "official",
        Authority::Courtesy => "courtesy",
        Authority::Machine => "machine",
    }
}

fn optional(name: &str, value: Option<&str>, out: &mut String) {
    if let Some(value) = value {
        pair(name, value, out);
    }
}

fn pair(name: &str, value: &str, out: &mut String) {
    out.push_str(name);
    out.push_str(" = ");
    quoted(value, out);
    out.push('\n');
}

/// Bare where TOML allows it: local ids and purposes always are.
fn key(name: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if !name.is_empty() && name.bytes().all(bare) {
        return name.to_owned();
    }
    let mut out = String::new();
    quoted(name, &mut out);
    out
}

/// A basic string of TOML.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// True if the ids are what a first reading gives: 1, 2, 3 … in reading order, each item after its list.
fn is_fresh(body: &[Block]) -> bool {
    let mut next = 1;
    runs_on(body, &mut next)
}

fn runs_on(body: &[Block], next: &mut u32) -> bool {
    body.iter().all(|block| {
        let items = block.kind.items();
        take(block.id, next)
            && if items.is_empty() {
                block.kind.bodies().into_iter().all(|inner| runs_on(inner, next))
            } else {
                items
                    .iter()
                    .all(|item| take(item.id, next) && runs_on(&item.body, next))
            }
    })
}

fn take(id: BlockId, next: &mut u32) -> bool {
    let fits = id.0 == *next;
    *next = next.saturating_add(1);
    fits
}

#[cfg(test)]
mod tests;

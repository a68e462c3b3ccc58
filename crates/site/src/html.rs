//! The HTML of a body: one small function for each kind of block.
//!
//! Every block and every item of a list carries its lasting id; pages add a quiet link to it, feeds do not.

mod block;
mod inline;
mod points;
mod table;
#[cfg(test)]
mod tests;

use crate::{escape, i18n::Tongue};
use record::{
    body::{Block, BlockId, Text, Voice},
    id::DocumentId,
    lang::Lang,
    words::{Label, Words},
};

/// What a body needs to know of the world around it.
pub trait Around {
    /// The `href` of a document of this record, or of a passage of it; `None` if it cannot be shown.
    fn link(&self, id: DocumentId, block: Option<BlockId>) -> Option<String>;
    /// Appends the contact of an office.
    fn office(&self, id: DocumentId, out: &mut String);
}

/// The state of one walk through a body.
pub struct Walk<'w> {
    out: String,
    around: &'w dyn Around,
    tongue: &'w Tongue,
    lang: Lang,
    labels: &'w [Label],
    /// Put before the ids of this page, so that two bodies on one page do not meet; empty as a rule.
    prefix: &'w str,
    /// True for pages: passages carry ids and links to themselves.
    anchors: bool,
    notes: Vec<&'w Text>,
    /// True while a footnote is written: a note inside it stands in brackets.
    in_note: bool,
    voice: Option<&'w Voice>,
}

impl<'w> Walk<'w> {
    /// A walk through the words of a document for a page.
    pub fn new(words: &'w Words, lang: Lang, tongue: &'w Tongue, around: &'w dyn Around) -> Self {
        Self {
            out: String::with_capacity(8 * 1024),
            around,
            tongue,
            lang,
            labels: &words.labels,
            prefix: "",
            anchors: true,
            notes: Vec::new(),
            in_note: false,
            voice: None,
        }
    }

    /// The same without ids and links to passages: for feeds, lead-ins and second bodies on a page.
    #[must_use]
    pub fn without_anchors(self) -> Self {
        Self { anchors: false, ..self }
    }

    /// The same with ids under a prefix.
    #[must_use]
    pub fn with_prefix(self, prefix: &'w str) -> Self {
        Self { prefix, ..self }
    }

    /// The HTML of a body with its footnotes.
    pub fn body(mut self, body: &'w [Block]) -> String {
        self.out.reserve(4096);
        self.blocks(body);
        self.footnotes();
        self.out
    }

    /// The HTML of one text.
    pub fn line(mut self, text: &'w Text) -> String {
        self.inlines(text);
        self.out
    }

    fn push(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    fn text(&mut self, text: &str) {
        escape::push(&mut self.out, text);
    }

    /// ` id="b7"` of a page.
    fn id(&mut self, id: BlockId) {
        if self.anchors {
            self.push(" id=\"");
            self.push(self.prefix);
            push_id(&mut self.out, id);
            self.push("\"");
        }
    }

    /// The link of a passage to itself, at its end; its sign is drawn by the style.
    fn anchor(&mut self, id: BlockId) {
        if !self.anchors {
            return;
        }
        self.push("<a class=\"anchor\" href=\"#");
        self.push(self.prefix);
        push_id(&mut self.out, id);
        self.push("\" aria-label=\"");
        let (before, after) = self.tongue.passage();
        escape::push(&mut self.out, before);
        push_number(&mut self.out, id.0, self.tongue);
        escape::push(&mut self.out, after);
        self.push("\"></a>");
    }

    fn label(&self, n: &str) -> Option<&'w Label> {
        self.labels.iter().find(|label| &*label.of == n)
    }

    fn footnotes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        self.push("<section class=\"notes\" role=\"doc-endnotes\"><h2>");
        self.text(self.tongue.text("notes"));
        self.push("</h2><ol>");
        self.in_note = true;
        let notes = std::mem::take(&mut self.notes);
        for (note, number) in notes.iter().zip(1u32..) {
            self.footnote(note, number);
        }
        self.push("</ol></section>\n");
    }

    fn footnote(&mut self, note: &'w Text, number: u32) {
        let prefix = self.prefix;
        self.push(&format!("<li id=\"{prefix}n{number}\">"));
        self.inlines(note);
        self.push(&format!(
            " <a class=\"back\" href=\"#{prefix}r{number}\" role=\"doc-backlink\" aria-label=\""
        ));
        self.text(self.tongue.text("note-back"));
        self.push("\">\u{21a9}\u{fe0e}</a></li>");
    }
}

fn push_id(out: &mut String, id: BlockId) {
    out.push('b');
    push_decimal(out, id.0);
}

fn push_number(out: &mut String, number: u32, tongue: &Tongue) {
    if tongue.dates.has_own_digits() {
        out.push_str(&tongue.number(number));
    } else {
        push_decimal(out, number);
    }
}

fn push_decimal(out: &mut String, number: u32) {
    if number >= 10 {
        push_decimal(out, number / 10);
    }
    out.push(char::from(b'0' + u8::try_from(number % 10).unwrap_or(0)));
}

//! The HTML of inlines.

use super::Walk;
use crate::escape;
use record::{
    body::{BlockId, Inline, Target, Text},
    id::DocumentId,
    lang::Lang,
};

impl<'w> Walk<'w> {
    pub(super) fn inlines(&mut self, text: &'w [Inline]) {
        for inline in text {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &'w Inline) {
        match inline {
            Inline::Plain(words) => escape::push_text(&mut self.out, words),
            Inline::Em(text) => self.wrapped("em", text),
            Inline::Strong(text) => self.wrapped("strong", text),
            Inline::Quote(text) => self.wrapped("q", text),
            Inline::Sup(text) => self.wrapped("sup", text),
            Inline::Sub(text) => self.wrapped("sub", text),
            Inline::Link { to, text } => self.link(to, text),
            Inline::Lang { lang, text } => self.other_language(*lang, text),
            Inline::Note(text) => self.note_mark(text),
            Inline::Line => self.push("<br>"),
        }
    }

    fn wrapped(&mut self, element: &str, text: &'w Text) {
        self.push("<");
        self.push(element);
        self.push(">");
        self.inlines(text);
        self.push("</");
        self.push(element);
        self.push(">");
    }

    fn link(&mut self, to: &Target, text: &'w Text) {
        match to {
            Target::Href(href) => self.open_link(href),
            Target::Document { id, block } => match self.document(*id, *block) {
                Some(href) => self.open_link(&href),
                // A document that cannot be shown is not linked; its words stay.
                None => return self.inlines(text),
            },
        }
        self.inlines(text);
        self.push("</a>");
    }

    fn open_link(&mut self, href: &str) {
        self.push("<a href=\"");
        escape::push(&mut self.out, href);
        // Telephone numbers run from left to right in every text.
        self.push("\"");
        if href.starts_with("tel:") {
            self.push(crate::frame::left_to_right(self.lang));
        }
        self.push(">");
    }

    fn document(&self, id: DocumentId, block: Option<BlockId>) -> Option<String> {
        self.around.link(id, block)
    }

    fn other_language(&mut self, lang: Lang, text: &'w Text) {
        self.push("<span lang=\"");
        self.push(lang.as_str());
        if lang.is_rtl() != self.lang.is_rtl() {
            self.push("\" dir=\"");
            self.push(lang.direction());
        }
        self.push("\">");
        self.inlines(text);
        self.push("</span>");
    }

    fn note_mark(&mut self, text: &'w Text) {
        if self.in_note {
            self.push(" [");
            self.inlines(text);
            return self.push("]");
        }
        self.notes.push(text);
        let (number, prefix) = (self.notes.len(), self.prefix);
        let shown = self.tongue.number(number);
        let label = self.tongue.bare("note-mark", &[("number", number.into())]);
        self.push(&format!("<sup class=\"note\"><a href=\"#{prefix}n{number}\" id=\"{prefix}r{number}\" role=\"doc-noteref\" aria-label=\""));
        self.text(&label);
        self.push(&format!("\">{shown}</a></sup>"));
    }
}

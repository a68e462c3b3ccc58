//! Words as plain text: one line a paragraph, footnotes gathered at the end, nothing that needs a program to read.

mod inline;
mod table;

use crate::i18n::Tongue;
use inline::Quotes;
use record::{
    body::{Block, BlockId, Inline, Item, Kind, Voice},
    id::DocumentId,
    lang::Lang,
    words::Words,
};
use std::fmt::Write as _;

/// What a text needs to be written out beside its words.
pub struct Context<'a> {
    /// Strings of its language.
    pub tongue: &'a Tongue,
    /// Language of the words.
    pub lang: Lang,
    /// The words, for their labels.
    pub words: &'a Words,
    /// The absolute address of a document, or of a passage of it.
    pub link: &'a dyn Fn(DocumentId, Option<BlockId>) -> String,
    /// The lines that an office's own document gives of it.
    pub contact: &'a dyn Fn(DocumentId) -> Vec<String>,
}

/// Appends a body, each block between empty lines, and its footnotes.
pub fn body(context: &Context, blocks: &[Block], out: &mut String) {
    let mut writer = Writer {
        context,
        out,
        prefix: String::new(),
        begun: false,
        notes: Vec::new(),
        quotes: Quotes::of(context.lang),
    };
    writer.body(blocks);
    writer.notes();
}

/// A text in one line, footnotes left out.
pub fn line(context: &Context, text: &[Inline]) -> String {
    let mut out = String::new();
    inline::push(
        text,
        &Quotes::of(context.lang),
        context.link,
        &mut Vec::new(),
        " ",
        &mut out,
    );
    out
}

struct Writer<'a, 't> {
    context: &'a Context<'a>,
    out: &'a mut String,
    /// What each line begins with.
    prefix: String,
    /// True if the next line is already begun, by the mark of an item.
    begun: bool,
    notes: Vec<&'t [Inline]>,
    quotes: Quotes,
}

impl<'t> Writer<'_, 't> {
    fn body(&mut self, blocks: &'t [Block]) {
        for (at, block) in blocks.iter().enumerate() {
            if at > 0 {
                self.blank();
                if matches!(block.kind, Kind::Heading { .. }) && self.prefix.is_empty() {
                    self.blank();
                }
            }
            self.block(&block.kind);
        }
    }

    fn blank(&mut self) {
        self.out.push_str(self.prefix.trim_end());
        self.out.push('\n');
    }

    fn start(&mut self) {
        if !std::mem::take(&mut self.begun) {
            self.out.push_str(&self.prefix);
        }
    }

    fn plain(&mut self, text: &str) {
        self.start();
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn text(&mut self, before: &str, text: &'t [Inline]) {
        self.start();
        self.out.push_str(before);
        let indent = format!("\n{}", self.prefix);
        inline::push(
            text,
            &self.quotes,
            self.context.link,
            &mut self.notes,
            &indent,
            self.out,
        );
        self.out.push('\n');
    }

    fn inside(&mut self, more: &str, write: impl FnOnce(&mut Self)) {
        let length = self.prefix.len();
        self.prefix.push_str(more);
        write(self);
        self.prefix.truncate(length);
    }

    fn block(&mut self, kind: &'t Kind) {
        match kind {
            Kind::Paragraph { text, .. } | Kind::Heading { text, .. } => self.text("", text),
            Kind::List { ordered, start, items } => self.list(ordered.then_some(start.unwrap_or(1)), items),
            Kind::Points { items, .. } => self.points(items),
            Kind::Quotation { body, voice, cite } => self.quotation(body, voice.as_ref(), cite),
            Kind::Question { body, by } => self.turn("question", by.as_deref(), body),
            Kind::Answer { body, by } => self.turn("answer", by.as_deref(), body),
            Kind::Table { caption, head, rows } => {
                if !caption.is_empty() {
                    self.text("", caption);
                }
                self.table(head, rows);
            }
            Kind::Callout { tone, title, body } => self.callout(tone.word(), title, body),
            Kind::Figure { asset } => self.asset("picture", asset),
            Kind::Attachment { asset } => self.asset("file", asset),
            Kind::Contact { office } => {
                let lines = (self.context.contact)(*office);
                for line in &lines {
                    self.plain(line);
                }
            }
            Kind::Preformatted { plain } => self.inside("    ", |w| plain.split('\n').for_each(|line| w.plain(line))),
            Kind::Break => self.plain("* * *"),
        }
    }

    fn list(&mut self, first: Option<u64>, items: &'t [Item]) {
        for (at, item) in items.iter().enumerate() {
            let mark = first.map_or_else(
                || "- ".to_owned(),
                |first| {
                    let number = first.saturating_add(at as u64).to_string();
                    format!("{}. ", self.context.tongue.dates.digits(&number))
                },
            );
            self.start();
            self.out.push_str(&mark);
            self.begun = true;
            let indent = " ".repeat(mark.chars().count());
            self.inside(&indent, |writer| writer.item(item));
        }
    }

    fn item(&mut self, item: &'t Item) {
        self.text("", &item.text);
        self.body(&item.body);
    }

    /// Points are paragraphs: their ordinals stand in their words.
    fn points(&mut self, items: &'t [Item]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.blank();
            }
            self.text("", &item.text);
            if !item.body.is_empty() {
                self.blank();
                self.inside("  ", |writer| writer.body(&item.body));
            }
        }
    }

    fn quotation(&mut self, body: &'t [Block], voice: Option<&Voice>, cite: &'t [Inline]) {
        let speaker = voice.map(|voice| self.person(&voice.by)).filter(|_| cite.is_empty());
        self.inside("> ", |writer| {
            writer.body(body);
            if !cite.is_empty() {
                writer.text("— ", cite);
            }
            if let Some(speaker) = speaker.filter(|s| !s.is_empty()) {
                writer.plain(&format!("— {speaker}"));
            }
        });
    }

    /// A turn of an exchange: who speaks stands before the first words.
    fn turn(&mut self, role: &str, by: Option<&str>, body: &'t [Block]) {
        let name = by.map(|by| self.name(by)).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| self.context.tongue.text(role).to_owned());
        self.start();
        let _ = write!(self.out, "{name}: ");
        self.begun = true;
        self.body(body);
        self.begun = false;
    }

    fn callout(&mut self, tone: &str, title: &'t [Inline], body: &'t [Block]) {
        let tone = format!("tone-{tone}");
        let word = self.context.tongue.text(&tone);
        self.inside("| ", |writer| {
            if title.is_empty() {
                writer.plain(&format!("[{word}]"));
            } else {
                writer.text(&format!("[{word}] "), title);
            }
            writer.body(body);
        });
    }

    /// Pictures and files are named by their labels.
    fn asset(&mut self, kind: &str, asset: &str) {
        let label = self.context.words.label(asset);
        let word = self.context.tongue.text(kind);
        let name = label
            .and_then(|l| l.alt.as_deref().or(l.name.as_deref()))
            .unwrap_or(asset);
        let mut text = format!("[{word}: {name}]");
        if let Some(label) = label.filter(|l| !l.caption.is_empty()) {
            let _ = write!(text, " {}", line(self.context, &label.caption));
        }
        if let Some(credit) = label.and_then(|l| l.credit.as_deref()) {
            let _ = write!(text, " ({credit})");
        }
        self.plain(&text);
    }

    fn name(&self, local: &str) -> String {
        let label = self.context.words.label(local);
        label.and_then(|l| l.name.as_deref()).unwrap_or_default().to_owned()
    }

    /// Name and role.
    fn person(&self, local: &str) -> String {
        let role = self.context.words.label(local).and_then(|l| l.role.as_deref());
        match (self.name(local), role) {
            (name, Some(role)) if !name.is_empty() => format!("{name}, {role}"),
            (name, _) => name,
        }
    }

    fn notes(&mut self) {
        let notes = std::mem::take(&mut self.notes);
        if notes.is_empty() {
            return;
        }
        self.out.push('\n');
        self.plain(self.context.tongue.text("notes"));
        self.out.push('\n');
        for (at, note) in notes.iter().enumerate() {
            self.text(&format!("[{}] ", at + 1), note);
        }
        self.notes.clear();
    }
}

#[cfg(test)]
mod tests;

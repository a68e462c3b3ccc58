//! Blocks as Markdown. A writer knows what stands before each line: the marks of the quotations and items around it.

use super::inline::{self, Place};
use record::body::{Block, BlockId, Cell, How, Inline, Item, Kind, Voice};
use std::fmt::Write as _;

pub(super) struct Writer<'a> {
    out: &'a mut String,
    /// What each line begins with.
    prefix: String,
    /// True if ids are written.
    ids: bool,
    /// True if the next line is already begun, by the mark of an item.
    begun: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(out: &'a mut String, ids: bool) -> Self {
        Self {
            out,
            prefix: String::new(),
            ids,
            begun: false,
        }
    }

    /// Writes blocks with an empty line between them.
    pub(super) fn body(&mut self, body: &[Block]) {
        // Two lists in a row would be read as one: every second one has other marks.
        let mut other = false;
        for (at, block) in body.iter().enumerate() {
            if at > 0 {
                self.blank();
            }
            let before = at.checked_sub(1).and_then(|at| body.get(at));
            other = !other && before.is_some_and(|before| merges(before, block));
            self.block(block, other);
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

    fn line(&mut self, text: &str) {
        self.start();
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn block(&mut self, block: &Block, other: bool) {
        let id = block.id;
        match &block.kind {
            Kind::Paragraph { text, voice } => self.text("", text, Place::Paragraph, id, voice.as_ref()),
            Kind::Heading { level, text } => {
                let hashes = "####".get(..usize::from(*level)).unwrap_or("##");
                self.text(&format!("{hashes} "), text, Place::Heading, id, None);
            }
            Kind::List { ordered, start, items } => self.list(id, *ordered, start.unwrap_or(1), items, other),
            Kind::Points { items, voice } => self.points(id, items, voice.as_ref()),
            Kind::Quotation { body, voice, cite } => self.quotation(id, body, cite, voice.as_ref()),
            Kind::Question { body, by } => self.fenced("question", by.as_deref(), &[], id, body),
            Kind::Answer { body, by } => self.fenced("answer", by.as_deref(), &[], id, body),
            Kind::Callout { tone, title, body } => self.fenced("callout", Some(tone.word()), title, id, body),
            Kind::Table { caption, head, rows } => self.table(id, caption, head, rows),
            Kind::Contact { office } => self.fenced("contact", Some(&office.to_string()), &[], id, &[]),
            Kind::Figure { asset } => self.asset("!", asset, id),
            Kind::Attachment { asset } => self.asset("", asset, id),
            Kind::Preformatted { plain } => self.preformatted(id, plain),
            Kind::Break => {
                self.line("---");
                self.after(id, None);
            }
        }
    }

    fn text(&mut self, mark: &str, text: &[Inline], place: Place, id: BlockId, voice: Option<&Voice>) {
        self.start();
        self.out.push_str(mark);
        inline::write(text, place, &self.prefix, self.out);
        self.braces(id, voice);
        self.out.push('\n');
    }

    fn braces(&mut self, id: BlockId, voice: Option<&Voice>) {
        if let Some(braces) = self.attributes(id, voice) {
            self.out.push(' ');
            self.out.push_str(&braces);
        }
    }

    /// `{#b7 by=m1 how=reported}`, or nothing.
    fn attributes(&self, id: BlockId, voice: Option<&Voice>) -> Option<String> {
        let voice = voice.map(|voice| {
            let how = match voice.how {
                How::Verbatim => "verbatim",
                How::Reported => "reported",
            };
            format!("by={} how={how}", voice.by)
        });
        match (self.ids, voice) {
            (true, Some(voice)) => Some(format!("{{#{id} {voice}}}")),
            (true, None) => Some(format!("{{#{id}}}")),
            (false, voice) => voice.map(|voice| format!("{{{voice}}}")),
        }
    }

    /// The braces of a block that has no line of its own, in a paragraph that follows it.
    fn after(&mut self, id: BlockId, voice: Option<&Voice>) {
        if let Some(braces) = self.attributes(id, voice) {
            self.blank();
            self.line(&braces);
        }
    }

    fn list(&mut self, id: BlockId, ordered: bool, start: u64, items: &[Item], other: bool) {
        for (at, item) in items.iter().enumerate() {
            let mark = match (ordered, other) {
                (true, false) => format!("{}. ", start.saturating_add(at as u64)),
                (true, true) => format!("{}) ", start.saturating_add(at as u64)),
                (false, false) => "- ".to_owned(),
                (false, true) => "* ".to_owned(),
            };
            self.start();
            self.out.push_str(&mark);
            self.inside(&" ".repeat(mark.len()), |writer| writer.item(item));
        }
        self.after(id, None);
    }

    fn item(&mut self, item: &Item) {
        self.begun = true;
        self.text("", &item.text, Place::Paragraph, item.id, None);
        if !item.body.is_empty() {
            self.blank();
            self.body(&item.body);
        }
    }

    fn inside(&mut self, more: &str, write: impl FnOnce(&mut Self)) {
        let length = self.prefix.len();
        self.prefix.push_str(more);
        write(self);
        self.prefix.truncate(length);
    }

    fn points(&mut self, id: BlockId, items: &[Item], voice: Option<&Voice>) {
        self.start();
        self.out.push_str("::: points");
        self.braces(id, voice);
        self.out.push('\n');
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.blank();
            }
            self.text("", &item.text, Place::Paragraph, item.id, None);
            if !item.body.is_empty() {
                self.blank();
                self.body(&item.body);
            }
        }
        self.line(":::");
    }

    fn quotation(&mut self, id: BlockId, body: &[Block], cite: &[Inline], voice: Option<&Voice>) {
        self.start();
        self.out.push_str("> ");
        self.begun = true;
        self.inside("> ", |writer| {
            writer.body(body);
            if !cite.is_empty() {
                if !body.is_empty() {
                    writer.blank();
                }
                writer.start();
                writer.out.push_str("— ");
                inline::write(cite, Place::OneLine, "", writer.out);
                writer.out.push('\n');
            }
        });
        self.after(id, voice);
    }

    /// `::: word argument Title {#b7}` … `:::`.
    fn fenced(&mut self, word: &str, argument: Option<&str>, title: &[Inline], id: BlockId, body: &[Block]) {
        self.start();
        self.out.push_str("::: ");
        self.out.push_str(word);
        if let Some(part) = argument {
            self.out.push(' ');
            self.out.push_str(part);
        }
        if !title.is_empty() {
            self.out.push(' ');
            inline::write(title, Place::OneLine, "", self.out);
        }
        self.braces(id, None);
        self.out.push('\n');
        self.body(body);
        self.line(":::");
    }

    fn table(&mut self, id: BlockId, caption: &[Inline], head: &[Cell], rows: &[Vec<Cell>]) {
        if !caption.is_empty() {
            self.start();
            self.out.push_str("Table: ");
            inline::write(caption, Place::OneLine, "", self.out);
            self.out.push('\n');
        }
        let columns = |row: &[Cell]| row.iter().map(|c| c.span.unwrap_or(1).min(100)).sum::<u64>();
        let width = rows
            .iter()
            .map(|row| columns(row))
            .chain([columns(head)])
            .max()
            .unwrap_or(1);
        self.row(head, width);
        self.line(&format!("|{}", " --- |".repeat(usize::try_from(width).unwrap_or(1))));
        for row in rows {
            self.row(row, width);
        }
        self.after(id, None);
    }

    /// A cell that takes several columns is followed by empty ones.
    fn row(&mut self, cells: &[Cell], width: u64) {
        self.start();
        self.out.push('|');
        let mut used = 0;
        for cell in cells {
            let span = cell.span.unwrap_or(1).clamp(1, 100);
            used += span;
            self.out.push(' ');
            inline::write(&cell.text, Place::Cell, "", self.out);
            self.out.push_str(" |");
            (1..span).for_each(|_| self.out.push_str("  |"));
        }
        (used..width).for_each(|_| self.out.push_str("  |"));
        self.out.push('\n');
    }

    fn asset(&mut self, mark: &str, asset: &str, id: BlockId) {
        self.start();
        let _ = write!(self.out, "{mark}[{asset}](asset:{asset})");
        self.braces(id, None);
        self.out.push('\n');
    }

    /// Fenced with more backticks than the text has in a row.
    fn preformatted(&mut self, id: BlockId, plain: &str) {
        let longest = plain.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        self.line(&fence);
        plain.split('\n').for_each(|line| self.line(line));
        self.line(&fence);
        self.after(id, None);
    }
}

/// True if two blocks in a row would be read as one list.
fn merges(before: &Block, block: &Block) -> bool {
    match (&before.kind, &block.kind) {
        (Kind::List { ordered, .. }, Kind::List { ordered: other, .. }) => ordered == other,
        _ => false,
    }
}

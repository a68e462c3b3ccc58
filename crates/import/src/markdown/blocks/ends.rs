//! What becomes of a block when it ends.

use super::{Builder, Open, Quote, cite};
use crate::{
    markdown::{
        MAX_DEPTH,
        attributes::{Attributes, block, paragraph},
    },
    words::{typed, written},
};
use pulldown_cmark::HeadingLevel;
use record::body::{Cell, Item, Kind};
use std::ops::Range;

impl Builder<'_, '_, '_> {
    pub(super) fn end_paragraph(&mut self, at: usize) {
        let (raw, attributes) = self.take_raw(at);
        let in_quote = matches!(self.open.last(), Some(Open::Quote(_)));
        let kept = in_quote.then(|| raw.clone());
        let text = written(raw);
        if text.is_empty() {
            return self.stray(attributes);
        }
        if let Some(Open::Item { item, .. }) = self.open.last_mut()
            && item.text.is_empty()
            && item.body.is_empty()
        {
            item.text = text;
            return self.item_attributes(attributes);
        }
        let mut made = paragraph(text);
        if let Some((attributes, at)) = attributes {
            self.reader.apply(&attributes, &mut made, at);
        }
        self.push(made);
        if let Some(Open::Quote(quote)) = self.open.last_mut() {
            quote.last = kept;
        }
    }

    /// Braces that make up a paragraph inside a quotation or item belong to the block before them.
    fn stray(&mut self, attributes: Option<(Attributes, usize)>) {
        let Some((attributes, at)) = attributes else { return };
        let last = match self.open.last_mut() {
            Some(Open::Root(blocks)) => blocks.pop(),
            Some(Open::Quote(quote)) => quote.blocks.pop(),
            Some(Open::Item { item, .. }) => item.body.pop(),
            _ => None,
        };
        match last {
            Some(mut block) => {
                self.reader.apply(&attributes, &mut block, at);
                self.push(block);
            }
            None => self
                .reader
                .problems
                .add(at, "braces stand behind a block: here is none before them"),
        }
    }

    fn item_attributes(&mut self, attributes: Option<(Attributes, usize)>) {
        let Some((attributes, at)) = attributes else { return };
        if attributes.voice.is_some() {
            self.reader.problems.add(at, "an item of a list has no `by` and `how`");
        }
        if let Some(id) = attributes.id {
            self.reader.fix_id(id, at);
            if let Some(Open::Item { item, .. }) = self.open.last_mut() {
                item.id = id;
            }
        }
    }

    pub(super) fn end_heading(&mut self, level: HeadingLevel, range: Range<usize>) {
        let (text, attributes) = self.take_text(range.start);
        let source = self.stretch.get(range.clone()).unwrap_or_default();
        let underlined = !source.trim_start().starts_with('#');
        let level = level as u8;
        if underlined {
            self.add(
                range.start,
                "a line of `-` or `=` below words makes a heading: write `## words`, or leave a line empty before a break",
            );
        } else if !(2..=4).contains(&level) {
            self.add(
                range.start,
                "headings are `##`, `###` and `####`; the title stands in the front matter",
            );
        } else if text.is_empty() {
            self.add(range.start, "a heading needs words");
        } else {
            let mut made = block(Kind::Heading { level, text });
            if let Some((attributes, at)) = attributes {
                self.reader.apply(&attributes, &mut made, at);
            }
            self.push(made);
        }
    }

    pub(super) fn end_cell(&mut self, at: usize) {
        let (text, attributes) = self.take_text(at);
        if let Some((_, at)) = attributes {
            self.reader
                .problems
                .add(at, "a cell has no id: write the braces below the table");
        }
        if let Some(Open::Table { row, .. }) = self.open.last_mut() {
            row.push(Cell {
                text,
                ..Cell::default()
            });
        }
    }

    pub(super) fn end_row(&mut self, is_head: bool) {
        if let Some(Open::Table { head, rows, row }) = self.open.last_mut() {
            let cells = std::mem::take(row);
            if is_head {
                *head = cells;
            } else {
                rows.push(cells);
            }
        }
    }

    pub(super) fn end_block(&mut self, at: usize) {
        let too_deep = self.depth >= MAX_DEPTH;
        let Some(closed) = self.open.pop() else { return };
        if matches!(closed, Open::Quote(_) | Open::Item { .. }) {
            self.depth = self.depth.saturating_sub(1);
        }
        match closed {
            Open::Root(blocks) => self.open.push(Open::Root(blocks)),
            // What is too deep was told; it is flattened, so that nothing below has to go deep either.
            Open::Quote(quote) if too_deep => quote.blocks.into_iter().for_each(|b| self.push(b)),
            Open::Quote(quote) => self.quotation(quote),
            Open::List { start, items } => self.list(start, items),
            Open::Item { item, at } => self.item(item, at, too_deep),
            Open::Table { head, rows, .. } => self.table(head, rows, at),
            Open::Code(plain) => self.preformatted(&plain),
            Open::Dropped => {}
        }
    }

    fn quotation(&mut self, mut quote: Quote) {
        let cite = cite::take(&mut quote);
        if quote.blocks.is_empty() {
            return self.add(
                quote.at,
                "a quotation needs words before the line that names its source",
            );
        }
        self.push(block(Kind::Quotation {
            body: quote.blocks,
            voice: None,
            cite,
        }));
    }

    fn list(&mut self, start: Option<u64>, items: Vec<Item>) {
        if !items.is_empty() {
            self.push(block(Kind::List {
                ordered: start.is_some(),
                start: start.filter(|n| *n != 1),
                items,
            }));
        }
    }

    fn item(&mut self, item: Item, at: usize, too_deep: bool) {
        if item.text.is_empty() {
            self.add(at, "an item of a list begins with words");
        }
        let mut item = item;
        if too_deep {
            item.body.clear();
        }
        if let Some(Open::List { items, .. }) = self.open.last_mut() {
            items.push(item);
        }
    }

    fn table(&mut self, mut head: Vec<Cell>, rows: Vec<Vec<Cell>>, at: usize) {
        if rows.is_empty() {
            return self.add(at, "a table needs a row below its head");
        }
        if head.iter().all(|cell| cell.text.is_empty()) {
            head.clear();
        }
        let is_first = matches!(self.open.as_slice(), [Open::Root(blocks)] if blocks.is_empty());
        let given = is_first.then(|| self.reader.caption.take()).flatten();
        let Some((caption, _)) = given.filter(|(text, _)| !text.is_empty()) else {
            return self.add(
                at,
                "a table needs a caption: write `Table: what it shows` on the line straight above it",
            );
        };
        self.push(block(Kind::Table { caption, head, rows }));
    }

    fn preformatted(&mut self, plain: &str) {
        let plain = typed(plain);
        if !plain.trim().is_empty() {
            self.push(block(Kind::Preformatted { plain }));
        }
    }
}

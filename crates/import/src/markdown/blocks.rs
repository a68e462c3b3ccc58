//! Events of pulldown-cmark become blocks.

use super::{
    MAX_DEPTH, Reader,
    attributes::{self, Attributes, block, paragraph},
    inlines::{Inlines, Span},
};
use crate::{
    problem::shown,
    words::{typed, written},
};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use record::body::{Block, BlockId, Cell, Inline, Item, Kind, Target, Text};
use std::ops::Range;

/// Reads a stretch that begins at `base` of the source and adds its blocks to the innermost container.
pub(super) fn read(reader: &mut Reader<'_>, stretch: &str, base: usize) {
    let parser = Parser::new_ext(stretch, Options::ENABLE_TABLES);
    for (label, definition) in parser.reference_definitions().iter() {
        let message = format!(
            "`[{}]: …` is not read: write the address in the text, [words](https://…)",
            shown(label)
        );
        reader.problems.add(base + definition.span.start, message);
    }
    let depth = reader.open.len() - 1;
    let mut builder = Builder {
        reader,
        depth,
        stretch,
        base,
        open: vec![Open::Root(Vec::new())],
        inlines: None,
    };
    for (event, range) in parser.into_offset_iter() {
        builder.event(event, range);
    }
    let blocks = builder.finish();
    reader.blocks().extend(blocks);
}

/// What is being read, outermost first.
enum Open {
    Root(Vec<Block>),
    Quote(Quote),
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    Item {
        item: Item,
        at: usize,
    },
    Table {
        head: Vec<Cell>,
        rows: Vec<Vec<Cell>>,
        row: Vec<Cell>,
    },
    Code(String),
    /// HTML, told once and passed over.
    Dropped,
}

/// An open quotation.
struct Quote {
    blocks: Vec<Block>,
    at: usize,
    /// The last block's text with its line ends, if it is a paragraph: its last line may name the source.
    last: Option<Text>,
}

struct Builder<'r, 'a, 's> {
    reader: &'r mut Reader<'a>,
    stretch: &'s str,
    base: usize,
    open: Vec<Open>,
    /// How deep a block pushed now would stand, less one.
    depth: usize,
    inlines: Option<Inlines<'s>>,
}

impl<'s> Builder<'_, '_, 's> {
    fn add(&mut self, at: usize, message: impl Into<String>) {
        self.reader.problems.add(self.base + at, message);
    }

    fn event(&mut self, event: Event<'s>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(words) => self.text(&words, range),
            Event::SoftBreak => {
                let after = range.end;
                self.inlines().soft_break(after);
            }
            Event::HardBreak => self.hard_break(range),
            Event::Rule => self.push(block(Kind::Break)),
            Event::Code(_) => self.add(
                range.start,
                "words in backticks have no place here: leave the backticks out",
            ),
            Event::Html(_) | Event::InlineHtml(_) => self.html(range.start),
            _ => self.add(range.start, "this mark is not of our Markdown: write it in words"),
        }
    }

    fn html(&mut self, at: usize) {
        if !matches!(self.open.last(), Some(Open::Dropped)) {
            self.add(
                at,
                "HTML is not taken: write it in Markdown, or `\\<` for the character itself",
            );
        }
    }

    fn text(&mut self, words: &str, range: Range<usize>) {
        match self.open.last_mut() {
            Some(Open::Code(plain)) => plain.push_str(words),
            Some(Open::Dropped) => {}
            _ => {
                let (stretch, base) = (self.stretch, self.base);
                let inlines = self.inlines.get_or_insert_with(|| Inlines::new(stretch, base));
                inlines.text(words, range, &mut self.reader.problems);
            }
        }
    }

    /// Two spaces at the end of a line cannot be seen and mean nothing; a backslash is a line break.
    fn hard_break(&mut self, range: Range<usize>) {
        let asked = self.stretch.as_bytes().get(range.start) == Some(&b'\\');
        if asked {
            self.inlines().line();
        } else {
            self.inlines().soft_break(range.end);
        }
    }

    fn inlines(&mut self) -> &mut Inlines<'s> {
        let (stretch, base) = (self.stretch, self.base);
        self.inlines.get_or_insert_with(|| Inlines::new(stretch, base))
    }

    fn start(&mut self, tag: Tag<'s>, range: Range<usize>) {
        let at = range.start;
        match tag {
            Tag::Emphasis => self.inlines().open(Span::Em),
            Tag::Strong => self.inlines().open(Span::Strong),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => {
                let target = self.target(link_type, &dest_url, &title, at);
                self.inlines().open(Span::Link(target));
            }
            Tag::Image { .. } => {
                self.add(
                    at,
                    "pictures are not taken yet: leave it out, or write a link to its page",
                );
                self.inlines().open(Span::Dropped);
            }
            _ => {
                self.loose(at);
                self.start_block(tag, at);
            }
        }
    }

    fn start_block(&mut self, tag: Tag<'s>, at: usize) {
        match tag {
            Tag::BlockQuote(_) => self.nest(
                Open::Quote(Quote {
                    blocks: Vec::new(),
                    at,
                    last: None,
                }),
                at,
            ),
            Tag::List(start) => self.open.push(Open::List {
                start,
                items: Vec::new(),
            }),
            Tag::Item => self.nest(
                Open::Item {
                    item: Item {
                        body: Vec::new(),
                        id: BlockId(0),
                        text: Text::new(),
                    },
                    at,
                },
                at,
            ),
            Tag::Table(_) => self.open.push(Open::Table {
                head: Vec::new(),
                rows: Vec::new(),
                row: Vec::new(),
            }),
            Tag::CodeBlock(kind) => {
                if let CodeBlockKind::Fenced(info) = kind
                    && info.contains('{')
                {
                    self.add(
                        at,
                        "braces with the id of such a block stand on a line of their own below it",
                    );
                }
                self.open.push(Open::Code(String::new()));
            }
            Tag::HtmlBlock => {
                self.html(at);
                self.open.push(Open::Dropped);
            }
            _ => {
                self.inlines();
            }
        }
    }

    /// Opens what holds blocks; deeper than the record allows is told.
    fn nest(&mut self, open: Open, at: usize) {
        self.depth += 1;
        if self.depth == MAX_DEPTH {
            self.add(at, format!("blocks stand more than {MAX_DEPTH} deep inside each other"));
        }
        self.open.push(open);
    }

    fn target(&mut self, kind: LinkType, address: &str, title: &str, at: usize) -> Option<Target> {
        if !title.is_empty() {
            self.add(at, "a link has no title: leave out what stands in quotation marks");
        }
        if kind == LinkType::Email {
            return Target::href(&format!("mailto:{address}"));
        }
        let found = match address.strip_prefix("doc:") {
            Some(name) => return self.document(name, at),
            None => href(address),
        };
        if found.is_none() {
            let message = format!(
                "`{}` is no address for a link: write https://…, http://…, mailto:…, tel:… or doc:name",
                shown(address)
            );
            self.add(at, message);
        }
        found
    }

    fn document(&mut self, name: &str, at: usize) -> Option<Target> {
        let (name, passage) = name.split_once('#').map_or((name, None), |(n, p)| (n, Some(p)));
        let found = (self.reader.resolve)(name);
        if found.is_none() {
            let message = format!(
                "no document `{}`: write its name in this folder, or its id",
                shown(name)
            );
            self.add(at, message);
        }
        let block = passage.map(attributes::number);
        if block == Some(None) {
            self.add(
                at,
                "behind `#` stands the id of a block, `b` and a number, such as doc:name#b3",
            );
        }
        found.map(|id| Target::Document {
            id,
            block: block.flatten(),
        })
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        let at = range.start;
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image => {
                if let Some(inlines) = &mut self.inlines {
                    inlines.close(at, &mut self.reader.problems);
                }
            }
            TagEnd::Paragraph => self.end_paragraph(at),
            TagEnd::Heading(level) => self.end_heading(level, range),
            TagEnd::TableCell => self.end_cell(at),
            TagEnd::TableHead | TagEnd::TableRow => self.end_row(tag == TagEnd::TableHead),
            _ => {
                self.loose(at);
                self.end_block(at);
            }
        }
    }

    fn take_text(&mut self, at: usize) -> (Text, Option<(Attributes, usize)>) {
        let (raw, attributes) = self.take_raw(at);
        (written(raw), attributes)
    }

    /// The text that was collected, with its line ends.
    fn take_raw(&mut self, at: usize) -> (Text, Option<(Attributes, usize)>) {
        let Some(inlines) = self.inlines.take() else {
            return (Text::new(), None);
        };
        let (text, attributes) = inlines.finish(&mut self.reader.problems);
        if has_empty_link(&text) {
            self.add(at, "a link needs words that say where it leads");
        }
        (text, attributes)
    }

    /// Text of a tight item, which the parser gives without a paragraph.
    fn loose(&mut self, at: usize) {
        if self.inlines.is_some() {
            self.end_paragraph(at);
        }
    }

    fn end_paragraph(&mut self, at: usize) {
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

    fn end_heading(&mut self, level: HeadingLevel, range: Range<usize>) {
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

    fn end_cell(&mut self, at: usize) {
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

    fn end_row(&mut self, is_head: bool) {
        if let Some(Open::Table { head, rows, row }) = self.open.last_mut() {
            let cells = std::mem::take(row);
            if is_head {
                *head = cells;
            } else {
                rows.push(cells);
            }
        }
    }

    fn end_block(&mut self, at: usize) {
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
        let cite = take_cite(&mut quote);
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

    fn push(&mut self, made: Block) {
        match self.open.last_mut() {
            Some(Open::Root(blocks)) => blocks.push(made),
            Some(Open::Quote(quote)) => {
                quote.blocks.push(made);
                quote.last = None;
            }
            Some(Open::Item { item, .. }) => item.body.push(made),
            _ => {}
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.loose(0);
        while self.open.len() > 1 {
            self.end_block(0);
        }
        match self.open.pop() {
            Some(Open::Root(blocks)) => blocks,
            _ => Vec::new(),
        }
    }
}

/// An address with its scheme in small letters, if a link may lead there.
fn href(address: &str) -> Option<Target> {
    let (scheme, rest) = address.split_once(':')?;
    Target::href(&format!("{}:{rest}", scheme.to_ascii_lowercase()))
}

/// A link without words, which the written form would drop in silence.
fn has_empty_link(text: &[Inline]) -> bool {
    text.iter().any(|inline| match inline {
        Inline::Link { text, .. } => text.is_empty(),
        Inline::Em(t) | Inline::Strong(t) | Inline::Quote(t) | Inline::Note(t) | Inline::Lang { text: t, .. } => {
            has_empty_link(t)
        }
        _ => false,
    })
}

/// Takes the last line of a quotation if it begins with a dash: it names the source.
fn take_cite(quote: &mut Quote) -> Text {
    let (Some(raw), Some(Kind::Paragraph { text, .. })) =
        (quote.last.take(), quote.blocks.last_mut().map(|b| &mut b.kind))
    else {
        return Text::new();
    };
    let Some((before, cite)) = split_cite(&raw) else {
        return Text::new();
    };
    *text = before;
    if text.is_empty() {
        quote.blocks.pop();
    }
    cite
}

/// Parts a text before a dash at the beginning of its last line.
fn split_cite(raw: &Text) -> Option<(Text, Text)> {
    for (place, inline) in raw.iter().enumerate().rev() {
        let start = match inline {
            Inline::Line => Some((place + 1, 0)),
            Inline::Plain(words) => words.rfind('\n').map(|at| (place, at + 1)),
            _ => None,
        };
        if let Some((place, at)) = start.or((place == 0).then_some((0, 0))) {
            return cut_cite(raw, place, at);
        }
    }
    None
}

fn cut_cite(raw: &Text, place: usize, at: usize) -> Option<(Text, Text)> {
    let Inline::Plain(words) = raw.get(place)? else {
        return None;
    };
    let (before, last) = words.split_at_checked(at)?;
    let name = last
        .trim_start()
        .strip_prefix(['—', '―'])?
        .trim_start_matches(['—', '―']);
    let mut head = raw.get(..place)?.to_vec();
    head.push(Inline::Plain(before.to_owned()));
    if before.is_empty() {
        head.truncate(place.saturating_sub(1));
    }
    let mut cite = vec![Inline::Plain(name.to_owned())];
    cite.extend(raw.get(place + 1..)?.iter().cloned());
    Some((written(head), written(cite)))
}

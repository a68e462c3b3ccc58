//! Events of pulldown-cmark become blocks.

mod cite;
mod ends;
mod target;

use super::{
    MAX_DEPTH, Reader,
    attributes::{Attributes, block},
    inlines::{Inlines, Span},
};
use crate::{problem::shown, words::written};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use record::body::{Block, BlockId, Cell, Inline, Item, Kind, Text};
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

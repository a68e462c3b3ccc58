//! Elements become blocks: what the closed set knows is kept, the rest is told.

use super::{
    address::{self, Link},
    table,
    tags::{Part, part},
};
use crate::{
    candidate::{About, Candidate},
    language_tag, ordinals,
    problem::shown,
    words::{squeeze, typed, weight, written},
};
use dom_query::NodeRef;
use record::{
    body::{Block, BlockId, Inline, Item, Kind, Text},
    lang::Lang,
};

/// How deep elements are followed one by one; below that only their words are taken.
const MAX_DEPTH: usize = 200;
/// How deep blocks may stand inside blocks.
const MAX_BLOCKS: usize = 5;

/// What is known while a page is turned into blocks.
pub(super) struct Context<'p> {
    /// Address of the page.
    pub(super) url: Option<&'p str>,
    /// Language of the page.
    pub(super) lang: Option<Lang>,
    /// Where remarks go.
    pub(super) page: &'p mut Candidate,
}

/// The blocks of an element, headings from level 2 on, enumerations gathered.
pub(super) fn read(root: &NodeRef<'_>, context: &mut Context<'_>) -> Vec<Block> {
    let mut walk = Walk::new(context, 0);
    walk.children(root, 0);
    let mut blocks = walk.finish();
    level(&mut blocks);
    ordinals::gather(blocks)
}

/// One run through elements that makes blocks of one level.
pub(super) struct Walk<'c, 'p> {
    context: &'c mut Context<'p>,
    /// How many blocks stand around this level.
    nested: usize,
    blocks: Vec<Block>,
    run: Text,
    /// Language of the elements around, where it is not that of the page.
    lang: Option<Lang>,
}

impl<'c, 'p> Walk<'c, 'p> {
    pub(super) fn new(context: &'c mut Context<'p>, nested: usize) -> Self {
        Self {
            context,
            nested,
            blocks: Vec::new(),
            run: Text::new(),
            lang: None,
        }
    }

    pub(super) fn finish(mut self) -> Vec<Block> {
        self.end_paragraph();
        self.blocks
    }

    pub(super) fn children(&mut self, node: &NodeRef<'_>, depth: usize) {
        if depth > MAX_DEPTH {
            return self.run.push(Inline::Plain(squeeze(&node.text())));
        }
        for child in node.children_it(false) {
            self.node(&child, depth + 1);
        }
    }

    fn node(&mut self, node: &NodeRef<'_>, depth: usize) {
        if node.is_text() {
            return self.run.push(Inline::Plain(squeeze(&node.text())));
        }
        let Some(name) = node.node_name().filter(|_| node.is_element()) else {
            return;
        };
        if is_hidden(node) {
            return;
        }
        let outer = self.lang;
        let own = self.language(node);
        match part(&name) {
            Part::Inline if !holds_blocks(node, depth) => return self.inline(node, &name, own, depth),
            Part::Line => return self.line(),
            Part::Silent => return,
            Part::Picture => return self.picture(node, &name),
            Part::Embedded => return self.left_out(&name),
            block => {
                self.lang = own.or(outer);
                self.end_paragraph_with(outer);
                self.block(node, block, depth);
            }
        }
        self.end_paragraph();
        self.lang = outer;
    }

    /// The language of an element, where it states one that is not the page's.
    fn language(&self, node: &NodeRef<'_>) -> Option<Lang> {
        let tag = node.attr("lang").or_else(|| node.attr("xml:lang"))?;
        let lang = language_tag::read(&tag)?;
        let same = self.context.lang.is_some_and(|page| page.primary() == lang.primary());
        (!same && self.context.lang.is_some()).then_some(lang)
    }

    fn block(&mut self, node: &NodeRef<'_>, part: Part, depth: usize) {
        match part {
            Part::Heading(level) => self.heading(node, level, depth),
            Part::List(ordered) => self.list(node, ordered, depth),
            Part::Definitions => self.definitions(node, depth),
            Part::Quotation if self.nested < MAX_BLOCKS => self.quotation(node, depth),
            Part::Table => self.table(node, depth),
            Part::Preformatted => self.preformatted(node),
            Part::Rule => self.push(Kind::Break),
            _ => self.children(node, depth),
        }
    }

    fn push(&mut self, kind: Kind) {
        self.blocks.push(Block { id: BlockId(0), kind });
    }

    fn end_paragraph(&mut self) {
        self.end_paragraph_with(self.lang);
    }

    fn end_paragraph_with(&mut self, lang: Option<Lang>) {
        let text = self.take(lang);
        if !text.is_empty() {
            self.push(Kind::Paragraph { text, voice: None });
        }
    }

    /// The run in written form, marked with its language.
    fn take(&mut self, lang: Option<Lang>) -> Text {
        let text = tidy(std::mem::take(&mut self.run));
        match lang {
            Some(lang) if !text.is_empty() => vec![Inline::Lang { lang, text }],
            _ => text,
        }
    }

    /// The inlines of an element alone.
    fn inner(&mut self, node: &NodeRef<'_>, depth: usize) -> Text {
        let outer = std::mem::take(&mut self.run);
        self.children(node, depth);
        std::mem::replace(&mut self.run, outer)
    }

    fn inline(&mut self, node: &NodeRef<'_>, name: &str, lang: Option<Lang>, depth: usize) {
        let text = self.inner(node, depth);
        let text = match lang {
            Some(lang) if !written(text.clone()).is_empty() => vec![Inline::Lang { lang, text }],
            _ => text,
        };
        match name {
            "em" | "i" | "cite" | "dfn" | "var" => self.run.push(Inline::Em(text)),
            "strong" | "b" => self.run.push(Inline::Strong(text)),
            "q" => self.run.push(Inline::Quote(text)),
            "sup" => self.run.push(Inline::Sup(text)),
            "sub" => self.run.push(Inline::Sub(text)),
            "a" => self.link(node, text),
            _ => self.run.extend(text),
        }
    }

    fn link(&mut self, node: &NodeRef<'_>, text: Text) {
        let Some(href) = node.attr("href") else {
            return self.run.extend(text);
        };
        match address::link(&href, self.context.url) {
            Link::To(to) if !has_link(&text) => self.run.push(Inline::Link { to, text }),
            Link::Lost if !written(text.clone()).is_empty() => {
                let what = format!("the address of a link was not taken along: {}", shown(&href));
                self.context.page.remark(None, About::Link, what);
                self.run.extend(text);
            }
            _ => self.run.extend(text),
        }
    }

    /// One break is a line; two are the end of a paragraph.
    fn line(&mut self) {
        while matches!(self.run.last(), Some(Inline::Plain(words)) if words.trim().is_empty()) {
            self.run.pop();
        }
        if matches!(self.run.last(), Some(Inline::Line)) {
            self.end_paragraph();
        } else if !self.run.is_empty() {
            self.run.push(Inline::Line);
        }
    }

    fn picture(&mut self, node: &NodeRef<'_>, name: &str) {
        let words = match name {
            "img" => node.attr("alt").unwrap_or_default(),
            _ => node.text(),
        };
        let source = node.attr("src").unwrap_or_default();
        let words = crate::words::line(&words);
        if name == "figcaption" {
            let what = format!("the caption of a picture was left out: {}", shown(&words));
            return self.context.page.remark(None, About::Picture, what);
        }
        // What is one pixel wide counts visitors.
        let is_dot = ["width", "height"]
            .iter()
            .any(|a| matches!(node.attr(a).as_deref(), Some("0" | "1")));
        if !is_dot && !source.is_empty() {
            let address = address::absolute(&source, self.context.url).unwrap_or_else(|| source.to_string());
            let what = format!("a picture was not taken along: {} {}", shown(&words), shown(&address));
            self.context.page.remark(None, About::Picture, what);
        }
    }

    fn left_out(&mut self, name: &str) {
        self.context
            .page
            .remark(None, About::LeftOut, format!("an element `{name}` was left out"));
    }

    fn heading(&mut self, node: &NodeRef<'_>, level: u8, depth: usize) {
        self.children(node, depth);
        let text: Text = self
            .take(self.lang)
            .into_iter()
            .filter(|i| *i != Inline::Line)
            .collect();
        let text = written(text);
        if !text.is_empty() {
            self.push(Kind::Heading { level, text });
        }
    }

    fn list(&mut self, node: &NodeRef<'_>, ordered: bool, depth: usize) {
        let mut items = Vec::new();
        for child in node.children_it(false).filter(NodeRef::is_element) {
            items.extend(self.item(&child, depth + 1));
        }
        if items.is_empty() {
            return;
        }
        let start = node.attr("start").and_then(|n| n.trim().parse().ok());
        let start = start.filter(|n: &u64| ordered && *n != 1 && *n < 1_000_000);
        self.push(Kind::List { ordered, start, items });
    }

    /// An item: its first paragraph is its text; one that begins otherwise gives its blocks as items of their own.
    fn item(&mut self, node: &NodeRef<'_>, depth: usize) -> Vec<Item> {
        let mut body = self.nested_blocks(node, depth);
        let text = match body.first_mut().map(|b| &mut b.kind) {
            Some(Kind::Paragraph { text, .. } | Kind::Heading { text, .. }) => std::mem::take(text),
            _ => Text::new(),
        };
        if text.is_empty() {
            return body.into_iter().flat_map(|block| items_of(block.kind)).collect();
        }
        body.remove(0);
        body.retain(|block| !matches!(block.kind, Kind::Heading { .. }) && self.nested + 1 < MAX_BLOCKS);
        vec![Item {
            body,
            id: BlockId(0),
            text,
        }]
    }

    fn nested_blocks(&mut self, node: &NodeRef<'_>, depth: usize) -> Vec<Block> {
        let lang = self.lang;
        let mut walk = Walk::new(self.context, self.nested + 1);
        walk.lang = lang;
        walk.children(node, depth);
        walk.finish()
    }

    fn definitions(&mut self, node: &NodeRef<'_>, depth: usize) {
        for child in node.children_it(false).filter(NodeRef::is_element) {
            let is_term = child.has_name("dt");
            let from = self.blocks.len();
            self.children(&child, depth + 1);
            self.end_paragraph();
            for block in self.blocks.iter_mut().skip(from).filter(|_| is_term) {
                if let Kind::Paragraph { text, .. } = &mut block.kind {
                    *text = vec![Inline::Strong(std::mem::take(text))];
                }
            }
        }
    }

    fn quotation(&mut self, node: &NodeRef<'_>, depth: usize) {
        let mut body = self.nested_blocks(node, depth);
        body.retain(|block| !matches!(block.kind, Kind::Heading { .. }));
        if body.is_empty() {
            return;
        }
        let cite = take_cite(&mut body);
        self.push(Kind::Quotation {
            body,
            voice: None,
            cite,
        });
    }

    fn table(&mut self, node: &NodeRef<'_>, depth: usize) {
        if !table::is_data(node) {
            return self.children(node, depth);
        }
        if !node.descendants_it().any(|inner| inner.has_name("caption")) {
            let what = "a table has no caption: words of its first row were taken";
            self.context.page.remark(None, About::Text, what);
        }
        let mut cell = |node: &NodeRef<'_>| {
            let mut walk = Walk::new(self.context, self.nested + 1);
            walk.children(node, depth + 2);
            one_text(walk.finish())
        };
        match table::read(node, &mut cell) {
            Some(kind) => self.push(kind),
            None => self.children(node, depth),
        }
    }

    fn preformatted(&mut self, node: &NodeRef<'_>) {
        let plain = typed(&node.text());
        if !plain.trim().is_empty() {
            self.push(Kind::Preformatted { plain });
        }
    }
}

/// Written form, without line breaks and wide spaces at the ends.
fn tidy(text: Text) -> Text {
    let text = written(text);
    let says =
        weight(&record::body::plain(&text)) > 0 || record::body::plain(&text).chars().any(|c| !c.is_whitespace());
    if says { text } else { Text::new() }
}

fn has_link(text: &[Inline]) -> bool {
    text.iter().any(|inline| match inline {
        Inline::Link { .. } => true,
        Inline::Em(t) | Inline::Strong(t) | Inline::Quote(t) | Inline::Sup(t) | Inline::Sub(t) => has_link(t),
        Inline::Lang { text, .. } => has_link(text),
        _ => false,
    })
}

/// True if an element that belongs into a line holds blocks all the same, as old pages do.
fn holds_blocks(node: &NodeRef<'_>, depth: usize) -> bool {
    depth < MAX_DEPTH
        && node
            .descendants_it()
            .filter(NodeRef::is_element)
            .take(2_000)
            .any(|inner| {
                inner.node_name().is_some_and(|name| {
                    !matches!(
                        part(&name),
                        Part::Inline | Part::Line | Part::Silent | Part::Picture | Part::Embedded
                    )
                })
            })
}

fn is_hidden(node: &NodeRef<'_>) -> bool {
    let style = node
        .attr("style")
        .unwrap_or_default()
        .replace(' ', "")
        .to_ascii_lowercase();
    node.has_attr("hidden") || style.contains("display:none") || style.contains("visibility:hidden")
}

/// What an item without a text of its own holds, as items.
fn items_of(kind: Kind) -> Vec<Item> {
    match kind {
        Kind::List { items, .. } | Kind::Points { items, .. } => items,
        Kind::Quotation { body, .. } => body.into_iter().flat_map(|block| items_of(block.kind)).collect(),
        Kind::Paragraph { text, .. } | Kind::Heading { text, .. } => vec![Item {
            body: Vec::new(),
            id: BlockId(0),
            text,
        }],
        _ => Vec::new(),
    }
}

/// All words of some blocks as one text with line breaks: what a cell can hold.
fn one_text(blocks: Vec<Block>) -> Text {
    let mut out = Text::new();
    for block in blocks {
        let texts: Vec<Text> = match block.kind {
            Kind::Paragraph { text, .. } | Kind::Heading { text, .. } => vec![text],
            Kind::List { items, .. } | Kind::Points { items, .. } => items.into_iter().map(|item| item.text).collect(),
            _ => vec![crate::words::text_of(&record::body::block_plain(&block))],
        };
        for text in texts.into_iter().filter(|t| !t.is_empty()) {
            if !out.is_empty() {
                out.push(Inline::Line);
            }
            out.extend(text);
        }
    }
    written(out)
}

/// A last paragraph that begins with a dash names the source.
fn take_cite(body: &mut Vec<Block>) -> Text {
    let Some(Kind::Paragraph { text, .. }) = body.last().map(|b| &b.kind).filter(|_| body.len() > 1) else {
        return Text::new();
    };
    let plain = record::body::plain(text);
    let Some(name) = plain.strip_prefix(['—', '–', '―']).map(str::trim) else {
        return Text::new();
    };
    let cite = crate::words::text_of(name);
    if !cite.is_empty() {
        body.pop();
    }
    cite
}

/// Levels of headings become 2, 3, 4 in the order of their weight.
fn level(blocks: &mut [Block]) {
    let mut levels: Vec<u8> = blocks.iter().filter_map(|block| heading_level(&block.kind)).collect();
    levels.sort_unstable();
    levels.dedup();
    for block in blocks {
        if let Kind::Heading { level, .. } = &mut block.kind {
            let rank = levels.iter().position(|l| l == level).unwrap_or(0);
            *level = u8::try_from(rank.min(2)).unwrap_or(2) + 2;
        }
    }
}

fn heading_level(kind: &Kind) -> Option<u8> {
    match kind {
        Kind::Heading { level, .. } => Some(*level),
        _ => None,
    }
}

//! Our Markdown (`docs/texts.md`, section on the body): CommonMark with tables, `:::` containers, braces and footnotes.
//!
//! A first pass goes by lines: it knows fences, containers, captions and braces that stand alone. Paragraphs without any
//! mark are read there; everything else goes to pulldown-cmark in stretches, whose events become blocks and inlines.

mod attributes;
mod blocks;
mod container;
mod inlines;
mod lines;

use crate::{
    problem::{Problem, Problems},
    words,
};
use attributes::Attributes;
use container::Container;
use record::{
    body::{Block, Text},
    id::DocumentId,
};
use std::{borrow::Cow, collections::BTreeMap};

/// Finds the document that a text names: a name of the same folder, or an id.
pub type Resolve<'a> = &'a dyn Fn(&str) -> Option<DocumentId>;

/// How deep containers, quotations and items may stand inside each other (`record::words::MAX_DEPTH`).
const MAX_DEPTH: usize = record::words::MAX_DEPTH;

/// Reads a body. Blocks whose id is not fixed by braces have the id 0.
///
/// # Errors
/// Everything that is not of the closed set, with its line and what to write instead.
pub fn parse(source: &str, resolve: Resolve<'_>) -> Result<Vec<Block>, Vec<Problem>> {
    parse_at(source, 1, resolve)
}

/// Reads a body that begins at a line of its file, from 1; [`parse`] says the rest.
pub fn parse_at(source: &str, first_line: usize, resolve: Resolve<'_>) -> Result<Vec<Block>, Vec<Problem>> {
    let source = tidy(source);
    let mut reader = Reader {
        source: &source,
        resolve,
        problems: Problems::new(&source, first_line),
        open: vec![Container::body()],
        ids: BTreeMap::new(),
        caption: None,
    };
    lines::read(&mut reader);
    let blocks = reader.close_all();
    reader.problems.or(blocks)
}

/// One kind of line end, no controls, and Unicode normalization form C, as the record wants it.
fn tidy(source: &str) -> Cow<'_, str> {
    let source = match words::clean(source) {
        Cow::Borrowed(source) => words::nfc(source),
        Cow::Owned(source) => Cow::Owned(words::nfc(&source).into_owned()),
    };
    if source.contains('\r') {
        return Cow::Owned(source.replace("\r\n", "\n").replace('\r', "\n"));
    }
    source
}

/// The state of reading one body.
struct Reader<'a> {
    source: &'a str,
    resolve: Resolve<'a>,
    problems: Problems<'a>,
    /// Open containers, the body itself first; never empty.
    open: Vec<Container>,
    /// Ids fixed so far, and where.
    ids: BTreeMap<u32, usize>,
    /// The caption of the table that must follow, and where it stands.
    caption: Option<(Text, usize)>,
}

impl Reader<'_> {
    /// The blocks of the innermost open container.
    fn blocks(&mut self) -> &mut Vec<Block> {
        if self.open.is_empty() {
            self.open.push(Container::body());
        }
        let last = self.open.len() - 1;
        &mut self.open[last].blocks
    }

    /// Gives attributes to a block, or says why it cannot have them.
    fn apply(&mut self, attributes: &Attributes, block: &mut Block, at: usize) {
        if let Some(id) = attributes.id {
            self.fix_id(id, at);
            block.id = id;
        }
        if let Some(voice) = &attributes.voice
            && !attributes::give_voice(block, voice)
        {
            let word = block.kind.word();
            self.problems.add(
                at,
                format!("a {word} has no `by` and `how`: give them to its paragraphs"),
            );
        }
    }

    /// Remembers that an id is taken.
    fn fix_id(&mut self, id: record::body::BlockId, at: usize) {
        if let Some(first) = self.ids.insert(id.0, at) {
            let line = self.problems.line(first);
            self.problems.add(
                at,
                format!("{id} stands twice, first in line {line}: each id names one block"),
            );
        }
    }
}

#[cfg(test)]
mod tests;

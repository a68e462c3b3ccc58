//! A text in another language: each passage has the id of the passage it translates.

use super::{AlignError, distinct, unit::ITEM};
use crate::body::{self, Block, BlockId, Item};
use rustc_hash::{FxHashMap, FxHashSet};

/// Gives each passage of a translation the id of its source, by order: block by block, item by item, and so on inside.
///
/// An id written out in the translation wins over the order, must be of the same kind in the source if it stands
/// there, and lets the order go on behind it: so a passage can be left out, moved or added. Without one, both texts
/// must have the same passages.
pub fn translation(source: &[Block], translated: &mut [Block]) -> Result<(), AlignError> {
    distinct(translated)?;
    let mut known = FxHashMap::default();
    body::walk(source, &mut |block| {
        known.insert(block.id, Passage::Block(block));
        known.extend(block.kind.items().iter().map(|item| (item.id, Passage::Item(item))));
    });
    let given = super::unit::ids(translated)
        .into_iter()
        .filter(|id| id.0 != 0)
        .collect();
    let pass = Pass { known, given };
    pass.blocks(source, translated, &mut Vec::new())?;
    distinct(translated)
}

/// A passage of the source.
#[derive(Clone, Copy)]
enum Passage<'a> {
    Block(&'a Block),
    Item(&'a Item),
}

impl Passage<'_> {
    fn id(&self) -> BlockId {
        match self {
            Self::Block(block) => block.id,
            Self::Item(item) => item.id,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Block(block) => block.kind.word(),
            Self::Item(_) => ITEM,
        }
    }
}

/// A passage of the translation.
enum Mut<'a> {
    Block(&'a mut Block),
    Item(&'a mut Item),
}

impl Mut<'_> {
    fn id(&mut self) -> &mut BlockId {
        match self {
            Self::Block(block) => &mut block.id,
            Self::Item(item) => &mut item.id,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Block(block) => block.kind.word(),
            Self::Item(_) => ITEM,
        }
    }
}

struct Pass<'a> {
    known: FxHashMap<BlockId, Passage<'a>>,
    /// Ids that the translation writes out.
    given: FxHashSet<BlockId>,
}

impl<'a> Pass<'a> {
    fn blocks(&self, source: &'a [Block], translated: &mut [Block], path: &mut Vec<String>) -> Result<(), AlignError> {
        let source: Vec<Passage<'a>> = source.iter().map(Passage::Block).collect();
        self.row(&source, translated.iter_mut().map(Mut::Block), "block", path)
    }

    fn items(&self, source: &'a [Item], translated: &mut [Item], path: &mut Vec<String>) -> Result<(), AlignError> {
        let source: Vec<Passage<'a>> = source.iter().map(Passage::Item).collect();
        self.row(&source, translated.iter_mut().map(Mut::Item), "item", path)
    }

    /// One row of passages beside its source.
    fn row<'b>(
        &self,
        source: &[Passage<'a>],
        translated: impl Iterator<Item = Mut<'b>>,
        what: &str,
        path: &mut Vec<String>,
    ) -> Result<(), AlignError> {
        let mut next = 0;
        let (mut marked, mut count) = (false, 0);
        for mut passage in translated {
            count += 1;
            path.push(format!("{what} {count}"));
            let of = if *passage.id() == BlockId(0) {
                Some(self.in_order(source, &mut next, &passage, path)?)
            } else {
                marked = true;
                self.marked(source, &mut next, &mut passage)?
            };
            self.inside(of, passage, path)?;
            path.pop();
        }
        let left = source.get(next..).unwrap_or_default();
        match left.iter().find(|passage| !self.given.contains(&passage.id())) {
            Some(missing) if !marked => {
                path.push(format!("{what} {}", count + 1));
                Err(order(path, Some(missing.kind()), None))
            }
            _ => Ok(()),
        }
    }

    /// The next passage of the source that no written id has taken.
    fn in_order(
        &self,
        source: &[Passage<'a>],
        next: &mut usize,
        passage: &Mut<'_>,
        path: &[String],
    ) -> Result<Passage<'a>, AlignError> {
        while source.get(*next).is_some_and(|of| self.given.contains(&of.id())) {
            *next += 1;
        }
        match source.get(*next) {
            Some(of) if of.kind() == passage.kind() => {
                *next += 1;
                Ok(*of)
            }
            other => Err(order(path, other.map(Passage::kind), Some(passage.kind()))),
        }
    }

    /// The passage of the source that a written id names, if it names one.
    fn marked(
        &self,
        source: &[Passage<'a>],
        next: &mut usize,
        passage: &mut Mut<'_>,
    ) -> Result<Option<Passage<'a>>, AlignError> {
        let id = *passage.id();
        let Some(of) = self.known.get(&id) else { return Ok(None) };
        if of.kind() != passage.kind() {
            return Err(AlignError::Kind {
                id,
                before: of.kind(),
                after: passage.kind(),
            });
        }
        if let Some(at) = source.iter().position(|other| other.id() == id) {
            *next = (at + 1).max(*next);
        }
        Ok(Some(*of))
    }

    /// Gives the id, and goes on with what the passage holds.
    fn inside(&self, of: Option<Passage<'a>>, mut passage: Mut<'_>, path: &mut Vec<String>) -> Result<(), AlignError> {
        if let Some(of) = of {
            *passage.id() = of.id();
        }
        match (of, passage) {
            (Some(Passage::Item(of)), Mut::Item(item)) => self.blocks(&of.body, &mut item.body, path),
            (_, Mut::Item(item)) => self.blocks(&[], &mut item.body, path),
            (Some(Passage::Block(of)), Mut::Block(block)) => self.inside_block(Some(of), block, path),
            (_, Mut::Block(block)) => self.inside_block(None, block, path),
        }
    }

    fn inside_block(&self, of: Option<&'a Block>, block: &mut Block, path: &mut Vec<String>) -> Result<(), AlignError> {
        if !block.kind.items().is_empty() {
            return self.items(of.map_or(&[], |of| of.kind.items()), block.kind.items_mut(), path);
        }
        let source = of.map_or_else(Vec::new, |of| of.kind.bodies());
        let mut source = source.into_iter();
        block
            .kind
            .bodies_mut()
            .into_iter()
            .try_for_each(|inner| self.blocks(source.next().unwrap_or(&[]), inner, path))
    }
}

fn order(path: &[String], source_kind: Option<&'static str>, translated_kind: Option<&'static str>) -> AlignError {
    AlignError::Order {
        place: path.join(", "),
        source_kind,
        translated_kind,
    }
}

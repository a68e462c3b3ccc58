//! Giving passages their lasting ids (`docs/spec/entry.md`, section 11.3).
//!
//! A writer's text comes without ids, or with a few written out. What is new gets the next numbers; what stood there
//! before, or stands in the language it is translated from, keeps its number. An id of 0 means none was given.

mod correction;
mod longest;
mod translation;
mod unit;

pub use correction::correction;
pub use translation::translation;

use crate::body::{self, Block, BlockId};

/// Why passages cannot be given ids.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AlignError {
    /// Two passages ask for the same id.
    #[error("the id {0} stands twice in the text")]
    Twice(BlockId),
    /// An id is asked for by a passage of another kind than the one that has it.
    #[error("the id {id} is that of a passage of kind `{before}`, and cannot be given to one of kind `{after}`")]
    Kind {
        /// The id.
        id: BlockId,
        /// The kind it has.
        before: &'static str,
        /// The kind that asks for it.
        after: &'static str,
    },
    /// A translation does not follow its source.
    #[error("at {place} the source has {} where the translation has {}", said(*.source_kind), said(*.translated_kind))]
    Order {
        /// Where in the translation: `block 3, item 2`.
        place: String,
        /// Kind of the passage of the source; `None` where it has ended.
        source_kind: Option<&'static str>,
        /// Kind of the passage of the translation; `None` where it has ended.
        translated_kind: Option<&'static str>,
    },
    /// No number is left.
    #[error("no block number is left above {}", u32::MAX)]
    Full,
}

fn said(kind: Option<&'static str>) -> String {
    kind.map_or_else(|| "nothing more".to_owned(), |kind| format!("`{kind}`"))
}

/// Numbers every block and item of a body that has no id, in reading order, and returns the next free number.
///
/// Given ids are kept. Numbers begin at `next`, or above the highest id that is given. Where no number is left the
/// last one is given again, which the check of the manifest refuses.
pub fn first(body: &mut [Block], next: u32) -> u32 {
    let above = body::highest_id(body).saturating_add(1);
    let mut next = next.max(above);
    unit::each_id(body, &mut |id| {
        if id.0 == 0 {
            id.0 = next;
            next = next.saturating_add(1);
        }
    });
    next
}

/// A body without the ids of its blocks: what two texts have in common whatever their blocks are called.
#[must_use]
pub fn without_ids(body: &[Block]) -> Vec<Block> {
    let mut body = body.to_vec();
    unit::each_id(&mut body, &mut |id| id.0 = 0);
    body
}

/// Refuses a body in which an id stands twice.
fn distinct(body: &[Block]) -> Result<(), AlignError> {
    let mut seen = rustc_hash::FxHashSet::default();
    unit::ids(body).into_iter().try_for_each(|id| {
        if id == BlockId(0) || seen.insert(id) {
            Ok(())
        } else {
            Err(AlignError::Twice(id))
        }
    })
}

#[cfg(test)]
mod tests;

//! A body as a flat sequence of passages in reading order: a block, then its items, each with the blocks inside it.

use crate::body::{self, Block, BlockId, Item, Kind};

/// The kind under which all items are known.
pub(super) const ITEM: &str = "item";

/// A passage that has an id of its own.
pub(super) struct Unit {
    pub(super) id: BlockId,
    pub(super) kind: &'static str,
    /// Its characters; of a block that holds others, theirs too.
    pub(super) text: String,
}

/// The passages of a body.
pub(super) fn units(body: &[Block]) -> Vec<Unit> {
    let mut units = Vec::new();
    push(body, &mut units);
    units
}

fn push(body: &[Block], units: &mut Vec<Unit>) {
    for block in body {
        units.push(Unit {
            id: block.id,
            kind: block.kind.word(),
            text: body::block_plain(block),
        });
        let items = block.kind.items();
        for item in items {
            push_item(item, units);
        }
        if items.is_empty() {
            block.kind.bodies().into_iter().for_each(|inner| push(inner, units));
        }
    }
}

fn push_item(item: &Item, units: &mut Vec<Unit>) {
    units.push(Unit {
        id: item.id,
        kind: ITEM,
        text: body::plain(&item.text),
    });
    push(&item.body, units);
}

/// Calls `visit` for every id, in the order of [`units`].
pub(super) fn each_id(body: &mut [Block], visit: &mut dyn FnMut(&mut BlockId)) {
    for block in body {
        visit(&mut block.id);
        match &mut block.kind {
            Kind::List { items, .. } | Kind::Points { items, .. } => {
                for item in items {
                    visit(&mut item.id);
                    each_id(&mut item.body, visit);
                }
            }
            kind => kind.bodies_mut().into_iter().for_each(|inner| each_id(inner, visit)),
        }
    }
}

/// All ids of a body, in no order that matters.
pub(super) fn ids(body: &[Block]) -> Vec<BlockId> {
    let mut ids = Vec::new();
    body::walk(body, &mut |block| {
        ids.push(block.id);
        ids.extend(block.kind.items().iter().map(|item| item.id));
    });
    ids
}

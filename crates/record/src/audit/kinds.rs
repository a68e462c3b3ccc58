//! Passages keep their kind over all editions and languages of a document (`docs/spec/entry.md`, section 11.3).

use crate::{
    body::{self, Block},
    register::DocNo,
};
use rustc_hash::FxHashMap;

const ITEM: usize = 255;

/// The kinds of all passages met, eight bytes each.
#[derive(Debug, Default)]
pub(super) struct Kinds(FxHashMap<DocNo, Vec<u64>>);

/// The passages of a body as number and kind in one, in ascending order.
pub(super) fn of(blocks: &[Block]) -> Vec<u64> {
    let mut kinds = Vec::new();
    let packed = |id: u32, kind: usize| u64::from(id) << 8 | kind as u64 & 255;
    body::walk(blocks, &mut |block| {
        let word = block.kind.word();
        let kind = crate::manifest::BLOCKS.iter().position(|known| *known == word);
        kinds.push(packed(block.id.0, kind.unwrap_or(ITEM)));
        kinds.extend(block.kind.items().iter().map(|item| packed(item.id.0, ITEM)));
    });
    kinds.sort_unstable();
    kinds
}

impl Kinds {
    /// Takes over the passages of an edition, and names those that were of another kind.
    pub(super) fn note(&mut self, no: DocNo, edition: Vec<u64>) -> Vec<String> {
        let known = self.0.entry(no).or_default();
        let mut changed = Vec::new();
        let mut new = Vec::new();
        for passage in edition {
            let at = known.partition_point(|other| other >> 8 < passage >> 8);
            match known.get(at) {
                Some(other) if *other == passage => {}
                Some(other) if other >> 8 == passage >> 8 => {
                    changed.push(format!("the passage b{} was of another kind before", passage >> 8));
                }
                _ => new.push(passage),
            }
        }
        if !new.is_empty() {
            known.extend(new);
            known.sort_unstable();
            known.shrink_to_fit();
        }
        changed
    }
}

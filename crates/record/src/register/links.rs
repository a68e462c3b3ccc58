//! Documents that show something of others: links and contacts in running text, placements, the names in facts.

use super::{DocNo, Manifest, Register};
use crate::{
    facts::{Facts, Kind},
    id::DocumentId,
};

impl Register {
    /// Notes what the words of a document link to, for ever: its earlier editions stay readable.
    pub(super) fn note_links(&mut self, no: DocNo, manifest: &Manifest) {
        let own = self.document(no).id;
        manifest.links(&mut |id: DocumentId| {
            if id != own {
                let linking = self.linking.entry(id).or_default();
                if !linking.contains(&no) {
                    linking.push(no);
                }
            }
        });
    }

    /// Marks the documents that show something of another one: its address, its contact, its title.
    pub(super) fn touch_linking(&mut self, id: DocumentId, stamp: u64) {
        for other in self.linking.get(&id).cloned().unwrap_or_default() {
            self.touch_again(other, stamp);
        }
    }

    /// Marks all that shows a document as if there were an entry about it.
    fn touch_again(&mut self, no: DocNo, stamp: u64) {
        self.touch(no, stamp);
        self.tell_lists(no, stamp);
        if let Some(doc) = self.document_mut(no) {
            doc.touched = stamp;
        }
    }

    /// Tells the lists that a document stands in, in all its languages: an item of a feed names the others, and has the whole text.
    pub(super) fn tell_lists(&mut self, no: DocNo, stamp: u64) {
        let langs = self.document(no).words.iter().map(|words| words.lang);
        let standings: Vec<_> = langs.filter_map(|lang| self.standing_of(no, lang)).collect();
        standings
            .iter()
            .for_each(|standing| self.lists.note_told(standing, stamp));
    }

    /// Remembers what new facts name no more, and marks the pages of all sites where links to it led elsewhere before.
    pub(super) fn leave_names(&mut self, no: DocNo, next: &Facts) {
        let before = &self.document(no).facts;
        let gone: Vec<DocumentId> = before
            .named()
            .filter(|id| next.named().all(|named| named != *id))
            .collect();
        let moves = self.document(no).known && place(before) != place(next);
        if !gone.is_empty() {
            let former = self.former.entry(no).or_default();
            former.extend(gone);
            former.sort_unstable();
            former.dedup();
        }
        if moves {
            self.everywhere = self.size + 1;
        }
    }
}

/// What decides about addresses of the texts of a section, on its own site and where they are carried.
fn place(facts: &Facts) -> Option<(Option<&str>, &str, &str)> {
    match &facts.kind {
        Kind::Section(section) => Some((facts.site.as_deref(), &section.slug, &section.role)),
        _ => None,
    }
}

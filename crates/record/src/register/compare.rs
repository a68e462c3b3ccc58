//! Whether two registers say the same of one record, as far as that can be known.
//!
//! A register that has followed the record remembers of a retracted text what it was told before the retraction: its
//! address, its place in lists. One that is folded later cannot know that. Neither is wrong.

use super::{Document, Language, Register};
use crate::lang::Lang;

impl Register {
    /// The first difference between two registers of one record, in words; `None` if they agree.
    ///
    /// What rests on withheld manifests is left out. Where nothing is withheld, all is compared.
    pub fn difference(&self, other: &Self) -> Option<String> {
        if self.size != other.size {
            return Some(format!("{} entries, not {}", self.size, other.size));
        }
        if (self.genesis, self.last_issued) != (other.genesis, other.last_issued) {
            return Some("the times of the first or last entry".to_owned());
        }
        if self.keys != other.keys {
            return Some("the keys".to_owned());
        }
        if (&self.predecessor, &self.frozen) != (&other.predecessor, &other.frozen) {
            return Some("what it continues, or its end".to_owned());
        }
        if self.chains != other.chains {
            return Some("how far the missions have come".to_owned());
        }
        if self.documents.len() != other.documents.len() {
            return Some(format!(
                "{} documents, not {}",
                self.documents.len(),
                other.documents.len()
            ));
        }
        let mut pairs = self.documents.iter().zip(&other.documents);
        if let Some((doc, _)) = pairs.find(|(a, b)| !a.agrees(b)) {
            return Some(format!("document {}", doc.id));
        }
        let whole = self
            .documents
            .iter()
            .all(|doc| !doc.has_retractions() && !doc.has_erasures());
        (whole && self != other).then(|| "addresses or lists".to_owned())
    }
}

impl Document {
    fn agrees(&self, other: &Self) -> bool {
        let same = self.id == other.id
            && self.mission == other.mission
            && self.own == other.own
            && self.facts_editions == other.facts_editions
            && self.words.len() == other.words.len();
        let facts = self.rests_on_withheld(Lang::FACTS) || self.facts == other.facts;
        let blocks = self.has_retractions() || self.has_erasures() || self.highest_block == other.highest_block;
        let agrees = |(a, b): (&Language, &Language)| {
            (a.lang, a.own, &a.editions) == (b.lang, b.own, &b.editions)
                && (self.rests_on_withheld(a.lang) || a.head == b.head)
        };
        same && facts && blocks && self.words.iter().zip(&other.words).all(agrees)
    }

    /// True if the newest manifest of a language, or of the facts, is withheld.
    fn rests_on_withheld(&self, lang: Lang) -> bool {
        let newest = self.editions(lang).iter().rev().find(|edition| edition.has_manifest());
        newest.is_none_or(|edition| edition.erased.is_some() || self.withheld_by(lang, edition.index).is_some())
    }
}

//! Leaf hashes that come late: see [`crate::compose::Signing`].

use super::{Document, Edition, Register};
use tlog::hash::Hash;

impl Register {
    /// Changes each leaf hash to what `settled` says of it.
    pub(crate) fn settle<E>(&mut self, settled: impl Fn(Hash) -> Result<Hash, E>) -> Result<(), E> {
        let editions = self.documents.iter_mut().flat_map(Document::every_edition);
        let chains = self.chains.values_mut().map(|chain| &mut chain.leaf);
        for leaf in editions.map(|edition| &mut edition.leaf).chain(chains) {
            *leaf = settled(*leaf)?;
        }
        Ok(())
    }
}

impl Document {
    fn every_edition(&mut self) -> impl Iterator<Item = &mut Edition> {
        let words = self.words.iter_mut().flat_map(|words| &mut words.editions);
        self.facts_editions.iter_mut().chain(words)
    }
}

//! Who answers for the checkpoints of a writer: the keys of the log, or for a copy the log that was copied.

use std::sync::Arc;

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::note::Signs;
use crate::store::StoreError;
use crate::trust::Trust;

pub(crate) enum Signer {
    /// The keys of the log of this name: this writer signs, with all of them.
    Own(String, Vec<Arc<dyn Signs>>),
    /// The keys by which a copy knows what the log signed.
    Of(Box<dyn Trust>),
}

impl Signer {
    /// The origin of the log.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Own(origin, _) => origin,
            Self::Of(keys) => keys.name(),
        }
    }

    /// The signed checkpoint of a size: made with the own keys, or `given` if that says the same. `proof` is
    /// that from the one before.
    pub(crate) fn checkpoint(
        &self,
        size: u64,
        root: Hash,
        given: Option<&[u8]>,
        proof: &dyn Fn() -> Vec<Hash>,
    ) -> Result<Vec<u8>, StoreError> {
        match (self, given) {
            (Self::Own(_, keys), None) if keys.is_empty() => Err(refused("there is no key of the log to sign them")),
            (Self::Own(origin, keys), None) => {
                let origin = origin.clone();
                let signed = Checkpoint { origin, size, root }.sign_with(keys.iter().map(|key| &**key), proof);
                signed.map_err(|error| StoreError::Unsigned(error.to_string()))
            }
            (Self::Of(keys), Some(signed)) => accept(&**keys, size, root, signed),
            (Self::Own(..), Some(_)) => Err(refused("this log signs for itself")),
            (Self::Of(_), None) => Err(refused("a copy signs nothing")),
        }
    }
}

fn accept(keys: &dyn Trust, size: u64, root: Hash, signed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let checkpoint = Checkpoint::open(signed, keys).map_err(|error| refused(&error.to_string()))?;
    if checkpoint.size != size {
        let what = format!("the checkpoint is of {} entries, not of {size}", checkpoint.size);
        return Err(refused(&what));
    }
    if checkpoint.root != root {
        return Err(refused(&format!(
            "they do not lead to the root that the log signed for {size} entries"
        )));
    }
    Ok(signed.to_vec())
}

fn refused(what: &str) -> StoreError {
    StoreError::Refused(what.to_owned())
}

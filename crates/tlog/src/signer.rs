//! Who answers for the checkpoints of a writer: the key of the log, or for a copy the log that was copied.

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::note::{SigningKey, VerifierKey};
use crate::store::StoreError;

pub(crate) enum Signer {
    /// The key of the log: this writer signs.
    Own(SigningKey),
    /// The key by which a copy knows what the log signed.
    Of(VerifierKey),
}

impl Signer {
    /// Name of the key, which is the origin of the log.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Own(key) => key.name(),
            Self::Of(key) => key.name(),
        }
    }

    /// The signed checkpoint of a size: made with the own key, or `given` if that says the same.
    pub(crate) fn checkpoint(&self, size: u64, root: Hash, given: Option<&[u8]>) -> Result<Vec<u8>, StoreError> {
        match (self, given) {
            (Self::Own(key), None) => {
                let origin = key.name().to_owned();
                Ok(Checkpoint { origin, size, root }.sign(key))
            }
            (Self::Of(key), Some(signed)) => accept(key, size, root, signed),
            (Self::Own(_), Some(_)) => Err(refused("this log signs for itself")),
            (Self::Of(_), None) => Err(refused("a copy signs nothing")),
        }
    }
}

fn accept(key: &VerifierKey, size: u64, root: Hash, signed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let checkpoint = Checkpoint::open(signed, key).map_err(|error| refused(&error.to_string()))?;
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

//! Between which signed states of the record an entry was made (`docs/spec/record-http.md`, section 3.4). The times are
//! those of the witnesses who cosigned the two; who must have, a policy says.

use crate::proved::{self, BadProof, Proved};
use serde::{Deserialize, Serialize};
use tlog::{
    Checkpoint, ProofFile, Trust,
    checkpoint::CheckpointError,
    hash::{Hash, HashError},
    proof::{ProofError, verify_consistency},
    proof_file::ProofFileError,
};

/// An entry's proof, and a signed state from before it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entered {
    /// A state that does not hold the entry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    before: Option<Before>,
    /// The proof file of the entry.
    proof: String,
}

/// A signed state, and that the one of a proof continues it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// The signed checkpoint.
    checkpoint: String,
    /// The consistency proof, each hash in hex.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    consistency: Vec<String>,
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum BadEntered {
    /// The proof of the entry is wrong.
    #[error("proof of the entry: {0}")]
    Proof(#[from] BadProof),
    /// The proof file is none.
    #[error("proof of the entry: {0}")]
    File(#[from] ProofFileError),
    /// The earlier checkpoint is not signed by the log.
    #[error("the checkpoint from before: {0}")]
    Before(#[from] CheckpointError),
    /// The earlier checkpoint holds the entry.
    #[error("the checkpoint from before holds the entry")]
    Holds,
    /// A hash of the consistency proof.
    #[error("the proof that the record continues the checkpoint from before: {0}")]
    Hash(#[from] HashError),
    /// The record does not continue it.
    #[error("the record does not continue the checkpoint from before: {0}")]
    Continues(#[from] ProofError),
}

/// What is shown, with the two notes for who judges cosignatures.
#[derive(Debug)]
pub struct Shown {
    /// The entry, and the state that holds it.
    pub proved: Proved,
    /// That state as it was signed and cosigned.
    pub holding: Vec<u8>,
    /// The state from before, and as it was signed and cosigned.
    pub before: Option<(Checkpoint, Vec<u8>)>,
}

impl Before {
    /// Puts the parts together. `None` where the checkpoint is no text.
    pub fn new(checkpoint: Vec<u8>, consistency: &[Hash]) -> Option<Self> {
        Some(Self {
            checkpoint: String::from_utf8(checkpoint).ok()?,
            consistency: consistency.iter().map(Hash::to_string).collect(),
        })
    }

    fn verify(&self, proved: &Proved, key: &dyn Trust) -> Result<(Checkpoint, Vec<u8>), BadEntered> {
        let bytes = self.checkpoint.as_bytes();
        let checkpoint = Checkpoint::open(bytes, key)?;
        if checkpoint.size > proved.index {
            return Err(BadEntered::Holds);
        }
        let hashes: Result<Vec<Hash>, HashError> = self.consistency.iter().map(|hash| hash.parse()).collect();
        let holding = &proved.checkpoint;
        verify_consistency(checkpoint.size, holding.size, checkpoint.root, holding.root, &hashes?)?;
        Ok((checkpoint, bytes.to_vec()))
    }
}

impl Entered {
    /// Puts the parts together.
    pub fn new(proof: String, before: Option<Before>) -> Self {
        Self { before, proof }
    }

    /// The proof file of the entry.
    pub fn proof(&self) -> &str {
        &self.proof
    }

    /// Checks all but the cosignatures against a key that is trusted.
    pub fn verify(&self, key: &dyn Trust) -> Result<Shown, BadEntered> {
        let proved = proved::verify(self.proof.as_bytes(), None, key)?;
        let before = self.before.as_ref().map(|before| before.verify(&proved, key));
        let before = before.transpose()?;
        Ok(Shown {
            holding: ProofFile::parse(self.proof.as_bytes())?.checkpoint,
            proved,
            before,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use tlog::{
        SigningKey,
        hash::{leaf_hash, node_hash},
    };

    /// A leaf as the example record has it.
    fn leaf() -> Vec<u8> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/vectors/entry/proofs.json");
        let text = std::fs::read_to_string(path).unwrap();
        let all: serde_json::Value = serde_json::from_str(&text).unwrap();
        let file = all["cases"][0]["proof"].as_str().unwrap();
        ProofFile::parse(&STANDARD.decode(file).unwrap())
            .unwrap()
            .extra
            .unwrap()
    }

    fn signed(key: &SigningKey, size: u64, root: Hash) -> Vec<u8> {
        let origin = key.verifier().name().to_owned();
        Checkpoint { origin, size, root }.sign(key)
    }

    /// A log of three entries of which the third is proved, and the state of the first two from before it.
    fn example() -> (Entered, SigningKey) {
        let leaf = leaf();
        let name = std::str::from_utf8(&leaf).unwrap();
        let origin = name
            .split('\u{2014}')
            .nth(1)
            .unwrap()
            .trim()
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        let key = SigningKey::generate(&origin, [3; 32]).unwrap();
        let (one, two, three) = (leaf_hash(b"1"), leaf_hash(b"2"), leaf_hash(&leaf));
        let pair = node_hash(one, two);
        let proof = ProofFile {
            extra: Some(leaf),
            index: 2,
            path: vec![pair],
            checkpoint: signed(&key, 3, node_hash(pair, three)),
        };
        let before = Before::new(signed(&key, 2, pair), &[three]).unwrap();
        let proof = String::from_utf8(proof.to_bytes()).unwrap();
        (Entered::new(proof, Some(before)), key)
    }

    #[test]
    fn the_state_before_is_one_that_the_record_continues() {
        let (entered, key) = example();
        let shown = entered.verify(&key.verifier()).unwrap();
        assert_eq!((shown.proved.index, shown.proved.checkpoint.size), (2, 3));
        assert_eq!(shown.before.unwrap().0.size, 2);
        let bytes = crate::json::to_bytes(&entered).unwrap();
        assert_eq!(crate::json::from_bytes::<Entered>(&bytes).unwrap(), entered);
        let alone = Entered::new(entered.proof().to_owned(), None);
        assert!(alone.verify(&key.verifier()).unwrap().before.is_none());
    }

    #[test]
    fn another_state_before_is_refused() {
        let (entered, key) = example();
        let with = |size, root, hashes: &[Hash]| {
            let before = Before::new(signed(&key, size, root), hashes);
            Entered::new(entered.proof().to_owned(), before).verify(&key.verifier())
        };
        let (leaf, pair) = (leaf_hash(&leaf()), node_hash(leaf_hash(b"1"), leaf_hash(b"2")));
        assert!(with(2, pair, &[leaf]).is_ok());
        assert!(matches!(with(2, leaf, &[leaf]), Err(BadEntered::Continues(_))));
        assert!(matches!(with(2, pair, &[]), Err(BadEntered::Continues(_))));
        assert!(matches!(with(0, pair, &[]), Err(BadEntered::Continues(_))));
        assert!(matches!(with(3, pair, &[]), Err(BadEntered::Holds)));
        let other = SigningKey::generate(key.verifier().name(), [4; 32]).unwrap();
        let before = Before::new(signed(&other, 2, pair), &[leaf]);
        let foreign = Entered::new(entered.proof().to_owned(), before);
        assert!(matches!(foreign.verify(&key.verifier()), Err(BadEntered::Before(_))));
        let before = Before {
            consistency: vec!["00".to_owned()],
            ..Before::new(signed(&key, 2, pair), &[]).unwrap()
        };
        let damaged = Entered::new(entered.proof().to_owned(), Some(before));
        assert!(matches!(damaged.verify(&key.verifier()), Err(BadEntered::Hash(_))));
    }
}

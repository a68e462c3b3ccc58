//! The cosigned checkpoints of a record as they were listed once, judged by its policy of that moment.

use crate::cosign;
use record::date::Moment;
use site::witnessed::Witnessed;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use tlog::{
    Note, Policy,
    cosigned::{cosigned_path, cosigned_sizes},
    hash::{Hash, sha256},
    note::MAX_NOTE,
    policy::MAX_POLICY,
    store::{Dir, Source as _},
};

/// So many judgements are kept.
const KEPT: usize = 4096;

/// What is cosigned, and by whom.
#[derive(Debug)]
pub struct Witnesses {
    record: PathBuf,
    policy: Option<Policy>,
    /// SHA-256 of the policy file.
    policy_hash: Hash,
    /// Sizes that have a cosigned checkpoint, in order.
    sizes: Vec<u64>,
    judged: Mutex<HashMap<u64, Arc<Witnessed>>>,
}

impl Witnesses {
    /// Of a record, as they are now. What cannot be read counts as not there; `verify` names it.
    pub fn of(record: &Path) -> Self {
        let disk = Dir::new(record);
        let policy = disk.read("policy", MAX_POLICY).ok().flatten().unwrap_or_default();
        Self {
            record: record.to_owned(),
            policy: Policy::parse(&policy).ok(),
            policy_hash: sha256(&policy),
            sizes: cosigned_sizes(&disk).unwrap_or_default(),
            judged: Mutex::default(),
        }
    }

    /// The policy, where it can be read.
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// SHA-256 of the policy file.
    pub fn policy_hash(&self) -> Hash {
        self.policy_hash
    }

    /// The size of the first cosigned checkpoint that contains an entry, up to a size of the record.
    pub fn first(&self, index: u64, within: u64) -> Option<u64> {
        let at = self.sizes.partition_point(|size| *size <= index);
        self.sizes.get(at).copied().filter(|size| *size <= within)
    }

    /// The size of the newest cosigned checkpoint, up to a size of the record.
    pub fn newest(&self, within: u64) -> Option<u64> {
        let at = self.sizes.partition_point(|size| *size <= within);
        self.sizes.get(at.checked_sub(1)?).copied()
    }

    /// A cosigned checkpoint.
    pub fn cosigned(&self, size: u64) -> Option<Vec<u8>> {
        Dir::new(&self.record)
            .read(&cosigned_path(size), MAX_NOTE)
            .ok()
            .flatten()
    }

    /// Who of the policy cosigned a checkpoint; nobody where a line is false.
    pub fn seen(&self, size: u64) -> Arc<Witnessed> {
        let lock = || self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = lock().get(&size) {
            return Arc::clone(seen);
        }
        let by = self.cosigned(size).map(|bytes| self.judge(&bytes)).unwrap_or_default();
        let seen = Arc::new(Witnessed { size, by });
        let mut judged = lock();
        if judged.len() >= KEPT {
            judged.clear();
        }
        judged.insert(size, Arc::clone(&seen));
        seen
    }

    fn judge(&self, bytes: &[u8]) -> Vec<(String, Moment)> {
        let (Some(policy), Ok(note)) = (&self.policy, Note::parse(bytes)) else {
            return Vec::new();
        };
        policy
            .judge(&note)
            .map(|judged| cosign::named(policy, &judged))
            .unwrap_or_default()
    }

    /// True if nothing was cosigned between two looks, and the policy is the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.policy_hash == other.policy_hash && self.sizes == other.sizes
    }
}

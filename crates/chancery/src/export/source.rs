//! The bytes behind pages, read for all of them at once: from an open folder, each bundle of entries and each
//! archived checkpoint once for its neighbours.

use super::target::read_all;
use crate::{
    output::{Context as _, Done},
    reading::{self, Files, Witnesses},
};
use record::{
    json,
    seal::{self, Commitment, SALT},
    words::Words,
};
use rustc_hash::FxHashMap;
use rustix::{
    fd::OwnedFd,
    fs::{Mode, OFlags},
};
use site::witnessed::Witnessed;
use std::{
    borrow::Cow,
    collections::VecDeque,
    hash::Hash as Hashed,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tlog::{checkpoint::Checkpoint, hash::Hash, note::Note};

/// Entries that are read at once: those of one bundle.
const RUN: u64 = 256;
/// Most manifests are smaller, and are read by one call.
const USUAL: usize = 16 * 1024;

/// The public files of a record, as [`Files`], for a reader who wants nearly all of them.
pub struct Bytes<'f> {
    files: &'f Files,
    folder: OwnedFd,
    /// Sizes of which there is an archived checkpoint, in order.
    archived: Vec<u64>,
    witnesses: Arc<Witnesses>,
    runs: Recent<u64, Vec<Vec<u8>>>,
    /// By size, and true for those that are cosigned.
    checkpoints: Recent<(u64, bool), Signed>,
    blobs: Recent<Hash, Vec<u8>>,
    proofs: Recent<u64, String>,
    words: Recent<Hash, Words>,
}

/// Archived checkpoints, and proofs for the forms of a text, are asked for in order.
const KEPT: usize = 8;
/// The pages of a site come from entries all over the record: of so many bundles, some ten MiB, the entries are kept.
const KEPT_RUNS: usize = 64;
/// Words are read for each form of a text, and for the feeds of its site: so many are kept for each thread, as they were
/// read and as they were understood.
const KEPT_WORDS: usize = 128;

impl<'f> Bytes<'f> {
    /// The files of a record at `record`; `proofs` says that proofs will be asked for.
    pub fn open(files: &'f Files, record: &Path, proofs: bool) -> Done<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(record, flags, Mode::empty()).at(record.display())?;
        let archived = if proofs {
            reading::archived_sizes(record)?
        } else {
            Vec::new()
        };
        Ok(Self {
            files,
            folder,
            archived,
            witnesses: files.witnesses(),
            runs: Recent::new(KEPT_RUNS),
            checkpoints: Recent::new(KEPT),
            proofs: Recent::new(KEPT * rayon::current_num_threads()),
            blobs: Recent::new(KEPT_WORDS * rayon::current_num_threads()),
            words: Recent::new(KEPT_WORDS * rayon::current_num_threads()),
        })
    }

    fn read(&self, name: &Hash) -> Option<Vec<u8>> {
        let hex = name.to_string();
        let path = format!("blob/{}/{hex}", hex.get(..2)?);
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.folder, path, flags, Mode::empty()).ok()?;
        let mut bytes = Vec::with_capacity(USUAL);
        read_all(&file, &mut bytes).ok()?;
        Some(bytes)
    }

    /// A blob that matches its commitment.
    fn sealed(&self, commitment: &Commitment) -> Option<Arc<Vec<u8>>> {
        self.blobs.get(commitment.0, || {
            let blob = self.read(&commitment.0)?;
            seal::open(commitment, &blob)?;
            Some(blob)
        })
    }

    /// The checkpoint that a proof is made against, as [`Files`] choose it.
    fn signed(&self, index: u64) -> Option<Arc<Signed>> {
        if let Some(size) = self.witnesses.first(index, self.files.log().size()) {
            let read = || Signed::read(self.witnesses.cosigned(size)?);
            let cosigned = self.checkpoints.get((size, true), read);
            if cosigned.is_some() {
                return cosigned;
            }
        }
        let at = self.archived.partition_point(|size| *size <= index);
        let size = *self.archived.get(at)?;
        let read = || Signed::read(self.files.log().archived(size).ok()??);
        self.checkpoints.get((size, false), read)
    }
}

/// A checkpoint, and the bytes it was read from.
struct Signed {
    checkpoint: Checkpoint,
    bytes: Vec<u8>,
}

impl Signed {
    fn read(bytes: Vec<u8>) -> Option<Self> {
        let checkpoint = Note::parse(&bytes).ok()?.text.parse().ok()?;
        Some(Self { checkpoint, bytes })
    }
}

/// The values made last, for all threads.
struct Recent<K, T> {
    most: usize,
    values: Mutex<FxHashMap<K, Arc<T>>>,
    /// Keys of the values, the oldest first.
    order: Mutex<VecDeque<K>>,
}

impl<K: Copy + Eq + Hashed, T> Recent<K, T> {
    /// At most so many values are kept.
    fn new(most: usize) -> Self {
        Self {
            most,
            values: Mutex::default(),
            order: Mutex::default(),
        }
    }

    /// A value made lately, or a new one.
    fn get(&self, key: K, make: impl FnOnce() -> Option<T>) -> Option<Arc<T>> {
        if let Some(value) = locked(&self.values).get(&key) {
            return Some(Arc::clone(value));
        }
        let value = Arc::new(make()?);
        let (mut values, mut order) = (locked(&self.values), locked(&self.order));
        if values.insert(key, Arc::clone(&value)).is_none() {
            order.push_back(key);
        }
        if order.len() > self.most {
            order.pop_front().and_then(|oldest| values.remove(&oldest));
        }
        Some(value)
    }
}

/// What a thread that panicked left is whole: each change is one call.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl site::view::Source for Bytes<'_> {
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>> {
        let blob = self.sealed(commitment)?;
        Some(Cow::Owned(blob.get(SALT..)?.to_vec()))
    }

    fn words(&self, commitment: &Commitment) -> Option<Arc<Words>> {
        let make = || json::from_trusted_bytes(self.sealed(commitment)?.get(SALT..)?).ok();
        self.words.get(commitment.0, make)
    }

    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.sealed(commitment).map(|blob| blob.to_vec())
    }

    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        let (run, at) = (index / RUN, usize::try_from(index % RUN).ok()?);
        let make = || {
            let all = self.files.log().entries(run * RUN..(run + 1) * RUN);
            all.map(|entry| entry.map(|(_, leaf)| leaf))
                .collect::<Result<Vec<_>, _>>()
                .ok()
        };
        self.runs.get(run, make)?.get(at).cloned()
    }

    fn proof(&self, index: u64) -> Option<String> {
        let make = || {
            let entry = site::view::Source::entry(self, index)?;
            let signed = self.signed(index)?;
            let log = self.files.log();
            let proof = log
                .proof_against(index, &entry, &signed.checkpoint, &signed.bytes)
                .ok()?;
            String::from_utf8(proof.to_bytes()).ok()
        };
        self.proofs.get(index, make).map(|proof| (*proof).clone())
    }

    fn witnessed(&self, index: u64) -> Option<Arc<Witnessed>> {
        self.files.witnessed(index)
    }

    fn witnesses(&self) -> Option<Arc<Witnessed>> {
        site::view::Source::witnesses(self.files)
    }
}

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
use rustix::{
    fd::OwnedFd,
    fs::{Mode, OFlags},
};
use site::witnessed::Witnessed;
use std::{
    borrow::Cow,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tlog::hash::Hash;

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
    runs: Mutex<Recent<u64, Vec<Vec<u8>>>>,
    /// By size, and true for those that are cosigned.
    checkpoints: Mutex<Recent<(u64, bool), Vec<u8>>>,
    words: Mutex<Recent<Hash, Words>>,
}

/// The values used last, few enough to look through.
type Recent<K, T> = Vec<(K, Arc<T>)>;
const KEPT: usize = 8;
/// Words are read for each form of a text, and for each feed of a site: so many are kept for each thread.
const KEPT_WORDS: usize = 32;

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
            runs: Mutex::default(),
            checkpoints: Mutex::default(),
            words: Mutex::default(),
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

    /// The checkpoint that a proof is made against, as [`Files`] choose it.
    fn signed(&self, index: u64) -> Option<Arc<Vec<u8>>> {
        if let Some(size) = self.witnesses.first(index, self.files.log().size()) {
            let cosigned = recent(&self.checkpoints, KEPT, (size, true), || self.witnesses.cosigned(size));
            if cosigned.is_some() {
                return cosigned;
            }
        }
        let at = self.archived.partition_point(|size| *size <= index);
        let size = *self.archived.get(at)?;
        recent(&self.checkpoints, KEPT, (size, false), || {
            self.files.log().archived(size).ok().flatten()
        })
    }
}

/// A value used lately, or a new one; at most so many are kept.
fn recent<K: PartialEq, T>(
    kept: &Mutex<Recent<K, T>>,
    most: usize,
    key: K,
    make: impl FnOnce() -> Option<T>,
) -> Option<Arc<T>> {
    let lock = || kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, value)) = lock().iter().find(|(other, _)| *other == key) {
        return Some(Arc::clone(value));
    }
    let value = Arc::new(make()?);
    let mut kept = lock();
    if kept.len() >= most {
        kept.remove(0);
    }
    kept.push((key, Arc::clone(&value)));
    Some(value)
}

impl site::view::Source for Bytes<'_> {
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>> {
        let mut blob = self.read(&commitment.0)?;
        seal::open(commitment, &blob)?;
        blob.drain(..SALT);
        Some(Cow::Owned(blob))
    }

    fn words(&self, commitment: &Commitment) -> Option<Arc<Words>> {
        let most = KEPT_WORDS * rayon::current_num_threads();
        let make = || json::from_trusted_bytes(&self.manifest(commitment)?).ok();
        recent(&self.words, most, commitment.0, make)
    }

    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        let blob = self.read(&commitment.0)?;
        seal::open(commitment, &blob)?;
        Some(blob)
    }

    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        let (run, at) = (index / RUN, usize::try_from(index % RUN).ok()?);
        let make = || {
            let all = self.files.log().entries(run * RUN..(run + 1) * RUN);
            all.map(|entry| entry.map(|(_, leaf)| leaf))
                .collect::<Result<Vec<_>, _>>()
                .ok()
        };
        recent(&self.runs, KEPT, run, make)?.get(at).cloned()
    }

    fn proof(&self, index: u64) -> Option<String> {
        let entry = site::view::Source::entry(self, index)?;
        let signed = self.signed(index)?;
        let proof = self.files.log().proof_file(index, &entry, &signed).ok()?;
        String::from_utf8(proof.to_bytes()).ok()
    }

    fn witnessed(&self, index: u64) -> Option<Arc<Witnessed>> {
        self.files.witnessed(index)
    }

    fn witnesses(&self) -> Option<Arc<Witnessed>> {
        site::view::Source::witnesses(self.files)
    }
}

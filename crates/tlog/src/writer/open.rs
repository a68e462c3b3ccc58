//! How a log begins, and how a writer comes by one.

use std::sync::Arc;

use super::Writer;
use crate::checkpoint::Checkpoint;
use crate::committed::Committed;
use crate::derive::CHECKPOINT;
use crate::erase::{self, Erases};
use crate::hash::empty_root;
use crate::journal::{segment_path, segments};
use crate::note::{SigningKey, Signs};
use crate::plan::Tip;
use crate::recover::{Recovery, heal, write_committed};
use crate::signer::Signer;
use crate::store::{Disk, LOCK, Lock, STATE, StoreError};
use crate::trust::Trust;

impl Writer {
    /// Begins a new log whose name is `origin`, also the name of `key`: an empty, signed checkpoint.
    ///
    /// A crash leaves nothing that counts as a log, or an empty log.
    pub fn create(disk: &dyn Disk, origin: &str, key: &SigningKey) -> Result<(), StoreError> {
        check_origin(origin, key)?;
        let _lock = disk.lock(LOCK)?.ok_or(StoreError::Locked)?;
        for item in disk.list("")? {
            if [CHECKPOINT, "checkpoints", "tile", "blob"].contains(&item.name.as_str()) {
                return Err(StoreError::Exists(item.name));
            }
        }
        if let Some(first) = segments(disk)?.first() {
            return Err(StoreError::Exists(segment_path(*first)));
        }
        let root = empty_root();
        write_committed(disk, &Committed::drained(0, root))?;
        let empty = Checkpoint {
            origin: origin.to_owned(),
            size: 0,
            root,
        };
        let temporary = format!("{STATE}/tmp-create");
        disk.remove(&temporary)?;
        disk.create(&temporary, &empty.sign(key), false)?;
        disk.sync(&temporary)?;
        disk.rename(&temporary, CHECKPOINT)?;
        Ok(disk.sync_all()?)
    }

    /// Opens a log for writing: locks it, recovers it, and says what recovery did.
    pub fn open(disk: Arc<dyn Disk>, origin: &str, key: SigningKey) -> Result<(Self, Recovery), StoreError> {
        Self::open_erasing(disk, origin, key, erase::nothing)
    }

    /// As [`Self::open`], for a log some of whose entries remove blobs for good: `erases` says which. A log that
    /// was once opened so must always be.
    pub fn open_erasing(
        disk: Arc<dyn Disk>,
        origin: &str,
        key: SigningKey,
        erases: Erases,
    ) -> Result<(Self, Recovery), StoreError> {
        check_origin(origin, &key)?;
        let verifier = key.verifier();
        Self::open_with(disk, vec![Arc::new(key)], &verifier, erases)
    }

    /// As [`Self::open_erasing`], for a log whose key changes: `known` are all keys that ever signed for it, `keys`
    /// those that sign from now on, see [`sign_with`](Self::sign_with).
    pub fn open_with(
        disk: Arc<dyn Disk>,
        keys: Vec<Arc<dyn Signs>>,
        known: &dyn Trust,
        erases: Erases,
    ) -> Result<(Self, Recovery), StoreError> {
        keys.iter().try_for_each(|key| check_origin(known.name(), &**key))?;
        let lock = disk.lock(LOCK)?.ok_or(StoreError::Locked)?;
        let (tip, recovery) = heal(&*disk, known, erases)?;
        let signer = Signer::Own(known.name().to_owned(), keys);
        Ok((Self::at(disk, signer, erases, tip, lock), recovery))
    }

    /// The keys that sign from the next commit on; without any nothing is committed.
    pub fn sign_with(&mut self, keys: Vec<Arc<dyn Signs>>) -> Result<(), StoreError> {
        keys.iter()
            .try_for_each(|key| check_origin(self.signer.name(), &**key))?;
        self.signer = Signer::Own(self.signer.name().to_owned(), keys);
        Ok(())
    }

    /// Opens a copy of a log that is written elsewhere and signed with one of `keys`; what goes into it goes through
    /// [`copy`](Self::copy). A folder without a log becomes an empty copy.
    pub fn open_copy(
        disk: Arc<dyn Disk>,
        keys: impl Trust + 'static,
        erases: Erases,
    ) -> Result<(Self, Recovery), StoreError> {
        let lock = disk.lock(LOCK)?.ok_or(StoreError::Locked)?;
        let (tip, recovery) = if is_new(&*disk)? {
            write_committed(&*disk, &Committed::drained(0, empty_root()))?;
            // The journal is to be found after power loss: the folders above it may be as new.
            disk.sync_all()?;
            (Tip::default(), Recovery::default())
        } else {
            heal(&*disk, &keys, erases)?
        };
        Ok((Self::at(disk, Signer::Of(Box::new(keys)), erases, tip, lock), recovery))
    }

    /// The keys by which a copy knows the log from now on.
    pub fn trust(&mut self, keys: impl Trust + 'static) {
        self.signer = Signer::Of(Box::new(keys));
    }

    fn at(disk: Arc<dyn Disk>, signer: Signer, erases: Erases, tip: Tip, lock: Box<dyn Lock>) -> Self {
        let (size, root) = (tip.edge.size(), tip.edge.root());
        Self {
            disk,
            signer,
            erases,
            tree: tip.edge.tree(),
            tip,
            committed: Committed::drained(size, root),
            segment: None,
            old_segments: Vec::new(),
            waiting: Vec::new(),
            filled: Vec::new(),
            stopped: None,
            _lock: lock,
        }
    }
}

/// True where no log was ever begun; the first segment of one is there before its first checkpoint.
fn is_new(disk: &dyn Disk) -> Result<bool, StoreError> {
    Ok(disk.open(CHECKPOINT, false)?.is_none() && segments(disk)?.is_empty())
}

fn check_origin(origin: &str, key: &dyn Signs) -> Result<(), StoreError> {
    let key = key.verifier();
    if key.name() == origin {
        Ok(())
    } else {
        let what = format!("key is named {}, the log {origin}", key.name());
        Err(StoreError::Refused(what))
    }
}

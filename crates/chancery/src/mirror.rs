//! A copy of a record that another keeps (`docs/spec/record-http.md`, section 8): everything is checked before it is
//! believed, and what is here never becomes less.
//!
//! A mirror is a data folder without keys, so `serve`, `export` and `verify` work on it as they do on the ministry's
//! own. The walk of one tick, and what a crash leaves after each step:
//!
//! 1. The newest checkpoint is fetched; it must be signed by a key that is known and continue what is here. *Nothing is left.*
//! 2. Bundle by bundle, entries are fetched with the blobs they name and audited. *Nothing is left.*
//!    Keys of the log that these entries name are known from then on.
//! 3. Up to each archived checkpoint `tlog` takes them as a copy, if they lead to its root: one journal record, one
//!    sync. *Before the sync ends nothing happened; after it the next tick derives the files again and goes on from there.*
//!    What was not to be had yet is fetched or listed after that; a mark, made before, makes the next tick look through all entries.
//! 4. `policy`, `log.json` and the snapshot are replaced. *The next tick does it again.*
//! 5. Cosigned checkpoints are taken, and the newest checkpoint with its cosignatures. *Whole files, or none.*

mod copy;
mod cosigned;
mod fetch;
mod fork;

use crate::{
    config,
    folder::Folder,
    given, leftovers,
    output::{Context as _, Done, FINDINGS, Failure},
    verify::{
        trust::Trusted,
        web::{ELSEWHERE, Web},
    },
};
use copy::Copy;
use fetch::Fetch;
use std::path::Path;
use tlog::{
    Checkpoint, LogKeys, LogReader, Note, Trust as _, checkpoint::CheckpointError, note::MAX_NOTE,
    proof::verify_consistency,
};

/// A mirror and the record it copies.
pub struct Mirror {
    /// The data folder of the mirror.
    pub folder: Folder,
    /// The keys with which it was begun, or that were given.
    keys: LogKeys,
    web: Web,
}

/// What one tick did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Entries that were here before.
    pub before: u64,
    /// Entries that are here now.
    pub size: u64,
    /// Entries of the record that is copied; fewer where it answers with an old checkpoint.
    pub theirs: u64,
    /// Blobs that entries name and that nobody has given yet.
    pub missing: usize,
}

impl Mirror {
    /// Opens a mirror, or begins one. `key` is trusted; without it a mirror that exists keeps to its own, and a new one
    /// takes the key that the record names: whoever begins it is told by [`Trusted::from_record`].
    pub fn open(path: &Path, address: &str, key: Option<Trusted>) -> Done<(Self, Trusted)> {
        let web = Web::new(address)?;
        let file = path.join(config::FILE);
        if file.is_file() {
            let folder = Folder::open(path)?;
            let trusted = known(&folder, key)?;
            return Ok((Self::of(folder, web, &trusted), trusted));
        }
        leftovers::sweep_of(&file);
        check_empty(path)?;
        let trusted = key.map_or_else(|| web.own_key(), Ok)?;
        let settings = config::Mirror {
            from: web.base().to_owned(),
            key: trusted.key.to_string(),
        };
        crate::folder::replace(&file, config::of_mirror(&settings).as_bytes(), false)?;
        Ok((Self::of(Folder::open(path)?, web, &trusted), trusted))
    }

    fn of(folder: Folder, web: Web, trusted: &Trusted) -> Self {
        Self {
            folder,
            keys: trusted.keys.clone(),
            web,
        }
    }

    /// The address that is copied; it ends in `/record/`.
    pub fn base(&self) -> &str {
        self.web.base()
    }

    /// Name of the record.
    pub fn origin(&self) -> &str {
        self.keys.name()
    }

    /// Copies what is new; `told` is called with the entries copied so far and those there are.
    pub fn tick(&self, told: &mut dyn FnMut(u64, u64)) -> Done<Tick> {
        let newest = self
            .fetched("checkpoint")?
            .ok_or_else(|| Failure::new(format!("{}checkpoint: there is none", self.base())).hint(ELSEWHERE))?;
        let mut copy = Copy::open(&self.folder, &self.keys)?;
        let before = copy.size();
        let believed = copy.believes(&newest);
        match &believed {
            Ok(()) => fork::check(self, &copy, &newest)?,
            // Entries that are not here yet may name the key that signed it.
            Err(_) if newest.checkpoint.size > before && newest.checkpoint.origin == self.origin() => {}
            Err(what) => return Err(self.unsigned(what)),
        }
        if newest.checkpoint.size > before {
            self.take(&mut copy, &newest, told)?;
        }
        copy.believes(&newest).map_err(|what| self.unsigned(&what))?;
        let missing = copy.complete(&self.web)?;
        copy.files(&self.web)?;
        let (size, keys) = (copy.size(), copy.keys().clone());
        copy.close()?;
        if size > 0 {
            cosigned::take(self, keys, &newest)?;
        }
        Ok(Tick {
            before,
            size,
            theirs: newest.checkpoint.size,
            missing,
        })
    }

    fn take(&self, copy: &mut Copy, newest: &Signed, told: &mut dyn FnMut(u64, u64)) -> Done {
        let (first, end) = (copy.size(), newest.checkpoint.size);
        let mut fetch = Fetch::new(&self.web, first, end);
        for stop in self.stops(first, end)? {
            let archived = self.fetched(&tlog::archive_path(stop))?;
            let signed = archived.as_ref().unwrap_or(newest);
            if signed.checkpoint.size != stop {
                // A stop that was listed and is not there: the next one covers its entries.
                continue;
            }
            copy.take(&mut fetch, signed, &|| self.leads_to(signed, newest))?;
            told(stop, end);
        }
        Ok(())
    }

    /// Sizes at which there is an archived checkpoint, and last the newest. A server without the list is copied in one piece.
    fn stops(&self, first: u64, end: u64) -> Done<Vec<u64>> {
        let mut stops = self.sizes("checkpoints/", first)?.unwrap_or_default();
        stops.retain(|size| *size < end);
        stops.push(end);
        Ok(stops)
    }

    /// The sizes above one that a server lists, in order; `None` where it answers with a page of its own.
    fn sizes(&self, folder: &str, after: u64) -> Done<Option<Vec<u64>>> {
        let path = format!("{folder}?after={after}");
        let list = self.web.fetch(&path, MOST_LIST);
        let list = list
            .map_err(|error| self.web.unanswered(&path, &error))?
            .unwrap_or_default();
        let list = String::from_utf8_lossy(&list);
        let Ok(mut sizes) = list.lines().map(str::parse).collect::<Result<Vec<u64>, _>>() else {
            return Ok(None);
        };
        sizes.retain(|size| *size > after);
        sizes.sort_unstable();
        sizes.dedup();
        Ok(Some(sizes))
    }

    /// A checkpoint, if there is one; whose it is, is not checked yet.
    fn fetched(&self, path: &str) -> Done<Option<Signed>> {
        let place = format!("{}{path}", self.base());
        let bytes = self.web.fetch(path, MAX_NOTE);
        let Some(bytes) = bytes.map_err(|error| self.web.unanswered(path, &error))? else {
            return Ok(None);
        };
        let parsed = Note::parse(&bytes).map_err(CheckpointError::from);
        let parsed = parsed.and_then(|note| note.text.parse::<Checkpoint>());
        let wrong = |error| Failure::new(format!("{place}: {error}")).code(FINDINGS).hint(ELSEWHERE);
        let checkpoint = parsed.map_err(wrong)?;
        Ok(Some(Signed { bytes, checkpoint }))
    }

    fn unsigned(&self, what: &CheckpointError) -> Failure {
        let failure = Failure::new(format!("{}checkpoint: {what}", self.base())).code(FINDINGS);
        failure.hint("nothing was taken that a known key did not sign; what was here before stays")
    }

    /// True if the newest checkpoint is signed by a key that was given, and the log that an earlier one describes became
    /// the one it describes. So a mirror that begins with the newest key believes what older ones signed.
    fn leads_to(&self, earlier: &Signed, newest: &Signed) -> Done<bool> {
        if Checkpoint::open(&newest.bytes, &self.keys).is_err() {
            return Ok(false);
        }
        let (old, new) = (&earlier.checkpoint, &newest.checkpoint);
        let log = LogReader::new(Web::new(self.base())?, new.size);
        let path = log.consistency(old.size, new.size).at(self.base())?.unwrap_or_default();
        Ok(verify_consistency(old.size, new.size, old.root, new.root, &path).is_ok())
    }
}

/// A list of archived or cosigned checkpoints is at most this long, in bytes.
const MOST_LIST: usize = 64 << 20;

/// A checkpoint as it was signed.
struct Signed {
    bytes: Vec<u8>,
    checkpoint: Checkpoint,
}

/// A mirror begins in a folder of its own.
fn check_empty(path: &Path) -> Done {
    given::is_no_file(path, "a mirror")?;
    let taken = std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
    if taken {
        let wrong = Failure::usage(format!("{}: there are other files, and no mirror", path.display()));
        return Err(wrong.hint("name a new folder for the mirror"));
    }
    Ok(())
}

/// The key of a mirror that exists; another one is not taken on the way.
fn known(folder: &Folder, given: Option<Trusted>) -> Done<Trusted> {
    let here = || folder.root().display();
    if folder.config.mirror.is_none() {
        let wrong = Failure::usage(format!("{}: is a ministry's own data folder, not a mirror", here()));
        return Err(wrong.hint("name a new folder for the mirror"));
    }
    let known = Trusted::of_folder(folder.root())?;
    match given {
        Some(given) if !given.keys.has(&known.key) => Err(Failure::usage(format!(
            "--key: {} is not the key with which {} was begun",
            given.key,
            here()
        ))
        .hint(format!("that is {}", known.key))),
        _ => Ok(known),
    }
}

//! Cosigned checkpoints of a copy: each is checked against the entries that are here and the policy that they name.
//!
//! They are taken in order of size, and none is put before one that is here, so that a proof file of the mirror is the
//! publisher's byte for byte. What a crash leaves: whole files, and the next tick goes on after the last of them.

use super::{Mirror, Signed};
use crate::{
    cosign,
    output::{Context as _, Done, FINDINGS, Failure},
    reading,
};
use tlog::{
    CHECKPOINT, Checkpoint, LogKeys, Note, Policy,
    cosigned::{self, cosigned_path, cosigned_sizes},
    note::MAX_NOTE,
    reader::LogReader,
    store::{Dir, Source as _, StoreError},
};

/// The copy, and by what its cosignatures are judged.
struct Cosigned<'a> {
    mirror: &'a Mirror,
    /// The keys that sign its checkpoints.
    keys: LogKeys,
    disk: Dir,
    log: LogReader<Dir>,
    policy: Policy,
}

/// Takes what is new, and the cosignatures of the newest checkpoint.
pub(super) fn take(mirror: &Mirror, keys: LogKeys, newest: &Signed) -> Done {
    let record = mirror.folder.record();
    let Some(policy) = cosign::policy(&record)? else {
        return Ok(());
    };
    let size = reading::published_size(&record)?;
    let cosigned = Cosigned {
        mirror,
        keys,
        disk: Dir::new(&record),
        log: LogReader::new(Dir::new(&record), size),
        policy,
    };
    cosigned.take_all()?;
    cosigned.publish(newest)
}

impl Cosigned<'_> {
    fn take_all(&self) -> Done {
        let known = cosigned_sizes(&self.disk).at(self.place())?;
        let known = known.last().copied().unwrap_or(0);
        for size in self.mirror.sizes("cosigned/", known)?.unwrap_or_default() {
            if size > self.log.size() {
                return Ok(());
            }
            self.take_one(size)?;
        }
        Ok(())
    }

    fn take_one(&self, size: u64) -> Done {
        let path = cosigned_path(size);
        let Some(signed) = self.mirror.fetched(&path)? else {
            return Err(self.wrong(&path, "is listed, and there is none"));
        };
        Checkpoint::open(&signed.bytes, &self.keys).map_err(|error| self.wrong(&path, &error.to_string()))?;
        let root = self.log.root(size).at(self.place())?;
        if signed.checkpoint.size != size || Some(signed.checkpoint.root) != root {
            return Err(self.wrong(&path, "is not the checkpoint of these entries"));
        }
        let (note, known) = self.judged(&path, &signed.bytes)?;
        if note.signatures.iter().all(|line| line.name == signed.checkpoint.origin) {
            return Err(self.wrong(&path, "is cosigned by nobody"));
        }
        if known == 0 {
            // By witnesses of an earlier policy, or by nobody: it is written once, so it waits for whom the policy knows.
            return Ok(());
        }
        cosigned::keep(&self.disk, size, &signed.bytes).at(self.place())
    }

    /// A checkpoint of which no line claims to be by a witness of the policy and is not, and how many of them cosigned it.
    /// Lines of others stay: they may be by witnesses of an earlier policy, and are shown to nobody as known ones.
    fn judged(&self, path: &str, bytes: &[u8]) -> Done<(Note, usize)> {
        let note = Note::parse(bytes).map_err(|error| self.wrong(path, &error.to_string()))?;
        match self.policy.judge(&note) {
            Ok(judged) => Ok((note, judged.cosigned.len())),
            Err(error) => Err(self.wrong(path, &error.to_string())),
        }
    }

    /// Adds the cosignatures of the newest checkpoint to the one that is published here, if it is the same.
    fn publish(&self, newest: &Signed) -> Done {
        let here = self.disk.read(CHECKPOINT, MAX_NOTE).at(self.place())?;
        let here = here.unwrap_or_default();
        let own = Checkpoint::open(&here, &self.keys).at(self.place())?;
        if own != newest.checkpoint {
            return Ok(());
        }
        let mut note = Note::parse(&here).at(self.place())?;
        let before = note.signatures.len();
        for line in self.judged(CHECKPOINT, &newest.bytes)?.0.signatures {
            if !note.signatures.contains(&line) {
                note.signatures.push(line);
            }
        }
        if note.signatures.len() == before {
            return Ok(());
        }
        match cosigned::publish(&self.disk, &self.keys, &note.to_bytes()) {
            // Another tick is at it.
            Err(StoreError::Locked) => Ok(()),
            published => published.map(|_| ()).at(self.place()),
        }
    }

    fn place(&self) -> String {
        self.mirror.folder.record().display().to_string()
    }

    fn wrong(&self, path: &str, what: &str) -> Failure {
        Failure::new(format!("{}{path}: {what}", self.mirror.base()))
            .code(FINDINGS)
            .hint("it was not taken; what was here before stays")
    }
}

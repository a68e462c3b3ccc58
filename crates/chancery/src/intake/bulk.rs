//! Many groups on their way into the record: one thread composes, one signs, one commits.
//!
//! The walk of a batch, and what a crash leaves after each step:
//!
//! 1. Groups are composed and folded into the register in memory. *Nothing is left.*
//! 2. Their entries are signed, in order: each names the leaf hash of its mission's entry before. *Nothing is left.*
//! 3. What was captured is written and synced. *Captures that no entry names; the next import finds them equal.*
//! 4. The batch is committed: one journal record, one sync. *Before the sync ends nothing of it happened, after it all
//!    of it; batches before it stay, and the same import goes on where this one ended.*

use super::{
    Tally,
    captures::{Captured, Keeper},
    counting::Counting,
};
use crate::{
    clock,
    folder::Folder,
    keys::Offices,
    output::{Done, Failure},
    reading::Files,
    writing::Writing,
};
use record::{
    compose::{Change, ComposeError, Composed, Composer, Late, Signing},
    date::Moment,
    register::{Manifest, Register},
    seal::{self, Commitment},
    words::Words,
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};
use tlog::{hash::Hash, note::Signs};

/// Entries of a batch, unless one group alone has more.
const MOST_ENTRIES: usize = 1024;
/// Bytes of blobs and captures of a batch, unless one group alone has more.
const MOST_BYTES: usize = 4 << 20;

/// Tells the time.
pub type Clock<'a> = &'a (dyn Fn() -> Moment + Sync);

/// An entry and the key that will sign it.
type Unsigned = (Late, Arc<dyn Signs>);

/// Groups that are committed together.
#[derive(Default)]
struct Batch {
    groups: Vec<Vec<Unsigned>>,
    captured: Vec<Captured>,
    entries: usize,
    bytes: usize,
}

/// A batch with its signatures.
struct Signed {
    groups: Vec<Vec<Composed>>,
    captured: Vec<Captured>,
}

/// Blobs of a batch by name, readable here until they are readable on disk.
type Blobs = HashMap<Hash, Vec<u8>>;

/// The composing side.
pub struct Bulk<'a> {
    /// The state after everything composed so far.
    pub register: Register,
    offices: Offices,
    folder: Folder,
    files: Files,
    clock: Clock<'a>,
    batch: Batch,
    /// Where batches go; nowhere in a dry run.
    sender: Option<SyncSender<Batch>>,
    filling: Blobs,
    /// Blobs of batches that were sent, each with the number of groups up to its end; the oldest first.
    sent: VecDeque<(u64, Blobs)>,
    /// Groups composed so far.
    groups: u64,
    /// How many of them are on record.
    committed: &'a AtomicU64,
    counting: Counting,
    /// True while a group is half composed: the register then says more than the record ever will.
    torn: bool,
}

/// What is composed, group by group.
type Work<'a> = &'a mut dyn FnMut(&mut Bulk<'_>) -> Done;

/// What the walk came to.
struct Walked<'a> {
    bulk: Bulk<'a>,
    worked: Done,
    signed: Done<Signing>,
    written: Done,
}

/// Runs `work` with a register that composes ahead of the commits; `tally` gets what of it is on record, also after an
/// error, and in a dry run what would be. After an error the record holds whole groups, and
/// `writing` is good for nothing but to be dropped; so it is after a dry run.
pub fn run(writing: &mut Writing, clock: Clock<'_>, dry: bool, tally: &mut Tally, work: Work<'_>) -> Done {
    clock::check(&writing.register, clock())?;
    let committed = AtomicU64::new(0);
    let mut walked = walk(writing, clock, dry, &committed, work);
    tally.merge(walked.bulk.counted(dry));
    walked.written?;
    let signing = walked.signed?;
    if dry {
        return walked.worked;
    }
    settle(writing, walked.bulk, &signing)?;
    walked.worked?;
    // A crash before this leaves all of it without a state; the next entry brings one.
    writing.bring_state()
}

/// Composes here, and signs and commits on threads of their own until all of it is done.
fn walk<'a>(
    writing: &mut Writing,
    clock: Clock<'a>,
    dry: bool,
    committed: &'a AtomicU64,
    work: Work<'_>,
) -> Walked<'a> {
    let (sender, receiver) = sync_channel(1);
    let (signed_sender, signed_receiver) = sync_channel(0);
    let first = writing.size();
    let bulk = Bulk::new(writing, clock, (!dry).then_some(sender), committed);
    thread::scope(move |scope| {
        let signer = scope.spawn(move || sign_all(first, receiver, &signed_sender));
        let committer = scope.spawn(move || commit_all(writing, signed_receiver, clock, committed));
        let (bulk, worked) = compose_all(bulk, work);
        Walked {
            bulk,
            worked,
            signed: signer.join().unwrap_or_else(|_| Err(ended("signs"))),
            written: committer.join().unwrap_or_else(|_| Err(ended("commits"))),
        }
    })
}

/// Composes all of it; before an error it hands over the groups that are whole. The composing side is held here: where
/// `work` panics it is dropped with its end of the channel, so that the other threads end too.
fn compose_all<'a>(mut bulk: Bulk<'a>, work: Work<'_>) -> (Bulk<'a>, Done) {
    let worked = work(&mut bulk);
    let flushed = bulk.flush();
    bulk.sender = None;
    (bulk, worked.and(flushed))
}

/// Gives `writing` the register back, with the leaf hashes that its entries have by now.
fn settle(writing: &mut Writing, mut bulk: Bulk<'_>, signing: &Signing) -> Done {
    if bulk.torn {
        return Ok(());
    }
    signing.settle(&mut bulk.register).map_err(Failure::new)?;
    writing.register = bulk.register;
    writing.offices = bulk.offices;
    Ok(())
}

fn ended(what: &str) -> Failure {
    Failure::new(format!("the thread that {what} has ended"))
}

/// Signs batch after batch; before an error it hands over the groups that are signed.
fn sign_all(first: u64, batches: Receiver<Batch>, sender: &SyncSender<Signed>) -> Done<Signing> {
    let mut signing = Signing::new(first);
    for batch in batches {
        let (groups, signed) = sign(&mut signing, batch.groups);
        let captured = batch.captured;
        // Where nobody takes it, the thread that commits says why.
        if !groups.is_empty() && sender.send(Signed { groups, captured }).is_err() {
            break;
        }
        signed?;
    }
    Ok(signing)
}

fn sign(signing: &mut Signing, groups: Vec<Vec<Unsigned>>) -> (Vec<Vec<Composed>>, Done) {
    let mut all = Vec::with_capacity(groups.len());
    for group in groups {
        let signed: Result<_, _> = group.into_iter().map(|(late, key)| signing.sign(late, &*key)).collect();
        match signed {
            Ok(group) => all.push(group),
            Err(error) => return (all, Err(Failure::new(error))),
        }
    }
    (all, Ok(()))
}

fn commit_all(writing: &mut Writing, batches: Receiver<Signed>, clock: Clock<'_>, committed: &AtomicU64) -> Done {
    let mut keeper = Keeper::new(writing.folder.captures());
    for batch in batches {
        keeper.keep(&batch.captured)?;
        let (groups, before) = (batch.groups.len() as u64, writing.size());
        let done = commit(writing, batch.groups, clock);
        // What is written after a commit may fail; the batch is on record all the same.
        if writing.size() > before {
            committed.fetch_add(groups, Ordering::Release);
        }
        done?;
    }
    Ok(())
}

fn commit(writing: &mut Writing, groups: Vec<Vec<Composed>>, clock: Clock<'_>) -> Done {
    let mut drafts = Vec::with_capacity(groups.len());
    for group in groups {
        drafts.push(writing.composed(0, clock(), |_| Ok(group))?);
    }
    writing.commit(drafts).map(|_| ())
}

impl<'a> Bulk<'a> {
    /// Takes the register and the keys of `writing`; without a sender nothing is signed or committed.
    fn new(
        writing: &mut Writing,
        clock: Clock<'a>,
        sender: Option<SyncSender<Batch>>,
        committed: &'a AtomicU64,
    ) -> Self {
        Self {
            files: Files::new(&writing.folder.record(), writing.size()),
            register: std::mem::take(&mut writing.register),
            offices: std::mem::take(&mut writing.offices),
            folder: writing.folder.clone(),
            clock,
            batch: Batch::default(),
            sender,
            filling: Blobs::new(),
            sent: VecDeque::new(),
            groups: 0,
            committed,
            counting: Counting::default(),
            torn: false,
        }
    }

    /// The time of entries composed now.
    pub fn now(&self) -> Moment {
        (self.clock)().max(self.register.last_issued())
    }

    /// Composes one group, which is never split, with the captures it was made of.
    pub fn group(&mut self, changes: Vec<Change>, captured: Vec<Captured>) -> Done {
        let keys = changes.iter().map(|change| self.key(&change.mission));
        let keys = keys.collect::<Done<Vec<_>>>()?;
        let group = self.compose(changes)?;
        let blobs = group.iter().filter_map(|late| late.sealed.as_ref());
        let bytes = blobs.clone().map(|sealed| sealed.blob.len()).sum::<usize>()
            + captured.iter().map(Captured::len).sum::<usize>();
        let full =
            self.batch.entries + group.len() > MOST_ENTRIES || self.batch.bytes.saturating_add(bytes) > MOST_BYTES;
        if full {
            self.flush()?;
        }
        for sealed in blobs {
            self.filling.insert(sealed.commitment.0, sealed.blob.clone());
        }
        self.batch.entries += group.len();
        self.batch.bytes += bytes;
        self.batch.groups.push(group.into_iter().zip(keys).collect());
        self.batch.captured.extend(captured);
        self.groups += 1;
        Ok(())
    }

    /// Counts what the groups so far came to; it is told once they are on record.
    pub fn count(&mut self, count: impl FnOnce(&mut Tally)) {
        count(self.counting.after(self.groups));
    }

    /// What came of the groups on record; in a dry run of all.
    fn counted(&mut self, dry: bool) -> Tally {
        let committed = self.committed.load(Ordering::Acquire);
        self.counting.commit(if dry { self.groups } else { committed });
        std::mem::take(&mut self.counting.tally)
    }

    /// The key of a mission.
    fn key(&mut self, mission: &str) -> Done<Arc<dyn Signs>> {
        self.offices.require(&self.folder, &self.register, mission)?;
        let key = self.offices.share(mission);
        key.ok_or_else(|| Failure::usage(ComposeError::NoKey(mission.into())))
    }

    fn compose(&mut self, changes: Vec<Change>) -> Done<Vec<Late>> {
        let now = (self.clock)();
        let mut salts = clock::salts(changes.len())?.into_iter();
        let mut drawn = true;
        let mut draw = || {
            let salt = salts.next();
            drawn &= salt.is_some();
            salt.unwrap_or_default()
        };
        let mut composer = Composer {
            register: &mut self.register,
            now,
            keys: &|_| None,
            salt: &mut draw,
            // Reading back takes 50 µs of an entry: an import of 10,000 statements would take four CPU seconds instead of three.
            reread: false,
        };
        self.torn = true;
        let composed: Result<Vec<_>, _> = changes.into_iter().map(|change| composer.late(change)).collect();
        let composed = composed.map_err(Failure::usage)?;
        if !drawn {
            return Err(Failure::new("a salt is missing"));
        }
        self.torn = false;
        Ok(composed)
    }

    /// Hands the batch to the signing thread; waits while that is a whole batch behind.
    pub fn flush(&mut self) -> Done {
        if self.batch.groups.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        self.sent.push_back((self.groups, std::mem::take(&mut self.filling)));
        self.forget();
        let Some(sender) = &self.sender else { return Ok(()) };
        sender.send(batch).map_err(|_| ended("signs"))
    }

    /// Drops blobs that are on disk by now, and tells what is on record; a dry run keeps a few blobs.
    fn forget(&mut self) {
        let committed = self.committed.load(Ordering::Acquire);
        self.counting.commit(committed);
        let dry = self.sender.is_none();
        let gone = |groups: u64, waiting: usize| if dry { waiting > 4 } else { groups <= committed };
        while (self.sent.front()).is_some_and(|(groups, _)| gone(*groups, self.sent.len())) {
            self.sent.pop_front();
        }
    }

    /// A sealed blob, public or on its way.
    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        let mut waiting = std::iter::once(&self.filling).chain(self.sent.iter().rev().map(|(_, blobs)| blobs));
        let waiting = waiting.find_map(|blobs| blobs.get(&commitment.0));
        waiting.cloned().or_else(|| self.files.blob(commitment))
    }

    /// The words of a manifest; `None` where they are not there.
    pub fn words(&self, sealed: &record::entry::Manifest) -> Option<Words> {
        let blob = self.blob(&sealed.content)?;
        match crate::reading::manifest_of(sealed.media, seal::open(&sealed.content, &blob)?)? {
            Manifest::Words(words) => Some(*words),
            _ => None,
        }
    }
}

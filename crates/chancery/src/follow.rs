//! Following the record without a key: the register that pages are computed from, a few milliseconds behind the writer.
//!
//! One thread asks where the log stands and folds what is new into the register in place. Nothing here opens a file for
//! writing. Whatever happens to the writer, readers keep the last good state.

mod cosigned;
mod recent;

use crate::{
    clock, cosign,
    folder::Folder,
    output::{Context as _, Done, Failure, warn},
    pages::{Health, World},
    reading::{self, Files, Gone, Withheld},
};
use cosigned::Watch;
use recent::Recent;
use record::{
    entry::{BadLeaf, Entry, Leaf},
    register::{Manifest, Register},
    seal::{self, Commitment},
};
use site::{view::Source, witnessed::Witnessed};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tlog::{
    follower::{Batch, Follower},
    hash::{Hash, leaf_hash},
    store::Dir,
};

/// How long the thread sleeps when nothing is new.
const PAUSE: Duration = Duration::from_millis(4);
/// How long it waits after an error.
const PENANCE: Duration = Duration::from_secs(1);
/// How often it is seen whether witnesses are late.
const WATCH: Duration = Duration::from_secs(5);
/// Problems that readers do not feel.
const WITNESSES: &str = "witnesses";
/// Entries folded in one go while it catches up.
const AT_ONCE: usize = 16_384;

/// The state of a record that may be growing.
pub struct Live {
    folder: Folder,
    record: PathBuf,
    state: RwLock<State>,
    /// Entries folded.
    size: AtomicU64,
    /// How often witnesses, or the policy, changed pages without an entry.
    turns: AtomicU64,
    /// What is known of the cosigned checkpoints.
    cosigned: Mutex<Watch>,
    /// When the newest entry was seen here, in seconds since 1970.
    seen: AtomicI64,
    /// Only for blobs that are committed and have no file yet.
    blobs: Follower,
    problems: Mutex<BTreeMap<&'static str, String>>,
    /// When it was last seen whether witnesses are late.
    looked: Mutex<Option<Instant>>,
}

struct State {
    register: Register,
    withheld: Withheld,
    files: Files,
    /// What the last batch brought; its files may not be there yet.
    recent: Recent,
    /// True from an erasure until the register was folded anew without what it erased. What is gone is shown by nothing
    /// meanwhile; only that it once had an address is remembered.
    stale: bool,
}

/// An entry with its manifest, read and not yet folded.
struct Ready {
    entry: Entry,
    leaf: Hash,
    manifest: Option<Manifest>,
}

impl Ready {
    fn read(leaf: &[u8], blob: &dyn Fn(&Commitment) -> Option<Vec<u8>>) -> Result<Self, BadLeaf> {
        let entry = Leaf::read_trusted(leaf)?;
        let manifest = entry.sealed().and_then(|sealed| {
            let blob = blob(&sealed.content)?;
            reading::manifest_of(sealed.media, seal::open(&sealed.content, &blob)?)
        });
        Ok(Self {
            entry,
            leaf: leaf_hash(leaf),
            manifest,
        })
    }
}

impl State {
    fn apply(&mut self, ready: Ready) -> Done {
        let index = self.register.size();
        let applied = self.register.apply(&ready.entry, ready.leaf, ready.manifest);
        applied.at(format!("entry {index}"))?;
        let no = ready
            .entry
            .content()
            .and_then(|content| self.register.by_id(content.id));
        if let Some(no) = no {
            self.withheld.note(&self.register, no);
        }
        if !ready.entry.erased().is_empty() {
            self.withheld.note_erased(&self.register);
            self.stale = true;
        }
        Ok(())
    }
}

impl Live {
    /// Reads what is published and what is committed. An error means that there is nothing to serve.
    pub fn open(folder: &Folder) -> Done<Self> {
        let record = folder.record();
        let files = Files::new(&record, reading::derived_size(&record)?);
        let (register, _) = reading::load(folder, &files)?;
        let disk = Arc::new(Dir::new(&record));
        let live = Self {
            folder: folder.clone(),
            record,
            size: AtomicU64::new(register.size()),
            turns: AtomicU64::new(0),
            cosigned: Mutex::default(),
            seen: AtomicI64::new(clock::now().0),
            blobs: Follower::new(disk, 0),
            problems: Mutex::default(),
            looked: Mutex::default(),
            state: RwLock::new(State {
                withheld: Withheld::of(&register),
                register,
                files,
                recent: Recent::default(),
                stale: false,
            }),
        };
        live.unlink_erased();
        let mut follower = live.follower();
        if let Err(failure) = live.catch_up(&mut follower) {
            live.blame("record", Some(failure.message));
        }
        Ok(live)
    }

    /// Removes files that were erased and are there again, from a backup; they are not served in any case.
    fn unlink_erased(&self) {
        let state = self.read();
        let names = state.register.erased().map(|(name, _)| name.0);
        match tlog::erase::unlink(&Dir::new(&self.record), names) {
            Ok(removed) if removed.is_empty() => {}
            Ok(removed) => warn(format!(
                "{} erased files had come back and were removed again",
                removed.len()
            )),
            Err(error) => warn(format!("erased files are still there, and are not served: {error}")),
        }
    }

    /// Follows the record on a thread of its own, which ends when the last user of this value is gone.
    pub fn follow(self: &Arc<Self>) -> Done {
        let (live, mut follower) = (Arc::downgrade(self), self.follower());
        let run = move || while step(&live, &mut follower) {};
        std::thread::Builder::new()
            .name("follow".to_owned())
            .spawn(run)
            .at("thread")?;
        Ok(())
    }

    fn follower(&self) -> Follower {
        Follower::new(Arc::new(Dir::new(&self.record)), self.size())
    }

    /// Folds everything that is committed. True if there was something.
    fn catch_up(&self, follower: &mut Follower) -> Done<bool> {
        let mut any = false;
        loop {
            let batches = gather(follower)?;
            if batches.is_empty() {
                return Ok(any);
            }
            self.fold(&batches)?;
            any = true;
        }
    }

    /// Folds batches under one lock: readers see all of them, or none. What can be done before is done before.
    fn fold(&self, batches: &[Batch]) -> Done {
        let recent = Recent::of(batches);
        let blob = |commitment: &Commitment| recent.blob(commitment).or_else(|| self.committed_blob(commitment));
        let mut ready = Vec::new();
        for batch in batches {
            for (leaf, index) in batch.entries.iter().zip(batch.first..) {
                ready.push(Ready::read(leaf, &blob).at(format!("entry {index}"))?);
            }
        }
        let size = batches.last().map_or(0, |last| last.first + last.entries.len() as u64);
        if ready.iter().any(|one| !one.entry.erased().is_empty()) && self.is_published(size) {
            return self.refold(size);
        }
        let mut state = self.write();
        if let Err(failure) = ready.into_iter().try_for_each(|one| state.apply(one)) {
            return self.restore(&mut state, failure);
        }
        state.files = state.files.grown(state.register.size());
        state.recent = recent;
        self.seen.store(clock::now().0, Ordering::Relaxed);
        self.size.store(state.register.size(), Ordering::Release);
        Ok(())
    }

    /// Lets go of the newest batch once all its files are published, and of what was erased.
    fn forget(&self) -> Done {
        let done = || reading::derived_size(&self.record).is_ok_and(|size| size >= self.size());
        let (recent, stale) = {
            let state = self.read();
            (!state.recent.is_empty(), state.stale)
        };
        if (recent || stale) && done() {
            self.write().recent = Recent::default();
            if stale {
                return self.refold(self.size());
            }
        }
        Ok(())
    }

    /// Waits a little for the files of a commit: the writer is at them.
    fn is_published(&self, size: u64) -> bool {
        for _ in 0..500 {
            if reading::derived_size(&self.record).is_ok_and(|published| published >= size) {
                return true;
            }
            std::thread::sleep(PAUSE);
        }
        false
    }

    /// Folds the record anew, as it is without what was erased.
    fn refold(&self, size: u64) -> Done {
        let files = self.read().files.grown(size);
        let (register, _) = reading::load(&self.folder, &files)?;
        let mut state = self.write();
        *state = State {
            withheld: Withheld::of(&register),
            register,
            files,
            recent: Recent::default(),
            stale: false,
        };
        self.seen.store(clock::now().0, Ordering::Relaxed);
        self.size.store(size, Ordering::Release);
        Ok(())
    }

    /// Goes back to the register of the last good head.
    fn restore(&self, state: &mut State, failure: Failure) -> Done {
        let files = Files::new(&self.record, self.size());
        let (register, _) = reading::load(&self.folder, &files)?;
        state.register = register;
        Err(failure)
    }

    fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }

    /// Takes over what witnesses have cosigned meanwhile, and another policy.
    fn look_at_cosigned(&self, now: Instant) {
        let known = self.read().files.witnesses();
        let mut watch = self.cosigned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fresh) = watch.look(&self.record, &known, now) {
            let state = self.write();
            state.files.renew_witnesses(fresh);
            self.turns.fetch_add(1, Ordering::Release);
        }
    }

    fn committed_blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.blobs.blob(commitment.0).ok().flatten()
    }

    /// Says when witnesses are late, and when they no longer are.
    fn look_at_witnesses(&self, now: Instant) {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.is_some_and(|last| now.saturating_duration_since(last) < WATCH) {
            return;
        }
        *looked = Some(now);
        drop(looked);
        match cosign::overdue(&self.record, clock::now()) {
            Ok(overdue) => self.blame(WITNESSES, overdue.map(|overdue| overdue.to_string())),
            Err(failure) => self.blame(WITNESSES, Some(failure.message)),
        }
    }

    fn blame(&self, what: &'static str, problem: Option<String>) {
        let mut problems = self.problems();
        let news = problems.get(what) != problem.as_ref();
        match problem {
            Some(problem) => {
                if news {
                    warn(format!("{what}: {problem}{}", consequence(what)));
                }
                problems.insert(what, problem);
            }
            None => {
                problems.remove(what);
            }
        }
    }

    fn problems(&self) -> MutexGuard<'_, BTreeMap<&'static str, String>> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World for Live {
    fn head(&self) -> u64 {
        self.size() + self.turns.load(Ordering::Acquire)
    }

    fn look(&self, at: &mut dyn FnMut(&Register, &dyn Source)) -> bool {
        let state = self.read();
        let sight = Sight {
            live: self,
            state: &state,
            missed: AtomicBool::new(false),
        };
        at(&state.register, &sight);
        !sight.missed.load(Ordering::Relaxed)
    }

    fn withheld(&self, name: &Hash) -> Option<Gone> {
        self.read().withheld.by(name)
    }

    fn record(&self) -> Option<&Path> {
        Some(&self.record)
    }

    fn health(&self) -> Health {
        let (size, issued) = {
            let state = self.read();
            (state.register.size(), state.register.last_issued())
        };
        Health {
            size,
            issued,
            seen: self.seen.load(Ordering::Relaxed),
            problems: self.problems().values().cloned().collect(),
        }
    }
}

/// What a problem means for readers.
fn consequence(what: &str) -> &'static str {
    if what == WITNESSES {
        ""
    } else {
        "; the last good state is served"
    }
}

/// One turn of the thread; false once nobody needs it.
fn step(live: &Weak<Live>, follower: &mut Follower) -> bool {
    let Some(live) = live.upgrade() else { return false };
    live.look_at_witnesses(Instant::now());
    live.look_at_cosigned(Instant::now());
    let turn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| live.catch_up(follower)));
    let turn = turn.unwrap_or_else(|_| Err(Failure::new("an entry could not be folded")));
    let pause = match turn {
        Ok(true) => Duration::ZERO,
        Ok(false) => {
            live.blame("record", live.forget().err().map(|failure| failure.message));
            PAUSE
        }
        Err(failure) => {
            live.blame("record", Some(failure.message));
            // What was delivered but not folded has to come again.
            *follower = live.follower();
            PENANCE
        }
    };
    drop(live);
    std::thread::sleep(pause);
    true
}

/// Batches up to the end of a group, or a good many of them.
fn gather(follower: &mut Follower) -> Done<Vec<Batch>> {
    let mut batches: Vec<Batch> = Vec::new();
    let mut entries = 0;
    while entries < AT_ONCE {
        let Some(batch) = follower.next().at("record")? else {
            break;
        };
        entries += batch.entries.len();
        let whole = batch.checkpoint.is_some();
        batches.push(batch);
        if whole {
            break;
        }
    }
    Ok(batches)
}

/// The bytes as one page in the making sees them.
struct Sight<'a> {
    live: &'a Live,
    state: &'a State,
    /// True if something was not there that will be there soon: what was made must not be kept.
    missed: AtomicBool,
}

impl Sight<'_> {
    fn noted<T>(&self, found: Option<T>) -> Option<T> {
        if found.is_none() {
            self.missed.store(true, Ordering::Relaxed);
        }
        found
    }

    fn open(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        if self.state.withheld.by(&commitment.0).is_some() {
            return None;
        }
        let recent = self.state.recent.blob(commitment);
        self.noted(recent.or_else(|| self.live.committed_blob(commitment)))
    }
}

impl Source for Sight<'_> {
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>> {
        let mut blob = self.open(commitment)?;
        if seal::open(commitment, &blob).is_none() {
            self.live
                .blame("blob", Some(format!("{commitment} does not match its commitment")));
            return self.noted(None);
        }
        blob.drain(..seal::SALT);
        Some(Cow::Owned(blob))
    }

    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.open(commitment)
    }

    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        let recent = self.state.recent.entry(index).map(<[u8]>::to_vec);
        self.noted(recent.or_else(|| Source::entry(&self.state.files, index)))
    }

    fn proof(&self, index: u64) -> Option<String> {
        self.noted(Source::proof(&self.state.files, index))
    }

    fn witnessed(&self, index: u64) -> Option<Arc<Witnessed>> {
        Source::witnessed(&self.state.files, index)
    }

    fn witnesses(&self) -> Option<Arc<Witnessed>> {
        Source::witnesses(&self.state.files)
    }
}

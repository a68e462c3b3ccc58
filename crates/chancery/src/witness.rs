//! A witness: cosigns checkpoints of logs that it knows, and never two that do not continue each other
//! (<https://c2sp.org/tlog-witness>).
//!
//! One thread decides, in the order of arrival, and answers only what is on the disk: requests that come while it
//! writes are decided together and kept by one sync.

mod http;
mod settings;
mod store;

pub use http::serve;
pub use settings::{CONFIG, Settings, create, read};

use crate::output::{Context as _, Done, Failure, warn};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, PoisonError, RwLock,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};
use store::Store;
use tlog::{
    Checkpoint, CosigningKey, Note,
    hash::Hash,
    store::{Dir, Disk as _, Lock},
    witness::{Refusal, Request, Witness, origin_hash},
};
use tokio::sync::oneshot;

/// Requests that are decided together at most.
const AT_ONCE: usize = 512;

/// The answer to a request: signature lines, or why there are none.
pub type Verdict = Result<String, Refusal>;

/// A request on its way to the thread that decides.
struct Job {
    request: Request,
    answer: oneshot::Sender<Verdict>,
}

/// What the serving side holds.
pub struct Desk {
    jobs: Sender<Job>,
    seen: Seen,
    /// The public key, for those who ask who this is.
    pub vkey: String,
}

/// The newest cosigned checkpoint of each log, by the hash of its origin.
type Seen = Arc<RwLock<BTreeMap<Hash, Arc<[u8]>>>>;

impl Desk {
    /// Decides a request; `None` where the witness has ended.
    pub async fn ask(&self, request: Request) -> Option<Verdict> {
        let (answer, verdict) = oneshot::channel();
        self.jobs.send(Job { request, answer }).ok()?;
        verdict.await.ok()
    }

    /// The newest checkpoint of a log that was cosigned here, with the signatures of both.
    pub fn newest(&self, origin: &Hash) -> Option<Arc<[u8]>> {
        self.seen
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(origin)
            .cloned()
    }
}

/// Opens a witness and starts the thread that decides. `now` gives seconds since 1970.
pub fn open(folder: &Path, settings: &Settings, now: impl Fn() -> u64 + Send + 'static) -> Done<Desk> {
    let lock = Dir::new(folder).lock("lock").at(folder.display())?;
    let lock = lock.ok_or_else(|| Failure::new(format!("{}: another witness runs here", folder.display())))?;
    let key = settings::load_key(folder)?;
    let vkey = key.public().to_string();
    let (store, notes) = Store::open(&folder.join("seen"))?;
    let mut desk = Deciding {
        key,
        store,
        witness: Witness::default(),
        newest: BTreeMap::new(),
        seen: Seen::default(),
        last: 0,
        _lock: lock,
    };
    settings.logs.iter().for_each(|key| desk.witness.trust(key.clone()));
    notes
        .into_iter()
        .try_for_each(|note| desk.remember(&note))
        .at(folder.join("seen").display())?;
    desk.show();
    desk.store
        .compact(desk.newest.values().map(|note| &**note))
        .at(folder.join("seen").display())?;
    let (jobs, waiting) = channel();
    let seen = Arc::clone(&desk.seen);
    let run = move || desk.run(&waiting, &now);
    std::thread::Builder::new()
        .name("decide".to_owned())
        .spawn(run)
        .at("thread")?;
    Ok(Desk { jobs, seen, vkey })
}

/// The thread that decides.
struct Deciding {
    key: CosigningKey,
    store: Store,
    witness: Witness,
    newest: BTreeMap<String, Arc<[u8]>>,
    seen: Seen,
    /// The last time that was signed: it does not go back with the clock.
    last: u64,
    _lock: Box<dyn Lock>,
}

impl Deciding {
    fn run(mut self, waiting: &Receiver<Job>, now: &dyn Fn() -> u64) {
        while let Ok(first) = waiting.recv() {
            let rest = waiting.try_iter().take(AT_ONCE - 1);
            let jobs: Vec<Job> = std::iter::once(first).chain(rest).collect();
            self.last = self.last.max(now());
            let (verdicts, notes): (Vec<Verdict>, Vec<_>) = jobs.iter().map(|job| self.decide(&job.request)).unzip();
            let notes: Vec<Arc<[u8]>> = notes.into_iter().flatten().collect();
            if let Err(error) = self.keep(&notes) {
                // What the disk holds is not known after a failed sync, so nothing more may be signed.
                warn(format!("the witness ends: its state cannot be kept: {error}"));
                std::process::abort();
            }
            self.show();
            for (job, verdict) in jobs.into_iter().zip(verdicts) {
                // Who no longer waits may ask again.
                let _ = job.answer.send(verdict);
            }
        }
    }

    /// Decides, and remembers in memory, so that the next request of the same turn sees it.
    fn decide(&mut self, request: &Request) -> (Verdict, Option<Arc<[u8]>>) {
        let sound = match self.witness.judge(request) {
            Ok(sound) => sound,
            Err(refusal) => return (Err(refusal), None),
        };
        let line = self.key.cosign(&sound.note.text, self.last);
        let mut note = sound.note;
        let answer = format!("{line}\n");
        note.signatures.push(line);
        let note: Arc<[u8]> = note.to_bytes().into();
        self.witness.advance(&sound.checkpoint);
        self.newest.insert(sound.checkpoint.origin, Arc::clone(&note));
        (Ok(answer), Some(note))
    }

    fn keep(&mut self, notes: &[Arc<[u8]>]) -> std::io::Result<()> {
        if notes.is_empty() {
            return Ok(());
        }
        self.store.append(notes.iter().map(|note| &**note))?;
        if self.store.is_long(self.newest.values().map(|note| note.len()).sum()) {
            self.store.compact(self.newest.values().map(|note| &**note))?;
        }
        Ok(())
    }

    fn remember(&mut self, bytes: &[u8]) -> Result<(), String> {
        let note = Note::parse(bytes).map_err(|error| error.to_string())?;
        let checkpoint: Checkpoint = note.text.parse().map_err(|error| format!("{error}"))?;
        let time = self.key.public().verify(&note).map_err(|error| error.to_string())?;
        self.last = self.last.max(time.ok_or("a checkpoint that was not cosigned here")?);
        self.witness.advance(&checkpoint);
        self.newest.insert(checkpoint.origin, bytes.into());
        Ok(())
    }

    fn show(&self) {
        let newest = self
            .newest
            .iter()
            .map(|(origin, note)| (origin_hash(origin), Arc::clone(note)));
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = newest.collect();
    }
}

/// How long a request may take in all.
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
pub(crate) mod tests;

//! Asking the witnesses of the record's policy to cosign its newest checkpoint.
//!
//! Nobody waits for this: entries are public before the first witness is asked. What a crash leaves after each step:
//!
//! 1. All witnesses are asked at once, each with a proof from what it has seen. *Nothing is left; witnesses remember.*
//! 2. Where the policy is met, the cosigned checkpoint is kept under `cosigned/`, once and for ever. *A whole file or none.*
//! 3. `checkpoint` is replaced by the cosigned form, unless it waits for more witnesses. *The old one or the new one.*

mod ask;
mod overdue;

pub use overdue::{Overdue, overdue};

use crate::{
    clock,
    config::Witnessing,
    folder::{self, Folder},
    output::{Context as _, Done, Failure, warn},
    reading,
    verify::{look::MAX_LOG_JSON, trust::Trusted},
};
use ask::{Answer, Witness};
use record::date::Moment;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};
use tlog::{
    CHECKPOINT, Checkpoint, LogKeys, Note, Policy, archive_path,
    cosigned::{self, cosigned_path},
    note::MAX_NOTE,
    policy::{Judgement, MAX_POLICY},
    reader::LogReader,
    store::{Dir, Source as _, StoreError},
};

/// How long a command waits for another that holds the record, before it leaves the publishing to it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What came of asking.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Size of the checkpoint.
    pub size: u64,
    /// Names of the witnesses that have cosigned it, and when.
    pub cosigned: Vec<(String, Moment)>,
    /// True if that is enough.
    pub met: bool,
    /// What went wrong, by witness.
    pub problems: Vec<(String, String)>,
}

/// The policy of a record; `None` where it has no file. Whether it is the one that the entries name is for `verify`.
pub fn policy(record: &Path) -> Done<Option<Policy>> {
    let path = record.join("policy");
    let bytes = Dir::new(record).read("policy", MAX_POLICY).at(path.display())?;
    bytes.map(|bytes| Policy::parse(&bytes).at(path.display())).transpose()
}

/// Asks the witnesses of a record; `None` where its policy names none. Needs no key of the record.
pub fn once(folder: &Folder) -> Done<Option<Outcome>> {
    let record = folder.record();
    let Some(policy) = policy(&record)?.filter(|policy| !policy.witnesses().is_empty()) else {
        return Ok(None);
    };
    let keys = log_keys(&record)?;
    let head = Head::read(&record, &keys)?;
    let mut sizes = Sizes::read(folder)?;
    let (note, problems) = ask_all(folder, &policy, &head, &mut sizes);
    let judged = policy.judge(&note).at("cosignatures")?;
    keep(folder, &keys, &head, &note, judged.met)?;
    sizes.save(folder)?;
    Ok(Some(outcome(&policy, head.checkpoint.size, judged, problems)))
}

/// What a command does when its entries are public. Nothing of it makes the command fail.
pub fn after(folder: &Folder) {
    match once(folder) {
        Ok(Some(outcome)) => outcome
            .problems
            .iter()
            .for_each(|(name, what)| warn(format!("witness {name}: {what}"))),
        Ok(None) => return,
        Err(failure) => warn(format!("witnesses: {}", failure.message)),
    }
    match overdue(&folder.record(), clock::now()) {
        Ok(Some(overdue)) => warn(overdue),
        Ok(None) => {}
        Err(failure) => warn(format!("witnesses: {}", failure.message)),
    }
}

/// Marks the record as its settings say: whether `checkpoint` waits for witnesses. Needs the record for a moment.
pub fn mark(folder: &Folder) -> Done {
    let wants = folder.config.witness == Witnessing::Wait;
    let asks = policy(&folder.record())?.is_some_and(|policy| !policy.asks_nobody());
    let disk = Dir::new(folder.record());
    cosigned::hold(&disk, wants && asks).at(folder.record().display())
}

/// The keys that the record names for checkpoints.
fn log_keys(record: &Path) -> Done<LogKeys> {
    let path = record.join("log.json");
    let bytes = Dir::new(record).read("log.json", MAX_LOG_JSON).at(path.display())?;
    let bytes = bytes.ok_or_else(|| Failure::new(format!("{}: is missing", path.display())))?;
    Trusted::log_json(&bytes).map(|trusted| trusted.keys).at(path.display())
}

/// The newest checkpoint whose files are all there, with every cosignature it has so far.
struct Head {
    checkpoint: Checkpoint,
    note: Note,
    record: PathBuf,
}

impl Head {
    fn read(record: &Path, keys: &LogKeys) -> Done<Self> {
        let disk = Dir::new(record);
        let size = reading::derived_size(record)?;
        let read = |path: &str| disk.read(path, MAX_NOTE).at(record.join(path).display());
        let archived = read(&archive_path(size))?;
        let bytes = match archived {
            Some(bytes) => bytes,
            None => read(CHECKPOINT)?.unwrap_or_default(),
        };
        let checkpoint = Checkpoint::open(&bytes, keys).at(record.join(archive_path(size)).display())?;
        let mut note = Note::parse(&bytes).at("checkpoint")?;
        for path in [CHECKPOINT.to_owned(), cosigned_path(size)] {
            let other = read(&path)?.and_then(|bytes| Note::parse(&bytes).ok());
            let lines = other
                .filter(|other| other.text == note.text)
                .map_or_else(Vec::new, |other| other.signatures);
            for line in lines {
                if !note.signatures.contains(&line) {
                    note.signatures.push(line);
                }
            }
        }
        Ok(Self {
            checkpoint,
            note,
            record: record.to_owned(),
        })
    }
}

type Problems = Vec<(String, String)>;

/// Asks every witness that has an address and has not cosigned yet, all at once.
fn ask_all(folder: &Folder, policy: &Policy, head: &Head, sizes: &mut Sizes) -> (Note, Problems) {
    let asked = missing(policy, head);
    let reader = LogReader::new(Dir::new(&head.record), head.checkpoint.size);
    let deadline = Instant::now() + Duration::from_secs(folder.config.witness_seconds.max(1));
    let answers: Vec<Result<Answer, String>> = thread::scope(|scope| {
        let (reader, seen) = (&reader, &*sizes);
        let one = |witness| {
            scope.spawn(move || {
                ask::ask(
                    witness,
                    seen.of(witness),
                    &head.checkpoint,
                    &head.note,
                    reader,
                    deadline,
                )
            })
        };
        let running: Vec<_> = asked.iter().map(one).collect();
        let joined = running.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .map(|one| one.unwrap_or_else(|_| Err("could not be asked".to_owned())))
            .collect()
    });
    let mut note = without_false(policy, &head.note);
    let mut problems = Problems::new();
    for (witness, answer) in asked.iter().zip(answers) {
        match answer {
            Ok(answer) => {
                sizes.note(witness, answer.seen);
                note.signatures.extend(answer.line);
                problems.extend(answer.problem.map(|problem| (witness.name.clone(), problem)));
            }
            Err(problem) => problems.push((witness.name.clone(), problem)),
        }
    }
    (note, problems)
}

/// Witnesses that can be asked and have not cosigned yet.
fn missing<'a>(policy: &'a Policy, head: &Head) -> Vec<Witness<'a>> {
    let missing = |witness: &&tlog::policy::Witness| !matches!(witness.key.verify(&head.note), Ok(Some(_)));
    let reachable = |known: &'a tlog::policy::Witness| {
        let (name, url) = (known.name().into_owned(), known.url.as_deref()?);
        Some(Witness {
            name,
            key: &known.key,
            url,
        })
    };
    policy
        .witnesses()
        .iter()
        .filter(missing)
        .filter_map(reachable)
        .collect()
}

/// A line that claims to be by a witness and is not would spoil the note; it was never its.
fn without_false(policy: &Policy, note: &Note) -> Note {
    let mut kept = note.clone();
    kept.signatures.retain(|line| {
        let claimed = policy.witnesses().iter().find(|witness| witness.key.claims(line));
        claimed.is_none_or(|witness| witness.key.time_of(&note.text, line).is_some())
    });
    kept
}

fn keep(folder: &Folder, keys: &LogKeys, head: &Head, note: &Note, met: bool) -> Done {
    let disk = Dir::new(folder.record());
    let (size, bytes) = (head.checkpoint.size, note.to_bytes());
    let place = || folder.record().display().to_string();
    if met && size > 0 {
        cosigned::keep(&disk, size, &bytes).at(place())?;
    }
    let alone = note.signatures.iter().all(|line| line.name == head.checkpoint.origin);
    if alone || (cosigned::is_held(&disk).at(place())? && !met) {
        return Ok(());
    }
    let until = Instant::now() + PATIENCE;
    loop {
        match cosigned::publish(&disk, keys, &bytes) {
            Err(StoreError::Locked) if Instant::now() < until => thread::sleep(Duration::from_millis(20)),
            // Whoever writes there now asks when it is done.
            Err(StoreError::Locked) => return Ok(()),
            published => return published.map(|_| ()).at(place()),
        }
    }
}

/// Names of the witnesses that cosigned, and when.
pub fn named(policy: &Policy, judged: &Judgement) -> Vec<(String, Moment)> {
    let witnesses = policy.witnesses();
    let name = |place: usize| witnesses.get(place).map(|witness| witness.name().into_owned());
    let cosigned = judged.cosigned.iter();
    cosigned
        .filter_map(|(place, time)| Some((name(*place)?, Moment(time.cast_signed()))))
        .collect()
}

fn outcome(policy: &Policy, size: u64, judged: Judgement, problems: Problems) -> Outcome {
    Outcome {
        size,
        cosigned: named(policy, &judged),
        met: judged.met,
        problems,
    }
}

/// Up to which size each witness has seen the record: a private note that saves one question, and may be deleted.
#[derive(Default)]
struct Sizes(BTreeMap<String, u64>);

impl Sizes {
    fn path(folder: &Folder) -> PathBuf {
        folder.cache().join("witnesses.json")
    }

    fn read(folder: &Folder) -> Done<Self> {
        let bytes = folder::read_if_there(&Self::path(folder))?;
        Ok(Self(
            bytes
                .and_then(|bytes| serde_json::from_slice(&bytes).ok())
                .unwrap_or_default(),
        ))
    }

    fn of(&self, witness: &Witness<'_>) -> u64 {
        self.0.get(&witness.key.to_string()).copied().unwrap_or(0)
    }

    fn note(&mut self, witness: &Witness<'_>, size: u64) {
        self.0.insert(witness.key.to_string(), size);
    }

    fn save(&self, folder: &Folder) -> Done {
        let bytes = serde_json::to_vec(&self.0).at("witnesses.json")?;
        folder::replace(&Self::path(folder), &bytes, false)
    }
}

#[cfg(test)]
pub(crate) mod tests;

//! Stories of a log whose entries erase texts: what was erased and acknowledged never comes back, neither as a file nor
//! from the journal, and no proof of anything else changes.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use tlog::hash::sha256;
use tlog::store::memory::Chance;
use tlog::store::{Memory, Source as _};
use tlog::{Group, LogReader, StoreError, Writer, archive_path};

use crate::Subject;
use crate::kinds::{Kind, Lived, perhaps_fail};
use crate::life::End;
use crate::support::{ORIGIN, create, key};
use crate::texts::{Text, Texts, erases, require_gone, require_whole};

pub(crate) struct Erasing<'a>(pub(crate) &'a dyn Subject);

/// What is known for sure.
#[derive(Clone)]
pub(crate) struct Known {
    end: End,
    /// Where the log stands if what is under way, or failed without certainty, happened.
    open: Option<End>,
    /// Texts of which nothing may be left, whether or not anybody recovers the log.
    gone: Arc<Vec<Text>>,
    proofs: Arc<Vec<Proof>>,
}

/// A proof file that was given to somebody.
struct Proof {
    index: u64,
    size: u64,
    bytes: Vec<u8>,
}

fn proof(disk: &Memory, index: u64, size: u64) -> Result<Vec<u8>, String> {
    let told = |error: StoreError| format!("proof of {index} in {size}: {error}");
    let reader = LogReader::new(disk.clone(), size);
    let archived = disk
        .read(&archive_path(size), 1 << 20)
        .map_err(|error| told(error.into()))?;
    let entry = reader.entry(index).map_err(told)?.unwrap_or_default();
    let proof = reader
        .proof_file(index, &entry, &archived.unwrap_or_default())
        .map_err(told)?;
    Ok(proof.to_bytes())
}

/// Logs from which stories start.
fn base(n: usize) -> (Memory, Texts) {
    static BASES: OnceLock<Vec<(Memory, Texts)>> = OnceLock::new();
    let made = BASES.get_or_init(|| [0, 3, 252].map(made).into());
    let (disk, texts) = &made[n % made.len()];
    (disk.fork(), texts.clone())
}

fn made(size: usize) -> (Memory, Texts) {
    let (disk, mut texts, mut group) = (Memory::new(), Texts::default(), Group::default());
    create(&disk);
    (0..size).for_each(|_| texts.add(&mut group, 20));
    if size > 0 {
        let mut writer = Writer::open_erasing(Arc::new(disk.clone()), ORIGIN, key(), erases)
            .unwrap()
            .0;
        writer.commit(&[group]).unwrap();
        writer.close().unwrap();
    }
    (disk, texts)
}

struct Story<'a> {
    subject: &'a dyn Subject,
    chance: Chance,
    disk: Memory,
    texts: Texts,
    open: Option<Texts>,
    known: Known,
    moments: Vec<(Memory, Known)>,
    story: String,
}

impl Kind for Erasing<'_> {
    type Known = Known;

    fn live(&self, seed: u64) -> Result<Lived<Known>, String> {
        let mut chance = Chance::new(seed);
        let (disk, texts) = base(chance.below(3));
        let known = Known {
            end: texts.end(),
            open: None,
            gone: Arc::default(),
            proofs: Arc::default(),
        };
        let (moments, story) = (Vec::new(), String::new());
        let mut story = Story {
            subject: self.0,
            chance,
            disk,
            texts,
            open: None,
            known,
            moments,
            story,
        };
        story.disk.keep_images();
        for _ in 0..=story.chance.below(3) {
            story.run()?;
        }
        story.keep(true);
        let Story { moments, story, .. } = story;
        Ok(Lived { moments, story })
    }

    fn judge(&self, left: &Memory, known: &Known, chance: &mut Chance, go_on: bool) -> Result<Known, String> {
        require_gone(left, &known.gone).map_err(|what| format!("before recovery: {what}"))?;
        let opened = Writer::open_erasing(self.0.disk(left), ORIGIN, key(), erases);
        let mut writer = opened.map_err(|error| format!("cannot be opened: {error}"))?.0;
        let found = (writer.size(), writer.root());
        if found != known.end && Some(found) != known.open {
            return Err(format!(
                "{found:?} found, allowed are {:?} and {:?}",
                known.end, known.open
            ));
        }
        require_whole(left, found.0, &|_| false)?;
        for given in &*known.proofs {
            if proof(left, given.index, given.size)? != given.bytes {
                return Err(format!("the proof of {} in {} is another", given.index, given.size));
            }
        }
        if go_on {
            let (mut texts, mut group) = (Texts::default(), Group::default());
            texts.next = usize::try_from(found.0).unwrap();
            texts.erase(&mut group, &[(texts.next, sha256(&[1]))]);
            texts.add(&mut group, chance.below(9_000));
            let commit = self
                .0
                .commit(&mut writer, &[group])
                .map_err(|error| format!("cannot go on: {error}"))?;
            require_whole(left, commit.size, &|_| false).map_err(|what| format!("gone on: {what}"))?;
        }
        Ok(Known {
            end: found,
            open: None,
            ..known.clone()
        })
    }
}

impl Story<'_> {
    fn tell(&mut self, what: impl std::fmt::Display) {
        let _ = write!(self.story, "\n  {}: {what}", self.moments.len());
    }

    /// Takes the images since the last time. `done` is true when nothing is under way any more.
    fn keep(&mut self, done: bool) {
        let last = done.then(|| self.disk.fork());
        for disk in self.disk.take_images().into_iter().chain(last) {
            self.moments.push((disk, self.known.clone()));
        }
    }

    fn perhaps_fail(&mut self, within: usize) {
        if let Some(what) = perhaps_fail(&mut self.chance, &self.disk, within) {
            self.tell(what);
        }
    }

    fn run(&mut self) -> Result<(), String> {
        self.perhaps_fail(60);
        let opened = Writer::open_erasing(self.subject.disk(&self.disk), ORIGIN, key(), erases);
        self.keep(false);
        let mut writer = match opened {
            Ok((writer, _)) => writer,
            Err(_) if self.disk.struck() => {
                self.disk.heal();
                return Ok(());
            }
            Err(error) => return Err(format!("cannot be opened: {error}")),
        };
        self.found((writer.size(), writer.root()))?;
        for _ in 0..=self.chance.below(4) {
            self.perhaps_fail(60);
            self.commit(&mut writer)?;
            if writer.stopped().is_some() {
                break;
            }
        }
        if self.chance.once_in(3) {
            let closed = writer.close();
            self.tell(format_args!("closed: {closed:?}"));
            self.keep(false);
        }
        self.disk.heal();
        Ok(())
    }

    /// What recovery found is certain, and so is what it erased.
    fn found(&mut self, found: End) -> Result<(), String> {
        if let Some(open) = self.open.take().filter(|open| open.end() == found) {
            self.texts = open;
        }
        if found != self.texts.end() {
            return Err(format!("opened at {found:?} instead of {:?}", self.texts.end()));
        }
        self.known.end = found;
        self.known.open = None;
        self.acknowledged()
    }

    fn acknowledged(&mut self) -> Result<(), String> {
        self.known.gone = Arc::new(self.texts.gone.clone());
        require_gone(&self.disk.fork(), &self.known.gone)
    }

    fn commit(&mut self, writer: &mut Writer) -> Result<(), String> {
        let (mut texts, mut group) = (self.texts.clone(), Group::default());
        let erased = self.draw(&mut texts, &mut group);
        self.known.open = Some(texts.end());
        let result = self.subject.commit(writer, &[group]);
        self.keep(false);
        let told = result.as_ref().map(|commit| (commit.size, commit.behind.as_deref()));
        self.tell(format_args!(
            "commit of {}, erasing {erased}: {told:?}",
            texts.tree.size()
        ));
        match result {
            Ok(commit) => {
                self.texts = texts;
                (self.known.end, self.known.open) = (self.texts.end(), None);
                if commit.behind.is_none() {
                    self.acknowledged()?;
                    self.prove()?;
                }
            }
            Err(_) if writer.stopped().is_some() => self.open = Some(texts),
            Err(_) => {
                self.known.open = None;
                self.disk.heal();
            }
        }
        self.keep(true);
        Ok(())
    }

    /// New texts, small or big, or an erasure of some, with a text that says so. Gives how many it erases.
    fn draw(&mut self, texts: &mut Texts, group: &mut Group) -> usize {
        let mut erased = Vec::new();
        if self.chance.once_in(2) {
            for _ in 0..=self.chance.below(3) {
                let near = self.chance.below(texts.alive.len().min(6));
                erased.extend(
                    texts
                        .alive
                        .iter()
                        .rev()
                        .nth(near)
                        .filter(|text| !erased.contains(*text))
                        .copied(),
                );
            }
        }
        if !erased.is_empty() {
            texts.erase(group, &erased);
        }
        let (count, len) = match self.chance.below(12) {
            0 => (1, 263_000),
            1 => (3, 60_000),
            _ => (1 + self.chance.below(3), 10 + self.chance.below(3_000)),
        };
        (0..count).for_each(|_| texts.add(group, len));
        erased.len()
    }

    /// Gives a proof to somebody, of any entry in the newest checkpoint.
    fn prove(&mut self) -> Result<(), String> {
        if self.known.proofs.len() < 4 {
            let size = self.known.end.0;
            let index = self.chance.any() % size;
            let bytes = proof(&self.disk.fork(), index, size)?;
            let given = self.known.proofs.iter().map(|proof| Proof {
                index: proof.index,
                size: proof.size,
                bytes: proof.bytes.clone(),
            });
            let all = given.chain([Proof { index, size, bytes }]).collect();
            self.known.proofs = Arc::new(all);
        }
        Ok(())
    }
}

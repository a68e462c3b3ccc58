//! Stories of a log whose `checkpoint` is held back until its witnesses have answered: it is never shown before, and never
//! lost after. Commands that begin and end the holding come in between, also before anybody has recovered the log.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use tlog::cosigned::{cosigned_path, hold, keep, publish};
use tlog::store::memory::Chance;
use tlog::store::{Memory, Source as _};
use tlog::{Checkpoint, CosigningKey, Note, Policy, StoreError, Writer, archive_path};

use crate::Subject;
use crate::kinds::{Kind, Lived, perhaps_fail};
use crate::life::End;
use crate::support::{ORIGIN, check, create, group, key, verifier};

pub(crate) struct Holding<'a>(pub(crate) &'a dyn Subject);

/// Three witnesses, two of whom are enough.
static WITNESSES: LazyLock<[CosigningKey; 3]> =
    LazyLock::new(|| [1, 2, 3].map(|n| CosigningKey::generate(&format!("w{n}.example"), [n; 32]).unwrap()));
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let mut text = String::new();
    for (n, witness) in WITNESSES.iter().enumerate() {
        writeln!(text, "witness w{n} {}", witness.public()).unwrap();
    }
    text.push_str("group two 2 w0 w1 w2\nquorum two\n");
    Policy::parse(text.as_bytes()).unwrap()
});

fn is_met(note: &Note) -> bool {
    POLICY.judge(note).is_ok_and(|judged| judged.met)
}

/// What is known for sure.
#[derive(Clone)]
pub(crate) struct Known {
    end: End,
    /// Where the log stands if what is under way, or failed without certainty, happened.
    open: Option<End>,
    /// Up to this size `checkpoint` may be shown without the witnesses; above it was held.
    free: u64,
    /// The largest size that `checkpoint` was published for with what the witnesses said.
    shown: u64,
    /// True while `checkpoint` is not replaced but by synced files.
    strict: bool,
    /// Cosigned checkpoints that were kept.
    kept: Arc<BTreeMap<u64, Vec<u8>>>,
}

struct Story<'a> {
    subject: &'a dyn Subject,
    chance: Chance,
    disk: Memory,
    known: Known,
    /// Checkpoints and what the witnesses have said of them so far.
    notes: BTreeMap<u64, Note>,
    /// The largest size that anybody saw.
    seen: u64,
    moments: Vec<(Memory, Known)>,
    story: String,
}

impl Kind for Holding<'_> {
    type Known = Known;

    fn live(&self, seed: u64) -> Result<Lived<Known>, String> {
        let (disk, tree) = (Memory::new(), tlog::tree::Tree::new());
        create(&disk);
        let known = Known {
            end: (0, tree.root()),
            open: None,
            free: u64::MAX,
            shown: 0,
            strict: true,
            kept: Arc::default(),
        };
        let mut story = Story {
            subject: self.0,
            chance: Chance::new(seed),
            disk,
            known,
            notes: BTreeMap::new(),
            seen: 0,
            moments: Vec::new(),
            story: String::new(),
        };
        story.disk.keep_images();
        story.mark(true)?;
        for _ in 0..=1 + story.chance.below(3) {
            story.run()?;
            if story.chance.once_in(6) {
                let held = story.chance.once_in(2);
                story.mark(held)?;
            }
            story.ask()?;
        }
        let Story { moments, story, .. } = story;
        Ok(Lived { moments, story })
    }

    fn judge(&self, left: &Memory, known: &Known, chance: &mut Chance, go_on: bool) -> Result<Known, String> {
        let mut known = known.clone();
        let before = look(left, &known)?;
        if known.strict && before.is_none_or(|size| size < known.shown) {
            return Err(format!("{} was shown, and now {before:?}", known.shown));
        }
        if go_on && chance.once_in(2) {
            let held = chance.once_in(2);
            known.free = if held { known.free } else { u64::MAX };
            hold(&*self.0.disk(left), held).map_err(|error| format!("hold {held}: {error}"))?;
            let after = look(left, &known)?;
            if after < before {
                return Err(format!("hold {held}: {before:?} was shown before, and now {after:?}"));
            }
        }
        let opened = Writer::open(self.0.disk(left), ORIGIN, key());
        let mut writer = opened.map_err(|error| format!("cannot be opened: {error}"))?.0;
        let found = (writer.size(), writer.root());
        if found != known.end && Some(found) != known.open {
            return Err(format!(
                "{found:?} found, allowed are {:?} and {:?}",
                known.end, known.open
            ));
        }
        (known.end, known.open, known.strict) = (found, None, true);
        let told = |error: StoreError| format!("gone on: {error}");
        if go_on {
            let groups = [group(usize::try_from(found.0).unwrap(), 2, 100)];
            let commit = self.0.commit(&mut writer, &groups).map_err(told)?;
            known.end = (commit.size, commit.root);
        }
        require(left, &known, before)?;
        if go_on {
            writer.close().map_err(told)?;
            let size = known.end.0;
            let archived = read(left, &archive_path(size))?;
            let mut note = Note::parse(&archived).map_err(|error| error.to_string())?;
            let text = note.text.clone();
            note.signatures
                .extend(WITNESSES.iter().map(|witness| witness.cosign(&text, 9)));
            keep(left, size, &note.to_bytes()).map_err(told)?;
            publish(left, &verifier(), &note.to_bytes()).map_err(told)?;
            known.shown = size;
            Arc::make_mut(&mut known.kept).insert(size, note.to_bytes());
            require(left, &known, Some(size))?;
        }
        Ok(known)
    }
}

fn read(disk: &Memory, path: &str) -> Result<Vec<u8>, String> {
    let bytes = disk.read(path, 1 << 20).map_err(|error| error.to_string())?;
    Ok(bytes.unwrap_or_default())
}

/// The size of `checkpoint`, if it is one. Above what is free, the witnesses must have said enough.
fn look(disk: &Memory, known: &Known) -> Result<Option<u64>, String> {
    let bytes = read(disk, "checkpoint")?;
    let Ok(checkpoint) = Checkpoint::open(&bytes, &verifier()) else {
        return Ok(None);
    };
    let note = Note::parse(&bytes).map_err(|error| error.to_string())?;
    if checkpoint.size > known.free && !is_met(&note) {
        return Err(format!("{} is shown before the witnesses allowed it", checkpoint.size));
    }
    Ok(Some(checkpoint.size))
}

/// What must hold once the log was recovered.
fn require(disk: &Memory, known: &Known, before: Option<u64>) -> Result<(), String> {
    let now = look(disk, known)?;
    if now.is_none_or(|now| now < known.shown || Some(now) < before) {
        return Err(format!("{before:?} and {} were shown, and now {now:?}", known.shown));
    }
    let note = Note::parse(&read(disk, "checkpoint")?).map_err(|error| error.to_string())?;
    if now == Some(known.shown) && known.kept.contains_key(&known.shown) && !is_met(&note) {
        return Err(format!("the cosignatures of {} are lost", known.shown));
    }
    for (size, bytes) in &*known.kept {
        if read(disk, &cosigned_path(*size))? != *bytes {
            return Err(format!("the cosigned checkpoint of {size} is lost"));
        }
    }
    // The files of what is held are all there as well.
    let held = disk.fork();
    held.overwrite("checkpoint", &read(disk, &archive_path(known.end.0))?);
    let report = check(if known.end.0 > 0 { &held } else { disk });
    if report.is_sound()
        && report
            .checkpoint
            .is_some_and(|checkpoint| checkpoint.size == known.end.0)
    {
        return Ok(());
    }
    Err(format!("{:?}, not whole at {}", report.findings, known.end.0))
}

impl Story<'_> {
    fn tell(&mut self, what: impl std::fmt::Display) {
        let _ = write!(self.story, "\n  {}: {what}", self.moments.len());
    }

    /// Takes the images since the last time. `done` is true when nothing is under way any more.
    fn keep(&mut self, done: bool) -> Result<(), String> {
        let last = done.then(|| self.disk.fork());
        for disk in self.disk.take_images().into_iter().chain(last) {
            let size = look(&disk, &self.known)?.ok_or("there is no checkpoint")?;
            if size < self.seen {
                return Err(format!("{} was shown, and now {size}", self.seen));
            }
            self.seen = size;
            self.moments.push((disk, self.known.clone()));
        }
        Ok(())
    }

    fn perhaps_fail(&mut self, within: usize) {
        if let Some(what) = perhaps_fail(&mut self.chance, &self.disk, within) {
            self.tell(what);
        }
    }

    /// Begins or ends the holding. While it is not sure that `checkpoint` is held, all may be shown.
    fn mark(&mut self, held: bool) -> Result<(), String> {
        if !held {
            self.known.free = u64::MAX;
        }
        self.perhaps_fail(8);
        let marked = hold(&*self.subject.disk(&self.disk), held);
        self.keep(false)?;
        self.tell(format_args!("hold {held}: {marked:?}"));
        if held && marked.is_ok() && self.known.free == u64::MAX {
            self.known.free = self.known.open.map_or(self.known.end.0, |open| open.0);
        }
        let struck = self.disk.struck();
        self.disk.heal();
        if marked.is_err() && !struck {
            return Err(format!("hold {held}: {marked:?}"));
        }
        self.keep(true)
    }

    /// One process that writes.
    fn run(&mut self) -> Result<(), String> {
        self.perhaps_fail(40);
        let opened = Writer::open(self.subject.disk(&self.disk), ORIGIN, key());
        self.keep(false)?;
        let mut writer = match opened {
            Ok((writer, _)) => writer,
            Err(_) if self.disk.struck() => {
                self.disk.heal();
                return Ok(());
            }
            Err(error) => return Err(format!("cannot be opened: {error}")),
        };
        let found = (writer.size(), writer.root());
        if found != self.known.end && Some(found) != self.known.open {
            return Err(format!("opened at {found:?} instead of {:?}", self.known.end));
        }
        (self.known.end, self.known.open, self.known.strict) = (found, None, true);
        self.keep(true)?;
        for _ in 0..=self.chance.below(3) {
            self.perhaps_fail(40);
            if !self.commit(&mut writer)? {
                break;
            }
        }
        if self.chance.once_in(2) {
            let closed = writer.close();
            self.keep(false)?;
            self.tell(format_args!("closed: {closed:?}"));
        }
        self.disk.heal();
        Ok(())
    }

    /// False when the writer stopped.
    fn commit(&mut self, writer: &mut Writer) -> Result<bool, String> {
        let (count, len) = match self.chance.below(20) {
            0 => (3, 90_000),
            1 => (260, 10),
            _ => (1 + self.chance.below(4), 10 + self.chance.below(2_000)),
        };
        let group = group(usize::try_from(self.known.end.0).unwrap(), count, len);
        let mut tree = tlog::tree::Tree::new();
        let fork = self.disk.fork();
        let reader = tlog::LogReader::new(fork, self.known.end.0);
        for entry in reader.entries(0..self.known.end.0) {
            tree.push(tlog::hash::leaf_hash(&entry.map_err(|error| error.to_string())?.1));
        }
        group
            .entries
            .iter()
            .for_each(|entry| tree.push(tlog::hash::leaf_hash(entry)));
        let end = (tree.size(), tree.root());
        self.known.strict &= self.known.free != u64::MAX;
        self.known.open = Some(end);
        let result = self.subject.commit(writer, &[group]);
        self.keep(false)?;
        let told = result.as_ref().map(|commit| (commit.size, commit.behind.as_deref()));
        self.tell(format_args!("commit of {}: {told:?}", end.0));
        match result {
            Ok(commit) => {
                (self.known.end, self.known.open) = (end, None);
                let note = Note::parse(&commit.checkpoint).map_err(|error| error.to_string())?;
                self.notes.insert(end.0, note);
            }
            Err(_) if writer.stopped().is_some() => {}
            Err(_) => {
                self.known.open = None;
                self.disk.heal();
            }
        }
        self.keep(true)?;
        Ok(writer.stopped().is_none())
    }

    /// Some witnesses answer, mostly of the newest checkpoint; what came of it is kept and shown as `chancery cosign` does.
    fn ask(&mut self) -> Result<(), String> {
        let back = self.chance.below(3) / 2;
        let Some((size, note)) = self
            .notes
            .iter_mut()
            .rev()
            .nth(back)
            .filter(|(size, _)| **size <= self.known.end.0)
        else {
            return Ok(());
        };
        for witness in &*WITNESSES {
            let line = witness.cosign(&note.text, 5);
            if self.chance.once_in(2) && !note.signatures.contains(&line) {
                note.signatures.push(line);
            }
        }
        let (size, note) = (*size, note.clone());
        let (met, bytes) = (is_met(&note), note.to_bytes());
        self.perhaps_fail(12);
        let disk = self.subject.disk(&self.disk);
        let mut then = self.known.clone();
        let mut shown = Ok(false);
        if met {
            shown = keep(&*disk, size, &bytes).map(|()| false);
            if shown.is_ok() && read(&self.disk.fork(), &cosigned_path(size))? == bytes {
                Arc::make_mut(&mut then.kept).insert(size, bytes.clone());
            }
        }
        if met && shown.is_ok() {
            shown = publish(&*disk, &verifier(), &bytes);
        }
        self.keep(false)?;
        self.tell(format_args!("witnesses of {size}: {met}, {shown:?}"));
        if let Ok(shown) = shown {
            if shown {
                (then.shown, then.strict) = (size, true);
            }
            self.known = then;
        }
        self.disk.heal();
        self.keep(true)
    }
}

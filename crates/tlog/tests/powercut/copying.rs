//! Stories of a copy of a log that another writes: it never has less than before, goes on where it stopped, and ends equal
//! to its source. Some texts come late, some are erased by entries that follow, some checkpoints are cosigned.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use tlog::cosigned::{cosigned_path, keep, publish};
use tlog::store::memory::Chance;
use tlog::store::{Memory, Source as _};
use tlog::{Blob, CosigningKey, Group, Hash, Note, Writer, blob_path, late};

use crate::Subject;
use crate::kinds::{Kind, Lived, perhaps_fail};
use crate::life::End;
use crate::support::{ORIGIN, create, key, verifier};
use crate::texts::{Text, Texts, erases, require_gone, require_whole};

pub(crate) struct Copying<'a>(pub(crate) &'a dyn Subject);

/// What the source added in one commit.
struct Step {
    group: Group,
    signed: Vec<u8>,
    cosigned: Option<Vec<u8>>,
    end: End,
    /// All that entries up to here erased.
    gone: Vec<Text>,
}

/// A log, and blobs of it that are not served at first.
struct Original {
    disk: Memory,
    steps: Vec<Step>,
    late: Vec<Blob>,
}

impl Original {
    fn new(chance: &mut Chance) -> Self {
        let (disk, mut texts, mut steps, mut late) = (Memory::new(), Texts::default(), Vec::new(), Vec::new());
        create(&disk);
        let opened = Writer::open_erasing(Arc::new(disk.clone()), ORIGIN, key(), erases);
        let mut writer = opened.unwrap().0;
        for _ in 0..3 + chance.below(4) {
            let group = draw(chance, &mut texts);
            let signed = writer.commit(std::slice::from_ref(&group)).unwrap().checkpoint;
            if chance.once_in(4) {
                late.extend(group.blobs.first().cloned());
            }
            let cosigned = chance.once_in(2).then(|| cosigned(&signed));
            let (end, gone) = (texts.end(), texts.gone.clone());
            steps.push(Step {
                group,
                signed,
                cosigned,
                end,
                gone,
            });
        }
        writer.close().unwrap();
        for step in &steps {
            step.cosigned
                .iter()
                .for_each(|note| keep(&disk, step.end.0, note).unwrap());
        }
        let newest = steps.last().and_then(|step| step.cosigned.as_ref());
        newest.map(|note| publish(&disk, &verifier(), note).unwrap());
        Self { disk, steps, late }
    }

    fn is_late(&self, name: Hash) -> bool {
        self.late.iter().any(|blob| blob.name == name)
    }

    /// The steps after a size.
    fn after(&self, size: u64) -> &[Step] {
        let done = self.steps.partition_point(|step| step.end.0 <= size);
        &self.steps[done..]
    }

    fn gone_at(&self, size: u64) -> &[Text] {
        self.steps
            .iter()
            .rfind(|step| step.end.0 <= size)
            .map_or(&[], |step| &step.gone)
    }

    fn ends_at(&self, end: End) -> bool {
        end.0 == 0 || self.steps.iter().any(|step| step.end == end)
    }
}

fn draw(chance: &mut Chance, texts: &mut Texts) -> Group {
    let mut group = Group::default();
    if chance.once_in(3) {
        let most = chance.below(3);
        let erased: Vec<Text> = texts.alive.iter().rev().take(most).copied().collect();
        if !erased.is_empty() {
            texts.erase(&mut group, &erased);
        }
    }
    let (count, len) = match chance.below(50) {
        0 => (1, 263_000),
        1 => (250, 10),
        2 => (3, 90_000),
        _ => (1 + chance.below(4), 10 + chance.below(3_000)),
    };
    (0..count).for_each(|_| texts.add(&mut group, len));
    group
}

fn cosigned(signed: &[u8]) -> Vec<u8> {
    let witness = CosigningKey::generate("witness.example", [5; 32]).unwrap();
    let mut note = Note::parse(signed).unwrap();
    note.signatures.push(witness.cosign(&note.text, 1));
    note.to_bytes()
}

/// What a copier that takes some steps at once is given: what they erased is served no more, and some comes late.
fn piece(original: &Original, steps: &[Step]) -> Group {
    let mut all = Group::default();
    for step in steps {
        all.entries.extend(step.group.entries.clone());
        all.blobs.extend(step.group.blobs.clone());
    }
    let gone: BTreeSet<Hash> = all.entries.iter().flat_map(|entry| erases(entry)).collect();
    all.blobs
        .retain(|blob| !gone.contains(&blob.name) && !original.is_late(blob.name));
    all
}

/// What is known for sure.
#[derive(Clone)]
pub(crate) struct Known {
    original: Arc<Original>,
    end: End,
    /// Where the copy stands if what is under way, or failed without certainty, happened.
    open: Option<End>,
    /// Late blobs that were placed, and are missed no more.
    placed: Arc<BTreeSet<Hash>>,
    /// Sizes whose cosigned checkpoint was kept.
    kept: Arc<BTreeSet<u64>>,
    /// The end of which nothing is left that was erased, whether or not anybody recovers the copy.
    clean: u64,
}

struct Story<'a> {
    subject: &'a dyn Subject,
    chance: Chance,
    disk: Memory,
    known: Known,
    moments: Vec<(Memory, Known)>,
    story: String,
}

impl Kind for Copying<'_> {
    type Known = Known;

    fn live(&self, seed: u64) -> Result<Lived<Known>, String> {
        let mut chance = Chance::new(seed);
        let known = Known {
            original: Arc::new(Original::new(&mut chance)),
            end: Texts::default().end(),
            open: None,
            placed: Arc::default(),
            kept: Arc::default(),
            clean: 0,
        };
        let (disk, moments, story) = (Memory::new(), Vec::new(), String::new());
        let mut story = Story {
            subject: self.0,
            chance,
            disk,
            known,
            moments,
            story,
        };
        story.disk.keep_images();
        for _ in 0..=1 + story.chance.below(3) {
            story.run()?;
        }
        story.keep(true);
        let Story { moments, story, .. } = story;
        Ok(Lived { moments, story })
    }

    fn judge(&self, left: &Memory, known: &Known, chance: &mut Chance, go_on: bool) -> Result<Known, String> {
        let original = Arc::clone(&known.original);
        require_gone(left, original.gone_at(known.clean)).map_err(|what| format!("before recovery: {what}"))?;
        let mut writer = open(self.0, left).map_err(|what| format!("cannot be opened: {what}"))?;
        let found = (writer.size(), writer.root());
        if found != known.end && Some(found) != known.open {
            return Err(format!(
                "{found:?} found, allowed are {:?} and {:?}",
                known.end, known.open
            ));
        }
        let lack = |name| original.is_late(name) && !known.placed.contains(&name);
        if found.0 > 0 {
            require_whole(left, found.0, &lack)?;
        }
        require_equal(&original, left, known)?;
        let mut known = Known {
            end: found,
            open: None,
            ..known.clone()
        };
        if !go_on {
            return Ok(known);
        }
        while !original.after(writer.size()).is_empty() {
            let (steps, taken) = take(self.0, &mut writer, &original, chance);
            taken.map_err(|what| format!("cannot go on: {what}"))?;
            known.end = steps[steps.len() - 1].end;
        }
        let failed = |error: &dyn std::fmt::Display| format!("gone on: {error}");
        place_late(self.0, left, &mut known).map_err(|what| failed(&what))?;
        writer.close().map_err(|error| failed(&error))?;
        keep_cosigned(self.0, left, &mut known).map_err(|what| failed(&what))?;
        require_whole(left, known.end.0, &|_| false).map_err(|what| failed(&what))?;
        require_equal(&original, left, &known).map_err(|what| failed(&what))?;
        require_all(&original, left).map_err(|what| failed(&what))?;
        Ok(known)
    }
}

fn open(subject: &dyn Subject, disk: &Memory) -> Result<Writer, String> {
    let opened = Writer::open_copy(subject.disk(disk), verifier(), erases);
    opened.map(|(writer, _)| writer).map_err(|error| error.to_string())
}

/// Takes the next steps, one or several at once.
fn take<'a>(
    subject: &dyn Subject,
    writer: &mut Writer,
    original: &'a Original,
    chance: &mut Chance,
) -> (&'a [Step], Result<Option<String>, String>) {
    let rest = original.after(writer.size());
    let steps = &rest[..=chance.below(rest.len().min(3))];
    let signed = &steps[steps.len() - 1].signed;
    let copied = subject.copy(writer, piece(original, steps), signed);
    (
        steps,
        copied.map(|commit| commit.behind).map_err(|error| error.to_string()),
    )
}

/// Places the late blobs of the entries that are here and that nothing erased.
fn place_late(subject: &dyn Subject, disk: &Memory, known: &mut Known) -> Result<(), String> {
    let (original, size) = (Arc::clone(&known.original), known.end.0);
    let here = original.steps.iter().filter(|step| step.end.0 <= size);
    let here = here.flat_map(|step| &step.group.blobs);
    let (gone, to, mut placed) = (original.gone_at(size), subject.disk(disk), BTreeSet::new());
    for blob in here.filter(|blob| original.is_late(blob.name)) {
        if gone.iter().any(|(_, name)| *name == blob.name) || known.placed.contains(&blob.name) {
            continue;
        }
        late::place(&*to, blob.name, &blob.bytes).map_err(|error| error.to_string())?;
        placed.insert(blob.name);
    }
    if !placed.is_empty() {
        to.sync_all().map_err(|error| error.to_string())?;
        Arc::make_mut(&mut known.placed).extend(placed);
    }
    Ok(())
}

fn keep_cosigned(subject: &dyn Subject, disk: &Memory, known: &mut Known) -> Result<(), String> {
    let original = Arc::clone(&known.original);
    let disk = subject.disk(disk);
    for step in original.steps.iter().filter(|step| step.end.0 <= known.end.0) {
        let Some(note) = &step.cosigned else { continue };
        let (size, told) = (step.end.0, |error: tlog::StoreError| error.to_string());
        keep(&*disk, size, note).map_err(told)?;
        if size == known.end.0 {
            publish(&*disk, &verifier(), note).map_err(told)?;
        }
        Arc::make_mut(&mut known.kept).insert(size);
    }
    Ok(())
}

/// No public file differs from that of the source, nothing that was acknowledged is gone.
fn require_equal(original: &Original, copy: &Memory, known: &Known) -> Result<(), String> {
    let read = |disk: &Memory, path: &str| disk.read(path, usize::MAX).map_err(|error| error.to_string());
    for path in copy.paths() {
        let may_differ = path.starts_with(".state/") || path == "checkpoint";
        if may_differ || path.contains(".p/") {
            continue;
        }
        let theirs = read(&original.disk, &path)?;
        // What the source erased later is still here.
        let is_gone = theirs.is_none() && path.starts_with("blob/");
        if !is_gone && theirs != read(copy, &path)? {
            return Err(format!("{path} is not as in the source"));
        }
    }
    let placed = known.placed.iter().map(|name| (blob_path(*name), *name));
    let gone = original.gone_at(known.open.map_or(known.end.0, |open| open.0.max(known.end.0)));
    for (path, _) in placed.filter(|(_, name)| !gone.iter().any(|(_, other)| other == name)) {
        read(copy, &path)?.ok_or_else(|| format!("{path} was placed, and is gone"))?;
    }
    for size in &*known.kept {
        read(copy, &cosigned_path(*size))?.ok_or_else(|| format!("the cosigned checkpoint of {size} is gone"))?;
    }
    Ok(())
}

/// The copy has every file of its source but checkpoints that it passed over, and those of tiles that were not full.
fn require_all(original: &Original, copy: &Memory) -> Result<(), String> {
    let (here, size) = (copy.paths(), original.steps[original.steps.len() - 1].end.0);
    let needed = |path: &String| {
        let passed = path.starts_with("checkpoints/") && *path != tlog::archive_path(size);
        !path.starts_with(".state/") && !path.contains(".p/") && !passed
    };
    for path in original.disk.paths().iter().filter(|path| needed(path)) {
        if !here.contains(path) {
            return Err(format!("{path} is in the source only"));
        }
    }
    let read = |disk: &Memory| disk.read("checkpoint", 1 << 20).map_err(|error| error.to_string());
    if read(&original.disk)? == read(copy)? {
        return Ok(());
    }
    Err("the checkpoint is another".to_owned())
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

    /// One tick: what is new, what came late, what was cosigned. It may be killed between any two of them.
    fn run(&mut self) -> Result<(), String> {
        self.perhaps_fail(40);
        let opened = open(self.subject, &self.disk);
        self.keep(false);
        let mut writer = match opened {
            Ok(writer) => writer,
            Err(_) if self.disk.struck() => {
                self.disk.heal();
                return Ok(());
            }
            Err(what) => return Err(format!("cannot be opened: {what}")),
        };
        let found = (writer.size(), writer.root());
        if found != self.known.end && Some(found) != self.known.open || !self.known.original.ends_at(found) {
            return Err(format!("opened at {found:?} instead of {:?}", self.known.end));
        }
        (self.known.end, self.known.open) = (found, None);
        self.clean(found.0)?;
        for _ in 0..self.chance.below(4) {
            self.perhaps_fail(60);
            if !self.take(&mut writer)? {
                self.disk.heal();
                return Ok(());
            }
        }
        self.perhaps_fail(20);
        let subject = self.subject;
        let mut then = self.known.clone();
        let placed = place_late(subject, &self.disk, &mut then);
        self.keep(false);
        self.tell(format_args!("late ones: {placed:?}, {:?}", then.placed));
        if placed.is_ok() {
            self.known = then;
        }
        self.disk.heal();
        if placed.is_ok() && self.chance.once_in(2) {
            let closed = writer.close();
            self.keep(false);
            self.tell(format_args!("closed: {closed:?}"));
            self.perhaps_fail(20);
            let mut then = self.known.clone();
            let kept = keep_cosigned(subject, &self.disk, &mut then);
            self.keep(false);
            self.tell(format_args!("cosigned: {kept:?}, {:?}", then.kept));
            if kept.is_ok() {
                self.known = then;
            }
            self.disk.heal();
        }
        self.keep(true);
        Ok(())
    }

    fn clean(&mut self, size: u64) -> Result<(), String> {
        self.known.clean = size;
        require_gone(&self.disk.fork(), self.known.original.gone_at(size))
    }

    /// False when there is nothing more, or the writer stopped.
    fn take(&mut self, writer: &mut Writer) -> Result<bool, String> {
        let original = Arc::clone(&self.known.original);
        if original.after(writer.size()).is_empty() {
            return Ok(true);
        }
        let before = self.known.clone();
        let mut ahead = self.chance.clone();
        let rest = original.after(writer.size());
        let open = rest[ahead.below(rest.len().min(3))].end;
        self.known.open = Some(open);
        let (_, taken) = take(self.subject, writer, &original, &mut self.chance);
        self.keep(false);
        self.tell(format_args!("copied up to {}: {taken:?}", open.0));
        match taken {
            Ok(behind) => {
                (self.known.end, self.known.open) = (open, None);
                if behind.is_none() {
                    self.clean(open.0)?;
                }
            }
            Err(_) if writer.stopped().is_some() => {}
            Err(_) => {
                self.known = before;
                self.disk.heal();
            }
        }
        self.keep(true);
        Ok(writer.stopped().is_none())
    }
}

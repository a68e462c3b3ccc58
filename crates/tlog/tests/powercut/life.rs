//! One random story of a log, with an image of the disk before each change and what must be true of it.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use tlog::hash::{Hash, leaf_hash};
use tlog::store::Memory;
use tlog::store::memory::{Chance, Fault};
use tlog::tree::Tree;
use tlog::{Checkpoint, Follower, Group, LogReader, Note, Source as _, StoreError, Writer, fsck};

use crate::Subject;
use crate::support::{ORIGIN, create, group, key, verifier};

/// A size of the log and the root it must have.
pub(crate) type End = (u64, Hash);

/// A moment at which the power may fail.
pub(crate) struct Image {
    pub(crate) disk: Memory,
    /// Where the log stands for sure; None while it is being made.
    pub(crate) known: Option<End>,
    /// Where it stands if what is under way, or failed without certainty, happened.
    pub(crate) open: Option<End>,
    /// The largest size that any reader saw.
    pub(crate) seen: u64,
}

/// Logs from which lives start, so that commits cross the ends of tiles.
fn base(n: usize) -> (Memory, Tree) {
    static BASES: OnceLock<Vec<(Memory, Tree)>> = OnceLock::new();
    let made = BASES.get_or_init(|| [0, 100, 253, 509].map(made).into());
    let (disk, tree) = &made[n % made.len()];
    (disk.fork(), tree.clone())
}

fn made(size: usize) -> (Memory, Tree) {
    let (disk, mut tree) = (Memory::new(), Tree::new());
    create(&disk);
    if size > 0 {
        let (mut writer, _) = Writer::open(Arc::new(disk.clone()), ORIGIN, key()).unwrap();
        let groups = [group(0, size, 20)];
        grow(&mut tree, &groups);
        writer.commit(&groups).unwrap();
        writer.close().unwrap();
    }
    (disk, tree)
}

fn grow(tree: &mut Tree, groups: &[Group]) {
    let entries = groups.iter().flat_map(|group| &group.entries);
    entries.for_each(|entry| tree.push(leaf_hash(entry)));
}

struct Life<'a> {
    subject: &'a dyn Subject,
    chance: Chance,
    disk: Memory,
    /// False until the log is there for sure: it was made, or what making it left was opened.
    made: bool,
    /// All that is known to be in the log.
    tree: Tree,
    /// The same and what is under way.
    open: Option<Tree>,
    eyes: Eyes,
    images: Vec<Image>,
    /// What happened, and before which image, for whoever reads of a failure.
    story: String,
}

/// Lives one life; gives the images and what happened. An error says what a reader or the writer saw
/// that must not be.
pub(crate) fn live(subject: &dyn Subject, seed: u64) -> Result<(Vec<Image>, String), String> {
    let mut chance = Chance::new(seed);
    let (disk, tree) = base(chance.below(5));
    let mut life = Life {
        subject,
        chance,
        disk,
        made: true,
        tree,
        open: None,
        eyes: Eyes::default(),
        images: Vec::new(),
        story: String::new(),
    };
    if seed.is_multiple_of(16) {
        life.begin();
    }
    life.disk.keep_images();
    for _ in 0..=life.chance.below(3) {
        life.run()?;
    }
    life.keep(life.unknown(), true)?;
    Ok((life.images, life.story))
}

impl Life<'_> {
    /// The log itself is made while calls and the power may fail.
    fn begin(&mut self) {
        (self.disk, self.tree) = (Memory::new(), Tree::new());
        self.disk.keep_images();
        self.perhaps_fail(16);
        let made = Writer::create(&*self.subject.disk(&self.disk), ORIGIN, &key());
        self.disk.heal();
        self.made = made.is_ok();
        if !self.made && LogReader::open(self.disk.clone(), &verifier()).is_err() {
            create(&self.disk);
            self.made = true;
        }
        for disk in self.disk.take_images() {
            self.images.push(Image {
                disk,
                known: None,
                open: None,
                seen: 0,
            });
        }
    }

    fn tell(&mut self, what: impl std::fmt::Display) {
        let _ = write!(self.story, "\n  {}: {what}", self.images.len());
    }

    fn known(&self) -> End {
        (self.tree.size(), self.tree.root())
    }

    /// Takes the images since the last time. `done` is true when nothing is under way any more.
    fn keep(&mut self, open: Option<End>, done: bool) -> Result<(), String> {
        let known = self.known();
        let last = done.then(|| self.disk.fork());
        for disk in self.disk.take_images().into_iter().chain(last) {
            self.eyes.look(&disk, known, open)?;
            self.images.push(Image {
                disk,
                known: self.made.then_some(known),
                open,
                seen: self.eyes.seen,
            });
        }
        Ok(())
    }

    fn unknown(&self) -> Option<End> {
        self.open.as_ref().map(|tree| (tree.size(), tree.root()))
    }

    /// One process from its start to its end.
    fn run(&mut self) -> Result<(), String> {
        self.perhaps_fail(60);
        let Some(mut writer) = self.start()? else { return Ok(()) };
        for _ in 0..=self.chance.below(3) {
            match self.chance.below(8) {
                0 => self.second_writer()?,
                1 => self.disk.limit(self.chance.any() % 600_000),
                _ => {}
            }
            self.perhaps_fail(40);
            self.commit(&mut writer)?;
            if writer.stopped().is_some() {
                break;
            }
        }
        if self.chance.once_in(3) {
            let closed = writer.close();
            self.keep(self.unknown(), false)?;
            self.tell(format_args!("closed: {closed:?}"));
        }
        self.disk.heal();
        Ok(())
    }

    fn perhaps_fail(&mut self, within: usize) {
        let fault = match self.chance.below(9) {
            0 => Fault::Failed,
            1 => Fault::FailedButDone,
            2 => Fault::Full,
            _ => return,
        };
        let nth = self.chance.below(within) as u64;
        self.tell(format_args!("{fault:?} at call {nth}"));
        self.disk.fail(nth, fault);
    }

    /// Opens the log. What recovery finds is certain from here on.
    fn start(&mut self) -> Result<Option<Writer>, String> {
        let opened = Writer::open(self.subject.disk(&self.disk), ORIGIN, key());
        self.keep(self.unknown(), false)?;
        let excused = self.disk.struck();
        self.tell(format_args!(
            "opened: {:?}",
            opened.as_ref().map(|(writer, _)| writer.size())
        ));
        match opened {
            Ok((writer, _)) => {
                let found = (writer.size(), writer.root());
                if let Some(open) = self.open.take().filter(|_| Some(found) != Some(self.known())) {
                    self.tree = open;
                }
                if found != self.known() {
                    return Err(format!("opened at {found:?} instead of {:?}", self.known()));
                }
                self.made = true;
                Ok(Some(writer))
            }
            Err(_) if excused => {
                self.disk.heal();
                Ok(None)
            }
            Err(error) => Err(format!("cannot be opened: {error}")),
        }
    }

    fn commit(&mut self, writer: &mut Writer) -> Result<(), String> {
        let groups = self.groups();
        let mut tree = self.tree.clone();
        grow(&mut tree, &groups);
        let end = (tree.size(), tree.root());
        let result = self.subject.commit(writer, &groups);
        self.keep(Some(end), false)?;
        let told = result.as_ref().map(|commit| (commit.size, commit.behind.as_deref()));
        self.tell(format_args!("commit of {}: {told:?}", end.0));
        match result {
            Ok(commit) if (commit.size, commit.root) == end => self.tree = tree,
            Ok(commit) => return Err(format!("acknowledged {} entries instead of {}", commit.size, end.0)),
            Err(_) if writer.stopped().is_some() => self.open = Some(tree),
            Err(_) => self.disk.heal(),
        }
        self.keep(self.unknown(), true)
    }

    /// Mostly small ones; now and then what needs a file of its own, a new segment, or a tile of tiles.
    fn groups(&mut self) -> Vec<Group> {
        let start = usize::try_from(self.tree.size()).unwrap();
        let (count, len) = match self.chance.below(24) {
            0 => (1, 263_000),
            1 => (3, 50_000),
            2 => (12, 9_000),
            3 | 4 => (10 + self.chance.below(300), 10),
            _ => (1 + self.chance.below(6), 10 + self.chance.below(3_000)),
        };
        let mut groups = vec![group(start, count, len)];
        if self.chance.once_in(3) {
            groups.push(group(start + count, 1 + self.chance.below(3), 40));
        }
        groups
    }

    fn second_writer(&mut self) -> Result<(), String> {
        match Writer::open(self.subject.disk(&self.disk), ORIGIN, key()) {
            Err(StoreError::Locked) => Ok(()),
            Err(_) if self.disk.struck() => Ok(()),
            Err(error) => Err(format!("a second writer got {error}")),
            Ok(_) => Err("there are two writers".to_owned()),
        }
    }
}

/// Somebody who reads all the time what is public.
#[derive(Default, Clone)]
pub(crate) struct Eyes {
    /// The largest size seen.
    pub(crate) seen: u64,
    checkpoint: Vec<u8>,
    /// After power loss files may be gone until the journal has given them again.
    lenient: bool,
}

impl Eyes {
    pub(crate) fn after_a_cut(seen: u64) -> Self {
        Self {
            seen,
            checkpoint: Vec::new(),
            lenient: true,
        }
    }

    /// What is published must be one of the ends, or less than was published before.
    pub(crate) fn look(&mut self, disk: &Memory, known: End, open: Option<End>) -> Result<(), String> {
        let mut follower = Follower::new(Arc::new(disk.clone()), 0);
        let followed = follower.poll().map_err(|error| format!("follower: {error}"))?;
        self.see("the follower", followed, known, open)?;
        let bytes = disk.read("checkpoint", 1 << 20).map_err(|error| error.to_string())?;
        let bytes = bytes.unwrap_or_default();
        if bytes == self.checkpoint {
            return Ok(());
        }
        self.checkpoint.clone_from(&bytes);
        // Torn by power loss, and not yet written again, it is no checkpoint to anybody.
        let note = Note::parse(&bytes).ok().filter(|note| note.verify(&verifier()).is_ok());
        let Some(note) = note else { return Ok(()) };
        let checkpoint: Checkpoint = note.text.parse().map_err(|error| format!("checkpoint: {error}"))?;
        let end = (checkpoint.size, checkpoint.root);
        self.see("the checkpoint", Some(end), known, open)?;
        if self.lenient {
            return Ok(());
        }
        let report = fsck::check(disk, None, &verifier(), &mut ());
        if report.is_sound() {
            return Ok(());
        }
        Err(format!("published before its files: {:?}", report.findings))
    }

    fn see(&mut self, who: &str, end: Option<End>, known: End, open: Option<End>) -> Result<(), String> {
        let Some((size, root)) = end else { return Ok(()) };
        let is_right = [Some(known), open]
            .into_iter()
            .flatten()
            .any(|right| right == (size, root));
        if is_right || size < known.0 {
            self.seen = self.seen.max(size);
            return Ok(());
        }
        Err(format!(
            "{who} shows {size} entries, allowed are {known:?} and {open:?}"
        ))
    }
}

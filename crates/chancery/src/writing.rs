//! The one writer: changes become a group of entries, and the group becomes public.
//!
//! The walk of a group, and what a crash leaves after each step:
//!
//! 1. The changes are composed and folded into the register in memory. *Nothing is left.*
//! 2. `tlog` commits the group: one journal record, one sync. *Before the sync ends nothing happened; after it the
//!    group is public, and whoever opens the record next derives its files again.*
//! 3. `log.json` is replaced if keys changed, and the snapshot if it is old. *Both are derived; opening redoes them.*

mod submit;

use crate::{
    clock, cosign, erasing,
    folder::{self, Folder},
    head,
    keys::{self, Offices},
    leftovers,
    output::{BUSY, Context as _, Done, Failure, note, warn},
    reading::{self, Files},
    signer,
    verify::trust::Trusted,
};
use erasing::Erasing;
use record::{
    compose::{Change, ComposeError, Composed, Composer},
    date::Moment,
    keys::Role,
    register::Register,
};
use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use tlog::{
    LogKeys, Trust as _,
    hash::{Hash, sha256},
    journal::Blob,
    note::{SigningKey, Signs},
    store::{Dir, Disk, LOCK, StoreError},
    writer::{Commit, Group, Writer},
};

/// A policy whose entry is not committed yet. *A crash leaves it; the next who opens the record settles it.*
const NEXT_POLICY: &str = ".state/next-policy";
/// Said where a group did not become public; a part of a hint, which `; ` sets apart.
pub const NOTHING: &str = "nothing was published";
/// A cosigned checkpoint is published in a moment; for so long a command waits for that.
const MOMENT: Duration = Duration::from_millis(500);

/// A record open for writing.
pub struct Writing {
    /// Where it lies.
    pub folder: Folder,
    /// The state folded from it.
    pub register: Register,
    /// Keys of the missions that sign.
    pub offices: Offices,
    /// Keys of the log whose files are here.
    logs: Vec<Arc<dyn Signs>>,
    /// True where none of them may sign the next checkpoint.
    keyless: bool,
    writer: Writer,
    /// Entries since the snapshot was saved.
    unsaved: u64,
}

impl Writing {
    /// Locks the record, recovers it, and folds its register.
    pub fn open(folder: Folder) -> Done<Self> {
        if let Some(mirror) = &folder.config.mirror {
            let what = format!(
                "{}: is a mirror of {}, and nothing is published here",
                folder.root().display(),
                mirror.from
            );
            return Err(Failure::usage(what)
                .hint("name the data folder of the ministry; `chancery mirror` brings what it publishes"));
        }
        let logs = keys::logs(&folder)?;
        let known = known(&folder, &logs)?;
        let disk = Arc::new(Dir::new(folder.record()));
        let locked = |error: StoreError| store_failure(&folder, &error);
        wait_for_others(&*disk).map_err(locked)?;
        cosign::mark(&folder)?;
        let (writer, _) = Writer::open_with(disk, logs.clone(), &known, record::entry::erases)
            .map_err(|error| store_failure(&folder, &error))?;
        let files = Files::new(&folder.record(), writer.size());
        head::check(&folder, files.log(), &known)?;
        signer::catch_up(&folder, known.name(), files.log())?;
        let (register, unsaved) = reading::load(&folder, &files)?;
        leftovers::sweep(&folder);
        let mut writing = Self {
            folder,
            register,
            offices: Offices::default(),
            keyless: logs.is_empty(),
            logs,
            writer,
            unsaved,
        };
        writing.sign_with_valid(writing.size() + 1)?;
        writing.unlink_erased()?;
        erasing::finish(&writing.folder, &writing.register)?;
        writing.write_log_json()?;
        writing.settle_policy()?;
        Ok(writing)
    }

    /// Composes changes into one group. Nothing is written; the register already holds them.
    pub fn compose(&mut self, changes: Vec<Change>, now: Moment) -> Done<Draft> {
        for change in &changes {
            self.offices.require(&self.folder, &self.register, &change.mission)?;
        }
        self.composed(changes.len(), now, |composer| {
            changes.into_iter().map(|c| composer.content(c)).collect()
        })
    }

    /// Composes a group by hand.
    pub fn composed(
        &mut self,
        salts: usize,
        now: Moment,
        make: impl FnOnce(&mut Composer<'_>) -> Result<Vec<Composed>, ComposeError>,
    ) -> Done<Draft> {
        clock::check(&self.register, now)?;
        let quorum = self.register.keys().quorum();
        let mut salts = clock::salts(salts)?;
        // One salt a change was drawn; an all-zero salt would be a fault, and is refused below.
        let mut draw = || salts.pop().unwrap_or_default();
        let offices = &self.offices;
        let find = |mission: &str| offices.get(mission);
        let mut composer = Composer {
            register: &mut self.register,
            now,
            keys: &find,
            salt: &mut draw,
            reread: true,
        };
        let composed = make(&mut composer).map_err(uncomposed)?;
        let bare = |c: &Composed| c.sealed.as_ref().is_some_and(|s| s.blob.starts_with(&[0; 32]));
        if composed.iter().any(bare) {
            return Err(Failure::new("a salt is missing"));
        }
        Ok(Draft {
            group: group(composed),
            quorum,
        })
    }

    /// Makes drafts public: all of them, or none.
    pub fn commit(&mut self, drafts: Vec<Draft>) -> Done<Commit> {
        self.check_end()?;
        let mut groups: Vec<Group> = drafts.into_iter().map(|draft| draft.group).collect();
        groups.extend(self.state()?);
        let count: usize = groups.iter().map(|group| group.entries.len()).sum();
        self.sign_with_valid(self.writer.size() + count as u64)?;
        if self.keyless {
            return Err(no_log_key(&self.folder));
        }
        let commit = self
            .writer
            .commit(&groups)
            .map_err(|error| store_failure(&self.folder, &error))?;
        head::keep(&self.folder, &commit.checkpoint).map_err(|failure| {
            failure.hint("it was published all the same; mend the file's folder before the next time")
        })?;
        if let Some(reason) = &commit.behind {
            warn(format!("published, but not all files are derived yet: {reason}"));
        }
        self.unsaved += commit.size - commit.first;
        Ok(commit)
    }

    /// States what is current, where there is a key for it and no entry says so yet.
    pub fn bring_state(&mut self) -> Done {
        match self.state()? {
            Some(group) => self
                .commit(vec![Draft {
                    group,
                    quorum: self.register.keys().quorum(),
                }])
                .map(|_| ()),
            None => Ok(()),
        }
    }

    /// A freeze that was composed names the root of the first entries; only who has the log can compare it.
    fn check_end(&self) -> Done {
        let size = self.writer.size();
        let Some(frozen) = self.register.frozen().filter(|frozen| frozen.index >= size) else {
            return Ok(());
        };
        let files = Files::new(&self.folder.record(), size);
        let root = files.log().root(frozen.size).at("record")?;
        if root == Some(Hash(frozen.root)) {
            return Ok(());
        }
        let what = format!(
            "the freeze names a root that the first {} entries do not have",
            frozen.size
        );
        Err(Failure::usage(what).hint("nothing was entered; `chancery freeze --propose` names the right one"))
    }

    /// A key of the log that was just made; it signs when the entries say so.
    pub fn add_log(&mut self, key: SigningKey) {
        self.logs.push(Arc::new(key));
    }

    /// The checkpoint of a size is signed by every key at hand that the entries below allow.
    fn sign_with_valid(&mut self, size: u64) -> Done {
        if self.register.size() == 0 {
            // The record has no entry yet; or an import composes elsewhere meanwhile, and changes no keys.
            return Ok(());
        }
        let valid = self.register.keys().valid(size, Role::Log, None);
        let valid: Vec<&str> = valid.map(|known| &*known.vkey).collect();
        let mut keys = self.logs.clone();
        keys.retain(|key| valid.contains(&key.verifier().to_string().as_str()));
        self.keyless = keys.is_empty();
        self.writer
            .sign_with(keys)
            .map_err(|error| store_failure(&self.folder, &error))
    }

    /// The state after what is composed, where there is a key for it and something has changed.
    fn state(&mut self) -> Done<Option<Group>> {
        if self.register.frozen().is_some() {
            return Ok(None);
        }
        let Some(key) = keys::state(&self.folder, &self.register)? else {
            return Ok(None);
        };
        let now = self.register.last_issued();
        let draft = self.composed(0, now, |composer| Ok(composer.state(&*key)?.into_iter().collect()))?;
        Ok(Some(draft.group).filter(|group| !group.entries.is_empty()))
    }

    /// Composes and commits in one go.
    pub fn publish(&mut self, changes: Vec<Change>, now: Moment) -> Done<Commit> {
        let draft = self.compose(changes, now)?;
        self.commit(vec![draft])
    }

    /// Removes blobs for good, with all that was derived of them here. What a crash leaves of it, opening the record for
    /// writing does.
    pub fn erase(&mut self, wanted: Erasing, roots: &[&SigningKey], now: Moment) -> Done<Commit> {
        let draft = self.composed(1, now, |composer| {
            Ok(vec![composer.erase(wanted.erasure.clone(), roots)?])
        })?;
        erasing::begin(&self.folder, &wanted)?;
        let commit = self.commit(vec![draft])?;
        self.fold_anew()?;
        Ok(commit)
    }

    /// Files that were erased may be there again, from a backup.
    fn unlink_erased(&self) -> Done {
        let names = self.register.erased().map(|(name, _)| name.0);
        let removed = self
            .writer
            .unlink(names)
            .map_err(|error| store_failure(&self.folder, &error))?;
        if !removed.is_empty() {
            note(format!(
                "{} erased files had come back and were removed again",
                removed.len()
            ));
        }
        Ok(())
    }

    /// Rewrites `log.json` where it is not what the entries say.
    pub fn write_log_json(&self) -> Done {
        if self.register.size() == 0 {
            return Ok(());
        }
        let path = self.folder.record().join("log.json");
        let bytes = self.register.keys().log_json().at("log.json")?;
        if folder::read_if_there(&path)?.as_deref() == Some(&bytes) {
            return Ok(());
        }
        folder::replace(&path, &bytes, false)
    }

    /// Keeps a policy aside, durably, until the entry that names it is committed.
    pub fn prepare_policy(&self, policy: &[u8]) -> Done {
        folder::replace(&self.folder.record().join(NEXT_POLICY), policy, false)
    }

    /// Puts the policy that was kept aside in its place if an entry names it, and forgets it otherwise.
    pub fn settle_policy(&self) -> Done {
        let (record, next) = (self.folder.record(), self.folder.record().join(NEXT_POLICY));
        let Some(bytes) = folder::read_if_there(&next)? else {
            return Ok(());
        };
        if sha256(&bytes) == self.register.keys().policy() {
            folder::replace(&record.join("policy"), &bytes, false)?;
        }
        std::fs::remove_file(&next).at(next.display())
    }

    /// Saves what is derived and ends in order; then the witnesses are asked, and nobody waits long for them.
    pub fn close(self) -> Done {
        let folder = self.end()?;
        cosign::after(&folder);
        Ok(())
    }

    /// Ends where nothing was to be changed: nobody elsewhere is asked.
    pub fn close_dry(self) -> Done {
        note("nothing was changed: this was a dry run");
        self.end().map(|_| ())
    }

    fn end(self) -> Done<Folder> {
        reading::save(&self.folder, &self.register, self.writer.root(), self.unsaved)?;
        let closed = self.writer.close();
        closed.map_err(|error| store_failure(&self.folder, &error))?;
        Ok(self.folder)
    }

    /// Saves the register although the work goes on.
    pub fn save(&mut self) -> Done {
        reading::save(&self.folder, &self.register, self.writer.root(), self.unsaved)?;
        self.unsaved = 0;
        Ok(())
    }

    /// The number of entries.
    pub fn size(&self) -> u64 {
        self.writer.size()
    }
}

/// Entries that were composed and are not yet public.
#[derive(Debug)]
pub struct Draft {
    group: Group,
    /// Root signatures that its entries take: what was in force before them.
    quorum: u32,
}

impl Draft {
    /// Bytes of entries and blobs.
    pub fn size(&self) -> usize {
        let blobs: usize = self.group.blobs.iter().map(|blob| blob.bytes.len()).sum();
        blobs + self.group.entries.iter().map(Vec::len).sum::<usize>()
    }

    /// Number of entries.
    pub fn entries(&self) -> usize {
        self.group.entries.len()
    }
}

fn group(composed: Vec<Composed>) -> Group {
    let mut group = Group::default();
    for one in composed {
        group.entries.push(one.leaf);
        group.blobs.extend(one.sealed.map(|sealed| Blob {
            name: sealed.commitment.0,
            bytes: sealed.blob,
        }));
    }
    group
}

/// Nothing was written yet.
fn uncomposed(error: ComposeError) -> Failure {
    let failure = match error {
        ComposeError::Unsigned(error) => Failure::new(error),
        error => Failure::usage(error),
    };
    failure.hint(NOTHING)
}

/// Begins the log of a new record.
pub fn create(folder: &Folder, key: &SigningKey) -> Done {
    std::fs::create_dir_all(folder.record()).at(folder.record().display())?;
    Writer::create(&Dir::new(folder.record()), key.name(), key).map_err(|error| store_failure(folder, &error))
}

fn no_log_key(folder: &Folder) -> Failure {
    let failure = Failure::new(format!(
        "{}: no valid key of the log here; nothing was published",
        folder.keys().display()
    ));
    failure.hint("restore it from where keys are kept; where it is lost, `chancery key replace --log` makes another")
}

/// Every key of the log that is known here: those whose files are here, and those that the record names.
fn known(folder: &Folder, logs: &[Arc<dyn Signs>]) -> Done<LogKeys> {
    let named = folder::read_if_there(&folder.record().join("log.json"))?;
    let named = named
        .and_then(|bytes| Trusted::log_json(&bytes).ok())
        .map(|named| named.keys);
    let own = logs.first().map(|key| key.verifier().name().to_owned());
    let Some(origin) = own.or(named.as_ref().map(|named| named.name().to_owned())) else {
        let path = keys::log_path(folder, 1);
        return Err(Failure::new(format!("{}: there is no key of the log", path.display()))
            .hint("restore it from where keys are kept"));
    };
    let mut known = LogKeys::of(&origin);
    let named = named.iter().flat_map(LogKeys::keys).map(|known| known.key.clone());
    logs.iter()
        .map(|key| key.verifier())
        .chain(named)
        .for_each(|key| known.add(key));
    Ok(known)
}

/// Waits while another holds the record for a moment only.
fn wait_for_others(disk: &dyn Disk) -> Result<(), StoreError> {
    let until = Instant::now() + MOMENT;
    while disk.lock(LOCK)?.is_none() && Instant::now() < until {
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn store_failure(folder: &Folder, error: &StoreError) -> Failure {
    let failure = Failure::new(format!("{}: {error}", folder.record().display()));
    match error {
        StoreError::Locked => failure
            .code(BUSY)
            .hint("another chancery command is writing; wait until it has ended"),
        StoreError::Unsigned(_) => failure.hint(NOTHING),
        StoreError::Full { .. } => {
            failure.hint(format!("make room on the disk and run the command again; {NOTHING}"))
        }
        StoreError::Disk(error) if folder::is_full(error) => {
            failure.hint("make room on the disk and run the command again; what was published before is whole")
        }
        StoreError::Damaged { .. } | StoreError::Missing | StoreError::Conflict(_) => failure.hint(
            "nothing was written; `chancery verify` names every file that differs, and a backup of the record holds them whole",
        ),
        _ => failure,
    }
}

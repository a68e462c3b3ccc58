//! `chancery key`: which keys sign, from which entry on. Root keys sign every change.

mod ceremony;
mod new;

use super::policy;
use super::protect;
use super::rooted::Rooted;
use crate::{
    clock,
    folder::Folder,
    output::{self, Done, Failure, note, say},
    reading::{self, Files},
    writing::{Draft, Writing},
};
use new::{check_mission, made};
use record::keys::{KeyChange, Known, Role};
use std::path::PathBuf;
use tlog::{hash::sha256, note::SigningKey};

/// The commands for keys.
#[derive(clap::Subcommand, Debug)]
pub enum Args {
    /// Show every key: what it signs, and the entries for which it is valid
    List {
        /// Data folder
        folder: PathBuf,
    },
    /// Make a key and let it sign from the next entry on
    Add(Change),
    /// Make a key in the place of the present one, which ends
    Replace(Change),
    /// Put private keys under a passphrase; where none is given beside the command, it is asked for
    Protect(protect::Args),
    /// Take private keys out of their passphrase
    Unprotect(protect::Args),
    /// Add the signature of a root key to a proposal, where that key is; needs no record
    Sign(ceremony::Sign),
    /// Enter a proposal that enough root keys have signed
    Submit(ceremony::Submit),
    /// End a key: nothing that it signs from the next entry on is accepted
    End(End),
}

/// Arguments of `add` and `replace`.
#[derive(clap::Args, Debug)]
pub struct Change {
    /// Data folder
    folder: PathBuf,
    #[command(flatten)]
    what: What,
    /// Where a new root key goes; otherwise root-key/ of the data folder
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// Whose key.
#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
struct What {
    /// The key with which this mission signs its texts
    #[arg(long, value_name = "CODE")]
    mission: Option<String>,
    /// The key that signs the checkpoints of the log
    #[arg(long)]
    log: bool,
    /// The key that states what is current
    #[arg(long)]
    state: bool,
    /// A root key
    #[arg(long)]
    root: bool,
}

/// Arguments of `end`.
#[derive(clap::Args, Debug)]
pub struct End {
    /// Data folder
    folder: PathBuf,
    /// Name of the key as `key list` shows it, such as record.mfa.example/m/vn/1
    name: String,
    #[command(flatten)]
    how: How,
}

/// How a change is made.
#[derive(clap::Args, Debug)]
struct How {
    /// Root signatures that changes need from the next entry on
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    quorum: Option<u32>,
    #[command(flatten)]
    rooted: Rooted,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    match args {
        Args::List { folder } => list(&Folder::open(folder)?),
        Args::Add(change) => add(change, false),
        Args::Replace(change) => add(change, true),
        Args::Sign(args) => ceremony::sign(args),
        Args::Submit(args) => ceremony::submit(args),
        Args::End(end) => finish(end),
        Args::Protect(args) => protect::run(args, true),
        Args::Unprotect(args) => protect::run(args, false),
    }
}

fn list(folder: &Folder) -> Done {
    let files = Files::new(&folder.record(), reading::published_size(&folder.record())?);
    let (register, _) = reading::load(folder, &files)?;
    for known in register.keys().keys() {
        let until = known
            .until
            .map_or_else(|| "on".to_owned(), |until| format!("to {}", until.saturating_sub(1)));
        say(format!(
            "{}\tentry {} {until}\t{}",
            signs(known),
            known.from,
            known.vkey
        ));
    }
    note(format!(
        "{} of the root keys must sign a change of keys or an erasure; the next entry is {}",
        register.keys().quorum(),
        register.size()
    ));
    Ok(())
}

fn signs(known: &Known) -> String {
    match (known.role, &known.mission) {
        (Role::Office, Some(mission)) => format!("texts of {mission}"),
        (Role::Office, None) => "texts".to_owned(),
        (Role::Log, _) => "checkpoints".to_owned(),
        (Role::Root, _) => "keys, erasures".to_owned(),
        (Role::State, _) => "states".to_owned(),
    }
}

fn add(args: &Change, replace: bool) -> Done {
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    let new = args
        .what
        .new_key(&writing.folder, &writing.register, args.to.as_deref())?;
    let proposed = args.how.rooted.propose.is_some();
    new.mission
        .as_deref()
        .map_or(Ok(()), |mission| check_mission(&writing.register, mission, proposed))?;
    let size = writing.register.size();
    let present = writing.register.keys().valid(size, new.role, new.mission.as_deref());
    let present: Vec<String> = present.map(|known| known.vkey.to_string()).collect();
    match (replace, present.as_slice()) {
        (true, []) => {
            return Err(Failure::usage("there is no such key to replace").hint("`chancery key add` makes the first"));
        }
        (true, [_, _, ..]) => {
            return Err(
                Failure::usage("there are several such keys").hint("add the new one, then end the old one by its name")
            );
        }
        (false, [_, ..]) if new.role == Role::State => {
            return Err(
                Failure::usage("there is a state key already").hint("`chancery key replace` ends it and makes another")
            );
        }
        _ => {}
    }
    if !replace && new.role == Role::Office {
        tell_others(&present);
    }
    let ended = if replace { present } else { Vec::new() };
    say(format!("new\t{}\tfrom entry {}", new.name, size + 1));
    // The checkpoint that holds the entry is signed by both keys of a log, so that readers can go from one to the other.
    let until = if new.role == Role::Log { size + 2 } else { size + 1 };
    for vkey in &ended {
        say(format!("ends\t{}\tfrom entry {until} on", told(vkey, new.role)));
    }
    tell_quorum(&writing, &args.how);
    let goes = format!("Its private key goes to {} and is never shown.", new.path.display());
    let roots = args.how.rooted.roots(&writing)?;
    let with_signer = writing.folder.config.signer.is_some();
    let fresh = made(&new)?;
    let addition = KeyChange::Add {
        from: size + 1,
        mission: new.mission.as_deref().map(Into::into),
        role: new.role,
        vkey: fresh.key.verifier().to_string().into(),
    };
    let changes = std::iter::once(addition).chain(endings(&ended, until)).collect();
    let composed = Composed::of(&mut writing, changes, &args.how, &roots)?;
    note(goes);
    if args.how.rooted.dry_run {
        looked(writing);
        return Ok(());
    }
    output::confirm(
        args.how.rooted.yes || args.how.rooted.propose.is_some(),
        "Change the keys so?",
    )?;
    // The private key first: a crash leaves a file that no entry names, never an entry without its key. It stays after an
    // error too, since the entry may be on the disk; the next attempt takes it up.
    let key = fresh.keep(&new)?;
    let own = (new.role == Role::Log).then_some(key);
    composed.commit(writing, own, &args.how)?;
    if with_signer && new.role != Role::Root {
        note(format!("Move {} into the folder of the signer.", new.path.display()));
    }
    if args.how.rooted.propose.is_some() {
        return Ok(());
    }
    match (new.role, ended.is_empty()) {
        (Role::Log, true) => note(
            "Both keys sign from now on. After 90 days end the old one with `chancery key end`, so that everybody can learn of the new one.",
        ),
        (_, false) => note("Delete the file of the ended key everywhere; what it signed before stays valid."),
        _ => {}
    }
    Ok(())
}

fn finish(args: &End) -> Done {
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    let size = writing.register.size();
    let known = writing.register.keys().keys().iter();
    let known = known.filter(|known| known.until.is_none() && is_named(&known.vkey, &args.name));
    let ended: Vec<Known> = known.cloned().collect();
    let [
        Known {
            vkey, role, mission, ..
        },
    ] = ended.as_slice()
    else {
        let failure = Failure::usage(format!("{}: not one key in use has this name", args.name));
        return Err(failure
            .hint("`chancery key list` shows the names; of two keys with the same one, give it up to the second +"));
    };
    say(format!("ends\t{}\tfrom entry {} on", args.name, size + 1));
    tell_quorum(&writing, &args.how);
    let valid = writing
        .register
        .keys()
        .valid(size + 1, *role, mission.as_deref())
        .count();
    match role {
        Role::Office if valid > 1 => note("Its mission goes on with its other key."),
        Role::Office => {
            note("Its mission cannot publish, correct or withdraw without another key; its texts stay as they are.");
        }
        Role::State => note("No states are made without another key."),
        Role::Log => note("Checkpoints are signed by the other key alone."),
        Role::Root => {}
    }
    let roots = args.how.rooted.roots(&writing)?;
    let changes = endings(&[vkey.to_string()], size + 1).collect();
    let composed = Composed::of(&mut writing, changes, &args.how, &roots)?;
    if args.how.rooted.dry_run {
        looked(writing);
        return Ok(());
    }
    output::confirm(
        args.how.rooted.yes || args.how.rooted.propose.is_some(),
        "End this key?",
    )?;
    composed.commit(writing, None, &args.how)
}

/// How many root keys must sign from then on, where that is to change.
fn tell_quorum(writing: &Writing, how: &How) {
    let present = writing.register.keys().quorum();
    if let Some(quorum) = how.quorum.filter(|quorum| *quorum != present) {
        say(format!(
            "quorum\t{present} → {quorum}\tfrom entry {} on",
            writing.size() + 1
        ));
    }
}

/// Says of a mission that it has keys, before it gets one more.
fn tell_others(present: &[String]) {
    if let Some(vkey) = present.last() {
        note(format!(
            "Its mission has a valid key already, {}, which goes on signing too; `chancery key replace` ends that and makes another.",
            named(vkey)
        ));
    }
}

/// Ends a dry run after something was composed: the register holds it by now, and must not be saved.
fn looked(writing: Writing) {
    drop(writing);
    note("nothing was changed: this was a dry run");
}

/// `record.example/m/vn/1` of `record.example/m/vn/1+hash+key`.
fn named(vkey: &str) -> &str {
    vkey.split('+').next().unwrap_or_default()
}

/// `record.example+hash` of `record.example+hash+key`; the key is base64, which may hold a `+` too.
pub(crate) fn without_key(vkey: &str) -> &str {
    let end = vkey.match_indices('+').nth(1).map_or(vkey.len(), |(at, _)| at);
    vkey.get(..end).unwrap_or(vkey)
}

/// True if a person means this key: by its name, or by its name and the digits after it.
fn is_named(vkey: &str, text: &str) -> bool {
    [named(vkey), without_key(vkey), vkey].contains(&text)
}

/// How a key is told: keys of a log share their name.
fn told(vkey: &str, role: Role) -> &str {
    if role == Role::Log {
        without_key(vkey)
    } else {
        named(vkey)
    }
}

fn endings(vkeys: &[String], until: u64) -> impl Iterator<Item = KeyChange> {
    vkeys.iter().map(move |vkey| KeyChange::End {
        until,
        vkey: vkey.as_str().into(),
    })
}

/// A change of keys that was not refused, and is not yet public.
struct Composed {
    draft: Draft,
    /// The policy from then on, where it is another one.
    policy: Option<String>,
}

impl Composed {
    fn of(writing: &mut Writing, changes: Vec<KeyChange>, how: &How, roots: &[SigningKey]) -> Done<Self> {
        let roots: Vec<&SigningKey> = roots.iter().collect();
        let policy = next_policy(writing, &changes)?;
        let hash = policy.as_ref().map(|policy| sha256(policy.as_bytes()));
        let draft = writing.composed(0, clock::now(), |composer| {
            Ok(vec![composer.change_keys(changes, hash, how.quorum, &roots)?])
        })?;
        Ok(Self { draft, policy })
    }

    fn commit(self, mut writing: Writing, log: Option<SigningKey>, how: &How) -> Done {
        if let Some(path) = &how.rooted.propose {
            return writing.propose(self.draft, self.policy.as_deref(), path);
        }
        if let Some(policy) = self.policy {
            writing.prepare_policy(policy.as_bytes())?;
        }
        log.into_iter().for_each(|key| writing.add_log(key));
        let commit = writing.commit(vec![self.draft])?;
        writing.settle_policy()?;
        writing.write_log_json()?;
        note(format!("done: entry {} of the record", commit.first));
        writing.close()
    }
}

/// The policy with the keys of the log that sign after these changes, where that is another one.
fn next_policy(writing: &Writing, changes: &[KeyChange]) -> Done<Option<String>> {
    let size = writing.register.size();
    let valid = writing.register.keys().valid(size, Role::Log, None);
    let mut logs: Vec<&str> = valid.map(|known| &*known.vkey).collect();
    let before = logs.clone();
    for change in changes {
        match change {
            KeyChange::Add {
                role: Role::Log, vkey, ..
            } => logs.push(vkey),
            KeyChange::Add { .. } => {}
            KeyChange::End { vkey, .. } => logs.retain(|log| *log != &**vkey),
        }
    }
    if logs == before {
        return Ok(None);
    }
    let logs = logs.into_iter().filter_map(|vkey| vkey.parse().ok());
    policy::with_logs(&writing.folder.record(), logs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_meant_by_its_name_its_digits_or_all_of_it() {
        let vkey = "record.example+9e1a314b+AbEu+SqEa";
        for text in ["record.example", "record.example+9e1a314b", vkey] {
            assert!(is_named(vkey, text), "{text}");
        }
        for text in ["", "record", "record.example+9e1a314b+AbEu", "record.example+9e1a314c"] {
            assert!(!is_named(vkey, text), "{text}");
        }
        assert_eq!(told(vkey, Role::Log), "record.example+9e1a314b");
    }
}

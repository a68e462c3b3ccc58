//! `chancery policy`: which witnesses must cosign the record, from the next entry on.

use super::rooted::Rooted;
use crate::{
    clock,
    folder::{self, Folder},
    given,
    output::{Context as _, Done, Failure, confirm, note},
    remote,
    writing::Writing,
};
use record::keys::Role;
use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};
use tlog::{Policy, VerifierKey, hash::sha256, note::SigningKey, policy::MAX_POLICY};

/// Arguments of `policy`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// Witnesses, groups and quorum in the syntax of C2SP tlog-policy; the lines of the log are added
    pub file: PathBuf,
    #[command(flatten)]
    pub rooted: Rooted,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let witnesses = read(&args.file)?;
    let folder = Folder::open(&args.folder)?;
    let mut writing = Writing::open(folder)?;
    let size = writing.register.size();
    let logs = writing.register.keys().valid(size, Role::Log, None);
    let policy = whole(logs.filter_map(|known| known.verifier().cloned()), &witnesses);
    let hash = sha256(policy.as_bytes());
    if hash == writing.register.keys().policy() {
        note("this is the policy already; nothing was done");
        return writing.close();
    }
    tell(&policy)?;
    if args.rooted.dry_run {
        return writing.close_dry();
    }
    if let Some(path) = &args.rooted.propose {
        let draft = writing.composed(0, clock::now(), |composer| Ok(vec![composer.policy(hash, &[])?]))?;
        return writing.propose(draft, Some(&policy), path);
    }
    let roots = args.rooted.roots(&writing)?;
    confirm(args.rooted.yes, "Shall this be the policy from the next entry on?")?;
    let roots: Vec<&SigningKey> = roots.iter().collect();
    writing.prepare_policy(policy.as_bytes())?;
    let draft = writing.composed(0, clock::now(), |composer| Ok(vec![composer.policy(hash, &roots)?]))?;
    writing.commit(vec![draft])?;
    writing.settle_policy()?;
    writing.write_log_json()?;
    note("the policy has changed");
    writing.close()
}

fn tell(policy: &str) -> Done {
    let read = Policy::parse(policy.as_bytes()).at("policy")?;
    for witness in read.witnesses() {
        let place = witness.url.as_deref().unwrap_or("without an address: nobody asks it");
        note(format!("witness {}: {} at {place}", witness.name(), witness.key.name()));
    }
    if read.asks_nobody() {
        note("nobody need cosign");
    }
    Ok(())
}

/// Reads and checks a file of witnesses, groups and quorum; a fault is told with its line.
pub fn read(path: &Path) -> Done<String> {
    let bytes = given::bytes(path, MAX_POLICY as u64 / 2, "a policy")?;
    let policy = Policy::parse(&bytes);
    let policy = policy.map_err(|error| Failure::usage(format!("{} {error}", path.display())))?;
    if !policy.logs().is_empty() {
        return Err(Failure::usage(format!("{}: has a `log` line", path.display()))
            .hint("leave it out: the keys of the log are added from the record"));
    }
    check_addresses(&policy).map_err(|failure| failure.within(path.display()))?;
    String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{}: not UTF-8", path.display())))
}

/// Witnesses are asked over HTTP.
fn check_addresses(policy: &Policy) -> Done {
    for witness in policy.witnesses() {
        if let Some(url) = witness.url.as_deref().filter(|url| !remote::is_address(url)) {
            let what = format!("witness {}: `{url}` is no address of http or https", witness.name());
            return Err(Failure::usage(what).hint("such as https://witness.example/; without one, nobody asks it"));
        }
    }
    Ok(())
}

/// The policy of a record for other keys of the log: its lines `log` are replaced. `None` where it has none.
pub fn with_logs(record: &Path, logs: impl IntoIterator<Item = VerifierKey>) -> Done<Option<String>> {
    let path = record.join("policy");
    let Some(bytes) = folder::read_if_there(&path)? else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes).map_err(|_| Failure::new(format!("{}: not UTF-8", path.display())))?;
    let is_log = |line: &&str| line.starts_with("log ");
    if !text.lines().any(|line| is_log(&line)) {
        return Ok(None);
    }
    let others: String = text.split_inclusive('\n').filter(|line| !is_log(line)).collect();
    Ok(Some(whole(logs, &others)))
}

/// The file `policy`: the keys of the log, then the witnesses.
pub fn whole(logs: impl IntoIterator<Item = VerifierKey>, witnesses: &str) -> String {
    let mut text = String::new();
    for key in logs {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "log {key}");
    }
    text + witnesses
}

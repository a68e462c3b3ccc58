//! `chancery verify`: a record, the record of a site, or one proof.

mod one;

use crate::{
    given,
    output::{Done, FINDINGS, Failure, note, say, warn},
    verify::{
        Report, folder, json,
        trust::Trusted,
        web::{self, Web},
    },
};
use record::register::Frozen;
use std::path::{Path, PathBuf};
use tlog::{Checkpoint, Trust as _};

/// Arguments of `verify`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder, address of a site or mirror, or proof file
    #[arg(value_name = "DATA|URL|FILE.proof")]
    pub subject: String,
    /// Of a proof: the .json that stands beside the page
    #[arg(value_name = "FILE.json")]
    pub file: Option<PathBuf>,
    /// Key of the log that you trust: the key itself, a file with it, a log.json, or a data folder
    #[arg(long, value_name = "VKEY|FILE")]
    pub key: Option<String>,
    /// Of a record: a checkpoint of it that you kept, which it must continue; a folder given as --key has one
    #[arg(long, value_name = "CHECKPOINT-FILE")]
    pub since: Option<PathBuf>,
    /// Of a record that continues another: the data folder, mirror or address of that one, to be checked with it
    #[arg(long, value_name = "DATA|URL")]
    pub predecessor: Option<String>,
    /// Of a proof: the policy that says who must have witnessed it; a data folder given as --key has one
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Print one JSON document on stdout instead of lines for people; docs/verify.md says what is in it
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let trusted = args.key.as_deref().map(Trusted::named).transpose()?;
    let path = Path::new(&args.subject);
    let is_address = args.subject.contains("://");
    if !is_address && !path.is_dir() {
        given::exists(path).map_err(|failure| failure.hint(SUBJECTS))?;
        check_flags([
            ("--since", args.since.is_some()),
            ("--predecessor", args.predecessor.is_some()),
        ])?;
        return one::proof_or_currency(args, path, trusted);
    }
    if let Some(file) = &args.file {
        return Err(Failure::usage(format!("{}: goes with a proof file", file.display()))
            .hint("chancery verify FILE.proof FILE.json --key KEY"));
    }
    if let Some(policy) = &args.policy {
        let failure = Failure::usage(format!("--policy {}: goes with a proof", policy.display()));
        return Err(failure.hint("a record names its own policy, by which its checkpoints are judged"));
    }
    let trusted = match (&args.since, trusted) {
        (Some(since), Some(trusted)) => Some(trusted.with_seen(since)?),
        (Some(since), None) => Some(own(&args.subject, is_address)?.with_seen(since)?),
        (None, trusted) => trusted,
    };
    let (mut report, trusted) = check(&args.subject, trusted)?;
    continues(args.predecessor.as_deref(), &mut report)?;
    if args.json {
        say(json::report(&args.subject, &report, &trusted));
        return judge(&report);
    }
    if trusted.from_record {
        warn(format!(
            "no key was given: the one in the record itself was used, so it is only known that the record agrees with itself: {}",
            trusted.key
        ));
    }
    tell(&report)
}

/// What can be checked.
const SUBJECTS: &str =
    "name a proof or currency file, a data folder or mirror, or an address such as https://vn.mfa.example";

/// Refuses what goes with a record and not with a proof.
fn check_flags(flags: [(&str, bool); 2]) -> Done {
    match flags.iter().find(|(_, is_given)| *is_given) {
        Some((flag, _)) => Err(Failure::usage(format!(
            "{flag}: goes with a record, and this is one file"
        ))),
        None => Ok(()),
    }
}

fn check(subject: &str, trusted: Option<Trusted>) -> Done<(Report, Trusted)> {
    if subject.contains("://") {
        web::check(subject, trusted)
    } else {
        folder::check(Path::new(subject), trusted)
    }
}

/// Checks the record that this one continues too, and that it is the one that genesis names.
fn continues(place: Option<&str>, report: &mut Report) -> Done {
    let (before, place) = match (report.predecessor.clone(), place) {
        (None, None) => return Ok(()),
        (None, Some(place)) => {
            return Err(Failure::usage(format!(
                "--predecessor {place}: this record says of none that it continues it"
            )));
        }
        (Some(before), None) => {
            report.remarks.push(format!(
                "not checked: that it continues {} of {} entries; --predecessor names that record",
                before.origin, before.size
            ));
            return Ok(());
        }
        (Some(before), Some(place)) => (before, place),
    };
    if !place.contains("://") {
        let hint = "a data folder, a mirror or an address of the record that this one continues";
        given::exists(Path::new(place)).map_err(|failure| failure.within("--predecessor").hint(hint))?;
    }
    let key = own(place, place.contains("://"))?;
    if key.keys.name() != &*before.origin {
        let what = format!("is of {}, and genesis names {}", key.keys.name(), before.origin);
        report.find(format!("predecessor {place}"), None, what);
        return Ok(());
    }
    // Its keys need no other trust: genesis, which is trusted, names its root.
    let (origin, size, root) = (before.origin.to_string(), before.size, before.root);
    let through = Some(Checkpoint { origin, size, root });
    let (older, _) = check(place, Some(Trusted { through, ..key }))?;
    let is_it = older.is_sound() && goes_on(place, older.frozen.as_ref(), report);
    for finding in older.findings {
        report.find(
            format!("predecessor {place}: {}", finding.file),
            finding.index,
            finding.what,
        );
    }
    report.more += older.more;
    report
        .remarks
        .extend(older.remarks.into_iter().map(|remark| format!("predecessor: {remark}")));
    if is_it {
        let mut what = format!("it continues {} of {} entries", before.origin, before.size);
        if let Some(frozen) = older.frozen.filter(|frozen| frozen.size < frozen.index) {
            what += &format!("; the publisher stands by the first {} of them", frozen.size);
        }
        report.remarks.push(what);
    }
    Ok(())
}

/// False where the end of the record before names another one that goes on.
fn goes_on(place: &str, frozen: Option<&Frozen>, report: &mut Report) -> bool {
    let Some(frozen) = frozen else {
        let what = "predecessor: it is not frozen, so whoever has its keys can still add to it";
        report.remarks.push(what.to_owned());
        return true;
    };
    let this = report.summary.as_ref().map(|summary| summary.origin.as_str());
    match frozen.successor.as_deref().filter(|named| Some(*named) != this) {
        Some(named) => {
            let what = format!("goes on as {named}, which is not the name of this record");
            report.find(format!("predecessor {place}"), Some(frozen.index), what);
            false
        }
        None => true,
    }
}

/// The key that a record itself names.
fn own(subject: &str, is_address: bool) -> Done<Trusted> {
    if is_address {
        Web::new(subject)?.own_key()
    } else {
        Trusted::of_folder(Path::new(subject))
    }
}

fn tell(report: &Report) -> Done {
    report.findings.iter().for_each(say);
    report.remarks.iter().for_each(note);
    if let Some(summary) = &report.summary {
        note(summary);
    }
    if report.is_sound() {
        note("all of it is as it was signed");
    }
    judge(report)
}

fn judge(report: &Report) -> Done {
    let count = report.findings.len() as u64 + report.more;
    match count {
        0 => Ok(()),
        1 => Err(Failure::new("1 finding").code(FINDINGS)),
        _ => Err(Failure::new(format!("{count} findings")).code(FINDINGS)),
    }
}

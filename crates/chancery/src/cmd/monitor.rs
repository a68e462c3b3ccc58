//! `chancery monitor`: is the record as it must be, and do the live sites say what it says?

use super::mirror::{Begun, open};
use crate::{
    clock,
    folder::replace,
    monitor::{Event, History, Look, Monitor, atom, tag},
    output::{Context as _, Done, FINDINGS, Failure, note, say, warn},
    progress::Progress,
    remote,
    verify::Finding,
};
use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// Arguments of `monitor`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Address of a site of the ministry
    #[arg(value_name = "URL")]
    pub address: String,
    /// Folder of the mirror that is kept for it; it is made if it is not there
    pub folder: PathBuf,
    /// Key of the log that you trust, as for `mirror`
    #[arg(long, value_name = "VKEY|FILE")]
    pub key: Option<String>,
    /// Base address of the family, as its pages name it, where it is not that of URL
    #[arg(long, value_name = "URL")]
    pub family: Option<String>,
    /// Go on, and look again after so many minutes: at what changed, and once a day at everything
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..=10_080))]
    pub every: Option<u64>,
    /// One JSON object a line for each finding, instead of text
    #[arg(long)]
    pub json: bool,
    /// Write an Atom feed of all findings to this file
    #[arg(long, value_name = "FILE")]
    pub feed: Option<PathBuf>,
}

/// All pages are compared again after this.
const DAY: Duration = Duration::from_hours(24);

/// Runs the command.
pub fn run(args: &Args) -> Done {
    if let Some(wrong) = args.family.as_deref().filter(|family| !remote::is_address(family)) {
        let failure = Failure::usage(format!("--family {wrong}: not an address of http or https"));
        return Err(failure.hint("such as https://www.mfa.example"));
    }
    let begun = Begun::at(&args.folder);
    let mirror = open(&args.folder, &args.address, args.key.as_deref())?;
    let family = args.family.clone().unwrap_or_else(|| family(mirror.base()));
    let monitor = Monitor {
        mirror,
        address: family,
    };
    let Some(minutes) = args.every else {
        let look = look(args, &monitor, 0).inspect_err(|_| begun.take_back(&monitor.mirror))?;
        return verdict(&look);
    };
    let (mut since, mut whole) = (0, Instant::now());
    loop {
        match look(args, &monitor, since) {
            Ok(look) => since = look.tick.map_or(since, |tick| tick.size),
            Err(failure) => warn(&failure.message),
        }
        thread::sleep(Duration::from_secs(minutes * 60));
        if whole.elapsed() > DAY {
            (since, whole) = (0, Instant::now());
        }
    }
}

/// `https://host` of `https://host/record/`.
fn family(base: &str) -> String {
    base.strip_suffix("/record/").unwrap_or(base).to_owned()
}

/// One look; tells what is new in it.
fn look(args: &Args, monitor: &Monitor, since: u64) -> Done<Look> {
    let (mut progress, mut done) = (None, 0);
    let look = monitor.look(since, &clock::now, &mut |now, end| {
        let bar = progress.get_or_insert_with(|| Progress::of("pages", end));
        bar.add(now - done, now - done);
        done = now;
    });
    if let Some(progress) = progress {
        note(progress.end());
    }
    let mut look = look?;
    let mut history = History::open(&args.folder)?;
    let stands = |finding: &Finding| look.unasked.contains(&finding.file);
    let standing: Vec<Finding> = history.standing().into_iter().filter(stands).collect();
    look.findings.extend(standing);
    // A look at what changed says nothing about the other pages.
    let looked = |finding: &Finding| since == 0 || look.asked.contains(&finding.file);
    let events = history.note(&look.findings, clock::now(), looked)?;
    for event in &events {
        tell(args, event)?;
    }
    if args.every.is_none() && !args.json {
        let old = look
            .findings
            .iter()
            .filter(|finding| !events.iter().any(|event| event.finding() == **finding));
        old.for_each(say);
    }
    if let Some(path) = &args.feed {
        let origin = monitor.mirror.origin();
        let first = history.events.first().map(|event| event.at);
        let tag = tag(origin, look.began.or(first).unwrap_or_else(clock::now));
        let feed = atom(origin, &tag, &history.events, clock::now());
        replace(path, feed.as_bytes(), false)?;
    }
    Ok(look)
}

fn tell(args: &Args, event: &Event) -> Done {
    match (args.json, event.over) {
        (true, _) => say(serde_json::to_string(event).at("finding")?),
        (false, false) => say(event.finding()),
        (false, true) => note(format!("over: {}", event.finding())),
    }
    Ok(())
}

fn verdict(look: &Look) -> Done {
    look.notes.iter().for_each(note);
    if look.alike > 0 {
        let pages = if look.alike == 1 { "page is" } else { "pages are" };
        note(format!(
            "{} {pages} the same in content only: another theme or another version of the program made them",
            look.alike
        ));
    }
    if look.beyond > 0 {
        note(format!(
            "{} lists and histories say more than can be checked: of texts that were retracted before this copy began",
            look.beyond
        ));
    }
    match look.findings.len() {
        0 => {
            note(format!("{} pages say what the record says", look.pages));
            Ok(())
        }
        1 => Err(Failure::new("1 finding").code(FINDINGS)),
        many => Err(Failure::new(format!("{many} findings")).code(FINDINGS)),
    }
}

//! `chancery mirror`: a checked copy of a record, from which the sites can be served.

use crate::{
    mirror::{Mirror, Tick},
    output::{Done, FINDINGS, Failure, note, warn},
    progress::Progress,
    verify::trust::Trusted,
};
use std::{
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// Arguments of `mirror`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Address of a site of the ministry, or of another mirror
    #[arg(value_name = "URL")]
    pub address: String,
    /// Folder of the mirror; it is made if it is not there
    pub folder: PathBuf,
    /// Key of the log that you trust: the key itself, a file with it, or a log.json. A new mirror without it takes the key that the record names
    #[arg(long, value_name = "VKEY|FILE")]
    pub key: Option<String>,
    /// Go on, and look again after so many minutes
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..=10_080))]
    pub every: Option<u64>,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let mirror = open(&args.folder, &args.address, args.key.as_deref())?;
    let Some(minutes) = args.every else {
        return once(&mirror);
    };
    loop {
        // What is wrong now may be right at the next look; whoever watches reads it here.
        if let Err(failure) = once(&mirror) {
            warn(&failure.message);
            failure.hint.iter().for_each(note);
        }
        thread::sleep(Duration::from_secs(minutes * 60));
    }
}

/// Opens or begins a mirror; says where a key is taken on trust.
pub(super) fn open(folder: &Path, address: &str, key: Option<&str>) -> Done<Mirror> {
    let given = key.map(Trusted::named).transpose()?;
    let (mirror, trusted) = Mirror::open(folder, address, given)?;
    if trusted.from_record {
        warn(format!(
            "no key was given, so the one that the record names is trusted from now on: {}",
            trusted.key
        ));
    }
    Ok(mirror)
}

/// One look, told in a line.
pub fn once(mirror: &Mirror) -> Done {
    let mut progress = None;
    let mut done = 0;
    let tick = mirror.tick(&mut |now, end| {
        let bar = progress.get_or_insert_with(|| Progress::of("entries", end));
        bar.add(now.saturating_sub(done), now.saturating_sub(done));
        done = now;
    });
    if let Some(progress) = progress {
        note(progress.end());
    }
    tell(mirror, tick?)
}

fn tell(mirror: &Mirror, tick: Tick) -> Done {
    let Tick {
        before,
        size,
        theirs,
        missing,
    } = tick;
    match (size - before, theirs < size) {
        (_, true) => note(format!(
            "{} shows {theirs} entries, {size} are here already",
            mirror.base()
        )),
        (0, false) => note(format!("nothing new; {size} entries are here")),
        (new, false) => note(format!("{new} new entries, all of them checked; {size} are here")),
    }
    if missing > 0 {
        return Err(Failure::new(format!(
            "{missing} texts that entries name are not to be had and not withheld"
        ))
        .code(FINDINGS)
        .hint("they are asked for again the next time"));
    }
    Ok(())
}

//! `chancery mirror`: a checked copy of a record, from which the sites can be served.

use crate::{
    config, given,
    mirror::{Mirror, Tick},
    output::{Done, FINDINGS, Failure, note, warn},
    progress::Progress,
    verify::trust::Trusted,
};
use std::{
    fs,
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
    let begun = Begun::at(&args.folder);
    let mirror = open(&args.folder, &args.address, args.key.as_deref())?;
    let Some(minutes) = args.every else {
        let done = once(&mirror);
        return done.inspect_err(|_| begun.take_back(&mirror));
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

/// What a new mirror is made in, to be taken away again where nothing came of it: one that stays keeps to its key.
pub(super) struct Begun {
    /// The uppermost folder that is made.
    made: Option<PathBuf>,
    /// True where there is no mirror yet.
    is_new: bool,
}

impl Begun {
    /// Looks before anything is made.
    pub(super) fn at(folder: &Path) -> Self {
        let missing = folder.ancestors().filter(|above| !above.as_os_str().is_empty());
        let missing = missing.take_while(|above| !above.exists()).last();
        Self {
            made: missing.map(Path::to_owned),
            is_new: !folder.join(config::FILE).exists(),
        }
    }

    /// Removes what was made, if no entry is here. What cannot be removed stays, and does no harm.
    pub(super) fn take_back(&self, mirror: &Mirror) {
        let here = mirror.folder.root();
        if !self.is_new || holds_anything(&mirror.folder.record()) {
            return;
        }
        let paths = self
            .made
            .as_ref()
            .map_or_else(|| given::folder(here).unwrap_or_default(), |made| vec![made.clone()]);
        for path in paths {
            let _ = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
        }
    }
}

/// True if a record has more than the files with which each begins, or cannot be looked at.
fn holds_anything(record: &Path) -> bool {
    let only = |folder: &Path, names: &[&str]| {
        let paths = given::folder(folder).unwrap_or_else(|_| vec![folder.to_owned()]);
        paths.iter().all(|path| names.iter().any(|name| path.ends_with(name)))
    };
    record.exists() && !(only(record, &[".state"]) && only(&record.join(".state"), &["lock", "committed"]))
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

//! `chancery cosign`: asks the witnesses of the policy for what they have not cosigned yet. Other commands do so when
//! they end; this one is for a timer, so that a witness that was away is asked again.

use crate::{
    clock,
    cosign::{self, Outcome},
    folder::Folder,
    output::{Done, Failure, note, warn},
};
use std::{path::PathBuf, thread, time::Duration};

/// Arguments of `cosign`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// Go on asking, after so many seconds each time
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub every: Option<u64>,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let folder = Folder::open(&args.folder)?;
    let Some(seconds) = args.every else {
        return ask(&folder);
    };
    loop {
        if let Err(failure) = ask(&folder) {
            warn(failure.message);
        }
        thread::sleep(Duration::from_secs(seconds));
    }
}

fn ask(folder: &Folder) -> Done {
    cosign::mark(folder)?;
    let Some(outcome) = cosign::once(folder)? else {
        note("the policy of this record names no witness");
        return Ok(());
    };
    for (name, what) in &outcome.problems {
        warn(format!("witness {name}: {what}"));
    }
    note(told(&outcome));
    if outcome.met {
        return Ok(());
    }
    let hint = "`chancery cosign --every 60` asks again until they answer";
    match cosign::overdue(&folder.record(), clock::now())? {
        Some(overdue) => Err(Failure::new(overdue).hint(hint)),
        None => Err(Failure::new("the policy is not met yet").hint(hint)),
    }
}

fn told(outcome: &Outcome) -> String {
    let names: Vec<&str> = outcome.cosigned.iter().map(|(name, _)| name.as_str()).collect();
    let met = if outcome.met {
        "which is enough"
    } else {
        "which is not enough"
    };
    match names.as_slice() {
        [] => format!("checkpoint {}: no witness has cosigned", outcome.size),
        names => format!("checkpoint {}: cosigned by {}, {met}", outcome.size, names.join(", ")),
    }
}

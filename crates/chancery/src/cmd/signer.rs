//! `chancery signer`: holds the keys, and signs for those who write the record.

use crate::{
    keys::passphrase,
    output::{Done, note, say},
    signer::server,
};
use std::{path::PathBuf, sync::Arc};

/// Arguments of `signer`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder of the keys; what was signed last is kept there too
    pub folder: PathBuf,
    /// Where to listen; otherwise signer.sock in the folder
    #[arg(long, value_name = "SOCKET")]
    pub socket: Option<PathBuf>,
    /// Where nothing was signed here yet, begin with this checkpoint of the record, so that the first one asked for must continue it
    #[arg(long, conflicts_with = "take_back", value_name = "CHECKPOINT-FILE")]
    pub from: Option<PathBuf>,
    /// Go on from this checkpoint of the record instead of the one signed last, and end: for one that a crash lost before it was written
    #[arg(long, conflicts_with = "socket", value_name = "CHECKPOINT-FILE")]
    pub take_back: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let signer = server::Signer::open(&args.folder)?;
    if let Some(path) = &args.take_back {
        let from = signer.take_back(path)?;
        say(format!("{}\tgoes on from {} entries", from.origin, from.size));
        return Ok(());
    }
    if let Some(path) = &args.from {
        signer.begin(path)?;
    }
    // Whoever asks for a signature must not wait for a person.
    passphrase::ask_no_more();
    let path = args.socket.clone().unwrap_or_else(|| args.folder.join("signer.sock"));
    let listener = server::bind(&path)?;
    note(format!("signs with {} keys at {}", signer.len(), path.display()));
    for origin in signer.trusting() {
        note(format!(
            "nothing was signed of {origin} yet: the first checkpoint is taken on trust, unless --from names one"
        ));
    }
    server::serve(&Arc::new(signer), &listener);
    Ok(())
}

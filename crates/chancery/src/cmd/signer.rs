//! `chancery signer`: holds the keys, and signs for those who write the record.

use crate::{
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
    /// Let another checkpoint of the newest size be signed, once, and end: for a checkpoint that a crash lost before it was written
    #[arg(long, conflicts_with = "socket")]
    pub take_back: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let signer = server::Signer::open(&args.folder)?;
    if args.take_back {
        for (origin, size) in signer.take_back()? {
            say(format!("{origin}\tanother checkpoint of {size} entries may be signed"));
        }
        return Ok(());
    }
    let path = args.socket.clone().unwrap_or_else(|| args.folder.join("signer.sock"));
    let listener = server::bind(&path)?;
    note(format!("signs with {} keys at {}", signer.len(), path.display()));
    server::serve(&Arc::new(signer), &listener);
    Ok(())
}

//! `chancery demo`: the example ministry, made if it is not there, and served.

use super::serve;
use crate::{
    demo,
    folder::Folder,
    output::{Done, note},
};
use std::{path::PathBuf, time::Instant};

/// Arguments of `demo`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Where the example is, or is to be made
    #[arg(default_value = "demo")]
    pub folder: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Make the example and stop
    #[arg(long)]
    pub no_serve: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let began = Instant::now();
    if !args.folder.exists() {
        note(format!("making the example ministry in {}", args.folder.display()));
        demo::make(&args.folder)?;
    }
    let folder = Folder::open(&args.folder)?;
    if args.no_serve {
        return Ok(());
    }
    serve::demo(folder, &args.listen, began)
}

//! `chancery witness`: cosigns the checkpoints of logs it knows, for ministries elsewhere.

use crate::{
    clock,
    http::{self, Stop},
    output::{Context as _, Done, note},
    witness,
};
use std::path::PathBuf;

/// Arguments of `witness`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder of the witness: its settings, its key, and what it has seen
    pub folder: PathBuf,
    /// Where to listen; otherwise as in witness.toml
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Make a new witness of this name, such as witness.archive.example, and print its key
    #[arg(long, value_name = "NAME", conflicts_with = "listen")]
    pub new: Option<String>,
    /// With --new: key of a log to cosign, as its log.json names it; may be given again
    #[arg(long, value_name = "VKEY", requires = "new")]
    pub log: Vec<String>,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    if let Some(name) = &args.new {
        let vkey = witness::create(&args.folder, name, &args.log)?;
        println!("{vkey}");
        note(format!(
            "made {}; keys of logs to cosign go into {}",
            args.folder.display(),
            args.folder.join(witness::CONFIG).display()
        ));
        return Ok(());
    }
    let settings = witness::read(&args.folder)?;
    let listen = args.listen.as_deref().unwrap_or(&settings.listen);
    let listener = http::bind(listen)?;
    let now = || u64::try_from(clock::now().0).unwrap_or(0);
    let desk = witness::open(&args.folder, &settings, now)?;
    let here = listener.local_addr().at(listen)?;
    note(format!(
        "{} at http://{here}/, {} keys of logs",
        desk.vkey,
        settings.logs.len()
    ));
    let stop = Stop::default();
    http::until_asked(stop.clone())?;
    witness::serve(desk, listener, &stop)
}

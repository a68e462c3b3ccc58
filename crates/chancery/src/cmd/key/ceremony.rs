//! `chancery key sign` and `chancery key submit`: root keys that lie in another place than the record.

use super::super::freeze;
use crate::{
    folder::Folder,
    keys,
    output::{self, Done, Failure, note, say},
    proposal::Proposal,
    writing::Writing,
};
use record::entry::Body;
use std::path::PathBuf;

/// Arguments of `sign`.
#[derive(clap::Args, Debug)]
pub struct Sign {
    /// File that `--propose` made; the signature is added to it
    file: PathBuf,
    /// Folder or file of a root key, as often as there are
    #[arg(long, value_name = "PATH", required = true)]
    root_key: Vec<PathBuf>,
    /// Sign without asking
    #[arg(long, short)]
    yes: bool,
}

/// Arguments of `submit`.
#[derive(clap::Args, Debug)]
pub struct Submit {
    /// Data folder
    folder: PathBuf,
    /// Signed copies of one proposal; their signatures are put together
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Go ahead without asking
    #[arg(long, short)]
    yes: bool,
}

/// Runs `sign`. Needs no record.
pub(super) fn sign(args: &Sign) -> Done {
    let mut proposal = Proposal::read(&args.file)?;
    proposal.told()?.iter().for_each(say);
    let mut roots = Vec::new();
    for place in &args.root_key {
        roots.extend(keys::load_roots(place)?);
    }
    output::confirm(args.yes, "Sign this?")?;
    for key in &roots {
        let done = if proposal.sign(key)? {
            "signed by"
        } else {
            "was signed already by"
        };
        note(format!("{done} {}", key.name()));
    }
    proposal.write(&args.file)?;
    let (given, wanted) = (proposal.note.signatures.len(), proposal.quorum);
    let word = if wanted == 1 { "signature" } else { "signatures" };
    note(format!("{given} of {wanted} {word}"));
    Ok(())
}

/// Runs `submit`.
pub(super) fn submit(args: &Submit) -> Done {
    let mut files = args.files.iter();
    let first = files.next().ok_or_else(|| Failure::usage("no proposal is given"))?;
    let mut proposal = Proposal::read(first)?;
    for file in files {
        proposal.join(Proposal::read(file)?)?;
    }
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    proposal.told()?.iter().for_each(say);
    if writing.has_entered(&proposal) {
        note(format!("nothing to do: entered already, as entry {}", proposal.index));
        return writing.close();
    }
    writing.check_proposal(&proposal)?;
    if let Body::Freeze(end) = proposal.entry()?.body {
        freeze::check(&writing, &end)?;
    }
    if args.dry_run {
        return writing.close_dry();
    }
    output::confirm(args.yes, "Enter this into the record?")?;
    let commit = writing.submit(&proposal)?;
    note(format!("done: entry {} of the record", commit.first));
    writing.close()
}

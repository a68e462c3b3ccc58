//! What the commands have in common that root keys must sign.

use crate::{keys, output::Done, writing::Writing};
use std::path::PathBuf;
use tlog::note::SigningKey;

/// How such a command goes about it.
#[derive(clap::Args, Debug, Default)]
pub struct Rooted {
    /// Folder or file of a root key, as often as the quorum asks for; otherwise root-key/ of the data folder
    #[arg(long, value_name = "PATH")]
    pub root_key: Vec<PathBuf>,
    /// Write the entry to a file for root keys that lie elsewhere, instead of entering it
    #[arg(long, value_name = "FILE")]
    pub propose: Option<PathBuf>,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Go ahead without asking
    #[arg(long, short)]
    pub yes: bool,
}

impl Rooted {
    /// The root keys that sign; none for a proposal or a dry run.
    pub fn roots(&self, writing: &Writing) -> Done<Vec<SigningKey>> {
        if self.propose.is_some() || self.dry_run {
            return Ok(Vec::new());
        }
        keys::quorum(&writing.folder, &writing.register, &self.root_key)
    }
}

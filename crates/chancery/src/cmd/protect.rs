//! `chancery key protect` and `unprotect`: private keys under a passphrase, and out of it.

use crate::{
    keys::{self, passphrase},
    output::{Done, Failure, note, say},
};
use std::path::{Path, PathBuf};

/// Arguments of both.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Files of private keys, or folders of them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// File with the passphrase in its first line; otherwise it is asked for
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &Args, protected: bool) -> Done {
    args.passphrase_file.as_deref().map_or(Ok(()), passphrase::use_file)?;
    let mut files = Vec::new();
    for path in &args.paths {
        files.extend(files_of(path)?);
    }
    // All are looked at first, so that a file which is no key stops the command before anything is changed.
    files.iter().try_for_each(|file| keys::given(file).map(|_| ()))?;
    let changed = keys::protect(&files, protected)?;
    let (done, already) = if protected {
        (
            "are now under the passphrase",
            "was under a passphrase already, and stays so",
        )
    } else {
        ("are no longer under a passphrase", "was under none")
    };
    for file in &files {
        if changed.contains(&file.as_path()) {
            say(file.display());
        } else {
            note(format!("{}: {already}", file.display()));
        }
    }
    let changed = changed.len();
    if changed == 0 {
        note(format!(
            "nothing to do: all {} keys {}",
            files.len(),
            if protected {
                "were under the passphrase already"
            } else {
                "were under none"
            }
        ));
        return Ok(());
    }
    note(format!("{changed} of {} keys {done}", files.len()));
    if protected && changed > 0 {
        note("Whoever loses the passphrase has lost these keys. Copies that were made before are not protected.");
    }
    Ok(())
}

fn files_of(path: &Path) -> Done<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let files = keys::in_folder(path)?;
    if files.is_empty() {
        return Err(Failure::usage(format!("{}: no file that ends in .key", path.display())));
    }
    Ok(files)
}

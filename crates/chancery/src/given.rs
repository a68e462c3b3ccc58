//! Files that a person names, on the command line or in a setting: one that cannot be read is a wrong input.

use crate::output::{Done, Failure};
use std::{
    fs::{self, File},
    io::{Error, Read as _, Result},
    path::{Path, PathBuf},
};

/// Refuses what is not there, or cannot be looked at.
pub fn exists(path: &Path) -> Done {
    let found = fs::metadata(path);
    found.map(drop).map_err(|error| Failure::unreadable(path, &error))
}

/// Refuses a file where a folder is wanted, `a mirror`, and a folder below a file.
pub fn is_no_file(path: &Path, what: &str) -> Done {
    let file = path.ancestors().find(|above| above.exists() && !above.is_dir());
    let wrong = |file: &Path| Failure::usage(format!("{}: is a file, and {what} is a folder", file.display()));
    file.map_or(Ok(()), |file| Err(wrong(file).hint("name a new folder")))
}

/// The bytes of a file; one of more than `most` is refused as too long for what it is to be: `a policy`.
pub fn bytes(path: &Path, most: u64, what: &str) -> Done<Vec<u8>> {
    let bytes = read(path, most).map_err(|error| Failure::unreadable(path, &error))?;
    if bytes.len() as u64 > most {
        let failure = format!("{}: too long for {what}", path.display());
        return Err(Failure::usage(failure).hint(format!("at most {most} bytes are read")));
    }
    Ok(bytes)
}

/// The same as text.
pub fn text(path: &Path, most: u64, what: &str) -> Done<String> {
    String::from_utf8(bytes(path, most, what)?)
        .map_err(|_| Failure::unreadable(path, &Error::from(std::io::ErrorKind::InvalidData)))
}

/// One byte more than `most` says that there are more. The length that is told is only a hint: of a pipe it is 0.
fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    let file = File::open(path)?;
    // Large enough from the start: of a secret no copy stays behind.
    let length = usize::try_from(file.metadata()?.len().min(most)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(length.saturating_add(1));
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The paths in a folder, in order.
pub fn folder(path: &Path) -> Done<Vec<PathBuf>> {
    let unreadable = |error: Error| Failure::unreadable(path, &error);
    let entries = fs::read_dir(path).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_>>()
        .map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::output::USAGE;

    #[test]
    fn what_is_named_is_read_as_far_as_it_may_be() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("p");
        fs::write(&file, "four").unwrap();
        assert_eq!(text(&file, 4, "a word").unwrap(), "four");
        for (path, most) in [
            (file.clone(), 3),
            (home.path().join("nowhere"), 9),
            (home.path().to_owned(), 9),
        ] {
            let failure = text(&path, most, "a word").unwrap_err();
            assert!(failure.code == USAGE && failure.hint.is_some(), "{failure:?}");
        }
        assert_eq!(folder(home.path()).unwrap(), [file]);
        assert_eq!(folder(&home.path().join("nowhere")).unwrap_err().code, USAGE);
    }
}

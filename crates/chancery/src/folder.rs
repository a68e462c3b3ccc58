//! The data folder: what lies where.
//!
//! ```text
//! chancery.toml   settings
//! record/         the public record, and .state, which is private to the writer
//! keys/           log key and office keys, mode 0600
//! root-key/       root keys, to be moved offline
//! captures/       captured bytes of imports, private
//! texts.json      which file is which document, private
//! cache/          derived: may be deleted at any time
//! ```

use crate::{
    config::{self, Config},
    output::{self, Context as _, Done, Failure},
};
use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// A data folder that exists, with its settings.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    /// The operator's settings.
    pub config: Config,
}

impl Folder {
    /// Opens a data folder.
    pub fn open(root: &Path) -> Done<Self> {
        let file = root.join(config::FILE);
        if !file.is_file() {
            let message = format!(
                "{}: no data folder of Chancery, it has no {}",
                root.display(),
                config::FILE
            );
            return Err(Failure::usage(message).hint(which(root)));
        }
        Ok(Self {
            root: root.to_owned(),
            config: config::read(&file)?,
        })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The public record.
    pub fn record(&self) -> PathBuf {
        self.root.join("record")
    }

    /// Log key and office keys.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// Root keys.
    pub fn root_keys(&self) -> PathBuf {
        self.root.join("root-key")
    }

    /// Captured bytes.
    pub fn captures(&self) -> PathBuf {
        self.root.join("captures")
    }

    /// Which file is which document.
    pub fn texts(&self) -> PathBuf {
        self.root.join("texts.json")
    }

    /// Derived files.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// The saved register.
    pub fn snapshot(&self) -> PathBuf {
        self.cache().join("register.snapshot")
    }
}

/// Where a data folder is to be had: a new one is made where nothing is yet.
fn which(root: &Path) -> String {
    let is_free = fs::read_dir(root).map_or_else(|_| !root.exists(), |mut entries| entries.next().is_none());
    if is_free {
        let root = root.display();
        return format!("`chancery init {root} --name NAME --origin ORIGIN` makes one");
    }
    "the data folder, which `chancery init` made, is named first, and what the command is about after it".to_owned()
}

/// Replaces a file: a crash leaves the old one or the new one. `private` files have mode 0600.
pub fn replace(path: &Path, bytes: &[u8], private: bool) -> Done {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(parent).at(parent.display())?;
    let temporary = path.with_extension(format!("tmp-{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(if private { 0o600 } else { 0o644 });
    let written = options
        .open(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    if renamed.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    renamed.map_err(|error| unwritten(path, &error))?;
    fs::File::open(parent)
        .and_then(|folder| folder.sync_all())
        .at(parent.display())
}

/// Writes what somebody takes along: never into a data folder, where it could take the place of a key or of the record, and
/// in the place of another file only where `overwrite` or somebody at the terminal says so.
pub fn write_out(path: &Path, bytes: &[u8], overwrite: bool) -> Done {
    let whole = std::path::absolute(path).at(path.display())?;
    let mut above = whole.parent().unwrap_or(&whole).to_owned();
    while !above.exists() && above.pop() {}
    let above = above.canonicalize().at(path.display())?;
    if above.ancestors().any(|folder| folder.join(config::FILE).is_file()) {
        let what = format!(
            "{}: lies in a data folder, which holds nothing but what Chancery keeps there",
            path.display()
        );
        return Err(Failure::usage(what).hint("give a place outside of it"));
    }
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty() && !parent.is_dir())
    {
        let what = format!("{}: there is no folder {}", path.display(), parent.display());
        return Err(Failure::usage(what).hint("make it first, or name another place"));
    }
    match fs::symlink_metadata(&whole) {
        Ok(there) if there.is_dir() => {
            Err(Failure::usage(format!("{}: is a folder", path.display())).hint("name a file in it"))
        }
        Ok(there) if !there.is_file() => {
            let what = format!("{}: is no file but a link or a device", path.display());
            Err(Failure::usage(what).hint("name a file, or leave --to out where the command then prints what it makes"))
        }
        Ok(_) if !overwrite => may_replace(path).and_then(|()| replace(path, bytes, false)),
        _ => replace(path, bytes, false),
    }
}

fn may_replace(path: &Path) -> Done {
    let there = format!("{}: is there already", path.display());
    if output::can_ask() && output::is_yes(&format!("{there}. Replace it?"))? {
        return Ok(());
    }
    Err(Failure::usage(there).hint("--overwrite replaces it, --to names another file"))
}

/// True where there is no room: on the disk, in a quota, or under a limit of the process.
pub fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::new(format!("{}: {error}", path.display()));
    match error.kind() {
        _ if is_full(error) => failure.hint("make room on the disk and run the command again"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            failure.hint("let this user write there")
        }
        _ => failure,
    }
}

/// The bytes of a file; `None` where there is none.
pub fn read_if_there(path: &Path) -> Done<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).at(path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_along_is_written_anywhere_but_in_a_data_folder() {
        let home = tempfile::tempdir().expect("folder");
        let data = home.path().join("m");
        fs::create_dir_all(data.join("keys")).expect("folder");
        fs::write(data.join(config::FILE), "version = 1\n").expect("settings");
        for file in ["m/keys/log.key", "m/new/deep/sheet.html", "m/sheet.html"] {
            assert!(write_out(&home.path().join(file), b"x", true).is_err(), "{file}");
        }
        assert!(!data.join("new").exists());
        assert!(write_out(&home.path().join("sheet.html"), b"x", false).is_ok());
        assert!(write_out(&home.path().join("new/deep/sheet.html"), b"x", false).is_err());
        assert!(!home.path().join("new").exists());
    }

    #[test]
    fn what_is_there_is_replaced_where_somebody_says_so() {
        let home = tempfile::tempdir().expect("folder");
        let file = home.path().join("sheet.html");
        let holds = |bytes: &[u8]| fs::read(&file).expect("file") == bytes;
        write_out(&file, b"one", false).expect("writes");
        assert_eq!(
            write_out(&file, b"two", false).expect_err("is there").code,
            output::USAGE
        );
        assert!(holds(b"one"));
        write_out(&file, b"two", true).expect("writes");
        assert!(holds(b"two"));
        assert!(write_out(home.path(), b"x", true).is_err());
    }
}

//! What commands leave that were killed: files and folders whose names end in the number of their process. Keys may be in
//! them, so whoever opens the record for writing next removes those of processes that are gone.

use crate::folder::Folder;
use rustix::{
    io::Errno,
    process::{Pid, test_kill_process},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folder in which a data folder is made, beside its place: it gets its name when it is whole.
pub fn building(target: &Path, command: &str) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    parent(target).join(format!(".{name}.{command}-{}", std::process::id()))
}

/// The folder that something lies in.
pub fn parent(target: &Path) -> &Path {
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Removes what was left in a data folder, and beside it. What cannot be removed stays until the next time.
pub fn sweep(folder: &Folder) {
    let own = [
        folder.root().to_owned(),
        folder.keys(),
        folder.root_keys(),
        folder.record(),
    ];
    for place in own.into_iter().chain([folder.record().join(".state"), folder.cache()]) {
        for file in left_in(&place, replacing) {
            let _ = fs::remove_file(file);
        }
    }
    sweep_beside(folder.root());
}

/// Removes what was left of replacing one file; the folder it lies in may be anybody's.
pub fn sweep_of(file: &Path) {
    let (folder, stem) = (parent(file), file.file_stem().unwrap_or_default());
    let maker = |entry: &str| {
        replacing(
            entry
                .strip_prefix(stem.to_str()?)
                .filter(|end| end.starts_with(".tmp-"))?,
        )
    };
    for file in left_in(folder, maker) {
        let _ = fs::remove_file(file);
    }
}

/// Removes what was left of making a data folder at this place.
pub fn sweep_beside(target: &Path) {
    let Some(name) = target.file_name().and_then(|name| name.to_str()) else {
        return;
    };
    for folder in left_in(parent(target), |entry| making(entry, name)) {
        let _ = fs::remove_dir_all(folder);
    }
}

/// Entries of a folder that a process made which is gone; `maker` reads its number out of a name.
fn left_in(folder: &Path, maker: impl Fn(&str) -> Option<i32>) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let left = entries.filter(|entry| entry.file_name().to_str().and_then(&maker).is_some_and(is_gone));
    left.map(|entry| entry.path()).collect()
}

/// `7` of `log.tmp-7`.
fn replacing(entry: &str) -> Option<i32> {
    number(entry.rsplit_once(".tmp-")?.1)
}

/// `7` of `.m.init-7` where `m` is being made, also inside of another making: `..m.demo-7.init-7`.
fn making(entry: &str, target: &str) -> Option<i32> {
    let (name, end) = entry.strip_prefix('.')?.rsplit_once('.')?;
    let end = end.strip_prefix("init-").or_else(|| end.strip_prefix("demo-"))?;
    let maker = number(end)?;
    (name == target || making(name, target).is_some()).then_some(maker)
}

fn number(text: &str) -> Option<i32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn is_gone(process: i32) -> bool {
    Pid::from_raw(process).is_some_and(|process| test_kill_process(process) == Err(Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_file_nothing_else_is_swept() {
        let home = tempfile::tempdir().expect("folder");
        let gone = std::process::Command::new("true").spawn().and_then(|mut child| {
            child.wait()?;
            Ok(child.id())
        });
        let gone = gone.expect("a process");
        let left = home.path().join(format!("chancery.tmp-{gone}"));
        let other = home.path().join(format!("thesis.tmp-{gone}"));
        for file in [&left, &other] {
            fs::write(file, "").expect("file");
        }
        sweep_of(&home.path().join("chancery.toml"));
        assert!(!left.exists() && other.exists());
    }

    #[test]
    fn names_say_who_made_them() {
        for (entry, want) in [
            ("log.tmp-7", Some(7)),
            ("office-vn-1.tmp-123", Some(123)),
            ("log.key", None),
            ("log.tmp-", None),
            ("log.tmp-7x", None),
            ("log.tmp--7", None),
        ] {
            assert_eq!(replacing(entry), want, "{entry}");
        }
        for (entry, want) in [
            (".m.init-7", Some(7)),
            (".m.demo-8", Some(8)),
            ("..m.demo-8.init-8", Some(8)),
            (".n.init-7", None),
            (".m.other-7", None),
            ("m.init-7", None),
            (".m.init-", None),
        ] {
            assert_eq!(making(entry, "m"), want, "{entry}");
        }
    }
}

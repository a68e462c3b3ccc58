//! What the tests share: the real binary, temporary folders, the example ministry.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The binary under test.
pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_chancery"))
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("repository")
}

/// A command of the binary in a folder, without a terminal and without colours.
pub(crate) fn chancery(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(args).current_dir(folder).env("NO_COLOR", "1").env_remove("RUST_BACKTRACE");
    command.stdin(std::process::Stdio::null());
    command
}

/// Runs a command that must end well.
pub(crate) fn ok(folder: &Path, args: &[&str]) -> Output {
    let output = chancery(folder, args).output().expect("runs");
    assert!(output.status.success(), "chancery {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// A temporary folder with a new ministry `m` that has the sites `hq` and `vn`.
pub(crate) fn ministry() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let here = folder.path();
    ok(here, &["init", "m", "--name", "Ministry of Tides", "--origin", "record.tides.example"]);
    ok(here, &["site", "add", "m", "--ministry", "--name", "Ministry of Tides", "--langs", "en,ar"]);
    let zone = "Asia/Ho_Chi_Minh";
    ok(here, &["site", "add", "m", "--code", "vn", "--name", "Embassy", "--langs", "en,vi", "--zone", zone]);
    write(here, "texts/news.toml", "type = \"section\"\nsite = \"vn\"\nslug = \"news\"\nrole = \"news\"\nshow = \"list\"\n");
    folder
}

/// Writes a file and the folders above it.
pub(crate) fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
    std::fs::write(path, text).expect("file");
}

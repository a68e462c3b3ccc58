//! Programs that share no code with this one verify a log that it wrote, and refuse forged ones.
//!
//! `./test` installs what they need; `TLOG_FOREIGN` names the folder with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tlog::{Dir, SigningKey};

use crate::support::{ORIGIN, create, group, open_dir, verifier};

const OLD: &str = "300";

fn tools() -> PathBuf {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-tools");
    std::env::var_os("TLOG_FOREIGN").map_or_else(usual, Into::into)
}

/// golang.org/x/mod of Debian, built by `./test`.
fn go(log: &Path) -> Output {
    verify(Command::new(tools().join("verify-go")), log)
}

/// aics-tlog from PyPI.
fn python(log: &Path) -> Output {
    let mut command = Command::new("python3");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign/verify.py");
    command.arg(script).env("PYTHONPATH", tools().join("python"));
    verify(command, log)
}

fn verify(mut command: Command, log: &Path) -> Output {
    command.arg(log).arg(verifier().to_string()).arg(OLD);
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: ./test installs it"))
}

/// A log of 700 entries in two commits, the second of which has other entries for another `kind`.
fn write(log: &Path, kind: usize) {
    let disk = Dir::new(log);
    create(&disk);
    let (mut writer, _) = open_dir(&disk).unwrap();
    writer.commit(&[group(kind, 300, 40)]).unwrap();
    writer.commit(&[group(kind + 300, 400, 40)]).unwrap();
    writer.close().unwrap();
}

fn overwrite(path: PathBuf, bytes: &[u8]) {
    fs::remove_file(&path).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Puts something else in the place of a file for the time of one verification.
fn forged(log: &Path, file: &str, bytes: &[u8], who: fn(&Path) -> Output) {
    let path = log.join(file);
    let good = fs::read(&path).unwrap();
    assert_ne!(good, bytes);
    overwrite(path.clone(), bytes);
    let output = who(log);
    assert!(
        !output.status.success(),
        "{file}: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("usage") && !said.contains("ModuleNotFound"), "{said}");
    overwrite(path, &good);
}

fn judges(who: fn(&Path) -> Output) {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = folder.path();
    write(log, 0);
    write(other.path(), 7);
    let sound = || {
        let output = who(log);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(said.contains("700 entries, consistent since 300"), "{said}");
    };
    sound();
    for file in [
        "tile/entries/001",
        "tile/entries/002.p/188",
        "tile/0/001",
        "tile/0/002.p/188",
        "checkpoint",
    ] {
        let mut bytes = fs::read(log.join(file)).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        forged(log, file, &bytes, who);
    }
    // Signed by the right key, of another history: a fork.
    for file in ["checkpoint", "checkpoints/300"] {
        forged(log, file, &fs::read(other.path().join(file)).unwrap(), who);
    }
    // The right text, signed by another key of the same name.
    let text = fs::read_to_string(log.join("checkpoint")).unwrap();
    let checkpoint: tlog::Checkpoint = tlog::Note::parse(text.as_bytes()).unwrap().text.parse().unwrap();
    let thief = SigningKey::generate(ORIGIN, [9; 32]).unwrap();
    forged(log, "checkpoint", &checkpoint.sign(&thief), who);
    sound();
}

#[test]
fn the_libraries_of_go_verify_a_log_and_refuse_a_forged_one() {
    judges(go);
}

#[test]
fn a_python_library_verifies_a_log_and_refuses_a_forged_one() {
    judges(python);
}

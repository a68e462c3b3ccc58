//! Private keys under a passphrase: every command that signs works with it, and nothing is ever printed.

use crate::support::{chancery, ministry, ok, write};
use rustix::{
    process::{Pid, Signal, kill_process},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, tcgetattr},
};
use std::{
    fs::{self, File},
    io::Read as _,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::Path,
    process::Output,
    time::{Duration, Instant},
};

/// A command with the passphrase in a file beside it.
fn with(folder: &Path, passphrase: &str, args: &[&str]) -> Output {
    fs::write(folder.join("pass"), format!("{passphrase}\n")).expect("file");
    let mut command = chancery(folder, args);
    command.env("CHANCERY_PASSPHRASE_FILE", folder.join("pass"));
    command.output().expect("runs")
}

fn done(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn keys(folder: &Path) -> Vec<(String, String)> {
    let places = [folder.join("m/keys"), folder.join("m/root-key")];
    let files = places
        .iter()
        .flat_map(|place| fs::read_dir(place).expect("keys"))
        .map(|file| file.expect("file").path());
    let mut all: Vec<_> = files
        .map(|path| (path.display().to_string(), fs::read_to_string(path).expect("text")))
        .collect();
    all.sort();
    all
}

#[test]
fn commands_that_sign_ask_for_the_passphrase_and_the_others_do_not() {
    let folder = ministry();
    let here = folder.path();
    let plain = keys(here);
    assert!(plain.iter().all(|(_, text)| text.starts_with("PRIVATE+KEY+")));
    done(&with(
        here,
        "correct horse",
        &["key", "protect", "m/keys", "m/root-key"],
    ));
    for ((path, before), (_, after)) in plain.iter().zip(keys(here)) {
        assert!(after.starts_with("chancery/protected-key/v1\n"), "{path}");
        let secret = before.trim_end().splitn(5, '+').nth(4).expect("base64");
        assert!(!after.contains(secret));
        assert_eq!(fs::metadata(path).expect("file").permissions().mode() & 0o777, 0o600);
    }
    write(
        here,
        "texts/tides.en.md",
        "+++\ntitle = \"Tides\"\ntype = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-02-20\"\n+++\n\nThey rise.\n",
    );
    let publish = ["publish", "m", "texts", "--yes"];

    let none = chancery(here, &publish).output().expect("runs");
    assert_eq!(none.status.code(), Some(1), "{}", said(&none));
    assert!(said(&none).contains("nobody is here to answer"), "{}", said(&none));
    let wrong = with(here, "wrong horse", &publish);
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
    assert!(said(&wrong).contains("this is not its passphrase"), "{}", said(&wrong));
    assert!(said(&wrong).contains("log.key"), "{}", said(&wrong));
    for output in [&none, &wrong] {
        assert!(!said(output).contains("horse"), "{}", said(output));
    }
    // Nothing was written, and reading needs no passphrase.
    ok(here, &["verify", "m"]);
    ok(here, &["key", "list", "m"]);

    done(&with(here, "correct horse", &publish));
    done(&with(here, "correct horse", &["key", "add", "m", "--state", "--yes"]));
    let added = fs::read_to_string(here.join("m/keys/state-1.key")).expect("key");
    assert!(Path::new(&here.join("m/keys/state-1.key")).exists());
    assert!(
        added.starts_with("chancery/protected-key/v1\n"),
        "a new key is protected too"
    );
    done(&with(
        here,
        "correct horse",
        &["retract", "m", "texts/tides.en.md", "--reason", "error", "--yes"],
    ));
    ok(here, &["verify", "m"]);

    done(&with(
        here,
        "correct horse",
        &["key", "unprotect", "m/keys", "m/root-key"],
    ));
    let back: Vec<_> = keys(here)
        .into_iter()
        .filter(|(path, _)| !path.contains("state"))
        .collect();
    assert_eq!(back, plain);
    ok(here, &["verify", "m"]);
}

#[test]
fn keys_of_two_passphrases_stay_protected_where_one_is_missing() {
    let folder = ministry();
    let here = folder.path();
    done(&with(here, "correct horse", &["key", "protect", "m/keys"]));
    done(&with(here, "other horse", &["key", "protect", "m/root-key"]));
    let before = keys(here);
    let half = with(here, "correct horse", &["key", "unprotect", "m/keys", "m/root-key"]);
    assert_eq!(half.status.code(), Some(1), "{}", said(&half));
    assert!(said(&half).contains("this is not its passphrase"), "{}", said(&half));
    assert_eq!(keys(here), before, "no key lies open");
}

#[test]
fn a_ministry_is_made_with_its_keys_under_a_passphrase() {
    let folder = tempfile::tempdir().expect("folder");
    let here = folder.path();
    fs::write(here.join("pass"), "a long passphrase\nof which this line is none\n").expect("file");
    let name = ["--name", "Ministry of Tides", "--origin", "record.tides.example"];
    ok(here, &[&["init", "m", "--passphrase-file", "pass"][..], &name].concat());
    assert!(
        keys(here)
            .iter()
            .all(|(_, text)| text.starts_with("chancery/protected-key/v1\n"))
    );
    ok(here, &["verify", "m"]);
    let site = [
        "site",
        "add",
        "m",
        "--ministry",
        "--name",
        "Ministry of Tides",
        "--langs",
        "en",
    ];
    done(&with(here, "a long passphrase", &site));
    assert!(
        keys(here)
            .iter()
            .all(|(_, text)| text.starts_with("chancery/protected-key/v1\n"))
    );

    // A damaged file is told plainly, and what is no key is left alone.
    let path = here.join("m/keys/log.key");
    let whole = fs::read_to_string(&path).expect("key");
    fs::write(&path, whole.replacen("argon2id", "argon2i", 1)).expect("file");
    let damaged = with(here, "a long passphrase", &site);
    assert!(
        said(&damaged).contains("log.key: not a protected key"),
        "{}",
        said(&damaged)
    );
    let other = chancery(here, &["key", "protect", "pass"]).output().expect("runs");
    assert!(said(&other).contains("pass: not a private key"), "{}", said(&other));
}

#[test]
fn whoever_stops_a_command_that_asks_for_a_passphrase_keeps_the_terminal() {
    let folder = ministry();
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("terminal");
    grantpt(&master).and_then(|()| unlockpt(&master)).expect("terminal");
    let name = ptsname(&master, Vec::new()).expect("name");
    let terminal = File::options()
        .read(true)
        .write(true)
        .open(std::ffi::OsStr::from_bytes(name.as_bytes()))
        .expect("terminal");
    let echoes = || {
        tcgetattr(&terminal)
            .expect("modes")
            .local_modes
            .contains(LocalModes::ECHO)
    };
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut child = chancery(folder.path(), &["key", "protect", "m/keys"])
            .stdin(terminal.try_clone().expect("terminal"))
            .stderr(terminal.try_clone().expect("terminal"))
            .spawn()
            .expect("starts");
        let (mut shown, mut screen) = (Vec::new(), File::from(master.try_clone().expect("terminal")));
        while !shown.ends_with(b"New passphrase: ") {
            let mut byte = [0];
            screen.read_exact(&mut byte).expect("asks");
            shown.push(byte[0]);
        }
        assert!(!echoes(), "what is typed is not shown");
        let pid = Pid::from_child(&child);
        kill_process(pid, signal).expect("stopped");
        let until = Instant::now() + Duration::from_secs(30);
        while child.try_wait().expect("child").is_none() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = child.kill();
        assert_eq!(child.wait().expect("ends").code(), Some(code));
        assert!(echoes(), "{code}");
    }
}

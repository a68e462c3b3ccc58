//! Pages, exports and mirrors of a ministry that has witnesses: the same names everywhere, whenever they answered.

use crate::support::{Server, chancery, free_port, ministry, ok, write};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::Duration,
};

/// One moment for all pages.
const AT: &str = "2026-11-20T03:00:00Z";
/// Where the text of the tests is.
const TIDE: &str = "/vn/en/news/2026/03/tide";

/// A witness in a folder, ended when the test is.
pub(crate) struct Witness {
    process: Child,
}

impl Witness {
    /// Makes a witness that knows the log of `m`; gives its key.
    pub(crate) fn create(here: &Path, name: &str) -> String {
        let made = ok(
            here,
            &[
                "witness",
                name,
                "--new",
                &format!("{name}.example"),
                "--log",
                &log_key(here),
            ],
        );
        let said = String::from_utf8_lossy(&made.stdout).into_owned() + &String::from_utf8_lossy(&made.stderr);
        let vkey = said
            .split_whitespace()
            .find(|word| word.starts_with(&format!("{name}.example+")));
        vkey.expect("key").to_owned()
    }

    pub(crate) fn start(here: &Path, name: &str, port: u16) -> Self {
        let listen = format!("127.0.0.1:{port}");
        let mut command = chancery(here, &["witness", name, "--listen", &listen]);
        let process = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("witness");
        let witness = Self { process };
        until("the witness answers", || {
            ureq::get(format!("http://{listen}/")).call().is_ok()
        });
        witness
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn log_key(here: &Path) -> String {
    let log = std::fs::read_to_string(here.join("m/record/log.json")).expect("log.json");
    let key = log.split('"').find(|word| word.starts_with("record.tides.example+"));
    key.expect("key").to_owned()
}

/// Waits for what must come.
pub(crate) fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..600 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("not in time: {what}");
}

/// A ministry with one text, whose policy asks for the witness `archive` on a port where nobody listens yet.
pub(crate) fn asked(port: u16) -> tempfile::TempDir {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    let vkey = Witness::create(here, "archive");
    let policy = format!("witness archive {vkey} http://127.0.0.1:{port}/\nquorum archive\n");
    write(here, "asks", &policy);
    ok(here, &["policy", "m", "asks", "--yes"]);
    publish(here, "tide");
    home
}

pub(crate) fn publish(here: &Path, name: &str) {
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    let file = format!("texts/{name}.en.md");
    write(
        here,
        &file,
        &format!("+++\ntitle = \"{name}\"\n{front}\n+++\n\nThe water rose.\n"),
    );
    ok(here, &["publish", "m", &file]);
}

fn export(here: &Path, data: &str, out: &str, base: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    ok(here, &["export", data, out, "--address", base, "--carried", "--at", AT]);
    let (mut folders, mut found) = (vec![here.join(out)], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(here.join(out)).expect("inside").to_owned();
                found.insert(name, std::fs::read(&path).expect("file"));
            }
        }
    }
    found.retain(|path, _| !path.starts_with(".chancery-export"));
    found
}

fn assert_same(one: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (path, bytes) in one {
        assert!(other.get(path) == Some(bytes), "{} differs", path.display());
    }
}

fn page(server: &Server, path: &str) -> String {
    String::from_utf8(server.get(path).expect("page")).expect("UTF-8")
}

#[test]
fn server_export_and_mirror_name_the_same_witnesses_as_soon_as_they_answered() {
    let port = free_port();
    let home = asked(port);
    let here = home.path();
    let server = Server::start(here, &["serve", "m", "--at", AT]);
    let about = "/vn/en/about-this-record";
    // Twice, so that the page comes out of the cache that must let go of it.
    for _ in 0..2 {
        assert!(page(&server, TIDE).contains("Witnessed by nobody yet"));
    }
    assert!(page(&server, about).contains("The record is witnessed by nobody yet"));
    let before = page(&server, &format!("{TIDE}.proof"));
    assert_eq!(before.matches('\u{2014}').count(), 1, "{before}");
    let first = export(here, "m", "out", &server.base);
    assert!(String::from_utf8_lossy(&first[Path::new("vn/en/news/2026/03/tide.html")]).contains("nobody yet"));

    let witness = Witness::start(here, "archive", port);
    ok(here, &["cosign", "m"]);
    until("the page names the witness", || {
        page(&server, TIDE).contains("Witnessed by \u{2068}archive")
    });
    assert!(page(&server, about).contains("The record is witnessed by \u{2068}archive"));
    let proof = page(&server, &format!("{TIDE}.proof"));
    assert_eq!(proof.matches('\u{2014}').count(), 2, "{proof}");
    assert_same(
        &export(here, "m", "out", &server.base),
        &export(here, "m", "fresh", &server.base),
    );

    // A mirror that was begun before, and one that is begun now.
    ok(here, &["mirror", &server.base, "copy", "--key", &log_key(here)]);
    publish(here, "ebb");
    until("the new page names the witness", || {
        page(&server, "/vn/en/news/2026/03/ebb").contains("Witnessed by \u{2068}archive")
    });
    assert_eq!(
        page(&server, &format!("{TIDE}.proof")),
        proof,
        "once fixed, a proof stays"
    );
    for copy in ["copy", "late"] {
        ok(here, &["mirror", &server.base, copy, "--key", &log_key(here)]);
        let record = |of: &str| std::fs::read(here.join(of).join("record/checkpoint")).expect("checkpoint");
        assert_eq!(record("m"), record(copy));
        ok(here, &["verify", copy]);
    }
    let out = export(here, "m", "out", &server.base);
    assert_same(&out, &export(here, "m", "again", &server.base));
    for copy in ["copy", "late"] {
        assert_same(&out, &export(here, copy, &format!("of-{copy}"), &server.base));
    }
    let beside = Server::start(
        here,
        &["serve", "copy", "--mirror", "--at", AT, "--address", &server.base],
    );
    for path in [TIDE, about, "/vn/en/news/2026/03/ebb", "/vn/en/news/2026/03/ebb.proof"] {
        assert!(
            page(&beside, path) == page(&server, path),
            "{path} of the mirror differs"
        );
    }
    let sent = server.get("/vn/en/news/2026/03/ebb.json").expect("json");
    assert!(out[Path::new("vn/en/news/2026/03/ebb.json")] == sent);
    drop(witness);
}

#[test]
fn a_mirror_takes_no_cosignature_that_is_false() {
    let port = free_port();
    let home = asked(port);
    let here = home.path();
    let witness = Witness::start(here, "archive", port);
    ok(here, &["cosign", "m"]);
    drop(witness);
    let folder = here.join("m/record/cosigned");
    let file = std::fs::read_dir(&folder)
        .expect("folder")
        .next()
        .expect("one")
        .expect("entry")
        .path();
    let good = std::fs::read_to_string(&file).expect("note");
    let server = Server::start(here, &["serve", "m"]);
    let (text, lines) = good.split_once("\n\n").expect("note");
    let mut lines = lines.lines();
    let (log, own) = (lines.next().expect("log"), lines.next().expect("witness"));
    let (stem, last) = own.split_at(own.len() - 8);
    let flipped = format!("{stem}{}{}", if last.starts_with('A') { 'B' } else { 'A' }, &last[1..]);
    for (bytes, said) in [
        (format!("{text}\n\n{log}\n{flipped}\n"), "does not verify"),
        (format!("{text}\n\n{log}\n"), "cosigned by nobody"),
        (good.replace("record.tides", "record.tidal"), "no signature by"),
    ] {
        std::fs::write(&file, bytes).expect("write");
        let copy = tempfile::tempdir_in(here).expect("folder");
        let name = copy.path().file_name().expect("name").to_str().expect("UTF-8");
        let args = ["mirror", &server.base, name, "--key", &log_key(here)];
        let output = chancery(here, &args).output().expect("runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(3) && told.contains(said), "{said}: {told}");
        assert!(!copy.path().join("record/cosigned").exists());
        std::fs::write(&file, &good).expect("write");
        ok(here, &args);
        assert_eq!(
            std::fs::read_dir(copy.path().join("record/cosigned"))
                .expect("folder")
                .count(),
            1
        );
    }
    // Whom the policy does not know may be of an earlier one, or nobody: this takes the place of no other.
    let stranger = own.replace("archive.example", "stranger.example");
    std::fs::write(&file, format!("{text}\n\n{log}\n{stranger}\n")).expect("write");
    let args = ["mirror", &server.base, "copy", "--key", &log_key(here)];
    ok(here, &args);
    assert!(!here.join("copy/record/cosigned").exists());
    std::fs::write(&file, &good).expect("write");
    ok(here, &args);
    let kept = here.join("copy/record/cosigned").join(file.file_name().expect("name"));
    assert_eq!(std::fs::read_to_string(kept).expect("kept"), good);
}

/// The id of a text published here.
pub(crate) fn id(here: &Path, name: &str) -> String {
    let names = std::fs::read_to_string(here.join("m/texts.json")).expect("names");
    let at = names.find(&format!("texts/{name}\"")).expect("published");
    names[at..].split('"').nth(2).expect("id").to_owned()
}

pub(crate) fn told(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn witnesses_show_between_which_times_a_version_was_entered() {
    let port = free_port();
    let home = asked(port);
    let here = home.path();
    ok(here, &["key", "add", "m", "--state", "--yes"]);
    let _witness = Witness::start(here, "archive", port);
    ok(here, &["cosign", "m"]);
    publish(here, "ebb");
    let (tide, ebb) = (id(here, "tide"), id(here, "ebb"));
    for (id, bounded) in [(&tide, false), (&ebb, true)] {
        ok(here, &["currency", "m", id, "--to", "file", "--overwrite"]);
        assert!(std::fs::metadata(here.join("file")).expect("file").len() < 8_000);
        let plain = told(&ok(here, &["verify", "file", "--key", &log_key(here)]));
        assert!(plain.contains("Not checked: when it was entered"), "{plain}");
        let shown = told(&ok(
            here,
            &["verify", "file", "--key", &log_key(here), "--policy", "m/record/policy"],
        ));
        assert!(shown.contains("It was entered no later than 20"), "{shown}");
        assert_eq!(shown.contains("Until 20"), bounded, "{shown}");
    }
    let file = std::fs::read_to_string(here.join("file")).expect("file");
    let at = file.find("\"consistency\":[\"").expect("consistency") + 16;
    let digit = if file[at..].starts_with('0') { "1" } else { "0" };
    write(here, "wrong", &format!("{}{digit}{}", &file[..at], &file[at + 1..]));
    let refused = chancery(here, &["verify", "wrong", "--key", &log_key(here)])
        .output()
        .expect("runs");
    assert!(
        refused.status.code() == Some(3) && told(&refused).contains("does not continue"),
        "{}",
        told(&refused)
    );

    export(here, "m", "out", "https://www.tides.example");
    let proof = "out/vn/en/news/2026/03/ebb.proof";
    let alone = told(&ok(
        here,
        &["verify", proof, "--key", &log_key(here), "--policy", "m/record/policy"],
    ));
    assert!(
        alone.contains("It was entered no later than 20") && alone.contains("from when on"),
        "{alone}"
    );
    let beside = told(&ok(here, &["verify", proof, "--key", "m"]));
    assert!(
        beside.contains("Until 20") && !beside.contains("from when on"),
        "{beside}"
    );
}

#[test]
fn a_monitor_asks_the_witnesses_themselves_and_finds_a_history_that_only_they_saw() {
    let port = free_port();
    let home = asked(port);
    let here = home.path();
    let witness = Witness::start(here, "archive", port);
    ok(here, &["cosign", "m"]);
    let copied = std::process::Command::new("cp")
        .args(["-a", "m", "other"])
        .current_dir(here)
        .status();
    assert!(copied.expect("cp").success());
    let server = Server::start(here, &["serve", "m"]);
    let watch = |port_note: &str| {
        let args = [
            "monitor",
            &server.base,
            "watch",
            "--family",
            &server.base,
            "--key",
            &log_key(here),
        ];
        let output = chancery(here, &args).output().expect("runs");
        assert!(told(&output).contains(port_note), "{port_note}: {}", told(&output));
        output.status.code()
    };
    assert_eq!(watch("pages say what the record says"), Some(0));

    // Somebody with the keys publishes something else, which the witness sees first.
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    write(
        here,
        "secret.en.md",
        &format!("+++\ntitle = \"Secret\"\n{front}\n+++\n\nNot for all.\n"),
    );
    ok(here, &["publish", "other", "secret.en.md"]);
    publish(here, "ebb");
    publish(here, "flow");
    until("the site shows the new text", || {
        server.get("/vn/en/news/2026/03/flow").is_ok()
    });
    assert_eq!(watch("is of another history"), Some(3));
    assert_eq!(
        std::fs::read_dir(here.join("watch/forks")).expect("evidence").count(),
        2
    );
    drop(witness);
    assert_eq!(
        watch("witness archive: cannot be asked"),
        Some(3),
        "what was found stands"
    );
}

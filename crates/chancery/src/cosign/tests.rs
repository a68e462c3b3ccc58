#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{once, overdue};
use crate::{
    cli::Cli,
    clock,
    folder::Folder,
    follow::Live,
    pages::World as _,
    reading::{self, Files},
    verify::{folder as whole, proof, trust::Trusted},
    witness::{self, Settings, tests::Running},
};
use clap::Parser as _;
use record::date::Moment;
use site::view::Source as _;
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::{Duration, Instant},
};
use tlog::{Checkpoint, CosigningKey, Note, witness::Request};

/// A ministry whose policy asks for witnesses, all on this machine.
pub(crate) struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Result<(), String> {
        let place = |arg: &&str| match *arg {
            "m" | "asks" => self.path(arg).display().to_string(),
            arg => arg.to_owned(),
        };
        let line = std::iter::once("chancery".to_owned()).chain(args.iter().map(place));
        Cli::try_parse_from(line)
            .unwrap()
            .command
            .run()
            .map_err(|failure| failure.message)
    }

    pub(crate) fn init(&self, policy: &str) {
        std::fs::write(self.path("asks"), policy).unwrap();
        let line = [
            "init",
            "m",
            "--name",
            "Ministry",
            "--origin",
            "record.merrow.example",
            "--policy",
            "asks",
        ];
        self.run(&line).unwrap();
    }

    pub(crate) fn grow(&self, code: &str) {
        self.run(&["site", "add", "m", "--code", code, "--name", "Embassy", "--langs", "en"])
            .unwrap();
    }

    fn data(&self) -> Folder {
        Folder::open(&self.path("m")).unwrap()
    }

    fn set(&self, line: &str) {
        let path = self.path("m/chancery.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("{text}{line}\n")).unwrap();
    }

    fn checkpoint(&self) -> (Checkpoint, Note) {
        let note = Note::parse(&std::fs::read(self.path("m/record/checkpoint")).unwrap()).unwrap();
        (note.text.parse().unwrap(), note)
    }

    fn size(&self) -> u64 {
        reading::derived_size(&self.path("m/record")).unwrap()
    }

    /// Makes a witness that will trust the ministry's log, whose key is not known yet.
    pub(crate) fn witness(&self, name: &str) -> String {
        witness::create(&self.path(name), &format!("{name}.example"), &[]).unwrap()
    }

    fn start(&self, name: &str, listen: &str) -> Running {
        let key = Trusted::of_folder(&self.path("m")).unwrap().key;
        let settings = Settings {
            listen: String::new(),
            logs: vec![key],
        };
        Running::start(&self.path(name), &settings, listen)
    }
}

/// A port on which nobody listens yet.
fn port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A server that answers every request with what `answer` makes of its body.
fn server(answer: impl Fn(&[u8]) -> Vec<u8> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut all = Vec::new();
            let body = loop {
                let mut space = [0; 4096];
                let length = socket.read(&mut space).unwrap_or(0);
                all.extend_from_slice(&space[..length]);
                let text = String::from_utf8_lossy(&all).to_lowercase();
                let Some(end) = text.find("\r\n\r\n").map(|end| end + 4).filter(|_| length > 0) else {
                    if length == 0 {
                        break Vec::new();
                    }
                    continue;
                };
                let wanted = text
                    .split("content-length: ")
                    .nth(1)
                    .and_then(|rest| rest.split('\r').next()?.parse().ok());
                if all.len() >= end + wanted.unwrap_or(0) {
                    break all[end..].to_vec();
                }
            };
            let _ = socket.write_all(&answer(&body));
        }
    });
    at
}

fn said(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[test]
fn a_publication_is_cosigned_and_proved_by_it() {
    let home = Home::new();
    let (good, down) = (port(), port());
    let (one, two) = (home.witness("one"), home.witness("two"));
    home.init(&format!(
        "witness one {one} http://{good}/\nwitness two {two} http://{down}/\ngroup both any one two\nquorum both\n"
    ));
    assert!(!home.path("m/record/cosigned").exists(), "nobody could be asked yet");
    let before = Files::new(&home.path("m/record"), home.size());
    assert!(before.witnessed(0).is_none());
    let running = home.start("one", &good.to_string());
    assert_eq!(running.vkey, one);
    home.grow("vn");
    let (checkpoint, note) = home.checkpoint();
    assert_eq!((checkpoint.size, note.signatures.len()), (home.size(), 2));
    let kept = std::fs::read(home.path(&format!("m/record/cosigned/{}", checkpoint.size))).unwrap();
    assert_eq!(kept, note.to_bytes());

    // The proof of an entry from before is made against the first cosigned checkpoint, from now on for ever.
    let files = Files::new(&home.path("m/record"), home.size());
    let proof_of = |index| files.proof(index).unwrap();
    assert!(
        files.witnessed(0).is_some_and(|seen| seen.by[0].0 == "one")
            && proof_of(0).ends_with(std::str::from_utf8(&kept).unwrap())
    );
    let first = proof_of(1);
    home.grow("qy");
    assert_eq!(Files::new(&home.path("m/record"), home.size()).proof(1).unwrap(), first);
    let trusted = Trusted::of_folder(&home.path("m")).unwrap();
    let shown = proof::check(first.as_bytes(), None, &trusted).unwrap();
    assert!(
        shown
            .witnessed
            .is_some_and(|witnessed| witnessed.met && witnessed.by[0].0 == "one")
    );
    assert!(shown_words(&first, &trusted).contains("witnessed by one at 20"));

    let (report, _) = whole::check(&home.path("m"), None).unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    assert!(
        report
            .remarks
            .iter()
            .any(|remark| remark.contains("the checkpoint is witnessed by one")),
        "{:?}",
        report.remarks
    );
    // Nothing new, so nobody is asked again.
    drop(running);
    let outcome = once(&home.data()).unwrap().unwrap();
    assert!(
        outcome.met && outcome.problems.iter().all(|(name, _)| name == "two"),
        "{outcome:?}"
    );
}

fn shown_words(text: &str, trusted: &Trusted) -> String {
    proof::check(text.as_bytes(), None, trusted).unwrap().words().join("\n")
}

#[test]
fn what_a_witness_may_do_wrong_is_told_and_believed_by_nobody() {
    let home = Home::new();
    let seed = [5; 32];
    let key = move || CosigningKey::generate("liar.example", seed).unwrap();
    let text = |body: &[u8]| Note::parse(&Request::parse(body).unwrap().checkpoint).unwrap().text;
    let now = || u64::try_from(clock::now().0).unwrap();
    let other = CosigningKey::generate("liar.example", [6; 32]).unwrap();
    let lines = move |line: tlog::SignatureLine| said("200 OK", "", &format!("{line}\n"));
    let servers: Vec<(SocketAddr, &str)> = vec![
        (port(), "refused"),
        (
            server(|_| {
                std::thread::sleep(Duration::from_secs(20));
                Vec::new()
            }),
            "in time",
        ),
        (server(|_| said("200 OK", "", "nonsense\n")), "malformed"),
        (
            server(|_| {
                b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
                    .iter()
                    .copied()
                    .chain(std::iter::repeat_n(b'a', 1_000_000))
                    .collect()
            }),
            "too long",
        ),
        (
            server(move |body| lines(other.cosign(&text(body), now()))),
            "without a cosignature by its key",
        ),
        (
            server(move |body| lines(key().cosign(&text(body).replace('\n', "\n\n"), now()))),
            "not for this checkpoint",
        ),
        (
            server(move |body| lines(key().cosign(&text(body), now() - 4000))),
            "s apart",
        ),
        (
            server(move |body| lines(key().cosign(&text(body), now() + 4000))),
            "s apart",
        ),
        (
            server(|_| said("302 Found", "Location: http://127.0.0.1:1/\r\n", "")),
            "redirects are not followed",
        ),
        (server(|_| said("409 Conflict", "", "1\n")), "another size"),
        (server(|_| said("409 Conflict", "", "0\n")), "names the same"),
        (server(|_| said("409 Conflict", "", "12345\n")), "restored backup"),
        (server(|_| said("409 Conflict", "", "many\n")), "answered 409: many"),
        (
            server(|_| said("404 Not Found", "", "who are\u{7} you?\n")),
            "answered 404: who are you?",
        ),
        (server(|_| Vec::new()), ""),
    ];
    let vkey = CosigningKey::generate("liar.example", seed)
        .unwrap()
        .public()
        .to_string();
    home.init(&format!("witness liar {vkey} http://{}/\nquorum liar\n", servers[0].0));
    home.set("witness-seconds = 2");
    let plain = home.checkpoint().1;
    assert_eq!(plain.signatures.len(), 1);
    for (at, wanted) in servers {
        let policy = std::fs::read_to_string(home.path("m/record/policy")).unwrap();
        let log = policy.lines().next().unwrap();
        std::fs::write(
            home.path("m/record/policy"),
            format!("{log}\nwitness liar {vkey} http://{at}/\nquorum liar\n"),
        )
        .unwrap();
        let _ = std::fs::remove_file(home.path("m/cache/witnesses.json"));
        let started = Instant::now();
        let outcome = once(&home.data()).unwrap().unwrap();
        assert!(
            started.elapsed() < Duration::from_secs(6),
            "{wanted}: {:?}",
            started.elapsed()
        );
        assert!(!outcome.met && outcome.cosigned.is_empty(), "{wanted}");
        assert!(
            outcome.problems[0].1.contains(wanted),
            "{wanted}: {}",
            outcome.problems[0].1
        );
        assert_eq!(home.checkpoint().1, plain, "{wanted}");
    }
}

#[test]
fn where_it_waits_only_the_checkpoint_does() {
    let home = Home::new();
    let at = port();
    let vkey = home.witness("one");
    home.init(&format!("witness one {vkey} http://{at}/\nquorum one\n"));
    let before = home.checkpoint().0.size;
    home.set("witness = \"wait\"");
    home.grow("vn");
    home.grow("qy");
    assert_eq!(home.checkpoint().0.size, before);
    assert!(home.size() > before);
    let live = Live::open(&home.data()).unwrap();
    assert_eq!(live.head(), home.size(), "pages wait for nobody");
    let (report, _) = whole::check(&home.path("m"), None).unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    assert!(
        report
            .remarks
            .iter()
            .any(|remark| remark.contains("waits for witnesses")),
        "{:?}",
        report.remarks
    );
    assert!(home.run(&["cosign", "m"]).is_err());

    let _running = home.start("one", &at.to_string());
    home.run(&["cosign", "m"]).unwrap();
    let (checkpoint, note) = home.checkpoint();
    assert_eq!((checkpoint.size, note.signatures.len()), (home.size(), 2));
    home.grow("va");
    assert_eq!(home.checkpoint().0.size, home.size());
}

#[test]
fn another_policy_is_an_entry_and_survives_a_crash_at_each_step() {
    let home = Home::new();
    home.init("quorum none\n");
    assert!(once(&home.data()).unwrap().is_none());
    let at = port();
    let vkey = home.witness("one");
    let policy = format!("witness one {vkey} http://{at}/\nquorum one\n");
    std::fs::write(home.path("asks"), &policy).unwrap();
    let _running = home.start("one", &at.to_string());
    let before = home.size();
    home.run(&["policy", "m", "asks", "--dry-run"]).unwrap();
    assert_eq!(home.size(), before);
    home.run(&["policy", "m", "asks", "--yes"]).unwrap();
    assert_eq!(home.size(), before + 1);
    assert_eq!(home.checkpoint().1.signatures.len(), 2);
    home.run(&["policy", "m", "asks", "--yes"]).unwrap();
    assert_eq!(home.size(), before + 1, "the same again changes nothing");
    let (report, _) = whole::check(&home.path("m"), None).unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);

    // A crash after the commit: the file that was kept aside is put in its place by the next command.
    let record = home.path("m/record");
    let installed = std::fs::read(record.join("policy")).unwrap();
    std::fs::rename(record.join("policy"), record.join(".state/next-policy")).unwrap();
    std::fs::write(record.join("policy"), "quorum none\n").unwrap();
    home.grow("vn");
    assert_eq!(std::fs::read(record.join("policy")).unwrap(), installed);
    // A crash before it: what was kept aside is forgotten.
    std::fs::write(record.join(".state/next-policy"), "quorum none\n").unwrap();
    home.grow("qy");
    assert_eq!(std::fs::read(record.join("policy")).unwrap(), installed);
    assert!(!record.join(".state/next-policy").exists());
    for (wrong, what) in [
        ("quorum two\n", "line 1"),
        ("log x\nquorum none\n", "line 1"),
        ("witness one x\nquorum one\n", "line 1"),
        ("", "quorum"),
    ] {
        std::fs::write(home.path("asks"), wrong).unwrap();
        let refused = home.run(&["policy", "m", "asks", "--yes"]).unwrap_err();
        assert!(refused.contains(what), "{refused}");
    }
}

#[test]
fn witnesses_that_are_late_are_an_alarm() {
    let home = Home::new();
    let at = port();
    let vkey = home.witness("one");
    home.init(&format!("witness one {vkey} http://{at}/\nquorum one\n"));
    let (record, now) = (home.path("m/record"), clock::now());
    assert_eq!(overdue(&record, now).unwrap(), None);
    let late = overdue(&record, Moment(now.0 + 700)).unwrap().unwrap();
    assert_eq!(late.covered, 0);
    let running = home.start("one", &at.to_string());
    home.run(&["cosign", "m"]).unwrap();
    assert_eq!(overdue(&record, Moment(now.0 + 700)).unwrap(), None);
    let covered = home.size();
    drop(running);
    home.grow("vn");
    assert_eq!(overdue(&record, Moment(now.0 + 700)).unwrap().unwrap().covered, covered);
}

#[test]
fn a_false_cosignature_in_the_record_is_found() {
    let home = Home::new();
    let at = port();
    let vkey = home.witness("one");
    home.init(&format!("witness one {vkey} http://{at}/\nquorum one\n"));
    let _running = home.start("one", &at.to_string());
    home.run(&["cosign", "m"]).unwrap();
    for file in ["checkpoint".to_owned(), format!("cosigned/{}", home.size())] {
        let path = home.path("m/record").join(&file);
        let good = std::fs::read(&path).unwrap();
        let mut note = Note::parse(&good).unwrap();
        note.signatures[1].signature[30] ^= 1;
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, note.to_bytes()).unwrap();
        let (report, _) = whole::check(&home.path("m"), None).unwrap();
        let files: Vec<&str> = report.findings.iter().map(|finding| finding.file.as_str()).collect();
        assert_eq!(files, [file.as_str()]);
        std::fs::write(&path, good).unwrap();
    }
}

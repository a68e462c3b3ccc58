//! The process is killed at random moments while it writes; what it leaves must recover and verify.

use crate::support::{Server, chancery, ministry, ok, root, write};
use std::{fmt::Write as _, path::Path, time::Duration};

/// A small generator of pseudo-random numbers, so that a failing run can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn entries(folder: &Path) -> u64 {
    let checkpoint = std::fs::read_to_string(folder.join("m/record/checkpoint")).expect("checkpoint");
    checkpoint
        .lines()
        .nth(1)
        .and_then(|line| line.parse().ok())
        .expect("size")
}

fn wait() -> bool {
    std::thread::sleep(Duration::from_millis(50));
    false
}

#[test]
fn a_publication_killed_at_any_moment_happened_whole_or_not_at_all() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    // It goes on serving through all of it, and follows.
    let server = Server::start(here, &["serve", "m"]);
    let mut dice = Dice(7);
    for round in 0..30 {
        let folder = format!("round-{round}");
        for text in 0..5 {
            let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
            let body = format!("+++\ntitle = \"Tide {round} of {text}\"\n{front}\n+++\n\nThe water rose.\n");
            write(here, &format!("{folder}/t{text}.en.md"), &body);
        }
        let before = entries(here);
        let mut child = chancery(here, &["publish", "m", &folder]).spawn().expect("spawn");
        std::thread::sleep(Duration::from_micros(500 + dice.roll(30_000)));
        child.kill().expect("kill");
        child.wait().expect("wait");
        ok(here, &["publish", "m", &folder]);
        assert_eq!(entries(here), before + 10, "round {round}: once and whole");
        let health = server.get("/healthz").expect("still serving");
        assert!(!health.is_empty());
    }
    let size = format!("\"size\":{}", entries(here));
    let health = || String::from_utf8(server.get("/healthz").expect("serving")).expect("UTF-8");
    let caught_up = || (0..100).any(|_| health().contains(&size) || wait());
    assert!(caught_up() && health().contains("\"status\":\"ok\""), "{}", health());
    ok(here, &["verify", "m"]);
}

/// So many statements in two languages each, some with words enough for several groups in a batch.
fn statements(count: u64) -> String {
    let mut out = String::new();
    for n in 0..count {
        for (lang, word) in [("en", "The water rose"), ("vi", "Nước dâng")] {
            let body = format!("{word} by {n} feet. ").repeat(usize::try_from(1 + n % 40).expect("small"));
            let _ = writeln!(
                out,
                "{{\"id\":\"s-{n}\",\"site\":\"vn\",\"lang\":\"{lang}\",\"section\":\"news\",\"topics\":[\"tides\"],\
                 \"title\":\"Tide {n}\",\"published\":\"2026-01-12T10:00:00+07:00\",\"body\":\"{body}\"}}"
            );
        }
    }
    out
}

/// Kills an import after a while; what is left verifies.
fn killed(here: &Path, args: &[&str], after: Duration) -> u64 {
    let mut child = chancery(here, args)
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("spawn");
    std::thread::sleep(after);
    child.kill().expect("kill");
    child.wait().expect("wait");
    // What it committed and did not come to publish is no fault.
    ok(here, &["verify", "m"]);
    // A command that writes nothing recovers what the journal holds, as the next writer would.
    ok(here, &["publish", "m", "texts"]);
    ok(here, &["verify", "m"]);
    entries(here)
}

#[test]
fn an_import_of_statements_killed_at_any_moment_goes_on_where_it_was() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    write(here, "s.jsonl", &statements(400));
    let import = ["import", "m", "s.jsonl", "--yes"];
    let mut dice = Dice(11);
    let mut sizes = vec![entries(here)];
    for round in 0..8 {
        let after = Duration::from_millis(20 + dice.roll(80) + 40 * round);
        sizes.push(killed(here, &import, after));
    }
    assert!(sizes.is_sorted(), "{sizes:?}: nothing accepted is lost");
    ok(here, &import);
    // Facts and words in two languages; the topic has facts and words.
    let whole = sizes[0] + 400 * 3 + 2;
    assert_eq!(entries(here), whole, "{sizes:?}: once and whole");
    ok(here, &["verify", "m"]);
    let again = String::from_utf8(ok(here, &import).stderr).expect("UTF-8");
    assert!(again.contains("0 new documents in 0 texts, 800 as before"), "{again}");
    assert_eq!(entries(here), whole, "a third time changes nothing");
}

#[test]
fn an_import_of_a_page_killed_at_any_moment_happened_whole_or_not_at_all() {
    let mut dice = Dice(13);
    let import = [
        "import",
        "m",
        "page.txt",
        "--site",
        "vn",
        "--lang",
        "en",
        "--create-sections",
        "--yes",
    ];
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    std::fs::copy(root().join("fixtures/page-dump.txt"), here.join("page.txt")).expect("copy");
    let before = entries(here);
    let mut whole = before;
    for _ in 0..12 {
        whole = killed(here, &import, Duration::from_micros(2_000 + dice.roll(60_000)));
    }
    ok(here, &import);
    let done = entries(here);
    assert!(whole == before || whole == done, "{before}, {whole}, {done}");
    assert!(done > before);
    ok(here, &["verify", "m"]);
    let again = String::from_utf8(ok(here, &import).stderr).expect("UTF-8");
    assert!(again.contains("the record has these pages already"), "{again}");
    assert_eq!(entries(here), done, "a third time changes nothing");
}

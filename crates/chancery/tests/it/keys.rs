//! Keys that come and go, and the files that say what is current.

use crate::support::{chancery, entries, ministry, ok, write};
use std::{path::Path, process::Output};

fn text(title: &str, body: &str) -> String {
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    format!("+++\ntitle = \"{title}\"\n{front}\n+++\n\n{body}\n")
}

fn run(here: &Path, args: &[&str]) -> Output {
    chancery(here, args).output().expect("runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The id of the one text published here: the name of the file that `currency` is asked for.
fn id(here: &Path) -> String {
    let names = std::fs::read_to_string(here.join("m/texts.json")).expect("names");
    let at = names.find("texts/tide").expect("published");
    let rest = names[at..].split('"').nth(2).expect("id");
    rest.to_owned()
}

#[test]
fn a_root_key_outlives_what_fails_after_its_entry() {
    let home = ministry();
    let here = home.path();
    let settings = std::fs::read_to_string(here.join("m/chancery.toml")).expect("settings");
    let before = entries(here);
    // Nobody makes a file there, not even the administrator: the entry is committed, and the head cannot be kept.
    write(here, "m/chancery.toml", &format!("head = \"/proc/head\"\n{settings}"));
    let failed = run(here, &["key", "replace", "m", "--root", "--to", "new", "--yes"]);
    assert_eq!(failed.status.code(), Some(1), "{}", told(&failed));
    assert!(told(&failed).contains("/proc/head"), "{}", told(&failed));
    assert_eq!(entries(here), before + 1);
    assert!(here.join("new/root-2.key").is_file());
    write(here, "m/chancery.toml", &settings);
    ok(here, &["key", "add", "m", "--state", "--root-key", "new", "--yes"]);
    ok(here, &["verify", "m"]);
}

#[test]
fn each_publication_brings_a_state_and_a_file_says_what_is_current() {
    let home = ministry();
    let here = home.path();
    write(here, "texts/tide.en.md", &text("High water", "The water rose."));
    ok(here, &["publish", "m", "texts"]);
    let none = run(here, &["currency", "m", &id(here)]);
    assert!(
        none.status.code() == Some(1) && told(&none).contains("key add"),
        "{}",
        told(&none)
    );
    ok(here, &["key", "add", "m", "--state", "--yes"]);
    assert_eq!(
        run(here, &["key", "add", "m", "--state", "--yes"]).status.code(),
        Some(2)
    );
    let (id, size) = (id(here), entries(here));
    ok(here, &["currency", "m", &id, "--to", "first"]);
    write(
        here,
        "texts/tide.en.md",
        &text("High water", "The water rose and fell."),
    );
    ok(here, &["correct", "m", "texts", "--update", "correction"]);
    assert_eq!(entries(here), size + 2, "the correction and the state after it");
    ok(here, &["currency", "m", &id, "--to", "second"]);
    ok(here, &["verify", "m"]);
    for (file, version) in [("first", 1), ("second", 2)] {
        let shown = ok(here, &["verify", file, "--key", "m/record/log.json"]);
        let shown = told(&shown);
        assert!(
            shown.contains(&format!("version {version} of document {id}, in en, is the newest")),
            "{shown}"
        );
        let bytes = std::fs::read(here.join(file)).expect("file");
        assert!(bytes.len() < 8_000, "{}", bytes.len());
        let wrong = String::from_utf8(bytes)
            .expect("text")
            .replace(&format!("\"version\":{version}"), "\"version\":9");
        write(here, "wrong", &wrong);
        let refused = run(here, &["verify", "wrong", "--key", "m/record/log.json"]);
        assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
    }
    ok(here, &["withdraw", "m", &id, "--yes"]);
    ok(here, &["currency", "m", &id, "--to", "third"]);
    let shown = told(&ok(here, &["verify", "third", "--key", "m/record/log.json"]));
    assert!(shown.contains("is withdrawn"), "{shown}");
    ok(here, &["key", "replace", "m", "--state", "--yes"]);
    write(here, "texts/more.en.md", &text("Low water", "The water fell."));
    ok(here, &["publish", "m", "texts/more.en.md"]);
    ok(here, &["verify", "m"]);
}

#[test]
fn a_mission_changes_its_key_and_is_closed() {
    let home = ministry();
    let here = home.path();
    write(here, "texts/tide.en.md", &text("High water", "The water rose."));
    let before = entries(here);
    let dry = run(here, &["key", "replace", "m", "--mission", "vn", "--dry-run"]);
    assert!(dry.status.success() && told(&dry).contains("m/vn/2"), "{}", told(&dry));
    assert_eq!(entries(here), before);
    ok(here, &["key", "replace", "m", "--mission", "vn", "--yes"]);
    assert!(here.join("m/keys/office-vn-2.key").is_file());
    ok(here, &["publish", "m", "texts"]);
    let list = told(&ok(here, &["key", "list", "m"]));
    assert!(list.contains("texts of vn") && list.contains("m/vn/2+"), "{list}");
    ok(here, &["key", "end", "m", "record.tides.example/m/vn/2", "--yes"]);
    write(here, "texts/more.en.md", &text("Low water", "The water fell."));
    let refused = run(here, &["publish", "m", "texts/more.en.md"]);
    assert!(
        !refused.status.success() && told(&refused).contains("no valid office key"),
        "{}",
        told(&refused)
    );
    ok(here, &["verify", "m"]);
}

#[test]
fn several_root_keys_must_sign_from_places_of_their_own() {
    let home = ministry();
    let here = home.path();
    ok(here, &["key", "add", "m", "--root", "--to", "second", "--yes"]);
    ok(
        here,
        &["key", "add", "m", "--root", "--to", "third", "--quorum", "2", "--yes"],
    );
    let change = ["key", "add", "m", "--mission", "vn", "--yes"];
    let one = run(here, &change);
    assert!(
        one.status.code() == Some(2) && told(&one).contains("2 root keys must sign"),
        "{}",
        told(&one)
    );
    let two = ["--root-key", "second", "--root-key", "third"];
    ok(here, &[&change[..], &two].concat());
    let last = run(
        here,
        &[
            "key",
            "end",
            "m",
            "record.tides.example/root/1",
            "--quorum",
            "3",
            "--yes",
            "--root-key",
            "m/root-key",
            "--root-key",
            "third",
        ],
    );
    assert!(!last.status.success(), "more signatures than keys: {}", told(&last));
    ok(
        here,
        &[
            "key",
            "end",
            "m",
            "record.tides.example/root/1",
            "--yes",
            "--root-key",
            "m/root-key",
            "--root-key",
            "third",
        ],
    );
    let ended = run(
        here,
        &[
            "key",
            "end",
            "m",
            "record.tides.example/m/vn/2",
            "--yes",
            "--root-key",
            "m/root-key",
            "--root-key",
            "third",
        ],
    );
    assert_eq!(
        ended.status.code(),
        Some(2),
        "an ended root key does not count: {}",
        told(&ended)
    );
    ok(here, &["verify", "m"]);
}

#[test]
fn an_import_brings_a_state_and_one_that_was_cut_short_before_it_is_mended_by_the_next() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    ok(here, &["key", "add", "m", "--state", "--yes"]);
    let import = |n: u8| {
        let line = format!(
            "{{\"id\":\"s-{n}\",\"site\":\"vn\",\"lang\":\"en\",\"section\":\"news\",\"title\":\"Tide {n}\",\
             \"published\":\"2026-01-12T10:00:00+07:00\",\"body\":\"The water rose.\"}}\n"
        );
        write(here, "s.jsonl", &line);
        let before = entries(here);
        ok(here, &["import", "m", "s.jsonl", "--yes"]);
        entries(here) - before
    };
    assert_eq!(import(1), 3, "facts, words, and the state");
    assert_eq!(import(1), 0, "it is stated already");
    // As though it were killed after its last text and before the state.
    let (key, kept) = (here.join("m/keys/state-1.key"), here.join("kept"));
    std::fs::rename(&key, &kept).expect("moved");
    assert_eq!(import(2), 2);
    std::fs::rename(&kept, &key).expect("moved");
    assert_eq!(import(2), 1, "the state alone");
    ok(here, &["verify", "m"]);
}

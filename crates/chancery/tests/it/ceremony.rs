//! Root keys that never come near the record: proposed here, signed there, submitted here.

use crate::support::{entries, ministry, ok, run, write};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::path::Path;

/// A ministry with a text, whose three root keys lie on three media; two must sign.
fn offline() -> tempfile::TempDir {
    let home = ministry();
    let here = home.path();
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    write(
        here,
        "texts/tide.en.md",
        &format!("+++\ntitle = \"Tide\"\n{front}\n+++\n\nThe water rose.\n"),
    );
    ok(here, &["publish", "m", "texts"]);
    ok(here, &["key", "add", "m", "--root", "--to", "b", "--yes"]);
    ok(
        here,
        &["key", "add", "m", "--root", "--to", "c", "--quorum", "2", "--yes"],
    );
    std::fs::rename(here.join("m/root-key"), here.join("a")).expect("moved offline");
    home
}

/// Has copies of a proposal signed by two people, and submits both.
fn signed(here: &Path, file: &str) {
    let copy = format!("{file}.copy");
    std::fs::copy(here.join(file), here.join(&copy)).expect("copy");
    let (status, said) = run(here, &["key", "sign", file, "--root-key", "a", "--yes"]);
    assert!(status == 0 && said.contains("1 of 2 signatures"), "{said}");
    ok(here, &["key", "sign", &copy, "--root-key", "c/root-3.key", "--yes"]);
    ok(here, &["key", "submit", "m", file, &copy, "--yes"]);
}

#[test]
fn a_key_is_replaced_by_root_keys_in_two_other_places() {
    let home = offline();
    let here = home.path();
    let before = entries(here);
    let (status, said) = run(here, &["key", "replace", "m", "--mission", "vn", "--propose", "p"]);
    assert!(status == 0 && said.contains("nothing is entered yet"), "{said}");
    assert_eq!(entries(here), before);
    let paper = std::fs::read_to_string(here.join("p")).expect("proposal");
    assert!(
        paper.starts_with("Proposal for record.tides.example: 2 root keys must sign it."),
        "{paper}"
    );
    assert!(
        paper.contains("adds  record.tides.example/m/vn/2+") && paper.contains("Signed by nobody yet."),
        "{paper}"
    );
    let (status, said) = run(here, &["key", "submit", "m", "p", "--yes"]);
    assert!(status == 1 && said.contains("want 2"), "{said}");
    let (status, said) = run(here, &["key", "sign", "p", "--root-key", "b"]);
    let new = chancery::keys::public(&here.join("m/keys/office-vn-2.key")).expect("key");
    assert!(said.contains(&format!("adds\t{new}\t")), "whole: {said}");
    assert!(
        status == 2 && said.contains("ends\trecord.tides.example/m/vn/1+"),
        "it is shown before it is signed: {said}"
    );
    signed(here, "p");
    assert_eq!(entries(here), before + 1);
    write(
        here,
        "texts/tide.en.md",
        &std::fs::read_to_string(here.join("texts/tide.en.md"))
            .expect("text")
            .replace("rose", "fell"),
    );
    ok(here, &["correct", "m", "texts", "--update", "correction"]);
    ok(here, &["verify", "m"]);
    let after = entries(here);
    let (status, said) = run(here, &["key", "submit", "m", "p", "p.copy", "--yes"]);
    assert!(
        status == 0 && said.contains(&format!("entered already, as entry {before}")),
        "once only: {said}"
    );
    assert_eq!(entries(here), after);
}

#[test]
fn a_proposal_of_another_quorum_takes_the_signatures_of_the_present_one() {
    let home = offline();
    let here = home.path();
    let lower = ["key", "add", "m", "--mission", "vn", "--quorum", "1", "--propose", "p"];
    let (status, said) = run(here, &lower);
    assert!(status == 0 && said.contains("quorum\t2 → 1\t"), "{said}");
    assert!(said.contains("has a valid key already"), "{said}");
    let paper = std::fs::read_to_string(here.join("p")).expect("proposal");
    assert!(paper.contains(": 2 root keys must sign it."), "{paper}");
    assert!(paper.contains("1 root signature from"), "{paper}");
    signed(here, "p");
    let (status, said) = run(
        here,
        &[
            "key",
            "end",
            "m",
            "record.tides.example/m/vn/1",
            "--propose",
            "p",
            "--quorum",
            "2",
        ],
    );
    assert!(status == 0 && said.contains("goes on with its other key"), "{said}");
    let paper = std::fs::read_to_string(here.join("p")).expect("proposal");
    assert!(paper.contains(": 1 root key must sign it."), "{paper}");
}

#[test]
fn a_dry_run_refuses_a_quorum_that_nobody_could_reach() {
    let home = offline();
    let here = home.path();
    let end = ["key", "end", "m", "record.tides.example/root/1", "--quorum"];
    for (quorum, code) in [("3", 2), ("1", 0)] {
        let (status, said) = run(here, &[&end[..], &[quorum, "--dry-run"]].concat());
        assert_eq!(status, code, "{said}");
    }
    let add = ["key", "add", "m", "--root", "--quorum", "9", "--dry-run"];
    let (status, said) = run(here, &add);
    assert_eq!(status, 2, "{said}");
    ok(here, &["verify", "m"]);
}

#[test]
fn a_site_is_added_by_root_keys_in_two_places() {
    let home = offline();
    let here = home.path();
    let add = ["site", "add", "m", "--code", "port", "--name", "Port", "--langs", "en"];
    let (status, said) = run(here, &[&add[..], &["--root-key", "a"]].concat());
    assert!(status == 2 && said.contains("2 root keys must sign"), "{said}");
    ok(here, &[&add[..], &["--root-key", "a", "--root-key", "b"]].concat());
    let site = "{\"code\":\"cape\",\"name\":{\"en\":\"Cape\"},\"langs\":[\"en\"]}\n";
    write(here, "sites.jsonl", site);
    let roots = ["--root-key", "b", "--root-key", "c"];
    ok(
        here,
        &[&["site", "add", "m", "--from", "sites.jsonl"][..], &roots].concat(),
    );
    ok(here, &["verify", "m"]);
}

#[test]
fn a_stale_proposal_is_refused_and_proposed_again() {
    let home = offline();
    let here = home.path();
    ok(here, &["key", "add", "m", "--state", "--propose", "p"]);
    ok(here, &["withdraw", "m", "texts/tide.en.md", "--yes"]);
    for key in ["a", "b"] {
        ok(here, &["key", "sign", "p", "--root-key", key, "--yes"]);
    }
    let (status, said) = run(here, &["key", "submit", "m", "p", "--yes"]);
    assert!(status == 1 && said.contains("propose it again"), "{said}");
    // The key that was made for it is taken up again.
    ok(here, &["key", "add", "m", "--state", "--propose", "p"]);
    signed(here, "p");
    ok(here, &["verify", "m"]);
}

#[test]
fn what_was_changed_on_the_way_is_refused() {
    let home = offline();
    let here = home.path();
    ok(
        here,
        &["key", "end", "m", "record.tides.example/m/vn/1", "--propose", "p"],
    );
    for key in ["a", "b"] {
        ok(here, &["key", "sign", "p", "--root-key", key, "--yes"]);
    }
    let good = std::fs::read_to_string(here.join("p")).expect("proposal");
    let before = entries(here);
    let place = format!("\nentry {before}\n");
    for (from, to) in [
        ("\"until\":", "\"until\":1"),
        ("origin record.tides", "origin record.tidal"),
        ("\"kind\":\"key\"", "\"kind\":\"kez\""),
        (place.as_str(), "\nentry 3\n"),
    ] {
        assert!(good.contains(from));
        write(here, "q", &good.replace(from, to));
        let (status, said) = run(here, &["key", "submit", "m", "q", "--yes"]);
        assert!(status == 1 || status == 2, "{from}: {said}");
        let (status, said) = run(here, &["key", "sign", "q", "--root-key", "a", "--yes"]);
        assert_eq!(status, 2, "{from}: {said}");
    }
    // What people read above counts for nothing.
    write(here, "q", &good.replacen("ends", "adds", 1));
    let (_, said) = run(here, &["key", "submit", "m", "q", "--dry-run"]);
    assert!(said.contains("ends\trecord.tides.example/m/vn/1+"), "{said}");
    assert_eq!(entries(here), before);
    // A key of another record signs nothing here.
    let other = ministry();
    let stranger = other.path().join("m/root-key").display().to_string();
    ok(here, &["key", "sign", "p", "--root-key", &stranger, "--yes"]);
    let (status, said) = run(here, &["key", "submit", "m", "p", "--yes"]);
    assert!(status == 1 && said.contains("cannot be entered"), "{said}");
}

#[test]
fn a_policy_and_a_mission_that_ends_need_no_root_key_here() {
    let home = offline();
    let here = home.path();
    write(here, "witnesses", "# nobody yet\nquorum none\n");
    ok(here, &["policy", "m", "witnesses", "--propose", "p"]);
    let (_, said) = run(here, &["key", "sign", "p", "--root-key", "a"]);
    assert!(said.contains("policy\t# nobody yet"), "{said}");
    let good = std::fs::read_to_string(here.join("p")).expect("proposal");
    let other = STANDARD.encode("quorum none\n");
    let (before, rest) = good.split_once("\npolicy ").expect("a policy");
    let (_, after) = rest.split_once('\n').expect("line");
    write(here, "q", &format!("{before}\npolicy {other}\n{after}"));
    let (status, said) = run(here, &["key", "sign", "q", "--root-key", "a", "--yes"]);
    assert!(status == 2 && said.contains("its policy is another one"), "{said}");
    signed(here, "p");
    let policy = std::fs::read_to_string(here.join("m/record/policy")).expect("policy");
    assert!(policy.contains("# nobody yet"), "{policy}");
    let (status, _) = run(here, &["site", "close", "m", "--code", "vn", "--yes"]);
    assert_eq!(status, 2, "no root key is here");
    let (status, said) = run(here, &["site", "close", "m", "--code", "vn", "--keep-key", "--yes"]);
    assert!(status == 0 && said.contains("key end"), "{said}");
    ok(
        here,
        &["key", "end", "m", "record.tides.example/m/vn/1", "--propose", "e"],
    );
    signed(here, "e");
    let (status, said) = run(here, &["key", "add", "m", "--mission", "port", "--propose", "n"]);
    assert!(status == 0 && said.contains("`chancery site add`"), "{said}");
    signed(here, "n");
    ok(
        here,
        &[
            "site",
            "add",
            "m",
            "--code",
            "port",
            "--name",
            "Consulate",
            "--langs",
            "en",
        ],
    );
    ok(here, &["verify", "m"]);
}

#[test]
fn the_log_key_is_replaced_with_its_policy() {
    let home = offline();
    let here = home.path();
    ok(here, &["key", "replace", "m", "--log", "--propose", "p"]);
    signed(here, "p");
    std::fs::remove_file(here.join("m/keys/log.key")).expect("the ended key is destroyed");
    ok(here, &["withdraw", "m", "texts/tide.en.md", "--yes"]);
    ok(here, &["verify", "m"]);
}

#[test]
fn an_erasure_and_the_end_are_signed_elsewhere_too() {
    let home = offline();
    let here = home.path();
    let names = std::fs::read_to_string(here.join("m/texts.json")).expect("names");
    let at = names.find("texts/tide").expect("published");
    let id = names[at..].split('"').nth(2).expect("id").to_owned();
    let erase = [
        "erase",
        "m",
        &id,
        "--basis",
        "court-order",
        "--reason",
        "legal",
        "--notice",
        "en=A court has ordered it.",
        "--propose",
        "p",
    ];
    ok(here, &erase);
    let (_, said) = run(here, &["key", "sign", "p", "--root-key", "a"]);
    assert!(said.contains("notice\ten\tA court has ordered it."), "{said}");
    let blobs = |here: &Path| walk(&here.join("m/record/blob"));
    let before = blobs(here);
    signed(here, "p");
    assert!(blobs(here) < before, "the bytes are gone");
    ok(here, &["verify", "m"]);
    ok(here, &["freeze", "m", "--propose", "f"]);
    signed(here, "f");
    let (status, said) = run(here, &["verify", "m"]);
    assert!(status == 0 && said.contains("frozen by entry"), "{said}");
}

/// Number of files.
fn walk(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder)
        .expect("folder")
        .map(|entry| entry.expect("entry").path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}

#[test]
fn a_freeze_of_another_history_is_refused_before_it_is_entered() {
    let home = offline();
    let here = home.path();
    let before = entries(here);
    ok(here, &["freeze", "m", "--propose", "p"]);
    let good = std::fs::read_to_string(here.join("p")).expect("proposal");
    let at = good.find("\"tree-root\":\"").expect("root") + 13;
    let root = &good[at..at + 64];
    let own = "\"tree-root\"";
    let named = "\"successor\":\"record.tides.example\",\"tree-root\"";
    for (from, to, why) in [
        (root, "ab".repeat(32).as_str(), "names a root that the first"),
        (own, named, "the name of the record itself"),
    ] {
        write(here, "q", &good.replace(from, to));
        for key in ["a", "b"] {
            ok(here, &["key", "sign", "q", "--root-key", key, "--yes"]);
        }
        let (status, said) = run(here, &["key", "submit", "m", "q", "--yes"]);
        assert!(status == 2 && said.contains(why), "{said}");
        assert_eq!(entries(here), before);
    }
    for key in ["a", "b"] {
        ok(here, &["key", "sign", "p", "--root-key", key, "--yes"]);
    }
    ok(here, &["key", "submit", "m", "p", "--yes"]);
    ok(here, &["verify", "m"]);
}

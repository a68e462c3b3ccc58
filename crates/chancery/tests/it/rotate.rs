//! The key of the log changes, and whoever knew the record before goes on.

use crate::{
    support::{Server, chancery, ministry, ok, write},
    witnessed::id,
};
use std::path::Path;

fn publish(here: &Path, n: usize) {
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    let text = format!("+++\ntitle = \"Tide {n}\"\n{front}\n+++\n\nThe water rose.\n");
    write(here, &format!("texts/t{n}.en.md"), &text);
    ok(here, &["publish", "m", "texts"]);
}

fn keep(here: &Path, name: &str) {
    std::fs::copy(here.join("m/record/log.json"), here.join(format!("{name}.json"))).expect("log.json");
    std::fs::copy(
        here.join("m/record/checkpoint"),
        here.join(format!("{name}.checkpoint")),
    )
    .expect("checkpoint");
}

/// The keys of the log, in their order.
fn vkeys(here: &Path) -> Vec<String> {
    let log = std::fs::read(here.join("m/record/log.json")).expect("log.json");
    let log: serde_json::Value = serde_json::from_slice(&log).expect("JSON");
    let keys = log["keys"].as_array().expect("keys").iter();
    let keys = keys.filter(|key| key["role"] == "log");
    keys.map(|key| key["vkey"].as_str().expect("vkey").to_owned()).collect()
}

fn signers(here: &Path, size: &str) -> usize {
    let note = std::fs::read_to_string(here.join("m/record").join(size)).expect("checkpoint");
    note.lines().filter(|line| line.starts_with('\u{2014}')).count()
}

fn code(here: &Path, args: &[&str]) -> (i32, String) {
    let output = chancery(here, args).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), said)
}

/// A record whose key was replaced; files `old.json` and `old.checkpoint` are from before.
fn replaced() -> tempfile::TempDir {
    let home = ministry();
    let here = home.path();
    publish(here, 1);
    keep(here, "old");
    ok(here, &["key", "replace", "m", "--log", "--dry-run"]);
    assert_eq!(vkeys(here).len(), 1);
    ok(here, &["key", "replace", "m", "--log", "--yes"]);
    assert_eq!(signers(here, "checkpoint"), 2, "both sign the entry that hands over");
    keep(here, "between");
    std::fs::rename(here.join("m/keys/log.key"), here.join("ended.key")).expect("the ended key is put away");
    publish(here, 2);
    assert_eq!(signers(here, "checkpoint"), 1);
    keep(here, "new");
    home
}

#[test]
fn a_replaced_key_is_followed_from_any_that_is_trusted() {
    let home = replaced();
    let here = home.path();
    let keys = vkeys(here);
    ok(here, &["verify", "m"]);
    for key in [&keys[0], &keys[1], "old.json", "between.json", "new.json", "m"] {
        let (status, said) = code(here, &["verify", "m", "--key", key]);
        assert_eq!(status, 0, "{key}: {said}");
        let told = said.contains("the key of the log has changed");
        assert_eq!(told, key == keys[0] || key == "old.json", "{key}: {said}");
        for since in ["old.checkpoint", "between.checkpoint", "new.checkpoint"] {
            ok(here, &["verify", "m", "--key", key, "--since", since]);
        }
    }
    let policy = std::fs::read_to_string(here.join("m/record/policy")).expect("policy");
    assert!(policy.contains(&keys[1]) && !policy.contains(&keys[0]), "{policy}");
}

#[test]
fn a_key_that_never_signed_leads_nowhere() {
    let home = replaced();
    let here = home.path();
    let stranger = tlog::SigningKey::generate("record.tides.example", [9; 32]).expect("key");
    let (status, said) = code(here, &["verify", "m", "--key", &stranger.verifier().to_string()]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("is not signed by a key that is trusted"), "{said}");
    let old = vkeys(here)[0].clone();
    std::fs::remove_dir_all(here.join("m/record/checkpoints")).expect("archive");
    let (status, said) = code(here, &["verify", "m", "--key", &old]);
    assert_eq!(status, 3, "nothing that it signed is left: {said}");
}

#[test]
fn proofs_from_before_and_after_are_checked_with_the_new_log_json() {
    let home = replaced();
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    for n in [1, 2] {
        for form in ["proof", "json"] {
            let bytes = server
                .get(&format!("/vn/en/news/2026/03/tide-{n}.{form}"))
                .expect("file");
            std::fs::write(here.join(format!("t{n}.{form}")), bytes).expect("file");
        }
        ok(
            here,
            &[
                "verify",
                &format!("t{n}.proof"),
                &format!("t{n}.json"),
                "--key",
                "new.json",
            ],
        );
    }
    ok(here, &["verify", "t1.proof", "--key", "old.json"]);
    let (status, said) = code(here, &["verify", "t2.proof", "--key", "old.json"]);
    assert!(status == 3 && said.contains("may have changed its key"), "{said}");
    let (status, _) = code(here, &["verify", "t1.proof", "--key", &vkeys(here)[1]]);
    assert_eq!(status, 3, "the new key did not sign the old proof");

    // A mirror knows what the record that it copied says of keys, also when it was begun with the first.
    ok(here, &["mirror", &server.base, "copy", "--key", "old.json"]);
    let doc = id(here, "t1");
    for folder in ["m", "copy"] {
        for n in [1, 2] {
            ok(here, &["verify", &format!("t{n}.proof"), "--key", folder]);
        }
        ok(
            here,
            &[
                "certificate",
                folder,
                &doc,
                "--to",
                "sheet.html",
                "--overwrite",
                "--address",
                "https://www.tides.example",
            ],
        );
    }
    // What the ended key signs when it is found again proves nothing.
    let proof = std::fs::read_to_string(here.join("t2.proof")).expect("proof");
    let (head, note) = proof.split_once("\n\n").expect("checkpoint");
    let (text, _) = note.split_once("\n\n").expect("signatures");
    let checkpoint: tlog::Checkpoint = format!("{text}\n").parse().expect("checkpoint");
    let ended = std::fs::read_to_string(here.join("ended.key")).expect("key");
    let signed = checkpoint.sign(&tlog::SigningKey::decode(ended.trim_end()).expect("key"));
    write(
        here,
        "forged.proof",
        &format!("{head}\n\n{}", String::from_utf8(signed).expect("note")),
    );
    std::fs::rename(here.join("ended.key"), here.join("m/keys/log.key")).expect("found");
    for folder in ["m", "copy"] {
        let (status, said) = code(here, &["verify", "forged.proof", "--key", folder]);
        assert_eq!(status, 3, "{folder}: {said}");
    }
}

#[test]
fn mirrors_monitors_and_exports_go_on() {
    let home = ministry();
    let here = home.path();
    publish(here, 1);
    keep(here, "old");
    let server = Server::start(here, &["serve", "m"]);
    ok(here, &["mirror", &server.base, "copy", "--key", "old.json"]);
    ok(here, &["key", "replace", "m", "--log", "--yes"]);
    publish(here, 2);
    publish(here, 3);
    std::fs::remove_file(here.join("m/keys/log.key")).expect("the ended key is destroyed");
    publish(here, 4);
    for (name, key) in [
        ("copy", None),
        ("late", Some("old.json")),
        ("newest", Some("m/record/log.json")),
    ] {
        let mut args = vec!["mirror", server.base.as_str(), name];
        args.extend(key.into_iter().flat_map(|key| ["--key", key]));
        let wait = std::time::Instant::now();
        while std::fs::read(here.join(name).join("record/checkpoint")).ok()
            != std::fs::read(here.join("m/record/checkpoint")).ok()
        {
            ok(here, &args);
            assert!(wait.elapsed().as_secs() < 30, "{name} does not come to the end");
        }
        ok(here, &["verify", name]);
        ok(here, &["verify", name, "--key", "old.json"]);
        let same = |file: &str| {
            std::fs::read(here.join(name).join(file)).ok() == std::fs::read(here.join("m").join(file)).ok()
        };
        assert!(same("record/log.json") && same("record/policy"));
    }
    // The second key alone: what the first one signed leads to what the second did.
    let second = vkeys(here)[1].clone();
    ok(here, &["mirror", &server.base, "second", "--key", &second]);
    ok(here, &["verify", "second", "--key", "old.json"]);
    ok(here, &["monitor", &server.base, "late"]);
    ok(here, &["verify", &server.base, "--key", "old.json"]);
    ok(
        here,
        &["verify", &server.base, "--key", &second, "--since", "old.checkpoint"],
    );
    ok(here, &["export", "m", "out"]);
}

#[test]
fn both_keys_sign_until_the_old_one_is_ended_by_hand() {
    let home = ministry();
    let here = home.path();
    let old = vkeys(here)[0].clone();
    ok(here, &["key", "add", "m", "--log", "--yes"]);
    publish(here, 1);
    assert_eq!(signers(here, "checkpoint"), 2);
    let (status, said) = code(here, &["key", "end", "m", "record.tides.example", "--yes"]);
    assert!(
        status == 2 && said.contains("up to the second +"),
        "two have this name: {said}"
    );
    let parts: Vec<&str> = old.splitn(3, '+').collect();
    let name = &parts[..2].join("+");
    ok(here, &["key", "end", "m", name, "--yes"]);
    publish(here, 2);
    assert_eq!(signers(here, "checkpoint"), 1);
    let last = vkeys(here)[1].clone();
    let (status, _) = code(here, &["key", "end", "m", &last, "--yes"]);
    assert_ne!(status, 0, "a log without a key cannot go on");
    ok(here, &["verify", "m", "--key", &old]);
    ok(here, &["verify", "m", "--key", &last]);
}

#[test]
fn a_lost_key_is_replaced_by_the_root_keys() {
    let home = ministry();
    let here = home.path();
    publish(here, 1);
    keep(here, "old");
    std::fs::remove_file(here.join("m/keys/log.key")).expect("lost");
    write(
        here,
        "texts/more.en.md",
        &std::fs::read_to_string(here.join("texts/t1.en.md")).expect("text"),
    );
    let (status, said) = code(here, &["publish", "m", "texts"]);
    assert!(status == 1 && said.contains("key replace --log"), "{said}");
    ok(here, &["key", "replace", "m", "--log", "--yes"]);
    ok(here, &["publish", "m", "texts"]);
    ok(here, &["verify", "m", "--key", "old.json"]);
}

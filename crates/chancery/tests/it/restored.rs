//! A backup that was put back is not written to where it can be known, and warned about where not; and what `verify --json` says.

use crate::support::{chancery, ministry, ok, write};
use std::{
    path::Path,
    process::{Command, Output},
};

fn text(here: &Path, name: &str) {
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    let body = format!("+++\ntitle = \"Tide {name}\"\n{front}\n+++\n\nThe water rose.\n");
    write(here, &format!("texts/{name}.en.md"), &body);
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-r").arg(from).arg(to).status().expect("cp");
    assert!(copied.success());
}

fn set(here: &Path, line: &str) {
    let file = here.join("m/chancery.toml");
    let text = std::fs::read_to_string(&file).expect("settings");
    std::fs::write(file, format!("{text}{line}\n")).expect("settings");
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("one document")
}

#[test]
fn a_backup_put_back_is_refused_where_the_head_is_kept_elsewhere() {
    let home = ministry();
    let here = home.path();
    std::fs::create_dir(here.join("elsewhere")).expect("folder");
    set(here, "head = \"../elsewhere/head\"");
    text(here, "one");
    ok(here, &["publish", "m", "texts"]);
    let head = here.join("elsewhere/head");
    assert_eq!(
        std::fs::read(&head).expect("head"),
        std::fs::read(here.join("m/record/checkpoint")).expect("checkpoint")
    );
    copy(&here.join("m"), &here.join("backup"));
    text(here, "two");
    ok(here, &["publish", "m", "texts"]);
    std::fs::rename(here.join("m"), here.join("lost")).expect("rename");
    copy(&here.join("backup"), &here.join("m"));
    let refused = chancery(here, &["publish", "m", "texts"]).output().expect("runs");
    assert_eq!(refused.status.code(), Some(1));
    let said = told(&refused);
    assert!(
        said.contains("elsewhere/head: the record had") && said.contains("mirror"),
        "{said}"
    );
    ok(here, &["verify", "m"]);
    // The folder that was lost comes back whole.
    std::fs::remove_dir_all(here.join("m")).expect("remove");
    std::fs::rename(here.join("lost"), here.join("m")).expect("rename");
    ok(here, &["publish", "m", "texts"]);
    // Another record of the same length is no better than a shorter one.
    let other = std::fs::read(&head).expect("head");
    std::fs::write(&head, &other[..other.len() - 9]).expect("head");
    let refused = chancery(here, &["publish", "m", "texts"]).output().expect("runs");
    assert!(told(&refused).contains("elsewhere/head"), "{}", told(&refused));
    set(here, "");
}

#[test]
fn a_head_in_the_data_folder_is_refused() {
    let home = ministry();
    let here = home.path();
    set(here, "head = \"head\"");
    text(here, "one");
    let refused = chancery(here, &["publish", "m", "texts"]).output().expect("runs");
    assert_eq!(refused.status.code(), Some(2));
    assert!(told(&refused).contains("in the data folder"), "{}", told(&refused));
}

#[test]
fn without_a_head_a_folder_that_was_copied_is_warned_about() {
    let home = ministry();
    let here = home.path();
    text(here, "one");
    let first = ok(here, &["publish", "m", "texts"]);
    assert!(!told(&first).contains("copied or restored"), "{}", told(&first));
    copy(&here.join("m"), &here.join("backup"));
    std::fs::remove_dir_all(here.join("m")).expect("remove");
    copy(&here.join("backup"), &here.join("m"));
    text(here, "two");
    let warned = ok(here, &["publish", "m", "texts"]);
    assert!(told(&warned).contains("copied or restored"), "{}", told(&warned));
    let again = ok(here, &["publish", "m", "texts"]);
    assert!(!told(&again).contains("copied or restored"), "{}", told(&again));
}

#[test]
fn verify_says_the_same_to_programs() {
    let home = ministry();
    let here = home.path();
    text(here, "one");
    ok(here, &["publish", "m", "texts"]);
    let sound = json(&ok(here, &["verify", "m", "--json"]));
    assert_eq!(sound["sound"], true);
    assert_eq!(sound["findings"], serde_json::json!([]));
    assert_eq!(sound["record"]["origin"], "record.tides.example");
    for file in ["checkpoint", "log.json", "policy", "tile/0/000.p/4"] {
        let path = here.join("m/record").join(file);
        let good = std::fs::read(&path).unwrap_or_default();
        let mut bad = good.clone();
        match bad.last_mut() {
            Some(byte) => *byte ^= 1,
            None => bad.push(b'!'),
        }
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, &bad).expect("file");
        let found = chancery(here, &["verify", "m", "--json"]).output().expect("runs");
        assert_eq!(found.status.code(), Some(3), "{file}");
        let findings = json(&found)["findings"].clone();
        let named = findings
            .as_array()
            .expect("array")
            .iter()
            .any(|finding| finding["file"] == file);
        assert!(named, "{file}: {findings}");
        std::fs::remove_file(&path).expect("file");
        if !good.is_empty() || file == "policy" {
            std::fs::write(&path, good).expect("file");
        }
    }
    ok(here, &["verify", "m"]);
}

#[test]
fn verify_says_all_of_a_proof_and_of_a_currency_file_to_programs() {
    let home = ministry();
    let here = home.path();
    ok(here, &["key", "add", "m", "--state", "--yes"]);
    text(here, "one");
    ok(here, &["publish", "m", "texts"]);
    ok(here, &["export", "m", "out", "--formats", "json,proof"]);
    let stem = "out/vn/en/news/2026/03/tide-one";
    let (proof, beside) = (format!("{stem}.proof"), format!("{stem}.json"));
    let said = |args: &[&str]| json(&ok(here, &[&["verify", "--json", "--key", "m"], args].concat()));
    let shown = said(&[&proof, &beside]);
    let entry = &shown["entry"];
    assert_eq!(
        (&entry["kind"], &entry["lang"], &entry["version"]),
        (&"publish".into(), &"en".into(), &1.into())
    );
    assert_eq!((&entry["mission"], &entry["title"]), (&"vn".into(), &"Tide one".into()));
    assert_eq!(
        shown["checked"],
        serde_json::json!({ "signature-of-mission": true, "text": true })
    );
    assert_eq!(shown["record"]["origin"], "record.tides.example");
    let alone = said(&[&proof]);
    assert_eq!(
        (&alone["checked"]["text"], &alone["entry"]["title"]),
        (&false.into(), &serde_json::Value::Null)
    );

    let id = entry["document"].as_str().expect("id");
    ok(here, &["currency", "m", id, "--to", "one.currency"]);
    let newest = said(&["one.currency"]);
    let wanted = serde_json::json!({
        "document": id, "index": entry["index"], "lang": "en", "status": "in-force", "version": 1,
    });
    assert_eq!((&newest["newest"], &newest["sound"]), (&wanted, &true.into()));
    assert_eq!(newest["entry"]["kind"], "state");
    assert_eq!(
        newest["checked"],
        serde_json::json!({ "entered": false, "erased": true, "signature-of-state-key": true })
    );
    let log = std::fs::read(here.join("m/record/log.json")).expect("file");
    let log: serde_json::Value = serde_json::from_slice(&log).expect("JSON");
    let keys = log["keys"].as_array().expect("keys");
    let key_of = |role: &str| {
        keys.iter().find(|key| key["role"] == role).expect("a key")["vkey"]
            .as_str()
            .expect("text")
            .to_owned()
    };
    let bare = ok(here, &["verify", "--json", "--key", &key_of("log"), "one.currency"]);
    assert_eq!(json(&bare)["checked"]["signature-of-state-key"], false);

    // A log.json whose key for states had ended before: what it signed after that is refused.
    let mut ended = log.clone();
    for key in ended["keys"].as_array_mut().expect("keys") {
        if key["role"] == "state" {
            key["until"] = key["from"].clone();
        }
    }
    std::fs::write(here.join("ended.json"), ended.to_string()).expect("file");
    let strange = chancery(here, &["verify", "one.currency", "--key", "ended.json", "--json"])
        .output()
        .expect("runs");
    assert_eq!(
        strange.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&strange.stdout)
    );
    let lines = newest["shown"].as_array().expect("sentences").len();
    let told = ok(here, &["verify", "one.currency", "--key", "m"]);
    assert_eq!(String::from_utf8_lossy(&told.stdout).lines().count(), lines);

    let text = std::fs::read_to_string(here.join("one.currency")).expect("file");
    std::fs::write(
        here.join("bad.currency"),
        text.replace("\"version\":1", "\"version\":2"),
    )
    .expect("file");
    let bad = chancery(here, &["verify", "bad.currency", "--key", "m", "--json"])
        .output()
        .expect("runs");
    assert_eq!((bad.status.code(), &json(&bad)["sound"]), (Some(3), &false.into()));
}

//! Erasing with the real binary: what was erased is in no answer, no export and no file, and comes back from no backup.

use crate::support::{Server, chancery, ministry, ok, write};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Output,
    time::Duration,
};

/// A word that only the erased texts hold.
const SECRET: &str = "Quillfeather";
/// The text of the second version, which only corrects the first.
const MENDED: &str = "The water rose. All went home.";

fn text(title: &str, body: &str) -> String {
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    format!("+++\ntitle = \"{title}\"\n{front}\n+++\n\n{body}\n")
}

/// A ministry with a text of two versions, the first of which names a person, and another text.
fn prepared() -> (tempfile::TempDir, String) {
    let home = ministry();
    let here = home.path();
    write(
        here,
        "texts/tide.en.md",
        &text("High water", &format!("The water rose. {SECRET} went home.")),
    );
    write(here, "texts/other.en.md", &text("Low water", "The water fell."));
    ok(here, &["publish", "m", "texts"]);
    write(here, "texts/tide.en.md", &text("High water", MENDED));
    ok(here, &["correct", "m", "texts", "--update", "correction"]);
    let id = id_of(here, "tide");
    (home, id)
}

fn id_of(here: &Path, name: &str) -> String {
    let names: serde_json::Value =
        serde_json::from_slice(&std::fs::read(here.join("m/texts.json")).expect("names")).expect("JSON");
    let found = find(&names, &format!("texts/{name}"));
    found.unwrap_or_else(|| panic!("{name} in {names}"))
}

/// The id under the key that ends so, however deep it stands.
fn find(value: &serde_json::Value, end: &str) -> Option<String> {
    let object = value.as_object()?;
    let here = object.iter().find(|(key, _)| key.ends_with(end));
    let here = here.and_then(|(_, id)| id.as_str().map(str::to_owned));
    here.or_else(|| object.values().find_map(|inner| find(inner, end)))
}

fn erase(here: &Path, what: &str, more: &[&str]) -> Output {
    let always = ["erase", "m", what, "--basis", "data-protection", "--reason", "privacy"];
    chancery(here, &[&always[..], more].concat()).output().expect("runs")
}

fn erased(here: &Path, what: &str) {
    let output = erase(here, what, &["--yes"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// All files below a folder with their bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.clone(), std::fs::read(&path).expect("file"));
            }
        }
    }
    found
}

fn holding(folder: &Path, word: &str) -> Vec<PathBuf> {
    let all = files(folder).into_iter();
    let holds = |bytes: &[u8]| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    all.filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path).collect()
}

fn status(server: &Server, path: &str) -> (u16, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent = ureq::Agent::new_with_config(config);
    let mut answer = agent.get(format!("{}{path}", server.base)).call().expect("answer");
    let body = answer.body_mut().read_to_string().unwrap_or_default();
    (answer.status().as_u16(), body)
}

#[test]
fn an_older_version_goes_and_the_newest_stays() {
    let (home, id) = prepared();
    let here = home.path();
    assert!(!holding(&here.join("m"), SECRET).is_empty());
    erased(here, &format!("{id}/en/1"));
    assert_eq!(holding(&here.join("m"), SECRET), Vec::<PathBuf>::new());
    ok(here, &["verify", "m"]);
    let server = Server::start(here, &["serve", "m"]);
    let (code, page) = status(&server, "/vn/en/news/2026/03/high-water");
    assert!(code == 200 && page.contains("All went home"), "{page}");
    let (code, history) = status(&server, &format!("/d/{id}"));
    assert!(
        code == 200 && history.contains("Removed for good") && !history.contains(SECRET),
        "{history}"
    );
    let (code, page) = status(&server, &format!("/d/{id}/en/1"));
    assert!(code == 410 && page.contains("erased for good by entry"), "{page}");
    assert_eq!(status(&server, &format!("/d/{id}/en/1.json")).0, 410);
    assert_eq!(status(&server, &format!("/d/{id}/en/1.proof")).0, 200);
    assert_eq!(status(&server, &format!("/d/{id}/en/2.json")).0, 200);
}

#[test]
fn a_lasting_address_names_what_goes_as_its_id_does_and_what_never_was_is_told_from_what_is_gone() {
    let (home, id) = prepared();
    let here = home.path();
    let output = |what: &str| {
        let output = erase(here, what, &["--dry-run"]);
        let all = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(all).expect("UTF-8"))
    };
    for part in ["", "/en", "/en/1", "/zxx/1"] {
        let by_id = output(&format!("{id}{part}"));
        assert_eq!(by_id.0, Some(0), "{}", by_id.1);
        for before in ["/d/", "https://www.tides.example/d/", "http://127.0.0.1:8080/d/"] {
            assert_eq!(output(&format!("{before}{id}{part}")), by_id, "{before}{part}");
        }
    }
    assert_eq!(output(&format!("/d/{id}/en/1.json?a=1")), output(&format!("{id}/en/1")));
    for (part, said) in [
        ("/vi", "never in vi; it is in en"),
        ("/en/9", "in en there are versions 1 to 2"),
        ("/a7", "names a picture a7"),
        ("/en/first", "names no document and no part of one"),
    ] {
        let (code, told) = output(&format!("{id}{part}"));
        assert!(code == Some(2) && told.contains(said), "{part}: {told}");
    }
    erased(here, &format!("{id}/en/1"));
    let (code, told) = output(&format!("/d/{id}/en/1"));
    assert!(code == Some(2) && told.contains("nothing of it is left"), "{told}");
}

#[test]
fn every_other_proof_stays_byte_for_byte() {
    let (home, id) = prepared();
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    let other = id_of(here, "other");
    let proofs = ["en/1", "en/2", "zxx/1"].map(|part| format!("/d/{id}/{part}.proof"));
    let proofs: Vec<String> = proofs
        .into_iter()
        .chain([format!("/d/{other}/en/1.proof"), format!("/d/{other}/zxx/1.proof")])
        .collect();
    let read = || {
        proofs
            .iter()
            .map(|path| server.get(path).expect("proof"))
            .collect::<Vec<_>>()
    };
    let before = read();
    let public = files(&here.join("m/record"));
    erased(here, &id);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(read(), before);
    let after = files(&here.join("m/record"));
    let gone: Vec<&PathBuf> = public.keys().filter(|path| !after.contains_key(*path)).collect();
    assert!(
        gone.iter()
            .all(|path| path.to_string_lossy().contains("/blob/") || path.to_string_lossy().contains(".p/")),
        "{gone:?}"
    );
    let blobs = gone
        .iter()
        .filter(|path| path.to_string_lossy().contains("/blob/"))
        .count();
    assert_eq!(blobs, 3, "facts and two versions: {gone:?}");
}

#[test]
fn a_whole_document_goes_everywhere_while_it_is_served_and_exported() {
    let (home, id) = prepared();
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    let page = "/vn/en/news/2026/03/high-water";
    let list = |server: &Server| status(server, "/vn/en/news/").1 + &status(server, "/vn/en/news/feed.atom").1;
    assert!(status(&server, page).0 == 200 && list(&server).contains("High water"));
    ok(here, &["export", "m", "out", "--address", "http://x.example"]);
    assert!(!holding(&here.join("out"), "High water").is_empty());
    erased(here, &id);
    for _ in 0..100 {
        if status(&server, page).0 == 404 {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(status(&server, page).0, 404, "its address went with it");
    let (code, history) = status(&server, &format!("/d/{id}"));
    assert!(code == 410 && history.contains("Removed for good"), "{code} {history}");
    assert!(!history.contains("High water"), "{history}");
    assert!(!list(&server).contains("High water") && list(&server).contains("Low water"));
    ok(here, &["export", "m", "out", "--address", "http://x.example"]);
    assert_eq!(holding(&here.join("out"), "High water"), Vec::<PathBuf>::new());
    assert_eq!(holding(&here.join("m"), "High water"), Vec::<PathBuf>::new());
    ok(here, &["verify", "m"]);
    let again = erase(here, &id, &["--yes"]);
    assert_eq!(again.status.code(), Some(2), "erased already");
    // The address is free for another text.
    write(here, "new/tide2.en.md", &text("High water", "Another tide."));
    ok(here, &["publish", "m", "new"]);
    ok(here, &["verify", "m"]);
}

#[test]
fn a_backup_brings_nothing_back() {
    let (home, id) = prepared();
    let here = home.path();
    ok(here, &["export", "m", "out", "--address", "http://x.example"]);
    let backup = files(&here.join("m/record/blob"));
    let snapshot = std::fs::read(here.join("m/cache/register.snapshot")).ok();
    erased(here, &id);
    let restore = || {
        for (path, bytes) in &backup {
            if !path.exists() {
                std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
                std::fs::write(path, bytes).expect("restored");
            }
        }
        if let Some(bytes) = &snapshot {
            std::fs::write(here.join("m/cache/register.snapshot"), bytes).expect("restored");
        }
    };
    restore();
    let found = chancery(here, &["verify", "m"]).output().expect("runs");
    assert_eq!(found.status.code(), Some(3));
    let told = String::from_utf8_lossy(&found.stdout).into_owned() + &String::from_utf8_lossy(&found.stderr);
    assert!(told.contains("is still here"), "{told}");
    // An export neither shows nor needs it.
    ok(here, &["export", "m", "out2", "--address", "http://x.example"]);
    assert_eq!(holding(&here.join("out2"), "High water"), Vec::<PathBuf>::new());
    {
        let server = Server::start(here, &["serve", "m"]);
        assert_eq!(status(&server, &format!("/d/{id}")).0, 410);
        assert_eq!(
            holding(&here.join("m/record"), SECRET),
            Vec::<PathBuf>::new(),
            "serve removed it"
        );
        // A file that comes back under its eyes is not sent either.
        restore();
        for path in backup.keys() {
            let name = path.strip_prefix(here.join("m/record")).expect("blob");
            let (code, body) = status(&server, &format!("/record/{}", name.display()));
            assert!(code == 200 || code == 410, "{code}");
            assert!(!body.contains(SECRET), "{body}");
        }
    }
    write(here, "new/more.en.md", &text("Neap tide", "Hardly any water."));
    ok(here, &["publish", "m", "new"]);
    assert_eq!(
        holding(&here.join("m"), SECRET),
        Vec::<PathBuf>::new(),
        "the next writer removed it"
    );
    ok(here, &["verify", "m"]);
}

#[test]
fn a_mirror_deletes_its_copy_at_its_next_tick() {
    let (home, id) = prepared();
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    let mirror = || ok(here, &["mirror", &server.base, "copy", "--key", "m/record/log.json"]);
    mirror();
    assert!(!holding(&here.join("copy"), SECRET).is_empty());
    erased(here, &id);
    write(
        here,
        "new/tide2.en.md",
        &text("High water", "Another tide at the same address."),
    );
    ok(here, &["publish", "m", "new"]);
    std::thread::sleep(Duration::from_millis(500));
    mirror();
    assert_eq!(holding(&here.join("copy"), SECRET), Vec::<PathBuf>::new());
    ok(here, &["verify", "copy"]);
    let blobs = |data: &str| {
        let all = files(&here.join(data).join("record/blob")).into_keys();
        all.filter_map(|path| path.file_name().map(ToOwned::to_owned))
            .collect::<Vec<_>>()
    };
    assert_eq!(blobs("copy"), blobs("m"));
}

#[test]
fn a_dry_run_and_a_missing_key_change_nothing() {
    let (home, id) = prepared();
    let here = home.path();
    let before = files(&here.join("m"));
    let shown = erase(here, &id, &["--dry-run"]);
    let told = String::from_utf8_lossy(&shown.stdout).into_owned() + &String::from_utf8_lossy(&shown.stderr);
    assert!(
        told.contains("en version 1") && told.contains("facts version 1") && told.contains("beyond reach"),
        "{told}"
    );
    std::fs::rename(here.join("m/root-key"), here.join("offline")).expect("moved");
    assert_eq!(erase(here, &id, &["--yes"]).status.code(), Some(2));
    assert_eq!(erase(here, "nothing", &["--yes"]).status.code(), Some(2));
    std::fs::rename(here.join("offline"), here.join("m/root-key")).expect("moved");
    let kept = |files: BTreeMap<PathBuf, Vec<u8>>| -> Vec<_> {
        files
            .into_iter()
            .filter(|(path, _)| {
                path.components()
                    .any(|c| c.as_os_str() == "blob" || c.as_os_str() == "tile")
            })
            .collect()
    };
    assert_eq!(kept(files(&here.join("m"))), kept(before));
}

#[test]
fn captured_bytes_go_with_the_text() {
    let (home, id) = imported();
    let here = home.path();
    erased(here, &id);
    assert_eq!(holding(&here.join("m"), SECRET), Vec::<PathBuf>::new());
    ok(here, &["verify", "m"]);
}

#[test]
fn captured_bytes_go_with_a_proposal_and_no_file_that_is_named_beside_its_entry() {
    let (home, id) = imported();
    let here = home.path();
    let output = erase(here, &id, &["--propose", "p"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    write(here, "kept", "not of the record");
    let kept = here.join("kept").display().to_string();
    let doomed = serde_json::json!([
        {"digest": kept, "site": "vn", "key": ""},
        {"digest": "../../chancery.toml", "site": "vn", "key": ""},
    ]);
    let good = std::fs::read_to_string(here.join("p")).expect("proposal");
    let line = format!("\nquorum 1\ncaptures {}\n", STANDARD.encode(doomed.to_string()));
    write(here, "p", &good.replacen("\nquorum 1\n", &line, 1));
    ok(here, &["key", "sign", "p", "--root-key", "m/root-key", "--yes"]);
    ok(here, &["key", "submit", "m", "p", "--yes"]);
    assert!(here.join("kept").is_file() && here.join("m/chancery.toml").is_file());
    assert_eq!(holding(&here.join("m"), SECRET), Vec::<PathBuf>::new());
    ok(here, &["verify", "m"]);
}

/// A ministry with a text out of a dump, and its id.
fn imported() -> (tempfile::TempDir, String) {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    let line = |lang: &str, more: &str| {
        format!(
            "{{\"id\":\"t1\",\"site\":\"vn\",\"lang\":\"{lang}\",\"title\":\"{SECRET} speaks\",\"published\":\"2026-03-14\",\"section\":\"news\",\"body\":\"It was said.\"{more}}}\n"
        )
    };
    let lines = line("en", "") + &line("vi", ",\"source\":\"en\"");
    write(here, "lines.jsonl", &lines);
    ok(here, &["import", "m", "lines.jsonl", "--yes"]);
    assert!(!holding(&here.join("m/captures"), SECRET).is_empty());
    ok(here, &["export", "m", "out", "--address", "http://x.example"]);
    let page = holding(&here.join("out"), "speaks").into_iter().find_map(|path| {
        let text = path.to_string_lossy().into_owned();
        let (_, rest) = text.split_once("/d/")?;
        Some(rest.split(['/', '.']).next()?.to_owned())
    });
    (home, page.expect("a page of the history"))
}

#[test]
fn an_erasure_killed_at_any_moment_happened_whole_or_not_at_all() {
    let (home, id) = prepared();
    let here = home.path();
    let original = files(&here.join("m"));
    let mut done = 0;
    for round in 0..12_u64 {
        std::fs::remove_dir_all(here.join("m")).expect("removed");
        for (path, bytes) in &original {
            std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
            std::fs::write(path, bytes).expect("file");
        }
        let what = format!("{id}/en/1");
        let always = ["erase", "m", &what, "--basis", "law", "--reason", "legal", "--yes"];
        let mut child = chancery(here, &always).spawn().expect("spawn");
        std::thread::sleep(Duration::from_millis(15 * round));
        child.kill().expect("kill");
        child.wait().expect("wait");
        // Whoever writes next completes it.
        write(here, "new/more.en.md", &text("Neap tide", "Hardly any water."));
        ok(here, &["publish", "m", "new"]);
        ok(here, &["verify", "m"]);
        let left = holding(&here.join("m"), SECRET);
        let entry = holding(&here.join("m/record/tile/entries"), "\"kind\":\"erase\"");
        assert_eq!(left.is_empty(), !entry.is_empty(), "round {round}: {left:?}");
        assert!(!here.join("m/erasing.json").exists());
        done += usize::from(left.is_empty());
    }
    println!("{done} of 12 were complete");
}

/// What `currency` says of the text, and `verify` of the file.
fn stated(here: &Path, id: &str) -> (String, String) {
    let said = ok(here, &["currency", "m", id, "--to", "stated", "--overwrite"]);
    let shown = ok(here, &["verify", "stated", "--key", "m"]);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(said.stderr), text(shown.stdout))
}

#[test]
fn a_state_says_what_was_erased_and_a_file_about_it_never_more_than_the_state() {
    let (home, id) = prepared();
    let here = home.path();
    ok(here, &["key", "add", "m", "--state", "--yes"]);
    write(here, "texts/third.en.md", &text("Slack water", "The water stood."));
    ok(here, &["publish", "m", "texts"]);
    let (said, shown) = stated(here, &id);
    assert!(said.contains("version 2 is the newest, and it is in force"), "{said}");
    assert!(shown.contains("is the newest, and it is in force."), "{shown}");

    erased(here, &format!("{id}/en"));
    let (said, shown) = stated(here, &id);
    let gone = "version 2 is the newest, and what it said was removed for good by entry";
    assert!(said.contains(gone) && !said.contains("in force"), "{said}");
    assert!(
        shown.contains("removed for good by entry") && !shown.contains("in force"),
        "{shown}"
    );
    let sheet = || {
        ok(
            here,
            &[
                "certificate",
                "m",
                &id,
                "--address",
                "https://t.example",
                "--to",
                "sheet.html",
                "--overwrite",
            ],
        );
        let sheet = std::fs::read_to_string(here.join("sheet.html")).expect("sheet");
        assert!(sheet.contains("was removed for good on "), "{sheet}");
        sheet.contains(".en.currency\"")
    };
    assert!(sheet(), "what is stated agrees with the sheet, and lies in it");
    ok(here, &["verify", "m"]);

    // Where the key of states is not at hand, entries come without one, and a file says no more than the newest state.
    let other = id_of(here, "other");
    let key = here.join("m/keys/state-1.key");
    std::fs::rename(&key, here.join("kept")).expect("moved");
    for (act, told) in [
        (
            vec!["withdraw", "m", &other, "--yes"],
            "version 1 is the newest, and it is withdrawn",
        ),
        (
            vec!["retract", "m", &other, "--yes"],
            "version 1 is the newest, and it is retracted",
        ),
    ] {
        ok(here, &act);
        let (said, shown) = stated(here, &other);
        assert!(
            said.contains("the record goes on after that state") && said.contains(told),
            "{said}"
        );
        assert!(
            shown.contains("version 1") && shown.contains("Not shown: what came after"),
            "{shown}"
        );
    }
    erased(here, &other);
    let (said, _) = stated(here, &other);
    assert!(
        said.contains("it is retracted, and what it said was removed for good"),
        "{said}"
    );
    let third = id_of(here, "third");
    erased(here, &format!("{third}/en"));
    ok(
        here,
        &[
            "certificate",
            "m",
            &third,
            "--address",
            "https://t.example",
            "--to",
            "sheet.html",
            "--overwrite",
        ],
    );
    let third_sheet = std::fs::read_to_string(here.join("sheet.html")).expect("sheet");
    assert!(
        !third_sheet.contains(".en.currency\""),
        "a file that contradicts the sheet is left out"
    );

    std::fs::rename(here.join("kept"), &key).expect("moved");
    write(here, "texts/fourth.en.md", &text("Spring tide", "The water came."));
    ok(here, &["publish", "m", "texts"]);
    for (id, told) in [
        (&third, "removed for good by entry"),
        (&other, "it is retracted, and what"),
    ] {
        let (said, shown) = stated(here, id);
        assert!(!said.contains("goes on after") && shown.contains(told), "{said}{shown}");
    }
    ok(here, &["verify", "m"]);
}

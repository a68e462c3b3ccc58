//! How much of the record is open is the operator's choice, and pages say which.

use crate::support::{Server, ministry, ok, run, write};
use std::{fs, path::Path};

/// The sites of a ministry whose record is open so far, until the server is dropped.
fn serve(here: &Path, public: &str) -> Server {
    let settings = here.join("m/chancery.toml");
    fs::write(&settings, format!("version = 1\n[record]\npublic = \"{public}\"\n")).expect("settings");
    Server::start(here, &["serve", "m"])
}

/// A file of the record, by what its path begins with.
fn blob(here: &Path) -> String {
    let folder = fs::read_dir(here.join("m/record/blob"))
        .expect("blobs")
        .next()
        .expect("one")
        .expect("one");
    let file = fs::read_dir(folder.path())
        .expect("blobs")
        .next()
        .expect("one")
        .expect("one");
    let name = |path: std::ffi::OsString| path.to_string_lossy().into_owned();
    format!("/record/blob/{}/{}", name(folder.file_name()), name(file.file_name()))
}

fn is_there(server: &Server, path: &str) -> bool {
    match server.get(path) {
        Ok(_) => true,
        Err(error) if error.contains("404") => false,
        Err(error) => panic!("{path}: {error}"),
    }
}

fn text(server: &Server, path: &str) -> String {
    String::from_utf8(server.get(path).expect(path)).expect("UTF-8")
}

#[test]
fn an_address_that_shows_another_record_than_it_did_is_a_finding() {
    let (home, other) = (ministry(), ministry());
    let key = home.path().join("m/record/log.json");
    let server = Server::start(other.path(), &["serve", "m"]);
    let (code, said) = run(
        other.path(),
        &["verify", &server.base, "--key", key.to_str().expect("path")],
    );
    assert_eq!(code, 3, "{said}");
    ok(
        other.path(),
        &["init", "winds", "--name", "Winds", "--origin", "record.winds.example"],
    );
    let server = Server::start(other.path(), &["serve", "winds"]);
    let (code, said) = run(
        other.path(),
        &["verify", &server.base, "--key", key.to_str().expect("path")],
    );
    assert!(
        code == 3 && said.contains("is the record of record.winds.example"),
        "{code}: {said}"
    );
}

#[test]
fn what_is_open_of_the_record_is_set_and_said() {
    let home = ministry();
    let here = home.path();
    let front = "+++\ntitle = \"The water rises\"\ntype = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14\"\n+++\n";
    write(here, "texts/rise.en.md", &format!("{front}The water rose.\n"));
    ok(here, &["publish", "m", "texts"]);
    let (blob, size) = (blob(here), 11);
    let page = "/vn/en/news/2026/03/the-water-rises";
    for (public, entries, blobs, words) in [
        ("full", true, true, "All of it is open to everybody"),
        ("proofs", true, false, "Its entries and proofs are open to everybody"),
        ("internal", false, false, "It is not open as a whole"),
    ] {
        let server = serve(here, public);
        for file in ["checkpoint", "log.json", "policy", "checkpoints/"] {
            assert_eq!(
                is_there(&server, &format!("/record/{file}")),
                entries,
                "{public}: {file}"
            );
        }
        let tile = format!("/record/tile/entries/000.p/{size}");
        assert_eq!(is_there(&server, &tile), entries, "{public}: {tile}");
        assert_eq!(is_there(&server, &blob), blobs, "{public}: {blob}");
        let about = text(&server, "/vn/en/about-this-record");
        assert!(about.contains(words), "{public}: {about}");
        assert_eq!(about.contains("/record/log.json"), entries, "{public}");
        let verify = text(&server, "/vn/en/about-this-record/verify");
        assert!(verify.contains(words), "{public}: {verify}");
        let id = text(&server, &format!("{page}.json"));
        assert!(id.contains("\"salt\""), "{public}: the text with its proof is there");
        assert!(is_there(&server, &format!("{page}.proof")), "{public}");
    }
}

#[test]
fn an_export_follows_what_is_open() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    let export = ["export", "m", "out", "--address", "https://www.tides.example"];
    ok(here, &export);
    let about = || fs::read_to_string(here.join("out/vn/en/about-this-record.html")).expect("page");
    assert!(about().contains("All of it is open"), "{}", about());
    let settings = here.join("m/chancery.toml");
    fs::write(settings, "version = 1\nrecord.public = \"internal\"\n").expect("settings");
    ok(here, &export);
    assert!(
        about().contains("not open as a whole") && !about().contains("/record/"),
        "{}",
        about()
    );
}

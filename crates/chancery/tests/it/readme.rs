//! The main job of the README, typed word by word in an empty folder.

use crate::support::{Server, chancery, ok, root, write};
use std::{fs, path::Path};

/// The lines of the section "The real job" that are commands, without `chancery`.
fn job() -> Vec<Vec<String>> {
    let readme = fs::read_to_string(root().join("README.md")).expect("README");
    let section = readme
        .split("\n## ")
        .find(|part| part.starts_with("The real job"))
        .expect("section");
    let lines = section.lines().filter_map(|line| line.strip_prefix("    chancery "));
    lines.map(crate::scripts::split).collect()
}

/// A copy of what lies at the root of the repository and is named by a command.
fn checkout(here: &Path) {
    for file in ["page-dump.txt", "statements.jsonl", "sites.jsonl"] {
        fs::create_dir_all(here.join("fixtures/texts")).expect("folder");
        fs::copy(root().join("fixtures").join(file), here.join("fixtures").join(file)).expect("copy");
    }
    for text in fs::read_dir(root().join("fixtures/texts")).expect("texts") {
        let text = text.expect("text");
        fs::copy(text.path(), here.join("fixtures/texts").join(text.file_name())).expect("copy");
    }
}

/// The address behind a title in what a command printed.
fn printed(output: &str, word: &str) -> String {
    let line = output.lines().find(|line| line.contains(word)).expect(word);
    line.rsplit('\t').next().expect("address").to_owned()
}

#[test]
fn the_real_job_works_as_printed() {
    let home = tempfile::tempdir().expect("folder");
    let here = home.path();
    checkout(here);
    let job = job();
    let words: Vec<&str> = job.iter().map(|line| line[0].as_str()).collect();
    assert_eq!(
        words,
        [
            "init", "site", "site", "import", "import", "preview", "publish", "serve", "export", "verify"
        ]
    );
    let mut published = String::new();
    for line in &job {
        let args: Vec<&str> = line.iter().map(String::as_str).collect();
        match args[0] {
            "preview" => preview(here, &args),
            "serve" => serve(here, &args, &published),
            _ => published.push_str(&String::from_utf8(ok(here, &args).stdout).expect("UTF-8")),
        }
    }
    again(here, &job);
}

/// The exact pages, marked; and nothing is appended.
fn preview(here: &Path, args: &[&str]) {
    let before = fs::read(here.join("my-ministry/record/checkpoint")).expect("checkpoint");
    let server = Server::start(here, args);
    let page = String::from_utf8(server.get("/vn/en/").expect("home")).expect("UTF-8");
    assert!(page.contains("Embassy in Việt Nam"), "{page}");
    drop(server);
    let after = fs::read(here.join("my-ministry/record/checkpoint")).expect("checkpoint");
    assert!(before == after, "a preview appends nothing");
}

/// The imported page stands where it was said, with its date, its ten paragraphs and five points.
fn serve(here: &Path, args: &[&str], published: &str) {
    let server = Server::start(here, args);
    let address = printed(published, "Harbour talks").replace("http://127.0.0.1:8080", "");
    let text = String::from_utf8(server.get(&address).expect("text")).expect("UTF-8");
    assert!(text.contains("<article"), "{text}");
    let news = String::from_utf8(server.get("/vn/en/news/").expect("news")).expect("UTF-8");
    assert!(news.contains("Osric Pellane Attends Meeting"), "{news}");
    let id = printed(published, "\t/d/");
    let page = server.get(&format!("/vn/en/news/{}", page_of(&news))).expect("page");
    let page = String::from_utf8(page).expect("UTF-8");
    assert!(page.contains("2021-07-14T15:08+07:00"), "{page}");
    let count = |mark: &str| page.matches(mark).count();
    assert_eq!(
        (count("class=\"anchor\""), count("class=\"ordinal\"")),
        (10, 5),
        "{page}"
    );
    assert!(server.get(&id).is_ok(), "{id}: permalink");
}

/// Where the list of news leads to for the imported page.
fn page_of(list: &str) -> String {
    let at = list.find("Osric Pellane Attends").expect("title");
    let link = list[..at].rsplit("href=\"").next().expect("link");
    link.split('"').next().expect("address").to_owned()
}

/// The same job once more changes nothing: neither the record nor the exported files.
fn again(here: &Path, job: &[Vec<String>]) {
    let record = here.join("my-ministry/record/checkpoint");
    let before = fs::read(&record).expect("checkpoint");
    for line in job
        .iter()
        .filter(|line| matches!(line[0].as_str(), "import" | "publish" | "export"))
    {
        let args: Vec<&str> = line.iter().map(String::as_str).collect();
        let output = ok(here, &args);
        if args[0] == "export" {
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(told.contains("nothing new since the last export into out/"), "{told}");
        }
    }
    assert!(
        before == fs::read(&record).expect("checkpoint"),
        "once more changes nothing"
    );
    write(here, "my-ministry/record/checkpoint", "damaged");
    let verify = chancery(here, &["verify", "my-ministry"]).output().expect("runs");
    assert_eq!(verify.status.code(), Some(3), "damage is found");
}

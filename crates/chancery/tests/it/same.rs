//! Same record, same pages: the export is what the server sends, and a rebuild from nothing is what the snapshot says.

use crate::support::{Server, ok, root};
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The address under which a server sends what an export wrote to a file.
fn address(file: &str) -> String {
    let page = file.strip_suffix(".html").unwrap_or(file);
    format!("/{}", page.strip_suffix("index").unwrap_or(page))
}

/// One moment for all: open or closed, nothing may change between export and answer.
const AT: &str = "2026-11-20T03:00:00Z";

#[test]
fn the_export_holds_the_bytes_that_the_server_sends() {
    let home = tempfile::tempdir().expect("folder");
    let here = home.path();
    ok(here, &["demo", "--no-serve"]);
    let server = Server::start(here, &["serve", "demo", "--at", AT]);
    ok(
        here,
        &[
            "export",
            "demo",
            "out",
            "--address",
            &server.base,
            "--carried",
            "--at",
            AT,
        ],
    );
    let mut all = Vec::new();
    files(&here.join("out"), &mut all);
    let mut compared = 0;
    for file in all {
        let name = file
            .strip_prefix(here.join("out"))
            .expect("inside")
            .to_str()
            .expect("UTF-8")
            .to_owned();
        let last = name.rsplit('/').next().unwrap_or_default();
        if last.starts_with(['.', '_']) || last == "404.html" || last.ends_with(".conf") || last.ends_with(".map") {
            continue;
        }
        let sent = server.get(&address(&name));
        match sent {
            Ok(sent) => assert!(sent == std::fs::read(&file).expect("file"), "{name} differs"),
            // A retracted text answers with its notice and another status.
            Err(error) => assert!(error.contains("410") || error.contains("451"), "{name}: {error}"),
        }
        compared += 1;
    }
    assert!(compared > 1000, "only {compared} files");
}

#[test]
fn a_register_rebuilt_from_nothing_gives_the_same_pages() {
    let home = tempfile::tempdir().expect("folder");
    let here = home.path();
    ok(here, &["demo", "--no-serve"]);
    ok(
        here,
        &["export", "demo", "one", "--address", "https://www.example", "--at", AT],
    );
    std::fs::remove_dir_all(here.join("demo/cache")).expect("cache");
    ok(
        here,
        &["export", "demo", "two", "--address", "https://www.example", "--at", AT],
    );
    let mut all = Vec::new();
    files(&here.join("one"), &mut all);
    assert!(all.len() > 1000);
    for file in all
        .iter()
        .filter(|f| !f.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.')))
    {
        let other = here
            .join("two")
            .join(file.strip_prefix(here.join("one")).expect("inside"));
        assert!(
            std::fs::read(file).expect("one") == std::fs::read(&other).expect("two"),
            "{}",
            other.display()
        );
    }
    ok(here, &["verify", "demo"]);
}

#[test]
fn the_words_of_the_readme_that_are_commands_exist() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README");
    let help = String::from_utf8(ok(home().as_path(), &["--help"]).stdout).expect("UTF-8");
    let commands = readme
        .lines()
        .filter_map(|line| line.trim().strip_prefix("chancery "))
        .filter_map(|c| c.split(' ').next());
    let commands: Vec<&str> = commands.collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        assert!(
            help.lines().any(|line| line.trim().starts_with(command)),
            "{command} is not in --help"
        );
    }
}

fn home() -> PathBuf {
    std::env::temp_dir()
}

//! The house rules that a program can check.

use crate::support::root;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            sources(&path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
}

fn of_crate(name: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    sources(&root().join("crates").join(name).join("src"), "rs", &mut files);
    assert!(!files.is_empty());
    files
        .into_iter()
        .map(|file| (file.clone(), std::fs::read_to_string(file).expect("UTF-8")))
        .collect()
}

#[test]
fn below_the_binary_nothing_reads_a_clock_the_environment_or_a_network() {
    let banned = [
        "SystemTime::now",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "std::env",
        "std::net",
        "getrandom",
    ];
    for name in ["tlog", "record", "site", "import"] {
        for (file, text) in of_crate(name) {
            for word in banned {
                assert!(!text.contains(word), "{}: {word}", file.display());
            }
        }
    }
}

#[test]
fn only_the_store_and_the_binary_touch_files() {
    for name in ["tlog", "record", "site", "import"] {
        for (file, text) in of_crate(name) {
            let is_store = file.ends_with("tlog/src/store/dir.rs");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let is_test = file.components().any(|part| part.as_os_str() == "tests") || file.ends_with("tests.rs");
            assert!(
                is_store || is_test || !code.contains("std::fs"),
                "{}: files",
                file.display()
            );
        }
    }
}

#[test]
fn crates_depend_only_along_the_arrows() {
    let ours = ["tlog", "record", "site", "import", "chancery"];
    let allowed = |name: &str| match name {
        "tlog" => vec![],
        "record" => vec!["tlog"],
        "site" => vec!["record", "tlog"],
        "import" => vec!["record"],
        _ => ours.to_vec(),
    };
    for name in ours {
        let manifest = std::fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).expect("manifest");
        let normal = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for other in ours {
            let depends = normal.lines().any(|line| line.starts_with(&format!("{other}.")));
            assert!(!depends || allowed(name).contains(&other), "{name} depends on {other}");
        }
    }
}

#[test]
fn every_source_file_says_what_it_is() {
    for name in ["tlog", "record", "site", "import", "chancery"] {
        for (file, text) in of_crate(name) {
            let is_test = file.ends_with("tests.rs") || file.components().any(|part| part.as_os_str() == "tests");
            assert!(is_test || text.starts_with("//!"), "{}: no head", file.display());
        }
    }
}

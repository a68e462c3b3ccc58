//! Pages of the example as they are meant to be, in two directions, kept in `golden/`. `CHANCERY_UPDATE=1` writes what came
//! instead of comparing; read the difference before committing it, and look at the page in a browser.

use crate::support::{Server, ok, root};
use std::collections::HashMap;

/// A working day in Sông Mây and in Dar al-Sidr, before the offices open.
const AT: &str = "2026-11-19T01:00:00Z";
/// A base address that does not differ from run to run.
const ADDRESS: &str = "https://www.merrow.example";

/// File in `golden/`, and the address of the page. `@` is the permalink that the page at the address names.
const PAGES: [(&str, &str); 15] = [
    ("directory.html", "/"),
    ("home.en.html", "/songmay/en/"),
    ("home.ar.html", "/dar-al-sidr/ar/"),
    ("list.en.html", "/songmay/en/spokesperson-remarks/"),
    ("list.ar.html", "/dar-al-sidr/ar/news/"),
    ("corrected.en.html", FERRY),
    (
        "outdated.ar.html",
        "/hq/ar/statements/2026/06/twelve-years-of-the-harbour-council",
    ),
    ("retracted.en.html", "/hq/en/news/2025/08/young-mariners-exchange"),
    (
        "history.en.html",
        concat!("@", "/songmay/en/news/2026/07/second-delta-ferry-enters-service"),
    ),
    ("missing.ar.html", "/dar-al-sidr/ar/nothing"),
    ("feed.en.xml", "/songmay/en/spokesperson-remarks/feed.atom"),
    ("sitemap.xml", "/port-lune/sitemap.xml"),
    (
        "corrected.en.md",
        "/songmay/en/news/2026/07/second-delta-ferry-enters-service.md",
    ),
    ("notice.ar.txt", "/hq/ar/notices/2026/06/heat-in-dar-al-sidr.txt"),
    (
        "corrected.zh-Hans.txt",
        "/hq/zh-Hans/news/2026/05/first-payments-from-the-fund-for-clean-seas.txt",
    ),
];
const FERRY: &str = "/songmay/en/news/2026/07/second-delta-ferry-enters-service";

#[test]
fn pages_of_the_example_are_as_they_were_last_looked_at() {
    let home = tempfile::tempdir().expect("folder");
    ok(home.path(), &["demo", "--no-serve"]);
    let server = Server::start(home.path(), &["serve", "demo", "--at", AT, "--address", ADDRESS]);
    let failed: Vec<String> = PAGES
        .iter()
        .filter_map(|(file, path)| compare(&server, file, path))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// The first lines that differ, if any do.
fn compare(server: &Server, file: &str, path: &str) -> Option<String> {
    let came = steady(&body(server, path));
    let kept = root().join("crates/chancery/tests/it/golden").join(file);
    if std::env::var_os("CHANCERY_UPDATE").is_some() {
        std::fs::create_dir_all(kept.parent().expect("folder")).expect("folder");
        std::fs::write(&kept, came).expect("update");
        return None;
    }
    let wanted = std::fs::read_to_string(&kept).unwrap_or_default();
    let (mut was, mut is) = (wanted.lines(), came.lines());
    loop {
        match (was.next(), is.next()) {
            (None, None) => return None,
            (was, is) if was == is => {}
            (was, is) => {
                let line = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return Some(format!("golden/{file}:\n- {}\n+ {}", line(was), line(is)));
            }
        }
    }
}

/// What is sent at an address, whatever its status.
fn body(server: &Server, path: &str) -> String {
    let get = |path: &str| {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent: ureq::Agent = config.into();
        let mut answer = agent.get(format!("{}{path}", server.base)).call().expect("answer");
        answer.body_mut().read_to_string().expect("text")
    };
    match path.strip_prefix('@') {
        Some(text) => {
            let page = get(text);
            let at = page.find("/d/").expect("a permalink");
            get(&page[at..at + "/d/".len() + ID])
        }
        None => get(path),
    }
}

/// Characters of a document's id.
const ID: usize = 26;

/// The page with names in place of what is drawn at random or follows from other files: ids, digests, the version.
fn steady(page: &str) -> String {
    let mut names = HashMap::new();
    let mut out = String::with_capacity(page.len());
    for word in page.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if is_id(bare) {
            let next = names.len() + 1;
            let number = *names.entry(bare.to_owned()).or_insert(next);
            out.push_str(&format!("ID{number}"));
            out.push_str(&word[bare.len()..]);
        } else if is_digest(bare) && (out.ends_with("style-") || out.ends_with("emblem-")) {
            out.push_str("DIGEST");
            out.push_str(&word[bare.len()..]);
        } else {
            out.push_str(word);
        }
    }
    out.replace(concat!("Chancery ", env!("CARGO_PKG_VERSION")), "Chancery VERSION")
}

fn is_id(word: &str) -> bool {
    word.len() == ID
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
}

fn is_digest(word: &str) -> bool {
    word.len() == 10 && word.bytes().all(|b| b.is_ascii_hexdigit())
}

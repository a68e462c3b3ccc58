//! Missions that move, merge and end: what visitors of their old addresses get.

use crate::support::{Server, ministry, ok, write};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
};

/// A ministry whose mission `vn` has a host and a text; another is `port`.
fn hosted() -> tempfile::TempDir {
    let home = ministry();
    let here = home.path();
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    let text = format!("+++\ntitle = \"Tide\"\n{front}\n+++\n\nThe water rose.\n");
    write(here, "texts/tide.en.md", &text);
    ok(here, &["publish", "m", "texts"]);
    ok(
        here,
        &[
            "site",
            "change",
            "m",
            "--code",
            "vn",
            "--host",
            "vn.old.example",
            "--yes",
        ],
    );
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
    home
}

/// Status line, headers and body under a host name.
fn ask(server: &Server, host: &str, path: &str) -> String {
    let address = server.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("connects");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("asks");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    answer
}

const TEXT: &str = "/en/news/2026/03/tide";

/// Both the first answer, which is computed, and the second, which may be kept.
fn twice(server: &Server, host: &str, path: &str) -> String {
    let first = ask(server, host, path);
    let second = ask(server, host, path);
    assert_eq!(first.lines().next(), second.lines().next());
    second
}

fn verified(here: &Path) {
    ok(here, &["verify", "m"]);
    ok(here, &["export", "m", "out"]);
}

#[test]
fn old_hosts_lead_to_the_new_domain() {
    let home = hosted();
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    assert!(twice(&server, "vn.old.example", TEXT).starts_with("HTTP/1.1 200"));
    drop(server);
    ok(
        here,
        &[
            "site",
            "domain",
            "m",
            "--from",
            "old.example",
            "--to",
            "new.example",
            "--yes",
        ],
    );
    let server = Server::start(here, &["serve", "m"]);
    for path in [TEXT, "/en/", "/en/news/feed.atom"] {
        assert!(
            twice(&server, "vn.new.example", path).starts_with("HTTP/1.1 200"),
            "{path}"
        );
        let old = twice(&server, "vn.old.example", path);
        assert!(
            old.starts_with("HTTP/1.1 308") || old.starts_with("HTTP/1.1 301"),
            "{old}"
        );
        let wanted = format!("location: https://vn.new.example{path}");
        assert!(old.to_ascii_lowercase().contains(&wanted), "{old}");
    }
    assert!(ask(&server, "vn.old.example", "/record/checkpoint").starts_with("HTTP/1.1 200"));
    verified(here);
}

#[test]
fn a_merged_mission_says_where_it_goes_on() {
    let home = hosted();
    let here = home.path();
    ok(here, &["site", "merge", "m", "--code", "vn", "--into", "port", "--yes"]);
    let server = Server::start(here, &["serve", "m"]);
    let page = twice(&server, "vn.old.example", TEXT);
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("The water rose."),
        "{page}"
    );
    assert!(page.contains("its work goes on in another: <a href=\""), "{page}");
    assert!(page.contains("/port/en/\">Consulate</a>"), "{page}");
    assert!(twice(&server, "vn.old.example", "/vi/").contains("công việc được tiếp tục tại: <a href"));
    assert!(!ask(&server, "other.example", "/port/en/").contains("its work goes on"));
    verified(here);
}

#[test]
fn a_closed_mission_stays_readable_under_a_notice() {
    let home = hosted();
    let here = home.path();
    ok(
        here,
        &[
            "site",
            "close",
            "m",
            "--code",
            "vn",
            "--notice",
            "en=Closed <since> May.",
            "--yes",
        ],
    );
    let server = Server::start(here, &["serve", "m"]);
    let page = twice(&server, "vn.old.example", TEXT);
    assert!(
        page.contains("Closed &lt;since&gt; May.") && page.contains("The water rose."),
        "{page}"
    );
    let other = twice(&server, "vn.old.example", "/vi/");
    assert!(
        other.contains("lang=\"en\"") && other.contains("Closed &lt;since&gt; May."),
        "{other}"
    );
    write(
        here,
        "texts/more.en.md",
        "+++\ntitle = \"More\"\ntype = \"news\"\nsite = \"vn\"\nsection = \"news\"\n+++\n\nMore.\n",
    );
    let refused = crate::support::chancery(here, &["publish", "m", "texts"])
        .output()
        .expect("runs");
    assert_eq!(refused.status.code(), Some(1));
    verified(here);
    ok(here, &["key", "add", "m", "--mission", "vn", "--yes"]);
    ok(here, &["site", "change", "m", "--code", "vn", "--reopen", "--yes"]);
    ok(here, &["publish", "m", "texts"]);
    let page = twice(&Server::start(here, &["serve", "m"]), "vn.old.example", TEXT);
    assert!(!page.contains("Closed") && page.contains("The water rose."), "{page}");
    verified(here);
}

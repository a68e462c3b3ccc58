//! A monitor beside a ministry whose site is tampered with.

use crate::support::{Server, chancery, ministry, ok, write};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
};

/// Where something is replaced, what, and by what.
type Edit = Option<(&'static str, &'static str, &'static str)>;

/// Somebody who stands between the ministry and its readers.
struct Between {
    base: String,
    upstream: Arc<Mutex<String>>,
    edit: Arc<Mutex<Edit>>,
}

impl Between {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let base = format!("http://{}", listener.local_addr().expect("address"));
        let (upstream, edit) = (Arc::new(Mutex::new(String::new())), Arc::new(Mutex::new(None)));
        let (to, how) = (Arc::clone(&upstream), Arc::clone(&edit));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, to, how) = (stream.expect("stream"), Arc::clone(&to), Arc::clone(&how));
                std::thread::spawn(move || while pass_on(&stream, &to, &how).is_some() {});
            }
        });
        Self { base, upstream, edit }
    }

    fn edits(&self, edit: Edit) {
        *self.edit.lock().expect("lock") = edit;
    }
}

fn pass_on(stream: &TcpStream, to: &Mutex<String>, how: &Mutex<Edit>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    while reader.read_line(&mut line).ok()? > 2 {}
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build();
    let url = format!("{}{path}", to.lock().expect("lock"));
    let mut answer = config.new_agent().get(url).call().ok()?;
    let mut bytes = answer.body_mut().with_config().limit(1 << 24).read_to_vec().ok()?;
    if let Some((at, from, into)) = *how.lock().expect("lock")
        && path.contains(at)
    {
        bytes = String::from_utf8_lossy(&bytes).replace(from, into).into_bytes();
    }
    let mut out = stream;
    write!(
        out,
        "HTTP/1.1 {} x\r\nContent-Length: {}\r\n\r\n",
        answer.status().as_u16(),
        bytes.len()
    )
    .ok()?;
    out.write_all(&bytes).ok()
}

fn look(here: &Path, site: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let mut args = vec!["monitor", site, "watch", "--key", "m/record/log.json"];
    args.extend(more);
    let output = chancery(here, &args).output().expect("runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_quiet_edit_of_a_page_a_feed_or_a_file_is_found_and_told_when_it_is_over() {
    let home = ministry();
    let here = home.path();
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    write(
        here,
        "texts/t.en.md",
        &format!("+++\ntitle = \"Tide\"\n{front}\n+++\n\nThe water rose.\n"),
    );
    ok(here, &["publish", "m", "texts"]);
    let between = Between::start();
    let server = Server::start(here, &["serve", "m", "--address", &between.base]);
    between.upstream.lock().expect("lock").clone_from(&server.base);
    let (code, out, err) = look(here, &between.base, &[]);
    assert_eq!((code, &*out), (Some(0), ""), "{err}");
    assert!(err.contains("pages say what the record says"), "{err}");
    for (at, from, into) in [
        ("/tide", "rose", "fell"),
        ("/vn/en/news/feed.atom", "rose", "fell"),
        ("/tide.json", "rose", "fell"),
        ("/vn/en/news/", "Tide", "Ebb"),
    ] {
        between.edits(Some((at, from, into)));
        let (code, out, err) = look(here, &between.base, &["--feed", "found.atom"]);
        assert_eq!(code, Some(3), "{at}: {out}{err}");
        assert!(
            out.contains(&format!("{}{at}", between.base)) || out.contains(at),
            "{at}: {out}"
        );
        assert!(out.contains(into), "{at}: {out}");
        between.edits(None);
        let (code, out, err) = look(here, &between.base, &[]);
        assert_eq!((code, &*out), (Some(0), ""), "{err}");
        assert!(err.contains("over: "), "{err}");
    }
    let feed = std::fs::read_to_string(here.join("found.atom")).expect("feed");
    assert!(feed.contains("<title>Findings about record.tides.example</title>") && feed.contains("fell"));
}

#[test]
fn another_look_of_the_pages_is_no_finding_and_a_page_that_is_kept_back_is_one() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    let between = Between::start();
    let server = Server::start(here, &["serve", "m", "--address", &between.base]);
    between.upstream.lock().expect("lock").clone_from(&server.base);
    between.edits(Some(("/vn/", "<body", "<body data-theme=\"other\"")));
    let (code, _, err) = look(here, &between.base, &[]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("the same in content only"), "{err}");
    between.edits(Some((
        "/record/checkpoint",
        "record.tides.example",
        "record.other.example",
    )));
    let (code, out, err) = look(here, &between.base, &["--json"]);
    assert_eq!(code, Some(3), "{err}");
    let line: serde_json::Value = serde_json::from_str(out.lines().next().expect("a line")).expect("JSON");
    assert!(line["what"].as_str().expect("what").contains("checkpoint"), "{out}");
}

#[test]
fn what_was_retracted_before_the_copy_began_is_no_finding() {
    let home = ministry();
    let here = home.path();
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    for name in ["one", "two"] {
        let text = format!("+++\ntitle = \"Tide {name}\"\n{front}\n+++\n\nThe water rose.\n");
        write(here, &format!("texts/{name}.en.md"), &text);
    }
    // Of another year, and in Vietnamese there is nothing of that year but what is taken back.
    for (name, lang) in [("three", "en"), ("four", "vi")] {
        let front = front.replace("2026", "2025");
        let text = format!("+++\ntitle = \"Tide {name}\"\n{front}\n+++\n\nThe water rose.\n");
        write(here, &format!("texts/{name}.{lang}.md"), &text);
    }
    ok(here, &["publish", "m", "texts"]);
    ok(here, &["retract", "m", "texts/two.en.md", "texts/four.vi.md", "--yes"]);
    let between = Between::start();
    let server = Server::start(here, &["serve", "m", "--address", &between.base]);
    between.upstream.lock().expect("lock").clone_from(&server.base);
    let (code, out, err) = look(here, &between.base, &[]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(err.contains("say more than can be checked"), "{err}");
    assert!(!err.contains("same in content only"), "{err}");
    between.edits(Some(("/vn/en/news/", "Tide one", "Ebb")));
    let (code, out, _) = look(here, &between.base, &[]);
    assert!(code == Some(3) && out.contains("Ebb"), "{out}");
}

#[test]
fn a_mirror_is_served_and_kept_up_in_one_process() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    let server = Server::start(here, &["serve", "m"]);
    ok(here, &["mirror", &server.base, "copy", "--key", "m/record/log.json"]);
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    write(
        here,
        "texts/late.en.md",
        &format!("+++\ntitle = \"Late\"\n{front}\n+++\n\nThe water rose.\n"),
    );
    ok(here, &["publish", "m", "texts"]);
    let mirror = Server::start(here, &["serve", "copy", "--mirror"]);
    let page = mirror.get("/vn/en/news/2026/03/late").expect("the page is there");
    assert!(String::from_utf8_lossy(&page).contains("The water rose."));
    let wrong = chancery(here, &["serve", "m", "--mirror"]).output().expect("runs");
    assert_eq!(wrong.status.code(), Some(2));
}

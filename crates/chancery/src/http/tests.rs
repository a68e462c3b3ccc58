#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{App, Limits, Stop, bind, serve};

mod quick;
use crate::{
    access::AccessLog,
    cli::Cli,
    config::AccessLog as Detail,
    folder::Folder,
    follow::Live,
    pages::Pages,
    reading::{self, Files},
    theme,
};
use clap::Parser as _;
use record::lang::Lang;
use site::view::Bases;
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    sync::Arc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// A ministry of one site with two statements, and a server that follows it.
struct Server {
    folder: tempfile::TempDir,
    at: SocketAddr,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

/// An answer, taken apart.
struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

impl Server {
    fn new() -> Self {
        Self::with(Limits::default())
    }

    fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (stop, thread) = (Stop::default(), None);
        let at = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self {
            folder,
            at,
            stop,
            thread,
        };
        server.run(&[
            "init",
            "m",
            "--name",
            "Ministry of Merrow",
            "--origin",
            "record.merrow.example",
        ]);
        let zone = ["--zone", "Asia/Ho_Chi_Minh"];
        let site = [
            "site", "add", "m", "--code", "vn", "--name", "Embassy", "--langs", "en,vi",
        ];
        server.run(&[&site[..], &zone].concat());
        server.import(&[("quay", "The quay opens"), ("lamp", "The lamp is lit")]);
        server.start(limits);
        server
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) {
        let place = |arg: &&str| match *arg {
            "m" | "s.jsonl" => self.path(arg).display().to_string(),
            arg => arg.to_owned(),
        };
        let line = std::iter::once("chancery".to_owned()).chain(args.iter().map(place));
        Cli::try_parse_from(line).unwrap().command.run().unwrap();
    }

    /// Statements that came from pages of an old site.
    fn import(&self, statements: &[(&str, &str)]) {
        let url = |id: &str| format!("http://old.example/t.htm?id={id}");
        let lines = statements.iter().map(|(id, title)| Self::line(id, title, &url(id)));
        self.import_lines(&lines.collect::<String>());
    }

    /// A statement that came from this address.
    fn old(&self, id: &str, url: &str) {
        self.import_lines(&Self::line(id, id, url));
    }

    fn line(id: &str, title: &str, url: &str) -> String {
        format!(
            "{{\"id\":\"{id}\",\"site\":\"vn\",\"lang\":\"en\",\"section\":\"news\",\"slug\":\"{id}\",\"title\":\"{title}\",\
                 \"published\":\"2026-03-14T15:08:00+07:00\",\"topics\":[],\"url\":\"{url}\",\
                 \"body\":\"{}\"}}\n",
            format!("{title}, said the harbour master. ").repeat(40)
        )
    }

    fn import_lines(&self, lines: &str) {
        std::fs::write(self.path("s.jsonl"), lines).unwrap();
        self.run(&["import", "m", "s.jsonl", "--as", "publish", "--yes"]);
    }

    fn start(&mut self, limits: Limits) {
        let folder = Folder::open(&self.path("m")).unwrap();
        let live = Arc::new(Live::open(&folder).unwrap());
        live.follow().unwrap();
        let listener = bind("127.0.0.1:0").unwrap();
        self.at = listener.local_addr().unwrap();
        let bases = Bases::new(&format!("http://{}", self.at));
        let pages = Pages::new(live, theme::load(&folder, false).unwrap(), bases, 1 << 20);
        let (app, stop) = (Arc::new(App { pages, at: None }), self.stop.clone());
        self.thread = Some(std::thread::spawn(move || {
            let log = AccessLog::new(None, Detail::Off).unwrap();
            serve(&app, &listener, &log, 2, limits, &stop).unwrap();
        }));
    }

    fn raw(&self, request: &[u8]) -> Got {
        let mut socket = TcpStream::connect(self.at).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        socket.write_all(request).unwrap();
        let mut all = Vec::new();
        socket.read_to_end(&mut all).unwrap();
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(all[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Got {
            status,
            head,
            body: all[end + 4..].to_vec(),
        }
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Got {
        self.raw(format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n").as_bytes())
    }

    fn get(&self, path: &str) -> Got {
        self.ask("GET", path, "")
    }

    /// Asks until the answer is as wanted; the server needs a few milliseconds to see what was written.
    fn until(&self, path: &str, wanted: impl Fn(&Got) -> bool) -> Got {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let got = self.get(path);
            if wanted(&got) {
                return got;
            }
            assert!(Instant::now() < end, "{path}: {} {}", got.head, got.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Id of a statement, and the file of its words.
    fn document(&self, slug: &str) -> (String, String) {
        let folder = Folder::open(&self.path("m")).unwrap();
        let files = Files::new(&folder.record(), reading::published_size(&folder.record()).unwrap());
        let (register, _) = reading::load(&folder, &files).unwrap();
        let english: Lang = "en".parse().unwrap();
        let has_slug = |no: &record::register::DocNo| {
            let words = register.document(*no).language(english);
            words.and_then(|words| words.head.slug.as_deref()) == Some(slug)
        };
        let found = register.document(register.documents().find(has_slug).unwrap());
        let name = found.editions(english)[0].sealed.unwrap().content.0.to_string();
        (found.id.to_string(), format!("/record/blob/{}/{name}", &name[..2]))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.now();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking());
        }
    }
}

const QUAY: &str = "/vn/en/news/2026/03/quay";

fn is_strict(got: &Got) {
    for name in [
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "permissions-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "cache-control",
    ] {
        assert!(got.header(name).is_some(), "{name} is missing in\n{}", got.head);
    }
    assert!(got.header("set-cookie").is_none());
}

#[test]
fn a_page_comes_in_every_form_and_is_not_sent_twice() {
    let server = Server::new();
    let plain = server.get(QUAY);
    assert_eq!(plain.status, 200, "{}", plain.text());
    assert!(plain.text().contains("The quay opens"));
    let mut tags = Vec::new();
    for coding in ["identity", "gzip", "br", "zstd"] {
        let accept = format!("Accept-Encoding: {coding}\r\n");
        let got = server.ask("GET", QUAY, &accept);
        assert_eq!(got.header("content-encoding").unwrap_or("identity"), coding);
        assert_eq!(decoded(coding, &got.body), plain.body, "{coding}");
        let etag = got.header("etag").unwrap().to_owned();
        for known in [etag.clone(), format!("\"other\", W/{etag}"), "*".to_owned()] {
            let again = server.ask("GET", QUAY, &format!("{accept}If-None-Match: {known}\r\n"));
            assert_eq!((again.status, again.body.len()), (304, 0), "{known}");
            for name in ["etag", "cache-control", "vary"] {
                assert_eq!(again.header(name), got.header(name), "{name}");
            }
        }
        let head = server.ask("HEAD", QUAY, &accept);
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("content-length"), got.header("content-length"));
        assert!(!tags.contains(&etag));
        tags.push(etag);
        is_strict(&got);
    }
}

fn decoded(coding: &str, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match coding {
        "gzip" => _ = flate2::read::GzDecoder::new(body).read_to_end(&mut out).unwrap(),
        "br" => brotli::BrotliDecompress(&mut &*body, &mut out).unwrap(),
        "zstd" => out = zstd::stream::decode_all(body).unwrap(),
        _ => out = body.to_vec(),
    }
    out
}

#[test]
fn what_is_not_there_is_said_strictly() {
    let server = Server::new();
    let long = format!("/{}", "a".repeat(5000));
    for (path, status) in [
        ("/vn/en/news/2026/03/nothing", 404),
        ("/vn/xx/", 404),
        ("/%00", 404),
        ("/%ff%fe", 404),
        ("/vn/en/%2e%2e/%2e%2e/chancery.toml", 404),
        ("/../../chancery.toml", 404),
        ("/vn/en/..%2f..%2f", 404),
        ("/vn%2Fen%2F", 404),
        ("/%76n/en/", 301),
        ("/record/.state/committed", 404),
        ("/record/../keys/log.key", 404),
        ("/record/%63heckpoint", 404),
        ("/record/", 404),
        ("/vn/en/news", 301),
        (&long, 414),
    ] {
        let got = server.get(path);
        assert_eq!(got.status, status, "{path}\n{}", got.head);
        is_strict(&got);
    }
    assert_eq!(server.get("/vn/en/news").header("location"), Some("/vn/en/news/"));
    assert!(server.get("/vn/vi/nothing").text().contains("lang=\"vi\""));
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
        let got = server.ask(method, QUAY, "");
        assert_eq!((got.status, got.header("allow")), (405, Some("GET, HEAD")), "{method}");
        is_strict(&got);
    }
    assert_eq!(server.raw(b"GET / HTTP/1.1\r\nbad header\r\n\r\n").status, 400);
    let large = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(17 << 10));
    assert_eq!(server.raw(large.as_bytes()).status, 431);
}

#[test]
fn addresses_of_the_old_site_lead_to_the_new_one_with_their_query() {
    let server = Server::new();
    let old = |host: &str, path: &str| {
        server.raw(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())
    };
    let moved = old("old.example", "/t.htm?id=lamp");
    assert_eq!(moved.status, 301, "{}", moved.head);
    assert!(moved.header("location").unwrap().ends_with("/vn/en/news/2026/03/lamp"));
    assert_eq!(old("old.example", "/t.htm?id=none").status, 404);
    assert_eq!(old("old.example", "/t.htm").status, 404);
}

#[test]
fn an_old_address_with_its_query_comes_before_a_page_of_the_same_path() {
    let server = Server::new();
    server.old("gate", "http://old.example/?p=123");
    server.old("pier", "http://old.example/vn/en/?p=9");
    let ask = |host: &str, target: &str| {
        server.raw(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())
    };
    let (gate, pier) = ("/vn/en/news/2026/03/gate", "/vn/en/news/2026/03/pier");
    server.until(pier, |got| got.status == 200);
    // The pages themselves are in the cache when the old addresses are asked for.
    for target in ["/", "/vn/en/"] {
        assert_eq!(ask("old.example", target).status, 200);
        assert_eq!(ask("old.example", &format!("{target}?utm_source=x")).status, 200);
    }
    for host in ["old.example", "new.example"] {
        for (target, to) in [("/?p=123", gate), ("/vn/en/?p=9", pier)] {
            let got = ask(host, target);
            assert_eq!((got.status, got.header("location")), (301, Some(to)), "{host}{target}");
        }
        assert_eq!(ask(host, "/?p=9").status, 200, "an address that nobody had");
    }
}

#[test]
fn a_request_must_name_one_host() {
    let server = Server::new();
    assert_eq!(server.get(QUAY).status, 200);
    for (version, hosts, status) in [
        ("1.1", "", 400),
        ("1.1", "Host: x\r\nHost: x\r\n", 400),
        ("1.1", "Host: x/y\r\n", 400),
        ("1.1", "Host: x y\r\n", 400),
        ("1.1", "Host:\r\n", 400),
        ("1.1", "Host: x:80\r\n", 200),
        ("1.1", "Host: [::1]:80\r\n", 200),
        ("1.0", "", 200),
        ("1.0", "Host: x\r\nHost: y\r\n", 400),
    ] {
        let got = server.raw(format!("GET {QUAY} HTTP/{version}\r\n{hosts}Connection: close\r\n\r\n").as_bytes());
        assert_eq!(got.status, status, "HTTP/{version} {hosts:?}");
        is_strict(&got);
    }
}

#[test]
fn the_record_is_served_as_it_lies_and_to_everybody() {
    let server = Server::new();
    let (_, blob) = server.document("quay");
    for (path, caching) in [
        ("/record/checkpoint", "public, max-age=5"),
        ("/record/log.json", "public, max-age=60"),
        ("/record/policy", "public, max-age=60"),
        (blob.as_str(), "public, max-age=60"),
    ] {
        let got = server.get(path);
        let file = std::fs::read(server.path("m").join(path.trim_start_matches('/'))).unwrap();
        assert_eq!((got.status, got.body.as_slice()), (200, file.as_slice()), "{path}");
        assert_eq!(got.header("cache-control"), Some(caching));
        assert_eq!(got.header("access-control-allow-origin"), Some("*"));
        let known = format!("If-None-Match: {}\r\n", got.header("etag").unwrap());
        assert_eq!(server.ask("GET", path, &known).status, 304);
        is_strict(&got);
    }
    let proof = server.get(&format!("{QUAY}.proof"));
    assert!(proof.text().starts_with("c2sp.org/tlog-proof@v1\n"), "{}", proof.text());
    assert_eq!(proof.header("access-control-allow-origin"), Some("*"));
}

#[test]
fn a_publication_is_seen_and_a_retraction_takes_everything_away() {
    let server = Server::new();
    assert_eq!(server.get("/vn/en/news/2026/03/gull").status, 404);
    assert!(!server.get("/vn/en/news/").text().contains("The gull returns"));
    let before = server.get(QUAY);
    server.import(&[("gull", "The gull returns")]);
    server.until("/vn/en/news/2026/03/gull", |got| got.status == 200);
    assert!(server.get("/vn/en/news/").text().contains("The gull returns"));
    assert_eq!(server.get("/vn/en/news/2026/03/gull.proof").status, 200);

    let (id, blob) = server.document("quay");
    assert_eq!(server.get(&blob).status, 200);
    server.run(&["retract", "m", &id, "--reason", "error", "--yes"]);
    let gone = server.until(QUAY, |got| got.status == 410);
    assert!(!gone.text().contains("said the harbour master"));
    assert_ne!(gone.header("etag"), before.header("etag"));
    let withheld = server.get(&blob);
    assert_eq!(
        (withheld.status, withheld.header("content-type")),
        (451, Some("application/problem+json"))
    );
    assert!(withheld.text().starts_with("{\"entry\":"), "{}", withheld.text());
    assert_eq!(server.get("/vn/en/news/2026/03/lamp").status, 200);
}

#[test]
fn the_last_good_state_is_served_when_the_record_is_damaged() {
    let server = Server::new();
    let committed = server.path("m/record/.state/committed");
    let earlier = std::fs::read(&committed).unwrap();
    server.import(&[("gull", "The gull returns")]);
    server.until("/vn/en/news/2026/03/gull", |got| got.status == 200);
    assert!(server.get("/healthz").text().contains("\"status\":\"ok\""));
    std::fs::write(&committed, earlier).unwrap();
    let ill = server.until("/healthz", |got| got.text().contains("degraded"));
    assert_eq!(ill.status, 200);
    assert!(ill.text().contains("earlier"), "{}", ill.text());
    assert_eq!(server.get("/vn/en/news/2026/03/gull").status, 200);
}

#[test]
fn what_a_page_said_at_a_moment_is_found() {
    let server = Server::new();
    let (id, _) = server.document("quay");
    let base = format!("/d/{id}/en");
    let page = server.get(QUAY);
    let link = page.header("link").unwrap().to_owned();
    for rel in ["original", "timegate", "timemap"] {
        assert!(link.contains(&format!("rel=\"{rel}\"")), "{link}");
    }
    assert!(page.header("memento-datetime").is_none());
    let memento = server.get(&format!("{base}/1"));
    let at = memento.header("memento-datetime").unwrap().to_owned();
    assert!(memento.header("link").unwrap().contains("rel=\"original\""));

    let gate = format!("{base}/timegate");
    for (asked, status) in [
        (String::new(), 302),
        (format!("Accept-Datetime: {at}\r\n"), 302),
        ("Accept-Datetime: Thu, 01 Jan 1970 00:00:00 GMT\r\n".to_owned(), 302),
        ("Accept-Datetime: yesterday\r\n".to_owned(), 400),
    ] {
        let got = server.ask("GET", &gate, &asked);
        assert_eq!(got.status, status, "{asked}");
        is_strict(&got);
        if status == 302 {
            assert!(got.header("location").unwrap().ends_with(&format!("{base}/1")));
            assert_eq!(got.header("vary"), Some("accept-datetime"));
            assert!(got.header("memento-datetime").is_none());
        }
    }
    let map = server.get(&format!("{base}/timemap"));
    assert_eq!(map.header("content-type"), Some("application/link-format"));
    assert!(
        map.text()
            .contains(&format!("{base}/1>; rel=\"first last memento\"; datetime=\"{at}\"")),
        "{}",
        map.text()
    );
    for path in [
        "/d/nothing/en/timemap",
        &format!("/d/{id}/fr/timemap"),
        &format!("/d/{id}/fr/timegate"),
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    server.run(&["retract", "m", &id, "--reason", "error", "--yes"]);
    server.until(QUAY, |got| got.status == 410);
    for name in ["timemap", "timegate"] {
        assert_eq!(server.get(&format!("{base}/{name}")).status, 404);
    }
    assert!(server.get(QUAY).header("link").is_none());
}

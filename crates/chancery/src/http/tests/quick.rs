//! An answer straight from the cache and one by hyper are the same bytes, and a connection may change from one to the other.

use super::{super::quick::answered, *};
use std::io::ErrorKind;

/// Two requests on one connection: the first makes hyper answer the second.
const TO_HYPER: &str = "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

/// Answers of one connection, read one after the other.
struct Talk {
    socket: TcpStream,
    read: Vec<u8>,
}

impl Talk {
    fn with(server: &Server) -> Self {
        let socket = TcpStream::connect(server.at).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self {
            socket,
            read: Vec::new(),
        }
    }

    fn say(&mut self, request: &str) {
        self.socket.write_all(request.as_bytes()).unwrap();
    }

    fn more(&mut self) -> usize {
        let mut space = [0; 4096];
        let length = self.socket.read(&mut space).unwrap();
        self.read.extend_from_slice(&space[..length]);
        length
    }

    /// The next answer, without its date. `bare` answers have no body whatever their length says.
    fn hear(&mut self, bare: bool) -> Vec<u8> {
        let end = loop {
            match self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => assert_ne!(self.more(), 0, "closed in a head"),
            }
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let bare = bare || head.starts_with("HTTP/1.1 304");
        let length = length.filter(|_| !bare).map_or(0, |length| length.parse().unwrap());
        while self.read.len() < length {
            assert_ne!(self.more(), 0, "closed in a body");
        }
        assert_eq!(head.matches("\r\ndate: ").count(), 1, "{head}");
        let mut answer: Vec<u8> = head
            .lines()
            .filter(|line| !line.starts_with("date: "))
            .flat_map(|line| [line, "\n"])
            .collect::<String>()
            .into();
        answer.extend(self.read.drain(..length));
        answer
    }

    /// True if the server closes, and says nothing more.
    fn ends(&mut self) -> bool {
        let mut space = [0; 4096];
        match self.socket.read(&mut space) {
            Ok(length) => length == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }
}

fn request(method: &str, target: &str, headers: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n")
}

/// The page in every form is in the cache after this.
fn warm(server: &Server, path: &str) -> Vec<String> {
    let ask = |coding| server.ask("GET", path, &format!("Accept-Encoding: {coding}\r\n"));
    let tag = |coding| ask(coding).header("etag").unwrap().to_owned();
    ["identity", "gzip", "br", "zstd"].map(tag).to_vec()
}

#[test]
fn it_is_the_same_bytes_whoever_answers() {
    let server = Server::new();
    let proof = format!("{QUAY}.proof");
    let tags = warm(&server, QUAY);
    warm(&server, &proof);
    warm(&server, "/vn/en/");
    let long = format!("Cookie: {}\r\n", "a".repeat(3000));
    let mut headers: Vec<String> = [
        "",
        "Accept-Encoding: gzip\r\n",
        "accept-encoding: br;q=0.5, zstd\r\n",
        "Accept-Encoding: deflate\r\n",
        "Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n",
        "If-None-Match: *\r\n",
        "If-None-Match: \"other\"\r\nUser-Agent: é\r\n",
        "Range: bytes=0-9\r\n",
        "If-Modified-Since: Mon, 23 Nov 2026 08:00:00 GMT\r\n",
        "Referer: http://x/é\r\nX-Forwarded-For: 192.0.2.1\r\n",
        long.as_str(),
    ]
    .map(str::to_owned)
    .to_vec();
    for (tag, coding) in tags.iter().zip(["identity", "gzip", "br", "zstd"]) {
        headers.push(format!("Accept-Encoding: {coding}\r\nIf-None-Match: {tag}\r\n"));
        headers.push(format!(
            "Accept-Encoding: {coding}\r\nIf-None-Match: \"x\", W/{tag}\r\n"
        ));
    }
    let mut number = 0;
    for path in [QUAY, "/vn/en/", &proof] {
        for method in ["GET", "HEAD"] {
            for headers in &headers {
                number += 1;
                let target = format!("{path}?same-{number}");
                let request = request(method, &target, headers);
                let mut quick = Talk::with(&server);
                quick.say(&request);
                let quickly = quick.hear(method == "HEAD");
                assert_eq!(answered(&target), 1, "not answered from the cache: {request}");
                let mut slow = Talk::with(&server);
                slow.say(TO_HYPER);
                slow.hear(true);
                slow.say(&request);
                let slowly = slow.hear(method == "HEAD");
                assert_eq!(answered(&target), 1, "not answered by hyper: {request}");
                assert_eq!(
                    String::from_utf8_lossy(&quickly),
                    String::from_utf8_lossy(&slowly),
                    "{request}"
                );
                assert_eq!(quickly, slowly);
            }
        }
    }
}

#[test]
fn requests_sent_together_are_answered_in_their_order() {
    let server = Server::new();
    warm(&server, QUAY);
    warm(&server, "/vn/en/");
    let alone = |path: &str| {
        let mut talk = Talk::with(&server);
        talk.say(&request("GET", path, ""));
        talk.hear(false)
    };
    let order = [QUAY, "/vn/en/", QUAY, "/vn/en/nothing", "/vn/en/", QUAY];
    let wanted: Vec<Vec<u8>> = order.iter().map(|path| alone(path)).collect();
    let together: String = order.iter().map(|path| request("GET", path, "")).collect();
    let mut talk = Talk::with(&server);
    talk.say(&together);
    for (path, wanted) in order.iter().zip(&wanted) {
        assert_eq!(&talk.hear(false), wanted, "{path}");
    }
    // The same in pieces, wherever they are cut.
    for size in [1, 7, 50] {
        let mut talk = Talk::with(&server);
        talk.socket.set_nodelay(true).unwrap();
        for piece in together.as_bytes().chunks(size) {
            talk.socket.write_all(piece).unwrap();
        }
        for wanted in &wanted {
            assert_eq!(&talk.hear(false), wanted);
        }
    }
}

#[test]
fn what_is_not_beyond_doubt_is_left_to_hyper() {
    let server = Server::new();
    warm(&server, QUAY);
    let long = format!("Cookie: {}\r\n", "a".repeat(9000));
    let many = (0..40).map(|n| format!("X-{n}: 1\r\n")).collect::<String>();
    for (number, (line, headers, status)) in [
        ("GET {} HTTP/1.0", "", 200),
        ("GET {} HTTP/1.0", "Connection: keep-alive\r\n", 200),
        ("GET {} HTTP/1.1", "Connection: close\r\n", 200),
        ("GET {}&\"x\" HTTP/1.1", "Connection: close\r\n", 400),
        ("GET http://x{} HTTP/1.1", "Connection: close\r\n", 200),
        ("GET {} HTTP/1.1", "Connection: close\r\nHost: y\r\n", 400),
        ("GET {} HTTP/1.1", "Connection: close\r\nContent-Length: 0\r\n", 200),
        ("GET {} HTTP/1.1", &format!("Connection: close\r\n{long}"), 200),
        ("GET {} HTTP/1.1", &format!("Connection: close\r\n{many}"), 200),
        (
            "GET {} HTTP/1.1",
            "Connection: close\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
            400,
        ),
        ("GET {} HTTP/1.1", "Connection: close\r\nbad header\r\n", 400),
        ("GET {} HTTP/2.0", "", 400),
        ("POST {} HTTP/1.1", "Connection: close\r\n", 405),
    ]
    .into_iter()
    .enumerate()
    {
        let target = format!("{QUAY}?left-{number}");
        let line = line.replace("{}", &target);
        let mut talk = Talk::with(&server);
        talk.say(&format!("{line}\r\nHost: x\r\n{headers}\r\n"));
        let mut all = Vec::new();
        // HTTP/1.0 with keep-alive may stay open.
        talk.socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let _ = talk.socket.read_to_end(&mut all);
        let head = String::from_utf8_lossy(&all[..12.min(all.len())]).into_owned();
        assert!(head.ends_with(&status.to_string()), "{line} {headers}: {head}");
        assert_eq!(answered(&target), 0, "{line} {headers}");
    }
}

#[test]
fn a_client_that_makes_no_progress_is_let_go() {
    let limits = Limits {
        patience: Duration::from_millis(500),
        ..Limits::default()
    };
    let server = Server::with(limits);
    warm(&server, QUAY);
    let started = Instant::now();
    let mut idle = Talk::with(&server);
    let mut after_one = Talk::with(&server);
    after_one.say(&request("GET", QUAY, ""));
    after_one.hear(false);
    let mut by_hyper = Talk::with(&server);
    by_hyper.say(TO_HYPER);
    by_hyper.hear(true);
    let mut trickles = Talk::with(&server);
    trickles.say("GET /");
    // Bytes that a client sends are no progress.
    while started.elapsed() < Duration::from_secs(8) && trickles.socket.write_all(b"a").is_ok() {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "a trickled head kept a connection open"
    );
    // A client that asks and never reads fills the buffers between, and is stuck there.
    let mut deaf = Talk::with(&server);
    let many = request("GET", QUAY, "").repeat(64);
    deaf.socket.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    while deaf.socket.write_all(many.as_bytes()).is_ok() {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "a client that does not read kept a connection open"
        );
    }
    assert!(idle.ends() && after_one.ends() && by_hyper.ends());
    assert_eq!(server.get(QUAY).status, 200);
}

#[test]
fn connections_beyond_the_limit_wait() {
    let limits = Limits {
        connections: 8,
        ..Limits::default()
    };
    let server = Server::with(limits);
    warm(&server, QUAY);
    let asking = |count| -> Vec<Talk> {
        let ask = |_| {
            let mut talk = Talk::with(&server);
            talk.say(&request("GET", QUAY, ""));
            talk
        };
        (0..count).map(ask).collect()
    };
    let mut open = asking(8);
    for talk in &mut open {
        talk.hear(false);
    }
    // Each of the two threads may take one more than it should, no other.
    let mut more = asking(4);
    std::thread::sleep(Duration::from_millis(300));
    let waits = |talk: &&Talk| {
        talk.socket.set_nonblocking(true).unwrap();
        let silent = talk.socket.peek(&mut [0; 16]).is_err();
        talk.socket.set_nonblocking(false).unwrap();
        silent
    };
    assert!(more.iter().filter(waits).count() >= 2, "answered beyond the limit");
    drop(open);
    for talk in &mut more {
        talk.hear(false);
    }
}

#[test]
fn a_stop_ends_what_is_idle_and_answers_what_was_asked() {
    let server = Server::new();
    warm(&server, QUAY);
    let mut idle = Talk::with(&server);
    let mut quick = Talk::with(&server);
    quick.say(&request("GET", QUAY, ""));
    let wanted = quick.hear(false);
    // Half a head: the answer still comes.
    let half = request("GET", QUAY, "");
    let mut asking = Talk::with(&server);
    asking.say(&half[..20]);
    std::thread::sleep(Duration::from_millis(200));
    server.stop.now();
    assert!(idle.ends() && quick.ends());
    asking.say(&half[20..]);
    assert_eq!(asking.hear(false), wanted);
    assert!(asking.ends());
}

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{Settings, create, open, read, serve};
use crate::http::{Stop, bind};
use std::{
    convert::Infallible,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread::JoinHandle,
    time::Duration,
};
use tlog::{
    Checkpoint, CosignerKey, Note, SigningKey,
    hash::{Hash, leaf_hash},
    note::SignatureLine,
    proof::{self, HashReader},
    tree::Tree,
    witness::{Request, origin_hash},
};

/// A witness that listens on a port of its own.
pub(crate) struct Running {
    pub(crate) at: SocketAddr,
    pub(crate) vkey: String,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn start(folder: &Path, settings: &Settings, listen: &str) -> Self {
        let now = || u64::try_from(crate::clock::now().0).unwrap();
        let desk = open(folder, settings, now).unwrap();
        let (listener, stop) = (bind(listen).unwrap(), Stop::default());
        let (at, vkey, stopped) = (listener.local_addr().unwrap(), desk.vkey.clone(), stop.clone());
        let run = move || serve(desk, listener, &stopped).unwrap();
        let thread = Some(std::thread::spawn(run));
        Self { at, vkey, stop, thread }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.now();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        // The thread that decides ends when nobody can ask any more, and gives the folder back.
        std::thread::sleep(Duration::from_millis(100));
    }
}

struct Leaves(Vec<Hash>);

impl HashReader for Leaves {
    type Error = Infallible;

    fn subtree(&self, height: u8, index: u64) -> Result<Hash, Infallible> {
        let start = usize::try_from(index << height).unwrap();
        Ok(root(&self.0[start..start + (1 << height)]))
    }
}

fn root(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::new();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    tree.root()
}

/// A log of which two forms part after the third entry.
fn log() -> SigningKey {
    SigningKey::generate("record.example", [7; 32]).unwrap()
}

fn request(form: u8, old: u64, new: u64) -> Request {
    let leaves = (0..200_u8).map(|n| leaf_hash(&[n, if n < 3 { 0 } else { form }]));
    let leaves = Leaves(leaves.collect());
    let root = root(&leaves.0[..usize::try_from(new).unwrap()]);
    let Ok(proof) = proof::consistency(&leaves, old, new);
    let checkpoint = Checkpoint {
        origin: "record.example".into(),
        size: new,
        root,
    };
    Request {
        old,
        proof: proof.unwrap_or_default(),
        checkpoint: checkpoint.sign(&log()),
    }
}

fn ask(at: SocketAddr, method: &str, path: &str, body: &[u8]) -> (u16, String, String) {
    let mut socket = TcpStream::connect(at).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).unwrap();
    // A server that refuses a large body may close before it has read all of it.
    let _ = socket.write_all(body);
    let mut all = Vec::new();
    let _ = socket.read_to_end(&mut all);
    let text = String::from_utf8_lossy(&all).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    (status, head.to_owned(), body.to_owned())
}

fn add(at: SocketAddr, request: &Request) -> (u16, String, String) {
    ask(at, "POST", "/add-checkpoint", &request.to_bytes())
}

fn witness(folder: &Path) -> Settings {
    let logs = [log().verifier().to_string()];
    create(folder, "witness.example/w1", &logs).unwrap();
    read(folder).unwrap()
}

#[test]
fn it_answers_as_the_protocol_says_and_remembers() {
    let folder = tempfile::tempdir().unwrap();
    let settings = witness(folder.path());
    let running = Running::start(folder.path(), &settings, "127.0.0.1:0");
    let key: CosignerKey = running.vkey.parse().unwrap();
    let at = running.at;
    let newest = format!("/{}/checkpoint", origin_hash("record.example"));
    assert_eq!(ask(at, "GET", &newest, b"").0, 404);
    let (status, _, body) = add(at, &request(1, 0, 5));
    assert_eq!(status, 200, "{body}");
    let mut note = Note::parse(&request(1, 0, 5).checkpoint).unwrap();
    note.signatures.push(SignatureLine::parse(body.trim_end()).unwrap());
    assert!(key.verify(&note).unwrap().is_some());
    assert_eq!(ask(at, "GET", &newest, b"").2.into_bytes(), note.to_bytes());
    assert_eq!(ask(at, "GET", "/", b"").2, format!("{key}\n"));

    let stranger = SigningKey::generate("other.example", [7; 32]).unwrap();
    let thief = SigningKey::generate("record.example", [8; 32]).unwrap();
    let signed_by = |key: &SigningKey| {
        let checkpoint = Checkpoint {
            origin: key.name().into(),
            size: 9,
            root: Hash([1; 32]),
        };
        Request {
            checkpoint: checkpoint.sign(key),
            ..request(1, 5, 9)
        }
    };
    for (request, status) in [
        (request(1, 5, 9), 200),
        (request(1, 9, 9), 200),
        (request(2, 9, 9), 422),
        (request(2, 9, 12), 422),
        (request(1, 5, 9), 409),
        (request(1, 0, 12), 409),
        (
            Request {
                old: 13,
                ..request(1, 9, 12)
            },
            400,
        ),
        (signed_by(&stranger), 404),
        (signed_by(&thief), 403),
    ] {
        let (got, head, body) = add(at, &request);
        assert_eq!(got, status, "{body}");
        if got == 409 {
            assert!(
                head.contains("content-type: text/x.tlog.size") && body == "9\n",
                "{head} {body}"
            );
        }
    }
    let large = vec![b'a'; 70_000];
    for (method, path, body, status) in [
        ("POST", "/add-checkpoint", &b"nonsense"[..], 400),
        ("POST", "/add-checkpoint", &large, 400),
        ("GET", "/add-checkpoint", b"", 405),
        ("DELETE", "/", b"", 405),
        ("POST", "/", b"", 405),
        ("GET", "/checkpoint", b"", 404),
        ("GET", "/../witness.key", b"", 404),
        ("GET", "/witness.toml", b"", 404),
    ] {
        assert_eq!(ask(at, method, path, body).0, status, "{method} {path}");
    }
    drop(running);
    // Another process, the same memory.
    let running = Running::start(folder.path(), &settings, "127.0.0.1:0");
    assert_eq!(add(running.at, &request(1, 5, 12)).2, "9\n");
    assert_eq!(add(running.at, &request(2, 9, 12)).0, 422);
    assert_eq!(add(running.at, &request(1, 9, 12)).0, 200);
    assert!(open(folder.path(), &settings, || 0).is_err(), "two at once");
}

#[test]
fn however_many_ask_at_once_one_history_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let settings = witness(folder.path());
    let running = Running::start(folder.path(), &settings, "127.0.0.1:0");
    let (at, forms) = (running.at, [AtomicU64::new(0), AtomicU64::new(0)]);
    assert_eq!(add(at, &request(1, 0, 3)).0, 200);
    std::thread::scope(|scope| {
        for n in 0..24_u8 {
            let forms = &forms;
            scope.spawn(move || {
                let (mut old, form) = (3, n % 2);
                for new in (4..60).step_by(1 + usize::from(n % 5)) {
                    let (status, _, body) = add(at, &request(form + 1, old, new.max(old)));
                    match status {
                        200 => {
                            forms[usize::from(form)].fetch_add(1, Ordering::Relaxed);
                            old = new.max(old);
                        }
                        409 => old = body.trim().parse().unwrap(),
                        422 => break,
                        _ => panic!("{status} {body}"),
                    }
                }
            });
        }
    });
    let signed = forms.map(AtomicU64::into_inner);
    assert!(
        signed.contains(&0) && signed.iter().sum::<u64>() > 0,
        "both forms were signed: {signed:?}"
    );
}

#[test]
fn settings_are_refused_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    assert!(read(folder.path()).is_err());
    witness(folder.path());
    let path = folder.path().join(super::CONFIG);
    let good = std::fs::read_to_string(&path).unwrap();
    for (wrong, line) in [
        (good.replace("version = 1", "version = 1\nunknown = 2"), "line 3"),
        (good.replace("record.example+", "record.example-"), "line 6"),
        (good.replace("version = 1", "version = 9"), "newer"),
    ] {
        std::fs::write(&path, &wrong).unwrap();
        let failure = read(folder.path()).unwrap_err();
        assert!(failure.message.contains(line), "{}", failure.message);
    }
    assert!(create(folder.path(), "w.example", &[]).is_err(), "there is one already");
    let other = folder.path().join("other");
    assert!(create(&other, "two words", &[]).is_err());
    assert!(create(&other, "w.example", &["nonsense".to_owned()]).is_err());
}

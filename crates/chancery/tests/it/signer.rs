//! Keys in a process of their own: publishing works with them, and without it nothing is half written.

use crate::support::{binary, chancery, ministry, ok, write};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::{
        fs::PermissionsExt as _,
        net::{UnixListener, UnixStream},
    },
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A signer that runs until it is dropped.
struct Running(Child);

impl Running {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    fn start_with(folder: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .args(["signer", "signer"])
            .args(more)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut said = String::new();
        let mut lines = BufReader::new(child.stderr.as_mut().expect("piped"));
        while !said.contains("signer.sock") {
            assert!(lines.read_line(&mut said).expect("says where it is") > 0, "{said}");
        }
        Self(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A ministry whose keys lie with the signer only.
fn apart() -> tempfile::TempDir {
    let folder = ministry();
    let here = folder.path();
    fs::rename(here.join("m/keys"), here.join("signer")).expect("moved");
    fs::create_dir(here.join("m/keys")).expect("folder");
    let settings = here.join("m/chancery.toml");
    let text = fs::read_to_string(&settings).expect("settings");
    fs::write(
        settings,
        format!("signer = \"unix:../signer/signer.sock\"\nsigner-seconds = 2\n{text}"),
    )
    .expect("file");
    folder
}

fn publish(folder: &Path) -> Output {
    write(folder, "texts/tides.en.md", TEXT);
    chancery(folder, &["publish", "m", "texts", "--yes"])
        .output()
        .expect("runs")
}

const TEXT: &str = "+++\ntitle = \"Tides\"\ntype = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-02-20\"\n+++\n\nThey rise.\n";

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn checkpoint(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("m/record/checkpoint")).expect("checkpoint")
}

/// One line asked and one answered.
fn ask(folder: &Path, line: &str) -> String {
    let mut socket = UnixStream::connect(folder.join("signer/signer.sock")).expect("answers");
    socket.write_all(line.as_bytes()).expect("asked");
    let mut answer = String::new();
    BufReader::new(socket).read_line(&mut answer).expect("answered");
    answer
}

#[test]
fn texts_are_published_with_keys_that_only_the_signer_has() {
    let folder = apart();
    let here = folder.path();
    let before = checkpoint(here);

    let gone = publish(here);
    assert_eq!(gone.status.code(), Some(1), "{}", said(&gone));
    assert!(said(&gone).contains("signer at "), "{}", said(&gone));
    assert_eq!(checkpoint(here), before);
    ok(here, &["verify", "m"]);

    let running = Running::start(here);
    let mode = fs::metadata(here.join("signer/signer.sock"))
        .expect("socket")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let second = chancery(here, &["signer", "signer"]).output().expect("runs");
    assert!(said(&second).contains("another signer runs here"), "{}", said(&second));
    let done = publish(here);
    assert!(done.status.success(), "{}", said(&done));
    assert_ne!(checkpoint(here), before);
    ok(here, &["verify", "m"]);
    assert_eq!(fs::read_dir(here.join("m/keys")).expect("keys").count(), 0);

    // A new mission's key is made here, works at once, and may be moved while the signer runs.
    let site = ["site", "add", "m", "--code", "kp", "--name", "Embassy", "--langs", "en"];
    ok(here, &site);
    fs::rename(here.join("m/keys/office-kp-1.key"), here.join("signer/office-kp-1.key")).expect("moved");
    ok(here, &["key", "list", "m"]);
    assert!(ask_all(here).contains("/m/kp/1+"));
    drop(running);
    ok(here, &["verify", "m"]);
    // The socket of a signer that was killed is in nobody's way.
    let _running = Running::start(here);
}

fn ask_all(folder: &Path) -> String {
    let mut socket = UnixStream::connect(folder.join("signer/signer.sock")).expect("answers");
    socket.write_all(b"keys\n").expect("asked");
    socket.shutdown(std::net::Shutdown::Write).expect("shut");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("answered");
    answer
}

#[test]
fn a_signer_refuses_what_is_not_of_its_record_and_a_second_checkpoint_of_a_size() {
    use tlog::{Checkpoint, Note, hash::sha256};
    let folder = apart();
    let here = folder.path();
    let running = Running::start(here);
    let all = ask_all(here);
    let keys: Vec<&str> = all.lines().filter_map(|line| line.strip_prefix("key ")).collect();
    let log = keys
        .iter()
        .find(|key| key.starts_with("record.tides.example+"))
        .expect("a log key");
    let office = keys.iter().find(|key| key.contains("/m/vn/1+")).expect("an office key");
    let sign = |key: &str, text: &str| {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(text);
        ask(here, &format!("sign {key} {text}\n"))
    };
    for (key, text) in [
        (log, "any text\n"),
        (office, "any text\n"),
        (log, "chancery/entry/v1\n{\"issued\":\"2026-03-14T09:01:10Z\"}\n"),
        (log, "other.example\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
        (
            office,
            "record.tides.example\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        ),
    ] {
        assert!(sign(key, text).starts_with("refused "), "{text}");
    }
    for line in [
        "\n",
        "sign\n",
        "sign x y z w\n",
        "sign x !\n",
        "keys x\n",
        "sign record.example+00000000+AA AAAA\n",
    ] {
        assert!(ask(here, line).starts_with("refused "), "{line:?}");
    }

    let head = |size, root: &[u8]| {
        let (origin, root) = ("record.tides.example".to_owned(), sha256(root));
        Checkpoint { origin, size, root }.to_string()
    };
    assert!(sign(log, &head(1 << 53, b"one")).starts_with("refused "));
    let (one, other) = (head(500, b"one"), head(500, b"other"));
    let signature = sign(log, &one);
    assert!(signature.starts_with("signature "), "{signature}");
    assert_eq!(sign(log, &one), signature);
    assert!(sign(log, &other).starts_with("refused another checkpoint of 500 entries"));
    for size in [499, 501, 1000] {
        assert!(sign(log, &head(size, b"one")).starts_with("refused "), "{size}");
    }
    drop(running);
    // It remembers beyond its end, until a person takes it back.
    let running = Running::start(here);
    assert!(sign(log, &other).starts_with("refused "));
    // The record is shorter than what was signed: nothing is signed any more, nothing is written, and the command says so.
    let before = checkpoint(here);
    let refused = publish(here);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("was signed before"), "{}", said(&refused));
    assert_eq!(checkpoint(here), before);
    ok(here, &["verify", "m"]);
    drop(running);
    write(
        here,
        "unsigned",
        &format!("{one}\n\u{2014} record.tides.example AAAAAAA=\n"),
    );
    let taken = chancery(here, &["signer", "signer", "--take-back", "unsigned"])
        .output()
        .expect("runs");
    assert_eq!(taken.status.code(), Some(2), "{}", said(&taken));
    ok(here, &["signer", "signer", "--take-back", "m/record/checkpoint"]);
    let _running = Running::start(here);
    assert!(sign(log, &other).starts_with("refused it is not proved"));
    assert!(publish(here).status.success());
    assert!(sign(log, &one).starts_with("refused "));
    assert!(Note::parse(&before).is_ok());
    ok(here, &["verify", "m"]);
}

#[test]
fn a_signer_that_is_told_where_to_begin_takes_no_first_checkpoint_on_trust() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use tlog::{Checkpoint, hash::sha256};
    let folder = apart();
    let here = folder.path();
    let begin = ["--from", "m/record/checkpoint"];
    write(
        here,
        "unsigned",
        "record.tides.example\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    );
    let wrong = chancery(here, &["signer", "signer", "--from", "unsigned"])
        .output()
        .expect("runs");
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
    let first = checkpoint(here);

    let running = Running::start_with(here, &begin);
    let keys = ask_all(here);
    let log = keys
        .lines()
        .find_map(|line| line.strip_prefix("key record.tides.example+"));
    let log = format!("record.tides.example+{}", log.expect("log key"));
    let (origin, root) = ("record.tides.example".to_owned(), sha256(b"another history"));
    let forged = Checkpoint {
        origin,
        size: 500,
        root,
    }
    .to_string();
    let answer = ask(here, &format!("sign {log} {}\n", STANDARD.encode(forged)));
    assert!(answer.starts_with("refused it is not proved"), "{answer}");
    assert!(publish(here).status.success());
    drop(running);

    // It knows more by now than the file says, and goes on from what it knows.
    write(here, "first", &String::from_utf8(first).expect("text"));
    let kept = fs::read(here.join("signer/signed")).expect("kept");
    let _running = Running::start_with(here, &["--from", "first"]);
    assert_eq!(fs::read(here.join("signer/signed")).expect("kept"), kept);
    ok(here, &["verify", "m"]);
}

#[test]
fn a_signer_that_has_begun_starts_again_whatever_from_names() {
    let folder = apart();
    let here = folder.path();
    let begin = ["--from", "m/record/checkpoint"];
    let missing = ["signer", "signer", "--from", "nowhere"];
    let refused = chancery(here, &missing).output().expect("runs");
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    drop(Running::start_with(here, &begin));
    // A key that lies elsewhere signs alone from now on.
    let running = Running::start_with(here, &begin);
    ok(here, &["key", "replace", "m", "--log", "--yes"]);
    assert!(publish(here).status.success());
    drop(running);
    drop(Running::start_with(here, &begin));
    let _running = Running::start_with(here, &missing[2..]);
    fs::create_dir(here.join("new")).expect("folder");
    fs::copy(here.join("signer/log.key"), here.join("new/log.key")).expect("copied");
    let refused = chancery(here, &[&["signer", "new"], &begin[..]].concat())
        .output()
        .expect("runs");
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(
        said(&refused).contains("no checkpoint that a key here"),
        "{}",
        said(&refused)
    );
    write(here, "texts/ebb.en.md", &TEXT.replace("Tides", "Ebb"));
    ok(here, &["publish", "m", "texts/ebb.en.md", "--yes"]);
    ok(here, &["verify", "m"]);
}

#[test]
fn a_signer_is_shown_what_was_signed_without_it() {
    let folder = apart();
    let here = folder.path();
    let running = Running::start(here);
    assert!(publish(here).status.success());
    drop(running);
    let settings = fs::read_to_string(here.join("m/chancery.toml")).expect("settings");
    let (_, without) = settings.split_once("signer-seconds = 2\n").expect("settings");
    write(here, "m/chancery.toml", without);
    let keys: Vec<_> = fs::read_dir(here.join("signer"))
        .expect("keys")
        .map(|file| file.expect("file").file_name())
        .filter(|name| name.to_string_lossy().ends_with(".key"))
        .collect();
    let move_keys = |from: &str, to: &str| {
        for key in &keys {
            fs::rename(here.join(from).join(key), here.join(to).join(key)).expect("moved");
        }
    };
    move_keys("signer", "m/keys");
    ok(here, &["withdraw", "m", "texts/tides.en.md", "--yes"]);
    move_keys("m/keys", "signer");
    write(here, "m/chancery.toml", &settings);
    let _running = Running::start(here);
    write(here, "texts/ebb.en.md", &TEXT.replace("Tides", "Ebb"));
    ok(here, &["publish", "m", "texts/ebb.en.md", "--yes"]);
    ok(here, &["verify", "m"]);
}

#[test]
fn a_running_signer_asks_for_no_passphrase() {
    let folder = apart();
    let here = folder.path();
    // On a terminal, where it could ask.
    let command = format!("{} signer signer", binary().display());
    let terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(here)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("script");
    let _running = Running(terminal);
    let until = Instant::now() + Duration::from_secs(60);
    while UnixStream::connect(here.join("signer/signer.sock")).is_err() {
        assert!(Instant::now() < until, "it does not start");
        thread::sleep(Duration::from_millis(20));
    }
    fs::copy(here.join("signer/log.key"), here.join("late.key")).expect("copied");
    write(here, "pass", "correct horse\n");
    ok(here, &["key", "protect", "late.key", "--passphrase-file", "pass"]);
    fs::rename(here.join("late.key"), here.join("signer/late.key")).expect("moved");
    let mut socket = UnixStream::connect(here.join("signer/signer.sock")).expect("answers");
    socket.set_read_timeout(Some(Duration::from_secs(30))).expect("timeout");
    socket.write_all(b"keys\n").expect("asked");
    let mut lines = BufReader::new(socket).lines();
    assert!(lines.any(|line| line.expect("answered at once") == "end"));
}

#[test]
fn those_who_ask_nothing_block_nobody() {
    let folder = apart();
    let here = folder.path();
    let _running = Running::start(here);
    let socket = here.join("signer/signer.sock");
    let idle: Vec<UnixStream> = (0..64).map(|_| UnixStream::connect(&socket).expect("open")).collect();
    let until = Instant::now() + Duration::from_secs(60);
    let answered = || {
        let mut socket = UnixStream::connect(&socket).ok()?;
        socket.write_all(b"keys\n").ok()?;
        let mut answer = String::new();
        BufReader::new(socket).read_line(&mut answer).ok()?;
        answer.starts_with("key ").then_some(())
    };
    while answered().is_none() {
        assert!(Instant::now() < until, "idle connections stay open");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(idle.len(), 64);
    assert!(publish(here).status.success());
}

#[test]
fn a_signer_that_is_slow_or_talks_nonsense_ends_the_command_in_a_bounded_time() {
    let folder = apart();
    let here = folder.path();
    let before = checkpoint(here);
    let path = here.join("signer/signer.sock");
    let endless = vec![b'x'; 20_000];
    for (answer, wanted) in [
        (&b""[..], "no answer within"),
        (b"nonsense\n", "no answer"),
        (&endless[..], "no answer"),
    ] {
        let _ = fs::remove_file(&path);
        let listener = UnixListener::bind(&path).expect("bound");
        let started = Instant::now();
        thread::scope(|scope| {
            let asked = scope.spawn(|| publish(here));
            let (mut socket, _) = listener.accept().expect("asked");
            socket.write_all(answer).expect("answered");
            let output = asked.join().expect("runs");
            assert_eq!(output.status.code(), Some(1), "{}", said(&output));
            assert!(said(&output).contains(wanted), "{}", said(&output));
        });
        assert!(started.elapsed() < Duration::from_secs(60));
        assert_eq!(checkpoint(here), before);
    }
    // One that is killed in the middle is told, too.
    let _ = fs::remove_file(&path);
    let running = Running::start(here);
    drop(running);
    let output = publish(here);
    assert!(said(&output).contains("signer at "), "{}", said(&output));
    ok(here, &["verify", "m"]);
}

#[test]
fn nothing_that_is_asked_stays_without_an_answer() {
    let folder = apart();
    let here = folder.path();
    let _running = Running::start(here);
    let mut socket = UnixStream::connect(here.join("signer/signer.sock")).expect("answers");
    let mut heard = BufReader::new(socket.try_clone().expect("socket"));
    let mut answer = |asked: &[u8]| {
        socket.write_all(asked).expect("asked");
        let mut line = String::new();
        heard.read_line(&mut line).expect("answered");
        line
    };
    for asked in [&b"k\xffys\n"[..], b"sign \xc3\x28 a\n", b"\n"] {
        assert!(answer(asked).starts_with("refused "), "{asked:?}");
    }
    assert_eq!(
        answer(b"signed other.example\n"),
        "signed 0\n",
        "the connection goes on"
    );
    assert_eq!(
        answer(&[b'a'; 16 << 10]),
        "refused the request is longer than 16384 bytes\n"
    );
}

//! Mirrors: copied, kept up, killed, lied to; and the sites served from one.

use crate::support::{Server, chancery, enter, ministry, ok, write};
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Output,
    sync::{Arc, Mutex},
    time::Duration,
};

/// A ministry with a few texts, one of them in each group after the first.
fn published(texts: usize) -> tempfile::TempDir {
    let home = ministry();
    ok(home.path(), &["publish", "m", "texts"]);
    (0..texts).for_each(|n| publish(home.path(), n, "The water rose."));
    home
}

fn publish(here: &Path, n: usize, body: &str) {
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    let text = format!("+++\ntitle = \"Tide {n}\"\n{front}\n+++\n\n{body}\n");
    write(here, &format!("texts/t{n}.en.md"), &text);
    ok(here, &["publish", "m", &format!("texts/t{n}.en.md")]);
}

fn size(record: &Path) -> u64 {
    let checkpoint = std::fs::read_to_string(record.join("checkpoint")).unwrap_or_default();
    checkpoint.lines().nth(1).map_or(0, |line| line.parse().expect("size"))
}

/// Runs a command that must find something, and gives what it said.
fn finds(here: &Path, args: &[&str]) -> String {
    let output: Output = chancery(here, args).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "chancery {args:?}: {said}");
    said
}

/// Every file below a folder by its path.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut folders, mut found) = (vec![folder.to_owned()], BTreeMap::new());
    while let Some(inner) = folders.pop() {
        for entry in std::fs::read_dir(&inner).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("file");
                found.insert(path.strip_prefix(folder).expect("inside").to_owned(), bytes);
            }
        }
    }
    found.retain(|path, _| !path.starts_with(".state"));
    found
}

#[test]
fn a_mirror_has_the_same_files_keeps_up_and_verifies() {
    let home = published(3);
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    ok(here, &["mirror", &server.base, "copy", "--key", "m/record/log.json"]);
    publish(here, 7, "More water.");
    ok(here, &["retract", "m", "texts/t1.en.md", "--yes"]);
    std::thread::sleep(Duration::from_millis(200));
    let again = ok(here, &["mirror", &server.base, "copy"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("new entries, all of them checked"));
    let (mut ours, copied) = (tree(&here.join("m/record")), tree(&here.join("copy/record")));
    ours.remove(Path::new("checkpoints/0"));
    assert_eq!(
        ours.keys().collect::<Vec<_>>(),
        copied.keys().collect::<Vec<_>>(),
        "the same files"
    );
    assert!(ours == copied, "the same bytes");
    ok(here, &["verify", "copy"]);
    let idle = ok(here, &["mirror", &server.base, "copy"]);
    assert!(String::from_utf8_lossy(&idle.stderr).contains("nothing new"));
}

#[test]
fn the_sites_of_a_mirror_are_those_of_the_ministry_byte_for_byte() {
    let home = published(5);
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    let mirror = || ok(here, &["mirror", &server.base, "copy", "--key", "m/record/log.json"]);
    mirror();
    publish_again(
        here,
        2,
        &["correct", "--update", "correction", "--notice", "en=Mended."],
    );
    publish_again(here, 3, &["withdraw"]);
    mirror();
    publish_again(here, 4, &["retract"]);
    mirror();
    let exports = ["m", "copy"].map(|data| {
        let out = format!("out-{data}");
        let at = "2026-11-20T03:00:00Z";
        ok(
            here,
            &["export", data, &out, "--address", "https://www.example", "--at", at],
        );
        let mut files = tree(&here.join(out));
        files.retain(|path, _| !path.starts_with(".chancery-export"));
        files
    });
    assert!(exports[0].len() > 60, "{} files", exports[0].len());
    for (path, bytes) in &exports[0] {
        assert!(exports[1].get(path) == Some(bytes), "{} differs", path.display());
    }
    assert_eq!(exports[0].len(), exports[1].len());
}

/// Corrects, withdraws or retracts a text.
fn publish_again(here: &Path, n: usize, how: &[&str]) {
    let file = format!("texts/t{n}.en.md");
    let text = std::fs::read_to_string(here.join(&file)).expect("text");
    write(here, &file, &text.replace("rose", "rose and fell"));
    let mut args = vec![how[0], "m", &file, "--yes"];
    args.extend(&how[1..]);
    ok(here, &args);
    std::thread::sleep(Duration::from_millis(200));
}

#[test]
fn a_mirror_that_is_killed_goes_on_and_never_has_less() {
    let home = published(12);
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    let record = here.join("copy/record");
    let mut before = 0;
    for wait in [2, 5, 9, 14, 20, 27, 35, 44, 60, 80] {
        let args = ["mirror", &server.base, "copy", "--key", "m/record/log.json"];
        let mut child = chancery(here, &args)
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("spawn");
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        child.wait().expect("wait");
        assert!(size(&record) >= before, "less than before");
        before = size(&record);
    }
    ok(here, &["mirror", &server.base, "copy", "--key", "m/record/log.json"]);
    assert_eq!(size(&record), size(&here.join("m/record")));
    ok(here, &["verify", "copy"]);
}

#[test]
fn another_history_is_refused_and_both_checkpoints_are_kept() {
    let home = published(2);
    let here = home.path();
    ok(here, &["verify", "m"]);
    copy_folder(&here.join("m"), &here.join("backup"));
    publish(here, 8, "One history.");
    let server = Server::start(here, &["serve", "m"]);
    ok(here, &["mirror", &server.base, "copy", "--key", "m/record/log.json"]);
    let known = tree(&here.join("copy/record"));
    drop(server);
    // Somebody brings the backup back and goes on from there.
    std::fs::rename(here.join("m"), here.join("first")).expect("rename");
    std::fs::rename(here.join("backup"), here.join("m")).expect("rename");
    publish(here, 9, "Another history.");
    for more in [false, true] {
        if more {
            publish(here, 10, "And longer.");
        }
        let server = Server::start(here, &["serve", "m"]);
        let said = finds(here, &["mirror", &server.base, "copy"]);
        assert!(said.contains("signs another history"), "{said}");
        assert!(tree(&here.join("copy/record")) == known, "nothing was taken");
        assert!(std::fs::read_dir(here.join("copy/forks")).expect("evidence").count() == 2);
    }
}

#[test]
fn a_freeze_that_names_another_root_is_not_copied() {
    let home = published(2);
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    ok(here, &["mirror", &server.base, "copy", "--key", "m/record/log.json"]);
    drop(server);
    let known = tree(&here.join("copy/record"));
    ok(here, &["freeze", "m", "--propose", "p"]);
    let proposal = std::fs::read_to_string(here.join("p")).expect("proposal");
    let at = proposal.find("\"tree-root\":\"").expect("root") + 13;
    let wrong = format!("{}{}{}", &proposal[..at], "ab".repeat(32), &proposal[at + 64..]);
    write(here, "p", &wrong);
    ok(here, &["key", "sign", "p", "--root-key", "m/root-key", "--yes"]);
    enter(here, "p");
    let server = Server::start(here, &["serve", "m"]);
    for name in ["copy", "late"] {
        let said = finds(here, &["mirror", &server.base, name, "--key", "m/record/log.json"]);
        assert!(said.contains("names a root that the first"), "{said}");
    }
    assert!(tree(&here.join("copy/record")) == known, "nothing was taken");
}

#[test]
fn an_older_answer_is_told_and_takes_nothing_away() {
    let home = published(2);
    let here = home.path();
    copy_folder(&here.join("m"), &here.join("old"));
    publish(here, 8, "News.");
    let server = Server::start(here, &["serve", "m"]);
    ok(here, &["mirror", &server.base, "copy", "--key", "m/record/log.json"]);
    let known = size(&here.join("copy/record"));
    let late = Server::start(here, &["serve", "old"]);
    let said = ok(here, &["mirror", &late.base, "copy"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("are here already"));
    assert_eq!(size(&here.join("copy/record")), known);
}

#[test]
fn whatever_a_server_sends_instead_is_refused_by_name() {
    let home = published(2);
    let here = home.path();
    let hostile = Hostile::start(here.join("m/record"));
    let bundle = "tile/entries/000.p/";
    for (path, lie, said) in [
        ("checkpoint", Lie::Bytes(b"\xff\xff".to_vec()), "checkpoint"),
        ("checkpoint", Lie::Status("404 Not Found"), "there is none"),
        (
            "checkpoint",
            Lie::Status("301 Moved Permanently\r\nLocation: http://127.0.0.1:9/"),
            "is redirected",
        ),
        ("checkpoint", Lie::Endless, "is larger than"),
        (bundle, Lie::Flip, "/record/: tile/entries"),
        (bundle, Lie::Bytes(b"\x00\x05abc".to_vec()), "bundle ends inside entry"),
        (bundle, Lie::Endless, "is larger than"),
        ("blob/", Lie::Flip, "does not match its commitment"),
        (
            "blob/",
            Lie::Status("500 Internal Server Error"),
            "the server answers 500",
        ),
        ("policy", Lie::Bytes(b"none\n\n".to_vec()), "policy"),
    ] {
        hostile.lie(path, lie);
        let folder = tempfile::tempdir_in(here).expect("folder");
        let name = folder.path().file_name().expect("name").to_str().expect("UTF-8");
        let args = ["mirror", &hostile.base, name, "--key", "m/record/log.json"];
        let output = chancery(here, &args).output().expect("runs");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && text.contains(said), "{path}: {text}");
        assert!(!text.contains("panicked"), "{text}");
        hostile.lie("", Lie::Nothing);
        ok(here, &args);
        ok(here, &["verify", name]);
    }
}

#[test]
fn a_lost_text_is_told_and_fetched_as_soon_as_it_is_there_again() {
    let home = published(2);
    let here = home.path();
    let hostile = Hostile::start(here.join("m/record"));
    hostile.lie("blob/", Lie::Status("404 Not Found"));
    let said = finds(here, &["mirror", &hostile.base, "copy", "--key", "m/record/log.json"]);
    assert!(said.contains("not to be had"), "{said}");
    assert_eq!(
        size(&here.join("copy/record")),
        size(&here.join("m/record")),
        "the entries are there"
    );
    hostile.lie("", Lie::Nothing);
    ok(here, &["mirror", &hostile.base, "copy"]);
    ok(here, &["verify", "copy"]);
}

#[test]
fn a_lost_text_is_fetched_later_though_the_first_mirror_died_before_it_noted_it() {
    let home = published(2);
    let here = home.path();
    let hostile = Hostile::start(here.join("m/record"));
    hostile.lie("blob/", Lie::Away(here.join("copy/record/checkpoint")));
    let args = ["mirror", &hostile.base, "copy", "--key", "m/record/log.json"];
    let output = chancery(here, &args).output().expect("runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && text.contains("the server answers 500"),
        "{text}"
    );
    assert!(size(&here.join("copy/record")) > 0, "the entries are there");
    hostile.lie("", Lie::Nothing);
    ok(here, &["mirror", &hostile.base, "copy"]);
    ok(here, &["verify", "copy"]);
    let idle = ok(here, &["mirror", &hostile.base, "copy"]);
    assert!(String::from_utf8_lossy(&idle.stderr).contains("nothing new"));
}

#[test]
fn a_mirror_keeps_to_its_key_and_no_ministry_becomes_one() {
    let home = published(1);
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    ok(here, &["mirror", &server.base, "copy"]);
    ok(
        here,
        &["init", "other", "--name", "Other", "--origin", "record.other.example"],
    );
    for (args, said) in [
        (
            ["mirror", &server.base, "copy", "--key", "other/record/log.json"],
            "not the key with which",
        ),
        (
            ["mirror", &server.base, "other", "--key", "m/record/log.json"],
            "not a mirror",
        ),
        (
            ["mirror", &server.base, "texts", "--key", "m/record/log.json"],
            "there are other files",
        ),
        (
            ["mirror", "nowhere", "copy2", "--key", "m/record/log.json"],
            "not an address",
        ),
    ] {
        let output = chancery(here, &args).output().expect("runs");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && text.contains(said), "{text}");
    }
    assert!(!here.join("copy2").exists());
}

#[test]
fn a_mirror_that_could_not_be_begun_leaves_nothing_of_its_own() {
    let home = published(1);
    let here = home.path();
    let server = Server::start(here, &["serve", "m"]);
    ok(
        here,
        &["init", "other", "--name", "Other", "--origin", "record.other.example"],
    );
    std::fs::create_dir(here.join("empty")).expect("folder");
    for folder in ["new", "new/deep/copy", "empty"] {
        finds(
            here,
            &["mirror", &server.base, folder, "--key", "other/record/log.json"],
        );
    }
    assert!(!here.join("new").exists());
    assert_eq!(tree(&here.join("empty")), BTreeMap::new());
    // What is there already stays.
    ok(here, &["mirror", &server.base, "new/deep/copy"]);
    let before = tree(&here.join("new"));
    drop(server);
    let gone = chancery(here, &["mirror", "http://127.0.0.1:1/", "new/deep/copy"])
        .output()
        .expect("runs");
    assert_eq!(gone.status.code(), Some(1));
    assert_eq!(tree(&here.join("new")), before);
}

fn copy_folder(from: &Path, to: &Path) {
    let done = std::process::Command::new("cp")
        .arg("-a")
        .arg(from)
        .arg(to)
        .status()
        .expect("cp");
    assert!(done.success());
}

/// What a hostile server does to the files below a path.
#[derive(Clone)]
enum Lie {
    Nothing,
    Bytes(Vec<u8>),
    Status(&'static str),
    /// One bit in the middle of the file is another.
    Flip,
    /// An answer that does not end.
    Endless,
    /// Nothing is there until this file is, and a failure of the server from then on.
    Away(PathBuf),
}

/// A file server that lies as it is told to.
struct Hostile {
    base: String,
    told: Arc<Mutex<(String, Lie)>>,
}

impl Hostile {
    fn start(root: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let base = format!("http://{}/record/", listener.local_addr().expect("address"));
        let told = Arc::new(Mutex::new((String::new(), Lie::Nothing)));
        let lies = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, root, lies) = (stream.expect("stream"), root.clone(), Arc::clone(&lies));
                std::thread::spawn(move || while answer(&stream, &root, &lies).is_some() {});
            }
        });
        Self { base, told }
    }

    fn lie(&self, path: &str, lie: Lie) {
        *self.told.lock().expect("lock") = (path.to_owned(), lie);
    }
}

fn answer(stream: &TcpStream, root: &Path, lies: &Mutex<(String, Lie)>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let path = line
        .split(' ')
        .nth(1)?
        .strip_prefix("/record/")?
        .split('?')
        .next()?
        .to_owned();
    while reader.read_line(&mut line).ok()? > 2 {}
    let (under, lie) = lies.lock().expect("lock").clone();
    let told = !under.is_empty() && path.starts_with(&under);
    let mut found = std::fs::read(root.join(&path)).ok();
    let mut out = stream;
    match lie {
        Lie::Status(status) if told => return write!(out, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").ok(),
        Lie::Away(until) if told => {
            let status = if until.exists() {
                "500 Internal Server Error"
            } else {
                "404 Not Found"
            };
            return write!(out, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").ok();
        }
        Lie::Bytes(bytes) if told => found = Some(bytes),
        Lie::Flip if told => {
            let bytes = found.as_mut()?;
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }
        Lie::Endless if told => {
            write!(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").ok()?;
            while out.write_all(&[b'a'; 8192]).is_ok() {}
            return None;
        }
        _ => {}
    }
    let Some(bytes) = found else {
        return write!(out, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").ok();
    };
    write!(out, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes.len()).ok()?;
    out.write_all(&bytes).ok()
}

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{Report, folder, proof, trust::Trusted, web};
use crate::{
    cli::Cli,
    folder::Folder,
    output::{Done, FINDINGS},
    reading::{self, Files},
};
use clap::Parser as _;
use record::{lang::Lang, register::Register};
use site::view::Source as _;
use std::path::{Path, PathBuf};
use tlog::Checkpoint;

const MARK: &str = "type = \"section\"\nsite = \"vn\"\nslug = \"news\"\nrole = \"news\"\nshow = \"list\"\n";

/// A little record with an imported page, texts, a correction, a withdrawal and a retraction.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/page-dump.txt");
        std::fs::copy(dump, home.path("page-dump.txt")).unwrap();
        std::fs::create_dir(home.path("texts")).unwrap();
        home.write("texts/news.toml", MARK);
        for name in ["one", "two", "three"] {
            home.text(name, "The water rose.");
        }
        home.run("init m --name Ministry --origin record.merrow.example");
        home.run("site add m --code vn --name Embassy --langs en,vi");
        home.run("publish m texts --yes");
        home.run("import m page-dump.txt --site vn --lang en --create-sections --yes");
        home.text("one", "The water rose, and fell.");
        home.run("correct m texts --update correction --notice en=Mended --yes");
        home.run("withdraw m texts/two.en.md --yes");
        home.run("retract m texts/three.en.md --yes");
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn text(&self, name: &str, body: &str) {
        let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14\"";
        self.write(
            &format!("texts/{name}.en.md"),
            &format!("+++\ntitle = \"Tide {name}\"\n{front}\n+++\n\n{body}\n"),
        );
    }

    fn try_run(&self, line: &str) -> Done {
        let place = |word: &str| {
            let there = self.path(word);
            let is_path = word == "m" || there.exists();
            if is_path {
                there.display().to_string()
            } else {
                word.to_owned()
            }
        };
        let words = std::iter::once("chancery".to_owned()).chain(line.split(' ').map(place));
        Cli::try_parse_from(words).unwrap().command.run()
    }

    fn run(&self, line: &str) {
        self.try_run(line)
            .unwrap_or_else(|failure| panic!("{line}: {failure:?}"));
    }

    fn copy(&self, from: &str, to: &str) {
        for file in public(&self.path(from)) {
            let target = self.path(to).join(&file);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::copy(self.path(from).join(&file), target).unwrap();
        }
    }

    fn check(&self) -> Report {
        folder::check(&self.path("m"), None).unwrap().0
    }

    fn read(&self) -> (Register, Files) {
        let data = Folder::open(&self.path("m")).unwrap();
        let files = Files::new(&data.record(), reading::published_size(&data.record()).unwrap());
        (reading::load(&data, &files).unwrap().0, files)
    }
}

/// All files below a folder but those of the writer, by their paths.
fn public(root: &Path) -> Vec<String> {
    let (mut folders, mut files) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().display().to_string();
            match path.is_dir() {
                true if name == ".state" => {}
                true => folders.push(path),
                false => files.push(name),
            }
        }
    }
    files.sort();
    files
}

/// Writes a file that may be read-only.
fn overwrite(path: &Path, bytes: &[u8]) {
    let _ = std::fs::remove_file(path);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_sound_record_is_told_in_figures() {
    let home = Home::new();
    let report = home.check();
    assert_eq!(report.findings, []);
    let summary = report.summary.unwrap();
    assert_eq!((summary.missions, &*summary.origin), (2, "record.merrow.example"));
    assert!(summary.entries > 30 && summary.withheld == 2, "{summary}");
    home.run("verify m");
    home.run("verify m --key m/record/log.json");
}

#[test]
fn one_bit_of_any_public_file_is_found_and_the_file_named() {
    let home = Home::new();
    let record = home.path("m/record");
    let files = public(&record);
    assert!(files.len() > 30, "{files:?}");
    let mut state = 7u64;
    let mut dice = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for file in files {
        let path = record.join(&file);
        let good = std::fs::read(&path).unwrap();
        for _ in 0..2 {
            let (at, bit) = (dice(good.len()), dice(8));
            let mut bad = good.clone();
            bad[at] ^= 1 << bit;
            overwrite(&path, &bad);
            let found = home.check().findings;
            let named = found.first().is_some_and(|finding| finding.file == file);
            assert!(named, "{file}: bit {bit} of byte {at}: {found:#?}");
            let follows = |file: &str| file.starts_with("cache/");
            assert!(
                !found.iter().any(|finding| follows(&finding.file)),
                "{file}: {found:#?}"
            );
        }
        overwrite(&path, &good);
    }
    assert!(home.check().is_sound());
}

/// Findings, and their files.
fn files(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| &*finding.file).collect()
}

#[test]
fn what_only_follows_from_a_damaged_file_comes_after_it_and_is_told_in_few_words() {
    let home = Home::new();
    let record = home.path("m/record");
    let bundle = &format!("tile/entries/000.p/{}", home.check().summary.unwrap().entries);
    let good = std::fs::read(record.join(bundle)).unwrap();
    // Cut off: no entry can be read, so nothing is said of what they would name.
    overwrite(&record.join(bundle), &good[..good.len() - 1]);
    let report = home.check();
    assert_eq!(files(&report), [&**bundle], "{:#?}", report.findings);
    assert!(report.summary.is_none());
    let told = |start: &str| report.remarks.iter().any(|remark| remark.starts_with(start));
    assert!(told("not checked: entries from 0 on") && told("not compared: cache/register.snapshot"));
}

#[test]
fn missing_cut_and_foreign_files_are_found() {
    let home = Home::new();
    let record = home.path("m/record");
    for file in public(&record) {
        let path = record.join(&file);
        let good = std::fs::read(&path).unwrap();
        overwrite(&path, &good[..good.len() - 1]);
        let report = home.check();
        assert!(
            report.findings.iter().any(|finding| finding.file == file),
            "{file} cut: {:?}",
            report.findings
        );
        overwrite(&path, &good);
    }
    std::fs::write(record.join("notes.txt"), "x").unwrap();
    let report = home.check();
    assert_eq!(
        report.findings.iter().map(|f| &*f.file).collect::<Vec<_>>(),
        ["notes.txt"]
    );
    std::fs::remove_file(record.join("notes.txt")).unwrap();
    std::fs::remove_file(record.join("policy")).unwrap();
    assert!(home.check().findings.iter().any(|finding| finding.file == "policy"));
    let failure = home.try_run("verify m").unwrap_err();
    assert_eq!(failure.code, FINDINGS);
}

#[test]
fn a_record_that_went_back_or_forked_is_found() {
    let home = Home::new();
    home.copy("m", "earlier");
    std::fs::copy(home.path("m/record/checkpoint"), home.path("kept")).unwrap();
    home.text("four", "The water fell.");
    home.run("publish m texts/four.en.md --yes");
    let found = |subject: &str, trusted: Trusted| {
        let report = folder::check(&home.path(subject), Some(trusted)).unwrap().0;
        report.findings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let named = |folder: &str| Trusted::named(&home.path(folder).display().to_string()).unwrap();
    assert_eq!(found("m", named("earlier")), [""; 0]);
    assert_eq!(found("m", named("m")), [""; 0]);
    let back = found("earlier", named("m"));
    assert!(
        back.len() == 1 && back[0].starts_with("checkpoint: went back: "),
        "{back:?}"
    );
    let failure = home.try_run("verify earlier/record --key m").unwrap_err();
    assert_eq!(failure.code, FINDINGS);

    // The same ministry tells another story from the same beginning.
    home.text("four", "The water stayed.");
    home.run("publish earlier texts/four.en.md --yes");
    let forked = found("earlier", named("m"));
    assert_eq!(forked.len(), 1, "{forked:?}");
    assert!(
        forked[0].starts_with("checkpoint: is of another history: "),
        "{forked:?}"
    );
    let own = |folder: &str| Trusted::of_folder(&home.path(folder)).unwrap();
    let since = |folder: &str, file: &str| own(folder).with_seen(&home.path(file)).unwrap();
    assert_eq!(found("earlier", since("earlier", "kept")), [""; 0]);
    assert_eq!(found("earlier", since("earlier", "m/record/checkpoint")).len(), 1);
    home.run("verify m --since kept");
    assert_eq!(
        home.try_run("verify earlier --since m/record/checkpoint")
            .unwrap_err()
            .code,
        FINDINGS
    );
    home.write("no", "no checkpoint\n");
    assert!(own("m").with_seen(&home.path("no")).is_err());
}

#[test]
fn a_fork_that_ends_the_key_early_does_not_get_around_what_was_kept() {
    let home = Home::new();
    let key = Trusted::of_folder(&home.path("m")).unwrap();
    home.copy("m", "fork");
    home.run("key replace fork --log --yes");
    let found = |subject: &str| {
        let trusted = Trusted::key(key.key.clone()).with_seen(&home.path("m/record/checkpoint"));
        let report = folder::check(&home.path(subject), Some(trusted.unwrap())).unwrap().0;
        report.findings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(found("fork"), [""; 0], "it only goes on");
    for name in ["four", "five", "six"] {
        home.text(name, "The water fell.");
        home.run(&format!("publish m texts/{name}.en.md --yes"));
    }
    let back = found("fork");
    assert!(back[0].starts_with("checkpoint: went back: "), "{back:?}");
    for name in ["four", "five", "six", "seven"] {
        home.text(name, "The water stayed.");
        home.run(&format!("publish fork texts/{name}.en.md --yes"));
    }
    let other = found("fork");
    assert!(other[0].starts_with("checkpoint: is of another history: "), "{other:?}");
    // By a key that neither is trusted nor named: nothing can be said, and that is not well.
    let stranger = tlog::note::SigningKey::generate("record.merrow.example", [9; 32]).unwrap();
    let bytes = std::fs::read(home.path("m/record/checkpoint")).unwrap();
    let checkpoint = tlog::Checkpoint::open(&bytes, &key.keys).unwrap();
    home.write("strange", &String::from_utf8(checkpoint.sign(&stranger)).unwrap());
    let trusted = key.clone().with_seen(&home.path("strange")).unwrap();
    let report = folder::check(&home.path("m"), Some(trusted)).unwrap().0;
    assert!(report.findings.len() == 1 && report.findings[0].what.starts_with("cannot be checked"));
}

#[test]
fn what_a_killed_command_left_is_swept() {
    let home = Home::new();
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let (gone, here) = (child.id(), std::process::id());
    child.wait().unwrap();
    let leave = |pid: u32| {
        let files = ["m/keys/office-vn-1", "m/root-key/root-1", "m/other", "m/record/other"];
        let files = files.map(|file| format!("{file}.tmp-{pid}"));
        files.iter().for_each(|file| home.write(file, "a key\n"));
        for folder in [format!(".m.init-{pid}"), format!("..m.demo-{pid}.init-{pid}")] {
            std::fs::create_dir_all(home.path(&folder).join("keys")).unwrap();
            home.write(&format!("{folder}/keys/log.key"), "a key\n");
        }
        [
            files.to_vec(),
            vec![format!(".m.init-{pid}"), format!("..m.demo-{pid}.init-{pid}")],
        ]
        .concat()
    };
    let (left, held) = (leave(gone), leave(here));
    home.text("four", "The water fell.");
    home.run("publish m texts/four.en.md --yes");
    left.iter()
        .for_each(|path| assert!(!home.path(path).exists(), "{path}"));
    held.iter()
        .for_each(|path| assert!(home.path(path).exists(), "{path} is of a process that runs"));
}

#[test]
fn blocks_of_two_originals_are_numbered_without_a_gap() {
    let home = Home::new();
    home.text("four", "One.\n\nTwo.");
    home.write(
        "texts/four.vi.md",
        "+++\ntitle = \"Nước\"\nslug = \"nuoc\"\n+++\n\nBa.\n",
    );
    home.run("publish m texts/four.en.md texts/four.vi.md --yes");
    let (register, _) = home.read();
    let vietnamese: Lang = "vi".parse().unwrap();
    let both = |no: &record::register::DocNo| {
        let document = register.document(*no);
        document.facts.kind.text().is_some() && document.language(vietnamese).is_some()
    };
    let four = register.documents().find(both).unwrap();
    assert_eq!(register.document(four).highest_block, 3);
}

#[test]
fn a_damaged_snapshot_is_found() {
    let home = Home::new();
    let path = home.path("m/cache/register.snapshot");
    let Ok(mut bytes) = std::fs::read(&path) else {
        panic!("no snapshot")
    };
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(
        home.check()
            .findings
            .iter()
            .any(|finding| finding.file == "cache/register.snapshot")
    );
}

#[test]
fn another_key_proves_nothing() {
    let home = Home::new();
    let other = tlog::note::SigningKey::generate("record.merrow.example", [9; 32]).unwrap();
    let (report, _) = folder::check(&home.path("m"), Some(Trusted::key(other.verifier()))).unwrap();
    assert!(report.findings.iter().any(|finding| finding.file == "checkpoint"));
}

/// Proof and JSON of the newest English words of a document.
fn pair(home: &Home) -> (String, Vec<u8>) {
    let (register, files) = home.read();
    let no = register.captured("vn", "dump/1", "page-dump.txt").unwrap();
    let edition = register.document(no).current(Lang::ENGLISH).unwrap();
    let proof = files.proof(edition.index).unwrap();
    let size: u64 = proof
        .split("\n\n")
        .nth(1)
        .unwrap()
        .lines()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let blob = files.blob(&edition.sealed.unwrap().content).unwrap();
    let salt = tlog::Hash(*blob.first_chunk().unwrap());
    let manifest = std::str::from_utf8(&blob[32..]).unwrap();
    let extra = proof.lines().nth(1).unwrap().strip_prefix("extra ").unwrap();
    let json = format!(
        "{{\"checkpoint-size\":{size},\"edition\":{{\"entry\":\"{extra}\",\"manifest\":{manifest},\"salt\":\"{salt}\"}}}}"
    );
    (proof, json.into_bytes())
}

#[test]
fn a_proof_shows_what_was_issued_and_no_more() {
    let home = Home::new();
    let (proof, json) = pair(&home);
    std::fs::write(home.path("x.proof"), &proof).unwrap();
    std::fs::write(home.path("x.json"), &json).unwrap();
    home.run("verify x.proof x.json --key m");
    home.run("verify x.proof --key m/record/log.json");
    assert!(home.try_run("verify x.proof x.json").is_err());
    let trusted = Trusted::of_folder(&home.path("m")).unwrap();
    let shown = proof::check(proof.as_bytes(), Some(&json), &trusted).unwrap();
    assert!(shown.signer_known);
    let words = shown.words().join("\n");
    assert!(words.contains("issued this text: “Osric Pellane"), "{words}");
    assert!(words.contains("Not shown: that it is the newest version"), "{words}");
}

#[test]
fn a_changed_text_or_proof_proves_nothing() {
    let home = Home::new();
    let (proof, json) = pair(&home);
    let trusted = Trusted::of_folder(&home.path("m")).unwrap();
    let text = String::from_utf8(json.clone()).unwrap();
    let changed = [
        text.replace("one zero", "two zero"),
        text.replace("\"checkpoint-size\":", "\"checkpoint-size\":1"),
        text.replace("{\"entry\":\"", "{\"entry\":\"A"),
        text.replace("\"salt\":\"", "\"salt\":\"0"),
        text.replace("{\"checkpoint", " {\"checkpoint"),
    ];
    for changed in changed {
        assert_ne!(changed, text);
        let wrong = proof::check(proof.as_bytes(), Some(changed.as_bytes()), &trusted).unwrap_err();
        assert!(wrong.in_json, "{wrong:?}");
    }
    for at in (0..proof.len()).step_by(7) {
        let mut bytes = proof.clone().into_bytes();
        bytes[at] ^= 1;
        assert!(proof::check(&bytes, Some(&json), &trusted).is_err(), "byte {at}");
    }
}

#[test]
fn a_record_behind_an_address_is_checked_like_one_on_disk() {
    let home = Home::new();
    let server = Server::start(home.path("m/record"));
    let trusted = Trusted::of_folder(&home.path("m")).unwrap();
    let (report, _) = web::check(&server.base, Some(trusted.clone())).unwrap();
    assert_eq!(report.findings, []);
    assert!(report.summary.unwrap().files > 40);
    let (report, own) = web::check(&server.base, None).unwrap();
    assert!(report.is_sound() && own.from_record);
    let record = home.path("m/record");
    let blob = public(&record)
        .into_iter()
        .find(|file| file.starts_with("blob/"))
        .unwrap();
    let mut bytes = std::fs::read(record.join(&blob)).unwrap();
    bytes[40] ^= 1;
    overwrite(&record.join(&blob), &bytes);
    let (report, _) = web::check(&server.base, Some(trusted.clone())).unwrap();
    assert!(
        report.findings.iter().any(|finding| finding.file == blob),
        "{:?}",
        report.findings
    );
    std::fs::write(record.join("checkpoint.moved"), "http://other.example/checkpoint").unwrap();
    std::fs::remove_file(record.join("checkpoint")).unwrap();
    let (report, _) = web::check(&server.base, Some(trusted)).unwrap();
    assert!(
        report
            .findings
            .iter()
            .any(|f| f.file == "checkpoint" && f.what.contains("redirected")),
        "{:?}",
        report.findings
    );
}

/// Another record of the same name, with keys of its own, which shows a checkpoint of the true one.
#[test]
fn a_checkpoint_of_the_true_record_does_not_make_a_forged_one_true() {
    let home = Home::new();
    std::fs::create_dir(home.path("forged")).unwrap();
    home.run("init forged --name Ministry --origin record.merrow.example");
    let trusted = Trusted::of_folder(&home.path("m")).unwrap();
    let forged = home.path("forged/record");
    let read = |folder: &str| std::fs::read(home.path(folder).join("record/checkpoint")).unwrap();
    let (theirs, own) = (read("m"), read("forged"));
    let size = tlog::Checkpoint::open(&theirs, &trusted.keys).unwrap().size;
    let server = Server::start(forged.clone());
    let refused = |shown: u64| {
        overwrite(&forged.join("checkpoints.list"), format!("{shown}\n").as_bytes());
        let (report, _) = web::check(&server.base, Some(Trusted::key(trusted.key.clone()))).unwrap();
        assert!(!report.is_sound(), "shown as that of {shown} entries");
    };
    for shown in [size, 1] {
        overwrite(&forged.join(format!("checkpoints/{shown}")), &theirs);
        refused(shown);
    }
    // The true checkpoint to those who look for the key, the forged one to those who look for the entries.
    for first in 0..4 {
        (0..first).for_each(|n| std::fs::write(forged.join(format!("checkpoint.{n}")), &theirs).unwrap());
        refused(size);
        (0..first).for_each(|n| _ = std::fs::remove_file(forged.join(format!("checkpoint.{n}"))));
    }
    assert_eq!(read("forged"), own);
}

/// A plain file server on loopback; `FILE.moved` redirects, `FILE.0` to `FILE.3` are answered once before `FILE`, and
/// `FOLDER.list` is the list of a folder.
struct Server {
    base: String,
}

impl Server {
    fn start(root: PathBuf) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/record/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let root = root.clone();
                std::thread::spawn(move || serve(stream.unwrap(), &root));
            }
        });
        Self { base }
    }
}

fn serve(stream: std::net::TcpStream, root: &Path) {
    use std::io::{BufRead as _, BufReader, Write as _};
    let mut out = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(line)) = lines.next() {
        let path = line.split(' ').nth(1).unwrap_or_default().replacen("/record/", "", 1);
        for header in lines.by_ref() {
            if header.is_ok_and(|header| header.is_empty()) {
                break;
            }
        }
        let moved = std::fs::read_to_string(root.join(format!("{path}.moved")));
        let once = (0..4)
            .map(|n| root.join(format!("{path}.{n}")))
            .find(|file| file.exists());
        let list = path.strip_suffix('/').map(|folder| root.join(format!("{folder}.list")));
        let file = once.clone().or(list).unwrap_or_else(|| root.join(&path));
        let answer = std::fs::read(file);
        once.map(std::fs::remove_file);
        let (head, body) = match (answer, moved) {
            (Ok(body), _) => ("200 OK".to_owned(), body),
            (_, Ok(to)) => (format!("302 Found\r\nLocation: {to}"), Vec::new()),
            _ => ("404 Not Found".to_owned(), Vec::new()),
        };
        let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len());
        let _ = out.write_all(head.as_bytes()).and_then(|()| out.write_all(&body));
    }
}

#[test]
fn a_clock_far_behind_the_last_entry_writes_only_with_a_reason() {
    let (register, _) = Home::new().read();
    let at = |seconds: i64| record::date::Moment(register.last_issued().0 + seconds);
    assert!(crate::clock::check(&register, at(-300)).is_ok());
    let refused = crate::clock::check(&register, at(-301)).unwrap_err();
    assert!(refused.hint.unwrap().contains("--accept-clock"));
    assert!(crate::clock::accept(" ").is_err());
    crate::clock::accept("the machine was set a day ahead by mistake").unwrap();
    assert!(crate::clock::check(&register, at(-301)).is_ok());
}

/// The vectors of `docs/spec/entry.md`, section 6.3: a log.json alone tells of every size who may sign it.
#[test]
fn a_log_json_tells_which_key_signs_which_size() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/vectors/entry/checkpoints.json"
    );
    let vectors: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let keys = Trusted::log_json(case["log-json"].as_str().unwrap().as_bytes())
            .unwrap()
            .keys;
        for head in case["heads"].as_array().unwrap() {
            let opened = Checkpoint::open(head["checkpoint"].as_str().unwrap().as_bytes(), &keys);
            assert_eq!(
                head["accept"],
                opened.is_ok(),
                "{}, size {}",
                case["name"],
                head["size"]
            );
        }
    }
}

/// A record folder as a writer leaves it between the steps of a commit: `m` before and `after` after an edition more.
struct Halfway(Home);

impl Halfway {
    fn new() -> Self {
        let home = Home::new();
        ["whole", "after"].iter().for_each(|to| home.copy("m", to));
        home.text("four", "The water fell.");
        home.run("publish whole texts/four.en.md --yes");
        let halfway = Self(home);
        halfway.commit_again();
        halfway
    }

    /// Commits to `after` what `whole` has, by a writer that does not come to close its journal.
    fn commit_again(&self) {
        let (after, whole) = (self.0.path("after"), self.0.path("whole/record"));
        let keys = crate::keys::logs(&Folder::open(&after).unwrap()).unwrap();
        let known = Trusted::of_folder(&after).unwrap().keys;
        let disk = std::sync::Arc::new(tlog::Dir::new(after.join("record")));
        let (mut writer, _) = tlog::Writer::open_with(disk, keys, &known, record::entry::erases).unwrap();
        let log = tlog::LogReader::new(tlog::Dir::new(&whole), reading::published_size(&whole).unwrap());
        let entries = log.entries(writer.size()..log.size()).map(|entry| entry.unwrap().1);
        let blobs = public(&whole).into_iter().filter(|file| file.starts_with("blob/"));
        let blobs = blobs.filter(|file| !after.join("record").join(file).exists());
        let blobs = blobs.map(|file| tlog::Blob {
            name: file[8..].parse().unwrap(),
            bytes: std::fs::read(whole.join(&file)).unwrap(),
        });
        let (entries, blobs) = (entries.collect(), blobs.collect());
        writer.commit(&[tlog::Group { entries, blobs }]).unwrap();
    }

    /// Files of `after` that `m` has not, but the checkpoint, and those it has with other bytes.
    fn new_files(&self) -> Vec<String> {
        let read = |folder: &str, file: &str| std::fs::read(self.0.path(folder).join("record").join(file)).ok();
        let mut files = public(&self.0.path("after/record"));
        files.retain(|file| file != "checkpoint" && read("m", file) != read("after", file));
        files
    }

    fn take(&self, file: &str) {
        let target = self.0.path("m/record").join(file);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        let _ = std::fs::remove_file(&target);
        std::fs::copy(self.0.path("after/record").join(file), target).unwrap();
    }

    /// The journal and what says how far it goes.
    fn commit(&self) {
        let state = self.0.path("m/record/.state");
        std::fs::remove_dir_all(&state).unwrap();
        std::fs::create_dir(&state).unwrap();
        for entry in std::fs::read_dir(self.0.path("after/record/.state")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            self.take(&format!(".state/{name}"));
        }
    }
}

#[test]
fn what_a_command_at_work_or_an_interrupted_one_has_written_is_no_finding() {
    let halfway = Halfway::new();
    let home = &halfway.0;
    let files = halfway.new_files();
    let blobs: Vec<_> = files.iter().filter(|file| file.starts_with("blob/")).collect();
    assert!(blobs.len() == 2 && files.len() > 4, "{files:?}");
    let unpublished = || reading::unpublished(&home.path("m/record"), 40);
    assert_eq!(unpublished(), None);
    halfway.commit();
    assert_eq!(home.check().findings, []);
    let told = unpublished().unwrap();
    assert_eq!(told, "entries 40 to 41: committed, and not yet in the checkpoint");
    for file in &files {
        halfway.take(file);
        let report = home.check();
        assert_eq!(report.findings, [], "with {file}");
        let told = |remark: &String| remark.starts_with("not checked: entries 40 to 41, committed and not yet");
        assert!(report.remarks.iter().any(told), "{:?}", report.remarks);
    }
    // One that is cut in the middle of being written.
    overwrite(&home.path("m/record").join(blobs[0]), b"");
    assert_eq!(home.check().findings, []);
    // A blob that no journal holds is found all the same.
    let foreign = tlog::blob_path(tlog::hash::sha256(b"another"));
    overwrite(&home.path("m/record/blob").join("x"), b"another");
    std::fs::create_dir_all(home.path("m/record").join(&foreign).parent().unwrap()).unwrap();
    std::fs::rename(home.path("m/record/blob/x"), home.path("m/record").join(&foreign)).unwrap();
    let found = home.check().findings;
    assert_eq!(found.iter().map(|found| &*found.file).collect::<Vec<_>>(), [&*foreign]);
    std::fs::remove_file(home.path("m/record").join(&foreign)).unwrap();
    // Without the journal nothing tells whose they are.
    std::fs::remove_dir_all(home.path("m/record/.state")).unwrap();
    let found = home.check().findings;
    assert!(
        blobs.iter().all(|blob| found.iter().any(|found| &found.file == *blob)),
        "{found:?}"
    );
}

/// A check that began with the checkpoint of before.
struct Before<'a>(&'a tlog::Dir, &'a [u8]);
impl tlog::Source for Before<'_> {
    fn read(&self, path: &str, most: usize) -> std::io::Result<Option<Vec<u8>>> {
        match path {
            "checkpoint" => Ok(Some(self.1.to_vec())),
            _ => self.0.read(path, most),
        }
    }
}

#[test]
fn what_was_published_while_a_record_was_checked_is_no_finding() {
    let halfway = Halfway::new();
    let home = &halfway.0;
    let now = home.path("m/record/checkpoint");
    let checkpoint = std::fs::read(&now).unwrap();
    halfway.new_files().iter().for_each(|file| halfway.take(file));
    let record = home.path("m/record");
    halfway.take("checkpoint");
    // The next command drops the journal.
    std::fs::remove_dir_all(record.join(".state")).unwrap();
    let (disk, newest) = (tlog::Dir::new(&record), folder::newest(&record).unwrap());
    let trusted = Trusted::of_folder(&home.path("m")).unwrap();
    let report = super::look::look(super::look::Subject {
        source: &Before(&disk, &checkpoint),
        listing: Some(&disk),
        beyond: Some(&newest),
        keys: &trusted.keys,
        snapshot: None,
        seen: None,
        through: None,
    });
    assert_eq!(report.findings, []);
    assert_eq!(report.summary.unwrap().entries, 40);
}

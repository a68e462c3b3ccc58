#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{
    Tally,
    bulk::{self, Bulk},
    statements::{self, Came},
};
use crate::{
    cli::Cli,
    clock,
    folder::Folder,
    keys,
    output::{Done, FAILED, USAGE},
    reading::{self, Files, manifest_of},
    writing::Writing,
};
use clap::Parser as _;
use record::{
    body::{Block, BlockId, Kind},
    entry::{Action, Update},
    lang::Lang,
    register::{Document, Manifest, Register},
    seal,
    words::{Authority, Words},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};
use tlog::note::{SignError, SignatureLine, SigningKey, Signs, VerifierKey};

/// A ministry with the site `vn` in English and Vietnamese.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        home.run(&[
            "init",
            "m",
            "--name",
            "Ministry of Merrow",
            "--origin",
            "record.merrow.example",
        ])
        .unwrap();
        let site = [
            "site", "add", "m", "--code", "vn", "--name", "Embassy", "--langs", "en,vi",
        ];
        home.run(&[site.as_slice(), &["--zone", "Asia/Ho_Chi_Minh"]].concat())
            .unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Runs a command line; the data folder `m` and names of files that exist are in the folder.
    fn run(&self, args: &[&str]) -> Done {
        let place = |arg: &&str| {
            let is_path = *arg == "m" || arg.contains('.') && self.path(arg).exists();
            if is_path {
                self.path(arg).display().to_string()
            } else {
                (*arg).to_owned()
            }
        };
        let line = std::iter::once("chancery".to_owned()).chain(args.iter().map(place));
        Cli::try_parse_from(line).unwrap().command.run()
    }

    fn import(&self, args: &[&str]) -> Done {
        self.run(&[&["import", "m"], args].concat())
    }

    fn dump(&self, file: &str, more: &[&str]) -> Done {
        let site = ["--site", "vn", "--lang", "en", "--create-sections"];
        self.import(&[&[file], site.as_slice(), more].concat())
    }

    fn folder(&self) -> Folder {
        Folder::open(&self.path("m")).unwrap()
    }

    fn state(&self) -> State {
        let folder = self.folder();
        let size = reading::published_size(&folder.record()).unwrap();
        let files = Files::new(&folder.record(), size);
        let (register, _) = reading::load(&folder, &files).unwrap();
        State { register, files }
    }
}

/// Imports lines as statements, with a writer that is at hand.
fn import(writing: &mut Writing, files: &[PathBuf], came: &mut Came) -> Done {
    let wanted = statements::Wanted {
        files,
        action: Action::Publish,
        strict: false,
        dry: false,
        sites: &[],
    };
    statements::import(writing, &wanted, &clock::now, came)
}

/// A key that signs so many times only.
struct Tired(SigningKey, AtomicU64);

impl Signs for Tired {
    fn verifier(&self) -> VerifierKey {
        self.0.verifier().clone()
    }

    fn sign(&self, text: &[u8]) -> Result<SignatureLine, SignError> {
        let left = self
            .1
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map(|_| self.0.sign(text))
            .map_err(|_| SignError("tired".to_owned()))
    }
}

struct State {
    register: Register,
    files: Files,
}

impl State {
    fn of(&self, importer: &str, key: &str) -> &Document {
        let no = self.register.captured("vn", importer, key).expect("on record");
        self.register.document(no)
    }

    fn words(&self, doc: &Document, lang: &str) -> Words {
        let sealed = doc.current(lang.parse().unwrap()).unwrap().sealed.unwrap();
        let blob = self.files.blob(&sealed.content).unwrap();
        match manifest_of(sealed.media, seal::open(&sealed.content, &blob).unwrap()) {
            Some(Manifest::Words(words)) => *words,
            other => panic!("{other:?}"),
        }
    }
}

fn fixture() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/page-dump.txt");
    std::fs::read_to_string(path).unwrap()
}

/// Texts of a body: paragraphs, and points one by one.
fn passages(body: &[Block]) -> Vec<(BlockId, String)> {
    let mut all = Vec::new();
    for block in body {
        match &block.kind {
            Kind::Points { items, .. } => {
                all.extend(items.iter().map(|item| (item.id, record::body::plain(&item.text))));
            }
            _ => all.push((block.id, record::body::block_plain(block))),
        }
    }
    all
}

fn line(id: &str, lang: &str, title: &str, body: &str) -> String {
    let published = "2026-03-14T15:08:00+07:00";
    format!(
        "{{\"id\":\"{id}\",\"site\":\"vn\",\"lang\":\"{lang}\",\"section\":\"press-notes\",\"title\":\"{title}\",\"published\":\"{published}\",\"topics\":[\"Clean seas\"],\"body\":\"{body}\"}}\n"
    )
}

#[test]
fn a_page_dump_becomes_an_archived_document_with_its_points() {
    let home = Home::new();
    home.write("page-dump.txt", fixture());
    home.dump("page-dump.txt", &["--url", "http://old.example/t1.htm?a=1"])
        .unwrap();
    let state = home.state();
    let doc = state.of("dump/1", "http://old.example/t1.htm?a=1");
    let words = state.words(doc, "en");
    assert_eq!(
        &*words.title,
        "Osric Pellane Attends Meeting of Foreign Ministers of the Harbour Council"
    );
    let date = doc.facts.date.as_ref().unwrap();
    assert_eq!(date.local.to_string(), "2021-07-14T15:08");
    assert_eq!(
        (&*date.assumed, date.offset.unwrap().to_string()),
        ([Box::from("zone")].as_slice(), "+07:00".into())
    );
    let section = state.register.by_id(doc.facts.section.unwrap()).unwrap();
    assert_eq!(&*state.register.section(section).unwrap().slug, "news");
    let passages = passages(&words.body);
    assert_eq!(passages.len(), 10);
    let points = words
        .body
        .iter()
        .find(|block| matches!(block.kind, Kind::Points { .. }))
        .unwrap();
    let points = points.kind.items();
    assert_eq!(points.len(), 5);
    assert!(points.iter().all(|point| point.id.0 > 0));
    assert!(
        doc.facts_editions
            .iter()
            .all(|edition| edition.action == Action::Archive)
    );
    assert_eq!(
        state
            .register
            .old_address("http://old.example/t1.htm?a=1")
            .map(|no| state.register.document(no).id),
        Some(doc.id)
    );
    assert_eq!(
        state
            .register
            .sections(state.register.site_by_code("vn").unwrap())
            .len(),
        9
    );
    assert_eq!(
        state.register.topics(state.register.site_by_code("vn").unwrap()).len(),
        3
    );
    let capture = doc.facts.capture.as_ref().unwrap().digest.to_string();
    let kept = home.path("m/captures").join(&capture[..2]).join(&capture);
    assert_eq!(std::fs::read(kept).unwrap(), fixture().as_bytes());
}

#[test]
fn the_same_page_again_changes_nothing_and_a_mended_one_is_a_re_import_that_keeps_ids() {
    let home = Home::new();
    home.write("page-dump.txt", fixture());
    home.dump("page-dump.txt", &[]).unwrap();
    let before = home.state();
    home.dump("page-dump.txt", &[]).unwrap();
    assert_eq!(home.state().register.size(), before.register.size());
    home.write("page-dump.txt", fixture().replace("four zeros", "five zeros"));
    home.dump("page-dump.txt", &[]).unwrap();
    let after = home.state();
    assert_eq!(after.register.size(), before.register.size() + 2);
    let (old, new) = (
        before.of("dump/1", "page-dump.txt"),
        after.of("dump/1", "page-dump.txt"),
    );
    let last = new.last(Lang::ENGLISH).unwrap();
    assert_eq!((last.action, last.update), (Action::Correct, Some(Update::ReImport)));
    let ids = |state: &State, doc: &Document| {
        passages(&state.words(doc, "en").body)
            .into_iter()
            .map(|(id, _)| id)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&before, old), ids(&after, new));
    assert_eq!(new.facts.month, old.facts.month);
}

#[test]
fn without_leave_the_missing_sections_are_proposed_and_an_edited_proposal_is_followed() {
    let home = Home::new();
    home.write("page-dump.txt", fixture());
    let failure = home
        .import(&["page-dump.txt", "--site", "vn", "--lang", "en"])
        .unwrap_err();
    assert!(failure.message.contains("has no section `News`"), "{failure:?}");
    let proposal = std::fs::read_to_string(home.path("page-dump.txt.mapping.toml")).unwrap();
    let edited = proposal.replace("slug = \"news\"", "slug = \"dispatches\"\ntitle = \"Dispatches\"");
    home.write("edited.toml", edited);
    home.import(&[
        "page-dump.txt",
        "--site",
        "vn",
        "--lang",
        "en",
        "--mapping",
        "edited.toml",
    ])
    .unwrap();
    let state = home.state();
    let site = state.register.site_by_code("vn").unwrap();
    assert!(state.register.section_by_slug(site, "dispatches").is_some());
}

#[test]
fn lines_of_one_id_are_one_document_adjacent_or_not() {
    let home = Home::new();
    let lines = [
        line("a", "en", "The quay", "One.\\n\\nTwo."),
        line("a", "vi", "Bến cảng", "Một.\\n\\nHai."),
        line("b", "en", "The tide", "One."),
        line("c", "en", "The tide", "One."),
        line("b", "vi", "Thủy triều", "Một.\\n\\nHai."),
    ];
    home.write("s.jsonl", lines.concat());
    home.import(&["s.jsonl"]).unwrap();
    let state = home.state();
    let (a, b, c) = (
        state.of("jsonl/1", "a"),
        state.of("jsonl/1", "b"),
        state.of("jsonl/1", "c"),
    );
    let vi = state.words(a, "vi");
    assert_eq!(
        (vi.authority, vi.source.map(|s| s.version)),
        (Authority::Courtesy, Some(1))
    );
    assert_eq!(
        passages(&vi.body).iter().map(|(id, _)| id.0).collect::<Vec<_>>(),
        [1, 2]
    );
    // The translation does not go along with its source, so its passages have numbers of their own.
    assert_eq!(
        passages(&state.words(b, "vi").body)
            .iter()
            .map(|(id, _)| id.0)
            .collect::<Vec<_>>(),
        [2, 3]
    );
    let slug = |doc: &Document| doc.language(Lang::ENGLISH).unwrap().head.slug.clone().unwrap();
    assert_eq!([&*slug(b), &*slug(c)], ["the-tide", "the-tide-2"]);
    let site = state.register.site_by_code("vn").unwrap();
    assert!(state.register.section_by_slug(site, "press-notes").is_some());
    let topic = state.register.topic_by_slug(site, "clean-seas").unwrap();
    assert_eq!(state.register.document(topic).facts.site, None);
    let size = state.register.size();
    home.import(&["s.jsonl"]).unwrap();
    assert_eq!(home.state().register.size(), size);
}

#[test]
fn a_mended_line_is_a_re_import_and_what_a_person_corrected_is_left_alone() {
    let home = Home::new();
    let translation = line("a", "vi", "Bến cảng", "Một.");
    home.write("s.jsonl", line("a", "en", "The quay", "One.") + &translation);
    home.import(&["s.jsonl"]).unwrap();
    let size = home.state().register.size();
    home.write("s.jsonl", line("a", "en", "The quay", "One and a half.") + &translation);
    home.import(&["s.jsonl"]).unwrap();
    let state = home.state();
    // Facts, for the capture, and the English words; the translation says what it said.
    assert_eq!(state.register.size(), size + 2);
    assert!(state.of("jsonl/1", "a").outdated("vi".parse().unwrap()).is_some());
    let id = state.of("jsonl/1", "a").id.to_string();
    home.run(&["withdraw", "m", &id, "--lang", "vi", "--yes"]).unwrap();
    let size = home.state().register.size();
    home.write(
        "s.jsonl",
        line("a", "en", "The quay", "One and a half.") + &line("a", "vi", "Bến cảng", "Hai."),
    );
    home.import(&["s.jsonl"]).unwrap();
    assert_eq!(home.state().register.size(), size);
}

#[test]
fn a_bad_line_stops_the_import_by_file_and_line_and_the_next_run_goes_on() {
    let home = Home::new();
    let good: Vec<String> = (0..1_500)
        .map(|n| line(&format!("n{n}"), "en", &format!("Tide {n}"), "One."))
        .collect();
    let mut bad = good.clone();
    bad[1_200] = line("n1200", "en", "Tide", "One.").replace("\"title\"", "\"titel\"");
    home.write("s.jsonl", bad.concat());
    let failure = home.import(&["s.jsonl"]).unwrap_err();
    assert!(
        failure.message.contains("s.jsonl line 1201: unknown field `titel`"),
        "{failure:?}"
    );
    assert_eq!(failure.code, FAILED);
    let state = home.state();
    assert!(state.register.captured("vn", "jsonl/1", "n1199").is_some());
    assert!(state.register.captured("vn", "jsonl/1", "n1200").is_none());
    home.write("s.jsonl", good.concat());
    home.import(&["s.jsonl"]).unwrap();
    let state = home.state();
    // genesis, family with name, key, site with name; section and topic; each statement twice.
    assert_eq!(state.register.size(), 6 + 4 + 3_000);
}

#[test]
fn wrong_lines_and_files_are_refused() {
    let other = |from: &str, to: &str| line("a", "en", "The quay", "One.").replace(from, to);
    let good = line("b", "en", "The quay", "One.");
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (other("\"vn\"", "\"zz\"").into_bytes(), "line 1: there is no site `zz`"),
        (
            other("\"en\"", "\"fr\"").into_bytes(),
            "line 1: site `vn` has no language `fr`",
        ),
        (
            (good.clone() + &good).into_bytes(),
            "line 2: the id `b` stands twice in en, first in line 1",
        ),
        (b"{\"id\":\"\xff\"}\n".to_vec(), "line 1: not UTF-8"),
        ((good.clone() + "{").into_bytes(), "line 2: not JSON"),
        (
            other("\"topics\"", "\"source\":\"fr\",\"topics\"").into_bytes(),
            "line 1: its source `fr`",
        ),
        (
            other("press-notes", "topics").into_bytes(),
            "line 1: `topics` cannot be the slug of a section",
        ),
        (
            other("\"topics\"", "\"url\":\"ftp://x\",\"topics\"").into_bytes(),
            "line 1: `ftp://x` is no earlier address",
        ),
        (
            other("\"topics\"", "\"slug\":\"A b\",\"topics\"").into_bytes(),
            "line 1: `A b` is no slug",
        ),
        (
            other("\"topics\"", "\"zone\":\"Sea/Nowhere\",\"topics\"").into_bytes(),
            "line 1: `Sea/Nowhere` is no zone",
        ),
    ];
    let home = Home::new();
    for (text, wanted) in cases {
        home.write("s.jsonl", text);
        let failure = home.import(&["s.jsonl"]).unwrap_err();
        assert!(failure.message.contains(wanted), "{wanted}: {failure:?}");
    }
    let strict = Home::new();
    strict.write("s.jsonl", good);
    let failure = strict.import(&["s.jsonl", "--strict"]).unwrap_err();
    assert!(
        failure
            .message
            .contains("line 1: site `vn` has no section `press-notes`"),
        "{failure:?}"
    );
    assert_eq!((failure.code, strict.state().register.size()), (USAGE, 6));
}

#[test]
fn a_dry_run_tells_all_problems_and_writes_nothing() {
    let home = Home::new();
    let bad = line("a", "fr", "x", "One.");
    home.write("s.jsonl", line("b", "en", "The quay", "One.") + &bad + &bad);
    let failure = home.import(&["s.jsonl", "--dry-run"]).unwrap_err();
    assert!(
        failure.message.contains("line 2") && failure.message.contains("line 3"),
        "{failure:?}"
    );
    home.write("s.jsonl", line("b", "en", "The quay", "One."));
    home.import(&["s.jsonl", "--dry-run"]).unwrap();
    assert_eq!(home.state().register.size(), 6);
    assert!(!home.path("m/captures/lines").exists());
}

#[test]
fn a_review_names_what_a_person_should_look_at() {
    let home = Home::new();
    home.write("r.txt", "");
    home.write(
        "s.jsonl",
        line("a", "en", "The quay", "Write to quay@port.example.") + &line("b", "en", "x", "One."),
    );
    home.import(&["s.jsonl", "--review", "r.txt"]).unwrap();
    let review = std::fs::read_to_string(home.path("r.txt")).unwrap();
    let lines: Vec<&str> = review.lines().skip(1).collect();
    assert!(review.lines().next().unwrap().ends_with("s.jsonl line 1"), "{review}");
    assert_eq!(
        lines,
        ["  title: The quay (en)", "  e-mail: quay@port.example (block 1)"]
    );
    home.write("page-dump.txt", fixture());
    home.dump("page-dump.txt", &["--review", "r.txt"]).unwrap();
    let review = std::fs::read_to_string(home.path("r.txt")).unwrap();
    assert!(
        review.contains("  date: 2021-07-14T15:08\n  zone: not stated"),
        "{review}"
    );
}

#[test]
fn an_html_page_is_known_by_the_address_it_states() {
    let home = Home::new();
    let page = "<html lang=en><head><title>The quay opens</title><link rel=canonical href='http://old.example/q.htm?id=7'></head>\
        <body><nav><a href=/>Home</a> &gt; <a href=/news>News</a></nav><h1>The quay opens</h1><p>14 March 2026</p>\
        <p>The quay was opened today by the harbour master, who cut a rope in two places before the people who had come.</p>\
        <p>Boats of the council will use it from the first day of April, and fishermen may land their catch there at night.</p></body></html>";
    home.write("q.html", page);
    home.import(&["q.html", "--site", "vn", "--lang", "en", "--create-sections"])
        .unwrap();
    let state = home.state();
    let doc = state.of("html/1", "http://old.example/q.htm?id=7");
    assert_eq!(&*doc.facts.old, [Box::from("http://old.example/q.htm?id=7")]);
    assert_eq!(&*state.words(doc, "en").title, "The quay opens");
}

#[test]
fn sites_of_a_file_are_added_first() {
    let home = Home::new();
    home.write(
        "sites.jsonl",
        "{\"code\":\"geneva\",\"name\":\"Mission\",\"langs\":[\"en\"]}\n",
    );
    home.write(
        "s.jsonl",
        line("a", "en", "The quay", "One.").replace("\"vn\"", "\"geneva\""),
    );
    home.import(&["s.jsonl", "--sites", "sites.jsonl"]).unwrap();
    assert!(home.state().register.captured("geneva", "jsonl/1", "a").is_some());
}

#[test]
fn pages_that_cannot_be_imported_are_refused_before_anything_is_written() {
    let home = Home::new();
    home.write("empty.txt", "");
    home.write("page.pdf", "x");
    home.write("s.jsonl", "");
    std::fs::create_dir(home.path("folder.txt")).unwrap();
    let cases: [(&[&str], &str); 9] = [
        (
            &["page.pdf", "--site", "vn", "--lang", "en"],
            "not a file that can be imported",
        ),
        (&["folder.txt", "--site", "vn", "--lang", "en"], "Is a directory"),
        (&["missing.txt", "--site", "vn", "--lang", "en"], "No such file"),
        (
            &["empty.txt", "--site", "vn", "--lang", "en", "--section", "news"],
            "has no section `news`",
        ),
        (&["empty.txt", "--site", "vn", "--lang", "en"], "names no section"),
        (&["empty.txt", "--site", "nn", "--lang", "en"], "there is no site `nn`"),
        (&["empty.txt", "--site", "vn", "--lang", "fr"], "has no language `fr`"),
        (&["empty.txt", "--lang", "en"], "--site is missing"),
        (&["empty.txt", "s.jsonl"], "pages and JSON Lines together"),
    ];
    for (args, wanted) in cases {
        let failure = home.import(args).unwrap_err();
        assert!(failure.message.contains(wanted), "{wanted}: {failure:?}");
        assert_eq!(home.state().register.size(), 6);
    }
}

#[test]
fn the_register_after_an_import_is_what_its_entries_say() {
    let home = Home::new();
    home.run(&["site", "add", "m", "--code", "kp", "--name", "Embassy", "--langs", "en"])
        .unwrap();
    let lines = |body: &str| {
        let of = |n: u32| {
            let line = line(&format!("t-{n}"), "en", &format!("Tide {n}"), body);
            line.replace("\"vn\"", if n.is_multiple_of(3) { "\"kp\"" } else { "\"vn\"" })
        };
        (0..300).map(of).collect::<String>()
    };
    home.write("first.jsonl", lines("It rose."));
    // Follows entries of the same import that are not signed yet, and then some that are on record.
    for (name, body) in [("second.jsonl", "It fell."), ("third.jsonl", "It turned.")] {
        home.write(name, lines(body));
        let mut writing = Writing::open(home.folder()).unwrap();
        let before = writing.size();
        import(
            &mut writing,
            &[home.path("first.jsonl"), home.path(name)],
            &mut Came::default(),
        )
        .unwrap();
        assert!(writing.size() >= before + 1200);
        reading::forget_snapshot(&writing.folder);
        assert!(writing.register == home.state().register);
        writing.close().unwrap();
    }
    home.run(&["verify", "m"]).unwrap();
}

#[test]
fn groups_signed_before_a_key_refuses_are_on_record_and_the_next_run_goes_on() {
    let home = Home::new();
    let lines = ["a", "b", "c", "d"].map(|id| line(id, "en", id, "One."));
    home.write("s.jsonl", lines.concat());
    let mut writing = Writing::open(home.folder()).unwrap();
    let before = writing.size();
    let office = keys::load(&keys::office_path(&writing.folder, "vn", 1)).unwrap();
    // A section of two entries, two texts, and half of one.
    writing.offices.add("vn", Tired(office, AtomicU64::new(7)));
    let mut came = Came::default();
    let failure = import(&mut writing, &[home.path("s.jsonl")], &mut came).unwrap_err();
    assert!(failure.message.contains("not signed: tired"), "{failure:?}");
    let tally = came.tally;
    // The topic that they share, and their section.
    assert_eq!((tally.documents, tally.texts, tally.made.len()), (2, 2, 2));
    drop(writing);
    let state = home.state();
    assert_eq!(state.register.size(), before + 8);
    let known = |id| state.register.captured("vn", "jsonl/1", id).is_some();
    assert_eq!(["a", "b", "c", "d"].map(known), [true, true, false, false]);
    home.import(&["s.jsonl", "--as", "publish"]).unwrap();
    assert_eq!(home.state().register.size(), before + 12);
    home.run(&["verify", "m"]).unwrap();
}

#[test]
fn an_import_that_panics_ends_and_lets_the_record_go() {
    let home = Home::new();
    let (folder, size) = (home.folder(), home.state().register.size());
    let (sender, ended) = mpsc::channel();
    // On a thread of its own: where it waited for ever, this test would fail and not wait with it.
    std::thread::spawn(move || {
        let mut writing = Writing::open(folder).unwrap();
        let mut work = |_: &mut Bulk<'_>| -> Done { panic!("as a parser might") };
        let run = || bulk::run(&mut writing, &clock::now, false, &mut Tally::default(), &mut work);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err();
        drop(writing);
        sender.send(panicked).unwrap();
    });
    assert_eq!(ended.recv_timeout(Duration::from_secs(60)), Ok(true));
    home.write("s.jsonl", line("a", "en", "The quay", "One."));
    home.import(&["s.jsonl"]).unwrap();
    assert_eq!(home.state().register.size(), size + 6);
}

#[test]
fn what_was_committed_is_told_although_the_head_could_not_be_kept() {
    let home = Home::new();
    let settings = std::fs::read_to_string(home.path("m/chancery.toml")).unwrap();
    home.write("m/chancery.toml", format!("head = \"../head\"\n{settings}"));
    home.write("s.jsonl", line("a", "en", "The quay", "One."));
    let mut writing = Writing::open(home.folder()).unwrap();
    let _ = std::fs::remove_file(home.path("head"));
    std::fs::create_dir_all(home.path("head/in-the-way")).unwrap();
    let mut came = Came::default();
    let failure = import(&mut writing, &[home.path("s.jsonl")], &mut came).unwrap_err();
    let hint = failure.hint.unwrap_or_default();
    assert!(hint.contains("it was published all the same"), "{hint}");
    assert_eq!((came.tally.documents, came.tally.made.len()), (1, 2));
    assert!(home.state().register.captured("vn", "jsonl/1", "a").is_some());
}

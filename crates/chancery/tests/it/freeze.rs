//! A record ends, and another goes on.

use crate::support::{Server, enter, entries, ministry, ok, run, write};
use std::{path::Path, process::Command};

fn text(n: usize) -> String {
    let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
    format!("+++\ntitle = \"Tide {n}\"\n{front}\n+++\n\nThe water rose.\n")
}

/// A ministry with two texts.
fn published() -> tempfile::TempDir {
    let home = ministry();
    let here = home.path();
    for n in [1, 2] {
        write(here, &format!("texts/t{n}.en.md"), &text(n));
        ok(here, &["publish", "m", "texts"]);
    }
    home
}

fn id_of(here: &Path, folder: &str, name: &str) -> String {
    let names = std::fs::read_to_string(here.join(folder).join("texts.json")).expect("names");
    let at = names.find(name).expect("published");
    names[at..].split('"').nth(2).expect("id").to_owned()
}

#[test]
fn nothing_follows_a_freeze_and_all_of_it_stays_readable() {
    let home = published();
    let here = home.path();
    let before = entries(here);
    let (status, said) = run(
        here,
        &["freeze", "m", "--dry-run", "--successor", "record2.tides.example"],
    );
    assert!(
        status == 0 && said.contains("goes on as\trecord2.tides.example"),
        "{said}"
    );
    assert_eq!(entries(here), before);
    ok(here, &["freeze", "m", "--successor", "record2.tides.example", "--yes"]);
    assert_eq!(entries(here), before + 1);
    write(here, "texts/t3.en.md", &text(3));
    for args in [
        &["publish", "m", "texts"][..],
        &["retract", "m", "texts/t1.en.md", "--yes"],
        &["key", "add", "m", "--state", "--yes"],
        &["freeze", "m", "--yes"],
    ] {
        let (status, said) = run(here, args);
        assert!(
            status != 0 && said.contains(&format!("frozen by entry {before}")),
            "{args:?}: {said}"
        );
    }
    assert_eq!(entries(here), before + 1);
    let (status, said) = run(here, &["verify", "m"]);
    assert!(
        status == 0 && said.contains("it goes on as record2.tides.example"),
        "{said}"
    );
    let server = Server::start(here, &["serve", "m"]);
    let page = server.get("/vn/en/news/2026/03/tide-1").expect("the page stays");
    let page = String::from_utf8(page).expect("UTF-8");
    assert!(
        page.contains("nothing is added to it any more") && page.contains("record2.tides.example"),
        "{page}"
    );
    ok(here, &["mirror", &server.base, "copy", "--key", "m/record/log.json"]);
    ok(here, &["verify", "copy"]);
    ok(here, &["export", "m", "out"]);
}

#[test]
fn what_is_not_stood_by_is_off_all_pages_first() {
    let home = published();
    let here = home.path();
    let good = entries(here).to_string();
    write(here, "texts/false.en.md", &text(9));
    ok(here, &["publish", "m", "texts"]);
    let id = id_of(here, "m", "texts/false");
    let (status, said) = run(here, &["freeze", "m", "--good", &good, "--yes"]);
    assert!(
        status == 2 && said.contains(&id) && said.contains("chancery retract"),
        "{said}"
    );
    ok(here, &["retract", "m", &id, "--yes"]);
    ok(here, &["freeze", "m", "--good", &good, "--yes"]);
    let (status, said) = run(here, &["verify", "m"]);
    assert!(
        status == 0 && said.contains(&format!("does not stand by entries {good} to")),
        "{said}"
    );
    let (status, _) = run(here, &["freeze", "m", "--good", "0", "--yes"]);
    assert_eq!(status, 2);
}

#[test]
fn what_a_record_shows_that_is_not_stood_by_is_refused_and_named() {
    let home = published();
    let here = home.path();
    let good = entries(here);
    let checkpoint = std::fs::read_to_string(here.join("m/record/checkpoint")).expect("checkpoint");
    let checkpoint: tlog::Checkpoint = checkpoint
        .split("\n\n")
        .next()
        .map(|text| format!("{text}\n"))
        .expect("text")
        .parse()
        .expect("checkpoint");
    write(here, "texts/false.en.md", &text(9));
    ok(here, &["publish", "m", "texts"]);
    let shown = format!("{}/en/1", id_of(here, "m", "texts/false"));
    ok(here, &["freeze", "m", "--propose", "p"]);
    let proposal = std::fs::read_to_string(here.join("p")).expect("proposal");
    let at = proposal.find("\"tree-root\":\"").expect("root") + 13;
    let less = proposal
        .replace(&proposal[at..at + 64], &checkpoint.root.to_string())
        .replace(
            &format!("\"tree-size\":{}", entries(here)),
            &format!("\"tree-size\":{good}"),
        );
    write(here, "p", &less);
    ok(here, &["key", "sign", "p", "--root-key", "m/root-key", "--yes"]);
    let (status, said) = run(here, &["key", "submit", "m", "p", "--yes"]);
    assert!(status == 2 && said.contains(&shown), "{said}");
    enter(here, "p");
    let (status, said) = run(here, &["verify", "m"]);
    assert!(
        status == 0 && said.contains("pages may still show what") && said.contains(&shown),
        "{said}"
    );
}

#[test]
fn a_notice_that_is_not_stood_by_is_off_all_pages_first() {
    let home = published();
    let here = home.path();
    let good = entries(here).to_string();
    let freeze = ["freeze", "m", "--good", &good, "--yes"];
    let notice = "en=The embassy was never there.";
    ok(here, &["withdraw", "m", "texts/t1.en.md", "--notice", notice, "--yes"]);
    ok(here, &["retract", "m", "texts/t2.en.md", "--notice", notice, "--yes"]);
    let (first, second) = (id_of(here, "m", "texts/t1"), id_of(here, "m", "texts/t2"));
    let (status, said) = run(here, &freeze);
    assert!(status == 2 && said.contains(&first) && said.contains(&second), "{said}");
    // The standard wording of a retraction says nothing of its own, and stays with what it takes off. The notice before it
    // stays too.
    ok(here, &["retract", "m", &first, "--yes"]);
    let (status, said) = run(here, &freeze);
    let mut wanted = [format!("{first}/zxx/2"), format!("{second}/zxx/2")];
    wanted.sort();
    assert_eq!((status, &*names(&said)), (2, &wanted[..]), "{said}");
    for what in &wanted {
        erase(here, what);
    }
    ok(here, &freeze);
    ok(here, &["verify", "m"]);
    no_page_says(here, &[&first, &second], "never there");
}

/// Neither the pages that are served of these documents say it, nor any file of an export.
fn no_page_says(here: &Path, ids: &[&str], words: &str) {
    let server = Server::start(here, &["serve", "m"]);
    for id in ids {
        let page = String::from_utf8(server.get(&format!("/d/{id}")).expect("history")).expect("UTF-8");
        assert!(!page.contains(words), "{page}");
    }
    ok(here, &["export", "m", "out"]);
    let said = Command::new("grep")
        .args(["-rl", words, "out"])
        .current_dir(here)
        .output()
        .expect("grep");
    assert_eq!((said.status.code(), &*said.stdout), (Some(1), &b""[..]));
}

#[test]
fn a_notice_stays_to_be_erased_where_a_retraction_in_standard_wording_follows() {
    let home = published();
    let here = home.path();
    let good = entries(here).to_string();
    let freeze = ["freeze", "m", "--good", &good, "--yes"];
    let id = id_of(here, "m", "texts/t1");
    let own = ["--notice", "en=The minister fled.", "--yes"];
    ok(here, &[&["retract", "m", &id, "--lang", "en"][..], &own].concat());
    ok(here, &["retract", "m", &id, "--yes"]);
    write(here, "texts/false.en.md", &text(9));
    ok(here, &["publish", "m", "texts/false.en.md"]);
    let new = id_of(here, "m", "texts/false");
    ok(here, &[&["withdraw", "m", &new, "--lang", "en"][..], &own].concat());
    ok(here, &["withdraw", "m", &new, "--yes"]);
    ok(here, &["retract", "m", &new, "--yes"]);
    let mut wanted = [format!("{id}/en/2"), format!("{id}/zxx/2"), format!("{new}/en/2")];
    wanted.sort();
    for last in ["--yes", "--dry-run"] {
        let (status, said) = run(here, &["freeze", "m", "--good", &good, last]);
        assert_eq!((status, &*names(&said)), (2, &wanted[..]), "{said}");
    }
    for what in &wanted {
        erase(here, what);
    }
    ok(here, &freeze);
    let (status, said) = run(here, &["verify", "m"]);
    assert!(status == 0 && !said.contains("may still show"), "{said}");
    no_page_says(here, &[&id, &new], "minister fled");
}

/// What a refused freeze names, in order.
fn names(said: &str) -> Vec<String> {
    let mut names: Vec<String> = commands(said).into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

/// Each name that a refused freeze lists, and the command that stands behind it.
fn commands(said: &str) -> Vec<(String, String)> {
    let (_, after) = said.split_once("pages still show:\n").expect("names");
    let lines = after.lines().take_while(|line| line.contains('\t'));
    let both = |line: &str| {
        let (name, command) = (line.split('\t').next()?, line.rsplit('\t').next()?);
        Some((name.trim().to_owned(), command.to_owned()))
    };
    lines.map(|line| both(line).expect("name and command")).collect()
}

/// Runs what a refused freeze says, as it says it.
fn obey(here: &Path, said: &str) {
    for (_, command) in commands(said) {
        let words: Vec<&str> = command
            .strip_prefix("chancery ")
            .expect("a command")
            .split(' ')
            .collect();
        ok(here, &[&words[..], &["--yes"]].concat());
    }
}

#[test]
fn a_refused_freeze_gives_each_text_and_notice_a_line_with_the_command_that_mends_it() {
    let home = published();
    let here = home.path();
    let good = entries(here).to_string();
    let freeze = ["freeze", "m", "--good", &good, "--yes"];
    let own = ["--notice", "en=The minister fled.", "--yes"];
    ok(
        here,
        &[&["withdraw", "m", "texts/t1.en.md", "--lang", "en"][..], &own].concat(),
    );
    write(here, "texts/t2.en.md", &text(7));
    ok(
        here,
        &["correct", "m", "texts/t2.en.md", "--update", "correction", "--yes"],
    );
    write(here, "texts/false.en.md", &text(9));
    ok(here, &["publish", "m", "texts/false.en.md"]);
    let (status, said) = run(here, &freeze);
    assert_eq!(status, 2, "{said}");
    for (name, title, command) in [
        ("texts/t1", "notice of withdraw\tTide 1", "erase"),
        ("texts/t2", "en\tTide 7", "retract"),
        ("texts/false", "en\tTide 9", "retract"),
    ] {
        let id = id_of(here, "m", name);
        let mut lines = said.lines().filter(|line| line.contains(&id) && line.contains(title));
        let line = lines.next().unwrap_or_default();
        assert!(line.contains(&format!("\tchancery {command} m {id}")), "{name}: {said}");
    }
    obey(here, &said);
    ok(here, &freeze);
    ok(here, &["verify", "m"]);
}

fn erase(here: &Path, what: &str) {
    let why = ["--basis", "not-stated", "--reason", "error", "--yes"];
    ok(here, &[&["erase", "m", what], &why[..]].concat());
}

#[test]
fn who_stole_a_key_leaves_no_words_of_his_own_behind_a_retraction() {
    let home = published();
    let here = home.path();
    let good = entries(here);
    let freeze = ["freeze", "m", "--good", &good.to_string(), "--yes"];
    // He brings something only to take it off under a notice.
    write(here, "texts/t1.en.md", &text(7));
    ok(here, &["correct", "m", "texts", "--update", "correction", "--yes"]);
    let lie = "en=The minister has resigned.";
    ok(
        here,
        &[
            "retract",
            "m",
            "texts/t1.en.md",
            "--lang",
            "en",
            "--notice",
            lie,
            "--yes",
        ],
    );
    let id = id_of(here, "m", "texts/t1");
    let notice = format!("{id}/en/3");
    let (status, said) = run(here, &freeze);
    assert!(
        status == 2 && said.contains(&notice) && said.contains("chancery erase"),
        "{said}"
    );
    erase(here, &notice);
    ok(here, &freeze);
    let (status, said) = run(here, &["verify", "m"]);
    assert!(status == 0 && !said.contains("may still show"), "{said}");
    let server = Server::start(here, &["serve", "m"]);
    let page = String::from_utf8(server.get(&format!("/d/{id}")).expect("history")).expect("UTF-8");
    assert!(!page.contains("resigned"), "{page}");
    // Whoever verifies the record that goes on is told which entries hold.
    ok(
        here,
        &["init", "n", "--origin", "record2.tides.example", "--successor-of", "m"],
    );
    let (status, said) = run(here, &["verify", "n", "--predecessor", "m"]);
    let told = format!("; the publisher stands by the first {good} of them");
    assert!(status == 0 && said.contains(&told), "{said}");
}

#[test]
fn a_successor_names_what_it_continues_and_texts_keep_their_ids() {
    let home = published();
    let here = home.path();
    let new = ["init", "n", "--origin", "record2.tides.example", "--successor-of", "m"];
    let (status, said) = run(here, &new);
    assert!(status == 2 && said.contains("is not frozen"), "{said}");
    ok(here, &["freeze", "m", "--successor", "record2.tides.example", "--yes"]);
    let other = ["init", "n", "--origin", "record3.tides.example", "--successor-of", "m"];
    let (status, said) = run(here, &other);
    assert!(status == 2 && said.contains("to go on as record2"), "{said}");
    ok(here, &new);
    for (code, langs) in [("--ministry", "en,ar"), ("vn", "en,vi")] {
        let mut args = vec!["site", "add", "n", "--name", "Tides", "--langs", langs];
        args.extend(if code == "vn" { vec!["--code", "vn"] } else { vec![code] });
        ok(here, &args);
    }
    ok(here, &["publish", "n", "texts"]);
    assert_eq!(id_of(here, "n", "texts/t1"), id_of(here, "m", "texts/t1"));
    let server = Server::start(here, &["serve", "n"]);
    server.get("/vn/en/news/2026/03/tide-1").expect("the same address");
    server
        .get(&format!("/d/{}", id_of(here, "m", "texts/t2")))
        .expect("the same permalink");
    let (status, said) = run(here, &["verify", "n"]);
    assert!(
        status == 0 && said.contains("not checked: that it continues record.tides.example"),
        "{said}"
    );
    let (status, said) = run(here, &["verify", "n", "--predecessor", "m"]);
    assert!(
        status == 0 && said.contains("it continues record.tides.example of"),
        "{said}"
    );
    let old = Server::start(here, &["serve", "m"]);
    ok(here, &["verify", &server.base, "--predecessor", &old.base]);
    let (status, said) = run(here, &["verify", "m", "--predecessor", "n"]);
    assert!(status == 2, "it continues none: {said}");
    let (status, said) = run(here, &["verify", "n", "--predecessor", "nowhere"]);
    assert!(
        status == 2 && said.contains("--predecessor: nowhere: No such file"),
        "{said}"
    );
}

#[test]
fn another_record_is_not_the_one_that_is_continued() {
    let home = published();
    let here = home.path();
    ok(here, &["freeze", "m", "--yes"]);
    ok(
        here,
        &["init", "n", "--origin", "record2.tides.example", "--successor-of", "m"],
    );
    // The same name, another history.
    let forged = published();
    let (status, said) = run(
        here,
        &[
            "verify",
            "n",
            "--predecessor",
            &forged.path().join("m").display().to_string(),
        ],
    );
    assert!(status == 3 && said.contains("went back"), "{said}");
    ok(forged.path(), &["freeze", "m", "--yes"]);
    let (status, said) = run(
        here,
        &[
            "verify",
            "n",
            "--predecessor",
            &forged.path().join("m").display().to_string(),
        ],
    );
    assert!(status == 3 && said.contains("of another history"), "{said}");
}

#[test]
fn the_end_of_the_record_before_is_compared_with_the_name_of_the_one_that_goes_on() {
    let home = published();
    let here = home.path();
    let new = ["init", "n", "--origin", "record3.tides.example", "--successor-of", "m"];
    ok(here, &[&new[..], &["--not-frozen"]].concat());
    let verify = ["verify", "n", "--predecessor", "m"];
    let (status, said) = run(here, &verify);
    assert!(
        status == 0 && said.contains("it is not frozen") && said.contains("it continues"),
        "{said}"
    );
    ok(here, &["freeze", "m", "--successor", "record2.tides.example", "--yes"]);
    let (status, said) = run(here, &verify);
    assert!(
        status == 3 && said.contains("goes on as record2.tides.example, which") && !said.contains("it continues"),
        "{said}"
    );
}

//! Certificates: what they say of a text in each state, that what is inside them verifies, and that a mirror makes the same.

use crate::{
    support::{Server, chancery, free_port, ministry, ok, write},
    witnessed::{Witness, asked, id, log_key, publish, told},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::path::Path;

const LANGS: [&str; 5] = ["en", "fr", "ar", "zh-Hans", "vi"];
const BASE: &str = "https://www.tides.example";

fn certificate(here: &Path, data: &str, more: &[&str]) -> String {
    let mut args = vec![
        "certificate",
        data,
        "--address",
        BASE,
        "--to",
        "sheet.html",
        "--overwrite",
    ];
    args.extend(more);
    ok(here, &args);
    std::fs::read_to_string(here.join("sheet.html")).expect("sheet")
}

/// Puts the files of a sheet into a folder; gives their names.
fn unpack(here: &Path, sheet: &str) -> Vec<String> {
    let mut names = Vec::new();
    for piece in sheet.split("base64,").skip(1) {
        let (data, rest) = piece.split_once('"').expect("data");
        let name = rest.split('"').nth(1).expect("name");
        let path = here.join("inside").join(name);
        std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        std::fs::write(path, STANDARD.decode(data).expect("base64")).expect("file");
        names.push(name.to_owned());
    }
    names
}

/// The commands that a sheet prints, each in one line, but for those that need the site.
fn commands(sheet: &str) -> Vec<Vec<String>> {
    let all = sheet
        .split("<pre dir=\"ltr\">")
        .skip(1)
        .filter_map(|piece| piece.split("</pre>").next());
    let verify = all.filter(|command| command.starts_with("chancery verify"));
    let plain = |command: &str| command.replace("&#39;", "").replace('\'', "").replace("\\\n", " ");
    verify
        .map(|command| plain(command).split_whitespace().skip(1).map(str::to_owned).collect())
        .collect()
}

#[test]
fn a_certificate_says_in_every_language_what_its_own_files_prove() {
    let port = free_port();
    let home = asked(port);
    let here = home.path();
    ok(here, &["key", "add", "m", "--state", "--yes"]);
    let tide = id(here, "tide");
    let before = certificate(here, "m", &[&tide]);
    assert!(
        before.contains("<dd>nobody yet</dd>") && before.contains("only the publisher’s statement"),
        "{before}"
    );
    let witness = Witness::start(here, "archive", port);
    ok(here, &["cosign", "m"]);
    publish(here, "ebb");
    let ebb = id(here, "ebb");
    for lang in LANGS {
        let sheet = certificate(here, "m", &[&ebb, "--lang", lang]);
        assert!(sheet.contains(&format!("<html lang=\"{lang}\"")), "{lang}");
        assert!(
            sheet.contains("The water rose.") && sheet.contains("<bdi>archive</bdi>"),
            "{lang}"
        );
        assert!(
            !sheet.contains("cert-") && !sheet.contains("src=") && !sheet.contains("<script"),
            "{lang}"
        );
        // In the zone of the site and in UTC.
        assert!(sheet.matches("UTC").count() >= 6, "{lang}");
    }
    let sheet = certificate(here, "m", &[&ebb]);
    assert!(sheet.contains("This is the newest version, and it is in force."));
    assert!(sheet.contains("this was not among them") && sheet.contains("this was among them"));
    assert!(sheet.contains("which comes over a network:</p>\n<pre dir=\"ltr\">chancery mirror "));
    assert!(sheet.contains("15:08 (<span class=\"times\">UTC+7</span>)"), "{sheet}");
    assert_eq!(unpack(here, &sheet).len(), 4);
    let commands = commands(&sheet);
    assert_eq!(commands.len(), 2);
    for command in commands {
        let args: Vec<&str> = command.iter().map(String::as_str).collect();
        let shown = told(&ok(&here.join("inside"), &args));
        assert!(shown.contains("no later than 20"), "{shown}");
        let before = command.iter().any(|word| word.ends_with(".currency"));
        assert_eq!(shown.contains("Until 20"), before, "{shown}");
    }

    let server = Server::start(here, &["serve", "m"]);
    ok(here, &["mirror", &server.base, "copy", "--key", &log_key(here)]);
    drop((server, witness));
    let (of_ministry, of_mirror) = (certificate(here, "m", &[&tide]), certificate(here, "copy", &[&tide]));
    assert!(of_ministry == of_mirror, "a mirror makes the same sheet");
}

#[test]
fn every_state_of_a_text_is_told_and_what_is_withheld_stays_so() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    publish(here, "tide");
    let id = id(here, "tide");
    let text = std::fs::read_to_string(here.join("texts/tide.en.md")).expect("text");
    write(here, "texts/tide.en.md", &text.replace("rose", "fell"));
    ok(
        here,
        &[
            "correct",
            "m",
            "texts/tide.en.md",
            "--update",
            "correction",
            "--notice",
            "en=Mended.",
            "--yes",
        ],
    );
    let first = certificate(here, "m", &[&id, "--edition", "1"]);
    assert!(
        first.contains("The water rose.") && first.contains("The text in force is version"),
        "{first}"
    );
    let second = certificate(here, "m", &[&id]);
    assert!(second.contains("The water fell.") && second.contains("class=\"this\""));
    ok(here, &["withdraw", "m", &id, "--reason", "outdated", "--yes"]);
    let withdrawn = certificate(here, "m", &[&id]);
    assert!(withdrawn.contains("The water fell.") && withdrawn.contains("The text was withdrawn on"));
    assert!(
        withdrawn.contains("standing ended") && withdrawn.contains("no longer current"),
        "{withdrawn}"
    );
    ok(here, &["retract", "m", &id, "--yes"]);
    for version in ["1", "2"] {
        let retracted = certificate(here, "m", &[&id, "--edition", version]);
        assert!(retracted.contains("The text was taken back on"), "{retracted}");
        assert!(
            !retracted.contains("The water") && !retracted.contains(">tide<"),
            "{retracted}"
        );
        assert_eq!(unpack(here, &retracted), [format!("{id}.en.{version}.proof")]);
    }
    ok(
        here,
        &[
            "erase",
            "m",
            &id,
            "--basis",
            "data-protection",
            "--reason",
            "privacy",
            "--yes",
        ],
    );
    let erased = certificate(here, "m", &[&id]);
    assert!(
        erased.contains("The wording was removed for good on ")
            && erased.contains("Ground: the law on personal data")
            && !erased.contains("The water"),
        "{erased}"
    );
    assert!(
        erased.contains("Removed for good") && erased.contains("protection of a person’s privacy"),
        "{erased}"
    );
    let proof = format!("inside/{id}.en.2.proof");
    ok(here, &["verify", &proof, "--key", "m"]);
}

#[test]
fn what_there_is_no_certificate_of_is_told() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    publish(here, "tide");
    let (tide, section) = (id(here, "tide"), id(here, "news"));
    for (args, said) in [
        (vec!["00000000000000000000000000"], "no such document"),
        (vec!["tide"], "neither an id nor an address"),
        (vec![&*section], "is no text"),
        (vec![&*tide, "--text", "ar"], "no such text in ar"),
        (vec![&*tide, "--lang", "de"], "no words for a sheet in de"),
        (vec![&*tide, "--edition", "9"], "there is no version 9"),
    ] {
        let mut line = vec!["certificate", "m"];
        line.extend(args);
        let output = chancery(here, &line).output().expect("runs");
        assert!(
            output.status.code() == Some(2) && told(&output).contains(said),
            "{said}: {}",
            told(&output)
        );
    }
}

//! Imports that fail in the middle: what they say is on record is on record, and the next one brings the rest.

use crate::support::{binary, ministry, run, write};
use std::{fmt::Write as _, path::Path, process::Command};

const STATEMENTS: u64 = 1_800;

#[test]
fn an_import_that_fails_says_what_is_on_record_and_the_next_one_brings_the_rest() {
    let folder = ministry();
    let here = folder.path();
    let mut lines = String::new();
    for n in 0..STATEMENTS {
        let body = "It rose and fell. ".repeat(12);
        let _ = writeln!(
            lines,
            r#"{{"id":"n{n}","site":"vn","lang":"en","section":"tides","title":"Tide {n}","published":"2026-03-14","body":"{body}"}}"#
        );
    }
    write(here, "s.jsonl", &lines);
    let before = documents(here);
    let said = limited(here, 2_000, &["import", "m", "s.jsonl", "--yes"]);
    let came = number_after(&said, "imported before the error: ");
    assert!((1..STATEMENTS).contains(&came), "{said}");
    assert!(!said.contains("nothing was published"), "{said}");
    let made = said.lines().filter(|line| line.starts_with("made section")).count() as u64;
    assert_eq!(documents(here), before + made + came, "{said}");
    let (code, said) = run(here, &["import", "m", "s.jsonl", "--yes"]);
    let rest = format!("imported: {} new documents in", grouped(STATEMENTS - came));
    let told = said.contains(&rest) && said.contains(&format!(", {} as before", grouped(came)));
    assert!(code == 0 && told, "{said}");
    assert_eq!(documents(here), before + 1 + STATEMENTS);
}

/// Runs a command where no file may grow beyond so many KiB, as on a full disk; gives what it says.
fn limited(here: &Path, kib: u32, args: &[&str]) -> String {
    let shell = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
    let mut command = Command::new("bash");
    command.args(["-c", &shell]).arg(binary()).args(args).current_dir(here);
    let output = command.output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// Documents of the record, as `verify` counts them.
fn documents(here: &Path) -> u64 {
    let (code, said) = run(here, &["verify", "m"]);
    assert_eq!(code, 0, "{said}");
    number_after(&said, "entries about ")
}

fn number_after(said: &str, words: &str) -> u64 {
    let (_, rest) = said.split_once(words).unwrap_or_else(|| panic!("{words}: {said}"));
    let digits = rest.chars().filter(|c| *c != ',').take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().expect("number")
}

fn grouped(number: u64) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", number / 1000, number % 1000),
    }
}

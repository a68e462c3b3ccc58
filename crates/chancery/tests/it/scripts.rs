//! Runs `scripts/*.txt`: what an operator types, and what must be answered.
//!
//! A line `$ chancery …` runs a command, `$ write FILE` writes the lines below it that begin with `| `, `$ cat FILE` shows a
//! file, `$ flip FILE` changes one bit of it, `$ copy FIXTURE FILE` copies a file of `fixtures/`. The lines below a command are its whole
//! output, stdout first; `[..]` stands for anything, a line `...` for any lines. `? N` is the exit code, 0 if it is not given.
//! `CHANCERY_UPDATE=1` writes what came instead of comparing; read the difference before committing it.

use crate::support::{binary, root};
use std::{
    fmt::Write as _,
    path::Path,
    process::{Command, Stdio},
};

#[test]
fn every_script_says_what_happens() {
    let folder = root().join("crates/chancery/tests/it/scripts");
    let mut scripts: Vec<_> = std::fs::read_dir(folder)
        .expect("scripts")
        .map(|e| e.expect("entry").path())
        .collect();
    scripts.sort();
    assert!(scripts.len() >= 3, "only {} scripts", scripts.len());
    let failed: Vec<String> = scripts.iter().filter_map(|script| run(script)).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The difference, if there is one.
fn run(script: &Path) -> Option<String> {
    let text = std::fs::read_to_string(script).expect("script");
    let folder = tempfile::tempdir().expect("folder");
    let steps = parse(&text);
    let mut came = steps.preamble.clone();
    let mut differs = None;
    for step in &steps.steps {
        let (output, code) = act(folder.path(), step);
        let block = shown(&step.command, &step.input, &output, code);
        if differs.is_none() && (code != step.code || !matches(&step.expected, &output)) {
            differs = Some(format!("{} at `{}`, came:\n{block}", script.display(), step.command));
        }
        came.push_str(&block);
        came.push_str(&step.trailing);
    }
    if std::env::var_os("CHANCERY_UPDATE").is_some() && differs.is_some() {
        std::fs::write(script, came).expect("update");
        return None;
    }
    differs
}

struct Script {
    preamble: String,
    steps: Vec<Step>,
}

#[derive(Default)]
struct Step {
    command: String,
    input: Vec<String>,
    expected: Vec<String>,
    code: i32,
    /// Comments and blank lines behind it.
    trailing: String,
}

fn parse(text: &str) -> Script {
    let mut script = Script {
        preamble: String::new(),
        steps: Vec::new(),
    };
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            script.steps.push(Step {
                command: command.to_owned(),
                ..Step::default()
            });
            continue;
        }
        let Some(step) = script.steps.last_mut() else {
            let _ = writeln!(script.preamble, "{line}");
            continue;
        };
        if let Some(code) = line.strip_prefix("? ") {
            step.code = code.trim().parse().expect("exit code");
        } else if line.is_empty() || line.starts_with('#') || !step.trailing.is_empty() {
            let _ = writeln!(step.trailing, "{line}");
        } else if let Some(input) = line.strip_prefix('|') {
            step.input.push(input.strip_prefix(' ').unwrap_or(input).to_owned());
        } else {
            step.expected.push(line.strip_prefix("  ").unwrap_or(line).to_owned());
        }
    }
    script
}

fn shown(command: &str, input: &[String], output: &[String], code: i32) -> String {
    let mut block = format!("$ {command}\n");
    for line in input {
        let _ = writeln!(block, "{}", format!("| {line}").trim_end());
    }
    for line in output {
        let _ = writeln!(block, "  {line}");
    }
    if code != 0 {
        let _ = writeln!(block, "? {code}");
    }
    block
}

fn act(folder: &Path, step: &Step) -> (Vec<String>, i32) {
    let words = split(&step.command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["chancery", args @ ..] => command(folder, args),
        ["write", file] => {
            crate::support::write(folder, file, &(step.input.join("\n") + "\n"));
            (Vec::new(), 0)
        }
        ["copy", fixture, file] => {
            std::fs::copy(root().join("fixtures").join(fixture), folder.join(file)).expect("copy");
            (Vec::new(), 0)
        }
        ["cat", file] => {
            let text = std::fs::read_to_string(folder.join(file)).expect("file");
            (text.lines().map(str::to_owned).collect(), 0)
        }
        ["flip", file] => {
            let path = folder.join(file);
            let mut bytes = std::fs::read(&path).expect("file");
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::remove_file(&path).expect("remove");
            std::fs::write(&path, bytes).expect("file");
            (Vec::new(), 0)
        }
        other => panic!("unknown command {other:?}"),
    }
}

fn command(folder: &Path, args: &[&str]) -> (Vec<String>, i32) {
    let mut command = Command::new(binary());
    command
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .stdin(Stdio::null());
    let output = command.output().expect("runs");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect();
    (lines, output.status.code().unwrap_or(-1))
}

/// Words of a command line; double quotes hold words together.
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    for c in line.chars() {
        match c {
            '"' => (quoted, any) = (!quoted, true),
            ' ' if !quoted => {
                if any {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => {
                word.push(c);
                any = true;
            }
        }
    }
    if any {
        words.push(word);
    }
    words
}

fn matches(expected: &[String], output: &[String]) -> bool {
    match expected.split_first() {
        None => output.is_empty(),
        Some((line, rest)) if line == "..." => (0..=output.len()).any(|skip| matches(rest, &output[skip..])),
        Some((line, rest)) => output
            .split_first()
            .is_some_and(|(o, more)| line_matches(line, o) && matches(rest, more)),
    }
}

fn line_matches(pattern: &str, line: &str) -> bool {
    match pattern.split_once("[..]") {
        None => pattern == line.trim_end(),
        Some((start, rest)) => line.strip_prefix(start).is_some_and(|line| {
            let ends = (0..=line.len()).filter(|at| line.is_char_boundary(*at));
            ends.into_iter().any(|at| line_matches(rest, &line[at..]))
        }),
    }
}

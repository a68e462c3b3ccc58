//! Runs `scripts/*.txt`: what an operator types, and what must be answered.
//!
//! | line | what |
//! | --- | --- |
//! | `$ chancery …` | runs a command |
//! | `$ limit KIB chancery …` | runs it where no file may grow beyond a size, as on a full disk |
//! | `$ with NAME=VALUE chancery …` | runs it with a variable of the environment |
//! | `$ write FILE` | writes the lines below it that begin with `\| ` |
//! | `$ copy FIXTURE FILE` | copies a file of `fixtures/` |
//! | `$ take FILE FILE` | copies a file |
//! | `$ bytes FILE HEX` | writes these bytes, at the end if the file is there |
//! | `$ fill FILE N` | writes the letter `a` so many times, at the end if the file is there |
//! | `$ noise FILE N` | writes so many pseudo-random bytes |
//! | `$ crlf FILE` | ends its lines as a mail program or an editor of another system does |
//! | `$ cut FILE N` | keeps the first bytes of a file |
//! | `$ flip FILE` | changes one bit in its middle |
//! | `$ replace FILE OLD NEW` | changes words in it |
//! | `$ remove FILE` | removes it |
//! | `$ save FOLDER`, `$ restore FOLDER` | keeps a copy of a folder, puts it back |
//! | `$ link TARGET FILE` | makes a symbolic link |
//! | `$ hold FOLDER`, `$ release` | is another writer of a record, until it ends |
//! | `$ cat FILE` | shows a file |
//!
//! The lines below a command are its whole output, stdout first; `[..]` stands for anything, a line `...` for any lines. `? N` is
//! the exit code, 0 if it is not given.
//! `CHANCERY_UPDATE=1` writes what came instead of comparing; read the difference before committing it.

use crate::support::{binary, root};
use std::{
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
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
    let mut stage = Stage {
        folder: folder.path(),
        held: None,
    };
    for step in &steps.steps {
        let (output, code) = stage.act(step);
        let as_said = code == step.code && matches(&step.expected, &output);
        let said = if as_said { &step.expected } else { &output };
        let block = shown(&step.command, &step.input, said, code);
        if differs.is_none() && !as_said {
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

/// Where a script is played.
struct Stage<'a> {
    folder: &'a Path,
    /// The lock of a record, while another writer is played.
    held: Option<File>,
}

impl Stage<'_> {
    fn act(&mut self, step: &Step) -> (Vec<String>, i32) {
        let words = split(&step.command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["chancery", args @ ..] => return command(self.folder, Command::new(binary()).args(args)),
            ["limit", kib, "chancery", args @ ..] => {
                // The signal is ignored, so that the write fails as it does on a full disk.
                let shell = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
                let mut limited = Command::new("bash");
                return command(self.folder, limited.args(["-c", &shell]).arg(binary()).args(args));
            }
            ["with", variable, "chancery", args @ ..] => {
                let (name, value) = variable.split_once('=').expect("NAME=VALUE");
                return command(self.folder, Command::new(binary()).env(name, value).args(args));
            }
            ["cat", file] => {
                let text = fs::read_to_string(self.folder.join(file)).expect("file");
                return (text.lines().map(str::to_owned).collect(), 0);
            }
            ["write", file] => crate::support::write(self.folder, file, &(step.input.join("\n") + "\n")),
            ["hold", data] => self.hold(data),
            ["release"] => self.held = None,
            words => self.change(words),
        }
        (Vec::new(), 0)
    }

    fn hold(&mut self, data: &str) {
        let file = File::open(self.folder.join(data).join("record/.state/lock")).expect("lock");
        file.try_lock().expect("nobody writes");
        self.held = Some(file);
    }

    /// What damage and other people do to files.
    fn change(&self, words: &[&str]) {
        let path = |file: &str| self.folder.join(file);
        let count = |number: &str| number.parse::<usize>().expect("number");
        match words {
            ["copy", fixture, file] => _ = fs::copy(root().join("fixtures").join(fixture), path(file)).expect("copy"),
            ["take", from, to] => {
                fs::create_dir_all(path(to).parent().expect("parent")).expect("folder");
                fs::copy(path(from), path(to)).expect("copy");
            }
            ["bytes", file, hex] => append(&path(file), &unhex(hex)),
            ["fill", file, number] => append(&path(file), &vec![b'a'; count(number)]),
            ["noise", file, number] => append(&path(file), &noise(count(number))),
            ["crlf", file] => {
                let text = fs::read_to_string(path(file)).expect("file");
                fs::write(path(file), text.replace('\n', "\r\n")).expect("file");
            }
            ["cut", file, number] => rewrite(&path(file), |bytes| bytes.truncate(count(number))),
            ["flip", file] => rewrite(&path(file), |bytes| {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
            }),
            ["replace", file, old, new] => {
                let text = fs::read_to_string(path(file)).expect("file");
                assert!(text.contains(old), "{file} has no {old}");
                fs::write(path(file), text.replace(old, new)).expect("file");
            }
            ["remove", file] => fs::remove_file(path(file)).expect("file"),
            ["link", target, file] => {
                fs::create_dir_all(path(file).parent().expect("parent")).expect("folder");
                std::os::unix::fs::symlink(target, path(file)).expect("link");
            }
            ["save", folder] => copy_all(&path(folder), &path(&format!(".saved/{folder}"))),
            ["restore", folder] => {
                fs::remove_dir_all(path(folder)).expect("folder");
                copy_all(&path(&format!(".saved/{folder}")), &path(folder));
            }
            other => panic!("unknown command {other:?}"),
        }
    }
}

fn append(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("parent")).expect("folder");
    let mut file = File::options().append(true).create(true).open(path).expect("file");
    file.write_all(bytes).expect("file");
}

/// The file is made anew, as files of a record may not be written to.
fn rewrite(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("file");
    change(&mut bytes);
    fs::remove_file(path).expect("remove");
    fs::write(path, bytes).expect("file");
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("folder");
    for entry in fs::read_dir(from).expect("folder") {
        let entry = entry.expect("entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy");
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hex");
    pairs.map(pair).collect()
}

fn noise(count: usize) -> Vec<u8> {
    let mut state = 7u64;
    let draw = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..count).map(draw).collect()
}

fn command(folder: &Path, command: &mut Command) -> (Vec<String>, i32) {
    command
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env_remove("RUST_BACKTRACE")
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
pub(crate) fn split(line: &str) -> Vec<String> {
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

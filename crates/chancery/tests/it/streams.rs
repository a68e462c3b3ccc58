//! Data on stdout, the rest on stderr; colours and questions only on a terminal; readers that go away.

use crate::support::{binary, chancery, ministry, ok, write};
use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

/// Runs a command on a terminal of its own, types something, and gives what was shown. `script` belongs to every Debian.
fn on_terminal(folder: &Path, args: &str, typed: &str, colours: bool) -> Output {
    let command = format!("{} {args}", binary().display());
    let mut terminal = Command::new("script");
    terminal
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(folder)
        .env("TERM", "xterm")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    if colours {
        terminal.env_remove("NO_COLOR");
    } else {
        terminal.env("NO_COLOR", "1");
    }
    let mut child = terminal.spawn().expect("script");
    child
        .stdin
        .take()
        .expect("stdin")
        .write_all(typed.as_bytes())
        .expect("typed");
    child.wait_with_output().expect("runs")
}

fn news(here: &Path) {
    let front = "+++\ntitle = \"The water rises\"\ntype = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14\"\n+++\n";
    write(here, "texts/rise.en.md", &format!("{front}The water rose.\n"));
}

#[test]
fn questions_are_asked_on_a_terminal_and_colours_stay_where_they_are_wanted() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    news(here);
    let no = on_terminal(here, "publish m texts", "n\n", true);
    let shown = String::from_utf8_lossy(&no.stdout).into_owned();
    assert!(shown.contains("Publish 2 entries now? [y/N]"), "{shown}");
    assert!(
        shown.contains("\x1b[1;31merror:\x1b[0m stopped; nothing was published"),
        "{shown}"
    );
    assert_eq!(no.status.code(), Some(1), "{shown}");
    let plain = on_terminal(here, "publish m texts", "n\n", false);
    let shown = String::from_utf8_lossy(&plain.stdout).into_owned();
    assert!(shown.contains("error: stopped") && !shown.contains('\x1b'), "{shown}");
    let yes = on_terminal(here, "publish m texts", "y\n", false);
    assert!(yes.status.success(), "{}", String::from_utf8_lossy(&yes.stdout));
    let kind = on_terminal(here, "correct m texts", "editorial\n", false);
    assert!(String::from_utf8_lossy(&kind.stdout).contains("What kind of update is it"));
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    let ended = chancery(here, &["withdraw", "m", "texts/news.toml"])
        .output()
        .expect("runs");
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        told.contains("error: Withdraw this text?") && told.contains("hint: give --yes"),
        "{told}"
    );
    let corrected = chancery(here, &["correct", "m", "texts"]).output().expect("runs");
    assert_eq!(corrected.status.code(), Some(2));
}

#[test]
fn data_goes_to_stdout_and_the_rest_to_stderr() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    news(here);
    let output = ok(here, &["publish", "m", "texts"]);
    let (data, told) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let lines: Vec<&str> = data.lines().collect();
    assert_eq!(lines.len(), 3, "{data}");
    assert!(
        lines[0].split('\t').count() == 2 && lines[1].split('\t').count() == 3,
        "{data}"
    );
    assert_eq!(told, "published: entries 9 to 10 of the record\n");
}

#[test]
fn readers_that_go_away_stop_nothing() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    news(here);
    let closed = |args: &[&str]| {
        let mut child = chancery(here, args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("spawn");
        drop((child.stdout.take(), child.stderr.take()));
        child.wait().expect("ends").code()
    };
    assert_eq!(closed(&["publish", "m", "texts"]), Some(0));
    assert_eq!(closed(&["publish", "m", "texts"]), Some(0));
    assert_eq!(closed(&["verify", "m"]), Some(0));
    assert_eq!(closed(&["publish", "m", "nowhere"]), Some(2));
    assert_eq!(closed(&["--help"]), Some(0));
    assert_eq!(closed(&["nonsense"]), Some(2));
    let told = String::from_utf8(ok(here, &["publish", "m", "texts"]).stderr).expect("UTF-8");
    assert!(
        told.contains("nothing to do"),
        "what was published without a reader is on record: {told}"
    );
}

//! A writer on a real folder, killed at random moments: `kill -9`, and not a simulation of it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tlog::store::memory::Chance;
use tlog::{Dir, Writer};

use crate::support::{ORIGIN, assert_sound, create, group, key, open_dir};

/// Names the folder to the process that is to be killed.
const FOLDER: &str = "TLOG_KILLED_WRITER";

/// What follows `size` entries is a function of `size`, so that both processes know where commits end.
fn next(size: usize) -> (usize, usize) {
    match size % 23 {
        0 => (1, 300_000),
        7 => (40, 900),
        n => (1 + n % 5, 100 * n),
    }
}

/// Where commits end, up to a size.
fn ends(size: usize) -> Vec<usize> {
    let mut ends = vec![0];
    while let Some(end) = ends.last().copied().filter(|end| *end < size) {
        ends.push(end + next(end).0);
    }
    ends
}

#[test]
#[ignore = "runs in a process of its own, which the next test kills"]
fn a_writer_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let (mut writer, _) = Writer::open(Arc::new(Dir::new(folder)), ORIGIN, key()).unwrap();
    loop {
        let size = usize::try_from(writer.size()).unwrap();
        let (count, len) = next(size);
        let commit = writer.commit(&[group(size, count, len)]).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "acknowledged {}", commit.size).unwrap();
        out.flush().unwrap();
    }
}

/// Runs the writer for some time and kills it; gives the last size that it acknowledged.
fn killed_after(folder: &std::path::Path, time: Duration) -> usize {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            "kill::a_writer_until_it_is_killed",
        ])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let last = std::thread::spawn(move || {
        let told = lines.map_while(Result::ok);
        let sizes = told.filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok());
        sizes.last().unwrap_or(0)
    });
    std::thread::sleep(time);
    child.kill().unwrap();
    child.wait().unwrap();
    last.join().unwrap()
}

#[test]
fn two_hundred_killed_writers_lose_nothing_and_leave_nothing_half() {
    let mut chance = Chance::new(11);
    let (mut wrote, mut cut) = (0, 0);
    for log in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let disk = Dir::new(folder.path());
        create(&disk);
        let mut before = 0;
        for kill in 0..50 {
            let time = Duration::from_micros(chance.below(60_000) as u64);
            let acknowledged = killed_after(folder.path(), time).max(before);
            let (writer, recovery) = open_dir(&disk).unwrap();
            drop(writer);
            let size = usize::try_from(recovery.size).unwrap();
            let context = format!("log {log}, kill {kill}: {acknowledged} acknowledged, {size} found");
            assert!(size >= acknowledged, "{context}");
            assert!(ends(size).contains(&size), "{context}: a group was split");
            let more = ends(size).iter().filter(|end| **end > acknowledged).count();
            assert!(more <= 1, "{context}: more than one commit was under way");
            assert_sound(&disk, size, &context);
            wrote += usize::from(size > before);
            cut += usize::from(recovery.records > 0);
            before = size;
        }
    }
    assert!(wrote > 20 && cut > 20, "{wrote} wrote, {cut} were recovered");
}

//! The process is killed at random moments while it writes; what it leaves must recover and verify.

use crate::support::{chancery, ministry, ok, write};
use std::{path::Path, time::Duration};

/// A small generator of pseudo-random numbers, so that a failing run can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn entries(folder: &Path) -> u64 {
    let checkpoint = std::fs::read_to_string(folder.join("m/record/checkpoint")).expect("checkpoint");
    checkpoint
        .lines()
        .nth(1)
        .and_then(|line| line.parse().ok())
        .expect("size")
}

#[test]
fn a_publication_killed_at_any_moment_happened_whole_or_not_at_all() {
    let home = ministry();
    let here = home.path();
    ok(here, &["publish", "m", "texts"]);
    let mut dice = Dice(7);
    for round in 0..30 {
        let folder = format!("round-{round}");
        for text in 0..5 {
            let front = "type = \"news\"\nsite = \"vn\"\nsection = \"news\"\ndate = \"2026-03-14T15:08\"";
            let body = format!("+++\ntitle = \"Tide {round} of {text}\"\n{front}\n+++\n\nThe water rose.\n");
            write(here, &format!("{folder}/t{text}.en.md"), &body);
        }
        let before = entries(here);
        let mut child = chancery(here, &["publish", "m", &folder]).spawn().expect("spawn");
        std::thread::sleep(Duration::from_micros(500 + dice.roll(30_000)));
        child.kill().expect("kill");
        child.wait().expect("wait");
        ok(here, &["publish", "m", &folder]);
        assert_eq!(entries(here), before + 10, "round {round}: once and whole");
    }
    ok(here, &["verify", "m"]);
}

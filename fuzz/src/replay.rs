//! The corpus and seeded changes of it, without libFuzzer: what an ordinary test run can afford.
//!
//! Each input is also held against a bound of memory, in proportion to its length.

#![allow(unsafe_code, reason = "an allocator is unsafe by its nature; this one only counts")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

/// Changed inputs for each target; the variable `CHANCERY_FUZZ` asks for more.
pub const CHANGED: u64 = 2_000;
/// Longest input, in bytes.
const LONGEST: usize = 64 << 10;
/// Memory that a target may take for an input: this, and so many bytes for each byte of it.
const BASE: usize = 4 << 20;
const EACH: usize = 1_000;

fn folder(target: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(target)
}

/// Puts a file into the corpus of a target.
pub fn write(target: &str, name: &str, bytes: &[u8]) {
    fs::create_dir_all(folder(target)).expect("folder");
    fs::write(folder(target).join(name), bytes).expect("file");
}

/// Gives a target every file of its corpus, and changed ones. Files whose name begins with `good` must be accepted, and
/// there must be one.
pub fn all(name: &str, target: fn(&[u8]) -> bool) {
    with(name, target, Vec::new(), CHANGED);
}

/// As [`all`] with fewer changes, for a target that takes its time.
pub fn some(name: &str, target: fn(&[u8]) -> bool) {
    with(name, target, Vec::new(), CHANGED / 10);
}

/// As [`all`] with so many changes, for a target that must also accept these.
pub fn with(name: &str, target: fn(&[u8]) -> bool, more: Vec<Vec<u8>>, changed: u64) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder(name))
        .unwrap_or_else(|error| panic!("{name}: no corpus: {error}"))
        .map(|entry| entry.expect("entry").path())
        .collect();
    paths.sort();
    let mut seeds = Vec::new();
    for path in paths {
        let bytes = fs::read(&path).expect("corpus");
        let good = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("good"));
        let accepted = run(name, target, &bytes, &path.display().to_string());
        assert!(accepted || !good, "{}: not accepted any more", path.display());
        seeds.push((good, bytes));
    }
    for bytes in more {
        assert!(run(name, target, &bytes, "made here"), "{name}: not accepted");
        seeds.push((true, bytes));
    }
    assert!(seeds.iter().any(|(good, _)| *good), "{name}: no good file");
    let count = std::env::var("CHANCERY_FUZZ").map_or(changed, |n| n.parse().expect("a number"));
    for seed in 1..=count {
        let changed = Chance(seed).change(&seeds);
        run(name, target, &changed, &format!("change {seed}"));
    }
}

/// Runs one input; a panic is told with what can be read again.
fn run(name: &str, target: fn(&[u8]) -> bool, bytes: &[u8], what: &str) -> bool {
    let before = LIVE.get();
    PEAK.set(before);
    let outcome = catch_unwind(AssertUnwindSafe(|| target(bytes)));
    let took = PEAK.get().saturating_sub(before);
    let shown = || format!("{name}, {what}: \"{}\"", bytes.escape_ascii());
    assert!(
        took <= BASE + EACH * bytes.len(),
        "{took} bytes of memory for {}",
        shown()
    );
    outcome.unwrap_or_else(|_| panic!("{}", shown()))
}

/// A small generator of its own, so that a change can be made again from its number.
struct Chance(u64);

impl Chance {
    /// A number below `below`, which is not 0.
    fn below(&mut self, below: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 1).expect("64 bits") % below
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).expect("a byte")
    }

    /// A place in bytes and a length from there on.
    fn range(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len() + 1);
        let most = 1 + self.below(64);
        start..bytes.len().min(start + self.below(most) + 1)
    }

    /// One file of the corpus with one to eight changes.
    fn change(mut self, seeds: &[(bool, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = self.pick(seeds).1.clone();
        for _ in 0..=self.below(8) {
            let donor = &self.pick(seeds).1;
            self.once(&mut bytes, donor);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn once(&mut self, bytes: &mut Vec<u8>, donor: &[u8]) {
        let range = self.range(bytes);
        match self.below(10) {
            0 if !range.is_empty() => bytes[range.start] ^= 1 << self.below(8),
            1 if !range.is_empty() => bytes[range.start] = self.byte(),
            2 => drop(bytes.drain(range)),
            3 => bytes.insert(range.start, self.byte()),
            4 => {
                let piece = bytes[range].to_vec();
                let at = self.below(bytes.len() + 1);
                let times = 1 + self.below(8);
                bytes.splice(at..at, piece.repeat(times));
            }
            5 => {
                let piece = donor[self.range(donor)].to_vec();
                bytes.splice(range, piece);
            }
            6 => {
                let (at, from) = (self.line(bytes), self.line(donor));
                let line = donor[from].to_vec();
                bytes.splice(at, line);
            }
            7 => {
                let at = self.line(bytes);
                let line = bytes[at.clone()].to_vec();
                bytes.splice(at.start..at.start, line);
            }
            8 => {
                let piece = *self.pick(PIECES);
                let end = if self.below(2) == 0 { range.start } else { range.end };
                bytes.splice(range.start..end, piece.bytes());
            }
            _ => bytes.truncate(self.below(bytes.len() + 1)),
        }
    }

    /// Where a line of the bytes lies, with its end.
    fn line(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
        let wanted = self.below(lines);
        let mut start = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n').take(wanted) {
            start += line.len();
        }
        let rest = &bytes[start..];
        let len = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |at| at + 1);
        start..start + len
    }
}

/// What parsers trip over.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    "\r\n",
    "\0",
    " ",
    "\t",
    "\u{a0}",
    "\u{2014} ",
    "\u{feff}",
    "\u{200b}",
    "\u{202e}",
    "\u{301}",
    "\u{fdd0}",
    "\u{85}",
    "\u{1f3f3}",
    "=",
    "==",
    "+",
    "-",
    "-1",
    "0",
    "00",
    "1",
    "01",
    "255",
    "256",
    "65536",
    "2147483648",
    "9007199254740991",
    "9007199254740992",
    "18446744073709551615",
    "18446744073709551616",
    "1e9",
    "0.5",
    "null",
    "true",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    "{\"",
    ",",
    ":",
    "[[[[[[[[",
    "<",
    "</",
    ">",
    "<p>",
    "<!--",
    "&#0;",
    "&amp;",
    "/",
    "//",
    "..",
    "%",
    "%2f",
    "%00",
    "%ff",
    "?",
    "#",
    "x",
    "9999-12-31",
    "0000-00-00",
    "2024-02-30",
    "xx",
    "zxx",
    "+++\n",
    "::: ",
    ":::\n",
    "```",
    "|",
    "> ",
    "- ",
    "1. ",
    "\u{7fff}",
    "\x7f",
    "c1:",
    "https://",
    "javascript:",
    "http://[",
];

thread_local! {
    static LIVE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.get().wrapping_add(layout.size());
        LIVE.set(live);
        PEAK.set(PEAK.get().max(live));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // What another thread allocated is missing here; it is not below zero.
        LIVE.set(LIVE.get().saturating_sub(layout.size()));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

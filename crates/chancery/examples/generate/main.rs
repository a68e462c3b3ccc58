//! Writes a family of sites and its statements as JSON Lines, for measuring: `generate FOLDER [STATEMENTS [SITES [SEED]]]`.
//!
//! The texts are strings of words without a message, in ten languages, the same for the same seed. `sites.jsonl` and
//! `statements.jsonl` are what `chancery import` reads; `more.jsonl` holds one statement that is not among them.

mod random;
mod statement;
mod words;

use random::Random;
use statement::Family;
use std::{
    fs,
    io::{self, BufWriter, Write as _},
    path::PathBuf,
    process::ExitCode,
};

const USAGE: &str = "usage: generate FOLDER [STATEMENTS [SITES [SEED]]]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or_else(|| io::Error::other(USAGE))?);
    let mut number = |default: u64| match args.next() {
        Some(text) => text.parse().map_err(|_| io::Error::other(USAGE)),
        None => Ok(default),
    };
    let (statements, sites, seed) = (number(10_000)?, number(250)?, number(1)?);
    fs::create_dir_all(&folder)?;
    let family = Family::new(sites.max(1));
    let mut file = BufWriter::new(fs::File::create(folder.join("sites.jsonl"))?);
    for site in family.sites() {
        writeln!(file, "{site}")?;
    }
    file.flush()?;
    let mut random = Random::new(seed);
    let mut file = BufWriter::new(fs::File::create(folder.join("statements.jsonl"))?);
    family.statements(statements, &mut random, &mut |line| writeln!(file, "{line}"))?;
    file.flush()?;
    fs::write(folder.join("more.jsonl"), format!("{}\n", family.one_more(&mut random)))
}

//! Folds an invented ministry into a register and says what that costs: `cargo run --release -p record --example fold`.
//!
//! 50,000 documents of two entries over 250 sites in 10 languages; then a snapshot, written and read back. Signatures
//! are not part of it. Seconds are those of this thread on a processor, where the system tells them. Arguments:
//! documents, sites.

#![allow(clippy::cast_precision_loss, clippy::print_stdout, reason = "figures for people")]

mod support;

use record::{
    entry::Leaf,
    manifest::Manifest,
    register::{Register, Snapshot},
};
use support::{Cpu, Family, allocated};
use tlog::{hash::Hash, note::SigningKey};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u32>());
    let documents = arguments.next().transpose()?.unwrap_or(50_000);
    let sites = arguments.next().transpose()?.unwrap_or(250);
    let family = Family { sites, documents };

    let before = allocated();
    let mut register = Register::default();
    let mut entries = 0u32;
    let mut seconds = 0.0;
    family.batches(&mut |batch| {
        let start = Cpu::now();
        for (entry, leaf, manifest) in batch {
            register.apply(&entry, leaf, manifest)?;
            entries += 1;
        }
        seconds += start.seconds();
        Ok(())
    })?;
    let held = allocated() - before;
    println!(
        "{entries} entries over {sites} sites folded in {seconds:.3} s, {:.2} µs each",
        per(seconds, entries)
    );
    println!(
        "register: {:.1} MiB, {} bytes an edition",
        held as f64 / 1_048_576.0,
        held / entries as usize
    );

    let snapshot = Snapshot {
        root: Hash([0; 32]),
        register,
    };
    let start = Cpu::now();
    let bytes = snapshot.to_bytes()?;
    let seconds = start.seconds();
    println!(
        "snapshot: {:.1} MiB, written in {seconds:.3} s, {:.2} µs an edition",
        bytes.len() as f64 / 1_048_576.0,
        per(seconds, entries)
    );
    let start = Cpu::now();
    let read = Snapshot::from_bytes(&bytes)?;
    let seconds = start.seconds();
    println!(
        "read back in {seconds:.3} s, {:.2} µs an edition; equal: {}",
        per(seconds, entries),
        read == snapshot
    );

    for blocks in [1, 8, 20] {
        let manifest = Manifest::Words(Box::new(support::long_words(blocks)));
        let bytes = manifest.to_bytes()?;
        let start = Cpu::now();
        for _ in 0..READINGS {
            std::hint::black_box(Manifest::read(manifest.media(), &bytes)?);
        }
        println!(
            "words of {} bytes read and checked in {:.1} µs",
            bytes.len(),
            per(start.seconds(), READINGS)
        );
    }
    leaves(&family)?;
    Ok(())
}

/// What reading a leaf costs, and verifying its signature.
fn leaves(family: &Family) -> Result<(), Box<dyn std::error::Error>> {
    let key = SigningKey::generate("record.example/m/m0/1", [7; 32])?;
    let mut leaf = Vec::new();
    family.batches(&mut |batch| {
        leaf = batch
            .last()
            .and_then(|(entry, ..)| entry.sign(&[&key]).ok())
            .unwrap_or_default();
        Ok(())
    })?;
    let start = Cpu::now();
    for _ in 0..READINGS {
        std::hint::black_box(Leaf::read(&leaf)?);
    }
    println!(
        "a leaf of {} bytes read in {:.1} µs",
        leaf.len(),
        per(start.seconds(), READINGS)
    );
    let (read, key) = (Leaf::read(&leaf)?, key.verifier());
    let start = Cpu::now();
    for _ in 0..READINGS {
        read.note.verify(&key)?;
    }
    println!("its signature verified in {:.1} µs", per(start.seconds(), READINGS));
    Ok(())
}

/// How often things are read, for a clock that ticks in milliseconds.
const READINGS: u32 = 2_000;

/// Microseconds for each.
fn per(seconds: f64, count: u32) -> f64 {
    seconds * 1e6 / f64::from(count.max(1))
}

//! Measures appending: `cargo run --release -p tlog --example append -- ENTRIES BATCH FOLDER`.
//!
//! Each entry has 600 bytes and a blob of 1 KiB. Prints entries a second, the commits' latencies, and
//! beside them what the bare disk takes for one synced write.

#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tlog::hash::sha256;
use tlog::{Blob, Dir, Group, SigningKey, Writer};

fn group(n: u64) -> Group {
    let mut entry = format!("entry {n} ").into_bytes();
    entry.resize(600, b'e');
    let mut bytes = format!("blob {n} ").into_bytes();
    let name = sha256(&bytes);
    bytes.resize(1024, b'b');
    Group {
        entries: vec![entry],
        blobs: vec![Blob { name, bytes }],
    }
}

fn bare_sync(folder: &str) -> Result<Duration, Box<dyn Error>> {
    use tlog::Disk as _;
    let disk = Dir::new(folder);
    disk.create("probe", &vec![0; 1 << 20], false)?;
    disk.sync("probe")?;
    let file = disk.open("probe", true)?.ok_or("no probe")?;
    let start = Instant::now();
    for n in 0..20 {
        file.write_at(n * 4096, &[1; 4096])?;
        file.sync()?;
    }
    disk.remove("probe")?;
    Ok(start.elapsed() / 20)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, entries, batch, folder] = &arguments[..] else {
        return Err("usage: append ENTRIES BATCH FOLDER (new or empty)".into());
    };
    let (entries, batch): (u64, u64) = (entries.parse()?, batch.parse()?);
    println!("bare disk: {:?} for one synced write of 4 KiB", bare_sync(folder)?);
    let key = || SigningKey::generate("bench.example", [1; 32]);
    let disk = Arc::new(Dir::new(folder.as_str()));
    Writer::create(&*disk, "bench.example", &key()?)?;
    let (mut writer, _) = Writer::open(disk, "bench.example", key()?)?;

    let start = Instant::now();
    let mut latencies = Vec::new();
    let mut next = 0;
    while next < entries {
        let groups: Vec<Group> = (next..entries.min(next + batch)).map(group).collect();
        next += batch;
        let before = Instant::now();
        writer.commit(&groups)?;
        latencies.push(before.elapsed());
    }
    let appended = start.elapsed();
    writer.close()?;
    let closed = start.elapsed();
    latencies.sort_unstable();
    let rate = |time: Duration| entries as f64 / time.as_secs_f64();
    println!("appended: {appended:?}, {:.0} entries/s", rate(appended));
    println!("closed, all synced: {closed:?}, {:.0} entries/s", rate(closed));
    let at = |percent: usize| latencies[(latencies.len() - 1) * percent / 100];
    let before = Instant::now();
    let disk = Dir::new(folder.as_str());
    let report = tlog::fsck::check(&disk, Some(&disk), &key()?.verifier(), &mut ());
    println!(
        "fsck: {:?}, {} files, sound: {}",
        before.elapsed(),
        report.files,
        report.is_sound()
    );
    println!("commit: p50 {:?}, p99 {:?}, worst {:?}", at(50), at(99), at(100));
    Ok(())
}

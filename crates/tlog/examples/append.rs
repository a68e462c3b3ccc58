//! Measures appending: `cargo run --release -p tlog --example append -- ENTRIES BATCH FOLDER`.
//!
//! Each entry has 600 bytes and a blob of 1 KiB. Prints entries a second up to the commit point and with all files
//! derived, in seconds and in seconds of CPU; the commits' latencies; and beside them what the bare disk takes for
//! one synced write.

#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tlog::hash::sha256;
use tlog::store::{Disk, File, Item, Listing, Lock, Source};
use tlog::{Blob, Dir, Group, SigningKey, Writer};

/// A moment, and the CPU seconds of this thread until then.
type Moment = (Instant, f64);

fn now() -> Moment {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|text| text.parse::<f64>().ok());
    (Instant::now(), nanoseconds.unwrap_or(0.0) / 1e9)
}

/// A folder that notes when a file that is written in place was last synced: of a commit, that is the journal.
struct Watched {
    disk: Dir,
    synced: Arc<Mutex<Option<Moment>>>,
}

struct WatchedFile {
    file: Box<dyn File>,
    synced: Arc<Mutex<Option<Moment>>>,
}

impl File for WatchedFile {
    fn size(&self) -> io::Result<u64> {
        self.file.size()
    }

    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        self.file.read_at(offset, len)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_at(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync()?;
        *self.synced.lock().unwrap_or_else(PoisonError::into_inner) = Some(now());
        Ok(())
    }
}

impl Source for Watched {
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        self.disk.read(path, most)
    }
}

impl Listing for Watched {
    fn list(&self, folder: &str) -> io::Result<Vec<Item>> {
        self.disk.list(folder)
    }
}

impl Disk for Watched {
    fn open(&self, path: &str, write: bool) -> io::Result<Option<Box<dyn File>>> {
        let file = self.disk.open(path, write)?;
        let synced = || Arc::clone(&self.synced);
        Ok(file.map(|file| Box::new(WatchedFile { file, synced: synced() }) as Box<dyn File>))
    }

    fn create(&self, path: &str, bytes: &[u8], sealed: bool) -> io::Result<()> {
        self.disk.create(path, bytes, sealed)
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        self.disk.sync(path)
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        self.disk.sync_folder(folder)
    }

    fn sync_all(&self) -> io::Result<()> {
        self.disk.sync_all()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn rename_new(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.rename_new(from, to)
    }

    fn link(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.link(from, to)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn lock(&self, path: &str) -> io::Result<Option<Box<dyn Lock>>> {
        self.disk.lock(path)
    }

    fn free(&self) -> io::Result<u64> {
        self.disk.free()
    }
}

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
    let synced = Arc::new(Mutex::new(None));
    let disk = Arc::new(Watched {
        disk: Dir::new(folder.as_str()),
        synced: Arc::clone(&synced),
    });
    Writer::create(&*disk, "bench.example", &key()?)?;
    let (mut writer, _) = Writer::open(disk, "bench.example", key()?)?;

    let (start, cpu) = now();
    let (mut durable, mut durable_cpu) = (Duration::ZERO, 0.0);
    let mut latencies = Vec::new();
    let mut next = 0;
    while next < entries {
        let groups: Vec<Group> = (next..entries.min(next + batch)).map(group).collect();
        next += batch;
        let before = now();
        writer.commit(&groups)?;
        latencies.push(before.0.elapsed());
        let at = synced.lock().unwrap_or_else(PoisonError::into_inner).take();
        let at = at.ok_or("the journal was not synced")?;
        durable += at.0 - before.0;
        durable_cpu += at.1 - before.1;
    }
    let (appended, used) = (start.elapsed(), now().1 - cpu);
    writer.close()?;
    let closed = start.elapsed();
    latencies.sort_unstable();
    let rate = |time: Duration| entries as f64 / time.as_secs_f64();
    println!(
        "up to the commit point: {durable:.2?}, {:.0} entries/s; {durable_cpu:.2} s of CPU, {:.0} entries a CPU second",
        rate(durable),
        entries as f64 / durable_cpu,
    );
    println!(
        "with all files: {appended:.2?}, {:.0} entries/s; {used:.2} s of CPU, {:.0} entries a CPU second",
        rate(appended),
        entries as f64 / used,
    );
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

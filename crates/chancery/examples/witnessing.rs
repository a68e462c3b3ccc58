//! How many cosignatures a second a witness gives, each on the disk before it is answered.
//!
//!     cargo run --release --example witnessing -- CHANCERY [LOGS] [SECONDS] [FOLDER]
//!
//! So many logs, each with a connection of its own, grow entry by entry and ask for every size. Printed beside it: how long
//! the disk of the folder takes for one `fdatasync`, and the most memory that the witness had.

use std::{
    error::Error,
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};
use tlog::{
    Checkpoint, SigningKey,
    hash::{Hash, leaf_hash, node_hash},
    proof::{self, HashReader},
    tree::Tree,
    witness::Request,
};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Roots of all whole subtrees, by height.
struct Nodes(Vec<Vec<Hash>>);

impl Nodes {
    fn of(leaves: Vec<Hash>) -> Self {
        let mut rows = vec![leaves];
        while let Some(row) = rows.last().filter(|row| row.len() > 1) {
            let (pairs, _) = row.as_chunks::<2>();
            rows.push(pairs.iter().map(|[left, right]| node_hash(*left, *right)).collect());
        }
        Self(rows)
    }
}

impl HashReader for Nodes {
    type Error = &'static str;

    fn subtree(&self, height: u8, index: u64) -> Result<Hash, Self::Error> {
        let at = usize::try_from(index).map_err(|_| "too far")?;
        let node = self.0.get(usize::from(height)).and_then(|row| row.get(at));
        node.copied().ok_or("no such subtree")
    }
}

/// Requests of one log, as they go over the wire.
fn requests(key: &SigningKey, count: u64) -> Outcome<Vec<Vec<u8>>> {
    let nodes = Nodes::of((0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect());
    let (mut tree, mut all) = (Tree::new(), Vec::new());
    for (leaf, old) in nodes.0.iter().flatten().take(usize::try_from(count)?).zip(0..) {
        tree.push(*leaf);
        let checkpoint = Checkpoint {
            origin: key.name().to_owned(),
            size: old + 1,
            root: tree.root(),
        };
        let request = Request {
            old,
            proof: proof::consistency(&nodes, old, old + 1)?.unwrap_or_default(),
            checkpoint: checkpoint.sign(key),
        };
        let body = request.to_bytes();
        let head = format!(
            "POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        all.push([head.into_bytes(), body].concat());
    }
    Ok(all)
}

/// Asks until the time is over, or nothing is left to ask; gives how long each answer took.
fn run(at: &str, requests: &[Vec<u8>], until: Instant) -> Outcome<Vec<Duration>> {
    let socket = TcpStream::connect(at)?;
    socket.set_nodelay(true)?;
    let (mut reader, mut socket) = (BufReader::new(socket.try_clone()?), socket);
    let mut took = Vec::new();
    for request in requests {
        if Instant::now() > until {
            return Ok(took);
        }
        let started = Instant::now();
        socket.write_all(request)?;
        let (mut line, mut length) = (String::new(), 0);
        reader.read_line(&mut line)?;
        if !line.contains(" 200 ") {
            return Err(line.into());
        }
        while line.trim_end() != "" {
            length = line
                .to_lowercase()
                .strip_prefix("content-length: ")
                .map_or(Ok(length), |n| n.trim_end().parse())?;
            line.clear();
            reader.read_line(&mut line)?;
        }
        reader.read_exact(&mut vec![0; length])?;
        took.push(started.elapsed());
    }
    Ok(took)
}

fn start(chancery: &Path, folder: &Path, keys: &[SigningKey]) -> Outcome<Child> {
    let mut new = Command::new(chancery);
    new.arg("witness").arg(folder).args(["--new", "witness.example"]);
    for key in keys {
        new.args(["--log", &key.verifier().to_string()]);
    }
    if !new.status()?.success() {
        return Err("the witness could not be made".into());
    }
    let witness = Command::new(chancery)
        .arg("witness")
        .arg(folder)
        .args(["--listen", AT])
        .spawn()?;
    for _ in 0..100 {
        if TcpStream::connect(AT).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(witness)
}

/// Milliseconds that the disk takes to sync a small write, in the middle of many.
fn sync_time(folder: &Path) -> Outcome<f64> {
    let mut file = File::create(folder.join("sync"))?;
    let mut took = Vec::new();
    for _ in 0..101 {
        let started = Instant::now();
        file.write_all(&[7; 1000])?;
        file.sync_data()?;
        took.push(started.elapsed());
    }
    took.sort();
    Ok(took[took.len() / 2].as_secs_f64() * 1000.0)
}

fn peak(witness: &Child) -> Outcome<String> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", witness.id()))?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    Ok(line.trim_start_matches("VmHWM:").trim().to_owned())
}

const AT: &str = "127.0.0.1:18082";

fn main() -> Outcome {
    let mut args = std::env::args().skip(1);
    let chancery = PathBuf::from(args.next().ok_or("which chancery?")?);
    let logs: u16 = args.next().map_or(Ok(64), |n| n.parse())?;
    let seconds: u64 = args.next().map_or(Ok(5), |n| n.parse())?;
    let parent = args.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = parent.join(format!("chancery-witnessing-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let disk = sync_time(&folder)?;
    let names = (0..logs).map(|n| format!("log-{n}.example"));
    let keys = names
        .map(|name| SigningKey::generate(&name, [3; 32]))
        .collect::<Result<Vec<_>, _>>()?;
    // With growing logs: as many sizes as a witness could sign in that time.
    let count = 1500 * seconds;
    let prepared = keys
        .iter()
        .map(|key| requests(key, count))
        .collect::<Outcome<Vec<_>>>()?;
    let mut witness = start(&chancery, &folder.join("w"), &keys)?;
    let started = Instant::now();
    let until = started + Duration::from_secs(seconds);
    let took = std::thread::scope(|scope| {
        let running: Vec<_> = prepared
            .iter()
            .map(|all| scope.spawn(move || run(AT, all, until)))
            .collect();
        let joined = running
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|_| Err("a thread ended".into())));
        joined.collect::<Outcome<Vec<_>>>()
    });
    let wall = started.elapsed().as_millis();
    let memory = peak(&witness)?;
    witness.kill()?;
    witness.wait()?;
    std::fs::remove_dir_all(&folder)?;
    let mut took: Vec<Duration> = took?.into_iter().flatten().collect();
    took.sort();
    let at = |share: usize| {
        took.get(took.len() * share / 100)
            .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    println!(
        "{logs} logs: {} cosignatures a second, each on the disk before its answer; {:.1} ms in the middle, {:.1} ms at the 99th percentile; \
         one fdatasync takes {disk:.1} ms here; at most {memory} of memory",
        took.len() as u128 * 1000 / wall.max(1),
        at(50),
        at(99),
    );
    Ok(())
}

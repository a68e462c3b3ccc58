//! How long a single publication takes until it is durable, and until a reader sees it.
//!
//!     cargo run --release --example publishing -- CHANCERY [COUNT] [FOLDER]
//!
//! A writer that stays open publishes text after text, facts and words in one group; a reader asks `serve` for the new page over
//! one connection until it is there. Printed beside it: how long the disk of the folder takes for one `fdatasync`.

use chancery::{clock, folder::Folder, writing::Writing};
use record::{
    body::{Block, BlockId, Inline, Kind as BlockKind},
    compose::Change,
    date::Local,
    facts::{Dated, Facts, Kind, TextKind},
    lang::Lang,
    manifest::Manifest,
    words::Words,
};
use std::{
    error::Error,
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const AT: &str = "127.0.0.1:18083";

/// What a failure says, as an error.
fn told<T>(done: Result<T, chancery::output::Failure>) -> Outcome<T> {
    done.map_err(|failure| format!("{failure:?}").into())
}

/// Milliseconds that the disk takes to sync a small write: of many, the one in the middle, and the 99th of a hundred.
fn sync_time(folder: &Path) -> Outcome<(f64, f64)> {
    let mut file = File::create(folder.join("sync"))?;
    file.write_all(&vec![0; 4 << 20])?;
    file.sync_all()?;
    let mut took = Vec::new();
    for n in 0..200 {
        let started = Instant::now();
        std::os::unix::fs::FileExt::write_all_at(&file, &[7; 4096], n * 4096)?;
        file.sync_data()?;
        took.push(started.elapsed());
    }
    Ok(shares(took))
}

fn shares(mut took: Vec<Duration>) -> (f64, f64) {
    took.sort();
    let at = |share: usize| {
        took.get(took.len() * share / 100)
            .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    (at(50), at(99))
}

fn ministry(chancery: &Path, data: &Path) -> Outcome<Child> {
    let run = |args: &[&str]| -> Outcome {
        let done = Command::new(chancery).args(args).output()?;
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        if done.status.success() {
            Ok(())
        } else {
            Err(said.into())
        }
    };
    let path = data.to_str().ok_or("folder")?;
    run(&[
        "init",
        path,
        "--name",
        "Ministry of Tides",
        "--origin",
        "record.tides.example",
    ])?;
    run(&[
        "site",
        "add",
        path,
        "--ministry",
        "--name",
        "Ministry of Tides",
        "--langs",
        "en",
    ])?;
    let section = data.join("news.toml");
    let facts = "type = \"section\"\nsite = \"hq\"\nslug = \"news\"\nrole = \"news\"\nshow = \"list\"\n";
    std::fs::write(&section, facts)?;
    run(&["publish", path, section.to_str().ok_or("folder")?, "--yes"])?;
    let server = Command::new(chancery)
        .args(["serve", path, "--listen", AT])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()?;
    for _ in 0..200 {
        if TcpStream::connect(AT).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(server)
}

/// Facts and words of a text in the first section of the ministry, and the path of its page.
fn text(writing: &Writing, number: usize) -> Outcome<(Vec<Change>, String)> {
    let register = &writing.register;
    let site = register.ministry().ok_or("no site")?;
    let section = *register.sections(site).first().ok_or("no section")?;
    let mission = register.document(site).mission.clone();
    let code = register.site(site).ok_or("no site")?.code.clone();
    let local: Local = "2026-03-14T09:30".parse()?;
    let facts = Facts {
        site: Some(code.clone()),
        section: Some(register.document(section).id),
        month: Some(local.month()),
        date: Some(Dated {
            assumed: vec![],
            local,
            offset: Some(record::date::Offset(0)),
            zone: None,
        }),
        ..Facts::new(Kind::Text(TextKind::News))
    };
    let paragraph = |n| Block {
        id: BlockId(n),
        kind: BlockKind::Paragraph {
            text: vec![Inline::Plain(format!(
                "{n}. The harbour opens to ships of all flags, and the ferry runs twice a week."
            ))],
            voice: None,
        },
    };
    let slug = format!("statement-{number}");
    let words = Words {
        slug: Some(slug.as_str().into()),
        body: (1..=8).map(paragraph).collect(),
        ..Words::new(&format!("A statement on the harbour, number {number}"))
    };
    let id = told(clock::new_id())?;
    let changes = vec![
        Change::publish(id, Lang::FACTS, &mission, Manifest::Facts(Box::new(facts))),
        Change::publish(id, Lang::ENGLISH, &mission, Manifest::Words(Box::new(words))),
    ];
    let folder = register.section(section).ok_or("no section")?.slug.clone();
    Ok((changes, format!("/{code}/en/{folder}/2026/03/{slug}")))
}

/// Asks for a page until it is there.
fn see(socket: &mut BufReader<TcpStream>, path: &str) -> Outcome {
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until {
        socket
            .get_mut()
            .write_all(format!("GET {path} HTTP/1.1\r\nHost: {AT}\r\n\r\n").as_bytes())?;
        let (mut line, mut length) = (String::new(), 0);
        socket.read_line(&mut line)?;
        let found = line.contains(" 200 ");
        while line.trim_end() != "" {
            line.clear();
            socket.read_line(&mut line)?;
            if let Some(digits) = line.to_lowercase().strip_prefix("content-length: ") {
                length = digits.trim_end().parse()?;
            }
        }
        socket.read_exact(&mut vec![0; length])?;
        if found {
            return Ok(());
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    Err(format!("{path} never came").into())
}

fn measure(data: &Path, count: usize) -> Outcome<(Vec<Duration>, Vec<Duration>)> {
    let mut writing = told(Writing::open(told(Folder::open(data))?))?;
    let socket = TcpStream::connect(AT)?;
    socket.set_nodelay(true)?;
    let mut socket = BufReader::new(socket);
    let (mut durable, mut live) = (Vec::new(), Vec::new());
    for number in 0..count {
        let (changes, path) = text(&writing, number)?;
        let started = Instant::now();
        told(writing.publish(changes, clock::now()))?;
        durable.push(started.elapsed());
        see(&mut socket, &path)?;
        live.push(started.elapsed());
    }
    told(writing.close())?;
    Ok((durable, live))
}

fn main() -> Outcome {
    let mut args = std::env::args().skip(1);
    let chancery = PathBuf::from(args.next().ok_or("which chancery?")?);
    let count: usize = args.next().map_or(Ok(500), |n| n.parse())?;
    let parent = args.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = parent.join(format!("chancery-publishing-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let before = sync_time(&folder)?;
    let data = folder.join("data");
    let mut server = ministry(&chancery, &data)?;
    let measured = measure(&data, count);
    server.kill()?;
    server.wait()?;
    let after = sync_time(&folder)?;
    std::fs::remove_dir_all(&folder)?;
    let (durable, live) = measured?;
    let ((middle, late), (seen, seen_late)) = (shares(durable), shares(live));
    let sync = f64::midpoint(before.0, after.0);
    println!(
        "{count} publications: durable in {middle:.1} ms in the middle and {late:.1} ms at the 99th percentile, on a page in {seen:.1} and {seen_late:.1} ms; \
         one fdatasync takes {sync:.1} ms in the middle and {:.1} ms at the 99th percentile: {:.1} and {:.1} times that",
        f64::midpoint(before.1, after.1),
        seen / sync,
        seen_late / sync,
    );
    Ok(())
}

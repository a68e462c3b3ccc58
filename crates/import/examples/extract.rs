//! Reads each capture of a folder and prints what was found as JSON lines: `extract FOLDER`, or `extract FILE` to look at one.

use import::{
    candidate::{Candidate, Hints},
    dump, encoding, html,
};
use record::body::block_plain;
use std::{fs, io::Write as _, path::Path, time::Instant};

fn main() -> std::io::Result<()> {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: extract FOLDER | FILE");
        std::process::exit(2);
    };
    let path = Path::new(&path);
    if path.is_file() {
        println!("{:#?}", read(path, &fs::read(path)?));
        return Ok(());
    }
    let mut files: Vec<_> = fs::read_dir(path)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    files.sort();
    let mut out = std::io::stdout().lock();
    for file in files {
        let bytes = fs::read(&file)?;
        let start = Instant::now();
        let page = read(&file, &bytes);
        let seconds = start.elapsed().as_secs_f64();
        writeln!(out, "{}", line(&file, &page, seconds))?;
    }
    Ok(())
}

fn read(file: &Path, bytes: &[u8]) -> Candidate {
    if file.extension().is_some_and(|e| e == "html") {
        return html::read(bytes, &Hints::default(), 64 << 20).unwrap_or_default();
    }
    dump::read(&encoding::text(bytes).text, &Hints::default())
}

fn line(file: &Path, page: &Candidate, seconds: f64) -> serde_json::Value {
    let text: Vec<String> = page.body.iter().map(block_plain).collect();
    serde_json::json!({
        "id": file.file_stem().map(|s| s.to_string_lossy()),
        "title": page.title,
        "date": page.date.map(|d| d.to_string()),
        "datetime": page.date.map(|d| d.to_string()),
        "section": if page.path.is_empty() { page.section.clone().unwrap_or_default() } else { page.path.join(" > ") },
        "lang": page.lang.map(|l| l.primary().to_owned()),
        "text": text.join("\n"),
        "secs": seconds,
    })
}

//! Writes files of given lengths and does nothing else, for measuring: `bare LIST FOLDER`.
//!
//! A line of the list is a length, a tab and a path. The folder must not exist. Folders are made as files need them; each
//! file is created, filled by one call, and closed.

use std::{
    collections::HashSet,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

fn main() -> ExitCode {
    match run() {
        Ok(count) => {
            println!("{count} files");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<usize> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(list), Some(folder), None) = (args.next(), args.next(), args.next()) else {
        return Err(io::Error::other("usage: bare LIST FOLDER"));
    };
    let list = fs::read_to_string(list)?;
    fs::create_dir(&folder)?;
    let mut made = HashSet::new();
    let text = b"All work and no play makes a press office dull. ".repeat(1 << 16);
    for line in list.lines() {
        let (length, path) = line
            .split_once('\t')
            .ok_or_else(|| io::Error::other("a line is no length and path"))?;
        let length: usize = length.parse().map_err(io::Error::other)?;
        let path = folder.join(path);
        if let Some(parent) = path.parent().filter(|parent| !made.contains(*parent)) {
            fs::create_dir_all(parent)?;
            made.insert(parent.to_owned());
        }
        write(&path, &text, length)?;
    }
    Ok(list.lines().count())
}

fn write(path: &Path, text: &[u8], mut length: usize) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    while length > 0 {
        let part = length.min(text.len());
        file.write_all(&text[..part])?;
        length -= part;
    }
    Ok(())
}

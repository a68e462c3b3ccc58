//! Key files: made with mode 0600, never printed.

use crate::{
    clock,
    folder::{self, Folder},
    output::{Context as _, Done, Failure},
};
use record::register::Register;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};
use tlog::note::SigningKey;

/// Makes a key of this name.
pub fn generate(name: &str) -> Done<SigningKey> {
    SigningKey::generate(name, clock::random()?).at(format!("key {name}"))
}

/// Stores a key where only its owner reads it.
pub fn save(path: &Path, key: &SigningKey) -> Done {
    if path.exists() {
        return Err(Failure::new(format!("{}: there is already a key", path.display())));
    }
    folder::replace(path, format!("{}\n", key.encode().as_str()).as_bytes(), true)
}

/// Reads a key.
pub fn load(path: &Path) -> Done<SigningKey> {
    let text = std::fs::read_to_string(path).at(path.display())?;
    SigningKey::decode(text.trim_end()).map_err(|_| {
        Failure::new(format!("{}: not a private key", path.display())).hint("restore it from where keys are kept")
    })
}

/// The file of the n-th key of the log.
pub fn log_path(folder: &Folder, number: usize) -> PathBuf {
    let name = if number > 1 {
        format!("log-{number}.key")
    } else {
        "log.key".to_owned()
    };
    folder.keys().join(name)
}

/// The keys of the log whose files are here, the newest last; those that have ended may be among them.
pub fn logs(folder: &Folder) -> Done<Vec<SigningKey>> {
    let entries = std::fs::read_dir(folder.keys()).map_or_else(|_| Vec::new(), |entries| entries.flatten().collect());
    let number = |name: &str| match name.strip_prefix("log")?.strip_suffix(".key")? {
        "" => Some(1),
        rest => rest
            .strip_prefix('-')?
            .parse::<usize>()
            .ok()
            .filter(|number| *number > 1),
    };
    let numbers = entries.iter().filter_map(|entry| number(entry.file_name().to_str()?));
    let mut numbers: Vec<usize> = numbers.collect();
    numbers.sort_unstable();
    numbers
        .into_iter()
        .map(|number| load(&log_path(folder, number)))
        .collect()
}

/// The file of an office key.
pub fn office_path(folder: &Folder, mission: &str, number: u32) -> PathBuf {
    folder.keys().join(format!("office-{mission}-{number}.key"))
}

/// The file of the n-th state key.
pub fn state_path(folder: &Folder, number: usize) -> PathBuf {
    folder.keys().join(format!("state-{number}.key"))
}

/// The state key that is valid for the next entry, if its file is here.
pub fn state(folder: &Folder, register: &Register) -> Done<Option<SigningKey>> {
    let role = record::keys::Role::State;
    let all = register.keys().keys().iter().filter(|known| known.role == role);
    let numbered: Vec<(usize, &str)> = (1..).zip(all.map(|known| &*known.vkey)).collect();
    for known in register.keys().valid(register.size(), role, None) {
        let number = numbered
            .iter()
            .find(|(_, vkey)| *vkey == &*known.vkey)
            .map(|(number, _)| *number);
        let path = number
            .map(|number| state_path(folder, number))
            .filter(|path| path.is_file());
        if let Some(path) = path {
            return load(&path).map(Some);
        }
    }
    Ok(None)
}

/// Every root key in a folder, or the one in a file.
pub fn load_roots(path: &Path) -> Done<Vec<SigningKey>> {
    if path.is_file() {
        return Ok(vec![load(path)?]);
    }
    let moved = || {
        Failure::new(format!("{}: no root key here", path.display()))
            .hint("--root-key FILE names the place to which it was moved")
    };
    let entries = std::fs::read_dir(path).map_err(|_| moved())?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|e| e.path())).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "key"));
    files.sort();
    if files.is_empty() {
        Err(moved())
    } else {
        files.iter().map(|file| load(file)).collect()
    }
}

/// The root keys that may sign the next entry, from these places or else from the data folder; at least as many as it takes.
pub fn quorum(folder: &Folder, register: &Register, places: &[PathBuf]) -> Done<Vec<SigningKey>> {
    let own = [folder.root_keys()];
    let mut roots: Vec<SigningKey> = Vec::new();
    for place in if places.is_empty() { &own[..] } else { places } {
        roots.extend(load_roots(place)?);
    }
    roots.sort_by_key(|key| key.verifier().to_string());
    roots.dedup_by_key(|key| key.verifier().to_string());
    let valid: Vec<&str> = register
        .keys()
        .valid(register.size(), record::keys::Role::Root, None)
        .map(|known| &*known.vkey)
        .collect();
    roots.retain(|key| valid.contains(&key.verifier().to_string().as_str()));
    let wanted = register.keys().quorum();
    if roots.len() >= wanted as usize {
        return Ok(roots);
    }
    let message = format!(
        "{wanted} root keys must sign this, and {} that may are here",
        roots.len()
    );
    Err(Failure::new(message).hint("--root-key PATH names each place where one lies"))
}

/// The office keys of the missions that sign in one command.
#[derive(Debug, Default)]
pub struct Offices(HashMap<String, SigningKey>);

impl Offices {
    /// Loads the key of a mission that is valid for the next entry, unless it is loaded.
    pub fn require(&mut self, folder: &Folder, register: &Register, mission: &str) -> Done {
        if self.0.contains_key(mission) {
            return Ok(());
        }
        let valid = register
            .keys()
            .valid(register.size(), record::keys::Role::Office, Some(mission));
        for known in valid {
            let Some(number) = number_of(&known.vkey) else { continue };
            let path = office_path(folder, mission, number);
            if path.is_file() {
                self.add(mission, load(&path)?);
                return Ok(());
            }
        }
        let message = format!(
            "{}: no valid office key of mission `{mission}` here",
            folder.keys().display()
        );
        Err(Failure::new(message)
            .hint("restore it from where keys are kept; `chancery site add` makes one together with its site"))
    }

    /// Adds a key that was just made.
    pub fn add(&mut self, mission: &str, key: SigningKey) {
        self.0.insert(mission.to_owned(), key);
    }

    /// The key of a mission.
    pub fn get(&self, mission: &str) -> Option<&SigningKey> {
        self.0.get(mission)
    }
}

/// `3` of `record.example/m/vn/3+hash+key`.
fn number_of(vkey: &str) -> Option<u32> {
    vkey.split('+').next()?.rsplit('/').next()?.parse().ok()
}

//! Key files: made with mode 0600, never printed. They may be under a passphrase, or with a process that signs for this one.

pub mod passphrase;
pub mod sealed;

use crate::{
    clock,
    folder::{self, Folder},
    given,
    output::{Context as _, Done, Failure, USAGE},
    signer,
};
use record::register::Register;
use sealed::Sealed;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use tlog::note::{SigningKey, Signs, VerifierKey};
use zeroize::Zeroizing;

/// A private key is at most this long as a file, in bytes.
const MOST_KEY: u64 = 64 << 10;

/// Makes a key of this name.
pub fn generate(name: &str) -> Done<SigningKey> {
    SigningKey::generate(name, clock::random()?).at(format!("key {name}"))
}

/// Stores a key where only its owner reads it; under the passphrase of this process, if there is one.
pub fn save(path: &Path, key: &SigningKey) -> Done {
    if path.exists() {
        return Err(Failure::new(format!("{}: there is already a key", path.display())));
    }
    store(path, key, passphrase::is_given())
}

/// Replaces the file of a key.
fn store(path: &Path, key: &SigningKey, protected: bool) -> Done {
    let text = if protected {
        passphrase::seal(&key.verifier().to_string(), &key.encode())?.to_text()
    } else {
        format!("{}\n", key.encode().as_str())
    };
    folder::replace(path, Zeroizing::new(text).as_bytes(), true)
}

/// Puts the keys of files under a passphrase, or takes them out; gives the files that were not so already. All are opened
/// before any is written, so that a passphrase nobody has leaves no key lying open. *A crash leaves each file as it was or
/// changed, whole.*
pub fn protect(paths: &[PathBuf], protected: bool) -> Done<Vec<&Path>> {
    let mut opened = Vec::new();
    for path in paths {
        let text = read(path)?;
        if Sealed::is(&text) != protected {
            opened.push((path.as_path(), load(path)?));
        } else if protected {
            check_passphrase(path, &text)?;
        }
    }
    for (path, key) in &opened {
        store(path, key, protected)?;
    }
    Ok(opened.into_iter().map(|(path, _)| path).collect())
}

/// A key stays under the passphrase it has; whoever gives another one for it is told.
fn check_passphrase(path: &Path, text: &str) -> Done {
    let sealed = Sealed::read(text).at(path.display())?;
    if passphrase::fits(path, &sealed)? {
        return Ok(());
    }
    let failure = Failure::usage(format!(
        "{}: is under another passphrase already; nothing was changed",
        path.display()
    ));
    Err(failure.hint("`chancery key unprotect` with the old passphrase takes it out; then protect it with the new one"))
}

fn read(path: &Path) -> Done<Zeroizing<String>> {
    std::fs::read_to_string(path).map(Zeroizing::new).at(path.display())
}

fn not_a_key(path: &Path) -> Failure {
    Failure::new(format!("{}: not a private key", path.display())).hint("restore it from where keys are kept")
}

/// Reads a key.
pub fn load(path: &Path) -> Done<SigningKey> {
    let text = read(path)?;
    if !Sealed::is(&text) {
        return SigningKey::decode(text.trim_end()).map_err(|_| not_a_key(path));
    }
    let sealed = Sealed::read(&text).at(path.display())?;
    let secret = passphrase::open(path, &sealed)?;
    let key = SigningKey::decode(&secret).map_err(|_| not_a_key(path))?;
    if key.verifier().to_string() == sealed.vkey {
        Ok(key)
    } else {
        Err(not_a_key(path))
    }
}

/// The public half of the key in a file; nobody is asked for a passphrase.
pub fn public(path: &Path) -> Done<VerifierKey> {
    let text = read(path)?;
    if Sealed::is(&text) {
        let sealed = Sealed::read(&text).at(path.display())?;
        return sealed.vkey.parse().map_err(|_| not_a_key(path));
    }
    Ok(load(path)?.verifier())
}

/// The public half of the key in a file that a person named, which is a wrong input if it holds none.
pub fn given(path: &Path) -> Done<VerifierKey> {
    drop(Zeroizing::new(given::text(path, MOST_KEY, "a private key")?));
    let hint = "private keys are the files that end in .key in keys/ and root-key/ of a data folder";
    public(path).map_err(|failure| failure.code(USAGE).hint(hint))
}

/// The files of private keys in a folder that a person named.
pub fn in_folder(path: &Path) -> Done<Vec<PathBuf>> {
    let mut files = given::folder(path)?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "key"));
    Ok(files)
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

/// The keys of the log that are with the signer or whose files are here, the newest last; those that have ended may be among
/// them.
pub fn logs(folder: &Folder) -> Done<Vec<Arc<dyn Signs>>> {
    let held = signer::keys(folder)?.into_iter();
    let mut keys: Vec<Arc<dyn Signs>> = held.filter(|key| signer::is_log(&key.verifier())).collect();
    for path in log_paths(folder) {
        if !keys
            .iter()
            .any(|key| public(&path).is_ok_and(|public| public == key.verifier()))
        {
            keys.push(Arc::new(load(&path)?));
        }
    }
    Ok(keys)
}

/// The public halves of the keys of the log whose files are here, the newest last.
pub fn log_verifiers(folder: &Folder) -> Done<Vec<VerifierKey>> {
    log_paths(folder).iter().map(|path| public(path)).collect()
}

fn log_paths(folder: &Folder) -> Vec<PathBuf> {
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
    numbers.into_iter().map(|number| log_path(folder, number)).collect()
}

/// The file of an office key.
pub fn office_path(folder: &Folder, mission: &str, number: u32) -> PathBuf {
    folder.keys().join(format!("office-{mission}-{number}.key"))
}

/// The file of the n-th state key.
pub fn state_path(folder: &Folder, number: usize) -> PathBuf {
    folder.keys().join(format!("state-{number}.key"))
}

/// The state key that is valid for the next entry, if the signer has it or its file is here.
pub fn state(folder: &Folder, register: &Register) -> Done<Option<Arc<dyn Signs>>> {
    let role = record::keys::Role::State;
    let all = register.keys().keys().iter().filter(|known| known.role == role);
    let numbered: Vec<(usize, &str)> = (1..).zip(all.map(|known| &*known.vkey)).collect();
    for known in register.keys().valid(register.size(), role, None) {
        if let Some(key) = signer::find(folder, &known.vkey)? {
            return Ok(Some(key));
        }
        let number = numbered
            .iter()
            .find(|(_, vkey)| *vkey == &*known.vkey)
            .map(|(number, _)| *number);
        let path = number
            .map(|number| state_path(folder, number))
            .filter(|path| path.is_file());
        if let Some(path) = path {
            return Ok(Some(Arc::new(load(&path)?)));
        }
    }
    Ok(None)
}

/// Every root key in a folder, or the one in a file.
pub fn load_roots(path: &Path) -> Done<Vec<SigningKey>> {
    let files = if path.is_file() {
        vec![path.to_owned()]
    } else {
        in_folder(path).unwrap_or_default()
    };
    if files.is_empty() {
        let failure = Failure::usage(format!("{}: no root key here", path.display()));
        return Err(failure.hint("--root-key FILE names the place to which it was moved"));
    }
    files.iter().map(|file| given(file).and_then(|_| load(file))).collect()
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
    let keys = if wanted == 1 { "key" } else { "keys" };
    let message = format!(
        "{wanted} root {keys} must sign this, and {} that may are here",
        roots.len()
    );
    Err(Failure::usage(message).hint("--root-key PATH names each place where one lies"))
}

/// The office keys of the missions that sign in one command.
#[derive(Default)]
pub struct Offices(HashMap<String, Arc<dyn Signs>>);

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
            if let Some(key) = signer::find(folder, &known.vkey)? {
                self.0.insert(mission.to_owned(), key);
                return Ok(());
            }
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
            .hint("restore it from where keys are kept; `chancery key list` shows whether it has ended, and `chancery key add --mission` makes another"))
    }

    /// Adds a key that is at hand.
    pub fn add(&mut self, mission: &str, key: impl Signs + 'static) {
        self.0.insert(mission.to_owned(), Arc::new(key));
    }

    /// The key of a mission.
    pub fn get(&self, mission: &str) -> Option<&dyn Signs> {
        self.0.get(mission).map(|key| &**key)
    }

    /// The key of a mission, to sign elsewhere.
    pub fn share(&self, mission: &str) -> Option<Arc<dyn Signs>> {
        self.0.get(mission).cloned()
    }
}

/// `3` of `record.example/m/vn/3+hash+key`.
fn number_of(vkey: &str) -> Option<u32> {
    vkey.split('+').next()?.rsplit('/').next()?.parse().ok()
}

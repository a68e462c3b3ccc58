//! Where the passphrase of protected keys comes from: a file that the environment names, a credential of systemd, or a person.
//!
//! It is asked for once in a process, and what was stretched from it is kept for the keys that were sealed in one go.

use super::sealed::{BadSealed, Sealed, Stretch, Stretched};
use crate::{
    given,
    output::{self, Context as _, Done, Failure},
};
use std::{
    env,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use zeroize::Zeroizing;

/// The variable that names a file with the passphrase in its first line.
pub const VARIABLE: &str = "CHANCERY_PASSPHRASE_FILE";
/// The credential of a systemd unit (`LoadCredential=`).
const CREDENTIAL: &str = "chancery-passphrase";
/// Longest file of a passphrase, in bytes.
const LONGEST: u64 = 4096;
/// How often a person may try.
const TRIES: usize = 3;

/// What this process knows.
#[derive(Default)]
struct Known {
    passphrase: Option<Zeroizing<String>>,
    stretched: Vec<(Stretch, Stretched)>,
}

/// Set in a process that serves others, which must not wait for a person.
static SILENT: AtomicBool = AtomicBool::new(false);

/// From now on nobody is asked; what is known, or lies in a file, is used.
pub fn ask_no_more() {
    SILENT.store(true, Ordering::Relaxed);
}

fn can_ask() -> bool {
    !SILENT.load(Ordering::Relaxed) && output::can_ask()
}

static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

fn known() -> MutexGuard<'static, Option<Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Known {
    fn stretched(&mut self, stretch: Stretch, passphrase: &str) -> Result<Stretched, BadSealed> {
        if let Some((_, key)) = self.stretched.iter().find(|(known, _)| *known == stretch) {
            return Ok(key.clone());
        }
        let key = stretch.apply(passphrase)?;
        self.stretched.push((stretch, key.clone()));
        Ok(key)
    }

    /// Takes another passphrase.
    fn take(&mut self, passphrase: Zeroizing<String>) {
        *self = Self {
            passphrase: Some(passphrase),
            stretched: Vec::new(),
        };
    }
}

/// True if new keys are to be protected: a passphrase was used before, or is given beside this process.
pub fn is_given() -> bool {
    known().as_ref().is_some_and(|known| known.passphrase.is_some()) || source().is_some()
}

/// The text of a protected private key.
pub fn open(path: &Path, sealed: &Sealed) -> Done<Zeroizing<String>> {
    let wrong = |error: BadSealed| Failure::new(format!("{}: {error}", path.display()));
    let mut known = known();
    let known = known.get_or_insert_default();
    for attempt in 0..TRIES {
        let passphrase = match &known.passphrase {
            Some(passphrase) => passphrase.clone(),
            None => given(&format!("Passphrase of {}:", path.display()))?,
        };
        known.passphrase = Some(passphrase.clone());
        let key = known.stretched(sealed.stretch, &passphrase).map_err(wrong)?;
        match sealed.open(&key) {
            // The keys that come later may be under the passphrase that is known.
            Err(BadSealed::Passphrase) if SILENT.load(Ordering::Relaxed) => break,
            Err(BadSealed::Passphrase) => {
                *known = Known::default();
                if let Some(source) = source() {
                    let hint = format!("{} holds the passphrase that was tried", source.display());
                    return Err(wrong(BadSealed::Passphrase).hint(hint));
                }
                if !can_ask() {
                    break;
                }
                if attempt + 1 < TRIES {
                    output::warn(format!("{}: this is not its passphrase", path.display()));
                }
            }
            opened => return opened.map_err(wrong),
        }
    }
    Err(wrong(BadSealed::Passphrase))
}

/// False where a passphrase is given beside this process, or was used before, and does not open this key.
pub fn fits(path: &Path, sealed: &Sealed) -> Done<bool> {
    let mut known = known();
    let known = known.get_or_insert_default();
    if known.passphrase.is_none() && source().is_some() {
        known.take(given("")?);
    }
    let Some(passphrase) = known.passphrase.clone() else {
        return Ok(true);
    };
    let opened = known
        .stretched(sealed.stretch, &passphrase)
        .and_then(|key| sealed.open(&key));
    match opened {
        Err(BadSealed::Passphrase) => Ok(false),
        opened => opened.map(|_| true).at(path.display()),
    }
}

/// Seals the text of a private key with the passphrase of this process, which a person is asked for twice.
pub fn seal(vkey: &str, secret: &str) -> Done<Sealed> {
    let mut known = known();
    let known = known.get_or_insert_default();
    if known.passphrase.is_none() {
        let passphrase = new()?;
        known.take(passphrase);
    }
    let passphrase = known.passphrase.clone().unwrap_or_default();
    let stretch = match known.stretched.last() {
        Some((stretch, _)) => *stretch,
        None => Stretch::new(crate::clock::random()?),
    };
    let sealed = known
        .stretched(stretch, &passphrase)
        .and_then(|key| Ok((key, nonce()?)))
        .and_then(|(key, nonce)| Sealed::seal(vkey, secret, stretch, &key, nonce));
    sealed.at("passphrase")
}

fn nonce() -> Result<[u8; 24], BadSealed> {
    crate::clock::random().map_err(|_| BadSealed::Form("no randomness"))
}

/// Takes the passphrase out of a file, for all that this process does.
pub fn use_file(path: &Path) -> Done {
    let passphrase = read(path)?;
    known().get_or_insert_default().take(passphrase);
    Ok(())
}

/// A new passphrase: from where one is given, else typed twice.
fn new() -> Done<Zeroizing<String>> {
    if source().is_some() {
        return given("");
    }
    let first = given("New passphrase:")?;
    if *given("The same again:")? != *first {
        return Err(Failure::usage("these are two passphrases; nothing was changed"));
    }
    Ok(first)
}

/// The file beside this process that holds the passphrase.
fn source() -> Option<PathBuf> {
    let named = env::var_os(VARIABLE).map(PathBuf::from);
    let credential = || env::var_os("CREDENTIALS_DIRECTORY").map(|folder| Path::new(&folder).join(CREDENTIAL));
    named.or_else(|| credential().filter(|path| path.is_file()))
}

fn given(question: &str) -> Done<Zeroizing<String>> {
    if let Some(path) = source() {
        return read(&path).map_err(|failure| failure.within("the passphrase"));
    }
    if !can_ask() {
        let failure = Failure::new(format!("{question} nobody is here to answer"));
        return Err(failure.hint(format!("{VARIABLE} names a file with the passphrase")));
    }
    let typed = output::ask_secret(question)?;
    if typed.is_empty() {
        return Err(Failure::usage("an empty passphrase protects nothing"));
    }
    Ok(typed)
}

fn read(path: &Path) -> Done<Zeroizing<String>> {
    let text = Zeroizing::new(given::text(path, LONGEST, "a passphrase")?);
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        return Err(Failure::usage(format!(
            "{}: its first line is empty, and should be the passphrase",
            path.display()
        )));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

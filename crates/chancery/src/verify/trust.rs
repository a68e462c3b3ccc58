//! The one thing that a verifier was given beforehand: the keys of the log, one alone or all of a file.

use super::{anchor, look::MAX_LOG_JSON};
use crate::{
    cosign,
    folder::{self, Folder},
    given, keys,
    output::{Done, Failure},
    reading,
};
use record::{
    entry::{Body, Leaf},
    keys::Role,
    proved,
};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use tlog::{
    CHECKPOINT, Checkpoint, LogKey, LogKeys, Note, Policy, Trust as _,
    note::{MAX_NOTE, VerifierKey},
    policy::MAX_POLICY,
    store::{Dir, Source},
};

/// Keys and where they were found.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// The newest key.
    pub key: VerifierKey,
    /// All that signed checkpoints of this log, as far as was given.
    pub keys: LogKeys,
    /// Keys that sign entries, of the file it was taken from, where it holds any.
    pub signers: Vec<SigningKey>,
    /// True where it was taken from the very record that is verified.
    pub from_record: bool,
    /// Who must have cosigned, where that is known.
    pub policy: Option<Policy>,
    /// The public files of the folder it was taken from.
    pub record: Option<PathBuf>,
    /// A checkpoint that was seen before: the file, and its bytes. A record that is verified continues it.
    pub seen: Option<(PathBuf, Vec<u8>)>,
    /// A state that the record must have had, known from elsewhere.
    pub through: Option<Checkpoint>,
}

/// A key of a mission, or one for states, with the entries it may sign.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// What it may sign.
    pub role: Role,
    /// Its mission, where it is of one.
    pub mission: Option<String>,
    /// First index.
    pub from: u64,
    /// First index at which it is no longer valid.
    pub until: Option<u64>,
    /// The key.
    pub key: VerifierKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogJson {
    format: String,
    keys: Vec<Known>,
    origin: String,
    #[serde(rename = "policy")]
    _policy: String,
    #[serde(rename = "quorum")]
    _quorum: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    from: u64,
    mission: Option<String>,
    role: Role,
    until: Option<u64>,
    vkey: String,
}

impl SigningKey {
    fn is_valid(&self, index: u64) -> bool {
        self.from <= index && self.until.is_none_or(|until| index < until)
    }
}

impl Trusted {
    /// A key alone.
    pub fn key(key: VerifierKey) -> Self {
        Self {
            keys: key.clone().into(),
            key,
            signers: Vec::new(),
            from_record: false,
            policy: None,
            record: None,
            seen: None,
            through: None,
        }
    }

    /// The same with the checkpoint of a file.
    pub fn with_seen(self, path: &Path) -> Done<Self> {
        let bytes = given::bytes(path, MAX_NOTE as u64, "a checkpoint")?;
        let wrong = |what: String| Failure::usage(format!("--since: {}: {what}", path.display()));
        // By which key it may be signed the record says.
        let note = Note::parse(&bytes).map_err(|error| wrong(error.to_string()))?;
        let seen: Checkpoint = note.text.parse().map_err(|error| wrong(format!("{error}")))?;
        if seen.origin != self.keys.name() {
            return Err(wrong(format!("is of {}, not of {}", seen.origin, self.keys.name())));
        }
        Ok(Self {
            seen: Some((path.to_owned(), bytes)),
            ..self
        })
    }

    /// The same with the checkpoint of a data folder or mirror, if it has one.
    fn with_seen_in(self, folder: &Path) -> Done<Self> {
        let record = Folder::open(folder).map_or_else(|_| folder.to_owned(), |data| data.record());
        let path = record.join(CHECKPOINT);
        let bytes = folder::read_if_there(&path)?;
        Ok(Self {
            seen: bytes.map(|bytes| (path, bytes)),
            ..self
        })
    }

    /// The same with every key that the record of the folder names, where it was taken from one: its entries were checked
    /// when they came in. Each counts for the sizes that it may sign.
    #[must_use]
    pub fn with_keys_of_folder(self) -> Self {
        let Some(record) = &self.record else { return self };
        let keys = anchor::all(&Dir::new(record), &self.keys);
        Self { keys, ..self }
    }

    /// The same with the policy of a file.
    pub fn with_policy(self, path: &Path) -> Done<Self> {
        let bytes = given::bytes(path, MAX_POLICY as u64, "a policy")?;
        let policy = Policy::parse(&bytes);
        let policy = policy.map_err(|error| Failure::usage(format!("{} {error}", path.display())))?;
        Ok(Self {
            policy: Some(policy),
            ..self
        })
    }

    /// What a person names: a vkey, a file with one, a log.json, or a data folder.
    pub fn named(text: &str) -> Done<Self> {
        if let Ok(key) = text.trim().parse() {
            return Ok(Self::key(key));
        }
        let path = Path::new(text);
        if path.is_dir() {
            return Self::of_folder(path)?.with_seen_in(path);
        }
        std::fs::metadata(path).map_err(|error| match mistyped(text) {
            Some(what) => Failure::usage(format!("--key: `{text}`: {what}")).hint(MISTYPED),
            None => Failure::usage(format!(
                "--key: `{text}` is neither a key nor a file that can be read: {error}"
            ))
            .hint("a key looks like record.mfa.example+1a2b3c4d+AWx5…"),
        })?;
        let bytes = given::bytes(path, MAX_LOG_JSON as u64, "a key").map_err(|failure| failure.within("--key"))?;
        let bytes = proved::as_published(&bytes, "");
        let said = String::from_utf8_lossy(&bytes);
        if let Ok(key) = said.trim().parse() {
            return Ok(Self::key(key));
        }
        if let Some(what) = mistyped(&said) {
            return Err(Failure::usage(format!("--key: {text}: {what}")).hint(MISTYPED));
        }
        Self::log_json(&bytes).map_err(|what| Failure::usage(format!("--key: {text}: holds no key, and is {what}")))
    }

    /// Checks who signed an entry, where the key of the line is known; says whether it is. A log.json alone may be older than
    /// the entry and not know it; that of a record which holds the entry names every key.
    pub fn signed(&self, leaf: &Leaf, index: u64) -> Result<bool, String> {
        let (role, mission) = match &leaf.entry.body {
            Body::Content(content) => (Role::Office, Some(&*content.mission)),
            Body::State { .. } => (Role::State, None),
            _ => return Ok(false),
        };
        let known = self
            .signers
            .iter()
            .filter(|key| key.role == role && key.mission.as_deref() == mission);
        let claimed = |key: &SigningKey| leaf.note.signatures.iter().any(|line| line.claims(&key.key));
        if !(self.has_record_of(index) || known.clone().any(claimed)) {
            return Ok(false);
        }
        let valid = known.filter(|key| key.is_valid(index));
        let checked = record::keys::check_one(valid.map(|key| &key.key), &leaf.note);
        checked.map(|()| true).map_err(|error| error.to_string())
    }

    /// True where the keys come from a record that holds the entry.
    fn has_record_of(&self, index: u64) -> bool {
        let size = self
            .record
            .as_ref()
            .and_then(|record| reading::published_size(record).ok());
        !self.signers.is_empty() && size.is_some_and(|size| index < size)
    }

    /// The key of a data folder, which its owner keeps outside of the record, with the signers that its record names.
    pub fn of_folder(path: &Path) -> Done<Self> {
        let data = Folder::open(path);
        let record = data.as_ref().map_or_else(|_| path.to_owned(), Folder::record);
        let policy = cosign::policy(&record).ok().flatten();
        let named = folder::read_if_there(&record.join("log.json"))?;
        let named = named
            .ok_or("no log.json")
            .and_then(|bytes| Self::log_json(&bytes).map_err(|_| "no log.json"));
        if let Some(mirror) = data.as_ref().ok().and_then(|data| data.config.mirror.as_ref()) {
            return Ok(Self {
                policy,
                record: Some(record),
                ..Self::of_mirror(path, &mirror.key, named.ok())?
            });
        }
        let own = data.as_ref().map_or_else(|_| Ok(Vec::new()), keys::log_verifiers)?;
        match (own.last().cloned(), named) {
            (Some(key), named) => Ok(Self {
                keys: together(&key, &own, named.as_ref().ok()),
                key,
                signers: named.map_or_else(|_| Vec::new(), |named| named.signers),
                from_record: false,
                policy,
                record: Some(record),
                seen: None,
                through: None,
            }),
            (None, Ok(named)) => Ok(Self {
                from_record: true,
                policy,
                record: Some(record),
                ..named
            }),
            (None, Err(_)) if data.is_err() && !record.join(CHECKPOINT).exists() => Err(Failure::usage(format!(
                "{}: neither a data folder nor a mirror, nor the record of one",
                path.display()
            ))
            .hint("--key names the key of the log: the key itself, a file that holds it, or such a folder")),
            (None, Err(_)) => Err(Failure::usage(format!(
                "{}: the log.json of the record names no key",
                record.join("log.json").display()
            ))
            .hint("--key names the key of the log: the key itself, or a file that holds it")),
        }
    }

    /// The key with which a mirror was begun.
    fn of_mirror(path: &Path, key: &str, named: Option<Self>) -> Done<Self> {
        let key = key.parse().map_err(|error| {
            let file = path.join(crate::config::FILE);
            Failure::usage(format!("{}: `key` of [mirror]: {error}", file.display()))
        })?;
        Ok(Self {
            keys: together(&key, std::slice::from_ref(&key), named.as_ref()),
            signers: named.map_or_else(Vec::new, |named| named.signers),
            ..Self::key(key)
        })
    }

    /// Refuses a record that by its own keys is of another name than these: not the record is wrong then, but what was
    /// given. One that contradicts itself, or cannot be read, is left to whoever checks it.
    pub fn fits(&self, subject: &str, source: &dyn Source) -> Done {
        let read = |path: &str, most| source.read(path, most).ok().flatten();
        let named = read("log.json", MAX_LOG_JSON).and_then(|bytes| Self::log_json(&bytes).ok());
        let is_its_own = |named: &Self| {
            let signed = read(CHECKPOINT, MAX_NOTE).unwrap_or_default();
            Checkpoint::open(&signed, &named.keys).is_ok()
        };
        let other = named.filter(|named| named.keys.name() != self.keys.name());
        let Some(other) = other.filter(is_its_own) else {
            return Ok(());
        };
        let (its, given) = (other.keys.name(), self.keys.name());
        Err(Failure::usage(format!(
            "{subject}: is the record of {its}, and the key given is of {given}"
        ))
        .hint(format!(
            "give a key of {its} that you have from elsewhere, or name the record of {given}"
        )))
    }

    /// The keys of a log.json.
    pub fn log_json(bytes: &[u8]) -> Result<Self, String> {
        let log: LogJson = serde_json::from_slice(bytes).map_err(|error| format!("no log.json: {error}"))?;
        if log.format != "chancery/log/v1" {
            return Err(format!(
                "format `{}` is not known: written by a newer version?",
                log.format
            ));
        }
        let mut keys = LogKeys::of(&log.origin);
        for known in log.keys.iter().filter(|known| known.role == Role::Log) {
            keys.add(LogKey {
                key: known.vkey.parse().map_err(|_| "names a malformed key of the log")?,
                from: known.from,
                until: known.until,
            });
        }
        let newest = keys.keys().iter().rev().find(|known| known.until.is_none());
        let newest = newest.or(keys.keys().last()).map(|known| known.key.clone());
        let key = newest.ok_or("names no key of the log")?;
        let signer = |known: &Known| {
            Some(SigningKey {
                role: known.role,
                mission: known.mission.clone(),
                from: known.from,
                until: known.until,
                key: known.vkey.parse().ok()?,
            })
        };
        Ok(Self {
            key,
            keys,
            signers: log.keys.iter().filter_map(signer).collect(),
            from_record: false,
            policy: None,
            record: None,
            seen: None,
            through: None,
        })
    }
}

const MISTYPED: &str = "`chancery key list` and the log.json of a record show its keys: take one whole";

/// Why a text that has the form of a key, `NAME+DIGITS+BASE64`, is none; `None` where it has another form.
fn mistyped(text: &str) -> Option<String> {
    let text = text.trim();
    let one = !text.contains(char::is_whitespace) && !text.starts_with('{') && text.matches('+').count() >= 2;
    if text.starts_with("PRIVATE+KEY+") {
        return Some("is a private key, and nobody verifies with that".to_owned());
    }
    one.then(|| text.parse::<VerifierKey>().err().map(|error| error.to_string()))?
}

/// Several keys of the log of one of them, each for the sizes for which a log.json names it.
fn together(one: &VerifierKey, all: &[VerifierKey], named: Option<&Trusted>) -> LogKeys {
    let mut keys = LogKeys::of(one.name());
    for key in all {
        let named = named.and_then(|named| named.keys.keys().iter().find(|known| known.key == *key));
        keys.add(named.cloned().unwrap_or_else(|| key.clone().into()));
    }
    keys
}

//! Which key may sign at which index (`docs/spec/entry.md`, section 6).

use crate::entry::{Body, Entry};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use tlog::{
    LogKey, LogKeys,
    hash::Hash,
    note::{Note, SignatureLine, VerifierKey},
};

/// A key is added, or ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub enum KeyChange {
    /// Valid from an index on.
    Add {
        from: u64,
        mission: Option<Box<str>>,
        role: Role,
        vkey: Box<str>,
    },
    /// No longer valid from an index on.
    End { until: u64, vkey: Box<str> },
}

/// What a key signs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Checkpoints.
    Log,
    /// Entries of one mission.
    Office,
    /// Genesis, key, erase, freeze.
    Root,
    /// States.
    State,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    from: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    mission: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    until: Option<u64>,
    vkey: Box<str>,
}

impl TryFrom<Wire> for KeyChange {
    type Error = &'static str;

    fn try_from(w: Wire) -> Result<Self, &'static str> {
        match (w.from, w.role, w.until, w.mission) {
            (Some(from), Some(role), None, mission) => Ok(Self::Add {
                from,
                mission,
                role,
                vkey: w.vkey,
            }),
            (None, None, Some(until), None) => Ok(Self::End { until, vkey: w.vkey }),
            _ => Err("a key has either `from` and `role`, or `until`"),
        }
    }
}

impl From<KeyChange> for Wire {
    fn from(change: KeyChange) -> Self {
        match change {
            KeyChange::Add {
                from,
                mission,
                role,
                vkey,
            } => Self {
                from: Some(from),
                mission,
                role: Some(role),
                until: None,
                vkey,
            },
            KeyChange::End { until, vkey } => Self {
                from: None,
                mission: None,
                role: None,
                until: Some(until),
                vkey,
            },
        }
    }
}

/// The roles that this version knows.
pub(crate) const ROLES: [&str; 4] = ["log", "office", "root", "state"];

/// A key that the record knows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Known {
    /// First index at which it is valid.
    pub from: u64,
    /// The mission of an office key.
    pub mission: Option<Box<str>>,
    /// What it signs.
    pub role: Role,
    /// First index at which it is no longer valid.
    pub until: Option<u64>,
    /// The key.
    pub vkey: Box<str>,
    /// Index of the entry that added it.
    added: u64,
    /// Endings: index of the entry, and what it says.
    ends: Vec<(u64, u64)>,
    #[serde(skip)]
    parsed: Parsed,
}

/// A key taken apart once, since that costs a square root.
#[derive(Clone, Debug, Default)]
struct Parsed(OnceLock<Option<VerifierKey>>);

impl PartialEq for Parsed {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Parsed {}

impl Known {
    /// The key, ready to verify with.
    pub fn verifier(&self) -> Option<&VerifierKey> {
        self.parsed.0.get_or_init(|| self.vkey.parse().ok()).as_ref()
    }

    /// The checkpoints that it may sign as a key of the log: the first size, and the first no longer. One that lacks the
    /// entry by which a key begins or ends is judged without it (section 6.3).
    fn sizes(&self) -> (u64, Option<u64>) {
        let began = if self.added == 0 { 0 } else { self.added + 1 };
        let ended = self.ends.iter().map(|&(by, until)| until.max(by + 1)).min();
        (self.from.max(began), ended)
    }

    /// Section 6.3: what entries below the index say of it.
    fn is_valid(&self, index: u64) -> bool {
        let added = self.added < index || (index == 0 && self.added == 0);
        let ended = |&(by, until): &(u64, u64)| by < index && until <= index;
        added && self.from <= index && !self.ends.iter().any(ended)
    }
}

/// All keys of a record, in order of addition.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct KeyRing {
    keys: Vec<Known>,
    origin: Box<str>,
    policy: [u8; 32],
    quorum: u32,
}

/// Why an entry's keys or signatures are refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadKeys {
    /// Genesis is of another log.
    #[error("genesis is of origin `{0}`, not that of the checkpoint")]
    Origin(Box<str>),
    /// A key is malformed.
    #[error("malformed key `{0}`")]
    Malformed(Box<str>),
    /// The key's name does not say what it is for.
    #[error("the name of key `{vkey}` is not `{wanted}`")]
    Name { vkey: Box<str>, wanted: String },
    /// The range of validity is impossible.
    #[error("the range of key `{0}` begins or ends before this entry, or before its beginning")]
    Range(Box<str>),
    /// Added twice.
    #[error("key or key name of `{0}` was added before")]
    Twice(Box<str>),
    /// Ended without having been added, or ended already.
    #[error("key `{0}` is not known, or ended earlier")]
    Unknown(Box<str>),
    /// After the entry nobody could sign any more.
    #[error("after this entry fewer than {0} root keys, or no log key, would be valid")]
    TooFew(u32),
    /// The signature lines are not those that the kind of entry asks for.
    #[error("signatures: {0}")]
    Signature(String),
}

impl KeyRing {
    /// Keys in order of addition.
    pub fn keys(&self) -> &[Known] {
        &self.keys
    }

    /// The origin of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// SHA-256 of the policy file.
    pub fn policy(&self) -> Hash {
        Hash(self.policy)
    }

    /// Root signatures that a key entry needs.
    pub fn quorum(&self) -> u32 {
        self.quorum
    }

    /// Keys of a role that are valid at an index; for office keys, of one mission.
    pub fn valid(&self, index: u64, role: Role, mission: Option<&str>) -> impl Iterator<Item = &Known> {
        self.keys.iter().filter(move |key| {
            key.role == role && (role != Role::Office || key.mission.as_deref() == mission) && key.is_valid(index)
        })
    }

    /// The keys that sign checkpoints, each with the sizes that it may sign.
    pub fn log_keys(&self) -> LogKeys {
        let mut keys = LogKeys::of(&self.origin);
        for known in self.keys.iter().filter(|known| known.role == Role::Log) {
            let Some(key) = known.verifier().cloned() else { continue };
            let (from, until) = known.sizes();
            keys.add(LogKey { key, from, until });
        }
        keys
    }

    /// Takes over what a genesis or key entry says; other entries change nothing.
    pub fn apply(&mut self, index: u64, entry: &Entry) -> Result<(), BadKeys> {
        if !matches!(entry.body, Body::Genesis { .. } | Body::Key { .. }) {
            return Ok(());
        }
        let mut next = self.clone();
        match &entry.body {
            Body::Content(_) | Body::Erase(_) | Body::Freeze(_) | Body::State { .. } => {}
            Body::Genesis {
                keys,
                origin,
                policy,
                quorum,
                ..
            } => {
                next = Self {
                    origin: origin.clone(),
                    policy: policy.0,
                    quorum: *quorum,
                    ..Self::default()
                };
                keys.iter().try_for_each(|change| next.change(index, change))?;
            }
            Body::Key { keys, policy, quorum } => {
                next.policy = policy.map_or(next.policy, |p| p.0);
                next.quorum = quorum.unwrap_or(next.quorum);
                distinct(keys)?;
                keys.iter().try_for_each(|change| next.change(index, change))?;
            }
        }
        next.check_enough(index + 1)?;
        *self = next;
        Ok(())
    }

    fn check_enough(&self, index: u64) -> Result<(), BadKeys> {
        let roots = self.valid(index, Role::Root, None).count();
        let logs = self.valid(index, Role::Log, None).count();
        if roots >= self.quorum as usize && logs > 0 {
            Ok(())
        } else {
            Err(BadKeys::TooFew(self.quorum))
        }
    }

    fn change(&mut self, index: u64, change: &KeyChange) -> Result<(), BadKeys> {
        match change {
            KeyChange::Add {
                from,
                mission,
                role,
                vkey,
            } => self.add(index, *from, mission.as_deref(), *role, vkey),
            KeyChange::End { until, vkey } => self.end(index, *until, vkey),
        }
    }

    fn add(&mut self, index: u64, from: u64, mission: Option<&str>, role: Role, vkey: &str) -> Result<(), BadKeys> {
        let key: VerifierKey = vkey.parse().map_err(|_| BadKeys::Malformed(vkey.into()))?;
        self.check_name(&key, role, mission)?;
        if from < index {
            return Err(BadKeys::Range(vkey.into()));
        }
        if self.keys.iter().any(|known| is_same(known, &key, role)) {
            return Err(BadKeys::Twice(vkey.into()));
        }
        let mission = mission.map(Into::into);
        self.keys.push(Known {
            from,
            mission,
            role,
            until: None,
            vkey: vkey.into(),
            added: index,
            ends: Vec::new(),
            parsed: Parsed(OnceLock::from(Some(key))),
        });
        Ok(())
    }

    fn check_name(&self, key: &VerifierKey, role: Role, mission: Option<&str>) -> Result<(), BadKeys> {
        let wanted = match (role, mission) {
            (Role::Log, None) => self.origin.to_string(),
            (Role::State, None) => format!("{}/state", self.origin),
            (Role::Root, None) => format!("{}/root/", self.origin),
            (Role::Office, Some(mission)) => format!("{}/m/{mission}/", self.origin),
            _ => return Err(BadKeys::Malformed(key.to_string().into())),
        };
        let good = match key.name().strip_prefix(&wanted) {
            Some("") => matches!(role, Role::Log | Role::State),
            Some(number) => matches!(role, Role::Root | Role::Office) && is_number(number),
            None => false,
        };
        if good {
            Ok(())
        } else {
            Err(BadKeys::Name {
                vkey: key.to_string().into(),
                wanted,
            })
        }
    }

    fn end(&mut self, index: u64, until: u64, vkey: &str) -> Result<(), BadKeys> {
        let unknown = || BadKeys::Unknown(vkey.into());
        let known = self
            .keys
            .iter_mut()
            .find(|k| &*k.vkey == vkey && k.added < index)
            .ok_or_else(unknown)?;
        if until < index || until < known.from || known.until.is_some_and(|before| until >= before) {
            return Err(BadKeys::Range(vkey.into()));
        }
        known.until = Some(until);
        known.ends.push((index, until));
        Ok(())
    }

    /// Requires exactly the signatures that an entry at this index must have.
    pub fn check_signatures(&self, index: u64, entry: &Entry, note: &Note) -> Result<(), BadKeys> {
        match &entry.body {
            Body::Content(content) => self.check_office(index, &content.mission, note),
            Body::State { .. } => check_one(self.valid(index, Role::State, None).filter_map(Known::verifier), note),
            Body::Key { .. } | Body::Erase(_) | Body::Freeze(_) => self.check_roots(index, note),
            Body::Genesis { .. } => {
                let mut own = Self::default();
                own.apply(index, entry)?;
                own.check_roots(index, note)
            }
        }
    }

    fn check_office(&self, index: u64, mission: &str, note: &Note) -> Result<(), BadKeys> {
        let keys = self.valid(index, Role::Office, Some(mission));
        check_one(keys.filter_map(Known::verifier), note)
    }

    fn check_roots(&self, index: u64, note: &Note) -> Result<(), BadKeys> {
        let keys: Vec<&VerifierKey> = self
            .valid(index, Role::Root, None)
            .filter_map(Known::verifier)
            .collect();
        check_quorum(&keys, self.quorum, note)
    }

    /// The file `log.json`, derived from genesis and key entries alone.
    pub fn log_json(&self) -> Result<Vec<u8>, crate::json::JsonError> {
        #[derive(Serialize)]
        struct Key<'a> {
            from: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            mission: Option<&'a str>,
            role: Role,
            #[serde(skip_serializing_if = "Option::is_none")]
            until: Option<u64>,
            vkey: &'a str,
        }
        fn key(known: &Known) -> Key<'_> {
            let Known { from, role, until, .. } = *known;
            let (from, until) = if role == Role::Log {
                known.sizes()
            } else {
                (from, until)
            };
            Key {
                from,
                mission: known.mission.as_deref(),
                role,
                until,
                vkey: &known.vkey,
            }
        }
        #[derive(Serialize)]
        struct LogJson<'a> {
            format: &'a str,
            keys: Vec<Key<'a>>,
            origin: &'a str,
            policy: String,
            quorum: u32,
        }
        crate::json::to_bytes(&LogJson {
            format: "chancery/log/v1",
            keys: self.keys.iter().map(key).collect(),
            origin: &self.origin,
            policy: Hash(self.policy).to_string(),
            quorum: self.quorum,
        })
    }
}

/// Requires exactly one line, by one of these keys.
pub fn check_one<'a>(mut keys: impl Iterator<Item = &'a VerifierKey>, note: &Note) -> Result<(), BadKeys> {
    let [line] = note.signatures.as_slice() else {
        return Err(BadKeys::Signature(format!("{} lines, want one", note.signatures.len())));
    };
    let key = keys.find(|key| line.claims(key)).ok_or_else(|| stranger(line))?;
    note.verify(key).map_err(|e| BadKeys::Signature(e.to_string()))
}

/// Requires lines by at least `quorum` of these keys and by no other, in ascending order of their names.
pub fn check_quorum(keys: &[&VerifierKey], quorum: u32, note: &Note) -> Result<(), BadKeys> {
    if !note.signatures.windows(2).all(|pair| pair[0].name < pair[1].name) {
        let what = "lines are not in order of key names, or one stands twice";
        return Err(BadKeys::Signature(what.into()));
    }
    let given = note.signatures.len();
    if given < usize::try_from(quorum).unwrap_or(usize::MAX) {
        let signatures = if given == 1 { "signature" } else { "signatures" };
        return Err(BadKeys::Signature(format!("{given} root {signatures}, want {quorum}")));
    }
    note.signatures.iter().try_for_each(|line| {
        let key = keys.iter().find(|key| line.claims(key)).ok_or_else(|| stranger(line))?;
        note.verify(key).map_err(|e| BadKeys::Signature(e.to_string()))
    })
}

fn stranger(line: &SignatureLine) -> BadKeys {
    BadKeys::Signature(format!("`{}` names no key that may sign this entry here", line.name))
}

fn is_number(text: &str) -> bool {
    (1..=6).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit())
}

/// The same public key, or the same name of an office or root key.
fn is_same(known: &Known, key: &VerifierKey, role: Role) -> bool {
    known.verifier().is_some_and(|other| {
        other.public_bytes() == key.public_bytes()
            || (matches!(role, Role::Root | Role::Office) && other.name() == key.name())
    })
}

pub(crate) fn distinct(changes: &[KeyChange]) -> Result<(), BadKeys> {
    let mut seen = std::collections::BTreeSet::new();
    changes.iter().try_for_each(|change| {
        let (KeyChange::Add { vkey, .. } | KeyChange::End { vkey, .. }) = change;
        if seen.insert(vkey) {
            Ok(())
        } else {
            Err(BadKeys::Twice(vkey.clone()))
        }
    })
}

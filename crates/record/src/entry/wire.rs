//! The written form of entries: one flat object, keys in byte order, the kind deciding which may stand there.

use super::{Action, BadLeaf, Basis, Body, Content, Erase, Freeze, Manifest, Media, Predecessor, Reason, Update};
use crate::{
    date::Moment,
    id::DocumentId,
    keys::{KeyChange, Role},
    lang::Lang,
    manifest::MAX_MANIFEST,
    seal::Commitment,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tlog::{hash::Hash, note::VerifierKey};

/// All fields that an entry of any kind may have.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    basis: Option<Basis>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    content: Option<Commitment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    id: Option<DocumentId>,
    issued: Moment,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    keys: Option<Vec<KeyChange>>,
    kind: Box<str>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    lang: Option<Lang>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    media: Option<Media>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    mission: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    origin: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default, with = "crate::hex::option")]
    policy: Option<Hash>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    predecessor: Option<Predecessor>,
    #[serde(skip_serializing_if = "Option::is_none", default, with = "crate::hex::option")]
    prev: Option<Hash>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    quorum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    size: Option<u64>,
    #[serde(
        rename = "state-root",
        skip_serializing_if = "Option::is_none",
        default,
        with = "crate::hex::option"
    )]
    state_root: Option<Hash>,
    #[serde(rename = "state-size", skip_serializing_if = "Option::is_none", default)]
    state_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    successor: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default, with = "crate::hex::option")]
    supersedes: Option<Hash>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    target: Option<Vec<Commitment>>,
    #[serde(
        rename = "tree-root",
        skip_serializing_if = "Option::is_none",
        default,
        with = "crate::hex::option"
    )]
    tree_root: Option<Hash>,
    #[serde(rename = "tree-size", skip_serializing_if = "Option::is_none", default)]
    tree_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    update: Option<Update>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    version: Option<u32>,
}

const GENESIS: &str = "genesis";
const KEY: &str = "key";
const ERASE: &str = "erase";
const FREEZE: &str = "freeze";
const STATE: &str = "state";
/// Commitments in one `target`.
const MAX_TARGET: usize = 64;
/// Additions and endings of one entry.
const MAX_KEYS: usize = 50;

/// What shows that a newer version wrote an entry: its kind, or the role of a key.
pub(super) fn newer(value: &Value) -> Option<String> {
    let kind = value.get("kind").and_then(Value::as_str);
    let is_known =
        |kind: &str| [GENESIS, KEY, ERASE, FREEZE, STATE].contains(&kind) || Action::from_word(kind).is_some();
    if let Some(kind) = kind.filter(|kind| !is_known(kind)) {
        return Some(format!("kind `{kind}`"));
    }
    let keys = value.get("keys").and_then(Value::as_array)?;
    let mut roles = keys.iter().filter_map(|key| key.get("role")?.as_str());
    let role = roles.find(|role| !crate::keys::ROLES.contains(role))?;
    Some(format!("role `{role}`"))
}

fn want<T>(value: Option<T>, what: &'static str) -> Result<T, BadLeaf> {
    value.ok_or(BadLeaf::Field(what))
}

impl TryFrom<Entry> for super::Entry {
    type Error = BadLeaf;

    fn try_from(w: Entry) -> Result<Self, BadLeaf> {
        let issued = w.issued;
        let given = w.present();
        let body = match &*w.kind {
            GENESIS => Body::Genesis {
                keys: want(w.keys, "a genesis entry lacks `keys`")?,
                origin: want(w.origin, "a genesis entry lacks `origin`")?,
                policy: want(w.policy, "a genesis entry lacks `policy`")?,
                quorum: want(w.quorum, "a genesis entry lacks `quorum`")?,
                predecessor: w.predecessor,
            },
            KEY => Body::Key {
                keys: w.keys.unwrap_or_default(),
                policy: w.policy,
                quorum: w.quorum,
            },
            FREEZE => Body::Freeze(Freeze {
                size: want(w.tree_size, "a freeze lacks `tree-size`")?,
                root: want(w.tree_root, "a freeze lacks `tree-root`")?,
                successor: w.successor,
            }),
            STATE => Body::State {
                root: want(w.state_root, "a state lacks `state-root`")?,
                size: want(w.state_size, "a state lacks `state-size`")?,
            },
            ERASE => Body::Erase(Erase {
                sealed: sealed(&w)?,
                basis: want(w.basis, "an erasure lacks `basis`")?,
                reason: want(w.reason, "an erasure lacks `reason`")?,
                target: want(w.target, "an erasure lacks `target`")?,
            }),
            kind => match Action::from_word(kind) {
                Some(action) => Body::Content(content(action, w)?),
                None => return Err(BadLeaf::Newer(format!("kind `{kind}`"))),
            },
        };
        let entry = Self { issued, body };
        check(&entry)?;
        // A field that the kind does not have was not carried over.
        let carried = Entry::from(entry.clone()).present();
        if carried == given {
            Ok(entry)
        } else {
            Err(BadLeaf::Field("a field does not belong to this kind of entry"))
        }
    }
}

fn sealed(w: &Entry) -> Result<Option<Manifest>, BadLeaf> {
    match (w.content, w.size, w.media) {
        (Some(content), Some(size), Some(media)) => Ok(Some(Manifest { content, size, media })),
        (None, None, None) => Ok(None),
        _ => Err(BadLeaf::Field("`content`, `size` and `media` stand together")),
    }
}

fn content(action: Action, w: Entry) -> Result<Content, BadLeaf> {
    let sealed = sealed(&w)?;
    let lang = want(w.lang, "`lang` is missing")?;
    Ok(Content {
        action,
        id: want(w.id, "`id` is missing")?,
        lang,
        version: want(w.version, "`version` is missing")?,
        mission: want(w.mission, "`mission` is missing")?,
        seq: want(w.seq, "`seq` is missing")?,
        prev: w.prev,
        supersedes: w.supersedes,
        update: w.update,
        reason: w.reason,
        sealed,
    })
}

/// What the fields of one entry must satisfy among themselves.
fn check(entry: &super::Entry) -> Result<(), BadLeaf> {
    let require = |holds: bool, what: &'static str| if holds { Ok(()) } else { Err(BadLeaf::Field(what)) };
    let c = match &entry.body {
        Body::Content(content) => content,
        Body::Erase(erase) => return check_erase(erase),
        Body::State { size, .. } => return require(*size > 0, "`state-size` is at least 1"),
        Body::Freeze(freeze) => return check_freeze(freeze),
        Body::Genesis {
            keys,
            quorum,
            origin,
            predecessor,
            ..
        } => {
            require(*quorum > 0, "`quorum` is at least 1")?;
            require(
                is_origin(origin),
                "`origin` is not labels joined by dots, at most 100 characters",
            )?;
            require(
                predecessor.as_ref().is_none_or(|p| p.size > 0 && is_origin(&p.origin)),
                "`predecessor` has another form",
            )?;
            require(!keys.is_empty(), "`keys` holds 1 to 50 keys")?;
            return check_keys(keys);
        }
        Body::Key { keys, policy, quorum } => {
            require(quorum.is_none_or(|q| q > 0), "`quorum` is at least 1")?;
            check_keys(keys)?;
            return require(
                !keys.is_empty() || policy.is_some() || quorum.is_some(),
                "a key entry changes nothing",
            );
        }
    };
    let ends = matches!(c.action, Action::Withdraw | Action::Retract);
    require(crate::facts::is_code(&c.mission), "`mission` is not a code")?;
    require(c.version >= 1 && c.seq >= 1, "`version` and `seq` count from 1")?;
    require(
        c.prev.is_some() == (c.seq > 1),
        "`prev` stands exactly where `seq` is more than 1",
    )?;
    require(
        c.supersedes.is_some() == (c.version > 1),
        "`supersedes` stands exactly where `version` is more than 1",
    )?;
    require(
        c.action != Action::Archive || c.version == 1,
        "`archive` is the first version",
    )?;
    require(
        c.update.is_some() == (c.action == Action::Correct),
        "`update` stands exactly in a correction",
    )?;
    require(
        c.reason.is_some() == ends,
        "`reason` stands exactly in a withdrawal or retraction",
    )?;
    require(c.sealed.is_some() || ends, "`content` is missing")?;
    let media = match (ends, c.lang.is_facts()) {
        (true, _) => Media::Notice,
        (false, true) => Media::Facts,
        (false, false) => Media::Words,
    };
    require(
        c.sealed
            .is_none_or(|m| m.media == media && (2..=MAX_MANIFEST).contains(&m.size)),
        "`media` or `size` does not fit the kind",
    )?;
    require(
        c.lang.is_facts() || crate::form::is_language(&c.lang),
        "`lang` names no language",
    )
}

fn check_freeze(freeze: &Freeze) -> Result<(), BadLeaf> {
    let fits = freeze.size > 0 && freeze.successor.as_deref().is_none_or(is_origin);
    want(fits.then_some(()), "`tree-size` is at least 1, `successor` an origin")
}

fn check_erase(erase: &Erase) -> Result<(), BadLeaf> {
    let ordered = erase.target.windows(2).all(|pair| pair[0] < pair[1]);
    if !ordered || erase.target.len() > MAX_TARGET {
        return Err(BadLeaf::Field("`target` holds 1 to 64 commitments in order, each once"));
    }
    let fits = |m: &Manifest| m.media == Media::Notice && (2..=MAX_MANIFEST).contains(&m.size);
    if !erase.sealed.as_ref().is_none_or(fits) {
        return Err(BadLeaf::Field("`media` or `size` does not fit the kind"));
    }
    Ok(())
}

/// Each key is one, and named once.
fn check_keys(keys: &[KeyChange]) -> Result<(), BadLeaf> {
    if keys.len() > MAX_KEYS {
        return Err(BadLeaf::Field("`keys` holds at most 50 keys"));
    }
    crate::keys::distinct(keys)?;
    keys.iter().try_for_each(|change| match change {
        KeyChange::Add {
            mission, role, vkey, ..
        } => {
            let fits = mission.is_some() == (*role == Role::Office);
            let code = mission.as_deref().is_none_or(crate::facts::is_code);
            let given = fits && code && vkey.parse::<VerifierKey>().is_ok();
            want(
                given.then_some(()),
                "a key of `keys` is none, or its mission does not fit its role",
            )
        }
        KeyChange::End { vkey, .. } => want(vkey.parse::<VerifierKey>().ok().map(|_| ()), "a key of `keys` is none"),
    })
}

/// True for 1 to 100 characters: labels of a-z, 0-9 and inner hyphens, joined by dots.
fn is_origin(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let label = |l: &str| !l.is_empty() && !l.starts_with('-') && !l.ends_with('-') && l.bytes().all(inner);
    text.len() <= 100 && text.split('.').all(label)
}

impl Entry {
    /// Which optional fields are there, as a set of bits.
    fn present(&self) -> u32 {
        [
            self.basis.is_some(),
            self.content.is_some(),
            self.id.is_some(),
            self.keys.is_some(),
            self.lang.is_some(),
            self.media.is_some(),
            self.mission.is_some(),
            self.origin.is_some(),
            self.policy.is_some(),
            self.predecessor.is_some(),
            self.prev.is_some(),
            self.quorum.is_some(),
            self.reason.is_some(),
            self.seq.is_some(),
            self.size.is_some(),
            self.state_root.is_some(),
            self.state_size.is_some(),
            self.successor.is_some(),
            self.supersedes.is_some(),
            self.target.is_some(),
            self.tree_root.is_some(),
            self.tree_size.is_some(),
            self.update.is_some(),
            self.version.is_some(),
        ]
        .iter()
        .fold(0, |bits, &there| bits << 1 | u32::from(there))
    }
}

impl From<super::Entry> for Entry {
    fn from(entry: super::Entry) -> Self {
        let base = Self {
            issued: entry.issued,
            ..Self::default()
        };
        match entry.body {
            Body::Genesis {
                keys,
                origin,
                policy,
                quorum,
                predecessor,
            } => Self {
                kind: GENESIS.into(),
                keys: Some(keys),
                origin: Some(origin),
                policy: Some(policy),
                predecessor,
                quorum: Some(quorum),
                ..base
            },
            Body::Key { keys, policy, quorum } => Self {
                kind: KEY.into(),
                keys: (!keys.is_empty()).then_some(keys),
                policy,
                quorum,
                ..base
            },
            Body::Freeze(freeze) => Self {
                kind: FREEZE.into(),
                successor: freeze.successor,
                tree_root: Some(freeze.root),
                tree_size: Some(freeze.size),
                ..base
            },
            Body::State { root, size } => Self {
                kind: STATE.into(),
                state_root: Some(root),
                state_size: Some(size),
                ..base
            },
            Body::Erase(erase) => Self {
                basis: Some(erase.basis),
                content: erase.sealed.map(|m| m.content),
                kind: ERASE.into(),
                media: erase.sealed.map(|m| m.media),
                reason: Some(erase.reason),
                size: erase.sealed.map(|m| m.size),
                target: Some(erase.target),
                ..base
            },
            Body::Content(c) => Self {
                kind: c.action.word().into(),
                content: c.sealed.map(|m| m.content),
                id: Some(c.id),
                lang: Some(c.lang),
                media: c.sealed.map(|m| m.media),
                mission: Some(c.mission),
                prev: c.prev,
                reason: c.reason,
                seq: Some(c.seq),
                size: c.sealed.map(|m| m.size),
                supersedes: c.supersedes,
                update: c.update,
                version: Some(c.version),
                ..base
            },
        }
    }
}

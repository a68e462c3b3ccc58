//! One proof, offline: a proof file, the JSON beside it and a trusted log key (`docs/spec/record-http.md`, section 5).

use crate::{
    entry::{self, BadLeaf, Body, Leaf},
    json::{self, JsonError},
    manifest::{BadManifest, Manifest},
    seal::{Commitment, SALT},
};
use serde_json::Value;
use tlog::{Checkpoint, ProofFile, Trust, hash::Hash, proof_file::ProofFileError};

/// What a proof shows: this entry stands at this place of the log, unaltered.
#[derive(Clone, Debug)]
pub struct Proved {
    /// Index of the entry.
    pub index: u64,
    /// The signed checkpoint that the proof leads to.
    pub checkpoint: Checkpoint,
    /// The entry. Whether the key that signed it was valid is known only with the record.
    pub leaf: Leaf,
    /// The text, facts or notice it commits to, where the JSON beside the proof has one.
    pub manifest: Option<Manifest>,
}

/// Why a proof, or the JSON beside it, shows nothing.
#[derive(Debug, thiserror::Error)]
pub enum BadProof {
    /// The proof file, its checkpoint or its path.
    #[error(transparent)]
    File(#[from] ProofFileError),
    /// The file names no entry.
    #[error("the proof file has no `extra` line with the entry")]
    NoEntry,
    /// The entry is refused.
    #[error("the entry: {0}")]
    Leaf(#[from] BadLeaf),
    /// Signed by another than its mission.
    #[error("the entry is signed by `{0}`, which is no key of its mission in this log")]
    Signer(String),
    /// The JSON is not canonical.
    #[error("the JSON: {0}")]
    Json(#[from] JsonError),
    /// The JSON does not belong to the proof.
    #[error("the JSON: {0}")]
    Beside(&'static str),
    /// The manifest is refused.
    #[error("the JSON: manifest: {0}")]
    Manifest(#[from] BadManifest),
}

impl BadProof {
    /// True if a newer version may have written it.
    pub fn is_newer(&self) -> bool {
        match self {
            Self::Leaf(error) => error.is_newer(),
            Self::Manifest(error) => error.is_newer(),
            _ => false,
        }
    }
}

/// Verifies a proof file with the trusted keys of a log and, where it is given, the JSON beside it.
pub fn verify(proof: &[u8], beside: Option<&[u8]>, key: &dyn Trust) -> Result<Proved, BadProof> {
    let file = ProofFile::parse(proof)?;
    let extra = file.extra.as_deref().ok_or(BadProof::NoEntry)?;
    let checkpoint = file.verify_extra(key)?;
    let leaf = Leaf::read(extra)?;
    check_signers(&leaf, key.name())?;
    let manifest = match beside {
        Some(beside) => read_beside(beside, proof, &checkpoint, &leaf)?,
        None => None,
    };
    Ok(Proved {
        index: file.index,
        checkpoint,
        leaf,
        manifest,
    })
}

/// A proof file, or the JSON beside it, as it was published, where it was saved or sent by software that changes line ends
/// (`docs/spec/record-http.md`, section 5): what was published ends with `last`, a line feed or nothing.
pub fn as_published(file: &[u8], last: &str) -> Vec<u8> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    let from = file.iter().position(|byte| !is_space(byte));
    let to = file.iter().rposition(|byte| !is_space(byte));
    let file = from
        .zip(to)
        .and_then(|(from, to)| file.get(from..=to))
        .unwrap_or_default();
    let before_line_feed = |at: usize| file.get(at + 1) == Some(&b'\n');
    let kept = file
        .iter()
        .enumerate()
        .filter(|(at, byte)| **byte != b'\r' || !before_line_feed(*at));
    let mut published: Vec<u8> = kept.map(|(_, byte)| *byte).collect();
    if !published.is_empty() {
        published.extend(last.as_bytes());
    }
    published
}

/// Without the record only the names of keys can be checked.
fn check_signers(leaf: &Leaf, origin: &str) -> Result<(), BadProof> {
    let wanted = match &leaf.entry.body {
        Body::Content(content) => format!("{origin}/m/{}/", content.mission),
        Body::Genesis { .. } | Body::Key { .. } | Body::Erase(_) | Body::Freeze(_) => format!("{origin}/root/"),
        Body::State { .. } => format!("{origin}/state"),
    };
    let content = leaf.entry.content().is_some();
    let is_state = matches!(leaf.entry.body, Body::State { .. });
    let lines = &leaf.note.signatures;
    if lines.is_empty() || ((content || is_state) && lines.len() != 1) {
        return Err(BadProof::Signer(format!("{} keys", lines.len())));
    }
    let fits = |name: &str| {
        if is_state {
            name == wanted
        } else {
            name.starts_with(&wanted)
        }
    };
    match lines.iter().find(|line| !fits(&line.name)) {
        Some(line) => Err(BadProof::Signer(line.name.clone())),
        None => Ok(()),
    }
}

fn read_beside(
    beside: &[u8],
    proof: &[u8],
    checkpoint: &Checkpoint,
    leaf: &Leaf,
) -> Result<Option<Manifest>, BadProof> {
    json::check(beside)?;
    let value: Value = json::from_trusted_bytes(beside)?;
    let edition = &value["edition"];
    if edition["entry"].as_str() != extra_line(proof) || edition["entry"].is_null() {
        return Err(BadProof::Beside("`edition` has another entry than the proof"));
    }
    if value["checkpoint-size"].as_u64() != Some(checkpoint.size) {
        return Err(BadProof::Beside("`checkpoint-size` is not that of the proof"));
    }
    match leaf.entry.content().and_then(|content| content.sealed) {
        Some(sealed) => sealed_manifest(edition, sealed).map(Some),
        None if edition["manifest"].is_null() => Ok(None),
        None => Err(BadProof::Beside("`manifest` stands beside an entry that has none")),
    }
}

/// The entry as the proof file has it; strict base64 has one form, so that texts can be compared.
fn extra_line(proof: &[u8]) -> Option<&str> {
    let line = proof.split(|byte| *byte == b'\n').nth(1)?;
    std::str::from_utf8(line).ok()?.strip_prefix("extra ")
}

fn sealed_manifest(edition: &Value, named: entry::Manifest) -> Result<Manifest, BadProof> {
    let salt: Hash = edition["salt"]
        .as_str()
        .and_then(|salt| salt.parse().ok())
        .ok_or(BadProof::Beside("`salt` is missing, or not 64 hexadecimal digits"))?;
    let salt: [u8; SALT] = salt.0;
    let bytes = json::to_bytes(&edition["manifest"])?;
    if bytes.len() as u64 != named.size || Commitment::of(&salt, &bytes) != named.content {
        return Err(BadProof::Beside("the text is not what the entry commits to"));
    }
    Ok(Manifest::read(named.media, &bytes)?)
}

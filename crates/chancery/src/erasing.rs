//! What an erasure removes beside the record: captured bytes, which only the erased facts name.
//!
//! A crash must not lose what is still to be removed, so it is noted before the entry is committed:
//!
//! 1. `erasing.json` is written: which blobs, which captures. *The record does not erase them yet: the note goes when the record
//!    is next opened for writing.*
//! 2. The entry is committed; `tlog` removes the blobs.
//! 3. The captures are removed, then the note. *A crash before: opening the record does it.*

use crate::{
    folder::{self, Folder},
    intake::captures::{self, Named},
    output::{Context as _, Done},
    reading::{Files, manifest_of},
};
use record::{
    compose::Erasure,
    facts::Facts,
    register::{Document, Edition, Manifest, Register},
    seal::{self, Commitment},
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What is to be removed for good.
#[derive(Clone, Debug)]
pub struct Erasing {
    /// What the entry says.
    pub erasure: Erasure,
    /// Captures that hold it.
    pub captures: Vec<Named>,
}

#[derive(Serialize, Deserialize)]
struct Note {
    target: Vec<Commitment>,
    captures: Vec<Named>,
}

fn path(folder: &Folder) -> PathBuf {
    folder.root().join("erasing.json")
}

/// Notes what is to be removed.
pub fn begin(folder: &Folder, wanted: &Erasing) -> Done {
    let note = Note {
        target: wanted.erasure.target.clone(),
        captures: wanted.captures.clone(),
    };
    let bytes = serde_json::to_vec(&note).at(path(folder).display())?;
    folder::replace(&path(folder), &bytes, true)
}

/// Removes what was noted, if the record has erased it.
pub fn finish(folder: &Folder, register: &Register) -> Done {
    let Some(bytes) = folder::read_if_there(&path(folder))? else {
        return Ok(());
    };
    let note: Note = serde_json::from_slice(&bytes).at(path(folder).display())?;
    let erased = |name: &Commitment| register.erased_by(name).is_some();
    if !note.target.is_empty() && note.target.iter().all(erased) {
        captures::forget(&folder.captures(), &note.captures)?;
    }
    std::fs::remove_file(path(folder)).at(path(folder).display())
}

/// The captures of the documents whose facts or words these are.
pub fn captures_of(register: &Register, files: &Files, target: &[Commitment]) -> Vec<Named> {
    let is_meant = |edition: &Edition| edition.sealed.is_some_and(|sealed| target.contains(&sealed.content));
    let documents = register.documents().map(|no| register.document(no));
    let meant = documents.filter(|doc| {
        let words = doc.words.iter().flat_map(|words| doc.editions(words.lang));
        doc.facts_editions.iter().chain(words).any(is_meant)
    });
    let mut captures: Vec<Named> = meant
        .flat_map(|doc| facts_of(doc, files))
        .filter_map(|(_, facts)| captured(facts))
        .collect();
    captures.sort_unstable();
    captures.dedup();
    captures
}

/// The manifest of an edition, if its file is there.
pub fn manifest(files: &Files, edition: &Edition) -> Option<Manifest> {
    let sealed = edition.sealed?;
    let blob = files.blob(&sealed.content)?;
    manifest_of(sealed.media, seal::open(&sealed.content, &blob)?)
}

/// The capture that facts name.
pub fn captured(facts: Facts) -> Option<Named> {
    let capture = facts.capture?;
    Some(Named {
        digest: capture.digest,
        site: facts.site?.into(),
        key: capture.key.into(),
    })
}

/// The facts editions whose manifests are there, with their names.
pub fn facts_of(doc: &Document, files: &Files) -> Vec<(Commitment, Facts)> {
    let editions = doc.facts_editions.iter();
    let read = editions.filter_map(|edition| match manifest(files, edition)? {
        Manifest::Facts(facts) => Some((edition.sealed?.content, *facts)),
        _ => None,
    });
    read.collect()
}

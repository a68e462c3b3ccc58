//! Entries that root keys sign elsewhere: composed without signatures, and entered once they have them.

use super::{Draft, Writing, group};
use crate::{
    clock,
    erasing::{self, Erasing},
    output::{Context as _, Done, Failure, note},
    proposal::Proposal,
    reading::{self, Files},
};
use record::{
    audit::MAX_POLICY,
    compose::{Composed, Erasure, reread},
    entry::{Body, Entry, Leaf},
    keys::BadKeys,
    manifest::Manifest,
    seal::{self, Sealed},
};
use std::{collections::BTreeMap, path::Path};
use tlog::{
    Policy,
    hash::{leaf_hash, sha256},
    note::Note,
    writer::Commit,
};

/// Names of what goes with a proposal.
const POLICY: &str = "policy";
const NOTICE: &str = "notice";

impl Writing {
    /// Writes a draft of one entry without signatures as a proposal, and enters nothing.
    pub fn propose(self, draft: Draft, policy: Option<&str>, path: &Path) -> Done {
        let [leaf] = draft.group.entries.as_slice() else {
            return Err(
                Failure::usage("this takes several entries").hint("propose fewer changes at once, one file each")
            );
        };
        let text = String::from_utf8(leaf.clone()).at("proposal")?;
        let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
        let mut beside = BTreeMap::new();
        beside.extend(policy.map(|policy| (POLICY.to_owned(), policy.as_bytes().to_vec())));
        beside.extend(
            draft
                .group
                .blobs
                .first()
                .map(|blob| (NOTICE.to_owned(), blob.bytes.clone())),
        );
        let proposal = Proposal {
            origin: self.register.origin().to_owned(),
            index: self.size(),
            quorum: draft.quorum,
            beside,
            note: Note {
                text,
                signatures: Vec::new(),
            },
        };
        proposal.write(path)?;
        note(format!("proposed in {}: nothing is entered yet", path.display()));
        note(format!(
            "Next: `chancery key sign {0} --root-key …` where the root keys are, then `chancery key submit {1} {0}`. Publish nothing in between.",
            path.display(),
            self.folder.root().display()
        ));
        Ok(())
    }

    /// True if the entry of a proposal is in this record, where the proposal says.
    pub fn has_entered(&self, proposal: &Proposal) -> bool {
        let files = Files::new(&self.folder.record(), self.size());
        let leaf = files.log().entry(proposal.index).ok().flatten();
        let leaf = leaf.and_then(|leaf| Leaf::read(&leaf).ok());
        proposal.origin == self.register.origin() && leaf.is_some_and(|leaf| leaf.note.text == proposal.note.text)
    }

    /// Requires that a proposal is of this record, for its next entry, and has the signatures it takes.
    pub fn check_proposal(&self, proposal: &Proposal) -> Done {
        if proposal.origin != self.register.origin() {
            let what = format!(
                "the proposal is for {}, and this is {}",
                proposal.origin,
                self.register.origin()
            );
            return Err(Failure::usage(what));
        }
        if proposal.index != self.size() {
            let what = format!(
                "the proposal is for entry {}, and the next one is {} by now: it cannot be entered any more",
                proposal.index,
                self.size()
            );
            return Err(Failure::new(what).hint(
                "propose it again with the same command, have it signed again, and publish nothing until it is submitted",
            ));
        }
        let entry = proposal.entry()?;
        let checked = self
            .register
            .keys()
            .check_signatures(self.size(), &entry, &proposal.note);
        checked.map_err(|error: BadKeys| {
            Failure::new(format!("the proposal cannot be entered: {error}"))
                .hint("`chancery key sign FILE --root-key PATH` adds a signature; submit takes several signed copies")
        })
    }

    /// Enters a proposal.
    pub fn submit(&mut self, proposal: &Proposal) -> Done<Commit> {
        self.check_proposal(proposal)?;
        clock::check(&self.register, clock::now())?;
        let leaf = proposal.leaf();
        let entry = proposal.entry()?;
        let blob = proposal.beside.get(NOTICE);
        self.check_policy(&entry, proposal)?;
        let manifest = match (entry.sealed(), blob) {
            (None, _) => None,
            (Some(sealed), Some(blob)) => {
                let bytes = seal::open(&sealed.content, blob)
                    .ok_or_else(|| Failure::usage("the proposal: its notice is another one"))?;
                let manifest = Manifest::read(sealed.media, bytes);
                Some(manifest.map_err(|error| Failure::usage(format!("the proposal: its notice: {error}")))?)
            }
            (Some(_), None) => return Err(Failure::usage("the proposal lacks its notice")),
        };
        let sealed = entry.sealed().zip(blob).map(|(sealed, blob)| Sealed {
            commitment: sealed.content,
            blob: blob.clone(),
        });
        let read = reread(self.register.keys(), self.size(), &entry, &leaf, sealed.as_ref());
        read.map_err(|error| Failure::usage(error).hint("nothing was entered"))?;
        let erasing = self.erasing_of(&entry);
        let refused = |error: record::register::Refusal| Failure::usage(error).hint("nothing was entered");
        self.register
            .apply(&entry, leaf_hash(&leaf), manifest)
            .map_err(refused)?;
        let draft = Draft {
            group: group(vec![Composed { leaf, sealed }]),
            quorum: proposal.quorum,
        };
        // What is removed beside the record is noted before the entry is committed.
        if let Some(erasing) = &erasing {
            erasing::begin(&self.folder, erasing)?;
        }
        let commit = self.commit(vec![draft])?;
        self.settle_policy()?;
        self.write_log_json()?;
        if erasing.is_some() {
            self.fold_anew()?;
        }
        Ok(commit)
    }

    fn check_policy(&self, entry: &Entry, proposal: &Proposal) -> Done {
        let Body::Key { policy: Some(hash), .. } = &entry.body else {
            return Ok(());
        };
        match proposal.beside.get(POLICY) {
            Some(policy) if sha256(policy) == *hash => {
                let wrong = |what: &dyn std::fmt::Display| Failure::usage(format!("the proposal: its policy: {what}"));
                if policy.len() > MAX_POLICY {
                    return Err(wrong(&"is longer than 65,536 bytes"));
                }
                Policy::parse(policy).map_err(|error| wrong(&error))?;
                self.prepare_policy(policy)
            }
            _ => Err(Failure::usage("the proposal lacks the policy that it names")),
        }
    }

    /// What an erasure removes, here and beside the record. The proposal names no captures: what is not signed counts for nothing.
    fn erasing_of(&self, entry: &Entry) -> Option<Erasing> {
        let Body::Erase(erase) = &entry.body else { return None };
        let files = Files::new(&self.folder.record(), self.size());
        Some(Erasing {
            captures: erasing::captures_of(&self.register, &files, &erase.target),
            erasure: Erasure {
                target: erase.target.clone(),
                basis: erase.basis,
                reason: erase.reason,
                notice: None,
            },
        })
    }

    /// After an erasure the register is what it would be if the erased texts had never been there.
    pub(super) fn fold_anew(&mut self) -> Done {
        reading::forget_snapshot(&self.folder);
        let files = Files::new(&self.folder.record(), self.size());
        (self.register, self.unsaved) = reading::load(&self.folder, &files)?;
        erasing::finish(&self.folder, &self.register)
    }
}

//! Composing entries: what a change says becomes the next signed leaf and the sealed manifest it commits to.
//!
//! Each composed entry is folded into the register at once, so that the next one sees it. A refusal leaves the
//! register with the changes before it: the caller throws the register away or has published nothing yet.

mod late;
mod reread;

pub use late::{Early, Late, Signing};
pub use reread::{Misread, reread};

use crate::{
    date::Moment,
    entry::{Action, Basis, Body, Content, Entry, Erase, Freeze, Media, Predecessor, Reason, Unsigned, Update},
    id::DocumentId,
    json::JsonError,
    keys::KeyChange,
    lang::Lang,
    manifest::{self, BadManifest, Manifest},
    register::{Refusal, Register},
    seal::{Commitment, SALT, Sealed},
    statements::Form,
    words::Notice,
};
use tlog::{
    hash::{Hash, leaf_hash},
    note::{SigningKey, Signs},
};

/// What an editor asks for.
#[derive(Clone, Debug)]
pub struct Change {
    /// What happens.
    pub action: Action,
    /// The document.
    pub id: DocumentId,
    /// The language, or `zxx` for the facts.
    pub lang: Lang,
    /// Who signs.
    pub mission: Box<str>,
    /// The kind of a correction.
    pub update: Option<Update>,
    /// Why something ends.
    pub reason: Option<Reason>,
    /// The manifest: facts, words or notice.
    pub manifest: Option<Manifest>,
}

impl Change {
    /// A first edition.
    pub fn publish(id: DocumentId, lang: Lang, mission: &str, manifest: Manifest) -> Self {
        Self {
            action: Action::Publish,
            id,
            lang,
            mission: mission.into(),
            update: None,
            reason: None,
            manifest: Some(manifest),
        }
    }
}

/// What is to be removed for good, and why.
#[derive(Clone, Debug)]
pub struct Erasure {
    /// The blobs.
    pub target: Vec<Commitment>,
    /// The ground it rests on.
    pub basis: Basis,
    /// Why.
    pub reason: Reason,
    /// What readers are told.
    pub notice: Option<Notice>,
}

/// A composed entry, ready for the log.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The signed leaf.
    pub leaf: Vec<u8>,
    /// The sealed manifest.
    pub sealed: Option<Sealed>,
}

/// Why a change could not be composed.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The record refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A value has no canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A manifest has not the form of the specification.
    #[error(transparent)]
    Manifest(#[from] BadManifest),
    /// A verifier would object to it.
    #[error(transparent)]
    Misread(#[from] Misread),
    /// Who holds the key did not sign.
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
    /// An entry was to be signed out of turn.
    #[error(transparent)]
    Early(#[from] Early),
    /// There is no key to sign with.
    #[error("no office key of mission `{0}` is at hand")]
    NoKey(Box<str>),
}

/// A sealed manifest as a leaf names it.
fn named(sealed: &Sealed, media: Media) -> crate::entry::Manifest {
    crate::entry::Manifest {
        content: sealed.commitment,
        size: sealed.size(),
        media,
    }
}

/// Composes entries of one moment.
pub struct Composer<'a> {
    /// The register they are folded into.
    pub register: &'a mut Register,
    /// The time of the entries; never before the last entry's.
    pub now: Moment,
    /// Office keys by mission.
    pub keys: &'a dyn Fn(&str) -> Option<&'a dyn Signs>,
    /// Draws a salt.
    pub salt: &'a mut dyn FnMut() -> [u8; SALT],
    /// Whether each signed entry is [read back](reread()) before it counts. That costs twice as much as composing it.
    pub reread: bool,
}

impl Composer<'_> {
    /// Composes one entry about a document.
    pub fn content(&mut self, change: Change) -> Result<Composed, ComposeError> {
        let (entry, sealed) = self.unsigned(&change)?;
        let key = (self.keys)(&change.mission).ok_or_else(|| ComposeError::NoKey(change.mission.clone()))?;
        let leaf = entry.signed_by(key)?;
        self.enter(&entry, &leaf, sealed.as_ref(), change.manifest)?;
        Ok(Composed { leaf, sealed })
    }

    fn unsigned(&mut self, change: &Change) -> Result<(Entry, Option<Sealed>), ComposeError> {
        let sealed = match &change.manifest {
            Some(manifest) => Some((self.seal(manifest)?, manifest.media())),
            None => None,
        };
        let manifest = sealed.as_ref().map(|(sealed, media)| named(sealed, *media));
        let entry = self.entry(change, manifest);
        Ok((entry, sealed.map(|(sealed, _)| sealed)))
    }

    fn enter(
        &mut self,
        entry: &Entry,
        leaf: &[u8],
        sealed: Option<&Sealed>,
        manifest: Option<Manifest>,
    ) -> Result<(), ComposeError> {
        if self.reread {
            reread(self.register.keys(), self.register.size(), entry, leaf, sealed)?;
        }
        self.register.apply(entry, leaf_hash(leaf), manifest)?;
        Ok(())
    }

    fn seal(&mut self, manifest: &Manifest) -> Result<Sealed, ComposeError> {
        manifest.check()?;
        let bytes = manifest.to_bytes()?;
        manifest::check_length(&bytes)?;
        Ok(Sealed::new(&(self.salt)(), &bytes))
    }

    fn entry(&self, change: &Change, sealed: Option<crate::entry::Manifest>) -> Entry {
        let chain = self.register.chain(&change.mission);
        let doc = self.register.by_id(change.id).map(|no| self.register.document(no));
        let last = doc.and_then(|doc| doc.last(change.lang));
        let content = Content {
            action: change.action,
            id: change.id,
            lang: change.lang,
            version: last.map_or(1, |edition| edition.version + 1),
            mission: change.mission.clone(),
            seq: chain.map_or(1, |chain| chain.seq + 1),
            prev: chain.map(|chain| chain.leaf),
            supersedes: last.map(|edition| edition.leaf),
            update: change.update,
            reason: change.reason,
            sealed,
        };
        Entry {
            issued: self.issued(),
            body: Body::Content(content),
        }
    }

    fn issued(&self) -> Moment {
        self.now.max(self.register.last_issued())
    }

    /// Composes the first entry.
    pub fn genesis(
        &mut self,
        origin: &str,
        keys: Vec<KeyChange>,
        policy: Hash,
        predecessor: Option<Predecessor>,
        roots: &[&SigningKey],
    ) -> Result<Composed, ComposeError> {
        let quorum = u32::try_from(roots.len()).unwrap_or(u32::MAX);
        let body = Body::Genesis {
            keys,
            origin: origin.into(),
            policy,
            quorum,
            predecessor,
        };
        self.rooted(body, None, None, roots)
    }

    /// Composes an entry that adds or ends keys.
    pub fn keys(&mut self, keys: Vec<KeyChange>, roots: &[&SigningKey]) -> Result<Composed, ComposeError> {
        let body = Body::Key {
            keys,
            policy: None,
            quorum: None,
        };
        self.rooted(body, None, None, roots)
    }

    /// Composes an entry that changes keys, the policy (SHA-256 of its file) and the number of root signatures.
    pub fn change_keys(
        &mut self,
        keys: Vec<KeyChange>,
        policy: Option<Hash>,
        quorum: Option<u32>,
        roots: &[&SigningKey],
    ) -> Result<Composed, ComposeError> {
        let body = Body::Key { keys, policy, quorum };
        self.rooted(body, None, None, roots)
    }

    /// Composes an entry that changes the policy: SHA-256 of its file.
    pub fn policy(&mut self, policy: Hash, roots: &[&SigningKey]) -> Result<Composed, ComposeError> {
        let body = Body::Key {
            keys: Vec::new(),
            policy: Some(policy),
            quorum: None,
        };
        self.rooted(body, None, None, roots)
    }

    /// Composes the entry after which nothing follows.
    pub fn freeze(&mut self, freeze: Freeze, roots: &[&SigningKey]) -> Result<Composed, ComposeError> {
        self.rooted(Body::Freeze(freeze), None, None, roots)
    }

    /// Composes the state of what was folded so far; `None` where there is nothing to state, or the newest state says it.
    pub fn state(&mut self, key: &dyn Signs) -> Result<Option<Composed>, ComposeError> {
        let Some((root, size)) = self.register.statements_root(Form::Telling) else {
            return Ok(None);
        };
        if self.register.state().is_some_and(|before| before.root == root) {
            return Ok(None);
        }
        let issued = self.issued();
        let entry = Entry {
            issued,
            body: Body::State { root, size },
        };
        let leaf = entry.signed_by(key)?;
        self.enter(&entry, &leaf, None, None)?;
        Ok(Some(Composed { leaf, sealed: None }))
    }

    /// Composes an entry that removes blobs for good. The register must then be folded anew without them.
    pub fn erase(&mut self, erasure: Erasure, roots: &[&SigningKey]) -> Result<Composed, ComposeError> {
        let Erasure {
            mut target,
            basis,
            reason,
            notice,
        } = erasure;
        target.sort_unstable();
        target.dedup();
        let notice = notice.map(Manifest::Notice);
        let sealed = notice.as_ref().map(|notice| self.seal(notice)).transpose()?;
        let body = Body::Erase(Erase {
            basis,
            reason,
            target,
            sealed: sealed.as_ref().map(|sealed| named(sealed, Media::Notice)),
        });
        self.rooted(body, sealed, notice, roots)
    }

    fn rooted(
        &mut self,
        body: Body,
        sealed: Option<Sealed>,
        manifest: Option<Manifest>,
        roots: &[&SigningKey],
    ) -> Result<Composed, ComposeError> {
        let mut roots = roots.to_vec();
        roots.sort_by_key(|key| key.name().to_owned());
        let entry = Entry {
            issued: self.issued(),
            body,
        };
        let leaf = entry.sign(&roots)?;
        if roots.is_empty() {
            // A proposal: it is read back when it comes signed.
            self.register.apply(&entry, leaf_hash(&leaf), manifest)?;
        } else {
            self.enter(&entry, &leaf, sealed.as_ref(), manifest)?;
        }
        Ok(Composed { leaf, sealed })
    }
}

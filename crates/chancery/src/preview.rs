//! Preview: publication without the append. The same pages from the same functions, over a register that holds the draft.

use crate::{
    clock,
    folder::Folder,
    keys,
    output::{Done, Failure, note},
    pages::{Health, World},
    reading::{self, Files, Gone, Guarded, Withheld},
    texts::{self, Mode, Names, Planned, Texts},
};
use record::{
    compose::{Composed, Composer},
    date::Moment,
    register::Register,
    seal::{self, Commitment},
};
use site::{view::Source, witnessed::Witnessed};
use std::{borrow::Cow, collections::HashMap, path::Path, sync::Arc};
use tlog::hash::Hash;

/// The record with a draft on top. It holds no key of the ministry: what it composes is signed by a key that is thrown away.
pub struct Draft {
    register: Register,
    withheld: Withheld,
    /// The bytes behind it.
    pub bytes: Bytes,
    /// What the texts change.
    pub plan: Vec<Planned>,
}

/// The record's bytes, and those of the draft.
pub struct Bytes {
    files: Files,
    size: u64,
    leaves: Vec<Vec<u8>>,
    blobs: HashMap<Hash, Vec<u8>>,
}

impl Draft {
    /// Puts texts on top of a record.
    pub fn new(folder: &Folder, texts: &Texts, mode: &Mode, now: Moment) -> Done<Self> {
        let files = Files::new(&folder.record(), reading::derived_size(&folder.record())?);
        let (register, _) = reading::load(folder, &files)?;
        let mut names = Names::read(folder)?;
        for (name, document) in texts {
            texts::adopt(&mut names, &register, name, document)?;
            names.id_of(name)?;
        }
        let texts::Plan { changes, notes } = texts::plan(&register, &files, &names, texts, mode, now)?;
        let size = register.size();
        let bytes = Bytes {
            files,
            size,
            leaves: Vec::new(),
            blobs: HashMap::new(),
        };
        let mut draft = Self {
            register,
            withheld: Withheld::default(),
            bytes,
            plan: changes,
        };
        notes.iter().for_each(note);
        draft.compose(now)?;
        draft.withheld = Withheld::of(&draft.register);
        Ok(draft)
    }

    fn compose(&mut self, now: Moment) -> Done {
        let key = keys::generate("preview")?;
        let mut salts = clock::salts(self.plan.len())?;
        let mut draw = || salts.pop().unwrap_or_default();
        let find = |_: &str| Some(&key as &dyn tlog::Signs);
        let mut composer = Composer {
            register: &mut self.register,
            now,
            keys: &find,
            salt: &mut draw,
            reread: false,
        };
        for planned in &self.plan {
            let Composed { leaf, sealed } = composer.content(planned.change.clone()).map_err(Failure::new)?;
            self.bytes.leaves.push(leaf);
            self.bytes
                .blobs
                .extend(sealed.map(|sealed| (sealed.commitment.0, sealed.blob)));
        }
        Ok(())
    }

    /// The register with the draft in it.
    pub fn register(&self) -> &Register {
        &self.register
    }
}

impl World for Draft {
    fn head(&self) -> u64 {
        self.register.size()
    }

    fn look(&self, at: &mut dyn FnMut(&Register, &dyn Source)) -> bool {
        let source = Guarded {
            source: &self.bytes,
            withheld: self.withheld.clone(),
        };
        at(&self.register, &source);
        true
    }

    fn withheld(&self, name: &Hash) -> Option<Gone> {
        self.withheld.by(name)
    }

    /// A draft has no record to show.
    fn record(&self) -> Option<&Path> {
        None
    }

    fn health(&self) -> Health {
        Health {
            size: self.register.size(),
            issued: self.register.last_issued(),
            ..Health::default()
        }
    }
}

impl Source for Bytes {
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>> {
        match self.blobs.get(&commitment.0) {
            Some(blob) => blob.get(seal::SALT..).map(Cow::Borrowed),
            None => Source::manifest(&self.files, commitment),
        }
    }

    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.blobs
            .get(&commitment.0)
            .cloned()
            .or_else(|| self.files.blob(commitment))
    }

    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        match index.checked_sub(self.size) {
            Some(at) => self.leaves.get(usize::try_from(at).ok()?).cloned(),
            None => Source::entry(&self.files, index),
        }
    }

    /// What is not on record has no proof.
    fn proof(&self, index: u64) -> Option<String> {
        if index < self.size {
            Source::proof(&self.files, index)
        } else {
            None
        }
    }

    fn witnessed(&self, index: u64) -> Option<Arc<Witnessed>> {
        Source::witnessed(&self.files, index)
    }

    fn witnesses(&self) -> Option<Arc<Witnessed>> {
        Source::witnesses(&self.files)
    }
}

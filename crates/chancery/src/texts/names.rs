//! Which file is which document: remembered privately, beside the record.
//!
//! A name is stored before its document is published. A crash in between leaves a name without a document, and the
//! next attempt gives it the same id, so that nothing is published twice.

use crate::{
    clock,
    folder::{self, Folder},
    output::{Context as _, Done, Failure},
};
use record::id::DocumentId;
use std::collections::BTreeMap;

/// Ids by name: the path of a text without language and ending.
#[derive(Clone, Debug, Default)]
pub struct Names {
    ids: BTreeMap<String, DocumentId>,
    fresh: bool,
}

impl Names {
    /// Reads what is remembered.
    pub fn read(folder: &Folder) -> Done<Self> {
        let path = folder.texts();
        let Some(bytes) = folder::read_if_there(&path)? else {
            return Ok(Self::default());
        };
        let ids = serde_json::from_slice(&bytes).map_err(|error| {
            Failure::new(format!("{}: {error}", path.display()))
                .hint("the file is private and says which text is which document; restore it from a backup")
        })?;
        Ok(Self { ids, fresh: false })
    }

    /// Stores new names; to be done before anything is published under them.
    pub fn save(&mut self, folder: &Folder) -> Done {
        if std::mem::take(&mut self.fresh) {
            let bytes = serde_json::to_vec_pretty(&self.ids).at("texts.json")?;
            folder::replace(&folder.texts(), &bytes, true)?;
        }
        Ok(())
    }

    /// The id of a name, drawn now if it has none.
    pub fn id_of(&mut self, name: &str) -> Done<DocumentId> {
        if let Some(id) = self.ids.get(name) {
            return Ok(*id);
        }
        let id = clock::new_id()?;
        self.ids.insert(name.to_owned(), id);
        self.fresh = true;
        Ok(id)
    }

    /// Gives a name the id of a document on record, which a downloaded text states.
    pub fn adopt(&mut self, name: &str, id: DocumentId) -> Result<(), String> {
        match self.ids.get(name) {
            Some(known) if *known == id => Ok(()),
            Some(known) => Err(format!(
                "the text says that it is {id}, and texts of this name are {known}"
            )),
            None => {
                self.ids.insert(name.to_owned(), id);
                self.fresh = true;
                Ok(())
            }
        }
    }

    /// The id of a name, if it has one.
    pub fn get(&self, name: &str) -> Option<DocumentId> {
        self.ids.get(name).copied()
    }

    /// The document that a text of the folder `from` means by `name`: in that folder, or in one above it.
    pub fn find(&self, from: &str, name: &str) -> Option<DocumentId> {
        let mut folder = from;
        loop {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let whole = if folder.is_empty() {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            };
            match self.get(&whole) {
                Some(id) => return Some(id),
                None if folder.is_empty() => return None,
                None => {}
            }
        }
    }
}

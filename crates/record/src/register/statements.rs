//! The map of statements of a register, made when it is first asked for (`docs/spec/entry.md`, section 7.5).

use super::{DocNo, Refusal, Register};
use crate::{
    entry::{Body, Entry},
    lang::Lang,
    statements::{Form, Map, Statement, Step},
};
use serde::{Deserialize, Serialize};
use tlog::hash::Hash;

/// A state that was entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct State {
    /// Index of its entry.
    pub index: u64,
    /// The root over all statements then.
    #[serde(with = "crate::hex")]
    pub root: Hash,
    /// How they are written.
    pub form: Form,
}

/// The map, and the documents about which there were entries since.
#[derive(Clone, Debug, Default)]
pub(super) struct Statements {
    map: Option<Box<Map>>,
    changed: Vec<DocNo>,
}

/// It follows from the documents.
impl PartialEq for Statements {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Statements {}

impl Register {
    /// What is current of a document in a language.
    pub fn statement(&self, no: DocNo, lang: Lang) -> Option<Statement> {
        let doc = self.document(no);
        let last = doc.last(lang)?;
        Some(Statement {
            erased: doc.gone(lang),
            id: doc.id,
            index: last.index,
            lang,
            status: doc.effective(lang),
            version: last.version,
        })
    }

    /// The newest state.
    pub fn state(&self) -> Option<State> {
        self.state
    }

    /// The root over all statements, and their number; `None` where there are none.
    pub fn statements_root(&mut self, form: Form) -> Option<(Hash, u64)> {
        let map = self.map(form);
        Some((map.root()?, map.len()))
    }

    /// The path of a statement to the root, from the leaf up.
    pub fn statement_path(&mut self, no: DocNo, lang: Lang, form: Form) -> Option<Vec<Step>> {
        let id = self.document(no).id;
        self.map(form).path(id, lang)
    }

    fn map(&mut self, form: Form) -> &mut Map {
        let Statements { map, changed } = std::mem::take(&mut self.statements);
        let (mut map, changed) = match map {
            Some(map) if map.form() == form => (map, changed),
            _ => (Box::new(Map::new(form)), self.documents().collect()),
        };
        for no in changed {
            let langs = self.document(no).words.iter().map(|words| words.lang);
            for lang in std::iter::once(Lang::FACTS).chain(langs) {
                if let Some(statement) = self.statement(no, lang) {
                    map.set(&statement);
                }
            }
        }
        self.statements.map.insert(map)
    }

    /// Notes that there is an entry about a document.
    pub(super) fn note_statement(&mut self, no: DocNo) {
        if self.statements.map.is_some() && self.statements.changed.last() != Some(&no) {
            self.statements.changed.push(no);
        }
    }

    /// Refuses a state that the entries before it do not give.
    pub(super) fn fold_state(&mut self, entry: &Entry) -> Result<(), Refusal> {
        let Body::State { root, size } = entry.body else {
            return Ok(());
        };
        let forms = match self.state.map(|state| state.form) {
            None => [Form::Telling, Form::Silent].as_slice(),
            Some(Form::Silent) => &[Form::Silent, Form::Telling],
            // No state falls silent after one that told.
            Some(Form::Telling) => &[Form::Telling],
        };
        let given = |form: &&Form| self.statements_root(**form) == Some((root, size));
        let form = *forms.iter().find(given).ok_or(Refusal::State)?;
        self.state = Some(State {
            index: self.size,
            root,
            form,
        });
        Ok(())
    }
}

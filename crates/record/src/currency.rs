//! That an edition is the newest one, as of a state (`docs/spec/record-http.md`, section 3.3).

use crate::{
    date::Moment,
    entered::{self, BadEntered, Entered},
    entry::Body,
    json::{self, JsonError},
    proved::{self, BadProof, Proved},
    statements::{Form, Statement, Step, root_of},
};
use serde::{Deserialize, Serialize};
use tlog::Trust;

/// The format of the file; what begins so is one.
pub const FORMAT: &str = "chancery/currency/v1";

/// A currency file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Currency {
    /// When the edition itself was entered, where witnesses saw it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    entered: Option<Entered>,
    format: String,
    /// The path of the statement to the root of the state, from the leaf up.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    path: Vec<Step>,
    /// The proof file of the state entry.
    proof: String,
    /// What was current.
    statement: Statement,
}

/// Why a currency file shows nothing.
#[derive(Debug, thiserror::Error)]
pub enum BadCurrency {
    /// Not canonical JSON of the shape.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Of another format.
    #[error("format `{0}` is not known: written by a newer version?")]
    Format(String),
    /// The proof of the state entry is wrong.
    #[error("proof of the state: {0}")]
    Proof(#[from] BadProof),
    /// It proves another entry than a state.
    #[error("the entry that is proved is no state")]
    NoState,
    /// What shows when the edition was entered.
    #[error("when it was entered: {0}")]
    Entered(#[from] BadEntered),
    /// That is of another edition.
    #[error("when it was entered: this is of another edition")]
    Other,
    /// The statement is not of this state.
    #[error("the statement does not lead to the root of the state")]
    Path,
}

/// What a currency file shows.
#[derive(Debug)]
pub struct Current {
    /// What was current.
    pub statement: Statement,
    /// Whether it would say that its words are gone.
    pub form: Form,
    /// When the state was entered, as the publisher says.
    pub issued: Moment,
    /// The state entry, as it was proved.
    pub state: Proved,
    /// Between which states the edition was entered, where the file has that.
    pub entered: Option<entered::Shown>,
}

impl Currency {
    /// Puts the parts together.
    pub fn new(statement: Statement, path: Vec<Step>, proof: String) -> Self {
        Self {
            entered: None,
            format: FORMAT.to_owned(),
            path,
            proof,
            statement,
        }
    }

    /// The same file with what shows when the edition was entered.
    #[must_use]
    pub fn with_entered(self, entered: Option<Entered>) -> Self {
        Self { entered, ..self }
    }

    /// The file.
    pub fn to_bytes(&self) -> Result<Vec<u8>, JsonError> {
        json::to_bytes(self)
    }

    /// Checks a file against a key that is trusted.
    pub fn verify(bytes: &[u8], key: &dyn Trust) -> Result<Current, BadCurrency> {
        let file: Self = json::from_bytes(bytes)?;
        if file.format != FORMAT {
            return Err(BadCurrency::Format(file.format));
        }
        let state = proved::verify(file.proof.as_bytes(), None, key)?;
        let Body::State { root, .. } = state.leaf.entry.body else {
            return Err(BadCurrency::NoState);
        };
        let leads = |form: &Form| root_of(&file.statement, &file.path, *form) == Some(root);
        let form = [Form::Telling, Form::Silent].into_iter().find(leads);
        let newest = file.statement.erased.max(Some(file.statement.index));
        let form = form.filter(|_| newest < Some(state.index)).ok_or(BadCurrency::Path)?;
        let entered = file.entered.map(|entered| entered.verify(key)).transpose()?;
        if entered.as_ref().is_some_and(|shown| !is_of(shown, &file.statement)) {
            return Err(BadCurrency::Other);
        }
        Ok(Current {
            statement: file.statement,
            form,
            issued: state.leaf.entry.issued,
            state,
            entered,
        })
    }
}

/// True if what was proved is the entry of a statement.
fn is_of(shown: &entered::Shown, statement: &Statement) -> bool {
    let content = shown.proved.leaf.entry.content();
    content.is_some_and(|content| {
        shown.proved.index == statement.index
            && content.id == statement.id
            && content.lang == statement.lang
            && content.version == statement.version
    })
}

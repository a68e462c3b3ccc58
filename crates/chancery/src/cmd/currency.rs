//! `chancery currency`: one file that says which version of a text is the newest, as of the newest state.

use crate::{
    entered,
    folder::{self, Folder},
    named,
    output::{Done, Failure, note, warn},
    reading::{self, Files},
    texts,
    verify::currency::standing,
};
use record::{
    currency::Currency,
    id::DocumentId,
    lang::Lang,
    register::{Register, State},
    statements::{Form, Statement, Step},
};
use site::view::Source as _;
use std::path::PathBuf;

/// Arguments of `currency`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// The document: its id, or an address of it
    #[arg(value_name = "ID|URL")]
    pub document: String,
    /// Its language, `zxx` for the facts; otherwise that of the original
    #[arg(long)]
    pub lang: Option<Lang>,
    /// Where to write; otherwise ID.LANG.currency here
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Replace the file if it is there; otherwise it is left, or somebody at a terminal is asked
    #[arg(long)]
    pub overwrite: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let folder = Folder::open(&args.folder)?;
    let size = reading::published_size(&folder.record())?;
    let files = Files::new(&folder.record(), size);
    let (mut register, _) = reading::load(&folder, &files)?;
    let id = named::document(&folder, &register, &args.document)?;
    let lang = language(&register, args, id)?;
    let (statement, bytes) = file(&files, &mut register, id, lang)?;
    let file = args
        .to
        .clone()
        .unwrap_or_else(|| format!("{id}.{lang}.currency").into());
    folder::write_out(&file, &bytes, args.overwrite)?;
    let index = register.state().map_or(0, |state| state.index);
    note(format!(
        "{}: as of entry {index} of the record version {} is the newest, and {} ({} bytes)",
        file.display(),
        statement.version,
        standing(&statement),
        bytes.len()
    ));
    if let Some(now) = since(&register, id, &statement) {
        warn(differs(index, &statement, &now));
        note("Next: publish from where the key of states is; the next entry brings a state that says so.");
    }
    Ok(())
}

/// How what is true by now differs from what the state of an index stated. A state of the old form does not tell of what was
/// removed before it.
fn differs(index: u64, stated: &Statement, now: &Statement) -> String {
    let told = Statement { erased: None, ..*now };
    match now.erased {
        Some(by) if by < index && told == *stated => {
            format!(
                "that state is of a form that does not tell of it, but what it said was removed for good by entry {by}"
            )
        }
        _ => format!(
            "the record goes on after that state: version {} is the newest, and {}",
            now.version,
            standing(now)
        ),
    }
}

/// What is true of it by now, where that is not what was stated.
pub(super) fn since(register: &Register, id: DocumentId, stated: &Statement) -> Option<Statement> {
    let now = register.statement(register.by_id(id)?, stated.lang)?;
    (now != *stated).then_some(now)
}

/// The file about a document in a language, and what it states.
pub(super) fn file(files: &Files, register: &mut Register, id: DocumentId, lang: Lang) -> Done<(Statement, Vec<u8>)> {
    let State { index, root, form } = register.state().ok_or_else(|| {
        Failure::new("this record has no states, so nothing says what is current")
            .hint("`chancery key add DATA --state` makes the key for it; from then on each publication brings a state")
    })?;
    let (statement, path) = if register.statements_root(form).is_some_and(|(now, _)| now == root) {
        found(register, id, lang, form)?
    } else {
        // There were changes after the newest state: what it says is what was current then.
        found(&mut reading::stated(files, index)?, id, lang, form)?
    };
    let proof = files
        .proof(index)
        .ok_or_else(|| Failure::new(format!("entry {index}: no checkpoint to prove it with")))?;
    let seen = files.witnessed(statement.index).is_some();
    let entered = seen.then(|| entered::make(files, statement.index)).flatten();
    let current = Currency::new(statement, path, proof).with_entered(entered);
    let bytes = current.to_bytes().map_err(Failure::new)?;
    Ok((statement, bytes))
}

fn unstated(id: DocumentId, lang: Lang) -> Failure {
    let failure = Failure::new(format!(
        "{id}: the newest state of the record does not speak of it in {lang}"
    ));
    failure.hint("the next publication from where the key of states is brings a state that does")
}

fn language(register: &Register, args: &Args, id: DocumentId) -> Done<Lang> {
    let unknown = || Failure::usage(format!("{id}: this record has no such document")).hint(texts::FIND);
    let document = register.document(register.by_id(id).ok_or_else(unknown)?);
    let original = document.original().map(|words| words.lang);
    match args.lang {
        Some(lang) if document.editions(lang).is_empty() => {
            let all: Vec<String> = document.words.iter().map(|words| words.lang.to_string()).collect();
            let failure = Failure::usage(format!("{id}: there is no such text in {lang}"));
            Err(failure.hint(format!("it exists in: {}", all.join(", "))))
        }
        wanted => Ok(wanted.or(original).unwrap_or(Lang::FACTS)),
    }
}

fn found(register: &mut Register, id: DocumentId, lang: Lang, form: Form) -> Done<(Statement, Vec<Step>)> {
    let no = register.by_id(id).ok_or_else(|| unstated(id, lang))?;
    let statement = register.statement(no, lang).map(|one| Statement {
        erased: one.erased.filter(|_| form == Form::Telling),
        ..one
    });
    let path = register.statement_path(no, lang, form);
    statement.zip(path).ok_or_else(|| unstated(id, lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::register::Status;

    #[test]
    fn what_a_state_does_not_tell_did_not_come_after_it() {
        let stated = Statement {
            erased: None,
            id: DocumentId(1),
            index: 4,
            lang: Lang::ENGLISH,
            status: Status::InForce,
            version: 2,
        };
        let gone = |by| Statement {
            erased: Some(by),
            ..stated
        };
        assert!(differs(7, &stated, &gone(6)).contains("does not tell of it"));
        assert!(differs(7, &stated, &gone(8)).contains("goes on after that state"));
        let next = Statement { version: 3, ..gone(6) };
        assert!(differs(7, &stated, &next).contains("version 3 is the newest"));
    }
}

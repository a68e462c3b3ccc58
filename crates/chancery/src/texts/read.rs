//! The files of a folder of texts, read and put together to documents.

use super::tell;
use crate::{
    given, named,
    output::{Done, Failure},
};
use import::{
    problem::Problem,
    text::{self, FactsForm, FileName, TextFile},
};
use record::id::DocumentId;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// A text larger than this is refused.
const MAX_TEXT: u64 = 4 << 20;

/// A document as its files give it.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// File and facts, if given.
    pub facts: Option<(String, FactsForm)>,
    /// File and words, in order of file names.
    pub words: Vec<(String, TextFile)>,
}

/// Documents by name.
pub type Texts = BTreeMap<String, Document>;

/// Reads the files below folders, and single files; names are whole paths without language and ending.
pub fn read_folder(paths: &[PathBuf]) -> Done<Texts> {
    let mut files = Vec::new();
    for path in paths {
        let whole = path.canonicalize().map_err(|error| missing(path, &error))?;
        collect(&whole, &mut files)?;
    }
    files.sort();
    files.dedup();
    let mut set = BTreeMap::new();
    for file in files {
        let Some(path) = file.to_str() else {
            let message = format!("{}: the name of the file is not UTF-8", file.display());
            return Err(Failure::usage(message));
        };
        let path = path.trim_start_matches('/');
        if !matches!(file_name(path), Ok(FileName::PassedOver)) {
            set.insert(path.to_owned(), read_file(&file)?);
        }
    }
    if set.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Failure::usage(format!("{}: no text is here", names.join(", ")))
            .hint("a text is a file NAME.LANG.md or NAME.toml; docs/texts.md describes it"));
    }
    read_set(&set)
}

/// Whoever names a document by its id or address is told where its text is.
fn missing(path: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::unreadable(path, error);
    let is_named = |text: &str| text.parse::<DocumentId>().is_ok() || named::is_address(text);
    if path.to_str().is_some_and(is_named) {
        failure.hint("new editions are given as files: download the .md beside the text's page, which bears the id, and change it")
    } else {
        failure
    }
}

/// What a file is, by its own name; the folders above it have no say, as they were asked for.
pub fn file_name(path: &str) -> Result<FileName, String> {
    let (folder, file) = path
        .rsplit_once('/')
        .map_or((None, path), |(folder, file)| (Some(folder), file));
    let whole = |name: String| folder.map_or(name.clone(), |folder| format!("{folder}/{name}"));
    Ok(match text::file_name(file)? {
        FileName::Words { name, lang } => FileName::Words {
            name: whole(name),
            lang,
        },
        FileName::Facts { name } => FileName::Facts { name: whole(name) },
        FileName::PassedOver => FileName::PassedOver,
    })
}

/// Symbolic links are refused: no path climbs out of the folder.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Done {
    let unreadable = |error| Failure::unreadable(path, &error);
    let meta = std::fs::symlink_metadata(path).map_err(unreadable)?;
    if meta.is_file() {
        files.push(path.to_owned());
    }
    if !meta.is_dir() {
        return Ok(());
    }
    for path in given::folder(path)? {
        let name = path.file_name().unwrap_or_default();
        if name.to_string_lossy().starts_with(['.', '_']) {
            continue;
        }
        if path.is_symlink() {
            let path = shown(&path.to_string_lossy());
            let what = format!("{path}: a symbolic link, and texts may not lead out of their folder");
            return Err(Failure::usage(what).hint("put the file itself there"));
        }
        collect(&path, files)?;
    }
    Ok(())
}

fn read_file(path: &Path) -> Done<Vec<u8>> {
    let unreadable = |error| Failure::unreadable(path, &error);
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_TEXT {
        let path = shown(&path.to_string_lossy());
        let what = format!("{path}: {size} bytes, a text has at most {MAX_TEXT}");
        return Err(Failure::usage(what).hint("nothing was published; make several texts of it"));
    }
    given::bytes(path, MAX_TEXT, "a text")
}

/// Reads files given as path and bytes; all problems are told at once.
pub fn read_set(files: &BTreeMap<String, Vec<u8>>) -> Done<Texts> {
    let mut texts = Texts::new();
    let mut problems = Vec::new();
    for (path, bytes) in files {
        if let Err(found) = add(&mut texts, path, bytes) {
            problems.extend(found.into_iter().map(|problem| (shown(path), problem)));
        }
    }
    if problems.is_empty() {
        Ok(texts)
    } else {
        Err(Failure::usage(tell(&problems)).hint("docs/texts.md describes the form of texts"))
    }
}

/// The path as a person knows it.
pub(super) fn shown(path: &str) -> String {
    let whole = format!("/{}", path.trim_start_matches('/'));
    let here = std::env::current_dir()
        .ok()
        .and_then(|dir| dir.to_str().map(|d| format!("{d}/")));
    let below = here.and_then(|here| whole.strip_prefix(&here).map(str::to_owned));
    // Texts that were never files of their own, those of the demo, have no place outside.
    below.unwrap_or_else(|| {
        if Path::new(&whole).exists() {
            whole
        } else {
            path.to_owned()
        }
    })
}

fn add(texts: &mut Texts, path: &str, bytes: &[u8]) -> Result<(), Vec<Problem>> {
    let one = |message: String| vec![Problem::new(1, message)];
    let name = file_name(path).map_err(one)?;
    if name == FileName::PassedOver {
        return Ok(());
    }
    let source = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        vec![Problem::new(line, "not UTF-8: save the file as UTF-8")]
    })?;
    match name {
        FileName::PassedOver => {}
        FileName::Facts { name } => {
            let facts = text::facts_file(source)?;
            set_facts(texts.entry(name).or_default(), path, facts)?;
        }
        FileName::Words { name, lang } => {
            let mut file = text::parse(&name, lang, source)?;
            let document = texts.entry(name).or_default();
            if let Some(facts) = file.facts.take() {
                set_facts(document, path, facts)?;
            }
            document.words.push((path.to_owned(), file));
        }
    }
    Ok(())
}

fn set_facts(document: &mut Document, path: &str, facts: FactsForm) -> Result<(), Vec<Problem>> {
    if let Some((other, _)) = &document.facts {
        let what = format!(
            "the facts of this document stand in {} already: keep one of the two",
            shown(other)
        );
        return Err(vec![Problem::new(1, what)]);
    }
    document.facts = Some((path.to_owned(), facts));
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_text_outside_of_the_folder_one_is_in_is_shown_with_its_whole_path() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("section.toml");
        std::fs::write(&file, "").unwrap();
        let whole = file.to_str().unwrap();
        assert_eq!(shown(whole.trim_start_matches('/')), whole);
        assert_eq!(shown("texts/of-no-file.en.md"), "texts/of-no-file.en.md");
    }
}

//! The record that a new one continues.

use crate::{
    folder::{self, Folder},
    output::{Context as _, Done, Failure, warn},
    reading::{self, Files},
};
use record::{
    entry::Predecessor,
    facts::Kind,
    id::DocumentId,
    lang::Lang,
    register::{Document, Frozen, Manifest, Register},
};
use std::path::{Path, PathBuf};

/// What a record hands over to the one that continues it.
#[derive(Clone, Debug)]
pub struct Before {
    /// As genesis names it.
    pub record: Predecessor,
    /// Id of the family document, which stays.
    pub family: DocumentId,
    /// Code of the ministry.
    pub ministry: String,
    /// Names of the ministry; the first is the original.
    pub names: Vec<(Lang, String)>,
    /// Names of user-assigned countries.
    pub countries: Vec<(String, Vec<(Lang, String)>)>,
    texts: PathBuf,
}

impl Before {
    /// Reads a record that has ended.
    pub fn read(path: &Path, origin: &str, not_frozen: bool) -> Done<Self> {
        let old = Folder::open(path)?;
        let files = Files::new(&old.record(), reading::published_size(&old.record())?);
        let (register, _) = reading::load(&old, &files)?;
        check(path, register.frozen(), origin, not_frozen)?;
        if origin == register.origin() {
            return Err(Failure::usage(format!(
                "--origin: {origin} is the name of the record that it continues"
            ))
            .hint("another record has another name, such as record2.mfa.example"));
        }
        let size = register.size();
        let root = files.log().root(size).at("record")?;
        let root = root.ok_or_else(|| Failure::new(format!("{}: the tiles are not whole", path.display())))?;
        let record = Predecessor {
            origin: register.origin().into(),
            root,
            size,
        };
        let none = || Failure::new(format!("{}: has no family document", path.display()));
        let family = register.family().map(|no| register.document(no)).ok_or_else(none)?;
        let Kind::Family {
            ministry, countries, ..
        } = &family.facts.kind
        else {
            return Err(none());
        };
        let named = |n: &str| names_of(family, &register, &files, n);
        Ok(Self {
            record,
            family: family.id,
            ministry: ministry.to_string(),
            names: titles(family),
            countries: countries
                .iter()
                .map(|country| (country.code.to_string(), named(&country.n)))
                .collect(),
            texts: old.texts(),
        })
    }

    /// Which file is which document is remembered further, so that texts published again keep their ids.
    pub fn hand_over(&self, new: &Folder) -> Done {
        match folder::read_if_there(&self.texts)? {
            Some(bytes) => folder::replace(&new.texts(), &bytes, true),
            None => Ok(()),
        }
    }
}

fn check(path: &Path, frozen: Option<&Frozen>, origin: &str, not_frozen: bool) -> Done {
    match frozen {
        Some(Frozen {
            successor: Some(named), ..
        }) if **named != *origin => Err(Failure::usage(format!(
            "{}: was frozen to go on as {named}, not as {origin}",
            path.display()
        ))),
        Some(_) => Ok(()),
        None if not_frozen => {
            warn(format!(
                "{}: is not frozen, so whoever has its keys can add to it",
                path.display()
            ));
            Ok(())
        }
        None => Err(
            Failure::usage(format!("{}: is not frozen", path.display())).hint(format!(
                "`chancery freeze {} --successor {origin}` ends it; --not-frozen where the root keys are lost",
                path.display()
            )),
        ),
    }
}

/// Names by language, the original first.
fn titles(family: &Document) -> Vec<(Lang, String)> {
    let original = family.original().map(|words| words.lang);
    let mut names: Vec<_> = family
        .words
        .iter()
        .map(|words| (words.lang, words.head.title.to_string()))
        .collect();
    names.sort_by_key(|(lang, _)| Some(*lang) != original);
    names
}

/// What a country is called in each language.
fn names_of(family: &Document, register: &Register, files: &Files, n: &str) -> Vec<(Lang, String)> {
    let in_language = |lang: Lang| {
        let sealed = register
            .by_id(family.id)
            .and_then(|no| register.document(no).current(lang)?.sealed)?;
        let bytes = site::view::Source::manifest(files, &sealed.content)?;
        let Manifest::Words(words) = reading::manifest_of(sealed.media, &bytes)? else {
            return None;
        };
        let label = words.labels.iter().find(|label| *label.of == *n)?;
        Some((lang, label.name.as_deref()?.to_owned()))
    };
    family
        .words
        .iter()
        .filter_map(|words| in_language(words.lang))
        .collect()
}

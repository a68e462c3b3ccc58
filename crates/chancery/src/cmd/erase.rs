//! `chancery erase`: texts or pictures are removed for good, by the root keys.

use super::{end::reason, publish::notice_text, rooted::Rooted};
use crate::{
    clock,
    erasing::{Erasing, captured, facts_of, manifest},
    folder::Folder,
    intake::captures,
    named::{self, Named},
    output::{self, Done, Failure, note},
    reading::Files,
    texts,
    writing::Writing,
};
use record::{
    compose::Erasure,
    entry::{Basis, Reason},
    id::DocumentId,
    lang::Lang,
    register::{Document, Edition, Manifest, Register},
    seal::Commitment,
    words::Notice,
};
use std::{collections::BTreeMap, path::PathBuf};
use tlog::note::SigningKey;

/// Arguments of `erase`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// What: a document ID, its words in one language ID/LANG, one version ID/LANG/N (ID/zxx/N for facts), or a picture ID/aN; the address /d/ID… of it will do, too
    #[arg(required = true, value_name = "ID[/LANG[/N]]")]
    pub what: Vec<String>,
    /// The ground: court-order, data-protection, law, rights, safety or not-stated
    #[arg(long, value_parser = basis)]
    pub basis: Basis,
    /// error, outdated, superseded, legal, privacy, security, published-too-early or not-stated
    #[arg(long, value_parser = reason)]
    pub reason: Reason,
    /// Own wording for readers, once for each language; otherwise the standard one
    #[arg(long, value_name = "LANG=TEXT")]
    pub notice: Vec<String>,
    #[command(flatten)]
    pub rooted: Rooted,
}

fn basis(word: &str) -> Result<Basis, String> {
    let all: Vec<&str> = Basis::ALL.iter().map(|b| b.word()).collect();
    Basis::from_word(word).ok_or_else(|| format!("one of {}", all.join(", ")))
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    let files = Files::new(&writing.folder.record(), writing.size());
    let mut doomed = Doomed::default();
    for what in &args.what {
        doomed.add(&writing.folder, &writing.register, &files, what)?;
    }
    let pieces = doomed.parts(args)?;
    doomed.tell(&writing.register, pieces.len());
    if args.rooted.dry_run {
        return writing.close_dry();
    }
    if let Some(path) = &args.rooted.propose {
        let [piece] = pieces.as_slice() else {
            return Err(Failure::usage("this takes several entries").hint("propose fewer at once, one file each"));
        };
        let erasure = piece.erasure.clone();
        let draft = writing.composed(1, clock::now(), |composer| Ok(vec![composer.erase(erasure, &[])?]))?;
        return writing.propose(draft, None, path);
    }
    let roots = args.rooted.roots(&writing)?;
    let roots: Vec<&SigningKey> = roots.iter().collect();
    output::confirm(args.rooted.yes, "Erase all this for good? It cannot be undone.")?;
    for piece in pieces {
        let commit = writing.erase(piece, &roots, clock::now())?;
        note(format!("erased by entry {} of the record", commit.first));
    }
    note("Next: run `chancery export` again where sites are exported, and delete what was erased from backups.");
    writing.close()
}

/// What is to be removed, in the order in which it is told.
#[derive(Default)]
struct Doomed {
    blobs: BTreeMap<Commitment, String>,
    captures: Vec<captures::Named>,
    told: Vec<String>,
}

/// A part of a document that a person names.
enum Part {
    Whole,
    Language(Lang),
    Version(Lang, u32),
    Asset(String),
}

impl Part {
    fn of(text: Option<&str>) -> Option<Self> {
        let Some(text) = text else { return Some(Self::Whole) };
        if text
            .strip_prefix('a')
            .is_some_and(|number| number.parse::<u32>().is_ok())
        {
            return Some(Self::Asset(text.to_owned()));
        }
        match text.split_once('/') {
            None => text.parse().ok().map(Self::Language),
            Some((lang, version)) => Some(Self::Version(lang.parse().ok()?, version.parse().ok()?)),
        }
    }

    /// What the document never had, if the part is of that.
    fn lacking(&self, doc: &Document, files: &Files) -> Option<String> {
        let langs = || {
            let all: Vec<&str> = doc.words.iter().map(|words| words.lang.as_str()).collect();
            all.join(", ")
        };
        match self {
            Self::Language(lang) | Self::Version(lang, _) if doc.editions(*lang).is_empty() => {
                Some(format!("the document was never in {lang}; it is in {}", langs()))
            }
            Self::Version(lang, version) if doc.editions(*lang).iter().all(|edition| edition.version != *version) => {
                let last = doc.editions(*lang).last().map_or(0, |edition| edition.version);
                Some(format!(
                    "there never was this version; in {lang} there are versions 1 to {last}"
                ))
            }
            Self::Asset(n) => {
                let mut named = facts_of(doc, files).into_iter().flat_map(|(_, facts)| facts.assets);
                (!named.any(|asset| *asset.n == **n))
                    .then(|| format!("no version that is still here names a picture {n}"))
            }
            _ => None,
        }
    }

    fn holds(&self, lang: Lang, edition: &Edition) -> bool {
        match self {
            Self::Whole => true,
            Self::Language(wanted) => *wanted == lang,
            Self::Version(wanted, version) => *wanted == lang && *version == edition.version,
            Self::Asset(_) => false,
        }
    }
}

/// The most that one entry names.
const AT_ONCE: usize = 64;

impl Doomed {
    fn add(&mut self, folder: &Folder, register: &Register, files: &Files, what: &str) -> Done {
        let (id, part) = wanted(folder, register, what)?;
        let no = register.by_id(id);
        let no =
            no.ok_or_else(|| Failure::usage(format!("{what}: this record has no document {id}")).hint(texts::FIND))?;
        let doc = register.document(no);
        if let Some(lacking) = part.lacking(doc, files) {
            return Err(Failure::usage(format!("{what}: {lacking}")).hint(HOW));
        }
        let before = self.blobs.len();
        self.editions(doc, &part, files);
        self.assets(register, doc, &part, files);
        if self.blobs.len() == before {
            return Err(Failure::usage(format!("{what}: nothing of it is left to erase")).hint(HOW));
        }
        Ok(())
    }

    fn editions(&mut self, doc: &Document, part: &Part, files: &Files) {
        let langs = std::iter::once(Lang::FACTS).chain(doc.words.iter().map(|words| words.lang));
        for lang in langs {
            for edition in doc.editions(lang).iter().filter(|edition| part.holds(lang, edition)) {
                let Some(sealed) = edition.sealed.filter(|_| edition.erased.is_none()) else {
                    continue;
                };
                let told = format!("{}\t{}", told_of(doc, lang, edition), title(files, edition));
                self.insert(sealed.content, told);
            }
        }
        if !matches!(part, Part::Asset(_)) {
            self.captures.extend(
                facts_of(doc, files)
                    .into_iter()
                    .filter_map(|(_, facts)| captured(facts)),
            );
            self.captures.sort_unstable();
            self.captures.dedup();
        }
    }

    /// The asset that was named; or those that only erased facts name.
    fn assets(&mut self, register: &Register, doc: &Document, part: &Part, files: &Files) {
        let all = facts_of(doc, files);
        let remains = |name: &Commitment| {
            let own = all.iter().filter(|(facts, _)| !self.blobs.contains_key(facts));
            let own = own.map(|(_, facts)| facts);
            let others = register
                .documents()
                .map(|no| register.document(no))
                .filter(|other| other.id != doc.id);
            let mut named = own
                .chain(others.map(|other| &*other.facts))
                .flat_map(|facts| &facts.assets);
            named.any(|asset| asset.forms.iter().any(|form| form.content == *name))
        };
        let mut found = Vec::new();
        for asset in all.iter().flat_map(|(_, facts)| &facts.assets) {
            for form in &asset.forms {
                let wanted = match part {
                    Part::Asset(n) => **n == *asset.n,
                    _ => !remains(&form.content),
                };
                if wanted && register.erased_by(&form.content).is_none() {
                    let told = format!(
                        "{}\t{} {}\t{}, {} bytes",
                        doc.id, asset.kind, asset.n, form.media, form.size
                    );
                    found.push((form.content, told));
                }
            }
        }
        found.into_iter().for_each(|(name, told)| self.insert(name, told));
    }

    fn insert(&mut self, name: Commitment, told: String) {
        if self.blobs.insert(name, told.clone()).is_none() {
            self.told.push(told);
        }
    }

    /// As many entries as it takes.
    fn parts(&self, args: &Args) -> Done<Vec<Erasing>> {
        let texts = args
            .notice
            .iter()
            .map(|text| notice_text(text))
            .collect::<Done<Vec<_>>>()?;
        let names: Vec<Commitment> = self.blobs.keys().copied().collect();
        let part = |target: &[Commitment]| Erasing {
            erasure: Erasure {
                target: target.to_vec(),
                basis: args.basis,
                reason: args.reason,
                notice: (!texts.is_empty()).then(|| Notice::new(texts.clone())),
            },
            captures: self.captures.clone(),
        };
        Ok(names.chunks(AT_ONCE).map(part).collect())
    }

    fn tell(&self, register: &Register, entries: usize) {
        self.told.iter().for_each(|line| println!("{line}"));
        if !self.captures.is_empty() {
            println!(
                "captures\t{} captured pages or lines, kept privately",
                self.captures.len()
            );
        }
        note(format!(
            "{} {} will be gone for good, by {entries} {} signed by {} root {}.",
            self.blobs.len(),
            if self.blobs.len() == 1 { "file" } else { "files" },
            if entries == 1 { "entry" } else { "entries" },
            register.keys().quorum(),
            if register.keys().quorum() == 1 { "key" } else { "keys" },
        ));
        note(
            "Where the newest version goes, `/d/ID` says 410 with a dated notice, and so does the page where a version that stays gave its address, which is 404 otherwise; lists and feeds name it no more.",
        );
        note(
            "What stays: that there were these entries, when they were made, their places and proofs. They hold no text.",
        );
        note(
            "What others copied is beyond reach: mirrors that follow the record delete it, archives and readers need not.",
        );
    }
}

/// Document and part of what a person names. An address of a page says no part: how much goes for good is said in so many words.
fn wanted(folder: &Folder, register: &Register, what: &str) -> Done<(DocumentId, Part)> {
    let lasting = named::lasting(what);
    // Where the path names the part, what follows it changes nothing.
    let is_whole = lasting.as_ref().is_none_or(|lasting| !lasting.contains('/'));
    if let Some(part) = named::part(what).filter(|_| is_whole) {
        let said = format!("{what}: `{part}` says a place of the page, and not what is to go for good");
        return Err(Failure::usage(said).hint(HOW));
    }
    if lasting.is_some() || !(named::is_address(what) || what.starts_with('/')) {
        let bare = lasting.as_deref().unwrap_or(what);
        let (id, rest) = bare.split_once('/').map_or((bare, None), |(id, rest)| (id, Some(rest)));
        let both = id.parse().ok().zip(Part::of(rest));
        let malformed = || Failure::usage(format!("{what}: names no document and no part of one")).hint(HOW);
        return both.ok_or_else(malformed);
    }
    match named::find(folder, register, what)? {
        Named::Document(id) => Ok((id, Part::Whole)),
        Named::Version(id, lang, version) => Ok((id, Part::Version(lang, version))),
        Named::Page(id, lang) => {
            let said = format!("{what}: is a page of document {id}, and does not say how much of it is to go");
            Err(Failure::usage(said).hint(format!(
                "{id} for all of it in every language, {id}/{lang} for its words in {lang}, {id}/{lang}/N for one version"
            )))
        }
    }
}

const HOW: &str = "ID is a document, ID/LANG its words in a language, ID/LANG/N one version, ID/zxx/N of the facts, ID/a1 a picture; \
                   the page /d/ID shows them";

/// `ID  en version 2 of 2026-03-14`.
fn told_of(doc: &Document, lang: Lang, edition: &Edition) -> String {
    let what = match (edition.has_manifest(), lang.is_facts()) {
        (true, true) => "facts".to_owned(),
        (true, false) => lang.to_string(),
        (false, _) => format!("notice of {}, {lang}", edition.action.word()),
    };
    format!(
        "{}\t{what} version {} of {}",
        doc.id,
        edition.version,
        edition.issued.date()
    )
}

fn title(files: &Files, edition: &Edition) -> String {
    match manifest(files, edition) {
        Some(Manifest::Words(words)) => words.title.to_string(),
        Some(_) => String::new(),
        None => "(its file is not here)".to_owned(),
    }
}

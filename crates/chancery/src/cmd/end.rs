//! `chancery withdraw` and `chancery retract`: a text ends, with a dated notice.

use super::publish::notice_text;
use crate::{
    clock,
    folder::Folder,
    named,
    output::{self, Done, Failure, note, say},
    seen,
    texts::Names,
    writing::Writing,
};
use record::{
    compose::Change,
    entry::{Action, Reason},
    facts::Kind,
    id::DocumentId,
    lang::Lang,
    register::{Manifest, Register, Status},
    words::{Notice, NoticeText},
};
use site::{
    address::{Address, Form},
    view::View,
};
use std::path::PathBuf;

/// Arguments of `withdraw` and `retract`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// Texts by file, or documents by id or address; the file or page of any language stands for the document
    #[arg(required = true, value_name = "FILE|ID|URL")]
    pub texts: Vec<String>,
    /// error, outdated, superseded, legal, privacy, security, published-too-early or not-stated
    #[arg(long, default_value = "not-stated", value_parser = reason)]
    pub reason: Reason,
    /// Own wording for readers, once for each language; otherwise the standard one
    #[arg(long, value_name = "LANG=TEXT")]
    pub notice: Vec<String>,
    /// Only this language; otherwise the document in all languages, whichever file names it
    #[arg(long)]
    pub lang: Option<Lang>,
    /// Go ahead without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Show what would be public where and stop
    #[arg(long)]
    pub dry_run: bool,
}

/// A reason by its word.
pub(super) fn reason(word: &str) -> Result<Reason, String> {
    let all: Vec<&str> = Reason::ALL.iter().map(|r| r.word()).collect();
    Reason::from_word(word).ok_or_else(|| format!("one of {}", all.join(", ")))
}

/// Runs the command.
pub fn run(args: &Args, action: Action) -> Done {
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    let names = Names::read(&writing.folder)?;
    let ids = args
        .texts
        .iter()
        .map(|text| document(&writing.folder, &writing.register, &names, text))
        .collect::<Done<Vec<_>>>()?;
    let notice = args
        .notice
        .iter()
        .map(|text| notice_text(text))
        .collect::<Done<Vec<_>>>()?;
    let ending = Ending {
        action,
        lang: args.lang.unwrap_or(Lang::FACTS),
        reason: args.reason,
        notice,
    };
    let now = clock::now();
    let changes = changes(&writing.register, &ids, &ending)?;
    if changes.is_empty() {
        note("nothing to do: the record says so already");
        return writing.close();
    }
    let count = changes.len();
    show(&writing, &changes)?;
    // From here on the register holds the changes; nothing is written before `commit`.
    let draft = writing.compose(changes, now)?;
    if args.dry_run {
        note("nothing was published: this was a dry run");
        return Ok(());
    }
    output::confirm(args.yes, &question(action, count))?;
    let commit = writing.commit(vec![draft])?;
    let entries = output::entries(commit.first, commit.size);
    note(format!("done: {entries} of the record"));
    writing.close()
}

/// What ends, and what stands from then on where: a line for each document, and one for each of its addresses.
fn show(writing: &Writing, changes: &[Change]) -> Done {
    let base = writing.folder.config.address.as_deref().unwrap_or_default();
    seen::with(&writing.folder, &writing.register, writing.size(), base, |view| {
        for change in changes {
            let (title, langs) = told(view.register, change);
            let line = format!("{}\t{}\t{title}\t{langs}", change.action.word(), change.id);
            say(line.trim_end());
            for address in pages(view, change) {
                say(format!("  {}\t{}", shown(change, &address), address.url(view)));
            }
        }
    })
}

/// What an address shows from then on. Below the lasting one stand the languages that go on.
fn shown(change: &Change, address: &Address) -> &'static str {
    match address {
        Address::Permalink { .. } if !change.lang.is_facts() => "with the notice",
        _ if change.action == Action::Retract => "only the notice",
        _ => "under the notice",
    }
}

/// Where a text that ends is read: its pages, those in the frames of sites that carry it, and its lasting address.
fn pages(view: &View<'_>, change: &Change) -> Vec<Address> {
    let Some(doc) = view.register.by_id(change.id) else {
        return Vec::new();
    };
    if view.facts(doc).kind.text().is_none() {
        return Vec::new();
    }
    let words = view.document(doc).words.iter();
    let langs = words
        .map(|words| words.lang)
        .filter(|lang| change.lang.is_facts() || change.lang == *lang);
    let page = |site, lang| Address::Document {
        site,
        lang,
        doc,
        form: Form::Html,
    };
    let of_lang = |lang: Lang| {
        let own = view.home_of(doc);
        let others = view.register.sites().iter().copied();
        let others = others.filter(move |site| Some(*site) != own && view.carries(*site, lang, doc));
        own.into_iter()
            .chain(others)
            .map(move |site| page(site, lang))
            .collect::<Vec<_>>()
    };
    langs.flat_map(of_lang).chain([Address::Permalink { doc }]).collect()
}

fn question(action: Action, count: usize) -> String {
    let texts = if count == 1 {
        "this text".to_owned()
    } else {
        format!("these {count} texts")
    };
    match (action, count) {
        (Action::Retract, 1) => format!("Retract {texts}? From that moment nothing of it is served but a notice."),
        (Action::Retract, _) => format!("Retract {texts}? From that moment nothing of them is served but a notice."),
        (_, 1) => format!("Withdraw {texts}? It stays readable, under a notice."),
        _ => format!("Withdraw {texts}? They stay readable, under a notice."),
    }
}

/// How texts end.
pub struct Ending {
    /// Withdraw or retract.
    pub action: Action,
    /// The language, or `zxx` for all.
    pub lang: Lang,
    /// Why.
    pub reason: Reason,
    /// Own wording; the standard one where empty.
    pub notice: Vec<NoticeText>,
}

/// The changes that end documents; what has ended so already asks for nothing.
pub fn changes(register: &Register, ids: &[DocumentId], ending: &Ending) -> Done<Vec<Change>> {
    let mut changes: Vec<Change> = Vec::new();
    for id in ids {
        let no = register
            .by_id(*id)
            .ok_or_else(|| Failure::usage(format!("{id}: not on record")).hint(crate::texts::FIND))?;
        let doc = register.document(no);
        check_kind(*id, &doc.facts.kind, ending)?;
        let Some(status) = doc.own_status(ending.lang) else {
            let all: Vec<&str> = doc.words.iter().map(|words| words.lang.as_str()).collect();
            let failure = Failure::usage(format!("{id}: has no words in {}", ending.lang));
            return Err(failure.hint(format!("it exists in: {}", all.join(", "))));
        };
        let wanted = if ending.action == Action::Retract {
            Status::Retracted
        } else {
            Status::Withdrawn
        };
        if status >= wanted || changes.iter().any(|change| change.id == *id) {
            continue;
        }
        changes.push(Change {
            action: ending.action,
            id: *id,
            lang: ending.lang,
            mission: doc.mission.clone(),
            update: None,
            reason: Some(ending.reason),
            manifest: Some(Manifest::Notice(Notice::new(wording(ending)))),
        });
    }
    Ok(changes)
}

/// What other documents stand in cannot be taken away under them: who reads the record without the withheld facts would
/// find texts in no section of no site.
fn check_kind(id: DocumentId, kind: &Kind, ending: &Ending) -> Done {
    let what = match kind {
        Kind::Family { .. } => "the family",
        Kind::Site(_) => "a site",
        Kind::Section { .. } if ending.action == Action::Retract => "a section",
        _ => return Ok(()),
    };
    if !ending.lang.is_facts() {
        return Ok(());
    }
    let refused = Failure::usage(format!("{id}: is {what}, and others stand in it"));
    Err(refused.hint("end its texts one by one; a section may be withdrawn, which hides it and keeps its texts"))
}

/// The notice, written out in every language, so that a later change of wording alters no old notice.
fn wording(ending: &Ending) -> Vec<NoticeText> {
    if !ending.notice.is_empty() {
        return ending.notice.clone();
    }
    crate::notices::standard(ending.action)
}

/// The document that a person means by a file, an id or an address.
fn document(folder: &Folder, register: &Register, names: &Names, text: &str) -> Done<DocumentId> {
    if let Some(no) = text.parse().ok().and_then(|id| register.by_id(id)) {
        return Ok(register.document(no).id);
    }
    match by_file(register, names, text) {
        Err(_) if named::is_address(text) => named::document(folder, register, text),
        // A path from the root may be that of a page, too.
        Err(unknown) if text.starts_with('/') => named::document(folder, register, text).map_err(|_| unknown),
        found => found,
    }
}

fn by_file(register: &Register, names: &Names, text: &str) -> Done<DocumentId> {
    if std::path::Path::new(text).is_dir() {
        let failure = Failure::usage(format!("{text}: is a folder"));
        return Err(failure.hint("what ends is named one by one: by its file, its id or its address"));
    }
    let unknown = || {
        Failure::usage(format!(
            "{text}: neither a text that was published from this file nor the id of a document on record"
        ))
        .hint(crate::texts::FIND)
    };
    // As `read_folder` names texts; a file that is gone has only its written path.
    let written = || std::path::absolute(text);
    let whole = std::path::Path::new(text)
        .canonicalize()
        .or_else(|_| written())
        .map_err(|_| unknown())?;
    let path = whole.to_str().ok_or_else(unknown)?.trim_start_matches('/').to_owned();
    let name = match crate::texts::file_name(&path) {
        Ok(import::text::FileName::Words { name, .. } | import::text::FileName::Facts { name }) => name,
        _ => path,
    };
    names
        .get(&name)
        .filter(|id| register.by_id(*id).is_some())
        .ok_or_else(unknown)
}

/// Title of a document, and the languages that end: whatever file was named, all of them unless one was asked for.
fn told(register: &Register, change: &Change) -> (String, String) {
    let Some(document) = register.by_id(change.id).map(|no| register.document(no)) else {
        return (String::new(), String::new());
    };
    let title = document.original().map(|words| &*words.head.title);
    let title = title.unwrap_or_else(|| document.facts.kind.word());
    let langs: Vec<&str> = document.words.iter().map(|words| words.lang.as_str()).collect();
    let langs = match (change.lang.is_facts(), langs.as_slice()) {
        (false, _) => format!("in {} only", change.lang),
        (true, []) => String::new(),
        (true, [one]) => format!("in {one}"),
        (true, all) => format!("in all languages: {}", all.join(", ")),
    };
    (title.to_owned(), langs)
}

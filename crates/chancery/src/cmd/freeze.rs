//! `chancery freeze`: the root keys end the record; nothing is accepted any more.

use super::init::is_origin;
use crate::{
    clock,
    folder::Folder,
    keys,
    output::{self, Context as _, Done, Failure, note, say},
    reading::Files,
    writing::Writing,
};
use record::{
    entry::{Action, Freeze},
    id::DocumentId,
    lang::Lang,
    register::{DocNo, Document, Edition, Register},
};
use std::path::PathBuf;
use tlog::note::SigningKey;

/// Arguments of `freeze`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// Name of the record that will go on, as `init --origin` is given it
    #[arg(long, value_name = "ORIGIN")]
    pub successor: Option<String>,
    /// The ministry stands by this many entries only, from the first on; all of them unless given
    #[arg(long, value_name = "ENTRIES")]
    pub good: Option<u64>,
    /// Folder or file of a root key, as often as the quorum asks for; otherwise root-key/ of the data folder
    #[arg(long, value_name = "PATH")]
    pub root_key: Vec<PathBuf>,
    /// Write the entry to a file for root keys that lie elsewhere, instead of entering it
    #[arg(long, value_name = "FILE")]
    pub propose: Option<PathBuf>,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Go ahead without asking
    #[arg(long, short)]
    pub yes: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    let freeze = wanted(args, &writing)?;
    check(&writing.register, &freeze)?;
    tell(&writing.register, &freeze);
    if args.dry_run {
        return writing.close_dry();
    }
    if let Some(path) = &args.propose {
        let draft = writing.composed(0, clock::now(), |composer| Ok(vec![composer.freeze(freeze, &[])?]))?;
        return writing.propose(draft, None, path);
    }
    let roots = keys::quorum(&writing.folder, &writing.register, &args.root_key)?;
    let roots: Vec<&SigningKey> = roots.iter().collect();
    output::confirm(args.yes, "Freeze the record? Nothing can ever be added to it again.")?;
    let draft = writing.composed(0, clock::now(), |composer| Ok(vec![composer.freeze(freeze, &roots)?]))?;
    let commit = writing.commit(vec![draft])?;
    note(format!("frozen by entry {} of the record", commit.first));
    note(format!(
        "Next: chancery init NEW --successor-of {} --origin … makes the record that goes on; go on serving this one, so that its proofs can be checked.",
        args.folder.display()
    ));
    writing.close()
}

fn wanted(args: &Args, writing: &Writing) -> Done<Freeze> {
    let here = writing.size();
    let size = args.good.unwrap_or(here);
    if size == 0 || size > here {
        return Err(Failure::usage(format!("--good {size}: the record has {here} entries")));
    }
    let files = Files::new(&writing.folder.record(), here);
    let root = files.log().root(size).at("record")?;
    let root = root.ok_or_else(|| Failure::new("record: the tiles are not whole"))?;
    let successor = args.successor.as_deref().map(Into::into);
    Ok(Freeze { size, root, successor })
}

/// Refuses a freeze that would leave a record of which nobody could say where it goes on, or what of it holds.
pub(super) fn check(register: &Register, freeze: &Freeze) -> Done {
    check_successor(register, freeze.successor.as_deref())?;
    check_shown(register, freeze.size)
}

fn check_successor(register: &Register, successor: Option<&str>) -> Done {
    match successor {
        Some(origin) if !is_origin(origin) => Err(Failure::usage(format!(
            "--successor: `{origin}` is not a name such as record.mfa.example"
        ))),
        Some(origin) if origin == register.origin() => {
            let failure = Failure::usage("--successor: this is the name of the record itself");
            Err(failure.hint("another record has another name, such as record2.mfa.example"))
        }
        _ => Ok(()),
    }
}

/// Pages show nothing that the ministry does not stand by: such texts are retracted first.
fn check_shown(register: &Register, good: u64) -> Done {
    let shown: Vec<String> = register
        .documents()
        .filter_map(|no| disowned(register, no, good))
        .map(|id| id.to_string())
        .collect();
    if shown.is_empty() {
        return Ok(());
    }
    let what = format!(
        "entries from {good} on published what pages still show, of {} documents: {}",
        shown.len(),
        shown.join(" ")
    );
    Err(Failure::usage(what).hint(
        "`chancery retract` takes these off all pages, and `chancery erase` the notice of a retraction; then freeze",
    ))
}

fn disowned(register: &Register, no: DocNo, good: u64) -> Option<DocumentId> {
    let doc = register.document(no);
    let mut shown = editions(doc).filter(|(lang, edition)| {
        edition.index >= good
            && edition.sealed.is_some()
            && edition.erased.is_none()
            && doc.withheld_by(*lang, edition.index).is_none()
            && !takes_off(doc, *lang, edition, good)
    });
    shown.next().map(|_| doc.id)
}

/// True of the retract that takes off pages what the ministry does not stand by; its notice may say so.
fn takes_off(doc: &Document, lang: Lang, retract: &Edition, good: u64) -> bool {
    let mut before = editions(doc).filter(|(of, edition)| {
        (lang.is_facts() || *of == lang)
            && (good..retract.index).contains(&edition.index)
            && edition.action != Action::Retract
            && edition.sealed.is_some()
    });
    retract.action == Action::Retract && before.next().is_some()
}

/// Every edition of a document, with its language.
fn editions(doc: &Document) -> impl Iterator<Item = (Lang, &Edition)> {
    let facts = doc.facts_editions.iter().map(|edition| (Lang::FACTS, edition));
    let words = doc
        .words
        .iter()
        .flat_map(|words| words.editions.iter().map(|edition| (words.lang, edition)));
    facts.chain(words)
}

fn tell(register: &Register, freeze: &Freeze) {
    say(format!("freeze\t{}\tentry {}", register.origin(), register.size()));
    say(format!("stands by\t{} entries\troot {}", freeze.size, freeze.root));
    if let Some(successor) = &freeze.successor {
        say(format!("goes on as\t{successor}"));
    }
}

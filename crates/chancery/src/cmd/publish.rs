//! `chancery publish` and `chancery correct`: the one place where texts meet the record.
//!
//! The walk of a call, and what a crash leaves after each step:
//!
//! 1. The texts are read and checked. *Nothing is left.*
//! 2. Names of new documents are stored with their ids. *The next attempt takes the same ids.*
//! 3. Changes are computed against the register: what is equal to the record asks for nothing. *Nothing is left.*
//! 4. They are shown, and confirmed where a person is there.
//! 5. They are committed as one group. *All is public, or nothing; the next attempt finds which.*

use crate::{
    clock,
    folder::Folder,
    output::{self, Done, Failure, note},
    reading::Files,
    texts::{self, Mode, Names, Plan, Texts},
    writing::Writing,
};
use record::{
    body::Inline,
    compose::Change,
    date::Moment,
    entry::{Action, Update},
    lang::Lang,
    register::Register,
    words::NoticeText,
};
use site::view::Bases;
use std::path::PathBuf;
use tlog::writer::Commit;

/// Arguments of `publish`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// Folders of texts, or single files
    #[arg(required = true)]
    pub texts: Vec<PathBuf>,
    /// Go ahead without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Show what would be public and stop
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `correct`.
#[derive(clap::Args, Debug)]
pub struct CorrectArgs {
    #[command(flatten)]
    args: Args,
    /// correction (it was wrong), update (the facts changed), clarification, editorial (typing), translation, re-import
    #[arg(long, value_parser = update_kind)]
    update: Option<Update>,
    /// What readers are told about the change, once for each language
    #[arg(long, value_name = "LANG=TEXT")]
    notice: Vec<String>,
}

fn update_kind(word: &str) -> Result<Update, String> {
    let all: Vec<&str> = Update::ALL.iter().map(|u| u.word()).collect();
    Update::from_word(word).ok_or_else(|| format!("one of {}", all.join(", ")))
}

/// Runs `publish`.
pub fn run(args: &Args) -> Done {
    call(args, &Mode::Publish)
}

/// Runs `correct`.
pub fn correct(args: &CorrectArgs) -> Done {
    let notice = args.notice.iter().map(|text| notice_text(text)).collect::<Done<_>>()?;
    let update = match args.update {
        Some(update) => update,
        None => ask_update()?,
    };
    call(&args.args, &Mode::Correct { update, notice })
}

/// Asks what kind of update it is.
fn ask_update() -> Done<Update> {
    let all: Vec<&str> = Update::ALL.iter().map(|u| u.word()).collect();
    let missing = || {
        Failure::usage("--update is missing: the public is told what kind of change it is")
            .hint(format!("one of {}", all.join(", ")))
    };
    if !output::can_ask() {
        return Err(missing());
    }
    Update::from_word(&output::ask(&format!(
        "What kind of update is it ({})?",
        all.join(", ")
    ))?)
    .ok_or_else(missing)
}

/// `en=The date was wrong.` as a notice.
pub fn notice_text(text: &str) -> Done<NoticeText> {
    let wrong = || {
        Failure::usage(format!("--notice: `{text}` is not LANG=TEXT"))
            .hint("such as --notice \"en=The date was wrong.\"")
    };
    let (tag, words) = text.split_once('=').ok_or_else(wrong)?;
    let lang: Lang = tag.parse().map_err(|_| wrong())?;
    let text = record::body::normal(vec![Inline::Plain(words.to_owned())]);
    if text.is_empty() {
        Err(wrong())
    } else {
        Ok(NoticeText { lang, text })
    }
}

fn call(args: &Args, mode: &Mode) -> Done {
    let folder = Folder::open(&args.folder)?;
    let texts = texts::read_folder(&args.texts)?;
    let mut writing = Writing::open(folder)?;
    let now = clock::now();
    let plan = prepare(&mut writing, &texts, mode, now)?;
    if plan.is_empty() {
        note("nothing to do: the record says all of this already");
        return writing.close();
    }
    show(&writing.register, &plan);
    if args.dry_run {
        note("nothing was published: this was a dry run");
        return Ok(());
    }
    confirm(args, &plan)?;
    let commit = commit(&mut writing, plan, now)?;
    note(format!(
        "published: entries {} to {} of the record",
        commit.first,
        commit.size - 1
    ));
    writing.close()
}

/// A person at a terminal sees it before it happens; a script has said so by calling.
fn confirm(args: &Args, plan: &Plan) -> Done {
    if args.yes || !output::can_ask() {
        return Ok(());
    }
    output::confirm(
        false,
        &format!("Publish {} now?", counted(plan.len(), "entry", "entries")),
    )
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}

/// Gives new documents their ids, stores them, and computes the changes.
pub fn prepare(writing: &mut Writing, texts: &Texts, mode: &Mode, now: Moment) -> Done<Plan> {
    let mut names = Names::read(&writing.folder)?;
    for name in texts.keys() {
        names.id_of(name)?;
    }
    let files = Files::new(&writing.folder.record(), writing.size());
    let plan = texts::plan(&writing.register, &files, &names, texts, mode, now)?;
    names.save(&writing.folder)?;
    Ok(plan)
}

/// Makes a plan public as one group.
pub fn commit(writing: &mut Writing, plan: Plan, now: Moment) -> Done<Commit> {
    let changes: Vec<Change> = plan.into_iter().map(|planned| planned.change).collect();
    writing.publish(changes, now)
}

/// What will be public where, a line for each change.
fn show(register: &Register, plan: &Plan) {
    let bases = Bases::new("");
    for told in plan.iter().map(|planned| &planned.told) {
        let what = match (told.action, told.lang.is_facts()) {
            (Action::Correct, true) => format!("correct the facts ({})", told.title),
            (Action::Correct, false) => format!("correct {}: {}", told.lang, told.title),
            (_, true) => format!("publish facts ({})", told.title),
            (_, false) => format!("publish {}: {}", told.lang, told.title),
        };
        println!("{}\t{what}", told.file);
    }
    let documents: std::collections::BTreeSet<_> = plan.iter().map(|planned| planned.told.id).collect();
    let _ = (register, bases);
    println!(
        "{} about {}",
        counted(plan.len(), "entry", "entries"),
        counted(documents.len(), "document", "documents")
    );
}

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
    output::{self, Done, Failure, note, say},
    reading::Files,
    seen,
    texts::{self, Mode, Names, Plan, Texts, Told},
    writing::Writing,
};
use record::{
    body::Inline,
    compose::Change,
    date::Moment,
    entry::{Action, Update},
    facts::{Carry, Mode as Duty},
    lang::Lang,
    words::NoticeText,
};
use site::{
    address::{Address, Form},
    view::View,
};
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
    /// Go ahead without asking; where nobody is at a terminal, nobody is asked
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
    /// Bring back what was withdrawn, retracted or erased; else such texts are passed over
    #[arg(long)]
    reinstate: bool,
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
    let reinstate = args.reinstate;
    let mode = Mode::Correct {
        update,
        notice,
        reinstate,
    };
    call(&args.args, &mode)
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
    let plan = prepare(&mut writing, &texts, mode, now, !args.dry_run)?;
    plan.notes.iter().for_each(note);
    if plan.changes.is_empty() {
        note(if plan.notes.is_empty() {
            "nothing to do: the record says all of this already"
        } else {
            "nothing to do: the record says all else already"
        });
        return writing.close();
    }
    let (told, changes): (Vec<Told>, Vec<Change>) = plan.changes.into_iter().map(|one| (one.told, one.change)).unzip();
    // From here on the register holds the changes; nothing is written before `commit`.
    let before = writing.register.size();
    let draft = writing.compose(changes, now);
    let draft = draft.map_err(|failure| within_file(failure, &told, writing.register.size() - before))?;
    show(&writing, &told)?;
    if args.dry_run {
        note("nothing was published: this was a dry run");
        return Ok(());
    }
    confirm(args, told.len())?;
    let commit = writing.commit(vec![draft])?;
    let entries = output::entries(commit.first, commit.size);
    note(format!("published: {entries} of the record"));
    writing.close()
}

/// The register holds what was composed before the refusal, so the next change is the one refused.
fn within_file(failure: Failure, told: &[Told], composed: u64) -> Failure {
    let refused = usize::try_from(composed).ok().and_then(|at| told.get(at));
    match refused {
        Some(told) if failure.code == output::USAGE => failure.within(&told.file),
        _ => failure,
    }
}

/// A person at a terminal sees it before it happens; a script has said so by calling.
fn confirm(args: &Args, entries: usize) -> Done {
    if args.yes || !output::can_ask() {
        return Ok(());
    }
    output::confirm(false, &format!("Publish {} now?", counted(entries, "entry", "entries")))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}

/// Gives new documents their ids, stores them if they are to be kept, and computes the changes.
pub fn prepare(writing: &mut Writing, texts: &Texts, mode: &Mode, now: Moment, keep: bool) -> Done<Plan> {
    let mut names = Names::read(&writing.folder)?;
    for (name, document) in texts {
        texts::adopt(&mut names, &writing.register, name, document)?;
        names.id_of(name)?;
    }
    let files = Files::new(&writing.folder.record(), writing.size());
    let plan = texts::plan(&writing.register, &files, &names, texts, mode, now)?;
    if keep {
        names.save(&writing.folder)?;
    }
    Ok(plan)
}

/// Makes a plan public as one group.
pub fn commit(writing: &mut Writing, plan: Plan, now: Moment) -> Done<Commit> {
    let changes: Vec<Change> = plan.changes.into_iter().map(|planned| planned.change).collect();
    writing.publish(changes, now)
}

/// What will be public where, a line for each change: file, what happens, address.
fn show(writing: &Writing, told: &[Told]) -> Done {
    let base = writing.folder.config.address.as_deref().unwrap_or_default();
    seen::with(&writing.folder, &writing.register, writing.size(), base, |view| {
        for told in told {
            let line = format!("{}\t{}\t{}", told.file, what(told), place(view, told));
            say(line.trim_end());
        }
    })?;
    let documents: std::collections::BTreeSet<_> = told.iter().map(|told| told.id).collect();
    let (entries, documents) = (
        counted(told.len(), "entry", "entries"),
        counted(documents.len(), "document", "documents"),
    );
    say(format!("{entries} about {documents}"));
    Ok(())
}

/// What happens, in words.
pub fn what(told: &Told) -> String {
    let verb = if told.action == Action::Correct {
        "correct"
    } else {
        "publish"
    };
    if told.lang.is_facts() {
        format!("{verb} facts ({})", told.title)
    } else {
        format!("{verb} {}: {}", told.lang, told.title)
    }
}

/// Where it will be public: the address of a text, and which sites carry it.
pub fn place(view: &View<'_>, told: &Told) -> String {
    let Some(doc) = view.register.by_id(told.id) else {
        return String::new();
    };
    let facts = view.facts(doc);
    if told.lang.is_facts() {
        return facts.carry.iter().map(carried).collect::<Vec<_>>().join("; ");
    }
    let site = facts.site.as_deref().and_then(|code| view.register.site_by_code(code));
    match (facts.kind.text(), site) {
        (Some(_), Some(site)) => Address::Document {
            site,
            lang: told.lang,
            doc,
            form: Form::Html,
        }
        .path(view),
        _ => String::new(),
    }
}

fn carried(rule: &Carry) -> String {
    let mode = if rule.mode == Duty::Must {
        "carried by"
    } else {
        "may be carried by"
    };
    let part = |what: &str, all: &[Box<str>]| (!all.is_empty()).then(|| format!("{what} {}", all.join(", ")));
    let langs: Vec<Box<str>> = rule.langs.iter().map(|lang| lang.as_str().into()).collect();
    let parts = [
        part("sites", &rule.sites),
        part("sites in", &rule.countries),
        part("in", &langs),
    ];
    format!("{mode} {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

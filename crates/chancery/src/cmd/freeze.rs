//! `chancery freeze`: the root keys end the record; nothing is accepted any more.

use super::init::is_origin;
use super::rooted::Rooted;
use crate::{
    clock, disowned,
    erasing::manifest,
    folder::Folder,
    output::{self, Context as _, Done, Failure, note, say},
    reading::Files,
    writing::Writing,
};
use record::{entry::Freeze, register::Register};
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
    #[command(flatten)]
    pub rooted: Rooted,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    let freeze = wanted(args, &writing)?;
    check(&writing, &freeze)?;
    tell(&writing.register, &freeze);
    if args.rooted.dry_run {
        return writing.close_dry();
    }
    if let Some(path) = &args.rooted.propose {
        let draft = writing.composed(0, clock::now(), |composer| Ok(vec![composer.freeze(freeze, &[])?]))?;
        return writing.propose(draft, None, path);
    }
    let roots = args.rooted.roots(&writing)?;
    let roots: Vec<&SigningKey> = roots.iter().collect();
    output::confirm(
        args.rooted.yes,
        "Freeze the record? Nothing can ever be added to it again.",
    )?;
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
pub(super) fn check(writing: &Writing, freeze: &Freeze) -> Done {
    check_successor(&writing.register, freeze.successor.as_deref())?;
    check_shown(writing, freeze.size)
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
fn check_shown(writing: &Writing, good: u64) -> Done {
    let files = Files::new(&writing.folder.record(), writing.size());
    let shown = disowned::shown(&writing.register, good, &|edition| manifest(&files, edition));
    if shown.is_empty() {
        return Ok(());
    }
    let data = writing.folder.root().display().to_string();
    let what = format!(
        "entries from {good} on published what pages still show:\n       {}",
        disowned::listed(&shown, &data)
    );
    Err(Failure::usage(what).hint(
        "run what stands behind each, then freeze: `chancery retract` takes texts off all pages, `chancery erase` a notice in words of its own",
    ))
}

fn tell(register: &Register, freeze: &Freeze) {
    say(format!("freeze\t{}\tentry {}", register.origin(), register.size()));
    say(format!("stands by\t{} entries\troot {}", freeze.size, freeze.root));
    if let Some(successor) = &freeze.successor {
        say(format!("goes on as\t{successor}"));
    }
}

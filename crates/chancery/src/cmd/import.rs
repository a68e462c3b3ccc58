//! `chancery import`: captured pages and JSON Lines become entries.

mod pages;

use crate::{
    clock,
    cmd::site as sites,
    folder::Folder,
    intake::{
        As, Tally, lines,
        pages::Form,
        review::Review,
        statements::{self, Came},
    },
    output::{self, Done, Failure, note, warn},
    writing::{NOTHING, Writing},
};
use import::jsonl;
use std::path::PathBuf;

/// Arguments of `import`.
#[derive(clap::Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// Captured pages (.txt, .html), or statements as JSON Lines (.jsonl)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Of pages: the site they belong to
    #[arg(long, value_name = "CODE")]
    pub site: Option<String>,
    /// Of pages: their language
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,
    /// Of pages: the time zone of their dates, such as Asia/Ho_Chi_Minh; otherwise that of the site
    #[arg(long)]
    pub zone: Option<String>,
    /// Of pages: make the sections and topics that the site lacks, as proposed
    #[arg(long)]
    pub create_sections: bool,
    /// Of pages: what becomes of their sections and topics, as FILE.mapping.toml proposes and you edited it
    #[arg(long, value_name = "FILE", conflicts_with = "create_sections")]
    pub mapping: Option<PathBuf>,
    /// Of pages: the section, by slug, of those that name none
    #[arg(long, value_name = "SLUG")]
    pub section: Option<String>,
    /// Old pages, or statements published now
    #[arg(long = "as", value_name = "KIND", value_enum, default_value_t)]
    pub kind: As,
    /// Of one page: the address it had, with its query string; it will lead to the new one
    #[arg(long)]
    pub url: Option<String>,
    /// Of pages: take one for a new capture of what is on record under its name, though title and date are others
    #[arg(long)]
    pub re_import: bool,
    /// Of JSON Lines: sites to add first, {"code", "name", "langs"} a line
    #[arg(long, value_name = "FILE")]
    pub sites: Option<PathBuf>,
    /// Folder or file of a root key, as often as the quorum asks for; otherwise root-key/ of the data folder; new sites need it
    #[arg(long, value_name = "PATH")]
    pub root_key: Vec<PathBuf>,
    /// Of JSON Lines: refuse sections and topics that are not on record instead of making them
    #[arg(long)]
    pub strict: bool,
    /// Write here what a person should look at
    #[arg(long, value_name = "FILE")]
    pub review: Option<PathBuf>,
    /// Show what would be imported and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Go ahead without asking
    #[arg(long, short)]
    pub yes: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let is_lines = |file: &&PathBuf| {
        let ending = file.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        matches!(ending.as_deref(), Some("jsonl" | "ndjson"))
    };
    let lines = args.files.iter().filter(is_lines).count();
    let mut files = args.files.iter();
    if let Some(file) = files.find(|file| !is_lines(file) && Form::of(file).is_none()) {
        return Err(
            Failure::usage(format!("{}: not a file that can be imported", file.display()))
                .hint("pages end in .txt or .html, statements in .jsonl"),
        );
    }
    match lines {
        0 => pages::run(args),
        n if n == args.files.len() => import_lines(args),
        _ => Err(Failure::usage("pages and JSON Lines together").hint("import them one after the other")),
    }
}

/// Tells what was done, and ends in order where the register says what the record says.
fn finish(writing: Writing, done: Done, tally: &Tally) -> Done {
    tally.left.iter().for_each(warn);
    match done {
        Ok(()) => {
            note(format!("imported: {tally}"));
            writing.close()
        }
        Err(failure) if tally.is_nothing() => Err(failure),
        Err(failure) => {
            note(format!("imported before the error: {tally}"));
            if writing.register.size() > 0 {
                writing.close()?;
            }
            let hint = cure(failure.hint.as_deref());
            Err(failure.hint(hint).code(output::FAILED))
        }
    }
}

/// What to do after an error of an import that is partly on record.
fn cure(hint: Option<&str>) -> String {
    let goes_on = "what was imported stays; run the command again once it is mended, and it goes on";
    let parts = hint.into_iter().flat_map(|hint| hint.split("; "));
    // Of one group that is true; others are on record.
    let parts = parts.filter(|part| *part != NOTHING).chain([goes_on]);
    parts.collect::<Vec<_>>().join("; ")
}

fn import_lines(args: &Args) -> Done {
    let of_pages = [
        ("--site", args.site.is_some()),
        ("--lang", args.lang.is_some()),
        ("--zone", args.zone.is_some()),
        ("--url", args.url.is_some()),
        ("--mapping", args.mapping.is_some()),
        ("--section", args.section.is_some()),
        ("--create-sections", args.create_sections),
        ("--re-import", args.re_import),
    ];
    if let Some((flag, _)) = of_pages.iter().find(|(_, given)| *given) {
        return Err(Failure::usage(format!(
            "{flag} goes with pages; JSON Lines say it in each line"
        )));
    }
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    let sites = add_sites(args, &mut writing)?;
    if !args.yes && !args.dry_run && output::can_ask() {
        let names: Vec<String> = args.files.iter().map(|file| file.display().to_string()).collect();
        output::confirm(false, &format!("Import {} now?", names.join(", ")))?;
    }
    let wanted = statements::Wanted {
        files: &args.files,
        action: args.kind.action(),
        strict: args.strict,
        dry: args.dry_run,
        sites: &sites,
    };
    let mut came = Came {
        review: Review::new(args.review.as_deref())?,
        ..Came::default()
    };
    let done = statements::import(&mut writing, &wanted, &clock::now, &mut came);
    tell(&came, args.dry_run);
    std::mem::take(&mut came.review).end()?.iter().for_each(note);
    if args.dry_run {
        return after_dry_run(done, &came);
    }
    finish(writing, done, &came.tally)
}

/// Adds the sites that the record lacks; in a dry run gives them, to be taken as there.
fn add_sites(args: &Args, writing: &mut Writing) -> Done<Vec<sites::Wanted>> {
    let Some(file) = &args.sites else {
        return Ok(Vec::new());
    };
    let mut wanted = Vec::new();
    let mut lines = lines::open(file)?;
    loop {
        let (stretch, read) = lines.stretch()?;
        if read == 0 {
            break;
        }
        for line in stretch {
            let site = jsonl::parse_site(&line.bytes, line.number);
            let site = site.map_err(|error| Failure::usage(format!("{} {error}", file.display())))?;
            wanted.push(sites::Wanted::from(site));
        }
    }
    if args.dry_run {
        wanted.retain(|site| writing.register.site_by_code(&site.code).is_none());
        note(format!("{} sites would be added", wanted.len()));
        return Ok(wanted);
    }
    let added = sites::add(writing, wanted, &args.root_key, clock::now())?;
    match added.len() {
        0 => {}
        1..=12 => note(format!("added sites {}", added.join(", "))),
        n => note(format!("added {n} sites")),
    }
    Ok(Vec::new())
}

/// How many of the sections and topics that were made are told one by one.
const MOST_MADE: usize = 20;

fn tell(came: &Came, dry: bool) {
    let made = if dry { "would make" } else { "made" };
    for one in came.tally.made.iter().take(MOST_MADE) {
        note(format!("{made} {one}"));
    }
    if came.tally.made.len() > MOST_MADE {
        note(format!(
            "{made} {} sections and topics more",
            came.tally.made.len() - MOST_MADE
        ));
    }
    for place in &came.empty {
        warn(format!("{place}: the text is empty"));
    }
    let more = came.empty_count.saturating_sub(came.empty.len() as u64);
    if more > 0 {
        warn(format!("{more} texts more are empty"));
    }
    if !came.speed.is_empty() {
        note(format!("read {}", came.speed));
    }
}

fn after_dry_run(done: Done, came: &Came) -> Done {
    done?;
    if came.problems.is_empty() {
        note(format!("nothing was imported: this was a dry run of {}", came.tally));
        return Ok(());
    }
    Err(Failure::usage(came.problems.join("\n       ")).hint("nothing was imported: this was a dry run"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_something_was_imported_nobody_says_that_nothing_was_published() {
        let stays = cure(None);
        assert!(stays.starts_with("what was imported stays"), "{stays}");
        assert_eq!(cure(Some(NOTHING)), stays);
        let full = cure(Some(&format!("make room on the disk; {NOTHING}")));
        assert_eq!(full, format!("make room on the disk; {stays}"));
    }
}

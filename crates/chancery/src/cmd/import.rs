//! `chancery import`: captured pages and JSON Lines become entries.

use crate::{
    clock,
    cmd::site as sites,
    folder::Folder,
    intake::{
        As, Tally, bulk, decide, lines,
        pages::{self, Common, Form, Page},
        review::Review,
        statements::{self, Came},
        structure::{self, Structure, site_no},
    },
    output::{self, Context as _, Done, Failure, note, warn},
    writing::Writing,
};
use import::{
    jsonl,
    mapping::{self, Fate, Mapping},
};
use record::lang::Lang;
use std::path::{Path, PathBuf};

/// Arguments of `import`.
#[derive(clap::Args, Debug)]
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
    /// Of JSON Lines: sites to add first, {"code", "name", "langs"} a line
    #[arg(long, value_name = "FILE")]
    pub sites: Option<PathBuf>,
    /// Folder or file of the root key, once it has moved from the data folder; new sites need it
    #[arg(long)]
    pub root_key: Option<PathBuf>,
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
    for file in args
        .files
        .iter()
        .filter(|file| !is_lines(file) && Form::of(file).is_none())
    {
        return Err(
            Failure::usage(format!("{}: not a file that can be imported", file.display()))
                .hint("pages end in .txt or .html, statements in .jsonl"),
        );
    }
    match lines {
        0 => import_pages(args),
        n if n == args.files.len() => import_lines(args),
        _ => Err(Failure::usage("pages and JSON Lines together").hint("import them one after the other")),
    }
}

/// A page with the slug of its section.
type Placed = (Page, String);

fn import_pages(args: &Args) -> Done {
    if args.sites.is_some() {
        return Err(Failure::usage("--sites goes with JSON Lines").hint("add the site with `chancery site add`"));
    }
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    let common = common(args, &writing)?;
    let pages = pages::read(&args.files, &common, &writing.register)?;
    let (known, fresh): (Vec<Page>, Vec<Page>) = pages.into_iter().partition(|page| page.is_on_record);
    if fresh.is_empty() {
        note("nothing to do: the record has these pages already");
        return writing.close();
    }
    let mut review = Review::new(args.review.as_deref())?;
    fresh.iter().try_for_each(|page| review.page(page))?;
    review.end()?.iter().for_each(note);
    let mapping = mapping_of(args, &writing, &common, &fresh)?;
    let placed = place(args, &common, &mapping, fresh)?;
    show(args, &common, &mapping, &placed);
    if args.dry_run {
        note("nothing was imported: this was a dry run");
        return Ok(());
    }
    if !args.yes && output::can_ask() {
        output::confirm(false, "Import them now?")?;
    }
    let mut tally = Tally {
        same: known.len() as u64,
        ..Tally::default()
    };
    let done = commit_pages(args, &mut writing, &common, &mapping, placed, &mut tally);
    finish(writing, done, &tally)
}

fn common(args: &Args, writing: &Writing) -> Done<Common> {
    let missing =
        |what: &str| Failure::usage(format!("{what} is missing")).hint("pages need --site CODE and --lang TAG");
    let code = args.site.as_deref().ok_or_else(|| missing("--site"))?;
    let tag = args.lang.as_deref().ok_or_else(|| missing("--lang"))?;
    let lang: Lang = sites::language(tag)?;
    let site = site_no(&writing.register, code)?;
    let facts = writing.register.site(site).ok_or_else(|| missing("--site"))?;
    if !facts.langs.contains(&lang) {
        let langs: Vec<&str> = facts.langs.iter().map(Lang::as_str).collect();
        return Err(Failure::usage(format!("site `{code}` has no language `{lang}`"))
            .hint(format!("it has {}", langs.join(", "))));
    }
    let zone = args.zone.as_deref().map(Into::into).or_else(|| facts.zone.clone());
    if let Some(zone) = zone.as_deref().filter(|zone| jiff::tz::TimeZone::get(zone).is_err()) {
        return Err(Failure::usage(format!("--zone: `{zone}` is no IANA time zone")).hint("such as Asia/Ho_Chi_Minh"));
    }
    if let Some(url) = &args.url {
        crate::intake::piece::check_address(url).map_err(|what| Failure::usage(format!("--url: {what}")))?;
        if args.files.len() > 1 {
            return Err(
                Failure::usage("--url is the address of one page").hint("import that page in a call of its own")
            );
        }
    }
    Ok(Common {
        site: facts.code.clone(),
        lang,
        zone,
        url: args.url.clone(),
    })
}

/// The mapping that a person edited, else the proposal.
fn mapping_of(args: &Args, writing: &Writing, common: &Common, pages: &[Page]) -> Done<Mapping> {
    if let Some(file) = &args.mapping {
        let text = std::fs::read_to_string(file).at(file.display())?;
        return mapping::read(&text).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(|p| format!("{} {p}", file.display())).collect();
            Failure::usage(lines.join("\n       "))
        });
    }
    let known = structure::known(&writing.register, site_no(&writing.register, &common.site)?);
    Ok(mapping::propose(pages.iter().map(|page| &page.candidate), &known))
}

/// What the mapping would make, a line each.
fn news(mapping: &Mapping) -> Vec<String> {
    let sections = mapping.sections.iter().filter_map(|row| match &row.fate {
        Fate::New(new) => Some(format!("section\t{}\t{}", new.slug, new.title)),
        _ => None,
    });
    let topics = mapping.topics.iter().filter_map(|row| match &row.fate {
        Fate::New(new) => Some(format!("topic\t{}\t{}", new.slug, new.title)),
        _ => None,
    });
    sections.chain(topics).collect()
}

/// Gives each page its section, or says what the site lacks.
fn place(args: &Args, common: &Common, mapping: &Mapping, pages: Vec<Page>) -> Done<Vec<Placed>> {
    let may_make = args.create_sections || args.mapping.is_some();
    let is_new = |slug: &str| {
        let mut rows = mapping.sections.iter();
        rows.any(|row| matches!(&row.fate, Fate::New(new) if new.slug == slug))
    };
    let (mut placed, mut wrong) = (Vec::new(), Vec::new());
    for page in pages {
        let label = pages::section(&page.candidate);
        match pages::mapped(&page.candidate, mapping).or(args.section.as_deref()) {
            Some(slug) if may_make || !is_new(slug) => placed.push((slug.to_owned(), page)),
            Some(_) => wrong.push(format!(
                "{}: site `{}` has no section `{label}`",
                page.file, common.site
            )),
            None if label.is_empty() => wrong.push(format!("{}: names no section: give --section SLUG", page.file)),
            None => wrong.push(format!(
                "{}: the mapping gives the section `{label}` no place",
                page.file
            )),
        }
    }
    let missing = news(mapping);
    let proposed = if may_make || missing.is_empty() {
        None
    } else {
        Some(propose(args, mapping, &missing)?)
    };
    if wrong.is_empty() {
        return Ok(placed.into_iter().map(|(slug, page)| (page, slug)).collect());
    }
    let failure = Failure::usage(wrong.join("\n       "));
    Err(match proposed {
        Some(file) => failure.hint(format!(
            "edit {} and give it with --mapping, or take it as proposed with --create-sections",
            file.display()
        )),
        None => failure,
    })
}

/// Says what the site lacks, and writes the proposal unless a person may be editing it already.
fn propose(args: &Args, mapping: &Mapping, missing: &[String]) -> Done<PathBuf> {
    let first = args.files.first().map_or(Path::new("import"), PathBuf::as_path);
    let mut name = first.as_os_str().to_owned();
    name.push(".mapping.toml");
    let file = std::path::absolute(name).at(first.display())?;
    warn(format!(
        "the site lacks {} sections and topics that the pages name:",
        missing.len()
    ));
    missing
        .iter()
        .for_each(|line| note(format!("  {}", line.replace('\t', "  "))));
    if file.exists() {
        note(format!("{} is left as it is", file.display()));
    } else {
        crate::folder::replace(&file, mapping.to_toml().as_bytes(), false)?;
        note(format!("proposed in {}", file.display()));
    }
    Ok(file)
}

fn show(args: &Args, common: &Common, mapping: &Mapping, placed: &[Placed]) {
    if args.create_sections || args.mapping.is_some() {
        news(mapping).iter().for_each(|line| println!("make\t{line}"));
    }
    for (page, section) in placed {
        let candidate = &page.candidate;
        let date = candidate
            .date
            .map_or_else(|| "undated".to_owned(), |date| date.to_string());
        println!(
            "{}\t{}\t{date}\t{section}\t{}\t{}",
            page.file,
            args.kind.action().word(),
            common.lang,
            candidate.title
        );
        pages::told(candidate)
            .iter()
            .for_each(|line| note(format!("{}: {line}", page.file)));
    }
}

fn commit_pages(
    args: &Args,
    writing: &mut Writing,
    common: &Common,
    mapping: &Mapping,
    placed: Vec<Placed>,
    tally: &mut Tally,
) -> Done {
    let (mut pieces, mut wrong) = (Vec::new(), Vec::new());
    for (page, section) in placed {
        let file = page.file.clone();
        match pages::piece(page, &section, common) {
            Ok(piece) => pieces.push(piece),
            Err(what) => wrong.push(format!("{file}: {what}")),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::usage(wrong.join("\n       ")).hint("nothing was imported; leave these files out"));
    }
    let mut structure = Structure::new(true);
    let mut ids = Vec::new();
    bulk::run(writing, &clock::now, false, &mut |bulk| {
        if args.create_sections || args.mapping.is_some() {
            structure.make(bulk, &common.site, mapping, common.lang)?;
        }
        for piece in std::mem::take(&mut pieces) {
            let at = piece.place.to_string();
            let outcome = decide::document(bulk, &mut structure, vec![piece], args.kind.action())?;
            tally.add(&at, 1, &outcome);
            ids.extend(outcome.id.map(|id| (at, id)));
        }
        Ok(())
    })?;
    for (at, id) in ids {
        println!("{at}\t{id}\t/d/{id}");
    }
    Ok(())
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
            let hint = failure.hint.clone().unwrap_or_default();
            let goes_on = "what was imported stays; run the command again once it is mended, and it goes on";
            let hint = if hint.is_empty() {
                goes_on.to_owned()
            } else {
                format!("{hint}; {goes_on}")
            };
            Err(failure.hint(hint).code(output::FAILED))
        }
    }
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
    tell(&came);
    std::mem::take(&mut came.review).end()?.iter().for_each(note);
    if args.dry_run {
        return after_dry_run(done, came);
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
    let added = sites::add(writing, wanted, args.root_key.as_deref(), clock::now())?;
    match added.len() {
        0 => {}
        1..=12 => note(format!("added sites {}", added.join(", "))),
        n => note(format!("added {n} sites")),
    }
    Ok(Vec::new())
}

/// How many of the sections and topics that were made are told one by one.
const MOST_MADE: usize = 20;

fn tell(came: &Came) {
    for made in came.made.iter().take(MOST_MADE) {
        note(format!("made {made}"));
    }
    if came.made.len() > MOST_MADE {
        note(format!("made {} sections and topics more", came.made.len() - MOST_MADE));
    }
    note(format!("read {}", came.speed));
}

fn after_dry_run(done: Done, came: Came) -> Done {
    done?;
    if came.problems.is_empty() {
        note(format!("nothing was imported: this was a dry run of {}", came.tally));
        return Ok(());
    }
    Err(Failure::usage(came.problems.join("\n       ")).hint("nothing was imported: this was a dry run"))
}

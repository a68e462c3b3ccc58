//! Captured pages: read, given their sections, shown, and imported as one call.

use super::{Args, finish};
use crate::{
    clock,
    cmd::site as sites,
    folder::{self, Folder},
    given,
    intake::{
        Tally, before, bulk, decide,
        pages::{self, Common, Page},
        piece::check_address,
        review::Review,
        structure::{self, Structure, site_no},
    },
    output::{self, Context as _, Done, Failure, note, say, warn},
    writing::Writing,
};
use import::mapping::{self, Fate, Known, Mapping};
use record::{
    lang::Lang,
    register::{DocNo, Register},
};
use std::path::{Path, PathBuf};

/// A mapping is at most this long, in bytes.
const MOST_MAPPING: u64 = 4 << 20;

/// A page with the slug of its section.
type Placed = (Page, String);

pub(super) fn run(args: &Args) -> Done {
    if args.sites.is_some() {
        return Err(Failure::usage("--sites goes with JSON Lines").hint("add the site with `chancery site add`"));
    }
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    let common = common(args, &writing)?;
    let given = args.mapping.as_deref().map(read_mapping).transpose()?;
    let pages = pages::read(&args.files, &common, &writing.register)?;
    let (known, fresh): (Vec<Page>, Vec<Page>) = pages.into_iter().partition(|page| page.is_on_record);
    if fresh.is_empty() {
        note("nothing to do: the record has these pages already");
        return writing.close();
    }
    let mut review = Review::new(args.review.as_deref())?;
    fresh.iter().try_for_each(|page| review.page(page))?;
    review.end()?.iter().for_each(note);
    let site = site_no(&writing.register, &common.site)?;
    let there = structure::known(&writing.register, site, Some(common.lang));
    let mapping = given.unwrap_or_else(|| mapping::propose(fresh.iter().map(|page| &page.candidate), &there));
    lands(args, &writing.register, site, &common, &mapping)?;
    let lacking = news(&mapping, &there);
    let placed = place(args, &common, &mapping, &lacking, fresh)?;
    joined(&mapping, &there).iter().for_each(say);
    show(args, &common, &lacking, &placed);
    refuse_others(args, &placed)?;
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
        check_address(url).map_err(|what| Failure::usage(format!("--url: {what}")))?;
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

/// The mapping that a person edited.
fn read_mapping(file: &Path) -> Done<Mapping> {
    let text = given::text(file, MOST_MAPPING, "a mapping")?;
    mapping::read(&text).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|p| format!("{} {p}", file.display())).collect();
        Failure::usage(lines.join("\n       "))
    })
}

/// Refuses a mapping that puts texts into a section that is neither there nor made by it.
fn lands(args: &Args, register: &Register, site: DocNo, common: &Common, mapping: &Mapping) -> Done {
    let is_made = |slug: &str| {
        let mut rows = mapping.sections.iter();
        rows.any(|row| matches!(&row.fate, Fate::New(new) if new.slug == slug))
    };
    let rows = mapping.sections.iter().filter_map(|row| match &row.fate {
        Fate::Merge(slug) => Some(slug.as_str()),
        _ => None,
    });
    let mut named = rows.chain(args.section.as_deref());
    let Some(slug) = named.find(|slug| !is_made(slug) && structure::find_section(register, site, slug).is_none())
    else {
        return Ok(());
    };
    let known = register.sections(site);
    let known = known
        .into_iter()
        .filter_map(|no| Some(register.section(no)?.slug.to_string()));
    let known: Vec<String> = known.collect();
    let has = if known.is_empty() {
        "none yet".to_owned()
    } else {
        known.join(", ")
    };
    let what = format!("site `{}` has no section `{slug}`; it has {has}", common.site);
    let by = if args.section.as_deref() == Some(slug) {
        "--section"
    } else {
        "`merge` in the mapping"
    };
    Err(Failure::usage(what).hint(format!(
        "{by} names a section that is there, or that another row of the mapping makes"
    )))
}

/// What the mapping would make of what the site lacks, a line each.
fn news(mapping: &Mapping, known: &Known) -> Vec<String> {
    let lacks = |all: &[(String, Vec<String>)], slug: &str| all.iter().all(|(known, _)| known != slug);
    let sections = mapping.sections.iter().filter_map(|row| match &row.fate {
        Fate::New(new) if lacks(&known.sections, &new.slug) => Some(format!("section\t{}\t{}", new.slug, new.title)),
        _ => None,
    });
    let topics = mapping.topics.iter().filter_map(|row| match &row.fate {
        Fate::New(new) if lacks(&known.topics, &new.slug) => Some(format!("topic\t{}\t{}", new.slug, new.title)),
        _ => None,
    });
    sections.chain(topics).collect()
}

/// Which labels become those of sections of their role that another language has titled, a line each.
fn joined(mapping: &Mapping, known: &Known) -> Vec<String> {
    let is_untitled = |slug: &String| known.untitled.iter().any(|(_, other)| other == slug);
    let is_title = |slug: &String, label: &String| {
        let mut sections = known.sections.iter();
        sections.any(|(other, titles)| other == slug && titles.contains(label))
    };
    let rows = mapping.sections.iter().filter_map(|row| match &row.fate {
        Fate::Merge(slug) if is_untitled(slug) && !is_title(slug, &row.label) => {
            Some(format!("merge\tsection\t{slug}\t{}", row.label))
        }
        _ => None,
    });
    rows.collect()
}

/// Gives each page its section, or says what the site lacks.
fn place(args: &Args, common: &Common, mapping: &Mapping, lacking: &[String], pages: Vec<Page>) -> Done<Vec<Placed>> {
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
    let proposed = if may_make || lacking.is_empty() {
        None
    } else {
        Some(propose(args, mapping, lacking)?)
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
    for line in missing {
        note(format!("  {}", line.replace('\t', "  ")));
    }
    if file.exists() {
        note(format!("{} is left as it is", file.display()));
    } else {
        folder::replace(&file, mapping.to_toml().as_bytes(), false)?;
        note(format!("proposed in {}", file.display()));
    }
    Ok(file)
}

fn show(args: &Args, common: &Common, lacking: &[String], placed: &[Placed]) {
    if args.create_sections || args.mapping.is_some() {
        for line in lacking {
            say(format!("make\t{line}"));
        }
    }
    for (page, section) in placed {
        let candidate = &page.candidate;
        let date = before::told(candidate.date);
        let known = page.before.as_ref().filter(|before| before.title.is_some());
        let action = known.map_or_else(
            || args.kind.action().word().to_owned(),
            |before| format!("re-import of {}", before.id),
        );
        say(format!(
            "{}\t{action}\t{date}\t{section}\t{}\t{}",
            page.file, common.lang, candidate.title
        ));
        for line in page.before.iter().flat_map(|before| before.changes(candidate, section)) {
            note(format!("{}: {line}", page.file));
        }
        for line in pages::told(candidate) {
            note(format!("{}: {line}", page.file));
        }
    }
}

/// Pages that only share a name with what is on record would take its place: somebody must say that they shall.
fn refuse_others(args: &Args, placed: &[Placed]) -> Done {
    let others = placed.iter().filter_map(|(page, _)| {
        let before = page
            .before
            .as_ref()
            .filter(|before| before.is_another(&page.candidate))?;
        let (file, key, id) = (&page.file, &page.key, before.id);
        let what = "agrees neither in title nor in date with what is on record as";
        Some(format!("{file}: {what} `{key}` ({id})"))
    });
    let others: Vec<String> = others.collect();
    if others.is_empty() || args.re_import {
        return Ok(());
    }
    if !args.yes && !args.dry_run && output::can_ask() {
        others.iter().for_each(warn);
        return output::confirm(false, "Shall they take the place of what is on record?");
    }
    Err(Failure::usage(others.join("\n       ")).hint(
        "another page gets an address of its own with --url, or rename its file; a new capture of the same page is taken with --re-import",
    ))
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
    bulk::run(writing, &clock::now, false, tally, &mut |bulk| {
        if args.create_sections || args.mapping.is_some() {
            structure.make(bulk, &common.site, mapping, common.lang)?;
        }
        for piece in std::mem::take(&mut pieces) {
            let at = piece.place.to_string();
            let outcome = decide::document(bulk, &mut structure, vec![piece], args.kind.action())?;
            bulk.count(|tally| tally.add(&at, 1, &outcome));
            ids.extend(outcome.id.map(|id| (at, id)));
        }
        Ok(())
    })?;
    for (at, id) in ids {
        say(format!("{at}\t{id}\t/d/{id}"));
    }
    Ok(())
}

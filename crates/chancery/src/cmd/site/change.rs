//! `chancery site change`: other facts or names of a site. Its code stays, since texts name it.

use super::{check, check_hosts, corrected, in_language, known, language, named, tell_furniture};
use crate::{
    clock,
    folder::Folder,
    output::{self, Done, Failure, note, say, warn},
    reading::{self, Files},
    writing::Writing,
};
use record::{
    compose::Change,
    entry::{Action, Update},
    facts::Site,
    lang::Lang,
    register::{DocNo, Document, Manifest, Register},
    words::Words,
};
use std::path::PathBuf;

/// Arguments of `change`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    folder: PathBuf,
    /// Code of the site; it stays
    #[arg(long)]
    code: String,
    /// New name of the mission; `LANG=NAME` for one language
    #[arg(long, value_name = "[LANG=]NAME")]
    name: Vec<String>,
    /// All languages of the site in its own order, such as en,vi
    #[arg(long, value_delimiter = ',')]
    langs: Vec<String>,
    /// IANA time zone of the mission
    #[arg(long)]
    zone: Option<String>,
    /// Country it is in
    #[arg(long)]
    country: Option<String>,
    /// embassy, consulate-general, consulate, permanent-mission, delegation, ministry or other
    #[arg(long)]
    kind: Option<String>,
    /// All host names of the site; the first is the one of its addresses, the others lead there
    #[arg(long = "host")]
    hosts: Vec<String>,
    /// Take away what the pages of a mission say since `site close` or `site merge`; `key add --mission` gives it a key first
    #[arg(long)]
    reopen: bool,
    /// Show what would change, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Go ahead without asking
    #[arg(long, short)]
    yes: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Done {
    let writing = Writing::open(Folder::open(&args.folder)?)?;
    let no = known(&writing.register, &args.code)?;
    let (doc, before) = (writing.register.document(no), writing.register.site(no));
    let before = before.ok_or_else(|| Failure::new(format!("the facts of site `{}` are not there", args.code)))?;
    let site = wanted(args, before)?;
    let names = args
        .name
        .iter()
        .map(|name| in_language(name))
        .collect::<Done<Vec<_>>>()?;
    let all = super::Wanted {
        code: args.code.clone(),
        names: names_or(doc, &names),
        site: site.clone(),
    };
    check(&all)?;
    check_hosts(&all, &[], &writing.register)?;
    let files = Files::new(&writing.folder.record(), writing.size());
    let is_reopened = args.reopen && !doc.facts.notice.is_empty();
    let notice = if is_reopened {
        Vec::new()
    } else {
        doc.facts.notice.clone()
    };
    let mut changes: Vec<Change> = (site != *before || is_reopened)
        .then(|| corrected(doc, site, notice))
        .into_iter()
        .collect();
    if is_reopened {
        say(format!(
            "reopen\t{}\tits pages no longer say that it has ended",
            args.code
        ));
    }
    for (lang, name) in &names {
        changes.extend(renamed(doc, &files, *lang, name)?);
    }
    differences(&writing.register, no, &all)
        .iter()
        .for_each(|line| say(format!("change\t{}\t{line}", args.code)));
    if !args.langs.is_empty() {
        tell_furniture(&all.site.langs)?;
    }
    finish(writing, changes, args.dry_run, args.yes)
}

/// Publishes changes that were shown, once somebody agrees.
pub(super) fn finish(mut writing: Writing, changes: Vec<Change>, dry_run: bool, yes: bool) -> Done {
    if changes.is_empty() {
        note("nothing to do: the record says all of this already");
        return writing.close();
    }
    if dry_run {
        return writing.close_dry();
    }
    output::confirm(yes, "Change this?")?;
    let commit = writing.publish(changes, clock::now())?;
    let entries = output::entries(commit.first, commit.size);
    note(format!("done: {entries} of the record"));
    writing.close()
}

fn wanted(args: &Args, before: &Site) -> Done<Site> {
    let mut site = before.clone();
    if !args.langs.is_empty() {
        site.langs = args.langs.iter().map(|tag| language(tag)).collect::<Done<Vec<_>>>()?;
    }
    if !args.hosts.is_empty() {
        site.hosts = args.hosts.iter().map(|host| host.as_str().into()).collect();
    }
    let given = |new: &Option<String>, old: Option<Box<str>>| new.as_deref().map(Into::into).or(old);
    site.zone = given(&args.zone, site.zone);
    site.country = given(&args.country, site.country);
    site.kind = given(&args.kind, site.kind);
    Ok(site)
}

fn names_or(doc: &Document, given: &[(Lang, String)]) -> Vec<(Lang, String)> {
    if !given.is_empty() {
        return given.to_vec();
    }
    doc.words
        .iter()
        .map(|words| (words.lang, words.head.title.to_string()))
        .collect()
}

/// Another name in one language; `None` where it is that already.
fn renamed(doc: &Document, files: &Files, lang: Lang, name: &str) -> Done<Option<Change>> {
    let Some(words) = doc.language(lang) else {
        let original = doc.original().map_or(lang, |words| words.lang);
        let words = Manifest::Words(Box::new(named(name, lang, original)));
        return Ok(Some(Change::publish(doc.id, lang, &doc.mission, words)));
    };
    if *words.head.title == *name {
        return Ok(None);
    }
    let sealed = doc.current(lang).and_then(|edition| edition.sealed);
    let manifest = sealed.and_then(|sealed| {
        let bytes = site::view::Source::manifest(files, &sealed.content)?;
        reading::manifest_of(sealed.media, &bytes)
    });
    let Some(Manifest::Words(before)) = manifest else {
        return Err(Failure::new(format!("the name in {lang} is withdrawn or not there")));
    };
    let words = Words {
        title: name.into(),
        notice: Vec::new(),
        ..*before
    };
    Ok(Some(Change {
        action: Action::Correct,
        id: doc.id,
        lang,
        mission: doc.mission.clone(),
        update: Some(Update::Update),
        reason: None,
        manifest: Some(Manifest::Words(Box::new(words))),
    }))
}

/// In what a site on record differs from one that is wanted. What is not given is left as it is.
fn differences(register: &Register, no: DocNo, wanted: &super::Wanted) -> Vec<String> {
    let Some(site) = register.site(no) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    let mut compare = |what: &str, old: String, new: String| {
        if !new.is_empty() && old != new {
            lines.push(format!(
                "{what}\t{} → {new}",
                if old.is_empty() { "none" } else { &old }
            ));
        }
    };
    let listed = |list: &[Box<str>]| list.join(",");
    let tags = |list: &[Lang]| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let plain = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().to_owned();
    compare("langs", tags(&site.langs), tags(&wanted.site.langs));
    compare("zone", plain(&site.zone), plain(&wanted.site.zone));
    compare("country", plain(&site.country), plain(&wanted.site.country));
    compare("kind", plain(&site.kind), plain(&wanted.site.kind));
    compare("hosts", listed(&site.hosts), listed(&wanted.site.hosts));
    for (lang, name) in &wanted.names {
        let old = register
            .document(no)
            .language(*lang)
            .map_or_else(String::new, |words| words.head.title.to_string());
        compare(&format!("name {lang}"), old, name.clone());
    }
    lines
}

/// `site add` leaves a site that is there as it is, and says so where other facts were asked for.
pub(super) fn tell_differences(register: &Register, no: DocNo, wanted: &super::Wanted) {
    for line in differences(register, no, wanted) {
        let line = line.replace('\t', ": ");
        let code = &wanted.code;
        warn(format!(
            "site `{code}` is there already, and stays as it is: {line}; `chancery site change --code {code}` changes it"
        ));
    }
}

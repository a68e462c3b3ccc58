//! `chancery site add`: new sites of the family, each with the key of its mission.

mod change;
mod close;
mod domain;

use super::init::{in_language, named};
use crate::{
    clock,
    folder::{self, Folder},
    given, keys,
    output::{Done, Failure, note, warn},
    writing::{Draft, Writing},
};
use import::jsonl;
use record::{
    compose::Change,
    date::Moment,
    entry::{Action, Update},
    facts::{Facts, Kind, Site, is_code, is_reserved_site},
    keys::{KeyChange, Role},
    lang::{Lang, is_language_subtag},
    register::{DocNo, Document, Manifest, Register},
    words::NoticeText,
};
use site::i18n::Tongues;
use std::path::{Path, PathBuf};
use tlog::note::SigningKey;

/// A file of sites is at most this long, in bytes.
const MOST_SITES: u64 = 16 << 20;
/// A `key` entry holds at most this many keys.
const KEYS_PER_ENTRY: usize = 50;

/// What to do with sites.
#[derive(clap::Subcommand, Debug)]
pub enum Args {
    /// Add a site, or many from a file
    Add(Box<Add>),
    /// Change names, languages, zone, country, kind or hosts of a site
    Change(Box<change::Args>),
    /// Close a mission: its key ends, its pages stay and say so
    Close(close::Close),
    /// Close a mission whose work another continues: its pages stay and lead there
    Merge(close::Merge),
    /// Give every site under a domain a host under another; the old ones lead to the new
    Domain(domain::Args),
    /// Say in which order a site's menu shows its sections
    Menu(Menu),
}

/// Arguments of `site menu`.
#[derive(clap::Args, Debug)]
pub struct Menu {
    /// Data folder
    pub folder: PathBuf,
    /// Code of the site
    #[arg(long)]
    pub code: String,
    /// Slugs of sections in order, such as news,embassy; the others follow
    #[arg(long, value_delimiter = ',', required = true)]
    pub sections: Vec<String>,
}

/// Arguments of `site add`.
#[derive(clap::Args, Debug)]
pub struct Add {
    /// Data folder
    pub folder: PathBuf,
    /// Code of the site, such as vn: 2 to 32 of a-z, 0-9 and hyphens, and no language code
    #[arg(long, required_unless_present_any = ["ministry", "from"])]
    pub code: Option<String>,
    /// The ministry's own site; its code is the one given to init
    #[arg(long, conflicts_with = "code")]
    pub ministry: bool,
    /// Full name of the mission; `LANG=NAME` for one language
    #[arg(long, value_name = "[LANG=]NAME", required_unless_present = "from")]
    pub name: Vec<String>,
    /// Languages of the site in its own order, such as en,vi
    #[arg(long, value_delimiter = ',', required_unless_present = "from")]
    pub langs: Vec<String>,
    /// IANA time zone of the mission, such as Asia/Ho_Chi_Minh
    #[arg(long)]
    pub zone: Option<String>,
    /// Country it is in: ISO 3166 in lower case, or xa to xz for an invented one
    #[arg(long)]
    pub country: Option<String>,
    /// embassy, consulate-general, consulate, permanent-mission, delegation, interests-section, honorary-consulate, ministry or other
    #[arg(long)]
    pub kind: Option<String>,
    /// Host name of the site; the first is the one of its addresses
    #[arg(long = "host")]
    pub hosts: Vec<String>,
    /// JSON Lines of sites: {"code", "name", "langs", "zone"?, "country"?, "kind"?, "hosts"?}
    #[arg(long, conflicts_with_all = ["code", "ministry", "name", "langs"])]
    pub from: Option<PathBuf>,
    /// Folder or file of a root key, as often as the quorum asks for; otherwise root-key/ of the data folder
    #[arg(long, value_name = "PATH")]
    pub root_key: Vec<PathBuf>,
}

/// A site that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its code.
    pub code: String,
    /// Its name by language; the first is the original.
    pub names: Vec<(Lang, String)>,
    /// Its facts.
    pub site: Site,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    match args {
        Args::Add(args) => run_add(args),
        Args::Change(args) => change::run(args),
        Args::Close(args) => close::close(args),
        Args::Merge(args) => close::merge(args),
        Args::Domain(args) => domain::run(args),
        Args::Menu(args) => run_menu(args),
    }
}

fn run_add(args: &Add) -> Done {
    let folder = Folder::open(&args.folder)?;
    let mut writing = Writing::open(folder)?;
    let wanted = match &args.from {
        Some(file) => read_file(file)?,
        None => vec![single(args, &writing.register)?],
    };
    let added = add(&mut writing, wanted, &args.root_key, clock::now())?;
    writing.close()?;
    match added.as_slice() {
        [] => note("nothing to do: the record has these sites"),
        codes => note(format!("added {}", codes.join(", "))),
    }
    Ok(())
}

fn run_menu(args: &Menu) -> Done {
    let mut writing = Writing::open(Folder::open(&args.folder)?)?;
    match menu(&writing.register, &args.code, &args.sections)? {
        Some(change) => drop(writing.publish(vec![change], clock::now())?),
        None => note("nothing to do: the menu is in this order"),
    }
    writing.close()
}

/// The change that puts the menu of a site in order; `None` if it is.
pub fn menu(register: &Register, code: &str, sections: &[String]) -> Done<Option<Change>> {
    let no = known(register, code)?;
    let there = || {
        let all = register.sections(no).into_iter();
        let all = all.filter_map(|no| Some(&*register.section(no)?.slug));
        all.collect::<Vec<_>>().join(", ")
    };
    let section = |slug: &String| {
        let section = register.section_by_slug(no, slug).map(|no| register.document(no).id);
        section.ok_or_else(|| {
            let failure = Failure::usage(format!("site `{code}` has no section `{slug}`"));
            failure.hint(format!("it has: {}", there()))
        })
    };
    let menu = sections.iter().map(section).collect::<Done<Vec<_>>>()?;
    let doc = register.document(no);
    let Kind::Site(site) = &doc.facts.kind else {
        return Err(Failure::usage(format!("there is no site `{code}`")));
    };
    if site.menu == menu {
        return Ok(None);
    }
    let site = Site {
        menu,
        ..Site::clone(site)
    };
    Ok(Some(corrected(doc, site, doc.facts.notice.clone())))
}

/// Other facts of a site, with what its pages tell readers about it.
fn corrected(doc: &Document, site: Site, notice: Vec<NoticeText>) -> Change {
    let facts = Facts {
        kind: Kind::Site(Box::new(site)),
        notice,
        ..(*doc.facts).clone()
    };
    Change {
        action: Action::Correct,
        id: doc.id,
        lang: Lang::FACTS,
        mission: doc.mission.clone(),
        update: Some(Update::Update),
        reason: None,
        manifest: Some(Manifest::Facts(Box::new(facts))),
    }
}

/// The site with this code.
fn known(register: &Register, code: &str) -> Done<DocNo> {
    register.site_by_code(code).ok_or_else(|| {
        let all: Vec<&str> = register
            .sites()
            .iter()
            .filter_map(|no| Some(&*register.site(*no)?.code))
            .collect();
        Failure::usage(format!("there is no site `{code}`")).hint(format!("there are {}", all.join(", ")))
    })
}

fn single(args: &Add, register: &Register) -> Done<Wanted> {
    let code = match (&args.code, args.ministry) {
        (Some(code), _) => code.clone(),
        (None, _) => ministry_code(register)?,
    };
    let names = args
        .name
        .iter()
        .map(|name| in_language(name))
        .collect::<Done<Vec<_>>>()?;
    let langs = args.langs.iter().map(|tag| language(tag)).collect::<Done<Vec<_>>>()?;
    let kind = args
        .kind
        .clone()
        .or_else(|| args.ministry.then(|| "ministry".to_owned()));
    let site = Site {
        code: code.as_str().into(),
        kind: kind.map(Into::into),
        country: args.country.as_deref().map(Into::into),
        hosts: args.hosts.iter().map(|host| host.as_str().into()).collect(),
        langs,
        menu: Vec::new(),
        zone: args.zone.as_deref().map(Into::into),
    };
    Ok(Wanted { code, names, site })
}

/// A registered language.
pub fn language(tag: &str) -> Done<Lang> {
    let lang: Lang = tag.parse().map_err(Failure::usage)?;
    if !lang.is_registered() || lang.is_facts() {
        return Err(Failure::usage(format!("`{tag}` is not a registered language"))
            .hint("use a BCP 47 tag such as en, vi or zh-Hans"));
    }
    Ok(lang)
}

/// The mission of the ministry.
pub fn ministry_code(register: &Register) -> Done<String> {
    let family = register.family().map(|no| &register.document(no).facts.kind);
    match family {
        Some(Kind::Family { ministry, .. }) => Ok(ministry.to_string()),
        _ => Err(Failure::new("the record has no family document")),
    }
}

fn read_file(file: &Path) -> Done<Vec<Wanted>> {
    let text = given::bytes(file, MOST_SITES, "a file of sites")?;
    let lines = text
        .split(|b| *b == b'\n')
        .zip(1..)
        .filter(|(line, _)| !line.trim_ascii().is_empty());
    let wanted = lines.map(|(line, number)| jsonl::parse_site(line, number).map(Wanted::from));
    wanted
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::usage(format!("{} {error}", file.display())))
}

/// A site of a sites file.
pub fn read_line(line: &[u8]) -> Result<Wanted, String> {
    jsonl::parse_site(line, 1)
        .map(Wanted::from)
        .map_err(|error| error.message)
}

impl From<jsonl::SiteLine> for Wanted {
    fn from(line: jsonl::SiteLine) -> Self {
        let site = Site {
            code: line.code.as_str().into(),
            kind: line.kind.map(Into::into),
            country: line.country.map(Into::into),
            hosts: line.hosts.into_iter().map(Into::into).collect(),
            langs: line.langs,
            menu: Vec::new(),
            zone: line.zone.map(Into::into),
        };
        Self {
            code: line.code,
            names: line.names,
            site,
        }
    }
}

/// The scripts of language tags in common use (ISO 15924).
const SCRIPTS: [&str; 9] = ["arab", "beng", "cyrl", "deva", "grek", "hans", "hant", "hebr", "latn"];

/// True for a language with a script or a region, such as `zh-hans` or `pt-br`: where case does not count, a folder of that
/// name is taken for the language.
fn is_tag(code: &str) -> bool {
    let Some((language, rest)) = code.split_once('-') else {
        return false;
    };
    let mut rest = rest.split('-');
    language.len() == 2 && is_language_subtag(language) && rest.all(|part| part.len() == 2 || SCRIPTS.contains(&part))
}

/// Tells of languages that the program has no furniture in.
pub(super) fn tell_furniture(langs: &[Lang]) -> Done {
    let tongues = Tongues::new().map_err(|error| Failure::new(error.to_string()))?;
    for lang in langs.iter().filter(|lang| !tongues.has(**lang)) {
        warn(format!(
            "{lang}: menus, dates and notices of its pages are in {}, and marked so: the program does not speak it",
            tongues.of(*lang).lang
        ));
    }
    Ok(())
}

fn reserved(code: &str) -> Failure {
    let what = format!("`{code}` cannot be a site code: it is a language or a reserved word");
    Failure::usage(what).hint("a city does well, such as paris or hanoi")
}

fn check(wanted: &Wanted) -> Done {
    let refuse = |what: String, hint: &str| Err(Failure::usage(what).hint(hint));
    let code = &wanted.code;
    if !is_code(code) {
        return refuse(format!("`{code}` is no site code"), "2 to 32 of a-z, 0-9 and hyphens");
    }
    if is_reserved_site(code) {
        return Err(reserved(code));
    }
    if wanted.site.langs.is_empty() || wanted.names.is_empty() {
        return refuse(
            format!("site `{code}` has no name or no language"),
            "give --name and --langs",
        );
    }
    if let Some(zone) = &wanted.site.zone
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        return refuse(
            format!("site `{code}`: `{zone}` is no IANA time zone"),
            "such as Asia/Ho_Chi_Minh",
        );
    }
    Ok(())
}

/// A host answers for one site.
fn check_hosts(wanted: &Wanted, fresh: &[Wanted], register: &Register) -> Done {
    let on_record = register.sites().iter().filter_map(|no| register.site(*no));
    let others = on_record.chain(fresh.iter().map(|other| &other.site));
    for other in others.filter(|other| *other.code != *wanted.code) {
        let same = |host: &str| other.hosts.iter().any(|known| known.eq_ignore_ascii_case(host));
        if let Some(host) = wanted.site.hosts.iter().find(|host| same(host)) {
            let what = format!(
                "site `{}`: the host {host} is that of site `{}`",
                wanted.code, other.code
            );
            return Err(
                Failure::usage(what).hint("each site has hosts of its own, or none: then it answers under /CODE/")
            );
        }
    }
    Ok(())
}

/// Adds the sites that the record lacks, as one group; says their codes.
pub fn add(writing: &mut Writing, wanted: Vec<Wanted>, root_keys: &[PathBuf], now: Moment) -> Done<Vec<String>> {
    let mut fresh: Vec<Wanted> = Vec::new();
    for wanted in wanted {
        check(&wanted)?;
        check_hosts(&wanted, &fresh, &writing.register)?;
        if fresh.iter().any(|other| other.code == wanted.code) {
            return Err(Failure::usage(format!("site `{}` is given twice", wanted.code)));
        }
        match writing.register.site_by_code(&wanted.code) {
            None if is_tag(&wanted.code) => return Err(reserved(&wanted.code)),
            None => fresh.push(wanted),
            Some(no) => change::tell_differences(&writing.register, no, &wanted),
        }
    }
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let absent =
        |wanted: &Wanted| Some(keys::office_path(&writing.folder, &wanted.code, 1)).filter(|path| !path.exists());
    let new_keys: Vec<PathBuf> = fresh.iter().filter_map(absent).collect();
    let draft = draft(writing, &fresh, root_keys, now).inspect_err(|_| {
        for key in &new_keys {
            let _ = std::fs::remove_file(key);
        }
    })?;
    writing.commit(vec![draft])?;
    writing.write_log_json()?;
    let mut langs: Vec<Lang> = fresh
        .iter()
        .flat_map(|wanted| wanted.site.langs.iter().copied())
        .collect();
    langs.sort_unstable();
    langs.dedup();
    tell_furniture(&langs)?;
    Ok(fresh.into_iter().map(|wanted| wanted.code).collect())
}

fn draft(writing: &mut Writing, fresh: &[Wanted], root_keys: &[PathBuf], now: Moment) -> Done<Draft> {
    let origin = writing.register.origin().to_owned();
    let keyless = fresh.iter().filter(|w| !has_key(&writing.register, &w.code));
    let keyless: Vec<&str> = keyless.map(|w| w.code.as_str()).collect();
    let mut made = Vec::new();
    for code in &keyless {
        made.push(office_key(&writing.folder, &origin, code)?);
    }
    for wanted in fresh.iter().filter(|w| !keyless.contains(&w.code.as_str())) {
        writing
            .offices
            .require(&writing.folder, &writing.register, &wanted.code)?;
    }
    let roots = if made.is_empty() {
        Vec::new()
    } else {
        keys::quorum(&writing.folder, &writing.register, root_keys)?
    };
    let additions: Vec<(String, String)> = keyless
        .iter()
        .zip(&made)
        .map(|(code, key)| ((*code).to_owned(), key.verifier().to_string()))
        .collect();
    for (code, key) in keyless.iter().zip(made) {
        writing.offices.add(code, key);
    }
    let changes = fresh.iter().map(site_changes).collect::<Done<Vec<_>>>()?.concat();
    let roots: Vec<&SigningKey> = roots.iter().collect();
    writing.composed(changes.len(), now, |composer| {
        let mut composed = Vec::new();
        for chunk in additions.chunks(KEYS_PER_ENTRY) {
            let from = composer.register.size() + 1;
            let add = |(code, vkey): &(String, String)| KeyChange::Add {
                from,
                mission: Some(code.as_str().into()),
                role: Role::Office,
                vkey: vkey.as_str().into(),
            };
            composed.push(composer.keys(chunk.iter().map(add).collect(), &roots)?);
        }
        for change in changes {
            composed.push(composer.content(change)?);
        }
        Ok(composed)
    })
}

fn has_key(register: &Register, code: &str) -> bool {
    register
        .keys()
        .valid(register.size(), Role::Office, Some(code))
        .next()
        .is_some()
}

/// The key of a new mission; one that an interrupted attempt left is taken up again.
fn office_key(folder: &Folder, origin: &str, code: &str) -> Done<SigningKey> {
    let path = keys::office_path(folder, code, 1);
    if folder::read_if_there(&path)?.is_some() {
        return keys::load(&path);
    }
    let key = keys::generate(&format!("{origin}/m/{code}/1"))?;
    keys::save(&path, &key)?;
    Ok(key)
}

fn site_changes(wanted: &Wanted) -> Done<Vec<Change>> {
    let id = clock::new_id()?;
    let code = wanted.code.as_str();
    let facts = Facts::new(Kind::Site(Box::new(wanted.site.clone())));
    let mut changes = vec![Change::publish(id, Lang::FACTS, code, Manifest::Facts(Box::new(facts)))];
    let original = wanted.names.first().map_or(Lang::ENGLISH, |(lang, _)| *lang);
    for (lang, name) in &wanted.names {
        changes.push(Change::publish(
            id,
            *lang,
            code,
            Manifest::Words(Box::new(named(name, *lang, original))),
        ));
    }
    Ok(changes)
}

//! `chancery init`: a new ministry, with its keys and its first entries.

mod before;

pub use before::Before;

use crate::{
    clock,
    cmd::policy,
    config,
    folder::{self, Folder},
    keys, leftovers,
    output::{Context as _, Done, Failure, note},
    writing::{self, Writing},
};
use record::{
    compose::Change,
    date::Moment,
    facts::{CountryName, Facts, Kind, Theme, is_code},
    keys::{KeyChange, Role},
    lang::Lang,
    register::Manifest,
    words::{Authority, Label, Source, Words},
};
use std::path::{Path, PathBuf};
use tlog::{
    hash::{Hash, sha256},
    note::SigningKey,
};

/// Arguments of `init`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder to make; it must not exist yet
    pub folder: PathBuf,
    /// Full name of the ministry; `LANG=NAME` for one language, given as often as there are languages
    #[arg(long, required_unless_present = "successor_of", value_name = "[LANG=]NAME")]
    pub name: Vec<String>,
    /// Name of the record for ever, such as record.mfa.example; it need not be a host
    #[arg(long)]
    pub origin: String,
    /// Code of the ministry, which signs the shared documents [default: hq]
    #[arg(long, value_name = "CODE")]
    pub ministry: Option<String>,
    /// Data folder or mirror of a frozen record that this one continues
    #[arg(long, value_name = "DATA")]
    pub successor_of: Option<PathBuf>,
    /// Continue a record that could not be frozen, since its root keys are lost
    #[arg(long, requires = "successor_of")]
    pub not_frozen: bool,
    /// Witnesses, groups and quorum in the syntax of C2SP tlog-policy; without it nobody need cosign
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// File with a passphrase in its first line, under which the private keys are put
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// What a new ministry is called.
pub struct Family<'a> {
    /// Name of the log.
    pub origin: &'a str,
    /// Code of the ministry.
    pub ministry: &'a str,
    /// Name by language; the first is the original.
    pub names: Vec<(Lang, String)>,
    /// Witnesses, groups and quorum, for the policy; `None` for a record without witnesses.
    pub witnesses: Option<String>,
    /// Names of user-assigned countries: code, then name by language.
    pub countries: Vec<(String, Vec<(Lang, String)>)>,
    /// The record that this one continues.
    pub predecessor: Option<Before>,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let protect = args.passphrase_file.as_deref();
    protect.map_or(Ok(()), keys::passphrase::use_file)?;
    let names = args
        .name
        .iter()
        .map(|name| in_language(name))
        .collect::<Done<Vec<_>>>()?;
    let before = args
        .successor_of
        .as_deref()
        .map(|old| Before::read(old, &args.origin, args.not_frozen));
    let before = before.transpose()?;
    let family = Family {
        origin: &args.origin,
        ministry: before
            .as_ref()
            .map_or(args.ministry.as_deref().unwrap_or("hq"), |before| &before.ministry),
        names: before
            .as_ref()
            .filter(|_| names.is_empty())
            .map_or(names, |before| before.names.clone()),
        countries: before.as_ref().map_or_else(Vec::new, |before| before.countries.clone()),
        witnesses: args.policy.as_deref().map(policy::read).transpose()?,
        predecessor: before.clone(),
    };
    let made = make(&args.folder, &family, clock::now())?;
    if let Some(before) = &before {
        before.hand_over(&made)?;
    }
    let root = args.folder.join("root-key");
    note(format!("made {}", args.folder.display()));
    note(format!(
        "The root key lies in {}: move that folder offline; `--root-key` names it when it is needed.",
        root.display()
    ));
    note(format!(
        "Before it moves: `chancery key add {} --state`, if publications shall state what is current.",
        args.folder.display()
    ));
    note(format!(
        "Next: chancery site add {} --ministry --name \"{}\" --langs en",
        args.folder.display(),
        family.names.first().map_or("", |(_, name)| name)
    ));
    Ok(())
}

/// `fr=Ministère` or a name in English.
pub fn in_language(text: &str) -> Done<(Lang, String)> {
    let lang = text
        .split_once('=')
        .and_then(|(tag, name)| Some((tag.parse::<Lang>().ok()?, name)));
    let (lang, name) = lang.unwrap_or((Lang::ENGLISH, text));
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Failure::usage("--name: the name is empty"));
    }
    Ok((lang, name))
}

/// Makes a data folder beside its place and renames it: it is there whole, or not at all.
pub fn make(target: &Path, family: &Family<'_>, now: Moment) -> Done<Folder> {
    check(target, family)?;
    let parent = leftovers::parent(target);
    std::fs::create_dir_all(parent).at(parent.display())?;
    leftovers::sweep_beside(target);
    let building = leftovers::building(target, "init");
    let built = build(&building, family, now);
    let moved = built.and_then(|()| std::fs::rename(&building, target).at(target.display()));
    if moved.is_err() {
        let _ = std::fs::remove_dir_all(&building);
    }
    moved?;
    Folder::open(target)
}

fn check(target: &Path, family: &Family<'_>) -> Done {
    let empty = std::fs::read_dir(target).map_or(true, |mut entries| entries.next().is_none());
    if !empty || target.is_file() {
        return Err(Failure::usage(format!("{}: exists and is not empty", target.display()))
            .hint("init makes a new folder; give another name"));
    }
    if !is_origin(family.origin) {
        return Err(Failure::usage(format!(
            "--origin: `{}` is not a name such as record.mfa.example",
            family.origin
        ))
        .hint("lower-case labels joined by dots, at most 100 characters, no scheme"));
    }
    if !is_code(family.ministry) || record::facts::is_reserved_site(family.ministry) {
        return Err(Failure::usage(format!(
            "--ministry: `{}` cannot be the code of a site",
            family.ministry
        ))
        .hint("2 to 32 of a-z, 0-9 and hyphens, and no language code"));
    }
    Ok(())
}

/// True for labels joined by dots.
pub(super) fn is_origin(text: &str) -> bool {
    let label = |l: &str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.len() <= 100 && text.contains('.') && text.split('.').all(label)
}

/// The keys of a new record.
struct Keys {
    log: SigningKey,
    root: SigningKey,
    office: SigningKey,
}

fn build(root: &Path, family: &Family<'_>, now: Moment) -> Done {
    let Family { origin, ministry, .. } = family;
    for folder in ["keys", "root-key", "captures", "cache"] {
        std::fs::create_dir_all(root.join(folder)).at(root.join(folder).display())?;
    }
    folder::replace(&root.join(config::FILE), config::initial().as_bytes(), false)?;
    let folder = Folder::open(root)?;
    let keys = Keys {
        log: keys::generate(origin)?,
        root: keys::generate(&format!("{origin}/root/1"))?,
        office: keys::generate(&format!("{origin}/m/{ministry}/1"))?,
    };
    keys::save(&keys::log_path(&folder, 1), &keys.log)?;
    keys::save(&keys::office_path(&folder, ministry, 1), &keys.office)?;
    keys::save(&folder.root_keys().join("root-1.key"), &keys.root)?;
    writing::create(&folder, &keys.log)?;
    let policy = policy::whole(
        [keys.log.verifier()],
        family.witnesses.as_deref().unwrap_or("quorum none\n"),
    );
    folder::replace(&folder.record().join("policy"), policy.as_bytes(), false)?;
    genesis(folder, family, &keys, sha256(policy.as_bytes()), now)
}

fn genesis(folder: Folder, family: &Family<'_>, keys: &Keys, policy: Hash, now: Moment) -> Done {
    let mut writing = Writing::open(folder)?;
    let changes = family_changes(family)?;
    let vkey = |key: &SigningKey| key.verifier().to_string().into();
    let mission = Some(family.ministry.into());
    let added = vec![
        KeyChange::Add {
            from: 0,
            mission: None,
            role: Role::Log,
            vkey: vkey(&keys.log),
        },
        KeyChange::Add {
            from: 0,
            mission: None,
            role: Role::Root,
            vkey: vkey(&keys.root),
        },
        KeyChange::Add {
            from: 1,
            mission,
            role: Role::Office,
            vkey: vkey(&keys.office),
        },
    ];
    let office = keys::load(&keys::office_path(&writing.folder, family.ministry, 1))?;
    writing.offices.add(family.ministry, office);
    let predecessor = family.predecessor.as_ref().map(|before| before.record.clone());
    let draft = writing.composed(changes.len(), now, |composer| {
        let mut composed = vec![composer.genesis(family.origin, added, policy, predecessor, &[&keys.root])?];
        for change in changes {
            composed.push(composer.content(change)?);
        }
        Ok(composed)
    })?;
    writing.commit(vec![draft])?;
    writing.write_log_json()?;
    writing.close()
}

fn family_changes(family: &Family<'_>) -> Done<Vec<Change>> {
    // The family goes on under its id.
    let id = family
        .predecessor
        .as_ref()
        .map_or_else(clock::new_id, |before| Ok(before.family))?;
    let numbered = family.countries.iter().zip(1..);
    let countries = numbered.map(|((code, _), n)| CountryName {
        code: code.as_str().into(),
        n: format!("c{n}").into(),
    });
    let theme = Theme {
        content: None,
        name: "default".into(),
        version: 1,
    };
    let kind = Kind::Family {
        ministry: family.ministry.into(),
        countries: countries.collect(),
        theme,
    };
    let facts = Manifest::Facts(Box::new(Facts::new(kind)));
    let mut changes = vec![Change::publish(id, Lang::FACTS, family.ministry, facts)];
    let original = family.names.first().map_or(Lang::ENGLISH, |(lang, _)| *lang);
    for (lang, name) in &family.names {
        let words = Words {
            labels: country_labels(family, *lang),
            ..named(name, *lang, original)
        };
        changes.push(Change::publish(
            id,
            *lang,
            family.ministry,
            Manifest::Words(Box::new(words)),
        ));
    }
    Ok(changes)
}

/// Words that are a name only: the first language is the original, the others are official.
pub fn named(name: &str, lang: Lang, original: Lang) -> Words {
    let translated = lang != original;
    Words {
        authority: if translated {
            Authority::Official
        } else {
            Authority::Original
        },
        source: translated.then_some(Source {
            lang: original,
            version: 1,
        }),
        ..Words::new(name)
    }
}

fn country_labels(family: &Family<'_>, lang: Lang) -> Vec<Label> {
    let name_of = |names: &[(Lang, String)]| names.iter().find(|(l, _)| *l == lang).map(|(_, name)| name.clone());
    let numbered = family.countries.iter().zip(1..);
    let labelled = numbered.filter_map(|((_, names), n)| {
        let name = name_of(names)?;
        Some(Label {
            of: format!("c{n}").into(),
            name: Some(name.into()),
            ..Label::default()
        })
    });
    labelled.collect()
}

//! The example ministry: invented, inside the binary, published step by step at the moments its texts name.

use crate::{
    cmd::{
        end::{self, Ending},
        init::{self, Family},
        publish,
        site::{self, Wanted},
    },
    leftovers,
    output::{Context as _, Done, Failure},
    texts::{self, Mode, Names, Texts},
    writing::Writing,
};
use record::{
    body::Inline,
    date::Moment,
    entry::{Action, Reason, Update},
    facts::Site,
    lang::Lang,
    words::NoticeText,
};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

#[derive(rust_embed::RustEmbed)]
#[folder = "../../fixtures/ministry"]
struct Example;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ministry {
    origin: String,
    ministry: String,
    at: Moment,
    names: BTreeMap<Lang, String>,
    countries: BTreeMap<String, BTreeMap<Lang, String>>,
    sites: Vec<SiteForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteForm {
    code: String,
    kind: String,
    country: String,
    zone: String,
    langs: Vec<Lang>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    menu: Vec<String>,
    names: BTreeMap<Lang, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    step: Vec<Step>,
}

/// One moment of the example: exactly one of the four actions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: Moment,
    #[serde(default)]
    publish: Vec<String>,
    #[serde(default)]
    correct: Vec<String>,
    withdraw: Option<String>,
    retract: Option<String>,
    update: Option<Update>,
    reason: Option<Reason>,
    #[serde(default)]
    notice: Vec<Notice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    lang: Lang,
    text: String,
}

/// Makes the example beside its place and renames it: it is there whole, or not at all.
pub fn make(target: &Path) -> Done {
    leftovers::sweep_beside(target);
    let building = leftovers::building(target, "demo");
    let moved = build(&building).and_then(|()| std::fs::rename(&building, target).at(target.display()));
    if moved.is_err() {
        let _ = std::fs::remove_dir_all(&building);
    }
    moved
}

fn build(target: &Path) -> Done {
    let ministry: Ministry = parse("ministry.toml")?;
    let first = ministry
        .sites
        .first()
        .and_then(|site| site.langs.first())
        .copied()
        .unwrap_or(Lang::ENGLISH);
    let family = Family {
        predecessor: None,
        witnesses: None,
        origin: &ministry.origin,
        ministry: &ministry.ministry,
        names: in_order(&ministry.names, first),
        countries: ministry
            .countries
            .iter()
            .map(|(code, names)| (code.clone(), in_order(names, first)))
            .collect(),
    };
    let folder = init::make(target, &family, ministry.at)?;
    let mut writing = Writing::open(folder)?;
    site::add(
        &mut writing,
        ministry.sites.iter().map(wanted).collect(),
        &[],
        ministry.at,
    )?;
    let files = files();
    let steps = steps()?;
    for (number, step) in steps.iter().enumerate() {
        if number == 1 {
            put_menus(&mut writing, &ministry.sites, step.at)?;
        }
        take(&mut writing, &files, step).map_err(|failure| failure.within(format!("step of {}", step.at)))?;
    }
    writing.close()
}

/// The first step makes the sections; then the menus are put in order.
fn put_menus(writing: &mut Writing, sites: &[SiteForm], at: Moment) -> Done {
    for form in sites.iter().filter(|form| !form.menu.is_empty()) {
        if let Some(change) = site::menu(&writing.register, &form.code, &form.menu)? {
            writing.publish(vec![change], at)?;
        }
    }
    Ok(())
}

fn parse<T: serde::de::DeserializeOwned>(name: &str) -> Done<T> {
    let file = Example::get(name).ok_or_else(|| Failure::new(format!("{name}: not in the example")))?;
    let text = std::str::from_utf8(&file.data).at(name)?;
    toml::from_str(text).at(name)
}

/// Names with that of the first language in front.
fn in_order(names: &BTreeMap<Lang, String>, first: Lang) -> Vec<(Lang, String)> {
    let mut names: Vec<(Lang, String)> = names.iter().map(|(lang, name)| (*lang, name.clone())).collect();
    names.sort_by_key(|(lang, _)| *lang != first);
    names
}

fn wanted(form: &SiteForm) -> Wanted {
    let site = Site {
        code: form.code.as_str().into(),
        kind: Some(form.kind.as_str().into()),
        country: Some(form.country.as_str().into()),
        hosts: form.hosts.iter().map(|host| host.as_str().into()).collect(),
        langs: form.langs.clone(),
        menu: Vec::new(),
        zone: Some(form.zone.as_str().into()),
    };
    let first = form.langs.first().copied().unwrap_or(Lang::ENGLISH);
    Wanted {
        code: form.code.clone(),
        names: in_order(&form.names, first),
        site,
    }
}

fn files() -> BTreeMap<String, Vec<u8>> {
    let all = Example::iter().filter_map(|path| Some((path.to_string(), Example::get(&path)?.data.into_owned())));
    all.collect()
}

/// The steps of all sites, in order of their moments.
fn steps() -> Done<Vec<Step>> {
    let mut steps = Vec::new();
    let names: Vec<_> = Example::iter().filter(|name| name.starts_with("steps-")).collect();
    for name in names {
        steps.extend(parse::<Steps>(&name)?.step);
    }
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

fn take(writing: &mut Writing, files: &BTreeMap<String, Vec<u8>>, step: &Step) -> Done {
    let notice: Vec<NoticeText> = step.notice.iter().map(notice_text).collect();
    if !step.publish.is_empty() {
        return publish_texts(writing, chosen(files, &step.publish)?, &Mode::Publish, step.at);
    }
    if !step.correct.is_empty() {
        let update = step.update.ok_or_else(|| Failure::new("`update` is missing"))?;
        return publish_texts(
            writing,
            chosen(files, &step.correct)?,
            &Mode::Correct {
                update,
                notice,
                reinstate: false,
            },
            step.at,
        );
    }
    let (action, name) = match (&step.withdraw, &step.retract) {
        (Some(name), None) => (Action::Withdraw, name),
        (None, Some(name)) => (Action::Retract, name),
        _ => return Err(Failure::new("a step has one action")),
    };
    let names = Names::read(&writing.folder)?;
    let id = names
        .get(name)
        .ok_or_else(|| Failure::new(format!("{name}: not published")))?;
    let reason = step.reason.unwrap_or(Reason::NotStated);
    let changes = end::changes(
        &writing.register,
        &[id],
        &Ending {
            action,
            lang: Lang::FACTS,
            reason,
            notice,
        },
    )?;
    writing.publish(changes, step.at).map(drop)
}

fn notice_text(notice: &Notice) -> NoticeText {
    NoticeText {
        lang: notice.lang,
        text: record::body::normal(vec![Inline::Plain(notice.text.clone())]),
    }
}

fn publish_texts(writing: &mut Writing, texts: Texts, mode: &Mode, at: Moment) -> Done {
    let plan = publish::prepare(writing, &texts, mode, at, true)?;
    if plan.changes.is_empty() {
        return Err(Failure::new("the step changes nothing"));
    }
    publish::commit(writing, plan, at).map(drop)
}

/// The texts of some folders or names; `later/N/NAME` is a later state of `NAME`.
fn chosen(files: &BTreeMap<String, Vec<u8>>, names: &[String]) -> Done<Texts> {
    let mut set = BTreeMap::new();
    for name in names {
        let prefix = later(name);
        let begins = |path: &str| {
            path.strip_prefix(name.as_str())
                .is_some_and(|rest| rest.starts_with(['.', '/']))
        };
        let found = files.iter().filter(|(path, _)| begins(path));
        let before = set.len();
        set.extend(found.map(|(path, bytes)| (path[prefix..].to_owned(), bytes.clone())));
        if set.len() == before {
            return Err(Failure::new(format!("{name}: no such text")));
        }
    }
    texts::read_set(&set)
}

/// How long `later/N/` is at the beginning of a name.
fn later(name: &str) -> usize {
    let rest = name.strip_prefix("later/").and_then(|rest| rest.find('/'));
    rest.map_or(0, |at| "later/".len() + at + 1)
}

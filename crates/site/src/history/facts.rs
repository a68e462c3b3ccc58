//! Differences of facts: member by member of their manifests, with ids resolved to titles.

use crate::{
    diff::{Change, Place, Step, What},
    escape,
    i18n::Tongue,
    view::View,
};
use record::{date::Local, id::DocumentId, lang::Lang, seal::Commitment};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, fmt::Write as _};

/// Members that say nothing to a reader.
const SILENT: [&str; 3] = ["format", "type", "notice"];

/// A manifest as members and their wording.
pub(super) struct Members(Vec<(String, String)>);

/// Reads the facts behind a commitment; `None` where they are withheld.
pub(super) fn read(view: &View<'_>, lang: Lang, commitment: &Commitment) -> Option<Members> {
    let bytes = view.source.manifest(commitment)?;
    let members: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
    Some(of(view, lang, &members))
}

/// The members of a manifest in words.
pub(super) fn of(view: &View<'_>, lang: Lang, members: &Map<String, Value>) -> Members {
    let said = members.iter().filter(|(key, _)| !SILENT.contains(&key.as_str()));
    Members(said.map(|(key, value)| (key.clone(), say(view, lang, value))).collect())
}

/// What differs, one step for each member.
pub(super) fn compare(old: &Members, new: &Members) -> Vec<Step> {
    let keys: BTreeSet<&String> = old.0.iter().chain(&new.0).map(|(key, _)| key).collect();
    let step = |key: &String| {
        let (was, is) = (old.get(key), new.get(key));
        let what = match (was.is_empty(), is.is_empty()) {
            (true, false) => What::Added,
            (false, true) => What::Removed,
            _ => What::Changed,
        };
        (was != is).then(|| {
            Step::Change(Change {
                what,
                place: Place::Body,
                anchor: Some(key.clone()),
                spans: crate::diff::words(was, is),
            })
        })
    };
    keys.into_iter().filter_map(step).collect()
}

impl Members {
    fn get(&self, key: &str) -> &str {
        let found = self.0.iter().find(|(name, _)| name == key);
        found.map_or("", |(_, text)| text)
    }

    /// The members as a list of names and values.
    pub(super) fn html(&self) -> String {
        let mut out = String::from("<dl class=\"facts\">\n");
        for (key, value) in &self.0 {
            let (key, value) = (escape::text(key), escape::text(value));
            let _ = writeln!(
                out,
                "<div><dt><code>{key}</code></dt><dd dir=\"auto\">{value}</dd></div>"
            );
        }
        out.push_str("</dl>\n");
        out
    }
}

/// A value in words: titles for ids, dates spelt out, the rest as it is written.
fn say(view: &View<'_>, lang: Lang, value: &Value) -> String {
    let tongue = view.tongue(lang);
    match value {
        Value::String(text) => say_text(view, lang, tongue, text),
        Value::Array(all) => join(all.iter().map(|value| say(view, lang, value)), "; "),
        Value::Object(members) => {
            let said = members.iter().map(|(key, value)| match value {
                Value::Bool(_) => key.clone(),
                value => format!("{key}: {}", say(view, lang, value)),
            });
            join(said, ", ")
        }
        other => other.to_string(),
    }
}

fn say_text(view: &View<'_>, lang: Lang, tongue: &Tongue, text: &str) -> String {
    let title = || {
        let doc = view.register.by_id(text.parse::<DocumentId>().ok()?)?;
        Some(view.title(doc, lang)?.text.to_owned())
    };
    let date = || {
        let digit = text.starts_with(|first: char| first.is_ascii_digit());
        let local: Local = digit.then(|| text.parse().ok())??;
        let day = tongue.dates.day(local.date);
        Some(
            local
                .time
                .map_or_else(|| day.to_string(), |time| format!("{day}, {}", tongue.dates.time(time))),
        )
    };
    title().or_else(date).unwrap_or_else(|| text.to_owned())
}

fn join(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}

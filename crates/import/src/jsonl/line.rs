//! One statement from one line.

use super::{LineError, Published, refused, text};
use crate::{
    candidate::{About, Remark},
    html,
    markdown::{self, Resolve},
    text::{CarryForm, LabelForm, ParticipantForm, PlaceForm},
    words,
};
use record::{
    body::Block,
    facts::{Delegate, TextKind},
    lang::Lang,
    words::{Authority, Label},
};
use serde::Deserialize;
use std::{borrow::Cow, collections::BTreeMap};

/// The fields of a line; borrowed where the line has no escapes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a statement in braces")]
struct Raw<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    site: Cow<'a, str>,
    lang: Lang,
    #[serde(borrow, default)]
    section: Cow<'a, str>,
    slug: Option<String>,
    #[serde(borrow)]
    title: Cow<'a, str>,
    summary: Option<String>,
    published: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(borrow, default)]
    body: Option<Lazy<'a>>,
    #[serde(borrow, default)]
    html: Option<Lazy<'a>>,
    url: Option<String>,
    captured: Option<String>,
    #[serde(rename = "type", default = "news")]
    kind: TextKind,
    zone: Option<String>,
    #[serde(default)]
    countries: Vec<String>,
    place: Option<PlaceForm>,
    #[serde(default)]
    people: Vec<ParticipantForm>,
    #[serde(default)]
    carry: Vec<CarryForm>,
    #[serde(default)]
    delegate: Vec<Delegate>,
    #[serde(default)]
    old: Vec<String>,
    authority: Option<Authority>,
    source: Option<Lang>,
    #[serde(default)]
    labels: BTreeMap<String, LabelForm>,
}

/// A long text that is copied only where it has escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Lazy<'a>(#[serde(borrow)] Cow<'a, str>);

fn news() -> TextKind {
    TextKind::News
}

/// A statement in one language. Names are not yet ids: sections and topics are slugs or labels, as the source has them.
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// The source's own id; lines of one id in several languages are one document.
    pub id: String,
    /// Code of the site that issued it.
    pub site: String,
    /// Language of the words.
    pub lang: Lang,
    /// Section of the site, by slug or label.
    pub section: Option<String>,
    /// Last part of the address, if the source has one.
    pub slug: Option<String>,
    /// Plain text, one line.
    pub title: String,
    /// One or two sentences.
    pub summary: Option<String>,
    /// When it was published; absent only for standing texts.
    pub published: Option<Published>,
    /// Topics, by slug or label.
    pub topics: Vec<String>,
    /// The text; blocks without fixed ids have the id 0.
    pub body: Vec<Block>,
    /// Address it was published at.
    pub url: Option<String>,
    /// When it was captured, RFC 3339.
    pub captured: Option<String>,
    /// What kind of text it is; news unless stated.
    pub kind: TextKind,
    /// IANA zone of its date.
    pub zone: Option<String>,
    /// Countries it is about.
    pub countries: Vec<String>,
    /// Where it took place.
    pub place: Option<PlaceForm>,
    /// People in it.
    pub people: Vec<ParticipantForm>,
    /// Which other sites carry it.
    pub carry: Vec<CarryForm>,
    /// Who else may publish words.
    pub delegate: Vec<Delegate>,
    /// Earlier addresses, whole.
    pub old: Vec<String>,
    /// Weight of this language version, where stated.
    pub authority: Option<Authority>,
    /// Language it was translated from.
    pub source: Option<Lang>,
    /// What local ids of the facts are called.
    pub labels: Vec<Label>,
    /// What was lost of `html`.
    pub remarks: Vec<Remark>,
}

/// Reads one line. The caller passes over lines that are empty.
///
/// # Errors
/// The first thing that is wrong with the line, with its number and field.
pub fn parse_line(bytes: &[u8], line: u64) -> Result<Statement, LineError> {
    parse_line_with(bytes, line, &|_| None)
}

/// Reads one line whose body may link to documents by name.
///
/// # Errors
/// The first thing that is wrong with the line, with its number and field.
pub fn parse_line_with(bytes: &[u8], line: u64, resolve: Resolve<'_>) -> Result<Statement, LineError> {
    let raw: Raw = serde_json::from_str(text(bytes, line)?).map_err(|error| refused(&error, line))?;
    let title = words::line(&raw.title);
    check(&raw, &title, line)?;
    let published = published(&raw, line)?;
    let (body, mut remarks) = body(&raw, line, resolve)?;
    if body.is_empty() {
        let text = "the text is empty".to_owned();
        remarks.push(Remark {
            line: None,
            about: About::Text,
            text,
        });
    }
    Ok(Statement {
        id: raw.id.into_owned(),
        site: raw.site.into_owned(),
        lang: raw.lang,
        section: Some(words::line(&raw.section)).filter(|s| !s.is_empty()),
        slug: raw.slug,
        title,
        summary: raw.summary.map(|s| words::line(&s)).filter(|s| !s.is_empty()),
        published,
        topics: raw.topics.iter().map(|topic| words::line(topic)).collect(),
        body,
        url: raw.url.filter(|u| !u.is_empty()),
        captured: raw.captured,
        kind: raw.kind,
        zone: raw.zone,
        countries: raw.countries,
        place: raw.place,
        people: raw.people,
        carry: raw.carry,
        delegate: raw.delegate,
        old: raw.old,
        authority: raw.authority,
        source: raw.source,
        labels: raw.labels.iter().map(|(n, form)| form.label(n)).collect(),
        remarks,
    })
}

fn check(raw: &Raw<'_>, title: &str, line: u64) -> Result<(), LineError> {
    let empty = |field: &str| {
        Err(LineError::new(
            line,
            Some(field),
            format!("the field `{field}` is empty"),
        ))
    };
    if raw.id.trim().is_empty() {
        return empty("id");
    }
    if raw.site.is_empty() {
        return empty("site");
    }
    if title.is_empty() {
        return empty("title");
    }
    if raw.lang.is_facts() {
        return Err(LineError::new(line, Some("lang"), "`zxx` is no language of words"));
    }
    if let Some(captured) = raw
        .captured
        .as_deref()
        .filter(|c| c.parse::<jiff::Timestamp>().is_err())
    {
        let message = format!("`{captured}` is no moment such as 2026-03-14T15:08:00+07:00");
        return Err(LineError::new(line, Some("captured"), message));
    }
    Ok(())
}

fn published(raw: &Raw<'_>, line: u64) -> Result<Option<Published>, LineError> {
    let wrong = |message: String| LineError::new(line, Some("published"), message);
    match &raw.published {
        Some(text) => Published::read(text).map(Some).ok_or_else(|| {
            wrong(format!(
                "`{}` is no moment such as 2026-03-14T15:08:00+07:00",
                crate::problem::shown(text)
            ))
        }),
        None if raw.kind.is_standing() => Ok(None),
        None => Err(wrong("the field `published` is missing".to_owned())),
    }
}

fn body(raw: &Raw<'_>, line: u64, resolve: Resolve<'_>) -> Result<(Vec<Block>, Vec<Remark>), LineError> {
    match (&raw.body, &raw.html) {
        (Some(_), Some(_)) => {
            let message = "the line has `body` and `html`: it needs one of them";
            Err(LineError::new(line, Some("html"), message))
        }
        (Some(body), None) => markdown::parse(&body.0, resolve)
            .map(|blocks| (blocks, Vec::new()))
            .map_err(|problems| {
                let told: Vec<String> = problems.iter().take(3).map(ToString::to_string).collect();
                LineError::new(line, Some("body"), format!("in `body`, {}", told.join("; ")))
            }),
        (None, Some(html)) => Ok(html::fragment(&html.0, raw.url.as_deref(), Some(raw.lang))),
        (None, None) => Err(LineError::new(line, Some("body"), "the line lacks `body` or `html`")),
    }
}

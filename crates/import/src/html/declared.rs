//! What a page declares about itself: meta elements, linked data, time elements, canonical address, language.

use crate::{dates, language_tag, words::line};
use dom_query::{Document, NodeRef};
use record::{date::Local, lang::Lang};

/// What a page declares.
#[derive(Default, Debug)]
pub(super) struct Declared {
    /// The element `title`.
    pub(super) title: String,
    /// Titles made for sharing.
    pub(super) shared_title: Option<String>,
    /// Name of the site.
    pub(super) site: String,
    /// Level-1 headings.
    pub(super) headings: Vec<String>,
    pub(super) summary: Option<String>,
    /// The date of publication, and whether it is in UTC where the page may be elsewhere.
    pub(super) date: Option<(Local, bool)>,
    pub(super) url: Option<String>,
    pub(super) lang: Option<Lang>,
    pub(super) section: Option<String>,
    /// Labels of a breadcrumb that is marked as one.
    pub(super) path: Vec<String>,
}

/// Names of meta elements that state the date of publication, best first; folded to letters and digits.
const DATES: [&str; 18] = [
    "articlepublishedtime",
    "ogpublishedtime",
    "datepublished",
    "publisheddate",
    "publicationdate",
    "publishdate",
    "pubdate",
    "publishedtime",
    "articlepublished",
    "articledatepublished",
    "dctermsissued",
    "dctermscreated",
    "dcdateissued",
    "dcdatecreated",
    "dcdate",
    "parselypubdate",
    "sailthrudate",
    "date",
];

/// Reads what a page declares.
pub(super) fn read(document: &Document) -> Declared {
    let mut declared = Declared {
        title: text(document, "title"),
        headings: document
            .select("h1")
            .iter()
            .take(10)
            .map(|h| line(&h.text()))
            .filter(|h| !h.is_empty())
            .collect(),
        lang: language(document),
        url: attribute(document, "link[rel=canonical]", "href"),
        ..Declared::default()
    };
    metas(document, &mut declared);
    linked_data(document, &mut declared);
    if declared.path.is_empty() {
        declared.path = crumbs(document);
    }
    if declared.date.is_none() {
        declared.date = time_element(document);
    }
    declared
}

fn text(document: &Document, selector: &str) -> String {
    line(&document.select_single(selector).text())
}

fn attribute(document: &Document, selector: &str, name: &str) -> Option<String> {
    let value = document.select_single(selector).attr(name)?;
    Some(line(&value)).filter(|v| !v.is_empty())
}

fn language(document: &Document) -> Option<Lang> {
    let stated = attribute(document, "html", "lang")
        .or_else(|| attribute(document, "html", "xml:lang"))
        .or_else(|| attribute(document, "body", "lang"))
        .or_else(|| attribute(document, "meta[http-equiv=content-language]", "content"));
    language_tag::of_page(&stated?)
}

fn metas(document: &Document, declared: &mut Declared) {
    let mut best = DATES.len();
    for meta in document.select("meta").iter().take(300) {
        let name = meta
            .attr("property")
            .or_else(|| meta.attr("name"))
            .or_else(|| meta.attr("itemprop"));
        let (Some(name), Some(content)) = (name, meta.attr("content")) else {
            continue;
        };
        let content = line(&content);
        let key: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        if let Some(rank) = DATES.iter().position(|date| *date == key).filter(|rank| *rank < best)
            && let Some(date) = stated(&content)
        {
            best = rank;
            declared.date = Some(date);
        }
        let first = |slot: &mut Option<String>| {
            if slot.is_none() && !content.is_empty() {
                *slot = Some(content.clone());
            }
        };
        match key.as_str() {
            "ogtitle" | "articletitle" | "twittertitle" => first(&mut declared.shared_title),
            "ogsitename" if declared.site.is_empty() => declared.site.clone_from(&content),
            "description" | "ogdescription" => first(&mut declared.summary),
            "ogurl" => first(&mut declared.url),
            "articlesection" | "columnname" => first(&mut declared.section),
            _ => {}
        }
    }
}

/// Headline, date and section of linked data, wherever they stand in it.
fn linked_data(document: &Document, declared: &mut Declared) {
    for script in document.select("script[type='application/ld+json']").iter().take(10) {
        let source = script.text();
        let Ok(value) = serde_json::from_str::<serde_json::Value>(source.trim()) else {
            continue;
        };
        let mut objects = Vec::new();
        collect(&value, 0, &mut objects);
        for object in objects {
            let get = |key: &str| {
                object
                    .get(key)
                    .and_then(serde_json::Value::as_str)
                    .map(line)
                    .filter(|v| !v.is_empty())
            };
            let is_text = get("headline").is_some();
            if declared.date.is_none() && is_text {
                declared.date = get("datePublished").and_then(|date| stated(&date));
            }
            if declared.path.is_empty() {
                declared.path = listed(object);
            }
            if declared.shared_title.is_none() {
                declared.shared_title = get("headline");
            }
            if declared.section.is_none() && is_text {
                declared.section = get("articleSection");
            }
        }
    }
}

/// Labels of the first element that calls itself a breadcrumb.
fn crumbs(document: &Document) -> Vec<String> {
    let marks = "[class*=breadcrumb], [id*=breadcrumb], [aria-label*=readcrumb], [class*=Breadcrumb]";
    let found = document.select(marks);
    let labels = |node: &NodeRef<'_>| -> Vec<String> {
        let inner = |name: &str| -> Vec<String> {
            let nodes = node.descendants_it().filter(|inner| inner.has_name(name)).take(12);
            let labels = nodes.map(|inner| label(&inner.text()));
            labels.filter(|l| !l.is_empty() && l.chars().count() <= 90).collect()
        };
        let items = inner("li");
        if items.len() > 1 { items } else { inner("a") }
    };
    let all = found.nodes().iter().take(5).map(labels);
    all.into_iter().find(|labels| labels.len() > 1).unwrap_or_default()
}

/// A label without the separators that a template wrote beside it.
fn label(text: &str) -> String {
    line(text)
        .trim_matches(|c: char| matches!(c, '>' | '›' | '»' | '/' | '|' | '→') || c.is_whitespace())
        .to_owned()
}

/// Names of a list of breadcrumbs in linked data.
fn listed(object: &serde_json::Map<String, serde_json::Value>) -> Vec<String> {
    let list = object.get("itemListElement").and_then(serde_json::Value::as_array);
    let is_crumbs = object.get("@type").and_then(serde_json::Value::as_str) == Some("BreadcrumbList");
    let name = |item: &serde_json::Value| {
        let name = item.get("name").or_else(|| item.get("item")?.get("name"))?;
        Some(line(name.as_str()?)).filter(|n| !n.is_empty())
    };
    list.filter(|_| is_crumbs)
        .into_iter()
        .flatten()
        .take(12)
        .filter_map(name)
        .collect()
}

fn collect<'v>(
    value: &'v serde_json::Value,
    depth: usize,
    out: &mut Vec<&'v serde_json::Map<String, serde_json::Value>>,
) {
    if depth > 6 || out.len() > 200 {
        return;
    }
    match value {
        serde_json::Value::Object(object) => {
            out.push(object);
            object.values().for_each(|inner| collect(inner, depth + 1, out));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|inner| collect(inner, depth + 1, out)),
        _ => {}
    }
}

/// The first time element that is marked as the publication, or else the only one.
fn time_element(document: &Document) -> Option<(Local, bool)> {
    let times: Vec<NodeRef<'_>> = document.select("time").nodes().iter().take(50).copied().collect();
    let marked = times.iter().find(|time| {
        let says = |name: &str| time.attr(name).unwrap_or_default().to_ascii_lowercase();
        time.has_attr("pubdate") || says("itemprop").contains("published") || says("class").contains("publish")
    });
    let time = marked.or(times.first().filter(|_| times.len() == 1))?;
    let value = time
        .attr("datetime")
        .map_or_else(|| line(&time.text()), |value| line(&value));
    stated(&value)
}

/// A date as pages state it to programs, and whether it is in UTC.
pub(super) fn stated(text: &str) -> Option<(Local, bool)> {
    let found = dates::find(text, None)?;
    let rest = text
        .get(found.end..)
        .unwrap_or_default()
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ':');
    let is_utc =
        found.local.time.is_some() && (rest.starts_with(['Z', 'z']) || rest.starts_with("+00") || rest.contains("GMT"));
    Some((found.local, is_utc))
}

//! A whole page: bytes to candidate.

use super::{blocks, blocks::Context, declared, declared::Declared, edges, guard, lines};
use crate::{
    candidate::{About, Candidate, Hints},
    dump, encoding, fold, language,
    problem::shown,
    words::{line, weight},
};
use dom_query::Document;
use dom_smoothie::{Config, Readability};
use encoding_rs::Encoding;
use record::body::{Block, block_plain};

/// A page is larger than it may be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the page has {size} bytes: at most {most} are read")]
pub struct TooLarge {
    /// Its size in bytes.
    pub size: usize,
    /// The size that was allowed.
    pub most: usize,
}

/// How few letters and digits an article may have before the rendered lines are asked as well.
const LEAST: usize = 120;

/// Reads a page of at most `most` bytes.
///
/// # Errors
/// The page is larger.
pub fn read(bytes: &[u8], hints: &Hints, most: usize) -> Result<Candidate, TooLarge> {
    if bytes.len() > most {
        return Err(TooLarge {
            size: bytes.len(),
            most,
        });
    }
    let decoded = encoding::decode(bytes, encoding_of(bytes));
    let mut page = if guard::is_sound(&decoded.text) {
        sound(&decoded.text, hints)
    } else {
        let mut page = dump::read(&guard::words(&decoded.text), hints);
        let what = "the markup is too deep or broken to be read: only its words were taken";
        page.remark(None, About::Text, what);
        page
    };
    page.remarks.extend(decoded.remark);
    Ok(page)
}

/// The encoding that the first bytes of a page declare.
fn encoding_of(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..4096).unwrap_or(bytes).to_ascii_lowercase();
    let at = start.windows(8).position(|w| w == b"charset=")? + 8;
    let label: Vec<u8> = start[at..]
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b'"' | b'\'' | b' '))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
        .collect();
    Encoding::for_label(&label)
}

fn sound(html: &str, hints: &Hints) -> Candidate {
    let document = Document::from(html);
    let declared = declared::read(&document);
    let rendered = lines::read(&document.root());
    let seen = dump::read(&rendered, hints);
    let url = hints.url.clone().or_else(|| declared.url.clone());
    let lang = hints.lang.or(declared.lang).or(seen.lang);
    let mut page = Candidate {
        url,
        ..Candidate::default()
    };
    let body = article(document, lang, &mut page);
    let body_weight: usize = body.iter().map(|block| weight(&block_plain(block))).sum();
    let seen_weight: usize = seen.body.iter().map(|block| weight(&block_plain(block))).sum();
    page.title = title(&declared, &seen);
    date(&declared, &seen, &mut page);
    section(&declared, &seen, &mut page);
    page.menu.clone_from(&seen.menu);
    page.topics.clone_from(&seen.topics);
    page.summary = declared.summary.filter(|s| !same(s, &page.title));
    page.body = if body_weight < LEAST && seen_weight > body_weight * 2 {
        page.remark(
            None,
            About::Text,
            "the text was taken from the page's lines: links are lost",
        );
        seen.body
    } else {
        edges::trimmed(body, &seen.menu, &mut page)
    };
    page.lang = hints.lang.or_else(|| spoken(&page.body)).or(lang);
    doubts(&mut page);
    page
}

/// The language of the text itself, which is surer than what a template declares.
fn spoken(body: &[Block]) -> Option<record::lang::Lang> {
    let words: Vec<String> = body.iter().take(30).map(block_plain).collect();
    language::of(&words.join(" "))
}

/// The article of the page as blocks; remarks go to the page.
fn article(document: Document, lang: Option<record::lang::Lang>, page: &mut Candidate) -> Vec<Block> {
    let config = Config {
        char_threshold: 200,
        ..Config::default()
    };
    let Ok(mut reader) = Readability::with_document(document, None, Some(config)) else {
        return Vec::new();
    };
    let Ok(article) = reader.parse() else { return Vec::new() };
    let fragment = Document::fragment(article.content);
    for menu in fragment.select("nav, [role=navigation]").nodes() {
        let what = format!("a menu: {}", shown(&line(&menu.text())));
        page.remark(None, About::LeftOut, what);
        menu.remove_from_parent();
    }
    let url = page.url.clone();
    let mut context = Context {
        url: url.as_deref(),
        lang,
        page,
    };
    blocks::read(&fragment.root(), &mut context)
}

/// The title: the most telling of headings and the title of the rendered lines that the declared title has in it too.
fn title(declared: &Declared, seen: &Candidate) -> String {
    let whole = fold::letters(&declared.title);
    let shared = without_site(declared.shared_title.as_deref().unwrap_or_default(), &declared.site);
    let own = without_site(&declared.title, &declared.site);
    let own_folded = Some(fold::letters(&own)).filter(|own| weight(own) >= 4);
    let within = |text: &&String| {
        let folded = fold::letters(text);
        let agrees = whole.contains(&folded) || own_folded.as_ref().is_some_and(|own| folded.contains(own));
        weight(text) >= 4 && weight(text) < 400 && (agrees || same(text, &shared)) && !same(text, &declared.site)
    };
    let agreed = declared.headings.iter().chain([&seen.title]).filter(within);
    // Of equally telling ones the first heading wins, so the order is turned round for `max_by_key`.
    let agreed = agreed.rev().max_by_key(|text| weight(text)).cloned();
    let alone = || match declared.headings.as_slice() {
        [heading] if weight(heading) >= 10 => Some(heading.clone()),
        _ => None,
    };
    let stated = Some(shared.clone()).filter(|s| !s.is_empty());
    let best = match (agreed, stated) {
        (Some(agreed), Some(stated)) if weight(&agreed) * 2 < weight(&stated) => Some(stated),
        (agreed, stated) => agreed.or(stated).or_else(alone),
    };
    let best = best.or_else(|| Some(own).filter(|t| !t.is_empty()));
    best.unwrap_or_else(|| seen.title.clone())
        .trim_end_matches(['¶', '#', ' '])
        .to_owned()
}

/// A title without the name of the site that stands before or behind a separator.
fn without_site(title: &str, site: &str) -> String {
    let separators = [" | ", " - ", " – ", " — ", " :: ", " » ", " › ", "_", "|", "丨"];
    let cut = separators.iter().find_map(|sep| {
        let parts: Vec<&str> = title.split(sep).map(str::trim).filter(|p| !p.is_empty()).collect();
        let others: Vec<&str> = parts.iter().copied().filter(|part| !same(part, site)).collect();
        if others.len() < parts.len() && !others.is_empty() {
            return Some(others.join(sep));
        }
        let longest = parts.iter().max_by_key(|part| weight(part))?;
        (parts.len() > 1 && weight(longest) * 2 > weight(title) && weight(longest) >= 10).then(|| (*longest).to_owned())
    });
    cut.unwrap_or_else(|| title.to_owned())
}

/// The date that readers see wins over one for programs, if they agree on the day or nearly.
fn date(declared: &Declared, seen: &Candidate, page: &mut Candidate) {
    let doubts = seen
        .remarks
        .iter()
        .filter(|r| r.about == About::Date && seen.date.is_some());
    match (declared.date, seen.date) {
        (Some((stated, _)), Some(visible))
            if apart(stated, visible) <= 1 && (visible.time.is_some() || stated.date == visible.date) =>
        {
            page.date = Some(match (visible.time, stated.date == visible.date) {
                (None, true) => stated,
                _ => visible,
            });
        }
        (Some((stated, is_utc)), visible) => {
            page.date = Some(stated);
            if is_utc {
                page.remark(
                    None,
                    About::Date,
                    "the date is stated in UTC: the local one may be another",
                );
            }
            if let Some(visible) = visible {
                let what = format!("the page states {stated}, but shows {visible}");
                page.remark(None, About::Date, what);
            }
        }
        (None, visible) => {
            page.date = visible;
            page.remarks.extend(
                doubts
                    .cloned()
                    .map(|remark| crate::candidate::Remark { line: None, ..remark }),
            );
        }
    }
}

fn apart(a: record::date::Local, b: record::date::Local) -> i32 {
    a.date.since(b.date).map_or(i32::MAX, |span| span.get_days().abs())
}

fn section(declared: &Declared, seen: &Candidate, page: &mut Candidate) {
    page.path.clone_from(if declared.path.len() > 1 {
        &declared.path
    } else {
        &seen.path
    });
    let own = |last: &String| same(last, &page.title) || fold::letters(&page.title).ends_with(&fold::letters(last));
    if page.path.len() > 1 && page.path.last().is_some_and(own) {
        page.path.pop();
    }
    page.section = page
        .path
        .get(1..)
        .and_then(|rest| rest.last().cloned())
        .or_else(|| declared.section.clone());
}

pub(super) fn same(a: &str, b: &str) -> bool {
    let (a, b) = (fold::words(a), fold::words(b));
    !a.is_empty() && a == b
}

fn doubts(page: &mut Candidate) {
    if page.title.is_empty() {
        page.remark(None, About::Title, "no title was found");
    }
    if page.date.is_none() {
        page.remark(None, About::Date, "no date was found");
    }
    if page.body.is_empty() {
        page.remark(None, About::Text, "no text was found");
    }
    if page.lang.is_none() {
        page.remark(None, About::Language, "the language is not plain");
    }
}

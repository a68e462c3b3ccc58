//! Readers of what was written or captured elsewhere (`import`). Each target says whether it accepted the bytes, and panics
//! where a promise is broken: whatever is read has the written form that the record takes.

use import::{
    candidate::{Candidate, Hints},
    dates, dump, encoding, html, jsonl, language, language_tag, mapping, markdown, ordinals, review, slug, text,
};
use record::{body::Block, id::DocumentId, lang::Lang, words};

#[expect(clippy::unnecessary_wraps, reason = "the shape of a resolver")]
fn resolve(_: &str) -> Option<DocumentId> {
    Some(DocumentId(1))
}

fn text_of(data: &[u8]) -> Option<&str> {
    str::from_utf8(data).ok()
}

/// A Markdown body.
pub fn markdown(data: &[u8]) -> bool {
    let Some(Ok(body)) = text_of(data).map(|source| markdown::parse(source, &resolve)) else {
        return false;
    };
    written("x", None, body);
    true
}

/// A text for publication, with its front matter.
pub fn text(data: &[u8]) -> bool {
    let Some(Ok(file)) = text_of(data).map(|source| text::parse("name", Lang::ENGLISH, source)) else {
        return false;
    };
    assert_eq!(file.lang, Lang::ENGLISH);
    let Ok(body) = file.blocks(&resolve) else { return false };
    let _ = record::manifest::Manifest::Words(Box::new(file.words.words(body, Some(1)))).check();
    true
}

/// Facts of a document in TOML, and names of files.
pub fn facts(data: &[u8]) -> bool {
    let Some(source) = text_of(data) else { return false };
    let _ = text::file_name(source);
    text::facts_file(source).is_ok()
}

/// A proposal for sections and topics is written as it was read.
pub fn mapping(data: &[u8]) -> bool {
    let Some(Ok(read)) = text_of(data).map(mapping::read) else {
        return false;
    };
    let again = mapping::read(&read.to_toml());
    assert!(again.as_ref() == Ok(&read), "{again:?}\n{}", read.to_toml());
    true
}

/// A line of statements.
pub fn statement(data: &[u8]) -> bool {
    let Ok(statement) = jsonl::parse_line(data, 1) else {
        return false;
    };
    assert_eq!(jsonl::parse_line(data, 1).as_ref(), Ok(&statement));
    assert!(!statement.title.trim().is_empty());
    true
}

/// A line of sites.
pub fn site(data: &[u8]) -> bool {
    jsonl::parse_site(data, 1).is_ok()
}

/// The plain text of a page.
pub fn page_dump(data: &[u8]) -> bool {
    let page = dump::read(&encoding::text(data).text, &Hints::default());
    let accepted = !page.title.is_empty() && !page.body.is_empty();
    let _ = (
        review::candidate(&page),
        mapping::propose([&page], &mapping::Known::default()).to_toml(),
    );
    let gathered = ordinals::gather(page.body.clone());
    written(&page.title, page.summary.clone(), gathered);
    candidate(page);
    accepted
}

/// An HTML page, of any encoding.
pub fn page_html(data: &[u8]) -> bool {
    let Ok(page) = html::read(data, &Hints::default(), 1 << 20) else {
        return false;
    };
    let accepted = !page.title.is_empty() && !page.body.is_empty();
    let _ = review::candidate(&page);
    candidate(page);
    accepted
}

/// A piece of HTML.
pub fn fragment(data: &[u8]) -> bool {
    let Some(source) = text_of(data) else { return false };
    let (body, _) = html::fragment(source, Some("http://x.example/a/"), Some(Lang::ENGLISH));
    let accepted = !body.is_empty();
    written("x", None, body);
    accepted
}

/// Bytes of an unknown encoding.
pub fn bytes(data: &[u8]) -> bool {
    let decoded = encoding::text(data);
    encoding::is_writing(&decoded.text)
}

/// Small things that are found in a text.
pub fn findings(data: &[u8]) -> bool {
    let Some(source) = text_of(data) else { return false };
    let _ = (
        language::of(source),
        language_tag::read(source),
        language_tag::of_page(source),
    );
    if let Some(slug) = slug::of(source) {
        assert!(
            slug.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{slug}"
        );
        assert_eq!(slug::of(&slug).as_ref(), Some(&slug));
    }
    !dates::all(source, None).is_empty()
}

fn candidate(page: Candidate) {
    written(&page.title, page.summary, page.body);
}

/// Longer titles than the record takes are refused by the caller.
fn written(title: &str, summary: Option<String>, body: Vec<Block>) {
    let end = title.floor_char_boundary(900);
    let mut words = words::Words::new(title[..end].trim_end());
    if words.title.is_empty() {
        words.title = "x".into();
    }
    words.summary = summary.map(Into::into);
    words.body = body;
    number(&mut words.body, &mut 0);
    let checked = words::check(&words);
    assert!(checked.is_ok(), "{checked:?} {words:?}");
    let bytes = record::json::to_bytes(&words).expect("it was checked");
    let back = words::read(&bytes);
    assert!(back.is_ok(), "{back:?} {}", String::from_utf8_lossy(&bytes));
}

/// Gives ids in order, as the record does later.
fn number(body: &mut [Block], next: &mut u32) {
    for block in body {
        *next += 1;
        block.id.0 = *next;
        for item in block.kind.items_mut() {
            *next += 1;
            item.id.0 = *next;
        }
        block.kind.bodies_mut().into_iter().for_each(|body| number(body, next));
    }
}

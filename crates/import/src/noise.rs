//! Readers of foreign files are given noise: random bytes, and pieces of what they look for in random order.

use crate::{
    candidate::Hints, dates, dump, encoding, html, jsonl, language, mapping, markdown, ordinals, review, slug, text,
};
use record::lang::Lang;

/// A small generator of its own, so that a failure can be repeated.
struct Noise(u64);

impl Noise {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below.max(1)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| u8::try_from(self.next(256)).unwrap_or(0)).collect()
    }

    fn pieces(&mut self, pieces: &[&str], count: usize) -> String {
        (0..count).map(|_| pieces[self.next(pieces.len())]).collect()
    }
}

const MARKDOWN: &[&str] = &[
    "\n",
    "\n\n",
    " ",
    "    ",
    "# ",
    "## ",
    "- ",
    "1. ",
    "> ",
    "*",
    "**",
    "_",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "^[",
    "{#b7}",
    "{lang=fr}",
    "{quote}",
    "{by=m1 how=reported}",
    "::: points\n",
    "::: callout note T\n",
    "::: question m1\n",
    ":::\n",
    "::: contact x\n",
    "```\n",
    "~~~\n",
    "---\n",
    "Table: c\n",
    "| a | b |\n",
    "|---|---|\n",
    "\\",
    "\\\n",
    "<b>",
    "<!--",
    "&amp;",
    "&",
    "`",
    "![a](b)",
    "[a](https://x.example)",
    "[a](doc:b#b3)",
    "words",
    "港口",
    "ميناء",
    "é",
    "\u{301}",
    "\u{200b}",
    "\r",
    "\0",
    "— Name",
    "$",
    "~",
    "+++\n",
    "\u{fdd0}",
    "\u{1fffe}",
    "\u{85}",
    "&#xfdd0;",
    "&#x7f;",
];

const HTML: &[&str] = &[
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<table>",
    "<tr>",
    "<td colspan=9>",
    "<td rowspan=99>",
    "<th>",
    "</table>",
    "<ul>",
    "<li>",
    "</ul>",
    "<b>",
    "<i>",
    "<a href='x'>",
    "</a>",
    "<br>",
    "<h1>",
    "</h1>",
    "<h3>",
    "<blockquote>",
    "<pre>",
    "<script>",
    "</script>",
    "<title>",
    "<meta charset=gbk>",
    "<time datetime='2020-01-02'>",
    "words and words. ",
    "港口开放。",
    "\0",
    "<",
    ">",
    "&nbsp;",
    "<svg>",
    "<math>",
    "<template>",
    "<select>",
    "<frameset>",
    "<html lang=vi>",
    "<p lang=ar>",
    "<img src=x>",
    "<!--",
    "-->",
    "2020-01-02 10:00",
    "\u{fdd0}",
    "\u{ffff}",
    "\u{85}",
    "&#xfdd0;",
    "&#x1fffe;",
    "&#x80;",
    "&#x9f;",
    "<a href='https://x.example/\u{fdd0}'>",
    "<title>\u{fdd0}</title>",
];

const PAGE: &[&str] = &[
    "\n",
    "\n\n",
    "  ",
    "\u{a0}",
    "\u{3000}",
    "Home",
    " > ",
    "News",
    "»",
    "2020-01-02",
    " 15:08",
    "March 14, 2020",
    "Tarrow attends a meeting of ports",
    "The ministers met in the harbour, and they spoke of tides. ",
    "First, a. ",
    "Second, b. ",
    "第一，",
    "①",
    "[ x ]",
    "©",
    "|",
    "- ",
    "Print",
    ":",
    "99/99/9999",
    "٣",
    "ngày 14 tháng 3 năm 2020",
    "a@b.example",
    "+999 40 555 0100",
    "\u{202e}",
    "\u{feff}",
    "\u{fdd0}",
    "\u{ffff}",
    "\u{85}",
    "\u{7f}",
];

fn read_all(bytes: &[u8], words: &str) {
    let resolve = |_: &str| Some(record::id::DocumentId(1));
    if let Ok(body) = markdown::parse(words, &resolve) {
        check_form("x", None, body);
    }
    let _ = text::parse("a", Lang::ENGLISH, words);
    let _ = text::facts_file(words);
    let _ = text::file_name(words);
    let _ = mapping::read(words);
    let _ = (jsonl::parse_line(bytes, 1), jsonl::parse_site(bytes, 1));
    let _ = (
        dates::all(words, None),
        language::of(words),
        slug::of(words),
        encoding::text(bytes),
    );
    let (body, _) = html::fragment(words, Some("http://x.example/a/"), Some(Lang::ENGLISH));
    check_form("x", None, body);
    if let Ok(page) = html::read(words.as_bytes(), &Hints::default(), 1 << 20) {
        let _ = review::candidate(&page);
        check_page(page);
    }
    if let Ok(page) = html::read(bytes, &Hints::default(), 1 << 20) {
        check_page(page);
    }
    check_page(dump::read(&encoding::text(bytes).text, &Hints::default()));
    let page = dump::read(words, &Hints::default());
    let _ = (
        review::candidate(&page),
        mapping::propose([&page], &mapping::Known::default()).to_toml(),
    );
    check_form(&page.title, page.summary, ordinals::gather(page.body));
}

fn check_page(page: crate::candidate::Candidate) {
    check_form(&page.title, page.summary, page.body);
}

/// Whatever is read has the written form that the record takes; longer titles than it takes are refused by the caller.
fn check_form(title: &str, summary: Option<String>, body: Vec<record::body::Block>) {
    let mut words = record::words::Words::new(title.get(..900).unwrap_or(title));
    words.title = words.title.trim_end().into();
    words.summary = summary.map(Into::into);
    words.body = body;
    let mut next = 0;
    number(&mut words.body, &mut next);
    let checked = record::words::check(&words);
    assert!(checked.is_ok(), "{checked:?} {:?}", words.body);
    let bytes = record::json::to_bytes(&words);
    assert!(bytes.is_ok(), "{bytes:?} {:?}", words.body);
    let bytes = bytes.unwrap_or_default();
    let back = record::words::read(&bytes);
    assert!(back.is_ok(), "{back:?} {}", String::from_utf8_lossy(&bytes));
}

/// Gives ids in order, as the record does later.
fn number(body: &mut [record::body::Block], next: &mut u32) {
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

/// Reads noise drawn from a seed, which alone says what it is.
fn read_noise(seed: u64) {
    let mut noise = Noise(seed);
    for round in 0..60 {
        let length = noise.next(400);
        let bytes = noise.bytes(length);
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        read_all(&bytes, &lossy);
        for pieces in [MARKDOWN, HTML, PAGE] {
            let count = 1 + noise.next(10 + round);
            let words = noise.pieces(pieces, count);
            read_all(words.as_bytes(), &words);
        }
    }
}

#[test]
fn noise_is_read_without_panic_and_gives_written_form() {
    (1..=3).for_each(read_noise);
}

#[test]
#[ignore = "minutes of noise: cargo test -p import --release noise -- --ignored"]
fn much_more_noise_is_read_the_same_way() {
    (100..2_100).for_each(read_noise);
}

#[test]
fn cut_lines_of_json_are_refused() {
    let line =
        r#"{"id":"1","site":"vn","lang":"en","title":"T","published":"2020-01-02T10:00:00Z","body":"x é \u0041"}"#;
    assert!(jsonl::parse_line(line.as_bytes(), 1).is_ok());
    for end in 0..line.len() {
        assert!(jsonl::parse_line(&line.as_bytes()[..end], 1).is_err());
    }
}

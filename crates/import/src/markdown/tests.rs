use super::*;
use crate::shape;

/// Knows one document, `harbour`, and one office.
fn resolve(name: &str) -> Option<DocumentId> {
    match name {
        "harbour" => Some(DocumentId(7)),
        "offices/main" => Some(DocumentId(8)),
        _ => None,
    }
}

fn read(source: &str) -> String {
    match parse(source, &resolve) {
        Ok(body) => shape::blocks(&body),
        Err(problems) => problems.iter().map(|p| format!("{p}\n")).collect(),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (source, want) in cases {
        assert_eq!(read(source), *want, "{source}");
    }
}

/// Each source has one problem, on this line, whose message has this in it.
fn check_problem(cases: &[(&str, usize, &str)]) {
    for (source, line, part) in cases {
        let problems = parse(source, &resolve).err().unwrap_or_default();
        let told = problems.iter().any(|p| p.line == *line && p.message.contains(part));
        assert!(told && problems.len() == 1, "{source}: {problems:?}");
    }
}

#[test]
fn paragraphs_are_read_with_and_without_marks() {
    check(&[
        ("", ""),
        ("One line\nand another.\n\nNext.", "p(One line and another.) p(Next.)"),
        ("港口开放，\n人人可来。", "p(港口开放，人人可来。)"),
        ("*港口*开放，\n人人可来。", "p(<em 港口>开放，人人可来。)"),
        ("Two  spaces  \nat the end", "p(Two spaces at the end)"),
        (
            "2026 was a year.\r\n\r\nSo was 2025.",
            "p(2026 was a year.) p(So was 2025.)",
        ),
        ("a *b* **c** & d &amp; e \\*f\\*", "p(a <em b> <b c> & d & e *f*)"),
        ("first\\\nsecond", "p(first<br>second)"),
        ("\\\nfirst\\\n*b*\\\n\\\n {#b7}", "p#7(first<br><em b>)"),
        (
            "see <https://a.example/> or <a@b.example>",
            "p(see <a https://a.example/ https://a.example/> or <a mailto:a@b.example a@b.example>)",
        ),
        ("Ca\u{302}n", "p(Cân)"),
    ]);
}

#[test]
fn headings_lists_quotations_and_breaks_are_read() {
    check(&[
        ("## Two\n\n### Three\n\n#### Four", "h2(Two) h3(Three) h4(Four)"),
        ("- a\n- b\n\ntext", "ul(a | b) p(text)"),
        ("3. a\n4. b", "ol3(a | b)"),
        ("- a\n\n  more\n\n- b\n  - c", "ul(a {p(more)} | b {ul(c)})"),
        ("> words\n> — Name", "quote(p(words) — Name)"),
        ("> one\n>\n> two\n>\n> — A *Name*", "quote(p(one) p(two) — A <em Name>)"),
        ("> 一句话\n> ——某人", "quote(p(一句话) — 某人)"),
        ("> — Not a source\n> but a talk", "quote(p(— Not a source but a talk))"),
        ("a\n\n---\n\nb", "p(a) break p(b)"),
        ("```\n::: x\n  kept\n```", "pre(\"::: x\\n  kept\")"),
        ("    four\n    spaces", "pre(\"four\\nspaces\")"),
    ]);
}

#[test]
fn brackets_with_braces_and_footnotes_are_read() {
    check(&[
        ("the [ordre du jour]{lang=fr} of", "p(the <fr ordre du jour> of)"),
        ("[so *she* said]{quote}", "p(<q so <em she> said>)"),
        ("H[2]{sub}O and m[2]{sup}", "p(H<sub 2>O and m<sup 2>)"),
        (
            "word^[a [link](https://a.example) here] on",
            "p(word<note a <a https://a.example link> here> on)",
        ),
        (
            "[plain] and \\[escaped]{quote} {so}",
            "p([plain] and [escaped]{quote} {so})",
        ),
        ("a ] b [ c", "p(a ] b [ c)"),
        ("*a [b* c]", "p(<em a [b> c])"),
        ("[[[[[[[[[[deep]]]]]]]]]]", "p([[[[[[[[[[deep]]]]]]]]]])"),
    ]);
    check_problem(&[("x\n\nword^[a ^[b] c] on", 3, "within a footnote")]);
}

#[test]
fn links_lead_to_addresses_and_documents() {
    check(&[
        ("[a](HTTPS://x.example/y)", "p(<a https://x.example/y a>)"),
        ("[a](tel:+999105550100)", "p(<a tel:+999105550100 a>)"),
        ("[a](doc:harbour) [b](doc:harbour#b3)", "p(<a doc:7 a> <a doc:7#b3 b>)"),
    ]);
    check_problem(&[
        ("x\n\n[a](doc:nowhere)", 3, "no document `nowhere`"),
        ("[a](doc:harbour#x)", 1, "behind `#`"),
        ("[a](javascript:alert)", 1, "no address for a link"),
        ("[a](page.html)", 1, "no address for a link"),
        ("[a](https://x.example \"title\")", 1, "no title"),
        ("[](https://x.example)", 1, "needs words"),
        ("[a]: https://x.example", 1, "is not read"),
    ]);
}

#[test]
fn tables_have_head_and_caption() {
    check(&[
        (
            "Table: Fees in *lam*\n| a | b |\n|---|---|\n| 1 | [2]{sup} |\n\nafter",
            "table(Fees in <em lam> ; a | b ; 1 | <sup 2>) p(after)",
        ),
        ("Table: x\n| | |\n|---|---|\n| 1 | 2 |", "table(x ;  ; 1 | 2)"),
    ]);
    check_problem(&[
        ("text\n\nTable: x\nnot | a table", 3, "caption stands straight above"),
        ("| a |\n|---|", 1, "needs a row"),
        ("x\n\n| a |\n|---|\n| 1 |", 3, "needs a caption"),
        ("> Table: x\n> | a |\n> |---|\n> | 1 |", 2, "needs a caption"),
    ]);
}

#[test]
fn containers_are_read() {
    check(&[
        (
            "::: points {#b3 by=m1 how=reported}\nFirst, a.\n\nSecond, b. {#b9}\n\n- c\n:::",
            "points#3[m1 reported](First, a. | #9Second, b. {ul(c)})",
        ),
        ("::: callout note\nx\n:::", "callout[note ](p(x))"),
        (
            "::: callout deadline By *May* {#b2}\nx\n:::\ny",
            "callout#2[deadline By <em May>](p(x)) p(y)",
        ),
        (
            "::: question m1\nWhy?\n:::\n::: answer\nSo.\n\n> x\n:::",
            "q[m1](p(Why?)) a[](p(So.) quote(p(x)))",
        ),
        (
            "::: callout important\n::: contact offices/main\n:::\n:::",
            "callout[important ](contact(8))",
        ),
    ]);
    check_problem(&[
        ("a\n\n::: warning\nx\n:::", 3, "container `warning` is unknown"),
        ("::: points\nx", 1, "not closed"),
        ("x\n:::", 2, "closes nothing"),
        ("::: points\n:::", 1, "empty"),
        ("::: contact nowhere\n:::", 1, "no office `nowhere`"),
        ("::: contact offices/main\nx\n:::", 1, "holds no text"),
        ("::: callout red\nx\n:::", 1, "note, important or deadline"),
        ("::: question The Minister\nx\n:::", 1, "no local id"),
        ("::: points\n## x\n:::", 1, "headings stand outside"),
    ]);
}

#[test]
fn braces_fix_ids_and_voices() {
    check(&[
        ("words {#b7 by=m1 how=reported}", "p#7[m1 reported](words)"),
        ("## Head {#b2}", "h2#2(Head)"),
        ("- a {#b4}\n- b\n{#b3}", "ul#3(#4a | b)"),
        ("> words\n> — Name {#b5}\n{#b4}", "quote#4(p#5(words) — Name)"),
        (
            "> words {#b5}\n\n{#b4 by=m2 how=verbatim}",
            "quote#4[m2 verbatim](p#5(words))",
        ),
        ("Table: x\n| a |\n|---|\n| 1 |\n{#b8}", "table#8(x ; a ; 1)"),
        ("---\n{#b1}", "break#1"),
        ("[said]{quote} {#b6}", "p#6(<q said>)"),
    ]);
    check_problem(&[
        ("x {#7}", 1, "no id of a block"),
        ("x {#b0}", 1, "no id of a block"),
        ("x {#b99999999999}", 1, "no id of a block"),
        ("x {by=m1}", 1, "needs `how"),
        ("x {by=m1 how=sung}", 1, "unknown"),
        ("x {#b1 colour=red}", 1, "unknown"),
        ("x {#b1}\n\ny\n{#b1}", 4, "first in line 1"),
        ("## x {by=m1 how=reported}", 1, "a heading has no `by`"),
        ("{#b1}", 1, "none before them"),
        ("x {#b1} y", 1, "stand at its end"),
        ("[x]{colour}", 1, "behind brackets is unknown"),
        ("[x]{lang=EN}", 1, "not a canonical language tag"),
    ]);
}

#[test]
fn what_is_not_of_the_set_is_refused_with_its_line() {
    check_problem(&[
        ("a\n\n<div>x</div>", 3, "HTML is not taken"),
        ("a <b>x", 1, "HTML is not taken"),
        ("![x](https://a.example/p.png)", 1, "pictures"),
        ("# One", 1, "headings are"),
        ("##### Five", 1, "headings are"),
        ("a\n\nWords\n---", 3, "makes a heading"),
        ("`code`", 1, "backticks"),
        ("a^[open", 1, "not closed"),
    ]);
}

#[test]
fn deep_nesting_is_told_and_not_followed() {
    let quotes = format!("{}x", "> ".repeat(5000));
    let lists: String = (0..400).map(|n| format!("{}- x\n", "  ".repeat(n))).collect();
    let containers = "::: question\nx\n".repeat(2000);
    let marks = format!("{}x{}", "*a **b ".repeat(500), "** *".repeat(500));
    for source in [quotes, lists, containers] {
        let problems = parse(&source, &resolve).err().unwrap_or_default();
        assert!(!problems.is_empty() && problems.len() <= 50);
    }
    let _ = parse(&marks, &resolve);
}

#[test]
fn brackets_without_end_take_linear_time() {
    for mark in [
        "[",
        "^[",
        "]",
        "{",
        "[x]{",
        "{#b",
        "*",
        "`",
        "<",
        "> ",
        "|",
        "[a](",
        "![",
        "&",
        "\\",
        ":::\n",
        "Table:\n|",
    ] {
        let _ = parse(&mark.repeat(20_000), &resolve);
    }
}

#[test]
fn the_line_of_the_file_is_told() {
    let problems = parse_at("x\n\n# y", 10, &resolve).err().unwrap_or_default();
    assert_eq!(problems.first().map(|p| p.line), Some(12));
}

use super::*;
use crate::shape;

fn lang(tag: &str) -> Lang {
    tag.parse().unwrap_or(Lang::ENGLISH)
}

fn read(source: &str) -> Result<TextFile, Vec<Problem>> {
    parse("dir/name", lang("en"), source)
}

fn check_problem(front: &str, line: usize, part: &str) {
    let told = read(&format!("+++\n{front}\n+++\nbody")).err().unwrap_or_default();
    let found = told.iter().any(|p| p.line == line && p.message.contains(part));
    assert!(found, "{front}: {told:?}");
}

const ORIGINAL: &str = r#"+++
title = "  Harbour   opens "
summary = "It opens."
type = "readout"
site = "vn"
section = "news"
date = 2026-03-14T15:08:00
place = { country = "xb" }
countries = ["xb"]
topics = ["sea"]
old = ["http://old.example/t1.htm?a=1"]
[[people]]
n = "m1"
part = "host"
person = "ilse"
[[carry]]
mode = "must"
sites = ["*"]
[labels.m1]
name = "Ilse"
role = "Minister"
+++

First.

## Second
"#;

#[test]
fn an_original_bears_words_facts_and_body() -> Result<(), Vec<Problem>> {
    let file = read(ORIGINAL)?;
    assert_eq!(file.words.title, "Harbour opens");
    assert_eq!(file.body_line, 23);
    let facts = file.facts.as_ref().ok_or_else(Vec::new)?;
    assert_eq!(facts.kind, DocumentType::Readout);
    assert_eq!(facts.date.map(|d| d.to_string()).as_deref(), Some("2026-03-14T15:08"));
    assert_eq!(facts.place.as_ref().map(|p| p.n.as_str()), Some("l1"));
    assert_eq!(facts.people[0].part, facts::Part::Host);
    assert_eq!(shape::blocks(&file.blocks(&|_| None)?), "p(First.) h2(Second)");
    let words = file.words.words(Vec::new(), None);
    assert_eq!(words.authority, record::words::Authority::Original);
    assert_eq!(words.label("m1").and_then(|l| l.role.as_deref()), Some("Minister"));
    Ok(())
}

#[test]
fn a_translation_has_words_only_and_is_a_courtesy() -> Result<(), Vec<Problem>> {
    let file = read("+++\r\ntitle = \"T\"\r\nsource = \"en\"\r\n+++\r\nx\r\n")?;
    assert_eq!((&file.facts, file.body_line), (&None, 5));
    let words = file.words.words(Vec::new(), Some(3));
    assert_eq!(words.authority, record::words::Authority::Courtesy);
    assert_eq!(words.source.map(|s| (s.lang, s.version)), Some((Lang::ENGLISH, 3)));
    Ok(())
}

#[test]
fn a_body_problem_has_its_line_in_the_file() -> Result<(), Vec<Problem>> {
    let file = read("+++\ntitle = \"T\"\n+++\n\n# One")?;
    let problems = file.blocks(&|_| None).err().unwrap_or_default();
    assert_eq!(problems.first().map(|p| p.line), Some(5));
    Ok(())
}

#[test]
fn wrong_front_matter_is_told_by_line() {
    check_problem("title = \"T\"\ncolour = 1\nhue = 2", 3, "`colour` is unknown");
    check_problem("title = \"T\"\ncolour = 1\nhue = 2", 4, "`hue` is unknown");
    check_problem("summary = \"x\"", 1, "lacks a title");
    check_problem("title = \" \"", 2, "title is empty");
    check_problem("title = \"T\"\nauthority = \"loud\"", 3, "unknown variant");
    check_problem("title = \"T\"\nsource = \"EN\"", 3, "not a canonical language tag");
    check_problem("title = \"T\"\nsite = \"vn\"", 3, "need a `type`");
    check_problem("title = \"T\"\ntype = \"poem\"", 3, "unknown variant");
    check_problem("title = \"T\"\ntype = \"news\"\nhours = []", 4, "no key of this type");
    check_problem("title = \"T\"\ntype = \"news\"\ndate = \"14 March\"", 4, "not a date");
    check_problem(
        "title = \"T\"\ntype = \"news\"\ndate = 2026-03-14T10:00:00Z",
        4,
        "not a date",
    );
    check_problem("title = \"T\"\n[labels.m1]\ncolour = 1", 4, "unknown field");
    check_problem("title = \"T", 2, "");
}

#[test]
fn a_file_without_front_matter_is_told() {
    for (source, part) in [
        ("x", "first line is"),
        ("+++\ntitle = \"T\"\n", "not closed"),
        ("", "first line is"),
    ] {
        let told = read(source).err().unwrap_or_default();
        assert!(
            told.iter().any(|p| p.line == 1 && p.message.contains(part)),
            "{source}: {told:?}"
        );
    }
}

#[test]
fn facts_of_each_type_are_read() -> Result<(), Vec<Problem>> {
    let topic = facts_file("type = \"topic\"\nslug = \"sea\"\nclosed = true")?;
    assert_eq!(topic.closed, ClosedForm::Topic(true));
    let office = facts_file(
        "type = \"office\"\nsite = \"vn\"\n[[hours]]\nfor = \"visa\"\ndays = [1, 2]\nfrom = \"09:00\"\nto = \"12:00\"\n\
         [[closed]]\ndate = \"2026-12-21\"\nn = \"h1\"",
    )?;
    assert!(matches!(&office.closed, ClosedForm::Days(days) if days.len() == 1));
    assert_eq!(office.hours[0].days, [1, 2]);
    let person = facts_file(
        "type = \"person\"\nslug = \"i\"\n[[appointments]]\nn = \"a1\"\nrole = \"consul-general\"\nfrom = 2024-01-02",
    )?;
    assert_eq!(person.appointments[0].role, AppointmentRole::ConsulGeneral);
    let site = facts_file("type = \"site\"\nsite = \"vn\"\nlangs = [\"en\", \"vi\"]")?;
    assert_eq!(site.langs.len(), 2);
    let placement = facts_file("type = \"placement\"\nof = \"a/b\"\non = \"vn\"\npin = true")?;
    assert!(placement.pin && !placement.hide);
    Ok(())
}

#[test]
fn wrong_facts_are_told_by_line() {
    for (source, line, part) in [
        ("slug = \"x\"", 1, "need a `type`"),
        ("type = \"news\"\ntitle = \"x\"", 2, "belongs to the words"),
        ("type = \"topic\"\nslug = \"x\"\nclosed = 3", 3, "true or false"),
        (
            "type = \"section\"\nslug = \"x\"\nshow = \"tree\"",
            3,
            "unknown variant",
        ),
        (
            "type = \"office\"\n[[closed]]\ndate = \"x\"\nn = \"h\"",
            3,
            "not a date",
        ),
        ("type = 1", 1, ""),
    ] {
        let told = facts_file(source).err().unwrap_or_default();
        assert!(
            told.iter().any(|p| p.line == line && p.message.contains(part)),
            "{source}: {told:?}"
        );
    }
}

#[test]
fn file_names_say_document_and_language() {
    let words = |name: &str, tag: &str| FileName::Words {
        name: name.to_owned(),
        lang: lang(tag),
    };
    for (path, want) in [
        ("a/b.zh-Hans.md", Ok(words("a/b", "zh-Hans"))),
        ("a.b.en.md", Ok(words("a.b", "en"))),
        ("a/b.toml", Ok(FileName::Facts { name: "a/b".to_owned() })),
        ("a/_b.en.md", Ok(FileName::PassedOver)),
        (".git/b.toml", Ok(FileName::PassedOver)),
        ("a/README.md", Ok(FileName::PassedOver)),
        ("a/b.jpg", Ok(FileName::PassedOver)),
    ] {
        assert_eq!(file_name(path), want, "{path}");
    }
    for path in ["a/b.md", "b.EN.md", "a.b/.md", "x.zxx.md", ".en.md"] {
        assert!(
            file_name(path).is_err() || path.starts_with('.') || path.contains("/."),
            "{path}"
        );
    }
}

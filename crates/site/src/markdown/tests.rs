use super::*;
use record::body::{BlockId, Cell, How, Inline, Item, Kind, Target, Text, Tone, Voice};

fn plain(text: &str) -> Text {
    vec![Inline::Plain(text.into())]
}

fn block(id: u32, kind: Kind) -> Block {
    Block { id: BlockId(id), kind }
}

fn paragraph(id: u32, text: Text) -> Block {
    block(id, Kind::Paragraph { text, voice: None })
}

fn item(id: u32, text: &str, body: Vec<Block>) -> Item {
    Item {
        body,
        id: BlockId(id),
        text: plain(text),
    }
}

fn written(blocks: &[Block]) -> String {
    let mut out = String::new();
    body(blocks, &mut out);
    out
}

fn line(text: Text) -> String {
    written(&[paragraph(1, text)])
}

#[test]
fn the_head_is_toml_with_quotes_escaped() {
    let mut words = Words::new("The \"old\" quay\\harbour");
    words.labels = vec![record::words::Label {
        of: "m1".into(),
        name: Some("Ilse Tarrow".into()),
        ..Default::default()
    }];
    let head = Head {
        lang: Lang::ENGLISH,
        date: "2026-03-14T15:08".parse().ok(),
        address: "https://vn.mfa.example/en/news/2026/03/quay",
        id: DocumentId(7),
        version: 2,
    };
    assert_eq!(
        file(&head, &words),
        "+++\ntitle = \"The \\\"old\\\" quay\\\\harbour\"\ndate = \"2026-03-14T15:08\"\nlang = \"en\"\n\
         authority = \"original\"\naddress = \"https://vn.mfa.example/en/news/2026/03/quay\"\n\
         id = \"00000000000000000000000007\"\nversion = 2\n\n[labels.m1]\nname = \"Ilse Tarrow\"\n+++\n\n"
    );
}

#[test]
fn blocks_are_parted_by_an_empty_line() {
    let blocks = [
        block(
            1,
            Kind::Heading {
                level: 3,
                text: plain("1. What C# is"),
            },
        ),
        paragraph(2, plain("One.")),
        block(3, Kind::Break),
        paragraph(4, plain("Two.")),
    ];
    assert_eq!(written(&blocks), "### 1. What C\\# is\n\nOne.\n\n---\n\nTwo.\n");
}

#[test]
fn ids_are_written_only_where_a_reading_would_give_others() {
    let fresh = [paragraph(1, plain("One.")), paragraph(2, plain("Two."))];
    assert_eq!(written(&fresh), "One.\n\nTwo.\n");
    let later = [
        paragraph(1, plain("One.")),
        paragraph(5, plain("Two.")),
        block(6, Kind::Break),
    ];
    assert_eq!(written(&later), "One. {#b1}\n\nTwo. {#b5}\n\n---\n\n{#b6}\n");
}

#[test]
fn marks_in_plain_text_are_escaped() {
    assert_eq!(
        line(plain("a*b_c [d](e) `f` <g> {h} i^2 \\ j&amp; k & l")),
        "a\\*b\\_c \\[d\\](e) \\`f\\` \\<g> \\{h} i\\^2 \\\\ j\\&amp; k & l\n"
    );
    for (text, want) in [
        ("# no heading", "\\# no heading\n"),
        ("- no item", "\\- no item\n"),
        ("12. no item", "12\\. no item\n"),
        ("1) no item", "1\\) no item\n"),
        ("> no quotation", "\\> no quotation\n"),
        ("::: no container", "\\::: no container\n"),
        ("Table: no caption", "Table\\: no caption\n"),
        ("2026 was a year", "2026 was a year\n"),
    ] {
        assert_eq!(line(plain(text)), want);
    }
}

#[test]
fn a_line_after_a_break_begins_a_line() {
    let text = vec![
        Inline::Plain("Quay 3".into()),
        Inline::Line,
        Inline::Plain("- Port Sable".into()),
    ];
    assert_eq!(line(text), "Quay 3\\\n\\- Port Sable\n");
}

#[test]
fn inlines_have_their_marks() {
    let text = vec![
        Inline::Plain("See ".into()),
        Inline::Link {
            to: Target::Href("https://a.example/x_(y)".into()),
            text: plain("there"),
        },
        Inline::Plain(", ".into()),
        Inline::Link {
            to: Target::Document {
                id: DocumentId(1),
                block: Some(BlockId(3)),
            },
            text: plain("here"),
        },
        Inline::Plain(" and H".into()),
        Inline::Sub(plain("2")),
        Inline::Plain("O".into()),
        Inline::Note(plain("Water.")),
        Inline::Plain(", ".into()),
        Inline::Lang {
            lang: "fr".parse().expect("a tag"),
            text: plain("ordre du jour"),
        },
        Inline::Plain(", ".into()),
        Inline::Quote(plain("yes")),
    ];
    assert_eq!(
        line(text),
        "See [there](<https://a.example/x_(y)>), [here](doc:00000000000000000000000001#b3) and H[2]{sub}O^[Water.], \
         [ordre du jour]{lang=fr}, [yes]{quote}\n"
    );
}

#[test]
fn emphasis_is_written_where_it_is_read_as_such() {
    let text = |before: &str, inner: Text, after: &str| {
        vec![
            Inline::Plain(before.into()),
            Inline::Em(inner),
            Inline::Plain(after.into()),
        ]
    };
    assert_eq!(line(text("a ", plain("b"), " c")), "a *b* c\n");
    assert_eq!(line(text("a", plain("b"), "c")), "a*b*c\n");
    assert_eq!(line(text("他说", plain("港口"), "开放")), "他说*港口*开放\n");
    assert_eq!(line(text("a ", plain("(b)"), ", c")), "a *(b)*, c\n");
    assert_eq!(
        line(text("他说", plain("“港口”"), "开放")),
        "他说“港口”开放\n",
        "no form says this"
    );
    let nested = vec![Inline::Strong(vec![
        Inline::Plain("a ".into()),
        Inline::Em(plain("b")),
        Inline::Plain(" c".into()),
    ])];
    assert_eq!(line(nested), "**a _b_ c**\n");
    assert_eq!(line(vec![Inline::Strong(vec![Inline::Em(plain("b"))])]), "**_b_**\n");
}

#[test]
fn items_hold_blocks_and_neighbouring_lists_stay_apart() {
    let list = |id: u32| {
        let inner = vec![block(
            id + 2,
            Kind::Quotation {
                body: vec![paragraph(id + 3, plain("Yes."))],
                voice: None,
                cite: plain("Ilse Tarrow"),
            },
        )];
        block(
            id,
            Kind::List {
                ordered: true,
                start: Some(9),
                items: vec![item(id + 1, "One", inner), item(id + 4, "Two", Vec::new())],
            },
        )
    };
    assert_eq!(
        written(&[list(1), list(6)]),
        "9. One\n\n   > Yes.\n   >\n   > — Ilse Tarrow\n10. Two\n\n9) One\n\n   > Yes.\n   >\n   > — Ilse Tarrow\n10) Two\n"
    );
}

#[test]
fn voices_stand_in_braces() {
    let voice = || {
        Some(Voice {
            by: "m1".into(),
            how: How::Reported,
        })
    };
    let points = block(
        1,
        Kind::Points {
            items: vec![item(2, "First, go.", Vec::new()), item(3, "Second, stay.", Vec::new())],
            voice: voice(),
        },
    );
    let quotation = block(
        4,
        Kind::Quotation {
            body: vec![paragraph(5, plain("One.")), paragraph(6, plain("Two."))],
            voice: voice(),
            cite: Vec::new(),
        },
    );
    assert_eq!(
        written(&[points, quotation]),
        "::: points {by=m1 how=reported}\nFirst, go.\n\nSecond, stay.\n:::\n\n> One.\n>\n> Two.\n\n{by=m1 how=reported}\n"
    );
}

#[test]
fn containers_and_tables_have_their_lines() {
    let callout = block(
        1,
        Kind::Callout {
            tone: Tone::Deadline,
            title: plain("By Friday"),
            body: vec![paragraph(2, plain("Apply."))],
        },
    );
    let question = block(
        3,
        Kind::Question {
            body: vec![paragraph(4, plain("Why?"))],
            by: Some("m2".into()),
        },
    );
    let contact = block(5, Kind::Contact { office: DocumentId(9) });
    let cell = |text: &str| Cell {
        text: if text.is_empty() { Vec::new() } else { plain(text) },
        ..Cell::default()
    };
    let table = block(
        6,
        Kind::Table {
            caption: plain("Fees"),
            head: vec![cell("Visa"), cell("Fee")],
            rows: vec![vec![cell("Short|long"), cell("")]],
        },
    );
    let code = block(
        7,
        Kind::Preformatted {
            plain: "a\n```\nb".into(),
        },
    );
    assert_eq!(
        written(&[callout, question, contact, table, code]),
        "::: callout deadline By Friday\nApply.\n:::\n\n::: question m2\nWhy?\n:::\n\n\
         ::: contact 00000000000000000000000009\n:::\n\n\
         Table: Fees\n| Visa | Fee |\n| --- | --- |\n| Short\\|long |  |\n\n````\na\n```\nb\n````\n"
    );
}

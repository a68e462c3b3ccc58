use super::*;
use crate::i18n::Tongues;
use record::body::{Cell, How, Target, Text, Tone};

fn written(lang: &str, words: &Words) -> String {
    let tongues = Tongues::new().expect("strings");
    let lang: Lang = lang.parse().expect("a tag");
    let context = Context {
        tongue: tongues.of(lang),
        lang,
        words,
        link: &|id, block| {
            format!(
                "https://mfa.example/d/{id}{}",
                block.map(|b| format!("#{b}")).unwrap_or_default()
            )
        },
        contact: &|_| vec!["Consular section".into(), "+999 1 23".into()],
    };
    let mut out = String::new();
    body(&context, &words.body, &mut out);
    out
}

fn english(kinds: Vec<Kind>) -> String {
    let mut words = Words::new("Quay");
    words.labels = vec![record::words::Label {
        of: "m1".into(),
        name: Some("Ilse Tarrow".into()),
        role: Some("Foreign Minister".into()),
        ..Default::default()
    }];
    words.body = blocks(kinds);
    written("en", &words)
}

fn blocks(kinds: Vec<Kind>) -> Vec<Block> {
    let numbered = kinds.into_iter().zip(1..);
    numbered.map(|(kind, id)| Block { id: BlockId(id), kind }).collect()
}

fn text(words: &str) -> Text {
    vec![Inline::Plain(words.into())]
}

fn paragraph(text: Text) -> Kind {
    Kind::Paragraph { text, voice: None }
}

fn item(words: &str, body: Vec<Kind>) -> Item {
    Item {
        body: blocks(body),
        id: BlockId(99),
        text: text(words),
    }
}

#[test]
fn paragraphs_are_lines_and_headings_stand_apart() {
    let heading = Kind::Heading {
        level: 2,
        text: text("Fees"),
    };
    let out = english(vec![
        paragraph(text("One.")),
        heading,
        paragraph(text("Two.")),
        Kind::Break,
    ]);
    assert_eq!(out, "One.\n\n\nFees\n\nTwo.\n\n* * *\n");
}

#[test]
fn footnotes_are_numbered_and_gathered() {
    let noted = |note: &str| {
        vec![
            Inline::Plain("Seen".into()),
            Inline::Note(text(note)),
            Inline::Plain(".".into()),
        ]
    };
    let out = english(vec![paragraph(noted("At dusk.")), paragraph(noted("At dawn."))]);
    assert_eq!(out, "Seen [1].\n\nSeen [2].\n\nNotes\n\n[1] At dusk.\n[2] At dawn.\n");
}

#[test]
fn links_show_where_they_lead_unless_they_say_it() {
    let link = |href: &str, words: &str| Inline::Link {
        to: Target::Href(href.into()),
        text: text(words),
    };
    let to = Inline::Link {
        to: Target::Document {
            id: DocumentId(1),
            block: Some(BlockId(3)),
        },
        text: text("there"),
    };
    let space = || Inline::Plain(" ".into());
    let line = vec![
        link("https://tides.example/", "tides.example"),
        space(),
        link("mailto:a@b.example", "write"),
        space(),
        to,
    ];
    assert_eq!(
        english(vec![paragraph(line)]),
        "tides.example write <mailto:a@b.example> there <https://mfa.example/d/00000000000000000000000001#b3>\n"
    );
}

#[test]
fn quoted_words_have_the_marks_of_their_language() {
    let mut words = Words::new("Quai");
    words.body = blocks(vec![paragraph(vec![Inline::Quote(text("oui"))])]);
    assert_eq!(written("fr", &words), "«\u{a0}oui\u{a0}»\n");
    assert_eq!(written("zh-Hans", &words), "“oui”\n");
}

#[test]
fn small_letters_stay_readable() {
    let line = vec![
        Inline::Plain("H".into()),
        Inline::Sub(text("2")),
        Inline::Plain("O, m".into()),
        Inline::Sup(text("2")),
        Inline::Plain(", 1".into()),
        Inline::Sup(text("er")),
    ];
    assert_eq!(english(vec![paragraph(line)]), "H₂O, m², 1er\n");
}

#[test]
fn lists_hold_their_bodies_and_points_their_ordinals() {
    let inner = Kind::List {
        ordered: false,
        start: None,
        items: vec![item("a", Vec::new()), item("b", Vec::new())],
    };
    let list = Kind::List {
        ordered: true,
        start: Some(9),
        items: vec![item("Nine", vec![inner]), item("Ten", Vec::new())],
    };
    let points = Kind::Points {
        items: vec![item("First, go.", Vec::new()), item("Second, stay.", Vec::new())],
        voice: None,
    };
    assert_eq!(
        english(vec![list, points]),
        "9. Nine\n   - a\n   - b\n10. Ten\n\nFirst, go.\n\nSecond, stay.\n"
    );
}

#[test]
fn a_quotation_names_its_speaker() {
    let quotation = Kind::Quotation {
        body: blocks(vec![
            paragraph(text("The sea is wide.")),
            paragraph(text("We are not.")),
        ]),
        voice: Some(Voice {
            by: "m1".into(),
            how: How::Verbatim,
        }),
        cite: Vec::new(),
    };
    assert_eq!(
        english(vec![quotation]),
        "> The sea is wide.\n>\n> We are not.\n> — Ilse Tarrow, Foreign Minister\n"
    );
}

#[test]
fn an_exchange_names_who_speaks() {
    let question = Kind::Question {
        body: blocks(vec![paragraph(text("Why?"))]),
        by: None,
    };
    let answer = Kind::Answer {
        body: blocks(vec![paragraph(text("Because.")), paragraph(text("And so."))]),
        by: Some("m1".into()),
    };
    assert_eq!(
        english(vec![question, answer]),
        "Question: Why?\n\nIlse Tarrow: Because.\n\nAnd so.\n"
    );
}

#[test]
fn tables_are_columns_where_they_fit() {
    let cell = |words: &str| Cell {
        text: text(words),
        ..Cell::default()
    };
    let table = |last: &str| Kind::Table {
        caption: text("Fees"),
        head: vec![cell("Visa"), cell("Fee")],
        rows: vec![vec![cell("Short stay"), cell("30.00")], vec![cell("港口"), cell(last)]],
    };
    assert_eq!(
        english(vec![table("5.00")]),
        "Fees\nVisa         Fee\n----------   -----\nShort stay   30.00\n港口         5.00\n"
    );
    let long = "free of charge ".repeat(8);
    assert_eq!(
        english(vec![table(long.trim())]),
        format!("Fees\n- Short stay\n  Fee: 30.00\n- 港口\n  Fee: {}\n", long.trim())
    );
}

#[test]
fn callouts_contacts_and_kept_text_are_set_off() {
    let callout = Kind::Callout {
        tone: Tone::Deadline,
        title: text("By Friday"),
        body: blocks(vec![paragraph(text("Apply."))]),
    };
    let contact = Kind::Contact { office: DocumentId(4) };
    let kept = Kind::Preformatted { plain: "a\n  b".into() };
    assert_eq!(
        english(vec![callout, contact, kept]),
        "| [Deadline] By Friday\n| Apply.\n\nConsular section\n+999 1 23\n\n    a\n      b\n"
    );
}

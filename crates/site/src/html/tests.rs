use super::*;
use crate::i18n::Tongues;
use record::body::{Cell, How, Inline, Item, Kind, Target, Tone};

struct World;

impl Around for World {
    fn link(&self, id: DocumentId, block: Option<BlockId>) -> Option<String> {
        (id.0 == 1).then(|| format!("../x{}", block.map(|b| format!("#{b}")).unwrap_or_default()))
    }
    fn office(&self, _: DocumentId, out: &mut String) {
        out.push_str("<p>office</p>");
    }
}

fn plain(text: &str) -> Text {
    vec![Inline::Plain(text.into())]
}

fn block(id: u32, kind: Kind) -> Block {
    Block { id: BlockId(id), kind }
}

fn paragraph(id: u32, text: Text, voice: Option<Voice>) -> Block {
    block(id, Kind::Paragraph { text, voice })
}

fn html(blocks: Vec<Block>) -> String {
    let tongues = Tongues::new().expect("strings");
    let mut words = Words::new("T");
    words.labels = vec![Label {
        of: "m1".into(),
        name: Some("Ilse Tarrow".into()),
        role: Some("Minister".into()),
        ..Label::default()
    }];
    Walk::new(&words, Lang::ENGLISH, tongues.of(Lang::ENGLISH), &World).body(&blocks)
}

#[test]
fn a_paragraph_carries_its_id_and_a_link_to_itself() {
    let got = html(vec![paragraph(7, plain("a < b"), None)]);
    assert_eq!(
        got,
        "<p id=\"b7\">a &lt; b<a class=\"anchor\" href=\"#b7\" aria-label=\"Link to passage 7\"></a></p>\n"
    );
}

#[test]
fn a_voice_is_named_once_until_it_changes() {
    let voice = |how| Some(Voice { by: "m1".into(), how });
    let got = html(vec![
        paragraph(1, plain("one"), voice(How::Reported)),
        paragraph(2, plain("two"), voice(How::Reported)),
        paragraph(3, plain("three"), voice(How::Verbatim)),
    ]);
    assert_eq!(got.matches("class=\"speaker\"").count(), 2);
    assert!(got.contains(
        "<p class=\"speaker\">Ilse Tarrow<span class=\"role\">Minister</span><span class=\"how\">reported</span></p>"
    ));
    assert!(got.contains("<p id=\"b3\" class=\"said verbatim\">"));
}

#[test]
fn ordinals_of_all_points_hang_or_none() {
    let item = |id, text: &str| Item {
        body: vec![],
        id: BlockId(id),
        text: plain(text),
    };
    let points = |second: &str| {
        html(vec![block(
            1,
            Kind::Points {
                items: vec![item(2, "First, meet."), item(3, second)],
                voice: None,
            },
        )])
    };
    assert!(
        points("Second, talk.").contains(
            "<ol class=\"points hang\" id=\"b1\"><li id=\"b2\"><p><span class=\"ordinal\">First,</span> meet."
        )
    );
    assert!(points("Talk to everybody in the room.").contains("<ol class=\"points\" id=\"b1\">"));
}

#[test]
fn links_lead_only_where_something_can_be_shown() {
    let link = |id, block| Inline::Link {
        to: Target::Document {
            id: DocumentId(id),
            block,
        },
        text: plain("there"),
    };
    let got = html(vec![paragraph(
        1,
        vec![link(1, Some(BlockId(4))), Inline::Plain(" ".into()), link(2, None)],
        None,
    )]);
    assert!(got.contains("<a href=\"../x#b4\">there</a> there"));
}

#[test]
fn footnotes_stand_at_the_end_and_lead_back() {
    let got = html(vec![paragraph(
        1,
        vec![Inline::Plain("a".into()), Inline::Note(plain("b"))],
        None,
    )]);
    assert!(got.contains("<a href=\"#n1\" id=\"r1\" role=\"doc-noteref\" aria-label=\"Note 1\">1</a>"));
    assert!(got.contains("<li id=\"n1\">b <a class=\"back\" href=\"#r1\""));
}

#[test]
fn a_table_has_a_named_region_a_caption_and_scopes() {
    let cell = |text: &str, head| Cell {
        head,
        span: None,
        text: plain(text),
    };
    let got = html(vec![block(
        3,
        Kind::Table {
            caption: plain("Fees"),
            head: vec![Cell::default(), cell("Fee", false)],
            rows: vec![vec![cell("Passport", true), cell("120 EUR", false)]],
        },
    )]);
    assert!(got.starts_with("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-labelledby=\"b3c\"><table id=\"b3\"><caption id=\"b3c\">Fees"));
    assert!(got.contains("<thead><tr><td></td><th scope=\"col\" class=\"number\">Fee</th></tr></thead>"));
    assert!(got.contains("<th scope=\"row\">Passport</th><td class=\"number\">120 EUR</td>"));
}

#[test]
fn a_feed_has_no_ids() {
    let tongues = Tongues::new().expect("strings");
    let words = Words::new("T");
    let body = vec![
        paragraph(7, plain("a"), None),
        block(
            8,
            Kind::Callout {
                tone: Tone::Note,
                title: vec![],
                body: vec![],
            },
        ),
    ];
    let got = Walk::new(&words, Lang::ENGLISH, tongues.of(Lang::ENGLISH), &World)
        .without_anchors()
        .body(&body);
    assert_eq!(
        got,
        "<p>a</p>\n<div class=\"callout note\"><p class=\"tone\">Note</p></div>\n"
    );
}

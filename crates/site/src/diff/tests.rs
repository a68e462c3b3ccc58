use super::*;
use record::body::{Block, Inline, Item, Kind, Target};

fn paragraph(id: u32, text: &str) -> Block {
    Block {
        id: BlockId(id),
        kind: Kind::Paragraph {
            text: vec![Inline::Plain(text.into())],
            voice: None,
        },
    }
}

fn words_of(body: Vec<Block>) -> Words {
    Words {
        body,
        ..Words::new("The quay opens")
    }
}

fn marked(spans: &[Span]) -> String {
    let mark = |s: &Span| match s.fate {
        Fate::Kept => s.text.clone(),
        Fate::Gone => format!("[-{}-]", s.text),
        Fate::New => format!("[+{}+]", s.text),
    };
    spans.iter().map(mark).collect()
}

fn told(steps: &[Step]) -> Vec<String> {
    let tell = |step: &Step| match step {
        Step::Same { count } => format!("same {count}"),
        Step::Change(c) => format!(
            "{:?} {} {}",
            c.what,
            c.anchor.as_deref().unwrap_or("-"),
            marked(&c.spans)
        ),
    };
    steps.iter().map(tell).collect()
}

#[test]
fn equal_texts_have_no_change() {
    let text = words_of(vec![paragraph(1, "One."), paragraph(2, "Two.")]);
    let steps = compare(&text, &text);
    assert_eq!(told(&steps), ["same 2"]);
    assert!(!differs(&steps));
}

#[test]
fn words_are_compared_inside_a_passage() {
    let old = words_of(vec![paragraph(1, "Nine ministers met in Port Sable on Monday.")]);
    let new = words_of(vec![paragraph(1, "Ten ministers met in Port Sable on Tuesday.")]);
    assert_eq!(
        told(&compare(&old, &new)),
        ["Changed b1 [-Nine-][+Ten+] ministers met in Port Sable on [-Monday-][+Tuesday+]."]
    );
}

#[test]
fn neighbouring_changes_read_as_one_phrase() {
    assert_eq!(
        marked(&words(
            "the old stone bridge is closed",
            "the new iron bridge is closed"
        )),
        "the [-old stone-][+new iron+] bridge is closed"
    );
}

#[test]
fn texts_without_spaces_are_compared_by_character() {
    assert_eq!(
        marked(&words("部长星期一抵达塞布尔港。", "部长星期二抵达塞布尔港。")),
        "部长星期[-一-][+二+]抵达塞布尔港。"
    );
}

#[test]
fn a_rewritten_passage_is_shown_whole() {
    assert_eq!(
        marked(&words("The lamp was lit.", "Nobody came, so we went home early")),
        "[-The lamp was lit.-][+Nobody came, so we went home early+]"
    );
}

#[test]
fn passages_come_go_and_move_by_their_ids() {
    let old = words_of(vec![
        paragraph(1, "One."),
        paragraph(2, "Two."),
        paragraph(3, "Three."),
        paragraph(4, "Four."),
    ]);
    let new = words_of(vec![
        paragraph(3, "Three."),
        paragraph(1, "One."),
        paragraph(5, "Five."),
        paragraph(4, "Four."),
    ]);
    assert_eq!(
        told(&compare(&old, &new)),
        [
            "Moved b3 Three.",
            "same 1",
            "Removed b2 [-Two.-]",
            "Added b5 [+Five.+]",
            "same 1"
        ]
    );
}

#[test]
fn a_removed_last_passage_is_told_after_a_moved_one() {
    let old = words_of(vec![paragraph(1, "One."), paragraph(2, "Two."), paragraph(3, "Three.")]);
    let new = words_of(vec![paragraph(2, "Two."), paragraph(1, "One.")]);
    let steps = told(&compare(&old, &new));
    assert!(steps.contains(&"Removed b3 [-Three.-]".to_owned()), "{steps:?}");
}

#[test]
fn an_item_that_changes_leaves_its_list_alone() {
    let list = |second: &str| {
        let item = |id, text: &str| Item {
            body: Vec::new(),
            id: BlockId(id),
            text: vec![Inline::Plain(text.into())],
        };
        words_of(vec![Block {
            id: BlockId(1),
            kind: Kind::Points {
                items: vec![item(2, "First, be kind."), item(3, second)],
                voice: None,
            },
        }])
    };
    assert_eq!(
        told(&compare(&list("Second, be brief."), &list("Second, be clear."))),
        ["same 1", "Changed b3 Second, be [-brief-][+clear+]."]
    );
}

#[test]
fn a_link_that_leads_elsewhere_is_a_change_of_form() {
    let linked = |href: &str| {
        words_of(vec![Block {
            id: BlockId(1),
            kind: Kind::Paragraph {
                text: vec![Inline::Link {
                    to: Target::Href(href.into()),
                    text: vec![Inline::Plain("tide tables".into())],
                }],
                voice: None,
            },
        }])
    };
    let steps = compare(&linked("https://a.example/"), &linked("https://b.example/"));
    assert_eq!(
        told(&steps),
        ["Form b1 tide tables <https://[-a.example-][+b.example+]/>"]
    );
}

#[test]
fn titles_summaries_and_labels_are_compared_too() {
    let mut old = words_of(vec![]);
    let mut new = words_of(vec![]);
    new.title = "The old quay opens".into();
    new.summary = Some("At noon.".into());
    let label = |role: &str| record::words::Label {
        of: "m1".into(),
        name: Some("Ilse Tarrow".into()),
        role: Some(role.into()),
        ..Default::default()
    };
    old.labels = vec![label("Minister")];
    new.labels = vec![label("Foreign Minister")];
    assert_eq!(
        told(&compare(&old, &new)),
        [
            "Changed - The [+old +]quay opens",
            "Added - [+At noon.+]",
            "Changed - Ilse Tarrow, [+Foreign +]Minister"
        ]
    );
}

#[test]
fn a_huge_passage_is_not_compared_word_by_word() {
    let (old, new) = ("a ".repeat(30_000), "b ".repeat(30_000));
    assert_eq!(words(&old, &new).len(), 2);
}

use super::*;
use crate::json;

fn words(s: &str) -> Inline {
    Inline::Plain(s.into())
}

#[test]
fn white_space_is_collapsed_and_strings_are_merged() {
    let text = normal(vec![
        words("  One "),
        words(" two\n"),
        Inline::Em(vec![words(" three ")]),
        words("four "),
        Inline::Em(vec![words(" ")]),
    ]);
    assert_eq!(
        text,
        vec![words("One two "), Inline::Em(vec![words("three")]), words(" four")]
    );
}

#[test]
fn a_line_break_eats_the_space_around_it() {
    assert_eq!(
        normal(vec![words("a "), Inline::Line, words(" b")]),
        vec![words("a"), Inline::Line, words("b")]
    );
}

#[test]
fn a_body_is_written_in_byte_order_and_read_back() {
    let body = vec![Block {
        id: BlockId(3),
        kind: Kind::Points {
            items: vec![Item {
                id: BlockId(4),
                text: vec![words("First, go.")],
                body: vec![],
            }],
            voice: Some(Voice {
                by: "m1".into(),
                how: How::Reported,
            }),
        },
    }];
    let bytes = json::to_bytes(&body).expect("written");
    let expected = r#"[{"id":"b3","items":[{"id":"b4","text":["First, go."]}],"kind":"points","voice":{"by":"m1","how":"reported"}}]"#;
    assert_eq!(String::from_utf8_lossy(&bytes), expected);
    assert_eq!(json::from_bytes::<Vec<Block>>(&bytes).expect("read"), body);
}

#[test]
fn fields_of_another_kind_and_bad_links_are_refused() {
    for text in [
        r#"[{"id":"b1","kind":"break","text":["x"]}]"#,
        r#"[{"id":"b0","kind":"break"}]"#,
        r#"[{"id":"b01","kind":"break"}]"#,
        r#"[{"id":"b1","kind":"marquee"}]"#,
        r#"[{"id":"b1","kind":"heading","level":1,"text":["x"]}]"#,
        r#"[{"id":"b1","kind":"paragraph","text":[{"href":"javascript:alert(1)","kind":"link","text":["x"]}]}]"#,
        r#"[{"id":"b1","kind":"paragraph"}]"#,
    ] {
        assert!(json::from_bytes::<Vec<Block>>(text.as_bytes()).is_err(), "{text}");
    }
}

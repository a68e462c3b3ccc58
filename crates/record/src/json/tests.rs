use super::*;
use serde::Deserialize;

#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Two {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    a: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    b: Option<u64>,
}

fn refused(text: &str) -> String {
    from_bytes::<Two>(text.as_bytes()).expect_err(text).to_string()
}

#[test]
fn the_canonical_form_is_read_back() {
    let two = Two {
        a: Some("é \"x\" \n".into()),
        b: Some(MAX_INTEGER),
    };
    let bytes = to_bytes(&two).expect("canonical");
    assert_eq!(bytes, "{\"a\":\"é \\\"x\\\" \\n\",\"b\":9007199254740991}".as_bytes());
    assert_eq!(from_bytes::<Two>(&bytes).expect("read"), two);
}

#[test]
fn every_other_form_is_refused() {
    for text in [
        r#"{"b":1,"a":"x"}"#,
        r#"{"a":"x", "b":1}"#,
        r#"{"a":"x","a":"x"}"#,
        r#"{"a":null}"#,
        r#"{"a":""}"#,
        r#"{"b":9007199254740992}"#,
        r#"{"b":1.0}"#,
        r#"{"b":-1}"#,
        r#"{"b":1e2}"#,
        r#"{"b":01}"#,
        r#"{"c":1}"#,
        r#"{"a":"\u0041"}"#,
        "{\"a\":\"e\u{301}\"}",
        r#"{"a":"x"} "#,
        r#"{"a":"x""#,
        "",
    ] {
        assert!(!refused(text).is_empty());
    }
}

#[test]
fn what_is_escaped_composes_with_nothing() {
    // The letter n of the escape and a tilde are not ñ.
    let text = "{\"a\":\"\\n\u{303}\"}";
    assert!(check(text.as_bytes()).is_ok());
    assert!(check("{\"a\":\"n\u{303}\"}".as_bytes()).is_err());
}

#[test]
fn a_value_of_another_form_is_not_written() {
    for a in ["", "e\u{301}", "\u{1}", "\u{fffe}", "\r"] {
        let two = Two {
            a: Some(a.into()),
            b: None,
        };
        assert!(to_bytes(&two).is_err(), "{a:?}");
    }
}

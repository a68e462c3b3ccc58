use super::*;
use crate::json;

fn check(text: &str) -> Result<Facts, String> {
    json::from_bytes::<Facts>(text.as_bytes()).map_err(|e| e.to_string())
}

#[test]
fn the_readout_of_the_specification_is_read_and_written() {
    let text = concat!(
        r#"{"carry":[{"mode":"must","sites":["*"]}],"countries":["xb"],"#,
        r#""date":{"assumed":["zone"],"local":"2026-03-14T15:08","offset":"+07:00","zone":"Asia/Ho_Chi_Minh"},"#,
        r#""format":"chancery/facts/v1","month":"2026-03","old":["http://old.example/t1.htm?a=1"],"#,
        r#""people":[{"country":"xb","n":"m1","part":"participant"}],"place":{"country":"xd","n":"l1"},"#,
        r#""section":"00000000000000000000000001","site":"vn","type":"readout"}"#
    );
    let facts = check(text).expect("read");
    assert_eq!(facts.kind, Kind::Text(TextKind::Readout));
    assert_eq!(facts.month.map(|m| m.to_string()).as_deref(), Some("2026-03"));
}

#[test]
fn structure_documents_are_read_and_written() {
    for text in [
        r#"{"countries":[{"code":"xb","n":"c1"}],"format":"chancery/facts/v1","ministry":"mfa","theme":{"name":"default","version":1},"type":"family"}"#,
        r#"{"code":"vn","country":"xb","format":"chancery/facts/v1","hosts":["vn.mfa.example"],"kind":"embassy","langs":["en","vi"],"type":"site","zone":"Asia/Ho_Chi_Minh"}"#,
        r#"{"format":"chancery/facts/v1","role":"news","show":"list","site":"vn","slug":"news","type":"section"}"#,
        r#"{"closed":true,"format":"chancery/facts/v1","slug":"clean-seas","type":"topic"}"#,
        r#"{"closed":[{"date":"2026-12-24","n":"h1"}],"format":"chancery/facts/v1","hours":[{"days":[1,2],"for":"office","from":"09:00","to":"16:30"}],"phones":[{"for":"emergency","number":"+1 555 0100"}],"site":"vn","type":"office"}"#,
    ] {
        assert_eq!(check(text).err(), None, "{text}");
    }
}

#[test]
fn fields_of_another_type_are_refused() {
    for text in [
        r#"{"format":"chancery/facts/v1","slug":"x","type":"news"}"#,
        r#"{"closed":true,"format":"chancery/facts/v1","type":"office"}"#,
        r#"{"countries":["xb"],"format":"chancery/facts/v1","ministry":"m","theme":{"name":"default","version":1},"type":"family"}"#,
        r#"{"format":"chancery/facts/v2","type":"news"}"#,
        r#"{"format":"chancery/facts/v1","type":"poem"}"#,
        r#"{"format":"chancery/facts/v1","type":"topic"}"#,
    ] {
        assert!(check(text).is_err(), "{text}");
    }
}

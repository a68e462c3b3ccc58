use super::*;
use crate::shape;

const LINE: &str = r#"{"id":"n-7","site":"vn","lang":"en","section":"news","title":" Quay \u0041 opens ","published":"2026-03-14T15:08:00+07:00","topics":["sea"],"body":"One.\n\n- a\n- b","url":"http://old.example/t7.htm?a=1"}"#;

fn check_error(line: &str, field: Option<&str>, part: &str) {
    let error = parse_line(line.as_bytes(), 12).err();
    let fits = error
        .as_ref()
        .is_some_and(|e| e.line == 12 && e.field.as_deref() == field && e.to_string().contains(part));
    assert!(fits, "{line}: {error:?}");
}

/// The line with one field replaced or added.
fn with(field: &str, value: &str) -> String {
    let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(LINE).unwrap_or_default();
    fields.insert(field.to_owned(), serde_json::from_str(value).unwrap_or_default());
    serde_json::Value::Object(fields).to_string()
}

/// The line without one field.
fn without(field: &str) -> String {
    let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(LINE).unwrap_or_default();
    fields.remove(field);
    serde_json::Value::Object(fields).to_string()
}

#[test]
fn a_statement_is_read() -> Result<(), LineError> {
    let statement = parse_line(LINE.as_bytes(), 1)?;
    assert_eq!(statement.title, "Quay A opens");
    assert_eq!(shape::blocks(&statement.body), "p(One.) ul(a | b)");
    assert_eq!(statement.kind, record::facts::TextKind::News);
    assert_eq!(statement.section.as_deref(), Some("news"));
    let full = with("labels", r#"{"m1":{"name":"Ilse"}}"#);
    let statement = parse_line(full.as_bytes(), 1)?;
    assert_eq!(statement.labels[0].name.as_deref(), Some("Ilse"));
    Ok(())
}

#[test]
fn html_is_read_as_a_fragment_with_its_losses() -> Result<(), LineError> {
    let line = without("body").replacen('{', r#"{"html":"<p>a <a href='x.htm'>b</a><img src='p.jpg'></p>","#, 1);
    let statement = parse_line(line.as_bytes(), 1)?;
    assert_eq!(shape::blocks(&statement.body), "p(a <a http://old.example/x.htm b>)");
    assert_eq!(statement.remarks.len(), 1);
    Ok(())
}

#[test]
fn wrong_lines_are_refused_by_number_and_field() {
    check_error(&with("colour", "1"), Some("colour"), "line 12: unknown field `colour`");
    check_error(&without("title"), Some("title"), "missing field");
    check_error(&without("body"), Some("body"), "lacks `body`");
    check_error(&without("published"), Some("published"), "missing");
    check_error(&with("html", "\"x\""), Some("html"), "one of them");
    check_error(&with("title", "\" \""), Some("title"), "empty");
    check_error(&with("lang", "\"EN\""), None, "canonical language tag");
    check_error(&with("lang", "\"zxx\""), Some("lang"), "no language");
    check_error(&with("published", "\"14 March\""), Some("published"), "no moment");
    check_error(&with("captured", "\"then\""), Some("captured"), "no moment");
    check_error(&with("body", "\"# One\""), Some("body"), "in `body`, line 1");
    check_error(&with("type", "\"person\""), None, "unknown variant");
    check_error(&with("people", r#"[{"n":"m1","part":"x"}]"#), None, "unknown variant");
    check_error(LINE.trim_end_matches('}'), None, "not JSON at character");
    check_error(
        &LINE.replacen("\"site\"", "\"id\":\"x\",\"site\"", 1),
        Some("id"),
        "duplicate field",
    );
    check_error("", None, "not JSON");
    check_error("[]", None, "");
    let error = parse_line(b"{\"id\":\"\xff\"}", 3).err();
    assert!(error.is_some_and(|e| e.message.contains("not UTF-8 at byte 8")));
    let long = vec![b' '; MAX_LINE + 1];
    assert!(
        parse_line(&long, 1)
            .err()
            .is_some_and(|e| e.message.contains("too long"))
    );
}

#[test]
fn standing_texts_need_no_date() {
    let line = without("published").replacen('{', r#"{"type":"page","#, 1);
    assert!(parse_line(line.as_bytes(), 1).is_ok_and(|s| s.published.is_none()));
}

#[test]
fn dates_are_local_in_the_zone_of_the_site() {
    for (published, zone, want) in [
        ("2026-03-14T15:08:00+07:00", None, "2026-03-14T15:08 +07:00 -"),
        (
            "2026-03-14T08:08:30Z",
            Some("Asia/Ho_Chi_Minh"),
            "2026-03-14T15:08 +07:00 Asia/Ho_Chi_Minh",
        ),
        (
            "2026-07-14T20:00:00Z",
            Some("Europe/Paris"),
            "2026-07-14T22:00 +02:00 Europe/Paris",
        ),
        (
            "2026-03-14",
            Some("Asia/Ho_Chi_Minh"),
            "2026-03-14 +07:00 Asia/Ho_Chi_Minh",
        ),
        ("2026-03-14T15:08", None, "2026-03-14T15:08 - -"),
    ] {
        let dated = Published::read(published).and_then(|p| p.dated(zone).ok());
        let told = dated.map(|d| {
            let offset = d.offset.map_or("-".to_owned(), |o| o.to_string());
            format!("{} {offset} {}", d.local, d.zone.as_deref().unwrap_or("-"))
        });
        assert_eq!(told.as_deref(), Some(want), "{published}");
    }
    let local = "2026-03-14".parse();
    assert!(local.is_ok_and(|local| dated(local, Some("Asia/Nowhere"), true).is_err()));
    for bad in [
        "2026-03-14T15:08:00",
        "2026-13-01T00:00:00Z",
        "-000001-01-01T00:00:00Z",
        "é",
    ] {
        assert_eq!(Published::read(bad), None, "{bad}");
    }
}

#[test]
fn sites_are_read_or_refused() {
    let site = parse_site(
        br#"{"code":"vn","name":"Embassy","langs":["en","vi"],"zone":"Asia/Ho_Chi_Minh","hosts":["vn.mfa.example"]}"#,
        1,
    );
    assert!(site.is_ok_and(|s| s.names == [(record::lang::Lang::ENGLISH, "Embassy".to_owned())]));
    let site = parse_site(
        br#"{"code":"vn","name":{"vi":"Dai su quan","en":"Embassy"},"langs":["en","vi"]}"#,
        1,
    );
    assert!(site.is_ok_and(|s| s.names.len() == 2));
    for (line, field, part) in [
        (r#"{"code":"fr","name":"x","langs":["en"]}"#, Some("code"), "language"),
        (r#"{"code":"V N","name":"x","langs":["en"]}"#, Some("code"), "no code"),
        (r#"{"code":"vn","name":"x","langs":[]}"#, Some("langs"), "at least one"),
        (
            r#"{"code":"vn","name":"x","langs":["qq"]}"#,
            Some("langs"),
            "no registered",
        ),
        (
            r#"{"code":"vn","name":"","langs":["en"]}"#,
            Some("name"),
            "needs a name",
        ),
        (
            r#"{"code":"vn","name":"x","langs":["en"],"hue":1}"#,
            Some("hue"),
            "unknown field",
        ),
    ] {
        let error = parse_site(line.as_bytes(), 4).err();
        assert!(
            error
                .as_ref()
                .is_some_and(|e| e.line == 4 && e.field.as_deref() == field && e.message.contains(part)),
            "{line}: {error:?}"
        );
    }
}

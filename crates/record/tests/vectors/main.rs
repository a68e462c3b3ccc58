//! The test vectors of `fixtures/vectors/entry` (`docs/spec/entry.md`, section 18): every case of every file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod forms;
mod leaves;
mod records;

use base64::Engine as _;
use serde_json::Value;
use std::fmt::Display;

/// The cases of a file, which must have at least `least`.
fn cases(file: &str, least: usize) -> Vec<Value> {
    let path = format!("{}/../../fixtures/vectors/entry/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    let mut value: Value = serde_json::from_str(&text).expect(file);
    let Value::Array(cases) = value["cases"].take() else {
        panic!("{file}: no cases")
    };
    assert!(cases.len() >= least, "{file}: {} cases", cases.len());
    cases
}

/// Runs `check` on every case; it says what is wrong. All that is wrong is told at once.
fn each(file: &str, least: usize, check: impl Fn(&Value) -> Result<(), String>) {
    let failed: Vec<String> = cases(file, least)
        .iter()
        .filter_map(|case| check(case).err().map(|why| format!("{}: {why}", text(case, "name"))))
        .collect();
    assert!(failed.is_empty(), "{file}:\n{}", failed.join("\n"));
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_default()
}

fn number(case: &Value, field: &str) -> Option<u64> {
    case[field].as_u64()
}

fn bytes(case: &Value, field: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD
        .decode(text(case, field))
        .expect(field)
}

/// What came of a case: `accept`, `refuse` or `newer`.
fn outcome<T, E: Display>(result: &Result<T, E>, is_newer: impl Fn(&E) -> bool) -> &'static str {
    match result {
        Ok(_) => "accept",
        Err(error) if is_newer(error) => "newer",
        Err(_) => "refuse",
    }
}

fn want(wanted: &str, given: &str, why: &impl std::fmt::Debug) -> Result<(), String> {
    if wanted == given {
        Ok(())
    } else {
        Err(format!("want {wanted}, not {given}: {why:?}"))
    }
}

fn accepted(case: &Value) -> &'static str {
    if case["accept"].as_bool().expect("accept") {
        "accept"
    } else {
        "refuse"
    }
}

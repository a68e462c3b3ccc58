//! What `verify --json` prints: one document, described in `docs/verify.md`. Keys may be added, none change their meaning.

use super::{Finding, Report, trust::Trusted};
use serde_json::{Value, json};

/// Of a whole record.
pub fn report(subject: &str, report: &Report, trusted: &Trusted) -> Value {
    let mut document = json!({
        "subject": subject,
        "sound": report.is_sound(),
        "key": trusted.key.to_string(),
        "key-from-record": trusted.from_record,
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "more": report.more,
        "remarks": report.remarks,
    });
    if let Some(summary) = &report.summary {
        document["record"] = json!({
            "origin": summary.origin,
            "entries": summary.entries,
            "documents": summary.documents,
            "missions": summary.missions,
            "files": summary.files,
            "withheld": summary.withheld,
            "first": summary.first.to_string(),
            "last": summary.last.to_string(),
        });
    }
    document
}

fn finding(finding: &Finding) -> Value {
    let mut value = json!({ "file": finding.file, "what": finding.what });
    if let Some(index) = finding.index {
        value["index"] = index.into();
    }
    value
}

/// Of one proof that holds: what it shows, and what not.
pub fn shown(subject: &str, words: &[String]) -> Value {
    json!({ "subject": subject, "sound": true, "findings": [], "more": 0, "shown": words })
}

/// Of one proof that does not.
pub fn refused(subject: &str, file: &str, what: &str) -> Value {
    json!({ "subject": subject, "sound": false, "findings": [{ "file": file, "what": what }], "more": 0 })
}

//! What `verify --json` prints: one document, described in `docs/verify.md`. Keys may be added, none change their meaning.

use super::{Finding, Report, currency, proof, trust::Trusted};
use crate::entered::Times;
use record::{
    date::Moment,
    entry::Body,
    manifest::Manifest,
    proved::Proved,
    statements::{Form, word_of},
};
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
            "erased": summary.erased,
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
pub fn proof(subject: &str, shown: &proof::Shown) -> Value {
    let mut document = sound(subject, &shown.words(), &shown.times);
    let proved = &shown.proved;
    document["record"] = json!({ "origin": proved.checkpoint.origin, "entries": proved.checkpoint.size });
    document["entry"] = entry(proved);
    document["checked"] = json!({
        "signature-of-mission": shown.signer_known && proved.leaf.entry.content().is_some(),
        "text": proved.manifest.is_some(),
    });
    if let Some(witnessed) = &shown.witnessed {
        document["witnessed"] = json!({ "by": signers(&witnessed.by), "met": witnessed.met });
    }
    document
}

/// Of a currency file that holds.
pub fn currency(subject: &str, shown: &currency::Shown) -> Value {
    let mut document = sound(subject, &shown.words, shown.times.as_ref().unwrap_or(&Times::default()));
    let (current, one) = (&shown.current, shown.current.statement);
    let checkpoint = &current.state.checkpoint;
    document["record"] = json!({ "origin": checkpoint.origin, "entries": checkpoint.size });
    document["entry"] = json!({
        "index": current.state.index,
        "issued": current.issued.to_string(),
        "kind": "state",
    });
    document["newest"] = json!({
        "document": one.id.to_string(),
        "index": one.index,
        "lang": one.lang.as_str(),
        "status": word_of(one.status),
        "version": one.version,
    });
    if let Some(by) = one.erased {
        document["newest"]["erased"] = by.into();
    }
    document["checked"] = json!({
        "entered": current.entered.is_some() && shown.times.is_some(),
        "erased": current.form == Form::Telling,
        "signature-of-state-key": shown.signer_known,
    });
    document
}

fn sound(subject: &str, words: &[String], times: &Times) -> Value {
    let mut document = json!({ "subject": subject, "sound": true, "findings": [], "more": 0, "shown": words });
    let bounded = times.clone().bounded();
    for (key, seen) in [("no-later", &bounded.no_later), ("not-before", &bounded.not_before)] {
        if let Some(seen) = seen {
            document[key] = json!({ "at": seen.at.to_string(), "by": signers(&seen.by), "entries": seen.size });
        }
    }
    document
}

fn entry(proved: &Proved) -> Value {
    let entry = &proved.leaf.entry;
    let kind = match &entry.body {
        Body::Genesis { .. } => "genesis",
        Body::Key { .. } => "key",
        Body::Content(content) => content.action.word(),
        Body::Erase(_) => "erase",
        Body::Freeze(_) => "freeze",
        Body::State { .. } => "state",
    };
    let mut value = json!({ "index": proved.index, "issued": entry.issued.to_string(), "kind": kind });
    if let Body::Content(content) = &entry.body {
        value["document"] = content.id.to_string().into();
        value["lang"] = content.lang.as_str().into();
        value["mission"] = (&*content.mission).into();
        value["version"] = content.version.into();
    }
    if let Some(Manifest::Words(words)) = &proved.manifest {
        value["title"] = (&*words.title).into();
    }
    value
}

fn signers(by: &[(String, Moment)]) -> Vec<Value> {
    let one = |(name, at): &(String, Moment)| json!({ "name": name, "at": at.to_string() });
    by.iter().map(one).collect()
}

/// Of one proof that does not.
pub fn refused(subject: &str, file: &str, what: &str) -> Value {
    json!({ "subject": subject, "sound": false, "findings": [{ "file": file, "what": what }], "more": 0 })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn programs_are_told_whether_a_state_would_say_that_words_are_gone() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../fixtures/vectors/entry/currency.json"
        );
        let vectors: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let cases = vectors["cases"].as_array().unwrap();
        for (name, tells) in [
            ("erased, as of a state that does not tell", false),
            ("erased, as of a state that tells", true),
        ] {
            let case = cases.iter().find(|case| case["name"] == name).unwrap();
            let trusted = Trusted::key(case["key"].as_str().unwrap().parse().unwrap());
            let shown = currency::check(case["file"].as_str().unwrap().as_bytes(), &trusted).unwrap();
            let told = super::currency("file", &shown);
            assert_eq!(told["checked"]["erased"], tells, "{name}");
            assert_eq!(told["newest"].get("erased").is_some(), tells, "{name}");
        }
    }
}

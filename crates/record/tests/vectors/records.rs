//! Whole records: what is accepted, what is refused and where, and what is known afterwards.

use super::{accepted, bytes, cases, each, number, outcome, text, want};
use record::{
    audit::{Auditor, Finding},
    currency::Currency,
    entered::Shown,
    keys::Role,
    lang::Lang,
    proved::{self, BadProof},
    register::{Document, Register, Snapshot, Status},
    seal::Commitment,
    statements::{Form, Statement, root_of},
};
use rustc_hash::FxHashSet;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tlog::{
    Checkpoint, VerifierKey,
    hash::{Hash, leaf_hash},
    tree::Tree,
};

/// A leaf and its blob.
type Pair = (Vec<u8>, Option<Vec<u8>>);

fn pair(entry: &Value) -> Pair {
    let blob = (!entry["blob"].is_null()).then(|| bytes(entry, "blob"));
    (bytes(entry, "leaf"), blob)
}

fn whole() -> Value {
    cases("record.json", 1).remove(0)
}

fn pairs(case: &Value) -> Vec<Pair> {
    case["entries"].as_array().expect("entries").iter().map(pair).collect()
}

/// Audits entries; findings stand in their order.
fn audit(origin: &str, entries: &[Pair]) -> (Auditor, Vec<Finding>) {
    let (auditor, findings) = audit_hiding(origin, entries, FxHashSet::default());
    match auditor.used_in_vain() {
        Some(erased) => audit_hiding(origin, entries, erased),
        None => (auditor, findings),
    }
}

fn audit_hiding(origin: &str, entries: &[Pair], hidden: FxHashSet<Hash>) -> (Auditor, Vec<Finding>) {
    let mut auditor = Auditor::of_origin(origin).hiding(hidden);
    let mut findings = Vec::new();
    for ((leaf, blob), index) in entries.iter().zip(0..) {
        findings.extend(auditor.entry(index, leaf, &mut |_| blob.clone()));
    }
    (auditor, findings)
}

fn refused_at(findings: &[Finding]) -> Option<u64> {
    findings
        .iter()
        .filter(|finding| finding.grave)
        .find_map(|finding| finding.index)
}

fn expect(case: &Value, findings: &[Finding]) -> Result<(), String> {
    let wanted = number(case, "refused-at");
    if refused_at(findings) == wanted {
        Ok(())
    } else {
        Err(format!("want {wanted:?}: {} - {findings:?}", text(case, "reason")))
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::InForce => "in-force",
        Status::Withdrawn => "withdrawn",
        Status::Retracted => "retracted",
        Status::Erased => "erased",
    }
}

fn statement(doc: &Document, lang: Lang) -> Value {
    let last = doc.last(lang).expect("edition");
    let mut row = json!({
        "effective": word(doc.effective(lang)),
        "id": doc.id.to_string(),
        "index": last.index,
        "lang": lang.as_str(),
        "own": word(doc.own_status(lang).expect("status")),
        "version": last.version,
    });
    if doc.outdated(lang).is_some() {
        row["outdated"] = true.into();
    }
    if let Some(by) = doc.gone(lang) {
        row["gone"] = by.into();
    }
    row
}

/// The status of every language of every document, in order of id and language.
fn statements(register: &Register, only: impl Fn(&Document) -> bool) -> Vec<Value> {
    let mut rows = BTreeMap::new();
    for doc in register
        .documents()
        .map(|no| register.document(no))
        .filter(|doc| only(doc))
    {
        for lang in std::iter::once(Lang::FACTS).chain(doc.words.iter().map(|words| words.lang)) {
            rows.insert((doc.id.to_string(), lang.to_string()), statement(doc, lang));
        }
    }
    rows.into_values().collect()
}

fn state_at(case: &Value, entries: &[Pair], state: &Value) -> Result<(), String> {
    let size = usize::try_from(number(state, "size").expect("size")).expect("small");
    let (auditor, findings) = audit(text(case, "origin"), &entries[..size]);
    if !findings.is_empty() {
        return Err(format!("{size}: {findings:?}"));
    }
    let rows = Value::Array(statements(auditor.register(), |_| true));
    want(&state["statements"].to_string(), &rows.to_string(), &size)?;
    let withheld = auditor.finish(None, None).withheld.into_iter();
    let withheld: BTreeMap<String, u64> = withheld.map(|w| (Commitment(w.name).to_string(), w.by)).collect();
    want(&state["withheld"].to_string(), &json!(withheld).to_string(), &size)
}

#[test]
fn the_record_is_sound_and_says_what_the_specification_says() {
    let case = whole();
    let entries = pairs(&case);
    assert_eq!(entries.len(), 31);
    for state in case["states"].as_array().expect("states") {
        assert_eq!(state_at(&case, &entries, state), Ok(()));
    }
    let (auditor, findings) = audit(text(&case, "origin"), &entries);
    assert_eq!(findings, []);
    let audit = auditor.finish(
        Some(text(&case, "log-json").as_bytes()),
        Some(text(&case, "policy").as_bytes()),
    );
    assert_eq!((audit.findings, audit.stopped), (vec![], None));
    assert_eq!(audit.withheld.len(), 2);
}

#[test]
fn without_what_is_withheld_the_record_says_the_same() {
    let case = whole();
    let entries = pairs(&case);
    let (all, _) = audit(text(&case, "origin"), &entries);
    let all = all.finish(None, None);
    let mut bare = entries.clone();
    for withheld in &all.withheld {
        bare[usize::try_from(withheld.index).expect("small")].1 = None;
    }
    let (auditor, findings) = audit(text(&case, "origin"), &bare);
    assert_eq!(findings, []);
    let without = auditor.finish(
        Some(text(&case, "log-json").as_bytes()),
        Some(text(&case, "policy").as_bytes()),
    );
    assert_eq!(without.findings, []);
    assert_eq!(
        statements(&without.register, |_| true),
        statements(&all.register, |_| true)
    );
    assert_eq!(without.register.difference(&all.register), None);
    assert_eq!(
        without.withheld.iter().map(|w| w.seen).collect::<Vec<_>>(),
        [false, false]
    );
    assert!(all.withheld.iter().all(|w| w.seen));
}

#[test]
fn what_is_missing_and_not_withheld_is_found() {
    let case = whole();
    let mut entries = pairs(&case);
    entries[10].1 = None;
    let (auditor, findings) = audit(text(&case, "origin"), &entries);
    assert_eq!(findings, []);
    let audit = auditor.finish(Some(b"{}"), None);
    let found: Vec<_> = audit
        .findings
        .iter()
        .map(|f| (f.index, f.file.clone().expect("file")))
        .collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found
            .iter()
            .any(|(index, file)| *index == Some(10) && file.starts_with("blob/"))
    );
    assert!(found.contains(&(None, "log.json".into())) && found.contains(&(None, "policy".into())));
}

#[test]
fn blobs_of_a_folder_are_told_apart() {
    let case = whole();
    let entries = pairs(&case);
    let (mut auditor, _) = audit(text(&case, "origin"), &entries);
    let content = record::entry::Leaf::read(&entries[10].0).expect("leaf");
    let name = content
        .entry
        .content()
        .and_then(|c| c.sealed)
        .expect("sealed")
        .content
        .0;
    let mut blob = entries[10].1.clone().expect("blob");
    assert_eq!(auditor.blob(name, &blob), []);
    blob[40] ^= 1;
    assert_eq!(auditor.blob(name, &blob)[0].index, Some(10));
    assert_eq!(auditor.blob(Hash([7; 32]), &blob)[0].what, "no entry names it");
    assert!(auditor.names(name) && !auditor.names(Hash([7; 32])));
}

#[test]
fn roots_and_checkpoints() {
    let case = whole();
    let (entries, heads) = (pairs(&case), case["heads"].as_array().expect("heads"));
    assert_eq!(heads.len(), entries.len());
    let (auditor, _) = audit(text(&case, "origin"), &entries);
    let keys = auditor.register().keys();
    let mut tree = Tree::new();
    for ((leaf, _), head) in entries.iter().zip(heads) {
        tree.push(leaf_hash(leaf));
        assert_eq!(
            (tree.size(), tree.root().to_string()),
            (number(head, "size").expect("size"), text(head, "root").into())
        );
        let signed = text(head, "checkpoint").as_bytes();
        let mut by = keys.valid(tree.size(), Role::Log, None).peekable();
        assert!(by.peek().is_some());
        for key in by {
            let opened = Checkpoint::open(signed, key.verifier().expect("key")).expect("signed by every valid log key");
            assert_eq!((opened.size, opened.root), (tree.size(), tree.root()));
        }
    }
}

#[test]
fn alterations() {
    let record = whole();
    let entries = pairs(&record);
    let roots: Vec<&str> = record["heads"]
        .as_array()
        .expect("heads")
        .iter()
        .map(|head| text(head, "root"))
        .collect();
    each("alterations.json", 20, |case| {
        let mut entries = entries.clone();
        entries[usize::try_from(number(case, "index").expect("index")).expect("small")] = pair(case);
        let (_, findings) = audit(text(&record, "origin"), &entries);
        expect(case, &findings)?;
        let mut tree = Tree::new();
        entries.iter().for_each(|(leaf, _)| tree.push(leaf_hash(leaf)));
        want(text(case, "root"), &tree.root().to_string(), case)?;
        let leaf_differs = entries.iter().zip(pairs(&record)).any(|((a, _), (b, _))| *a != b);
        want(
            &leaf_differs.to_string(),
            &(!roots.contains(&text(case, "root"))).to_string(),
            &"root",
        )
    });
}

#[test]
fn genesis_and_keys() {
    each("genesis.json", 34, |case| {
        let leaves = case["leaves"].as_array().expect("leaves");
        let entries: Vec<Pair> = leaves
            .iter()
            .map(|leaf| (bytes(&json!({"leaf": leaf}), "leaf"), None))
            .collect();
        let (_, findings) = audit(text(case, "origin"), &entries);
        expect(case, &findings)
    });
}

/// Judged by the entries below each, and by those of the whole record, which tell for every size.
#[test]
fn checkpoints() {
    each("checkpoints.json", 11, |case| {
        let leaves = case["leaves"].as_array().expect("leaves");
        let entries: Vec<Pair> = leaves
            .iter()
            .map(|leaf| (bytes(&json!({"leaf": leaf}), "leaf"), None))
            .collect();
        let registers: Vec<Register> = (0..=entries.len())
            .map(|size| {
                let (auditor, findings) = audit(text(case, "origin"), &entries[..size]);
                assert!(findings.is_empty(), "{findings:?}");
                auditor.into_register()
            })
            .collect();
        let whole = registers.last().ok_or("no register")?.keys();
        let log_json = whole.log_json().expect("log.json");
        want(text(case, "log-json"), &String::from_utf8_lossy(&log_json), &"log.json")?;
        for head in case["heads"].as_array().expect("heads") {
            let size = usize::try_from(number(head, "size").expect("size")).expect("small");
            for keys in [registers[size].keys().log_keys(), whole.log_keys()] {
                let opened = Checkpoint::open(text(head, "checkpoint").as_bytes(), &keys);
                if head["accept"] != opened.is_ok() {
                    return Err(format!("size {size}: {opened:?}, want {}", head["accept"]));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn successions() {
    let record = whole();
    let entries = pairs(&record);
    each("successions.json", 110, |case| {
        let after = usize::try_from(number(case, "after").expect("after")).expect("small");
        let added = pairs(case);
        let all: Vec<Pair> = entries[..after].iter().chain(&added).cloned().collect();
        let (auditor, findings) = audit(text(&record, "origin"), &all);
        expect(case, &findings)?;
        let Some(wanted) = case["statements"].as_array() else {
            return Ok(());
        };
        let ids: Vec<&str> = wanted.iter().map(|row| text(row, "id")).collect();
        let rows = statements(auditor.register(), |doc| ids.contains(&doc.id.to_string().as_str()));
        want(&json!(wanted).to_string(), &json!(rows).to_string(), &"statements")
    });
}

/// The record with a case's entries, and the same without the blobs that are erased.
fn erasure(case: &Value, before: &[Pair]) -> (Vec<Pair>, Vec<Pair>) {
    let whole: Vec<Pair> = before.iter().cloned().chain(pairs(case)).collect();
    let gone = |leaf: &[u8]| {
        let sealed = record::entry::Leaf::read(leaf)
            .ok()
            .and_then(|leaf| leaf.entry.sealed());
        sealed.is_some_and(|sealed| case["erased"].get(sealed.content.to_string()).is_some())
    };
    let bare = whole
        .iter()
        .map(|(leaf, blob)| (leaf.clone(), blob.clone().filter(|_| !gone(leaf))));
    let bare = bare.collect();
    (whole, bare)
}

/// What a case says is withheld, as far as it is erased too.
fn erased_of(case: &Value, field: &str) -> Vec<(String, u64)> {
    let all = case[field].as_object().expect(field).iter();
    let erased = all.filter(|(name, _)| case["erased"].get(name).is_some());
    erased
        .map(|(name, by)| (name.clone(), by.as_u64().expect("index")))
        .collect()
}

#[test]
fn erasures() {
    let record = whole();
    let before = pairs(&record);
    each("erasures.json", 25, |case| {
        let (there, gone) = erasure(case, &before);
        let (auditor, findings) = audit(text(&record, "origin"), &there);
        expect(case, &findings)?;
        if case["statements"].is_null() {
            return Ok(());
        }
        let (bare, findings) = audit_hiding(text(&record, "origin"), &gone, FxHashSet::default());
        expect(case, &findings)?;
        if auditor.register() != bare.register() {
            return Err("another register with the erased blobs than without them".to_owned());
        }
        for audited in [auditor, bare] {
            let rows = statements(audited.register(), |_| true);
            want(&case["statements"].to_string(), &json!(rows).to_string(), &"statements")?;
            let erased: BTreeMap<String, u64> = audited
                .register()
                .erased()
                .map(|(name, by)| (name.to_string(), by))
                .collect();
            want(&case["erased"].to_string(), &json!(erased).to_string(), &"erased")?;
            let done = audited.finish(None, None);
            let withheld = done.withheld.iter().map(|w| (Commitment(w.name).to_string(), w.by));
            let withheld: BTreeMap<String, u64> = withheld.chain(erased_of(case, "withheld")).collect();
            want(&case["withheld"].to_string(), &json!(withheld).to_string(), &"withheld")?;
        }
        Ok(())
    });
}

#[test]
fn states() {
    let record = whole();
    let before = pairs(&record);
    each("states.json", 25, |case| {
        let all: Vec<Pair> = before.iter().cloned().chain(pairs(case)).collect();
        let (auditor, findings) = audit(text(&record, "origin"), &all);
        expect(case, &findings)?;
        if case["statements"].is_null() {
            return Ok(());
        }
        let mut register = auditor.register().clone();
        let rows = statements(&register, |_| true);
        want(&case["statements"].to_string(), &json!(rows).to_string(), &"statements")?;
        let form = register.state().ok_or("no state")?.form;
        want(
            &case["form"].as_u64().unwrap_or(1).to_string(),
            if form == Form::Telling { "2" } else { "1" },
            &"form",
        )?;
        let (root, size) = register.statements_root(form).ok_or("no root")?;
        want(text(case, "root"), &root.to_string(), &"root")?;
        want(&case["size"].to_string(), &size.to_string(), &"size")?;
        for path in case["paths"].as_array().expect("paths") {
            let no = register.by_id(text(path, "id").parse().expect("id")).expect("document");
            let lang: Lang = text(path, "lang").parse().expect("language");
            let told = register.statement(no, lang).expect("statement");
            let statement = Statement {
                erased: told.erased.filter(|_| form == Form::Telling),
                ..told
            };
            want(text(path, "leaf"), &statement.leaf(form).to_string(), &statement)?;
            let steps = register.statement_path(no, lang, form).expect("path");
            want(&path["path"].to_string(), &json!(steps).to_string(), &statement)?;
            want(
                &root.to_string(),
                &root_of(&statement, &steps, form).expect("root").to_string(),
                &statement,
            )?;
        }
        Ok(())
    });
}

/// The root that a freeze names is for whoever has the tree.
fn frozen_elsewhere(register: &Register, entries: &[Pair]) -> Option<u64> {
    let frozen = register.frozen()?;
    let mut tree = Tree::new();
    let good = usize::try_from(frozen.size).expect("small");
    entries[..good].iter().for_each(|(leaf, _)| tree.push(leaf_hash(leaf)));
    (tree.root() != Hash(frozen.root)).then_some(frozen.index)
}

#[test]
fn freezes() {
    let record = whole();
    let before = pairs(&record);
    each("freezes.json", 12, |case| {
        let all: Vec<Pair> = before.iter().cloned().chain(pairs(case)).collect();
        let (auditor, findings) = audit(text(&record, "origin"), &all);
        let register = auditor.register();
        let found = refused_at(&findings).or_else(|| frozen_elsewhere(register, &all));
        if found != number(case, "refused-at") {
            return Err(format!("want {}: {findings:?}", case["refused-at"]));
        }
        let ends = register.frozen().map(|frozen| {
            json!({"index": frozen.index, "successor": frozen.successor, "tree-root": Hash(frozen.root).to_string(), "tree-size": frozen.size})
        });
        if found.is_none() {
            want(&case["frozen"].to_string(), &json!(ends).to_string(), &"frozen")?;
        }
        Ok(())
    });
}

#[test]
fn an_erased_blob_that_is_there_is_found() {
    let record = whole();
    let cases = cases("erasures.json", 25);
    let case = cases
        .iter()
        .find(|case| text(case, "name") == "an older edition")
        .expect("case");
    let (there, gone) = erasure(case, &pairs(&record));
    let found = |entries: &[Pair]| {
        let done = audit(text(&record, "origin"), entries).0.finish(None, None);
        let blobs = done
            .findings
            .into_iter()
            .filter(|f| f.file.as_deref().is_some_and(|file| file.starts_with("blob/")));
        blobs.map(|f| (f.index, f.what)).collect::<Vec<_>>()
    };
    assert_eq!(
        found(&there),
        [(Some(10), "was erased by entry 31 and is still here".to_owned())]
    );
    assert_eq!(found(&gone), []);
}

#[test]
fn proofs() {
    each("proofs.json", 25, |case| {
        let key: VerifierKey = text(case, "key").parse().expect("key");
        let beside = case["json"].as_str();
        let beside = beside.map(|json| proved::as_published(json.as_bytes(), ""));
        let proof = proved::as_published(&bytes(case, "proof"), "\n");
        let result = proved::verify(&proof, beside.as_deref(), &key);
        want(accepted(case), outcome(&result, BadProof::is_newer), &result)
    });
}

#[test]
fn currency_files() {
    each("currency.json", 22, |case| {
        let key: VerifierKey = text(case, "key").parse().expect("key");
        let result = Currency::verify(text(case, "file").as_bytes(), &key);
        want(accepted(case), outcome(&result, |_| false), &result)?;
        let entered = result.ok().and_then(|current| current.entered);
        let sizes: Vec<u64> = entered.iter().flat_map(sizes).collect();
        let wanted = case["sizes"].as_array().into_iter().flatten();
        let wanted: Vec<u64> = wanted.filter_map(Value::as_u64).collect();
        if sizes == wanted {
            Ok(())
        } else {
            Err(format!("{sizes:?}, want {wanted:?}"))
        }
    });
}

/// Of the states between which an edition was entered.
fn sizes(shown: &Shown) -> impl Iterator<Item = u64> {
    let before = shown.before.iter().map(|(checkpoint, _)| checkpoint.size);
    let holding = shown.proved.checkpoint.size;
    before.chain([holding]).collect::<Vec<_>>().into_iter()
}

#[test]
fn a_register_folded_on_from_a_snapshot_is_the_same() {
    let case = whole();
    let entries = pairs(&case);
    let (whole, _) = audit(text(&case, "origin"), &entries);
    for size in [1, 9, 14, 23, 30] {
        let (part, _) = audit(text(&case, "origin"), &entries[..size]);
        let register = part.register().clone();
        let bytes = Snapshot {
            root: Hash([1; 32]),
            register,
        }
        .to_bytes()
        .expect("bytes");
        let mut register = Snapshot::from_bytes(&bytes).expect("read").register;
        for (leaf, blob) in &entries[size..] {
            let entry = record::entry::Leaf::read_trusted(leaf).expect("leaf");
            let sealed = entry.content().and_then(|content| content.sealed);
            let manifest = sealed
                .zip(blob.as_ref())
                .map(|(sealed, blob)| record::manifest::Manifest::read(sealed.media, &blob[32..]).expect("manifest"));
            register.apply(&entry, leaf_hash(leaf), manifest).expect("applied");
        }
        assert!(register == *whole.register(), "from {size}");
    }
}

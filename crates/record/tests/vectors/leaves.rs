//! Single leaves: form and signatures, with the keys that are valid at their place.

use super::{bytes, cases, each, number, outcome, text, want};
use record::{
    entry::{BadLeaf, Body, Leaf},
    keys::{check_one, check_quorum},
    manifest::Manifest,
    seal,
};
use serde_json::Value;
use tlog::{hash::leaf_hash, note::VerifierKey};

fn keys(case: &Value, role: &str) -> Vec<VerifierKey> {
    let keys = case["keys"][role].as_array().expect(role);
    keys.iter()
        .map(|key| key.as_str().expect("vkey").parse().expect("vkey"))
        .collect()
}

fn read(case: &Value) -> Result<Leaf, BadLeaf> {
    let leaf = Leaf::read(&bytes(case, "leaf"))?;
    match &leaf.entry.body {
        Body::Content(content) => {
            let of_mission = format!("/m/{}/", content.mission);
            let office = keys(case, "office");
            check_one(office.iter().filter(|key| key.name().contains(&of_mission)), &leaf.note)?;
        }
        Body::State { .. } => check_one(keys(case, "state").iter(), &leaf.note)?,
        Body::Genesis { .. } | Body::Key { .. } | Body::Erase(_) | Body::Freeze(_) => {
            let roots = keys(case, "root");
            let quorum = u32::try_from(number(case, "quorum").expect("quorum")).expect("small");
            check_quorum(&roots.iter().collect::<Vec<_>>(), quorum, &leaf.note)?;
        }
    }
    Ok(leaf)
}

#[test]
fn leaves() {
    each("leaves.json", 120, |case| {
        let result = read(case);
        want(text(case, "outcome"), outcome(&result, BadLeaf::is_newer), &result)?;
        let Ok(leaf) = result else { return Ok(()) };
        want(text(case, "hash"), &leaf_hash(&bytes(case, "leaf")).to_string(), &leaf)?;
        let Some(sealed) = leaf.entry.sealed() else {
            return Ok(());
        };
        let blob = bytes(case, "blob");
        let opened = seal::open(&sealed.content, &blob).expect("the blob belongs to the leaf");
        want(
            text(case, "manifest"),
            std::str::from_utf8(opened).expect("UTF-8"),
            &leaf,
        )?;
        let manifest = Manifest::read(sealed.media, opened).map_err(|e| e.to_string())?;
        want(&sealed.size.to_string(), &opened.len().to_string(), &manifest)
    });
}

#[test]
fn a_leaf_is_written_as_it_was_read() {
    let mut seen = 0;
    for case in cases("leaves.json", 120)
        .iter()
        .filter(|case| text(case, "outcome") == "accept")
    {
        let leaf = Leaf::read(&bytes(case, "leaf")).expect("read");
        assert_eq!(leaf.entry.text().expect("text"), leaf.note.text.as_bytes(), "{case}");
        assert_eq!(Leaf::read_trusted(&bytes(case, "leaf")).expect("read"), leaf.entry);
        seen += 1;
    }
    assert!(seen >= 30);
}

//! Entries that are signed after they were folded are those that would have been signed at once.

use super::*;
use crate::compose::{Composed, Early, Late, Signing};

/// First editions of two missions, with entries that follow them and one from before.
fn changes(m: &Ministry) -> Vec<Change> {
    let facts = |id, mission| {
        let facts = m.news_facts(mission, "2026-03-14", vec![]);
        Change::publish(DocumentId(id), Lang::FACTS, mission, Manifest::Facts(Box::new(facts)))
    };
    let text = |id, mission, title: &str| {
        let words = words(title, &format!("title-{id}"));
        Change::publish(DocumentId(id), Lang::ENGLISH, mission, Manifest::Words(Box::new(words)))
    };
    let again = |id, mission, title: &str| Change {
        action: Action::Correct,
        update: Some(Update::Correction),
        ..text(id, mission, title)
    };
    let end = |id, mission| Change {
        action: Action::Withdraw,
        reason: Some(Reason::Error),
        manifest: None,
        ..text(id, mission, "")
    };
    vec![
        facts(1002, "sable"),
        facts(1003, "hq"),
        text(1003, "hq", "Quay"),
        text(1002, "sable", "Tide"),
        again(1001, "hq", "Harbour"),
        again(1002, "sable", "Tides"),
        again(1002, "sable", "The tides"),
        end(1003, "hq"),
    ]
}

fn ministry() -> Ministry {
    let mut m = Ministry::new(&["hq", "sable"]);
    m.news(1001, "hq", "2026-03-13", vec![]);
    m
}

/// The changes as entries of a ministry, each with its mission.
fn late(m: &mut Ministry) -> Vec<(Late, Box<str>)> {
    let changes = changes(m);
    let missions: Vec<_> = changes.iter().map(|change| change.mission.clone()).collect();
    let late: Result<Vec<_>, _> = m.composer(|c| changes.into_iter().map(|change| c.late(change)).collect());
    late.expect("composed").into_iter().zip(missions).collect()
}

fn sign(signing: &mut Signing, m: &Ministry, (late, mission): &(Late, Box<str>)) -> Result<Composed, ComposeError> {
    let office = m.offices.iter().find(|(office, _)| **office == **mission);
    signing.sign(late.clone(), &office.expect("key").1)
}

#[test]
fn entries_signed_late_are_those_signed_at_once() {
    let (mut at_once, mut m) = (ministry(), ministry());
    let changes = changes(&at_once);
    let wanted = at_once.composer(|c| changes.into_iter().map(|change| c.content(change)).collect());
    let wanted: Vec<Composed> = wanted.expect("composed");
    let mut signing = Signing::new(m.register.size());
    let late = late(&mut m);
    let signed: Result<Vec<_>, _> = late.iter().map(|late| sign(&mut signing, &m, late)).collect();
    let told = |all: Vec<Composed>| all.into_iter().map(|c| (c.leaf, c.sealed)).collect::<Vec<_>>();
    assert_eq!(told(signed.expect("signed")), told(wanted));
    assert!(m.register != at_once.register, "stand-ins are there still");
    signing.settle(&mut m.register).expect("settled");
    assert!(m.register == at_once.register);
    m.end(1001, "en", Action::Withdraw)
        .expect("read back, and taken by a verifier");
}

#[test]
fn nothing_is_signed_before_what_it_follows() {
    let mut m = ministry();
    let first = m.register.size();
    let late = late(&mut m);
    let early = |result| match result {
        Err(ComposeError::Early(early)) => early,
        other => panic!("{other:?}"),
    };
    let mut signing = Signing::new(first);
    assert_eq!(early(sign(&mut signing, &m, &late[1])), Early(first));
    sign(&mut signing, &m, &late[0]).expect("the first");
    assert_eq!(early(sign(&mut signing, &m, &late[0])), Early(first + 1));
    assert_eq!(signing.settle(&mut m.register), Err(Early(first + 1)));
    let mut other = Signing::new(first + 3);
    assert_eq!(early(sign(&mut other, &m, &late[3])), Early(first));
}

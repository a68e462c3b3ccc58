use super::*;
use crate::keys::Role;

fn office() -> SigningKey {
    SigningKey::generate("record.example/m/vn/1", [7; 32]).expect("key")
}

fn publish() -> Entry {
    Entry {
        issued: Moment(1_780_000_000),
        body: Body::Content(Content {
            action: Action::Publish,
            id: DocumentId(1),
            lang: Lang::ENGLISH,
            version: 1,
            mission: "vn".into(),
            seq: 1,
            prev: None,
            supersedes: None,
            update: None,
            reason: None,
            sealed: Some(Manifest {
                content: Commitment(Hash([1; 32])),
                size: 10,
                media: Media::Words,
            }),
        }),
    }
}

#[test]
fn a_leaf_is_a_signed_note_over_one_canonical_line() {
    let leaf = publish().sign(&[&office()]).expect("signed");
    let read = Leaf::read(&leaf).expect("read");
    assert_eq!(read.entry, publish());
    assert_eq!(read.note.verify(&office().verifier()), Ok(()));
    assert_eq!(Leaf::read_trusted(&leaf).expect("read"), publish());
    assert!(leaf.starts_with(b"chancery/entry/v1\n{\"content\":\"c1:0101"));
}

#[test]
fn fields_that_do_not_fit_the_kind_are_refused() {
    let text = String::from_utf8(publish().text().expect("text")).expect("UTF-8");
    for (from, to) in [
        ("\"version\":1", "\"version\":2"),
        ("\"seq\":1", "\"seq\":2"),
        ("\"kind\":\"publish\"", "\"kind\":\"correct\""),
        ("\"kind\":\"publish\"", "\"kind\":\"withdraw\""),
        ("\"kind\":\"publish\"", "\"kind\":\"state\""),
        ("\"lang\":\"en\"", "\"lang\":\"zxx\""),
        ("\"mission\":\"vn\"", "\"mission\":\"vn\",\"origin\":\"x\""),
        ("entry/v1", "entry/v2"),
        ("\"size\":10", "\"size\":10.0"),
    ] {
        assert!(text.contains(from), "{from}");
        let text = text.replace(from, to);
        let leaf = tlog::note::signed(text.as_bytes(), &[office().sign(text.as_bytes())]);
        assert!(Leaf::read(&leaf).is_err(), "{to}");
    }
}

#[test]
fn a_genesis_entry_is_written_and_read_back() {
    let key = KeyChange::Add {
        from: 0,
        mission: None,
        role: Role::Log,
        vkey: office().verifier().to_string().into(),
    };
    let body = Body::Genesis {
        keys: vec![key],
        origin: "record.example".into(),
        policy: Hash([0; 32]),
        quorum: 1,
        predecessor: None,
    };
    let entry = Entry {
        issued: Moment(0),
        body,
    };
    assert_eq!(
        Leaf::read(&entry.sign(&[&office()]).expect("signed"))
            .expect("read")
            .entry,
        entry
    );
}

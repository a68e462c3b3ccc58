//! What a signer signs: leaves and checkpoints of its own record, each with the key that is for it. Pure.

use record::{
    entry::{Body, HEADER, Leaf},
    json::MAX_INTEGER,
};
use tlog::{
    Checkpoint, VerifierKey,
    hash::Hash,
    note::{SignatureLine, signed},
    proof::verify_consistency,
};

/// What a key may be asked to sign.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// An entry: a mission's, or a state.
    Entry,
    /// A checkpoint of the log.
    Checkpoint(Checkpoint),
}

/// What a key is for, by its name (`docs/spec/entry.md`, section 6).
#[derive(Debug, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// Checkpoints of the log of this name.
    Log(&'a str),
    /// Entries of a mission.
    Office(&'a str),
    /// States.
    State,
    /// Keys, erasures: never signed here.
    Root,
}

impl<'a> Purpose<'a> {
    /// Of a key.
    pub fn of(key: &'a VerifierKey) -> Self {
        let name = key.name();
        if name.ends_with("/state") {
            return Self::State;
        }
        if name.rsplit_once("/root/").is_some_and(|(_, number)| is_number(number)) {
            return Self::Root;
        }
        match name.rsplit_once("/m/").and_then(|(_, rest)| rest.split_once('/')) {
            Some((mission, number)) if is_number(number) => Self::Office(mission),
            _ => Self::Log(name),
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Decides whether a text is one that the key may sign; says why not.
pub fn judge(key: &VerifierKey, text: &[u8]) -> Result<Asked, String> {
    let text = str::from_utf8(text).map_err(|_| "the text is not UTF-8")?;
    match Purpose::of(key) {
        Purpose::Root => Err("root keys sign nothing here: what they sign, people decide".to_owned()),
        Purpose::Log(origin) => {
            let checkpoint: Checkpoint = text.parse().map_err(|error| format!("{error}"))?;
            if checkpoint.origin != origin {
                return Err(format!("the checkpoint is of {}, not of {origin}", checkpoint.origin));
            }
            if checkpoint.size > MAX_INTEGER {
                return Err("the checkpoint is of more entries than a record can have".to_owned());
            }
            Ok(Asked::Checkpoint(checkpoint))
        }
        Purpose::Office(mission) => match entry(key, text)? {
            Body::Content(content) if &*content.mission == mission => Ok(Asked::Entry),
            Body::Content(content) => Err(format!("the entry is of mission {}, not of {mission}", content.mission)),
            _ => Err("the entry is not one that a mission signs".to_owned()),
        },
        Purpose::State => match entry(key, text)? {
            Body::State { .. } => Ok(Asked::Entry),
            _ => Err("the entry is no state".to_owned()),
        },
    }
}

/// What a text says, if it is that of an entry in its one form.
fn entry(key: &VerifierKey, text: &str) -> Result<Body, String> {
    if !text.starts_with(HEADER) {
        return Err("the text is no entry of a record".to_owned());
    }
    // A leaf is read as a whole, so it gets a line in the place of the signature.
    let line = SignatureLine {
        name: key.name().to_owned(),
        id: key.id(),
        signature: vec![0; 64],
    };
    let leaf = Leaf::read(&signed(text.as_bytes(), &[line])).map_err(|error| error.to_string())?;
    if leaf.note.text == text {
        Ok(leaf.entry.body)
    } else {
        Err("the text is no entry of a record".to_owned())
    }
}

/// The newest checkpoint that was signed for a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Number of entries.
    pub size: u64,
    /// Their root.
    pub root: Hash,
}

impl Signed {
    /// Says why a checkpoint may not follow this one. The same again may; another one needs the consistency proof between both.
    pub fn check(&self, next: &Checkpoint, proof: &[Hash]) -> Result<(), String> {
        if next.size < self.size {
            return Err(format!(
                "a checkpoint of {} entries was signed before, so none of {} is signed any more",
                self.size, next.size
            ));
        }
        if next.size == self.size && self.root != next.root {
            return Err(format!("another checkpoint of {} entries was signed before", self.size));
        }
        if next.size == self.size || self.size == 0 {
            return Ok(());
        }
        verify_consistency(self.size, next.size, self.root, next.root, proof).map_err(|error| {
            format!(
                "it is not proved that the checkpoint of {} entries continues that of {}, which was signed before: {error}",
                next.size, self.size
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{
        date::Moment,
        entry::{Action, Content, Entry, Reason},
        id::DocumentId,
        lang::Lang,
    };
    use tlog::{SigningKey, hash::sha256, tree::Tree};

    fn key(name: &str) -> VerifierKey {
        SigningKey::generate(name, [7; 32]).unwrap().verifier()
    }

    fn text(body: Body) -> Vec<u8> {
        let issued = Moment(1_795_420_800);
        Entry { issued, body }.text().unwrap()
    }

    fn content(mission: &str) -> Vec<u8> {
        text(Body::Content(Content {
            action: Action::Withdraw,
            id: DocumentId(7),
            lang: Lang::ENGLISH,
            version: 2,
            mission: mission.into(),
            seq: 2,
            prev: Some(sha256(b"before")),
            supersedes: Some(sha256(b"before")),
            update: None,
            reason: Some(Reason::NotStated),
            sealed: None,
        }))
    }

    fn checkpoint(origin: &str, size: u64, root: Hash) -> Checkpoint {
        let origin = origin.to_owned();
        Checkpoint { origin, size, root }
    }

    #[test]
    fn each_key_signs_what_it_is_for_and_nothing_else() {
        let (log, office, state) = (
            key("record.example"),
            key("record.example/m/vn/3"),
            key("record.example/state"),
        );
        let head = checkpoint("record.example", 3, sha256(b"x"));
        let texts = [
            head.to_string().into_bytes(),
            content("vn"),
            text(Body::State {
                root: sha256(b"y"),
                size: 1,
            }),
        ];
        for (at, key) in [&log, &office, &state].into_iter().enumerate() {
            for (n, text) in texts.iter().enumerate() {
                assert_eq!(judge(key, text).is_ok(), n == at, "{} {n}", key.name());
            }
        }
        assert_eq!(judge(&log, &texts[0]), Ok(Asked::Checkpoint(head)));
        assert!(judge(&office, &content("hq")).is_err());
        assert!(judge(&key("other.example"), &texts[0]).is_err());
        assert!(judge(&key("record.example/root/1"), &texts[1]).is_err());
    }

    #[test]
    fn texts_that_are_not_in_their_one_form_are_refused() {
        let office = key("record.example/m/vn/1");
        let good = String::from_utf8(content("vn")).unwrap();
        assert!(judge(&office, good.as_bytes()).is_ok());
        for bad in [
            good.replace(',', ", "),
            good.replace("entry/v1", "entry/v2"),
            format!("{good}more\n"),
            format!("{good}\n{good}"),
            good.trim_end().to_owned(),
            String::new(),
            "any text\n".to_owned(),
            format!("{good}\n\u{2014} record.example/m/vn/1 AAAAAAA=\n"),
        ] {
            assert!(judge(&office, bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(judge(&office, &[0xff]).is_err());
    }

    #[test]
    fn what_is_signed_continues_what_was_signed() {
        let leaves: Vec<Hash> = (0..9_u8).map(|n| sha256(&[n])).collect();
        let tree = |leaves: &[Hash]| {
            let mut tree = Tree::new();
            leaves.iter().for_each(|leaf| tree.push(*leaf));
            tree.root()
        };
        let signed = Signed {
            size: 4,
            root: tree(&leaves[..4]),
        };
        let next = |size, root, proof: &[Hash]| signed.check(&checkpoint("record.example", size, root), proof);
        let (same, grown) = (signed.root, tree(&leaves[..5]));
        assert!(next(4, same, &[]).is_ok());
        assert!(next(5, grown, &[leaves[4]]).is_ok());
        assert!(next(5, grown, &[]).is_err());
        assert!(next(5, grown, &[leaves[5]]).is_err());
        assert!(next(5, tree(&leaves[1..6]), &[leaves[5]]).is_err(), "another history");
        assert!(next(4, grown, &[]).is_err());
        assert!(next(3, tree(&leaves[..3]), &[]).is_err());
        let empty = Signed {
            size: 0,
            root: sha256(b""),
        };
        assert!(empty.check(&checkpoint("record.example", 5, grown), &[]).is_ok());
    }

    #[test]
    fn more_entries_than_a_record_can_have_are_not_signed() {
        let log = key("record.example");
        let text = |size| checkpoint("record.example", size, sha256(b"x")).to_string();
        assert!(judge(&log, text(MAX_INTEGER).as_bytes()).is_ok());
        assert!(judge(&log, text(MAX_INTEGER + 1).as_bytes()).is_err());
    }
}

//! Asking a witness for a cosignature, and what a witness remembers. <https://c2sp.org/tlog-witness>.
//!
//! Pure: who calls keeps the new state durably before the answer leaves, and lets no second request
//! for the same log in between.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::checkpoint::{Checkpoint, CheckpointError, decimal};
use crate::hash::{Hash, empty_root, sha256};
use crate::note::{Note, NoteError, SignatureLine, VerifierKey};
use crate::proof::verify_consistency;

/// Most lines of a proof in a request.
pub const MAX_LINES: usize = 63;
/// Largest request that is read, in bytes: size, proof, and a checkpoint with many signatures.
pub const MAX_REQUEST: usize = 64 << 10;
/// Largest answer that is read, in bytes.
pub const MAX_ANSWER: usize = 16 << 10;
/// Media type of the body of a 409 that states a size.
pub const SIZE: &str = "text/x.tlog.size";

/// The body of an `add-checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Size up to which the witness is believed to have seen the log; 0 for nothing.
    pub old: u64,
    /// Consistency proof from that size on; empty where `old` is 0 or the size itself.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, verbatim.
    pub checkpoint: Vec<u8>,
}

impl Request {
    /// Prints the body.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.proof {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}", hash.to_base64());
        }
        text.push('\n');
        [text.as_bytes(), &self.checkpoint].concat()
    }

    /// Reads a body. What it accepts, [`Request::to_bytes`] prints again byte for byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        if bytes.len() > MAX_REQUEST {
            return Err("larger than 65,536 bytes");
        }
        let text = str::from_utf8(bytes).map_err(|_| "not UTF-8")?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or("no empty line")?;
        let mut lines = head.split('\n');
        let old = lines
            .next()
            .and_then(|line| line.strip_prefix("old "))
            .and_then(decimal);
        let old = old.ok_or("does not begin with the old size")?;
        let proof: Result<Vec<Hash>, _> = lines.take(MAX_LINES + 1).map(Hash::from_base64).collect();
        let proof = proof.map_err(|_| "proof is not of 32 bytes in strict base64")?;
        if proof.len() > MAX_LINES {
            return Err("proof is longer than 63 lines");
        }
        Ok(Self {
            old,
            proof,
            checkpoint: checkpoint.as_bytes().to_vec(),
        })
    }
}

/// Reads the body of a 200: one signature line or more. Nothing is verified.
pub fn parse_lines(bytes: &[u8]) -> Result<Vec<SignatureLine>, NoteError> {
    let text = str::from_utf8(bytes).map_err(|_| NoteError::Malformed("not UTF-8"))?;
    let lines = text
        .strip_suffix('\n')
        .ok_or(NoteError::Malformed("no newline at the end"))?;
    if bytes.len() > MAX_ANSWER {
        return Err(NoteError::Malformed("answer is too long"));
    }
    lines.split('\n').map(SignatureLine::parse).collect()
}

/// Reads the body of a 409: the size of the newest checkpoint that the witness cosigned.
pub fn parse_size(bytes: &[u8]) -> Option<u64> {
    let text = str::from_utf8(bytes).ok()?;
    decimal(text.strip_suffix('\n')?).filter(|_| text.len() > 1)
}

/// The name of a log in the addresses of a witness: SHA-256 of the origin.
pub fn origin_hash(origin: &str) -> Hash {
    sha256(origin.as_bytes())
}

/// Why nothing is cosigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request is malformed, or its old size is above the new one.
    #[error("malformed request: {0}")]
    Malformed(String),
    /// This witness does not know the log.
    #[error("this log is not known here")]
    Unknown,
    /// No key of the log signed, or a line that claims to be by one is not.
    #[error("{0}")]
    Unsigned(String),
    /// The witness has seen the log at another size.
    #[error("the newest checkpoint cosigned here has another size")]
    Size(u64),
    /// The checkpoint does not continue what was seen.
    #[error("{0}")]
    Inconsistent(String),
}

impl Refusal {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Unsigned(_) => 403,
            Self::Unknown => 404,
            Self::Size(_) => 409,
            Self::Inconsistent(_) => 422,
        }
    }
}

/// A log head: what a witness remembers of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// Their root.
    pub root: Hash,
}

#[derive(Debug, Clone, Default)]
struct Known {
    keys: Vec<VerifierKey>,
    head: Option<Head>,
}

/// A checkpoint that may be cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// Its text, with the lines of the log's own keys and no others.
    pub note: Note,
}

/// What a witness knows: for each log its keys, and the newest head it cosigned.
#[derive(Debug, Clone, Default)]
pub struct Witness {
    logs: BTreeMap<String, Known>,
}

impl Witness {
    /// Adds a key of a log; its name is the origin.
    pub fn trust(&mut self, key: VerifierKey) {
        let known = self.logs.entry(key.name().to_owned()).or_default();
        if !known.keys.contains(&key) {
            known.keys.push(key);
        }
    }

    /// The logs, in order of their origins.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.logs.keys().map(String::as_str)
    }

    /// The newest head of a log.
    pub fn head(&self, origin: &str) -> Option<Head> {
        self.logs.get(origin)?.head
    }

    /// Decides whether a request may be answered with a cosignature. Nothing is changed: the caller
    /// stores [`Sound::checkpoint`] durably, calls [`Witness::advance`], and only then answers.
    pub fn judge(&self, request: &Request) -> Result<Sound, Refusal> {
        let malformed = |error: &dyn std::fmt::Display| Refusal::Malformed(error.to_string());
        let note = Note::parse(&request.checkpoint).map_err(|error| malformed(&error))?;
        let checkpoint: Checkpoint = note.text.parse().map_err(|error: CheckpointError| malformed(&error))?;
        let known = self.logs.get(&checkpoint.origin).ok_or(Refusal::Unknown)?;
        let note = signed(known, note)?;
        if request.old > checkpoint.size {
            return Err(malformed(&"the old size is above that of the checkpoint"));
        }
        let seen = known.head.map_or(0, |head| head.size);
        if request.old != seen {
            return Err(Refusal::Size(seen));
        }
        check_continues(known.head, &checkpoint, &request.proof)?;
        Ok(Sound { checkpoint, note })
    }

    /// Takes over a head that was cosigned, or read back from where it was stored. Heads never go back.
    pub fn advance(&mut self, checkpoint: &Checkpoint) {
        let known = self.logs.entry(checkpoint.origin.clone()).or_default();
        if known.head.is_none_or(|head| head.size <= checkpoint.size) {
            known.head = Some(Head {
                size: checkpoint.size,
                root: checkpoint.root,
            });
        }
    }
}

/// Keeps the lines of the log's keys; at least one, and all of them true.
fn signed(known: &Known, note: Note) -> Result<Note, Refusal> {
    let mut any = false;
    for key in &known.keys {
        match note.verify(key) {
            Ok(()) => any = true,
            Err(NoteError::Missing(_)) => {}
            Err(error) => return Err(Refusal::Unsigned(error.to_string())),
        }
    }
    if !any {
        return Err(Refusal::Unsigned(
            "no key of this log that is known here signed".to_owned(),
        ));
    }
    let Note { text, mut signatures } = note;
    signatures.retain(|line| known.keys.iter().any(|key| line.claims(key)));
    Ok(Note { text, signatures })
}

fn check_continues(head: Option<Head>, checkpoint: &Checkpoint, proof: &[Hash]) -> Result<(), Refusal> {
    let inconsistent = |what: &str| Err(Refusal::Inconsistent(what.to_owned()));
    let Checkpoint { size, root, .. } = *checkpoint;
    if size == 0 && root != empty_root() {
        return inconsistent("a log without entries has another root");
    }
    match head {
        None | Some(Head { size: 0, .. }) if proof.is_empty() => Ok(()),
        None | Some(Head { size: 0, .. }) => inconsistent("there is nothing to prove from size 0"),
        Some(head) => verify_consistency(head.size, size, head.root, root, proof)
            .map_err(|error| Refusal::Inconsistent(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::hash::leaf_hash;
    use crate::note::SigningKey;
    use crate::proof::{self, HashReader};
    use crate::tree::{Tree, perfect_root};

    struct Leaves(Vec<Hash>);

    impl HashReader for Leaves {
        type Error = Infallible;

        fn subtree(&self, height: u8, index: u64) -> Result<Hash, Infallible> {
            let start = usize::try_from(index << height).unwrap();
            Ok(perfect_root(&self.0[start..start + (1 << height)]))
        }
    }

    fn leaves(seed: u8) -> Leaves {
        // Two logs that part after the fifth leaf.
        Leaves(
            (0..40_u8)
                .map(|n| leaf_hash(&[n, if n < 5 { 0 } else { seed }]))
                .collect(),
        )
    }

    fn log() -> SigningKey {
        SigningKey::generate("record.example", [7; 32]).unwrap()
    }

    fn checkpoint(leaves: &Leaves, size: u64) -> Checkpoint {
        let mut tree = Tree::new();
        leaves
            .0
            .iter()
            .take(usize::try_from(size).unwrap())
            .for_each(|leaf| tree.push(*leaf));
        Checkpoint {
            origin: "record.example".into(),
            size,
            root: tree.root(),
        }
    }

    fn request(leaves: &Leaves, old: u64, new: u64) -> Request {
        let Ok(proof) = proof::consistency(leaves, old, new);
        Request {
            old,
            proof: proof.unwrap_or_default(),
            checkpoint: checkpoint(leaves, new).sign(&log()),
        }
    }

    fn witness(size: Option<u64>) -> Witness {
        let mut witness = Witness::default();
        witness.trust(log().verifier());
        if let Some(size) = size {
            witness.advance(&checkpoint(&leaves(1), size));
        }
        witness
    }

    #[test]
    fn a_log_that_grows_is_cosigned_step_by_step() {
        let (leaves, mut witness) = (leaves(1), witness(None));
        let mut old = 0;
        for new in [0, 0, 1, 1, 2, 7, 7, 8, 33, 40] {
            let sound = witness.judge(&request(&leaves, old, new)).unwrap();
            assert_eq!(sound.checkpoint, checkpoint(&leaves, new));
            witness.advance(&sound.checkpoint);
            assert_eq!(witness.head("record.example").unwrap().size, new);
            old = new;
        }
        witness.advance(&checkpoint(&leaves, 3));
        assert_eq!(witness.head("record.example").unwrap().size, 40);
    }

    #[test]
    fn each_fault_has_its_status() {
        let (good, fork) = (leaves(1), leaves(2));
        let stranger = SigningKey::generate("other.example", [7; 32]).unwrap();
        let thief = SigningKey::generate("record.example", [8; 32]).unwrap();
        let with = |old, new, change: &dyn Fn(&mut Request)| {
            let mut request = request(&good, old, new);
            change(&mut request);
            request
        };
        let empty = Checkpoint {
            root: Hash([1; 32]),
            ..checkpoint(&good, 0)
        };
        for (seen, request, status) in [
            (Some(7), request(&good, 7, 9), 200),
            (Some(7), request(&fork, 7, 9), 422),
            (Some(7), request(&fork, 7, 7), 422),
            (Some(4), request(&fork, 4, 9), 200),
            (Some(7), request(&good, 6, 9), 409),
            (Some(7), request(&good, 0, 9), 409),
            (None, request(&good, 3, 9), 409),
            (Some(9), request(&good, 7, 7), 409),
            (Some(7), with(7, 9, &|r| r.old = 10), 400),
            (Some(7), with(7, 9, &|r| r.checkpoint.truncate(30)), 400),
            (Some(7), with(7, 9, &|r| r.proof.truncate(1)), 422),
            (Some(7), with(7, 7, &|r| r.proof.push(Hash([0; 32]))), 422),
            (None, with(0, 9, &|r| r.proof.push(Hash([0; 32]))), 422),
            (None, with(0, 0, &|r| r.checkpoint = empty.sign(&log())), 422),
            (
                None,
                with(0, 9, &|r| r.checkpoint = checkpoint(&good, 9).sign(&thief)),
                403,
            ),
            (
                None,
                with(0, 9, &|r| r.checkpoint = checkpoint(&good, 9).sign(&stranger)),
                403,
            ),
            (
                None,
                with(0, 9, &|r| {
                    r.checkpoint = Checkpoint {
                        origin: "other.example".into(),
                        ..checkpoint(&good, 9)
                    }
                    .sign(&stranger);
                }),
                404,
            ),
        ] {
            let judged = witness(seen)
                .judge(&request)
                .map_or_else(|refusal| refusal.status(), |_| 200);
            assert_eq!(
                judged,
                status,
                "{seen:?} {}",
                String::from_utf8_lossy(&request.to_bytes())
            );
        }
    }

    #[test]
    fn the_size_that_was_seen_is_told() {
        let refused = witness(Some(7)).judge(&request(&leaves(1), 3, 9));
        assert_eq!(refused, Err(Refusal::Size(7)));
    }

    #[test]
    fn foreign_lines_are_left_out_and_false_ones_refused() {
        let request = request(&leaves(1), 0, 9);
        let mut note = Note::parse(&request.checkpoint).unwrap();
        let stranger = SigningKey::generate("other.example", [7; 32]).unwrap();
        note.signatures.push(stranger.sign(note.text.as_bytes()));
        let both = Request {
            checkpoint: note.to_bytes(),
            ..request.clone()
        };
        assert_eq!(witness(None).judge(&both).unwrap().note.signatures.len(), 1);
        note.signatures[0].signature[0] ^= 1;
        let wrong = Request {
            checkpoint: note.to_bytes(),
            ..request
        };
        assert_eq!(witness(None).judge(&wrong).unwrap_err().status(), 403);
    }

    #[test]
    fn requests_survive_the_round_trip_and_malformed_ones_are_refused() {
        let request = request(&leaves(1), 7, 33);
        assert_eq!(Request::parse(&request.to_bytes()), Ok(request.clone()));
        let good = String::from_utf8(request.to_bytes()).unwrap();
        let hash = format!("{}\n", request.proof[0].to_base64());
        for wrong in [
            String::new(),
            good.replace("old 7", "old 07"),
            good.replace("old 7", "old -7"),
            good.replace("old 7", "old"),
            good.replace("old 7\n", ""),
            good.replace("\n\n", "\n"),
            good.replacen("=\n", "\n", 1),
            good.replace(&hash, &hash.repeat(MAX_LINES + 1)),
            good.clone() + &"x".repeat(MAX_REQUEST),
        ] {
            assert!(Request::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(Request::parse(b"old 0\n\n\xff").is_err());
    }

    #[test]
    fn answers_are_read_strictly() {
        assert_eq!(parse_size(b"20852014\n"), Some(20_852_014));
        for wrong in [
            &b""[..],
            b"\n",
            b"12",
            b"012\n",
            b"12\n\n",
            b"-1\n",
            b"99999999999999999999\n",
        ] {
            assert_eq!(parse_size(wrong), None, "{wrong:?}");
        }
        let line = log().sign(b"x\n");
        assert_eq!(parse_lines(format!("{line}\n{line}\n").as_bytes()).unwrap().len(), 2);
        for wrong in [
            String::new(),
            "\n".to_owned(),
            line.to_string(),
            format!("{line}\n\n"),
            "x\n".to_owned(),
        ] {
            assert!(parse_lines(wrong.as_bytes()).is_err(), "{wrong:?}");
        }
    }
}

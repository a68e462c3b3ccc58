//! The map of statements: what is current for every document and language, under one hash (`docs/spec/entry.md`, section 7.5).

use crate::{id::DocumentId, lang::Lang, register::Status};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use tlog::hash::{Hash, sha256};

/// Bytes of a key: 16 of the id, 23 of the language.
const WIDTH: usize = 39;
/// Bits of a key.
const BITS: u16 = 312;
type Key = [u8; WIDTH];

/// How statements are written in the map of a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Form {
    /// As before states told of erasures. None is entered so any more.
    Silent,
    /// With the entry that erased what is gone.
    #[default]
    Telling,
}

/// What is current for one document and language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Index of the entry by which the words or the facts are gone; a silent form has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub erased: Option<u64>,
    /// The document.
    pub id: DocumentId,
    /// Index of its newest entry.
    pub index: u64,
    /// The language, or `zxx` for the facts.
    pub lang: Lang,
    /// The effective status.
    #[serde(with = "word")]
    pub status: Status,
    /// The version of its newest entry.
    pub version: u32,
}

mod word {
    use super::Status;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
    pub(super) fn serialize<S: Serializer>(status: &Status, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(super::word_of(*status))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Status, D::Error> {
        let word = Box::<str>::deserialize(deserializer)?;
        let known = [Status::InForce, Status::Withdrawn, Status::Retracted];
        let status = known.into_iter().find(|status| super::word_of(*status) == &*word);
        status.ok_or_else(|| D::Error::custom("not a status"))
    }
}

/// The word of the format for an effective status.
pub fn word_of(status: Status) -> &'static str {
    match status {
        Status::InForce => "in-force",
        Status::Withdrawn => "withdrawn",
        Status::Retracted | Status::Erased => "retracted",
    }
}

impl Statement {
    /// Its leaf in a map of this form.
    pub fn leaf(&self, form: Form) -> Hash {
        let Self {
            erased,
            id,
            index,
            lang,
            status,
            version,
        } = self;
        let number = match form {
            Form::Silent => 1,
            Form::Telling => 2,
        };
        let mut text = format!("\0chancery/statement/v{number}\n");
        // Writing to a string cannot fail.
        let _ = write!(text, "{id}\n{lang}\n{version}\n{index}\n{}\n", word_of(*status));
        if let (Form::Telling, Some(by)) = (form, erased) {
            let _ = writeln!(text, "{by}");
        }
        sha256(text.as_bytes())
    }
}

fn key(id: DocumentId, lang: Lang) -> Key {
    let mut key = [0; WIDTH];
    key[..16].copy_from_slice(&id.0.to_be_bytes());
    for (to, from) in key[16..].iter_mut().zip(lang.as_str().bytes()) {
        *to = from;
    }
    key
}

fn bit(key: &Key, at: u16) -> bool {
    let byte = key.get(usize::from(at / 8)).copied().unwrap_or_default();
    byte >> (7 - at % 8) & 1 == 1
}

/// The first bit in which two keys differ.
fn first_difference(a: &Key, b: &Key) -> Option<u16> {
    let differs = a.iter().zip(b).zip(0_u16..).find(|((a, b), _)| a != b);
    differs.map(|((a, b), at)| at * 8 + u16::try_from((a ^ b).leading_zeros()).unwrap_or(0))
}

fn node(at: u16, left: Hash, right: Hash) -> Hash {
    let mut bytes = vec![1];
    bytes.extend_from_slice(&at.to_be_bytes());
    bytes.extend_from_slice(&left.0);
    bytes.extend_from_slice(&right.0);
    sha256(&bytes)
}

/// One step of a path, from the leaf up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The bit that decides at this node.
    pub bit: u16,
    /// The root of its other side.
    #[serde(with = "crate::hex")]
    pub hash: Hash,
}

/// The root that a path leads to; `None` where its bits do not fall, or where the form cannot say this.
pub fn root_of(statement: &Statement, path: &[Step], form: Form) -> Option<Hash> {
    if form == Form::Silent && statement.erased.is_some() {
        return None;
    }
    let key = key(statement.id, statement.lang);
    let (mut hash, mut last) = (statement.leaf(form), BITS);
    for step in path {
        if step.bit >= last {
            return None;
        }
        hash = if bit(&key, step.bit) {
            node(step.bit, step.hash, hash)
        } else {
            node(step.bit, hash, step.hash)
        };
        last = step.bit;
    }
    Some(hash)
}

#[derive(Clone, Debug)]
enum Node {
    Leaf {
        key: Key,
        hash: Hash,
    },
    /// The hash is computed when it is asked for.
    Inner {
        at: u16,
        sides: [usize; 2],
        hash: Option<Hash>,
    },
}

/// All statements. A change costs a path, whatever the size.
#[derive(Clone, Debug, Default)]
pub struct Map {
    form: Form,
    nodes: Vec<Node>,
    top: Option<usize>,
    count: u64,
}

impl Map {
    /// Without statements.
    pub fn new(form: Form) -> Self {
        Self {
            form,
            ..Self::default()
        }
    }

    /// How its statements are written.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Number of statements.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes a statement in the place of that of the same document and language.
    pub fn set(&mut self, statement: &Statement) {
        let (key, hash) = (key(statement.id, statement.lang), statement.leaf(self.form));
        let leaf = Node::Leaf { key, hash };
        let Some(top) = self.top else {
            self.top = Some(self.push(leaf));
            self.count = 1;
            return;
        };
        let differs = first_difference(&key, &self.nearest(&key, top));
        let (parent, at) = self.descend(&key, top, differs);
        let new = match differs {
            None => {
                if let Some(slot) = self.nodes.get_mut(at) {
                    *slot = leaf;
                }
                return;
            }
            Some(bit_at) => {
                let new = self.push(leaf);
                let sides = if bit(&key, bit_at) { [at, new] } else { [new, at] };
                self.push(Node::Inner {
                    at: bit_at,
                    sides,
                    hash: None,
                })
            }
        };
        self.count += 1;
        match parent.and_then(|(parent, side)| Some((self.nodes.get_mut(parent)?, side))) {
            Some((Node::Inner { sides, .. }, side)) => sides[side] = new,
            _ => self.top = Some(new),
        }
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// The key of some leaf that agrees with this one as far as the nodes on the way decide.
    fn nearest(&self, key: &Key, top: usize) -> Key {
        let mut at = top;
        loop {
            match self.nodes.get(at) {
                Some(Node::Inner { at: decides, sides, .. }) => at = sides[usize::from(bit(key, *decides))],
                Some(Node::Leaf { key, .. }) => return *key,
                None => return [0; WIDTH],
            }
        }
    }

    /// Goes down to where the bit decides, or to the leaf; the hashes on the way are no longer right.
    fn descend(&mut self, key: &Key, top: usize, until: Option<u16>) -> (Option<(usize, usize)>, usize) {
        let (mut parent, mut at) = (None, top);
        while let Some(Node::Inner {
            at: decides,
            sides,
            hash,
        }) = self.nodes.get_mut(at)
        {
            if until.is_some_and(|until| until < *decides) {
                break;
            }
            *hash = None;
            let side = usize::from(bit(key, *decides));
            parent = Some((at, side));
            at = sides[side];
        }
        (parent, at)
    }

    /// The root; `None` where there are no statements.
    pub fn root(&mut self) -> Option<Hash> {
        self.top.map(|top| self.hash(top))
    }

    fn hash(&mut self, at: usize) -> Hash {
        match self.nodes.get(at) {
            Some(Node::Leaf { hash, .. } | Node::Inner { hash: Some(hash), .. }) => *hash,
            Some(Node::Inner { at: decides, sides, .. }) => {
                let (decides, [left, right]) = (*decides, *sides);
                let made = node(decides, self.hash(left), self.hash(right));
                if let Some(Node::Inner { hash, .. }) = self.nodes.get_mut(at) {
                    *hash = Some(made);
                }
                made
            }
            None => Hash::default(),
        }
    }

    /// The path of a statement, from the leaf up; `None` where there is none of this document and language.
    pub fn path(&mut self, id: DocumentId, lang: Lang) -> Option<Vec<Step>> {
        let key = key(id, lang);
        let (mut at, mut path) = (self.top?, Vec::new());
        while let Some(Node::Inner { at: decides, sides, .. }) = self.nodes.get(at) {
            let (decides, side, sides) = (*decides, usize::from(bit(&key, *decides)), *sides);
            path.push(Step {
                bit: decides,
                hash: self.hash(sides[1 - side]),
            });
            at = sides[side];
        }
        path.reverse();
        matches!(self.nodes.get(at), Some(Node::Leaf { key: own, .. }) if *own == key).then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(n: u128, lang: &str, version: u32) -> Statement {
        Statement {
            erased: None,
            id: DocumentId(n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 2),
            index: u64::from(version),
            lang: lang.parse().unwrap(),
            status: Status::InForce,
            version,
        }
    }

    #[test]
    fn the_root_does_not_depend_on_the_order_of_changes() {
        let langs = ["zxx", "en", "zh-Hans", "zh"];
        let all: Vec<Statement> = (0..50).flat_map(|n| langs.map(|lang| statement(n, lang, 2))).collect();
        let (mut there, mut back) = (Map::default(), Map::default());
        for one in &all {
            there.set(&Statement { version: 1, ..*one });
            assert!(there.root().is_some());
        }
        all.iter().for_each(|one| there.set(one));
        all.iter().rev().for_each(|one| back.set(one));
        assert_eq!((there.root(), there.len()), (back.root(), 200));
        for one in &all {
            let path = there.path(one.id, one.lang).unwrap();
            let root = |one: &Statement| root_of(one, &path, Form::Telling);
            assert_eq!(root(one), there.root());
            assert_ne!(root(&Statement { version: 3, ..*one }), there.root());
            assert_ne!(
                root(&Statement {
                    erased: Some(9),
                    ..*one
                }),
                there.root()
            );
            assert_ne!(root_of(one, &path, Form::Silent), there.root());
        }
        assert_eq!(there.path(DocumentId(5), "en".parse().unwrap()), None);
        assert_eq!(Map::default().root(), None);
    }
}

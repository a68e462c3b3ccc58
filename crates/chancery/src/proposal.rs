//! An entry that root keys are to sign in another place: a file that goes to each of them and comes back.
//!
//! Its upper part is for people and counts for nothing. Whoever signs or submits reads the entry below and tells it anew.

use crate::{
    folder, given,
    output::{Context as _, Done, Failure},
    reading::manifest_of,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{
    body::Inline,
    entry::{Body, Entry, Erase, Freeze, Leaf, Media},
    keys::{KeyChange, Role},
    register::Manifest,
    seal::{self, Commitment},
    words::NoticeText,
};
use std::{collections::BTreeMap, fmt::Write as _, path::Path};
use tlog::{
    hash::{Hash, sha256},
    note::{Note, SigningKey},
};

/// Before the part that counts, and before the entry.
const RULE: &str = "----\n";
const FORMAT: &str = "chancery/proposal/v1";
/// A proposal is at most this long, in bytes.
const MOST: u64 = 8 << 20;

/// An entry with the signatures that it has so far.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The record.
    pub origin: String,
    /// Index that the entry will have; it can have no other.
    pub index: u64,
    /// Root signatures that it takes.
    pub quorum: u32,
    /// What goes with it, by name: the policy, a sealed notice.
    pub beside: BTreeMap<String, Vec<u8>>,
    /// The text that is signed, and the signatures.
    pub note: Note,
}

impl Proposal {
    /// Reads a file.
    pub fn read(path: &Path) -> Done<Self> {
        let wrong = |what: &str| Failure::usage(format!("{}: {what}", path.display()));
        let text = given::text(path, MOST, "a proposal")?;
        Self::parse(&text)
            .map_err(|what| wrong(what).hint("`--propose FILE` of the commands that root keys sign makes one"))
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let (_, rest) = text.split_once(&format!("\n{RULE}")).ok_or("is no proposal")?;
        let (head, note) = rest.split_once(&format!("\n{RULE}")).ok_or("is no proposal")?;
        let mut lines = head.lines();
        match lines.next() {
            Some(FORMAT) => {}
            Some(other) if other.starts_with("chancery/proposal/v") => return Err("was written by a newer version"),
            _ => return Err("is no proposal"),
        }
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        for line in lines {
            let (name, value) = line.split_once(' ').ok_or("has a malformed line")?;
            if fields.insert(name, value).is_some() {
                return Err("has a line twice");
            }
        }
        let mut number = |name: &str| fields.remove(name).and_then(|value| value.parse::<u64>().ok());
        let (index, quorum) = (
            number("entry"),
            number("quorum").and_then(|quorum| u32::try_from(quorum).ok()),
        );
        let origin = fields.remove("origin").ok_or("names no record")?.to_owned();
        let decoded = |(name, value): (&str, &str)| Some((name.to_owned(), STANDARD.decode(value).ok()?));
        Ok(Self {
            origin,
            index: index.ok_or("names no entry")?,
            quorum: quorum.ok_or("names no quorum")?,
            beside: fields
                .into_iter()
                .map(decoded)
                .collect::<Option<_>>()
                .ok_or("has a malformed line")?,
            note: read_note(note).ok_or("holds no entry")?,
        })
    }

    /// The entry, with every check of its form.
    pub fn entry(&self) -> Done<Entry> {
        // A leaf without signatures is none, so the form is tried with a line that does not count.
        let mut note = self.note.clone();
        if note.signatures.is_empty() {
            let nobody = SigningKey::generate("nobody", [1; 32]).at("proposal")?;
            note.signatures.push(nobody.sign(note.text.as_bytes()));
        }
        let leaf = Leaf::read(&note.to_bytes()).map_err(|error| Failure::usage(format!("the proposal: {error}")))?;
        match leaf.entry.body {
            Body::Key { .. } | Body::Freeze(_) | Body::Erase(_) => Ok(leaf.entry),
            _ => Err(Failure::usage("the proposal: root keys sign no entry of this kind")),
        }
    }

    /// The leaf.
    pub fn leaf(&self) -> Vec<u8> {
        self.note.to_bytes()
    }

    /// Adds the signature of a root key; false if it is there.
    pub fn sign(&mut self, key: &SigningKey) -> Done<bool> {
        if !key.name().starts_with(&format!("{}/root/", self.origin)) {
            let what = format!("{} is no root key of {}", key.name(), self.origin);
            return Err(Failure::usage(what));
        }
        let line = key.sign(self.note.text.as_bytes());
        Ok(self.add(vec![line]) > 0)
    }

    /// Takes the signatures of another copy of the same proposal.
    pub fn join(&mut self, other: Self) -> Done {
        let same = (&self.origin, self.index, &self.note.text) == (&other.origin, other.index, &other.note.text);
        if !same {
            return Err(Failure::usage("the files hold different proposals").hint("submit copies of one proposal only"));
        }
        self.add(other.note.signatures);
        Ok(())
    }

    fn add(&mut self, lines: Vec<tlog::SignatureLine>) -> usize {
        let before = self.note.signatures.len();
        for line in lines {
            if !self
                .note
                .signatures
                .iter()
                .any(|known| known.name == line.name && known.id == line.id)
            {
                self.note.signatures.push(line);
            }
        }
        self.note.signatures.sort_by(|a, b| a.name.cmp(&b.name));
        self.note.signatures.len() - before
    }

    /// What it does, a line each.
    pub fn told(&self) -> Done<Vec<String>> {
        let entry = self.entry()?;
        self.check_head(&entry.body)?;
        let mut lines = vec![format!("{}\tentry {}\tdated {}", self.origin, self.index, entry.issued)];
        match &entry.body {
            Body::Key { keys, policy, quorum } => {
                lines.extend(keys.iter().map(told_key));
                if let Some(hash) = policy {
                    lines.push(format!("policy\t{hash}"));
                    lines.extend(self.told_policy(hash)?);
                }
                lines.extend(quorum.map(|quorum| {
                    let word = if quorum == 1 { "signature" } else { "signatures" };
                    format!("quorum\t{quorum} root {word} from the next entry on")
                }));
            }
            Body::Freeze(freeze) => lines.extend(told_freeze(freeze)),
            Body::Erase(erase) => lines.extend(told_erase(erase)),
            _ => {}
        }
        if let Some(sealed) = entry.sealed() {
            lines.extend(self.told_notice(sealed.media, &sealed.content)?);
        }
        if !matches!(&entry.body, Body::Key { keys, .. } if !keys.is_empty()) {
            lines.push("the file says of which record and which entry; what is signed names neither".to_owned());
        }
        Ok(lines)
    }

    /// The record and the place that the file names must be those of the keys that the entry names, and of what it stands by.
    fn check_head(&self, body: &Body) -> Done {
        let wrong = |what: &str| Failure::usage(format!("the proposal: its entry is {what} than the file says"));
        let Body::Key { keys, .. } = body else {
            return match body {
                Body::Freeze(freeze) if freeze.size > self.index => Err(wrong("for another place")),
                _ => Ok(()),
            };
        };
        for change in keys {
            let (place, vkey) = match change {
                KeyChange::Add { from, vkey, .. } => (*from, vkey),
                KeyChange::End { until, vkey } => (*until, vkey),
            };
            let name = vkey.split('+').next().unwrap_or_default();
            let below = name.strip_prefix(&self.origin);
            if !below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
                return Err(wrong("of another record"));
            }
            // A key begins or ends with the entry after this one, that of a log one later.
            if !(1..=2).contains(&place.wrapping_sub(self.index)) {
                return Err(wrong("for another place"));
            }
        }
        Ok(())
    }

    /// The policy line by line, if it is the one that the entry names.
    fn told_policy(&self, hash: &Hash) -> Done<Vec<String>> {
        match self.beside.get("policy") {
            Some(policy) if sha256(policy) == *hash => {
                let text = String::from_utf8_lossy(policy);
                Ok(text.lines().map(|line| format!("policy\t{}", plain(line))).collect())
            }
            Some(_) => Err(Failure::usage("the proposal: its policy is another one")),
            None => Ok(vec![
                "policy\tis not in the file: nobody can read here what it says".to_owned(),
            ]),
        }
    }

    /// The notice in its languages, if it is the one that the entry seals.
    fn told_notice(&self, media: Media, content: &Commitment) -> Done<Vec<String>> {
        let Some(blob) = self.beside.get("notice") else {
            return Ok(vec![
                "notice\tis not in the file: nobody can read here what it says".to_owned(),
            ]);
        };
        let bytes = seal::open(content, blob);
        match bytes.and_then(|bytes| manifest_of(media, bytes)) {
            Some(Manifest::Notice(notice)) => {
                let told = |text: &NoticeText| format!("notice\t{}\t{}", text.lang, plain(&wording(text)));
                Ok(notice.texts.iter().map(told).collect())
            }
            _ => Err(Failure::usage("the proposal: its notice is another one")),
        }
    }

    /// Writes the file, with what people read above it.
    pub fn write(&self, path: &Path) -> Done {
        let keys = if self.quorum == 1 { "key" } else { "keys" };
        let mut text = format!(
            "Proposal for {}: {} root {keys} must sign it.\n\n",
            self.origin, self.quorum
        );
        for line in self.told()? {
            let _ = writeln!(text, "    {}", line.replace('\t', "  "));
        }
        let names: Vec<&str> = self.note.signatures.iter().map(|line| line.name.as_str()).collect();
        let by = if names.is_empty() {
            "nobody yet".to_owned()
        } else {
            names.join(", ")
        };
        let _ = write!(
            text,
            "\nSigned by {by}.\nOnly what stands below counts: `chancery key sign` tells it anew before it signs.\n{RULE}"
        );
        let _ = write!(
            text,
            "{FORMAT}\norigin {}\nentry {}\nquorum {}\n",
            self.origin, self.index, self.quorum
        );
        for (name, bytes) in &self.beside {
            let _ = writeln!(text, "{name} {}", STANDARD.encode(bytes));
        }
        text += RULE;
        text += &String::from_utf8(self.note.to_bytes()).at("proposal")?;
        folder::replace(path, text.as_bytes(), false)
    }
}

/// A note that may have no signature yet.
fn read_note(text: &str) -> Option<Note> {
    if let Some(bare) = text.strip_suffix("\n\n") {
        let text = format!("{bare}\n");
        return Some(Note {
            text,
            signatures: Vec::new(),
        });
    }
    Note::parse(text.as_bytes()).ok()
}

/// Without what could move the cursor of a terminal or hide other text.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Plain words as they are; with anything else in them, as they are written in the notice.
fn wording(text: &NoticeText) -> String {
    match text.text.as_slice() {
        [Inline::Plain(words)] => words.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// Keys are told whole: what comes before the public key can be made to look the same.
fn told_key(change: &KeyChange) -> String {
    match change {
        KeyChange::Add {
            from,
            mission,
            role,
            vkey,
        } => {
            let what = match (role, mission) {
                (Role::Log, _) => "checkpoints".to_owned(),
                (Role::Root, _) => "keys, erasures".to_owned(),
                (Role::State, _) => "states".to_owned(),
                (Role::Office, mission) => format!("texts of {}", mission.as_deref().unwrap_or_default()),
            };
            format!("adds\t{vkey}\t{what}\tfrom entry {from}")
        }
        KeyChange::End { until, vkey } => format!("ends\t{vkey}\tfrom entry {until} on"),
    }
}

fn told_freeze(freeze: &Freeze) -> Vec<String> {
    let mut lines = vec![
        "freezes the record for ever: nothing can be added after it".to_owned(),
        format!("stands by\t{} entries\troot {}", freeze.size, freeze.root),
    ];
    lines.extend(
        freeze
            .successor
            .as_ref()
            .map(|successor| format!("goes on as\t{successor}")),
    );
    lines
}

fn told_erase(erase: &Erase) -> Vec<String> {
    let mut lines = vec![format!(
        "erases for good\tground {}\treason {}",
        erase.basis.word(),
        erase.reason.word()
    )];
    lines.extend(erase.target.iter().map(|name| format!("file\t{name}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::date::Moment;

    fn proposal() -> Proposal {
        let body = Body::Key {
            keys: Vec::new(),
            policy: None,
            quorum: Some(2),
        };
        let text = Entry {
            issued: Moment(1_795_420_800),
            body,
        }
        .text()
        .unwrap();
        Proposal {
            origin: "record.example".to_owned(),
            index: 7,
            quorum: 1,
            beside: BTreeMap::from([("policy".to_owned(), b"quorum none\n".to_vec())]),
            note: Note {
                text: String::from_utf8(text).unwrap(),
                signatures: Vec::new(),
            },
        }
    }

    fn root(number: u8) -> SigningKey {
        SigningKey::generate(&format!("record.example/root/{number}"), [number; 32]).unwrap()
    }

    #[test]
    fn a_proposal_comes_back_as_it_was_with_signatures_in_order() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("p");
        let mut one = proposal();
        one.write(&path).unwrap();
        let mut two = Proposal::read(&path).unwrap();
        assert_eq!(
            (two.note.clone(), two.beside.clone()),
            (one.note.clone(), one.beside.clone())
        );
        assert!(one.sign(&root(2)).unwrap() && two.sign(&root(1)).unwrap());
        assert!(!one.sign(&root(2)).unwrap(), "once is enough");
        one.join(two).unwrap();
        one.write(&path).unwrap();
        let back = Proposal::read(&path).unwrap();
        let names: Vec<&str> = back.note.signatures.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["record.example/root/1", "record.example/root/2"]);
        assert_eq!(back.leaf(), one.leaf());
    }

    #[test]
    fn what_is_no_proposal_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("p");
        proposal().write(&path).unwrap();
        let good = std::fs::read_to_string(&path).unwrap();
        for (from, to) in [
            ("----\n", "---\n"),
            ("proposal/v1", "proposal/v2"),
            ("\nentry 7\n", "\nentry x\n"),
            ("origin record.example\n", ""),
            ("policy ", "policy"),
            ("quorum 1", "quorum 1\nquorum 1"),
        ] {
            std::fs::write(&path, good.replacen(from, to, 1)).unwrap();
            assert!(Proposal::read(&path).is_err(), "{from} -> {to}");
        }
        let stranger = SigningKey::generate("record.other.example/root/1", [3; 32]).unwrap();
        assert!(proposal().sign(&stranger).is_err());
        let mut other = proposal();
        other.note.text = other.note.text.replace("\"quorum\":2", "\"quorum\":3");
        assert!(proposal().join(other).is_err());
    }

    #[test]
    fn an_entry_that_root_keys_do_not_sign_is_refused() {
        let mut state = proposal();
        let text = state.note.text.replace(
            "\"kind\":\"key\",\"quorum\":2",
            &format!(
                "\"kind\":\"state\",\"state-root\":\"{}\",\"state-size\":3",
                "ab".repeat(32)
            ),
        );
        assert_ne!(text, state.note.text);
        state.note.text = text;
        assert!(state.entry().is_err());
        assert!(proposal().entry().is_ok());
    }
}

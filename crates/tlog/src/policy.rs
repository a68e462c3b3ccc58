//! Policies: which logs, which witnesses, and how many of them must have cosigned.
//! <https://c2sp.org/tlog-policy>.
//!
//! Keys of algorithms that this program cannot check are refused: a quorum that counts on them would
//! never be known to be met.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::checkpoint::decimal;
use crate::cosignature::CosignerKey;
use crate::note::{Note, NoteError, VerifierKey};

/// Largest policy that is read, in bytes.
pub const MAX_POLICY: usize = 65_536;

/// Why a policy was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct PolicyError {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// A policy that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    /// Witnesses and groups in the order of their lines.
    rules: Vec<Rule>,
    quorum: Quorum,
}

/// What the quorum line asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quorum {
    /// `quorum none`.
    Nobody,
    /// This place in `rules`.
    Rule(usize),
}

/// A log that the policy accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its key, whose name is the origin.
    pub key: VerifierKey,
    /// Where it is, if the policy says so.
    pub url: Option<String>,
}

/// A witness that the policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    name: Vec<u8>,
    /// Its key.
    pub key: CosignerKey,
    /// Where checkpoints are submitted, if the policy says so.
    pub url: Option<String>,
}

impl Witness {
    /// What the policy calls it; names are octets, shown as far as they are UTF-8.
    pub fn name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    /// Place in `witnesses`.
    Witness(usize),
    /// At least so many of these places in `rules`, all of them before this one.
    Group { least: usize, members: Vec<usize> },
}

/// What the cosignatures of a checkpoint amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Place of each witness that cosigned, and when, in seconds since 1970.
    pub cosigned: Vec<(usize, u64)>,
    /// True if that is enough.
    pub met: bool,
}

impl Policy {
    /// Reads a policy file.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        let at = |line, what: &str| PolicyError {
            line,
            what: what.to_owned(),
        };
        if bytes.len() > MAX_POLICY {
            return Err(at(1, "the policy is larger than 65,536 bytes"));
        }
        let mut reading = Reading::default();
        let mut rest = bytes;
        for line in 1.. {
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                if !rest.is_empty() {
                    return Err(at(line, "no newline at the end"));
                }
                return reading.finish().map_err(|what| at(line.max(2) - 1, what));
            };
            reading.line(&rest[..end]).map_err(|what| PolicyError { line, what })?;
            rest = &rest[end + 1..];
        }
        Err(at(1, "too many lines"))
    }

    /// The logs, in their order.
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The witnesses, in their order.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// True for `quorum none`: nobody need have cosigned.
    pub fn asks_nobody(&self) -> bool {
        self.quorum == Quorum::Nobody
    }

    /// True if the witnesses at these places are enough.
    pub fn is_met(&self, cosigned: &[usize]) -> bool {
        let Quorum::Rule(quorum) = self.quorum else {
            return true;
        };
        // Members stand before their group, so one pass decides them all.
        let mut met = Vec::with_capacity(self.rules.len());
        for rule in &self.rules {
            met.push(match rule {
                Rule::Witness(place) => cosigned.contains(place),
                Rule::Group { least, members } => {
                    let count = members.iter().filter(|member| met.get(**member) == Some(&true)).count();
                    count >= *least
                }
            });
        }
        met.get(quorum) == Some(&true)
    }

    /// By when enough witnesses had seen a checkpoint, in seconds since 1970. `None` where too few did, or nobody is asked.
    pub fn seen_by(&self, judged: &Judgement) -> Option<u64> {
        let mut cosigned = judged.cosigned.clone();
        cosigned.sort_by_key(|(_, time)| *time);
        self.first_enough(&cosigned)
    }

    /// Until when enough witnesses had seen no later checkpoint than this one: each signs the newest that it knows.
    /// In seconds since 1970; `None` where too few did, or nobody is asked.
    pub fn newest_until(&self, judged: &Judgement) -> Option<u64> {
        let mut cosigned = judged.cosigned.clone();
        cosigned.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
        self.first_enough(&cosigned)
    }

    /// The time of the first witness that makes those before it enough.
    fn first_enough(&self, cosigned: &[(usize, u64)]) -> Option<u64> {
        let mut places = Vec::with_capacity(cosigned.len());
        let enough = |(place, _): &&(usize, u64)| {
            places.push(*place);
            self.is_met(&places)
        };
        let last = cosigned.iter().find(enough)?;
        (!self.asks_nobody()).then_some(last.1)
    }

    /// Which witnesses cosigned a checkpoint and whether that is enough. The signature of the log is
    /// checked elsewhere. A line that claims to be by one of the witnesses and is not is an error.
    pub fn judge(&self, note: &Note) -> Result<Judgement, NoteError> {
        let mut cosigned = Vec::new();
        for (place, witness) in self.witnesses.iter().enumerate() {
            if let Some(time) = witness.key.verify(note)? {
                cosigned.push((place, time));
            }
        }
        let places: Vec<usize> = cosigned.iter().map(|(place, _)| *place).collect();
        let met = self.is_met(&places);
        Ok(Judgement { cosigned, met })
    }
}

#[derive(Default)]
struct Reading {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    rules: Vec<Rule>,
    /// Names of witnesses and groups, with their places in `rules`.
    names: HashMap<Vec<u8>, usize>,
    /// True for rules that are in a group already.
    taken: Vec<bool>,
    quorum: Option<Quorum>,
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        let allowed = |byte: &u8| matches!(byte, b'\t' | 0x20..=0x7e | 0x80..);
        if !line.iter().all(allowed) {
            return Err("control character".to_owned());
        }
        let mut items = line
            .split(|byte| matches!(byte, b' ' | b'\t'))
            .filter(|item| !item.is_empty());
        let Some(first) = items.next().filter(|first| first[0] != b'#') else {
            return Ok(());
        };
        let items: Vec<&[u8]> = items.collect();
        match (first, items.as_slice()) {
            (b"log", [vkey]) => self.log(vkey, None),
            (b"log", [vkey, url]) => self.log(vkey, Some(url)),
            (b"witness", [name, vkey]) => self.witness(name, vkey, None),
            (b"witness", [name, vkey, url]) => self.witness(name, vkey, Some(url)),
            (b"group", [name, least, members @ ..]) if !members.is_empty() => self.group(name, least, members),
            (b"quorum", [name]) => self.quorum(name),
            (b"log" | b"witness" | b"group" | b"quorum", _) => {
                Err(format!("wrong number of items after `{}`", shown(first)))
            }
            _ => Err(format!("`{}` is neither log, witness, group nor quorum", shown(first))),
        }
    }

    fn log(&mut self, vkey: &[u8], url: Option<&[u8]>) -> Result<(), String> {
        let key: VerifierKey = text(vkey)?.parse().map_err(|error: NoteError| error.to_string())?;
        if self.logs.iter().any(|log| log.key.public_bytes() == key.public_bytes()) {
            return Err("this log is named twice".to_owned());
        }
        let url = url.map(text).transpose()?;
        self.logs.push(Log { key, url });
        Ok(())
    }

    fn witness(&mut self, name: &[u8], vkey: &[u8], url: Option<&[u8]>) -> Result<(), String> {
        let key: CosignerKey = text(vkey)?.parse().map_err(|error: NoteError| error.to_string())?;
        if self
            .witnesses
            .iter()
            .any(|known| known.key.public_bytes() == key.public_bytes())
        {
            return Err("this witness is named twice".to_owned());
        }
        let url = url.map(text).transpose()?;
        self.define(name, Rule::Witness(self.witnesses.len()))?;
        self.witnesses.push(Witness {
            name: name.to_vec(),
            key,
            url,
        });
        Ok(())
    }

    fn group(&mut self, name: &[u8], least: &[u8], members: &[&[u8]]) -> Result<(), String> {
        let least = match least {
            b"any" => 1,
            b"all" => members.len(),
            number => {
                let number = std::str::from_utf8(number).ok().and_then(decimal);
                let number = number.and_then(|number| usize::try_from(number).ok());
                number
                    .filter(|number| (1..=members.len()).contains(number))
                    .ok_or_else(|| format!("a group of {} needs any, all or 1 to {0}", members.len()))?
            }
        };
        let mut places = Vec::new();
        for member in members {
            let place = self.place(member)?;
            match self.taken.get_mut(place) {
                Some(taken) if !*taken => *taken = true,
                _ => return Err(format!("`{}` is in a group already", shown(member))),
            }
            places.push(place);
        }
        self.define(name, Rule::Group { least, members: places })
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), String> {
        if self.quorum.is_some() {
            return Err("there is a quorum already".to_owned());
        }
        self.quorum = Some(match name {
            b"none" => Quorum::Nobody,
            name => Quorum::Rule(self.place(name)?),
        });
        Ok(())
    }

    fn place(&self, name: &[u8]) -> Result<usize, String> {
        let place = self.names.get(name).copied();
        place.ok_or_else(|| format!("`{}` is not defined above", shown(name)))
    }

    fn define(&mut self, name: &[u8], rule: Rule) -> Result<(), String> {
        if name == b"none" {
            return Err("`none` cannot be defined".to_owned());
        }
        if self.names.insert(name.to_vec(), self.rules.len()).is_some() {
            return Err(format!("`{}` is defined twice", shown(name)));
        }
        self.rules.push(rule);
        self.taken.push(false);
        Ok(())
    }

    fn finish(self) -> Result<Policy, &'static str> {
        Ok(Policy {
            logs: self.logs,
            witnesses: self.witnesses,
            rules: self.rules,
            quorum: self.quorum.ok_or("there is no quorum line")?,
        })
    }
}

fn text(item: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(item).map_err(|_| format!("`{}` is not UTF-8", shown(item)))?;
    Ok(text.to_owned())
}

fn shown(item: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Checkpoint;
    use crate::cosignature::CosigningKey;
    use crate::hash::empty_root;
    use crate::note::SigningKey;

    fn witness(seed: u8) -> CosigningKey {
        CosigningKey::generate(&format!("w{seed}.example"), [seed; 32]).unwrap()
    }

    fn log() -> SigningKey {
        SigningKey::generate("record.example", [99; 32]).unwrap()
    }

    /// Two levels of groups, as in the example of the specification.
    fn example() -> String {
        let mut text = format!(
            "# two kinds of witnesses\nlog {} https://record.example/\n",
            log().verifier()
        );
        for (name, seed) in [("X1", 1), ("X2", 2), ("X3", 3), ("Y1", 4), ("Y2", 5)] {
            text += &format!("witness {name} {}\t https://{name}.example/\n", witness(seed).public());
        }
        text + "\n  \t\ngroup X 2 X1 X2 X3\ngroup Y any Y1 Y2\n group both all X Y \nquorum both\n"
    }

    fn cosigned(seeds: &[u8]) -> Note {
        let origin = "record.example".to_owned();
        let signed = Checkpoint {
            origin,
            size: 0,
            root: empty_root(),
        }
        .sign(&log());
        let mut note = Note::parse(&signed).unwrap();
        let lines = seeds
            .iter()
            .map(|seed| witness(*seed).cosign(&note.text, 1000 + u64::from(*seed)));
        let lines: Vec<_> = lines.collect();
        note.signatures.extend(lines);
        note
    }

    #[test]
    fn the_quorum_is_met_by_the_right_witnesses_only() {
        let policy = Policy::parse(example().as_bytes()).unwrap();
        assert_eq!((policy.logs().len(), policy.witnesses().len()), (1, 5));
        assert_eq!(policy.witnesses()[3].name(), "Y1");
        assert_eq!(policy.witnesses()[3].url.as_deref(), Some("https://Y1.example/"));
        for (seeds, met) in [
            (&[][..], false),
            (&[1, 2, 3], false),
            (&[1, 4, 5], false),
            (&[1, 3, 5], true),
            (&[1, 2, 3, 4, 5], true),
            (&[1, 1, 4], false),
            (&[7, 8, 9], false),
        ] {
            assert_eq!(policy.judge(&cosigned(seeds)).unwrap().met, met, "{seeds:?}");
        }
        let judged = policy.judge(&cosigned(&[5, 8, 1])).unwrap();
        assert_eq!(judged.cosigned, [(0, 1001), (4, 1005)]);
    }

    #[test]
    fn the_times_are_those_at_which_enough_witnesses_agree() {
        let policy = Policy::parse(example().as_bytes()).unwrap();
        let times = |seeds: &[u8]| {
            let judged = policy.judge(&cosigned(seeds)).unwrap();
            (policy.seen_by(&judged), policy.newest_until(&judged))
        };
        // The second of X and the first of Y, from the front and from the back.
        assert_eq!(times(&[1, 2, 3, 4, 5]), (Some(1004), Some(1002)));
        assert_eq!(times(&[1, 3, 5]), (Some(1005), Some(1001)));
        assert_eq!(times(&[1, 2, 3]), (None, None));
        let nobody = Policy::parse(b"quorum none\n").unwrap();
        let judged = nobody.judge(&cosigned(&[1])).unwrap();
        assert_eq!((nobody.seen_by(&judged), nobody.newest_until(&judged)), (None, None));
    }

    #[test]
    fn nobody_need_cosign_where_the_quorum_is_none() {
        let policy = Policy::parse(b"quorum none\n").unwrap();
        assert!(policy.asks_nobody());
        assert!(policy.judge(&cosigned(&[])).unwrap().met);
    }

    #[test]
    fn a_false_line_of_a_named_witness_is_an_error() {
        let policy = Policy::parse(example().as_bytes()).unwrap();
        let mut note = cosigned(&[1, 4]);
        note.signatures[1].signature[20] ^= 1;
        assert!(policy.judge(&note).is_err());
    }

    #[test]
    fn names_are_octets() {
        let key = witness(1).public().to_string();
        let line = [b"witness \xff\xfe ", key.as_bytes(), b"\nquorum \xff\xfe\n"].concat();
        let policy = Policy::parse(&line).unwrap();
        assert!(policy.judge(&cosigned(&[1])).unwrap().met);
    }

    #[test]
    fn faults_are_refused_with_their_line() {
        let (one, two) = (witness(1).public().to_string(), witness(2).public().to_string());
        let other_name = CosigningKey::generate("other.example", [1; 32]).unwrap();
        let head = format!("witness A {one}\nwitness B {two}\n");
        for (tail, line) in [
            (String::new(), 2),
            ("quorum A".to_owned(), 3),
            ("quorum A\nquorum B\n".to_owned(), 4),
            ("quorum C\n".to_owned(), 3),
            ("quorum\n".to_owned(), 3),
            ("quorum A B\n".to_owned(), 3),
            ("Quorum A\n".to_owned(), 3),
            ("quorum A\r\n".to_owned(), 3),
            ("quorum A\0\n".to_owned(), 3),
            ("group G any\nquorum G\n".to_owned(), 3),
            ("group G 0 A B\nquorum G\n".to_owned(), 3),
            ("group G 3 A B\nquorum G\n".to_owned(), 3),
            ("group G 02 A B\nquorum G\n".to_owned(), 3),
            ("group G +1 A B\nquorum G\n".to_owned(), 3),
            ("group G 99999999999999999999 A B\nquorum G\n".to_owned(), 3),
            ("group G all A A\nquorum G\n".to_owned(), 3),
            ("group G all A none\nquorum G\n".to_owned(), 3),
            ("group G all A G\nquorum G\n".to_owned(), 3),
            ("group none all A\nquorum none\n".to_owned(), 3),
            ("group A all B\nquorum A\n".to_owned(), 3),
            ("group G all A\ngroup H all A B\nquorum H\n".to_owned(), 4),
            (format!("witness C {one}\nquorum C\n"), 3),
            (format!("witness C {}\nquorum C\n", other_name.public()), 3),
            (format!("witness C {}\nquorum C\n", log().verifier()), 3),
            (format!("log {one}\nquorum A\n"), 3),
            (format!("log {0}\nlog {0}\nquorum A\n", log().verifier()), 4),
            (format!("witness C {one}x\nquorum C\n"), 3),
        ] {
            let text = format!("{head}{tail}");
            let error = Policy::parse(text.as_bytes()).unwrap_err();
            assert_eq!(error.line, line, "{tail:?}: {error}");
        }
        let large = format!("{head}quorum A\n{}", "#\n".repeat(MAX_POLICY / 2));
        assert!(Policy::parse(large.as_bytes()).is_err());
        assert_eq!(Policy::parse(b"").unwrap_err().line, 1);
    }
}

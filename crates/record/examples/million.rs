//! A valid record of any length without blobs, and what checking it costs; `bench/record` runs and measures each step.
//!
//!     million write FOLDER ENTRIES     writes it: 40 missions, documents of facts and two languages, every fourth entry a correction
//!     million fsck FOLDER KEY          derives the log again from its public files: every hash, tile and checkpoint
//!     million read FOLDER KEY          takes every leaf apart, which asks for its canonical form
//!     million audit FOLDER KEY         the same, checks its signature, and folds it: everything that a verifier does with an entry
//!     million mirror FOLDER KEY TO     audits and copies it, up to each archived checkpoint in turn
//!     million proofs FOLDER KEY        makes and checks proofs of inclusion and consistency at random places
//!     million beside FOLDER KEY TO     writes a proof file from the middle, and the JSON beside it, as TO.proof and TO.json

#![allow(clippy::cast_precision_loss, clippy::print_stdout, reason = "figures for people")]

use record::{
    audit::Auditor,
    body::{Block, BlockId, Inline, Kind},
    date::Moment,
    entry::{self, Action, Body, Content, Entry, Leaf, Media, Update},
    id::DocumentId,
    json,
    keys::{KeyChange, Role},
    lang::Lang,
    proved,
    seal::{Commitment, SALT, Sealed},
    words::Words,
};
use std::{error::Error, sync::Arc};
use tlog::{
    Checkpoint, Dir, Group, Hash, LogReader, SigningKey, VerifierKey, Writer, fsck,
    hash::{leaf_hash, sha256},
    proof,
    store::{Listing as _, Source as _},
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const ORIGIN: &str = "record.example";
const MISSIONS: u64 = 40;
/// Entries of one commit.
const BATCH: u64 = 4096;
/// Time of the first entry, in seconds since 1970.
const START: i64 = 1_770_000_000;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", folder, entries] => write(folder, entries.parse()?),
        ["fsck", folder, key] => check(folder, &key.parse()?),
        ["read", folder, key] => read(folder, &key.parse()?),
        ["audit", folder, key] => audit(folder, &key.parse()?),
        ["mirror", folder, key, to] => mirror(folder, key.parse()?, to),
        ["proofs", folder, key] => proofs(folder, &key.parse()?),
        ["beside", folder, key, to] => beside(folder, &key.parse()?, to),
        _ => Err("write FOLDER ENTRIES, fsck|read|audit|proofs FOLDER KEY, or mirror|beside FOLDER KEY TO".into()),
    }
}

fn key(name: &str, number: u64) -> Outcome<SigningKey> {
    let seed = sha256(format!("a key of a measurement: {name} {number}").as_bytes());
    Ok(SigningKey::generate(name, seed.0)?)
}

/// What the entries of a mission and of a document continue.
struct Author {
    offices: Vec<SigningKey>,
    /// Sequence number and leaf of the newest entry of each mission.
    chains: Vec<(u64, Hash)>,
    /// Leaf of the words that the next correction replaces.
    words: Hash,
}

impl Author {
    fn new() -> Outcome<Self> {
        let offices = (0..MISSIONS).map(|n| key(&format!("{ORIGIN}/m/m{n}/1"), n));
        Ok(Self {
            offices: offices.collect::<Outcome<_>>()?,
            chains: vec![(0, Hash::default()); usize::try_from(MISSIONS)?],
            words: Hash::default(),
        })
    }

    fn genesis(&self) -> Outcome<Vec<u8>> {
        let root = key(&format!("{ORIGIN}/root/1"), 0)?;
        let add = |role, mission: Option<String>, key: &SigningKey| KeyChange::Add {
            from: u64::from(role == Role::Office),
            mission: mission.map(Into::into),
            role,
            vkey: key.verifier().to_string().into(),
        };
        let mut keys = vec![add(Role::Log, None, &key(ORIGIN, 0)?), add(Role::Root, None, &root)];
        let offices = self.offices.iter().zip(0..);
        keys.extend(offices.map(|(key, n)| add(Role::Office, Some(format!("m{n}")), key)));
        let policy = sha256(b"quorum none\n");
        let body = Body::Genesis {
            predecessor: None,
            keys,
            origin: ORIGIN.into(),
            policy,
            quorum: 1,
        };
        Ok(Entry {
            issued: Moment(START),
            body,
        }
        .sign(&[&root])?)
    }

    /// The entry at an index: facts, words in two languages, a correction of the first of them, and so on.
    fn entry(&mut self, index: u64) -> Outcome<Vec<u8>> {
        let (document, step) = ((index - 1) / 4, (index - 1) % 4);
        let at = usize::try_from(document % MISSIONS)?;
        let (seq, prev) = self.chains[at];
        let corrects = step == 3;
        let content = Content {
            action: if corrects { Action::Correct } else { Action::Publish },
            id: DocumentId(u128::from_be_bytes(sha256(&document.to_be_bytes()).0[..16].try_into()?)),
            lang: [Lang::FACTS, Lang::ENGLISH, "fr".parse()?, Lang::ENGLISH][usize::try_from(step)?],
            version: 1 + u32::from(corrects),
            mission: format!("m{at}").into(),
            seq: seq + 1,
            prev: (seq > 0).then_some(prev),
            supersedes: corrects.then_some(self.words),
            update: corrects.then_some(Update::Correction),
            reason: None,
            sealed: Some(sealed(index, step)?),
        };
        let issued = Moment(START + i64::try_from(index)?);
        let leaf = Entry {
            issued,
            body: Body::Content(content),
        }
        .sign(&[&self.offices[at]])?;
        self.chains[at] = (seq + 1, leaf_hash(&leaf));
        if step == 1 {
            self.words = leaf_hash(&leaf);
        }
        Ok(leaf)
    }
}

/// English words are real, so that one of them can be shown; of the others nobody has the bytes.
fn sealed(index: u64, step: u64) -> Outcome<entry::Manifest> {
    if step == 1 {
        let sealed = words(index)?;
        return Ok(entry::Manifest {
            content: sealed.commitment,
            size: sealed.size(),
            media: Media::Words,
        });
    }
    let media = if step == 0 { Media::Facts } else { Media::Words };
    Ok(entry::Manifest {
        content: Commitment(sha256(&index.to_le_bytes())),
        size: 400 + index % 3000,
        media,
    })
}

fn words(index: u64) -> Outcome<Sealed> {
    let paragraph = |n| Block {
        id: BlockId(n),
        kind: Kind::Paragraph {
            text: vec![Inline::Plain(format!(
                "{n}. The harbour opens to ships of all flags, and the ferry runs twice a week."
            ))],
            voice: None,
        },
    };
    let words = Words {
        slug: Some(format!("statement-{index}").into()),
        body: (1..=5).map(paragraph).collect(),
        ..Words::new(&format!("A statement on the harbour and its ferry, number {index}"))
    };
    Ok(Sealed::new(&sha256(&index.to_be_bytes()).0, &json::to_bytes(&words)?))
}

fn write(folder: &str, entries: u64) -> Outcome {
    let mut author = Author::new()?;
    let log = || key(ORIGIN, 0);
    std::fs::create_dir_all(folder)?;
    let disk = Arc::new(Dir::new(folder));
    Writer::create(&*disk, ORIGIN, &log()?)?;
    let (mut writer, _) = Writer::open(disk, ORIGIN, log()?)?;
    let mut next = 0;
    while next < entries {
        let mut group = Group::default();
        for index in next..entries.min(next + BATCH) {
            group.entries.push(if index == 0 {
                author.genesis()?
            } else {
                author.entry(index)?
            });
        }
        next += BATCH;
        writer.commit(&[group])?;
    }
    writer.close()?;
    println!("{}", log()?.verifier());
    Ok(())
}

fn check(folder: &str, key: &VerifierKey) -> Outcome {
    let disk = Dir::new(folder);
    let report = fsck::check(&disk, Some(&disk), key, &mut ());
    println!(
        "{} entries, {} files, sound: {}",
        report.entries,
        report.files,
        report.is_sound()
    );
    if report.is_sound() {
        Ok(())
    } else {
        Err(format!("{:?}", report.findings.first()).into())
    }
}

fn open(folder: &str, key: &VerifierKey) -> Outcome<(LogReader<Dir>, Checkpoint)> {
    Ok(LogReader::open(Dir::new(folder), key)?)
}

fn read(folder: &str, key: &VerifierKey) -> Outcome {
    let (log, checkpoint) = open(folder, key)?;
    let mut bytes = 0;
    for entry in log.entries(0..checkpoint.size) {
        let (_, leaf) = entry?;
        bytes += std::hint::black_box(Leaf::read(&leaf)?).note.text.len();
    }
    println!(
        "{} entries, {} bytes each",
        checkpoint.size,
        bytes as u64 / checkpoint.size
    );
    Ok(())
}

/// One entry, which must be as it must be but for its blob, which is not here.
fn take(auditor: &mut Auditor, index: u64, leaf: &[u8]) -> Outcome {
    match auditor.entry(index, leaf, &mut |_| None).first() {
        Some(finding) => Err(format!("{finding:?}").into()),
        None => Ok(()),
    }
}

fn audit(folder: &str, key: &VerifierKey) -> Outcome {
    let (log, checkpoint) = open(folder, key)?;
    let mut auditor = Auditor::of_origin(&checkpoint.origin);
    for entry in log.entries(0..checkpoint.size) {
        let (index, leaf) = entry?;
        take(&mut auditor, index, &leaf)?;
    }
    println!(
        "{} entries, {} documents",
        auditor.register().size(),
        auditor.register().documents().count()
    );
    Ok(())
}

fn mirror(folder: &str, key: VerifierKey, to: &str) -> Outcome {
    let (log, checkpoint) = open(folder, &key)?;
    std::fs::create_dir_all(to)?;
    let mut auditor = Auditor::of_origin(&checkpoint.origin);
    let (mut copy, _) = Writer::open_copy(Arc::new(Dir::new(to)), key, entry::erases)?;
    let names = log.source().list("checkpoints")?;
    let mut stops: Vec<u64> = names.iter().map(|item| item.name.parse()).collect::<Result<_, _>>()?;
    stops.sort_unstable();
    for stop in stops {
        let signed = log.archived(stop)?.ok_or("a checkpoint went away")?;
        let mut group = Group::default();
        for entry in log.entries(copy.size()..stop) {
            let (index, leaf) = entry?;
            take(&mut auditor, index, &leaf)?;
            group.entries.push(leaf);
        }
        copy.copy(group, &signed)?;
    }
    let same = copy.root() == checkpoint.root
        && log.source().read("checkpoint", 1 << 20)? == Dir::new(to).read("checkpoint", 1 << 20)?;
    copy.close()?;
    println!("{} entries copied and audited, equal: {same}", checkpoint.size);
    if same {
        Ok(())
    } else {
        Err("the copy is another log".into())
    }
}

/// Time that this thread has had on a processor, in seconds.
fn cpu() -> Outcome<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}

/// What an asker has: index and hash of a leaf, an old size and its root.
type Asked = (u64, Hash, u64, Hash);
type Log = LogReader<Dir>;
/// The index that the next proof is about.
type Place<'a> = &'a dyn Fn(u64) -> u64;

fn proofs(folder: &str, key: &VerifierKey) -> Outcome {
    let (log, checkpoint) = open(folder, key)?;
    let size = checkpoint.size;
    let random = |n: u64| u64::from_be_bytes(sha256(&n.to_be_bytes()).0[..8].try_into().unwrap_or_default());
    let newest = |n: u64| size - 1 - random(n) % size.min(50_000);
    let anywhere = |n: u64| size - 1 - random(n) % size;
    // One place in each full tile, in an order of leaps.
    let tiles = size / 256;
    let each = |n: u64| n * 1_000_003 % tiles * 256 + random(n) % 256;
    let rounds: [(&str, u64, Place<'_>); 3] = [
        ("among the newest 50,000 entries", COUNT, &newest),
        ("anywhere", COUNT, &anywhere),
        ("anywhere, in a tile not read before", tiles, &each),
    ];
    for (what, count, place) in rounds {
        let ask = |n: u64| -> Outcome<Asked> {
            let leaf = log.entry(place(n))?.ok_or("no entry")?;
            let old = 1 + place(count - 1 - n);
            Ok((place(n), leaf_hash(&leaf), old, log.root(old)?.ok_or("no root")?))
        };
        let asked: Vec<Asked> = (0..count).map(ask).collect::<Outcome<_>>()?;
        // A reader for all rounds, the first of which is not counted; or one for each round.
        let kept = if count == COUNT { Some(&log) } else { None };
        let again = || Ok(open(folder, key)?.0);
        time(&format!("inclusion, {what}"), kept, &again, &asked, &|log,
                                                                    (
            index,
            leaf,
            ..,
        )| {
            let path = log.inclusion(*index, size)?.ok_or("no proof")?;
            Ok(proof::verify_inclusion(*index, size, *leaf, &path, checkpoint.root)?)
        })?;
        time(&format!("consistency, {what}"), kept, &again, &asked, &|log,
                                                                      (
            _,
            _,
            old,
            before,
        )| {
            let path = log.consistency(*old, size)?.ok_or("no proof")?;
            Ok(proof::verify_consistency(*old, size, *before, checkpoint.root, &path)?)
        })?;
    }
    Ok(())
}

/// Proofs in a round.
const COUNT: u64 = 20_000;

fn time(
    what: &str,
    kept: Option<&Log>,
    again: &dyn Fn() -> Outcome<Log>,
    asked: &[Asked],
    one: &dyn Fn(&Log, &Asked) -> Outcome,
) -> Outcome {
    let mut rounds = Vec::new();
    if let Some(log) = kept {
        asked.iter().try_for_each(|asked| one(log, asked))?;
    }
    for _ in 0..5 {
        let new = if kept.is_none() { Some(again()?) } else { None };
        let log = kept.or(new.as_ref()).ok_or("no log")?;
        let start = cpu()?;
        asked.iter().try_for_each(|asked| one(log, asked))?;
        rounds.push((cpu()? - start) * 1e6 / asked.len() as f64);
    }
    rounds.sort_by(f64::total_cmp);
    println!(
        "{what}: made and checked in {:.1} µs of CPU, the median of 5 rounds of {}",
        rounds[2],
        asked.len()
    );
    Ok(())
}

fn beside(folder: &str, key: &VerifierKey, to: &str) -> Outcome {
    let (log, checkpoint) = open(folder, key)?;
    let index = checkpoint.size / 2 / 4 * 4 + 2;
    let leaf = log.entry(index)?.ok_or("no entry")?;
    let proof = log.proof_file(index, &leaf, &log.checkpoint()?)?.to_bytes();
    let sealed = words(index)?;
    let (salt, manifest) = sealed.blob.split_at(SALT);
    let salt = Hash(salt.try_into()?);
    let entry = str::from_utf8(&proof)?
        .split('\n')
        .find_map(|line| line.strip_prefix("extra "));
    let (entry, manifest, size) = (entry.ok_or("no entry")?, str::from_utf8(manifest)?, checkpoint.size);
    let json = format!(
        r#"{{"checkpoint-size":{size},"edition":{{"entry":"{entry}","manifest":{manifest},"salt":"{salt}"}}}}"#
    );
    proved::verify(&proof, Some(json.as_bytes()), key)?;
    std::fs::write(format!("{to}.proof"), &proof)?;
    std::fs::write(format!("{to}.json"), &json)?;
    println!(
        "{} bytes of proof, {} without the entry",
        proof.len(),
        proof.len() - entry.len() - "extra \n".len()
    );
    Ok(())
}

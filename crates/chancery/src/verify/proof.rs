//! One entry offline: a proof file, and the edition as JSON beside it, told in plain words
//! (`docs/spec/record-http.md`, section 5).

use super::{
    trust::Trusted,
    witnessed::{self, Witnessed},
};
use crate::{
    entered::{self, Times},
    reading::{self, Files},
};
use record::{
    entered::Entered,
    entry::{Action, Body, Content},
    manifest::{MAX_MANIFEST, Manifest},
    proved::{self, BadProof, Proved},
    words::Words,
};
use tlog::{
    Checkpoint, Note, ProofFile, Trust as _, checkpoint::CheckpointError, note::NoteError, proof_file::ProofFileError,
};

/// A proof file is at most this long, in bytes: a leaf, 64 hashes and a checkpoint take far less.
pub const MAX_PROOF: u64 = 1 << 20;
/// The JSON of an edition holds two manifests at most.
pub const MAX_JSON: u64 = 2 * MAX_MANIFEST + (64 << 10);

/// What is wrong, and with which of the two files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// True for the JSON, false for the proof.
    pub in_json: bool,
    /// What is wrong: a fragment.
    pub what: String,
}

impl From<BadProof> for Wrong {
    fn from(bad: BadProof) -> Self {
        if matches!(
            &bad,
            BadProof::File(ProofFileError::Checkpoint(CheckpointError::Note(NoteError::Missing(_))))
        ) {
            let what = format!(
                "{bad}; the log may have changed its key: `chancery verify` of the whole record with the key you have shows it, \
                 and the log.json of the record then names the next"
            );
            return Self { in_json: false, what };
        }
        if let BadProof::Json(_) = &bad {
            // Nobody need be a forger: who saves it from a viewer may get it written anew.
            let what =
                format!("{bad}; it was altered, or written anew by a program: save it again from its address as it is");
            return Self { in_json: true, what };
        }
        Self {
            in_json: matches!(bad, BadProof::Json(_) | BadProof::Beside(_) | BadProof::Manifest(_)),
            what: bad.to_string(),
        }
    }
}

/// What a proof shows.
#[derive(Debug)]
pub struct Shown {
    /// The entry, and the checkpoint that holds it.
    pub proved: Proved,
    /// True where the signature of the mission was checked with a key that was given.
    pub signer_known: bool,
    /// True if the JSON holds facts beside, which this proof says nothing about.
    pub facts_beside: bool,
    /// Who cosigned the checkpoint, where the policy is known and asks for anybody.
    pub witnessed: Option<Witnessed>,
    /// When it was entered, as far as witnesses saw it.
    pub times: Times,
}

/// Checks a proof file, and the JSON of the edition where there is one.
pub fn check(bytes: &[u8], json: Option<&[u8]>, trusted: &Trusted) -> Result<Shown, Wrong> {
    if let Some(other) = other_record(bytes, trusted) {
        return Err(other);
    }
    let proved = proved::verify(bytes, json, &trusted.keys)?;
    let signed = trusted.signed(&proved.leaf, proved.index);
    let signer_known = signed.map_err(|what| Wrong { in_json: false, what })?;
    let witnessed = witnesses(bytes, trusted).map_err(|what| Wrong { in_json: false, what })?;
    let times = times(bytes, &proved, trusted).map_err(|what| Wrong { in_json: false, what })?;
    let value: Option<serde_json::Value> = json.and_then(|json| serde_json::from_slice(json).ok());
    Ok(Shown {
        proved,
        signer_known,
        facts_beside: value.is_some_and(|value| value.get("facts").is_some()),
        witnessed,
        times,
    })
}

/// What says that it is of another record than the keys are is told so: no key of this one can have signed it.
fn other_record(bytes: &[u8], trusted: &Trusted) -> Option<Wrong> {
    let note = Note::parse(&ProofFile::parse(bytes).ok()?.checkpoint).ok()?;
    let origin = note.text.parse::<Checkpoint>().ok()?.origin;
    let given = trusted.keys.name();
    let what = format!("is of the record {origin}, and the key given is of {given}");
    (origin != given).then_some(Wrong { in_json: false, what })
}

/// When it was entered: the proof alone shows a latest time, and a folder with cosigned states an earliest.
fn times(bytes: &[u8], proved: &Proved, trusted: &Trusted) -> Result<Times, String> {
    let Some(policy) = &trusted.policy else {
        return Ok(Times::default());
    };
    let files = trusted.record.as_ref().and_then(|record| {
        let size = reading::published_size(record).ok()?;
        Some(Files::new(record, size))
    });
    let size = proved.checkpoint.size;
    let before = files.and_then(|files| entered::before(&files, proved.index, size));
    let proof = String::from_utf8_lossy(bytes).into_owned();
    let shown = Entered::new(proof, before).verify(&trusted.keys);
    Times::judge(policy, &shown.map_err(|error| error.to_string())?)
}

fn witnesses(bytes: &[u8], trusted: &Trusted) -> Result<Option<Witnessed>, String> {
    let Some(policy) = &trusted.policy else { return Ok(None) };
    let file = ProofFile::parse(bytes).map_err(|error| error.to_string())?;
    witnessed::judge(policy, &file.checkpoint)
}

impl Shown {
    /// What was proved, in plain words; no more than that.
    pub fn words(&self) -> Vec<String> {
        let origin = &self.proved.checkpoint.origin;
        let size = self.proved.checkpoint.size;
        let (index, issued) = (self.proved.index, self.proved.leaf.entry.issued);
        let Body::Content(content) = &self.proved.leaf.entry.body else {
            let what = if matches!(self.proved.leaf.entry.body, Body::Freeze(_)) {
                "after which nothing follows"
            } else if self.proved.leaf.entry.erased().is_empty() {
                "about its keys"
            } else {
                "that removes something for good"
            };
            return vec![format!(
                "{origin} has this entry {what}: entry {index} of {size}, dated {issued} by the publisher."
            )];
        };
        let mut lines = vec![self.first(content)];
        lines.push(format!(
            "It is entry {index} of the record, by {}, dated {issued} by the publisher; the record of {size} entries that was signed holds it unaltered.",
            content.mission
        ));
        lines.extend(
            self.witnessed
                .as_ref()
                .map(|witnessed| format!("The checkpoint is {witnessed}.")),
        );
        lines.extend(self.times.words());
        lines.extend(self.limits(content));
        lines
    }

    fn first(&self, content: &Content) -> String {
        let origin = &self.proved.checkpoint.origin;
        let Content { id, lang, version, .. } = content;
        match &self.proved.manifest {
            Some(Manifest::Words(words)) => {
                format!(
                    "{origin} issued this text: “{}”, in {lang}, version {version} of document {id}.",
                    title(words)
                )
            }
            Some(Manifest::Facts(_)) => format!("{origin} stated these facts: version {version} of document {id}."),
            Some(Manifest::Notice(_)) => {
                format!("{origin} issued this notice: {lang}, version {version} of document {id}.")
            }
            None => {
                let did = did(content.action);
                format!("{origin} has an entry about document {id}, {lang}, version {version}: it was {did}.")
            }
        }
    }

    /// What a reader must not take as shown.
    fn limits(&self, content: &Content) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.signer_known {
            lines.push(format!(
                "Not checked: the signature of {}; --key with a log.json or a data folder names its key.",
                content.mission
            ));
        }
        if self.proved.manifest.is_none() && content.sealed.is_some() {
            lines.push("Not checked: the text; give the .json that stands beside the page.".to_owned());
        }
        if self.facts_beside {
            lines.push(format!(
                "Not proved by this: the facts in the file (date, speakers, place); /d/{}/zxx/N.proof proves them.",
                content.id
            ));
        }
        if self.times.no_later.is_some() && self.times.not_before.is_none() {
            lines.push(
                "Not shown: from when on it can have been entered; a currency file, or --key with a data folder or mirror, may show that."
                    .to_owned(),
            );
        }
        lines.push(
            "Not shown: that it is the newest version, that it is true, or that the publisher's clock was right."
                .to_owned(),
        );
        lines
    }
}

fn did(action: Action) -> &'static str {
    match action {
        Action::Publish => "published",
        Action::Correct => "corrected",
        Action::Withdraw => "withdrawn",
        Action::Retract => "retracted",
        Action::Archive => "archived",
    }
}

fn title(words: &Words) -> &str {
    if words.title.is_empty() {
        "without title"
    } else {
        &words.title
    }
}

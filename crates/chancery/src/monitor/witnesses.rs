//! What the witnesses of the policy say of the record: each is asked itself, where the policy has its address, and its
//! newest checkpoint is held against the entries that were copied. What only the publisher shows proves no agreement.

use super::Look;
use crate::{
    cosign, folder,
    mirror::Mirror,
    output::{Context as _, Done},
    reading,
    verify::trust::Trusted,
};
use record::date::Moment;
use std::time::Duration;
use tlog::{
    CHECKPOINT, Checkpoint, LogKeys, LogReader, Note,
    note::MAX_NOTE,
    policy::Witness,
    store::{Dir, Source as _},
    witness::origin_hash,
};

/// Time for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a witness saw may be published so much later, in seconds: a log may wait for the others.
const LATE: i64 = 600;

/// A record as it was copied, and whose checkpoints are believed.
struct Known {
    log: LogReader<Dir>,
    keys: LogKeys,
}

/// What a witness shows.
struct Shown {
    checkpoint: Checkpoint,
    at: Moment,
    bytes: Vec<u8>,
}

/// Asks all witnesses, and says whether too few have signed for too long.
pub(super) fn check(mirror: &Mirror, look: &mut Look, now: Moment) -> Done {
    let record = mirror.folder.record();
    let size = reading::published_size(&record).unwrap_or(0);
    let Some(policy) = cosign::policy(&record)?.filter(|_| size > 0) else {
        return Ok(());
    };
    let published = format!("{}{CHECKPOINT}", mirror.base());
    if look.tick.is_some() {
        look.asked.push(published.clone());
    }
    if let Some(overdue) = cosign::overdue(&record, now)? {
        look.find(published, overdue.to_string());
    }
    let known = Known {
        log: LogReader::new(Dir::new(&record), size),
        keys: Trusted::of_folder(mirror.folder.root())?.with_keys_of_folder().keys,
    };
    for witness in policy.witnesses() {
        let Some(url) = witness.url.as_deref() else { continue };
        let url = format!(
            "{}/{}/checkpoint",
            url.trim_end_matches('/'),
            origin_hash(mirror.origin())
        );
        match fetch(&url) {
            Ok(bytes) => {
                look.asked.push(url.clone());
                known.compare(mirror, look, witness, &url, bytes, now)?;
            }
            Err(what) => {
                look.notes
                    .push(format!("witness {}: cannot be asked: {what}", witness.name()));
                look.unasked.push(url);
            }
        }
    }
    Ok(())
}

impl Known {
    fn compare(
        &self,
        mirror: &Mirror,
        look: &mut Look,
        witness: &Witness,
        url: &str,
        bytes: Vec<u8>,
        now: Moment,
    ) -> Done {
        let shown = match self.open(witness, bytes) {
            Ok(shown) => shown,
            Err(what) => {
                look.find(
                    url,
                    format!("is no checkpoint that the record and its witness signed: {what}"),
                );
                return Ok(());
            }
        };
        let (size, here) = (shown.checkpoint.size, self.log.size());
        if size > here {
            if now.0 - shown.at.0 > LATE {
                let what = format!("holds {size} entries since {}, and the record shows {here}", shown.at);
                look.find(url, what);
            }
            return Ok(());
        }
        if self.log.root(size).at(mirror.base())? != Some(shown.checkpoint.root) {
            let kept = self.keep(mirror, &shown)?;
            look.find(
                url,
                format!("is of another history: its {size} entries are not those of the record; both signed checkpoints are kept in {kept}"),
            );
        } else if size < here {
            look.notes
                .push(format!("witness {}: has seen {size} of {here} entries", witness.name()));
        }
        Ok(())
    }

    /// A checkpoint by a key of the log, cosigned by this very witness.
    fn open(&self, witness: &Witness, bytes: Vec<u8>) -> Result<Shown, String> {
        let checkpoint = Checkpoint::open(&bytes, &self.keys).map_err(|error| error.to_string())?;
        let note = Note::parse(&bytes).map_err(|error| error.to_string())?;
        let time = witness.key.verify(&note).map_err(|error| error.to_string())?;
        let time = time.ok_or_else(|| format!("{} did not cosign it", witness.key.name()))?;
        Ok(Shown {
            checkpoint,
            at: Moment(time.cast_signed()),
            bytes,
        })
    }

    /// Keeps the evidence of two histories: the witness's, and the newest of the copy, whose entries contradict it.
    fn keep(&self, mirror: &Mirror, shown: &Shown) -> Done<String> {
        let folder = mirror.folder.root().join("forks");
        let size = shown.checkpoint.size;
        let own = self.log.source().read(CHECKPOINT, MAX_NOTE).at(mirror.base())?;
        folder::replace(&folder.join(format!("{size}-witness")), &shown.bytes, false)?;
        folder::replace(&folder.join(format!("{size}-record")), &own.unwrap_or_default(), false)?;
        Ok(folder.display().to_string())
    }
}

fn fetch(url: &str) -> Result<Vec<u8>, String> {
    let answer = crate::remote::agent("monitor", PATIENCE).get(url).call();
    let mut answer = answer.map_err(|error| error.to_string())?;
    match answer.status().as_u16() {
        200 => {}
        404 => return Err("it shows no checkpoint of this record".to_owned()),
        status => return Err(format!("it answers {status}")),
    }
    let body = answer.body_mut().with_config().limit(MAX_NOTE as u64).read_to_vec();
    body.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::{clock, config, cosign::tests::Home};

    #[test]
    fn witnesses_that_are_late_are_a_finding_and_those_that_are_away_are_told() {
        let home = Home::new();
        let one = home.witness("one");
        home.init(&format!("witness one {one} http://127.0.0.1:1/\nquorum one\n"));
        home.grow("vn");
        let settings = config::Mirror {
            from: "https://www.merrow.example/record/".to_owned(),
            key: Trusted::of_folder(&home.path("m")).unwrap().key.to_string(),
        };
        std::fs::write(home.path("m/chancery.toml"), config::of_mirror(&settings)).unwrap();
        let (mirror, _) = Mirror::open(&home.path("m"), &settings.from, None).unwrap();
        let look = |later: i64| {
            let mut look = Look::default();
            check(&mirror, &mut look, Moment(clock::now().0 + later)).unwrap();
            look
        };
        let now = look(0);
        assert!(now.findings.is_empty(), "{:?}", now.findings);
        assert!(now.notes[0].contains("witness one: cannot be asked"), "{:?}", now.notes);
        let later = look(LATE + 60);
        assert!(
            later.findings[0].what.contains("too few witnesses"),
            "{:?}",
            later.findings
        );
        assert_eq!(later.findings[0].file, "https://www.merrow.example/record/checkpoint");
    }
}

//! One witness, asked over HTTP within a deadline. Nothing it says is believed but a signature by its own key.

use crate::{clock, remote};
use std::time::{Duration, Instant};
use tlog::{
    Checkpoint, CosignerKey, Note, SignatureLine,
    reader::LogReader,
    store::Dir,
    witness::{MAX_ANSWER, Request, parse_lines, parse_size},
};

/// A clock of a witness may differ from ours by this, in seconds.
const APART: u64 = 300;

/// A witness to ask.
pub(super) struct Witness<'a> {
    pub(super) name: String,
    pub(super) key: &'a CosignerKey,
    /// Its submission prefix.
    pub(super) url: &'a str,
}

/// What a witness answered.
pub(super) struct Answer {
    /// Its cosignature, verified.
    pub(super) line: Option<SignatureLine>,
    /// Up to where it has seen the record.
    pub(super) seen: u64,
    /// What was wrong with it.
    pub(super) problem: Option<String>,
}

/// What came back: the size that it has seen, or its lines.
enum Said {
    Size(u64),
    Lines(Vec<SignatureLine>),
}

/// Asks with what it is believed to have seen; where it says that this is another size, once more with that.
pub(super) fn ask(
    witness: &Witness<'_>,
    seen: u64,
    checkpoint: &Checkpoint,
    note: &Note,
    reader: &LogReader<Dir>,
    deadline: Instant,
) -> Result<Answer, String> {
    let mut old = seen.min(checkpoint.size);
    for _ in 0..2 {
        match send(witness, &request(old, checkpoint, note, reader)?, deadline)? {
            Said::Lines(lines) => {
                let line = take(witness, note, lines)?;
                return Ok(Answer {
                    line: Some(line),
                    seen: checkpoint.size,
                    problem: None,
                });
            }
            Said::Size(size) if size > checkpoint.size => return Ok(ahead(size, checkpoint.size)),
            Said::Size(size) if size == old => {
                return Err("says that it has seen another size, and names the same".to_owned());
            }
            Said::Size(size) => old = size,
        }
    }
    Err("names another size each time".to_owned())
}

/// Only a restored backup, or a witness that lies, explains this.
fn ahead(size: u64, here: u64) -> Answer {
    let problem = format!(
        "says that it has cosigned {size} entries of this record, and only {here} are here: \
         if this is a restored backup, publish nothing more and catch up from a mirror first"
    );
    Answer {
        line: None,
        seen: size,
        problem: Some(problem),
    }
}

fn request(old: u64, checkpoint: &Checkpoint, note: &Note, reader: &LogReader<Dir>) -> Result<Vec<u8>, String> {
    let proof = if old == 0 || old == checkpoint.size {
        Vec::new()
    } else {
        let proof = reader
            .consistency(old, checkpoint.size)
            .map_err(|error| error.to_string())?;
        proof.ok_or("there is no proof from the size it has seen")?
    };
    Ok(Request {
        old,
        proof,
        checkpoint: note.to_bytes(),
    }
    .to_bytes())
}

/// Redirects are not followed, so that no other host is asked; an answer that does not end is cut.
fn send(witness: &Witness<'_>, body: &[u8], deadline: Instant) -> Result<Said, String> {
    let rest = deadline.saturating_duration_since(Instant::now());
    if rest < Duration::from_millis(1) {
        return Err("did not answer in time".to_owned());
    }
    let agent = remote::agent("cosign", rest);
    let url = format!("{}/add-checkpoint", witness.url.trim_end_matches('/'));
    let mut answer = agent.post(&url).send(body).map_err(|error| failed(&error))?;
    let status = answer.status().as_u16();
    let limited = answer.body_mut().with_config().limit(MAX_ANSWER as u64);
    let bytes = limited.read_to_vec().map_err(|error| failed(&error))?;
    let said = || {
        String::from_utf8_lossy(&bytes)
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect::<String>()
    };
    match status {
        200 => parse_lines(&bytes).map(Said::Lines).map_err(|error| error.to_string()),
        409 => parse_size(&bytes)
            .map(Said::Size)
            .ok_or_else(|| format!("answered 409: {}", said())),
        300..400 => Err(format!("answered {status}: redirects are not followed")),
        _ => Err(format!("answered {status}: {}", said())),
    }
}

fn failed(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "did not answer in time".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => "its answer is too long".to_owned(),
        error => error.to_string(),
    }
}

/// The line that is by this witness, over this checkpoint, at a time that can be.
fn take(witness: &Witness<'_>, note: &Note, lines: Vec<SignatureLine>) -> Result<SignatureLine, String> {
    let own = lines.into_iter().find(|line| witness.key.claims(line));
    let own = own.ok_or("answered without a cosignature by its key")?;
    let time = witness
        .key
        .time_of(&note.text, &own)
        .ok_or("its cosignature is not by its key, or not for this checkpoint")?;
    let now = u64::try_from(clock::now().0).unwrap_or(0);
    if time.abs_diff(now) > APART {
        return Err(format!("its clock and ours are {} s apart", time.abs_diff(now)));
    }
    Ok(own)
}

//! Between which times an entry was made, as the witnesses of a policy saw it: not before they had signed a state without
//! it as the newest, and no later than they had signed one that holds it. The publisher's clock has no say in either.

use crate::{cosign, reading::Files};
use record::{
    date::Moment,
    entered::{Before, Entered, Shown},
};
use site::view::Source as _;
use tlog::{Note, Policy, policy::Judgement};

/// The two times, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// The last state without the entry.
    pub not_before: Option<Seen>,
    /// The first state with it.
    pub no_later: Option<Seen>,
}

/// A state that enough witnesses signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its entries.
    pub size: u64,
    /// The time for which enough of them speak.
    pub at: Moment,
    /// Who, and when each.
    pub by: Vec<(String, Moment)>,
}

/// What shows when an entry was made: its proof, and the newest cosigned state without it.
pub fn make(files: &Files, index: u64) -> Option<Entered> {
    let witnesses = files.witnesses();
    let holding = witnesses.first(index, files.log().size());
    let proof = files.proof(index)?;
    Some(Entered::new(proof, holding.and_then(|size| before(files, index, size))))
}

/// The newest cosigned state without an entry, and that the one of a size continues it.
pub fn before(files: &Files, index: u64, holding: u64) -> Option<Before> {
    let witnesses = files.witnesses();
    let size = witnesses.newest(index)?;
    let consistency = files.log().consistency(size, holding).ok().flatten()?;
    Before::new(witnesses.cosigned(size)?, &consistency)
}

impl Times {
    /// Judges what was shown by a policy. A cosignature of a known witness that is false is an error.
    pub fn judge(policy: &Policy, shown: &Shown) -> Result<Self, String> {
        let size = shown.proved.checkpoint.size;
        let before = shown.before.as_ref();
        let before = before.map(|(checkpoint, note)| seen(policy, checkpoint.size, note, Policy::newest_until));
        Ok(Self {
            not_before: before.transpose()?.flatten(),
            no_later: seen(policy, size, &shown.holding, Policy::seen_by)?,
        })
    }

    /// Without the first time where it is later than the second: of several witnesses each sees states at its own pace, and
    /// then it bounds nothing.
    #[must_use]
    pub fn bounded(self) -> Self {
        let not_before = self.not_before.clone().filter(|_| !self.is_contrary());
        Self { not_before, ..self }
    }

    fn is_contrary(&self) -> bool {
        matches!((&self.not_before, &self.no_later), (Some(from), Some(to)) if from.at > to.at)
    }

    /// The times in plain words, and no more than what witnesses had seen (record-http.md, section 3.4).
    pub fn words(&self) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(self.no_later.as_ref().map(|Seen { size, at, .. }| {
            format!("It was entered no later than {at}: by then enough witnesses had signed the record of {size} entries that holds it.")
        }));
        lines.extend(self.not_before.as_ref().map(|Seen { size, at, .. }| {
            if self.is_contrary() {
                format!("The witnesses contradict each other: until {at} enough of them had seen no more than {size} entries without it, and others had signed it before. So nothing is shown of from when on it can have been entered.")
            } else {
                format!("Until {at} enough witnesses had seen no more than {size} entries of the record, which this one continues, and it was not among them.")
            }
        }));
        lines
    }
}

/// A state, if enough witnesses signed it, with the time that counts.
fn seen(
    policy: &Policy,
    size: u64,
    note: &[u8],
    time: fn(&Policy, &Judgement) -> Option<u64>,
) -> Result<Option<Seen>, String> {
    let note = Note::parse(note).map_err(|error| error.to_string())?;
    let judged = policy.judge(&note).map_err(|error| error.to_string())?;
    let at = time(policy, &judged).map(|time| Moment(time.cast_signed()));
    Ok(at.map(|at| Seen {
        size,
        at,
        by: cosign::named(policy, &judged),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(size: u64, at: i64) -> Seen {
        Seen {
            size,
            at: Moment(at),
            by: Vec::new(),
        }
    }

    fn times(not_before: Seen, no_later: Option<Seen>) -> Times {
        Times {
            not_before: Some(not_before),
            no_later,
        }
    }

    #[test]
    fn no_more_is_said_than_what_witnesses_had_seen() {
        let shown = times(seen(4, 100), Some(seen(5, 100)));
        let words = shown.words();
        assert!(words[1].starts_with("Until 1970-01-01T00:01:40Z enough witnesses had seen no more than 4 entries"));
        assert!(
            words.iter().all(|line| !line.contains("not entered before")),
            "{words:?}"
        );
        assert_eq!(shown.clone().bounded(), shown);
    }

    #[test]
    fn times_that_contradict_each_other_bound_nothing() {
        let shown = times(seen(4, 101), Some(seen(5, 100)));
        assert!(shown.words()[1].starts_with("The witnesses contradict each other"));
        assert_eq!(shown.bounded().not_before, None);
        let alone = times(seen(4, 101), None);
        assert_eq!(alone.clone().bounded(), alone);
    }
}

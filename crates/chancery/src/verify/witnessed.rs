//! What the cosignatures of a checkpoint show, judged by a policy.

use super::Report;
use crate::cosign;
use record::date::Moment;
use std::fmt;
use tlog::{
    Note, Policy,
    cosigned::{COSIGNED, cosigned_path},
    note::MAX_NOTE,
    store::{Listing, Source},
};

/// Who cosigned a checkpoint, and whether that is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// Names and times.
    pub by: Vec<(String, Moment)>,
    /// True if the policy is met.
    pub met: bool,
}

impl fmt::Display for Witnessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.by.is_empty() {
            return f.write_str("not yet witnessed: no witness of the policy has cosigned");
        }
        let names: Vec<String> = self.by.iter().map(|(name, at)| format!("{name} at {at}")).collect();
        let enough = if self.met {
            "as the policy asks"
        } else {
            "which is fewer than the policy asks"
        };
        write!(f, "witnessed by {}, {enough}", names.join(", "))
    }
}

/// Judges a signed checkpoint; `None` where the policy asks nobody. A cosignature of a known witness that is false is
/// an error.
pub fn judge(policy: &Policy, checkpoint: &[u8]) -> Result<Option<Witnessed>, String> {
    if policy.asks_nobody() {
        return Ok(None);
    }
    let note = Note::parse(checkpoint).map_err(|error| error.to_string())?;
    let judged = policy.judge(&note).map_err(|error| error.to_string())?;
    Ok(Some(Witnessed {
        by: cosign::named(policy, &judged),
        met: judged.met,
    }))
}

/// Checks the policy of a record, and every cosignature that it keeps.
pub(super) fn check(report: &mut Report, policy: &[u8], source: &dyn Source, listing: Option<&dyn Listing>) {
    let policy = match Policy::parse(policy) {
        Ok(policy) => policy,
        Err(error) => return report.find("policy", None, error.to_string()),
    };
    if policy.asks_nobody() {
        return;
    }
    let mut paths = vec!["checkpoint".to_owned()];
    let kept = listing
        .and_then(|listing| listing.list(COSIGNED).ok())
        .unwrap_or_default();
    paths.extend(kept.iter().filter_map(|item| item.name.parse().ok()).map(cosigned_path));
    for path in paths {
        let Ok(Some(bytes)) = source.read(&path, MAX_NOTE) else {
            continue;
        };
        match judge(&policy, &bytes) {
            Ok(Some(witnessed)) if path == "checkpoint" => {
                report.remarks.push(format!("the checkpoint is {witnessed}"));
            }
            // It may have been cosigned under an earlier policy.
            Ok(Some(witnessed)) if !witnessed.met => report.remarks.push(format!("{path} is {witnessed} today")),
            Ok(_) => {}
            Err(what) => report.find(path, None, what),
        }
    }
}

//! Noticing what witnesses cosigned: no entry tells of it, so the folder is looked at.

use crate::reading::Witnesses;
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};
use tlog::cosigned::COSIGNED;

/// How often it is looked at.
const OFTEN: Duration = Duration::from_millis(200);
/// So many looks after a change the folder is listed again: what changes twice in one tick of the disk's clock has one
/// time only.
const AGAIN: u8 = 10;

type Times = [Option<SystemTime>; 2];

/// What is known of the folder.
#[derive(Debug, Default)]
pub(super) struct Watch {
    looked: Option<Instant>,
    times: Times,
    again: u8,
}

impl Watch {
    /// What is cosigned now, where that may be something else than what is known.
    pub(super) fn look(&mut self, record: &Path, known: &Witnesses, now: Instant) -> Option<Arc<Witnesses>> {
        if self
            .looked
            .is_some_and(|last| now.saturating_duration_since(last) < OFTEN)
        {
            return None;
        }
        self.looked = Some(now);
        let times = times(record);
        self.again = if times == self.times {
            self.again.checked_sub(1)?
        } else {
            AGAIN
        };
        self.times = times;
        let fresh = Witnesses::of(record);
        (!fresh.is_same(known)).then(|| Arc::new(fresh))
    }
}

/// When the folder and the policy last changed.
fn times(record: &Path) -> Times {
    let time = |name: &str| std::fs::metadata(record.join(name)).ok()?.modified().ok();
    [time(COSIGNED), time("policy")]
}

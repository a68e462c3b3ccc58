//! The clock and the source of randomness: read here, and arguments everywhere else.

use crate::output::{Context as _, Done, Failure, warn};
use record::{date::Moment, id::DocumentId, register::Register, seal::SALT};
use std::sync::OnceLock;

/// How far the clock may be behind the last entry before nothing is written, in seconds.
pub const BEHIND: i64 = 300;

/// The moment now.
pub fn now() -> Moment {
    Moment(jiff::Timestamp::now().as_second())
}

/// Why the operator accepts the clock as it is, set once by the command line.
static ACCEPTED: OnceLock<String> = OnceLock::new();

/// Lets this process write although the clock is behind the last entry.
pub fn accept(reason: &str) -> Done {
    if reason.trim().is_empty() {
        return Err(Failure::usage("--accept-clock: say the reason"));
    }
    let _ = ACCEPTED.set(reason.to_owned());
    Ok(())
}

/// Refuses to write where the clock is clearly wrong. Entries made all the same bear the time of the last one.
pub fn check(register: &Register, now: Moment) -> Done {
    if now.0 + BEHIND < register.last_issued().0 {
        let last = register.last_issued();
        if let Some(reason) = ACCEPTED.get() {
            warn(format!(
                "the clock says {now}, the last entry {last}: accepted, {reason}"
            ));
            return Ok(());
        }
        return Err(
            Failure::new(format!("the clock says {now}, but the last entry was made at {last}"))
                .hint("set the clock of this machine, or give --accept-clock REASON; nothing was written"),
        );
    }
    Ok(())
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> Done<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).at("random numbers")?;
    Ok(bytes)
}

/// A new document id.
pub fn new_id() -> Done<DocumentId> {
    random().map(DocumentId::from_random)
}

/// Salts drawn in advance, so that composing cannot fail for want of one.
pub fn salts(count: usize) -> Done<Vec<[u8; SALT]>> {
    let mut bytes = vec![0; count * SALT];
    getrandom::fill(&mut bytes).at("random numbers")?;
    Ok(bytes.as_chunks().0.to_vec())
}

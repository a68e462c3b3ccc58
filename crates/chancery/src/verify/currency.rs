//! A currency file offline, told in plain words (`docs/spec/record-http.md`, section 3.3).

use super::trust::Trusted;
use crate::entered::Times;
use record::{
    currency::{Currency, Current, FORMAT},
    register::Status,
    statements::{Form, Statement},
};

/// A currency file is at most this long, in bytes.
pub const MAX: u64 = 1 << 20;

/// True for bytes that say they are one.
pub fn is_one(bytes: &[u8]) -> bool {
    let format = format!("\"format\":\"{FORMAT}\"");
    bytes.starts_with(b"{") && bytes.windows(format.len()).any(|window| window == format.as_bytes())
}

/// What a currency file shows.
#[derive(Debug)]
pub struct Shown {
    /// What it states, and where.
    pub current: Current,
    /// True where the signature of the state key was checked with a key that was given.
    pub signer_known: bool,
    /// When the version was entered, where the file says so and the policy is known.
    pub times: Option<Times>,
    /// All of it in plain words, and what is not shown.
    pub words: Vec<String>,
}

/// What the file shows; or what is wrong with it.
pub fn check(bytes: &[u8], trusted: &Trusted) -> Result<Shown, String> {
    let current = Currency::verify(bytes, &trusted.keys).map_err(|error| error.to_string())?;
    let signer_known = trusted.signed(&current.state.leaf, current.state.index)?;
    let one = current.statement;
    let checkpoint = &current.state.checkpoint;
    let mut lines = vec![
        format!(
            "{} stated: version {} of document {}, in {}, is the newest, and {}. Its entry is {}.",
            checkpoint.origin,
            one.version,
            one.id,
            one.lang,
            standing(&one),
            one.index
        ),
        format!(
            "The state is entry {} of the record, dated {} by the publisher; the record of {} entries that was signed holds it unaltered.",
            current.state.index, current.issued, checkpoint.size
        ),
    ];
    let times = times(&current, trusted)?;
    lines.extend(times.iter().flat_map(Times::words));
    if current.entered.is_some() && times.is_none() {
        lines.push("Not checked: when it was entered by the time of witnesses; --policy names them.".to_owned());
    }
    if current.form == Form::Silent {
        lines.push(
            "Not shown: whether what it said was removed for good before; states of this form do not tell.".to_owned(),
        );
    }
    lines.push(format!(
        "Not shown: what came after this state. {}",
        unchecked(signer_known)
    ));
    Ok(Shown {
        current,
        signer_known,
        times,
        words: lines,
    })
}

/// What only the record can show; and the log.json beside it, where that was not given.
fn unchecked(signer_known: bool) -> &'static str {
    if signer_known {
        "The state key signed the state. Not checked: that the state agrees with the entries before it; `chancery verify` of the record checks that."
    } else {
        "Not checked: the signature of the state key, and that the state agrees with the entries before it; `chancery verify` of the record checks both."
    }
}

fn times(current: &Current, trusted: &Trusted) -> Result<Option<Times>, String> {
    let (Some(policy), Some(shown)) = (&trusted.policy, &current.entered) else {
        return Ok(None);
    };
    Times::judge(policy, shown).map(Some)
}

/// Whether it holds, and whether it is still there.
pub fn standing(one: &Statement) -> String {
    let status = match one.status {
        Status::InForce => "it is in force",
        Status::Withdrawn => "it is withdrawn",
        Status::Retracted | Status::Erased => "it is retracted",
    };
    match one.erased {
        Some(by) if one.status == Status::InForce => format!("what it said was removed for good by entry {by}"),
        Some(by) => format!("{status}, and what it said was removed for good by entry {by}"),
        None => status.to_owned(),
    }
}

//! A currency file offline, told in plain words (`docs/spec/record-http.md`, section 3.3).

use super::trust::Trusted;
use crate::entered::Times;
use record::{
    currency::{Currency, Current, FORMAT},
    statements::word_of,
};

/// A currency file is at most this long, in bytes.
pub const MAX: u64 = 1 << 20;

/// True for bytes that say they are one.
pub fn is_one(bytes: &[u8]) -> bool {
    let format = format!("\"format\":\"{FORMAT}\"");
    bytes.starts_with(b"{") && bytes.windows(format.len()).any(|window| window == format.as_bytes())
}

/// What the file shows, in plain words; or what is wrong with it.
pub fn check(bytes: &[u8], trusted: &Trusted) -> Result<Vec<String>, String> {
    let current = Currency::verify(bytes, &trusted.keys).map_err(|error| error.to_string())?;
    let one = current.statement;
    let checkpoint = &current.state.checkpoint;
    let mut lines = vec![
        format!(
            "{} stated: version {} of document {}, in {}, is the newest, and it is {}. Its entry is {}.",
            checkpoint.origin,
            one.version,
            one.id,
            one.lang,
            said(word_of(one.status)),
            one.index
        ),
        format!(
            "The state is entry {} of the record, dated {} by the publisher; the record of {} entries that was signed holds it unaltered.",
            current.state.index, current.issued, checkpoint.size
        ),
    ];
    lines.extend(entered(&current, trusted)?);
    lines.push(
        "Not shown: what came after this state. Not checked: the signature of the state key, and that the state agrees with the entries before it; `chancery verify` of the record checks both."
            .to_owned(),
    );
    Ok(lines)
}

/// When the version was entered, where the file says so and the policy is known.
fn entered(current: &Current, trusted: &Trusted) -> Result<Vec<String>, String> {
    let Some(shown) = &current.entered else {
        return Ok(Vec::new());
    };
    let Some(policy) = &trusted.policy else {
        return Ok(vec![
            "Not checked: when it was entered by the time of witnesses; --policy names them.".to_owned(),
        ]);
    };
    Ok(Times::judge(policy, shown)?.words())
}

fn said(word: &str) -> &str {
    match word {
        "in-force" => "in force",
        other => other,
    }
}

//! A currency file offline, told in plain words (`docs/spec/record-http.md`, section 3.3).

use super::trust::Trusted;
use record::{
    currency::{Currency, FORMAT},
    statements::word_of,
};

/// A currency file is at most this long, in bytes.
pub const MAX: u64 = 1 << 20;

/// True for bytes that say they are one.
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(format!("{{\"format\":\"{FORMAT}\"").as_bytes())
}

/// What the file shows, in plain words; or what is wrong with it.
pub fn check(bytes: &[u8], trusted: &Trusted) -> Result<Vec<String>, String> {
    let current = Currency::verify(bytes, &trusted.keys).map_err(|error| error.to_string())?;
    let one = current.statement;
    let checkpoint = &current.state.checkpoint;
    Ok(vec![
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
        "Not shown: what came after this state. Not checked: the signature of the state key, and that the state agrees with the entries before it; `chancery verify` of the record checks both."
            .to_owned(),
    ])
}

fn said(word: &str) -> &str {
    match word {
        "in-force" => "in force",
        other => other,
    }
}

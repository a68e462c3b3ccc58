//! Canonical JSON: RFC 8785 restricted to what the permanent formats use (`docs/spec/entry.md`, section 2).
//!
//! Manifests and leaves are structs whose fields stand in byte order of their keys and skip what is empty, so that
//! serialising one *is* its canonical form. A reader first requires that the bytes are canonical JSON of any content
//! ([`check`]); then it parses them, serialises the value again and requires equal bytes: whatever the types do not
//! carry over (a field of another kind, a default written out) is refused by that one rule.

mod scan;

pub use scan::is_plain;

use serde::{Serialize, de::DeserializeOwned};

/// The largest integer that every JSON reader represents exactly: 2^53 - 1.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;
/// How deep arrays and objects may nest; the outermost object is depth 1.
pub const MAX_DEPTH: usize = 64;

/// Why bytes are not the canonical form of a value.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// Not JSON, or not JSON of the expected shape.
    #[error("not the expected JSON: {0}")]
    Parse(#[from] serde_json::Error),
    /// Not canonical JSON of any content.
    #[error("not canonical JSON: {what} at byte {at}")]
    Form {
        /// What stands there.
        what: &'static str,
        /// Where, from 0.
        at: usize,
    },
    /// Canonical, but a field or value does not belong there.
    #[error("a field or value does not belong where it stands, at byte {0}")]
    Foreign(usize),
    /// A word of a closed set that this version does not know.
    #[error("`{0}` is not known: written by a newer version")]
    Newer(String),
}

impl JsonError {
    /// True if a newer version may have written the bytes: nothing after them may be computed.
    pub fn is_newer(&self) -> bool {
        matches!(self, Self::Newer(_))
    }
}

/// The canonical bytes of a value whose fields stand in byte order.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, JsonError> {
    let bytes = serde_json::to_vec(value)?;
    scan::any(&bytes)?;
    Ok(bytes)
}

/// Refuses all bytes but canonical JSON: one object, in the only form of section 2.
pub fn check(bytes: &[u8]) -> Result<(), JsonError> {
    match bytes.first() {
        Some(b'{') => scan::any(bytes).map(|_| ()),
        _ => Err(JsonError::Form {
            what: "not an object",
            at: 0,
        }),
    }
}

/// Reads a value and refuses every byte string but its canonical form.
pub fn from_bytes<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    let value: T = serde_json::from_str(scan::any(bytes)?)?;
    let mut written = Vec::with_capacity(bytes.len() + 1);
    serde_json::to_writer(&mut written, &value)?;
    same_bytes(&written, bytes)?;
    Ok(value)
}

/// Reads a value that was checked when it entered the record; only its shape is looked at.
pub fn from_trusted_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    // `from_slice` checks each string for itself, slowly where the alphabet is not ours.
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Ok(serde_json::from_str(text)?),
        Err(_) => Ok(serde_json::from_slice(bytes)?),
    }
}

/// Reads as [`from_bytes`]; where that fails on canonical bytes, `newer` looks for a word that is not known.
pub(crate) fn from_bytes_or_newer<T: Serialize + DeserializeOwned>(
    bytes: &[u8],
    newer: impl Fn(&serde_json::Value) -> Option<String>,
) -> Result<T, JsonError> {
    from_bytes(bytes).map_err(|error| {
        if matches!(error, JsonError::Form { .. }) {
            return error;
        }
        let value = serde_json::from_slice(bytes).unwrap_or_default();
        newer(&value).map_or(error, JsonError::Newer)
    })
}

fn same_bytes(canonical: &[u8], given: &[u8]) -> Result<(), JsonError> {
    if canonical == given {
        return Ok(());
    }
    let at = canonical.iter().zip(given).position(|(a, b)| a != b);
    Err(JsonError::Foreign(
        at.unwrap_or_else(|| canonical.len().min(given.len())),
    ))
}

#[cfg(test)]
mod tests;

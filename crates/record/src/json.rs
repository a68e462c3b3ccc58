//! Canonical JSON: RFC 8785 restricted to what the permanent formats use (`docs/spec/entry.md`, section 2).
//!
//! Manifests and leaves are structs whose fields stand in byte order of their keys and skip what is empty, so that
//! serialising one *is* its canonical form. A reader parses, serialises again and requires equal bytes: whatever
//! the types do not carry over (unknown fields, other orders, spaces, floats, duplicate keys) is refused by that one rule.

use serde::{Serialize, de::DeserializeOwned};
use unicode_normalization::{IsNormalized, is_nfc_quick};

/// The largest integer that every JSON reader represents exactly: 2^53 - 1.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why bytes are not the canonical form of a value.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// Not JSON, or not JSON of the expected shape.
    #[error("not the expected JSON: {0}")]
    Parse(#[from] serde_json::Error),
    /// Equal in meaning to the canonical form, but not in bytes.
    #[error("not canonical JSON: differs from its canonical form at byte {0}")]
    NotCanonical(usize),
    /// An empty string, array or object, `false` or `null` is written out.
    #[error("an empty value is written out at byte {0}")]
    Empty(usize),
    /// The text is not in Unicode normalization form C.
    #[error("not in Unicode normalization form C")]
    NotNormalized,
    /// An integer is larger than 2^53 - 1.
    #[error("integer out of range at byte {0}")]
    Integer(usize),
}

/// The canonical bytes of a value whose fields stand in byte order.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, JsonError> {
    let bytes = serde_json::to_vec(value)?;
    check_text(&bytes)?;
    Ok(bytes)
}

/// Reads a value and refuses every byte string but its canonical form.
pub fn from_bytes<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    check_text(bytes)?;
    let value: T = serde_json::from_slice(bytes)?;
    same_bytes(&serde_json::to_vec(&value)?, bytes)?;
    Ok(value)
}

/// Reads a value that was checked when it entered the record; only its shape is looked at.
pub fn from_trusted_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    Ok(serde_json::from_slice(bytes)?)
}

fn same_bytes(canonical: &[u8], given: &[u8]) -> Result<(), JsonError> {
    if canonical == given {
        return Ok(());
    }
    let at = canonical.iter().zip(given).position(|(a, b)| a != b);
    Err(JsonError::NotCanonical(
        at.unwrap_or_else(|| canonical.len().min(given.len())),
    ))
}

fn check_text(bytes: &[u8]) -> Result<(), JsonError> {
    check_nfc(bytes)?;
    Scan { bytes, at: 0 }.run()
}

fn check_nfc(bytes: &[u8]) -> Result<(), JsonError> {
    if bytes.is_ascii() {
        return Ok(());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotNormalized)?;
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Ok(()),
        IsNormalized::No => Err(JsonError::NotNormalized),
        IsNormalized::Maybe => slow_nfc(text),
    }
}

fn slow_nfc(text: &str) -> Result<(), JsonError> {
    use unicode_normalization::UnicodeNormalization;
    if text.chars().nfc().eq(text.chars()) {
        Ok(())
    } else {
        Err(JsonError::NotNormalized)
    }
}

/// One pass over the bytes that finds empty values and large integers outside strings.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn run(mut self) -> Result<(), JsonError> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            self.at += 1;
            match byte {
                b'"' if self.string() == 0 => return Err(JsonError::Empty(start)),
                b'[' if self.peek() == Some(b']') => return Err(JsonError::Empty(start)),
                b'{' if self.peek() == Some(b'}') => return Err(JsonError::Empty(start)),
                b'f' | b'n' => return Err(JsonError::Empty(start)),
                b'0'..=b'9' => self.integer(start)?,
                _ => {}
            }
            if byte == b't' {
                self.at = (start + 4).min(self.bytes.len());
            }
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips the rest of a string and returns the length of what it holds.
    fn string(&mut self) -> usize {
        let start = self.at;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'"' => return self.at - 1 - start,
                _ => {}
            }
        }
        usize::MAX
    }

    fn integer(&mut self, start: usize) -> Result<(), JsonError> {
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = self.bytes.get(start..self.at).unwrap_or_default();
        let value = std::str::from_utf8(digits).ok().and_then(|d| d.parse::<u64>().ok());
        if value.is_some_and(|v| v <= MAX_INTEGER) {
            Ok(())
        } else {
            Err(JsonError::Integer(start))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Serialize, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Two {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        a: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        b: Option<u64>,
    }

    fn refused(text: &str) -> String {
        from_bytes::<Two>(text.as_bytes()).expect_err(text).to_string()
    }

    #[test]
    fn the_canonical_form_is_read_back() {
        let two = Two {
            a: Some("é \"x\" \n".into()),
            b: Some(MAX_INTEGER),
        };
        let bytes = to_bytes(&two).expect("canonical");
        assert_eq!(bytes, "{\"a\":\"é \\\"x\\\" \\n\",\"b\":9007199254740991}".as_bytes());
        assert_eq!(from_bytes::<Two>(&bytes).expect("read"), two);
    }

    #[test]
    fn every_other_form_is_refused() {
        for text in [
            r#"{"b":1,"a":"x"}"#,
            r#"{"a":"x", "b":1}"#,
            r#"{"a":"x","a":"x"}"#,
            r#"{"a":null}"#,
            r#"{"a":""}"#,
            r#"{"b":9007199254740992}"#,
            r#"{"b":1.0}"#,
            r#"{"b":-1}"#,
            r#"{"b":1e2}"#,
            r#"{"b":01}"#,
            r#"{"c":1}"#,
            r#"{"a":"\u0041"}"#,
            "{\"a\":\"e\u{301}\"}",
            r#"{"a":"x"} "#,
            r#"{"a":"x""#,
            "",
        ] {
            assert!(!refused(text).is_empty());
        }
    }
}

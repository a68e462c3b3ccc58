//! The id of a document: 128 random bits as 26 characters of lower-case Crockford base32.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Names one document for ever, in all languages; drawn at random, never derived from content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub u128);

impl DocumentId {
    /// The id made of 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// The first eight characters, for slugs of titles without Latin letters.
    pub fn short(self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl DocumentId {
    fn letters(self) -> [u8; 26] {
        let mut text = [0u8; 26];
        for (place, letter) in text.iter_mut().enumerate() {
            *letter = ALPHABET[((self.0 >> (5 * (25 - place))) & 31) as usize];
        }
        text
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.letters()).unwrap_or_default())
    }
}

impl fmt::Debug for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is not the id of a document.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a document id: want 26 characters of 0-9 and a-z without i, l, o, u")]
pub struct BadId;

impl FromStr for DocumentId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let bytes = text.as_bytes();
        // 26 characters hold 130 bits: the first may be 0 to 7 only.
        if bytes.len() != 26 || bytes[0] > b'7' {
            return Err(BadId);
        }
        let (mut id, mut all) = (0, 0);
        for letter in bytes {
            let value = VALUES[usize::from(*letter)];
            all |= value;
            id = id << 5 | u128::from(value);
        }
        if all < 32 { Ok(Self(id)) } else { Err(BadId) }
    }
}

/// Values of the letters; 255 for all other bytes.
static VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut value = 0;
    while value < 32 {
        values[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    values
};

impl Serialize for DocumentId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(std::str::from_utf8(&self.letters()).unwrap_or_default())
        } else {
            self.0.to_be_bytes().serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for DocumentId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            crate::spelled::deserialize(deserializer)
        } else {
            <[u8; 16]>::deserialize(deserializer).map(Self::from_random)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_printed_and_read_back() {
        for id in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0011_2233_4455_6677] {
            let text = DocumentId(id).to_string();
            assert_eq!(text.len(), 26);
            assert_eq!(text.parse(), Ok(DocumentId(id)));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "0123456789ABCDEFGHJKMNPQRS",
            "0000000000000000000000000i",
        ] {
            assert_eq!(text.parse::<DocumentId>(), Err(BadId));
        }
    }
}

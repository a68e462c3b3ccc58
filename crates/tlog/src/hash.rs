//! SHA-256 and the two hashes of a Merkle tree. RFC 6962, section 2.1.
//!
//! No other crate needs a hash library: what leaves this file are plain byte arrays.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

/// Length of a hash in bytes.
pub const HASH_LEN: usize = 32;

/// A SHA-256 value: of a leaf, of a node, of a tree, or of plain bytes.
///
/// Printed and parsed as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_LEN]);

/// A text that is no hash in the form asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("hash is not {expected}")]
pub struct HashError {
    expected: &'static str,
}

const NOT_HEX: HashError = HashError {
    expected: "64 lower-case hexadecimal digits",
};
const NOT_BASE64: HashError = HashError {
    expected: "32 bytes in strict base64",
};

impl Hash {
    /// The 44 characters of standard base64, the form of checkpoints and proof files.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads exactly what [`Hash::to_base64`] prints: padded, no stray bits, nothing around it.
    pub fn from_base64(text: &str) -> Result<Self, HashError> {
        let bytes = STANDARD.decode(text).map_err(|_| NOT_BASE64)?;
        bytes.try_into().map(Self).map_err(|_| NOT_BASE64)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |half: u8| DIGITS[usize::from(half)];
        let mut text = [0; 64];
        for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        f.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let digits = text.as_bytes();
        if digits.len() != 2 * HASH_LEN {
            return Err(NOT_HEX);
        }
        let (mut bytes, mut all) = ([0; HASH_LEN], 0);
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
            all |= high | low;
            *byte = high << 4 | low;
        }
        if all < 16 { Ok(Self(bytes)) } else { Err(NOT_HEX) }
    }
}

/// Values of the lower-case hexadecimal digits; 255 for all other bytes. An audit reads millions of them.
static DIGITS: [u8; 256] = {
    let mut digits = [255; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

/// SHA-256 of bytes that come in pieces.
#[derive(Clone, Default)]
pub struct Sha256(sha2::Sha256);

impl Sha256 {
    /// Starts with nothing hashed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes added.
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256")
    }
}

/// Plain SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> Hash {
    Hash(sha2::Sha256::digest(bytes).into())
}

/// Hash of a leaf: SHA-256(0x00 ‖ entry).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(&[0]);
    hasher.update(entry);
    hasher.finish()
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(&[1]);
    hasher.update(&left.0);
    hasher.update(&right.0);
    hasher.finish()
}

/// Root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    sha256(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_print_and_parse_as_lower_case_hex() {
        let hash = empty_root();
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hash.to_string(), text);
        assert_eq!(text.parse(), Ok(hash));
        for wrong in [
            &text[1..],
            &text.to_uppercase(),
            &format!("{text}0"),
            &text.replace('e', "g"),
        ] {
            assert_eq!(wrong.parse::<Hash>(), Err(NOT_HEX), "{wrong}");
        }
    }

    #[test]
    fn base64_is_strict() {
        let text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(Hash::from_base64(text), Ok(empty_root()));
        assert_eq!(empty_root().to_base64(), text);
        // The last digit carries two bits that must be zero.
        for wrong in [
            text.replace("FU=", "FV="),
            text.replace('=', ""),
            format!("{text}\n"),
            "AAAA".into(),
        ] {
            assert_eq!(Hash::from_base64(&wrong), Err(NOT_BASE64), "{wrong}");
        }
    }

    #[test]
    fn leaves_and_nodes_are_told_apart() {
        let empty_leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        assert_eq!(leaf_hash(b"").to_string(), empty_leaf);
        let (a, b) = (sha256(b"a"), sha256(b"b"));
        assert_ne!(node_hash(a, b), node_hash(b, a));
        assert_ne!(node_hash(a, b), leaf_hash(&[a.0, b.0].concat()));
    }

    #[test]
    fn pieces_hash_as_the_whole() {
        let mut hasher = Sha256::new();
        hasher.update(b"har");
        hasher.update(b"bour");
        assert_eq!(hasher.finish(), sha256(b"harbour"));
    }
}

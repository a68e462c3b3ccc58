//! How hashes are written in JSON (64 hexadecimal digits) and in the register's snapshot (32 bytes).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tlog::hash::Hash;

/// The hexadecimal digits of a hash.
pub(crate) fn digits(hash: &Hash) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(hash.0) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    text
}

pub(crate) fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.serialize_str(std::str::from_utf8(&digits(hash)).unwrap_or_default())
    } else {
        hash.0.serialize(serializer)
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
    if !deserializer.is_human_readable() {
        return <[u8; 32]>::deserialize(deserializer).map(Hash);
    }
    crate::spelled::deserialize(deserializer)
}

/// The same for a hash that may be absent.
pub(crate) mod option {
    use super::Hash;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Hex(#[serde(with = "super")] Hash);

    pub(crate) fn serialize<S: Serializer>(hash: &Option<Hash>, serializer: S) -> Result<S::Ok, S::Error> {
        hash.map(Hex).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Hash>, D::Error> {
        Ok(Option::<Hex>::deserialize(deserializer)?.map(|hex| hex.0))
    }
}

/// A value whose JSON leaves fields out, kept as that JSON in the snapshot's form, which cannot.
pub(crate) mod as_json {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

    pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&serde_json::to_vec(value).map_err(ser::Error::custom)?)
    }

    pub(crate) fn deserialize<'de, T: de::DeserializeOwned, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
        serde_json::from_slice(<&[u8]>::deserialize(d)?).map_err(de::Error::custom)
    }
}

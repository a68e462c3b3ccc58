//! How hashes are written in JSON (64 hexadecimal digits) and in the register's snapshot (32 bytes).

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use tlog::hash::Hash;

pub(crate) fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.collect_str(hash)
    } else {
        hash.0.serialize(serializer)
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
    if !deserializer.is_human_readable() {
        return <[u8; 32]>::deserialize(deserializer).map(Hash);
    }
    std::borrow::Cow::<'_, str>::deserialize(deserializer)?
        .parse()
        .map_err(D::Error::custom)
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

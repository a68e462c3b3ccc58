//! A composed entry read back by the rules of a verifier, before it is the record's for ever.

use crate::{
    entry::{BadLeaf, Entry, Leaf},
    keys::{BadKeys, KeyRing},
    manifest::{BadManifest, Manifest},
    seal::{self, Sealed},
};

/// Why a verifier would object to an entry.
#[derive(Debug, thiserror::Error)]
pub enum Misread {
    /// The leaf has not the form of the specification.
    #[error("the entry, read back: {0}")]
    Leaf(#[from] BadLeaf),
    /// Its signatures are not those that it must have at this place.
    #[error("the entry, read back: {0}")]
    Keys(#[from] BadKeys),
    /// The manifest has not the form of the specification.
    #[error("the manifest, read back: {0}")]
    Manifest(#[from] BadManifest),
    /// The leaf says something else than was composed.
    #[error("the entry, read back, says something else")]
    Entry,
    /// The sealed bytes are not those to which the entry commits.
    #[error("the manifest, read back, is not what the entry commits to")]
    Sealed,
}

/// Requires that a verifier which knows these keys takes the leaf as the entry at this index, with the manifest that is
/// sealed. What may follow what is for the register to say.
pub fn reread(keys: &KeyRing, index: u64, entry: &Entry, leaf: &[u8], sealed: Option<&Sealed>) -> Result<(), Misread> {
    let read = Leaf::read(leaf)?;
    if read.entry != *entry {
        return Err(Misread::Entry);
    }
    keys.check_signatures(index, &read.entry, &read.note)?;
    let (named, sealed) = match (entry.sealed(), sealed) {
        (None, None) => return Ok(()),
        (Some(named), Some(sealed)) if named.content == sealed.commitment => (named, sealed),
        _ => return Err(Misread::Sealed),
    };
    let bytes = seal::open(&named.content, &sealed.blob).filter(|bytes| bytes.len() as u64 == named.size);
    Manifest::read(named.media, bytes.ok_or(Misread::Sealed)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        date::Moment,
        entry::{self, Basis, Body, Erase, Media, Reason},
        keys::{KeyChange, Role},
        lang::Lang,
        seal::Commitment,
        words::{Notice, NoticeText},
    };
    use tlog::{hash::Hash, note::SigningKey};

    fn key(name: &str, seed: u8) -> SigningKey {
        SigningKey::generate(name, [seed; 32]).expect("key")
    }

    fn root() -> SigningKey {
        key("record.example/root/1", 2)
    }

    /// The keys of a record of one entry.
    fn ring() -> KeyRing {
        let add = |role, key: &SigningKey| KeyChange::Add {
            from: 0,
            mission: None,
            role,
            vkey: key.verifier().to_string().into(),
        };
        let body = Body::Genesis {
            keys: vec![add(Role::Log, &key("record.example", 1)), add(Role::Root, &root())],
            origin: "record.example".into(),
            policy: Hash([0; 32]),
            quorum: 1,
            predecessor: None,
        };
        let issued = Moment(1_760_000_000);
        let mut ring = KeyRing::default();
        ring.apply(0, &Entry { issued, body }).expect("genesis");
        ring
    }

    /// An erasure that tells so, with these bytes as its notice.
    fn erasure(bytes: &[u8]) -> (Entry, Sealed) {
        let sealed = Sealed::new(&[7; 32], bytes);
        let body = Body::Erase(Erase {
            basis: Basis::NotStated,
            reason: Reason::NotStated,
            target: vec![Commitment(Hash([1; 32]))],
            sealed: Some(entry::Manifest {
                content: sealed.commitment,
                size: sealed.size(),
                media: Media::Notice,
            }),
        });
        let issued = Moment(1_760_000_001);
        (Entry { issued, body }, sealed)
    }

    fn notice() -> Vec<u8> {
        let texts = vec![NoticeText {
            lang: Lang::ENGLISH,
            text: vec![crate::body::Inline::Plain("Gone.".into())],
        }];
        Manifest::Notice(Notice::new(texts)).to_bytes().expect("bytes")
    }

    #[test]
    fn what_a_verifier_would_refuse_is_found() {
        let (ring, bytes) = (ring(), notice());
        let (entry, sealed) = erasure(&bytes);
        let leaf = entry.sign(&[&root()]).expect("leaf");
        let check = |leaf: &[u8], sealed| reread(&ring, 1, &entry, leaf, sealed);
        assert!(check(&leaf, Some(&sealed)).is_ok());
        let stranger = entry.sign(&[&key("record.example/root/2", 3)]).expect("leaf");
        assert!(matches!(check(&stranger, Some(&sealed)), Err(Misread::Keys(_))));
        let mut broken = leaf.clone();
        broken.truncate(leaf.len() - 9);
        assert!(matches!(check(&broken, Some(&sealed)), Err(Misread::Leaf(_))));
        let mut flipped = sealed.clone();
        flipped.blob[40] ^= 1;
        for wrong in [None, Some(&flipped)] {
            assert!(matches!(check(&leaf, wrong), Err(Misread::Sealed)));
        }
        let (other, spaced) = erasure(&[&bytes[..], b" "].concat());
        let found = reread(&ring, 1, &other, &leaf, Some(&spaced));
        assert!(matches!(found, Err(Misread::Entry)));
        let leaf = other.sign(&[&root()]).expect("leaf");
        let found = reread(&ring, 1, &other, &leaf, Some(&spaced));
        assert!(matches!(found, Err(Misread::Manifest(_))), "{found:?}");
    }
}

//! The journal: one record for each commit, in segments of fixed length. Ours alone, private: only
//! the writer and followers on the same machine read it.
//!
//! A record is `header ‖ entries ‖ names ‖ blobs ‖ checkpoint ‖ SHA-256 of all before`, padded with
//! zeros to 4,096 bytes, so that writing one never touches a sector of the one before. A segment is
//! filled with zeros before its first record, so that a commit changes no metadata of the file
//! system and one `fdatasync` of it writes this record and nothing else.

use std::io;

use crate::hash::{HASH_LEN, Hash, sha256};
use crate::store::{File, Listing, STATE, StoreError, damaged};
use crate::tile::{decode_bundle, split_entry};

const MAGIC: [u8; 8] = *b"tlog-rec";
const FORMAT: u32 = 1;
const HEADER: usize = 88;
/// Records begin at multiples of this.
pub(crate) const ALIGN: usize = 4096;
/// Longest record in bytes.
pub const MAX_RECORD: usize = 256 << 20;

/// Sealed bytes under the name that stands in an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Name of the blob: its commitment. This crate does not know how it is computed.
    pub name: Hash,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What one commit wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Size of the log before.
    pub old_size: u64,
    /// Size of the log after.
    pub new_size: u64,
    /// Root after.
    pub root: Hash,
    /// Entries, each after its length as uint16, as in bundles.
    pub entries: Vec<u8>,
    /// Blobs that were written to files of their own before the commit.
    pub big: Vec<Hash>,
    /// All other blobs.
    pub blobs: Vec<Blob>,
    /// Signed checkpoint of the new size.
    pub checkpoint: Vec<u8>,
}

impl Record {
    /// The entries one by one.
    pub fn entries(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.entries[..];
        std::iter::from_fn(move || {
            let (entry, after) = split_entry(rest)?;
            rest = after;
            Some(entry)
        })
    }

    /// Reads the record that bytes begin with; None when it is not whole, or of a later format.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let header = Header::parse(bytes)?;
        match decode(bytes.get(..header.len()?)?, &header) {
            Found::Record(record, _) => Some(*record),
            Found::Nothing | Found::Broken | Found::Newer => None,
        }
    }

    /// The bytes for a segment, padded; None when it is longer than [`MAX_RECORD`].
    pub fn encode(&self) -> Option<Vec<u8>> {
        let (blobs, len) = (self.blobs_len(), self.unpadded_len());
        if len > MAX_RECORD {
            return None;
        }
        let mut bytes = Vec::with_capacity(len.next_multiple_of(ALIGN));
        self.encode_header(&mut bytes, blobs)?;
        bytes.extend_from_slice(&self.entries);
        bytes.extend(self.big.iter().flat_map(|name| name.0));
        for blob in &self.blobs {
            bytes.extend_from_slice(&blob.name.0);
            bytes.extend_from_slice(&u32::try_from(blob.bytes.len()).ok()?.to_be_bytes());
            bytes.extend_from_slice(&blob.bytes);
        }
        bytes.extend_from_slice(&self.checkpoint);
        bytes.extend_from_slice(&sha256(&bytes).0);
        bytes.resize(bytes.len().next_multiple_of(ALIGN), 0);
        Some(bytes)
    }

    /// Length of what [`Self::encode`] gives, without padding.
    pub(crate) fn unpadded_len(&self) -> usize {
        let fixed = HEADER + self.big.len() * HASH_LEN + self.checkpoint.len() + HASH_LEN;
        fixed + self.entries.len() + self.blobs_len()
    }

    fn blobs_len(&self) -> usize {
        self.blobs.iter().map(|blob| HASH_LEN + 4 + blob.bytes.len()).sum()
    }

    fn encode_header(&self, bytes: &mut Vec<u8>, blobs: usize) -> Option<()> {
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT.to_be_bytes());
        for short in [self.big.len(), self.blobs.len(), self.checkpoint.len()] {
            bytes.extend_from_slice(&u32::try_from(short).ok()?.to_be_bytes());
        }
        for long in [self.old_size, self.new_size, self.entries.len() as u64, blobs as u64] {
            bytes.extend_from_slice(&long.to_be_bytes());
        }
        bytes.extend_from_slice(&self.root.0);
        Some(())
    }
}

/// The lengths in front of a record.
#[derive(Debug, Clone, Copy)]
struct Header {
    format: u32,
    big: usize,
    blobs: usize,
    checkpoint: usize,
    old_size: u64,
    new_size: u64,
    entries_len: usize,
    blobs_len: usize,
    root: Hash,
}

impl Header {
    /// None when the bytes cannot begin a record.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut at = Cursor(bytes);
        if at.array::<8>()? != MAGIC {
            return None;
        }
        let (format, big, blobs, checkpoint) = (at.u32()?, at.u32()?, at.u32()?, at.u32()?);
        let (old_size, new_size) = (at.u64()?, at.u64()?);
        Some(Self {
            format,
            big: big as usize,
            blobs: blobs as usize,
            checkpoint: checkpoint as usize,
            old_size,
            new_size,
            entries_len: usize::try_from(at.u64()?).ok()?,
            blobs_len: usize::try_from(at.u64()?).ok()?,
            root: Hash(at.array()?),
        })
    }

    /// Length of the record without padding; None when it cannot be one.
    fn len(&self) -> Option<usize> {
        let parts = [
            self.big.checked_mul(HASH_LEN)?,
            self.checkpoint,
            self.entries_len,
            self.blobs_len,
            HASH_LEN,
        ];
        let len = parts.iter().try_fold(HEADER, |sum, part| sum.checked_add(*part))?;
        (len <= MAX_RECORD).then_some(len)
    }
}

/// Takes fixed pieces off the front of bytes.
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }
}

/// What stands at a place of a segment.
#[derive(Debug)]
pub(crate) enum Found {
    /// A whole record and its length with padding.
    Record(Box<Record>, u64),
    /// Zeros, or the end of the file.
    Nothing,
    /// Anything else: a torn write, or damage.
    Broken,
    /// A record of a later format.
    Newer,
}

/// Reads what stands at `offset`, with no more memory than one record.
pub(crate) fn read_record(file: &dyn File, offset: u64) -> io::Result<Found> {
    let head = file.read_at(offset, HEADER)?;
    let Some(header) = Header::parse(&head) else {
        let zeros = head.iter().all(|byte| *byte == 0);
        return Ok(if zeros { Found::Nothing } else { Found::Broken });
    };
    let Some(len) = header.len() else {
        return Ok(Found::Broken);
    };
    if len as u64 > file.size()?.saturating_sub(offset) {
        return Ok(Found::Broken);
    }
    let bytes = file.read_at(offset, len)?;
    Ok(decode(&bytes, &header))
}

fn decode(bytes: &[u8], header: &Header) -> Found {
    let Some((body, hash)) = bytes.split_last_chunk() else {
        return Found::Broken;
    };
    if sha256(body).0 != *hash {
        return Found::Broken;
    }
    // Only a record that is whole can say that it is newer; torn bytes may say anything.
    if header.format != FORMAT {
        return Found::Newer;
    }
    let padded = bytes.len().next_multiple_of(ALIGN) as u64;
    decode_body(body, header).map_or(Found::Broken, |record| Found::Record(Box::new(record), padded))
}

fn decode_body(body: &[u8], header: &Header) -> Option<Record> {
    let mut at = Cursor(body.get(HEADER..)?);
    let entries = at.take(header.entries_len)?.to_vec();
    let big = (0..header.big).map(|_| at.array().map(Hash)).collect::<Option<_>>()?;
    let mut blobs = Cursor(at.take(header.blobs_len)?);
    let small = (0..header.blobs)
        .map(|_| decode_blob(&mut blobs))
        .collect::<Option<_>>()?;
    let checkpoint = at.take(header.checkpoint)?.to_vec();
    let Header {
        old_size,
        new_size,
        root,
        ..
    } = *header;
    let record = Record {
        old_size,
        new_size,
        root,
        entries,
        big,
        blobs: small,
        checkpoint,
    };
    let count = usize::try_from(new_size.checked_sub(old_size)?).ok()?;
    let whole = decode_bundle(&record.entries, count).is_ok() && blobs.0.is_empty() && at.0.is_empty();
    whole.then_some(record)
}

fn decode_blob(at: &mut Cursor<'_>) -> Option<Blob> {
    let name = Hash(at.array()?);
    let len = at.u32()? as usize;
    Some(Blob {
        name,
        bytes: at.take(len)?.to_vec(),
    })
}

/// Path of the segment whose first record begins at this size of the log.
pub(crate) fn segment_path(first: u64) -> String {
    format!("{STATE}/journal-{first:020}")
}

/// First sizes of the segments that are there, ascending.
pub(crate) fn segments(disk: &(impl Listing + ?Sized)) -> Result<Vec<u64>, StoreError> {
    let mut firsts = Vec::new();
    for item in disk.list(STATE)? {
        if let Some(digits) = item.name.strip_prefix("journal-") {
            let first = digits.parse::<u64>().ok();
            let first = first.filter(|first| segment_path(*first).ends_with(digits));
            let path = || format!("{STATE}/{}", item.name);
            firsts.push(first.ok_or_else(|| damaged(path(), "is no name of a segment"))?);
        }
    }
    firsts.sort_unstable();
    Ok(firsts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::empty_root;
    use crate::store::{Disk, Memory};
    use crate::tile::push_entry;

    fn example(entries: &[&[u8]]) -> Record {
        let mut bytes = Vec::new();
        for entry in entries {
            assert!(push_entry(&mut bytes, entry));
        }
        Record {
            old_size: 7,
            new_size: 7 + entries.len() as u64,
            root: empty_root(),
            entries: bytes,
            big: vec![Hash([9; 32])],
            blobs: vec![Blob {
                name: Hash([8; 32]),
                bytes: b"sealed".to_vec(),
            }],
            checkpoint: b"signed".to_vec(),
        }
    }

    fn read(bytes: &[u8]) -> Found {
        let disk = Memory::new();
        disk.create("s", bytes, false).unwrap();
        read_record(&*disk.open("s", false).unwrap().unwrap(), 0).unwrap()
    }

    #[test]
    fn a_record_survives_the_round_trip() {
        let record = example(&[b"one", b"", b"three"]);
        let bytes = record.encode().unwrap();
        assert_eq!(bytes.len(), ALIGN);
        let Found::Record(found, len) = read(&bytes) else {
            panic!()
        };
        assert_eq!((*found, len), (record.clone(), 4096));
        assert_eq!(record.entries().collect::<Vec<_>>(), [&b"one"[..], b"", b"three"]);
    }

    #[test]
    fn any_changed_bit_breaks_a_record() {
        let bytes = example(&[b"one"]).encode().unwrap();
        let len = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        for at in 0..=len {
            let mut wrong = bytes.clone();
            wrong[at] ^= 1 << (at % 8);
            assert!(matches!(read(&wrong), Found::Broken), "byte {at}");
        }
        for cut in 1..len {
            assert!(matches!(read(&bytes[..cut]), Found::Broken), "cut at {cut}");
        }
        assert!(matches!(read(&[0; 5000]), Found::Nothing));
        assert!(matches!(read(&[]), Found::Nothing));
    }

    #[test]
    fn a_whole_record_of_a_later_format_is_told_apart() {
        let mut bytes = example(&[b"one"]).encode().unwrap();
        bytes[11] = 2;
        assert!(matches!(read(&bytes), Found::Broken));
        let len = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        let hash = sha256(&bytes[..len - 32]);
        bytes[len - 32..len].copy_from_slice(&hash.0);
        assert!(matches!(read(&bytes), Found::Newer));
    }

    #[test]
    fn enormous_lengths_are_refused_before_memory_is_taken() {
        let mut bytes = example(&[b"one"]).encode().unwrap();
        bytes[40..48].copy_from_slice(&u64::MAX.to_be_bytes());
        assert!(matches!(read(&bytes), Found::Broken));
        bytes[40..48].copy_from_slice(&(u64::from(u32::MAX)).to_be_bytes());
        assert!(matches!(read(&bytes), Found::Broken));
    }
}

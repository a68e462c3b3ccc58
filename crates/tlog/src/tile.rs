//! Tiles and entry bundles: coordinates, paths, bytes. <https://c2sp.org/tlog-tiles>.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::decimal;
use crate::hash::{HASH_LEN, Hash};
use crate::tree::partial_width;

/// Hashes in a full tile, and entries in a full bundle.
pub const TILE_WIDTH: usize = 256;
/// Longest entry in bytes; its length is written as uint16.
pub const MAX_ENTRY: usize = u16::MAX as usize;
/// Longest bundle in bytes.
pub const MAX_BUNDLE: usize = TILE_WIDTH * (2 + MAX_ENTRY);

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Hashes of a level: 0 are the leaves, a hash of level n+1 is the root of a full tile of level n.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// Coordinates of a tile or of an entry bundle; printed and parsed as its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    kind: Kind,
    index: u64,
    width: u16,
}

/// A text that is no path of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
pub struct PathError;

/// Why the bytes of a tile or bundle were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// A tile has not 32 bytes for each hash.
    #[error("tile has {found} bytes instead of {wanted}")]
    Length {
        /// Bytes found.
        found: usize,
        /// Bytes that the width requires.
        wanted: usize,
    },
    /// A bundle ends inside an entry.
    #[error("bundle ends inside entry {0} of it")]
    Truncated(usize),
    /// A bundle goes on after its last entry.
    #[error("bundle has bytes after its {0} entries")]
    Trailing(usize),
}

impl Tile {
    /// A full tile of hashes.
    pub fn full_hashes(level: u8, index: u64) -> Self {
        Self {
            kind: Kind::Hashes(level),
            index,
            width: 256,
        }
    }

    /// A full bundle of entries.
    pub fn full_bundle(index: u64) -> Self {
        Self {
            kind: Kind::Entries,
            index,
            width: 256,
        }
    }

    /// The tile of `kind` and `index` as wide as a tree of `size` has it; None when it is empty.
    pub fn in_tree(kind: Kind, index: u64, size: u64) -> Option<Self> {
        let level = match kind {
            Kind::Hashes(level) => level,
            Kind::Entries => 0,
        };
        let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let width = hashes.checked_sub(index.checked_mul(256)?)?.min(256);
        let width = u16::try_from(width).ok().filter(|width| *width > 0)?;
        Some(Self { kind, index, width })
    }

    /// What it holds.
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// Which one of its kind, from 0.
    pub fn index(self) -> u64 {
        self.index
    }

    /// Number of hashes or entries, 1 to 256.
    pub fn width(self) -> usize {
        usize::from(self.width)
    }

    /// True when it holds 256.
    pub fn is_full(self) -> bool {
        self.width() == TILE_WIDTH
    }

    /// The same tile, full: where a reader looks when a partial one is gone.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: 256, ..self }
    }

    /// The same tile with another width, 1 to 256; None for others.
    pub fn with_width(self, width: usize) -> Option<Self> {
        let width = u16::try_from(width).ok().filter(|width| (1..=256).contains(width))?;
        Some(Self { width, ..self })
    }

    /// Folder of the partial versions of this tile.
    pub fn partial_folder(self) -> String {
        format!("{}.p", self.full())
    }

    /// Levels of hashes that a tree of `size` has: those with at least one hash.
    pub fn levels(size: u64) -> std::ops::Range<u8> {
        let bits = u64::BITS - size.leading_zeros();
        0..u8::try_from(bits.div_ceil(8)).unwrap_or(8)
    }

    /// Partial tiles of hashes at the right edge of a tree of `size`, lowest level first.
    pub fn partials(size: u64) -> impl Iterator<Item = Self> {
        Self::levels(size).filter_map(move |level| {
            let index = size >> (8 * u32::from(level)) >> 8;
            let width = u16::try_from(partial_width(size, level)).ok().filter(|w| *w > 0)?;
            Some(Self {
                kind: Kind::Hashes(level),
                index,
                width,
            })
        })
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes(level) => write!(f, "tile/{level}/")?,
            Kind::Entries => f.write_str("tile/entries/")?,
        }
        write_index(f, self.index)?;
        if self.is_full() {
            Ok(())
        } else {
            write!(f, ".p/{}", self.width)
        }
    }
}

fn write_index(f: &mut fmt::Formatter<'_>, index: u64) -> fmt::Result {
    let mut groups = vec![index % 1000];
    let mut rest = index / 1000;
    while rest > 0 {
        groups.push(rest % 1000);
        rest /= 1000;
    }
    for (n, group) in groups.iter().enumerate().rev() {
        let (mark, end) = if n > 0 { ("x", "/") } else { ("", "") };
        write!(f, "{mark}{group:03}{end}")?;
    }
    Ok(())
}

impl FromStr for Tile {
    type Err = PathError;

    /// Reads exactly what is printed, so that one tile has one path.
    fn from_str(path: &str) -> Result<Self, PathError> {
        let rest = path.strip_prefix("tile/").ok_or(PathError)?;
        let (kind, rest) = rest.split_once('/').ok_or(PathError)?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => Kind::Hashes(number(level, 63)?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, number::<u16>(width, 255)?),
            None => (rest, 256),
        };
        if width == 0 {
            return Err(PathError);
        }
        Ok(Self {
            kind,
            index: parse_index(index)?,
            width,
        })
    }
}

fn number<T: TryFrom<u64>>(text: &str, most: u64) -> Result<T, PathError> {
    let number = decimal(text).filter(|number| *number <= most).ok_or(PathError)?;
    number.try_into().map_err(|_| PathError)
}

fn parse_index(text: &str) -> Result<u64, PathError> {
    let mut index = 0_u64;
    let last = text.matches('/').count();
    for (n, group) in text.split('/').enumerate() {
        let digits = if n < last {
            group.strip_prefix('x').ok_or(PathError)?
        } else {
            group
        };
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PathError);
        }
        if n == 0 && last > 0 && digits == "000" {
            return Err(PathError);
        }
        let digits: u64 = digits.parse().map_err(|_| PathError)?;
        let wider = index.checked_mul(1000).and_then(|index| index.checked_add(digits));
        index = wider.ok_or(PathError)?;
    }
    Ok(index)
}

/// Bytes of a tile of hashes.
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Reads a tile of exactly `width` hashes.
pub fn decode_hashes(bytes: &[u8], width: usize) -> Result<Vec<Hash>, TileError> {
    let (hashes, rest) = bytes.as_chunks::<HASH_LEN>();
    if hashes.len() == width && rest.is_empty() {
        Ok(hashes.iter().map(|hash| Hash(*hash)).collect())
    } else {
        Err(TileError::Length {
            found: bytes.len(),
            wanted: width * HASH_LEN,
        })
    }
}

/// Appends an entry to the bytes of a bundle; false, and nothing done, when it is too long.
#[must_use]
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> bool {
    let Ok(len) = u16::try_from(entry.len()) else {
        return false;
    };
    bundle.extend_from_slice(&len.to_be_bytes());
    bundle.extend_from_slice(entry);
    true
}

/// Reads exactly `width` entries that fill the bytes.
pub fn decode_bundle(bytes: &[u8], width: usize) -> Result<Vec<&[u8]>, TileError> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    for n in 0..width {
        let (entry, after) = split_entry(rest).ok_or(TileError::Truncated(n))?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() {
        Ok(entries)
    } else {
        Err(TileError::Trailing(width))
    }
}

/// Splits the first entry off; None when the bytes end before it does.
pub(crate) fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let tile = |kind, index, width| Tile { kind, index, width };
        let cases = [
            (tile(Kind::Hashes(0), 0, 256), "tile/0/000"),
            (tile(Kind::Hashes(0), 273, 112), "tile/0/273.p/112"),
            (tile(Kind::Hashes(1), 1_234_067, 256), "tile/1/x001/x234/067"),
            (tile(Kind::Entries, 1_234_067, 1), "tile/entries/x001/x234/067.p/1"),
            (tile(Kind::Entries, 1000, 256), "tile/entries/x001/000"),
            (
                tile(Kind::Hashes(63), u64::MAX, 255),
                "tile/63/x018/x446/x744/x073/x709/x551/615.p/255",
            ),
        ];
        for (tile, path) in cases {
            assert_eq!(tile.to_string(), path);
            assert_eq!(path.parse(), Ok(tile), "{path}");
        }
    }

    #[test]
    fn other_paths_are_refused() {
        let wrong = [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/0000",
            "tile/00/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/data/000",
            "tile/0/x000/001",
            "tile/0/x001",
            "tile/0/001/002",
            "tile/0/x001/x002",
            "tile/0/000.p",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/1/",
            "/tile/0/000",
            "tile/0/000.p/1.p/1",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/+12",
            "tile/entries/x00١/000",
        ];
        for path in wrong {
            assert_eq!(path.parse::<Tile>(), Err(PathError), "{path}");
        }
    }

    #[test]
    fn a_tree_of_70000_has_the_tiles_of_the_specification() {
        let partials: Vec<String> = Tile::partials(70_000).map(|tile| tile.to_string()).collect();
        assert_eq!(partials, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
        let partials: Vec<String> = Tile::partials(256).map(|tile| tile.to_string()).collect();
        assert_eq!(partials, ["tile/1/000.p/1"]);
        assert_eq!(Tile::partials(0).count(), 0);
        assert_eq!(Tile::levels(u64::MAX), 0..8);
        assert_eq!(Tile::levels(255), 0..1);
    }

    #[test]
    fn widths_follow_the_size_of_the_tree() {
        let width = |level, index, size| Tile::in_tree(Kind::Hashes(level), index, size).map_or(0, Tile::width);
        assert_eq!(
            [width(0, 272, 70_000), width(0, 273, 70_000), width(0, 274, 70_000)],
            [256, 112, 0]
        );
        assert_eq!(
            [width(1, 0, 70_000), width(1, 1, 70_000), width(2, 0, 70_000)],
            [256, 17, 1]
        );
        assert_eq!(
            [
                width(3, 0, 70_000),
                width(63, 0, u64::MAX),
                width(0, u64::MAX, u64::MAX)
            ],
            [0, 0, 0]
        );
    }

    #[test]
    fn bundles_must_hold_exactly_their_entries() {
        let mut bundle = Vec::new();
        for entry in [&b"one"[..], b"", b"three"] {
            assert!(push_entry(&mut bundle, entry));
        }
        assert!(!push_entry(&mut bundle, &vec![0; MAX_ENTRY + 1]));
        assert_eq!(decode_bundle(&bundle, 3).unwrap(), [&b"one"[..], b"", b"three"]);
        assert_eq!(decode_bundle(&bundle, 2), Err(TileError::Trailing(2)));
        assert_eq!(decode_bundle(&bundle, 4), Err(TileError::Truncated(3)));
        assert_eq!(
            decode_bundle(&bundle[..bundle.len() - 1], 3),
            Err(TileError::Truncated(2))
        );
    }

    #[test]
    fn tiles_must_hold_exactly_their_hashes() {
        let hashes = [Hash([1; 32]), Hash([2; 32])];
        let bytes = encode_hashes(&hashes);
        assert_eq!(decode_hashes(&bytes, 2).unwrap(), hashes);
        assert!(decode_hashes(&bytes, 1).is_err());
        assert!(decode_hashes(&bytes[1..], 2).is_err());
    }
}

//! A tiled, append-only Merkle log after C2SP, and a store that survives crashes.
//!
//! This crate knows bytes, not documents. Its pure core, in reading order: [`hash`], [`note`],
//! [`checkpoint`], [`tree`], [`tile`], [`proof`], [`proof_file`].
//!
//! Specifications: <https://c2sp.org/tlog-tiles>, <https://c2sp.org/signed-note>,
//! <https://c2sp.org/tlog-checkpoint>, <https://c2sp.org/tlog-proof>, RFC 6962 section 2.1.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod checkpoint;
mod committed;
mod derive;
pub mod follower;
pub mod fsck;
pub mod hash;
pub mod journal;
pub mod note;
mod plan;
pub mod proof;
pub mod proof_file;
pub mod reader;
pub mod recover;
pub mod store;
pub mod tile;
pub mod tree;
pub mod writer;

pub use checkpoint::Checkpoint;
pub use derive::{CHECKPOINT, archive_path, blob_path};
pub use follower::{Batch, Follower};
pub use hash::Hash;
pub use journal::Blob;
pub use note::{Note, SignatureLine, SigningKey, VerifierKey};
pub use proof_file::ProofFile;
pub use reader::LogReader;
pub use recover::{Recovery, recover};
pub use store::{Dir, Disk, Source, StoreError};
pub use tile::Tile;
pub use writer::{Commit, Group, Writer};

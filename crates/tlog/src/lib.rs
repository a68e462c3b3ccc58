//! A tiled, append-only Merkle log after C2SP, and a store that survives crashes.
//!
//! This crate knows bytes, not documents. Its pure core, in reading order: [`hash`], [`note`],
//! [`checkpoint`], [`tree`], [`tile`], [`proof`], [`proof_file`].
//!
//! Specifications: <https://c2sp.org/tlog-tiles>, <https://c2sp.org/signed-note>,
//! <https://c2sp.org/tlog-checkpoint>, <https://c2sp.org/tlog-proof>, RFC 6962 section 2.1.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod checkpoint;
pub mod hash;
pub mod note;
pub mod proof;
pub mod proof_file;
pub mod tile;
pub mod tree;

pub use checkpoint::Checkpoint;
pub use hash::Hash;
pub use note::{Note, SignatureLine, SigningKey, VerifierKey};
pub use proof_file::ProofFile;
pub use tile::Tile;

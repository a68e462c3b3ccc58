//! A tiled, append-only Merkle log after C2SP, and a store that survives crashes.
//!
//! This crate knows bytes, not documents. Its pure core, in reading order: [`hash`] and [`note`], the
//! primitives behind byte arrays; [`checkpoint`]; [`tree`] and [`tile`]; [`proof`] and [`proof_file`];
//! [`cosignature`], [`policy`] and [`witness`].
//!
//! Above it stand those who work on a [`store`]: the [`writer`], whose file tells the order of a commit
//! and what a crash leaves after each step; the [`journal`], its commit point; [`recover`]; the
//! [`follower`], which keeps up with the writer without a key; [`ahead`], which tells its unfinished files apart; the [`reader`] of public files; and
//! [`fsck`], which derives everything again and trusts only a key.
//!
//! Specifications: <https://c2sp.org/tlog-tiles>, <https://c2sp.org/signed-note>,
//! <https://c2sp.org/tlog-checkpoint>, <https://c2sp.org/tlog-proof>, <https://c2sp.org/tlog-cosignature>,
//! <https://c2sp.org/tlog-policy>, <https://c2sp.org/tlog-witness>, RFC 6962 section 2.1. The
//! journal, `blob/`, `checkpoints/` and `cosigned/` are ours alone.
//!
//! ```
//! use std::sync::Arc;
//! use tlog::{Group, LogReader, SigningKey, Writer, store::Memory};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let disk = Memory::new(); // or `tlog::Dir::new("record")`
//! let key = || SigningKey::generate("record.example", [7; 32]); // draw the seed at random
//! Writer::create(&disk, "record.example", &key()?)?;
//! let (mut writer, _recovery) = Writer::open(Arc::new(disk.clone()), "record.example", key()?)?;
//! let group = Group { entries: vec![b"first entry".to_vec()], blobs: Vec::new() };
//! let commit = writer.commit(&[group])?;
//! writer.close()?;
//!
//! let (reader, checkpoint) = LogReader::open(disk, &key()?.verifier())?;
//! assert_eq!((checkpoint.size, checkpoint.root), (1, commit.root));
//! let proof = reader.proof_file(0, b"first entry", &commit.checkpoint)?;
//! proof.verify_extra(&key()?.verifier())?;
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ahead;
pub mod checkpoint;
mod committed;
pub mod cosignature;
pub mod cosigned;
mod derive;
pub mod erase;
pub mod follower;
pub mod fsck;
mod grown;
pub mod hash;
pub mod journal;
pub mod late;
mod nodes;
pub mod note;
mod plan;
pub mod policy;
pub mod proof;
pub mod proof_file;
pub mod reader;
pub mod recover;
mod signer;
pub mod store;
mod strict;
pub mod tile;
pub mod tree;
pub mod trust;
pub mod witness;
pub mod writer;

pub use ahead::Ahead;
pub use checkpoint::Checkpoint;
pub use cosignature::{CosignerKey, CosigningKey};
pub use derive::{CHECKPOINT, archive_path, blob_path};
pub use erase::Erases;
pub use follower::{Batch, Follower};
pub use hash::Hash;
pub use journal::Blob;
pub use note::{Note, SignError, SignatureLine, SigningKey, Signs, VerifierKey};
pub use policy::Policy;
pub use proof_file::ProofFile;
pub use reader::LogReader;
pub use recover::{Recovery, recover};
pub use store::{Dir, Disk, Source, StoreError};
pub use tile::Tile;
pub use trust::{LogKey, LogKeys, Trust};
pub use writer::{Commit, Group, Writer};

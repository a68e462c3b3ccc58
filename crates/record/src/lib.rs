//! What an entry of the record says. Pure: no clock, no files, no randomness.
//!
//! In reading order: [`json`] the canonical form; [`id`], [`lang`], [`date`] small values; [`body`] the tree of blocks;
//! [`facts`] and [`words`] the manifests ([`manifest`]); [`align`] lasting ids; [`seal`] commitments; [`entry`] the
//! signed leaf; [`keys`] who may sign; [`register`] the state folded from entries; [`audit`] a whole record checked. `docs/spec/entry.md` is the specification.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod align;
pub mod audit;
pub mod body;
pub mod compose;
pub mod currency;
pub mod date;
pub mod entered;
pub mod entry;
pub mod facts;
mod form;
mod hex;
pub mod id;
pub mod json;
pub mod keys;
pub mod lang;
pub mod manifest;
pub mod proved;
pub mod register;
pub mod seal;
mod spelled;
pub mod statements;
pub mod words;

pub use form::Malformed;

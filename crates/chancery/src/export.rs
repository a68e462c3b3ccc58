//! Export: every page as a flat file, the same bytes as the server sends; a later export writes only what changed.
//!
//! In reading order: [`options`] what is wanted; [`target`] the folder and how a file gets into it; [`state`] what the
//! last export left; [`owner`] who has which files, and what may have changed; [`plan`] the files of one owner; [`redirects`] the maps of old addresses;
//! [`source`] the bytes behind pages; [`work`] the export itself.

pub mod options;
mod owner;
mod plan;
mod redirects;
mod source;
mod state;
mod target;
mod work;

pub use options::Options;
pub use source::Bytes;
pub use state::known_address;
pub use work::{Export, Report};

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;

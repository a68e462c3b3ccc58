//! Foreign text becomes blocks. Pure: bytes in, values out; no files, no clock.
//!
//! In reading order: [`markdown`] and [`text`] read what people write for publication and refuse what is wrong, with
//! its line; [`dump`] and [`html`] read captured pages, give what could be read and remark what was lost; [`mapping`]
//! proposes sections and topics for the labels found; [`jsonl`] reads statements line by line; [`review`] says what a
//! person should look at.

pub mod candidate;
pub mod dates;
pub mod dump;
pub mod encoding;
pub mod fold;
pub mod html;
pub mod jsonl;
pub mod language;
pub mod language_tag;
pub mod mapping;
pub mod markdown;
pub mod ordinals;
pub mod problem;
pub mod review;
pub mod slug;
pub mod text;
pub mod words;

#[cfg(test)]
mod noise;
#[cfg(test)]
mod shape;

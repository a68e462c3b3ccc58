//! All integration tests, one binary: the command line by scripts, golden pages, faults, a real browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod browser;
mod ceremony;
mod certificate;
mod documents;
mod erase;
mod freeze;
mod golden;
mod imported;
mod keys;
mod kill;
mod mirror;
mod monitor;
mod protected;
mod public;
mod readme;
mod restored;
mod rotate;
mod same;
mod scripts;
mod signer;
mod sites;
mod streams;
mod support;
mod tidy;
mod witnessed;

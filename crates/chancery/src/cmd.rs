//! One file for each command: its arguments, `run`, and its sentence of result.

pub mod certificate;
pub mod cosign;
pub mod currency;
pub mod demo;
pub mod end;
pub mod erase;
pub mod export;
pub mod freeze;
pub mod import;
pub mod init;
pub mod key;
pub mod mirror;
pub mod monitor;
pub mod policy;
pub mod preview;
mod protect;
pub mod publish;
pub mod rooted;
pub mod serve;
pub mod signer;
pub mod site;
pub mod verify;
pub mod witness;

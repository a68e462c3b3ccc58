//! The pages, one file for each kind.

pub mod about;
pub mod document;
pub mod front;
pub mod home;
pub(crate) mod linked;
pub mod list;
pub mod notice;
pub mod people;
pub mod sites;
pub mod topics;
pub mod verify;

#[cfg(test)]
mod tests;

//! Tests of the whole crate: vectors and oracles that others wrote, faults, recovery.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod copying;
mod cosigning;
mod damage;
mod erasing;
mod faults;
mod folder;
mod following;
mod foreign;
mod kill;
mod oracles;
mod rotating;
mod support;
mod vectors;

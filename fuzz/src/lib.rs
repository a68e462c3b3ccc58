//! The fuzz targets: for each parser of foreign bytes a function that says whether it accepted them, and panics where a
//! promise is broken.
//!
//! libFuzzer calls them from `fuzz_targets/`; the tests `fuzz` of the crates call the same functions with the corpus and
//! seeded changes of it. CONTRIBUTING.md says how both are run.

pub mod entries;
pub mod foreign;
pub mod log;
pub mod web;

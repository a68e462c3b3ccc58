//! Whole records.

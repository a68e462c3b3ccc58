//! The public pages, feeds and alternates, computed from the register and from nothing else.
//!
//! `render` is a pure function of a `View` (register, bytes, theme, base addresses), an `Address` and a moment. The server
//! caches what it returns; the export writes the same bytes.

pub mod diff;
pub mod escape;
pub mod html;
pub mod i18n;
pub mod markdown;

//! The public pages, feeds and alternates, computed from the register and from nothing else.
//!
//! [`render`] is a pure function of a [`view::View`] (register, bytes, theme, base addresses), an [`address::Address`] and
//! a moment. The server caches what it returns; the export writes the same bytes. [`touched`] tells without rendering
//! whether a page may have changed, and [`address::all`] names every page there is.
//!
//! In reading order: [`view`], [`address`]; [`theme`] and [`i18n`]; [`frame`], [`shell`] and [`pages`]; [`html`] for bodies;
//! [`alternates`], [`feed`], [`sitemap`] and [`history`] beside the pages.

pub mod address;
pub mod alternates;
pub mod diff;
pub mod escape;
pub mod feed;
pub mod frame;
pub mod history;
pub mod html;
pub mod i18n;
pub mod jsonld;
pub mod markdown;
pub mod office;
pub mod pages;
pub mod plain;
mod render;
pub mod rows;
pub mod shell;
pub mod sitemap;
pub mod theme;
pub mod view;
pub mod witnessed;

pub use pages::sites::missing;
pub use render::{render, touched};
pub use witnessed::witnessed;

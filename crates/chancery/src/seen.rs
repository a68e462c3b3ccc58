//! The record as its pages see it, for commands that show where something is read.

use crate::{folder::Folder, output::Done, reading::Files, theme};
use record::register::Register;
use site::{frame::Frames, view::View};

/// Shows a register with the theme and addresses of its data folder; its files are those of so many entries.
pub fn with<T>(folder: &Folder, register: &Register, size: u64, show: impl FnOnce(&View<'_>) -> T) -> Done<T> {
    let theme = theme::load(folder, false)?;
    let address = folder.config.address.as_deref().unwrap_or_default();
    let (bases, frames) = (folder.config.bases(address), Frames::new());
    Ok(show(&View {
        register,
        source: &Files::new(&folder.record(), size),
        theme: &theme,
        bases: &bases,
        frames: &frames,
        carried: true,
    }))
}

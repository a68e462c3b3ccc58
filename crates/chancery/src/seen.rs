//! The record as its pages see it, for commands that show where something is read.

use crate::{folder::Folder, output::Done, reading::Files, theme};
use record::register::Register;
use site::{frame::Frames, view::View};

/// Shows a register with the theme of its data folder, its family at `base`; its files are those of so many entries.
pub fn with<T>(
    folder: &Folder,
    register: &Register,
    size: u64,
    base: &str,
    show: impl FnOnce(&View<'_>) -> T,
) -> Done<T> {
    let theme = theme::load(folder, false)?;
    let (bases, frames) = (folder.config.bases(base), Frames::new());
    Ok(show(&View {
        register,
        source: &Files::new(&folder.record(), size),
        theme: &theme,
        bases: &bases,
        frames: &frames,
        carried: true,
    }))
}

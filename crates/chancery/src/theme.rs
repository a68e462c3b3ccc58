//! The operator's theme folder: files that take the place of the program's own.

use crate::{
    folder::Folder,
    given,
    output::{Done, Failure},
};
use site::theme::Theme;
use std::{collections::BTreeMap, path::Path};

/// Larger files are no templates.
const MOST: u64 = 1 << 20;

const HINT: &str = "docs/configuration.md describes theme folders";

/// The theme of a data folder; `preview` marks every page as one.
pub fn load(folder: &Folder, preview: bool) -> Done<Theme> {
    let files = match &folder.config.theme {
        Some(name) => read(&folder.root().join(name)).map_err(|failure| failure.within("theme").hint(HINT))?,
        None => BTreeMap::new(),
    };
    Theme::new(&files, preview).map_err(|error| Failure::usage(format!("theme: {error}")).hint(HINT))
}

fn read(folder: &Path) -> Done<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for path in given::folder(folder)? {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if path.is_dir() || name.starts_with('.') {
            continue;
        }
        files.insert(name, given::text(&path, MOST, "a template")?);
    }
    Ok(files)
}

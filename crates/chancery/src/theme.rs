//! The operator's theme folder: files that take the place of the program's own.

use crate::{
    folder::Folder,
    output::{Context as _, Done, Failure},
};
use site::theme::Theme;
use std::{collections::BTreeMap, fs, path::Path};

/// Larger files are no templates.
const MOST: u64 = 1 << 20;

/// The theme of a data folder; `preview` marks every page as one.
pub fn load(folder: &Folder, preview: bool) -> Done<Theme> {
    let files = match &folder.config.theme {
        Some(name) => read(&folder.root().join(name))?,
        None => BTreeMap::new(),
    };
    let hint = "docs/configuration.md describes theme folders";
    Theme::new(&files, preview).map_err(|error| Failure::usage(format!("theme: {error}")).hint(hint))
}

fn read(folder: &Path) -> Done<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).at(folder.display())? {
        let path = entry.at(folder.display())?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let length = path.metadata().at(path.display())?.len();
        if path.is_dir() || name.starts_with('.') {
            continue;
        }
        if length > MOST {
            return Err(Failure::usage(format!("{}: larger than {MOST} bytes", path.display())));
        }
        files.insert(name, fs::read_to_string(&path).at(path.display())?);
    }
    Ok(files)
}

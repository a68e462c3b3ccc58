//! Keys that are made: their names, and where they are kept.

use super::What;
use crate::{
    folder::Folder,
    keys,
    output::{Done, Failure},
};
use record::{facts::is_code, keys::Role, register::Register};
use std::path::{Path, PathBuf};
use tlog::note::SigningKey;

/// A key to be made: its name, and where it is kept.
pub(super) struct New {
    /// What it signs.
    pub role: Role,
    /// The mission of an office key.
    pub mission: Option<String>,
    /// Its name.
    pub name: String,
    /// Where its private half goes.
    pub path: PathBuf,
}

impl What {
    /// The key that is to be made.
    pub(super) fn new_key(&self, folder: &Folder, register: &Register, to: Option<&Path>) -> Done<New> {
        let origin = register.origin();
        let all = register.keys().keys();
        let number = |prefix: &str| {
            let used = all
                .iter()
                .filter_map(|known| known.vkey.split('+').next()?.strip_prefix(prefix)?.parse::<u32>().ok());
            used.max().unwrap_or(0) + 1
        };
        if let Some(mission) = &self.mission {
            if !is_code(mission) {
                return Err(Failure::usage(format!(
                    "--mission: `{mission}` is no code of a mission"
                )));
            }
            let number = number(&format!("{origin}/m/{mission}/"));
            return Ok(New {
                role: Role::Office,
                mission: Some(mission.clone()),
                name: format!("{origin}/m/{mission}/{number}"),
                path: keys::office_path(folder, mission, number),
            });
        }
        if self.root {
            let number = number(&format!("{origin}/root/"));
            let folder = to.map_or_else(|| folder.root_keys(), Path::to_owned);
            return Ok(New {
                role: Role::Root,
                mission: None,
                name: format!("{origin}/root/{number}"),
                path: folder.join(format!("root-{number}.key")),
            });
        }
        if self.log {
            let logs = all.iter().filter(|known| known.role == Role::Log).count();
            return Ok(New {
                role: Role::Log,
                mission: None,
                name: origin.to_owned(),
                path: keys::log_path(folder, logs + 1),
            });
        }
        let states = all.iter().filter(|known| known.role == Role::State).count();
        Ok(New {
            role: Role::State,
            mission: None,
            name: format!("{origin}/state"),
            path: keys::state_path(folder, states + 1),
        })
    }
}

/// The new key; one that a proposal left, which was never entered, is taken up again.
pub(super) fn made(new: &New) -> Done<SigningKey> {
    if new.path.is_file() {
        let key = keys::load(&new.path)?;
        if key.name() == new.name {
            return Ok(key);
        }
    }
    let key = keys::generate(&new.name)?;
    keys::save(&new.path, &key)?;
    Ok(key)
}

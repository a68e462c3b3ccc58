//! Keys that are made: their names, and where they are kept.

use super::What;
use crate::{
    folder::Folder,
    keys,
    output::{Done, Failure, note},
};
use record::{
    facts::{is_code, is_reserved_site},
    keys::Role,
    register::Register,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
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

/// Missions have keys since they were made; those that were closed too. One that is to be made while the root keys are
/// elsewhere gets its key first, by a proposal.
pub(super) fn check_mission(register: &Register, mission: &str, is_proposed: bool) -> Done {
    let missions: BTreeSet<&str> = register
        .keys()
        .keys()
        .iter()
        .filter_map(|known| known.mission.as_deref())
        .collect();
    if missions.contains(mission) {
        return Ok(());
    }
    if is_proposed && !is_reserved_site(mission) {
        note(format!(
            "There is no mission `{mission}` yet: `chancery site add` makes it once this is entered."
        ));
        return Ok(());
    }
    let named: Vec<&str> = missions.iter().take(MOST_NAMED).copied().collect();
    let more = match missions.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more, which `chancery key list` shows"),
    };
    let failure = Failure::usage(format!("--mission: there is no mission `{mission}`"));
    Err(failure.hint(format!(
        "there are {}{more}; `chancery site add` makes another, with its key",
        named.join(", ")
    )))
}

/// So many missions are named to whoever names one that is not there.
const MOST_NAMED: usize = 20;

/// A key that is on the disk, or not yet.
pub(super) struct Fresh {
    /// The key.
    pub key: SigningKey,
    is_kept: bool,
}

/// The new key, nowhere but here; one that a proposal left, which was never entered, is taken up again.
pub(super) fn made(new: &New) -> Done<Fresh> {
    if new.path.is_file() {
        let key = keys::load(&new.path)?;
        if key.name() == new.name {
            return Ok(Fresh { key, is_kept: true });
        }
    }
    let key = keys::generate(&new.name)?;
    Ok(Fresh { key, is_kept: false })
}

impl Fresh {
    /// Puts it where it is kept.
    pub(super) fn keep(self, new: &New) -> Done<SigningKey> {
        if !self.is_kept {
            keys::save(&new.path, &self.key)?;
        }
        Ok(self.key)
    }
}

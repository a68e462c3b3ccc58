//! `witness.toml` and the key beside it.

use crate::{
    clock, config, folder,
    output::{Context as _, Done, Failure},
};
use serde::Deserialize;
use std::path::Path;
use tlog::{CosigningKey, VerifierKey};

/// Name of the file of settings.
pub const CONFIG: &str = "witness.toml";
const KEY: &str = "witness.key";

/// What the operator of a witness decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: String,
    /// Keys of the logs that are cosigned; the name of a key is the origin.
    pub logs: Vec<VerifierKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default = "default_listen")]
    listen: String,
    #[serde(default)]
    logs: Vec<toml::Spanned<String>>,
}

fn default_listen() -> String {
    "127.0.0.1:8081".to_owned()
}

/// Reads the settings of a witness.
pub fn read(root: &Path) -> Done<Settings> {
    let path = root.join(CONFIG);
    if !path.is_file() {
        return Err(
            Failure::usage(format!("{}: no witness, it has no {CONFIG}", root.display()))
                .hint(format!("`chancery witness {} --new NAME` makes one", root.display())),
        );
    }
    let text = std::fs::read_to_string(&path).at(path.display())?;
    let file: File = toml::from_str(&text).map_err(|error| config::wrong(&path, &text, &error))?;
    if file.version > 1 {
        return Err(Failure::new(format!("{}: written by a newer version", path.display())));
    }
    let mut logs = Vec::new();
    for vkey in &file.logs {
        let line = 1 + text[..vkey.span().start].matches('\n').count();
        logs.push(vkey.get_ref().parse().at(format!("{} line {line}", path.display()))?);
    }
    Ok(Settings {
        listen: file.listen,
        logs,
    })
}

/// Makes a witness: its key, which is never printed, and its settings. Gives the public key.
pub fn create(root: &Path, name: &str, logs: &[String]) -> Done<String> {
    let empty = std::fs::read_dir(root).map_or(true, |mut entries| entries.next().is_none());
    if !empty {
        return Err(Failure::usage(format!("{}: exists and is not empty", root.display())));
    }
    for log in logs {
        log.parse::<VerifierKey>()
            .map_err(|error| Failure::usage(format!("--log: {log}: {error}")))?;
    }
    let key = CosigningKey::generate(name, clock::random()?);
    let key = key.map_err(|error| Failure::usage(format!("--new: {name}: {error}")))?;
    folder::replace(&root.join(KEY), format!("{}\n", key.encode().as_str()).as_bytes(), true)?;
    let logs: String = logs.iter().map(|log| format!("    \"{log}\",\n")).collect();
    let text = format!(
        "# Settings of this witness; docs/witness.md describes them.\nversion = 1\n# listen = \"127.0.0.1:8081\"\n\
         # Keys of the logs that are cosigned, as their log.json names them.\nlogs = [\n{logs}]\n"
    );
    folder::replace(&root.join(CONFIG), text.as_bytes(), false)?;
    Ok(key.public().to_string())
}

pub(super) fn load_key(root: &Path) -> Done<CosigningKey> {
    let path = root.join(KEY);
    let text = std::fs::read_to_string(&path).at(path.display())?;
    let key = CosigningKey::decode(text.trim_end());
    key.map_err(|_| Failure::new(format!("{}: not the private key of a witness", path.display())))
}

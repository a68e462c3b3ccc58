//! The operator's one file, `chancery.toml`. Every key is described in `docs/configuration.md`; unknown ones are refused.

use crate::output::{Done, Failure};
use serde::Deserialize;
use site::view::{Bases, Scope};
use std::path::Path;

/// The version of data folders that this program reads and writes.
pub const VERSION: u32 = 1;
/// Its name in the data folder.
pub const FILE: &str = "chancery.toml";

/// What the operator decides.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Version of the data folder.
    pub version: u32,
    /// Base address of the family where sites have no host of their own, such as `https://www.mfa.example`.
    pub address: Option<String>,
    /// Where `serve` listens.
    #[serde(default = "default_listen")]
    pub listen: String,
    /// Folder of templates and tokens that override the default theme.
    pub theme: Option<String>,
    /// What the access log says of visitors.
    #[serde(default)]
    pub access_log: AccessLog,
    /// Memory for finished pages, in MiB.
    #[serde(default = "default_cache")]
    pub page_cache_mib: usize,
    /// Whether the checkpoint waits for the witnesses of the policy. Pages never do.
    #[serde(default)]
    pub witness: Witnessing,
    /// For how many seconds a command waits for witnesses when its entries are public.
    #[serde(default = "default_witness")]
    pub witness_seconds: u64,
    /// How the record itself is published.
    #[serde(default)]
    pub record: Record,
    /// File outside the data folder that holds the newest committed checkpoint; see [`crate::head`].
    pub head: Option<String>,
    /// The socket of the process that holds the keys, such as `unix:/run/chancery/signer.sock`; see [`crate::signer`].
    pub signer: Option<String>,
    /// For how many seconds a command waits for one answer of that process.
    #[serde(default = "default_signer")]
    pub signer_seconds: u64,
    /// Of a mirror: the record that it copies.
    pub mirror: Option<Mirror>,
}

/// How the record itself is published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Record {
    /// How much of it is open to everybody.
    #[serde(default)]
    pub public: Public,
}

/// How much of the record is open to everybody. It can be widened at any time: the log stays what it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Public {
    /// Entries and blobs.
    #[default]
    Full,
    /// Entries and proofs; blobs only through pages.
    Proofs,
    /// Nothing under `/record/`.
    Internal,
}

impl Config {
    /// Base addresses and what pages say of the record.
    pub fn bases(&self, address: &str) -> Bases {
        Bases::new(address).with_scope(match self.record.public {
            Public::Full => Scope::Full,
            Public::Proofs => Scope::Proofs,
            Public::Internal => Scope::Internal,
        })
    }
}

/// The record that a mirror copies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mirror {
    /// Where it was last fetched from: an address that ends in `/record/`.
    pub from: String,
    /// The key of its log, which alone is trusted.
    pub key: String,
}

/// What is published before witnesses have answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Witnessing {
    /// The checkpoint is published at once, and again with each cosignature.
    #[default]
    Follow,
    /// The checkpoint is published when the policy is met.
    Wait,
}

/// What the access log says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessLog {
    /// Nothing is logged.
    Off,
    /// Addresses are cut to their network: the last byte of IPv4, the last ten of IPv6 are zero.
    #[default]
    Short,
    /// Whole addresses.
    Full,
}

fn default_listen() -> String {
    "127.0.0.1:8080".to_owned()
}

fn default_witness() -> u64 {
    5
}

fn default_signer() -> u64 {
    10
}

fn default_cache() -> usize {
    256
}

/// Reads the file; says in which line an error is.
pub fn read(path: &Path) -> Done<Config> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    // A newer version may have keys that are unknown here, so it is looked at alone.
    let Version { version } = toml::from_str(&text).map_err(|error| wrong(path, &text, &error))?;
    if version > VERSION {
        let message = format!(
            "{}: written by a newer version ({version}, this program knows {VERSION})",
            path.display(),
        );
        return Err(Failure::new(message).hint("run the newer chancery that made this folder"));
    }
    toml::from_str(&text).map_err(|error| wrong(path, &text, &error))
}

/// The one key that stays in every version.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

pub(crate) fn wrong(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let line = error
        .span()
        .map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    Failure::usage(format!(
        "{} line {line}: {}",
        path.display(),
        error.message().trim_end()
    ))
    .hint("docs/configuration.md lists the keys")
}

/// The file that `init` writes.
pub fn initial() -> String {
    format!(
        "# Settings of this data folder; docs/configuration.md describes every key.\n\
         version = {VERSION}\n\
         # address = \"https://www.example\"    # where the family answers, for sites without a host of their own\n\
         # listen = \"127.0.0.1:8080\"\n\
         # theme = \"theme\"                      # folder of templates and tokens that override the default ones\n\
         # access-log = \"short\"                 # off, short, full\n\
         # page-cache-mib = 256\n\
         # witness = \"follow\"                   # or \"wait\": the checkpoint waits for the witnesses of the policy\n\
         # witness-seconds = 5                  # how long a command waits for them\n\
         # record.public = \"full\"              # full, proofs, internal: how much of the record is open under /record/\n\
         # signer = \"unix:/run/chancery/signer.sock\"  # a process that holds the keys in the place of keys/\n\
         # head = \"/var/lib/elsewhere/head\"    # newest checkpoint, kept where no backup of this folder reaches\n"
    )
}

/// The file of a new mirror.
pub fn of_mirror(mirror: &Mirror) -> String {
    format!(
        "# Settings of this mirror; docs/configuration.md describes every key.\n\
         version = {VERSION}\n\
         # address = \"https://mirror.example\"     # where the sites of this mirror answer\n\
         # listen = \"127.0.0.1:8080\"\n\
         \n\
         [mirror]\n\
         from = {:?}\n\
         key = {:?}\n",
        mirror.from, mirror.key
    )
}

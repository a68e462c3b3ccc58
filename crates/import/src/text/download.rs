//! What the front matter of a `.md` that was downloaded from a site says beside the words: which edition it was.

use record::{id::DocumentId, lang::Lang};
use serde::Deserialize;

/// The edition that a downloaded file was. A file without `id` was not downloaded.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Download {
    /// The document on record.
    pub id: DocumentId,
    /// Its language; that of the name of the file must be the same.
    pub lang: Option<Lang>,
    /// The version that the file was when it was downloaded.
    pub version: u32,
    /// Where it was; says nothing to a publisher.
    #[serde(default)]
    pub address: String,
    /// The date that the text bears; the facts on record say it.
    #[serde(default)]
    pub date: String,
}

//! What an export holds.

use crate::output::{Done, Failure};
use site::{
    address::{Asset, Selection},
    theme::{GENERATOR, Theme},
    view::Scope,
};
use tlog::hash::{Hash, sha256};

/// The words of `--formats`, in the order of their help.
pub const FORMATS: [&str; 6] = ["html", "feeds", "md", "txt", "json", "proof"];

/// What an export holds, and how its pages name themselves.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which addresses.
    pub selection: Selection,
    /// Carried texts get a page in the frame of each site that shows them.
    pub carried: bool,
    /// Base address of the family.
    pub address: String,
    /// Files in the way that no export wrote are replaced.
    pub overwrite: bool,
}

impl Options {
    /// A digest of all that decides about bytes beside the entries, cosignatures and the clock: another digest means a
    /// full export. `policy` is that of the policy file, by which cosignatures are judged.
    pub fn digest(&self, theme: &Theme, scope: Scope, origin: &str, policy: Hash) -> Hash {
        let assets: Vec<&str> = Asset::ALL.iter().map(|asset| theme.asset_name(*asset)).collect();
        let text = format!(
            "{GENERATOR}
{origin}
{:?}
{}
{}
{assets:?}
{}
{scope:?}
{}
{policy}
",
            self.selection,
            self.carried,
            self.address,
            theme.preview,
            theme.digest()
        );
        sha256(text.as_bytes())
    }
}

/// `html,feeds` as a selection; no words mean all of them.
pub fn selection(formats: &[String], core: bool) -> Done<Selection> {
    if let Some(unknown) = formats.iter().find(|word| !FORMATS.contains(&word.as_str())) {
        let hint = format!("--formats takes {}, joined by commas", FORMATS.join(", "));
        return Err(Failure::usage(format!("--formats: `{unknown}` is no format")).hint(hint));
    }
    let has = |word: &str| formats.is_empty() || formats.iter().any(|format| format == word);
    Ok(Selection {
        core,
        html: has("html"),
        feeds: has("feeds"),
        md: has("md"),
        txt: has("txt"),
        json: has("json"),
        proof: has("proof"),
    })
}

#[cfg(test)]
mod tests {
    use super::selection;

    #[test]
    fn an_unknown_format_is_refused_and_none_means_all() {
        let chosen = selection(&["html".into(), "md".into()], true).unwrap();
        assert!(chosen.core && chosen.html && chosen.md && !chosen.feeds && !chosen.proof);
        let all = selection(&[], false).unwrap();
        assert!(all.html && all.feeds && all.md && all.txt && all.json && all.proof);
        assert!(
            selection(&["pdf".into()], false)
                .unwrap_err()
                .hint
                .unwrap()
                .contains("html, feeds")
        );
    }
}

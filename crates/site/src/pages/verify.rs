//! A proof checked in the reader's own browser: the only page that runs a script, and the same check as one file.

use crate::{
    address::{Address, Asset},
    i18n::Tongue,
    shell::Shell,
    theme::Fields,
    view::{Name, Page, Scope, View},
    witnessed,
};
use minijinja::Value;
use record::{lang::Lang, register::DocNo};

/// Why a proof is not valid, as the script says it; a message `verify-bad-…` puts each into words.
const REASONS: [&str; 12] = [
    "proof",
    "key",
    "name",
    "signature",
    "path",
    "leaf",
    "newer",
    "data",
    "other",
    "text",
    "office",
    "browser",
];

/// Kinds of entries that a proof may be of; a message `action-…` puts each into words.
const KINDS: [&str; 5] = ["publish", "correct", "withdraw", "retract", "archive"];

/// The page that checks proofs.
pub fn page(view: &View<'_>, site: DocNo, lang: Lang) -> Page {
    let address = |lang| Address::Verify { site, lang };
    let mut shell = Shell::new(view, address(lang), site, lang).in_all_languages(address);
    let tongue = shell.tongue;
    let about = Address::About { site, lang };
    let name = |id| Name {
        text: tongue.text(id),
        lang: tongue.lang,
    };
    shell.title = tongue.text("verify-title").to_owned();
    let site_name = view.site_name(site, lang).text;
    shell.description = Some(format!("{site_name}: {}", tongue.text("verify-lead")));
    shell.crumbs.push((name("about-record"), about));
    shell.class = "document";
    shell.script = Some(Asset::Script);
    let root = view.root_of(site);
    let record = view.bases.root(view.register, view.permalink_root());
    let asset = Asset::Verifier;
    let fields = Fields::new()
        .with("h1", shell.name(name("verify-title")))
        .with("about", shell.href(&about))
        .with("log", format!("{record}/record/log.json"))
        .with("open", view.bases.scope() != Scope::Internal)
        .with("scope", super::about::scope(view, tongue))
        .with(
            "witnessed",
            witnessed::sentence(tongue, view.source.witnesses().as_deref()),
        )
        .with("file", shell.href(&Address::Asset { root, asset }))
        .html("verifier", view.theme.verifier(tongue));
    shell.finish("verify.html", fields, view.touched_frame(site))
}

/// What the template `verifier.html` needs.
pub(crate) fn fields(tongue: &Tongue) -> Fields {
    let told = |begin: &str, word: &str| {
        let text = tongue.text(&format!("{begin}-{word}")).to_owned();
        Value::from(vec![Value::from(word), Value::from(text)])
    };
    let reasons: Vec<Value> = REASONS.iter().map(|word| told("verify-bad", word)).collect();
    let kinds: Vec<Value> = KINDS.iter().map(|word| told("action", word)).collect();
    Fields::new()
        .with("t", tongue.value())
        .with("kinds", kinds)
        .with("reasons", reasons)
}

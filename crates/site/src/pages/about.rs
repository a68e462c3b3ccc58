//! About this record: in plain words what it proves, what it does not, and how to check it.

use crate::{
    address::Address,
    i18n::Tongue,
    shell::Shell,
    theme::Fields,
    view::{Name, Page, Scope, View},
    witnessed,
};
use record::{lang::Lang, register::DocNo};

/// The page about the record.
pub fn page(view: &View<'_>, site: DocNo, lang: Lang) -> Page {
    let address = |lang| Address::About { site, lang };
    let mut shell = Shell::new(view, address(lang), site, lang).in_all_languages(address);
    let tongue = shell.tongue;
    shell.title = tongue.text("about-title").to_owned();
    let name = view.site_name(site, lang).text;
    shell.description = Some(format!("{name}: {}", tongue.text("about-lead")));
    shell.class = "document";
    let since = view.register.genesis().date();
    let gap = tongue.say(
        "about-proves-2",
        &[("date", tongue.dates.day(since).to_string().into())],
    );
    // The record is served beside the pages of the ministry.
    let record = view.bases.root(view.register, view.permalink_root());
    let h1 = Name {
        text: tongue.text("about-title"),
        lang: tongue.lang,
    };
    let fields = Fields::new()
        .with("h1", shell.name(h1))
        .with("verify", shell.href(&Address::Verify { site, lang }))
        .with("gap", gap)
        .with("scope", scope(view, tongue))
        .with(
            "witnessed",
            witnessed::sentence(tongue, view.source.witnesses().as_deref()),
        )
        .with("whole", view.bases.scope() == Scope::Full)
        .with("open", view.bases.scope() != Scope::Internal)
        .with("origin", view.register.origin())
        .with("record", format!("{record}/record/"))
        .with("checkpoint", format!("{record}/record/checkpoint"))
        .with("base", record);
    shell.finish("about.html", fields, view.touched_frame(site))
}

/// Since when there is a record, and how much of it is open to everybody.
pub(crate) fn scope(view: &View<'_>, tongue: &Tongue) -> String {
    let words = match view.bases.scope() {
        Scope::Full => "record-scope-full",
        Scope::Proofs => "record-scope-proofs",
        Scope::Internal => "record-scope-internal",
    };
    let since = tongue.dates.day(view.register.genesis().date()).to_string();
    tongue.say(words, &[("date", since.into())])
}

//! About this record: in plain words what it proves, what it does not, and how to check it.

use crate::{
    address::Address,
    shell::Shell,
    theme::Fields,
    view::{Name, Page, View},
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
        .with("origin", view.register.origin())
        .with("record", format!("{record}/record/"))
        .with("checkpoint", format!("{record}/record/checkpoint"))
        .with("base", record);
    shell.finish("about.html", fields, view.touched_frame(site))
}

//! A single edition, `/d/{id}/{lang}/{n}`: its words as they were, or that they are withheld; and what it changed.

use super::{History, frame, touched};
use crate::{
    address::{Address, Form},
    frame::lang_attr,
    html::Walk,
    i18n::endonym,
    office::OnPage,
    shell::Shell,
    theme::Fields,
    view::{Name, Page, View},
    witnessed,
};
use record::{
    lang::Lang,
    register::{DocNo, Edition},
};

/// The page of an edition; `None` if there is no such edition.
pub fn page(view: &View<'_>, doc: DocNo, lang: Lang, version: u32) -> Option<Page> {
    let document = view.document(doc);
    let editions = document.editions(lang);
    let edition = editions.iter().find(|edition| edition.version == version)?;
    let (site, of_frame) = frame(view, doc)?;
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    let page_lang = if langs.contains(&lang) { lang } else { of_frame };
    let address = Address::Edition {
        doc,
        lang,
        version,
        form: Form::Html,
    };
    let mut shell = Shell::new(view, address, site, page_lang);
    let tongue = shell.tongue;
    let language = if lang.is_facts() {
        tongue.text("facts").into()
    } else {
        endonym(lang)
    };
    let heading = tongue.edition_of.fill(&[&tongue.number(version), &language]);
    let title = view.title(doc, page_lang).map(|name| name.text).unwrap_or_default();
    shell.title = if title.is_empty() {
        heading.clone()
    } else {
        format!("{title} – {heading}")
    };
    shell.class = "edition";
    shell.noindex = true;
    shell.canonical = view.canonical(doc, Some(lang));
    let by = edition
        .erased
        .map(u64::from)
        .or_else(|| document.withheld_by(lang, edition.index));
    let withheld = by.is_some() && edition.has_manifest();
    let fields = fields(&shell, doc, lang, edition).with("heading", heading);
    let mut page = shell.finish("edition.html", fields, touched(view, doc));
    if withheld && page.status == 200 {
        page.status = 410;
    }
    Some(page)
}

fn fields(shell: &Shell<'_>, doc: DocNo, lang: Lang, edition: &Edition) -> Fields {
    let view = &shell.view;
    let document = view.document(doc);
    let history = History::new(shell, doc);
    let current = document
        .current(lang)
        .is_some_and(|current| current.index == edition.index);
    let newest = history
        .text_address(lang)
        .map(|address| shell.href(&address))
        .unwrap_or_default();
    let (name, body) = text(shell, lang, edition);
    Fields::new()
        .with(
            "title",
            shell.name(Name {
                text: &name,
                lang: if lang.is_facts() { shell.lang } else { lang },
            }),
        )
        .html(
            "attr",
            lang_attr(if lang.is_facts() { shell.lang } else { lang }, shell.lang),
        )
        .html("body", body)
        .with("current", current)
        .with(
            "earlier",
            edition.has_manifest() && !current && history.withheld(lang, edition).is_none(),
        )
        .with("newest", newest)
        .with("history", shell.href(&Address::Permalink { doc }))
        .with("is_facts", lang.is_facts())
        .with(
            "witnessed",
            witnessed::line(shell.tongue, view.source.witnessed(edition.index).as_deref()),
        )
        .with("edition", history.item(lang, document.editions(lang), edition, true))
}

/// Title and body of the edition; empty where it has none or they are withheld.
fn text(shell: &Shell<'_>, lang: Lang, edition: &Edition) -> (String, String) {
    let view = &shell.view;
    let none = || (String::new(), String::new());
    let Some(sealed) = edition.sealed.filter(|_| edition.has_manifest()) else {
        return none();
    };
    if lang.is_facts() {
        let members = super::facts::read(view, shell.lang, &sealed.content);
        return (String::new(), members.map(|members| members.html()).unwrap_or_default());
    }
    let Some(words) = view.words(&sealed.content) else {
        return none();
    };
    let around = OnPage {
        view: *view,
        linker: &shell.linker,
        lang,
    };
    let mut body = String::new();
    if let Some(summary) = &words.summary {
        body.push_str("<p class=\"summary\">");
        crate::escape::push(&mut body, summary);
        body.push_str("</p>\n");
    }
    body.push_str(&Walk::new(&words, lang, view.tongue(lang), &around).body(&words.body));
    (words.title.to_string(), body)
}

//! The directory of sites, the languages of one site, and the page that is not there.

use crate::{
    address::Address,
    escape,
    frame::lang_attr,
    i18n::endonym,
    shell::{Shell, broken},
    theme::Fields,
    view::{HTML, Name, Page, View},
};
use record::{
    lang::Lang,
    register::{DocNo, Status},
};
use std::fmt::Write as _;

/// Kinds of site in the order of the directory.
const KINDS: [&str; 9] = [
    "ministry",
    "embassy",
    "permanent-mission",
    "consulate-general",
    "consulate",
    "delegation",
    "interests-section",
    "honorary-consulate",
    "other",
];

/// All sites of the family, by kind; in the first language of the ministry.
pub fn directory(view: &View<'_>) -> Page {
    let lang = view
        .register
        .ministry()
        .and_then(|no| view.site(no))
        .and_then(|facts| facts.langs.first().copied());
    let lang = lang.unwrap_or(Lang::ENGLISH);
    let tongue = view.tongue(lang);
    let mut body = String::new();
    let in_force = |no: &DocNo| view.document(*no).own == Status::InForce;
    for kind in KINDS {
        let of_kind = |no: &DocNo| kind_of(view, *no) == kind;
        let sites: Vec<DocNo> = view
            .register
            .sites()
            .iter()
            .copied()
            .filter(in_force)
            .filter(of_kind)
            .collect();
        if sites.is_empty() {
            continue;
        }
        let _ = writeln!(
            body,
            "<h2>{}</h2>\n<ul class=\"sites\">",
            escape::text(tongue.text(&format!("site-{kind}")))
        );
        sites.iter().for_each(|site| push_site(view, *site, lang, &mut body));
        body.push_str("</ul>\n");
    }
    let touched = view
        .register
        .sites()
        .iter()
        .map(|site| view.register.touched_site(*site));
    let touched = touched.max().unwrap_or(0);
    let first = view
        .register
        .ministry()
        .or_else(|| view.register.sites().first().copied());
    let Some(site) = first else {
        return nothing();
    };
    let mut shell = Shell::new(view, Address::Directory, site, lang);
    shell.title = tongue.text("directory").to_owned();
    shell.description = Some(tongue.text("directory-note").to_owned());
    shell.alternates = vec![(lang, Address::Directory)];
    shell.x_default = Some(Address::Directory);
    bare(&shell, tongue.text("directory"), "directory.html", body, touched)
}

fn kind_of(view: &View<'_>, site: DocNo) -> &'static str {
    let kind = view
        .site(site)
        .and_then(|facts| facts.kind.as_deref())
        .unwrap_or("other");
    KINDS.iter().copied().find(|known| *known == kind).unwrap_or("other")
}

/// A site and its languages.
fn push_site(view: &View<'_>, site: DocNo, around: Lang, out: &mut String) {
    let Some(facts) = view.site(site) else { return };
    let linker = crate::address::Linker::new(*view, &Address::Directory);
    let first = view.list_lang(site, around);
    let name = view.site_name(site, around);
    let href = escape::text(&linker.href(&Address::Home { site, lang: first }));
    let _ = write!(
        out,
        "<li><a href=\"{href}\" hreflang=\"{first}\"{}>{}</a><span class=\"langs\">",
        lang_attr(name.lang, around),
        escape::text(name.text)
    );
    for lang in &facts.langs {
        let href = escape::text(&linker.href(&Address::Home { site, lang: *lang }));
        let attr = if *lang == around {
            format!(" lang=\"{lang}\"")
        } else {
            lang_attr(*lang, around)
        };
        let _ = write!(
            out,
            "<a href=\"{href}\" hreflang=\"{lang}\"{attr}>{}</a> ",
            endonym(*lang)
        );
    }
    out.push_str("</span></li>\n");
}

/// The languages of one site: what stands at its top.
pub fn gate(view: &View<'_>, site: DocNo) -> Page {
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    let lang = langs.first().copied().unwrap_or(Lang::ENGLISH);
    let address = Address::Gate { site };
    let linker = crate::address::Linker::new(*view, &address);
    let mut body = String::from("<ul class=\"gate\">\n");
    for other in langs {
        let name = view.site_name(site, *other);
        let href = escape::text(&linker.href(&Address::Home { site, lang: *other }));
        let attr = if *other == lang {
            format!(" lang=\"{lang}\"")
        } else {
            lang_attr(*other, lang)
        };
        let _ = writeln!(
            body,
            "<li{attr}><a href=\"{href}\" hreflang=\"{other}\"><strong>{}</strong> <span{}>{}</span></a></li>",
            endonym(*other),
            lang_attr(name.lang, *other),
            escape::text(name.text)
        );
    }
    body.push_str("</ul>\n");
    let mut shell = Shell::new(view, address, site, lang).in_all_languages(|lang| Address::Home { site, lang });
    shell.x_default = Some(address);
    shell.title = shell.tongue.text("choose-language").to_owned();
    let title = view.site_name(site, lang).text;
    bare(&shell, title, "gate.html", body, view.touched_frame(site))
}

/// A page that has a head but no frame.
fn bare(shell: &Shell<'_>, title: &str, template: &str, body: String, touched: u64) -> Page {
    let view = &shell.view;
    let ministry = view.register.ministry().unwrap_or(shell.site);
    let fields = Fields::new()
        .with("lang", shell.lang.as_str())
        .with("dir", shell.lang.direction())
        .with("t", shell.tongue.value())
        .html("fl", shell.furniture().to_owned())
        .html("head", shell.head())
        .with("title", title)
        .with("ministry", shell.name(view.site_name(ministry, shell.lang)))
        .with("preview", view.theme.preview)
        .html("body", body);
    match view.theme.fill(template, fields) {
        Ok(html) => Page {
            canonical: Some(shell.address.url(view)),
            ..Page::new(HTML, html.into_bytes(), touched)
        },
        Err(error) => broken(template, &error, touched),
    }
}

/// The page that says that there is none, in the frame of a site where one was asked.
pub fn missing(view: &View<'_>, frame: Option<(DocNo, Lang)>) -> Page {
    let first = || {
        let site = view
            .register
            .ministry()
            .or_else(|| view.register.sites().first().copied())?;
        Some((site, view.site(site)?.langs.first().copied()?))
    };
    let mut page = match frame.or_else(first) {
        Some((site, lang)) => missing_in(view, site, lang),
        None => nothing(),
    };
    page.status = if page.status == 200 { 404 } else { page.status };
    page.canonical = None;
    page
}

/// A record without sites has no page to show.
fn nothing() -> Page {
    Page::new(
        "text/plain; charset=utf-8",
        b"Nothing is published here yet.\n".to_vec(),
        0,
    )
}

/// Its links are whole paths, as it is shown at any address.
fn missing_in(view: &View<'_>, site: DocNo, lang: Lang) -> Page {
    let mut shell = Shell::new(view, Address::Home { site, lang }, site, lang);
    shell.linker = shell.linker.absolute();
    shell.title = shell.tongue.text("missing").to_owned();
    shell.noindex = true;
    shell.class = "missing";
    let home = shell.href(&Address::Home { site, lang });
    let h1 = shell.name(Name {
        text: shell.tongue.text("missing"),
        lang: shell.tongue.lang,
    });
    let fields = Fields::new().with("h1", h1).with("home", home);
    shell.finish("missing.html", fields, view.touched_frame(site))
}

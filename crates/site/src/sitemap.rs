//! Sitemaps: every page of a site with its languages, and the index of all of them; and `robots.txt`.

use crate::{
    address::{self, Address, Form, Selection},
    escape,
    pages::front,
    view::{Page, Root, View},
};
use record::{
    date::Moment,
    entry::Leaf,
    lang::Lang,
    register::{DocNo, List, Scope},
};
use rustc_hash::FxHashMap;
use std::fmt::Write as _;

/// The media type of sitemaps.
pub const XML: &str = "application/xml; charset=utf-8";

/// Texts of one part; `View::sitemap_parts` counts by the same number.
const TEXTS: usize = 10_000;

const OPEN: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
const OPEN_INDEX: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";

/// A sitemap of a site, or without a site the index of all.
pub fn render(view: &View<'_>, site: Option<DocNo>, part: u32) -> Page {
    match site {
        Some(site) => Page::new(XML, of_site(view, site, part).into_bytes(), touched(view, site)),
        None => index(view),
    }
}

/// `robots.txt` of a root: everything may be read; the sitemaps of the root are named.
pub fn robots(view: &View<'_>, root: Root) -> Page {
    let mut out = String::from("User-agent: *\nDisallow:\n\n");
    let maps = match root {
        Some(site) => parts(view, site).collect(),
        None => vec![Address::Sitemap { site: None, part: 0 }],
    };
    for map in maps {
        let _ = writeln!(out, "Sitemap: {}", map.url(view));
    }
    let touched = root.map_or_else(|| sites_touched(view), |site| touched(view, site));
    Page::new("text/plain; charset=utf-8", out.into_bytes(), touched)
}

/// Index + 1 of the last entry that may have changed the sitemaps of a site.
pub fn touched(view: &View<'_>, site: DocNo) -> u64 {
    let register = view.register;
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    // Topics are named where they have a text.
    let lists = register
        .topics(site)
        .into_iter()
        .flat_map(|topic| langs.iter().map(move |lang| view.topic_list(site, *lang, topic)));
    let of_topics = lists.map(|list| register.touched_turns(&list)).max().unwrap_or(0);
    let pages = structure(view, site);
    let of_pages = pages.iter().map(|page| crate::touched(view, page)).max().unwrap_or(0);
    of_topics
        .max(of_pages)
        .max(register.touched_texts(site))
        .max(register.touched_home(site))
        .max(view.touched_frame(site))
}

/// Index + 1 of the last entry that may have changed the index: a site of several sitemaps may have got another one.
pub fn touched_index(view: &View<'_>) -> u64 {
    let long = sites(view).filter(|site| view.sitemap_parts(*site) > 1);
    long.map(|site| touched(view, site)).fold(sites_touched(view), u64::max)
}

fn sites_touched(view: &View<'_>) -> u64 {
    view.register
        .sites()
        .iter()
        .map(|site| view.register.touched_site(*site))
        .max()
        .unwrap_or(0)
}

fn parts(view: &View<'_>, site: DocNo) -> impl Iterator<Item = Address> + use<> {
    (0..view.sitemap_parts(site)).map(move |part| Address::Sitemap { site: Some(site), part })
}

/// All sitemaps of all sites. It says nothing of when they changed, so that a publication does not change it.
fn index(view: &View<'_>) -> Page {
    let mut out = String::from(OPEN_INDEX);
    for site in sites(view) {
        for map in parts(view, site) {
            out.push_str("<sitemap><loc>");
            escape::push(&mut out, &map.url(view));
            out.push_str("</loc></sitemap>\n");
        }
    }
    out.push_str("</sitemapindex>\n");
    Page::new(XML, out.into_bytes(), touched_index(view))
}

fn sites(view: &View<'_>) -> impl Iterator<Item = DocNo> {
    let all = view.register.sites().iter().copied();
    all.filter(|site| view.site(*site).is_some())
}

/// The urls of a part: structure first, then texts, oldest first, so that a new one changes the last part only.
fn of_site(view: &View<'_>, site: DocNo, part: u32) -> String {
    let mut out = String::with_capacity(64 * 1024);
    out.push_str(OPEN);
    if part == 0 {
        structure_urls(view, site, &mut out);
    }
    let size = TEXTS;
    let count = view.sitemap_parts(site);
    let texts = texts(view, site);
    let from = (part as usize).saturating_mul(size).min(texts.len());
    let to = if part + 1 >= count {
        texts.len()
    } else {
        (from + size).min(texts.len())
    };
    for (doc, lang) in texts.get(from..to).unwrap_or_default() {
        text(view, site, *doc, *lang, &mut out);
    }
    out.push_str("</urlset>\n");
    out
}

/// Everything but texts: the gate and homes, sections and topics with their years, people, "about this record"; for the
/// first site of the family's own address the directory, too. What search engines should keep elsewhere is left out.
fn structure(view: &View<'_>, site: DocNo) -> Vec<Address> {
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    let first = sites(view).find(|site| view.root_of(*site).is_none());
    let mut out: Vec<Address> = (first == Some(site))
        .then_some(Address::Directory)
        .into_iter()
        .collect();
    out.push(Address::Gate { site });
    for &lang in langs {
        let pages = address::of_language(view, site, lang, PAGES);
        out.extend(pages.into_iter().filter(|page| is_own(view, page)));
    }
    out
}

/// Pages without feeds and other forms.
const PAGES: Selection = Selection {
    feeds: false,
    ..Selection::ALL
};

/// False for pages that show what has a page of its own, and for lists that are empty for want of anything to list.
fn is_own(view: &View<'_>, page: &Address) -> bool {
    match *page {
        Address::Front { lang, section, .. } => !front::is_text(view, lang, section),
        Address::Person { site, person, .. } => view.home_of(person) == Some(site),
        Address::People { site, .. } => !view.register.people(site).is_empty(),
        Address::Topics { site, .. } => !view.register.topics(site).is_empty(),
        _ => true,
    }
}

fn structure_urls(view: &View<'_>, site: DocNo, out: &mut String) {
    let mut known = FxHashMap::default();
    for page in structure(view, site) {
        let touched = crate::touched(view, &page);
        let changed = *known.entry(touched).or_insert_with(|| issued(view, touched));
        let (urls, default) = languages(view, &page);
        push(&page.url(view), changed, &urls, default.as_deref(), out);
    }
}

/// When the entry was issued that is the last to have changed a page.
fn issued(view: &View<'_>, touched: u64) -> Option<Moment> {
    let leaf = view.source.entry(touched.checked_sub(1)?)?;
    Leaf::read_trusted(&leaf).ok().map(|entry| entry.issued)
}

/// A page in each language of its site, and the one for all others; none for lists that differ from language to language.
fn languages(view: &View<'_>, page: &Address) -> (Vec<(Lang, String)>, Option<String>) {
    let in_each = |site: DocNo, of: &dyn Fn(Lang) -> Address| {
        let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
        let urls: Vec<(Lang, String)> = langs.iter().map(|lang| (*lang, of(*lang).url(view))).collect();
        let first = urls.first().map(|(_, url)| url.clone());
        (urls, first)
    };
    match *page {
        Address::Gate { site } | Address::Home { site, .. } => {
            let (urls, _) = in_each(site, &|lang| Address::Home { site, lang });
            (urls, Some(Address::Gate { site }.url(view)))
        }
        Address::Front { site, section, .. } => in_each(site, &|lang| Address::Front { site, lang, section }),
        Address::Person { site, person, .. } => in_each(site, &|lang| Address::Person { site, lang, person }),
        Address::People { site, .. } => in_each(site, &|lang| Address::People { site, lang }),
        Address::Topics { site, .. } => in_each(site, &|lang| Address::Topics { site, lang }),
        Address::About { site, .. } => in_each(site, &|lang| Address::About { site, lang }),
        Address::Verify { site, .. } => in_each(site, &|lang| Address::Verify { site, lang }),
        _ => (Vec::new(), None),
    }
}

/// The site's own texts by language: standing ones, then dated ones from the oldest.
fn texts(view: &View<'_>, site: DocNo) -> Vec<(DocNo, Lang)> {
    let register = view.register;
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    let sections = register.sections(site);
    let standing: Vec<DocNo> = sections
        .iter()
        .flat_map(|section| register.standing(*section))
        .copied()
        .collect();
    let mut out = Vec::new();
    for &lang in langs {
        out.extend(standing.iter().map(|doc| (*doc, lang)));
        let list = List {
            site,
            scope: Scope::All,
            lang,
        };
        for year in register.years(&list).into_iter().rev() {
            out.extend(
                register
                    .of_year(&list, year.year)
                    .into_iter()
                    .rev()
                    .map(|doc| (doc, lang)),
            );
        }
    }
    out.retain(|(doc, lang)| view.home_of(*doc) == Some(site) && register.document(*doc).current(*lang).is_some());
    out
}

fn text(view: &View<'_>, site: DocNo, doc: DocNo, lang: Lang, out: &mut String) {
    let document = view.register.document(doc);
    let url = |lang: Lang| {
        Address::Document {
            site,
            lang,
            doc,
            form: Form::Html,
        }
        .url(view)
    };
    let shown = document
        .words
        .iter()
        .filter(|words| document.current(words.lang).is_some());
    let urls: Vec<(Lang, String)> = shown.map(|words| (words.lang, url(words.lang))).collect();
    let original = document.original().map(|words| words.lang);
    let default = urls
        .iter()
        .find(|(lang, _)| Some(*lang) == original)
        .or_else(|| urls.first());
    let Some((_, own)) = urls.iter().find(|(other, _)| *other == lang) else {
        return;
    };
    let last = |lang: Lang| document.last(lang).map(|edition| edition.issued);
    let changed = last(lang).max(last(Lang::FACTS));
    push(own, changed, &urls, default.map(|(_, url)| url.as_str()), out);
}

/// One `url` with its languages; a page of one language names none.
fn push(own: &str, changed: Option<Moment>, urls: &[(Lang, String)], default: Option<&str>, out: &mut String) {
    out.push_str("<url><loc>");
    escape::push(out, own);
    out.push_str("</loc>");
    if let Some(changed) = changed {
        let _ = write!(out, "<lastmod>{changed}</lastmod>");
    }
    if urls.len() > 1 {
        for (lang, url) in urls {
            alternate(lang.as_str(), url, out);
        }
        if let Some(url) = default {
            alternate("x-default", url, out);
        }
    }
    out.push_str("</url>\n");
}

fn alternate(lang: &str, url: &str, out: &mut String) {
    let _ = write!(out, "<xhtml:link rel=\"alternate\" hreflang=\"{lang}\" href=\"");
    escape::push(out, url);
    out.push_str("\"/>");
}

#[cfg(test)]
mod tests;

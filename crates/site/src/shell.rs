//! What every page has around its own matter: the head, the frame, the way back, the other languages.

use crate::{
    address::{Address, Asset, FeedOf, Linker},
    escape,
    frame::{Filling, furniture, lang_attr},
    i18n::{Tongue, endonym},
    pages::linked,
    theme::{Fields, GENERATOR},
    view::{HTML, Name, Page, View},
};
use minijinja::Value;
use record::{lang::Lang, register::DocNo};
use std::fmt::Write as _;

/// A page in the making.
pub struct Shell<'a> {
    /// What it is computed from.
    pub view: View<'a>,
    /// Its address.
    pub address: Address,
    /// The site in whose frame it stands.
    pub site: DocNo,
    /// Its language.
    pub lang: Lang,
    /// The furniture.
    pub tongue: &'a Tongue,
    /// Attributes of furniture that is not in the language of the page.
    furniture: String,
    /// Its links.
    pub linker: Linker<'a>,
    /// The section it stands in.
    pub section: Option<DocNo>,
    /// What the window is called, and the heading of link previews.
    pub title: String,
    /// One or two sentences for search engines and previews.
    pub description: Option<String>,
    /// The way from the home page, without it and without the page itself.
    pub crumbs: Vec<(Name<'a>, Address)>,
    /// The same page in each language it exists in, itself included.
    pub alternates: Vec<(Lang, Address)>,
    /// The one of them for readers of all other languages.
    pub x_default: Option<Address>,
    /// The address that search engines should keep, where it is not this one.
    pub canonical: Option<Address>,
    /// True for pages that search engines should leave out.
    pub noindex: bool,
    /// The feed that belongs to the page.
    pub feed: Option<FeedOf>,
    /// Linked data, as a whole `script` element.
    pub linked_data: String,
    /// True for texts, false for lists: the `og:type`.
    pub article: bool,
    /// A name for the style of this kind of page.
    pub class: &'static str,
    /// The script of the page, on the one page that has one.
    pub script: Option<Asset>,
}

impl<'a> Shell<'a> {
    /// A page of a site without anything of its own yet.
    pub fn new(view: &View<'a>, address: Address, site: DocNo, lang: Lang) -> Self {
        Self {
            view: *view,
            address,
            site,
            lang,
            tongue: view.tongue(lang),
            furniture: furniture(view, lang),
            linker: Linker::new(*view, &address),
            section: None,
            title: String::new(),
            description: None,
            crumbs: Vec::new(),
            alternates: Vec::new(),
            x_default: None,
            canonical: None,
            noindex: false,
            feed: None,
            linked_data: String::new(),
            article: false,
            class: "page",
            script: None,
        }
    }

    /// Names the same page in every language of the site.
    #[must_use]
    pub fn in_all_languages(mut self, address: impl Fn(Lang) -> Address) -> Self {
        let langs = self.view.site(self.site).map_or(&[][..], |facts| &facts.langs);
        self.alternates = langs.iter().map(|lang| (*lang, address(*lang))).collect();
        self.x_default = langs.first().map(|lang| address(*lang));
        self
    }

    /// Appends a link of this page.
    pub fn push_href(&self, out: &mut String, to: &Address) {
        self.linker.push_href(out, to);
    }

    /// A link of this page.
    pub fn href(&self, to: &Address) -> String {
        self.linker.href(to)
    }

    /// Attributes of furniture that is not in the language of the page.
    pub fn furniture(&self) -> &str {
        &self.furniture
    }

    /// A name as a value, with its language where that is not the page's.
    pub fn name(&self, name: Name<'_>) -> Value {
        crate::frame::name(name, self.lang)
    }

    /// The page: head and frame around what a template makes of the values.
    pub fn finish(&self, template: &str, fields: Fields, touched: u64) -> Page {
        let frame = self.view.frames.get(&self.view, self.site, self.lang);
        let home = Address::Home {
            site: self.site,
            lang: self.view.list_lang(self.site, self.lang),
        };
        let up = self.href(&home);
        let up = if up == "./" { "" } else { &up };
        let switcher = self.switcher();
        let filling = Filling {
            up,
            section: self.section,
            switcher: &switcher,
        };
        let own = Fields::new()
            .with("t", self.tongue.value())
            .html("fl", self.furniture.clone())
            .with("lang", self.lang.as_str())
            .with("dir", self.lang.direction())
            .with("class", self.class)
            .html("head", self.head())
            .html("header", frame.header(&filling))
            .html("crumbs", self.crumbs_html(&home))
            .html("footer", frame.footer(&filling));
        let fields = own.and(fields);
        self.page(self.view.theme.fill_bytes(template, fields), template, touched)
    }

    fn page(&self, filled: Result<Vec<u8>, minijinja::Error>, template: &str, touched: u64) -> Page {
        let canonical = self.canonical.unwrap_or(self.address);
        match filled {
            Ok(html) => Page {
                canonical: (!self.noindex).then(|| canonical.url(&self.view)),
                ..Page::new(HTML, html, touched)
            },
            Err(error) => broken(template, &error, touched),
        }
    }

    /// Everything inside `head`.
    pub(crate) fn head(&self) -> String {
        let mut out = String::with_capacity(4096);
        let site = self.view.site_name(self.site, self.lang).text;
        let url = self.canonical.unwrap_or(self.address).url(&self.view);
        let description = self.described(site);
        out.push_str("<meta charset=\"utf-8\">\n<title>");
        escape::push_text(&mut out, &self.title);
        if self.title != site {
            out.push_str(" – ");
            escape::push_text(&mut out, site);
        }
        out.push_str("</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        out.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
        meta(&mut out, "name=\"generator", GENERATOR);
        meta(&mut out, "name=\"description", &description);
        if self.noindex {
            meta(&mut out, "name=\"robots", "noindex");
        }
        self.push_links(&mut out, &url);
        self.push_preview(&mut out, site, &url, &description);
        if self.linked_data.is_empty() {
            out.push_str(&linked::plain(self));
        }
        out.push_str(&self.linked_data);
        out
    }

    /// What search engines and previews say of the page: its summary, else what it is a page of.
    fn described(&self, site: &str) -> String {
        match &self.description {
            Some(description) => description.clone(),
            None if self.title == site => format!("{site}: {}", self.sections()),
            None if self.class == "list" && matches!(self.feed, Some(FeedOf::Section(_) | FeedOf::Topic(_))) => {
                self.tongue.bare(
                    "list-described",
                    &[("title", self.title.as_str().into()), ("site", site.into())],
                )
            }
            None => format!("{} – {site}: {}", self.title, self.sections()),
        }
    }

    fn sections(&self) -> String {
        let frame = self.view.frames.get(&self.view, self.site, self.lang);
        let names: Vec<&str> = frame
            .sections()
            .map(|no| self.view.section_name(no, self.lang).text)
            .collect();
        names.join(self.tongue.text("comma"))
    }

    fn push_links(&self, out: &mut String, url: &str) {
        let root = self.linker.from().root;
        let asset = |out: &mut String, asset| self.push_href(out, &Address::Asset { root, asset });
        link(out, "stylesheet\" href=\"", |out| asset(out, Asset::Style));
        if let Some(script) = self.script {
            out.push_str("<script src=\"");
            asset(out, script);
            out.push_str("\" defer></script>\n");
        }
        link(out, "icon\" type=\"image/svg+xml\" href=\"", |out| {
            asset(out, Asset::Emblem);
        });
        if !self.noindex {
            link(out, "canonical\" href=\"", |out| out.push_str(url));
        }
        if self.canonical.is_none() {
            for (lang, address) in &self.alternates {
                push_alternate(out, lang.as_str(), &address.url(&self.view));
            }
            if let Some(address) = &self.x_default {
                push_alternate(out, "x-default", &address.url(&self.view));
            }
        }
        if let Some(of) = self.feed {
            let (site, lang) = (self.site, self.view.list_lang(self.site, self.lang));
            out.push_str("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"");
            escape::push(out, &self.feed_title(of));
            out.push_str("\" href=\"");
            self.push_href(out, &Address::Feed { site, lang, of });
            out.push_str("\">\n");
        }
    }

    fn feed_title(&self, of: FeedOf) -> String {
        let (view, lang) = (&self.view, self.lang);
        match of {
            FeedOf::Site => view.site_name(self.site, lang).text.to_owned(),
            FeedOf::Section(section) => view.section_name(section, lang).text.to_owned(),
            FeedOf::Topic(topic) => view
                .title(topic, lang)
                .map_or_else(String::new, |name| name.text.to_owned()),
        }
    }

    /// What messengers show of a link.
    fn push_preview(&self, out: &mut String, site: &str, url: &str, description: &str) {
        meta(out, "property=\"og:title", &self.title);
        meta(
            out,
            "property=\"og:type",
            if self.article { "article" } else { "website" },
        );
        meta(out, "property=\"og:url", url);
        meta(out, "property=\"og:site_name", site);
        meta(out, "property=\"og:description", description);
        if let Some(locale) = og_locale(self.lang) {
            meta(out, "property=\"og:locale", locale);
        }
    }

    /// The languages of the site: this page in each, or where it does not exist in one, what stands closest above it.
    fn switcher(&self) -> String {
        let langs = self.view.site(self.site).map_or(&[][..], |facts| &facts.langs);
        let extra = (!langs.contains(&self.lang)).then_some(self.lang);
        let mut out = String::with_capacity(512);
        for lang in langs.iter().copied().chain(extra) {
            out.push_str("<li>");
            self.push_language(&mut out, lang);
            out.push_str("</li>");
        }
        out
    }

    fn push_language(&self, out: &mut String, lang: Lang) {
        let here = self.alternates.iter().find(|(other, _)| *other == lang);
        if lang == self.lang {
            out.push_str("<span lang=\"");
            out.push_str(lang.as_str());
        } else {
            let address = here.map_or_else(|| self.above(lang), |(_, address)| *address);
            out.push_str("<a href=\"");
            self.push_href(out, &address);
            out.push_str("\" lang=\"");
            out.push_str(lang.as_str());
            out.push_str("\" hreflang=\"");
            out.push_str(lang.as_str());
        }
        if lang.is_rtl() != self.lang.is_rtl() {
            out.push_str("\" dir=\"");
            out.push_str(lang.direction());
        }
        out.push_str(if lang == self.lang {
            "\" aria-current=\"true\">"
        } else {
            "\">"
        });
        out.push_str(&endonym(lang));
        out.push_str(if lang == self.lang { "</span>" } else { "</a>" });
    }

    /// The closest page above this one that exists in a language.
    fn above(&self, lang: Lang) -> Address {
        let site = self.site;
        match self.section {
            Some(section) => Address::Front { site, lang, section },
            None => Address::Home { site, lang },
        }
    }

    /// The way back, in one line.
    fn crumbs_html(&self, home: &Address) -> String {
        if matches!(self.address, Address::Home { .. }) {
            return String::new();
        }
        let mut out = String::with_capacity(512);
        let label = escape::text(self.tongue.text("breadcrumb"));
        let fl = self.furniture();
        let _ = write!(out, "<nav class=\"crumbs\" aria-label=\"{label}\"{fl}><ol>");
        let first = Name {
            text: self.tongue.text("home"),
            lang: self.tongue.lang,
        };
        self.push_crumb(&mut out, first, home);
        for (name, address) in &self.crumbs {
            self.push_crumb(&mut out, *name, address);
        }
        out.push_str("</ol></nav>");
        out
    }

    fn push_crumb(&self, out: &mut String, name: Name<'_>, address: &Address) {
        let attr = if self.furniture().is_empty() {
            lang_attr(name.lang, self.lang)
        } else {
            lang_attr(name.lang, self.tongue.lang)
        };
        out.push_str("<li><a href=\"");
        self.push_href(out, address);
        out.push('"');
        out.push_str(&attr);
        out.push('>');
        escape::push_text(out, name.text);
        out.push_str("</a></li>");
    }
}

/// A page that says which template failed; it can only be one of the operator's own.
pub fn broken(template: &str, error: &minijinja::Error, touched: u64) -> Page {
    let text = format!("The template {template} of this site's theme failed: {error}\n");
    Page {
        status: 500,
        ..Page::new("text/plain; charset=utf-8", text.into_bytes(), touched)
    }
}

/// `name` holds the attribute's name and the opening of its value.
fn meta(out: &mut String, name: &str, content: &str) {
    out.push_str("<meta ");
    out.push_str(name);
    out.push_str("\" content=\"");
    escape::push(out, content);
    out.push_str("\">\n");
}

/// `rel` holds everything up to the value of `href`.
fn link(out: &mut String, rel: &str, push_href: impl FnOnce(&mut String)) {
    out.push_str("<link rel=\"");
    out.push_str(rel);
    push_href(out);
    out.push_str("\">\n");
}

fn push_alternate(out: &mut String, lang: &str, url: &str) {
    out.push_str("<link rel=\"alternate\" hreflang=\"");
    out.push_str(lang);
    out.push_str("\" href=\"");
    out.push_str(url);
    out.push_str("\">\n");
}

/// Languages of the furniture with the region that link previews ask for.
fn og_locale(lang: Lang) -> Option<&'static str> {
    Some(match lang.as_str() {
        "en" => "en_GB",
        "fr" => "fr_FR",
        "ar" => "ar_AR",
        "zh-Hans" => "zh_CN",
        "vi" => "vi_VN",
        _ => return None,
    })
}

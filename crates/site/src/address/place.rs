//! Where an address lies, and the shortest way from one page to another.

use super::{Address, Asset, FeedOf, Form};
use crate::view::{Root, View};
use record::{date::Month, lang::Lang, register::DocNo};
use std::fmt::Write as _;

/// Most addresses are shorter.
const USUAL: usize = 128;

/// An address as a root and a path.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The host it lies on.
    pub root: Root,
    /// The path, from a slash.
    pub path: String,
}

impl Place {
    /// The whole address.
    pub fn url(&self, view: &View<'_>) -> String {
        let mut url = String::with_capacity(USUAL);
        self.push_url(view, &mut url);
        url
    }

    /// Appends the whole address.
    fn push_url(&self, view: &View<'_>, out: &mut String) {
        view.bases.push_root(view.register, self.root, out);
        out.push_str(&self.path);
    }

    /// The folder that relative links of this page begin at: its path up to the last slash.
    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl Address {
    /// Root and path.
    pub fn place(&self, view: &View<'_>) -> Place {
        let root = self.root(view);
        let mut path = String::with_capacity(USUAL);
        self.push_whole_path(view, root, &mut path);
        Place { root, path }
    }

    /// Appends the path, from a slash, on the root the address lies on.
    fn push_whole_path(&self, view: &View<'_>, root: Root, out: &mut String) {
        if let (None, Some(site)) = (root, self.site()) {
            push_code(view, site, out);
        }
        out.push('/');
        self.push_path(view, out);
    }

    /// The path alone, from a slash.
    pub fn path(&self, view: &View<'_>) -> String {
        self.place(view).path
    }

    /// The whole address, for canonical links, feeds and sitemaps.
    pub fn url(&self, view: &View<'_>) -> String {
        let root = self.root(view);
        let mut url = String::with_capacity(USUAL);
        view.bases.push_root(view.register, root, &mut url);
        self.push_whole_path(view, root, &mut url);
        url
    }

    /// The file of a folder export, relative to that folder: pages end in `.html`, folders have an `index.html`, and the
    /// files of a host lie in a folder named by the code of its site.
    pub fn file(&self, view: &View<'_>) -> String {
        let place = self.place(view);
        let mut file = String::with_capacity(place.path.len() + 16);
        if let Some(site) = place.root {
            push_code(view, site, &mut file);
        }
        file.push_str(&place.path);
        if file.ends_with('/') {
            file.push_str("index.html");
        } else if self.is_page() {
            file.push_str(".html");
        }
        file.trim_start_matches('/').to_owned()
    }

    /// True for pages of HTML.
    pub fn is_page(&self) -> bool {
        match self {
            Self::Feed { .. } | Self::Sitemap { .. } | Self::Robots { .. } | Self::Asset { .. } => false,
            Self::Document { form, .. } | Self::Edition { form, .. } => *form == Form::Html,
            _ => true,
        }
    }

    /// Where its path begins.
    pub fn root(&self, view: &View<'_>) -> Root {
        match *self {
            Self::Directory => None,
            Self::Permalink { .. } | Self::Edition { .. } => view.permalink_root(),
            Self::Robots { root } | Self::Asset { root, .. } => root,
            _ => self.site().and_then(|site| view.root_of(site)),
        }
    }

    fn push_path(&self, view: &View<'_>, out: &mut String) {
        match *self {
            Self::Directory | Self::Gate { .. } => {}
            Self::Home { lang, .. } => push_folder(out, lang.as_str()),
            Self::Front { lang, section, .. } => push_list(out, lang, section_slug(view, section)),
            Self::Year {
                lang, section, year, ..
            } => {
                push_list(out, lang, section_slug(view, section));
                push_year(out, year);
            }
            Self::Month {
                lang, section, month, ..
            } => {
                push_list(out, lang, section_slug(view, section));
                push_month(out, month);
            }
            Self::Document { site, lang, doc, form } => push_document(view, out, site, lang, doc, form),
            Self::Topics { lang, .. } => push_list(out, lang, "topics"),
            Self::Topic { lang, topic, .. } => push_topic(view, out, lang, topic),
            Self::TopicYear { lang, topic, year, .. } => {
                push_topic(view, out, lang, topic);
                push_year(out, year);
            }
            Self::TopicMonth { lang, topic, month, .. } => {
                push_topic(view, out, lang, topic);
                push_month(out, month);
            }
            Self::People { lang, .. } => push_list(out, lang, "people"),
            Self::Person { lang, person, .. } => {
                push_list(out, lang, "people");
                out.push_str(view.register.person(person).map_or("", |p| &p.slug));
            }
            Self::About { lang, .. } => {
                push_folder(out, lang.as_str());
                out.push_str("about-this-record");
            }
            Self::Verify { lang, .. } => {
                push_list(out, lang, "about-this-record");
                out.push_str("verify");
            }
            Self::Permalink { doc } => {
                let _ = write!(out, "d/{}", view.register.document(doc).id);
            }
            Self::Edition {
                doc,
                lang,
                version,
                form,
            } => {
                let _ = write!(
                    out,
                    "d/{}/{lang}/{version}{}",
                    view.register.document(doc).id,
                    form.suffix()
                );
            }
            Self::Feed { lang, of, .. } => push_feed(view, out, lang, of),
            Self::Sitemap { part: 0, .. } => out.push_str("sitemap.xml"),
            Self::Sitemap { part, .. } => {
                let _ = write!(out, "sitemap-{}.xml", u64::from(part) + 1);
            }
            Self::Robots { .. } => out.push_str("robots.txt"),
            Self::Asset { asset, .. } => {
                out.push_str("assets/");
                out.push_str(view.theme.asset_name(asset));
            }
        }
    }
}

fn push_code(view: &View<'_>, site: DocNo, out: &mut String) {
    out.push('/');
    out.push_str(view.site(site).map_or("", |facts| &facts.code));
}

fn push_folder(out: &mut String, name: &str) {
    out.push_str(name);
    out.push('/');
}

fn push_list(out: &mut String, lang: Lang, slug: &str) {
    push_folder(out, lang.as_str());
    push_folder(out, slug);
}

fn push_topic(view: &View<'_>, out: &mut String, lang: Lang, topic: DocNo) {
    push_list(out, lang, "topics");
    push_folder(out, view.register.topic(topic).map_or("", |t| &t.slug));
}

fn push_year(out: &mut String, year: i16) {
    let digits = [year / 1000, year / 100, year / 10, year].map(digit);
    out.extend(digits);
    out.push('/');
}

/// The last digit of a number.
fn digit(number: i16) -> char {
    char::from(b'0' + u8::try_from(number.rem_euclid(10)).unwrap_or(0))
}

fn push_month(out: &mut String, month: Month) {
    push_year(out, month.year);
    let number = i16::from(month.month);
    out.extend([number / 10, number].map(digit));
    out.push('/');
}

fn push_document(view: &View<'_>, out: &mut String, site: DocNo, lang: Lang, doc: DocNo, form: Form) {
    let section = view
        .section_on(site, doc)
        .map_or("", |section| section_slug(view, section));
    push_list(out, lang, section);
    let document = view.register.document(doc);
    push_month(out, document.facts.month.unwrap_or(Month { year: 1, month: 1 }));
    out.push_str(
        document
            .language(lang)
            .and_then(|words| words.head.slug.as_deref())
            .unwrap_or_default(),
    );
    out.push_str(form.suffix());
}

fn push_feed(view: &View<'_>, out: &mut String, lang: Lang, of: FeedOf) {
    match of {
        FeedOf::Site => push_folder(out, lang.as_str()),
        FeedOf::Section(section) => push_list(out, lang, section_slug(view, section)),
        FeedOf::Topic(topic) => push_topic(view, out, lang, topic),
    }
    out.push_str("feed.atom");
}

fn section_slug<'a>(view: &View<'a>, section: DocNo) -> &'a str {
    view.register.section(section).map_or("", |s| &s.slug)
}

/// Makes the links of one page: relative on its own root, whole on another.
#[derive(Clone, Debug)]
pub struct Linker<'a> {
    view: View<'a>,
    from: Place,
    /// True where the page may be shown at any address: links are whole paths then.
    absolute: bool,
}

impl<'a> Linker<'a> {
    /// Links from a page.
    pub fn new(view: View<'a>, from: &Address) -> Self {
        Self {
            view,
            from: from.place(&view),
            absolute: false,
        }
    }

    /// The same with links that hold wherever the page is shown.
    #[must_use]
    pub fn absolute(self) -> Self {
        Self { absolute: true, ..self }
    }

    /// The `href` to another page.
    pub fn href(&self, to: &Address) -> String {
        let mut out = String::new();
        self.push_href(&mut out, to);
        out
    }

    /// Appends the `href` to another page.
    pub fn push_href(&self, out: &mut String, to: &Address) {
        let to = to.place(&self.view);
        if to.root != self.from.root {
            to.push_url(&self.view, out);
        } else if self.absolute {
            out.push_str(&to.path);
        } else {
            push_relative(out, self.from.folder(), &to.path);
        }
    }

    /// The `href` to a path of the page's own root that is not an address of pages, such as `/record/`.
    pub fn path(&self, path: &str) -> String {
        let mut out = String::new();
        push_relative(&mut out, self.from.folder(), path);
        out
    }

    /// The page itself.
    pub fn from(&self) -> &Place {
        &self.from
    }
}

/// Appends the relative reference from a folder (no slash at its end) to a path.
fn push_relative(out: &mut String, folder: &str, to: &str) {
    let (have, want) = (folder.as_bytes(), to.as_bytes());
    let same = have.iter().zip(want).take_while(|(a, b)| a == b).count();
    // What they share ends with the last whole folder: after a slash of both, or where the one folder ends.
    let ends = same == have.len() && want.get(same) == Some(&b'/');
    let shared = if ends {
        same
    } else {
        memchr::memrchr(b'/', &want[..same]).unwrap_or(0)
    };
    let up = have
        .get(shared..)
        .map_or(0, |rest| memchr::memchr_iter(b'/', rest).count());
    let down = to.get(shared + 1..).unwrap_or_default();
    out.reserve(up * 3 + down.len() + 2);
    (0..up).for_each(|_| out.push_str("../"));
    out.push_str(if up == 0 && down.is_empty() { "./" } else { down });
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View")
            .field("size", &self.register.size())
            .finish_non_exhaustive()
    }
}

impl Asset {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Style, Self::Emblem, Self::Script, Self::Verifier];
}

#[cfg(test)]
mod tests {
    use super::push_relative;

    #[test]
    fn links_are_as_short_as_the_folders_allow() {
        for (folder, to, want) in [
            ("/vn/en/news/2026/03", "/vn/en/news/", "../../"),
            (
                "/vn/en/news/2026/03",
                "/vn/vi/news/2026/03/abc",
                "../../../../vi/news/2026/03/abc",
            ),
            ("/vn/en", "/vn/en/", "./"),
            ("/vn/en", "/vn/en/news/", "news/"),
            ("/vn/en", "/hq/en/", "../../hq/en/"),
            ("", "/vn/en/", "vn/en/"),
            ("/d", "/d/abc", "abc"),
            ("/d/abc/en", "/", "../../../"),
            ("", "/", "./"),
            ("/vn/en", "/vn/en-GB/x", "../en-GB/x"),
            ("/vn/en-GB", "/vn/en/x", "../en/x"),
            ("/vn/en/news", "/vn/en/newsroom/", "../newsroom/"),
        ] {
            let mut out = String::from("href=");
            push_relative(&mut out, folder, to);
            assert_eq!(out, format!("href={want}"), "{folder} to {to}");
        }
    }
}

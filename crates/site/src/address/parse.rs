//! From a request to an address: new addresses first, then those that moved, then those of older sites. An old address
//! that is known with its very query is meant by nobody else, so it comes before all of them.

use super::{Address, Asset, FeedOf, Form};
use crate::view::{Root, View};
use percent_encoding::percent_decode_str;
use record::{
    date::Month,
    id::DocumentId,
    lang::Lang,
    register::{DocNo, List, Scope, YEAR_CUT},
};
use std::borrow::Cow;

/// What a request leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resolved {
    /// A page.
    Page(Address),
    /// Another address, for ever: a path of the same host, or a whole address.
    Redirect(String),
    /// Nothing; the frame in which to say so.
    Missing(Option<(DocNo, Lang)>),
}

/// Addresses longer than this lead nowhere.
const MAX_PATH: usize = 4096;

/// Resolves a request. `host` is compared with the hosts of sites and of older sites, and has no other say.
pub fn parse(view: &View<'_>, host: Option<&str>, path: &str, query: Option<&str>) -> Resolved {
    if path.len() > MAX_PATH {
        return Resolved::Missing(None);
    }
    let root = host.and_then(|host| view.site_of_host(host));
    let moved = host.is_some_and(|host| view.is_former_host(host));
    let request = Request { view, root, moved };
    let asked = query.filter(|query| view.register.old_queries().may_have(query));
    if let Some(moved) = asked.and_then(|query| request.old(host, path, Some(query))) {
        return moved;
    }
    match request.resolve(path) {
        Resolved::Missing(frame) => request.old(host, path, query).unwrap_or(Resolved::Missing(frame)),
        found => found,
    }
}

struct Request<'v, 'a> {
    view: &'v View<'a>,
    root: Root,
    /// True where the site has another host by now, and still answers under this one.
    moved: bool,
}

impl Request<'_, '_> {
    fn resolve(&self, path: &str) -> Resolved {
        let path = path.strip_prefix('/').unwrap_or(path);
        // An escaped slash is part of a name, and no name has one.
        let decoded = path.split('/').map(|part| percent_decode_str(part).decode_utf8_lossy());
        let decoded: Vec<Cow<'_, str>> = decoded.collect();
        let mut parts: Vec<&str> = decoded.iter().map(|part| &**part).collect();
        if let Some(last @ &mut "index.html") = parts.last_mut() {
            *last = "";
        }
        let found = match self.root {
            Some(site) => self.in_root(self.root, &parts).or_else(|| self.in_site(site, &parts)),
            None => self.in_family(&parts),
        };
        match found {
            Some(address) => self.settle(address, path),
            None => Resolved::Missing(self.frame(&parts)),
        }
    }

    /// The page if it was asked for by its own path, which needs no escapes, else a redirect to that.
    fn settle(&self, address: Address, path: &str) -> Resolved {
        let place = address.place(self.view);
        let own = place.path.strip_prefix('/').unwrap_or(&place.path);
        let moved = self.moved && !matches!(address, Address::Asset { .. } | Address::Robots { .. });
        if !moved && (path == own || self.is_by_code(&address, path, own)) {
            return Resolved::Page(address);
        }
        Resolved::Redirect(self.target(&address))
    }

    /// True where a site with a host of its own was asked for under its code on another host.
    fn is_by_code(&self, address: &Address, asked: &str, own: &str) -> bool {
        let code = || {
            address
                .place(self.view)
                .root
                .and_then(|site| self.view.site(site))
                .map(|facts| &*facts.code)
        };
        self.root.is_none()
            && asked
                .split_once('/')
                .is_some_and(|(first, rest)| Some(first) == code() && rest == own)
    }

    fn target(&self, address: &Address) -> String {
        let place = address.place(self.view);
        if place.root == self.root && !self.moved {
            place.path
        } else {
            place.url(self.view)
        }
    }

    fn in_family(&self, parts: &[&str]) -> Option<Address> {
        if let [""] = parts {
            return Some(Address::Directory);
        }
        let first = parts.first().copied().unwrap_or_default();
        match self.view.register.site_by_code(first) {
            Some(site) => {
                let rest = parts.get(1..).unwrap_or_default();
                let root = self.view.root_of(site);
                let hosted = root.and_then(|_| self.in_root(root, rest));
                hosted.or_else(|| self.in_site(site, rest))
            }
            None => self.in_root(None, parts),
        }
    }

    /// What lies at the top of a root beside its sites.
    fn in_root(&self, root: Root, parts: &[&str]) -> Option<Address> {
        match parts {
            ["robots.txt"] => Some(Address::Robots { root }),
            ["sitemap.xml"] if root.is_none() => Some(Address::Sitemap { site: None, part: 0 }),
            ["assets", name] => {
                let asset = Asset::ALL
                    .into_iter()
                    .find(|asset| self.view.theme.asset_name(*asset) == *name)?;
                Some(Address::Asset { root, asset })
            }
            ["d", id] => Some(Address::Permalink {
                doc: self.document(id)?,
            }),
            ["d", id, lang, version] => self.edition(id, lang, version),
            _ => None,
        }
    }

    fn document(&self, id: &str) -> Option<DocNo> {
        self.view
            .register
            .by_id(id.strip_suffix(".html").unwrap_or(id).parse::<DocumentId>().ok()?)
    }

    fn edition(&self, id: &str, lang: &str, version: &str) -> Option<Address> {
        let (number, form) = split_form(version);
        if !matches!(form, Form::Html | Form::Json | Form::Proof) {
            return None;
        }
        let (doc, lang) = (self.document(id)?, lang.parse::<Lang>().ok()?);
        let version = decimal(number, 10)?;
        let editions = self.view.register.document(doc).editions(lang);
        editions.iter().find(|edition| edition.version == version)?;
        Some(Address::Edition {
            doc,
            lang,
            version,
            form,
        })
    }

    fn in_site(&self, site: DocNo, parts: &[&str]) -> Option<Address> {
        match parts {
            [] | [""] => Some(Address::Gate { site }),
            ["sitemap.xml"] => Some(Address::Sitemap {
                site: Some(site),
                part: 0,
            }),
            [name] if name.starts_with("sitemap-") => self.sitemap(site, name),
            [lang, rest @ ..] => {
                let lang = lang.parse::<Lang>().ok().filter(|lang| !lang.is_facts())?;
                let of_site = self.view.site(site)?.langs.contains(&lang);
                self.in_language(site, lang, rest, of_site)
            }
        }
    }

    fn sitemap(&self, site: DocNo, name: &str) -> Option<Address> {
        let number = name.strip_prefix("sitemap-")?.strip_suffix(".xml")?;
        let part = decimal(number, 6)?.checked_sub(1)?;
        (part > 0 && part < self.view.sitemap_parts(site)).then_some(Address::Sitemap { site: Some(site), part })
    }

    /// Texts exist in any language; lists only in those of the site.
    fn in_language(&self, site: DocNo, lang: Lang, parts: &[&str], of_site: bool) -> Option<Address> {
        let found = match parts {
            [section, year, month, slug] => self.text(site, lang, section, year, month, slug),
            _ => None,
        };
        found.or_else(|| of_site.then(|| self.list(site, lang, parts)).flatten())
    }

    fn list(&self, site: DocNo, lang: Lang, parts: &[&str]) -> Option<Address> {
        let register = self.view.register;
        match parts {
            [] | [""] => Some(Address::Home { site, lang }),
            ["feed.atom"] => Some(Address::Feed {
                site,
                lang,
                of: FeedOf::Site,
            }),
            ["about-this-record" | "about-this-record.html"] => Some(Address::About { site, lang }),
            ["about-this-record", "verify" | "verify.html"] => Some(Address::Verify { site, lang }),
            ["topics"] | ["topics", ""] => Some(Address::Topics { site, lang }),
            ["people"] | ["people", ""] => Some(Address::People { site, lang }),
            ["people", slug] => {
                let slug = slug.strip_suffix(".html").unwrap_or(slug);
                Some(Address::Person {
                    site,
                    lang,
                    person: register.person_by_slug(site, slug)?,
                })
            }
            ["topics", slug, rest @ ..] => self.topic(site, lang, register.topic_by_slug(site, slug)?, rest),
            [slug, rest @ ..] => self.section(site, lang, register.section_once(site, slug)?, rest),
        }
    }

    fn topic(&self, site: DocNo, lang: Lang, topic: DocNo, rest: &[&str]) -> Option<Address> {
        let list = self.view.topic_list(site, lang, topic);
        match rest {
            ["feed.atom"] => Some(Address::Feed {
                site,
                lang,
                of: FeedOf::Topic(topic),
            }),
            _ => Some(match self.part(&list, rest)? {
                Part::Front => Address::Topic { site, lang, topic },
                Part::Year(year) => Address::TopicYear {
                    site,
                    lang,
                    topic,
                    year,
                },
                Part::Month(month) => Address::TopicMonth {
                    site,
                    lang,
                    topic,
                    month,
                },
            }),
        }
    }

    fn section(&self, site: DocNo, lang: Lang, section: DocNo, rest: &[&str]) -> Option<Address> {
        let list = List {
            site,
            scope: Scope::Section(section),
            lang,
        };
        match rest {
            ["feed.atom"] => Some(Address::Feed {
                site,
                lang,
                of: FeedOf::Section(section),
            }),
            _ => Some(match self.part(&list, rest)? {
                Part::Front => Address::Front { site, lang, section },
                Part::Year(year) => Address::Year {
                    site,
                    lang,
                    section,
                    year,
                },
                Part::Month(month) => Address::Month {
                    site,
                    lang,
                    section,
                    month,
                },
            }),
        }
    }

    fn part(&self, list: &List, rest: &[&str]) -> Option<Part> {
        let count = |year: i16| {
            self.view
                .register
                .years(list)
                .iter()
                .find(|y| y.year == year)
                .map(|y| y.count)
        };
        match rest {
            [] | [""] => Some(Part::Front),
            [year] | [year, ""] => {
                let year = i16::try_from(digits(year, 4)?).ok()?;
                count(year).map(|_| Part::Year(year))
            }
            [year, month] | [year, month, ""] => {
                let month = parse_month(year, month)?;
                count(month.year).filter(|count| *count > YEAR_CUT)?;
                Some(Part::Month(month))
            }
            _ => None,
        }
    }

    fn text(&self, site: DocNo, lang: Lang, section: &str, year: &str, month: &str, slug: &str) -> Option<Address> {
        let month = parse_month(year, month)?;
        let section = self.view.register.section_once(site, section)?;
        let (slug, form) = split_form(slug);
        let own = self.view.register.find(site, lang, section, month, slug);
        if let Some(doc) = own {
            // A text that moved to another site is found there.
            return Some(Address::Document {
                site: self.view.home_of(doc).unwrap_or(site),
                lang,
                doc,
                form,
            });
        }
        let doc = self.carried(site, lang, section, month, slug)?;
        Some(Address::Document { site, lang, doc, form })
    }

    /// A text of another site that this one carries in this section.
    fn carried(&self, site: DocNo, lang: Lang, section: DocNo, month: Month, slug: &str) -> Option<DocNo> {
        let register = self.view.register;
        let scope = Scope::Section(section);
        if !register.has_carried(&List { site, scope, lang }) {
            return None;
        }
        let alike = register.sections_of_role(&register.section(section)?.role);
        let others = alike.filter(|(other, _)| *other != site);
        let found = others.filter_map(|(other, s)| register.find(other, lang, s, month, slug));
        found
            .filter(|doc| self.view.section_on(site, *doc) == Some(section))
            .find(|doc| self.view.carries(site, lang, *doc))
    }

    /// An address of an older site, with its query string.
    fn old(&self, host: Option<&str>, path: &str, query: Option<&str>) -> Option<Resolved> {
        let host = host.unwrap_or_default();
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let doc = self.view.register.old_address(&format!("http://{host}{path}{query}"))?;
        let address = self.view.canonical(doc, None)?;
        Some(Resolved::Redirect(self.target(&address)))
    }

    /// The site and language in whose frame a missing page is announced.
    fn frame(&self, parts: &[&str]) -> Option<(DocNo, Lang)> {
        let first = parts.first().copied().unwrap_or_default();
        let by_code = || self.view.register.site_by_code(first);
        let (site, lang) = match self.root {
            Some(site) => (site, parts.first()),
            None => (by_code()?, parts.get(1)),
        };
        let langs = &self.view.site(site)?.langs;
        let asked = lang
            .and_then(|lang| lang.parse::<Lang>().ok())
            .filter(|lang| langs.contains(lang));
        Some((site, asked.or_else(|| langs.first().copied())?))
    }
}

enum Part {
    Front,
    Year(i16),
    Month(Month),
}

fn parse_month(year: &str, month: &str) -> Option<Month> {
    let (year, month) = (digits(year, 4)?, digits(month, 2)?);
    format!("{year:04}-{month:02}").parse().ok()
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let plain = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A number without sign and leading zeros, at most so long.
fn decimal(text: &str, most: usize) -> Option<u32> {
    let plain = text.len() <= most && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// `abc.proof` is the proof of `abc`; `abc.html` the page itself.
fn split_form(name: &str) -> (&str, Form) {
    let suffix = |form: &Form| *form != Form::Html && name.ends_with(form.suffix());
    match Form::ALL.iter().find(|form| suffix(form)) {
        Some(form) => (name.strip_suffix(form.suffix()).unwrap_or(name), *form),
        None => (name.strip_suffix(".html").unwrap_or(name), Form::Html),
    }
}

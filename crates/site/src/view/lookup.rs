//! Questions that several pages ask of the register.

use super::{Root, View};
use crate::{
    address::{Address, Form},
    i18n::Tongue,
};
use record::{
    date::Month,
    facts::{Kind, TextKind},
    lang::Lang,
    register::{DocNo, Document, List, Scope, Status},
};

/// A name with the language it is in, which is not always that of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name<'a> {
    /// The name.
    pub text: &'a str,
    /// Its language.
    pub lang: Lang,
}

/// A sitemap holds at most so many texts.
const TEXTS_OF_A_SITEMAP: usize = 10_000;

impl<'a> View<'a> {
    /// A document.
    pub fn document(&self, no: DocNo) -> &'a Document {
        self.register.document(no)
    }

    /// The furniture for pages in a language.
    pub fn tongue(&self, lang: Lang) -> &'a Tongue {
        self.theme.tongues().of(lang)
    }

    /// All roots: the family's, then one for each site with a host of its own.
    pub fn roots(&self) -> Vec<Root> {
        let hosted = self.register.sites().iter().filter_map(|site| self.root_of(*site));
        std::iter::once(None).chain(hosted.map(Some)).collect()
    }

    /// The site that answers under a host name, with or without its port.
    pub fn site_of_host(&self, host: &str) -> Option<DocNo> {
        let host = host.to_ascii_lowercase();
        let bare = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
        let has = |site: &DocNo| {
            let hosts = self.site(*site).map_or(&[][..], |facts| &facts.hosts);
            hosts.iter().any(|h| **h == *host || **h == *bare)
        };
        self.register.sites().iter().copied().find(has)
    }

    /// True for a host name of a site that names another one first, with or without its port.
    pub fn is_former_host(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let bare = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
        let site = self.site_of_host(&host).and_then(|site| self.site(site));
        let first = site.and_then(|site| site.hosts.first());
        first.is_some_and(|first| **first != *host && **first != *bare)
    }

    /// The site that issues a document.
    pub fn home_of(&self, doc: DocNo) -> Option<DocNo> {
        self.register.site_by_code(self.facts(doc).site.as_deref()?)
    }

    /// The section in which a site shows a text: its own, or for a carried one the first section of that role.
    pub fn section_on(&self, site: DocNo, doc: DocNo) -> Option<DocNo> {
        let own = self.register.by_id(self.facts(doc).section?)?;
        if self.home_of(doc) == Some(site) {
            return Some(own);
        }
        let role = &self.register.section(own)?.role;
        let sections = self.register.sections(site).into_iter();
        sections
            .filter(|no| self.register.section(*no).is_some_and(|s| s.role == *role))
            .find(|_| true)
    }

    /// True if a site shows a text of another site in a language.
    pub fn carries(&self, site: DocNo, lang: Lang, doc: DocNo) -> bool {
        let year = self.document(doc).civil_date().year();
        self.register
            .of_year(
                &List {
                    site,
                    scope: Scope::All,
                    lang,
                },
                year,
            )
            .contains(&doc)
    }

    /// The page of a document that search engines should keep: a text at its own site, or at its lasting address where it
    /// was taken back; a structure document at its place.
    /// Without a wish its original language is taken.
    pub fn canonical(&self, doc: DocNo, lang: Option<Lang>) -> Option<Address> {
        let document = self.document(doc);
        let site = self.home_of(doc);
        let of_site = |site: DocNo| {
            let langs = &self.site(site)?.langs;
            lang.filter(|lang| langs.contains(lang))
                .or_else(|| langs.first().copied())
        };
        match &document.facts.kind {
            Kind::Text(_) => {
                let wanted = lang.filter(|lang| document.language(*lang).is_some());
                let lang = wanted.or_else(|| document.original().map(|words| words.lang))?;
                // Its own address holds the title that is withheld; only who has that address is answered there.
                if document.current(lang).is_none() {
                    return Some(Address::Permalink { doc });
                }
                Some(Address::Document {
                    site: site?,
                    lang,
                    doc,
                    form: Form::Html,
                })
            }
            Kind::Site(_) => Some(Address::Home {
                site: doc,
                lang: of_site(doc)?,
            }),
            Kind::Section(_) => Some(Address::Front {
                site: site?,
                lang: of_site(site?)?,
                section: doc,
            }),
            Kind::Person(_) => Some(Address::Person {
                site: site?,
                lang: of_site(site?)?,
                person: doc,
            }),
            Kind::Topic(_) => {
                let site = site.or_else(|| self.register.ministry())?;
                Some(Address::Topic {
                    site,
                    lang: of_site(site)?,
                    topic: doc,
                })
            }
            Kind::Office(_) => Some(Address::Home {
                site: site?,
                lang: of_site(site?)?,
            }),
            Kind::Placement(_) | Kind::Family { .. } => None,
        }
    }

    /// Where a list of a site leads for one of its texts: into the site's own frame where it shows the text, else to the
    /// page of the site that issued it.
    pub fn shown_at(&self, site: DocNo, lang: Lang, doc: DocNo) -> Option<Address> {
        let own = self.home_of(doc) == Some(site);
        if own || (self.carried && self.section_on(site, doc).is_some() && self.carries(site, lang, doc)) {
            return Some(Address::Document {
                site,
                lang,
                doc,
                form: Form::Html,
            });
        }
        self.canonical(doc, Some(lang))
    }

    /// Where a link of a text leads: to the same language where it can be read, else to the original.
    pub fn link_target(&self, doc: DocNo, lang: Lang) -> Option<Address> {
        let document = self.document(doc);
        if document.own == Status::Retracted && document.words.is_empty() {
            return None;
        }
        self.canonical(doc, Some(lang))
    }

    /// The list of a topic: over the whole family on the ministry's site, else what this site shows of it.
    pub fn topic_list(&self, site: DocNo, lang: Lang, topic: DocNo) -> List {
        let own = self.facts(topic).site.is_some();
        let whole = !own && self.register.ministry() == Some(site);
        List {
            site,
            scope: if whole {
                Scope::Family(topic)
            } else {
                Scope::Topic(topic)
            },
            lang,
        }
    }

    /// Topics of a site that have a text in this language.
    pub fn shown_topics(&self, site: DocNo, lang: Lang) -> Vec<DocNo> {
        let mut topics = self.register.topics(site);
        topics.retain(|topic| !self.register.newest(&self.topic_list(site, lang, *topic), 1).is_empty());
        topics
    }

    /// The months of a year of a list, newest first, with how many texts each has.
    pub fn months(&self, list: &List, year: i16) -> Vec<(Month, usize)> {
        let mut months: Vec<(Month, usize)> = Vec::new();
        for doc in self.register.of_year(list, year) {
            let date = self.document(doc).civil_date();
            let month = Month {
                year,
                month: date.month(),
            };
            match months.last_mut() {
                Some((last, count)) if *last == month => *count += 1,
                _ => months.push((month, 1)),
            }
        }
        months
    }

    /// How many sitemaps a site has.
    pub fn sitemap_parts(&self, site: DocNo) -> u32 {
        let langs = self.site(site).map_or(&[][..], |facts| &facts.langs);
        let texts: usize = langs.iter().map(|lang| self.register.own_texts(site, *lang)).sum();
        u32::try_from(texts.div_ceil(TEXTS_OF_A_SITEMAP))
            .unwrap_or(u32::MAX)
            .max(1)
    }

    /// The title of a document in a language, or in the language nearest to it.
    pub fn title(&self, doc: DocNo, lang: Lang) -> Option<Name<'a>> {
        let document = self.document(doc);
        let wanted = document.language(lang).filter(|words| !words.head.title.is_empty());
        let english = || {
            document
                .language(Lang::ENGLISH)
                .filter(|words| !words.head.title.is_empty())
        };
        let first = || document.words.iter().find(|words| !words.head.title.is_empty());
        let words = wanted.or_else(english).or_else(first)?;
        Some(Name {
            text: &words.head.title,
            lang: words.lang,
        })
    }

    /// The name of a site.
    pub fn site_name(&self, site: DocNo, lang: Lang) -> Name<'a> {
        let code = || Name {
            text: self.site(site).map_or("", |facts| &facts.code),
            lang,
        };
        self.title(site, lang).unwrap_or_else(code)
    }

    /// The name of a section: its own words, else the standard name of its role, else its words in another language.
    pub fn section_name(&self, section: DocNo, lang: Lang) -> Name<'a> {
        let own = self.document(section).language(lang).map(|words| &*words.head.title);
        if let Some(text) = own.filter(|title| !title.is_empty()) {
            return Name { text, lang };
        }
        let tongue = self.tongue(lang);
        if !self.theme.tongues().has(lang)
            && let Some(name) = self.title(section, lang)
        {
            return name;
        }
        Name {
            text: tongue.text(self.role_id(section)),
            lang: if self.theme.tongues().has(lang) {
                lang
            } else {
                tongue.lang
            },
        }
    }

    /// The message that names the role of a section on its kind of site.
    fn role_id(&self, section: DocNo) -> &'static str {
        let role = self.register.section(section).map_or("", |facts| &facts.role);
        let kind = self
            .home_of(section)
            .and_then(|site| self.site(site))
            .and_then(|site| site.kind.as_deref());
        match (role, kind.unwrap_or_default()) {
            ("ambassador", "ministry") => "role-leadership",
            ("ambassador", kind) if kind.contains("consulate") => "role-consul",
            ("embassy", "ministry") => "role-ministry",
            ("embassy", kind) if kind.contains("consulate") => "role-consulate",
            ("embassy", "embassy") => "role-embassy",
            ("embassy", _) => "role-mission",
            (role, _) => ROLES
                .iter()
                .find(|(known, _)| *known == role)
                .map_or("role-other", |(_, id)| id),
        }
    }

    /// The kind of a text in the words of a language; none for standing pages.
    pub fn kind_name(&self, doc: DocNo, tongue: &'a Tongue) -> Option<&'a str> {
        let id = match self.facts(doc).kind.text()? {
            TextKind::News => "kind-news",
            TextKind::Statement => "kind-statement",
            TextKind::Readout => "kind-readout",
            TextKind::Speech => "kind-speech",
            TextKind::Remarks => "kind-remarks",
            TextKind::Notice => "kind-notice",
            TextKind::Service => "kind-service",
            TextKind::Page => return None,
        };
        Some(tongue.text(id))
    }
}

const ROLES: [(&str, &str); 11] = [
    ("news", "role-news"),
    ("remarks", "role-remarks"),
    ("statements", "role-statements"),
    ("ambassador", "role-ambassador"),
    ("relations", "role-relations"),
    ("consular", "role-consular"),
    ("students", "role-students"),
    ("science", "role-science"),
    ("culture", "role-culture"),
    ("notices", "role-notices"),
    ("topics", "role-topics"),
];

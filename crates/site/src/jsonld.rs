//! Pages as linked data, in the words of schema.org, for search engines and archives.
//!
//! A page gives what it says as [`Node`]s; [`script`] writes one graph of them that is safe inside a `script` element.

mod things;

use record::facts::{Hours, TextKind};
use serde::{Serialize, Serializer, ser::SerializeMap};
use things::{Correction, Point, Postal, Shut, Thing, Version, open};

/// Something that a page is about.
#[derive(Clone, Debug)]
pub enum Node<'a> {
    /// A text.
    Text(Box<Text<'a>>),
    /// A consular or other service.
    Service(Service<'a>),
    /// The site, on its home page.
    Site(Site<'a>),
    /// A person, on a page of their own.
    Person(Person<'a>),
    /// An office with its hours.
    Office(Office<'a>),
    /// The way from the home page to this one.
    Breadcrumb(Vec<(&'a str, &'a str)>),
    /// A list of texts.
    List(Page<'a>),
    /// Any other page.
    Plain(Page<'a>),
}

/// An organization: the ministry or a mission.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Organization<'a> {
    /// Its full name.
    pub name: &'a str,
    /// Address of its home page.
    pub url: &'a str,
}

/// A page with a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page<'a> {
    /// Its title.
    pub name: &'a str,
    /// Its absolute address.
    pub url: &'a str,
    /// Its language.
    pub lang: &'a str,
}

/// A text. Dates are written as ISO 8601: a day, or a moment with its offset.
#[derive(Clone, Debug)]
pub struct Text<'a> {
    /// What kind of text.
    pub kind: TextKind,
    /// Title, address and language.
    pub page: Page<'a>,
    /// One or two sentences.
    pub summary: Option<&'a str>,
    /// The lasting address.
    pub permalink: &'a str,
    /// Version of these words.
    pub version: u32,
    /// The date the text bears, or of its first entry.
    pub published: &'a str,
    /// Time of the newest edition, where it is not the first.
    pub modified: Option<&'a str>,
    /// Who issues it.
    pub publisher: Organization<'a>,
    /// Name of its section.
    pub section: Option<&'a str>,
    /// Names of its topics.
    pub topics: Vec<&'a str>,
    /// People in it: name and role.
    pub people: Vec<(&'a str, Option<&'a str>)>,
    /// Name of the place.
    pub place: Option<&'a str>,
    /// Address and language of the words it was translated from.
    pub translation_of: Option<(&'a str, &'a str)>,
    /// Addresses and languages of its translations.
    pub translations: Vec<(&'a str, &'a str)>,
    /// Address it was captured from.
    pub based_on: Option<&'a str>,
    /// What readers are told of a correction or withdrawal, and since when.
    pub correction: Option<(&'a str, &'a str)>,
    /// True if it is no longer in force.
    pub withdrawn: bool,
}

/// A service of an office.
#[derive(Clone, Debug)]
pub struct Service<'a> {
    /// Title, address and language of its page.
    pub page: Page<'a>,
    /// One or two sentences.
    pub summary: Option<&'a str>,
    /// Who renders it.
    pub provider: Organization<'a>,
    /// Name of the country it is rendered in.
    pub area: Option<&'a str>,
}

/// A site.
#[derive(Clone, Debug)]
pub struct Site<'a> {
    /// Whose it is.
    pub organization: Organization<'a>,
    /// Language of this home page.
    pub lang: &'a str,
    /// The ministry, for the site of a mission.
    pub parent: Option<Organization<'a>>,
    /// Absolute address of the emblem.
    pub logo: Option<&'a str>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person<'a> {
    /// Name, address and language of the page.
    pub page: Page<'a>,
    /// Present role.
    pub role: Option<&'a str>,
    /// Where they serve.
    pub works_for: Organization<'a>,
}

/// An office.
#[derive(Clone, Debug)]
pub struct Office<'a> {
    /// Its name.
    pub name: &'a str,
    /// Address of the page that shows it.
    pub url: &'a str,
    /// Lines of its postal address.
    pub address: Vec<&'a str>,
    /// Country code, where it is one of ISO 3166.
    pub country: Option<&'a str>,
    /// Telephones: purpose and number.
    pub phones: Vec<(&'a str, &'a str)>,
    /// E-mail addresses: purpose and address.
    pub emails: Vec<(&'a str, &'a str)>,
    /// Opening hours.
    pub hours: Vec<&'a Hours>,
    /// Days on which it is closed, `2026-12-24`.
    pub closed: Vec<String>,
    /// Whose office it is.
    pub of: Organization<'a>,
}

/// The graph of a page as JSON that can stand inside a `script` element: no `<` is left in it.
pub fn script(nodes: &[Node]) -> String {
    #[derive(Serialize)]
    struct Graph<'a> {
        #[serde(rename = "@context")]
        context: &'static str,
        #[serde(rename = "@graph")]
        graph: &'a [Node<'a>],
    }
    let graph = Graph {
        context: "https://schema.org",
        graph: nodes,
    };
    // Strings and maps with keys of text cannot fail to be written.
    let mut json = Vec::with_capacity(2048);
    let _ = serde_json::to_writer(&mut json, &graph);
    let json = String::from_utf8(json).unwrap_or_default();
    if json.contains('<') {
        json.replace('<', "\\u003c")
    } else {
        json
    }
}

/// Writes members of an object, leaving out what is empty.
struct Members<M>(M);

impl<M: SerializeMap> Members<M> {
    fn put<T: Serialize>(&mut self, key: &'static str, value: T) -> Result<(), M::Error> {
        self.0.serialize_entry(key, &value)
    }

    fn may<T: Serialize>(&mut self, key: &'static str, value: Option<T>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.put(key, value))
    }

    fn all<T: Serialize>(&mut self, key: &'static str, values: Vec<T>) -> Result<(), M::Error> {
        self.may(key, Some(values).filter(|values| !values.is_empty()))
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Members(serializer.serialize_map(None)?);
        match self {
            Self::Text(text) => text.write(&mut out)?,
            Self::Service(service) => service.write(&mut out)?,
            Self::Site(site) => site.write(&mut out)?,
            Self::Person(person) => person.write(&mut out)?,
            Self::Office(office) => office.write(&mut out)?,
            Self::Breadcrumb(steps) => breadcrumb(steps, &mut out)?,
            Self::List(page) => page.write("CollectionPage", &mut out)?,
            Self::Plain(page) => page.write("WebPage", &mut out)?,
        }
        out.0.end()
    }
}

impl Page<'_> {
    fn write<M: SerializeMap>(&self, kind: &'static str, out: &mut Members<M>) -> Result<(), M::Error> {
        out.put("@type", kind)?;
        out.put("@id", self.url)?;
        out.put("url", self.url)?;
        out.put("name", self.name)?;
        out.put("inLanguage", self.lang)
    }
}

impl Text<'_> {
    fn write<M: SerializeMap>(&self, out: &mut Members<M>) -> Result<(), M::Error> {
        self.page.write(article(self.kind), out)?;
        out.put("headline", self.page.name)?;
        out.may("description", self.summary)?;
        out.put("identifier", self.permalink)?;
        out.put("version", self.version)?;
        out.put("datePublished", self.published)?;
        out.may("dateModified", self.modified)?;
        out.put("publisher", self.publisher)?;
        out.put("author", self.publisher)?;
        out.put("isAccessibleForFree", true)?;
        out.put("mainEntityOfPage", self.page.url)?;
        out.may("articleSection", self.section)?;
        out.all(
            "about",
            self.topics.iter().map(|name| Thing::of("Thing", name)).collect(),
        )?;
        out.all(
            "mentions",
            self.people
                .iter()
                .map(|(name, role)| Thing::person(name, *role))
                .collect(),
        )?;
        out.may("contentLocation", self.place.map(|name| Thing::of("Place", name)))?;
        out.may("translationOfWork", self.translation_of.map(Version::of))?;
        out.all(
            "workTranslation",
            self.translations.iter().copied().map(Version::of).collect(),
        )?;
        out.may("isBasedOn", self.based_on)?;
        out.may(
            "correction",
            self.correction.map(|(text, date)| Correction::of(text, date)),
        )?;
        out.may("creativeWorkStatus", self.withdrawn.then_some("Withdrawn"))
    }
}

/// The type of schema.org nearest to a kind of text.
fn article(kind: TextKind) -> &'static str {
    match kind {
        TextKind::News | TextKind::Readout => "NewsArticle",
        TextKind::Page | TextKind::Service => "WebPage",
        TextKind::Statement | TextKind::Speech | TextKind::Remarks | TextKind::Notice => "Article",
    }
}

impl Service<'_> {
    fn write<M: SerializeMap>(&self, out: &mut Members<M>) -> Result<(), M::Error> {
        out.put("@type", "GovernmentService")?;
        out.put("@id", self.page.url)?;
        out.put("url", self.page.url)?;
        out.put("name", self.page.name)?;
        out.may("description", self.summary)?;
        out.put("availableLanguage", self.page.lang)?;
        out.put("provider", self.provider)?;
        out.may("areaServed", self.area.map(|name| Thing::of("Country", name)))
    }
}

impl Site<'_> {
    fn write<M: SerializeMap>(&self, out: &mut Members<M>) -> Result<(), M::Error> {
        #[derive(Serialize)]
        struct Publisher<'a> {
            #[serde(rename = "@type")]
            kind: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            logo: Option<&'a str>,
            name: &'a str,
            #[serde(rename = "parentOrganization", skip_serializing_if = "Option::is_none")]
            parent: Option<Organization<'a>>,
            url: &'a str,
        }
        let Organization { name, url } = self.organization;
        let page = Page {
            name,
            url,
            lang: self.lang,
        };
        page.write("WebSite", out)?;
        out.put(
            "publisher",
            Publisher {
                kind: "GovernmentOrganization",
                logo: self.logo,
                name,
                parent: self.parent,
                url,
            },
        )
    }
}

impl Person<'_> {
    fn write<M: SerializeMap>(&self, out: &mut Members<M>) -> Result<(), M::Error> {
        #[derive(Serialize)]
        struct Entity<'a> {
            #[serde(rename = "@type")]
            kind: &'static str,
            #[serde(rename = "jobTitle", skip_serializing_if = "Option::is_none")]
            role: Option<&'a str>,
            name: &'a str,
            url: &'a str,
            #[serde(rename = "worksFor")]
            works_for: Organization<'a>,
        }
        self.page.write("ProfilePage", out)?;
        out.put(
            "mainEntity",
            Entity {
                kind: "Person",
                role: self.role,
                name: self.page.name,
                url: self.page.url,
                works_for: self.works_for,
            },
        )
    }
}

impl Office<'_> {
    fn write<M: SerializeMap>(&self, out: &mut Members<M>) -> Result<(), M::Error> {
        out.put("@type", "GovernmentOffice")?;
        out.put("name", self.name)?;
        out.put("url", self.url)?;
        out.put("parentOrganization", self.of)?;
        let postal = Postal {
            kind: "PostalAddress",
            country: self.country.map(str::to_ascii_uppercase),
            street: self.address.join(", "),
        };
        out.may("address", Some(postal).filter(|postal| !postal.street.is_empty()))?;
        out.may("telephone", self.phones.first().map(|(_, number)| number))?;
        out.may("email", self.emails.first().map(|(_, address)| address))?;
        out.all("contactPoint", self.points())?;
        out.all("openingHours", self.hours.iter().map(|hours| open(hours)).collect())?;
        out.all(
            "specialOpeningHoursSpecification",
            self.closed.iter().map(|day| Shut::of(day)).collect(),
        )
    }

    fn points(&self) -> Vec<Point<'_>> {
        let phones = self.phones.iter().map(|(of, number)| Point {
            kind: "ContactPoint",
            of,
            email: None,
            telephone: Some(number),
        });
        let emails = self.emails.iter().map(|(of, address)| Point {
            kind: "ContactPoint",
            of,
            email: Some(address),
            telephone: None,
        });
        phones.chain(emails).collect()
    }
}

impl Serialize for Organization<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Members(serializer.serialize_map(Some(3))?);
        out.put("@type", "GovernmentOrganization")?;
        out.put("name", self.name)?;
        out.put("url", self.url)?;
        out.0.end()
    }
}

fn breadcrumb<M: SerializeMap>(steps: &[(&str, &str)], out: &mut Members<M>) -> Result<(), M::Error> {
    #[derive(Serialize)]
    struct Step<'a> {
        #[serde(rename = "@type")]
        kind: &'static str,
        item: &'a str,
        name: &'a str,
        position: usize,
    }
    let steps = steps.iter().zip(1..).map(|((name, item), position)| Step {
        kind: "ListItem",
        item,
        name,
        position,
    });
    out.put("@type", "BreadcrumbList")?;
    out.put("itemListElement", steps.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;

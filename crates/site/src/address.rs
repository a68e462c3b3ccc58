//! The public addresses (`docs/spec/entry.md`, section on addresses): what there is, where it lies, and how one page
//! links to another.

mod all;
mod parse;
mod place;

pub use all::{Selection, all, of_carried, of_document, of_family, of_language, of_site};
pub use parse::{Resolved, parse};
pub use place::{Linker, Place};

use crate::view::Root;
use record::{date::Month, lang::Lang, register::DocNo};

/// One thing that can be asked for. It names documents by number, so that it stays right when slugs move.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Address {
    /// `/` where one host serves several sites: the list of sites.
    Directory,
    /// `/` of one site: its languages.
    Gate { site: DocNo },
    /// `/{lang}/`.
    Home { site: DocNo, lang: Lang },
    /// `/{lang}/{section}/`.
    Front { site: DocNo, lang: Lang, section: DocNo },
    /// `/{lang}/{section}/{yyyy}/`.
    Year {
        site: DocNo,
        lang: Lang,
        section: DocNo,
        year: i16,
    },
    /// `/{lang}/{section}/{yyyy}/{mm}/`, only in years of more than 200 texts.
    Month {
        site: DocNo,
        lang: Lang,
        section: DocNo,
        month: Month,
    },
    /// `/{lang}/{section}/{yyyy}/{mm}/{slug}`; `site` is the site that shows it, which is not always the one that issued it.
    Document {
        site: DocNo,
        lang: Lang,
        doc: DocNo,
        form: Form,
    },
    /// `/{lang}/topics/`.
    Topics { site: DocNo, lang: Lang },
    /// `/{lang}/topics/{slug}/`.
    Topic { site: DocNo, lang: Lang, topic: DocNo },
    /// `/{lang}/topics/{slug}/{yyyy}/`.
    TopicYear {
        site: DocNo,
        lang: Lang,
        topic: DocNo,
        year: i16,
    },
    /// `/{lang}/topics/{slug}/{yyyy}/{mm}/`.
    TopicMonth {
        site: DocNo,
        lang: Lang,
        topic: DocNo,
        month: Month,
    },
    /// `/{lang}/people/`.
    People { site: DocNo, lang: Lang },
    /// `/{lang}/people/{slug}`.
    Person { site: DocNo, lang: Lang, person: DocNo },
    /// `/{lang}/about-this-record`.
    About { site: DocNo, lang: Lang },
    /// `/{lang}/about-this-record/verify`: checks a proof in the browser; the only page that runs a script.
    Verify { site: DocNo, lang: Lang },
    /// `/d/{id}`: the permalink and the history of a document, one for the family.
    Permalink { doc: DocNo },
    /// `/d/{id}/{lang}/{n}`: one edition; the language is `zxx` for the facts.
    Edition {
        doc: DocNo,
        lang: Lang,
        version: u32,
        form: Form,
    },
    /// `feed.atom` in the folder of a home, a section or a topic.
    Feed { site: DocNo, lang: Lang, of: FeedOf },
    /// `sitemap.xml` of a site (part 0), `sitemap-2.xml` and so on (part 1 …); without a site the index at the family's address.
    Sitemap { site: Option<DocNo>, part: u32 },
    /// `/robots.txt` of a root.
    Robots { root: Root },
    /// `/assets/{name}` of a root.
    Asset { root: Root, asset: Asset },
}

/// The form in which a text is given, told by the suffix of its address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Form {
    /// The page; no suffix.
    Html,
    /// Markdown, `.md`.
    Markdown,
    /// Plain text, `.txt`.
    Text,
    /// Manifests, salts and leaves, `.json`.
    Json,
    /// The proof, `.proof`.
    Proof,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 5] = [Self::Html, Self::Markdown, Self::Text, Self::Json, Self::Proof];

    /// What the address ends in.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Html => "",
            Self::Markdown => ".md",
            Self::Text => ".txt",
            Self::Json => ".json",
            Self::Proof => ".proof",
        }
    }
}

/// What a feed follows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FeedOf {
    /// The whole site.
    Site,
    /// One section.
    Section(DocNo),
    /// One topic.
    Topic(DocNo),
}

/// The files of the theme that pages refer to; their names hold a digest of their bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Asset {
    /// The style sheet.
    Style,
    /// The emblem, also the icon of the page.
    Emblem,
    /// The script of the page that checks proofs.
    Script,
    /// The same check as one file that works without a network.
    Verifier,
}

impl Address {
    /// The site in whose frame it stands, where it has one.
    pub fn site(&self) -> Option<DocNo> {
        match *self {
            Self::Gate { site }
            | Self::Home { site, .. }
            | Self::Front { site, .. }
            | Self::Year { site, .. }
            | Self::Month { site, .. }
            | Self::Document { site, .. }
            | Self::Topics { site, .. }
            | Self::Topic { site, .. }
            | Self::TopicYear { site, .. }
            | Self::TopicMonth { site, .. }
            | Self::People { site, .. }
            | Self::Person { site, .. }
            | Self::About { site, .. }
            | Self::Verify { site, .. }
            | Self::Feed { site, .. } => Some(site),
            Self::Sitemap { site, .. } => site,
            Self::Directory
            | Self::Permalink { .. }
            | Self::Edition { .. }
            | Self::Robots { .. }
            | Self::Asset { .. } => None,
        }
    }

    /// The language of the page, where it has one.
    pub fn lang(&self) -> Option<Lang> {
        match *self {
            Self::Home { lang, .. }
            | Self::Front { lang, .. }
            | Self::Year { lang, .. }
            | Self::Month { lang, .. }
            | Self::Document { lang, .. }
            | Self::Topics { lang, .. }
            | Self::Topic { lang, .. }
            | Self::TopicYear { lang, .. }
            | Self::TopicMonth { lang, .. }
            | Self::People { lang, .. }
            | Self::Person { lang, .. }
            | Self::About { lang, .. }
            | Self::Verify { lang, .. }
            | Self::Edition { lang, .. }
            | Self::Feed { lang, .. } => Some(lang),
            _ => None,
        }
    }
}

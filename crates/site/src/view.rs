//! What pages are computed from: the register, the bytes behind it, the theme and the base addresses. Nothing else exists
//! for this crate: no clock, no files, no environment.

mod lookup;

pub use lookup::Name;

use crate::{frame::Frames, theme::Theme, witnessed::Witnessed};
use record::{
    date::Moment,
    facts::{Facts, Kind, Site},
    lang::Lang,
    register::{DocNo, Edition, Register},
    seal::Commitment,
    words::{Notice, NoticeText, Words},
};
use std::{borrow::Cow, sync::Arc};

/// Everything a page is a function of, beside its address and the moment.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The state folded from the record.
    pub register: &'a Register,
    /// Bytes behind commitments and indices.
    pub source: &'a dyn Source,
    /// Templates, style and tokens.
    pub theme: &'a Theme,
    /// Base addresses of the sites.
    pub bases: &'a Bases,
    /// Headers and footers already made; a cache that alters no byte of a page.
    pub frames: &'a Frames,
    /// True if sites show carried texts in their own frame; else their lists lead to the site that issued them.
    pub carried: bool,
}

/// The bytes that the register only names.
pub trait Source: Sync {
    /// A manifest without its salt; `None` where it is withheld or missing.
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>>;
    /// A manifest of words, read; a source may keep what several pages ask for.
    fn words(&self, commitment: &Commitment) -> Option<Arc<Words>> {
        let bytes = self.manifest(commitment)?;
        record::json::from_trusted_bytes(&bytes).ok().map(Arc::new)
    }
    /// A blob as it is published: salt and bytes.
    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>>;
    /// The whole leaf at an index.
    fn entry(&self, index: u64) -> Option<Vec<u8>>;
    /// The proof of the leaf at an index, in the text form of C2SP tlog-proof.
    fn proof(&self, index: u64) -> Option<String>;
    /// The first checkpoint that contains the leaf at an index and that enough witnesses cosigned.
    fn witnessed(&self, _index: u64) -> Option<Arc<Witnessed>> {
        None
    }
    /// The newest such checkpoint.
    fn witnesses(&self) -> Option<Arc<Witnessed>> {
        None
    }
}

/// The base addresses: of the family as configured, and of each site that has a host name of its own.
#[derive(Clone, Debug)]
pub struct Bases {
    family: String,
    scope: Scope,
}

/// How much of the record is open to everybody, which pages about proofs state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Entries and everything that they seal.
    #[default]
    Full,
    /// Entries and proofs; what they seal is given beside pages alone.
    Proofs,
    /// Nothing of the record itself; proofs are given beside pages.
    Internal,
}

impl Bases {
    /// Bases for a family answering at `address`, such as `https://mfa.example` or `http://127.0.0.1:8080`.
    pub fn new(address: &str) -> Self {
        // Addresses stand in attributes as they are, so that no character of them may end one.
        let safe = |c: &char| !matches!(c, '"' | '\'' | '<' | '>' | '&') && !c.is_whitespace();
        Self {
            family: address.trim_end_matches('/').chars().filter(safe).collect(),
            scope: Scope::default(),
        }
    }

    /// The same, where so much of the record is open.
    #[must_use]
    pub fn with_scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// How much of the record is open.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The address of the family, without a slash at its end.
    pub fn family(&self) -> &str {
        &self.family
    }

    /// The address at whose top a root lies, without a slash at its end. The Host header has no say in it.
    pub fn root(&self, register: &Register, root: Root) -> String {
        let mut out = String::new();
        self.push_root(register, root, &mut out);
        out
    }

    /// Appends it.
    pub fn push_root(&self, register: &Register, root: Root, out: &mut String) {
        match root.and_then(|site| register.site(site)).and_then(|s| s.hosts.first()) {
            Some(host) => out.extend(["https://", host]),
            None => out.push_str(&self.family),
        }
    }
}

/// Where paths begin: the host of a site that has one, or `None` for the address of the family.
pub type Root = Option<DocNo>;

/// A finished answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// HTTP status: 200, 404, or 410 for what was retracted.
    pub status: u16,
    /// Media type with its parameters.
    pub media: &'static str,
    /// The body, not compressed.
    pub bytes: Vec<u8>,
    /// Index of the last entry that may have changed it, plus one: the same number means the same bytes.
    pub touched: u64,
    /// From this moment the page must be computed again; `None` if the clock has no say in it.
    pub valid_until: Option<Moment>,
    /// The address that search engines should keep, where the page has one.
    pub canonical: Option<String>,
}

/// The media type of pages.
pub const HTML: &str = "text/html; charset=utf-8";

impl Page {
    /// A page of status 200 that the clock has no say in.
    pub fn new(media: &'static str, bytes: Vec<u8>, touched: u64) -> Self {
        Self {
            status: 200,
            media,
            bytes,
            touched,
            valid_until: None,
            canonical: None,
        }
    }
}

impl<'a> View<'a> {
    /// The facts of a document.
    pub fn facts(&self, no: DocNo) -> &'a Facts {
        &self.register.document(no).facts
    }

    /// The facts of a site; `None` if the number is that of another document.
    pub fn site(&self, no: DocNo) -> Option<&'a Site> {
        match &self.facts(no).kind {
            Kind::Site(site) => Some(site),
            _ => None,
        }
    }

    /// Where the paths of a site begin.
    pub fn root_of(&self, site: DocNo) -> Root {
        self.site(site).filter(|s| !s.hosts.is_empty()).map(|_| site)
    }

    /// Where permalinks begin: with the ministry.
    pub fn permalink_root(&self) -> Root {
        self.register.ministry().and_then(|site| self.root_of(site))
    }

    /// The words behind a commitment; `None` where they are withheld.
    pub fn words(&self, commitment: &Commitment) -> Option<Arc<Words>> {
        self.source.words(commitment)
    }

    /// The notice that came with an edition of a document's facts; empty where it has none, or may not be read.
    pub fn notice_of_facts(&self, doc: DocNo, edition: &Edition) -> Cow<'a, [NoticeText]> {
        let document = self.register.document(doc);
        let current = document.current(Lang::FACTS);
        if current.is_some_and(|current| current.index == edition.index) {
            return Cow::Borrowed(&document.facts.notice);
        }
        let manifest = edition.sealed.and_then(|sealed| self.source.manifest(&sealed.content));
        let facts = manifest.and_then(|bytes| record::json::from_trusted_bytes::<Facts>(&bytes).ok());
        Cow::Owned(facts.map(|facts| facts.notice).unwrap_or_default())
    }

    /// The notice behind a commitment.
    pub fn notice(&self, commitment: &Commitment) -> Option<Notice> {
        let bytes = self.source.manifest(commitment)?;
        record::json::from_trusted_bytes(&bytes).ok()
    }
}

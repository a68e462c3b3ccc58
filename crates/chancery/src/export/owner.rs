//! Who has which files. Files are planned, compared and removed owner by owner, so that an export asks only for the
//! pages of owners that something happened to.

use super::{redirects, state::Seen};
use record::{facts::Kind, lang::Lang, register::DocNo};
use rustc_hash::FxHashSet;
use site::{
    address::{self, Address, Selection},
    view::View,
    witnessed::{Shown, shown},
};
use std::{fmt, ops::Range};

/// A document, a site in a language, a site, or the family; in the order of the state's lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Owner {
    /// What belongs to no site.
    Family,
    /// What a site has once.
    Site(DocNo),
    /// Homes, lists, people and feeds; and texts of others in the frame of the site.
    Language(DocNo, Lang),
    /// Pages of one document.
    Document(DocNo),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Family => f.write_str("f"),
            Self::Site(site) => write!(f, "s {}", site.0),
            Self::Language(site, lang) => write!(f, "l {} {lang}", site.0),
            Self::Document(doc) => write!(f, "d {}", doc.0),
        }
    }
}

impl Owner {
    /// Reads what `Display` writes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let kind = parts.next()?;
        let mut number = || parts.next().and_then(|n| n.parse().ok()).map(DocNo);
        let owner = match kind {
            "f" => Self::Family,
            "s" => Self::Site(number()?),
            "d" => Self::Document(number()?),
            "l" => Self::Language(number()?, parts.next()?.parse().ok()?),
            _ => return None,
        };
        (owner.to_string() == text).then_some(owner)
    }

    /// All owners, in order.
    pub(super) fn all<'a>(view: &View<'a>) -> impl Iterator<Item = Self> + use<'a> {
        let view = *view;
        let sites = view.register.sites().iter().copied();
        let languages = sites.clone().flat_map(move |site| {
            let mut langs = view.site(site).map_or_else(Vec::new, |facts| facts.langs.clone());
            langs.sort_unstable();
            langs.into_iter().map(move |lang| Self::Language(site, lang))
        });
        let documents = view.register.documents().map(Self::Document);
        std::iter::once(Self::Family)
            .chain(sites.map(Self::Site))
            .chain(languages)
            .chain(documents)
    }

    /// The site whose pages it has; none where it belongs to all.
    pub(super) fn site(self, view: &View<'_>) -> Option<DocNo> {
        match self {
            Self::Family => None,
            Self::Site(site) | Self::Language(site, _) => Some(site),
            Self::Document(doc) => view.home_of(doc),
        }
    }

    /// Its addresses.
    pub(super) fn addresses(self, view: &View<'_>, selection: Selection) -> Vec<Address> {
        match self {
            Self::Family => address::of_family(view, selection),
            Self::Site(site) => address::of_site(view, site, selection),
            Self::Document(doc) => address::of_document(view, doc, selection),
            Self::Language(site, lang) => {
                let mut all = address::of_language(view, site, lang, selection);
                all.extend(address::of_carried(view, site, lang, selection));
                all
            }
        }
    }
}

/// Of so many documents it is worth asking which sites show them.
const MANY: usize = 64;

/// What happened since an export, as far as it decides whose pages are looked at.
pub(super) struct News {
    since: u64,
    /// Something else than a text changed: names, menus, people, topics stand on many pages.
    pub(super) structure: bool,
    /// An old address may lead elsewhere.
    pub(super) redirects: bool,
    /// Entries of which it became known since who witnessed them.
    witnessed: Range<u64>,
    /// Sites that show one of these entries.
    showing: FxHashSet<DocNo>,
    /// The names that stand for the whole record are others.
    witnesses: bool,
}

impl News {
    /// News since an export of a record of this size, of which this was cosigned.
    pub(super) fn since(view: &View<'_>, since: u64, before: Seen, now: Seen) -> Self {
        let register = view.register;
        let mut news = Self {
            since,
            // Every page says that the record has ended, and no document was touched by it.
            structure: register.frozen().is_some_and(|frozen| frozen.index >= since),
            redirects: false,
            witnessed: before.size.min(now.size)..before.size.max(now.size),
            showing: FxHashSet::default(),
            witnesses: before.names != now.names,
        };
        if !news.witnessed.is_empty() {
            news.showing = news.showing_sites(view);
        }
        for no in register.documents().filter(|no| register.touched_document(*no) > since) {
            news.structure |= !matches!(register.document(no).facts.kind, Kind::Text(_) | Kind::Placement(_));
            news.redirects |= redirects::has_old(register, no);
        }
        news.redirects |= news.structure;
        news
    }

    /// True if a page of this owner may have changed. Each page is then asked for itself.
    pub(super) fn concerns(&self, view: &View<'_>, owner: Owner) -> bool {
        match owner {
            _ if self.structure => true,
            Owner::Family => true,
            Owner::Document(doc) => view.register.touched_document(doc) > self.since || self.witnesses_of(view, doc),
            Owner::Language(site, _) if self.witnesses || self.showing.contains(&site) => true,
            // Pages of one language say what there is in the others, and the sitemap names them all.
            Owner::Site(site) | Owner::Language(site, _) => self.concerns_site(view, site),
        }
    }

    /// True if it became known who witnessed an edition of a document.
    fn witnesses_of(&self, view: &View<'_>, doc: DocNo) -> bool {
        let document = view.register.document(doc);
        let words = document.words.iter().flat_map(|words| &words.editions);
        let mut editions = document.facts_editions.iter().chain(words);
        !self.witnessed.is_empty() && editions.any(|edition| self.witnessed.contains(&edition.index))
    }

    /// The sites of such documents, and those that carry them; all sites where there are many.
    fn showing_sites(&self, view: &View<'_>) -> FxHashSet<DocNo> {
        let documents = view.register.documents().filter(|doc| self.witnesses_of(view, *doc));
        let documents: Vec<DocNo> = documents.take(MANY + 1).collect();
        let sites = view.register.sites().iter().copied();
        if documents.len() > MANY {
            return sites.collect();
        }
        let shows = |site: DocNo, doc: DocNo| {
            let mut langs = view.document(doc).words.iter().map(|words| words.lang);
            view.home_of(doc) == Some(site) || langs.any(|lang| view.carries(site, lang, doc))
        };
        sites
            .filter(|site| documents.iter().any(|doc| shows(*site, *doc)))
            .collect()
    }

    /// The ministry's site has lists over the whole family.
    fn concerns_site(&self, view: &View<'_>, site: DocNo) -> bool {
        let register = view.register;
        let of_lists = register.touched_lists(site).max(register.touched_texts(site));
        register.ministry() == Some(site) || of_lists.max(register.touched_home(site)) > self.since
    }

    /// True if this very page may have changed.
    pub(super) fn concerns_page(&self, view: &View<'_>, address: &Address) -> bool {
        let other_witnesses = match shown(view, address) {
            Shown::Nothing => false,
            Shown::Entry(index) => self.witnessed.contains(&index),
            Shown::Record => self.witnesses,
        };
        other_witnesses || site::touched(view, address) > self.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_written_and_read_in_one_form() {
        let owners = [
            Owner::Family,
            Owner::Site(DocNo(3)),
            Owner::Language(DocNo(3), "zh-Hans".parse().unwrap()),
            Owner::Document(DocNo(0)),
        ];
        assert!(owners.is_sorted());
        for owner in owners {
            assert_eq!(Owner::parse(&owner.to_string()), Some(owner));
        }
        for text in ["", "f ", "s", "s x", "s 03", "l 3", "l 3 EN", "d 1 2", "e 1"] {
            assert_eq!(Owner::parse(text), None, "{text:?}");
        }
    }
}

//! Who has which files. Files are planned, compared and removed owner by owner, so that an export asks only for the
//! pages of owners that something happened to.

use super::redirects;
use record::{
    facts::Kind,
    lang::Lang,
    register::{DocNo, Register},
};
use site::{
    address::{self, Address, Selection},
    view::View,
};
use std::fmt;

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

/// What happened since an export, as far as it decides whose pages are looked at.
pub(super) struct News {
    since: u64,
    /// Something else than a text changed: names, menus, people, topics stand on many pages.
    pub(super) structure: bool,
    /// An old address may lead elsewhere.
    pub(super) redirects: bool,
}

impl News {
    /// News since an export of a record of this size.
    pub(super) fn since(register: &Register, since: u64) -> Self {
        let mut news = Self {
            since,
            structure: false,
            redirects: false,
        };
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
            Owner::Document(doc) => view.register.touched_document(doc) > self.since,
            // Pages of one language say what there is in the others, and the sitemap names them all.
            Owner::Site(site) | Owner::Language(site, _) => self.concerns_site(view, site),
        }
    }

    /// The ministry's site has lists over the whole family.
    fn concerns_site(&self, view: &View<'_>, site: DocNo) -> bool {
        let register = view.register;
        let of_lists = register.touched_lists(site).max(register.touched_texts(site));
        register.ministry() == Some(site) || of_lists.max(register.touched_home(site)) > self.since
    }

    /// True if this very page may have changed.
    pub(super) fn concerns_page(&self, view: &View<'_>, address: &Address) -> bool {
        site::touched(view, address) > self.since
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

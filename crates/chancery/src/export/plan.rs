//! The files of one owner: which there are to be, which of them may have changed.

use super::{
    options::Options,
    owner::{News, Owner},
    redirects::{self, Redirects},
    target::Before,
};
use record::date::Moment;
use rustc_hash::FxHashSet;
use site::{
    address::{Address, Form, Resolved, parse},
    view::{Page, Root, View},
};
use std::sync::OnceLock;

/// What stands in a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item {
    Page(Address),
    /// What a server shows where there is nothing.
    Missing(Root),
    /// Old addresses for CDNs.
    Cdn(Root),
    /// Old addresses for nginx.
    Nginx,
}

/// The files of one owner, as they are to be.
pub(super) struct Plan {
    /// Files that stay as they are.
    pub(super) kept: Vec<String>,
    /// Files to compute, and what is known of them.
    pub(super) work: Vec<(Item, String, Before)>,
    /// Files that the owner had.
    pub(super) had: Vec<String>,
}

/// What files are planned and computed from.
pub(super) struct Planner<'r, 'a> {
    pub(super) view: View<'a>,
    pub(super) options: &'r Options,
    pub(super) now: Moment,
    /// What happened since the export that this one goes on from; `None` if all is computed.
    pub(super) news: Option<News>,
    /// Files of exports of which no state says whose they are.
    pub(super) strays: FxHashSet<String>,
    /// True if the folder holds nothing of an export.
    pub(super) empty: bool,
    /// Files that the clock has made wrong, and whose they are.
    pub(super) due: FxHashSet<String>,
    pub(super) due_owners: FxHashSet<Owner>,
    pub(super) redirects: OnceLock<Redirects>,
}

impl Planner<'_, '_> {
    /// True if a file of the owner may have changed.
    pub(super) fn concerns(&self, owner: Owner) -> bool {
        let news = self.news.as_ref();
        news.is_none_or(|news| news.concerns(&self.view, owner)) || self.due_owners.contains(&owner)
    }

    /// Plans the files of an owner that had these.
    pub(super) fn plan(&self, owner: Owner, had: Vec<String>) -> Plan {
        let known: FxHashSet<&str> = had.iter().map(String::as_str).collect();
        let (mut kept, mut work) = (Vec::new(), Vec::new());
        for item in self.items(owner) {
            let file = self.file(&item);
            let had = known.contains(file.as_str());
            if had && !self.is_stale(&item, &file) {
                kept.push(file);
            } else {
                let before = self.before(had, &file);
                work.push((item, file, before));
            }
        }
        Plan { kept, work, had }
    }

    fn items(&self, owner: Owner) -> Vec<Item> {
        let pages = owner
            .addresses(&self.view, self.options.selection)
            .into_iter()
            .map(Item::Page);
        if owner != Owner::Family || !self.options.selection.html {
            return pages.collect();
        }
        let roots = self
            .view
            .roots()
            .into_iter()
            .flat_map(|root| [Item::Missing(root), Item::Cdn(root)]);
        pages.chain(roots).chain([Item::Nginx]).collect()
    }

    fn file(&self, item: &Item) -> String {
        match item {
            Item::Page(address) => address.file(&self.view),
            Item::Missing(root) => self.at_top(*root, "404.html"),
            Item::Cdn(root) => self.at_top(*root, redirects::CDN),
            Item::Nginx => redirects::NGINX.to_owned(),
        }
    }

    fn at_top(&self, root: Root, name: &str) -> String {
        match root.and_then(|site| self.view.site(site)) {
            Some(site) => format!("{}/{name}", site.code),
            None => name.to_owned(),
        }
    }

    fn before(&self, had: bool, file: &str) -> Before {
        match (self.empty, had || self.strays.contains(file)) {
            (true, _) => Before::Empty,
            (false, true) => Before::Ours,
            (false, false) => Before::Nothing,
        }
    }

    fn is_stale(&self, item: &Item, file: &str) -> bool {
        let Some(news) = &self.news else { return true };
        match item {
            Item::Page(address) => news.concerns_page(&self.view, address) || self.due.contains(file),
            Item::Missing(_) => news.structure,
            Item::Cdn(_) | Item::Nginx => news.redirects,
        }
    }

    /// The page of an item; `None` where there is none of that form.
    pub(super) fn render(&self, item: &Item) -> Option<Page> {
        let plain = |text: String| Page::new("text/plain; charset=utf-8", text.into_bytes(), 0);
        match item {
            Item::Page(address) => {
                let page = site::render(&self.view, address, self.now);
                // A folder has no status: what was retracted keeps its page, which says so, and nothing else.
                (page.status == 200 || page.status >= 500 || page.status == 410 && address.is_page()).then_some(page)
            }
            Item::Missing(root) => {
                let lang = |site| self.view.site(site)?.langs.first().copied().map(|lang| (site, lang));
                Some(site::missing(&self.view, root.and_then(lang)))
            }
            Item::Cdn(root) => self.redirects().cdn(*root).map(plain),
            Item::Nginx => self.redirects().nginx().map(plain),
        }
    }

    fn redirects(&self) -> &Redirects {
        self.redirects.get_or_init(|| {
            let selection = self.options.selection;
            let wanted = [
                selection.html,
                selection.md,
                selection.txt,
                selection.json,
                selection.proof,
            ];
            let forms: Vec<Form> = Form::ALL
                .into_iter()
                .zip(wanted)
                .filter(|(_, wanted)| *wanted)
                .map(|(form, _)| form)
                .collect();
            Redirects::of(&self.view, &forms)
        })
    }
}

/// Whose a file is that an export made; `None` if nothing is there any more.
pub(super) fn owner_of(view: &View<'_>, file: &str) -> Option<Owner> {
    let path = file
        .strip_suffix("index.html")
        .or_else(|| file.strip_suffix(".html"))
        .unwrap_or(file);
    let Resolved::Page(address) = parse(view, None, &format!("/{path}"), None) else {
        return None;
    };
    Some(match address {
        Address::Document { site, lang, doc, .. } if view.home_of(doc) != Some(site) => Owner::Language(site, lang),
        Address::Document { doc, .. } | Address::Permalink { doc } | Address::Edition { doc, .. } => {
            Owner::Document(doc)
        }
        _ => match (address.site(), address.lang()) {
            (Some(site), Some(lang)) => Owner::Language(site, lang),
            (Some(site), None) => Owner::Site(site),
            _ => Owner::Family,
        },
    })
}

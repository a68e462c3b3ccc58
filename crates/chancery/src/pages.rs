//! Finished pages: found in a bounded cache, or computed from the state of the record.
//!
//! A page is right while the site crate names the same last entry for its address and the clock has not passed the moment
//! until which it holds. So a publication costs the pages it changes, and a question for each of the others.

mod cache;
mod coding;
mod finished;

pub use coding::Coding;
pub use finished::{Finished, Form};

use crate::{http::memento, reading::Gone};
use arc_swap::ArcSwap;
use cache::Cache;
use http::StatusCode;
use record::{
    date::Moment,
    lang::Lang,
    register::{DocNo, Queries, Register},
};
use rustc_hash::FxHashMap;
use site::{
    address::{Address, Place, Resolved, parse},
    frame::Frames,
    theme::Theme,
    view::{Bases, Page, Root, Scope, Source, View},
};
use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tlog::hash::Hash;

/// What pages are computed from: a record that may be growing, or a draft of one.
pub trait World: Send + Sync {
    /// Changes whenever pages may have changed; never goes back to a former value. While [`Self::look`] runs it is that of
    /// the state it shows.
    fn head(&self) -> u64;
    /// Looks at one consistent state; false if something was not there yet, so that the result must not be kept.
    fn look(&self, at: &mut dyn FnMut(&Register, &dyn Source)) -> bool;
    /// The entry that withholds or erases a blob.
    fn withheld(&self, name: &Hash) -> Option<Gone>;
    /// The folder of the record's public files, where they are served too.
    fn record(&self) -> Option<&Path>;
    /// How it is.
    fn health(&self) -> Health;
}

/// How a record is, for those who watch it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Entries that the pages are computed from.
    pub size: u64,
    /// When the last of them was issued.
    pub issued: Moment,
    /// When it was seen here, in seconds since 1970.
    pub seen: i64,
    /// What is wrong, in words; the last good state is served all the same.
    pub problems: Vec<String>,
}

/// The pages of a family of sites.
pub struct Pages {
    world: Arc<dyn World>,
    theme: Theme,
    bases: Bases,
    frames: Frames,
    cache: Cache,
    hosts: ArcSwap<Hosts>,
    /// The page that says that there is none, by frame.
    missing: Mutex<Missing>,
}

type Missing = FxHashMap<Option<(DocNo, Lang)>, Arc<Finished>>;

/// Which site answers under a host name, and which queries name an old address.
#[derive(Default)]
struct Hosts {
    /// The head for which this holds; 0 before it was first read.
    head: AtomicU64,
    /// None for one under which a site answers no longer: it leads to another.
    names: FxHashMap<Box<str>, Option<DocNo>>,
    queries: Queries,
}

/// What a request leads to.
pub enum Found {
    /// An answer with a body.
    Page(Arc<Finished>),
    /// Another address, for ever.
    Redirect(String),
    /// Something is committed but not derived yet; it will be there in a moment.
    Soon,
}

impl Pages {
    /// Pages of a world, with a cache of at most so many bytes.
    pub fn new(world: Arc<dyn World>, theme: Theme, bases: Bases, cache: usize) -> Self {
        Self {
            world,
            theme,
            bases,
            frames: Frames::default(),
            cache: Cache::new(cache),
            hosts: ArcSwap::default(),
            missing: Mutex::default(),
        }
    }

    /// What the pages are computed from.
    pub fn world(&self) -> &dyn World {
        &*self.world
    }

    /// A page that is finished and known to be right, without any work. None where the query may be of an old address.
    pub fn ready(&self, host: Option<&str>, path: &str, query: Option<&str>, now: Moment) -> Option<Arc<Finished>> {
        let head = self.world.head();
        let page = self.cache.get(self.root(host, query, head)?, path)?;
        page.is_right(head, now).then_some(page)
    }

    /// The root of a host name, if it is known for this head and the query has no say.
    fn root(&self, host: Option<&str>, query: Option<&str>, head: u64) -> Option<Root> {
        let hosts = self.hosts.load();
        if hosts.head.load(Ordering::Relaxed) != head || query.is_some_and(|query| hosts.queries.may_have(query)) {
            return None;
        }
        let Some(host) = host.filter(|_| !hosts.names.is_empty()) else {
            return Some(None);
        };
        if let Some(site) = hosts.names.get(host) {
            return site.map(Some);
        }
        let host = host.to_ascii_lowercase();
        let bare = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
        let known = hosts.names.get(host.as_str()).or_else(|| hosts.names.get(bare));
        known.map_or(Some(None), |site| site.map(Some))
    }

    /// What a request leads to, with all the work that may take. Never on a thread that serves others.
    pub fn find(&self, host: Option<&str>, path: &str, query: Option<&str>, now: Moment) -> Found {
        let mut found = Found::Soon;
        let mut fresh = None;
        let whole = self.world.look(&mut |register, source| {
            let view = self.view(register, source);
            self.know_hosts(&view);
            found = match parse(&view, host, path, query) {
                Resolved::Redirect(to) => Found::Redirect(to),
                Resolved::Missing(frame) => Found::Page(self.missing(&view, frame)),
                Resolved::Page(address) => {
                    let place = kept_at(&view, host, path);
                    let (page, new) = self.page(&view, &place, &address, now);
                    fresh = new.then(|| (place, Arc::clone(&page)));
                    Found::Page(page)
                }
            };
        });
        match (fresh, whole) {
            (Some((place, page)), true) => self.cache.put(place.root, &place.path, page),
            (Some((_, page)), false) if page.status != StatusCode::OK => return Found::Soon,
            _ => {}
        }
        found
    }

    /// The page at an address: the one that is kept, if it is still right, or a new one.
    fn page(&self, view: &View<'_>, place: &Place, address: &Address, now: Moment) -> (Arc<Finished>, bool) {
        let witnessed = site::witnessed(view, address);
        if let Some(kept) = self.cache.get(place.root, &place.path)
            && kept.holds(address, now)
            && kept.is_as(site::touched(view, address), witnessed.as_deref())
        {
            kept.confirm(self.world.head());
            return (kept, false);
        }
        let page = site::render(view, address, now);
        let page = self.finish(view, page, Some(*address)).showing(witnessed);
        (Arc::new(page), true)
    }

    fn missing(&self, view: &View<'_>, frame: Option<(DocNo, Lang)>) -> Arc<Finished> {
        let head = self.world.head();
        let lock = || self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = lock().get(&frame).filter(|kept| kept.is_right(head, Moment(i64::MIN))) {
            return Arc::clone(kept);
        }
        let page = Arc::new(self.finish(view, site::missing(view, frame), None));
        let mut missing = lock();
        if missing.len() >= MOST_FRAMES {
            missing.clear();
        }
        missing.insert(frame, Arc::clone(&page));
        page
    }

    fn finish(&self, view: &View<'_>, page: Page, address: Option<Address>) -> Finished {
        let root = address.and_then(|address| address.root(view));
        let secure = self.bases.root(view.register, root).starts_with("https://");
        let ok = page.status == StatusCode::OK.as_u16();
        let more = address
            .filter(|_| ok)
            .map_or_else(Vec::new, |address| memento::of_page(view, &address));
        Finished::with(page, address, self.world.head(), secure, more)
    }

    /// Asks one consistent state something.
    pub fn with_view<T>(&self, ask: impl Fn(&View<'_>) -> Option<T>) -> Option<T> {
        let mut answer = None;
        self.world
            .look(&mut |register, source| answer = ask(&self.view(register, source)));
        answer
    }

    fn view<'a>(&'a self, register: &'a Register, source: &'a dyn Source) -> View<'a> {
        View {
            register,
            source,
            theme: &self.theme,
            bases: &self.bases,
            frames: &self.frames,
            carried: true,
        }
    }

    /// Reads the host names anew where the record has grown.
    fn know_hosts(&self, view: &View<'_>) {
        let head = self.world.head();
        if self.hosts.load().head.load(Ordering::Relaxed) == head {
            return;
        }
        let mut names = FxHashMap::default();
        for site in view.register.sites() {
            for host in view.site(*site).into_iter().flat_map(|facts| &facts.hosts) {
                let current = !view.is_former_host(host);
                let name = host.to_ascii_lowercase().into_boxed_str();
                names.entry(name).or_insert(current.then_some(*site));
            }
        }
        self.hosts.store(Arc::new(Hosts {
            head: AtomicU64::new(head),
            names,
            queries: view.register.old_queries().clone(),
        }));
    }

    /// How much of the record is open.
    pub fn scope(&self) -> Scope {
        self.bases.scope()
    }

    /// True if the base address of the family is https.
    pub fn secure(&self) -> bool {
        self.bases.family().starts_with("https://")
    }

    /// Bytes that the cache holds, and the most it may.
    pub fn held(&self) -> (usize, usize) {
        self.cache.held()
    }
}

/// Where a page is kept: under the path it was asked for, which is its own or that under its site's code.
fn kept_at(view: &View<'_>, host: Option<&str>, path: &str) -> Place {
    Place {
        root: host.and_then(|host| view.site_of_host(host)),
        path: path.to_owned(),
    }
}

/// Frames of which the missing page is kept.
const MOST_FRAMES: usize = 1024;

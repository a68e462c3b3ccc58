//! Atom feeds of a site, a section or a topic: the newest texts whole, and each correction, withdrawal and retraction as
//! an item of its own. An editorial change is none.

mod atom;
mod items;

use crate::{
    address::{Address, Asset, FeedOf},
    theme::GENERATOR,
    view::{Page, View},
};
use items::Maker;
use record::{
    lang::Lang,
    register::{DocNo, FRONT, List, ListPart, Scope},
};

/// The media type of feeds.
pub const ATOM: &str = "application/atom+xml; charset=utf-8";

/// A feed.
pub fn render(view: &View<'_>, site: DocNo, lang: Lang, of: FeedOf) -> Page {
    let list = list(view, site, lang, of);
    let mut items = Maker::new(view, site, lang).all(&list);
    items.sort_by(|a, b| b.order.cmp(&a.order).then_with(|| a.id.cmp(&b.id)));
    let author = view.site_name(site, lang).text;
    let title = match of {
        FeedOf::Site => author.to_owned(),
        FeedOf::Section(section) => format!("{author}: {}", view.section_name(section, lang).text),
        FeedOf::Topic(topic) => format!("{author}: {}", view.title(topic, lang).map_or("", |name| name.text)),
    };
    let feed = atom::Feed {
        id: feed_id(view, site, lang, of),
        lang: lang.as_str(),
        title: directed(&title, lang),
        updated: items
            .iter()
            .map(|item| item.updated)
            .max()
            .unwrap_or_else(|| view.register.genesis()),
        author,
        own: Address::Feed { site, lang, of }.url(view),
        page: front(site, lang, of).url(view),
        icon: Address::Asset {
            root: view.root_of(site),
            asset: Asset::Emblem,
        }
        .url(view),
        generator: GENERATOR,
        items,
    };
    Page::new(ATOM, atom::write(&feed), touched(view, site, lang, of))
}

/// Index + 1 of the last entry that may have changed a feed.
pub fn touched(view: &View<'_>, site: DocNo, lang: Lang, of: FeedOf) -> u64 {
    let register = view.register;
    let list = list(view, site, lang, of);
    let changes = register.changes(&list).into_iter().map(|(_, doc)| doc);
    let texts = register.newest(&list, FRONT).into_iter().chain(changes);
    let of_text = |doc: DocNo| {
        let topics = view.facts(doc).topics.iter().filter_map(|id| register.by_id(*id));
        topics.chain([doc]).map(|no| register.touched_document(no)).max()
    };
    let of_texts = texts.filter_map(of_text).max().unwrap_or(0);
    let named = match of {
        FeedOf::Site => 0,
        FeedOf::Section(no) | FeedOf::Topic(no) => register.touched_document(no),
    };
    let front = register.touched_list(&list, ListPart::Front);
    front.max(of_texts).max(named).max(view.touched_frame(site))
}

fn list(view: &View<'_>, site: DocNo, lang: Lang, of: FeedOf) -> List {
    let scope = match of {
        FeedOf::Site => Scope::All,
        FeedOf::Section(section) => Scope::Section(section),
        FeedOf::Topic(topic) => return view.topic_list(site, lang, topic),
    };
    List { site, scope, lang }
}

/// The page that shows the same list.
fn front(site: DocNo, lang: Lang, of: FeedOf) -> Address {
    match of {
        FeedOf::Site => Address::Home { site, lang },
        FeedOf::Section(section) => Address::Front { site, lang, section },
        FeedOf::Topic(topic) => Address::Topic { site, lang, topic },
    }
}

/// `tag:<origin>,<year of genesis>:`, what all ids begin with (`docs/spec/entry.md`, section 14.3).
fn tag(view: &View<'_>) -> String {
    format!(
        "tag:{},{}:",
        view.register.origin(),
        view.register.genesis().date().year()
    )
}

/// The id of a feed: documents keep theirs whatever they are called.
fn feed_id(view: &View<'_>, site: DocNo, lang: Lang, of: FeedOf) -> String {
    let id = |no: DocNo| view.register.document(no).id;
    match of {
        FeedOf::Site => format!("{}feed/{}/{lang}", tag(view), id(site)),
        FeedOf::Section(no) | FeedOf::Topic(no) => format!("{}feed/{}/{}/{lang}", tag(view), id(site), id(no)),
    }
}

/// A title that keeps its direction in a reader of the other one: a mark stands first where its first letter misleads.
fn directed(title: &str, lang: Lang) -> String {
    let first = title.chars().find(|c| c.is_alphabetic());
    match first.map(is_rtl_letter) {
        Some(false) if lang.is_rtl() => format!("\u{200f}{title}"),
        Some(true) if !lang.is_rtl() => format!("\u{200e}{title}"),
        _ => title.to_owned(),
    }
}

fn is_rtl_letter(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests;

//! From an address to its page.

use crate::{
    address::{Address, Form},
    alternates, feed, history,
    pages::{
        about, document, front, home,
        list::{self, Of},
        people, sites, topics, verify,
    },
    sitemap,
    view::{Page, View},
};
use record::{date::Moment, register::ListPart};

/// The page at an address. The same view, address and moment give the same bytes.
pub fn render(view: &View<'_>, address: &Address, now: Moment) -> Page {
    match *address {
        Address::Directory => sites::directory(view),
        Address::Gate { site } => sites::gate(view, site),
        Address::Home { site, lang } => home::page(view, site, lang, now),
        Address::Front { site, lang, section } => front::page(view, site, lang, section, now),
        Address::Year {
            site,
            lang,
            section,
            year,
        } => list::year(view, site, lang, Of::Section(section), year),
        Address::Month {
            site,
            lang,
            section,
            month,
        } => list::month(view, site, lang, Of::Section(section), month),
        Address::Document {
            site,
            lang,
            doc,
            form: Form::Html,
        } => document::page(view, site, lang, doc),
        Address::Topics { site, lang } => topics::index(view, site, lang),
        Address::Topic { site, lang, topic } => topics::page(view, site, lang, topic),
        Address::TopicYear {
            site,
            lang,
            topic,
            year,
        } => list::year(view, site, lang, Of::Topic(topic), year),
        Address::TopicMonth {
            site,
            lang,
            topic,
            month,
        } => list::month(view, site, lang, Of::Topic(topic), month),
        Address::People { site, lang } => people::index(view, site, lang, now),
        Address::Person { site, lang, person } => people::page(view, site, lang, person),
        Address::About { site, lang } => about::page(view, site, lang),
        Address::Verify { site, lang } => verify::page(view, site, lang),
        Address::Feed { site, lang, of } => feed::render(view, site, lang, of),
        Address::Asset { asset, .. } => {
            let (bytes, media) = view.theme.asset_bytes(asset);
            Page::new(media, bytes.to_vec(), 0)
        }
        Address::Sitemap { site, part } => sitemap::render(view, site, part),
        Address::Robots { root } => sitemap::robots(view, root),
        Address::Document { .. } | Address::Edition { .. } | Address::Permalink { .. } => {
            beside(view, address).unwrap_or_else(|| missing(view, address))
        }
    }
}

/// What stands beside the pages; `None` where there is nothing of that form.
fn beside(view: &View<'_>, address: &Address) -> Option<Page> {
    match *address {
        Address::Document { site, lang, doc, form } => alternates::document(view, site, lang, doc, form),
        Address::Edition {
            doc,
            lang,
            version,
            form: form @ (Form::Json | Form::Proof),
        } => alternates::edition(view, doc, lang, version, form),
        Address::Edition {
            doc,
            lang,
            version,
            form: Form::Html,
        } => history::edition(view, doc, lang, version),
        Address::Permalink { doc } => history::page(view, doc),
        _ => None,
    }
}

fn missing(view: &View<'_>, address: &Address) -> Page {
    sites::missing(view, address.site().zip(address.lang()))
}

/// Index + 1 of the last entry that may have changed a page: while it stays the same, and the clock has no say, so do the
/// bytes.
pub fn touched(view: &View<'_>, address: &Address) -> u64 {
    let register = view.register;
    let of_list = |site, lang, of, part| list::touched_part(view, site, lang, of, part);
    match *address {
        Address::Directory => register
            .sites()
            .iter()
            .map(|site| register.touched_site(*site))
            .max()
            .unwrap_or(0),
        Address::Gate { site } | Address::About { site, .. } | Address::Verify { site, .. } => view.touched_frame(site),
        Address::Home { site, lang } => home::touched(view, site, lang),
        Address::Front { site, lang, section } => front::touched(view, site, lang, section),
        Address::Year {
            site,
            lang,
            section,
            year,
        } => of_list(site, lang, Of::Section(section), ListPart::Year(year)),
        Address::Month {
            site,
            lang,
            section,
            month,
        } => of_list(site, lang, Of::Section(section), ListPart::Month(month)),
        Address::Document {
            site,
            doc,
            form: Form::Html,
            ..
        } => document::touched(view, site, doc),
        Address::Permalink { doc } | Address::Edition { doc, .. } => history::touched(view, doc),
        Address::Document { doc, .. } => {
            let home = view.home_of(doc).map_or(0, |site| view.touched_frame(site));
            register.touched_document(doc).max(home)
        }
        Address::Topics { site, lang } => topics::touched(view, site, lang),
        Address::Topic { site, lang, topic } => topics::touched_topic(view, site, lang, topic),
        Address::TopicYear {
            site,
            lang,
            topic,
            year,
        } => of_list(site, lang, Of::Topic(topic), ListPart::Year(year)),
        Address::TopicMonth {
            site,
            lang,
            topic,
            month,
        } => of_list(site, lang, Of::Topic(topic), ListPart::Month(month)),
        Address::People { site, .. } => register.touched_home(site).max(view.touched_frame(site)),
        Address::Person { site, person, .. } => register.touched_document(person).max(view.touched_frame(site)),
        Address::Feed { site, lang, of } => feed::touched(view, site, lang, of),
        Address::Sitemap { site: Some(site), .. } | Address::Robots { root: Some(site) } => {
            sitemap::touched(view, site)
        }
        Address::Sitemap { .. } => sitemap::touched_index(view),
        Address::Robots { .. } => register
            .sites()
            .iter()
            .map(|site| register.touched_site(*site))
            .max()
            .unwrap_or(0),
        Address::Asset { .. } => 0,
    }
}

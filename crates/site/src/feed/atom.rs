//! Atom (RFC 4287) as bytes.

use crate::escape;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use record::date::Moment;
use std::io;

/// A feed.
pub(super) struct Feed<'a> {
    pub(super) id: String,
    pub(super) lang: &'a str,
    pub(super) title: String,
    pub(super) updated: Moment,
    /// Whose feed it is.
    pub(super) author: &'a str,
    pub(super) own: String,
    pub(super) page: String,
    pub(super) icon: String,
    pub(super) generator: &'static str,
    pub(super) items: Vec<Item<'a>>,
}

/// An item of a feed: the feed's `entry`.
pub(super) struct Item<'a> {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) published: String,
    /// The instant of `published`, by which a feed is ordered.
    pub(super) order: Moment,
    pub(super) updated: Moment,
    pub(super) author: &'a str,
    pub(super) page: String,
    /// The same text in other languages: tag and address.
    pub(super) others: Vec<(String, String)>,
    pub(super) topics: Vec<(&'a str, &'a str)>,
    pub(super) summary: Option<&'a str>,
    /// HTML with whole addresses.
    pub(super) content: String,
}

type Out = Writer<Vec<u8>>;

/// The bytes of a feed.
pub(super) fn write(feed: &Feed) -> Vec<u8> {
    let room: usize = feed
        .items
        .iter()
        .map(|item| item.content.len() + item.content.len() / 4 + 1024)
        .sum();
    let mut out = Writer::new(Vec::with_capacity(room + 1024));
    // Writing to memory cannot fail.
    let _ = document(&mut out, feed);
    out.into_inner()
}

fn document(out: &mut Out, feed: &Feed) -> io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let attributes = [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", feed.lang)];
    out.create_element("feed")
        .with_attributes(attributes)
        .write_inner_content(|out| {
            element(out, "id", &feed.id)?;
            element(out, "title", &feed.title)?;
            element(out, "updated", &feed.updated.to_string())?;
            author(out, feed.author)?;
            link(
                out,
                &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.own)],
            )?;
            link(
                out,
                &[
                    ("rel", "alternate"),
                    ("type", "text/html"),
                    ("hreflang", feed.lang),
                    ("href", &feed.page),
                ],
            )?;
            element(out, "icon", &feed.icon)?;
            element(out, "generator", feed.generator)?;
            feed.items.iter().try_for_each(|entry| item(out, feed, entry))
        })?;
    out.get_mut().push(b'\n');
    Ok(())
}

fn item(out: &mut Out, feed: &Feed, item: &Item) -> io::Result<()> {
    out.get_mut().push(b'\n');
    let inside = |out: &mut Out| {
        element(out, "id", &item.id)?;
        element(out, "title", &item.title)?;
        element(out, "published", &item.published)?;
        element(out, "updated", &item.updated.to_string())?;
        if item.author != feed.author {
            author(out, item.author)?;
        }
        link(
            out,
            &[
                ("rel", "alternate"),
                ("type", "text/html"),
                ("hreflang", feed.lang),
                ("href", &item.page),
            ],
        )?;
        for (lang, href) in &item.others {
            link(
                out,
                &[
                    ("rel", "alternate"),
                    ("type", "text/html"),
                    ("hreflang", lang),
                    ("href", href),
                ],
            )?;
        }
        for (term, label) in &item.topics {
            out.create_element("category")
                .with_attributes([("term", *term), ("label", *label)])
                .write_empty()?;
        }
        item.summary
            .map_or(Ok(()), |summary| element(out, "summary", summary))?;
        // Most of a feed: into its bytes at once.
        let bytes = out.get_mut();
        bytes.extend_from_slice(b"<content type=\"html\">");
        escape::push_markup(bytes, &item.content);
        bytes.extend_from_slice(b"</content>");
        Ok(())
    };
    out.create_element("entry").write_inner_content(inside)?;
    Ok(())
}

fn element(out: &mut Out, name: &str, text: &str) -> io::Result<()> {
    out.create_element(name).write_text_content(BytesText::new(text))?;
    Ok(())
}

fn author(out: &mut Out, name: &str) -> io::Result<()> {
    out.create_element("author")
        .write_inner_content(|out| element(out, "name", name))?;
    Ok(())
}

fn link(out: &mut Out, attributes: &[(&str, &str)]) -> io::Result<()> {
    out.create_element("link")
        .with_attributes(attributes.iter().copied())
        .write_empty()?;
    Ok(())
}

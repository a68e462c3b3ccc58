//! Header and footer of a site in a language, made once and filled in for each page.
//!
//! A page differs from its neighbours in three places of its header only: how far up links begin, which section it
//! stands in, and which languages it exists in. The made form holds a mark for each.

use crate::{
    address::{Address, FeedOf, Linker},
    office::{self, Desk},
    theme::Fields,
    view::{Name, View},
};
use minijinja::Value;
use record::{
    body::{Inline, Target, plain},
    lang::Lang,
    register::DocNo,
};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the way up to the home page is put.
const UP: char = '\u{1}';
/// Where the link of the n-th section says that it is the current one.
const CURRENT: char = '\u{2}';
/// Where the other languages of the page are put.
const SWITCHER: char = '\u{3}';
/// More frames than this are not kept.
const MOST: usize = 2048;

/// Frames by site and language, each with the number of entries it was made from.
type Made = FxHashMap<(DocNo, Lang), (u64, Arc<Frame>)>;

/// Frames already made, for one theme, one set of bases and one record: a cache, and nothing but a cache.
#[derive(Default)]
pub struct Frames(Mutex<Made>);

/// The frame of one site in one language.
pub struct Frame {
    header: Box<str>,
    footer: Box<str>,
    desk: Desk,
    sections: Vec<DocNo>,
}

/// What a page puts into its frame.
pub struct Filling<'f> {
    /// The way from the page to the home page of its site and language.
    pub up: &'f str,
    /// The section the page stands in.
    pub section: Option<DocNo>,
    /// Items of the list of languages.
    pub switcher: &'f str,
}

impl Frames {
    /// No frames yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The frame of a site in a language.
    pub fn get(&self, view: &View<'_>, site: DocNo, lang: Lang) -> Arc<Frame> {
        let stamp = view.touched_frame(site);
        let known = self
            .lock()
            .get(&(site, lang))
            .filter(|(made, _)| *made == stamp)
            .map(|(_, frame)| Arc::clone(frame));
        if let Some(frame) = known {
            return frame;
        }
        let frame = Arc::new(Frame::new(view, site, lang));
        let mut frames = self.lock();
        if frames.len() >= MOST {
            frames.clear();
        }
        frames.insert((site, lang), (stamp, Arc::clone(&frame)));
        frame
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Made> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Frame {
    fn new(view: &View<'_>, site: DocNo, lang: Lang) -> Self {
        let maker = Maker::new(view, site, lang);
        let sections = view.register.sections(site);
        let made = |template, fields| {
            view.theme
                .fill(template, fields)
                .unwrap_or_else(|error| failure(template, &error))
        };
        Self {
            header: made("header.html", maker.header(&sections)).into(),
            footer: made("footer.html", maker.footer()).into(),
            desk: Desk::of(view, site, lang),
            sections,
        }
    }

    /// The header of a page.
    pub fn header(&self, filling: &Filling<'_>) -> String {
        self.fill(&self.header, filling)
    }

    /// The footer of a page.
    pub fn footer(&self, filling: &Filling<'_>) -> String {
        self.fill(&self.footer, filling)
    }

    /// Whom the readers of the site's texts can write to.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The sections of the site, in the order of its menu.
    pub fn sections(&self) -> impl Iterator<Item = DocNo> {
        self.sections.iter().copied()
    }

    fn fill(&self, made: &str, filling: &Filling<'_>) -> String {
        let mut out = String::with_capacity(made.len() + 512);
        let mut rest = made;
        let mut number = 0;
        while let Some(at) = memchr::memchr3(1, 2, 3, rest.as_bytes()) {
            out.push_str(&rest[..at]);
            // Marks are characters of one byte.
            let mark = rest.as_bytes()[at];
            rest = &rest[at + 1..];
            match mark {
                1 => out.push_str(if filling.up.is_empty() && rest.starts_with('"') {
                    "./"
                } else {
                    filling.up
                }),
                2 => {
                    let current = filling.section.is_some() && self.sections.get(number) == filling.section.as_ref();
                    out.push_str(if current { " aria-current=\"true\"" } else { "" });
                    number += 1;
                }
                _ => out.push_str(filling.switcher),
            }
        }
        out.push_str(rest);
        out
    }
}

/// What stands in place of a part whose template failed; only an operator's own template can.
pub fn failure(template: &str, error: &minijinja::Error) -> String {
    crate::escape::text(&format!("[template {template}: {error}]"))
}

struct Maker<'a> {
    view: View<'a>,
    site: DocNo,
    lang: Lang,
    linker: Linker<'a>,
}

impl<'a> Maker<'a> {
    /// Links begin at the home page; a language that the site has no lists in is led to its first one.
    fn new(view: &View<'a>, site: DocNo, lang: Lang) -> Self {
        let lang = view.list_lang(site, lang);
        Self {
            view: *view,
            site,
            lang,
            linker: Linker::new(*view, &Address::Home { site, lang }),
        }
    }

    fn href(&self, address: &Address) -> Value {
        let href = self.linker.href(address);
        let path = if href == "./" { "" } else { &href };
        Value::from_safe_string(if href.contains("://") {
            crate::escape::text(&href)
        } else {
            format!("{UP}{path}")
        })
    }

    fn common(&self) -> Fields {
        let tongue = self.view.tongue(self.lang);
        Fields::new()
            .with("t", tongue.value())
            .html("fl", furniture(&self.view, self.lang))
    }

    fn header(&self, sections: &[DocNo]) -> Fields {
        let (view, site, lang) = (&self.view, self.site, self.lang);
        let menu: Vec<Value> = sections.iter().map(|section| self.section(*section)).collect();
        let ministry = view.register.ministry().filter(|ministry| *ministry != site);
        let others = self.others();
        self.common()
            .with("home", self.href(&Address::Home { site, lang }))
            .with("name", name(view.site_name(site, lang), lang))
            .with(
                "ministry",
                ministry.map_or(Value::from(()), |no| name(view.site_name(no, lang), lang)),
            )
            .with("menu", menu)
            .with("more", others)
            .html("switcher", SWITCHER.to_string())
            .with("preview", view.theme.preview)
            .with("frozen", self.frozen())
            .with("told", self.told())
    }

    /// What readers are told about the mission as a whole: that it was closed, and where it goes on.
    fn told(&self) -> Option<Value> {
        let notices = &self.view.document(self.site).facts.notice;
        let notice = notices
            .iter()
            .find(|notice| notice.lang == self.lang)
            .or(notices.first())?;
        let site = |inline: &Inline| match inline {
            Inline::Link {
                to: Target::Document { id, .. },
                ..
            } => self.view.register.by_id(*id),
            _ => None,
        };
        let link = notice
            .text
            .iter()
            .enumerate()
            .find_map(|(at, inline)| Some((at, site(inline)?)));
        let (at, linked) = link.unzip();
        let (before, rest) = notice.text.split_at(at.unwrap_or(notice.text.len()));
        let text = plain(before);
        let words = name(
            Name {
                text: &text,
                lang: notice.lang,
            },
            self.lang,
        );
        let href = linked.and_then(|doc| self.view.canonical(doc, Some(self.lang)));
        Some(
            Fields::new()
                .with("words", words)
                .with("href", href.map(|address| self.href(&address)))
                .with("link", plain(rest.get(..1).unwrap_or_default()))
                .with("after", plain(rest.get(1..).unwrap_or_default()))
                .value(),
        )
    }

    /// That the record has ended, and where it goes on.
    fn frozen(&self) -> Option<String> {
        let frozen = self.view.register.frozen()?;
        let tongue = self.view.tongue(self.lang);
        let date = tongue.dates.day(frozen.issued.date()).to_string();
        let ended = tongue.say("frozen", &[("date", date.into())]);
        let Some(successor) = &frozen.successor else {
            return Some(ended);
        };
        let on = tongue.say("frozen-successor", &[("name", successor.to_string().into())]);
        Some(format!("{ended} {on}"))
    }

    fn section(&self, section: DocNo) -> Value {
        let (site, lang) = (self.site, self.lang);
        let furniture = self.view.tongue(lang).lang;
        Fields::new()
            .with("name", name(self.view.section_name(section, lang), furniture))
            .with("href", self.href(&Address::Front { site, lang, section }))
            .html("current", CURRENT.to_string())
            .value()
    }

    /// Topics, where the site has some and no section lists them.
    fn others(&self) -> Vec<Value> {
        let (view, site, lang) = (&self.view, self.site, self.lang);
        let listed = view
            .register
            .sections(site)
            .iter()
            .any(|section| view.shows_topics(*section));
        let topics = !listed && !view.register.topics(site).is_empty();
        let tongue = view.tongue(lang);
        let link = |address: Address| {
            let text = Name {
                text: tongue.text("topics"),
                lang: tongue.lang,
            };
            Fields::new()
                .with("href", self.href(&address))
                .with("name", name(text, tongue.lang))
                .value()
        };
        topics
            .then(|| link(Address::Topics { site, lang }))
            .into_iter()
            .collect()
    }

    fn footer(&self) -> Fields {
        let (view, site, lang) = (&self.view, self.site, self.lang);
        let office = view
            .register
            .offices(site)
            .first()
            .map(|office| office::contact(view, *office, lang));
        let many = view.register.sites().len() > 1;
        let ministry = view.register.ministry().filter(|no| *no != site);
        self.common()
            .with("name", name(view.site_name(site, lang), lang))
            .html("contact", office.unwrap_or_default())
            .with("about", self.href(&Address::About { site, lang }))
            .with("people", self.href(&Address::People { site, lang }))
            .with("topics", self.href(&Address::Topics { site, lang }))
            .with("has_people", !view.register.people(site).is_empty())
            .with("has_topics", !view.register.topics(site).is_empty())
            .with(
                "feed",
                self.href(&Address::Feed {
                    site,
                    lang,
                    of: FeedOf::Site,
                }),
            )
            .with(
                "sites",
                if many {
                    self.href(&Address::Directory)
                } else {
                    Value::from(())
                },
            )
            .with("ministry", ministry.map_or(Value::from(()), |no| self.site_link(no)))
    }

    fn site_link(&self, site: DocNo) -> Value {
        let lang = self.view.list_lang(site, self.lang);
        Fields::new()
            .with("href", self.href(&Address::Home { site, lang }))
            .with("name", name(self.view.site_name(site, self.lang), self.lang))
            .value()
    }
}

/// A name for templates: its text, and the attributes it needs inside a text of another language.
pub fn name(name: Name<'_>, around: Lang) -> Value {
    Fields::new()
        .with("text", name.text)
        .html("attr", lang_attr(name.lang, around))
        .value()
}

/// ` lang="ar" dir="rtl"` where a language stands inside another.
pub fn lang_attr(lang: Lang, around: Lang) -> String {
    if lang == around {
        return String::new();
    }
    let dir = if lang.is_rtl() == around.is_rtl() {
        String::new()
    } else {
        format!(" dir=\"{}\"", lang.direction())
    };
    format!(" lang=\"{lang}\"{dir}")
}

/// The attributes of numbers and addresses inside a text from right to left: they run from left to right and are of no
/// language (`zxx`, BCP 47).
pub fn left_to_right(around: Lang) -> &'static str {
    if around.is_rtl() {
        " dir=\"ltr\" lang=\"zxx\""
    } else {
        ""
    }
}

/// The attributes of furniture on a page of a language without strings of its own.
pub fn furniture(view: &View<'_>, lang: Lang) -> String {
    if view.theme.tongues().has(lang) {
        return String::new();
    }
    let tongue = view.tongue(lang).lang;
    format!(" lang=\"{tongue}\" dir=\"{}\"", tongue.direction())
}

impl View<'_> {
    /// Index + 1 of the last entry that changed the frame of a site's pages.
    pub fn touched_frame(&self, site: DocNo) -> u64 {
        let register = self.register;
        let of = |no: Option<DocNo>| no.map_or(0, |no| register.touched_document(no));
        register
            .touched_site(site)
            .max(of(register.ministry()))
            .max(of(register.family()))
    }

    /// The language in which a site lists texts for readers of a language: that, or the site's first.
    pub fn list_lang(&self, site: DocNo, lang: Lang) -> Lang {
        let langs = self.site(site).map_or(&[][..], |facts| &facts.langs);
        if langs.contains(&lang) {
            lang
        } else {
            langs.first().copied().unwrap_or(lang)
        }
    }

    /// True if a section lists topics.
    pub fn shows_topics(&self, section: DocNo) -> bool {
        self.register
            .section(section)
            .is_some_and(|facts| facts.show == record::facts::Show::Topics)
    }
}

//! The years and months behind a list: pages of the past, which do not shift when something new appears.

use crate::{
    address::{Address, FeedOf},
    escape, rows,
    shell::Shell,
    theme::Fields,
    view::{Name, Page, View},
};
use record::{
    date::Month,
    lang::Lang,
    register::{DocNo, List, ListPart, Scope, YEAR_CUT},
};
use std::fmt::Write as _;

/// What a list is of, with its addresses.
#[derive(Clone, Copy)]
pub enum Of {
    /// A section.
    Section(DocNo),
    /// A topic.
    Topic(DocNo),
}

impl Of {
    /// The list itself.
    pub fn list(self, view: &View<'_>, site: DocNo, lang: Lang) -> List {
        match self {
            Self::Section(section) => List {
                site,
                scope: Scope::Section(section),
                lang,
            },
            Self::Topic(topic) => view.topic_list(site, lang, topic),
        }
    }

    /// Its front.
    pub fn front(self, site: DocNo, lang: Lang) -> Address {
        match self {
            Self::Section(section) => Address::Front { site, lang, section },
            Self::Topic(topic) => Address::Topic { site, lang, topic },
        }
    }

    /// One year of it.
    pub fn year(self, site: DocNo, lang: Lang, year: i16) -> Address {
        match self {
            Self::Section(section) => Address::Year {
                site,
                lang,
                section,
                year,
            },
            Self::Topic(topic) => Address::TopicYear {
                site,
                lang,
                topic,
                year,
            },
        }
    }

    /// One month of it.
    pub fn month(self, site: DocNo, lang: Lang, month: Month) -> Address {
        match self {
            Self::Section(section) => Address::Month {
                site,
                lang,
                section,
                month,
            },
            Self::Topic(topic) => Address::TopicMonth {
                site,
                lang,
                topic,
                month,
            },
        }
    }

    /// Its feed.
    pub fn feed(self) -> FeedOf {
        match self {
            Self::Section(section) => FeedOf::Section(section),
            Self::Topic(topic) => FeedOf::Topic(topic),
        }
    }

    /// Its name.
    pub fn name<'a>(self, view: &View<'a>, lang: Lang) -> Name<'a> {
        match self {
            Self::Section(section) => view.section_name(section, lang),
            Self::Topic(topic) => view.title(topic, lang).unwrap_or(Name { text: "", lang }),
        }
    }

    fn begin<'a>(self, view: &View<'a>, address: Address, site: DocNo, lang: Lang) -> Shell<'a> {
        let mut shell = Shell::new(view, address, site, lang);
        if let Self::Section(section) = self {
            shell.section = Some(section);
        } else {
            let tongue = view.tongue(lang);
            let topics = Name {
                text: tongue.text("topics"),
                lang: tongue.lang,
            };
            shell.crumbs.push((topics, Address::Topics { site, lang }));
        }
        shell.crumbs.push((self.name(view, lang), self.front(site, lang)));
        shell.feed = Some(self.feed());
        shell.class = "list";
        shell
    }
}

/// A year: its texts by month, or its months where they are many.
pub fn year(view: &View<'_>, site: DocNo, lang: Lang, of: Of, year: i16) -> Page {
    let mut shell = of.begin(view, of.year(site, lang, year), site, lang);
    let list = of.list(view, site, lang);
    shell.alternates = languages(view, site, |lang| {
        let exists = view
            .register
            .years(&of.list(view, site, lang))
            .iter()
            .any(|y| y.year == year);
        exists.then(|| of.year(site, lang, year))
    });
    shell.x_default = shell.alternates.first().map(|(_, address)| *address);
    shell.title = titled(&shell, of, &shell.tongue.dates.year(year));
    let docs = view.register.of_year(&list, year);
    let mut body = String::new();
    if docs.len() > YEAR_CUT {
        push_month_links(&shell, of, &list, year, &mut body);
    } else {
        rows::push_months(&shell, &docs, &mut body);
    }
    finish(&shell, body, touched_part(view, site, lang, of, ListPart::Year(year)))
}

/// A month of a year that has many texts.
pub fn month(view: &View<'_>, site: DocNo, lang: Lang, of: Of, month: Month) -> Page {
    let mut shell = of.begin(view, of.month(site, lang, month), site, lang);
    let list = of.list(view, site, lang);
    shell.alternates = languages(view, site, |lang| {
        let years = view.register.years(&of.list(view, site, lang));
        let cut = years.iter().any(|y| y.year == month.year && y.count > YEAR_CUT);
        cut.then(|| of.month(site, lang, month))
    });
    shell.x_default = shell.alternates.first().map(|(_, address)| *address);
    shell.title = titled(&shell, of, &shell.tongue.dates.month(month));
    let mut body = String::new();
    rows::push_rows(&shell, &view.register.of_month(&list, month), &mut body);
    finish(&shell, body, touched_part(view, site, lang, of, ListPart::Month(month)))
}

/// The languages of a site in which a page exists.
fn languages(view: &View<'_>, site: DocNo, page: impl Fn(Lang) -> Option<Address>) -> Vec<(Lang, Address)> {
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    langs.iter().filter_map(|lang| Some((*lang, page(*lang)?))).collect()
}

/// `News, 2026`.
fn titled(shell: &Shell<'_>, of: Of, part: &str) -> String {
    let name = of.name(&shell.view, shell.lang);
    shell.tongue.year_title.fill(&[name.text, part])
}

fn push_month_links(shell: &Shell<'_>, of: Of, list: &List, year: i16, out: &mut String) {
    out.push_str("<ul class=\"index months\">\n");
    for (month, count) in shell.view.months(list, year) {
        let href = escape::text(&shell.href(&of.month(shell.site, shell.lang, month)));
        let count = shell.tongue.say("texts", &[("count", count.into())]);
        let name = shell.tongue.dates.month(month);
        let _ = writeln!(
            out,
            "<li><a href=\"{href}\">{}</a> <span class=\"count\">{}</span></li>",
            escape::text(&name),
            escape::text(&count)
        );
    }
    out.push_str("</ul>\n");
}

fn finish(shell: &Shell<'_>, body: String, touched: u64) -> Page {
    let fields = Fields::new().with("h1", shell.title.as_str()).html("body", body);
    shell.finish("list.html", fields, touched)
}

/// The address of the feed of the list on a page; empty where the page shows none. The site's own stands in the footer.
pub fn feed_link(shell: &Shell<'_>) -> String {
    let (site, lang) = (shell.site, shell.lang);
    match shell.feed {
        Some(of @ (FeedOf::Section(_) | FeedOf::Topic(_))) => shell.href(&Address::Feed { site, lang, of }),
        Some(FeedOf::Site) | None => String::new(),
    }
}

/// Index + 1 of the last entry that changed a page of a list.
pub fn touched(view: &View<'_>, site: DocNo, list: &List, part: ListPart) -> u64 {
    let own = match list.scope {
        Scope::Topic(topic) | Scope::Family(topic) => view.register.touched_document(topic),
        Scope::Section(_) | Scope::All => 0,
    };
    view.register
        .touched_list(list, part)
        .max(view.touched_frame(site))
        .max(own)
}

/// Index + 1 of the last entry that changed a page behind the front of a list. Such a page names the languages that have
/// the like.
pub fn touched_part(view: &View<'_>, site: DocNo, lang: Lang, of: Of, part: ListPart) -> u64 {
    let own = touched(view, site, &of.list(view, site, lang), part);
    let year = match part {
        ListPart::Front => return own,
        ListPart::Year(year) => year,
        ListPart::Month(month) => month.year,
    };
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    let turns = langs
        .iter()
        .map(|lang| view.register.touched_turn(&of.list(view, site, *lang), year));
    turns.fold(own, u64::max)
}

/// The years of a list as links.
pub fn push_years(shell: &Shell<'_>, of: Of, out: &mut String) {
    let list = of.list(&shell.view, shell.site, shell.lang);
    let years = shell.view.register.years(&list);
    if years.is_empty() {
        return;
    }
    let label = escape::text(shell.tongue.text("years"));
    let _ = write!(
        out,
        "<nav class=\"years\" aria-labelledby=\"years\"><h2 id=\"years\"{}>{label}</h2><ul>",
        shell.furniture()
    );
    for year in years {
        let href = escape::text(&shell.href(&of.year(shell.site, shell.lang, year.year)));
        let _ = write!(
            out,
            "<li><a href=\"{href}\">{}</a></li>",
            shell.tongue.dates.year(year.year)
        );
    }
    out.push_str("</ul></nav>\n");
}

//! Every address of a family, for exports and sitemaps.

use super::{Address, Asset, FeedOf, Form};
use crate::view::{Root, View};
use record::{
    facts::Kind,
    lang::Lang,
    register::{DocNo, List, Scope, YEAR_CUT},
};

/// Which addresses are wanted.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a form of its own")]
pub struct Selection {
    /// Only documents, homes, the lists of sections, and the topics of the ministry's site.
    pub core: bool,
    /// Pages, the style sheet, sitemaps.
    pub html: bool,
    /// Feeds.
    pub feeds: bool,
    /// Markdown.
    pub md: bool,
    /// Plain text.
    pub txt: bool,
    /// Manifests and leaves.
    pub json: bool,
    /// Proofs.
    pub proof: bool,
}

impl Selection {
    /// Everything.
    pub const ALL: Self = Self {
        core: false,
        html: true,
        feeds: true,
        md: true,
        txt: true,
        json: true,
        proof: true,
    };

    fn forms(self) -> impl Iterator<Item = Form> {
        let wanted = [self.html, self.md, self.txt, self.json, self.proof];
        Form::ALL
            .into_iter()
            .zip(wanted)
            .filter(|(_, wanted)| *wanted)
            .map(|(form, _)| form)
    }
}

/// Every address, structure first, then documents in order of entry: the sum of the pieces below, which are disjoint.
pub fn all<'a>(view: &View<'a>, selection: Selection) -> impl Iterator<Item = Address> + use<'a> {
    let view = *view;
    let sites = view
        .register
        .sites()
        .iter()
        .copied()
        .filter(move |no| view.site(*no).is_some());
    let langs = move |site: DocNo| {
        view.site(site)
            .map_or(&[][..], |facts| &facts.langs)
            .iter()
            .map(move |lang| (site, *lang))
    };
    let of_sites = sites.clone().flat_map(move |site| of_site(&view, site, selection));
    let of_languages = sites
        .clone()
        .flat_map(langs)
        .flat_map(move |(site, lang)| of_language(&view, site, lang, selection));
    let documents = view
        .register
        .documents()
        .flat_map(move |doc| of_document(&view, doc, selection));
    let carried = sites
        .flat_map(langs)
        .flat_map(move |(site, lang)| of_carried(&view, site, lang, selection));
    of_family(&view, selection)
        .into_iter()
        .chain(of_sites)
        .chain(of_languages)
        .chain(documents)
        .chain(carried)
}

/// What belongs to no site: the directory, the index of sitemaps, and the style, emblem and robots file of each root.
pub fn of_family(view: &View<'_>, selection: Selection) -> Vec<Address> {
    if !selection.html {
        return Vec::new();
    }
    let mut out: Vec<Address> = view.roots().into_iter().flat_map(of_root).collect();
    out.extend((!selection.core).then_some(Address::Directory));
    out.push(Address::Sitemap { site: None, part: 0 });
    out
}

fn of_root(root: Root) -> impl Iterator<Item = Address> {
    let assets = Asset::ALL.into_iter().map(move |asset| Address::Asset { root, asset });
    assets.chain([Address::Robots { root }])
}

/// What belongs to a site whatever the language: its gate and its sitemaps.
pub fn of_site(view: &View<'_>, site: DocNo, selection: Selection) -> Vec<Address> {
    if !selection.html || view.site(site).is_none() {
        return Vec::new();
    }
    let sitemaps = (0..view.sitemap_parts(site)).map(|part| Address::Sitemap { site: Some(site), part });
    let gate = (!selection.core).then_some(Address::Gate { site });
    sitemaps.chain(gate).collect()
}

/// Homes, lists, people and feeds of a site in one of its languages.
pub fn of_language(view: &View<'_>, site: DocNo, lang: Lang, selection: Selection) -> Vec<Address> {
    let mut out = Vec::new();
    if selection.html {
        out.push(Address::Home { site, lang });
    }
    if selection.feeds {
        out.push(Address::Feed {
            site,
            lang,
            of: FeedOf::Site,
        });
    }
    for section in view.register.sections(site) {
        of_section(view, site, lang, section, selection, &mut out);
    }
    let is_ministry = view.register.ministry() == Some(site);
    if !selection.core || is_ministry {
        view.shown_topics(site, lang)
            .into_iter()
            .for_each(|topic| of_topic(view, site, lang, topic, selection, &mut out));
    }
    if selection.html && !selection.core {
        out.extend([
            Address::Topics { site, lang },
            Address::People { site, lang },
            Address::About { site, lang },
            Address::Verify { site, lang },
        ]);
        out.extend(
            view.register
                .people(site)
                .into_iter()
                .map(|person| Address::Person { site, lang, person }),
        );
    }
    out
}

fn of_section(view: &View<'_>, site: DocNo, lang: Lang, section: DocNo, selection: Selection, out: &mut Vec<Address>) {
    if selection.html {
        out.push(Address::Front { site, lang, section });
        let list = List {
            site,
            scope: Scope::Section(section),
            lang,
        };
        let month = |month| Address::Month {
            site,
            lang,
            section,
            month,
        };
        push_years(
            view,
            &list,
            |year| Address::Year {
                site,
                lang,
                section,
                year,
            },
            month,
            out,
        );
    }
    if selection.feeds {
        out.push(Address::Feed {
            site,
            lang,
            of: FeedOf::Section(section),
        });
    }
}

fn of_topic(view: &View<'_>, site: DocNo, lang: Lang, topic: DocNo, selection: Selection, out: &mut Vec<Address>) {
    if selection.html {
        out.push(Address::Topic { site, lang, topic });
        let list = view.topic_list(site, lang, topic);
        let month = |month| Address::TopicMonth {
            site,
            lang,
            topic,
            month,
        };
        push_years(
            view,
            &list,
            |year| Address::TopicYear {
                site,
                lang,
                topic,
                year,
            },
            month,
            out,
        );
    }
    if selection.feeds && !selection.core {
        out.push(Address::Feed {
            site,
            lang,
            of: FeedOf::Topic(topic),
        });
    }
}

fn push_years(
    view: &View<'_>,
    list: &List,
    of_year: impl Fn(i16) -> Address,
    of_month: impl Fn(record::date::Month) -> Address,
    out: &mut Vec<Address>,
) {
    for year in view.register.years(list) {
        out.push(of_year(year.year));
        if year.count > YEAR_CUT {
            out.extend(
                view.months(list, year.year)
                    .into_iter()
                    .map(|(month, _)| of_month(month)),
            );
        }
    }
}

/// A document at its own site, with its permalink and its editions.
pub fn of_document(view: &View<'_>, doc: DocNo, selection: Selection) -> Vec<Address> {
    let mut out = Vec::new();
    let document = view.register.document(doc);
    if let (Kind::Text(_), Some(site)) = (&document.facts.kind, view.home_of(doc)) {
        let langs = document.words.iter().map(|words| words.lang);
        out.extend(langs.flat_map(|lang| forms(view, site, lang, doc, selection)));
    }
    if selection.core {
        return out;
    }
    if selection.html {
        out.push(Address::Permalink { doc });
    }
    let langs = std::iter::once(Lang::FACTS).chain(document.words.iter().map(|words| words.lang));
    for lang in langs {
        for edition in document.editions(lang) {
            let forms = selection
                .forms()
                .filter(|form| matches!(form, Form::Html | Form::Json | Form::Proof));
            out.extend(forms.map(|form| Address::Edition {
                doc,
                lang,
                version: edition.version,
                form,
            }));
        }
    }
    out
}

fn forms(view: &View<'_>, site: DocNo, lang: Lang, doc: DocNo, selection: Selection) -> Vec<Address> {
    let has_text = view.register.document(doc).current(lang).is_some();
    // The proof of what was taken back stays (record-http.md, section 3.1).
    let stays = |form: &Form| has_text || matches!(form, Form::Html | Form::Proof);
    let forms = selection.forms().filter(stays);
    forms.map(|form| Address::Document { site, lang, doc, form }).collect()
}

/// Documents of others in the frame of a site, in a language; none where the view does not show them there.
pub fn of_carried(view: &View<'_>, site: DocNo, lang: Lang, selection: Selection) -> Vec<Address> {
    if !view.carried || !selection.html {
        return Vec::new();
    }
    let list = List {
        site,
        scope: Scope::All,
        lang,
    };
    let years = view.register.years(&list).into_iter();
    let all = years.flat_map(|year| view.register.of_year(&list, year.year));
    let of_others = all.filter(|doc| view.home_of(*doc) != Some(site) && view.section_on(site, *doc).is_some());
    of_others
        .map(|doc| Address::Document {
            site,
            lang,
            doc,
            form: Form::Html,
        })
        .collect()
}

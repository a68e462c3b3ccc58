//! Linked data of pages, from what the pages themselves show.

use crate::{
    address::Address,
    jsonld::{self, Node, Organization},
    shell::Shell,
};
use record::{
    entry::{Action, Update},
    lang::Lang,
    register::{DocNo, Status},
    words::Words,
};

fn script(nodes: &[Node<'_>]) -> String {
    format!(
        "<script type=\"application/ld+json\">{}</script>\n",
        jsonld::script(nodes)
    )
}

/// A text; nothing where nothing may be served.
pub(super) fn text(shell: &Shell<'_>, doc: DocNo, words: Option<&Words>) -> String {
    let (view, lang) = (&shell.view, shell.lang);
    let Some(words) = words else { return String::new() };
    let document = view.document(doc);
    let Some(kind) = document.facts.kind.text() else {
        return String::new();
    };
    let home = view.home_of(doc).unwrap_or(shell.site);
    let home_lang = view.list_lang(home, lang);
    let organization_url = Address::Home {
        site: home,
        lang: home_lang,
    }
    .url(view);
    let url = shell.canonical.unwrap_or(shell.address).url(view);
    let permalink = Address::Permalink { doc }.url(view);
    let published = published(shell, doc);
    let editions = document.editions(lang);
    let last = editions.iter().rev().find(|edition| edition.has_manifest());
    let modified = last.map(|edition| edition.issued.to_string());
    let in_language = |lang: Lang| Some((view.canonical(doc, Some(lang))?.url(view), lang.to_string()));
    let others: Vec<(String, String)> = document
        .words
        .iter()
        .filter(|other| other.lang != lang && other.head.source.is_some_and(|source| source.lang == lang))
        .filter(|other| document.current(other.lang).is_some())
        .filter_map(|other| in_language(other.lang))
        .collect();
    let source = words.source.and_then(|source| in_language(source.lang));
    let names = document
        .facts
        .topics
        .iter()
        .filter_map(|id| view.title(view.register.by_id(*id)?, lang));
    let people = document.facts.people.iter().filter_map(|person| words.label(&person.n));
    let place = document
        .facts
        .place
        .as_ref()
        .and_then(|place| words.label(&place.n))
        .and_then(|l| l.name.as_deref());
    let corrected = editions
        .iter()
        .rev()
        .find(|e| e.action == Action::Correct && e.update == Some(Update::Correction));
    let corrected = corrected.map(|edition| edition.issued.to_string());
    let told = words
        .notice
        .iter()
        .find(|text| text.lang == lang)
        .map(|text| record::body::plain(&text.text));
    let notice = told.as_deref().unwrap_or_else(|| shell.tongue.text("text-correction"));
    let node = Node::Text(Box::new(jsonld::Text {
        kind,
        page: jsonld::Page {
            name: &words.title,
            url: &url,
            lang: lang.as_str(),
        },
        summary: words.summary.as_deref(),
        permalink: &permalink,
        version: last.map_or(1, |edition| edition.version),
        published: &published,
        modified: modified.as_deref(),
        publisher: Organization {
            name: view.site_name(home, lang).text,
            url: &organization_url,
        },
        section: shell
            .section
            .filter(|_| !kind.is_standing())
            .map(|section| view.section_name(section, lang).text),
        topics: names.map(|name| name.text).collect(),
        people: people
            .filter_map(|label| Some((label.name.as_deref()?, label.role.as_deref())))
            .collect(),
        place,
        translation_of: source.as_ref().map(|(url, lang)| (url.as_str(), lang.as_str())),
        translations: others.iter().map(|(url, lang)| (url.as_str(), lang.as_str())).collect(),
        based_on: document
            .facts
            .capture
            .as_ref()
            .and_then(|capture| capture.url.as_deref()),
        correction: corrected.as_deref().map(|date| (notice, date)),
        withdrawn: document.status(lang) == Status::Withdrawn,
    }));
    script(&[node])
}

/// The date the text bears, with its offset where it has a time; else the moment of its first entry.
fn published(shell: &Shell<'_>, doc: DocNo) -> String {
    let document = shell.view.document(doc);
    match &document.facts.date {
        Some(date) if date.local.time.is_some() => {
            let seconds = if date.local.to_string().len() == 16 { ":00" } else { "" };
            let offset = date.offset.map_or_else(|| "Z".to_owned(), |offset| offset.to_string());
            format!("{}{seconds}{offset}", date.local)
        }
        Some(date) => date.local.to_string(),
        None => document.first_issued().to_string(),
    }
}

/// A page that is neither a text nor a home page: what it is called, and the way to it.
pub(crate) fn plain(shell: &Shell<'_>) -> String {
    let view = &shell.view;
    // Of a text that was taken back only its lasting address is said.
    let lasting = shell.canonical.filter(|_| shell.class == "document");
    let url = lasting.unwrap_or(shell.address).url(view);
    let home = Address::Home {
        site: shell.site,
        lang: view.list_lang(shell.site, shell.lang),
    };
    let between = shell
        .crumbs
        .iter()
        .map(|(name, address)| (name.text, address.url(view)));
    let before: Vec<(&str, String)> = std::iter::once((shell.tongue.text("home"), home.url(view)))
        .chain(between)
        .collect();
    let last = std::iter::once((shell.title.as_str(), url.as_str()));
    let steps = before.iter().map(|(name, url)| (*name, url.as_str())).chain(last);
    let page = jsonld::Page {
        name: &shell.title,
        url: &url,
        lang: shell.lang.as_str(),
    };
    let is_list = shell.class == "list";
    let page = if is_list { Node::List(page) } else { Node::Plain(page) };
    script(&[page, Node::Breadcrumb(steps.collect())])
}

/// The home page: the site, and its office.
pub(super) fn home(shell: &Shell<'_>) -> String {
    let (view, lang) = (&shell.view, shell.lang);
    let url = shell.address.url(view);
    let name = view.site_name(shell.site, lang).text;
    let ministry = view.register.ministry().filter(|no| *no != shell.site);
    let parent = ministry.map(|no| {
        (
            view.site_name(no, lang).text,
            Address::Home {
                site: no,
                lang: view.list_lang(no, lang),
            }
            .url(view),
        )
    });
    let organization = Organization { name, url: &url };
    let site = Node::Site(jsonld::Site {
        organization,
        lang: lang.as_str(),
        parent: parent.as_ref().map(|(name, url)| Organization { name, url }),
        logo: None,
    });
    let Some(no) = view.register.offices(shell.site).first().copied() else {
        return script(&[site]);
    };
    let Some(facts) = crate::office::office(view, no) else {
        return script(&[site]);
    };
    let words = crate::office::words_near(view, no, lang).map(|(words, _)| words);
    let body = words.as_ref().map_or(&[][..], |words| &words.body);
    let lines: Vec<String> = body.iter().map(record::body::block_plain).collect();
    let office = Node::Office(jsonld::Office {
        name: words.as_ref().map_or(name, |words| &words.title),
        url: &url,
        address: lines.iter().map(String::as_str).collect(),
        country: facts.country.as_deref().filter(|code| !code.starts_with('x')),
        phones: facts
            .phones
            .iter()
            .map(|phone| (&*phone.r#for, &*phone.number))
            .collect(),
        emails: facts.emails.iter().map(|mail| (&*mail.r#for, &*mail.address)).collect(),
        hours: facts.hours.iter().collect(),
        closed: facts.closed.iter().map(|closed| closed.date.to_string()).collect(),
        of: organization,
    });
    script(&[site, office])
}

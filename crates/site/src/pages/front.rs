//! The front of a section: a list, a standing text, the people of the mission, or its topics.

use super::{
    document,
    list::{self, Of},
    people, topics,
};
use crate::{
    address::{Address, FeedOf, Form},
    escape,
    frame::lang_attr,
    rows,
    shell::Shell,
    theme::Fields,
    view::{Page, View},
};
use record::{
    date::Moment,
    facts::Show,
    lang::Lang,
    register::{DocNo, FRONT, ListPart},
};
use std::fmt::Write as _;

/// The front of a section.
pub fn page(view: &View<'_>, site: DocNo, lang: Lang, section: DocNo, now: Moment) -> Page {
    let show = view.register.section(section).map(|facts| facts.show);
    let shell = begin(view, site, lang, section);
    match show {
        Some(Show::Page) => standing(shell, section),
        Some(Show::People) => of_people(shell, section, now),
        Some(Show::Topics) => topics::front(shell, section),
        Some(Show::List) | None => of_list(shell, section),
    }
}

/// True where the front of a section is a text of its own, whose page is the one to keep.
pub fn is_text(view: &View<'_>, lang: Lang, section: DocNo) -> bool {
    text(view, lang, section).is_some()
}

/// The text that is the front of a section, where it is one.
pub fn text(view: &View<'_>, lang: Lang, section: DocNo) -> Option<DocNo> {
    let facts = view.register.section(section);
    facts.filter(|facts| facts.show == Show::Page)?;
    rows::standing(view, lang, section, None).first().copied()
}

fn begin<'a>(view: &View<'a>, site: DocNo, lang: Lang, section: DocNo) -> Shell<'a> {
    let address = Address::Front { site, lang, section };
    let mut shell =
        Shell::new(view, address, site, lang).in_all_languages(|lang| Address::Front { site, lang, section });
    shell.section = Some(section);
    shell.title = view.section_name(section, lang).text.to_owned();
    let words = view.document(section).language(lang);
    shell.description = words.and_then(|words| words.head.summary.as_deref()).map(str::to_owned);
    // A feed that would be empty is not announced; that of the site is.
    let of = Of::Section(section);
    let newest = view.register.newest(&of.list(view, site, lang), 1);
    shell.feed = Some(if newest.is_empty() { FeedOf::Site } else { of.feed() });
    shell.class = "list";
    shell
}

/// Index + 1 of the last entry that changed the front of a section.
pub fn touched(view: &View<'_>, site: DocNo, lang: Lang, section: DocNo) -> u64 {
    let register = view.register;
    let of_list = list::touched(
        view,
        site,
        &Of::Section(section).list(view, site, lang),
        ListPart::Front,
    );
    let base = of_list
        .max(register.touched_standing(section))
        .max(register.touched_document(section));
    let base = base.max(touched_elsewhere(view, site, lang, section));
    match register.section(section).map(|facts| facts.show) {
        Some(Show::Page) => {
            let docs = register.standing(section).iter();
            docs.map(|doc| document::touched(view, site, *doc)).fold(base, u64::max)
        }
        Some(Show::People) => base.max(register.touched_home(site)),
        Some(Show::Topics) => base.max(topics::touched(view, site, lang)),
        Some(Show::List) | None => base,
    }
}

/// An empty list names the languages in which there is something.
fn touched_elsewhere(view: &View<'_>, site: DocNo, lang: Lang, section: DocNo) -> u64 {
    let list = |lang| Of::Section(section).list(view, site, lang);
    if !view.register.newest(&list(lang), 1).is_empty() {
        return 0;
    }
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    let turns = langs.iter().map(|lang| view.register.touched_turns(&list(*lang)));
    turns.max().unwrap_or(0)
}

fn of_list(shell: Shell<'_>, section: DocNo) -> Page {
    let mut body = String::with_capacity(8 * 1024);
    rows::push_standing(
        &shell,
        &rows::standing(&shell.view, shell.lang, section, None),
        &mut body,
    );
    push_dated(&shell, section, &mut body);
    if body.is_empty() {
        push_empty(&shell, section, &mut body);
    }
    let fields = fields(&shell, section).html("body", body);
    shell.finish(
        "front.html",
        fields,
        touched(&shell.view, shell.site, shell.lang, section),
    )
}

fn fields(shell: &Shell<'_>, section: DocNo) -> Fields {
    let name = shell.view.section_name(section, shell.lang);
    Fields::new()
        .with("h1", shell.name(name))
        .with("summary", shell.description.as_deref().unwrap_or_default())
        .with("feed", list::feed_link(shell))
}

/// The newest texts of a section, and its years.
fn push_dated(shell: &Shell<'_>, section: DocNo, out: &mut String) {
    let of = Of::Section(section);
    let newest = shell
        .view
        .register
        .newest(&of.list(&shell.view, shell.site, shell.lang), FRONT);
    if newest.is_empty() {
        return;
    }
    if !out.is_empty() {
        let _ = writeln!(
            out,
            "<h2{}>{}</h2>",
            shell.furniture(),
            escape::text(shell.tongue.text("latest"))
        );
    }
    rows::push_rows(shell, &newest, out);
    list::push_years(shell, of, out);
}

/// An empty list says in which languages there is something.
fn push_empty(shell: &Shell<'_>, section: DocNo, out: &mut String) {
    let _ = writeln!(
        out,
        "<p class=\"empty\"{}>{}</p>",
        shell.furniture(),
        escape::text(shell.tongue.text("list-empty"))
    );
    let (view, site) = (&shell.view, shell.site);
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    let of = Of::Section(section);
    let filled = |lang: &&Lang| !view.register.newest(&of.list(view, site, **lang), 1).is_empty();
    let others: Vec<String> = langs
        .iter()
        .filter(filled)
        .map(|lang| language_link(shell, section, *lang))
        .collect();
    if !others.is_empty() {
        let label = escape::text(shell.tongue.text("list-elsewhere"));
        let _ = writeln!(
            out,
            "<p class=\"elsewhere\"><span{}>{label}</span> {}</p>",
            shell.furniture(),
            others.join(" ")
        );
    }
}

fn language_link(shell: &Shell<'_>, section: DocNo, lang: Lang) -> String {
    let href = escape::text(&shell.href(&Address::Front {
        site: shell.site,
        lang,
        section,
    }));
    format!(
        "<a href=\"{href}\" hreflang=\"{lang}\"{}>{}</a>",
        lang_attr(lang, shell.lang),
        crate::i18n::endonym(lang)
    )
}

/// The first standing text, whole; then the others.
fn standing(mut shell: Shell<'_>, section: DocNo) -> Page {
    let docs = rows::standing(&shell.view, shell.lang, section, None);
    let Some((first, others)) = docs.split_first() else {
        return of_list(shell, section);
    };
    let (view, site, lang) = (shell.view, shell.site, shell.lang);
    let document = view.document(*first);
    let edition = document.current(lang);
    let words = edition.and_then(|edition| view.words(&edition.sealed?.content));
    shell.canonical = Some(Address::Document {
        site,
        lang,
        doc: *first,
        form: Form::Html,
    });
    shell.class = "document";
    shell.article = true;
    let mut more = String::new();
    if !others.is_empty() {
        let _ = writeln!(
            more,
            "<h2{}>{}</h2>",
            shell.furniture(),
            escape::text(shell.tongue.text("pages"))
        );
        rows::push_standing(&shell, others, &mut more);
    }
    push_dated(&shell, section, &mut more);
    shell.linked_data = super::linked::text(&shell, *first, words.as_deref());
    let title = words
        .as_ref()
        .map_or(shell.title.clone(), |words| words.title.to_string());
    let section_title = std::mem::replace(&mut shell.title, title);
    shell.description = words
        .as_ref()
        .and_then(|words| words.summary.as_deref())
        .map(str::to_owned);
    let fields = document::text_fields(&shell, *first, words.as_deref())
        .with("h1", shell.title.as_str())
        .html("more", more);
    let fields = document::colophon(&shell, fields, *first, edition).with("section", section_title);
    shell.finish("document.html", fields, touched(&view, site, lang, section))
}

/// The people of the mission, then standing texts and the list.
fn of_people(shell: Shell<'_>, section: DocNo, now: Moment) -> Page {
    let mut body = String::new();
    let until = people::push_present(&shell, now, &mut body);
    rows::push_standing(
        &shell,
        &rows::standing(&shell.view, shell.lang, section, None),
        &mut body,
    );
    push_dated(&shell, section, &mut body);
    let fields = fields(&shell, section).html("body", body);
    let mut page = shell.finish(
        "front.html",
        fields,
        touched(&shell.view, shell.site, shell.lang, section),
    );
    page.valid_until = until;
    page
}

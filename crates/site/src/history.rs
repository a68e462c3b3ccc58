//! The history of a document in all its languages, and its single editions: what changed, when, why, by whom.

pub mod certificate;
mod edition;
mod facts;
mod marked;
mod moment;

pub use edition::page as edition;

use crate::{
    address::{Address, Form},
    alternates::Notice,
    diff, escape,
    html::Walk,
    i18n::endonym,
    office::OnPage,
    shell::Shell,
    theme::Fields,
    view::{Name, Page, View},
};
use marked::Marker;
use minijinja::Value;
use moment::Clock;
use record::{
    entry::Action,
    facts::Kind,
    lang::Lang,
    register::{DocNo, Document, Edition, Erasure, Status},
    words::Words,
};
use std::{borrow::Cow, fmt::Write as _};

/// Differences are shown for the newest so many versions of a language; each edition's own page shows its own.
const COMPARED: usize = 12;

/// The history page `/d/{id}`; `None` if there is no site whose frame it could stand in.
pub fn page(view: &View<'_>, doc: DocNo) -> Option<Page> {
    let document = view.document(doc);
    let (site, lang) = frame(view, doc)?;
    let mut shell = Shell::new(view, Address::Permalink { doc }, site, lang);
    let tongue = shell.tongue;
    let erasures = erasures(view, doc);
    let none = if erasures.is_empty() {
        "notice-retracted"
    } else {
        "notice-erased"
    };
    let name = view.title(doc, lang).unwrap_or(Name {
        text: tongue.text(none),
        lang: tongue.lang,
    });
    shell.title = tongue.history_of.fill(&[name.text]);
    shell.class = "history";
    shell.noindex = true;
    shell.canonical = view.canonical(doc, Some(lang));
    if let Some(section) = view.section_on(site, doc) {
        shell.section = Some(section);
        let front = Address::Front { site, lang, section };
        shell.crumbs.push((view.section_name(section, lang), front));
    }
    let history = History::new(&shell, doc);
    let mut groups: Vec<Value> = history.langs().into_iter().map(|lang| history.group(lang)).collect();
    groups.push(history.group(Lang::FACTS));
    let fields = Fields::new()
        .with("title", shell.name(name))
        .with("id", document.id.to_string())
        .with("scope", crate::pages::about::scope(view, tongue))
        .with("permalink", Address::Permalink { doc }.url(view))
        .with(
            "erasures",
            erasures.into_iter().map(|one| history.erasure(one)).collect::<Vec<_>>(),
        )
        .with("endings", history.endings())
        .with("groups", groups);
    let mut page = shell.finish("history.html", fields, touched(view, doc));
    if is_gone(document) && page.status == 200 {
        page.status = 410;
    }
    Some(page)
}

/// True if nothing is left to be read: the facts are gone, or the words in all languages are.
fn is_gone(document: &Document) -> bool {
    let gone = |lang| document.gone(lang).is_some();
    gone(Lang::FACTS) || !document.words.is_empty() && document.words.iter().all(|words| gone(words.lang))
}

/// The erasures that concern a document, in order.
fn erasures<'a>(view: &View<'a>, doc: DocNo) -> Vec<&'a Erasure> {
    let document = view.document(doc);
    let words = document.words.iter().flat_map(|words| &words.editions);
    let editions = document.facts_editions.iter().chain(words);
    let mut indices: Vec<u64> = editions.filter_map(|edition| edition.erased.map(u64::from)).collect();
    indices.sort_unstable();
    indices.dedup();
    indices
        .into_iter()
        .filter_map(|index| view.register.erasure(index))
        .collect()
}

/// Index + 1 of the last entry that may have changed the history or an edition of a document: its own, those of the
/// documents its facts name, and those of the frame.
pub fn touched(view: &View<'_>, doc: DocNo) -> u64 {
    let former = view.register.formerly_named(doc).iter().copied();
    let named = view.facts(doc).named().chain(former);
    let named = named
        .filter_map(|id| view.register.by_id(id))
        .map(|no| view.register.touched_document(no));
    let frame = frame(view, doc).map_or(0, |(site, _)| view.touched_frame(site));
    named.fold(frame.max(view.register.touched_document(doc)), u64::max)
}

/// The site in whose frame the pages of a document stand, and their language: that of its original, if the site has it.
fn frame(view: &View<'_>, doc: DocNo) -> Option<(DocNo, Lang)> {
    let document = view.document(doc);
    let own = matches!(document.facts.kind, Kind::Site(_)).then_some(doc);
    let owner = || view.register.site_by_code(&document.mission);
    let site = own
        .or_else(|| view.home_of(doc))
        .or_else(owner)
        .or_else(|| view.register.ministry())?;
    let langs = view.site(site).map_or(&[][..], |facts| &facts.langs);
    let first = langs.first().copied().unwrap_or(Lang::ENGLISH);
    let original = document.original().map(|words| words.lang);
    Some((site, original.filter(|lang| langs.contains(lang)).unwrap_or(first)))
}

/// The parts that history and edition pages are made of.
struct History<'s, 'a> {
    shell: &'s Shell<'a>,
    doc: DocNo,
    clock: Clock,
    furniture: String,
}

impl<'s, 'a> History<'s, 'a> {
    fn new(shell: &'s Shell<'a>, doc: DocNo) -> Self {
        Self {
            shell,
            doc,
            clock: Clock::of(&shell.view, shell.site),
            furniture: shell.furniture().to_owned(),
        }
    }

    /// Languages of the document, the original first.
    fn langs(&self) -> Vec<Lang> {
        let document = self.shell.view.document(self.doc);
        let original = document.original().map(|words| words.lang);
        let others = document
            .words
            .iter()
            .map(|words| words.lang)
            .filter(|lang| Some(*lang) != original);
        original.into_iter().chain(others).collect()
    }

    /// All editions of a language, the newest first.
    fn group(&self, lang: Lang) -> Value {
        let view = &self.shell.view;
        let editions = view.document(self.doc).editions(lang);
        let item = |(at, edition)| self.item(lang, editions, edition, at + COMPARED >= editions.len());
        let items: Vec<Value> = editions.iter().enumerate().rev().map(item).collect();
        let name = if lang.is_facts() {
            self.shell.tongue.text("facts").into()
        } else {
            endonym(lang)
        };
        let title = view
            .document(self.doc)
            .language(lang)
            .map(|words| &*words.head.title)
            .unwrap_or_default();
        let read = self.text_address(lang).map(|address| self.shell.href(&address));
        Fields::new()
            .with("facts", lang.is_facts())
            .with("tag", lang.as_str())
            .with("name", name)
            .html("attr", crate::frame::lang_attr(lang, self.shell.lang))
            .with("title", title)
            .with("href", read.unwrap_or_default())
            .with("items", items)
            .value()
    }

    /// The page of the text in a language, where one is shown.
    fn text_address(&self, lang: Lang) -> Option<Address> {
        let view = &self.shell.view;
        view.document(self.doc).current(lang).filter(|_| !lang.is_facts())?;
        view.canonical(self.doc, Some(lang))
    }

    fn item(&self, lang: Lang, editions: &[Edition], edition: &Edition, compare: bool) -> Value {
        let shell = self.shell;
        let tongue = shell.tongue;
        let version = edition.version;
        let address = |form| Address::Edition {
            doc: self.doc,
            lang,
            version,
            form,
        };
        let withheld = self.withheld(lang, edition);
        let ended = if edition.erased.is_some() {
            "notice-erased"
        } else {
            "notice-retracted"
        };
        let changes = if compare {
            self.changes(lang, editions, edition)
        } else {
            Changes::default()
        };
        Fields::new()
            .with("id", format!("{lang}-{version}"))
            .with("version", tongue.edition.fill(&[&tongue.number(version)]))
            .with("what", self.what(edition))
            .with("datetime", edition.issued.to_string())
            .html("when", self.clock.tell(tongue, shell.lang, edition.issued))
            .with("entry", tongue.entry.fill(&[&tongue.number(edition.index)]))
            .with("signer", self.signer())
            .html("notice", self.notice(lang, edition))
            .with("withheld", withheld.unwrap_or_default())
            .with("ended", tongue.text(ended))
            .with("from", changes.title)
            .html("changes", changes.html)
            .with("same", changes.same)
            .with("href", shell.href(&address(Form::Html)))
            .with("json", shell.href(&address(Form::Json)))
            .with("proof", shell.href(&address(Form::Proof)))
            .value()
    }

    /// `Changed: Correction`, `Withdrawn`.
    fn what(&self, edition: &Edition) -> String {
        let tongue = self.shell.tongue;
        let action = format!("action-{}", edition.action.word());
        let action = tongue.text(&action).to_owned();
        match edition.update.filter(|_| edition.action == Action::Correct) {
            Some(update) => format!("{action} · {}", tongue.text(&format!("notice-{}", update.word()))),
            None => action,
        }
    }

    /// The mission that owns the document, by the name of its site.
    fn signer(&self) -> String {
        let view = &self.shell.view;
        let mission = &view.document(self.doc).mission;
        let site = view.register.site_by_code(mission);
        site.map_or_else(
            || mission.to_string(),
            |site| view.site_name(site, self.shell.lang).text.to_owned(),
        )
    }

    /// What is withdrawn or taken back now, each end once; with the languages it concerns where the text goes on in others.
    fn endings(&self) -> Vec<Value> {
        let document = self.shell.view.document(self.doc);
        let langs = self.langs();
        let ended = |lang: &Lang| document.ending(*lang).filter(|_| document.gone(*lang).is_none());
        let mut ends: Vec<&Edition> = langs.iter().filter_map(ended).collect();
        ends.sort_unstable_by_key(|ending| std::cmp::Reverse(ending.index));
        ends.dedup_by_key(|ending| ending.index);
        let value = |ending: &Edition| {
            let of_this = |lang: &Lang| ended(lang).is_some_and(|end| end.index == ending.index);
            let concerned: Vec<Lang> = langs.iter().copied().filter(of_this).collect();
            let all = concerned.len() == langs.len();
            self.ending(ending, if all { &[] } else { &concerned })
        };
        ends.into_iter().map(value).collect()
    }

    fn ending(&self, ending: &Edition, langs: &[Lang]) -> Value {
        let (shell, tongue) = (self.shell, self.shell.tongue);
        let (class, status) = match ending.action {
            Action::Retract => ("retracted", Status::Retracted),
            _ => ("withdrawn", Status::Withdrawn),
        };
        let notice = Notice::of_ending(&shell.view, shell.lang, ending, status);
        let name = |lang: &Lang| {
            let attr = crate::frame::lang_attr(*lang, shell.lang);
            format!("<span{attr}>{}</span>", endonym(*lang))
        };
        let names: Vec<String> = langs.iter().map(name).collect();
        Fields::new()
            .with("class", class)
            .with("index", ending.index)
            .with("what", tongue.text(&notice.name))
            .with("datetime", ending.issued.to_string())
            .html("when", self.clock.tell(tongue, shell.lang, ending.issued))
            .html("told", self.notice_html(&notice))
            .html("langs", names.join(tongue.text("comma")))
            .value()
    }

    /// A notice of something that was removed for good.
    fn erasure(&self, erasure: &Erasure) -> Value {
        let (view, tongue) = (&self.shell.view, self.shell.tongue);
        let notice = Notice::of_erasure(view, self.shell.lang, erasure);
        Fields::new()
            .with("index", erasure.index)
            .with("datetime", erasure.issued.to_string())
            .html("when", self.clock.tell(tongue, self.shell.lang, erasure.issued))
            .with("basis", tongue.text(&format!("basis-{}", erasure.basis.word())))
            .html("told", self.notice_html(&notice))
            .value()
    }

    /// That the text of this version is withheld or erased, and by which entry.
    fn withheld(&self, lang: Lang, edition: &Edition) -> Option<String> {
        let tongue = self.shell.tongue;
        if let Some(by) = edition.erased.filter(|_| edition.has_manifest()) {
            return Some(tongue.bare("erased", &[("index", by.get().into())]));
        }
        let document = self.shell.view.document(self.doc);
        let by = document
            .withheld_by(lang, edition.index)
            .filter(|_| edition.has_manifest())?;
        Some(tongue.bare("withheld", &[("index", by.into())]))
    }

    /// What readers were told of this edition.
    fn notice(&self, lang: Lang, edition: &Edition) -> String {
        let view = &self.shell.view;
        let near = if lang.is_facts() { self.shell.lang } else { lang };
        let notice = match edition.action {
            Action::Withdraw => Some(Notice::of_ending(view, near, edition, Status::Withdrawn)),
            Action::Retract => Some(Notice::of_ending(view, near, edition, Status::Retracted)),
            Action::Correct | Action::Publish | Action::Archive => self.told(lang, near, edition),
        };
        notice.map(|notice| self.notice_html(&notice)).unwrap_or_default()
    }

    fn told(&self, lang: Lang, near: Lang, edition: &Edition) -> Option<Notice> {
        let view = &self.shell.view;
        let own = if lang.is_facts() {
            view.notice_of_facts(self.doc, edition)
        } else {
            Cow::Owned(view.words(&edition.sealed?.content)?.notice.clone())
        };
        let told = !own.is_empty();
        Notice::of_change(view, near, edition, &own).filter(|_| told)
    }

    fn notice_html(&self, notice: &Notice) -> String {
        let shell = self.shell;
        let empty = Words::new("");
        let around = OnPage {
            view: shell.view,
            linker: &shell.linker,
            lang: shell.lang,
        };
        let line = Walk::new(&empty, notice.lang, shell.tongue, &around)
            .without_anchors()
            .line(&notice.text);
        let attr = crate::frame::lang_attr(notice.lang, shell.lang);
        let mut out = format!("<p class=\"told\"{attr}>{line}</p>");
        if let Some(reason) = &notice.reason {
            let said = shell
                .tongue
                .say("reason", &[("reason", shell.tongue.text(reason).into())]);
            let (furniture, said) = (&self.furniture, escape::text(&said));
            let _ = write!(out, "<p class=\"reason\"{furniture}>{said}</p>");
        }
        out
    }

    /// What changed from the version before that had a text.
    fn changes(&self, lang: Lang, editions: &[Edition], edition: &Edition) -> Changes {
        let earlier = editions
            .iter()
            .rev()
            .find(|e| e.version < edition.version && e.has_manifest());
        let Some(before) = earlier.filter(|_| edition.has_manifest()) else {
            return Changes::default();
        };
        let Some(steps) = self.steps(lang, before, edition) else {
            return Changes::default();
        };
        let tongue = self.shell.tongue;
        let args = [("from", before.version.into()), ("to", edition.version.into())];
        let (marked_lang, furniture) = if lang.is_facts() {
            (self.shell.lang, self.furniture.as_str())
        } else {
            (lang, "")
        };
        let inside = furniture_inside(tongue.lang, marked_lang);
        let furniture = if furniture.is_empty() {
            inside.as_str()
        } else {
            furniture
        };
        let html = Marker {
            tongue,
            furniture,
            lang: marked_lang,
        }
        .steps(&steps);
        Changes {
            title: tongue.bare("difference-from", &args),
            same: html.is_empty(),
            html,
        }
    }

    /// `None` where one of the two is withheld.
    fn steps(&self, lang: Lang, before: &Edition, edition: &Edition) -> Option<Vec<diff::Step>> {
        let view = &self.shell.view;
        let (old, new) = (before.sealed?.content, edition.sealed?.content);
        if lang.is_facts() {
            let read = |content| facts::read(view, self.shell.lang, content);
            return Some(facts::compare(&read(&old)?, &read(&new)?));
        }
        let (old, new) = (view.words(&old)?, view.words(&new)?);
        Some(diff::compare(&old, &new))
    }
}

/// Differences of two versions as a page shows them.
#[derive(Default)]
struct Changes {
    title: String,
    html: String,
    same: bool,
}

/// The attributes of furniture inside words of another language.
fn furniture_inside(furniture: Lang, words: Lang) -> String {
    if furniture == words {
        return String::new();
    }
    format!(" lang=\"{furniture}\" dir=\"{}\"", furniture.direction())
}

#[cfg(test)]
mod tests;

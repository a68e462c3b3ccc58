//! What readers must be told of a text before they read it, in words: for plain text and for feeds.

use crate::view::View;
use record::{
    body::{Inline, Text},
    date::Moment,
    entry::{Action, Manifest, Reason, Update},
    lang::Lang,
    register::{DocNo, Edition, Erasure, Status},
    words::{NoticeText, Words},
};

/// A notice about a text or about one change of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Notice {
    /// Message that names it, `notice-withdrawn`.
    pub(crate) name: String,
    /// When its entry was made.
    pub(crate) at: Moment,
    /// What it says: the publisher's own words, else the standard ones.
    pub(crate) text: Text,
    /// The language of what it says.
    pub(crate) lang: Lang,
    /// Message that names the reason.
    pub(crate) reason: Option<String>,
}

/// What stands above a text now: its end, else its newest change that tells readers something; and what makes a
/// translation outdated.
pub(crate) fn notices(view: &View<'_>, doc: DocNo, lang: Lang, words: Option<&Words>) -> Vec<Notice> {
    let document = view.register.document(doc);
    let mut out = Vec::new();
    if let Some(erasure) = document.gone(lang).and_then(|by| view.register.erasure(by)) {
        out.push(Notice::of_erasure(view, lang, erasure));
    } else if let Some(ending) = document.ending(lang) {
        out.push(Notice::of_ending(view, lang, ending, document.status(lang)));
    } else {
        out.extend(changed(view, doc, lang, words));
    }
    out.extend(outdated(view, doc, lang));
    out
}

/// The notice of the newest change of the words or of the facts; `words` are those shown now.
fn changed(view: &View<'_>, doc: DocNo, lang: Lang, words: Option<&Words>) -> Option<Notice> {
    let document = view.register.document(doc);
    let shown = document.current(lang);
    let own = words.map(|words| words.notice.as_slice()).unwrap_or_default();
    let telling =
        |edition: &&Edition| tells(edition) || !own.is_empty() && shown.is_some_and(|s| s.index == edition.index);
    let of_words = document.editions(lang).iter().rev().find(telling);
    let of_facts = document.facts_editions.iter().rev().find(|edition| tells(edition));
    let edition = of_words
        .into_iter()
        .chain(of_facts)
        .max_by_key(|edition| edition.index)?;
    if of_words.is_none_or(|of_words| of_words.index != edition.index) {
        return Notice::of_change(view, lang, edition, &document.facts.notice);
    }
    if shown.is_some_and(|shown| shown.index == edition.index) {
        return Notice::of_change(view, lang, edition, own);
    }
    let older = edition.sealed.and_then(|sealed| view.words(&sealed.content));
    Notice::of_change(
        view,
        lang,
        edition,
        &older.map(|words| words.notice.clone()).unwrap_or_default(),
    )
}

/// True for changes that readers must be told of.
fn tells(edition: &Edition) -> bool {
    let silent = matches!(edition.update, None | Some(Update::Editorial | Update::ReImport));
    edition.action == Action::Correct && !silent
}

impl Notice {
    /// The notice of a withdrawal or retraction.
    pub(crate) fn of_ending(view: &View<'_>, lang: Lang, ending: &Edition, status: Status) -> Self {
        let word = if status == Status::Retracted {
            "retracted"
        } else {
            "withdrawn"
        };
        Self::of_end(view, lang, word, ending.issued, ending.sealed, ending.reason)
    }

    /// The notice of what was removed for good.
    pub(crate) fn of_erasure(view: &View<'_>, lang: Lang, erasure: &Erasure) -> Self {
        Self::of_end(
            view,
            lang,
            "erased",
            erasure.issued,
            erasure.notice,
            Some(erasure.reason),
        )
    }

    fn of_end(
        view: &View<'_>,
        lang: Lang,
        word: &str,
        at: Moment,
        sealed: Option<Manifest>,
        reason: Option<Reason>,
    ) -> Self {
        let texts = sealed.and_then(|sealed| view.notice(&sealed.content));
        let texts = texts.map(|notice| notice.texts).unwrap_or_default();
        let (text, lang) = own_or_standard(view, lang, &texts, &format!("text-{word}"));
        Self {
            name: format!("notice-{word}"),
            at,
            text,
            lang,
            reason: reason.map(|reason| format!("reason-{}", reason.word())),
        }
    }

    /// The notice of a correction; none of an editorial one without words of its own, and none of a first publication.
    pub(crate) fn of_change(view: &View<'_>, lang: Lang, edition: &Edition, own: &[NoticeText]) -> Option<Self> {
        let silent = matches!(edition.update, None | Some(Update::Editorial));
        if edition.action != Action::Correct && own.is_empty() || silent && own.is_empty() {
            return None;
        }
        let word = edition.update.map_or("correction", Update::word);
        let (text, lang) = own_or_standard(view, lang, own, &format!("text-{word}"));
        Some(Self {
            name: format!("notice-{word}"),
            at: edition.issued,
            text,
            lang,
            reason: None,
        })
    }
}

fn outdated(view: &View<'_>, doc: DocNo, lang: Lang) -> Option<Notice> {
    let document = view.register.document(doc);
    let later = document.outdated(lang)?;
    let source = document.language(lang)?.head.source?.lang;
    let id = match document.status(source) {
        Status::InForce => "text-outdated",
        Status::Withdrawn => "text-outdated-withdrawn",
        Status::Retracted | Status::Erased => "text-outdated-retracted",
    };
    let tongue = view.tongue(lang);
    let date = tongue.dates.day(later.issued.date());
    let args = [("language", tongue.language(source).into()), ("date", (*date).into())];
    Some(Notice {
        name: "notice-outdated".to_owned(),
        at: later.issued,
        text: vec![Inline::Plain(tongue.bare(id, &args))],
        lang: tongue.lang,
        reason: None,
    })
}

/// The publisher's words in the language, in English or in any; else the standard ones.
fn own_or_standard(view: &View<'_>, lang: Lang, own: &[NoticeText], standard: &str) -> (Text, Lang) {
    let find = |wanted: Lang| own.iter().find(|text| text.lang == wanted);
    if let Some(found) = find(lang).or_else(|| find(Lang::ENGLISH)).or_else(|| own.first()) {
        return (found.text.clone(), found.lang);
    }
    let tongue = view.tongue(lang);
    (vec![Inline::Plain(tongue.text(standard).to_owned())], tongue.lang)
}

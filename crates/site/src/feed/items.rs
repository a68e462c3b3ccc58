//! From a list to the items of its feed.

use super::{atom::Item, directed, tag};
use crate::{
    address::Address,
    alternates::{Notice, Whole, notices},
    escape,
    html::Walk,
    i18n::Tongue,
    view::View,
};
use record::{
    date::Moment,
    entry::{Action, Update},
    lang::Lang,
    register::{DocNo, Document, Edition, FRONT, List, Status},
    words::Words,
};
use std::{borrow::Cow, fmt::Write as _, sync::Arc};

pub(super) struct Maker<'v, 'a> {
    view: &'v View<'a>,
    site: DocNo,
    lang: Lang,
    tongue: &'a Tongue,
    around: Whole<'a>,
}

impl<'v, 'a> Maker<'v, 'a> {
    pub(super) fn new(view: &'v View<'a>, site: DocNo, lang: Lang) -> Self {
        Self {
            view,
            site,
            lang,
            tongue: view.tongue(lang),
            around: Whole { view: *view, lang },
        }
    }

    /// The newest texts of a list, and its newest changes.
    pub(super) fn all(&self, list: &List) -> Vec<Item<'a>> {
        let register = self.view.register;
        let texts = register
            .newest(list, FRONT)
            .into_iter()
            .filter_map(|doc| self.text(doc));
        let changes = register.changes(list).into_iter();
        texts
            .chain(changes.filter_map(|(index, doc)| self.change(index, doc)))
            .collect()
    }

    /// A text as it stands now.
    fn text(&self, doc: DocNo) -> Option<Item<'a>> {
        let document = self.view.register.document(doc);
        let words = self.words(document);
        let mut content = String::new();
        for notice in notices(self.view, doc, self.lang, words.as_deref()) {
            self.push_notice(&notice, &mut content);
        }
        if let Some(words) = &words {
            let body = self.body(words);
            if content.is_empty() {
                content = body;
            } else {
                content.push_str(&body);
            }
        }
        let id = format!("{}{}/{}", tag(self.view), document.id, self.lang);
        let updated = moved(document, self.lang)?;
        let title = self.title(document);
        let summary = document
            .language(self.lang)
            .and_then(|words| words.head.summary.as_deref());
        Some(Item {
            summary: summary.filter(|_| words.is_some()),
            ..self.item(doc, id, &title, updated, content)
        })
    }

    /// A correction, withdrawal or retraction; none of what pages do not tell above the headline either.
    fn change(&self, index: u64, doc: DocNo) -> Option<Item<'a>> {
        let document = self.view.register.document(doc);
        let at = |lang: Lang| document.editions(lang).iter().find(|edition| edition.index == index);
        let (edition, facts) = match at(self.lang) {
            Some(edition) => (edition, ""),
            None => (at(Lang::FACTS)?, "zxx/"),
        };
        if matches!(edition.update, Some(Update::Editorial | Update::ReImport)) {
            return None;
        }
        let notice = self.notice(doc, edition, !facts.is_empty())?;
        let id = format!(
            "{}{}/{}/{facts}{}",
            tag(self.view),
            document.id,
            self.lang,
            edition.version
        );
        let title = format!("{}: {}", self.tongue.text(&notice.name), self.title(document));
        let mut content = String::new();
        self.push_notice(&notice, &mut content);
        let history = Address::Permalink { doc }.url(self.view);
        let _ = write!(
            content,
            "<p><a href=\"{}\">{}</a></p>",
            escape::text(&history),
            escape::text(self.tongue.text("see-change"))
        );
        Some(Item {
            published: edition.issued.to_string(),
            order: edition.issued,
            ..self.item(doc, id, &title, edition.issued, content)
        })
    }

    fn notice(&self, doc: DocNo, edition: &Edition, of_facts: bool) -> Option<Notice> {
        let view = self.view;
        match edition.action {
            Action::Withdraw => Some(Notice::of_ending(view, self.lang, edition, Status::Withdrawn)),
            Action::Retract => Some(Notice::of_ending(view, self.lang, edition, Status::Retracted)),
            Action::Correct => {
                let own = if of_facts {
                    view.notice_of_facts(doc, edition)
                } else {
                    let words = edition.sealed.and_then(|sealed| view.words(&sealed.content));
                    Cow::Owned(words.map(|words| words.notice.clone()).unwrap_or_default())
                };
                Notice::of_change(view, self.lang, edition, &own)
            }
            Action::Publish | Action::Archive => None,
        }
    }

    fn item(&self, doc: DocNo, id: String, title: &str, updated: Moment, content: String) -> Item<'a> {
        let view = self.view;
        let document = view.register.document(doc);
        // What was taken back has no page but its history.
        let page = (document.status(self.lang) != Status::Retracted)
            .then(|| view.canonical(doc, Some(self.lang)))
            .flatten()
            .unwrap_or(Address::Permalink { doc });
        let published = Published::of(document);
        Item {
            id,
            title: directed(title, self.lang),
            published: published.text,
            order: published.instant,
            updated,
            author: view.site_name(view.home_of(doc).unwrap_or(self.site), self.lang).text,
            page: page.url(view),
            others: self.others(doc),
            topics: self.topics(doc),
            summary: None,
            content,
        }
    }

    /// Readable words of a document.
    fn words(&self, document: &Document) -> Option<Arc<Words>> {
        self.view.words(&document.current(self.lang)?.sealed?.content)
    }

    fn title(&self, document: &Document) -> String {
        let title = document.language(self.lang).map(|words| &*words.head.title);
        title
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| self.tongue.text("notice-retracted"))
            .to_owned()
    }

    fn body(&self, words: &Words) -> String {
        Walk::new(words, self.lang, self.tongue, &self.around)
            .without_anchors()
            .body(&words.body)
    }

    /// Kind, date, words and reason of a notice, as one paragraph.
    fn push_notice(&self, notice: &Notice, out: &mut String) {
        let empty = Words::new("");
        let text = Walk::new(&empty, notice.lang, self.view.tongue(notice.lang), &self.around).without_anchors();
        let date = self.tongue.dates.day(notice.at.date());
        let name = escape::text(self.tongue.text(&notice.name));
        let (mark, line) = (self.tongue.text("before-date"), text.line(&notice.text));
        let _ = write!(out, "<p><strong>{name}{mark}{date}</strong> {line}");
        if let Some(reason) = &notice.reason {
            let args = [("reason", self.tongue.text(reason).into())];
            let _ = write!(out, " {}", escape::text(&self.tongue.bare("reason", &args)));
        }
        out.push_str("</p>\n");
    }

    fn others(&self, doc: DocNo) -> Vec<(String, String)> {
        let document = self.view.register.document(doc);
        let others = document.words.iter().filter(|words| words.lang != self.lang);
        let shown = others.filter(|words| document.current(words.lang).is_some());
        let link = |lang: Lang| Some((lang.to_string(), self.view.canonical(doc, Some(lang))?.url(self.view)));
        shown.filter_map(|words| link(words.lang)).collect()
    }

    fn topics(&self, doc: DocNo) -> Vec<(&'a str, &'a str)> {
        let topics = self
            .view
            .facts(doc)
            .topics
            .iter()
            .filter_map(|id| self.view.register.by_id(*id));
        let term = |no: DocNo| {
            let slug = &*self.view.register.topic(no)?.slug;
            Some((slug, self.view.title(no, self.lang).map_or(slug, |name| name.text)))
        };
        topics.filter_map(term).collect()
    }
}

/// When the item last moved: the newest edition of words or facts that is not editorial.
fn moved(document: &Document, lang: Lang) -> Option<Moment> {
    let first = document.editions(lang).first()?.issued;
    let all = document.editions(lang).iter().chain(document.editions(Lang::FACTS));
    Some(
        all.filter(|edition| edition.update != Some(Update::Editorial))
            .map(|e| e.issued)
            .fold(first, Moment::max),
    )
}

/// The date the text bears; its first entry where it bears none.
struct Published {
    /// RFC 3339.
    text: String,
    instant: Moment,
}

impl Published {
    fn of(document: &Document) -> Self {
        let Some(date) = &document.facts.date else {
            let instant = document.first_issued();
            return Self {
                text: instant.to_string(),
                instant,
            };
        };
        let local = date.local.datetime();
        let offset = date.offset.map_or_else(|| "Z".to_owned(), |offset| offset.to_string());
        Self {
            text: format!("{}T{:02}:{:02}:00{offset}", local.date(), local.hour(), local.minute()),
            instant: Moment(document.instant()),
        }
    }
}

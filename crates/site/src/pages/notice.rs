//! Notices above the headline: corrected, withdrawn, taken back, outdated, captured. Each says what, when, one sentence,
//! and where the change can be seen.

use crate::{
    address::{Address, Form},
    escape,
    frame::{lang_attr, left_to_right},
    html::Walk,
    i18n::Tongue,
    office::OnPage,
    shell::Shell,
};
use record::{
    body::Text,
    date::Moment,
    entry::{Action, Reason, Update},
    lang::Lang,
    register::{DocNo, Document, Edition, Status},
    words::{NoticeText, Words},
};
use std::fmt::Write as _;

/// The notices of a text in a language, the gravest first; empty where there is nothing to tell.
pub fn notices(shell: &Shell<'_>, doc: DocNo, words: Option<&Words>) -> String {
    let mut out = String::new();
    let document = shell.view.document(doc);
    let maker = Maker { shell, doc, document };
    match document.status(shell.lang) {
        Status::InForce => {
            maker.changed(words, &mut out);
            maker.outdated(&mut out);
        }
        Status::Withdrawn | Status::Retracted => maker.ended(&mut out),
        Status::Erased => maker.erased(&mut out),
    }
    maker.archived(&mut out);
    out
}

struct Maker<'s, 'a> {
    shell: &'s Shell<'a>,
    doc: DocNo,
    document: &'a Document,
}

/// One notice before it is written.
struct Notice {
    class: &'static str,
    title: &'static str,
    when: Option<Moment>,
    sentence: String,
    more: String,
}

impl Maker<'_, '_> {
    /// The newest change that is more than a mended comma: of the words, or of the facts.
    fn changed(&self, words: Option<&Words>, out: &mut String) {
        let telling = |editions: &[Edition]| editions.iter().rev().find(|edition| tells(edition)).copied();
        let of_words = telling(self.document.editions(self.shell.lang));
        let of_facts = telling(&self.document.facts_editions);
        let Some(edition) = of_words.into_iter().chain(of_facts).max_by_key(|edition| edition.index) else {
            return;
        };
        let own = of_words.is_some_and(|e| e.index == edition.index);
        let sentence = if own {
            self.own_sentence(&edition, words)
        } else {
            self.facts_sentence()
        };
        let (class, title, standard) = change(edition.update);
        self.push(
            out,
            &Notice {
                class,
                title,
                when: Some(edition.issued),
                sentence: sentence.unwrap_or_else(|| self.standard(standard)),
                more: self.history("see-change"),
            },
        );
    }

    /// The wording that the edition itself brought.
    fn own_sentence(&self, edition: &Edition, shown: Option<&Words>) -> Option<String> {
        let lang = self.shell.lang;
        let current = self
            .document
            .current(lang)
            .is_some_and(|current| current.index == edition.index);
        if let Some(words) = shown.filter(|_| current) {
            return self.nearest(&words.notice);
        }
        let words = self.shell.view.words(&edition.sealed?.content)?;
        self.nearest(&words.notice)
    }

    fn facts_sentence(&self) -> Option<String> {
        let texts = &self.document.facts.notice;
        self.nearest(texts)
    }

    /// The text in the language of the page, else in English, else the first.
    fn nearest(&self, texts: &[NoticeText]) -> Option<String> {
        let of = |lang: Lang| texts.iter().find(|text| text.lang == lang);
        let text = of(self.shell.lang)
            .or_else(|| of(Lang::ENGLISH))
            .or_else(|| texts.first())?;
        self.wording(&text.text, text.lang)
    }

    fn wording(&self, text: &Text, lang: Lang) -> Option<String> {
        if text.is_empty() {
            return None;
        }
        let around = OnPage {
            view: self.shell.view,
            linker: &self.shell.linker,
            lang: self.shell.lang,
        };
        let none = Words::new("");
        let line = Walk::new(&none, lang, self.shell.tongue, &around)
            .without_anchors()
            .line(text);
        let attr = lang_attr(lang, self.shell.lang);
        Some(if attr.is_empty() {
            line
        } else {
            format!("<span{attr}>{line}</span>")
        })
    }

    fn standard(&self, id: &str) -> String {
        format!(
            "<span{}>{}</span>",
            self.shell.furniture(),
            escape::text(self.shell.tongue.text(id))
        )
    }

    /// Withdrawn: the text stays below. Retracted: this is all there is.
    fn ended(&self, out: &mut String) {
        let Some(edition) = self.document.ending(self.shell.lang) else {
            return;
        };
        let retracted = edition.action == Action::Retract;
        let (class, title, standard) = if retracted {
            ("retracted", "notice-retracted", "text-retracted")
        } else {
            ("withdrawn", "notice-withdrawn", "text-withdrawn")
        };
        let own = edition
            .sealed
            .and_then(|sealed| self.shell.view.notice(&sealed.content));
        let sentence = own
            .and_then(|notice| self.nearest(&notice.texts))
            .unwrap_or_else(|| self.standard(standard));
        let reason = edition.reason.map(|reason| self.reason(reason)).unwrap_or_default();
        self.push(
            out,
            &Notice {
                class,
                title,
                when: Some(edition.issued),
                sentence,
                more: reason + &self.history("history"),
            },
        );
    }

    /// Removed for good: this is all there is.
    fn erased(&self, out: &mut String) {
        let register = self.shell.view.register;
        let Some(erasure) = self.document.gone(self.shell.lang).and_then(|by| register.erasure(by)) else {
            return;
        };
        let own = erasure
            .notice
            .and_then(|sealed| self.shell.view.notice(&sealed.content));
        let sentence = own.and_then(|notice| self.nearest(&notice.texts));
        self.push(
            out,
            &Notice {
                class: "retracted",
                title: "notice-erased",
                when: Some(erasure.issued),
                sentence: sentence.unwrap_or_else(|| self.standard("text-erased")),
                more: self.reason(erasure.reason) + &self.history("history"),
            },
        );
    }

    fn reason(&self, reason: Reason) -> String {
        let tongue = self.shell.tongue;
        let id = format!("reason-{}", reason.word());
        let text = tongue.say("reason", &[("reason", tongue.text(&id).into())]);
        format!(
            "<span class=\"reason\"{}>{}</span> ",
            self.shell.furniture(),
            escape::text(&text)
        )
    }

    /// A translation whose source has moved on.
    fn outdated(&self, out: &mut String) {
        let lang = self.shell.lang;
        let Some(later) = self.document.outdated(lang) else {
            return;
        };
        let Some(source) = self.document.language(lang).and_then(|words| words.head.source) else {
            return;
        };
        let id = match later.action {
            Action::Withdraw => "text-outdated-withdrawn",
            Action::Retract => "text-outdated-retracted",
            _ => "text-outdated",
        };
        let tongue = self.shell.tongue;
        let args = [
            ("language", tongue.language(source.lang).into()),
            ("date", tongue.dates.day(later.issued.date()).to_string().into()),
        ];
        let sentence = format!(
            "<span{}>{}</span>",
            self.shell.furniture(),
            escape::text(&tongue.say(id, &args))
        );
        let more = self.see_current(source.lang);
        self.push(
            out,
            &Notice {
                class: "outdated",
                title: "notice-outdated",
                when: None,
                sentence,
                more,
            },
        );
    }

    fn see_current(&self, lang: Lang) -> String {
        let doc = self.doc;
        let current = self.document.current(lang).map(|_| Address::Document {
            site: self.shell.site,
            lang,
            doc,
            form: Form::Html,
        });
        let address = current.unwrap_or(Address::Permalink { doc });
        let href = escape::text(&self.shell.href(&address));
        self.more(&href, "see-current", &format!(" hreflang=\"{lang}\""))
    }

    /// An old page: where and when it was taken from.
    fn archived(&self, out: &mut String) {
        let archived = self
            .document
            .editions(self.shell.lang)
            .first()
            .is_some_and(|e| e.action == Action::Archive);
        if !archived {
            return;
        }
        let mut sentence = self.standard("text-archive");
        if let Some(capture) = &self.document.facts.capture {
            sentence.push_str(&self.captured(capture.url.as_deref(), capture.captured.as_deref()));
        }
        let notice = Notice {
            class: "archive",
            title: "notice-archive",
            when: None,
            sentence,
            more: String::new(),
        };
        self.push(out, &notice);
    }

    fn captured(&self, url: Option<&str>, captured: Option<&str>) -> String {
        let tongue = self.shell.tongue;
        let mut out = format!("<span class=\"capture\"{}>", self.shell.furniture());
        match url {
            Some(url) => {
                let url = escape::text(url);
                let _ = write!(
                    out,
                    " {} <a href=\"{url}\" rel=\"nofollow\"{}>{url}</a>",
                    escape::text(tongue.text("captured-from")),
                    left_to_right(self.shell.lang)
                );
            }
            None => {
                let _ = write!(out, " {}", escape::text(tongue.text("capture-address-unknown")));
            }
        }
        if let Some(date) = captured
            .and_then(|text| text.get(..10))
            .and_then(|day| day.parse().ok())
        {
            let said = tongue.say("captured-on", &[("date", tongue.dates.day(date).to_string().into())]);
            let _ = write!(out, " {}", escape::text(&said));
        }
        let assumed = self
            .document
            .facts
            .date
            .as_ref()
            .is_some_and(|date| date.assumed.iter().any(|what| **what == *"zone"));
        if assumed {
            let _ = write!(out, " {}", escape::text(tongue.text("assumed-zone")));
        }
        out.push_str("</span>");
        out
    }

    /// A link to the history, under the name of a message.
    fn history(&self, id: &str) -> String {
        let href = escape::text(&self.shell.href(&Address::Permalink { doc: self.doc }));
        self.more(&href, id, "")
    }

    fn more(&self, href: &str, id: &str, attr: &str) -> String {
        let text = escape::text(self.shell.tongue.text(id));
        format!(
            "<a class=\"more\" href=\"{href}\"{attr}{}>{text}</a>",
            self.shell.furniture()
        )
    }

    fn push(&self, out: &mut String, notice: &Notice) {
        let number = out.matches("<section").count() + 1;
        let tongue: &Tongue = self.shell.tongue;
        let fl = self.shell.furniture();
        let _ = write!(
            out,
            "<section class=\"notice {}\" aria-labelledby=\"notice-{number}\">",
            notice.class
        );
        let _ = write!(
            out,
            "<p class=\"what\" id=\"notice-{number}\"{fl}><strong>{}</strong>",
            escape::text(tongue.text(notice.title))
        );
        if let Some(when) = notice.when {
            let (date, day) = (when.date(), tongue.dates.day(when.date()));
            let _ = write!(out, " <time datetime=\"{date}\">{day}</time>");
        }
        let _ = writeln!(out, "</p><p>{} {}</p></section>", notice.sentence, notice.more);
    }
}

/// True for changes that readers must be told of above the headline.
fn tells(edition: &Edition) -> bool {
    edition.action == Action::Correct && !matches!(edition.update, Some(Update::Editorial | Update::ReImport) | None)
}

/// Class, title and standard sentence of a kind of change.
fn change(update: Option<Update>) -> (&'static str, &'static str, &'static str) {
    match update {
        Some(Update::Correction) => ("correction", "notice-correction", "text-correction"),
        Some(Update::Clarification) => ("correction", "notice-clarification", "text-clarification"),
        Some(Update::Translation) => ("update", "notice-translation", "text-translation"),
        Some(Update::Editorial) => ("update", "notice-editorial", "text-editorial"),
        Some(Update::ReImport) => ("update", "notice-re-import", "text-re-import"),
        Some(Update::Update) | None => ("update", "notice-update", "text-update"),
    }
}

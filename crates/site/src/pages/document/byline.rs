//! What stands between the heading and the text: place and date, who issued it, what a mission says before it.

use crate::{
    escape,
    frame::lang_attr,
    html::Walk,
    i18n::Tongue,
    office::{OnPage, words_near},
    shell::Shell,
};
use record::{
    facts::Kind,
    lang::Lang,
    register::{DocNo, Document},
    words::{Authority, Words},
};
use std::fmt::Write as _;

/// Place, date and time, and the day of the last change.
pub(super) fn dateline(shell: &Shell<'_>, doc: DocNo, words: &Words) -> String {
    let document = shell.view.document(doc);
    let facts = &document.facts;
    if facts.kind.text().is_some_and(record::facts::TextKind::is_standing) {
        return updated(shell, document);
    }
    let tongue = shell.tongue;
    let mut out = String::new();
    if let Some(name) = facts
        .place
        .as_ref()
        .and_then(|place| words.label(&place.n))
        .and_then(|label| label.name.as_deref())
    {
        let (name, mark) = (escape::text(name), tongue.text("after-place"));
        let _ = write!(out, "<span class=\"place\">{name}</span>{mark}");
    }
    let date = document.civil_date();
    let (mut stamp, mut text) = (date.to_string(), tongue.dates.day(date).to_string());
    if let Some(dated) = &facts.date
        && let Some(time) = dated.local.time
    {
        let offset = dated.offset.map(|offset| offset.to_string());
        let _ = write!(
            stamp,
            "T{:02}:{:02}{}",
            time.hour(),
            time.minute(),
            offset.as_deref().unwrap_or_default()
        );
        let _ = write!(text, "{}{}", tongue.text("before-time"), tongue.dates.time(time));
        if let Some(offset) = dated.offset {
            let _ = write!(text, " ({})", utc(shell.tongue, shell.lang, offset.0));
        }
    }
    let _ = write!(out, "<time datetime=\"{stamp}\"{}>{text}</time>", shell.furniture());
    let updated = updated(shell, document);
    if !updated.is_empty() {
        let _ = write!(out, " {updated}");
    }
    out
}

/// `UTC+7`, `UTC−3:30`, as markup on a page in a language.
pub(crate) fn utc(tongue: &Tongue, lang: Lang, minutes: i16) -> String {
    let sign = if minutes < 0 { '−' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let number = match (hours, rest) {
        (0, 0) => String::new(),
        (hours, 0) => format!("{sign}{hours}"),
        (hours, rest) => format!("{sign}{hours}:{rest:02}"),
    };
    // In a text from right to left a mark holds sign and number together (Unicode Standard Annex 9).
    let mark = if lang.is_rtl() { "\u{200e}" } else { "" };
    let number = tongue.dates.digits(&number).replacen(sign, &format!("{sign}{mark}"), 1);
    format!("<span class=\"times\">UTC{number}</span>")
}

/// `Updated 14 March 2026`, only where the text was changed for its readers.
fn updated(shell: &Shell<'_>, document: &Document) -> String {
    let editions = document.editions(shell.lang);
    let Some(last) = editions
        .iter()
        .rev()
        .find(|edition| edition.has_manifest() && edition.version > 1)
    else {
        return String::new();
    };
    let date = last.issued.date();
    let said = shell.tongue.updated.fill(&[&shell.tongue.dates.day(date)]);
    format!(
        "<span class=\"updated\"{}>{}</span>",
        shell.furniture(),
        escape::text(&said)
    )
}

/// Who issued it, and what weight this language has.
pub(super) fn origin(shell: &Shell<'_>, doc: DocNo, words: &Words, carried: bool) -> String {
    let (view, tongue) = (&shell.view, shell.tongue);
    let mut parts: Vec<String> = Vec::new();
    if carried {
        let home = view.home_of(doc);
        let text = match home.filter(|home| view.register.ministry() != Some(*home)) {
            Some(home) => tongue.say("issued-by", &[("name", view.site_name(home, shell.lang).text.into())]),
            None => tongue.text("issued-by-ministry").to_owned(),
        };
        parts.push(match view.canonical(doc, Some(shell.lang)) {
            Some(address) => format!(
                "<a href=\"{}\">{}</a>",
                escape::text(&shell.href(&address)),
                escape::text(&text)
            ),
            None => escape::text(&text),
        });
    }
    match (words.authority, words.source) {
        (Authority::Original, _) => {}
        (_, Some(source)) => {
            let language = tongue.language(source.lang);
            parts.push(escape::text(
                &tongue.say("translation-from", &[("language", language.into())]),
            ));
        }
        (_, None) => parts.push(escape::text(tongue.text("translation"))),
    }
    match words.authority {
        Authority::Official => parts.push(escape::text(tongue.text("authority-official"))),
        Authority::Machine => parts.push(escape::text(tongue.text("authority-machine"))),
        Authority::Original | Authority::Courtesy => {}
    }
    parts.iter().fold(String::new(), |mut out, part| {
        let _ = write!(out, "<span{}>{part}</span> ", shell.furniture());
        out
    })
}

/// What the mission says before a text of the ministry.
pub(super) fn lead_in(shell: &Shell<'_>, doc: DocNo) -> String {
    let view = &shell.view;
    let code = view.site(shell.site).map(|facts| &facts.code);
    let here = |no: &DocNo| matches!(&view.facts(*no).kind, Kind::Placement(p) if Some(&p.on) == code && !p.hide);
    let placements = view.document(doc).placements().iter().copied();
    let Some(placement) = placements
        .filter(here)
        .find(|no| view.document(*no).language(shell.lang).is_some())
    else {
        return String::new();
    };
    let Some((words, lang)) = words_near(view, placement, shell.lang) else {
        return String::new();
    };
    let around = OnPage {
        view: *view,
        linker: &shell.linker,
        lang: shell.lang,
    };
    let body = Walk::new(&words, lang, shell.tongue, &around)
        .without_anchors()
        .body(&words.body);
    format!("<div class=\"lead-in\"{}>{body}</div>", lang_attr(lang, shell.lang))
}

//! Rows of lists: date, kind, title, and in words what a reader must know before the click.

use crate::{address::Address, escape, shell::Shell, view::View};
use record::{
    entry::{Action, Update},
    facts::TextKind,
    lang::Lang,
    register::{DocNo, Document, Status},
};
use std::fmt::Write as _;

/// Appends rows as an ordered list.
pub fn push_rows(shell: &Shell<'_>, docs: &[DocNo], out: &mut String) {
    if docs.is_empty() {
        return;
    }
    out.push_str("<ol class=\"rows\">\n");
    for doc in docs {
        push_row(shell, *doc, out);
    }
    out.push_str("</ol>\n");
}

/// Rows under a heading for each month, for a year.
pub fn push_months(shell: &Shell<'_>, docs: &[DocNo], out: &mut String) {
    for month in docs.chunk_by(|a, b| month_of(shell, *a) == month_of(shell, *b)) {
        let Some(first) = month.first() else { continue };
        let name = shell.tongue.dates.month_alone(month_of(shell, *first));
        let _ = writeln!(out, "<h2{}>{}</h2>", shell.furniture(), escape::text(&name));
        push_rows(shell, month, out);
    }
}

fn month_of(shell: &Shell<'_>, doc: DocNo) -> record::date::Month {
    let date = shell.view.document(doc).civil_date();
    record::date::Month {
        year: date.year(),
        month: date.month(),
    }
}

fn push_row(shell: &Shell<'_>, doc: DocNo, out: &mut String) {
    let document = shell.view.document(doc);
    // What was taken back has no page but its history.
    let shown = (document.status(shell.lang) != Status::Retracted)
        .then(|| shell.view.shown_at(shell.site, shell.lang, doc))
        .flatten();
    let address = shown.unwrap_or(Address::Permalink { doc });
    let date = document.civil_date();
    let fl = shell.furniture();
    let _ = write!(
        out,
        "<li><time datetime=\"{date}\"{fl}>{}</time><div>",
        shell.tongue.dates.day(date)
    );
    push_title(shell, doc, &address, out);
    push_marks(shell, doc, document, out);
    out.push_str("</div></li>\n");
}

/// The linked title; of a retracted text nothing is left but the word.
pub fn push_title(shell: &Shell<'_>, doc: DocNo, address: &Address, out: &mut String) {
    out.push_str("<a href=\"");
    escape::push(out, &shell.href(address));
    out.push_str("\">");
    let title = shell
        .view
        .document(doc)
        .language(shell.lang)
        .map_or("", |words| &words.head.title);
    escape::push(
        out,
        if title.is_empty() {
            shell.tongue.text("notice-retracted")
        } else {
            title
        },
    );
    out.push_str("</a>");
}

/// Kind, origin and state, in one quiet line; no kind that the heading of the list says already.
fn push_marks(shell: &Shell<'_>, doc: DocNo, document: &Document, out: &mut String) {
    let tongue = shell.tongue;
    let mut marks: Vec<(&str, &str)> = Vec::with_capacity(4);
    let heading = shell.section.map(|no| shell.view.section_name(no, shell.lang).text);
    let kind = shell.view.kind_name(doc, tongue);
    marks.extend(kind.filter(|kind| heading != Some(*kind)).map(|kind| ("", kind)));
    if shell.view.home_of(doc) != Some(shell.site) {
        marks.push(("from", from_mark(shell, doc)));
    }
    marks.extend(state_mark(document, shell.lang).map(|id| ("state", tongue.text(id))));
    if marks.is_empty() {
        return;
    }
    let _ = write!(out, "<span class=\"marks\"{}>", shell.furniture());
    for (class, text) in marks {
        let class = if class.is_empty() {
            String::new()
        } else {
            format!(" class=\"{class}\"")
        };
        let _ = write!(out, "<span{class}>{}</span> ", escape::text(text));
    }
    out.push_str("</span>");
}

/// Whose text it is: the ministry's as a rule.
pub fn from_mark<'a>(shell: &Shell<'a>, doc: DocNo) -> &'a str {
    let home = shell.view.home_of(doc);
    match home.filter(|home| shell.view.register.ministry() != Some(*home)) {
        Some(site) => shell.view.site_name(site, shell.lang).text,
        None => shell.tongue.text("mark-ministry"),
    }
}

/// The message that tells the state of a text in a list, where there is something to tell.
pub fn state_mark(document: &Document, lang: Lang) -> Option<&'static str> {
    match document.status(lang) {
        Status::Retracted => return Some("mark-retracted"),
        Status::Erased => return Some("notice-erased"),
        Status::Withdrawn => return Some("mark-withdrawn"),
        Status::InForce => {}
    }
    let editions = document.editions(lang);
    if editions
        .iter()
        .any(|edition| edition.update == Some(Update::Correction))
    {
        return Some("mark-corrected");
    }
    let archived = editions
        .first()
        .is_some_and(|edition| edition.action == Action::Archive);
    archived.then_some("mark-archive")
}

/// Standing texts of a section: title and summary, without dates.
pub fn push_standing(shell: &Shell<'_>, docs: &[DocNo], out: &mut String) {
    if docs.is_empty() {
        return;
    }
    out.push_str("<ul class=\"index\">\n");
    for doc in docs {
        let Some(address) = shell.view.shown_at(shell.site, shell.lang, *doc) else {
            continue;
        };
        out.push_str("<li>");
        push_title(shell, *doc, &address, out);
        let document = shell.view.document(*doc);
        if let Some(summary) = document
            .language(shell.lang)
            .and_then(|words| words.head.summary.as_deref())
        {
            let _ = write!(out, "<p>{}</p>", escape::text(summary));
        }
        if document.status(shell.lang) != Status::InForce
            && let Some(id) = state_mark(document, shell.lang)
        {
            let _ = write!(
                out,
                "<span class=\"marks\"><span class=\"state\">{}</span></span>",
                shell.tongue.text(id)
            );
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

/// Standing texts of a section that can be listed in a language, of one kind or of all.
pub fn standing(view: &View<'_>, lang: Lang, section: DocNo, kind: Option<TextKind>) -> Vec<DocNo> {
    let all = view.register.standing(section).iter().copied();
    let fits = |doc: &DocNo| {
        let document = view.document(*doc);
        let readable = document.language(lang).is_some() && document.status(lang) < Status::Retracted;
        readable && kind.is_none_or(|kind| document.facts.kind.text() == Some(kind))
    };
    all.filter(fits).collect()
}

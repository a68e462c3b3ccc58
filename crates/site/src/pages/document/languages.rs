//! The languages of a text, and those of the site that it lacks.

use super::in_language;
use crate::{address::Address, escape, frame::lang_attr, i18n::endonym, shell::Shell};
use record::{lang::Lang, register::DocNo};
use std::fmt::Write as _;

/// The languages of this text; those of the site that it lacks are said, not linked.
pub(super) fn languages(shell: &Shell<'_>, doc: DocNo) -> String {
    let (view, document) = (&shell.view, shell.view.document(doc));
    let of_site = view.site(shell.site).map_or(&[][..], |facts| &facts.langs);
    let there: Vec<(Lang, Address)> = document
        .words
        .iter()
        .filter_map(|words| Some((words.lang, in_language(view, shell.site, doc, words.lang)?)))
        .collect();
    let lacks = |lang: &Lang| !there.iter().any(|(other, _)| other == lang);
    let missing: Vec<Lang> = of_site.iter().copied().filter(lacks).collect();
    if there.len() + missing.len() < 2 {
        return String::new();
    }
    let (tongue, fl) = (shell.tongue, shell.furniture());
    let label = escape::text(tongue.text("text-languages"));
    let mut out =
        format!("<nav class=\"text-langs\" aria-labelledby=\"text-langs\"><p id=\"text-langs\"{fl}>{label}</p><ul>");
    for (lang, address) in &there {
        push_language(shell, *lang, address, &mut out);
    }
    push_missing(shell, &missing, &mut out);
    out.push_str("</ul></nav>");
    out
}

/// The text in a language: this page or another.
fn push_language(shell: &Shell<'_>, lang: Lang, address: &Address, out: &mut String) {
    if lang == shell.lang {
        out.push_str("<li><span lang=\"");
        out.push_str(lang.as_str());
        out.push_str("\" aria-current=\"true\">");
        out.push_str(&endonym(lang));
        out.push_str("</span></li>");
        return;
    }
    out.push_str("<li><a href=\"");
    out.push_str(&shell.href(address));
    out.push_str("\" hreflang=\"");
    out.push_str(lang.as_str());
    out.push('"');
    out.push_str(&lang_attr(lang, shell.lang));
    out.push('>');
    out.push_str(&endonym(lang));
    out.push_str("</a></li>");
}

/// The languages of the site that a text lacks, said once for all of them.
fn push_missing(shell: &Shell<'_>, missing: &[Lang], out: &mut String) {
    if missing.is_empty() {
        return;
    }
    let name = |lang: &Lang| format!("<span{}>{}</span>", lang_attr(*lang, shell.lang), endonym(*lang));
    let names: Vec<String> = missing.iter().map(name).collect();
    let names = names.join(shell.tongue.text("comma"));
    let (fl, none) = (shell.furniture(), escape::text(shell.tongue.text("not-available")));
    let _ = write!(
        out,
        "<li class=\"none\"><span>{names}</span> <span{fl}>({none})</span></li>"
    );
}

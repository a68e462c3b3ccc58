//! Inlines as plain text: quotation marks of the language, small digits, addresses behind links, numbers of footnotes.

use record::{
    body::{BlockId, Inline, Target, plain},
    id::DocumentId,
    lang::Lang,
};
use std::fmt::Write as _;

/// The quotation marks of a language.
pub(super) struct Quotes(&'static str, &'static str);

impl Quotes {
    pub(super) fn of(lang: Lang) -> Self {
        match lang.primary() {
            "fr" => Self("«\u{a0}", "\u{a0}»"),
            "ar" | "fa" | "ps" | "ur" | "es" | "it" | "pt" | "ru" | "uk" | "be" | "el" | "no" | "nb" | "nn" => {
                Self("«", "»")
            }
            "de" | "cs" | "sk" | "sl" | "bg" | "is" | "lt" | "et" => Self("„", "“"),
            "pl" | "ro" | "hu" | "hr" | "sr" | "bs" => Self("„", "”"),
            "da" => Self("»", "«"),
            "fi" | "sv" => Self("”", "”"),
            "ja" => Self("「", "」"),
            _ => Self("“", "”"),
        }
    }
}

/// Appends a text; `newline` stands for a line break, and footnotes are pushed to `notes` and shown by number.
pub(super) fn push<'t>(
    text: &'t [Inline],
    quotes: &Quotes,
    link: &dyn Fn(DocumentId, Option<BlockId>) -> String,
    notes: &mut Vec<&'t [Inline]>,
    newline: &str,
    out: &mut String,
) {
    for inline in text {
        match inline {
            Inline::Plain(words) => out.push_str(words),
            Inline::Line => out.push_str(newline),
            Inline::Note(inner) => {
                notes.push(inner);
                let _ = write!(out, " [{}]", notes.len());
            }
            Inline::Quote(inner) => {
                out.push_str(quotes.0);
                push(inner, quotes, link, notes, newline, out);
                out.push_str(quotes.1);
            }
            Inline::Sup(inner) => small(inner, '^', &SUPERSCRIPT, out),
            Inline::Sub(inner) => small(inner, '_', &SUBSCRIPT, out),
            Inline::Link { to, text } => {
                let from = out.len();
                push(text, quotes, link, notes, newline, out);
                let address = address(to, link);
                if !out[from..].contains(bare(&address)) {
                    out.push_str(" <");
                    out.push_str(&address);
                    out.push('>');
                }
            }
            Inline::Em(inner) | Inline::Strong(inner) | Inline::Lang { text: inner, .. } => {
                push(inner, quotes, link, notes, newline, out);
            }
        }
    }
}

fn address(to: &Target, link: &dyn Fn(DocumentId, Option<BlockId>) -> String) -> String {
    match to {
        Target::Href(href) => href.clone(),
        Target::Document { id, block } => link(*id, *block),
    }
}

/// An address as people write it, without its scheme.
fn bare(address: &str) -> &str {
    let rest = ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    rest.unwrap_or(address).trim_end_matches('/')
}

const SUPERSCRIPT: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const SUBSCRIPT: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

/// Raised or lowered digits have characters of their own; letters get a mark unless they follow as in `1er`.
fn small(inner: &[Inline], mark: char, digits: &[char; 10], out: &mut String) {
    let words = plain(inner);
    if words.chars().all(|c| c.is_ascii_digit()) {
        out.extend(words.chars().filter_map(|c| digits.get(c.to_digit(10)? as usize)));
    } else if words.chars().all(char::is_alphabetic) {
        out.push_str(&words);
    } else {
        out.push(mark);
        out.push_str(&words);
    }
}

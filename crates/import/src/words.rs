//! Small operations on written words that every reader needs: form C, white space, scripts.

use record::{
    body::{Inline, Text, normal},
    json::is_plain,
};
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, char::is_combining_mark, is_nfc_quick};

/// The text in Unicode normalization form C.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(is_composed) || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// True for characters of common scripts that are in form C whatever stands beside them; others are looked up.
fn is_composed(c: char) -> bool {
    is_plain(c) || c < '\u{300}'
}

/// A text without what no text on record may have: controls other than line ends and tabs become spaces, code points
/// that are no characters go.
pub fn clean(text: &str) -> Cow<'_, str> {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if !text
        .chars()
        .any(|c| !is_plain(c) && (is_control(c) || is_noncharacter(c)))
    {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|c| !is_noncharacter(*c));
    Cow::Owned(kept.map(|c| if is_control(c) { ' ' } else { c }).collect())
}

/// True for code points that Unicode keeps free of characters for ever (Unicode Standard, section 23.7).
pub fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// One line in form C: control characters and white space of any kind become single spaces, invisible marks of
/// order and width at the ends go.
pub fn line(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
        .filter(|w| !w.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    match nfc(&out) {
        Cow::Borrowed(_) => out,
        Cow::Owned(text) => text,
    }
}

/// White space of any kind as single spaces, also at the ends; marks without width go. A space that must not break stays
/// beside the punctuation and figures that want it, and a line end between two wide characters leaves nothing.
pub fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if is_invisible(c) {
            continue;
        }
        if !(c.is_whitespace() || c.is_control()) {
            out.push(c);
            continue;
        }
        let (mut length, mut has_line) = (1, c == '\n');
        while let Some(next) = chars.next_if(|c| c.is_whitespace() || c.is_control() || is_invisible(*c)) {
            length += 1;
            has_line |= next == '\n';
        }
        let (before, after) = (out.chars().next_back(), chars.peek().copied());
        match (before, after) {
            (Some(a), Some(b)) if has_line && is_wide(a) && is_wide(b) => {}
            (Some(a), Some(b)) if length == 1 && matches!(c, '\u{a0}' | '\u{202f}') && holds(a, b) => out.push(c),
            _ => out.push(' '),
        }
    }
    out
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}') || is_noncharacter(c)
}

/// True where a space that does not break is part of good writing.
fn holds(before: char, after: char) -> bool {
    matches!(after, ':' | ';' | '!' | '?' | '»' | '%' | '€')
        || before == '«'
        || before.is_numeric() && after.is_numeric()
}

/// The text of one string in its written form; empty where nothing is left.
pub fn text_of(words: &str) -> Text {
    let words = line(words);
    if words.is_empty() {
        return Text::new();
    }
    vec![Inline::Plain(words)]
}

/// Text kept as typed: no controls but line ends, tabs as four spaces, form C. A mark that would stand above nothing at the
/// start of a line goes: in JSON it would stand above the letter of the escape before it.
pub fn typed(text: &str) -> String {
    let text = clean(text)
        .replace("\r\n", "\n")
        .replace('\r', " ")
        .replace('\t', "    ");
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.trim_start_matches(is_combining_mark))
        .collect();
    nfc(lines.join("\n").trim_start_matches('\n').trim_end()).into_owned()
}

/// The written form of a text: as [`normal`] has it, and each string in form C, which taking marks out may have undone.
/// A line break at the start or end breaks nothing and goes.
pub fn written(text: Text) -> Text {
    let mut text = normal(text);
    let outer = |inline: Option<&Inline>| matches!(inline, Some(Inline::Line));
    if outer(text.first()) || outer(text.last()) {
        let end = text.iter().rposition(|i| *i != Inline::Line).map_or(0, |at| at + 1);
        text.truncate(end);
        let start = text.iter().position(|i| *i != Inline::Line).unwrap_or(0);
        text.drain(..start);
        text = normal(text);
    }
    compose(&mut text);
    text
}

fn compose(text: &mut Text) {
    for inline in text {
        match inline {
            Inline::Plain(words) => {
                if let Cow::Owned(form) = nfc(words) {
                    *words = form;
                }
            }
            Inline::Em(inner)
            | Inline::Strong(inner)
            | Inline::Quote(inner)
            | Inline::Sup(inner)
            | Inline::Sub(inner)
            | Inline::Note(inner)
            | Inline::Link { text: inner, .. }
            | Inline::Lang { text: inner, .. } => compose(inner),
            Inline::Line => {}
        }
    }
}

/// True for letters that stand without spaces between words: Han, kana, full-width forms and their punctuation.
pub fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{303f}' | '\u{3040}'..='\u{30ff}' | '\u{3100}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// Letters and digits of a text; one of a wide script counts three, as it says about as much as three others.
pub fn weight(text: &str) -> usize {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| if is_wide(c) { 3 } else { 1 })
        .sum()
}

/// Joins the lines of a paragraph: with a space, but with nothing between two wide characters.
pub fn join_lines(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for part in text.split('\n') {
        let part = part.trim();
        if needs_space(&out, part) {
            out.push(' ');
        }
        out.push_str(part);
    }
    Cow::Owned(out)
}

/// True if a space belongs between two stretches of one paragraph that a line end parted.
pub fn needs_space(before: &str, after: &str) -> bool {
    match (before.chars().next_back(), after.chars().next()) {
        (Some(a), Some(b)) => !(is_wide(a) && is_wide(b)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_as_their_script_wants() {
        for (text, joined) in [
            ("one\ntwo", "one two"),
            ("一句话，\n接着说", "一句话，接着说"),
            ("港口\nPort", "港口 Port"),
            ("one \n\n two", "one two"),
        ] {
            assert_eq!(join_lines(text), joined);
        }
    }

    #[test]
    fn white_space_is_squeezed_but_not_lost() {
        assert_eq!(squeeze(" a\u{a0}\u{a0}b \n c "), " a b c ");
        assert_eq!(
            squeeze("oui\u{a0}: «\u{a0}non\u{a0}» 1\u{202f}000"),
            "oui\u{a0}: «\u{a0}non\u{a0}» 1\u{202f}000"
        );
        assert_eq!(squeeze("港\u{200b}口\n  开放"), "港口开放");
    }

    #[test]
    fn a_line_has_single_spaces_and_form_c() {
        assert_eq!(line("\u{feff} a\u{a0}\u{3000}b\t\u{7}c\n"), "a b c");
        assert_eq!(line("Ca\u{302}n"), "Cân");
        assert_eq!(line(" \n "), "");
    }

    #[test]
    fn what_is_no_character_goes_and_controls_part_words() {
        for hole in [
            "\u{fdd0}",
            "\u{fdef}",
            "\u{fffe}",
            "\u{ffff}",
            "\u{1fffe}",
            "\u{10ffff}",
        ] {
            assert_eq!(line(&format!("{hole}a{hole}b")), "ab");
            assert_eq!(squeeze(&format!("a{hole}b")), "ab");
            assert_eq!(typed(&format!("{hole}a\n{hole}b")), "a\nb");
            assert_eq!(clean(&format!("a{hole}b\n\t")), "ab\n\t");
        }
        for control in ["\0", "\u{7f}", "\u{80}", "\u{85}", "\u{9f}"] {
            assert_eq!(line(&format!("a{control}b")), "a b");
            assert_eq!(squeeze(&format!("a{control}b")), "a b");
            assert_eq!(typed(&format!("a{control}b")), "a b");
            assert_eq!(clean(&format!("a{control}b")), "a b");
        }
        assert!(matches!(clean("plain\n港口"), Cow::Borrowed(_)));
    }

    #[test]
    fn wide_letters_weigh_three() {
        assert_eq!(weight("abc, 1!"), 4);
        assert_eq!(weight("港口，"), 6);
    }
}

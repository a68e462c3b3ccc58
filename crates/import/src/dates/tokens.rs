//! A text cut into figures, names and marks, small enough to match shapes on.

use crate::fold;

/// How many characters are looked at: a date line is short.
const REACH: usize = 400;

pub(super) struct Word {
    pub(super) token: Token,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Debug, PartialEq)]
pub(super) enum Token {
    Figure {
        value: u32,
        length: usize,
    },
    /// Letters, folded; a wide letter stands alone.
    Name(String),
    Mark(char),
}

/// Figures of any script, names, marks; white space parts them and is gone.
pub(super) fn read(text: &str) -> Vec<Word> {
    let chars: Vec<(usize, char)> = text.char_indices().take(REACH).collect();
    let (mut words, mut at) = (Vec::new(), 0);
    while let Some(&(start, c)) = chars.get(at) {
        let kind = kind(c);
        let run = match kind {
            Kind::Wide | Kind::Mark => 1,
            _ => chars[at..].iter().take_while(|(_, c)| self::kind(*c) == kind).count(),
        };
        at += run;
        let end = chars.get(at).map_or_else(
            || chars.last().map_or(0, |(place, c)| place + c.len_utf8()),
            |(place, _)| *place,
        );
        if let Some(token) = token(kind, text.get(start..end).unwrap_or_default()) {
            words.push(Word { token, start, end });
        }
    }
    words
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Figure,
    Letter,
    Wide,
    Mark,
    Space,
}

fn kind(c: char) -> Kind {
    if digit(c).is_some() {
        Kind::Figure
    } else if c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}') {
        Kind::Space
    } else if crate::words::is_wide(c) && c.is_alphabetic() {
        Kind::Wide
    } else if c.is_alphabetic() || is_joining(c) {
        Kind::Letter
    } else {
        Kind::Mark
    }
}

/// Marks that stand above or below a letter.
fn is_joining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}')
}

fn token(kind: Kind, text: &str) -> Option<Token> {
    match kind {
        Kind::Space => None,
        Kind::Figure => {
            let length = text.chars().count();
            let value = text
                .chars()
                .filter_map(digit)
                .try_fold(0u32, |v, d| v.checked_mul(10)?.checked_add(d))?;
            Some(Token::Figure { value, length })
        }
        Kind::Letter | Kind::Wide => Some(Token::Name(fold::letters(text))),
        Kind::Mark => text.chars().next().map(|c| Token::Mark(plain_mark(c))),
    }
}

fn plain_mark(c: char) -> char {
    match c {
        '：' => ':',
        '／' => '/',
        '－' | '–' | '—' | '‑' => '-',
        '．' => '.',
        '，' => ',',
        c => c,
    }
}

/// The value of a digit: ASCII, Arabic-Indic, Persian or full-width.
fn digit(c: char) -> Option<u32> {
    let base = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    Some(c as u32 - base as u32)
}

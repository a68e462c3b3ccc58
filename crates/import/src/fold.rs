//! Folding: letters without case and marks, for comparing labels and making slugs.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, marks taken off, `đ` and its like as their base letter, Arabic alefs as one; anything else as it is.
pub fn letters(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .nfd()
        .filter(|c| !is_combining_mark(*c) && *c != '\u{640}')
        .flat_map(base)
        .collect()
}

/// Letters whose mark is part of the letter.
fn base(c: char) -> impl Iterator<Item = char> {
    let text = match c {
        'đ' | 'ð' => "d",
        'ø' => "o",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'أ' | 'إ' | 'آ' | 'ٱ' => "ا",
        _ => return Single::Own(Some(c)),
    };
    Single::Other(text.chars())
}

enum Single {
    Own(Option<char>),
    Other(std::str::Chars<'static>),
}

impl Iterator for Single {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::Own(c) => c.take(),
            Self::Other(chars) => chars.next(),
        }
    }
}

/// Words of a label, folded: runs of letters and digits.
pub fn words(text: &str) -> Vec<String> {
    letters(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_case_go() {
        for (text, want) in [
            ("Đặng Thị Œuvre", "dang thi oeuvre"),
            ("ÉTÉ Straße", "ete strasse"),
            ("أولاً", "اولا"),
            ("港口", "港口"),
        ] {
            assert_eq!(letters(text), want);
        }
        assert_eq!(words("Students & Scholars' (2021)"), ["students", "scholars", "2021"]);
    }
}

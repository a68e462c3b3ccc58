//! Names of months: how they begin, in the languages that missions publish in.

use super::tokens::{Token, Word};

/// Beginnings of names, folded; a longer one is listed before a shorter one that it begins with.
const BEGINNINGS: [(&str, u32); 62] = [
    ("jan", 1),
    ("ene", 1),
    ("gen", 1),
    ("янв", 1),
    ("يناير", 1),
    ("feb", 2),
    ("fev", 2),
    ("фев", 2),
    ("فبراير", 2),
    ("شباط", 2),
    ("mar", 3),
    ("мар", 3),
    ("مارس", 3),
    ("اذار", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("апр", 4),
    ("ابريل", 4),
    ("نيسان", 4),
    ("may", 5),
    ("mai", 5),
    ("mag", 5),
    ("мая", 5),
    ("май", 5),
    ("مايو", 5),
    ("ايار", 5),
    ("jun", 6),
    ("juin", 6),
    ("giu", 6),
    ("июн", 6),
    ("يونيو", 6),
    ("حزيران", 6),
    ("jul", 7),
    ("juil", 7),
    ("lug", 7),
    ("июл", 7),
    ("يوليو", 7),
    ("تموز", 7),
    ("aug", 8),
    ("aou", 8),
    ("ago", 8),
    ("авг", 8),
    ("اغسطس", 8),
    ("اب", 8),
    ("sep", 9),
    ("set", 9),
    ("сен", 9),
    ("سبتمبر", 9),
    ("ايلول", 9),
    ("oct", 10),
    ("okt", 10),
    ("out", 10),
    ("ott", 10),
    ("окт", 10),
    ("اكتوبر", 10),
    ("nov", 11),
    ("ноя", 11),
    ("نوفمبر", 11),
    ("dec", 12),
    ("dez", 12),
    ("dic", 12),
];

/// Further names that need a whole word or two.
const WHOLE: [(&str, &str, u32); 6] = [
    ("дек", "", 12),
    ("ديسمبر", "", 12),
    ("كانون", "الثاني", 1),
    ("كانون", "الاول", 12),
    ("تشرين", "الاول", 10),
    ("تشرين", "الثاني", 11),
];

/// The month whose name begins at a token, and the token behind it.
pub(super) fn read(words: &[Word], at: usize) -> Option<(u32, usize)> {
    let name = name(words, at)?;
    if name.chars().count() > 12 {
        return None;
    }
    for (first, second, month) in WHOLE {
        if name.starts_with(first) && second.is_empty() {
            return Some((month, at + 1));
        }
        if name == first && self::name(words, at + 1) == Some(second) {
            return Some((month, at + 2));
        }
    }
    let short = |begin: &str| begin != "اب" || name == "اب";
    let found = BEGINNINGS
        .iter()
        .find(|(begin, _)| name.starts_with(begin) && short(begin))?;
    Some((found.1, at + 1))
}

fn name(words: &[Word], at: usize) -> Option<&str> {
    match &words.get(at)?.token {
        Token::Name(name) => Some(name),
        _ => None,
    }
}

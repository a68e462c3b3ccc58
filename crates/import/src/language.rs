//! The language of a text, where its letters and commonest words make it plain.

use crate::fold;
use record::lang::Lang;

/// How many characters are looked at.
const REACH: usize = 4_000;
/// Fewer letters than this say nothing.
const LEAST: usize = 40;

/// Common short words of languages in Latin letters; Vietnamese is told by its marks.
const WORDS: [(&str, &[&str]); 8] = [
    (
        "en",
        &["the", "and", "of", "to", "in", "with", "for", "that", "is", "was"],
    ),
    (
        "fr",
        &["le", "la", "les", "des", "et", "du", "une", "dans", "est", "aux"],
    ),
    (
        "es",
        &["el", "los", "las", "del", "y", "una", "con", "por", "que", "para"],
    ),
    ("pt", &["o", "os", "da", "do", "dos", "uma", "com", "para", "nao", "ao"]),
    (
        "de",
        &["der", "die", "das", "und", "den", "von", "mit", "ist", "zu", "fur"],
    ),
    (
        "it",
        &["il", "di", "della", "gli", "che", "per", "con", "nel", "una", "sono"],
    ),
    (
        "id",
        &[
            "yang", "dan", "di", "dengan", "untuk", "dari", "pada", "ini", "itu", "oleh",
        ],
    ),
    (
        "nl",
        &["de", "het", "een", "van", "en", "met", "voor", "zijn", "niet", "op"],
    ),
];

/// Characters that only the simplified or only the traditional way of writing Chinese has.
const SIMPLIFIED: &str = "们国会这来为对发时关务领亚说应两学议历华长门问间开与东见习产业双";
const TRADITIONAL: &str = "們國會這來為對發時關務領亞說應兩學議歷華長門問間開與東見習產業雙";

/// The language of a text; `None` where it is short or could be several.
pub fn of(text: &str) -> Option<Lang> {
    let counts = Counts::of(text);
    if counts.letters() < LEAST {
        return None;
    }
    tag(&counts, text)?.parse().ok()
}

#[derive(Default)]
struct Counts {
    han: usize,
    kana: usize,
    hangul: usize,
    arabic: usize,
    persian: usize,
    cyrillic: usize,
    greek: usize,
    hebrew: usize,
    thai: usize,
    vietnamese: usize,
    latin: usize,
    simplified: usize,
    traditional: usize,
}

impl Counts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        text.chars().take(REACH).for_each(|c| counts.add(c));
        counts
    }

    fn add(&mut self, c: char) {
        match c {
            '\u{3041}'..='\u{30ff}' => self.kana += 1,
            '\u{4e00}'..='\u{9fff}' => {
                // A wide letter says as much as a short word of others.
                self.han += 3;
                self.simplified += usize::from(SIMPLIFIED.contains(c));
                self.traditional += usize::from(TRADITIONAL.contains(c));
            }
            '\u{ac00}'..='\u{d7a3}' => self.hangul += 2,
            'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => {
                self.persian += 1;
                self.arabic += 1;
            }
            '\u{620}'..='\u{6ff}' if c.is_alphabetic() => self.arabic += 1,
            '\u{400}'..='\u{4ff}' => self.cyrillic += 1,
            '\u{370}'..='\u{3ff}' => self.greek += 1,
            '\u{5d0}'..='\u{5ea}' => self.hebrew += 1,
            '\u{e01}'..='\u{e2e}' => self.thai += 1,
            'ơ' | 'ư' | 'ă' | 'đ' | 'Đ' | '\u{1ea0}'..='\u{1ef9}' => {
                self.vietnamese += 1;
                self.latin += 1;
            }
            c if c.is_alphabetic() && (c as u32) < 0x250 => self.latin += 1,
            _ => {}
        }
    }

    fn letters(&self) -> usize {
        self.han
            + self.kana
            + self.hangul
            + self.arabic
            + self.cyrillic
            + self.greek
            + self.hebrew
            + self.thai
            + self.latin
    }
}

fn tag(counts: &Counts, text: &str) -> Option<&'static str> {
    let half = counts.letters() / 2;
    if counts.han + counts.kana > half {
        return chinese_or_japanese(counts);
    }
    let scripts = [
        (counts.hangul, "ko"),
        (counts.greek, "el"),
        (counts.hebrew, "he"),
        (counts.thai, "th"),
    ];
    if let Some((_, tag)) = scripts.iter().find(|(count, _)| *count > half) {
        return Some(tag);
    }
    if counts.arabic > half {
        return Some(if counts.persian * 20 > counts.arabic {
            "fa"
        } else {
            "ar"
        });
    }
    if counts.cyrillic > half {
        return cyrillic(text);
    }
    if counts.vietnamese * 25 > counts.latin && counts.latin > half {
        return Some("vi");
    }
    latin(text)
}

fn chinese_or_japanese(counts: &Counts) -> Option<&'static str> {
    if counts.kana * 10 > counts.han {
        return Some("ja");
    }
    match counts.simplified.cmp(&counts.traditional) {
        std::cmp::Ordering::Greater => Some("zh-Hans"),
        std::cmp::Ordering::Less => Some("zh-Hant"),
        std::cmp::Ordering::Equal => None,
    }
}

fn cyrillic(text: &str) -> Option<&'static str> {
    let others = text.chars().take(REACH).any(|c| "іїєґўјњљђћџѓќәғқңөұүһ".contains(c));
    (!others).then_some("ru")
}

/// The language whose common words are clearly the commonest.
fn latin(text: &str) -> Option<&'static str> {
    let start: String = text.chars().take(REACH).collect();
    let words = fold::words(&start);
    let mut scores: Vec<(usize, &str)> = WORDS
        .iter()
        .map(|(tag, common)| (words.iter().filter(|w| common.contains(&w.as_str())).count(), *tag))
        .collect();
    scores.sort_unstable_by(|a, b| b.cmp(a));
    let (best, second) = (scores[0], scores[1]);
    let clear = best.0 >= 3 && best.0 * 2 >= second.0 * 3 && best.0 * 12 >= words.len();
    clear.then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_told() {
        for (text, tag) in [
            (
                "The council met in the harbour and the ministers spoke of the tides with the pilots.",
                Some("en"),
            ),
            (
                "Le conseil et les ministres des ports se sont réunis dans la ville et les marées sont le sujet.",
                Some("fr"),
            ),
            (
                "港口理事会在这里开会，部长们讨论了两国之间的关系和发展。",
                Some("zh-Hans"),
            ),
            (
                "港口理事會在這裡開會，部長們討論了兩國之間的關係和發展。",
                Some("zh-Hant"),
            ),
            (
                "اجتمع مجلس الميناء في المدينة وتحدث الوزراء عن المد والجزر.",
                Some("ar"),
            ),
            (
                "Hội đồng bến cảng họp tại thành phố và các bộ trưởng nói về thủy triều.",
                Some("vi"),
            ),
            (
                "Совет порта собрался в городе, и министры говорили о приливах.",
                Some("ru"),
            ),
            ("short", None),
            ("12345 67890 12345 67890 12345 67890 12345 67890", None),
        ] {
            assert_eq!(of(text).map(|l| l.to_string()).as_deref(), tag, "{text}");
        }
    }
}

//! Ordinals at the beginning of paragraphs, and runs of them: the points of an enumeration.

use crate::fold;
use record::body::{Block, BlockId, Inline, Item, Kind, Text};

/// How many paragraphs between two ordinals still belong to the point before them.
const INNER: usize = 2;

/// First words of points, folded, by the way of counting; the n-th word is the n-th point.
///
/// Words of two parts are matched over white space. A way of counting needs two words to be recognised at all.
const WORDS: [&[&str]; 20] = [
    &[
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    ],
    &[
        "firstly",
        "secondly",
        "thirdly",
        "fourthly",
        "fifthly",
        "sixthly",
        "seventhly",
    ],
    &[
        "premierement",
        "deuxiemement",
        "troisiemement",
        "quatriemement",
        "cinquiemement",
        "sixiemement",
        "septiemement",
    ],
    &[
        "en premier lieu",
        "en deuxieme lieu",
        "en troisieme lieu",
        "en quatrieme lieu",
    ],
    &["primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "septimo"],
    &[
        "en primer lugar",
        "en segundo lugar",
        "en tercer lugar",
        "en cuarto lugar",
        "en quinto lugar",
    ],
    &["primeiro", "segundo", "terceiro", "quarto", "quinto", "sexto"],
    &[
        "erstens",
        "zweitens",
        "drittens",
        "viertens",
        "funftens",
        "sechstens",
        "siebtens",
    ],
    &[
        "in primo luogo",
        "in secondo luogo",
        "in terzo luogo",
        "in quarto luogo",
    ],
    &[
        "во-первых",
        "во-вторых",
        "в-третьих",
        "в-четвертых",
        "в-пятых",
        "в-шестых",
    ],
    &["первое", "второе", "третье", "четвертое", "пятое", "шестое"],
    &["اولا", "ثانيا", "ثالثا", "رابعا", "خامسا", "سادسا", "سابعا", "ثامنا"],
    &["الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع"],
    &[
        "الاولى",
        "الثانية",
        "الثالثة",
        "الرابعة",
        "الخامسة",
        "السادسة",
        "السابعة",
    ],
    &[
        "thu nhat", "thu hai", "thu ba", "thu tu", "thu nam", "thu sau", "thu bay", "thu tam",
    ],
    &[
        "mot la", "hai la", "ba la", "bon la", "nam la", "sau la", "bay la", "tam la",
    ],
    &["pertama", "kedua", "ketiga", "keempat", "kelima", "keenam"],
    &["kwanza", "pili", "tatu", "nne", "tano"],
    &["birinci", "ikinci", "ucuncu", "dorduncu", "besinci"],
    &["首先", "其次", "再次"],
];

/// Chinese and Japanese figures.
const HAN: [char; 10] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/// How something is counted; only equal ways make a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// Row of [`WORDS`].
    Word(usize),
    /// `1.`, `1)`, `(1)`, told apart by the mark.
    Figure(char),
    /// `a)`, `(a)`.
    Letter(char),
    /// `①`.
    Circle,
    /// `第一`.
    HanNth,
    /// `一是`.
    HanIs,
    /// `一、`, `（一）`, told apart by the mark.
    Han(char),
}

/// An ordinal: how it counts, and its number from 1.
type Ordinal = (Way, usize);

/// All ordinals that a paragraph may begin with; some words stand in several rows.
fn read(text: &str) -> Vec<Ordinal> {
    let start: String = text.trim_start().chars().take(40).collect();
    let signs = figure(&start)
        .or_else(|| circle(&start))
        .or_else(|| han(&start))
        .or_else(|| letter(&start));
    signs.into_iter().chain(word(&start)).collect()
}

/// `12.`, `12)`, `(12)`, `12、` and space or a wide letter behind.
fn figure(text: &str) -> Option<Ordinal> {
    let (open, rest) = opened(text);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: usize = rest
        .get(..digits)?
        .parse()
        .ok()
        .filter(|n| (1..=99).contains(n) && digits <= 2)?;
    let mark = closed(open, rest.get(digits..)?)?;
    Some((Way::Figure(mark), number))
}

/// `a)`, `(a)`; a bare `a.` is too often an initial.
fn letter(text: &str) -> Option<Ordinal> {
    let (open, rest) = opened(text);
    let first = rest.chars().next().filter(char::is_ascii_lowercase)?;
    let mark = closed(open, rest.get(1..)?).filter(|m| *m == ')' || *m == '(')?;
    Some((Way::Letter(mark), (first as usize) - ('a' as usize) + 1))
}

fn opened(text: &str) -> (bool, &str) {
    match text.strip_prefix(['(', '（']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    }
}

/// The mark behind a number: `(` where it stands in brackets.
fn closed(open: bool, rest: &str) -> Option<char> {
    let mark = rest.chars().next()?;
    let after = rest.get(mark.len_utf8()..)?.chars().next();
    match mark {
        ')' | '）' if open => Some('('),
        ')' | '）' => Some(')'),
        '.' | '．' if !open && after.is_some_and(|c| !c.is_ascii_digit()) => Some('.'),
        '、' if !open => Some('、'),
        _ => None,
    }
}

fn circle(text: &str) -> Option<Ordinal> {
    let c = text.chars().next()?;
    ('①'..='⑳')
        .contains(&c)
        .then(|| (Way::Circle, c as usize - '①' as usize + 1))
}

/// `第一`, `一是`, `一、`, `（一）`.
fn han(text: &str) -> Option<Ordinal> {
    if let Some(rest) = text.strip_prefix('第') {
        let (number, rest) = han_number(rest)?;
        let pauses = rest
            .trim_start()
            .starts_with(['，', '、', ',', '：', ':', '是', '；', '。']);
        return pauses.then_some((Way::HanNth, number));
    }
    let (open, rest) = opened(text);
    let (number, rest) = han_number(rest)?;
    if !open && (rest.starts_with('是') || rest.starts_with("要")) {
        return Some((Way::HanIs, number));
    }
    closed(open, rest).map(|mark| (Way::Han(mark), number))
}

/// 一 to 九十九.
fn han_number(text: &str) -> Option<(usize, &str)> {
    let digits: Vec<usize> = text
        .chars()
        .map_while(|c| HAN.iter().position(|h| *h == c).map(|at| at + 1))
        .collect();
    let number = match digits[..] {
        [10, ones] if ones < 10 => 10 + ones,
        [tens, 10] if tens < 10 => tens * 10,
        [tens, 10, ones] if tens < 10 && ones < 10 => tens * 10 + ones,
        [one] => one,
        _ => return None,
    };
    Some((number, text.get(digits.len() * 3..)?))
}

/// Words of a row, with something behind them that parts them from the sentence or a space.
fn word(text: &str) -> impl Iterator<Item = Ordinal> {
    let folded = fold::letters(text);
    let matches = move |(row, words): (usize, &&[&str])| {
        let place = words.iter().position(|word| starts_with_word(&folded, word))?;
        Some((Way::Word(row), place + 1))
    };
    WORDS.iter().enumerate().filter_map(matches)
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| {
        let next = rest.chars().next();
        // "First Secretary" is a person: a point pauses after its ordinal, or the script does not write pauses so.
        next.is_some_and(|c| matches!(c, ',' | '،' | ':' | '：' | '，' | '；' | ';' | '-' | '–' | '—' | '.'))
            || next == Some(' ') && word.contains(' ')
            || next == Some(' ') && word.chars().next().is_some_and(|c| matches!(c, '\u{600}'..='\u{6ff}'))
    })
}

/// Makes one block of points of each run of paragraphs that count from the first on; at least two in order.
///
/// A paragraph or two between one ordinal and the next belong to the point before them.
pub fn gather(blocks: Vec<Block>) -> Vec<Block> {
    let ordinals: Vec<Vec<Ordinal>> = blocks.iter().map(of_block).collect();
    let mut out = Vec::with_capacity(blocks.len());
    let mut blocks = blocks.into_iter();
    let mut at = 0;
    while at < ordinals.len() {
        if let Some(starts) = run(&ordinals, at) {
            let length = starts.last().map_or(0, |last| last + 1 - at);
            out.push(points(blocks.by_ref().take(length).collect(), &starts, at));
            at += length;
        } else {
            out.extend(blocks.next());
            at += 1;
        }
    }
    out
}

fn of_block(block: &Block) -> Vec<Ordinal> {
    match &block.kind {
        Kind::Paragraph { text, voice: None } => read(&first_words(text)),
        _ => Vec::new(),
    }
}

fn first_words(text: &Text) -> String {
    match text.first() {
        Some(Inline::Plain(words)) if words.chars().count() > 8 || text.len() == 1 => words.chars().take(40).collect(),
        _ => record::body::plain(text).chars().take(40).collect(),
    }
}

/// The places of the points of a run that begins here with its first ordinal.
fn run(ordinals: &[Vec<Ordinal>], at: usize) -> Option<Vec<usize>> {
    let firsts = ordinals[at].iter().filter(|(_, number)| *number == 1);
    let longest = firsts.map(|(way, _)| follow(ordinals, at, *way)).max_by_key(Vec::len)?;
    (longest.len() >= 2).then_some(longest)
}

fn follow(ordinals: &[Vec<Ordinal>], at: usize, way: Way) -> Vec<usize> {
    let mut starts = vec![at];
    let mut last = at;
    loop {
        let number = starts.len() + 1;
        let reach = (last + 2 + INNER).min(ordinals.len());
        let next = (last + 1..reach).find(|place| ordinals[*place].contains(&(way, number)));
        let Some(next) = next else { return starts };
        starts.push(next);
        last = next;
    }
}

/// The block of a run: each start is an item, what stands between is the body of the item before.
fn points(blocks: Vec<Block>, starts: &[usize], base: usize) -> Block {
    let mut items: Vec<Item> = Vec::new();
    for (place, block) in blocks.into_iter().enumerate() {
        let is_start = starts.contains(&(place + base));
        match (block.kind, items.last_mut()) {
            (Kind::Paragraph { text, .. }, _) if is_start => items.push(Item {
                body: Vec::new(),
                id: block.id,
                text,
            }),
            (kind, Some(item)) => item.body.push(Block { id: block.id, kind }),
            (_, None) => {}
        }
    }
    Block {
        id: BlockId(0),
        kind: Kind::Points { items, voice: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{shape, words::text_of};

    fn check(paragraphs: &[&str], want: &str) {
        let blocks = paragraphs
            .iter()
            .map(|words| Block {
                id: BlockId(0),
                kind: Kind::Paragraph {
                    text: text_of(words),
                    voice: None,
                },
            })
            .collect();
        assert_eq!(shape::blocks(&gather(blocks)), want);
    }

    #[test]
    fn runs_of_ordinals_are_points() {
        check(
            &["x", "First, a.", "Second, b.", "y"],
            "p(x) points(First, a. | Second, b.) p(y)",
        );
        check(&["1. a", "2. b", "3. c"], "points(1. a | 2. b | 3. c)");
        check(&["(1) a", "(2) b"], "points((1) a | (2) b)");
        check(&["a) x", "b) y"], "points(a) x | b) y)");
        check(&["第一，港口。", "第二，船。"], "points(第一，港口。 | 第二，船。)");
        check(&["一、港口", "二、船"], "points(一、港口 | 二、船)");
        check(&["（一）港口", "（二）船"], "points(（一）港口 | （二）船)");
        check(&["一是港口", "二是船", "三是人"], "points(一是港口 | 二是船 | 三是人)");
        check(&["①港口", "②船"], "points(①港口 | ②船)");
        check(&["أولاً، الميناء", "ثانياً، السفن"], "points(أولاً، الميناء | ثانياً، السفن)");
        check(
            &["الأول: الميناء", "الثاني: السفن"],
            "points(الأول: الميناء | الثاني: السفن)",
        );
        check(
            &["Thứ nhất, cảng.", "Thứ hai, tàu."],
            "points(Thứ nhất, cảng. | Thứ hai, tàu.)",
        );
        check(&["Một là cảng.", "Hai là tàu."], "points(Một là cảng. | Hai là tàu.)");
        check(
            &["Premièrement, a.", "Deuxièmement, b."],
            "points(Premièrement, a. | Deuxièmement, b.)",
        );
        check(
            &["Во-первых, порт.", "Во-вторых, суда."],
            "points(Во-первых, порт. | Во-вторых, суда.)",
        );
    }

    #[test]
    fn paragraphs_between_points_belong_to_them() {
        check(
            &["First, a.", "more of a", "Second, b.", "after"],
            "points(First, a. {p(more of a)} | Second, b.) p(after)",
        );
        check(
            &["First, a.", "1", "2", "3", "Second, b."],
            "p(First, a.) p(1) p(2) p(3) p(Second, b.)",
        );
    }

    #[test]
    fn what_does_not_count_from_the_first_on_is_none() {
        check(&["Second, a.", "Third, b."], "p(Second, a.) p(Third, b.)");
        check(&["First, a."], "p(First, a.)");
        check(
            &["First Secretary A spoke.", "Second Secretary B spoke."],
            "p(First Secretary A spoke.) p(Second Secretary B spoke.)",
        );
        check(&["1. a", "(2) b"], "p(1. a) p((2) b)");
        check(&["1.5 metres", "2.5 metres"], "p(1.5 metres) p(2.5 metres)");
        check(&["第一次会议", "第二次会议"], "p(第一次会议) p(第二次会议)");
    }

    #[test]
    fn two_enumerations_are_two_blocks() {
        check(
            &["1. a", "2. b", "1. c", "2. d"],
            "points(1. a | 2. b) points(1. c | 2. d)",
        );
    }
}

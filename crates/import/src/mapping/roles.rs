//! The kind of section that a label speaks of, by a small vocabulary in several languages.

use crate::fold;
use record::facts::Show;

/// Words and beginnings of words, folded, by role; the first role that a label speaks of is proposed. Wide letters and
/// words with a space are looked for anywhere in the label. The order settles labels that speak of two: the news of
/// the embassy are news, the notices of the consular section are consular.
const WORDS: [(&str, &[&str]); 14] = [
    (
        "remarks",
        &[
            "spokesperson",
            "spokesman",
            "spokeswoman",
            "porte parole",
            "portavoz",
            "sprecher",
            "发言人",
            "發言人",
            "الناطق",
            "المتحدث",
            "nguoi phat ngon",
            "phat ngon",
            "представител",
        ],
    ),
    (
        "consular",
        &[
            "consul",
            "visa",
            "passport",
            "passeport",
            "pasaporte",
            "konsul",
            "领事",
            "領事",
            "签证",
            "簽證",
            "护照",
            "قنصلي",
            "القنصلي",
            "تاشير",
            "lanh su",
            "ho chieu",
            "thi thuc",
            "консул",
            "виз",
        ],
    ),
    (
        "students",
        &[
            "student",
            "scholar",
            "education",
            "etudiant",
            "estudiante",
            "educacion",
            "studier",
            "留学",
            "留學",
            "教育",
            "学生",
            "الطلاب",
            "الطلبه",
            "الطلبة",
            "التعليم",
            "sinh vien",
            "du hoc",
            "giao duc",
            "hoc bong",
            "студент",
            "образован",
        ],
    ),
    (
        "science",
        &[
            "science",
            "scientific",
            "technolog",
            "tech",
            "ciencia",
            "wissenschaft",
            "科技",
            "科学",
            "科學",
            "العلوم",
            "العلمي",
            "التكنولوجيا",
            "khoa hoc",
            "cong nghe",
            "наук",
            "технолог",
        ],
    ),
    (
        "culture",
        &[
            "cultur",
            "kultur",
            "文化",
            "الثقاف",
            "الثقافه",
            "ثقاف",
            "van hoa",
            "культур",
        ],
    ),
    (
        "relations",
        &[
            "relation",
            "bilateral",
            "beziehung",
            "cooperation",
            "关系",
            "關係",
            "双边",
            "雙邊",
            "العلاقات",
            "علاقات",
            "الثنائي",
            "quan he",
            "song phuong",
            "отношени",
        ],
    ),
    (
        "ambassador",
        &[
            "ambassad",
            "embajador",
            "embaixador",
            "botschafter",
            "大使馆长",
            "大使",
            "السفير",
            "سفير",
            "dai su",
            "посол",
            "посл",
        ],
    ),
    (
        "statements",
        &[
            "statement",
            "declaration",
            "declaracion",
            "erklarung",
            "声明",
            "聲明",
            "بيان",
            "tuyen bo",
            "заявлени",
        ],
    ),
    (
        "remarks",
        &[
            "remark",
            "speech",
            "discours",
            "discurso",
            "interview",
            "讲话",
            "講話",
            "致辞",
            "كلم",
            "خطاب",
            "phat bieu",
            "выступлени",
        ],
    ),
    (
        "notices",
        &[
            "notice",
            "announcement",
            "annonce",
            "avis",
            "aviso",
            "bekanntmachung",
            "通知",
            "公告",
            "اعلان",
            "تنبيه",
            "thong bao",
            "объявлени",
        ],
    ),
    (
        "news",
        &[
            "news",
            "actualit",
            "nouvelle",
            "noticia",
            "nachricht",
            "aktuell",
            "bulletin",
            "press",
            "presse",
            "event",
            "activit",
            "新闻",
            "新聞",
            "动态",
            "動態",
            "消息",
            "活动",
            "اخبار",
            "الاخبار",
            "انشطة",
            "tin tuc",
            "tin",
            "hoat dong",
            "новост",
            "событи",
        ],
    ),
    (
        "topics",
        &[
            "topic",
            "dossier",
            "special",
            "tema",
            "专题",
            "專題",
            "ملف",
            "chuyen de",
            "тем",
        ],
    ),
    (
        "embassy",
        &[
            "embass",
            "embajad",
            "embaixad",
            "botschaft",
            "ambassade",
            "mission",
            "consulate",
            "about us",
            "使馆",
            "使館",
            "السفار",
            "سفار",
            "su quan",
            "посольств",
        ],
    ),
    ("other", &[]),
];

/// Labels that are never sections: the furniture of any site.
const FURNITURE: [&str; 34] = [
    "home",
    "homepage",
    "accueil",
    "inicio",
    "startseite",
    "首页",
    "首頁",
    "主页",
    "الرئيسيه",
    "الرئيسية",
    "trang chu",
    "главная",
    "contact",
    "contact us",
    "contacts",
    "contactez nous",
    "联系我们",
    "اتصل بنا",
    "lien he",
    "контакты",
    "sitemap",
    "site map",
    "plan du site",
    "网站地图",
    "search",
    "recherche",
    "搜索",
    "tim kiem",
    "login",
    "links",
    "liens",
    "友情链接",
    "rss",
    "faq",
];

/// The kind of section that a label speaks of; `other` where it speaks of none.
pub fn role_of(label: &str) -> &'static str {
    let words = fold::words(label);
    let joined = words.join(" ");
    let hit = |word: &&str| speaks_of(&words, &joined, word);
    // The embassy of "ambassade" begins like its ambassador.
    if words
        .iter()
        .any(|word| word.starts_with("ambassade") && !word.starts_with("ambassadeu"))
        && !WORDS[..6].iter().any(|(_, w)| w.iter().any(&hit))
    {
        return if joined.contains("actualit") { "news" } else { "embassy" };
    }
    // So do those of Chinese and Vietnamese.
    let house = ["使馆", "使館", "大使馆", "大使館", "dai su quan"]
        .iter()
        .any(|word| joined.contains(word));
    let found = WORDS
        .iter()
        .filter(|(role, _)| !(house && *role == "ambassador"))
        .find(|(_, words)| words.iter().any(&hit));
    found.map_or("other", |(role, _)| role)
}

/// True for labels that are never sections.
pub(super) fn is_furniture(label: &str) -> bool {
    let joined = fold::words(label).join(" ");
    FURNITURE.iter().any(|word| *word == joined)
}

/// How the front of a section of a role is shown unless a person says otherwise.
pub(super) fn show(role: &str) -> Show {
    match role {
        "ambassador" => Show::People,
        "embassy" | "relations" => Show::Page,
        "topics" => Show::Topics,
        _ => Show::List,
    }
}

fn speaks_of(words: &[String], joined: &str, word: &str) -> bool {
    let anywhere = word.contains(' ') || word.chars().next().is_some_and(crate::words::is_wide);
    if anywhere {
        return format!(" {joined} ").contains(word);
    }
    words.iter().any(|w| begins(w, word))
}

/// True if a word begins so, with one letter wrong where the beginning is long enough to be known by the rest.
fn begins(word: &str, start: &str) -> bool {
    if start.chars().count() <= 3 {
        return word == start || word.strip_prefix(start).is_some_and(|rest| rest.chars().count() <= 2);
    }
    word.starts_with(start) || start.chars().count() >= 7 && nearly(word, start)
}

/// True if a beginning of the word differs from the start by one letter: wrong, missing, doubled or added.
fn nearly(word: &str, start: &str) -> bool {
    let (word, start): (Vec<char>, Vec<char>) = (word.chars().collect(), start.chars().collect());
    let same = word.iter().zip(&start).take_while(|(a, b)| a == b).count();
    let rest = |list: &[char], skip: usize| list.get(same + skip..).unwrap_or_default().to_vec();
    let follows = |long: &[char], short: &[char]| long.starts_with(short);
    follows(&rest(&word, 1), &rest(&start, 1))
        || follows(&rest(&word, 0), &rest(&start, 1))
        || follows(&rest(&word, 1), &rest(&start, 0))
}

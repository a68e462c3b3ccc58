//! Words of ten languages, joined to sentences that say nothing.

use super::random::Random;

/// A language: its words, and how sentences are put together.
pub(crate) struct Tongue {
    pub(crate) tag: &'static str,
    words: &'static str,
    /// Between words.
    space: &'static str,
    /// At the end of a sentence.
    stop: &'static str,
    /// How much longer a sentence is than an English one, in words of a hundred.
    length: u64,
}

const fn tongue(tag: &'static str, words: &'static str) -> Tongue {
    Tongue {
        tag,
        words,
        space: " ",
        stop: ".",
        length: 100,
    }
}

pub(crate) const TONGUES: [Tongue; 10] = [
    tongue(
        "en",
        "harbour lantern treaty river delegation meadow signal council archive voyage compass granary bridge charter orchard \
         ferry market protocol lighthouse season mountain visitor embroidery workshop tide museum seminar valley railway \
         friendship under across between towards without several northern patient early shared",
    ),
    tongue(
        "fr",
        "phare traité rivière délégation prairie conseil archive boussole grenier pont charte verger marché protocole saison \
         montagne visiteur broderie atelier marée musée séminaire vallée amitié sous entre vers sans plusieurs commun voilier \
         école clairière étoile",
    ),
    tongue(
        "es",
        "faro tratado río delegación pradera señal consejo archivo brújula granero puente carta huerto mercado protocolo \
         estación montaña visitante bordado taller marea museo seminario valle amistad bajo entre hacia sin varios común velero",
    ),
    Tongue {
        length: 110,
        ..tongue(
            "ar",
            "منارة معاهدة نهر وفد مرج مجلس أرشيف رحلة بوصلة جسر ميثاق بستان سوق موسم جبل زائر تطريز ورشة متحف ندوة وادي \
             صداقة تحت بين نحو دون مشترك مرفأ سفينة نجمة حديقة",
        )
    },
    tongue(
        "ru",
        "маяк договор река делегация луг совет архив компас амбар мост хартия сад рынок протокол сезон гора гость вышивка \
         мастерская прилив музей семинар долина дружба под между без общий гавань парус звезда",
    ),
    Tongue {
        space: "",
        stop: "。",
        length: 130,
        ..tongue(
            "zh-Hans",
            "灯塔 条约 河流 代表团 草地 理事会 档案 罗盘 粮仓 桥梁 宪章 果园 市场 议定书 季节 山峰 访客 刺绣 工坊 潮汐 博物馆 \
             研讨会 山谷 友谊 之间 共同 港口 帆船 星辰 花园",
        )
    },
    Tongue {
        length: 130,
        ..tongue(
            "vi",
            "hải đăng hiệp ước dòng sông đoàn đại biểu đồng cỏ hội đồng lưu trữ la bàn kho lúa cây cầu hiến chương vườn cây \
             chợ phiên nghị định mùa vụ ngọn núi khách thăm thêu thùa xưởng nhỏ thủy triều bảo tàng hội thảo thung lũng",
        )
    },
    tongue(
        "pt",
        "farol tratado rio delegação prado sinal conselho arquivo bússola celeiro ponte carta pomar mercado protocolo estação \
         montanha visitante bordado oficina maré museu seminário vale amizade sob entre para sem vários comum veleiro",
    ),
    tongue(
        "de",
        "Leuchtturm Vertrag Fluss Abordnung Wiese Rat Archiv Kompass Speicher Brücke Urkunde Obstgarten Markt Protokoll \
         Jahreszeit Berg Gast Stickerei Werkstatt Gezeiten Museum Seminar Tal Freundschaft unter zwischen ohne mehrere Segel",
    ),
    tongue(
        "id",
        "mercusuar perjanjian sungai delegasi padang dewan arsip kompas lumbung jembatan piagam kebun pasar protokol musim \
         gunung tamu sulaman bengkel pasang museum seminar lembah persahabatan bawah antara menuju tanpa bersama pelabuhan",
    ),
];

impl Tongue {
    /// So many words, joined.
    pub(crate) fn run(&self, words: u64, random: &mut Random) -> String {
        let all: Vec<&str> = self.words.split_ascii_whitespace().collect();
        let chosen: Vec<&str> = (0..words).map(|_| *random.of(&all)).collect();
        chosen.join(self.space)
    }

    /// A sentence of about so many English words.
    pub(crate) fn sentence(&self, words: u64, random: &mut Random) -> String {
        let run = self.run(words * self.length / 100, random);
        let mut letters = run.chars();
        let first = letters.next().map(char::to_uppercase).into_iter().flatten();
        first.chain(letters).collect::<String>() + self.stop
    }

    /// Sentences of one paragraph.
    pub(crate) fn paragraph(&self, sentences: u64, random: &mut Random) -> String {
        let mut sentence = || {
            let words = random.between(9, 19);
            self.sentence(words, random)
        };
        let all: Vec<String> = (0..sentences).map(|_| sentence()).collect();
        all.join(self.space)
    }
}

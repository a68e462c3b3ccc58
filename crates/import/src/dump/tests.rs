use super::*;
use crate::{candidate::Order, shape};

fn page(text: &str) -> Candidate {
    read(text, &Hints::default())
}

/// Title, date, section, language and blocks, in the short notation.
fn check(text: &str, title: &str, date: &str, section: &str, lang: &str, body: &str) {
    let page = page(text);
    assert_eq!(page.title, title);
    assert_eq!(page.date.map(|d| d.to_string()).unwrap_or_default(), date);
    assert_eq!(page.section.as_deref().unwrap_or_default(), section);
    assert_eq!(page.lang.map(|l| l.to_string()).unwrap_or_default(), lang);
    assert_eq!(shape::blocks(&page.body), body);
}

/// The same shape as an old embassy page: menu, headed topics, breadcrumb, readout with points, page functions.
const READOUT: &str = "Ambasador's Welcom
\u{a0}  \u{a0} \u{a0} The House
\u{a0}  \u{a0} \u{a0} Merrow and Kest
\u{a0}  \u{a0} \u{a0} Passports & Visas
\u{a0}  \u{a0} \u{a0} For Pupils
Dossiers
\u{a0} \u{a0} \u{a0}   Clean Quays
\u{a0} \u{a0} \u{a0}   LANTERNS 2020 THE MERROW WAY
\u{a0} \u{a0}\u{20}
START\u{a0}>\u{a0}Bulletins
Tarrow Attends Spring Meeting of the Council of Harbours in Port Sable
2020-03-14 15:08

On March 14, 2020 local time, Minister Ilse Tarrow attended the meeting of the council in Port Sable.

Tarrow said, the council is in its twelfth year. She put forward two proposals, and thanked the pilots.

First, the members should keep one emergency channel open. Whoever calls on it should be answered.

Second, the members should pay fishers a fair price for lost nets that are landed.

The meeting has also prepared the autumn session.

Send To Somebody
\u{a0} Printer
";

#[test]
fn a_readout_is_told_apart_from_its_page() {
    check(
        READOUT,
        "Tarrow Attends Spring Meeting of the Council of Harbours in Port Sable",
        "2020-03-14T15:08",
        "Bulletins",
        "en",
        "p(On March 14, 2020 local time, Minister Ilse Tarrow attended the meeting of the council in Port Sable.) \
         p(Tarrow said, the council is in its twelfth year. She put forward two proposals, and thanked the pilots.) \
         points(First, the members should keep one emergency channel open. Whoever calls on it should be answered. | \
         Second, the members should pay fishers a fair price for lost nets that are landed.) \
         p(The meeting has also prepared the autumn session.)",
    );
    let page = page(READOUT);
    assert_eq!(
        page.menu,
        [
            "Ambasador's Welcom",
            "The House",
            "Merrow and Kest",
            "Passports & Visas",
            "For Pupils"
        ]
    );
    assert_eq!(page.topics, ["Clean Quays", "LANTERNS 2020 THE MERROW WAY"]);
    let left: Vec<Option<usize>> = page
        .remarks
        .iter()
        .filter(|r| r.about == About::LeftOut)
        .map(|r| r.line)
        .collect();
    assert_eq!(left, [Some(24), Some(25)]);
    assert_eq!(page.remarks.len(), 2, "{:?}", page.remarks);
}

#[test]
fn a_chinese_page_with_submenus_is_read() {
    let text = "  首页
  使馆
    大使
    历任大使
  领事
    护照
  文化
首页 > 新闻 > 使馆活动
塔罗部长出席港口理事会春季会议
来源：使馆 \u{a0} 2020-03-14

\u{3000}\u{3000}2020年3月14日，塔罗部长出席港口理事会春季会议，各成员国代表参加了会议。

\u{3000}\u{3000}塔罗部长指出，理事会成立十二年来，为各国渔民办了不少实事，今后应做好两件事。

\u{3000}\u{3000}第一，开放统一求救频道，让每一条小船都能得到回应，让求救的人不再等待。

\u{3000}\u{3000}第二，回收遗失的渔网，由共同基金按公道的价格付给渔民。

附件
有关文章
  春季会议在沙港举行(2020-03-10)
";
    check(
        text,
        "塔罗部长出席港口理事会春季会议",
        "2020-03-14",
        "使馆活动",
        "zh-Hans",
        "p(2020年3月14日，塔罗部长出席港口理事会春季会议，各成员国代表参加了会议。) \
         p(塔罗部长指出，理事会成立十二年来，为各国渔民办了不少实事，今后应做好两件事。) \
         points(第一，开放统一求救频道，让每一条小船都能得到回应，让求救的人不再等待。 | \
         第二，回收遗失的渔网，由共同基金按公道的价格付给渔民。)",
    );
    assert_eq!(page(text).menu, ["使馆", "领事", "文化"]);
}

#[test]
fn an_arabic_page_is_read() {
    let text = "الرئيسية » الأخبار
اجتماع مجلس الموانئ في بورت سابل
السبت ١٤ مارس ٢٠٢٠ - ١٥:٠٨

حضرت الوزيرة إلسه تارو اجتماع مجلس الموانئ في بورت سابل، وشارك فيه وزراء الدول الأعضاء.

وقدمت الوزيرة مقترحين أمام المجلس من أجل سلامة القوارب الصغيرة في البحر.

أولاً، فتح قناة واحدة للطوارئ أمام كل قارب صغير بين الدول الأعضاء.

ثانياً، دفع ثمن عادل للصيادين عن كل شبكة مفقودة تعاد إلى الميناء.

طباعة
";
    check(
        text,
        "اجتماع مجلس الموانئ في بورت سابل",
        "2020-03-14T15:08",
        "الأخبار",
        "ar",
        "p(حضرت الوزيرة إلسه تارو اجتماع مجلس الموانئ في بورت سابل، وشارك فيه وزراء الدول الأعضاء.) \
         p(وقدمت الوزيرة مقترحين أمام المجلس من أجل سلامة القوارب الصغيرة في البحر.) \
         points(أولاً، فتح قناة واحدة للطوارئ أمام كل قارب صغير بين الدول الأعضاء. | \
         ثانياً، دفع ثمن عادل للصيادين عن كل شبكة مفقودة تعاد إلى الميناء.)",
    );
}

#[test]
fn a_vietnamese_page_without_menu_and_breadcrumb_is_read() {
    check(
        "Ngày 14 tháng 3 năm 2020, 15:08

Bộ trưởng Tarrow dự phiên họp mùa xuân của Hội đồng Bến cảng

Bộ trưởng Ilse Tarrow đã dự phiên họp mùa xuân của Hội đồng Bến cảng tại Port Sable và đưa ra hai đề xuất.

Thứ nhất, mở một kênh khẩn cấp chung cho mọi con thuyền nhỏ giữa các nước thành viên.

Thứ hai, trả giá công bằng cho ngư dân đối với mỗi tấm lưới thất lạc được đưa vào bờ.
",
        "Bộ trưởng Tarrow dự phiên họp mùa xuân của Hội đồng Bến cảng",
        "2020-03-14T15:08",
        "",
        "vi",
        "p(Bộ trưởng Ilse Tarrow đã dự phiên họp mùa xuân của Hội đồng Bến cảng tại Port Sable và đưa ra hai đề xuất.) \
         points(Thứ nhất, mở một kênh khẩn cấp chung cho mọi con thuyền nhỏ giữa các nước thành viên. | \
         Thứ hai, trả giá công bằng cho ngư dân đối với mỗi tấm lưới thất lạc được đưa vào bờ.)",
    );
}

#[test]
fn paragraphs_broken_at_a_width_are_joined() {
    let text = "Le conseil des ports ouvre un canal de secours
Port Sable, le 14 mars 2020

Les ministres des six pays membres du conseil se sont réunis samedi à
Port Sable pour ouvrir un canal de secours commun aux petits bateaux
et pour fixer le prix des filets qui sont rapportés dans les ports.

Le canal est ouvert jour et nuit. Les pilotes de la capitainerie
répondent dans les trois minutes, dans la langue de qui appelle ou
dans une langue que cette personne comprend.
";
    check(
        text,
        "Le conseil des ports ouvre un canal de secours",
        "2020-03-14",
        "",
        "fr",
        "p(Les ministres des six pays membres du conseil se sont réunis samedi à Port Sable pour ouvrir un canal de secours \
         commun aux petits bateaux et pour fixer le prix des filets qui sont rapportés dans les ports.) \
         p(Le canal est ouvert jour et nuit. Les pilotes de la capitainerie répondent dans les trois minutes, dans la langue \
         de qui appelle ou dans une langue que cette personne comprend.)",
    );
}

#[test]
fn other_orders_of_dates_are_read_or_remarked() {
    let text = |date: &str| {
        format!(
            "Quay opens to all small boats\n{date}\n\nThe quay in Port Sable opens to all small boats and to their crews on Monday.\n"
        )
    };
    let dated = |date: &str, order| {
        let hints = Hints {
            order,
            ..Hints::default()
        };
        let page = read(&text(date), &hints);
        let doubts = page.remarks.iter().filter(|r| r.about == About::Date).count();
        (page.date.map(|d| d.to_string()).unwrap_or_default(), doubts)
    };
    assert_eq!(dated("03/04/2020", None), ("2020-04-03".to_owned(), 1));
    assert_eq!(
        dated("03/04/2020", Some(Order::MonthFirst)),
        ("2020-03-04".to_owned(), 0)
    );
    assert_eq!(
        dated("Updated: March 14, 2020 3:08 PM", None),
        ("2020-03-14T15:08".to_owned(), 0)
    );
    assert_eq!(dated("", None), (String::new(), 1));
}

#[test]
fn an_address_on_top_names_the_page() {
    let text = format!("http://old.example/t1.htm?a=1\n{READOUT}");
    assert_eq!(page(&text).url.as_deref(), Some("http://old.example/t1.htm?a=1"));
    let hints = Hints {
        url: Some("http://told.example/".to_owned()),
        ..Hints::default()
    };
    assert_eq!(read(&text, &hints).url.as_deref(), Some("http://told.example/"));
}

#[test]
fn a_date_in_the_text_is_not_the_date_of_the_page() {
    let page = page(
        "Quay opens\n\nOn 3 May 2019 the quay in Port Sable was closed, and on 4 May it was opened again for boats.\n",
    );
    assert_eq!(page.date, None);
}

#[test]
fn what_stands_inside_the_text_and_is_none_is_left_out() {
    let text = "Quay opens to all boats

The quay in Port Sable opens to all small boats and to their crews on Monday morning.

[ Enlarge ]

Opening hours

The harbour master receives crews every day of the week from eight in the morning on.

- bring the papers of the boat
- bring the crew list

The harbour master answers on the common channel in three languages at any hour.
";
    let page = page(text);
    assert_eq!(
        shape::blocks(&page.body),
        "p(The quay in Port Sable opens to all small boats and to their crews on Monday morning.) h2(Opening hours) \
         p(The harbour master receives crews every day of the week from eight in the morning on.) \
         ul(bring the papers of the boat | bring the crew list) \
         p(The harbour master answers on the common channel in three languages at any hour.)"
    );
    assert!(
        page.remarks
            .iter()
            .any(|r| r.line == Some(5) && r.about == About::LeftOut)
    );
    assert!(page.remarks.iter().any(|r| r.line == Some(7) && r.about == About::Text));
}

#[test]
fn a_page_without_text_is_empty_and_remarked() {
    for text in ["", "\n\n", "Home\nNews\nContact\n", "\u{feff}", "[ ]\n|||\n"] {
        let page = page(text);
        assert!(page.body.is_empty() && page.title.is_empty());
        assert!(page.remarks.iter().any(|r| r.about == About::Text));
    }
}

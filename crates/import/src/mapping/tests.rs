use super::*;

fn page(menu: &[&str], topics: &[&str], section: Option<&str>) -> Candidate {
    let owned = |labels: &[&str]| labels.iter().map(|l| (*l).to_owned()).collect();
    Candidate {
        menu: owned(menu),
        topics: owned(topics),
        section: section.map(str::to_owned),
        ..Candidate::default()
    }
}

#[test]
fn labels_speak_of_roles_in_several_languages() {
    for (label, role) in [
        ("Ambassador Imformation", "ambassador"),
        ("Ambasador's Welcome", "ambassador"),
        ("Embassy Imformation", "embassy"),
        ("Embassy News", "news"),
        ("Merrow-Kest Relationship", "relations"),
        ("Consular Services", "consular"),
        ("Consulate", "consular"),
        ("For Students & Scholars", "students"),
        ("Science & Tech", "science"),
        ("Cultural Exchange", "culture"),
        ("Spokesperson's Remarks", "remarks"),
        ("Notices", "notices"),
        ("Statements", "statements"),
        ("L’Ambassade", "embassy"),
        ("L’Ambassadeur", "ambassador"),
        ("Actualités de l'ambassade", "news"),
        ("Relations bilatérales", "relations"),
        ("大使信息", "ambassador"),
        ("大使馆介绍", "embassy"),
        ("领事服务", "consular"),
        ("发言人表态", "remarks"),
        ("使馆新闻", "news"),
        ("السفير", "ambassador"),
        ("الخدمات القنصلية", "consular"),
        ("أخبار السفارة", "news"),
        ("Đại sứ", "ambassador"),
        ("Đại sứ quán", "embassy"),
        ("Quan hệ song phương", "relations"),
        ("Tin tức", "news"),
        ("Lãnh sự", "consular"),
        ("Fishing", "other"),
        ("", "other"),
    ] {
        assert_eq!(role_of(label), role, "{label}");
    }
}

#[test]
fn labels_of_another_language_belong_to_the_sections_of_their_role() {
    let row = |role: &str, slug: &str| (role.to_owned(), slug.to_owned());
    let known = Known {
        sections: vec![("news".to_owned(), vec!["News".to_owned()])],
        untitled: vec![row("news", "news"), row("consular", "visas"), row("other", "fishing")],
        ..Known::default()
    };
    let page = page(&["Lãnh sự", "Đánh cá", "Tin tức", "Hoạt động"], &[], Some("Tin tức"));
    let mapping = propose([&page], &known);
    let fates: Vec<String> = mapping
        .sections
        .iter()
        .map(|row| match &row.fate {
            Fate::New(new) => format!("new {}", new.slug),
            Fate::Merge(slug) => format!("merge {slug}"),
            Fate::Skip => "skip".to_owned(),
        })
        .collect();
    assert_eq!(fates, ["merge visas", "new danh-ca", "merge news", "new news-2"]);
}

#[test]
fn labels_become_sections_and_topics_with_free_slugs() {
    let known = Known {
        sections: vec![("news".to_owned(), vec!["Bulletins".to_owned()])],
        ..Known::default()
    };
    let page = page(
        &[
            "Home",
            "Ambasador Imformation",
            "Former Ambassadors",
            "Fishing & Nets",
            "钓鱼",
            "BULLETINS",
            "2021",
        ],
        &["Clean Quays", "清洁码头"],
        Some("Bulletins"),
    );
    let mapping = propose([&page], &known);
    let rows: Vec<String> = mapping
        .sections
        .iter()
        .map(|row| match &row.fate {
            Fate::New(new) => format!("{} {} {}", new.title, new.slug, new.role),
            Fate::Merge(slug) => format!("{} = {slug}", row.label),
            Fate::Skip => format!("{} -", row.label),
        })
        .collect();
    assert_eq!(
        rows,
        [
            "Home -",
            "Ambasador Imformation ambassador ambassador",
            "Former Ambassadors ambassador-2 ambassador",
            "Fishing & Nets fishing-nets other",
            "钓鱼 section-5 other",
            "BULLETINS = news",
            "2021 section-7 other"
        ]
    );
    let topics: Vec<&str> = mapping
        .topics
        .iter()
        .filter_map(|row| match &row.fate {
            Fate::New(new) => Some(new.slug.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(topics, ["clean-quays", "topic-2"]);
}

#[test]
fn what_is_written_is_read_back() {
    let page = page(
        &["Home", "The \"House\"", "Ambassador", "News"],
        &["Quays \\ nets"],
        Some("News"),
    );
    let mapping = propose([&page], &Known::default());
    assert_eq!(read(&mapping.to_toml()), Ok(mapping.clone()));
    assert!(matches!(mapping.section("NEWS"), Some(Fate::New(new)) if new.role == "news" && new.show == Show::List));
    assert!(matches!(mapping.section("Home"), Some(Fate::Skip)));
    assert_eq!(mapping.section("Elsewhere"), None);
}

#[test]
fn wrong_rows_are_told_by_line() {
    for (source, line, part) in [
        ("[[section]]\nlabel = \"A\"\n", 1, "needs one of"),
        (
            "[[section]]\nlabel = \"A\"\nslug = \"a\"\nskip = true\n",
            1,
            "needs one of",
        ),
        ("\n[[section]]\nlabel = \"A\"\nslug = \"A b\"\n", 2, "no slug"),
        ("[[section]]\nlabel = \"A\"\nslug = \"2021\"\n", 1, "reserved"),
        (
            "[[section]]\nlabel = \"A\"\nslug = \"a\"\nrole = \"x\"\n",
            1,
            "role `x` is unknown",
        ),
        (
            "[[section]]\nlabel = \"A\"\nslug = \"a\"\n[[section]]\nlabel = \"B\"\nslug = \"a\"\n",
            4,
            "line 1",
        ),
        (
            "[[topic]]\nlabel = \"A\"\nslug = \"a\"\nrole = \"news\"\n",
            1,
            "no `role`",
        ),
        ("[[section]]\nlabel = \"A\"\ncolour = 1\n", 3, "unknown field"),
        ("[[section]]\nslug = \"a\"\n", 1, "missing field"),
        ("[[section]\n", 1, ""),
    ] {
        let told = read(source).err().unwrap_or_default();
        assert!(
            told.iter().any(|p| p.line == line && p.message.contains(part)),
            "{source}: {told:?}"
        );
    }
}

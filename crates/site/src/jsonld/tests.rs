use super::*;
use serde_json::{Value, json};

const MINISTRY: Organization = Organization {
    name: "Ministry",
    url: "https://mfa.example/en/",
};

fn page(name: &str) -> Page<'_> {
    Page {
        name,
        url: "https://mfa.example/en/news/2026/03/quay",
        lang: "en",
    }
}

fn text(kind: TextKind, title: &str) -> Text<'_> {
    Text {
        kind,
        page: page(title),
        summary: None,
        permalink: "https://mfa.example/d/1",
        version: 1,
        published: "2026-03-14",
        modified: None,
        publisher: MINISTRY,
        section: None,
        topics: Vec::new(),
        people: Vec::new(),
        place: None,
        translation_of: None,
        translations: Vec::new(),
        based_on: None,
        correction: None,
        withdrawn: false,
    }
}

fn first(node: Node) -> Value {
    let graph: Value = serde_json::from_str(&script(&[node])).expect("JSON");
    assert_eq!(graph["@context"], "https://schema.org");
    graph["@graph"][0].clone()
}

#[test]
fn nothing_can_end_the_script_element() {
    let title = "</script><!-- \"x\" \u{2028} & <b>";
    let json = script(&[Node::Text(Box::new(text(TextKind::News, title)))]);
    assert!(!json.contains('<'));
    let graph: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(graph["@graph"][0]["headline"], title);
}

#[test]
fn a_plain_text_says_who_when_and_in_which_language() {
    let node = first(Node::Text(Box::new(text(TextKind::News, "Quay"))));
    assert_eq!(node["@type"], "NewsArticle");
    assert_eq!(node["inLanguage"], "en");
    assert_eq!(node["datePublished"], "2026-03-14");
    assert_eq!(node["publisher"]["name"], "Ministry");
    for absent in [
        "dateModified",
        "about",
        "correction",
        "isBasedOn",
        "description",
        "creativeWorkStatus",
    ] {
        assert!(node.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn a_corrected_translation_names_its_original_and_its_correction() {
    let node = first(Node::Text(Box::new(Text {
        modified: Some("2026-04-02T09:00:00Z"),
        translation_of: Some(("https://mfa.example/vi/a", "vi")),
        people: vec![("Ilse Tarrow", Some("Minister"))],
        correction: Some(("A date was wrong.", "2026-04-02T09:00:00Z")),
        based_on: Some("http://old.example/t1.htm"),
        withdrawn: true,
        ..text(TextKind::Statement, "Quay")
    })));
    assert_eq!(
        node["translationOfWork"],
        json!({"@type": "CreativeWork", "@id": "https://mfa.example/vi/a", "inLanguage": "vi"})
    );
    assert_eq!(node["correction"]["text"], "A date was wrong.");
    assert_eq!(
        node["mentions"][0],
        json!({"@type": "Person", "jobTitle": "Minister", "name": "Ilse Tarrow"})
    );
    assert_eq!(node["isBasedOn"], "http://old.example/t1.htm");
    assert_eq!(node["creativeWorkStatus"], "Withdrawn");
}

#[test]
fn an_office_has_hours_of_days() {
    let hours = Hours {
        days: vec![1, 7, 9],
        r#for: "consular".into(),
        from: "09:00".into(),
        to: "24:00".into(),
    };
    let node = first(Node::Office(Office {
        name: "Embassy",
        url: "https://vn.mfa.example/en/",
        address: vec!["1 Quay", "Port Sable"],
        country: Some("xd"),
        phones: vec![("emergency", "+999 1 23")],
        emails: vec![("visa", "visa@vn.mfa.example")],
        hours: vec![&hours],
        closed: vec!["2026-12-24".into()],
        of: MINISTRY,
    }));
    assert_eq!(node["@type"], "GovernmentOffice");
    assert_eq!(node["address"]["streetAddress"], "1 Quay, Port Sable");
    assert_eq!(node["openingHours"], json!(["Mo,Su 09:00-23:59"]));
    assert_eq!(node["specialOpeningHoursSpecification"][0]["validFrom"], "2026-12-24");
    assert_eq!(node["contactPoint"][1]["email"], "visa@vn.mfa.example");
}

#[test]
fn sites_people_services_lists_and_ways_have_their_types() {
    let site = first(Node::Site(Site {
        organization: MINISTRY,
        lang: "en",
        parent: None,
        logo: None,
    }));
    assert_eq!(
        (&site["@type"], &site["publisher"]["@type"]),
        (&json!("WebSite"), &json!("GovernmentOrganization"))
    );
    let person = first(Node::Person(Person {
        page: page("Maren Holtbye"),
        role: Some("Ambassador"),
        works_for: MINISTRY,
    }));
    assert_eq!(
        (&person["@type"], &person["mainEntity"]["jobTitle"]),
        (&json!("ProfilePage"), &json!("Ambassador"))
    );
    let service = first(Node::Service(Service {
        page: page("Passports"),
        summary: Some("How to apply."),
        provider: MINISTRY,
        area: Some("Valombre"),
    }));
    assert_eq!(service["areaServed"], json!({"@type": "Country", "name": "Valombre"}));
    assert_eq!(first(Node::List(page("News")))["@type"], "CollectionPage");
    let way = first(Node::Breadcrumb(vec![
        ("Home", "https://mfa.example/en/"),
        ("News", "https://mfa.example/en/news/"),
    ]));
    assert_eq!(way["itemListElement"][1]["position"], 2);
}

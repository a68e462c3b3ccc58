use super::*;
use crate::alternates::world::{World, words};
use record::entry::{Action, Reason};

fn map(world: &World) -> String {
    let page = render(&world.view(), Some(world.site()), 0);
    let xml = String::from_utf8(page.bytes).expect("UTF-8");
    let mut reader = quick_xml::Reader::from_str(&xml);
    while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
    xml
}

fn line<'a>(xml: &'a str, url: &str) -> &'a str {
    xml.lines()
        .find(|line| line.starts_with(&format!("<url><loc>{url}</loc>")))
        .unwrap_or_default()
}

const QUAY: &str = "https://mfa.example/mfa/en/news/2026/03/quay";
const RASIF: &str = "https://mfa.example/mfa/ar/news/2026/03/rasif";

fn world() -> World {
    let mut world = World::new();
    world.news(7, "2026-03-14", words("Quay", "quay", &["Open."]));
    world
}

#[test]
fn a_text_of_one_language_names_its_last_change_only() {
    assert_eq!(
        line(&map(&world()), QUAY),
        format!("<url><loc>{QUAY}</loc><lastmod>2026-01-01T07:00:00Z</lastmod></url>")
    );
}

#[test]
fn translations_name_each_other_and_the_original() {
    let mut world = world();
    world.translation(7, "ar", 1, words("رصيف", "rasif", &["افتتح."]));
    let xml = map(&world);
    for url in [QUAY, RASIF] {
        let line = line(&xml, url);
        for (tag, href) in [("en", QUAY), ("ar", RASIF), ("x-default", QUAY)] {
            assert!(
                line.contains(&format!("hreflang=\"{tag}\" href=\"{href}\"")),
                "{tag}: {line}"
            );
        }
    }
    let home = line(&xml, "https://mfa.example/mfa/ar/");
    assert!(
        home.contains("hreflang=\"x-default\" href=\"https://mfa.example/mfa/\""),
        "{home}"
    );
}

#[test]
fn a_text_taken_back_is_left_out() {
    let mut world = world();
    let before = touched(&world.view(), world.site());
    world.end(7, "en", Action::Withdraw, Reason::Outdated, "");
    assert!(map(&world).contains(QUAY), "a withdrawn text stays");
    world.end(7, "en", Action::Retract, Reason::Privacy, "");
    assert!(!map(&world).contains(QUAY));
    assert!(touched(&world.view(), world.site()) > before);
}

#[test]
fn the_index_does_not_change_with_every_text() {
    let mut world = world();
    let index = |world: &World| render(&world.view(), None, 0);
    let before = index(&world);
    world.news(8, "2026-03-15", words("Lamps", "lamps", &["Lit."]));
    assert_eq!(index(&world), before);
    let xml = String::from_utf8(before.bytes).expect("UTF-8");
    assert!(xml.contains("<loc>https://mfa.example/mfa/sitemap.xml</loc>"), "{xml}");
}

#[test]
fn robots_may_read_everything() {
    let page = robots(&world().view(), None);
    assert_eq!(
        page.bytes,
        b"User-agent: *\nDisallow:\n\nSitemap: https://mfa.example/sitemap.xml\n"
    );
}

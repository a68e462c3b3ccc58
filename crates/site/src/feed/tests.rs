use super::*;
use crate::alternates::world::{World, lang, text, words};
use quick_xml::{Reader, events::Event};
use record::{
    entry::{Action, Reason, Update},
    words::{NoticeText, Words},
};

fn xml(world: &World, lang: Lang) -> String {
    let page = render(&world.view(), world.site(), lang, FeedOf::Site);
    assert_eq!(page.touched, touched(&world.view(), world.site(), lang, FeedOf::Site));
    String::from_utf8(page.bytes).expect("UTF-8")
}

/// The texts of all elements of a name, in order.
fn all(xml: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut out, mut inside): (Vec<String>, bool) = (Vec::new(), false);
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) if start.name().as_ref() == name => {
                out.push(String::new());
                inside = true;
            }
            Event::End(end) if end.name().as_ref() == name => inside = false,
            Event::Text(text) if inside => out.last_mut().expect("begun").push_str(&text),
            Event::GeneralRef(reference) if inside => {
                out.last_mut().expect("begun").push_str(&format!("&{};", &*reference));
            }
            Event::Eof => return out,
            _ => {}
        }
    }
}

fn world() -> World {
    let mut world = World::new();
    world.news(
        7,
        "2026-03-14T15:08",
        words("Quay & ships", "quay", &["It <opened> at noon."]),
    );
    world.news(8, "2026-03-15", words("Lamps", "lamps", &["They were lit."]));
    world
}

#[test]
fn a_feed_has_ids_that_last_and_texts_that_are_whole() {
    let xml = xml(&world(), Lang::ENGLISH);
    assert_eq!(
        all(&xml, "id"),
        [
            "tag:record.example,2026:feed/00000000000000000000000001/en",
            "tag:record.example,2026:00000000000000000000000008/en",
            "tag:record.example,2026:00000000000000000000000007/en"
        ]
    );
    assert_eq!(
        all(&xml, "published"),
        ["2026-03-15T00:00:00+07:00", "2026-03-14T15:08:00+07:00"]
    );
    assert_eq!(
        all(&xml, "updated"),
        ["2026-01-01T09:00:00Z", "2026-01-01T09:00:00Z", "2026-01-01T07:00:00Z"]
    );
    assert!(xml.contains("&lt;p>It &amp;lt;opened&amp;gt; at noon.&lt;/p>"), "{xml}");
    assert!(xml.contains("href=\"https://mfa.example/mfa/en/news/2026/03/quay\""));
    assert!(xml.contains("rel=\"self\"") && xml.contains("https://mfa.example/mfa/en/feed.atom"));
}

#[test]
fn a_correction_is_an_item_of_its_own_and_an_editorial_change_is_none() {
    let mut world = world();
    world.correct(
        7,
        Update::Editorial,
        words("Quay & ships", "quay", &["It opened at noon!"]),
    );
    assert_eq!(all(&xml(&world, Lang::ENGLISH), "entry").len(), 2);
    let notice = vec![NoticeText {
        lang: Lang::ENGLISH,
        text: text("The hour was wrong."),
    }];
    world.correct(
        7,
        Update::Correction,
        Words {
            notice,
            ..words("Quay & ships", "quay", &["It opened at one."])
        },
    );
    let xml = xml(&world, Lang::ENGLISH);
    let ids = all(&xml, "id");
    assert_eq!(ids.len(), 4);
    assert!(
        ids.contains(&"tag:record.example,2026:00000000000000000000000007/en/3".to_owned()),
        "{ids:?}"
    );
    assert!(
        all(&xml, "title").contains(&"Correction: Quay &amp; ships".to_owned()),
        "{:?}",
        all(&xml, "title")
    );
    assert_eq!(
        all(&xml, "updated")[0],
        "2026-01-01T11:00:00Z",
        "the feed moved with its newest item"
    );
}

#[test]
fn a_text_taken_back_leaves_its_notice_only() {
    let mut world = world();
    world.end(7, "zxx", Action::Retract, Reason::Privacy, "To protect a person.");
    let xml = xml(&world, Lang::ENGLISH);
    assert!(!xml.contains("opened") && !xml.contains("ships"), "{xml}");
    assert!(xml.contains("To protect a person."));
}

#[test]
fn languages_name_each_other_and_titles_keep_their_direction() {
    let mut world = world();
    world.translation(7, "ar", 1, words("MFA: افتتاح", "rasif", &["افتتح."]));
    let arabic = xml(&world, lang("ar"));
    assert!(
        arabic.contains("hreflang=\"en\" href=\"https://mfa.example/mfa/en/news/2026/03/quay\""),
        "{arabic}"
    );
    assert!(all(&arabic, "title").contains(&"\u{200f}MFA: افتتاح".to_owned()));
    assert!(xml(&world, Lang::ENGLISH).contains("hreflang=\"ar\""));
}

#[test]
fn an_empty_feed_has_a_date_that_does_not_change() {
    let world = World::new();
    let page = render(&world.view(), world.site(), lang("ar"), FeedOf::Site);
    let xml = String::from_utf8(page.bytes).expect("UTF-8");
    assert_eq!(all(&xml, "updated"), [world.register.genesis().to_string()]);
}

#[test]
fn a_letter_of_the_other_direction_is_led_by_a_mark() {
    assert_eq!(directed("News", Lang::ENGLISH), "News");
    assert_eq!(directed("(خبر)", Lang::ENGLISH), "\u{200e}(خبر)");
    assert_eq!(directed("١٤ خبر", lang("ar")), "١٤ خبر");
}

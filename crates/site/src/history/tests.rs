use super::*;
use crate::alternates::world::{World, lang, text, words};
use record::{
    entry::{Reason, Update},
    words::NoticeText,
};

fn world() -> World {
    let mut world = World::new();
    world.news(
        7,
        "2026-03-14T15:08",
        words("The quay opens", "quay", &["It opened at noon.", "Nine ships came."]),
    );
    world
}

fn told(words: Words, notice: &str) -> Words {
    let notice = vec![NoticeText {
        lang: Lang::ENGLISH,
        text: text(notice),
    }];
    Words { notice, ..words }
}

fn html(page: Option<Page>) -> String {
    String::from_utf8(page.expect("a page").bytes).expect("UTF-8")
}

fn history(world: &World) -> String {
    html(page(&world.view(), world.no(7)))
}

#[test]
fn a_first_edition_tells_when_by_whom_and_where() {
    let out = history(&world());
    assert!(out.contains("Version 1") && out.contains("Published"), "{out}");
    assert!(
        out.contains("<time datetime=\"2026-01-01T07:00:00Z\">1 January 2026, 14:00 (<span class=\"times\">UTC+7</span>) · 07:00 UTC</time>"),
        "{out}"
    );
    assert!(out.contains("Ministry of Foreign Affairs") && out.contains("noindex"));
    assert!(!out.contains("<ins>") && !out.contains("<del>"));
}

#[test]
fn a_correction_shows_was_and_is_in_words_and_marks() {
    let mut world = world();
    let new = words("The quay opens", "quay", &["It opened at one.", "Nine ships came."]);
    world.correct(7, Update::Correction, told(new, "The hour was wrong."));
    let out = history(&world);
    assert!(
        out.contains("Correction") && out.contains("The hour was wrong."),
        "{out}"
    );
    assert!(
        out.contains("<del><span class=\"vh\">[removed: </span>noon<span class=\"vh\">]</span></del>"),
        "{out}"
    );
    assert!(
        out.contains("<ins><span class=\"vh\">[added: </span>one<span class=\"vh\">]</span></ins>"),
        "{out}"
    );
    assert!(out.find("Version 2") < out.find("Version 1"), "the newest stands first");
    assert!(!out.contains("Nine ships"), "unchanged passages are left out");
}

#[test]
fn a_withheld_edition_says_so_and_shows_no_word_of_it() {
    let mut world = world();
    world.correct(
        7,
        Update::Update,
        words("The quay opens", "quay", &["It opened at one."]),
    );
    world.end(7, "en", Action::Retract, Reason::Privacy, "To protect a person.");
    let out = history(&world);
    assert!(
        out.contains("withheld since entry") && out.contains("To protect a person."),
        "{out}"
    );
    let on_top = out.find("class=\"notice retracted\"").expect("a notice");
    assert!(
        on_top < out.find("<h1").expect("a heading") && out[on_top..].contains("<strong>Taken back</strong>"),
        "{out}"
    );
    assert!(
        !out.contains("noon") && !out.contains("The quay") && !out.contains("en/1.json"),
        "{out}"
    );
    let view = world.view();
    let edition = edition(&view, world.no(7), Lang::ENGLISH, 1).expect("a page");
    assert_eq!(edition.status, 410);
    assert!(!html(Some(edition)).contains("noon"));
}

#[test]
fn the_end_of_one_language_names_it_above_the_history() {
    let mut world = world();
    world.translation(7, "ar", 1, words("رصيف", "rasif", &["افتتح ظهرا."]));
    world.end(7, "ar", Action::Withdraw, Reason::Outdated, "");
    let out = history(&world);
    let (top, _) = out.split_once("<h1").expect("a heading");
    assert!(
        top.contains("class=\"notice withdrawn\"") && top.contains("<span lang=\"ar\" dir=\"rtl\">العربية</span>"),
        "{top}"
    );
}

#[test]
fn an_edition_shows_its_words_and_that_a_newer_one_holds() {
    let mut world = world();
    world.correct(
        7,
        Update::Update,
        words("The quay opens", "quay", &["It opened at one."]),
    );
    let of = |version| html(edition(&world.view(), world.no(7), Lang::ENGLISH, version));
    assert!(
        of(1).contains("It opened at noon.") && of(1).contains("earlier version"),
        "{}",
        of(1)
    );
    assert!(
        of(2).contains("It opened at one.") && !of(2).contains("earlier version"),
        "{}",
        of(2)
    );
    assert!(edition(&world.view(), world.no(7), Lang::ENGLISH, 3).is_none());
}

#[test]
fn a_right_to_left_edition_stands_in_its_own_direction() {
    let mut world = world();
    world.translation(7, "ar", 1, words("رصيف <جديد>", "rasif", &["افتتح ظهرا."]));
    let out = history(&world);
    assert!(
        out.contains("lang=\"ar\" dir=\"rtl\"") && out.contains("رصيف &lt;جديد&gt;"),
        "{out}"
    );
    let edition = html(edition(&world.view(), world.no(7), lang("ar"), 1));
    assert!(
        edition.starts_with("<!doctype html>\n<html lang=\"ar\" dir=\"rtl\">"),
        "{edition}"
    );
}

#[test]
fn facts_are_compared_member_by_member() {
    let world = world();
    let view = world.view();
    let members = |json: &str| {
        let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
        let object = value.as_object().expect("an object").clone();
        facts::of(&view, Lang::ENGLISH, &object)
    };
    let old = members(r#"{"date":{"local":"2026-03-14"},"format":"x","section":"0000000000000000000000000z"}"#);
    let new = members(
        r#"{"countries":["xb"],"date":{"local":"2026-03-15"},"format":"y","section":"0000000000000000000000000z"}"#,
    );
    let steps = facts::compare(&old, &new);
    assert_eq!(steps.len(), 2);
    let marker = Marker {
        tongue: view.tongue(Lang::ENGLISH),
        furniture: "",
        lang: Lang::ENGLISH,
    };
    let out = marker.steps(&steps);
    assert!(
        out.contains("countries") && out.contains("14") && out.contains("15 March 2026") || out.contains(" March 2026"),
        "{out}"
    );
}

#[test]
fn facts_have_a_page_too() {
    let world = world();
    let out = html(edition(&world.view(), world.no(7), Lang::FACTS, 1));
    assert!(
        out.contains("<code>date</code>") && out.contains("14 March 2026, 15:08"),
        "{out}"
    );
    assert!(out.contains("News"), "the section is named by its title");
}

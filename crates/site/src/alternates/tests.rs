use super::world::{World, lang, text, words};
use super::*;
use record::{
    entry::{Action, Reason, Update},
    words::{NoticeText, Words},
};

use tlog::hash::Hash;

const EN: Lang = Lang::ENGLISH;

fn world() -> World {
    let mut world = World::new();
    world.news(
        7,
        "2026-03-14T15:08",
        words(
            "The quay opens",
            "quay-opens",
            &["It opened at noon.", "Nine ships came."],
        ),
    );
    world
}

fn form(world: &World, lang: Lang, form: Form) -> Option<Page> {
    document(&world.view(), world.site(), lang, world.no(7), form)
}

fn body(page: Option<Page>) -> String {
    String::from_utf8(page.expect("a page").bytes).expect("UTF-8")
}

fn told(kind: Update, notice: &str) -> (Update, Words) {
    let notice = vec![NoticeText {
        lang: EN,
        text: text(notice),
    }];
    (
        kind,
        Words {
            notice,
            ..words("The quay opens", "quay-opens", &["It opened at one."])
        },
    )
}

#[test]
fn plain_text_says_what_it_is_and_where_it_can_be_checked() {
    let world = world();
    let out = body(form(&world, EN, Form::Text));
    assert_eq!(
        out,
        "The quay opens\n\nNews · 14 March 2026, 15:08 (UTC+07:00)\nMinistry of Foreign Affairs\n\
         https://mfa.example/mfa/en/news/2026/03/quay-opens\n\n\
         It opened at noon.\n\nNine ships came.\n\n--\n\
         Lasting address: https://mfa.example/d/00000000000000000000000007\n\
         Version 1, entry 6 of the record, 1 January 2026\n\
         Proof: https://mfa.example/mfa/en/news/2026/03/quay-opens.proof\n\
         Data: https://mfa.example/mfa/en/news/2026/03/quay-opens.json\n\
         Verify: chancery verify quay-opens.proof quay-opens.json --key KEY\n"
    );
}

#[test]
fn a_correction_stands_above_the_text() {
    let mut world = world();
    let (kind, words) = told(Update::Correction, "The hour was wrong.");
    world.correct(7, kind, words);
    let out = body(form(&world, EN, Form::Text));
    assert!(
        out.starts_with("[Correction, 1 January 2026] The hour was wrong.\n\nThe quay opens\n"),
        "{out}"
    );
    assert!(out.contains("Version 2, entry 7"));
}

#[test]
fn an_editorial_change_says_nothing_and_hides_no_earlier_correction() {
    let mut world = world();
    let (kind, text) = told(Update::Correction, "The hour was wrong.");
    world.correct(7, kind, text);
    world.correct(
        7,
        Update::Editorial,
        words("The quay opens", "quay-opens", &["It opened at one!"]),
    );
    let out = body(form(&world, EN, Form::Text));
    assert!(
        out.starts_with("[Correction, 1 January 2026] The hour was wrong.\n"),
        "{out}"
    );
}

#[test]
fn a_withdrawn_text_stays_under_its_notice() {
    let mut world = world();
    world.end(7, "en", Action::Withdraw, Reason::Outdated, "");
    let page = form(&world, EN, Form::Text).expect("a page");
    assert_eq!(page.status, 200);
    let out = body(Some(page));
    assert!(
        out.starts_with("[Withdrawn, 1 January 2026] This text is no longer in force."),
        "{out}"
    );
    assert!(out.contains("Reason: no longer current\n") && out.contains("Nine ships came."));
}

#[test]
fn a_text_taken_back_leaves_a_notice_a_proof_and_no_data() {
    let mut world = world();
    world.end(
        7,
        "zxx",
        Action::Retract,
        Reason::Privacy,
        "Taken back to protect a person.",
    );
    for kind in [Form::Text, Form::Markdown] {
        let page = form(&world, EN, kind).expect("a page");
        assert_eq!(page.status, 410);
        let out = body(Some(page));
        assert!(
            out.contains("Taken back to protect a person.") && !out.contains("ships") && !out.contains("quay"),
            "{out}"
        );
    }
    let json = form(&world, EN, Form::Json).expect("an answer");
    assert_eq!((json.status, json.media), (451, PROBLEM));
    assert_eq!(json.bytes, b"{\"entry\":7,\"status\":451}");
    assert_eq!(form(&world, EN, Form::Proof).expect("a proof").status, 200);
}

#[test]
fn an_outdated_translation_says_so() {
    let mut world = world();
    world.translation(7, "ar", 1, words("افتتاح الرصيف", "rasif", &["افتتح ظهرا."]));
    let (kind, words) = told(Update::Correction, "The hour was wrong.");
    world.correct(7, kind, words);
    let out = body(form(&world, lang("ar"), Form::Text));
    let first = out.lines().next().unwrap_or_default();
    assert!(first.starts_with('[') && first.contains("٢٠٢٦"), "{first}");
}

#[test]
fn markdown_has_its_front_matter() {
    let out = body(form(&world(), EN, Form::Markdown));
    assert!(
        out.starts_with("+++\ntitle = \"The quay opens\"\nslug = \"quay-opens\"\ndate = \"2026-03-14T15:08\"\n"),
        "{out}"
    );
    assert!(out.ends_with("+++\n\nIt opened at noon.\n\nNine ships came.\n"));
}

#[test]
fn the_data_are_canonical_json_and_hold_what_was_sealed() {
    let world = world();
    let page = form(&world, EN, Form::Json).expect("data");
    let value: serde_json::Value = serde_json::from_slice(&page.bytes).expect("JSON");
    assert_eq!(value["checkpoint-size"], 7);
    assert_eq!(
        serde_json::to_vec(&value).expect("JSON"),
        page.bytes,
        "keys in order, no spaces"
    );
    for part in ["edition", "facts"] {
        let leaf = STANDARD
            .decode(value[part]["entry"].as_str().expect("base64"))
            .expect("base64");
        let entry = record::entry::Leaf::read_trusted(&leaf).expect("an entry");
        let salt: Hash = value[part]["salt"].as_str().expect("hex").parse().expect("hex");
        let manifest = serde_json::to_vec(&value[part]["manifest"]).expect("JSON");
        let sealed = entry.content().and_then(|content| content.sealed).expect("sealed");
        assert_eq!(sealed.content, record::seal::Commitment::of(&salt.0, &manifest));
    }
}

#[test]
fn editions_have_data_and_proofs_of_their_own() {
    let mut world = world();
    world.end(7, "en", Action::Withdraw, Reason::NotStated, "Old.");
    world.end(7, "en", Action::Retract, Reason::NotStated, "");
    let of = |lang, version, form| edition(&world.view(), world.no(7), lang, version, form);
    assert_eq!(of(EN, 1, Form::Json).expect("an answer").status, 451);
    let notice: serde_json::Value = serde_json::from_slice(&of(EN, 2, Form::Json).expect("data").bytes).expect("JSON");
    assert_eq!(notice["edition"]["manifest"]["texts"][0]["text"][0], "Old.");
    let bare: serde_json::Value = serde_json::from_slice(&of(EN, 3, Form::Json).expect("data").bytes).expect("JSON");
    assert!(bare["edition"].get("manifest").is_none() && bare["facts"].get("manifest").is_some());
    let facts: serde_json::Value =
        serde_json::from_slice(&of(Lang::FACTS, 1, Form::Json).expect("data").bytes).expect("JSON");
    assert!(facts.get("facts").is_none());
    assert!(of(EN, 4, Form::Json).is_none());
    assert!(body(of(EN, 2, Form::Proof)).contains("index 7\n"));
}

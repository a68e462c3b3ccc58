use super::{
    hours::{days_text, lines},
    *,
};
use crate::i18n::{Tongues, first_day};
use jiff::civil::{date, time};
use record::{
    date::Moment,
    facts::{Closed, Hours},
};

fn hours(days: &[u8], from: &str, to: &str) -> Hours {
    Hours {
        days: days.to_vec(),
        r#for: "office".into(),
        from: from.into(),
        to: to.into(),
    }
}

fn embassy() -> Office {
    Office {
        zone: Some("Asia/Ho_Chi_Minh".into()),
        hours: vec![
            hours(&[1, 2, 3, 4, 5], "09:00", "12:00"),
            hours(&[1, 2, 3, 4, 5], "14:00", "16:30"),
        ],
        closed: vec![Closed {
            date: "2026-11-24".parse().expect("date"),
            n: "h1".into(),
        }],
        ..Office::default()
    }
}

/// The state at a UTC time of November 2026, and when it ends.
fn at(utc: &str) -> (State, String) {
    let now = format!("2026-11-{utc}:00Z").parse::<Moment>().expect("moment");
    let clock = clock(&embassy(), now).expect("zone");
    (clock.state, clock.valid_until.to_string())
}

#[test]
fn an_office_opens_pauses_and_closes_by_its_own_clock() {
    // 23 November 2026 is a Monday; the office is seven hours ahead of UTC.
    assert_eq!(
        at("23T01:00"),
        (
            State::LaterToday { at: time(9, 0, 0, 0) },
            "2026-11-23T02:00:00Z".into()
        )
    );
    assert_eq!(
        at("23T02:00"),
        (
            State::Open {
                until: time(12, 0, 0, 0)
            },
            "2026-11-23T05:00:00Z".into()
        )
    );
    assert_eq!(
        at("23T05:00"),
        (
            State::LaterToday { at: time(14, 0, 0, 0) },
            "2026-11-23T07:00:00Z".into()
        )
    );
    let next = Some((date(2026, 11, 25), time(9, 0, 0, 0)));
    assert_eq!(at("23T09:30"), (State::Closed { next }, "2026-11-23T17:00:00Z".into()));
}

#[test]
fn a_closed_day_says_why() {
    let next = Some((date(2026, 11, 25), time(9, 0, 0, 0)));
    assert_eq!(at("24T03:00").0, State::Holiday { n: "h1".into(), next });
}

#[test]
fn after_friday_comes_monday() {
    let next = Some((date(2026, 11, 30), time(9, 0, 0, 0)));
    assert_eq!(at("27T12:00").0, State::Closed { next });
    assert_eq!(at("28T12:00").0, State::Closed { next });
}

#[test]
fn days_in_a_row_are_drawn_together() {
    let tongues = Tongues::new().expect("strings");
    let tongue = tongues.of(Lang::ENGLISH);
    assert_eq!(days_text(tongue, &[1, 2, 3, 4, 5]), "Monday–Friday");
    assert_eq!(days_text(tongue, &[1, 2, 4]), "Monday, Tuesday, Thursday");
    assert_eq!(days_text(tongue, &[7, 1, 2, 4]), "Sunday–Tuesday, Thursday");
    assert_eq!(days_text(tongue, &[6, 7, 1, 2, 3, 4, 5]), "Saturday–Friday");
}

#[test]
fn weeks_begin_as_the_country_of_the_office_has_it() {
    for (lang, country, day) in [
        ("en", None, 1),
        ("en", Some("US"), 7),
        ("en", Some("EG"), 6),
        ("ar", Some("EG"), 6),
        ("ar", Some("VN"), 1),
        ("zh-Hans", Some("JP"), 7),
        ("vi", None, 1),
        ("pt-BR", Some("BR"), 7),
        ("pt-BR", None, 7),
        ("ar-EG", Some("EG"), 6),
        ("en-GB", Some("US"), 7),
        ("zh-Hant-TW", Some("TW"), 7),
        ("en", Some("XM"), 1),
    ] {
        assert_eq!(first_day(lang, country), day, "{lang} {country:?}");
    }
    let office = Office {
        hours: vec![hours(&[1, 2, 3, 4, 7], "09:00", "12:00")],
        ..Office::default()
    };
    let days = |first| lines(&office, "office", first).remove(0).0;
    assert_eq!(
        (days(1), days(7), days(6)),
        (vec![1, 2, 3, 4, 7], vec![7, 1, 2, 3, 4], vec![7, 1, 2, 3, 4])
    );
}

#[test]
fn a_number_can_be_dialled_and_read() {
    assert_eq!(
        telephone("+999 50 (0)1", Lang::ENGLISH),
        "<a href=\"tel:+9995001\">+999\u{a0}50\u{a0}(0)1</a>"
    );
    let arabic = telephone("+999 1", "ar".parse().expect("a tag"));
    assert_eq!(arabic, "<a href=\"tel:+9991\" dir=\"ltr\" lang=\"zxx\">+999\u{a0}1</a>");
}

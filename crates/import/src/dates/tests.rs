use super::*;

fn check(order: Option<Order>, cases: &[(&str, &str)]) {
    for (text, want) in cases {
        let found = find(text, order).map_or("none".to_owned(), |f| f.local.to_string());
        assert_eq!(found, *want, "{text}");
    }
}

#[test]
fn dates_of_many_shapes_are_found() {
    check(
        None,
        &[
            ("2021-07-14 15:08", "2021-07-14T15:08"),
            ("2021-07-14T15:08:30Z", "2021-07-14T15:08"),
            ("Posted: 2021/7/4", "2021-07-04"),
            ("发布时间：2021年7月14日 15:08", "2021-07-14T15:08"),
            ("２０２１年７月１４日 15时08分", "2021-07-14T15:08"),
            ("(2021.07.14)", "2021-07-14"),
            ("14/07/2021", "2021-07-14"),
            ("07/14/2021 3:08 PM", "2021-07-14T15:08"),
            ("14.07.2021, 09:05", "2021-07-14T09:05"),
            ("July 14th, 2021 at 12:10 a.m.", "2021-07-14T00:10"),
            ("Wednesday, 14 July 2021 11:42, UK", "2021-07-14T11:42"),
            ("Sept. 3, 2021", "2021-09-03"),
            ("le 1er août 2021 à 15h08", "2021-08-01T15:08"),
            ("14 de marzo de 2021", "2021-03-14"),
            ("14. März 2021", "2021-03-14"),
            ("14 июля 2021 г., 15:08", "2021-07-14T15:08"),
            ("Hà Nội, ngày 14 tháng 7 năm 2021", "2021-07-14"),
            ("15:08 14/07/2021", "2021-07-14T15:08"),
            ("الأربعاء ١٤ يوليو ٢٠٢١ - ١٥:٠٨", "2021-07-14T15:08"),
            ("14 كانون الأول 2021", "2021-12-14"),
            ("3 آب 2021", "2021-08-03"),
        ],
    );
}

#[test]
fn other_figures_are_no_date() {
    check(
        None,
        &[
            ("", "none"),
            ("2021-13-14", "none"),
            ("30/02/2021", "none"),
            ("version 10.1.2021.7", "none"),
            ("+84 24 3845 3736", "none"),
            ("Room 12, 2021 visitors", "none"),
            ("2021-07", "none"),
            ("1421-07-14", "none"),
        ],
    );
}

#[test]
fn the_order_of_day_and_month_is_asked_where_it_is_open() {
    check(
        Some(Order::MonthFirst),
        &[("03/04/2021", "2021-03-04"), ("13/04/2021", "2021-04-13")],
    );
    check(Some(Order::DayFirst), &[("03/04/2021", "2021-04-03")]);
    let ambiguous = |text: &str| find(text, None).map(|f| f.is_ambiguous);
    assert_eq!(ambiguous("03/04/2021"), Some(true));
    assert_eq!(ambiguous("03/03/2021"), Some(false));
    assert_eq!(ambiguous("03.04.2021"), Some(false));
    assert_eq!(ambiguous("13/04/2021"), Some(false));
}

#[test]
fn the_place_of_a_date_is_told() {
    let text = "Embassy, 14 July 2021, 15:08 local";
    let found = all(text, None);
    let places: Vec<&str> = found.iter().filter_map(|f| text.get(f.start..f.end)).collect();
    assert_eq!(places, ["14 July 2021, 15:08"]);
}

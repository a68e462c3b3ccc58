use crate::{
    address::{self, Address, Form, Resolved, Selection},
    alternates::world::{World, lang, words},
    render, touched,
    view::Page,
};
use record::{
    date::Moment,
    entry::{Action, Reason, Update},
    lang::Lang,
};

const NOW: Moment = Moment(1_790_000_000);
const NEWS: u128 = 500;

fn world() -> World {
    let mut world = World::new();
    world.news(
        NEWS,
        "2026-03-14T15:08",
        words("Nets & harbours", "nets", &["One <b>net</b>.", "Two nets."]),
    );
    world.translation(
        NEWS,
        "ar",
        1,
        words("شباك وموانئ", "nets-ar", &["شبكة واحدة.", "شبكتان."]),
    );
    world.news(NEWS + 1, "2025-01-02", words("Quiet sea", "quiet-sea", &["Calm."]));
    world
}

fn text_at(world: &World, tag: &str) -> Address {
    Address::Document {
        site: world.site(),
        lang: lang(tag),
        doc: world.no(NEWS),
        form: Form::Html,
    }
}

fn page(world: &World, address: &Address) -> (Page, String) {
    let page = render(&world.view(), address, NOW);
    let html = String::from_utf8(page.bytes.clone()).expect("UTF-8");
    (page, html)
}

fn pages(world: &World) -> Vec<Address> {
    address::all(&world.view(), Selection::ALL)
        .filter(Address::is_page)
        .collect()
}

#[test]
fn a_text_says_what_it_is_in_both_directions() {
    let world = world();
    let (page, html) = page(&world, &text_at(&world, "en"));
    assert_eq!((page.status, page.valid_until), (200, None));
    for part in [
        "<html lang=\"en\" dir=\"ltr\">",
        "<p class=\"kind\">News</p>",
        "<h1>Nets &amp; harbours</h1>",
        "<time datetime=\"2026-03-14T15:08+07:00\">14 March 2026, 15:08",
        "<p id=\"b1\">One &lt;b&gt;net&lt;/b&gt;.",
        "<link rel=\"canonical\" href=\"https://mfa.example/mfa/en/news/2026/03/nets\">",
        "<link rel=\"alternate\" hreflang=\"ar\" href=\"https://mfa.example/mfa/ar/news/2026/03/nets-ar\">",
        "<link rel=\"alternate\" hreflang=\"x-default\" href=\"https://mfa.example/mfa/en/news/2026/03/nets\">",
        "href=\"nets.proof\"",
        "Version 1, entry ",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    let arabic = self::page(&world, &text_at(&world, "ar")).1;
    assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\">") && arabic.contains("١٤ مارس ٢٠٢٦"));
    assert!(arabic.contains("href=\"../../../../en/news/2026/03/nets\" lang=\"en\" hreflang=\"en\" dir=\"ltr\""));
}

#[test]
fn a_correction_stands_above_the_headline() {
    let mut world = world();
    world.correct(
        NEWS,
        Update::Correction,
        words("Nets & harbours", "nets", &["One net.", "Three nets."]),
    );
    let (_, html) = page(&world, &text_at(&world, "en"));
    let (notice, headline) = (html.find("class=\"notice correction\""), html.find("<h1>"));
    assert!(notice.is_some() && notice < headline);
    assert!(html.contains("A mistake in this text was put right"));
    let arabic = page(&world, &text_at(&world, "ar")).1;
    assert!(
        arabic.contains("class=\"notice outdated\""),
        "the translation was made from an earlier version"
    );
}

#[test]
fn an_editorial_change_is_not_announced() {
    let mut world = world();
    world.correct(
        NEWS,
        Update::Editorial,
        words("Nets & harbours", "nets", &["One net!", "Two nets."]),
    );
    assert!(!page(&world, &text_at(&world, "en")).1.contains("class=\"notice"));
    assert!(!page(&world, &text_at(&world, "ar")).1.contains("class=\"notice"));
}

#[test]
fn a_withdrawn_text_stays_and_a_retracted_one_goes() {
    let mut world = world();
    world.end(NEWS, "en", Action::Withdraw, Reason::Outdated, "No longer so.");
    let (withdrawn, html) = page(&world, &text_at(&world, "en"));
    assert_eq!(withdrawn.status, 200);
    assert!(
        html.contains("class=\"notice withdrawn\"") && html.contains("No longer so.") && html.contains("Two nets.")
    );
    world.end(NEWS, "en", Action::Retract, Reason::Privacy, "");
    let (retracted, html) = page(&world, &text_at(&world, "en"));
    assert_eq!((retracted.status, retracted.canonical), (410, None));
    assert!(html.contains("protection of a person’s privacy"));
    assert!(!html.contains("Two nets.") && !html.contains("harbours"));
    let front = Address::Front {
        site: world.site(),
        lang: Lang::ENGLISH,
        section: world.no(100),
    };
    let list = page(&world, &front).1;
    assert!(list.contains("taken back") && !list.contains("harbours"));
}

/// Pages that still say an address which holds a title.
fn saying(world: &World, slug: &str) -> Vec<String> {
    let view = world.view();
    let all = address::all(&view, Selection::ALL);
    let says = |address: &Address| {
        let page = render(&view, address, NOW);
        String::from_utf8_lossy(&page.bytes).contains(slug) || page.canonical.is_some_and(|url| url.contains(slug))
    };
    all.filter(says).map(|address| address.path(&view)).collect()
}

#[test]
fn the_title_of_a_retracted_text_stands_in_no_address_that_a_page_says() {
    let mut world = world();
    assert!(saying(&world, "/nets-ar").len() > 3 && saying(&world, "/nets\"").len() > 3);
    world.end(NEWS, "ar", Action::Retract, Reason::Privacy, "");
    assert_eq!(saying(&world, "nets-ar"), Vec::<String>::new(), "of one language");
    assert!(saying(&world, "/nets\"").len() > 3);
    world.end(NEWS, "zxx", Action::Retract, Reason::Privacy, "");
    assert_eq!(saying(&world, "nets"), Vec::<String>::new());
    let (page, html) = page(&world, &text_at(&world, "en"));
    let lasting = Address::Permalink { doc: world.no(NEWS) }.url(&world.view());
    assert_eq!((page.status, page.canonical), (410, None));
    assert!(
        html.contains(&format!("<meta property=\"og:url\" content=\"{lasting}\">")),
        "{html}"
    );
}

#[test]
fn the_addresses_of_a_section_stay_when_its_slug_changes() {
    let mut world = world();
    let of_news = |address: &&Address| {
        let path = address.path(&world.view());
        path.contains("/news/") && !path.contains("/quiet")
    };
    let view = world.view();
    let all: Vec<Address> = address::all(&view, Selection::ALL).collect();
    let before: Vec<(Address, String)> = all
        .iter()
        .filter(of_news)
        .map(|address| (*address, address.path(&view)))
        .collect();
    assert!(before.len() > 12, "{before:?}");
    world.rename_news("press");
    world.rename_news("newsroom");
    let view = world.view();
    for (address, old) in before {
        let now = address.path(&view);
        assert!(now.contains("/newsroom/"), "{now}");
        assert_eq!(address::parse(&view, None, &now, None), Resolved::Page(address));
        for slug in ["/news/", "/press/"] {
            let asked = old.replacen("/news/", slug, 1);
            assert_eq!(
                address::parse(&view, None, &asked, None),
                Resolved::Redirect(now.clone()),
                "{asked}"
            );
        }
    }
}

#[test]
fn every_address_is_found_again_by_its_path() {
    let world = world();
    let view = world.view();
    for address in address::all(&view, Selection::ALL) {
        let path = address.path(&view);
        assert_eq!(
            address::parse(&view, None, &path, None),
            Resolved::Page(address),
            "{path}"
        );
        assert_eq!(touched(&view, &address), render(&view, &address, NOW).touched, "{path}");
    }
}

#[test]
fn other_spellings_lead_to_the_one_address() {
    let world = world();
    let view = world.view();
    for (asked, want) in [
        ("/mfa/en", "/mfa/en/"),
        ("/mfa/en/news", "/mfa/en/news/"),
        ("/mfa/en/news/index.html", "/mfa/en/news/"),
        ("/mfa/en/news/index%2Ehtml", "/mfa/en/news/"),
        ("/mfa/%65n/news/", "/mfa/en/news/"),
        ("/mfa/en/news/2026/03/net%73", "/mfa/en/news/2026/03/nets"),
        ("/mfa/en/news/2026/03/nets.html", "/mfa/en/news/2026/03/nets"),
    ] {
        assert_eq!(
            address::parse(&view, None, asked, None),
            Resolved::Redirect(want.into()),
            "{asked}"
        );
    }
    let frame = Some((world.site(), Lang::ENGLISH));
    for missing in [
        "/mfa/en/news/2026/03/other",
        "/mfa/en/news/1999/",
        "/mfa/en/news/2026/03/",
        "/mfa/en/%2e%2e/x",
    ] {
        assert_eq!(
            address::parse(&view, None, missing, None),
            Resolved::Missing(frame),
            "{missing}"
        );
    }
    for missing in ["/nowhere", "/mfa%2Fen%2F", "/mfa%252Fen%252F", "/mfa%2Fen/"] {
        assert_eq!(
            address::parse(&view, None, missing, None),
            Resolved::Missing(None),
            "{missing}"
        );
    }
}

#[test]
fn every_link_of_every_page_leads_to_a_page() {
    let world = world();
    let view = world.view();
    for address in pages(&world) {
        let (_, html) = page(&world, &address);
        let from = format!("http://x{}", address.path(&view));
        for href in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let href = href.split('#').next().unwrap_or_default();
            let known = ["https://", "mailto:", "tel:"]
                .iter()
                .any(|scheme| href.starts_with(scheme));
            if href.is_empty() || known {
                continue;
            }
            let path = resolve(&from, href);
            let found = address::parse(&view, None, &path, None);
            assert!(
                matches!(found, Resolved::Page(_)),
                "{href} on {from} leads to {path}: {found:?}"
            );
        }
    }
}

/// The path that a relative reference means on a page.
fn resolve(from: &str, href: &str) -> String {
    let folder = from
        .trim_start_matches("http://x")
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').skip(1).collect();
    let (folders, name) = href.rsplit_once('/').unwrap_or(("", href));
    for part in folders.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    let name = if name == "." { "" } else { name };
    format!("/{}", parts.into_iter().chain([name]).collect::<Vec<_>>().join("/"))
}

#[test]
fn no_page_has_script_style_or_foreign_matter() {
    let world = world();
    for address in pages(&world) {
        let html = page(&world, &address)
            .1
            .replace("<script type=\"application/ld+json\">", "");
        // The page that checks proofs runs one script, from a file of the site.
        let html = match address {
            Address::Verify { .. } => html.replacen("<script src=\"", "", 1),
            _ => html,
        };
        for forbidden in [
            "<script",
            "<style",
            " style=",
            " onclick",
            "<img",
            "undefined",
            "\u{1}",
            "\u{2}",
            "\u{3}",
        ] {
            assert!(!html.contains(forbidden), "{forbidden} in {address:?}");
        }
        assert_eq!(html.matches("<h1").count(), 1, "{address:?}");
        assert_eq!(html.matches("<main").count(), 1, "{address:?}");
    }
}

#[test]
fn a_page_that_is_not_there_says_so_in_its_frame() {
    let world = world();
    let page = crate::missing(&world.view(), Some((world.site(), lang("ar"))));
    let html = String::from_utf8(page.bytes).expect("UTF-8");
    assert_eq!(page.status, 404);
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">") && html.contains("noindex"));
    assert!(html.contains("href=\"/mfa/ar/\""), "links hold at any depth");
}

#[test]
fn a_new_text_touches_only_the_pages_that_show_it() {
    let mut world = world();
    let before: Vec<(Address, Vec<u8>)> = pages(&world)
        .into_iter()
        .map(|a| (a, page(&world, &a).0.bytes))
        .collect();
    let size = world.register.size();
    world.news(
        NEWS + 2,
        "2026-05-01",
        words("New boats", "new-boats", &["Here they are."]),
    );
    let view = world.view();
    for (address, bytes) in before {
        let now = render(&view, &address, NOW);
        if touched(&view, &address) <= size {
            assert_eq!(now.bytes, bytes, "{address:?} changed without being touched");
        }
    }
    assert!(
        touched(&view, &text_at(&world, "en")) <= size,
        "another text is not touched"
    );
}

/// A year of more than 200 texts is cut by month, in each language for itself; pages of one language name those of the other.
#[test]
fn a_year_that_grows_long_touches_every_page_that_shows_it() {
    let mut world = World::new();
    let date = |n: u128| format!("2026-{:02}-{:02}", 1 + n % 3, 1 + n % 28);
    let title = |n: u128| words(&format!("Title {n}"), &format!("text-{n}"), &["Calm."]);
    for n in 0..204 {
        world.news(NEWS + n, &date(n), title(n));
    }
    for n in 0..199 {
        world.translation(NEWS + n, "ar", 1, title(n));
    }
    let mut months = 0;
    for n in 199..202 {
        let before = lists(&world);
        let size = world.register.size();
        world.translation(NEWS + n, "ar", 1, title(n));
        world.news(NEWS + n + 100, &date(n), title(n + 100));
        let now = lists(&world);
        for (address, bytes) in &before {
            let changed = now.iter().any(|(other, new)| other == address && new != bytes);
            assert!(
                !changed || touched(&world.view(), address) > size,
                "{address:?} changed without being touched"
            );
        }
        months += now.len() - before.len();
    }
    assert_eq!(months, 3, "the year was cut in Arabic too");
}

/// Fronts, years and months, with their bytes.
fn lists(world: &World) -> Vec<(Address, Vec<u8>)> {
    let list = |address: &Address| {
        matches!(
            address,
            Address::Front { .. } | Address::Year { .. } | Address::Month { .. }
        )
    };
    let all = pages(world).into_iter().filter(list);
    all.map(|address| (address, page(world, &address).0.bytes)).collect()
}

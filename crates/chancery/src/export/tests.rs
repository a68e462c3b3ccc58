//! Exports of a little ministry: what is written, and what is left alone.

mod changes;
mod family;

use super::{Bytes, Export, Options, Report, target};
use crate::reading::{self, Files};
use family::Family;
use record::{date::Moment, entry::Action};
use site::{
    address::{Selection, all},
    frame::Frames,
    theme::Theme,
    view::{Bases, View},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

const NOW: Moment = Moment(1_790_000_000);

fn options() -> Options {
    Options {
        selection: Selection::ALL,
        carried: false,
        address: "https://mfa.example".into(),
        overwrite: false,
    }
}

/// Looks at the record of a family as an export does.
fn look<T>(family: &Family, options: &Options, see: impl FnOnce(View<'_>, &Files) -> T) -> T {
    let folder = family.folder();
    let files = Files::new(&folder.record(), reading::published_size(&folder.record()).unwrap());
    let (register, _) = reading::load(&folder, &files).unwrap();
    let source = Bytes::open(&files, &folder.record(), true).unwrap();
    let (theme, bases, frames) = (
        Theme::new(&BTreeMap::new(), false).unwrap(),
        Bases::new(&options.address),
        Frames::new(),
    );
    let view = View {
        register: &register,
        source: &source,
        theme: &theme,
        bases: &bases,
        frames: &frames,
        carried: options.carried,
    };
    see(view, &files)
}

fn try_export(family: &Family, options: &Options, now: Moment) -> crate::output::Done<Report> {
    look(family, options, |view, files| {
        let root = |size| files.log().root(size).ok().flatten();
        let folder = family.folder();
        Export {
            view,
            options,
            root: &root,
            policy: files.witnesses().policy_hash(),
            now,
            data: folder.root(),
            dry_run: false,
        }
        .run(&family.out())
    })
}

fn export(family: &Family, options: &Options) -> Report {
    try_export(family, options, NOW).unwrap()
}

/// Every file of a folder but the export's own, with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !name.starts_with(".chancery") {
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// What a fresh export of the same record holds.
fn fresh(family: &Family, options: &Options) -> BTreeMap<String, Vec<u8>> {
    let out = family.out();
    let aside = out.with_extension("aside");
    if out.exists() {
        std::fs::rename(&out, &aside).unwrap();
    }
    export(family, options);
    let found = files(&out);
    std::fs::remove_dir_all(&out).unwrap();
    if aside.exists() {
        std::fs::rename(&aside, &out).unwrap();
    }
    found
}

fn assert_fresh(family: &Family, options: &Options) {
    let (have, want) = (files(&family.out()), fresh(family, options));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(
        names(&have).symmetric_difference(&names(&want)).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    for (name, bytes) in &want {
        assert!(
            have[name] == *bytes,
            "{name} is not as a fresh export has it: {}",
            difference(&have[name], bytes)
        );
    }
}

/// The first line in which two files differ.
fn difference(have: &[u8], want: &[u8]) -> String {
    let (have, want) = (String::from_utf8_lossy(have), String::from_utf8_lossy(want));
    let lines = have.lines().chain([""]).zip(want.lines().chain([""]));
    let first = lines.into_iter().find(|(a, b)| a != b);
    first.map_or_else(String::new, |(a, b)| format!("\n  {a}\n, not\n  {b}"))
}

fn changed(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut names: Vec<String> = after
        .iter()
        .filter(|(name, bytes)| before.get(*name) != Some(bytes))
        .map(|(name, _)| name.clone())
        .collect();
    names.extend(before.keys().filter(|name| !after.contains_key(*name)).cloned());
    names
}

#[test]
fn every_address_has_its_file_with_the_bytes_of_its_page() {
    let family = Family::with_texts();
    for carried in [false, true] {
        let options = Options { carried, ..options() };
        let found = fresh(&family, &options);
        look(&family, &options, |view, _| {
            let mut expected = BTreeSet::new();
            for address in all(&view, options.selection) {
                let page = site::render(&view, &address, NOW);
                let file = address.file(&view);
                if page.status == 200 || page.status == 410 && address.is_page() {
                    assert!(found[&file] == page.bytes, "{file}");
                    expected.insert(file);
                } else {
                    assert!(!found.contains_key(&file), "{file}, status {}", page.status);
                }
            }
            let others: Vec<_> = found.keys().filter(|file| !expected.contains(*file)).collect();
            assert_eq!(
                others,
                ["404.html", "redirects.nginx.conf", "_redirects"]
                    .iter()
                    .filter(|n| found.contains_key(**n))
                    .collect::<Vec<_>>()
            );
        });
    }
}

#[test]
fn a_second_export_writes_nothing() {
    let family = Family::with_texts();
    let first = export(&family, &options());
    assert!(first.full && first.written > 50 && first.removed == 0);
    assert_eq!(
        export(&family, &options()),
        Report {
            until: first.until,
            ..Report::default()
        }
    );
}

#[test]
fn one_more_statement_writes_the_pages_that_show_it() {
    let mut family = Family::with_texts();
    let selection = Selection {
        core: true,
        html: true,
        feeds: true,
        md: false,
        txt: false,
        json: false,
        proof: false,
    };
    let options = Options { selection, ..options() };
    export(&family, &options);
    let before = files(&family.out());
    let topic = family.topic;
    family.publish("m1", "en", "the-new-one", "2026-03-04", &[topic]);
    let report = export(&family, &options);
    assert!(!report.full);
    let changed = changed(&before, &files(&family.out()));
    let expected = [
        "hq/en/topics/tides/2026/index.html",
        "hq/en/topics/tides/index.html",
        "hq/sitemap.xml",
        "m1/en/feed.atom",
        "m1/en/index.html",
        "m1/en/news/2026/03/the-new-one.html",
        "m1/en/news/2026/index.html",
        "m1/en/news/feed.atom",
        "m1/en/news/index.html",
        "m1/sitemap.xml",
    ];
    assert_eq!(changed, expected);
    assert_eq!((report.written, report.removed), (expected.len(), 0));
    assert!(report.same < 4, "{} files were computed for nothing", report.same);
    assert_fresh(&family, &options);
}

#[test]
fn forms_of_a_retracted_text_go_and_its_page_says_so() {
    let mut family = Family::with_texts();
    let doc = family.publish("m1", "en", "to-be-retracted", "2026-03-04", &[]);
    export(&family, &options());
    let stem = "m1/en/news/2026/03/to-be-retracted";
    let there = |family: &Family, ending: &str| family.out().join(format!("{stem}{ending}")).exists();
    assert!(there(&family, ".md") && there(&family, ".txt") && there(&family, ".html"));
    family.end(doc, Action::Retract);
    let report = export(&family, &options());
    assert!(report.removed >= 2 && !report.full);
    assert!(!there(&family, ".md") && !there(&family, ".txt") && there(&family, ".html"));
    assert!(there(&family, ".proof"), "the proof stays");
    assert_fresh(&family, &options());
}

#[test]
fn a_text_that_moves_leaves_its_place_and_the_map_leads_on() {
    let mut family = Family::with_texts();
    let doc = family.publish("m1", "en", "to-be-moved", "2026-03-04", &[]);
    export(&family, &options());
    family.move_to(doc, "remarks");
    export(&family, &options());
    assert!(!family.out().join("m1/en/news/2026/03/to-be-moved.html").exists());
    assert!(family.out().join("m1/en/remarks/2026/03/to-be-moved.html").exists());
    let map = std::fs::read_to_string(family.out().join("_redirects")).unwrap();
    let to = "https://mfa.example/m1/en/remarks/2026/03/to-be-moved";
    assert!(
        map.contains(&format!("/m1/en/news/2026/03/to-be-moved {to} 301\n")),
        "{map}"
    );
    assert!(
        map.contains(&format!("/m1/en/news/2026/03/to-be-moved.md {to}.md 301\n")),
        "{map}"
    );
    assert_fresh(&family, &options());
}

#[test]
fn an_old_address_is_mapped_with_its_query_where_the_form_has_queries() {
    let mut family = Family::with_texts();
    family.publish_old(
        "m1",
        "archived",
        &["http://old.example/en/t1.htm?id=7", "http://old.example/en/t1.htm"],
    );
    export(&family, &options());
    let cdn = std::fs::read_to_string(family.out().join("_redirects")).unwrap();
    assert_eq!(cdn, "/en/t1.htm https://mfa.example/m1/en/news/2026/03/archived 301\n");
    let nginx = std::fs::read_to_string(family.out().join("redirects.nginx.conf")).unwrap();
    assert!(
        nginx.contains("\"/en/t1.htm?id=7\" \"https://mfa.example/m1/en/news/2026/03/archived\";"),
        "{nginx}"
    );
}

#[test]
fn other_options_are_a_full_export_and_leave_nothing_of_the_former_one() {
    let family = Family::with_texts();
    export(&family, &options());
    let html = Selection {
        core: true,
        html: true,
        feeds: false,
        md: false,
        txt: false,
        json: false,
        proof: false,
    };
    for options in [
        Options {
            selection: html,
            ..options()
        },
        Options {
            address: "https://www.mfa.example".into(),
            ..options()
        },
        Options {
            carried: true,
            ..options()
        },
    ] {
        assert!(export(&family, &options).full);
        assert_fresh(&family, &options);
        assert!(!export(&family, &options).full);
    }
}

#[test]
fn a_change_of_the_structure_reaches_every_page_that_shows_it() {
    let mut family = Family::with_texts();
    export(&family, &options());
    family.rename_topic("Tides and currents");
    let report = export(&family, &options());
    assert!(!report.full && report.written > 5);
    assert_fresh(&family, &options());
    family.add_site("m9");
    export(&family, &options());
    assert!(family.out().join("m9/en/index.html").exists());
    assert_fresh(&family, &options());
}

#[test]
fn files_of_others_are_left_alone() {
    let mut family = Family::with_texts();
    let out = family.out();
    std::fs::create_dir_all(out.join("m1/en")).unwrap();
    std::fs::write(out.join("CNAME"), "mfa.example").unwrap();
    std::fs::write(out.join("m1/en/index.html"), "theirs").unwrap();
    let report = export(&family, &options());
    assert_eq!(report.in_the_way, ["m1/en/index.html"]);
    assert_eq!(
        export(&family, &options()).in_the_way,
        ["m1/en/index.html"],
        "also when nothing is new"
    );
    family.publish("m1", "en", "another", "2026-03-05", &[]);
    assert_eq!(
        export(&family, &options()).in_the_way,
        ["m1/en/index.html"],
        "it is still in the way"
    );
    assert_eq!(std::fs::read(out.join("m1/en/index.html")).unwrap(), b"theirs");
    let overwrite = Options {
        overwrite: true,
        ..options()
    };
    assert!(export(&family, &overwrite).in_the_way.is_empty());
    assert_ne!(std::fs::read(out.join("m1/en/index.html")).unwrap(), b"theirs");
    assert_eq!(std::fs::read(out.join("CNAME")).unwrap(), b"mfa.example");
    let whole = files(&out);
    std::fs::write(out.join("m1/en/index.html"), "changed").unwrap();
    let other = |name: &&String| name.ends_with(".html") && *name != "m1/en/index.html";
    std::fs::remove_file(out.join(whole.keys().find(other).unwrap())).unwrap();
    assert_eq!(
        export(&family, &options()).written,
        0,
        "what an export wrote is not looked at"
    );
    assert_eq!(export(&family, &overwrite).written, 2);
    assert_eq!(files(&out), whole);
}

#[test]
fn an_export_that_was_broken_off_is_made_good_by_the_next() {
    let mut family = Family::with_texts();
    // After the first export: the state is lost, a file is half-written, as a crash in the first export leaves it.
    export(&family, &options());
    let all = files(&family.out());
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    std::fs::remove_file(family.out().join(target::STATE)).unwrap();
    std::fs::write(
        family.out().join(target::STARTED),
        super::state::pack(names.into_iter()),
    )
    .unwrap();
    std::fs::write(family.out().join("m1/en/index.html"), "half").unwrap();
    let report = export(&family, &options());
    assert!(report.full && report.in_the_way.is_empty() && report.written == 1);
    assert_eq!(files(&family.out()), all);
    // After a later one: a page was written that the record has moved since.
    let doc = family.publish("m1", "en", "moved-soon", "2026-03-04", &[]);
    let state = std::fs::read(family.out().join(target::STATE)).unwrap();
    export(&family, &options());
    std::fs::write(family.out().join(target::STATE), state).unwrap();
    let now = files(&family.out());
    let left = ["txt", "json", "proof"].map(|form| format!("m1/en/news/2026/03/moved-soon.{form}"));
    let fresh = now
        .keys()
        .filter(|file| !all.contains_key(*file) && !left.contains(file));
    let started = super::state::pack(fresh.map(String::as_str));
    std::fs::write(
        family.out().join(target::STARTED),
        [started, b"0m1/en/new".to_vec()].concat(),
    )
    .unwrap();
    family.move_to(doc, "remarks");
    export(&family, &options());
    assert!(!family.out().join("m1/en/news/2026/03/moved-soon.md").exists());
    for file in left {
        // These were not named as started above, so they are files of others now.
        std::fs::remove_file(family.out().join(file)).unwrap();
    }
    assert_fresh(&family, &options());
    assert!(!family.out().join(target::STARTED).exists());
}

#[test]
fn a_state_of_another_record_is_replaced_by_a_full_export() {
    let (one, two) = (Family::with_texts(), Family::with_texts());
    export(&one, &options());
    std::fs::rename(one.out(), two.out()).unwrap();
    let report = export(&two, &options());
    assert!(report.full && report.in_the_way.is_empty());
    assert_fresh(&two, &options());
}

#[test]
fn pages_that_the_clock_makes_wrong_are_computed_again() {
    let mut family = Family::with_texts();
    family.add_office("m1");
    let first = export(&family, &options());
    let until = first.until.expect("an office opens and closes");
    assert!(until > NOW);
    assert_eq!(try_export(&family, &options(), Moment(until.0 - 1)).unwrap().written, 0);
    let report = try_export(&family, &options(), until).unwrap();
    assert!(!report.full && report.written + report.same > 0 && report.until.unwrap() > until);
    for (name, bytes) in files(&family.out()) {
        look(&family, &options(), |view, _| {
            let address = all(&view, Selection::ALL).find(|address| address.file(&view) == name);
            if let Some(address) = address {
                assert!(site::render(&view, &address, until).bytes == bytes, "{name}");
            }
        });
    }
}

#[test]
fn a_dry_run_names_what_the_export_does() {
    let mut family = Family::with_texts();
    export(&family, &options());
    family.publish("m1", "en", "the-new-one", "2026-03-04", &[]);
    let before = files(&family.out());
    let report = look(&family, &options(), |view, files| {
        let (root, folder, options) = (|size| files.log().root(size).ok().flatten(), family.folder(), options());
        Export {
            view,
            options: &options,
            root: &root,
            policy: files.witnesses().policy_hash(),
            now: NOW,
            data: folder.root(),
            dry_run: true,
        }
        .run(&family.out())
        .unwrap()
    });
    assert!(
        report
            .would_write
            .contains(&"m1/en/news/2026/03/the-new-one.html".to_owned())
    );
    assert_eq!(files(&family.out()), before);
    let done = export(&family, &options());
    assert_eq!(done.written + done.same, report.would_write.len());
}

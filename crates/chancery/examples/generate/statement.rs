//! Sites and statements as lines of JSON.

use super::{
    random::Random,
    words::{TONGUES, Tongue},
};
use serde_json::{Value, json};
use std::{fmt::Write as _, io};

const SECTIONS: [&str; 2] = ["news", "remarks"];
const TOPICS: [&str; 6] = ["harbours", "meadows", "lanterns", "orchards", "railways", "tides"];
/// Statements bear a date of one of these years.
const YEARS: (u64, u64) = (2023, 2026);
/// Every so many statements there is a translation of the one before.
const TRANSLATED: u64 = 4;

/// A ministry and its missions: the ministry speaks all languages, a mission two.
pub(crate) struct Family {
    missions: u64,
}

impl Family {
    /// A family of so many sites.
    pub(crate) fn new(sites: u64) -> Self {
        Self { missions: sites - 1 }
    }

    /// A line for each site, the ministry's first.
    pub(crate) fn sites(&self) -> impl Iterator<Item = Value> {
        let all: Vec<&str> = TONGUES.iter().map(|tongue| tongue.tag).collect();
        let ministry = json!({"code": "hq", "name": "Ministry of Measured Affairs", "langs": all, "kind": "ministry"});
        let mission = |number: u64| {
            let langs: Vec<&str> = langs(number).iter().map(|tongue| tongue.tag).collect();
            json!({"code": code(number), "name": format!("Measured Mission {number}"), "langs": langs, "kind": "embassy"})
        };
        std::iter::once(ministry).chain((1..=self.missions).map(mission))
    }

    /// Hands over so many statements, a line each.
    pub(crate) fn statements(
        &self,
        count: u64,
        random: &mut Random,
        write: &mut dyn FnMut(Value) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut number = 0;
        while number < count {
            let site = number / TRANSLATED % (self.missions + 1);
            let [first, second] = languages(site, random);
            let facts = Facts::draw(number, site, random);
            write(facts.line(first, None, random))?;
            number += 1;
            if number % TRANSLATED == TRANSLATED - 1 && number < count {
                write(facts.line(second, Some(first.tag), random))?;
                number += 1;
            }
        }
        Ok(())
    }

    /// One statement that is not among the others, newer than all of them.
    pub(crate) fn one_more(&self, random: &mut Random) -> Value {
        let site = random.between(1, self.missions.max(1)).min(self.missions);
        let [first, _] = languages(site, random);
        let mut line = Facts::draw(u64::MAX, site, random).line(first, None, random);
        line["id"] = json!("one-more");
        line["published"] = json!("2026-10-30T12:00:00Z");
        line
    }
}

fn code(number: u64) -> String {
    format!("m{number:03}")
}

/// The two languages of a mission.
fn langs(number: u64) -> [&'static Tongue; 2] {
    let at = |n: u64| &TONGUES[usize::try_from(n % TONGUES.len() as u64).unwrap_or(0)];
    [at(number), at(number + 1 + number / 10 % 8)]
}

/// The language of an original on a site, and of its translation.
fn languages(site: u64, random: &mut Random) -> [&'static Tongue; 2] {
    let draw = random.below(1000);
    let [first, second] = langs(if site == 0 { draw } else { site });
    if draw.is_multiple_of(2) {
        [first, second]
    } else {
        [second, first]
    }
}

/// What lines of one statement have in common.
struct Facts {
    id: String,
    site: String,
    section: &'static str,
    published: String,
    topics: Vec<&'static str>,
}

impl Facts {
    fn draw(number: u64, site: u64, random: &mut Random) -> Self {
        let (year, month, day) = (
            random.between(YEARS.0, YEARS.1),
            random.between(1, 10),
            random.between(1, 28),
        );
        let (hour, minute) = (random.below(24), random.below(60));
        let mut topics = vec![*random.of(&TOPICS), *random.of(&TOPICS)];
        topics.dedup();
        topics.truncate(usize::try_from(random.below(3)).unwrap_or(0));
        Self {
            id: format!("s{number}"),
            site: if site == 0 { "hq".to_owned() } else { code(site) },
            section: *random.of::<&str>(&SECTIONS),
            published: format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"),
            topics,
        }
    }

    fn line(&self, tongue: &Tongue, source: Option<&str>, random: &mut Random) -> Value {
        let mut line = json!({
            "id": self.id, "site": self.site, "lang": tongue.tag, "section": self.section, "published": self.published,
            "topics": self.topics, "title": tongue.sentence(8, random), "summary": tongue.sentence(22, random),
            "body": body(tongue, random), "type": "news",
        });
        if let Some(source) = source {
            line["source"] = json!(source);
            line["authority"] = json!("courtesy");
        }
        line
    }
}

/// Paragraphs, two headings, a list, a quotation and a link, as Markdown.
fn body(tongue: &Tongue, random: &mut Random) -> String {
    let mut out = String::with_capacity(6000);
    for part in 0..3 {
        if part > 0 {
            let _ = write!(out, "## {}\n\n", tongue.run(5, random));
        }
        for _ in 0..random.between(2, 3) {
            let sentences = random.between(3, 5);
            let _ = write!(out, "{}\n\n", tongue.paragraph(sentences, random));
        }
    }
    for _ in 0..4 {
        let _ = writeln!(out, "- {}", tongue.sentence(10, random));
    }
    let _ = write!(out, "\n> {}\n\n", tongue.sentence(18, random));
    let (before, linked, strong) = (tongue.run(6, random), tongue.run(3, random), tongue.run(2, random));
    let _ = writeln!(
        out,
        "{before} [{linked}](https://measured.example/paper) **{strong}** {}",
        tongue.sentence(9, random)
    );
    out
}

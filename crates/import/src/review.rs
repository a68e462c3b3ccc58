//! What a person should look at before a captured text is published: doubts of the reader, and data of persons in it.

use crate::candidate::Candidate;
use record::body::{Block, BlockId, block_plain, walk};
use std::fmt;

/// How many findings one text may have.
const MOST: usize = 200;

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Found {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Telephone,
    /// Letters and figures in the shape of a passport or identity card number.
    Passport,
    /// A doubt that the reader of the page had.
    Doubt,
}

impl Found {
    /// A word for lists and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "e-mail",
            Self::Telephone => "telephone",
            Self::Passport => "passport",
            Self::Doubt => "doubt",
        }
    }
}

/// One thing to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What it is.
    pub found: Found,
    /// Place of the top-level block in the text, from 1; `None` outside of the body.
    pub place: Option<usize>,
    /// Id of that block, 0 while it has none.
    pub block: BlockId,
    /// What stands there, or the doubt in words.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.found.word(), self.text)?;
        match self.place {
            Some(place) => write!(f, " (block {place})"),
            None => Ok(()),
        }
    }
}

/// What to look at in a candidate: its doubts, then what stands in title, summary and text.
pub fn candidate(page: &Candidate) -> Vec<Finding> {
    let doubts = page.remarks.iter().filter(|remark| remark.about.is_doubt());
    let mut findings: Vec<Finding> = doubts
        .map(|remark| Finding {
            found: Found::Doubt,
            place: None,
            block: BlockId(0),
            text: remark.to_string(),
        })
        .collect();
    for words in [Some(&page.title), page.summary.as_ref()].into_iter().flatten() {
        findings.extend(numbers(words).map(|(found, text)| finding(found, None, BlockId(0), text)));
    }
    findings.extend(body(&page.body));
    findings.truncate(MOST);
    findings
}

/// Addresses and numbers in a text, with the block they stand in.
pub fn body(blocks: &[Block]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let mut links = Vec::new();
        walk(std::slice::from_ref(block), &mut |inner| {
            links.extend(mail_links(inner));
        });
        let words = block_plain(block);
        let all = numbers(&words).chain(links);
        for (found, text) in all {
            let made = finding(found, Some(at + 1), block.id, text);
            if findings.len() < MOST && !findings.contains(&made) {
                findings.push(made);
            }
        }
    }
    findings
}

fn finding(found: Found, place: Option<usize>, block: BlockId, text: String) -> Finding {
    Finding {
        found,
        place,
        block,
        text,
    }
}

/// Addresses that only a link has, behind other words.
fn mail_links(block: &Block) -> Vec<(Found, String)> {
    let mut out = Vec::new();
    if let record::body::Kind::Paragraph { text, .. } | record::body::Kind::Heading { text, .. } = &block.kind {
        links_of(text, &mut out);
    }
    for item in block.kind.items() {
        links_of(&item.text, &mut out);
    }
    out
}

fn links_of(text: &[record::body::Inline], out: &mut Vec<(Found, String)>) {
    use record::body::{Inline, Target};
    for inline in text {
        match inline {
            Inline::Link {
                to: Target::Href(href), ..
            } => {
                if let Some(address) = href.strip_prefix("mailto:") {
                    out.push((Found::Email, address.split('?').next().unwrap_or_default().to_owned()));
                } else if let Some(number) = href.strip_prefix("tel:") {
                    out.push((Found::Telephone, number.to_owned()));
                }
            }
            Inline::Em(t) | Inline::Strong(t) | Inline::Quote(t) | Inline::Note(t) | Inline::Lang { text: t, .. } => {
                links_of(t, out);
            }
            _ => {}
        }
    }
}

/// E-mail addresses, telephone and passport-like numbers of a text, in order of kinds.
fn numbers(text: &str) -> impl Iterator<Item = (Found, String)> {
    let mails = emails(text).into_iter().map(|t| (Found::Email, t));
    let phones = telephones(text).into_iter().map(|t| (Found::Telephone, t));
    let passports = passports(text).into_iter().map(|t| (Found::Passport, t));
    mails.chain(phones).chain(passports)
}

fn emails(text: &str) -> Vec<String> {
    let local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let found = text.match_indices(['@', '＠']).filter_map(|(at, sign)| {
        let before = text[..at].trim_end();
        let start = before.len() - before.chars().rev().take_while(|c| local(*c)).count();
        let after = text[at + sign.len()..].trim_start();
        let end = after.chars().take_while(|c| host(*c)).count();
        let (name, domain) = (&before[start..], after[..end].trim_end_matches(['.', '-']));
        (!name.is_empty() && domain.contains('.') && domain.len() > 3).then(|| format!("{name}@{domain}"))
    });
    found.take(MOST).collect()
}

/// Runs of figures with the marks between that telephone numbers have; dates, years and sums are none.
fn telephones(text: &str) -> Vec<String> {
    runs(text)
        .into_iter()
        .filter(|run| {
            let digits = run.chars().filter(char::is_ascii_digit).count();
            let international = run.starts_with('+') || run.starts_with("00");
            let parted = run
                .trim_start_matches('+')
                .split(|c: char| !c.is_ascii_digit())
                .filter(|p| !p.is_empty())
                .count();
            let area = run.starts_with('(') || run.starts_with('0') && parted >= 2;
            let shaped =
                international && digits >= 8 || area && digits >= 7 || parted >= 3 && digits >= 9 && !run.contains('.');
            shaped && digits <= 15 && crate::dates::find(run, None).is_none()
        })
        .collect()
}

/// Stretches of figures, spaces, hyphens, points, strokes and brackets, from their first to their last figure.
fn runs(text: &str) -> Vec<String> {
    let part =
        |c: char| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '-' | '‐' | '–' | '.' | '/' | '(' | ')' | '+');
    let mut out = Vec::new();
    for run in text.split(|c: char| !part(c)) {
        let run = run.trim_matches(|c: char| !c.is_ascii_digit() && c != '+' && c != '(');
        // Two spaces, or a plus inside, begin another number.
        for one in run
            .split("  ")
            .flat_map(|r| r.split_inclusive('+'))
            .map(|r| r.trim_end_matches(['+', ' ']))
        {
            if one.bytes().filter(u8::is_ascii_digit).count() >= 7 && out.len() < MOST {
                let plus = if run.starts_with('+') && !one.starts_with('+') {
                    "+"
                } else {
                    ""
                };
                out.push(format!("{plus}{}", one.trim()));
            }
        }
    }
    out
}

/// One or two capital letters before seven to nine figures, or eighteen figures with a last letter: documents of persons.
fn passports(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| {
            let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
            let digits = word.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
            let whole = letters + digits == word.len();
            let passport = whole && (1..=2).contains(&letters) && (7..=9).contains(&digits);
            let card = letters == 0 && digits >= 17 && word.len() == 18 && (digits == 18 || word.ends_with(['X', 'x']));
            passport || card
        })
        .take(MOST)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{candidate::About, markdown};

    fn check(text: &str, want: &[&str]) {
        let blocks = markdown::parse(text, &|_| None).unwrap_or_default();
        let told: Vec<String> = body(&blocks).iter().map(ToString::to_string).collect();
        assert_eq!(told, want, "{text}");
    }

    #[test]
    fn addresses_and_numbers_are_found_with_their_block() {
        check(
            "x\n\nWrite to press.office@mfa.example, please.",
            &["e-mail: press.office@mfa.example (block 2)"],
        );
        check("[words](mailto:a@b.example)", &["e-mail: a@b.example (block 1)"]);
        check(
            "Call +999 40 555 0100 or (040) 555-0112.",
            &[
                "telephone: +999 40 555 0100 (block 1)",
                "telephone: (040) 555-0112 (block 1)",
            ],
        );
        check("电话：0086-10-65550100", &["telephone: 0086-10-65550100 (block 1)"]);
        check("His passport E12345678 was found.", &["passport: E12345678 (block 1)"]);
        check(
            "身份证号11010119900101123X。",
            &["passport: 11010119900101123X (block 1)"],
        );
        check("- a\n- ask b@c.example", &["e-mail: b@c.example (block 1)"]);
    }

    #[test]
    fn dates_years_and_sums_are_none() {
        for text in [
            "On 14.03.2026 and 2026-03-14 from 09:00 to 17:00.",
            "It cost 1 250 000 in 2019, 2020 and 2021.",
            "Resolution 2758 of 25 October 1971, page 12345.",
            "Boats A1 and B22; flight XA1234.",
            "a @ b, @name",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn doubts_of_the_reader_come_first() {
        let mut page = Candidate {
            title: "Ask a@b.example".to_owned(),
            ..Candidate::default()
        };
        page.remark(Some(3), About::Date, "no date was found");
        page.remark(None, About::Picture, "a picture was not taken along");
        let told: Vec<String> = candidate(&page).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["doubt: line 3: date: no date was found", "e-mail: a@b.example"]);
    }
}

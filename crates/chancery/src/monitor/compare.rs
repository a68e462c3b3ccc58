//! One page of the live site beside the one that the record yields.

use record::{
    date::Moment,
    lang::Lang,
    register::{Document, Edition},
};
use site::{
    address::Address,
    view::{HTML, Page, View},
};
use std::{thread, time::Duration};
use ureq::Agent;

/// Pages fetched at once.
pub(super) const AT_ONCE: usize = 8;
/// Time for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// A page may be so much longer than ours before it is another one, in bytes.
const MORE: u64 = 1 << 20;
/// Characters that are shown of a difference.
const SHOWN: usize = 60;

/// What a comparison says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Result {
    /// The same bytes.
    Same,
    /// The same text in another form.
    Alike,
    /// What ours says, with more in between that may be of texts which were retracted before this copy began.
    Beyond,
    /// Something else; how, in words.
    Other(String),
}

/// The live sites of a family, and how they must be.
pub(super) struct Site<'a> {
    view: &'a View<'a>,
    agent: Agent,
    gaps: bool,
}

impl<'a> Site<'a> {
    pub(super) fn new(view: &'a View<'a>) -> Self {
        Self {
            view,
            agent: crate::remote::agent("monitor", PATIENCE),
            gaps: has_gaps(view),
        }
    }

    /// Compares pages, in their order.
    pub(super) fn compare(&self, addresses: &[Address], now: Moment) -> Vec<Result> {
        let chunk = addresses.len().div_ceil(AT_ONCE).max(1);
        thread::scope(|scope| {
            let running: Vec<_> = addresses
                .chunks(chunk)
                .map(|some| scope.spawn(move || some.iter().map(|one| self.one(one, now)).collect::<Vec<_>>()))
                .collect();
            let failed = || vec![Result::Other("could not be compared".to_owned())];
            running
                .into_iter()
                .flat_map(|thread| thread.join().unwrap_or_else(|_| failed()))
                .collect()
        })
    }

    fn one(&self, address: &Address, now: Moment) -> Result {
        let wanted = site::render(self.view, address, now);
        match self.fetch(&address.url(self.view), wanted.bytes.len() as u64) {
            Ok((status, bytes)) => match judge(&wanted, status, &bytes) {
                Result::Other(_) if self.gaps && may_show_others(address) && is_more(&wanted, &bytes) => Result::Beyond,
                Result::Alike if self.gaps && self.may_differ(address, &wanted, &bytes) => Result::Beyond,
                result => result,
            },
            Err(what) => Result::Other(format!("cannot be fetched: {what}")),
        }
    }

    /// True where the frame of a page may be another one because something is not here: where a text stood that was
    /// retracted, or that there is a list in another language.
    fn may_differ(&self, address: &Address, wanted: &Page, bytes: &[u8]) -> bool {
        match address {
            Address::Permalink { doc } => is_gap(self.view, self.view.document(*doc)),
            _ => may_show_others(address) && differs_in_languages(wanted, bytes),
        }
    }

    fn fetch(&self, url: &str, length: u64) -> std::result::Result<(u16, Vec<u8>), String> {
        let mut answer = self.agent.get(url).call().map_err(|error| error.to_string())?;
        let body = answer.body_mut().with_config().limit(length + MORE).read_to_vec();
        Ok((answer.status().as_u16(), body.map_err(|error| error.to_string())?))
    }
}

/// A page of the same status and bytes is the same; an HTML page whose main part reads the same is alike.
fn judge(wanted: &Page, status: u16, bytes: &[u8]) -> Result {
    if status != wanted.status {
        return Result::Other(format!("answers {status}; by the record it is {}", wanted.status));
    }
    if bytes == wanted.bytes {
        return Result::Same;
    }
    let (ours, theirs) = (String::from_utf8_lossy(&wanted.bytes), String::from_utf8_lossy(bytes));
    if wanted.media != HTML {
        return Result::Other(difference(&words(&ours), &words(&theirs)));
    }
    let (ours, theirs) = (words(main(&ours)), words(main(&theirs)));
    if ours == theirs {
        Result::Alike
    } else {
        Result::Other(difference(&ours, &theirs))
    }
}

fn is_more(wanted: &Page, bytes: &[u8]) -> bool {
    let (ours, theirs) = (String::from_utf8_lossy(&wanted.bytes), String::from_utf8_lossy(bytes));
    is_within(&words(&without_emptiness(main(&ours))), &words(main(&theirs)))
}

/// A list without what it says where nothing is in it: there may be something of which nothing is here.
fn without_emptiness(main: &str) -> String {
    let says_so = |line: &&str| {
        ["<p class=\"empty\"", "<p class=\"elsewhere\""]
            .iter()
            .any(|p| line.starts_with(p))
    };
    main.split_inclusive('\n').filter(|line| !says_so(line)).collect()
}

/// True if two pages are the same but for their links to other languages: in one of those there may be a list of nothing but
/// texts that were retracted.
fn differs_in_languages(wanted: &Page, bytes: &[u8]) -> bool {
    let (ours, theirs) = (String::from_utf8_lossy(&wanted.bytes), String::from_utf8_lossy(bytes));
    without_languages(&ours).eq(without_languages(&theirs))
}

/// The pieces of a page that begin with a tag, but for links to other languages.
fn without_languages(page: &str) -> impl Iterator<Item = &str> {
    let leads_on = |piece: &&str| piece.split('>').next().is_some_and(|tag| tag.contains(" hreflang="));
    page.split('<').filter(move |piece| !leads_on(piece))
}

/// What stands in the main element of a page; all of it where there is none.
fn main(page: &str) -> &str {
    let inside = page.split_once("<main").and_then(|(_, rest)| rest.split_once('>'));
    let inside = inside.and_then(|(_, rest)| rest.split_once("</main>"));
    inside.map_or(page, |(main, _)| main)
}

/// The words of a page without its markup.
fn words(page: &str) -> Vec<&str> {
    page.split('<')
        .enumerate()
        .flat_map(|(n, piece)| {
            match (n, piece.split_once('>')) {
                (0, _) | (_, None) => piece,
                (_, Some((_, text))) => text,
            }
            .split_whitespace()
        })
        .collect()
}

/// True if a text is another one with more in between. The time of the last change of a list is later where the list has
/// more.
fn is_within(ours: &[&str], theirs: &[&str]) -> bool {
    let mut rest = theirs.iter();
    let moment = |word: &str| word.parse::<Moment>().ok();
    let goes_with = |ours: &str, theirs: &str| match (moment(ours), moment(theirs)) {
        (Some(ours), Some(theirs)) => ours <= theirs,
        _ => ours == theirs,
    };
    ours.iter().all(|word| rest.any(|other| goes_with(word, other)))
}

/// True if texts were retracted whose facts are not here, because they were withheld before this copy began: only the
/// publisher knows the rows that they have in lists.
fn has_gaps(view: &View<'_>) -> bool {
    let mut documents = view.register.documents().map(|no| view.register.document(no));
    documents.any(|doc| is_gap(view, doc))
}

fn is_gap(view: &View<'_>, doc: &Document) -> bool {
    let missing = |lang: Lang| {
        let withheld = |edition: &&Edition| edition.has_manifest() && doc.withheld_by(lang, edition.index).is_some();
        let mut editions = doc
            .editions(lang)
            .iter()
            .filter(withheld)
            .filter_map(|edition| edition.sealed);
        editions.any(|sealed| view.source.blob(&sealed.content).is_none())
    };
    let langs = doc.words.iter().map(|words| words.lang);
    doc.has_retractions() && std::iter::once(Lang::FACTS).chain(langs).any(missing)
}

/// True for pages that show rows or versions of texts, which may be retracted ones.
fn may_show_others(address: &Address) -> bool {
    !matches!(
        address,
        Address::Document { .. } | Address::Person { .. } | Address::About { .. } | Address::Asset { .. }
    )
}

/// The first place where two texts part.
fn difference(ours: &[&str], theirs: &[&str]) -> String {
    let at = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    let shown = |words: &[&str]| {
        let text = words.get(at..).unwrap_or_default().join(" ");
        // Whoever is watched has no say in the terminal or the feed of those who watch.
        let plain = text.chars().filter(|c| !c.is_control() && !is_noncharacter(*c));
        plain.take(SHOWN).collect::<String>()
    };
    match (shown(ours), shown(theirs)) {
        (ours, theirs) if ours.is_empty() && theirs.is_empty() => "differs in its markup".to_owned(),
        (ours, theirs) => format!("says “{theirs}” where the record says “{ours}”"),
    }
}

fn is_noncharacter(c: char) -> bool {
    matches!(u32::from(c), 0xfdd0..=0xfdef) || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        Page::new(HTML, html.as_bytes().to_vec(), 1)
    }

    #[test]
    fn a_page_is_the_same_alike_or_another_one() {
        let ours = page("<body class=a><header>x</header><main id=m><p>The water rose.</p></main>");
        for (theirs, want) in [
            (&*String::from_utf8_lossy(&ours.bytes).into_owned(), Result::Same),
            (
                "<body><header>Menu</header><main><p>The water\n rose.</p></main>",
                Result::Alike,
            ),
            (
                "<body><main><p>The water fell.</p></main>",
                Result::Other("says “fell.” where the record says “rose.”".to_owned()),
            ),
            (
                "<body><main><p>The water \u{1b}[31mfell\u{1}\u{ffff}.</p></main>",
                Result::Other("says “[31mfell.” where the record says “rose.”".to_owned()),
            ),
            (
                "<body><main><p>The water rose. Or not.</p></main>",
                Result::Other("says “Or not.” where the record says “”".to_owned()),
            ),
        ] {
            assert_eq!(judge(&ours, 200, theirs.as_bytes()), want, "{theirs}");
        }
        assert!(matches!(judge(&ours, 404, b""), Result::Other(what) if what.contains("404")));
    }

    #[test]
    fn links_to_lists_of_what_was_retracted_are_told_from_another_look() {
        let ours = page("<head></head><nav><a href=x hreflang=\"fr\">Français</a></nav><main>One</main>");
        let head = "<head><link rel=alternate hreflang=\"fr\" href=y></head>";
        let theirs = format!("{head}<nav><a href=y hreflang=\"fr\">Français</a></nav><main>One</main>");
        assert!(differs_in_languages(&ours, theirs.as_bytes()));
        let theirs = theirs.replace("<nav>", "<nav class=a>");
        assert!(!differs_in_languages(&ours, theirs.as_bytes()));
    }

    #[test]
    fn a_list_with_more_in_it_may_have_changed_later_and_not_before() {
        let ours = ["2026-03-01T00:00:00Z", "Tide"];
        assert!(is_within(&ours, &["2026-03-02T00:00:00Z", "Ebb", "Tide"]));
        assert!(!is_within(&ours, &["2026-02-01T00:00:00Z", "Ebb", "Tide"]));
        assert!(!is_within(&ours, &["2026-03-02T00:00:00Z", "Ebb"]));
    }

    #[test]
    fn what_is_no_page_must_be_the_same_bytes() {
        let ours = Page::new("application/json", b"{\"a\":1}".to_vec(), 1);
        assert_eq!(judge(&ours, 200, b"{\"a\":1}"), Result::Same);
        assert!(matches!(judge(&ours, 200, b"{\"a\":2}"), Result::Other(_)));
        assert_eq!(
            judge(&ours, 200, b"{\"a\":1}\n"),
            Result::Other("differs in its markup".to_owned())
        );
    }
}

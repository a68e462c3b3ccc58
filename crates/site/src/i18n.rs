//! The furniture of pages in the reader's language: Fluent strings, dates spelt out, digits, names of languages.
//!
//! Everything that depends on a language alone is made once, when the theme is; pages look it up.

mod dates;
mod languages;

pub use dates::{Dates, first_day};
pub use languages::endonym;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use minijinja::{Value, value::Object};
use record::lang::Lang;
use rustc_hash::FxHashMap;
use std::{fmt::Display, sync::Arc};

const SOURCES: [(&str, &str); 5] = [
    ("en", include_str!("../messages/en.ftl")),
    ("fr", include_str!("../messages/fr.ftl")),
    ("ar", include_str!("../messages/ar.ftl")),
    ("zh-Hans", include_str!("../messages/zh-Hans.ftl")),
    ("vi", include_str!("../messages/vi.ftl")),
];

/// The strings could not be built; only a damaged program can give this.
#[derive(Debug, thiserror::Error)]
pub enum BadStrings {
    /// A message file is not Fluent.
    #[error("messages of `{0}` are not in Fluent syntax")]
    Syntax(&'static str),
    /// Data of a language are missing.
    #[error("no data for dates of `{0}`")]
    Dates(&'static str),
}

/// The languages that furniture exists in.
pub struct Tongues {
    all: Vec<Tongue>,
}

/// One language of the furniture.
pub struct Tongue {
    /// The language of the strings.
    pub lang: Lang,
    /// Its language subtag alone.
    primary: &'static str,
    /// Dates and digits.
    pub dates: Dates,
    isolating: FluentBundle<Arc<FluentResource>>,
    bare: FluentBundle<Arc<FluentResource>>,
    fixed: FxHashMap<String, Box<str>>,
    value: Value,
    /// What stands before and after the number in the name of a link to a passage.
    passage: (Box<str>, Box<str>),
    /// Version, entry and date of a text. This and what follows is made of ready parts, as every text has one.
    pub version_line: Line,
    /// The day of the last change.
    pub updated: Line,
    /// The number of an edition.
    pub edition: Line,
    /// The same with the language of the edition.
    pub edition_of: Line,
    /// The index of an entry.
    pub entry: Line,
    /// The history of a text, by its title.
    pub history_of: Line,
    /// A list and a year of it.
    pub year_title: Line,
}

/// A message whose arguments are plain text, taken apart once.
#[derive(Debug)]
pub struct Line {
    parts: Vec<(Box<str>, Option<usize>)>,
}

impl Line {
    fn new(bundle: &FluentBundle<Arc<FluentResource>>, id: &str, names: &[&'static str]) -> Self {
        let mark = |at: usize| char::from(u8::try_from(at + 1).unwrap_or(1));
        let args: Vec<(&'static str, FluentValue<'_>)> = names
            .iter()
            .enumerate()
            .map(|(at, name)| (*name, mark(at).to_string().into()))
            .collect();
        let text = format(bundle, id, &args);
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(|c: char| c < ' ') {
            let number = usize::from(rest.as_bytes()[at]) - 1;
            parts.push((rest[..at].into(), Some(number)));
            rest = &rest[at + 1..];
        }
        parts.push((rest.into(), None));
        Self { parts }
    }

    /// The message with its arguments, in the order of the message's description.
    pub fn fill(&self, args: &[&str]) -> String {
        let mut out = String::with_capacity(64);
        for (text, arg) in &self.parts {
            out.push_str(text);
            out.push_str(arg.and_then(|number| args.get(number)).copied().unwrap_or_default());
        }
        out
    }
}

/// The strings without arguments as templates see them: `t.about_record`.
#[derive(Debug)]
struct Texts(FxHashMap<Box<str>, Value>);

impl Texts {
    fn of(fixed: &FxHashMap<String, Box<str>>) -> Self {
        Self(
            fixed
                .iter()
                .map(|(id, text)| (id.replace('-', "_").into(), Value::from(&**text)))
                .collect(),
        )
    }
}

impl Object for Texts {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_str()?).cloned()
    }
}

impl Tongues {
    /// All languages, parsed and checked.
    pub fn new() -> Result<Self, BadStrings> {
        let all = SOURCES
            .iter()
            .map(|(tag, source)| Tongue::new(tag, source))
            .collect::<Result<_, _>>()?;
        Ok(Self { all })
    }

    /// The languages that have strings, English first.
    pub fn langs(&self) -> impl Iterator<Item = Lang> + '_ {
        self.all.iter().map(|tongue| tongue.lang)
    }

    /// The furniture for a page: its own language, a close one, or English.
    pub fn of(&self, lang: Lang) -> &Tongue {
        let exact = self.all.iter().find(|tongue| tongue.lang == lang);
        exact.or_else(|| self.close(lang)).unwrap_or(&self.all[0])
    }

    /// `en-GB` reads `en`, `zh-CN` reads `zh-Hans`; traditional characters do not read simplified ones.
    fn close(&self, lang: Lang) -> Option<&Tongue> {
        let primary = lang.primary();
        let close = self.all.iter().find(|tongue| tongue.primary == primary);
        let traditional = ["Hant", "-TW", "-HK", "-MO"];
        close.filter(|_| !traditional.iter().any(|part| lang.as_str().contains(part)))
    }

    /// True if the furniture of a page in this language is in the same language.
    pub fn has(&self, lang: Lang) -> bool {
        self.of(lang).primary == lang.primary()
    }
}

impl Tongue {
    fn new(tag: &'static str, source: &str) -> Result<Self, BadStrings> {
        let syntax = |()| BadStrings::Syntax(tag);
        let resource = FluentResource::try_new(source.to_owned()).map_err(|_| BadStrings::Syntax(tag))?;
        let resource = Arc::new(resource);
        let lang = tag.parse().map_err(|_| BadStrings::Syntax(tag))?;
        let bundle = |isolating: bool| -> Result<_, BadStrings> {
            let id = tag.parse().map_err(|_| BadStrings::Syntax(tag))?;
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            bundle.set_use_isolating(isolating);
            if tag == "ar" {
                bundle.set_formatter(Some(arabic_digits));
            }
            bundle
                .add_resource(Arc::clone(&resource))
                .map_err(|_| ())
                .map_err(syntax)?;
            Ok(bundle)
        };
        let (isolating, bare) = (bundle(true)?, bundle(false)?);
        let fixed = fixed_strings(&resource, &bare);
        let value = Value::from_object(Texts::of(&fixed));
        let dates = Dates::new(tag).ok_or(BadStrings::Dates(tag))?;
        let passage = format(&bare, "passage", &[("number", "\0".into())]);
        let line = |id: &str, names: &[&'static str]| Line::new(&bare, id, names);
        let (before, after) = passage.split_once('\0').unwrap_or((&passage, ""));
        let passage = (before.into(), after.into());
        Ok(Self {
            version_line: line("version-line", &["version", "index", "date"]),
            updated: line("updated", &["date"]),
            edition: line("edition", &["version"]),
            edition_of: line("edition-of", &["version", "language"]),
            entry: line("entry", &["index"]),
            history_of: line("history-of", &["title"]),
            year_title: line("year-title", &["title", "year"]),
            lang,
            primary: tag.split_once('-').map_or(tag, |(primary, _)| primary),
            dates,
            isolating,
            bare,
            fixed,
            value,
            passage,
        })
    }

    /// A string without arguments; the id itself where there is none, so that a gap shows.
    pub fn text<'a>(&'a self, id: &'a str) -> &'a str {
        self.fixed.get(id).map_or(id, |text| text)
    }

    /// A string without arguments, if there is one.
    pub fn get(&self, id: &str) -> Option<&str> {
        self.fixed.get(id).map(|text| &**text)
    }

    /// A string with arguments for running text: each argument is isolated from the direction of its neighbours.
    pub fn say(&self, id: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
        format(&self.isolating, id, args)
    }

    /// A string with arguments for attributes, titles and feeds: no invisible characters.
    pub fn bare(&self, id: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
        format(&self.bare, id, args)
    }

    /// What a language is called in this one; its own name where that is not known.
    pub fn language(&self, lang: Lang) -> String {
        let known = self
            .get(&format!("lang-{lang}"))
            .or_else(|| self.get(&format!("lang-{}", lang.primary())));
        known.map_or_else(|| endonym(lang).into_owned(), str::to_owned)
    }

    /// All strings without arguments, for templates: `t.about_record`.
    pub fn value(&self) -> Value {
        self.value.clone()
    }

    /// What stands before and after the number in the name of a link to a passage; made once, as every passage has one.
    pub fn passage(&self) -> (&str, &str) {
        (&self.passage.0, &self.passage.1)
    }

    /// A whole number in the digits of the language, without grouping.
    pub fn number(&self, number: impl Display) -> String {
        self.dates.digits(&number.to_string())
    }
}

fn fixed_strings(resource: &FluentResource, bundle: &FluentBundle<Arc<FluentResource>>) -> FxHashMap<String, Box<str>> {
    let messages = resource.entries().filter_map(|entry| match entry {
        fluent_syntax::ast::Entry::Message(message) => Some(message.id.name),
        _ => None,
    });
    let fixed = messages.filter_map(|id| {
        let pattern = bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, None, &mut errors);
        errors.is_empty().then(|| (id.to_owned(), text.as_ref().into()))
    });
    fixed.collect()
}

fn format(bundle: &FluentBundle<Arc<FluentResource>>, id: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        return id.to_owned();
    };
    let mut given = FluentArgs::with_capacity(args.len());
    for (name, value) in args {
        given.set(*name, value.clone());
    }
    bundle
        .format_pattern(pattern, Some(&given), &mut Vec::new())
        .into_owned()
}

/// Fluent writes numbers in ASCII; Arabic pages use Arabic digits throughout.
fn arabic_digits<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(dates::translate(&number.as_string(), &dates::ARABIC)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn tongues() -> Tongues {
        Tongues::new().expect("the strings of the program are sound")
    }

    fn tag(text: &str) -> Lang {
        text.parse().expect(text)
    }

    /// Ids and the names of their arguments.
    fn shape(source: &str) -> BTreeSet<(String, BTreeSet<String>)> {
        let resource = FluentResource::try_new(source.to_owned()).expect("Fluent");
        let entries = resource.entries().filter_map(|entry| match entry {
            fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        });
        let names: Vec<String> = entries.collect();
        names
            .iter()
            .map(|name| (name.clone(), arguments(source, name)))
            .collect()
    }

    fn arguments(source: &str, name: &str) -> BTreeSet<String> {
        let start = source.find(&format!("\n{name} =")).expect(name) + 1;
        let rest = &source[start..];
        let end = rest.find("\n\n").unwrap_or(rest.len());
        let mut message = rest[..end].lines().take(1).collect::<String>();
        message.extend(rest[..end].lines().skip(1).take_while(|line| line.starts_with(' ')));
        message
            .split("{ $")
            .skip(1)
            .filter_map(|part| part.split(' ').next())
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_language_has_every_message_with_the_same_arguments() {
        let english = shape(SOURCES[0].1);
        assert!(english.len() > 200);
        for (tag, source) in SOURCES {
            let other = shape(source);
            let differ: Vec<_> = english.symmetric_difference(&other).collect();
            assert!(differ.is_empty(), "{tag}: {differ:?}");
        }
    }

    #[test]
    fn a_language_without_strings_gets_english() {
        let tongues = tongues();
        assert_eq!(tongues.of(tag("de")).lang, Lang::ENGLISH);
        assert!(!tongues.has(tag("de")) && tongues.has(tag("en-GB")));
        assert_eq!(tongues.of(tag("zh-CN")).lang, tag("zh-Hans"));
        assert_eq!(tongues.of(tag("zh-Hant")).lang, Lang::ENGLISH);
    }

    #[test]
    fn arguments_are_isolated_in_text_and_bare_in_attributes() {
        let tongues = tongues();
        let args = [("title", FluentValue::from("خبر"))];
        let english = tongues.of(Lang::ENGLISH);
        assert_eq!(english.say("history-of", &args), "History: \u{2068}خبر\u{2069}");
        assert_eq!(english.bare("history-of", &args), "History: خبر");
    }

    #[test]
    fn plurals_follow_the_language() {
        let tongues = tongues();
        let count = |lang: &str, n: u32| tongues.of(tag(lang)).bare("texts", &[("count", n.into())]);
        assert_eq!([count("en", 1), count("en", 2)], ["1 text", "2 texts"]);
        assert_eq!(
            [count("ar", 2), count("ar", 5), count("ar", 11)],
            ["نصان", "٥ نصوص", "١١ نصًا"]
        );
        assert_eq!(count("zh-Hans", 12), "12篇");
    }

    #[test]
    fn languages_have_names_here_and_at_home() {
        let tongues = tongues();
        assert_eq!(tongues.of(tag("fr")).language(tag("vi")), "vietnamien");
        assert_eq!(tongues.of(tag("fr")).language(tag("sw")), "Kiswahili");
        assert_eq!(endonym(tag("zh-Hans")), "中文");
        assert_eq!(endonym(tag("pt-BR")), "Português");
    }
}

//! The theme: templates, style, emblem. What the program holds, or file by file what an operator puts in its place.

use crate::{
    address::Asset,
    escape,
    i18n::{BadStrings, Tongue, Tongues},
    pages::verify,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value,
    syntax::SyntaxConfig,
    value::{Enumerator, Object, ObjectRepr},
};
use record::lang::Lang;
use std::{collections::BTreeMap, fmt, sync::Arc};
use tlog::hash::{Hash, sha256};

macro_rules! embedded {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("../templates/", $name)))),*] };
}

/// The templates of the program; an operator's file of the same name takes the place of one.
const TEMPLATES: [(&str, &str); 22] = embedded![
    "base.html",
    "header.html",
    "footer.html",
    "directory.html",
    "gate.html",
    "home.html",
    "front.html",
    "list.html",
    "document.html",
    "topics.html",
    "people.html",
    "person.html",
    "about.html",
    "verify.html",
    "verifier.html",
    "verify-file.html",
    "missing.html",
    "history.html",
    "edition.html",
    "certificate.html",
    "plain.html",
    "emblem.svg",
];

const STYLE: &str = include_str!("../assets/style.css");
/// The check of a proof, and the style of the file that holds nothing else.
const SCRIPT: &str = include_str!("../assets/verify.js");
/// The style of a certificate, which is one file.
const CERTIFICATE_STYLE: &str = include_str!("../assets/certificate.css");
const FILE_STYLE: &str = include_str!("../assets/verify.css");

/// Everything about pages that is not in the record.
pub struct Theme {
    env: Environment<'static>,
    tongues: Tongues,
    style: File,
    emblem: File,
    script: File,
    verifier: File,
    certificate_style: String,
    /// Of the files that the operator put in place of the program's own.
    digest: Hash,
    /// True for previews: every page says that it is one.
    pub preview: bool,
}

struct File {
    name: String,
    bytes: Vec<u8>,
}

impl File {
    fn new(stem: &str, ending: &str, bytes: Vec<u8>) -> Self {
        let digest = sha256(&bytes).to_string();
        Self {
            name: format!("{stem}-{}.{ending}", &digest[..10]),
            bytes,
        }
    }
}

/// Why a theme cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadTheme {
    /// A template has an error.
    #[error("template `{name}`: {error}")]
    Template {
        /// Its name.
        name: String,
        /// What and where.
        error: Error,
    },
    /// A file that no page uses.
    #[error("a theme has no file `{0}`; its files are style.css, tokens.css, emblem.svg and the templates")]
    Unknown(String),
    /// The strings of the program are damaged.
    #[error(transparent)]
    Strings(#[from] BadStrings),
}

/// What stands in the pages as their generator: name and version of the program.
pub const GENERATOR: &str = concat!("Chancery ", env!("CARGO_PKG_VERSION"));

fn digest(files: &BTreeMap<String, String>) -> Hash {
    let mut text = String::new();
    for (name, content) in files {
        text.push_str(&format!("{name}\n{}\n{content}\n", content.len()));
    }
    sha256(text.as_bytes())
}

impl Theme {
    /// The theme of the program, with files of the operator in place of its own: templates by name, `style.css` for the
    /// whole style, `tokens.css` for rules after it, `emblem.svg`.
    pub fn new(files: &BTreeMap<String, String>, preview: bool) -> Result<Self, BadTheme> {
        let known = |name: &str| TEMPLATES.iter().any(|(known, _)| *known == name);
        if let Some(name) = files
            .keys()
            .find(|name| !known(name) && !matches!(name.as_str(), "style.css" | "tokens.css"))
        {
            return Err(BadTheme::Unknown(name.clone()));
        }
        let mut env = environment();
        for (name, embedded) in TEMPLATES {
            let source = files.get(name).map_or(embedded, String::as_str).to_owned();
            env.add_template_owned(name, source)
                .map_err(|error| BadTheme::Template {
                    name: name.to_owned(),
                    error,
                })?;
        }
        let file = |name: &str| files.get(name).map(String::as_str);
        let mut style = file("style.css").unwrap_or(STYLE).to_owned();
        style.push_str(file("tokens.css").unwrap_or_default());
        let embedded = TEMPLATES
            .iter()
            .find(|(name, _)| *name == "emblem.svg")
            .map_or("", |(_, source)| source);
        let emblem = file("emblem.svg")
            .unwrap_or(embedded)
            .replace("currentColor", "#7a1f2b");
        let tongues = Tongues::new()?;
        let script = bare_script(SCRIPT);
        let verifier = verifier_file(&env, tongues.of(Lang::ENGLISH), &script)?;
        Ok(Self {
            env,
            tongues,
            style: File::new("style", "css", compact(&style).into_bytes()),
            emblem: File::new("emblem", "svg", emblem.into_bytes()),
            script: File::new("verify", "js", script.into_bytes()),
            verifier: File::new("verify", "bin", verifier.into_bytes()),
            certificate_style: compact(CERTIFICATE_STYLE),
            digest: digest(files),
            preview,
        })
    }

    /// A digest of the operator's own files: another one may mean other bytes on every page.
    pub fn digest(&self) -> Hash {
        self.digest
    }

    /// The furniture's languages.
    pub fn tongues(&self) -> &Tongues {
        &self.tongues
    }

    /// The file name of an asset, with a digest of its bytes.
    pub fn asset_name(&self, asset: Asset) -> &str {
        &self.asset(asset).name
    }

    /// The bytes of an asset and their media type.
    pub fn asset_bytes(&self, asset: Asset) -> (&[u8], &'static str) {
        let media = match asset {
            Asset::Style => "text/css; charset=utf-8",
            Asset::Emblem => "image/svg+xml",
            Asset::Script => "text/javascript; charset=utf-8",
            // To be kept, and opened from a disk under the name the link gives it: as a page of this site its script would
            // not run.
            Asset::Verifier => "application/octet-stream",
        };
        (&self.asset(asset).bytes, media)
    }

    fn asset(&self, asset: Asset) -> &File {
        match asset {
            Asset::Style => &self.style,
            Asset::Emblem => &self.emblem,
            Asset::Script => &self.script,
            Asset::Verifier => &self.verifier,
        }
    }

    /// The style of a certificate.
    pub fn certificate_style(&self) -> &str {
        &self.certificate_style
    }

    /// The emblem as markup.
    pub fn emblem_markup(&self) -> &str {
        std::str::from_utf8(&self.emblem.bytes).unwrap_or_default()
    }

    /// The form that checks a proof, and its verdicts, in a language.
    pub fn verifier(&self, tongue: &Tongue) -> String {
        let made = self.fill("verifier.html", verify::fields(tongue));
        made.unwrap_or_else(|error| crate::frame::failure("verifier.html", &error))
    }

    /// The bytes of a page: a template with its values.
    pub fn fill_bytes(&self, template: &str, fields: Fields) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(fields.size() + 4096);
        let template = self.env.get_template(template)?;
        template.render_captured_to(Value::from_object(fields), &mut out)?;
        Ok(out)
    }

    /// The text of a template with its values.
    pub fn fill(&self, template: &str, fields: Fields) -> Result<String, Error> {
        self.env.get_template(template)?.render(Value::from_object(fields))
    }
}

/// How a policy names a script or style that stands in the page (CSP3, section 2.3.1).
pub(crate) fn source_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(sha256(text.as_bytes()).0))
}

/// The check of a proof as one file, whose policy allows its own script and style and no request at all.
fn verifier_file(env: &Environment<'static>, tongue: &Tongue, script: &str) -> Result<String, BadTheme> {
    let fill = |name: &str, fields: Fields| {
        let made = env
            .get_template(name)
            .and_then(|template| template.render(Value::from_object(fields)));
        made.map_err(|error| BadTheme::Template {
            name: name.to_owned(),
            error,
        })
    };
    let style = compact(FILE_STYLE);
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        source_hash(script),
        source_hash(&style)
    );
    let form = fill("verifier.html", verify::fields(tongue))?;
    let fields = Fields::new()
        .with("t", tongue.value())
        .with("lang", tongue.lang.as_str())
        .with("dir", tongue.lang.direction())
        .html("policy", policy)
        .html("style", style)
        .html("verifier", form)
        .html("script", script.to_owned());
    fill("verify-file.html", fields)
}

/// What needs no space around it in the script, where no literal has one of these.
const TIGHT: [&str; 18] = [
    " => ", " === ", " !== ", " = ", " && ", " || ", " ? ", " : ", " + ", ", ", "; ", ": ", "{ ", " }", ") {", ";
",
    "{
", ",
",
];

/// A script without the lines that are comments, without its margins and the spaces around its marks.
fn bare_script(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let told: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .collect();
    let told = told.join("\n");
    TIGHT.iter().fold(told, |told, mark| {
        told.replace(mark, &mark.replace(char::is_whitespace, ""))
    })
}

fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(syntax);
    }
    env.set_recursion_limit(64);
    env.set_auto_escape_callback(|name| {
        if name.ends_with(".html") {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    env.set_formatter(format);
    env
}

/// Escapes what is not marked safe. Slashes stay as they are, so that addresses can be read.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let failed = |_| Error::new(ErrorKind::WriteFailure, "out of memory");
    let escapes = matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe();
    if let Some(markup) = markup(value) {
        return out.write_str(markup).map_err(failed);
    }
    match value.as_str() {
        Some(text) if escapes => escape::write(out, text).map_err(failed),
        Some(text) => out.write_str(text).map_err(failed),
        None if value.is_undefined() => Err(Error::new(ErrorKind::UndefinedError, "value is not defined")),
        None if value.is_none() => Ok(()),
        None => write!(out, "{}", escape::text(&value.to_string())).map_err(failed),
    }
}

/// A style without comments and without spaces that say nothing. Strings are kept as they are.
fn compact(style: &str) -> String {
    let mut out = String::with_capacity(style.len());
    let mut rest = style;
    while let Some(at) = rest.find(['"', '/']) {
        squeeze(&rest[..at], &mut out);
        rest = &rest[at..];
        let end = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(inside) = rest.strip_prefix('"') {
            let end = inside.find('"').map_or(rest.len(), |end| end + 2);
            out.push_str(&rest[..end]);
            end
        } else {
            out.push('/');
            1
        };
        rest = &rest[end..];
    }
    squeeze(rest, &mut out);
    out
}

/// Spaces are one or none: none beside braces, semicolons and commas, and after a colon.
fn squeeze(part: &str, out: &mut String) {
    for c in part.chars() {
        let last = out.as_bytes().last().copied().unwrap_or(b'{');
        if c.is_ascii_whitespace() {
            if !matches!(last, b' ' | b'{' | b'}' | b';' | b',' | b':') {
                out.push(' ');
            }
            continue;
        }
        if matches!(c, '{' | '}' | ';' | ',') && last == b' ' {
            out.pop();
        }
        if c == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push(c);
    }
}

/// Markup of our own making, which a page takes as it is and without a copy.
#[derive(Debug)]
struct Markup(String);

impl Object for Markup {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.0.is_empty()
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn markup(value: &Value) -> Option<&str> {
    value.downcast_object_ref::<Markup>().map(|markup| markup.0.as_str())
}

/// The values of a template: few names, looked up in order.
#[derive(Debug, Default, Clone)]
pub struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// No values.
    pub fn new() -> Self {
        Self(Vec::with_capacity(40))
    }

    /// Adds a value; text is escaped where it is shown.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Adds markup that is shown as it is.
    #[must_use]
    pub fn html(mut self, name: &'static str, markup: String) -> Self {
        self.0.push((name, Value::from_object(Markup(markup))));
        self
    }

    /// These values, then others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Bytes of the values, for a guess at the size of the page.
    fn size(&self) -> usize {
        let size = |value: &Value| markup(value).or(value.as_str()).map_or(0, str::len);
        self.0.iter().map(|(_, value)| size(value)).sum()
    }

    /// As a value inside another.
    pub fn value(self) -> Value {
        Value::from_object(self)
    }
}

impl Object for Fields {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let first = key.as_bytes().first();
        self.0
            .iter()
            // Most names differ in their first letter.
            .find(|(name, _)| name.as_bytes().first() == first && *name == key)
            .map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|(name, _)| Value::from(*name)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_is_made_small_without_changing_its_meaning() {
        let style =
            "/* a */\na,\nb {\n  color: red;\n  content: \"·  {\";\n}\nli :is(p, q) > a { inset: calc(1px + 2px) }\n";
        assert_eq!(
            compact(style),
            "a,b{color:red;content:\"·  {\"}li :is(p,q) > a{inset:calc(1px + 2px)}"
        );
    }

    #[test]
    fn the_style_fits_its_budget() {
        // A quarter of it goes over the wire, once.
        let theme = Theme::new(&BTreeMap::new(), false).expect("theme");
        assert!(theme.asset_bytes(Asset::Style).0.len() < 26 * 1024);
    }

    #[test]
    fn no_literal_of_the_script_has_what_is_drawn_together() {
        let lines = SCRIPT.lines().filter(|line| !line.trim().starts_with("//"));
        // Single quotes are around what has a double one.
        let quote = |line: &str| if line.contains('\'') { '\'' } else { '"' };
        for literal in lines.flat_map(|line| line.split(quote(line)).skip(1).step_by(2)) {
            let hit = TIGHT.iter().find(|mark| literal.contains(**mark));
            assert_eq!(hit, None, "{literal}");
        }
    }

    #[test]
    fn the_script_is_small_and_the_file_around_it_stands_alone() {
        let theme = Theme::new(&BTreeMap::new(), false).expect("theme");
        let script = theme.asset_bytes(Asset::Script).0;
        assert!(script.len() < 10_000, "{}", script.len());
        let file = String::from_utf8(theme.asset_bytes(Asset::Verifier).0.to_vec()).expect("UTF-8");
        assert!(file.contains(std::str::from_utf8(script).expect("UTF-8")));
        assert!(!file.contains("src=") && !file.contains("href="), "nothing is fetched");
    }

    #[test]
    fn a_file_that_no_page_uses_is_refused() {
        let files = BTreeMap::from([("hmoe.html".to_owned(), String::new())]);
        assert!(matches!(Theme::new(&files, false), Err(BadTheme::Unknown(name)) if name == "hmoe.html"));
    }

    #[test]
    fn an_operators_template_takes_the_place_of_one() {
        let files = BTreeMap::from([("list.html".to_owned(), "<p>{{ h1 }}</p>".to_owned())]);
        let theme = Theme::new(&files, false).expect("theme");
        assert_eq!(
            theme
                .fill("list.html", Fields::new().with("h1", "a<b"))
                .expect("filled"),
            "<p>a&lt;b</p>"
        );
        let broken = BTreeMap::from([("list.html".to_owned(), "{% if %}".to_owned())]);
        assert!(matches!(Theme::new(&broken, false), Err(BadTheme::Template { name, .. }) if name == "list.html"));
    }
}

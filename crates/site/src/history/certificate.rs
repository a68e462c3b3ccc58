//! One sheet that says in plain words what the record shows about a version of a text, for a parliament or a court:
//! printable, with everything that is needed to check it inside.

mod rows;

use super::{History, frame};
use crate::{
    address::Address,
    alternates::{Notice, Whole},
    escape,
    frame::{lang_attr, name as named},
    html::Walk,
    pages::document::utc,
    shell::Shell,
    theme::{self, Fields, GENERATOR},
    view::{Name, View},
};
use minijinja::Value;
use record::{
    date::Moment,
    entry::Action,
    lang::Lang,
    register::{DocNo, Edition, Status},
    words::Words,
};

/// What the sheet is about, and what is known beside the view.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// The text.
    pub doc: DocNo,
    /// Its language.
    pub lang: Lang,
    /// The version.
    pub version: u32,
    /// The language of the sheet.
    pub tongue: Lang,
    /// When it is made.
    pub now: Moment,
    /// The newest state that enough witnesses signed without the entry: its size, and until when.
    pub not_before: Option<(u64, Moment)>,
    /// The first such state with it: its size, and by when.
    pub no_later: Option<(u64, Moment)>,
    /// Who signed that state, and when each.
    pub witnesses: Vec<(String, Moment)>,
    /// Files that go with it.
    pub files: Vec<Attached>,
    /// The commands that check them without a network.
    pub commands: Vec<String>,
    /// The commands that check them against a copy of the whole record, which come over a network.
    pub from_copy: Option<String>,
    /// The key of the record.
    pub key: &'a str,
    /// The signed state that holds the entry.
    pub signed: &'a str,
}

/// A file inside the sheet.
#[derive(Debug)]
pub struct Attached {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where the site serves the same, if it does.
    pub url: Option<String>,
}

/// The sheet as one file; `None` where there is no such edition, or no site whose it is.
pub fn page(view: &View<'_>, sheet: &Sheet<'_>) -> Option<Result<Vec<u8>, minijinja::Error>> {
    let editions = view.document(sheet.doc).editions(sheet.lang);
    let edition = editions.iter().find(|edition| edition.version == sheet.version)?;
    let (site, _) = frame(view, sheet.doc)?;
    let shell = Shell::new(view, Address::Permalink { doc: sheet.doc }, site, sheet.tongue);
    let maker = Maker {
        history: History::new(&shell, sheet.doc),
        sheet,
        edition,
    };
    let style = view.theme.certificate_style();
    let fields = maker
        .fields()
        .html(
            "policy",
            format!("default-src 'none'; style-src {}", theme::source_hash(style)),
        )
        .html("style", style.to_owned())
        .html("emblem", view.theme.emblem_markup().to_owned());
    Some(view.theme.fill_bytes("certificate.html", fields))
}

/// The parts of a sheet.
struct Maker<'m, 's, 'a> {
    history: History<'s, 'a>,
    sheet: &'m Sheet<'m>,
    edition: &'m Edition,
}

impl Maker<'_, '_, '_> {
    fn view(&self) -> &View<'_> {
        &self.history.shell.view
    }

    /// A message of the sheet's language with arguments.
    fn say(&self, id: &str, args: &[(&'static str, String)]) -> String {
        let args: Vec<_> = args
            .iter()
            .map(|(name, value)| (*name, value.as_str().into()))
            .collect();
        self.history.shell.tongue.say(id, &args)
    }

    fn number(&self, number: u64) -> String {
        self.history.shell.tongue.number(number)
    }

    fn day(&self, at: Moment) -> String {
        self.history.shell.tongue.dates.day(at.date()).to_string()
    }

    /// A moment in the zone of the site and in UTC, as markup.
    fn clock(&self, at: Moment) -> String {
        let shell = self.history.shell;
        self.history.clock.tell(shell.tongue, shell.lang, at)
    }

    /// The same to the second.
    fn exactly(&self, at: Moment) -> String {
        format!("<strong>{}</strong> <code dir=\"ltr\">{at}</code>", self.clock(at))
    }

    fn fields(&self) -> Fields {
        let (view, sheet, shell) = (self.view(), self.sheet, self.history.shell);
        let (tongue, document) = (shell.tongue, view.document(sheet.doc));
        let words = self.words();
        let none = Name {
            text: tongue.text(if self.gone().is_some() {
                "notice-erased"
            } else {
                "tombstone"
            }),
            lang: tongue.lang,
        };
        let title = words.as_ref().map_or(none, |words| Name {
            text: &words.title,
            lang: sheet.lang,
        });
        let size = self.number(view.register.size());
        let origin = view.register.origin().to_owned();
        let date = self.day(sheet.now);
        let ministry = view.register.ministry().unwrap_or(shell.site);
        let fields = Fields::new()
            .with("t", tongue.value())
            .with("lang", shell.lang.as_str())
            .with("dir", shell.lang.direction())
            .with("generator", GENERATOR)
            .with("ministry", shell.name(view.site_name(ministry, shell.lang)))
            .with("issuer", shell.name(view.site_name(shell.site, shell.lang)))
            .with("title", named(title, shell.lang))
            .with("kind", view.kind_name(sheet.doc, tongue).unwrap_or_default())
            .with(
                "lead",
                self.say(
                    "cert-lead",
                    &[("origin", origin), ("date", date.clone()), ("size", size.clone())],
                ),
            )
            .html("dated", self.dated())
            .with("language", tongue.language(sheet.lang))
            .with("version", self.version(document.editions(sheet.lang)))
            .with("entry", self.number(self.edition.index))
            .with("permalink", Address::Permalink { doc: sheet.doc }.url(view))
            .with(
                "later",
                self.say("cert-later", &[("date", date.clone()), ("size", size.clone())]),
            )
            .with("made", self.say("cert-made", &[("date", date), ("size", size)]))
            .with(
                "archive",
                document
                    .editions(sheet.lang)
                    .first()
                    .is_some_and(|e| e.action == Action::Archive),
            )
            .with("verifier", verifier(view, shell.site, shell.lang))
            .with("commands", sheet.commands.clone())
            .with("from_copy", sheet.from_copy.as_deref().unwrap_or_default())
            .with("key", sheet.key)
            .with("signed", sheet.signed);
        let fields = self.standing(fields);
        let fields = self.when(fields);
        let body = words.as_ref().map(|words| self.body(words)).unwrap_or_default();
        fields
            .with("sites", self.sites())
            .with("versions", self.versions())
            .with("files", sheet.files.iter().map(rows::file).collect::<Vec<_>>())
            .with("wording", named(title, shell.lang))
            .html("body", body)
    }

    /// The words of the version, where they may be shown.
    fn words(&self) -> Option<std::sync::Arc<Words>> {
        let sealed = self.edition.sealed.filter(|_| self.edition.has_manifest())?;
        self.view()
            .words(&sealed.content)
            .filter(|_| !self.sheet.lang.is_facts())
    }

    /// The date that the text bears on its page, with time and zone where it has them; markup.
    fn dated(&self) -> String {
        let view = self.view();
        let facts = view.facts(self.sheet.doc);
        let Some(dated) = &facts.date else { return String::new() };
        let standing = facts.kind.text().is_some_and(record::facts::TextKind::is_standing);
        if standing || view.document(self.sheet.doc).status(self.sheet.lang) >= Status::Retracted {
            return String::new();
        }
        let (tongue, lang) = (self.history.shell.tongue, self.history.shell.lang);
        let day = tongue.dates.day(view.document(self.sheet.doc).civil_date()).to_string();
        let zone = |offset: record::date::Offset| format!(" ({})", utc(tongue, lang, offset.0));
        let time = dated.local.time.map(|time| {
            let zone = dated.offset.map(zone).unwrap_or_default();
            format!("{}{}{zone}", tongue.text("before-time"), tongue.dates.time(time))
        });
        day + &time.unwrap_or_default()
    }

    fn version(&self, editions: &[Edition]) -> String {
        let count = self.number(editions.len() as u64);
        let version = self.number(u64::from(self.edition.version));
        self.say("cert-version", &[("version", version), ("count", count)])
    }

    /// The entry that removed the wording for good.
    fn gone(&self) -> Option<u64> {
        let document = self.view().document(self.sheet.doc);
        let of_this = self.edition.erased.map(u64::from);
        of_this.or_else(|| document.gone(self.sheet.lang))
    }

    /// Whether the version holds, and what readers are told where it does not.
    fn standing(&self, fields: Fields) -> Fields {
        let (view, lang, shell) = (self.view(), self.sheet.lang, self.history.shell);
        let document = view.document(self.sheet.doc);
        let index = |index: u64| ("index", self.number(index));
        let mut notices = Vec::new();
        let mut in_force = false;
        let standing = if let Some(by) = self.gone() {
            let erasure = view.register.erasure(by);
            notices.extend(erasure.map(|erasure| self.notice(&Notice::of_erasure(view, shell.lang, erasure))));
            let basis = erasure.map(|erasure| {
                let id = format!("basis-{}", erasure.basis.word());
                Value::from_safe_string(format!("<p>{}</p>", escape::text(shell.tongue.text(&id))))
            });
            notices.extend(basis);
            let date = erasure.map(|erasure| self.day(erasure.issued)).unwrap_or_default();
            self.say("cert-erased", &[("date", date), index(by)])
        } else if let Some(ending) = document.ending(lang) {
            let status = document.status(lang);
            notices.push(self.notice(&Notice::of_ending(view, shell.lang, ending, status)));
            let id = if status == Status::Retracted {
                "cert-retracted"
            } else {
                "cert-withdrawn"
            };
            self.say(id, &[("date", self.day(ending.issued)), index(ending.index)])
        } else if let Some(by) = document.withheld_by(lang, self.edition.index) {
            self.say("cert-withheld", &[index(by)])
        } else {
            in_force = document
                .current(lang)
                .is_some_and(|current| current.index == self.edition.index);
            self.newest(document.current(lang))
        };
        fields
            .with("standing", standing)
            .with("in_force", in_force)
            .with("notices", notices)
    }

    fn newest(&self, current: Option<&Edition>) -> String {
        match current.filter(|current| current.index != self.edition.index) {
            Some(current) => {
                let version = self.number(u64::from(current.version));
                self.say(
                    "cert-earlier",
                    &[("version", version), ("date", self.day(current.issued))],
                )
            }
            None => self.history.shell.tongue.text("cert-newest").to_owned(),
        }
    }

    fn notice(&self, notice: &Notice) -> Value {
        let (shell, empty) = (self.history.shell, Words::new(""));
        let around = Whole {
            view: shell.view,
            lang: shell.lang,
        };
        let walk = Walk::new(&empty, notice.lang, shell.tongue, &around).without_anchors();
        let line = walk.line(&notice.text);
        let reason = notice.reason.as_ref().map_or_else(String::new, |reason| {
            let reason = shell.tongue.text(reason).to_owned();
            format!("<p>{}</p>", escape::text(&self.say("reason", &[("reason", reason)])))
        });
        let attr = lang_attr(notice.lang, shell.lang);
        Value::from_safe_string(format!("<p{attr}>{line}</p>{reason}"))
    }

    fn body(&self, words: &Words) -> String {
        let view = self.view();
        let around = Whole {
            view: *view,
            lang: self.sheet.lang,
        };
        let mut body = String::new();
        if let Some(summary) = &words.summary {
            body.push_str("<p class=\"summary\">");
            escape::push(&mut body, summary);
            body.push_str("</p>\n");
        }
        let walk = Walk::new(words, self.sheet.lang, view.tongue(self.sheet.lang), &around);
        body.push_str(&walk.without_anchors().body(&words.body));
        body
    }
}

fn verifier(view: &View<'_>, site: DocNo, lang: Lang) -> String {
    let lang = view.list_lang(site, lang);
    Address::Verify { site, lang }.url(view)
}

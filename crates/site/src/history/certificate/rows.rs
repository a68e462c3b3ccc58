//! What a certificate lists: times and witnesses, sites, versions, files.

use super::{Attached, Maker};
use crate::{
    address::{Address, Form},
    escape,
    frame::lang_attr,
    i18n::endonym,
    theme::Fields,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use minijinja::Value;
use record::{
    date::Moment,
    lang::Lang,
    register::{DocNo, Edition},
};

impl Maker<'_, '_, '_> {
    /// The time that the publisher states, and those of the witnesses.
    pub(super) fn when(&self, fields: Fields) -> Fields {
        let sheet = self.sheet;
        let unknown = || escape::text(self.history.shell.tongue.text("cert-unknown"));
        let told = |id: &str, seen: Option<(u64, Moment)>| {
            seen.map_or_else(unknown, |(size, at)| {
                let said = escape::text(&self.say(id, &[("size", self.number(size))]));
                format!("{}<br>{said}", self.exactly(at))
            })
        };
        let witness = |(name, at): &(String, Moment)| {
            let name = escape::text(name);
            Value::from_safe_string(format!(
                "<bdi>{name}</bdi>{}{}",
                self.history.shell.tongue.text("before-date"),
                self.clock(*at)
            ))
        };
        fields
            .html("stated", self.exactly(self.edition.issued))
            .html("after", told("cert-after-state", sheet.not_before))
            .html("by", told("cert-by-state", sheet.no_later))
            .with("witnesses", sheet.witnesses.iter().map(witness).collect::<Vec<_>>())
    }

    /// Where the text stands now, site by site and language by language.
    pub(super) fn sites(&self) -> Vec<Value> {
        let (view, doc) = (self.view(), self.sheet.doc);
        let document = view.document(doc);
        let home = view.home_of(doc);
        let others = view.register.sites().iter().copied().filter(|site| Some(*site) != home);
        let mut rows = Vec::new();
        for site in home.into_iter().chain(others) {
            for words in document
                .words
                .iter()
                .filter(|words| document.current(words.lang).is_some())
            {
                if Some(site) == home || view.carries(site, words.lang, doc) {
                    rows.push(self.site_row(site, words.lang));
                }
            }
        }
        rows
    }

    fn site_row(&self, site: DocNo, lang: Lang) -> Value {
        let around = self.history.shell.lang;
        let name = self.view().site_name(site, around);
        let address = Address::Document {
            site,
            lang,
            doc: self.sheet.doc,
            form: Form::Html,
        };
        Fields::new()
            .with("name", name.text)
            .html("attr", lang_attr(name.lang, around))
            .with("language", &*endonym(lang))
            .with("url", address.url(self.view()))
            .value()
    }

    pub(super) fn versions(&self) -> Vec<Value> {
        let (doc, lang) = (self.sheet.doc, self.sheet.lang);
        let editions = self.view().document(doc).editions(lang);
        let row = |edition: &Edition| {
            let this = edition.index == self.edition.index;
            Fields::new()
                .with("this", this)
                .with(
                    "version",
                    self.say("edition", &[("version", self.number(u64::from(edition.version)))]),
                )
                .with("what", self.history.what(edition))
                .with("withheld", self.history.withheld(lang, edition).unwrap_or_default())
                .html("when", self.clock(edition.issued))
                .with("entry", self.say("entry", &[("index", self.number(edition.index))]))
                .value()
        };
        editions.iter().map(row).collect()
    }
}

/// A file as a link that holds it.
pub(super) fn file(attached: &Attached) -> Value {
    let data = format!(
        "data:application/octet-stream;base64,{}",
        STANDARD.encode(&attached.bytes)
    );
    Fields::new()
        .with("name", attached.name.as_str())
        .with("url", attached.url.as_deref().unwrap_or_default())
        .html("data", data)
        .value()
}

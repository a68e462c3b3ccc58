//! What front matter says about the words in one language.

use crate::words::{line, text_of};
use record::{
    body::Block,
    lang::Lang,
    words::{Authority, Label, Source, Words},
};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// Keys of the words.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordsForm {
    /// Plain text, one line.
    #[serde(deserialize_with = "one_line")]
    pub title: String,
    /// One or two sentences.
    #[serde(default, deserialize_with = "one_line_or_none")]
    pub summary: Option<String>,
    /// Last part of the address.
    pub slug: Option<String>,
    /// Weight of this language version, where stated.
    pub authority: Option<Authority>,
    /// Language it was translated from.
    pub source: Option<Lang>,
    /// What local ids of the facts are called.
    #[serde(default)]
    pub labels: BTreeMap<String, LabelForm>,
}

/// What a local id is called.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelForm {
    /// Name of a person, place or country.
    #[serde(default, deserialize_with = "one_line_or_none")]
    pub name: Option<String>,
    /// Role as of the date of the document.
    #[serde(default, deserialize_with = "one_line_or_none")]
    pub role: Option<String>,
    /// Any other short text.
    #[serde(default, deserialize_with = "one_line_or_none")]
    pub text: Option<String>,
    /// Alternative text of a picture.
    #[serde(default, deserialize_with = "one_line_or_none")]
    pub alt: Option<String>,
    /// Caption of a picture.
    #[serde(default, deserialize_with = "one_line_or_none")]
    pub caption: Option<String>,
    /// Who made a picture.
    #[serde(default, deserialize_with = "one_line_or_none")]
    pub credit: Option<String>,
}

impl WordsForm {
    /// The weight, stated or by default: a translation is a courtesy, anything else an original.
    pub fn authority(&self) -> Authority {
        self.authority.unwrap_or(if self.source.is_some() {
            Authority::Courtesy
        } else {
            Authority::Original
        })
    }

    /// The words of the record; `version` is that of the source's newest words, where there is a source.
    pub fn words(&self, body: Vec<Block>, version: Option<u32>) -> Words {
        let source = self.source.zip(version).map(|(lang, version)| Source { lang, version });
        Words {
            authority: self.authority(),
            body,
            labels: self.labels.iter().map(|(n, form)| form.label(n)).collect(),
            slug: self.slug.as_deref().map(Into::into),
            source,
            summary: self.summary.as_deref().map(Into::into),
            ..Words::new(&self.title)
        }
    }
}

impl LabelForm {
    pub(crate) fn label(&self, n: &str) -> Label {
        let boxed = |text: &Option<String>| text.as_deref().map(Into::into);
        Label {
            alt: boxed(&self.alt),
            caption: text_of(self.caption.as_deref().unwrap_or_default()),
            credit: boxed(&self.credit),
            of: n.into(),
            name: boxed(&self.name),
            role: boxed(&self.role),
            text: boxed(&self.text),
        }
    }
}

fn one_line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(|text| line(&text))
}

fn one_line_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    one_line(deserializer).map(|text| Some(text).filter(|t| !t.is_empty()))
}

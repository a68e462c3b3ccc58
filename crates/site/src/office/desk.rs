//! Whom the readers of a text can write to: the press desk of the office that issued it, and where errors are told.

use super::{mail_for, office, push_ways_named};
use crate::view::View;
use record::{facts::Office, lang::Lang, register::DocNo};

/// The desks of a site's first office; all empty where it has none.
#[derive(Default)]
pub struct Desk {
    /// Telephone and mail for journalists, as markup.
    pub press: String,
    /// The address to which errors are told.
    pub errors: Option<Box<str>>,
    /// The address that stands for the whole office.
    pub general: Option<Box<str>>,
}

impl Desk {
    /// The desks of a site for readers of a language.
    pub fn of(view: &View<'_>, site: DocNo, lang: Lang) -> Self {
        let first = view.register.offices(site).first().copied();
        let Some(facts) = first.and_then(|no| office(view, no)) else {
            return Self::default();
        };
        let mail = |purposes: &[&str]| mail_for(facts, purposes).map(Into::into);
        Self {
            press: press(view, facts, lang),
            errors: mail(&["press", "office", "switchboard"]),
            general: mail(&["office", "switchboard", "press"]),
        }
    }
}

fn press(view: &View<'_>, facts: &Office, lang: Lang) -> String {
    let only = Office {
        phones: facts.phones.iter().filter(|p| *p.r#for == *"press").cloned().collect(),
        emails: facts.emails.iter().filter(|e| *e.r#for == *"press").cloned().collect(),
        ..Office::default()
    };
    let mut out = String::new();
    let name = view.tongue(lang).text("press-contact");
    push_ways_named(view, &only, lang, |_| name, &mut out);
    out
}

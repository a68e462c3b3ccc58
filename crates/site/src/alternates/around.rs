//! The world around a body that leaves its site: whole addresses only.

use crate::{html::Around, office, view::View};
use record::{body::BlockId, id::DocumentId, lang::Lang, register::DocNo};
use std::fmt::Write as _;

/// Links with whole addresses, for feeds and for texts that are saved.
pub(crate) struct Whole<'a> {
    pub(crate) view: View<'a>,
    pub(crate) lang: Lang,
}

impl Whole<'_> {
    /// The whole address of a document or of a passage of it.
    pub(crate) fn url(&self, id: DocumentId, block: Option<BlockId>) -> Option<String> {
        let doc = self.view.register.by_id(id)?;
        let mut url = self.view.link_target(doc, self.lang)?.url(&self.view);
        if let Some(block) = block {
            let _ = write!(url, "#{block}");
        }
        Some(url)
    }

    /// An office in lines: name, postal address, telephones and mail.
    pub(crate) fn office_lines(&self, id: DocumentId) -> Vec<String> {
        self.view
            .register
            .by_id(id)
            .map(|no| lines(&self.view, no, self.lang))
            .unwrap_or_default()
    }
}

impl Around for Whole<'_> {
    fn link(&self, id: DocumentId, block: Option<BlockId>) -> Option<String> {
        self.url(id, block)
    }

    fn office(&self, id: DocumentId, out: &mut String) {
        if let Some(no) = self.view.register.by_id(id) {
            out.push_str(&office::contact(&self.view, no, self.lang));
        }
    }
}

fn lines(view: &View<'_>, no: DocNo, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    if let Some((words, _)) = office::words_near(view, no, lang) {
        out.push(words.title.to_string());
        let address = words.body.iter().map(record::body::block_plain);
        out.extend(address.filter(|line| !line.is_empty()));
    }
    let Some(facts) = office::office(view, no) else {
        return out;
    };
    let tongue = view.tongue(lang);
    let line = |purpose: &str, value: &str| format!("{}: {value}", office::purpose_name(tongue, purpose));
    out.extend(facts.phones.iter().map(|phone| line(&phone.r#for, &phone.number)));
    out.extend(facts.emails.iter().map(|mail| line(&mail.r#for, &mail.address)));
    out
}

//! A text in other forms: Markdown, plain text, its manifests and leaves as JSON, its proof
//! (`docs/spec/record-http.md`, section 3).

mod around;
mod notices;
mod text;

pub(crate) use around::Whole;
pub(crate) use notices::{Notice, notices};

use crate::{
    address::Form,
    history,
    view::{Page, View},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{
    lang::Lang,
    register::{DocNo, Document, Edition},
    seal::SALT,
};

/// The media type of Markdown.
const MARKDOWN: &str = "text/markdown; charset=utf-8";
/// The media type of plain text and of proofs.
const TEXT: &str = "text/plain; charset=utf-8";
/// The media type of manifests and leaves.
const JSON: &str = "application/json";
/// The media type of an answer that says why there is none.
const PROBLEM: &str = "application/problem+json";

/// A text at its address in a form other than HTML; `None` where there is nothing of that form.
pub fn document(view: &View<'_>, site: DocNo, lang: Lang, doc: DocNo, form: Form) -> Option<Page> {
    let newest = newest(view.register.document(doc), lang)?;
    let mut page = match form {
        Form::Html => return None,
        Form::Markdown => text::markdown(view, site, lang, doc)?,
        Form::Text => text::plain(view, site, lang, doc)?,
        Form::Json => json(view, doc, lang, newest)?,
        Form::Proof => proof(view, doc, newest)?,
    };
    page.canonical = view.canonical(doc, Some(lang)).map(|address| address.url(view));
    Some(page)
}

/// One edition as JSON, or its proof; `None` where there is nothing of that form.
pub fn edition(view: &View<'_>, doc: DocNo, lang: Lang, version: u32, form: Form) -> Option<Page> {
    let editions = view.register.document(doc).editions(lang);
    let edition = editions.iter().find(|edition| edition.version == version)?;
    let page = match form {
        Form::Json => json(view, doc, lang, edition)?,
        Form::Proof => proof(view, doc, edition)?,
        _ => return None,
    };
    Some(Page {
        touched: history::touched(view, doc),
        ..page
    })
}

/// Index + 1 of the last entry that may have changed another form of a document: its own, and those of its site.
pub fn touched(view: &View<'_>, doc: DocNo) -> u64 {
    let home = view.home_of(doc).map_or(0, |site| view.touched_frame(site));
    view.register.touched_document(doc).max(home)
}

/// The newest edition that brought a text or facts, served or not.
pub(crate) fn newest(document: &Document, lang: Lang) -> Option<&Edition> {
    document
        .editions(lang)
        .iter()
        .rev()
        .find(|edition| edition.has_manifest())
}

fn proof(view: &View<'_>, doc: DocNo, edition: &Edition) -> Option<Page> {
    let proof = view.source.proof(edition.index)?;
    Some(Page::new(TEXT, proof.into_bytes(), touched(view, doc)))
}

/// `{"checkpoint-size", "edition", "facts"}` in canonical form; 451 where the edition is withheld, 410 where it was erased.
fn json(view: &View<'_>, doc: DocNo, lang: Lang, edition: &Edition) -> Option<Page> {
    let document = view.register.document(doc);
    let touched = touched(view, doc);
    if let Some((entry, status)) = unavailable(document, lang, edition) {
        let problem = format!("{{\"entry\":{entry},\"status\":{status}}}");
        return Some(Page {
            status,
            ..Page::new(PROBLEM, problem.into_bytes(), touched)
        });
    }
    let size = checkpoint_size(&view.source.proof(edition.index)?)?;
    let mut out = format!("{{\"checkpoint-size\":{size},\"edition\":").into_bytes();
    push_edition(view, edition, &mut out)?;
    if let Some(facts) = newest_facts(document, lang) {
        let from = out.len();
        out.extend_from_slice(b",\"facts\":");
        if push_edition(view, facts, &mut out).is_none() {
            out.truncate(from);
        }
    }
    out.push(b'}');
    Some(Page::new(JSON, out, touched))
}

/// The entry that erased or withholds the manifest of an edition, if one did, and the HTTP status that says so. Notices are
/// never withheld.
fn unavailable(document: &Document, lang: Lang, edition: &Edition) -> Option<(u64, u16)> {
    if let Some(by) = edition.erased {
        return Some((by.get(), 410));
    }
    let by = document
        .withheld_by(lang, edition.index)
        .filter(|_| edition.has_manifest())?;
    Some((by, 451))
}

/// The newest facts; none for the facts themselves, and none that are withheld.
fn newest_facts(document: &Document, lang: Lang) -> Option<&Edition> {
    let facts = newest(document, Lang::FACTS).filter(|_| !lang.is_facts())?;
    unavailable(document, Lang::FACTS, facts).is_none().then_some(facts)
}

/// `{"entry", "manifest", "salt"}`; the manifest's bytes are canonical JSON and stand as they are.
fn push_edition(view: &View<'_>, edition: &Edition, out: &mut Vec<u8>) -> Option<()> {
    let leaf = view.source.entry(edition.index)?;
    let blob = match edition.sealed {
        Some(sealed) => Some(view.source.blob(&sealed.content)?),
        None => None,
    };
    out.extend_from_slice(b"{\"entry\":\"");
    out.extend_from_slice(STANDARD.encode(leaf).as_bytes());
    out.push(b'"');
    if let Some(blob) = blob {
        let (salt, manifest) = blob.split_first_chunk::<SALT>()?;
        out.extend_from_slice(b",\"manifest\":");
        out.extend_from_slice(manifest);
        out.extend_from_slice(b",\"salt\":\"");
        out.extend_from_slice(tlog::hash::Hash(*salt).to_string().as_bytes());
        out.push(b'"');
    }
    out.push(b'}');
    Some(())
}

/// The size of the checkpoint in a proof file: the second line after the first empty one.
fn checkpoint_size(proof: &str) -> Option<u64> {
    let end = memchr::memmem::find(proof.as_bytes(), b"\n\n")?;
    proof[end + 2..].lines().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod world;

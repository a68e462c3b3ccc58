//! Which other documents a manifest shows something of.

use super::Manifest;
use crate::{
    body::{self, Block, Cell, Inline, Kind, Target},
    facts,
    id::DocumentId,
    words::{NoticeText, Words},
};

impl Manifest {
    /// Hands over each document that its running text links to or shows the contact of, and what a placement is about; some
    /// more than once.
    pub fn links(&self, visit: &mut dyn FnMut(DocumentId)) {
        match self {
            Self::Facts(facts) => {
                if let facts::Kind::Placement(placement) = &facts.kind {
                    visit(placement.of);
                }
                notices(&facts.notice, visit);
            }
            Self::Words(words) => of_words(words, visit),
            Self::Notice(notice) => notices(&notice.texts, visit),
        }
    }
}

fn of_words(words: &Words, visit: &mut dyn FnMut(DocumentId)) {
    body::walk(&words.body, &mut |block| of_block(block, visit));
    words.labels.iter().for_each(|label| text(&label.caption, visit));
    notices(&words.notice, visit);
}

fn notices(texts: &[NoticeText], visit: &mut dyn FnMut(DocumentId)) {
    texts.iter().for_each(|notice| text(&notice.text, visit));
}

/// The texts of a block itself; blocks inside it are walked to.
fn of_block(block: &Block, visit: &mut dyn FnMut(DocumentId)) {
    let cells = |cells: &[Cell], visit: &mut dyn FnMut(DocumentId)| {
        cells.iter().for_each(|cell| text(&cell.text, visit));
    };
    match &block.kind {
        Kind::Paragraph { text: own, .. } | Kind::Heading { text: own, .. } => text(own, visit),
        Kind::Quotation { cite, .. } => text(cite, visit),
        Kind::Callout { title, .. } => text(title, visit),
        Kind::Table { caption, head, rows } => {
            text(caption, visit);
            cells(head, visit);
            rows.iter().for_each(|row| cells(row, visit));
        }
        Kind::Contact { office } => visit(*office),
        other => other.items().iter().for_each(|item| text(&item.text, visit)),
    }
}

fn text(inlines: &[Inline], visit: &mut dyn FnMut(DocumentId)) {
    for inline in inlines {
        match inline {
            Inline::Plain(_) | Inline::Line => {}
            Inline::Link { to, text: inner } => {
                if let Target::Document { id, .. } = to {
                    visit(*id);
                }
                text(inner, visit);
            }
            Inline::Em(inner)
            | Inline::Strong(inner)
            | Inline::Quote(inner)
            | Inline::Sup(inner)
            | Inline::Sub(inner)
            | Inline::Note(inner)
            | Inline::Lang { text: inner, .. } => text(inner, visit),
        }
    }
}

//! A short notation of blocks for tests: one word a kind, ids where they are fixed.

use record::body::{Block, Cell, How, Inline, Item, Kind, Target, Text, Voice};
use std::fmt::Write as _;

pub(crate) fn blocks(body: &[Block]) -> String {
    body.iter().map(block).collect::<Vec<_>>().join(" ")
}

fn block(block: &Block) -> String {
    let id = id(block.id.0);
    let voiced = |v: &Option<Voice>| v.as_ref().map(voice).unwrap_or_default();
    match &block.kind {
        Kind::Paragraph { text: t, voice } => format!("p{id}{}({})", voiced(voice), text(t)),
        Kind::Heading { level, text: t } => format!("h{level}{id}({})", text(t)),
        Kind::List {
            ordered,
            start,
            items: i,
        } => {
            let start = start.map(|n| n.to_string()).unwrap_or_default();
            format!("{}{start}{id}({})", if *ordered { "ol" } else { "ul" }, items(i))
        }
        Kind::Points { items: i, voice } => format!("points{id}{}({})", voiced(voice), items(i)),
        Kind::Quotation { body, voice, cite } => {
            let cite = if cite.is_empty() {
                String::new()
            } else {
                format!(" — {}", text(cite))
            };
            format!("quote{id}{}({}{cite})", voiced(voice), blocks(body))
        }
        Kind::Question { body, by } => format!("q{id}[{}]({})", by.as_deref().unwrap_or_default(), blocks(body)),
        Kind::Answer { body, by } => format!("a{id}[{}]({})", by.as_deref().unwrap_or_default(), blocks(body)),
        Kind::Table { caption, head, rows } => {
            let rows: Vec<String> = rows.iter().map(|r| cells(r)).collect();
            format!("table{id}({} ; {} ; {})", text(caption), cells(head), rows.join(" / "))
        }
        Kind::Callout { tone, title, body } => {
            format!("callout{id}[{} {}]({})", tone.word(), text(title), blocks(body))
        }
        Kind::Contact { office } => format!("contact{id}({})", office.0),
        Kind::Preformatted { plain } => format!("pre{id}({plain:?})"),
        Kind::Break => format!("break{id}"),
        Kind::Figure { asset } | Kind::Attachment { asset } => format!("asset{id}({asset})"),
    }
}

fn id(n: u32) -> String {
    if n == 0 { String::new() } else { format!("#{n}") }
}

fn voice(voice: &Voice) -> String {
    let how = if voice.how == How::Reported {
        "reported"
    } else {
        "verbatim"
    };
    format!("[{} {how}]", voice.by)
}

fn items(items: &[Item]) -> String {
    let one = |item: &Item| {
        let inner = if item.body.is_empty() {
            String::new()
        } else {
            format!(" {{{}}}", blocks(&item.body))
        };
        format!("{}{}{inner}", id(item.id.0), text(&item.text))
    };
    items.iter().map(one).collect::<Vec<_>>().join(" | ")
}

fn cells(cells: &[Cell]) -> String {
    let one = |cell: &Cell| {
        let span = cell.span.map(|n| format!("<{n}>")).unwrap_or_default();
        format!("{}{span}{}", if cell.head { "!" } else { "" }, text(&cell.text))
    };
    cells.iter().map(one).collect::<Vec<_>>().join(" | ")
}

pub(crate) fn text(words: &Text) -> String {
    words.iter().fold(String::new(), |mut out, inline| {
        let _ = match inline {
            Inline::Plain(words) => write!(out, "{words}"),
            Inline::Em(t) => write!(out, "<em {}>", text(t)),
            Inline::Strong(t) => write!(out, "<b {}>", text(t)),
            Inline::Quote(t) => write!(out, "<q {}>", text(t)),
            Inline::Sup(t) => write!(out, "<sup {}>", text(t)),
            Inline::Sub(t) => write!(out, "<sub {}>", text(t)),
            Inline::Note(t) => write!(out, "<note {}>", text(t)),
            Inline::Lang { lang, text: t } => write!(out, "<{lang} {}>", text(t)),
            Inline::Line => write!(out, "<br>"),
            Inline::Link {
                to: Target::Href(to),
                text: t,
            } => write!(out, "<a {to} {}>", text(t)),
            Inline::Link {
                to: Target::Document { id, block },
                text: t,
            } => {
                let block = block.map(|b| format!("#{b}")).unwrap_or_default();
                write!(out, "<a doc:{}{block} {}>", id.0, text(t))
            }
        };
        out
    })
}

//! Whether words and notices have the form of the specification (`docs/spec/entry.md`, sections 10 to 12).

use super::{Authority, Label, Words};
use crate::{
    body::{Block, BlockId, Cell, Inline, Item, Kind, Target, Text, Voice},
    facts::is_slug,
    form::{self, Malformed, is_language, is_line, is_local_id, is_purpose, require},
};
use rustc_hash::FxHashSet;

/// How deep blocks, and inlines, may stand inside each other.
pub(super) const MAX_DEPTH: usize = 8;
/// Columns of a table.
const MAX_COLUMNS: u64 = 100;
/// Characters of a title, and of names, roles and credits.
const MAX_TITLE: usize = 1000;
/// Characters of a summary, and of alternative and other texts.
const MAX_SUMMARY: usize = 5000;

/// Refuses words that are not of the form, whatever the document.
pub(super) fn words(words: &Words) -> Result<(), Malformed> {
    let title = words.title.is_empty() || is_line(&words.title, MAX_TITLE);
    require(title, "title", "is no line of at most 1,000 characters")?;
    let summary = words.summary.as_deref().is_none_or(|s| is_line(s, MAX_SUMMARY));
    require(summary, "summary", "is no line of at most 5,000 characters")?;
    require(
        words.slug.as_deref().is_none_or(is_slug),
        "slug",
        "is not of a-z and 0-9 in parts joined by hyphens, at most 80 characters, or is `index`",
    )?;
    source(words)?;
    form::distinct(words.labels.iter().map(|l| &l.of), "labels", "two are for the same")?;
    words.labels.iter().try_for_each(label)?;
    form::notice(&words.notice)?;
    Blocks::default().body(&words.body, 1)
}

fn source(words: &Words) -> Result<(), Malformed> {
    let fits = match words.authority {
        Authority::Original => words.source.is_none(),
        Authority::Official => true,
        Authority::Courtesy | Authority::Machine => words.source.is_some(),
    };
    require(fits, "source", "a translation names one, and an original none")?;
    let named = words.source.is_none_or(|s| s.version >= 1 && is_language(&s.lang));
    require(named, "source", "names no edition of words")
}

fn label(label: &Label) -> Result<(), Malformed> {
    let place = || format!("label of `{}`", label.of.chars().take(40).collect::<String>());
    let lines = [
        (&label.alt, MAX_SUMMARY),
        (&label.credit, MAX_TITLE),
        (&label.name, MAX_TITLE),
        (&label.role, MAX_TITLE),
        (&label.text, MAX_SUMMARY),
    ];
    let said = !label.caption.is_empty() || lines.iter().any(|(line, _)| line.is_some());
    let fits = lines
        .iter()
        .all(|(line, most)| line.as_deref().is_none_or(|line| is_line(line, *most)));
    if !said || !fits {
        return require(false, place(), "says nothing, or what is no line or too long");
    }
    if !is_local_id(&label.of) && !is_purpose(&label.of) {
        return require(false, place(), "is for no local id and no purpose");
    }
    text(&label.caption, "caption", Place::Text)
}

/// What a text is part of, which decides what may stand in it.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// A body, a caption: everything.
    Text,
    /// A notice: no footnotes.
    Notice,
}

/// Refuses a text that is not in its only form.
pub(crate) fn text(text: &Text, place: impl std::fmt::Display, part: Place) -> Result<(), Malformed> {
    let note = matches!(part, Place::Notice);
    match inlines(text, 1, Within { link: false, note }) {
        Ok(()) => Ok(()),
        Err(what) => require(false, place, what),
    }
}

/// Inlines around this place that may not hold their own kind.
#[derive(Clone, Copy)]
struct Within {
    link: bool,
    note: bool,
}

fn inlines(text: &[Inline], depth: usize, within: Within) -> Result<(), &'static str> {
    for (at, inline) in text.iter().enumerate() {
        if let Inline::Plain(words) = inline {
            plain(words, at.checked_sub(1).and_then(|at| text.get(at)), text.get(at + 1))?;
        } else if depth > MAX_DEPTH {
            return Err("inlines stand more than 8 deep");
        } else {
            span(inline, depth, within)?;
        }
    }
    Ok(())
}

fn plain(words: &str, before: Option<&Inline>, after: Option<&Inline>) -> Result<(), &'static str> {
    let edge = |inline: Option<&Inline>| inline.is_none_or(|inline| matches!(inline, Inline::Line));
    if matches!(before, Some(Inline::Plain(_))) {
        return Err("two strings are adjacent in a text");
    }
    if !is_spaced_once(words) {
        return Err("white space in a text is not one space");
    }
    if (words.starts_with(' ') && edge(before)) || (words.ends_with(' ') && edge(after)) {
        return Err("a text or a line of it begins or ends with a space");
    }
    Ok(())
}

/// True without line feed and tab, and with no two spaces in succession.
fn is_spaced_once(words: &str) -> bool {
    let (bytes, next) = (words.as_bytes(), words.as_bytes().get(1..).unwrap_or_default());
    // Without a way out before the end, so that the compiler looks at many bytes at once.
    let least = bytes.iter().fold(u8::MAX, |least, byte| least.min(*byte));
    let of_pairs = bytes.iter().zip(next);
    let of_pairs = of_pairs.fold(u8::MAX, |least, (a, b)| least.min(*a.max(b)));
    least >= b' ' && of_pairs > b' '
}

fn span(inline: &Inline, depth: usize, within: Within) -> Result<(), &'static str> {
    match inline {
        Inline::Plain(_) | Inline::Line => Ok(()),
        Inline::Note(_) if within.note => Err("a footnote stands in a footnote or a notice"),
        Inline::Note(text) => inlines(text, depth + 1, Within { note: true, ..within }),
        Inline::Link { .. } if within.link => Err("a link stands in a link"),
        Inline::Link { to, text } => {
            target(to)?;
            inlines(text, depth + 1, Within { link: true, ..within })
        }
        Inline::Lang { lang, .. } if !is_language(lang) => Err("`lang` of a part names no language"),
        Inline::Lang { text, .. }
        | Inline::Em(text)
        | Inline::Strong(text)
        | Inline::Quote(text)
        | Inline::Sup(text)
        | Inline::Sub(text) => inlines(text, depth + 1, within),
    }
}

fn target(to: &Target) -> Result<(), &'static str> {
    match to {
        Target::Href(href) if !form::is_address(href, &["https://", "http://", "mailto:", "tel:"]) => {
            Err("a link leads to no address of http, https, mailto or tel, or to a longer one than 2,048 bytes")
        }
        _ => Ok(()),
    }
}

/// Blocks, and the ids met so far.
#[derive(Default)]
struct Blocks {
    seen: FxHashSet<BlockId>,
}

impl Blocks {
    fn body(&mut self, blocks: &[Block], depth: usize) -> Result<(), Malformed> {
        blocks.iter().try_for_each(|block| self.block(block, depth))
    }

    fn id(&mut self, id: BlockId) -> Result<(), Malformed> {
        require(id.0 > 0, id, "a passage has no id")?;
        require(self.seen.insert(id), id, "this id stands twice in the body")
    }

    fn block(&mut self, block: &Block, depth: usize) -> Result<(), Malformed> {
        require(depth <= MAX_DEPTH, block.id, "blocks stand more than 8 deep")?;
        self.id(block.id)?;
        let id = block.id;
        match &block.kind {
            Kind::Paragraph { text: words, voice } => {
                text(words, id, Place::Text)?;
                self::voice(voice.as_ref(), id)
            }
            Kind::Heading { level, text: words } => {
                require((2..=4).contains(level), id, "the level of a heading is 2, 3 or 4")?;
                text(words, id, Place::Text)
            }
            Kind::List { ordered, start, items } => {
                let needed = start.is_none_or(|start| *ordered && start != 1);
                require(needed, id, "`start` stands in ordered lists only, and is not 1")?;
                self.items(items, id, depth)
            }
            Kind::Points { items, voice } => {
                self::voice(voice.as_ref(), id)?;
                self.items(items, id, depth)
            }
            Kind::Quotation { body, voice, cite } => {
                self::voice(voice.as_ref(), id)?;
                text(cite, id, Place::Text)?;
                self.inner(body, id, depth)
            }
            Kind::Question { body, by } | Kind::Answer { body, by } => {
                let known = by.as_deref().is_none_or(is_local_id);
                require(known, id, "`by` is no local id")?;
                self.inner(body, id, depth)
            }
            Kind::Callout { title, body, .. } => {
                text(title, id, Place::Text)?;
                self.inner(body, id, depth)
            }
            Kind::Table { caption, head, rows } => table(id, caption, head, rows),
            Kind::Figure { asset } | Kind::Attachment { asset } => {
                require(is_local_id(asset), id, "`asset` is no local id")
            }
            Kind::Preformatted { plain } => {
                let whole = !plain.is_empty() && !plain.ends_with('\n');
                require(whole, id, "`plain` is empty or ends in a line feed")
            }
            Kind::Contact { .. } | Kind::Break => Ok(()),
        }
    }

    fn inner(&mut self, body: &[Block], id: BlockId, depth: usize) -> Result<(), Malformed> {
        require(!body.is_empty(), id, "`body` is empty")?;
        self.body(body, depth + 1)
    }

    fn items(&mut self, items: &[Item], id: BlockId, depth: usize) -> Result<(), Malformed> {
        require(!items.is_empty(), id, "`items` is empty")?;
        items.iter().try_for_each(|item| {
            self.id(item.id)?;
            text(&item.text, item.id, Place::Text)?;
            self.body(&item.body, depth + 1)
        })
    }
}

fn voice(voice: Option<&Voice>, id: BlockId) -> Result<(), Malformed> {
    let known = voice.is_none_or(|voice| is_local_id(&voice.by));
    require(known, id, "`by` of a voice is no local id")
}

fn table(id: BlockId, caption: &Text, head: &[Cell], rows: &[Vec<Cell>]) -> Result<(), Malformed> {
    require(
        !caption.is_empty() && !rows.is_empty(),
        id,
        "a table has a caption and rows",
    )?;
    require(
        !head.iter().any(|cell| cell.head),
        id,
        "the head of a table has no `head` cells",
    )?;
    let width = |row: &[Cell]| {
        row.iter()
            .fold(0u64, |sum, cell| sum.saturating_add(cell.span.unwrap_or(1)))
    };
    let columns = rows.first().map_or(0, |row| width(row));
    let equal = rows.iter().all(|row| width(row) == columns) && (head.is_empty() || width(head) == columns);
    require(
        equal && (1..=MAX_COLUMNS).contains(&columns),
        id,
        "the rows of a table do not take the same number of columns, at most 100",
    )?;
    let cells = head.iter().chain(rows.iter().flatten());
    let texts = std::iter::once(caption).chain(cells.map(|cell| &cell.text));
    texts.into_iter().try_for_each(|words| text(words, id, Place::Text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::normal;
    use proptest::prelude::*;

    fn any_text() -> impl Strategy<Value = Text> {
        let leaf = prop_oneof!["[ab \n\t]{0,6}".prop_map(Inline::Plain), Just(Inline::Line),];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let texts = prop::collection::vec(inner, 0..4);
            prop_oneof![
                texts.clone().prop_map(Inline::Em),
                texts.clone().prop_map(Inline::Strong),
                texts.prop_map(Inline::Quote),
            ]
        })
        .prop_map(|inline| vec![inline])
        .prop_flat_map(|first| {
            prop::collection::vec("[ab ]{0,4}".prop_map(Inline::Plain), 0..3)
                .prop_map(move |more| first.iter().cloned().chain(more).collect())
        })
    }

    #[test]
    fn white_space_is_one_space_or_none() {
        let long = "A tide that rises over the quay of the harbour".to_owned();
        for spaced in ["", " ", "a b", " a ", &long] {
            assert!(is_spaced_once(spaced), "{spaced:?}");
        }
        for wrong in ["  ", "a  b", "a\nb", "\t", &(long.clone() + "  "), &(long + "\u{1f}")] {
            assert!(!is_spaced_once(wrong), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_brought_to_its_form_has_it(given in any_text()) {
            let normal = normal(given);
            prop_assert!(text(&normal, "text", Place::Text).is_ok(), "{normal:?}");
        }
    }
}

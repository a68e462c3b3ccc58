//! The last line of a quotation, which may name its source.

use super::Quote;
use crate::words::written;
use record::body::{Inline, Kind, Text};

/// Takes the last line of a quotation if it begins with a dash: it names the source.
pub(super) fn take(quote: &mut Quote) -> Text {
    let (Some(raw), Some(Kind::Paragraph { text, .. })) =
        (quote.last.take(), quote.blocks.last_mut().map(|b| &mut b.kind))
    else {
        return Text::new();
    };
    let Some((before, cite)) = split_cite(&raw) else {
        return Text::new();
    };
    *text = before;
    if text.is_empty() {
        quote.blocks.pop();
    }
    cite
}

/// Parts a text before a dash at the beginning of its last line.
fn split_cite(raw: &Text) -> Option<(Text, Text)> {
    for (place, inline) in raw.iter().enumerate().rev() {
        let start = match inline {
            Inline::Line => Some((place + 1, 0)),
            Inline::Plain(words) => words.rfind('\n').map(|at| (place, at + 1)),
            _ => None,
        };
        if let Some((place, at)) = start.or((place == 0).then_some((0, 0))) {
            return cut_cite(raw, place, at);
        }
    }
    None
}

fn cut_cite(raw: &Text, place: usize, at: usize) -> Option<(Text, Text)> {
    let Inline::Plain(words) = raw.get(place)? else {
        return None;
    };
    let (before, last) = words.split_at_checked(at)?;
    let name = last
        .trim_start()
        .strip_prefix(['—', '―'])?
        .trim_start_matches(['—', '―']);
    let mut head = raw.get(..place)?.to_vec();
    head.push(Inline::Plain(before.to_owned()));
    if before.is_empty() {
        head.truncate(place.saturating_sub(1));
    }
    let mut cite = vec![Inline::Plain(name.to_owned())];
    cite.extend(raw.get(place + 1..)?.iter().cloned());
    Some((written(head), written(cite)))
}

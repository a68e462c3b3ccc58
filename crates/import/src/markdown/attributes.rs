//! What stands in braces: `{#b7 by=m1 how=reported}` behind a block, `{lang=fr}` behind bracketed words.

use record::{
    body::{Block, BlockId, How, Kind, Text, Voice},
    lang::Lang,
};

/// The highest block id that a text may fix; far above any real body, far below what would overflow.
const HIGHEST: u32 = 999_999;

/// The attributes of a block.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Attributes {
    /// Its lasting id.
    pub(super) id: Option<BlockId>,
    /// Whose words it gives.
    pub(super) voice: Option<Voice>,
}

/// What braces behind bracketed words make of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    Lang(Lang),
    Quote,
    Sup,
    Sub,
}

/// True where braces at the end of a block are meant as attributes, well written or not.
pub(super) fn looks_like_attributes(inside: &str) -> bool {
    let inside = inside.trim_start();
    inside.starts_with('#') || ["by=", "how=", "id="].iter().any(|key| inside.contains(key))
}

/// Reads the inside of the braces of a block; the error says what to write.
pub(super) fn read(inside: &str) -> Result<Attributes, String> {
    let (mut id, mut by, mut how) = (None, None, None);
    for word in inside.split_ascii_whitespace() {
        match word.split_once('=') {
            None => id = Some(block_id(word)?),
            Some(("by", name)) => by = Some(local_id(name)?),
            Some(("how", name)) => how = Some(manner(name)?),
            Some(_) => return Err(format!("`{word}` is unknown: write {{#b7 by=m1 how=reported}}")),
        }
    }
    let voice = match (by, how) {
        (Some(by), Some(how)) => Some(Voice { by, how }),
        (None, None) => None,
        (Some(_), None) => return Err("`by` needs `how=reported` or `how=verbatim`".to_owned()),
        (None, Some(_)) => return Err("`how` needs `by=` and the local id of a person".to_owned()),
    };
    Ok(Attributes { id, voice })
}

/// `#b7`.
fn block_id(word: &str) -> Result<BlockId, String> {
    word.strip_prefix('#')
        .and_then(number)
        .ok_or_else(|| format!("`{word}` is no id of a block: write `#b` and a number from 1, such as #b7"))
}

/// `b7`.
pub(super) fn number(word: &str) -> Option<BlockId> {
    let digits = word.strip_prefix('b')?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    digits
        .parse()
        .ok()
        .filter(|n| plain && (1..=HIGHEST).contains(n))
        .map(BlockId)
}

/// The local id of a person, place or asset, such as `m1`.
pub(super) fn local_id(word: &str) -> Result<String, String> {
    let fits = (1..=32).contains(&word.len())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        return Ok(word.to_owned());
    }
    Err(format!(
        "`{word}` is no local id: write small letters and digits, such as m1"
    ))
}

fn manner(word: &str) -> Result<How, String> {
    match word {
        "reported" => Ok(How::Reported),
        "verbatim" => Ok(How::Verbatim),
        _ => Err(format!("`how={word}` is unknown: write how=reported or how=verbatim")),
    }
}

/// Reads the inside of the braces behind bracketed words.
pub(super) fn mark(inside: &str) -> Result<Mark, String> {
    match inside.trim() {
        "quote" => Ok(Mark::Quote),
        "sup" => Ok(Mark::Sup),
        "sub" => Ok(Mark::Sub),
        other => match other.strip_prefix("lang=") {
            Some(tag) => tag.parse().map(Mark::Lang).map_err(|e| format!("{e}")),
            None => Err(format!(
                "`{{{other}}}` behind brackets is unknown: write {{lang=fr}}, {{quote}}, {{sup}} or {{sub}}"
            )),
        },
    }
}

/// Gives a voice to a block that can have one.
pub(super) fn give_voice(block: &mut Block, given: &Voice) -> bool {
    match &mut block.kind {
        Kind::Paragraph { voice, .. } | Kind::Points { voice, .. } | Kind::Quotation { voice, .. } => {
            *voice = Some(given.clone());
            true
        }
        _ => false,
    }
}

/// A paragraph without id and voice.
pub(super) fn paragraph(text: Text) -> Block {
    block(Kind::Paragraph { text, voice: None })
}

/// A block without id.
pub(super) fn block(kind: Kind) -> Block {
    Block { id: BlockId(0), kind }
}

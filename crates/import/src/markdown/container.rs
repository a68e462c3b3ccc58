//! Containers: what stands between `::: name` and `:::`.

use super::{
    MAX_DEPTH, Reader,
    attributes::{self, Attributes, block},
    lines,
};
use crate::problem::shown;
use record::{
    body::{Block, BlockId, Item, Kind, Text, Tone},
    id::DocumentId,
};

/// An open container with what it has so far.
pub(super) struct Container {
    opening: Opening,
    attributes: Attributes,
    at: usize,
    pub(super) blocks: Vec<Block>,
}

/// What the opening line says.
enum Opening {
    Body,
    Points,
    Callout {
        tone: Tone,
        title: Text,
    },
    Question {
        by: Option<String>,
    },
    Answer {
        by: Option<String>,
    },
    Contact {
        office: Option<DocumentId>,
    },
    /// Already told as a problem; its inside is read for more problems.
    Unknown,
}

impl Container {
    /// The body of a text.
    pub(super) fn body() -> Self {
        Self {
            opening: Opening::Body,
            attributes: Attributes::default(),
            at: 0,
            blocks: Vec::new(),
        }
    }
}

/// What stands behind the colons of a container's line.
pub(super) fn marker(line: &str) -> Option<&str> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = line.get(indent..)?.strip_prefix(":::").filter(|_| indent < 4)?;
    Some(rest.trim_start_matches(':').trim())
}

/// Opens or closes a container.
pub(super) fn line(reader: &mut Reader<'_>, rest: &str, at: usize) {
    if rest.is_empty() {
        return reader.close(at);
    }
    let (rest, attributes) = take_braces(reader, rest, at);
    let (name, arguments) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let opening = opening(reader, name, arguments.trim(), at);
    if reader.open.len() >= MAX_DEPTH {
        reader.problems.add(at, "containers stand too deep inside each other");
    }
    reader.open.push(Container {
        opening,
        attributes,
        at,
        blocks: Vec::new(),
    });
}

/// Parts the braces at the end of an opening line from the rest.
fn take_braces<'a>(reader: &mut Reader<'_>, rest: &'a str, at: usize) -> (&'a str, Attributes) {
    let parts = rest.strip_suffix('}').and_then(|r| r.rsplit_once('{'));
    let Some((before, inside)) = parts.filter(|(_, inside)| attributes::looks_like_attributes(inside)) else {
        return (rest, Attributes::default());
    };
    let attributes = attributes::read(inside).unwrap_or_else(|message| {
        reader.problems.add(at, message);
        Attributes::default()
    });
    (before.trim_end(), attributes)
}

fn opening(reader: &mut Reader<'_>, name: &str, arguments: &str, at: usize) -> Opening {
    match name {
        "points" if arguments.is_empty() => Opening::Points,
        "points" => {
            reader.problems.add(at, "nothing but braces stands behind `::: points`");
            Opening::Points
        }
        "callout" => callout(reader, arguments, at),
        "question" => Opening::Question {
            by: speaker(reader, arguments, at),
        },
        "answer" => Opening::Answer {
            by: speaker(reader, arguments, at),
        },
        "contact" => contact(reader, arguments, at),
        _ => {
            let known = "points, callout, question, answer or contact";
            let message = format!("the container `{}` is unknown: write {known}", shown(name));
            reader.problems.add(at, message);
            Opening::Unknown
        }
    }
}

fn callout(reader: &mut Reader<'_>, arguments: &str, at: usize) -> Opening {
    let (word, title) = arguments.split_once(char::is_whitespace).unwrap_or((arguments, ""));
    let tone = match word {
        "note" => Tone::Note,
        "important" => Tone::Important,
        "deadline" => Tone::Deadline,
        _ => {
            let message = "behind `::: callout` stands note, important or deadline, then the title";
            reader.problems.add(at, message);
            Tone::Note
        }
    };
    let title = lines::words_of(reader, title.trim(), at);
    Opening::Callout { tone, title }
}

fn speaker(reader: &mut Reader<'_>, arguments: &str, at: usize) -> Option<String> {
    if arguments.is_empty() {
        return None;
    }
    attributes::local_id(arguments)
        .map_err(|message| reader.problems.add(at, message))
        .ok()
}

fn contact(reader: &mut Reader<'_>, arguments: &str, at: usize) -> Opening {
    let office = (reader.resolve)(arguments);
    if office.is_none() {
        let message = format!(
            "no office `{}`: write its name in this folder, or its id",
            shown(arguments)
        );
        reader.problems.add(at, message);
    }
    Opening::Contact { office }
}

impl Reader<'_> {
    /// Closes the innermost container.
    fn close(&mut self, at: usize) {
        if self.open.len() < 2 {
            self.problems.add(at, "`:::` closes nothing: no container is open here");
        } else if let Some(container) = self.open.pop() {
            let too_deep = self.open.len() >= MAX_DEPTH;
            let (attributes, start) = (container.attributes.clone(), container.at);
            let made = finish(self, container);
            for mut block in made {
                if !too_deep {
                    self.apply(&attributes, &mut block, start);
                }
                self.blocks().push(block);
            }
        }
    }

    /// Closes all that is open and gives the body.
    pub(super) fn close_all(&mut self) -> Vec<Block> {
        while self.open.len() > 1 {
            let at = self.open.last().map_or(0, |c| c.at);
            self.problems
                .add(at, "this container is not closed: write `:::` below it");
            self.close(at);
        }
        if let Some((_, at)) = self.caption.take() {
            self.problems
                .add(at, "a caption stands straight above the first row of its table");
        }
        std::mem::take(self.blocks())
    }
}

/// The block of a container; its blocks alone where something is wrong with it.
fn finish(reader: &mut Reader<'_>, container: Container) -> Vec<Block> {
    let Container {
        opening, blocks, at, ..
    } = container;
    if reader.open.len() >= MAX_DEPTH {
        return blocks;
    }
    if blocks.is_empty() && !matches!(opening, Opening::Contact { .. } | Opening::Unknown) {
        reader
            .problems
            .add(at, "this container is empty: write something in it or delete it");
        return blocks;
    }
    let kind = match opening {
        Opening::Points => return points(reader, blocks, at),
        Opening::Callout { tone, title } => Kind::Callout {
            tone,
            title,
            body: blocks,
        },
        Opening::Question { by } => Kind::Question { body: blocks, by },
        Opening::Answer { by } => Kind::Answer { body: blocks, by },
        Opening::Contact { office } => return contact_block(reader, office, blocks, at),
        Opening::Body | Opening::Unknown => return blocks,
    };
    vec![block(kind)]
}

fn contact_block(reader: &mut Reader<'_>, office: Option<DocumentId>, blocks: Vec<Block>, at: usize) -> Vec<Block> {
    if !blocks.is_empty() {
        reader
            .problems
            .add(at, "a contact holds no text: it shows what its office says");
        return blocks;
    }
    office
        .map(|office| block(Kind::Contact { office }))
        .into_iter()
        .collect()
}

/// Each paragraph is a point; other blocks belong to the point before them.
fn points(reader: &mut Reader<'_>, blocks: Vec<Block>, at: usize) -> Vec<Block> {
    let mut items: Vec<Item> = Vec::new();
    for inner in blocks {
        match (inner.kind, items.last_mut()) {
            (Kind::Paragraph { text, voice: None }, _) => items.push(Item {
                body: Vec::new(),
                id: inner.id,
                text,
            }),
            (Kind::Paragraph { .. }, _) => {
                let message = "a point has no voice of its own: write `by` and `how` behind `::: points`";
                reader.problems.add(at, message);
            }
            (Kind::Heading { .. }, _) | (_, None) => {
                let message = "in `::: points` each point begins with a paragraph, and headings stand outside";
                reader.problems.add(at, message);
            }
            (kind, Some(item)) => item.body.push(Block { id: inner.id, kind }),
        }
    }
    if items.is_empty() {
        return Vec::new();
    }
    vec![Block {
        id: BlockId(0),
        kind: Kind::Points { items, voice: None },
    }]
}

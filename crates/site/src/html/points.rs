//! The points of an enumeration: the ordinal stays in the text as written and hangs in the margin where there is room.

use super::Walk;
use record::body::{BlockId, Inline, Item, Voice};

/// An ordinal is at most so many characters long, with its sign.
const LONGEST: usize = 16;

impl<'w> Walk<'w> {
    pub(super) fn points(&mut self, id: BlockId, items: &'w [Item], voice: Option<&Voice>) {
        let hangs = items.len() > 1 && items.iter().all(|item| ordinal(item).is_some());
        self.push("<ol class=\"points");
        self.push(if hangs { " hang" } else { "" });
        self.push(if voice.is_some() { " said\"" } else { "\"" });
        self.id(id);
        self.push(">");
        for item in items {
            self.push("<li");
            self.id(item.id);
            self.push("><p>");
            self.point(item, hangs);
            self.anchor(item.id);
            self.push("</p>");
            self.blocks(&item.body);
            self.push("</li>");
        }
        self.push("</ol>");
    }

    fn point(&mut self, item: &'w Item, hangs: bool) {
        match (hangs.then(|| ordinal(item)).flatten(), item.text.split_first()) {
            (Some((ordinal, rest)), Some((_, others))) => {
                self.push("<span class=\"ordinal\">");
                self.text(ordinal);
                self.push("</span>");
                self.text(rest);
                self.inlines(others);
            }
            _ => self.inlines(&item.text),
        }
    }
}

/// The ordinal a point begins with, such as `First,`, `1.`, `(a)` or `一、`, and what follows it.
fn ordinal(item: &Item) -> Option<(&str, &str)> {
    let Some(Inline::Plain(words)) = item.text.first() else {
        return None;
    };
    let sign = |(_, c): &(usize, char)| matches!(c, ',' | '.' | ')' | ':' | '、' | '，' | '：' | '．' | '）' | '،');
    let (at, sign) = words.char_indices().take(LONGEST).find(sign)?;
    let (ordinal, rest) = words.split_at(at + sign.len_utf8());
    let is_short = ordinal.split(' ').count() <= 2;
    (is_short && !rest.trim().is_empty()).then_some((ordinal, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Option<&str>) {
        let item = Item {
            body: vec![],
            id: BlockId(1),
            text: vec![Inline::Plain(text.into())],
        };
        assert_eq!(ordinal(&item).map(|(ordinal, _)| ordinal), want);
    }

    #[test]
    fn ordinals_are_known_by_their_sign() {
        check("First, the council should meet.", Some("First,"));
        check("2. the council should meet.", Some("2."));
        check("一、理事会应当开会。", Some("一、"));
        check("أولًا، ينبغي أن يجتمع المجلس.", Some("أولًا،"));
        check("Thứ nhất, hội đồng nên họp.", Some("Thứ nhất,"));
        check("The council should meet in the spring, and soon.", None);
        check("Meet.", None);
    }
}

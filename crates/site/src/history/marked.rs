//! Differences as HTML: `ins` and `del` with words for those who hear the page instead of seeing it.

use crate::{
    diff::{Change, Fate, Place, Span, Step, What},
    escape,
    i18n::Tongue,
};
use record::lang::Lang;
use std::fmt::Write as _;

/// The language of the words compared, and of the furniture around them.
pub(super) struct Marker<'a> {
    pub(super) tongue: &'a Tongue,
    /// Attributes of furniture inside the words.
    pub(super) furniture: &'a str,
    pub(super) lang: Lang,
}

impl Marker<'_> {
    /// A list of what changed; empty where nothing did. Unchanged passages are a gap.
    pub(super) fn steps(&self, steps: &[Step]) -> String {
        if !crate::diff::differs(steps) {
            return String::new();
        }
        let mut out = format!(
            "<ol class=\"diff\" lang=\"{}\" dir=\"{}\">\n",
            self.lang,
            self.lang.direction()
        );
        for step in steps {
            match step {
                Step::Same { .. } => out.push_str("<li class=\"gap\">…</li>\n"),
                Step::Change(change) => self.change(change, &mut out),
            }
        }
        out.push_str("</ol>\n");
        out
    }

    fn change(&self, change: &Change, out: &mut String) {
        let class = match change.what {
            What::Changed => "changed",
            What::Added => "added",
            What::Removed => "removed",
            What::Moved => "moved",
            What::Form => "form",
        };
        let _ = write!(out, "<li class=\"{class}\">");
        self.place(change, out);
        out.push_str("<p dir=\"auto\">");
        self.spans(&change.spans, out);
        out.push_str("</p></li>\n");
    }

    /// Which passage it is, and what happened to it where the words do not show it.
    fn place(&self, change: &Change, out: &mut String) {
        let name = match (change.place, &change.anchor) {
            (Place::Title, _) => self.tongue.text("title-was").to_owned(),
            (Place::Summary, _) => self.tongue.text("summary-was").to_owned(),
            (Place::Label, _) => self.tongue.text("participants").to_owned(),
            (Place::Body, anchor) => self.passage(anchor.as_deref().unwrap_or_default()),
        };
        let more = match change.what {
            What::Moved => Some(self.tongue.text("moved")),
            What::Form => Some(self.tongue.text("form-changed")),
            _ => None,
        };
        let furniture = self.furniture;
        let _ = write!(out, "<span class=\"where\"{furniture}>{}", escape::text(&name));
        if let Some(more) = more {
            let _ = write!(out, " · {}", escape::text(more));
        }
        out.push_str("</span>");
    }

    /// `¶ 7` for the anchor `b7`; members of facts keep their names.
    fn passage(&self, anchor: &str) -> String {
        match anchor
            .strip_prefix('b')
            .filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
        {
            Some(number) => format!("¶ {}", self.tongue.dates.digits(number)),
            None => anchor.to_owned(),
        }
    }

    /// Words with their fate.
    pub(super) fn spans(&self, spans: &[Span], out: &mut String) {
        for span in spans {
            match span.fate {
                Fate::Kept => escape::push(out, &span.text),
                Fate::Gone => self.marked("del", "removed", &span.text, out),
                Fate::New => self.marked("ins", "added", &span.text, out),
            }
        }
    }

    /// `<del>` or `<ins>`, with its meaning in brackets for screen readers and for those who copy the text.
    fn marked(&self, element: &str, word: &str, text: &str, out: &mut String) {
        let word = escape::text(self.tongue.text(word));
        let furniture = self.furniture;
        let _ = write!(out, "<{element}><span class=\"vh\"{furniture}>[{word}: </span>");
        escape::push(out, text);
        let _ = write!(out, "<span class=\"vh\">]</span></{element}>");
    }
}

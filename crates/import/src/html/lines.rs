//! A page as lines of text, the way a person would copy it: what stands in one row is one line, items are indented.
//! The reader of dumps then finds breadcrumb, date and menu by the structure of these lines.

use super::tags::{Part, part};
use crate::words::squeeze;
use dom_query::NodeRef;

/// How deep elements are followed.
const MAX_DEPTH: usize = 300;

/// The lines of a page.
pub(super) fn read(root: &NodeRef<'_>) -> String {
    let mut lines = Lines::default();
    lines.children(root, 0, 0);
    lines.end();
    lines.out
}

#[derive(Default)]
struct Lines {
    out: String,
    line: String,
    /// Items around.
    items: usize,
}

impl Lines {
    fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.trim().is_empty() {
            self.out.push_str(&"  ".repeat(self.items.min(10)));
            self.out.push_str(line.trim());
            self.out.push('\n');
        }
    }

    fn gap(&mut self) {
        self.end();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn children(&mut self, node: &NodeRef<'_>, depth: usize, items: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for child in node.children_it(false) {
            self.node(&child, depth + 1, items);
        }
    }

    fn node(&mut self, node: &NodeRef<'_>, depth: usize, items: usize) {
        if node.is_text() {
            return self.line.push_str(&squeeze(&node.text()));
        }
        let Some(name) = node.node_name().filter(|_| node.is_element()) else {
            return;
        };
        let name: &str = &name;
        if matches!(name, "td" | "th") {
            self.line.push_str("  ");
            return self.children(node, depth, items);
        }
        match part(name) {
            Part::Silent if name == "select" || name == "button" => {}
            Part::Silent | Part::Picture | Part::Embedded => {}
            Part::Inline => self.children(node, depth, items),
            Part::Line | Part::Rule => self.end(),
            Part::Paragraph | Part::Heading(_) | Part::Quotation | Part::Preformatted | Part::Table => {
                self.gap();
                self.children(node, depth, items);
                self.gap();
            }
            Part::List(_) | Part::Definitions | Part::Box => {
                self.end();
                let inner = items + usize::from(name == "li");
                self.items = inner;
                self.children(node, depth, inner);
                self.end();
                self.items = items;
            }
        }
    }
}

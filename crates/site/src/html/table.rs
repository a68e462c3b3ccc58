//! Tables: a caption above, headings with their scope, and a region of their own that scrolls on a narrow screen.

use super::Walk;
use record::body::{BlockId, Cell, Text};

impl<'w> Walk<'w> {
    pub(super) fn table(&mut self, id: BlockId, caption: &'w Text, head: &'w [Cell], rows: &'w [Vec<Cell>]) {
        let caption_id = format!("{}{id}c", self.prefix);
        // Only a region that has a name may take the focus.
        self.push(&format!(
            "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{caption_id}\"><table"
        ));
        self.id(id);
        self.push(&format!("><caption id=\"{caption_id}\">"));
        self.inlines(caption);
        self.anchor(id);
        self.push("</caption>");
        if !head.is_empty() {
            self.push("<thead><tr>");
            head.iter().for_each(|cell| self.heading_cell(cell, "col"));
            self.push("</tr></thead>");
        }
        self.push("<tbody>");
        for row in rows {
            self.push("<tr>");
            row.iter().for_each(|cell| self.cell(cell));
            self.push("</tr>");
        }
        self.push("</tbody></table></div>");
    }

    /// An empty corner is no heading.
    fn heading_cell(&mut self, cell: &'w Cell, scope: &str) {
        if cell.text.is_empty() {
            return self.data_cell(cell);
        }
        let scope = if cell.span.is_some() && scope == "col" {
            "colgroup"
        } else {
            scope
        };
        self.push(&format!("<th scope=\"{scope}\""));
        self.span(cell);
        self.push(">");
        self.inlines(&cell.text);
        self.push("</th>");
    }

    fn cell(&mut self, cell: &'w Cell) {
        if cell.head {
            self.heading_cell(cell, "row")
        } else {
            self.data_cell(cell)
        }
    }

    fn data_cell(&mut self, cell: &'w Cell) {
        self.push("<td");
        self.span(cell);
        if is_number(&cell.text) {
            self.push(" class=\"number\"");
        }
        self.push(">");
        self.inlines(&cell.text);
        self.push("</td>");
    }

    fn span(&mut self, cell: &Cell) {
        if let Some(span) = cell.span.filter(|span| (2..=100).contains(span)) {
            self.push(&format!(" colspan=\"{span}\""));
        }
    }
}

/// True for cells that hold a number, with its sign, unit or currency.
fn is_number(text: &Text) -> bool {
    let plain = record::body::plain(text);
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    digits > 0 && plain.chars().filter(|c| c.is_alphabetic()).count() <= 3 && plain.len() <= 24
}

//! Tables: a caption above, headings with their scope, and a region of their own that scrolls on a narrow screen.

use super::Walk;
use record::body::{BlockId, Cell, Text};

impl<'w> Walk<'w> {
    pub(super) fn table(&mut self, id: BlockId, caption: &'w Text, head: &'w [Cell], rows: &'w [Vec<Cell>]) {
        self.open_table(id);
        self.inlines(caption);
        self.anchor(id);
        self.push("</caption>");
        let numeric = |at: usize| is_numeric(rows, at);
        if !head.is_empty() {
            self.push("<thead><tr>");
            for (at, cell) in head.iter().enumerate() {
                self.heading_cell(cell, "col", numeric(at));
            }
            self.push("</tr></thead>");
        }
        self.push("<tbody>");
        for row in rows {
            self.push("<tr>");
            for (at, cell) in row.iter().enumerate() {
                self.cell(cell, numeric(at));
            }
            self.push("</tr>");
        }
        self.push(if self.anchors {
            "</tbody></table></div>"
        } else {
            "</tbody></table>"
        });
    }

    /// Only a region that has a name may take the focus; without ids there is none.
    fn open_table(&mut self, id: BlockId) {
        if !self.anchors {
            return self.push("<table><caption>");
        }
        let name = format!("{}{id}c", self.prefix);
        self.push(&format!(
            "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{name}\"><table"
        ));
        self.id(id);
        self.push(&format!("><caption id=\"{name}\">"));
    }

    /// An empty corner is no heading.
    fn heading_cell(&mut self, cell: &'w Cell, scope: &str, number: bool) {
        if cell.text.is_empty() {
            return self.data_cell(cell, number);
        }
        let spans = cell.span.is_some() && scope == "col";
        let scope = if spans { "colgroup" } else { scope };
        self.push(&format!("<th scope=\"{scope}\""));
        self.fill_cell(cell, "th", number);
    }

    fn cell(&mut self, cell: &'w Cell, number: bool) {
        if cell.head {
            self.heading_cell(cell, "row", false);
        } else {
            self.data_cell(cell, number);
        }
    }

    fn data_cell(&mut self, cell: &'w Cell, number: bool) {
        self.push("<td");
        self.fill_cell(cell, "td", number);
    }

    fn fill_cell(&mut self, cell: &'w Cell, element: &str, number: bool) {
        self.span(cell);
        if number {
            self.push(" class=\"number\"");
        }
        self.push(">");
        self.inlines(&cell.text);
        self.push(&format!("</{element}>"));
    }

    fn span(&mut self, cell: &Cell) {
        if let Some(span) = cell.span.filter(|span| (2..=100).contains(span)) {
            self.push(&format!(" colspan=\"{span}\""));
        }
    }
}

/// True for columns whose cells are numbers for the most part.
fn is_numeric(rows: &[Vec<Cell>], at: usize) -> bool {
    let cells = rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.head);
    let numbers = cells.clone().filter(|cell| is_number(&cell.text)).count();
    numbers * 2 > cells.count()
}

/// True for cells that hold a number, with its sign, unit or currency.
fn is_number(text: &Text) -> bool {
    let plain = record::body::plain(text);
    let has_digits = plain.chars().any(char::is_numeric);
    has_digits && plain.chars().filter(|c| c.is_alphabetic()).count() <= 3 && plain.chars().count() <= 24
}

//! Tables as plain text: columns where they fit a line, else a line for each cell.

use super::{Writer, line};
use record::body::Cell;

/// The widest table in columns, in letters of the Latin script.
const WIDEST: usize = 100;

impl Writer<'_, '_> {
    pub(super) fn table(&mut self, head: &[Cell], rows: &[Vec<Cell>]) {
        let head = self.cells(head);
        let rows: Vec<Vec<String>> = rows.iter().map(|row| self.cells(row)).collect();
        let widths = widths(&head, &rows);
        if widths.iter().sum::<usize>() + 3 * widths.len() <= WIDEST && !self.context.lang.is_rtl() {
            self.columns(&head, &rows, &widths);
        } else {
            self.lines(&head, &rows);
        }
    }

    /// The words of each column; a cell of several columns is followed by empty ones.
    fn cells(&self, cells: &[Cell]) -> Vec<String> {
        let mut out = Vec::with_capacity(cells.len());
        for cell in cells {
            out.push(line(self.context, &cell.text));
            let span = usize::try_from(cell.span.unwrap_or(1)).unwrap_or(1).clamp(1, 100);
            out.extend((1..span).map(|_| String::new()));
        }
        out
    }

    fn columns(&mut self, head: &[String], rows: &[Vec<String>], widths: &[usize]) {
        if !head.is_empty() {
            self.padded(head, widths);
            let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            self.padded(&rule, widths);
        }
        for row in rows {
            self.padded(row, widths);
        }
    }

    fn padded(&mut self, row: &[String], widths: &[usize]) {
        self.start();
        let from = self.out.len();
        for (cell, width) in row.iter().zip(widths) {
            self.out.push_str(cell);
            let room = width.saturating_sub(wide(cell)) + 3;
            self.out.extend(std::iter::repeat_n(' ', room));
        }
        let kept = from + self.out[from..].trim_end().len();
        self.out.truncate(kept);
        self.out.push('\n');
    }

    /// The first cell of a row as a line, then the others below it, each after the name of its column.
    fn lines(&mut self, head: &[String], rows: &[Vec<String>]) {
        for row in rows {
            for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let name = head.get(at).filter(|name| !name.is_empty() && at > 0);
                match (at, name) {
                    (0, _) => self.plain(&format!("- {cell}")),
                    (_, Some(name)) => self.plain(&format!("  {name}: {cell}")),
                    (_, None) => self.plain(&format!("  {cell}")),
                }
            }
        }
    }
}

fn widths(head: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in [head].into_iter().chain(rows.iter().map(Vec::as_slice)) {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(wide(cell));
        }
    }
    widths
}

/// Columns that a text takes: Han, kana, Hangul and full-width forms take two, marks above and below letters none.
fn wide(text: &str) -> usize {
    let columns = |c: char| match c {
        '\u{300}'..='\u{36f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    };
    text.chars().map(columns).sum()
}

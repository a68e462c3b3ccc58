//! Tables: those that hold data become tables, those that were used for layout are unpacked.

use crate::words::{text_of, weight};
use dom_query::NodeRef;
use record::body::{Cell, Kind, Text, plain};

/// How many cells a table may have; a larger one is unpacked.
const MOST: usize = 20_000;
/// How wide a cell and a table may be, in columns.
const WIDEST: u64 = 100;

/// True for tables that hold data: several rows and columns of short cells, nothing nested.
pub(super) fn is_data(table: &NodeRef<'_>) -> bool {
    let inner = |name: &str| table.descendants_it().any(|node| node.has_name(name));
    if inner("table") || matches!(table.attr("role").as_deref(), Some("presentation" | "none")) {
        return false;
    }
    let rows = rows(table);
    let cells: usize = rows.iter().map(|row| cells(row).len()).sum();
    let widest = rows.iter().map(|row| cells_of(row)).max().unwrap_or(0);
    let long = table
        .descendants_it()
        .filter(is_cell)
        .filter(|cell| weight(&cell.text()) > 400)
        .count();
    let marked = inner("th") || inner("caption");
    let shaped = rows.len() >= 2 && widest >= 2 && cells <= MOST;
    shaped && (marked || long * 8 <= cells) && cells >= 4
}

fn is_cell(node: &NodeRef<'_>) -> bool {
    node.has_name("td") || node.has_name("th")
}

fn cells_of(row: &NodeRef<'_>) -> usize {
    cells(row).len()
}

fn rows<'a>(table: &NodeRef<'a>) -> Vec<NodeRef<'a>> {
    table.descendants_it().filter(|node| node.has_name("tr")).collect()
}

fn cells<'a>(row: &NodeRef<'a>) -> Vec<NodeRef<'a>> {
    row.children_it(false).filter(is_cell).collect()
}

/// A cell that reaches down into the next rows leaves an empty one in each.
struct Below {
    column: u64,
    /// How many columns it takes.
    wide: u64,
    rows: u64,
}

/// Reads a table of data; `text` reads a cell.
pub(super) fn read(table: &NodeRef<'_>, text: &mut dyn FnMut(&NodeRef<'_>) -> Text) -> Option<Kind> {
    let caption = table.descendants_it().find(|node| node.has_name("caption"));
    let caption = caption.map(|node| text(&node)).unwrap_or_default();
    let (mut head, mut out): (Vec<Cell>, Vec<Vec<Cell>>) = (Vec::new(), Vec::new());
    let mut below: Vec<Below> = Vec::new();
    for row in rows(table) {
        let nodes = cells(&row);
        let is_head =
            nodes.iter().all(|cell| cell.has_name("th")) && out.is_empty() && head.is_empty() && nodes.len() > 1;
        let mut made = read_row(&nodes, text, &mut below);
        if made.iter().all(|cell| cell.text.is_empty()) {
            continue;
        }
        if is_head {
            for cell in &mut made {
                cell.head = false;
            }
            head = made;
        } else {
            out.push(made);
        }
    }
    if out.is_empty() || !made_even(&mut head, &mut out) {
        return None;
    }
    let caption = if caption.is_empty() {
        named(&head, &out)
    } else {
        caption
    };
    Some(Kind::Table {
        caption,
        head,
        rows: out,
    })
}

/// Fills short rows with empty cells; false where the widest is wider than a table may be.
fn made_even(head: &mut Vec<Cell>, rows: &mut [Vec<Cell>]) -> bool {
    let widest = rows
        .iter()
        .map(|row| columns(row))
        .max()
        .unwrap_or(0)
        .max(columns(head));
    let head = Some(head).filter(|head| !head.is_empty());
    for row in head.into_iter().chain(rows) {
        while columns(row) < widest.min(WIDEST) {
            row.push(Cell::default());
        }
    }
    widest <= WIDEST
}

/// How many columns a row takes.
fn columns(row: &[Cell]) -> u64 {
    row.iter().map(|cell| cell.span.unwrap_or(1)).sum()
}

/// The record wants a caption: where a page has none, the words of its head stand for it, else of its first cell.
fn named(head: &[Cell], rows: &[Vec<Cell>]) -> Text {
    let says = |cell: &&Cell| !cell.text.is_empty();
    let words: Vec<String> = match rows.iter().flatten().find(says) {
        Some(first) if head.is_empty() => vec![plain(&first.text)],
        _ => head.iter().filter(says).map(|cell| plain(&cell.text)).collect(),
    };
    text_of(&words.join(" · "))
}

fn read_row(nodes: &[NodeRef<'_>], text: &mut dyn FnMut(&NodeRef<'_>) -> Text, below: &mut Vec<Below>) -> Vec<Cell> {
    let mut row = Vec::new();
    let mut reaching = Vec::new();
    for node in nodes {
        fill(&mut row, below);
        let span = number(node, "colspan");
        if let rows @ 2.. = number(node, "rowspan") {
            reaching.push(Below {
                column: columns(&row),
                wide: span,
                rows: rows - 1,
            });
        }
        row.push(Cell {
            head: node.has_name("th"),
            span: (span > 1).then_some(span),
            text: text(node),
        });
    }
    fill(&mut row, below);
    for reach in below.iter_mut() {
        reach.rows = reach.rows.saturating_sub(1);
    }
    below.retain(|b| b.rows > 0);
    below.append(&mut reaching);
    row
}

/// Empty cells where one from above reaches down.
fn fill(row: &mut Vec<Cell>, below: &[Below]) {
    while let Some(above) = below.iter().find(|b| b.column == columns(row)) {
        row.push(Cell {
            span: (above.wide > 1).then_some(above.wide),
            ..Cell::default()
        });
    }
}

fn number(node: &NodeRef<'_>, name: &str) -> u64 {
    let value = node.attr(name).and_then(|n| n.trim().parse().ok());
    value.unwrap_or(1).clamp(1, WIDEST)
}

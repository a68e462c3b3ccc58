//! Texts from a folder: which files there are, which documents they are, and which changes they ask for.

mod adopt;
mod facts;
mod names;
mod plan;
mod read;

pub use adopt::adopt;
pub use names::Names;
pub use plan::{Mode, Plan, Planned, Told, plan};
pub use read::{Document, Texts, file_name, read_folder, read_set};

use import::problem::Problem;

/// How a person finds the id of a document.
pub const FIND: &str =
    "the id is the 26 letters and digits after /d/ in the lasting address below a text; its .md bears it as `id`";

/// Problems of several files, as one message with a line each.
fn tell(problems: &[(String, Problem)]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|(file, problem)| format!("{file} {problem}"))
        .collect();
    lines.join("\n       ")
}

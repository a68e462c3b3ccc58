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

/// Problems of several files, as one message with a line each.
fn tell(problems: &[(String, Problem)]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|(file, problem)| format!("{file} {problem}"))
        .collect();
    lines.join("\n       ")
}

//! JSON Lines, the neutral way in: one statement a line, one site a line. Unknown fields are refused by line and name.

mod line;
mod published;
mod site;

pub use line::{Statement, parse_line, parse_line_with};
pub use published::{BadZone, Published, dated};
pub use site::{SiteLine, parse_site};

/// How long a line may be, in bytes; a longer one is refused without being read.
pub const MAX_LINE: usize = 16 * 1024 * 1024;

/// Why a line is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct LineError {
    /// The line, from 1.
    pub line: u64,
    /// The field it is about, where there is one.
    pub field: Option<String>,
    /// What is wrong and what to do: a lower-case fragment.
    pub message: String,
}

impl LineError {
    pub(crate) fn new(line: u64, field: Option<&str>, message: impl Into<String>) -> Self {
        Self {
            line,
            field: field.map(str::to_owned),
            message: message.into(),
        }
    }
}

/// The characters of a line, if it is not too long and UTF-8 throughout.
fn text(bytes: &[u8], line: u64) -> Result<&str, LineError> {
    if bytes.len() > MAX_LINE {
        let message = format!(
            "{} bytes are too long for a line: at most {MAX_LINE} are read",
            bytes.len()
        );
        return Err(LineError::new(line, None, message));
    }
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Ok(text);
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let message = format!(
            "not UTF-8 at byte {} of the line: save the file as UTF-8",
            error.valid_up_to() + 1
        );
        LineError::new(line, None, message)
    })
}

/// The error of the parser in our words, with the field that it names.
fn refused(error: &serde_json::Error, line: u64) -> LineError {
    let told = error.to_string();
    let message = told.split(" at line ").next().unwrap_or_default();
    let quoted = message.split('`').nth(1).filter(|_| message.contains("field"));
    let message = if error.is_syntax() || error.is_eof() {
        format!("not JSON at character {}: {message}", error.column())
    } else {
        plainly(message)
    };
    LineError::new(line, quoted, message)
}

/// `invalid type: null, expected a string` in words that are no programmer's.
fn plainly(message: &str) -> String {
    let parts = message
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.split_once(", expected "));
    parts.map_or_else(
        || message.to_owned(),
        |(found, wanted)| format!("{found} stands where {wanted} is wanted"),
    )
}

#[cfg(test)]
mod tests;

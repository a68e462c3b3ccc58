//! Keys in a process of their own, behind a Unix socket (`docs/signer.md` describes both sides and what passes between them).
//!
//! [`client`] asks for signatures; [`rules`] say what is signed; [`server`] holds the keys and remembers the newest checkpoint.

pub mod client;
pub mod rules;
pub mod server;

pub use client::{find, is_log, keys};

/// Longest line that passes, in bytes: a leaf in base64 and a key.
const LONGEST: usize = 16 << 10;

/// Reads a line with its newline; `None` at the end, an error where it is longer than [`LONGEST`].
fn line(from: &mut impl std::io::BufRead) -> std::io::Result<Option<String>> {
    use std::io::{Error, ErrorKind, Read as _};
    let mut bytes = Vec::new();
    std::io::BufRead::read_until(&mut from.take(LONGEST as u64), b'\n', &mut bytes)?;
    match bytes.pop() {
        None => Ok(None),
        Some(b'\n') => {
            let text = String::from_utf8(bytes).map_err(|_| Error::from(ErrorKind::InvalidData))?;
            Ok(Some(text))
        }
        Some(_) if bytes.len() + 1 == LONGEST => Err(ErrorKind::InvalidData.into()),
        Some(_) => Err(ErrorKind::UnexpectedEof.into()),
    }
}

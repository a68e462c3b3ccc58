//! Keys in a process of their own, behind a Unix socket (`docs/signer.md` describes both sides and what passes between them).
//!
//! [`client`] asks for signatures; [`rules`] say what is signed; [`server`] holds the keys and remembers the newest checkpoint.

pub mod client;
pub mod rules;
pub mod server;

pub use client::{catch_up, find, is_log, keys};

use std::{
    io::{self, Read},
    os::unix::net::UnixStream,
    time::{Duration, Instant},
};

/// Longest line that passes, in bytes: a leaf in base64 and a key.
const LONGEST: usize = 16 << 10;
/// For so long a signer waits for the next request on a connection, so that those who ask nothing block nobody.
const IDLE: Duration = Duration::from_secs(5);

/// A stream that is read until a moment and not longer, however slowly the other side writes.
struct Patient {
    stream: UnixStream,
    patience: Duration,
    until: Instant,
}

impl Patient {
    fn new(stream: UnixStream, patience: Duration) -> io::Result<Self> {
        stream.set_write_timeout(Some(patience))?;
        let until = Instant::now() + patience;
        Ok(Self {
            stream,
            patience,
            until,
        })
    }

    /// Waits anew from now on.
    fn renew(&mut self) {
        self.until = Instant::now() + self.patience;
    }
}

impl Read for Patient {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(into)
    }
}

/// Reads a line up to its newline; `None` at the end, an error where it is longer than [`LONGEST`].
fn line(from: &mut impl std::io::BufRead) -> std::io::Result<Option<Vec<u8>>> {
    use std::io::ErrorKind;
    let mut bytes = Vec::new();
    std::io::BufRead::read_until(&mut from.take(LONGEST as u64), b'\n', &mut bytes)?;
    match bytes.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(bytes)),
        Some(_) if bytes.len() + 1 == LONGEST => Err(ErrorKind::InvalidData.into()),
        Some(_) => Err(ErrorKind::UnexpectedEof.into()),
    }
}

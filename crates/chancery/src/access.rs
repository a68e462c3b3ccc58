//! The access log: one line for each answer, in the combined form that log readers know.
//!
//! Lines are gathered by each serving thread and written by one thread of their own, so that a slow disk or a stopped
//! reader slows no answer. When that thread cannot keep up, lines are lost, and counted.

use crate::{
    config::AccessLog as Detail,
    output::{Context as _, Done, warn},
};
use http::{HeaderValue, StatusCode, Version, header, request::Parts};
use std::{
    cell::{Cell, RefCell},
    fs::File,
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread::JoinHandle,
};

/// Lines are handed on in pieces of about this many bytes.
const PIECE: usize = 32 << 10;
/// Pieces that may wait to be written.
const WAITING: usize = 64;
/// Longest part of a header that is logged, in bytes.
const LONGEST: usize = 512;

/// Writes the lines of all threads.
pub struct AccessLog {
    sender: Option<SyncSender<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
    detail: Detail,
}

impl AccessLog {
    /// Begins a log: to a file, which is appended to, or to the standard output.
    pub fn new(path: Option<&Path>, detail: Detail) -> Done<Self> {
        if detail == Detail::Off {
            return Ok(Self {
                sender: None,
                thread: None,
                detail,
            });
        }
        let out: Box<dyn Write + Send> = match path {
            Some(path) => Box::new(
                File::options()
                    .append(true)
                    .create(true)
                    .open(path)
                    .at(path.display())?,
            ),
            None => Box::new(io::stdout()),
        };
        let (sender, receiver) = sync_channel(WAITING);
        let write = move || write_all(out, &receiver);
        let thread = std::thread::Builder::new()
            .name("access-log".to_owned())
            .spawn(write)
            .at("thread")?;
        Ok(Self {
            sender: Some(sender),
            thread: Some(thread),
            detail,
        })
    }

    /// For one serving thread.
    pub fn lines(&self) -> Lines {
        Lines {
            sender: self.sender.clone(),
            detail: self.detail,
            buffer: RefCell::default(),
            second: RefCell::default(),
            lost: Cell::default(),
        }
    }

    /// Waits until everything is written. All `Lines` must be gone.
    pub fn close(mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn write_all(mut out: Box<dyn Write + Send>, pieces: &Receiver<Vec<u8>>) {
    for piece in pieces {
        if let Err(error) = out.write_all(&piece).and_then(|()| out.flush()) {
            warn(format!("access log: {error}; nothing more is logged"));
            return;
        }
    }
}

/// What is said of an answer, beside its request.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// Seconds since 1970.
    pub at: i64,
    /// Status.
    pub status: StatusCode,
    /// Bytes of the body; `None` where they are not known beforehand.
    pub bytes: Option<u64>,
}

/// What is said of a request, as it came.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Address of the visitor, as it is logged.
    pub peer: &'a str,
    /// Method.
    pub method: &'a [u8],
    /// Target.
    pub target: &'a [u8],
    /// True for HTTP/1.0.
    pub old: bool,
    /// Where the visitor comes from.
    pub referer: Option<&'a [u8]>,
    /// With what program.
    pub agent: Option<&'a [u8]>,
}

impl<'a> Asked<'a> {
    /// From a request that was taken apart.
    pub fn of(peer: &'a str, parts: &'a Parts) -> Self {
        let header = |name| parts.headers.get(name).map(HeaderValue::as_bytes);
        Self {
            peer,
            method: parts.method.as_str().as_bytes(),
            target: parts
                .uri
                .path_and_query()
                .map_or("*", |target| target.as_str())
                .as_bytes(),
            old: parts.version == Version::HTTP_10,
            referer: header(header::REFERER),
            agent: header(header::USER_AGENT),
        }
    }
}

/// The lines of one thread.
pub struct Lines {
    sender: Option<SyncSender<Vec<u8>>>,
    detail: Detail,
    buffer: RefCell<Vec<u8>>,
    /// The last second, spelt out.
    second: RefCell<(i64, String)>,
    lost: Cell<u64>,
}

impl Lines {
    /// True if nothing is logged.
    pub fn is_off(&self) -> bool {
        self.sender.is_none()
    }

    /// An address as it is logged.
    pub fn peer(&self, ip: IpAddr) -> String {
        match self.detail {
            Detail::Full => ip.to_canonical().to_string(),
            Detail::Short | Detail::Off => shortened(ip).to_string(),
        }
    }

    /// Adds a line.
    pub fn push(&self, asked: &Asked<'_>, told: Told) {
        if self.is_off() {
            return;
        }
        let mut buffer = self.buffer.borrow_mut();
        let mut second = self.second.borrow_mut();
        if second.0 != told.at || second.1.is_empty() {
            *second = (told.at, spelt(told.at));
        }
        push_line(&mut buffer, asked, told, &second.1);
        if buffer.len() >= PIECE {
            self.send(std::mem::replace(&mut *buffer, Vec::with_capacity(PIECE + 1024)));
        }
    }

    /// Hands on what there is.
    pub fn flush(&self) {
        let mut buffer = self.buffer.borrow_mut();
        if !buffer.is_empty() {
            self.send(std::mem::take(&mut *buffer));
        }
        let lost = self.lost.replace(0);
        if lost > 0 {
            warn(format!(
                "access log: {lost} lines lost, they came faster than they could be written"
            ));
        }
    }

    fn send(&self, piece: Vec<u8>) {
        let Some(sender) = &self.sender else { return };
        if let Err(TrySendError::Full(piece)) = sender.try_send(piece) {
            let lines = piece.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.lost.set(self.lost.get() + lines);
        }
    }
}

/// `address - - [time] "GET /path HTTP/1.1" status bytes "referer" "user agent"`.
fn push_line(out: &mut Vec<u8>, asked: &Asked<'_>, told: Told, second: &str) {
    out.extend_from_slice(asked.peer.as_bytes());
    out.extend_from_slice(b" - - [");
    out.extend_from_slice(second.as_bytes());
    out.extend_from_slice(b"] \"");
    push_escaped_up_to(out, asked.method, LONGEST);
    out.push(b' ');
    push_escaped_up_to(out, asked.target, 2 * LONGEST);
    out.extend_from_slice(if asked.old { b" HTTP/1.0\" " } else { b" HTTP/1.1\" " });
    out.extend_from_slice(told.status.as_str().as_bytes());
    out.push(b' ');
    push_number(out, told.bytes);
    push_header(out, asked.referer);
    push_header(out, asked.agent);
    out.push(b'\n');
}

fn push_number(out: &mut Vec<u8>, number: Option<u64>) {
    match number {
        Some(number) => _ = write!(out, "{number}"),
        None => out.push(b'-'),
    }
}

fn push_header(out: &mut Vec<u8>, value: Option<&[u8]>) {
    out.extend_from_slice(b" \"");
    push_escaped_up_to(out, value.unwrap_or(b"-"), LONGEST);
    out.push(b'"');
}

fn push_escaped_up_to(out: &mut Vec<u8>, bytes: &[u8], most: usize) {
    push_escaped(out, bytes.get(..most).unwrap_or(bytes));
}

/// A visitor must not be able to write lines of their own.
fn push_escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if bytes.iter().all(plain) {
        out.extend_from_slice(bytes);
        return;
    }
    for byte in bytes {
        if plain(byte) {
            out.push(*byte);
        } else {
            _ = write!(out, "\\x{byte:02x}");
        }
    }
}

/// `23/Nov/2026:08:00:00 +0000`.
fn spelt(at: i64) -> String {
    let stamp = jiff::Timestamp::from_second(at).unwrap_or_default();
    stamp.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

/// The network of an address: the last byte of IPv4 and the last ten of IPv6 are zero.
fn shortened(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            Ipv4Addr::new(a, b, c, 0).into()
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_to_their_network() {
        for (ip, want) in [
            ("192.0.2.77", "192.0.2.0"),
            ("::ffff:192.0.2.77", "192.0.2.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ] {
            assert_eq!(ip.parse().map(|ip| shortened(ip).to_string()), Ok(want.to_owned()));
        }
    }

    #[test]
    fn a_line_is_one_line_whatever_the_visitor_sends() -> Result<(), Box<dyn std::error::Error>> {
        let asked = Asked {
            peer: "192.0.2.0",
            method: b"GET",
            target: b"/vn/en/?q=1",
            old: false,
            referer: None,
            agent: Some(b"\"quoted\" \\ \xc3\xa9\n"),
        };
        let told = Told {
            at: 1_795_420_800,
            status: StatusCode::OK,
            bytes: Some(11500),
        };
        let mut out = Vec::new();
        push_line(&mut out, &asked, told, &spelt(told.at));
        let want = "192.0.2.0 - - [23/Nov/2026:08:00:00 +0000] \"GET /vn/en/?q=1 HTTP/1.1\" 200 11500 \"-\" \
                    \"\\x22quoted\\x22 \\x5c \\xc3\\xa9\\x0a\"\n";
        assert_eq!(String::from_utf8(out)?, want);
        Ok(())
    }
}

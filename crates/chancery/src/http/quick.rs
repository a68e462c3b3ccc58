//! Finished pages straight from the cache to the socket, without a library between.
//!
//! Only what is beyond doubt is answered here: GET or HEAD of HTTP/1.1, without a body, small, for a page that is in the
//! cache, right, and made in the form that is asked for. At anything else the connection is handed on with all that was
//! read and not answered, so nothing here decides what a strange request means.

use super::{headers, service::Visit};
use crate::{
    access::{Asked, Told},
    pages::{Coding, Finished},
};
use bytes::Bytes;
use http::StatusCode;
use httparse::Status;
use record::date::Moment;
use std::{
    cell::Cell,
    future::poll_fn,
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncRead as _, AsyncWrite as _, ReadBuf},
    net::TcpStream,
};

/// Longer heads of requests are handed on, in bytes.
const HEAD: usize = 4096;
/// As are those with more headers.
const HEADERS: usize = 32;

/// What a connection has left: its stream, and what was read from it.
pub(super) type Rest = Option<(TcpStream, Bytes)>;

/// Answers requests for finished pages; `None` when the connection is over.
pub(super) async fn answer(mut tcp: TcpStream, visit: &Visit) -> Rest {
    let mut buffer = vec![0; HEAD];
    let (mut from, mut to) = (0, 0);
    loop {
        match step(buffer.get(from..to).unwrap_or_default(), visit) {
            Step::Send(length, out) => {
                from += length;
                out.send(&mut tcp).await.ok()?;
                visit.ticket.advance(Instant::now());
            }
            Step::Read if to - from < HEAD => {
                buffer.copy_within(from..to, 0);
                (from, to) = (0, to - from);
                let idle = to == 0;
                let space = buffer.get_mut(to..).unwrap_or_default();
                to += read(&mut tcp, space, || idle && visit.ticket.is_over()).await?;
            }
            Step::Read | Step::HandOn => {
                let rest = buffer.get(from..to).unwrap_or_default();
                return Some((tcp, Bytes::copy_from_slice(rest)));
            }
        }
    }
}

/// Reads what there is; `None` at the end, or where nothing more is wanted.
async fn read(tcp: &mut TcpStream, space: &mut [u8], over: impl Fn() -> bool) -> Option<usize> {
    poll_fn(|cx| {
        if over() {
            return Poll::Ready(None);
        }
        let mut into = ReadBuf::new(space);
        let read = Pin::new(&mut *tcp).poll_read(cx, &mut into);
        read.map(|read| read.ok().map(|()| into.filled().len()).filter(|length| *length > 0))
    })
    .await
}

/// What is to be done with what was read.
enum Step {
    /// An answer to so many bytes.
    Send(usize, Out),
    /// The head is not there yet.
    Read,
    /// Something for others.
    HandOn,
}

fn step(bytes: &[u8], visit: &Visit) -> Step {
    match Head::read(bytes) {
        Head::Partial => Step::Read,
        Head::Simple(length, simple) => out(&simple, visit).map_or(Step::HandOn, |out| Step::Send(length, out)),
        Head::Other => Step::HandOn,
    }
}

/// Length and target of the request that bytes begin with, if it asks for nothing but a page and may be answered here.
pub fn simple(bytes: &[u8]) -> Option<(usize, &str)> {
    match Head::read(bytes) {
        Head::Simple(length, simple) => Some((length, simple.target)),
        Head::Partial | Head::Other => None,
    }
}

/// What bytes begin with.
enum Head<'a> {
    /// A head of so many bytes that asks for nothing but a page.
    Simple(usize, Simple<'a>),
    /// The beginning of a head.
    Partial,
    /// Something for others.
    Other,
}

impl<'a> Head<'a> {
    fn read(bytes: &'a [u8]) -> Self {
        let mut space = [httparse::EMPTY_HEADER; HEADERS];
        let mut request = httparse::Request::new(&mut space);
        match request.parse(bytes) {
            Ok(Status::Partial) => Self::Partial,
            Ok(Status::Complete(length)) => {
                Simple::of(&request).map_or(Self::Other, |simple| Self::Simple(length, simple))
            }
            Err(_) => Self::Other,
        }
    }
}

/// A request that asks for nothing but a page.
#[derive(Debug, Default, PartialEq, Eq)]
struct Simple<'a> {
    head_only: bool,
    target: &'a str,
    host: Option<&'a str>,
    accepted: Option<&'a [u8]>,
    known: Option<&'a [u8]>,
    referer: Option<&'a [u8]>,
    agent: Option<&'a [u8]>,
}

impl<'a> Simple<'a> {
    fn of(request: &httparse::Request<'_, 'a>) -> Option<Self> {
        let head_only = match request.method? {
            "GET" => false,
            "HEAD" => true,
            _ => return None,
        };
        let target = request.path.filter(|target| is_plain(target))?;
        let mut simple = Self {
            head_only,
            target,
            ..Self::default()
        };
        for header in request.headers.iter() {
            simple.take(header.name, header.value)?;
        }
        let named = simple.host.is_some_and(|host| headers::is_host(host.as_bytes()));
        (request.version == Some(1) && named).then_some(simple)
    }

    /// Notes a header; `None` if it makes the request another one.
    fn take(&mut self, name: &str, value: &'a [u8]) -> Option<()> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match name.len() {
            4 if is("host") => once(&mut self.host, std::str::from_utf8(value).ok()?),
            15 if is("accept-encoding") => once(&mut self.accepted, value),
            13 if is("if-none-match") => once(&mut self.known, value),
            7 if is("referer") => once(&mut self.referer, value),
            10 if is("user-agent") => once(&mut self.agent, value),
            10 if is("connection") => value.eq_ignore_ascii_case(b"keep-alive").then_some(()),
            6 if is("expect") => None,
            7 if is("upgrade") || is("trailer") => None,
            14 if is("content-length") => None,
            17 if is("transfer-encoding") => None,
            _ => Some(()),
        }
    }
}

/// True for targets that every parser reads alike (RFC 3986, section 3.3 and 3.4).
fn is_plain(target: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte);
    target.starts_with('/') && target.bytes().all(allowed)
}

fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// The answer, if the page is ready in the form that is asked for.
fn out(simple: &Simple<'_>, visit: &Visit) -> Option<Out> {
    let shared = &visit.shared;
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = shared
        .app
        .at
        .unwrap_or(Moment(i64::try_from(clock.as_secs()).unwrap_or(i64::MAX)));
    let split = simple.target.split_once('?');
    let (path, query) = split.map_or((simple.target, None), |(path, query)| (path, Some(query)));
    let page = shared.app.pages.ready(simple.host, path, query, now)?;
    if page.valid_until.is_some_and(|until| until.0 - now.0 < headers::FRESH) {
        return None;
    }
    let coding = Coding::chosen(simple.accepted.unwrap_or_default());
    let form = page.form(coding)?;
    let known = page.status == StatusCode::OK
        && simple
            .known
            .is_some_and(|list| headers::names(list, form.etag.as_bytes()));
    let body = !known && !simple.head_only;
    let asked = Asked {
        peer: &visit.peer,
        method: if simple.head_only { b"HEAD" } else { b"GET" },
        target: simple.target.as_bytes(),
        old: false,
        referer: simple.referer,
        agent: simple.agent,
    };
    let told = Told {
        at: clock.as_secs().cast_signed(),
        status: if known { StatusCode::NOT_MODIFIED } else { page.status },
        bytes: Some(if body { form.body.len() as u64 } else { 0 }),
    };
    shared.lines.push(&asked, told);
    #[cfg(test)]
    note_answered(simple.target);
    let date = shared.date.at(clock);
    Some(Out {
        page,
        coding,
        known,
        body,
        date,
    })
}

/// Targets that were answered here, so that tests know which way an answer took.
#[cfg(test)]
static ANSWERED: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());

#[cfg(test)]
fn note_answered(target: &str) {
    if let Ok(mut answered) = ANSWERED.lock() {
        answered.push(target.to_owned());
    }
}

/// How often a target was answered here.
#[cfg(test)]
pub(super) fn answered(target: &str) -> usize {
    let answered = ANSWERED
        .lock()
        .map(|all| all.iter().filter(|one| *one == target).count());
    answered.unwrap_or_default()
}

/// An answer on its way.
struct Out {
    page: Arc<Finished>,
    coding: Coding,
    known: bool,
    body: bool,
    date: Line,
}

impl Out {
    async fn send(&self, tcp: &mut TcpStream) -> io::Result<()> {
        let form = self.page.form(self.coding).ok_or(io::ErrorKind::NotFound)?;
        let head = if self.known { &form.head_known } else { &form.head };
        let body = if self.body { &form.body[..] } else { &[] };
        let mut pieces = [IoSlice::new(head), IoSlice::new(&self.date), IoSlice::new(body)];
        let mut pieces = &mut pieces[..];
        while pieces.iter().any(|piece| !piece.is_empty()) {
            let written = poll_fn(|cx| Pin::new(&mut *tcp).poll_write_vectored(cx, pieces)).await?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            IoSlice::advance_slices(&mut pieces, written);
        }
        Ok(())
    }
}

/// The last lines of a head: `date: …` and an empty one.
type Line = [u8; 39];

/// The date, spelt out once a second.
#[derive(Default)]
pub(super) struct Date(Cell<Option<(u64, Line)>>);

impl Date {
    fn at(&self, clock: Duration) -> Line {
        let second = clock.as_secs();
        if let Some((_, line)) = self.0.get().filter(|(at, _)| *at == second) {
            return line;
        }
        let text = format!("date: {}\r\n\r\n", httpdate::fmt_http_date(UNIX_EPOCH + clock));
        let line = text.as_bytes().try_into().unwrap_or([b' '; 39]);
        self.0.set(Some((second, line)));
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_simple(head: &str) -> bool {
        simple(head.as_bytes()).is_some()
    }

    #[test]
    fn only_plain_requests_for_pages_are_taken() {
        for (line, headers, want) in [
            ("GET /vn/en/ HTTP/1.1", "", true),
            ("HEAD /vn/en/?a=b HTTP/1.1", "Connection: Keep-Alive\r\n", true),
            (
                "GET /vn/en/ HTTP/1.1",
                "User-Agent: x\r\nAccept-Encoding: br\r\nIf-None-Match: \"a\"\r\n",
                true,
            ),
            ("POST /vn/en/ HTTP/1.1", "", false),
            ("GET /vn/en/ HTTP/1.0", "", false),
            ("GET http://x/vn/en/ HTTP/1.1", "", false),
            ("GET * HTTP/1.1", "", false),
            ("GET /vn/en/?a=\"b\" HTTP/1.1", "", false),
            ("GET /vn/en/#top HTTP/1.1", "", false),
            ("GET /vn/en/?a=<b> HTTP/1.1", "", false),
            ("GET /vn/en/\\..\\ HTTP/1.1", "", false),
            ("GET / HTTP/1.1", "Host: second\r\n", false),
            ("GET / HTTP/1.1", "Content-Length: 0\r\n", false),
            ("GET / HTTP/1.1", "CONTENT-LENGTH: 5\r\n", false),
            ("GET / HTTP/1.1", "Transfer-Encoding: chunked\r\n", false),
            ("GET / HTTP/1.1", "Connection: close\r\n", false),
            ("GET / HTTP/1.1", "Connection: keep-alive, Upgrade\r\n", false),
            ("GET / HTTP/1.1", "Expect: 100-continue\r\n", false),
            ("GET / HTTP/1.1", "Upgrade: h2c\r\n", false),
            ("GET / HTTP/1.1", "Accept-Encoding: a\r\nAccept-Encoding: b\r\n", false),
            ("GET / HTTP/1.1", "bad header\r\n", false),
        ] {
            assert_eq!(
                is_simple(&format!("{line}\r\nHost: x\r\n{headers}\r\n")),
                want,
                "{line} {headers}"
            );
        }
        for head in ["GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"] {
            assert!(!is_simple(head), "{head}");
        }
    }

    #[test]
    fn the_date_ends_the_head() {
        let line = Date::default().at(Duration::from_secs(1_795_420_800));
        assert_eq!(&line, b"date: Mon, 23 Nov 2026 08:00:00 GMT\r\n\r\n");
    }
}

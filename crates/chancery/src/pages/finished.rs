//! A finished page with its forms: the body in each content coding, with the headers that go with it.

use super::coding::Coding;
use crate::http::headers;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use record::date::Moment;
use site::{
    address::{Address, Form as Given},
    view::Page,
    witnessed::Witnessed,
};
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};
use tlog::hash::sha256;

/// A page in one content coding.
#[derive(Debug)]
pub struct Form {
    /// The body as it is sent.
    pub body: Bytes,
    /// All headers but length and date.
    pub headers: HeaderMap,
    /// The strong validator, with its quotes.
    pub etag: HeaderValue,
    /// The head of the answer as it is sent, up to its date.
    pub head: Bytes,
    /// The same for those who know the page: status 304.
    pub head_known: Bytes,
}

/// Status line and headers, and the length where there is one; what follows is the date and an empty line.
fn head(status: StatusCode, headers: &HeaderMap, length: Option<usize>) -> Bytes {
    let mut out = format!(
        "HTTP/1.1 {} {}\r\n",
        status.as_str(),
        status.canonical_reason().unwrap_or("-")
    )
    .into_bytes();
    for (name, value) in headers {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    if let Some(length) = length {
        out.extend_from_slice(format!("content-length: {length}\r\n").as_bytes());
    }
    out.into()
}

/// A page, its forms, and what is known of its being right.
#[derive(Debug)]
pub struct Finished {
    /// HTTP status.
    pub status: StatusCode,
    /// From this moment it must be computed again.
    pub valid_until: Option<Moment>,
    /// What the site crate said of the last entry that may have changed it.
    pub(super) touched: u64,
    /// The witnesses that it shows.
    witnessed: Option<Arc<Witnessed>>,
    address: Option<Address>,
    media: &'static str,
    secure: bool,
    /// Headers that only this page has.
    more: Vec<(HeaderName, HeaderValue)>,
    digest: Box<str>,
    /// The head for which it was last found right.
    checked: AtomicU64,
    forms: [OnceLock<Option<Form>>; Coding::ALL.len()],
    /// Bytes of all forms made so far.
    weight: AtomicUsize,
    /// True if it was asked for since the cache was last swept.
    pub(super) used: AtomicBool,
}

impl Finished {
    /// Takes a page that was computed at a head.
    pub fn new(page: Page, address: Option<Address>, head: u64, secure: bool) -> Self {
        Self::with(page, address, head, secure, Vec::new())
    }

    /// As [`Self::new`], with headers of its own.
    pub fn with(
        page: Page,
        address: Option<Address>,
        head: u64,
        secure: bool,
        more: Vec<(HeaderName, HeaderValue)>,
    ) -> Self {
        let finished = Self {
            status: StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            valid_until: page.valid_until,
            touched: page.touched,
            witnessed: None,
            address,
            media: page.media,
            secure,
            more,
            digest: sha256(&page.bytes).to_string().into(),
            checked: AtomicU64::new(head),
            forms: Default::default(),
            weight: AtomicUsize::new(0),
            used: AtomicBool::new(false),
        };
        let plain = finished.form_of(Coding::Identity, page.bytes.into());
        let _ = finished.forms[Coding::Identity as usize].set(Some(plain));
        finished
    }

    /// True if nothing was appended since it was found right, and the clock agrees.
    pub fn is_right(&self, head: u64, now: Moment) -> bool {
        self.checked.load(Ordering::Acquire) == head && self.is_in_time(now)
    }

    /// The same page, knowing the witnesses that it shows.
    #[must_use]
    pub fn showing(self, witnessed: Option<Arc<Witnessed>>) -> Self {
        Self { witnessed, ..self }
    }

    /// True if no entry and no witness has changed it since it was made.
    pub(super) fn is_as(&self, touched: u64, witnessed: Option<&Witnessed>) -> bool {
        self.touched == touched && self.witnessed.as_deref() == witnessed
    }

    /// True if it was made for this address, and the clock agrees.
    pub(super) fn holds(&self, address: &Address, now: Moment) -> bool {
        self.address.as_ref() == Some(address) && self.is_in_time(now)
    }

    fn is_in_time(&self, now: Moment) -> bool {
        self.valid_until.is_none_or(|until| now < until)
    }

    /// Notes that it was found right for a head.
    pub(super) fn confirm(&self, head: u64) {
        self.checked.store(head, Ordering::Release);
    }

    /// Bytes of memory it takes, roughly.
    pub(super) fn weight(&self) -> usize {
        self.weight.load(Ordering::Relaxed)
    }

    /// The form in a coding if it is made: that, or the plain one where coding it does not pay. `None` = not made yet.
    pub fn form(&self, coding: Coding) -> Option<&Form> {
        match self.forms[coding as usize].get()? {
            Some(form) => Some(form),
            None => self.forms[Coding::Identity as usize].get()?.as_ref(),
        }
    }

    /// Makes the form in a coding. Takes milliseconds for a large page.
    pub fn make(&self, coding: Coding) -> Option<&Form> {
        self.forms[coding as usize].get_or_init(|| {
            let plain = self.form(Coding::Identity)?;
            let coded = coding.encode(&plain.body)?;
            // A few bytes are not worth another form.
            (coded.len() + 64 < plain.body.len()).then(|| self.form_of(coding, coded.into()))
        });
        self.form(coding)
    }

    fn form_of(&self, coding: Coding, body: Bytes) -> Form {
        let etag = etag(&self.digest, coding);
        let mut headers = headers::of_page(self.media, self.secure);
        headers.insert(header::ETAG, etag.clone());
        headers.insert(header::CACHE_CONTROL, self.caching());
        headers.extend(self.more.iter().cloned());
        if let Some(name) = coding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        if self.is_proof() {
            headers::open_to_all(&mut headers);
        }
        if matches!(self.address, Some(Address::Verify { .. })) {
            headers::with_script(&mut headers);
        }
        self.weight.fetch_add(body.len() + OVERHEAD, Ordering::Relaxed);
        let whole = head(self.status, &headers, Some(body.len()));
        let mut of_known = headers.clone();
        headers::reduce(&mut of_known);
        Form {
            head: whole,
            head_known: head(StatusCode::NOT_MODIFIED, &of_known, None),
            body,
            headers,
            etag,
        }
    }

    /// Anybody may fetch what proves a text (`docs/spec/record-http.md`, section 3).
    fn is_proof(&self) -> bool {
        match self.address {
            Some(Address::Document { form, .. } | Address::Edition { form, .. }) => {
                matches!(form, Given::Json | Given::Proof)
            }
            _ => false,
        }
    }

    fn caching(&self) -> HeaderValue {
        match self.address {
            _ if self.status.is_server_error() => headers::NEVER,
            Some(Address::Asset { .. }) if self.status == StatusCode::OK => headers::IMMUTABLE,
            _ => headers::SHORT,
        }
    }
}

/// What a form takes beside its body: headers, and its share of the maps.
const OVERHEAD: usize = 4096;

/// 96 bits of the digest and the coding: each form has a validator of its own.
fn etag(digest: &str, coding: Coding) -> HeaderValue {
    let text = format!("\"{}{}\"", digest.get(..24).unwrap_or_default(), coding.mark());
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("\"-\""))
}

/// A page shared between the cache and the requests.
pub(super) type Shared = Arc<Finished>;

#[cfg(test)]
mod tests {
    use super::*;

    fn page(bytes: &[u8]) -> Finished {
        let page = Page {
            valid_until: Some(Moment(100)),
            ..Page::new("text/html; charset=utf-8", bytes.to_vec(), 7)
        };
        Finished::new(page, Some(Address::Directory), 7, false)
    }

    #[test]
    fn a_page_is_right_until_the_head_or_the_clock_moves() {
        let page = page(b"text");
        assert!(page.is_right(7, Moment(99)));
        assert!(!page.is_right(7, Moment(100)));
        assert!(!page.is_right(8, Moment(99)));
        page.confirm(8);
        assert!(page.is_right(8, Moment(99)));
    }

    #[test]
    fn each_form_has_its_own_validator() {
        let page = page(&b"a sentence that repeats. ".repeat(50));
        let tags: Vec<_> = Coding::ALL
            .into_iter()
            .filter_map(|c| page.make(c).map(|f| f.etag.clone()))
            .collect();
        assert_eq!(tags.len(), 4);
        for (n, tag) in tags.iter().enumerate() {
            assert!(!tags[..n].contains(tag), "{tag:?} twice");
        }
    }

    #[test]
    fn what_does_not_shrink_is_sent_plain() {
        let page = page(b"short");
        assert!(page.form(Coding::Gzip).is_none());
        let form = page
            .make(Coding::Gzip)
            .map(|form| form.headers.contains_key(header::CONTENT_ENCODING));
        assert_eq!(form, Some(false));
    }
}

//! Bodies and short answers.

use super::headers;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// The body of an answer: one piece that is there, or what a handler made.
pub enum Answer {
    /// In one piece; `None` once it is taken.
    Whole(Option<Bytes>),
    /// Of the router.
    Routed(Body),
}

impl Answer {
    /// Length in bytes, where it is known.
    pub fn len(&self) -> Option<u64> {
        hyper::body::Body::size_hint(self).exact()
    }

    /// True if there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Routed(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::Routed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Self::Routed(body) => body.size_hint(),
        }
    }
}

/// What goes out: status, headers and bytes, before it is known how it is wrapped.
pub(super) fn of<B>(status: StatusCode, headers: HeaderMap, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// A short answer in plain text, which nobody keeps.
pub(super) fn plain(status: StatusCode, text: &str, secure: bool) -> Response<Body> {
    let mut headers = headers::strict(secure);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, headers::NEVER);
    of(status, headers, Body::from(text.to_owned()))
}

/// The program failed, not the visitor.
pub(super) fn failed(secure: bool) -> Response<Body> {
    plain(StatusCode::INTERNAL_SERVER_ERROR, "internal error\n", secure)
}

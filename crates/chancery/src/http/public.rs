//! Pages, feeds and alternates.

use super::{App, answer, headers};
use crate::{
    output::warn,
    pages::{Coding, Finished, Form, Found},
};
use axum::{
    body::Body,
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use record::date::Moment;
use std::sync::Arc;

/// An address longer than this leads nowhere; in bytes, with its query.
const MOST: usize = 4096;

/// The answer to a request for a page that is finished: nothing is computed, nothing waits.
pub(super) fn ready(app: &App, uri: &Uri, asked: &HeaderMap) -> Option<http::Response<Bytes>> {
    let now = app.now();
    let page = app
        .pages
        .ready(headers::host(uri, asked), uri.path(), uri.query(), now)?;
    Some(send(&page, page.form(coding(asked))?, asked, now))
}

/// Answers a request for a page, with all the work that may take.
pub(super) async fn page(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let secure = app.pages.secure();
    let length = parts.uri.path_and_query().map_or(0, |whole| whole.as_str().len());
    if length > MOST {
        return answer::plain(StatusCode::URI_TOO_LONG, "the address is too long\n", secure);
    }
    let path = parts.uri.path().to_owned();
    let work = move || found(&app, &parts.uri, &parts.headers);
    let sent = tokio::task::spawn_blocking(work).await;
    let response = sent.unwrap_or_else(|_| answer::failed(secure));
    if response.status().is_server_error() {
        warn(format!("{} at {path:?}", response.status()));
    }
    response
}

fn found(app: &App, uri: &Uri, asked: &HeaderMap) -> Response {
    let now = app.now();
    match app.pages.find(headers::host(uri, asked), uri.path(), uri.query(), now) {
        Found::Page(page) => match page.make(coding(asked)) {
            Some(form) => send(&page, form, asked, now).map(Body::from),
            None => answer::failed(app.pages.secure()),
        },
        Found::Redirect(to) => redirect(&to, app.pages.secure()),
        Found::Soon => soon(app.pages.secure()),
    }
}

fn coding(asked: &HeaderMap) -> Coding {
    Coding::chosen(asked.get(header::ACCEPT_ENCODING).map_or(b"", HeaderValue::as_bytes))
}

fn send(page: &Finished, form: &Form, asked: &HeaderMap, now: Moment) -> http::Response<Bytes> {
    let mut headers = form.headers.clone();
    if let Some(until) = page.valid_until
        && until.0 - now.0 < headers::FRESH
    {
        headers.insert(header::CACHE_CONTROL, headers::short(until.0 - now.0));
    }
    if page.status == StatusCode::OK && headers::is_known(asked, &form.etag) {
        headers::reduce(&mut headers);
        return answer::of(StatusCode::NOT_MODIFIED, headers, Bytes::new());
    }
    answer::of(page.status, headers, form.body.clone())
}

fn redirect(to: &str, secure: bool) -> Response {
    let mut response = answer::plain(StatusCode::MOVED_PERMANENTLY, "moved\n", secure);
    let Ok(to) = HeaderValue::try_from(ascii(to)) else {
        return answer::failed(secure);
    };
    response.headers_mut().insert(header::LOCATION, to);
    response.headers_mut().insert(header::CACHE_CONTROL, headers::MOVED);
    response
}

/// A target with everything escaped that may not stand in a header.
fn ascii(to: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const UNSAFE: AsciiSet = CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\');
    let escaped = utf8_percent_encode(to, &UNSAFE).to_string();
    // Two slashes in front would name another host.
    if escaped.starts_with("//") {
        format!("/{}", escaped.trim_start_matches('/'))
    } else {
        escaped
    }
}

/// Something is committed but not yet derived.
fn soon(secure: bool) -> Response {
    let mut response = answer::plain(StatusCode::SERVICE_UNAVAILABLE, "one moment, please\n", secure);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_stays_on_its_host_and_on_its_line() {
        for (to, want) in [
            ("/vn/en/news/", "/vn/en/news/"),
            ("//evil.example/", "/evil.example/"),
            ("/a\r\nSet-Cookie: x", "/a%0D%0ASet-Cookie:%20x"),
            ("/über", "/%C3%BCber"),
            ("https://vn.mfa.example/en/", "https://vn.mfa.example/en/"),
        ] {
            assert_eq!(ascii(to), want);
        }
    }
}

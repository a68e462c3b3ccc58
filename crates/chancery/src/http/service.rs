//! From a request to its answer: finished pages at once, everything else through the router; and its line in the log.

use super::{Answer, App, answer, connection::Ticket, headers, is_reading, not_allowed, public, quick};
use crate::access::{Asked, Lines, Told};
use axum::{Router, body::Body};
use http::{Method, Request, Response, StatusCode, request::Parts};
use hyper::body::Incoming;
use std::{
    convert::Infallible,
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
};
use tower::Service as _;

/// What all connections of a thread share.
pub(super) struct Shared {
    pub(super) app: Arc<App>,
    pub(super) router: Router,
    pub(super) lines: Lines,
    pub(super) date: quick::Date,
}

/// Answers the requests of one connection.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) shared: Rc<Shared>,
    pub(super) ticket: Rc<Ticket>,
    pub(super) peer: Rc<str>,
}

type Routed = Pin<Box<dyn Future<Output = Response<Answer>>>>;

/// An answer that is there, or one in the making.
pub(super) enum Reply {
    Ready(Option<Box<Response<Answer>>>),
    Routed(Routed),
}

impl Future for Reply {
    type Output = Result<Response<Answer>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Ready(response) => response
                .take()
                .map_or(Poll::Pending, |response| Poll::Ready(Ok(*response))),
            Self::Routed(future) => future.as_mut().poll(cx).map(Ok),
        }
    }
}

impl hyper::service::Service<Request<Incoming>> for Visit {
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Reply;

    fn call(&self, request: Request<Incoming>) -> Reply {
        let app = &self.shared.app;
        if !headers::names_host(request.version(), request.headers()) {
            let (parts, _) = request.into_parts();
            let why = "the request must name one host\n";
            let response = answer::plain(StatusCode::BAD_REQUEST, why, app.pages.secure()).map(Answer::Routed);
            log(&self.shared.lines, &self.peer, &parts, &response);
            return Reply::Ready(Some(Box::new(response)));
        }
        let reads = is_reading(request.method());
        if reads && let Some(page) = public::ready(app, request.uri(), request.headers()) {
            let (parts, ()) = request.map(drop).into_parts();
            let response = page.map(|bytes| Answer::Whole(Some(bytes)));
            log(&self.shared.lines, &self.peer, &parts, &response);
            return Reply::Ready(Some(Box::new(response)));
        }
        if !reads {
            let (parts, _) = request.into_parts();
            let response = not_allowed(app.pages.secure()).map(Answer::Routed);
            log(&self.shared.lines, &self.peer, &parts, &response);
            return Reply::Ready(Some(Box::new(response)));
        }
        Reply::Routed(self.route(request))
    }
}

impl Visit {
    fn route(&self, request: Request<Incoming>) -> Routed {
        let (shared, peer, ticket) = (Rc::clone(&self.shared), Rc::clone(&self.peer), Rc::clone(&self.ticket));
        let (parts, _) = request.into_parts();
        // Nothing here reads what a visitor sends along.
        let mut asked = Request::new(Body::empty());
        *asked.method_mut() = parts.method.clone();
        *asked.uri_mut() = parts.uri.clone();
        *asked.headers_mut() = parts.headers.clone();
        Box::pin(async move {
            let mut router = shared.router.clone();
            let routed = router.call(asked).await;
            let response = routed.unwrap_or_else(|_| answer::failed(false)).map(Answer::Routed);
            ticket.advance(std::time::Instant::now());
            log(&shared.lines, &peer, &parts, &response);
            response
        })
    }
}

fn log(lines: &Lines, peer: &str, parts: &Parts, response: &Response<Answer>) {
    if lines.is_off() {
        return;
    }
    let asked = Asked::of(peer, parts);
    let bytes = if parts.method == Method::HEAD {
        Some(0)
    } else {
        response.body().len()
    };
    lines.push(
        &asked,
        Told {
            at: crate::clock::now().0,
            status: response.status(),
            bytes,
        },
    );
}

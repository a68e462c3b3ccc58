//! All routes, grouped by who asks for them; nothing else. `docs/http.md` describes them for operators.
//!
//! A request for a finished page is answered in [`quick`] or [`service`] before the router sees it; everything else comes here.

mod answer;
mod connection;
pub mod headers;
mod listen;
pub mod memento;
mod public;
pub mod quick;
mod record;
mod service;

pub use answer::Answer;
pub use listen::{Limits, Stop, bind, serve, until_asked};

use crate::{clock, pages::Pages};
use ::record::date::Moment;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
    routing::get,
};
use http::{HeaderValue, Method, StatusCode, header};
use std::sync::Arc;

/// What handlers share.
pub struct App {
    /// The pages.
    pub pages: Pages,
    /// A moment that stands still, for comparisons; else the clock is asked.
    pub at: Option<Moment>,
}

impl App {
    /// The moment for which pages are computed.
    pub fn now(&self) -> Moment {
        self.at.unwrap_or_else(clock::now)
    }
}

/// The routes. Methods other than GET and HEAD do not come this far.
pub fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(health))
        .route("/d/{id}/{lang}/timegate", get(memento::gate))
        .route("/d/{id}/{lang}/timemap", get(memento::map))
        .route("/record/", get(record::file))
        .route("/record/{*path}", get(record::file))
        .fallback(public::page)
        .with_state(app)
}

/// How the server is, for those who watch it.
async fn health(State(app): State<Arc<App>>, _: Request) -> Response {
    let health = app.pages.world().health();
    let (held, most) = app.pages.held();
    let body = serde_json::json!({
        "status": if health.problems.is_empty() { "ok" } else { "degraded" },
        "size": health.size,
        "issued": health.issued,
        "age": (clock::now().0 - health.issued.0).max(0),
        "seen": Moment(health.seen),
        "problems": health.problems,
        "cache": { "bytes": held, "most": most },
    });
    let mut response = answer::plain(StatusCode::OK, &format!("{body}\n"), app.pages.secure());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Public pages and records are for reading.
fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn not_allowed(secure: bool) -> Response<Body> {
    let mut response = answer::plain(
        StatusCode::METHOD_NOT_ALLOWED,
        "only GET and HEAD are answered here\n",
        secure,
    );
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

#[cfg(test)]
mod tests;

//! Memento (RFC 7089): what a page said at a moment. Each edition under `/d/{id}/{lang}/{n}` is a memento; its TimeGate and
//! TimeMap stand beside. What is withheld or erased is not named.

use super::{App, answer, headers};
use axum::{
    body::Body,
    extract::{Path, Request, State},
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use record::{
    date::Moment,
    id::DocumentId,
    lang::Lang,
    register::{DocNo, Edition},
};
use site::{
    address::{Address, Form},
    view::View,
};
use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

const DATETIME: HeaderName = HeaderName::from_static("memento-datetime");
const ACCEPT_DATETIME: &str = "accept-datetime";
const FORMAT: &str = "application/link-format";

/// The mementos of one document in one language.
struct Mementos {
    /// Its page.
    original: String,
    /// What mementos, gate and map begin with.
    base: String,
    /// Version and time of each, in their order.
    all: Vec<(u32, Moment)>,
}

impl Mementos {
    /// `None` where nothing of it can be seen, now or before.
    fn of(view: &View<'_>, doc: DocNo, lang: Lang) -> Option<Self> {
        let document = view.register.document(doc);
        let site = view.home_of(doc)?;
        let place = Address::Document {
            site,
            lang,
            doc,
            form: Form::Html,
        }
        .place(view);
        let seen = |edition: &&Edition| edition.has_manifest() && document.withheld_by(lang, edition.index).is_none();
        let all: Vec<_> = document
            .editions(lang)
            .iter()
            .filter(seen)
            .map(|e| (e.version, e.issued))
            .collect();
        (!all.is_empty()).then(|| Self {
            original: format!("{}{}", view.bases.root(view.register, place.root), place.path),
            base: format!("{}/d/{}/{lang}", view.bases.family(), document.id),
            all,
        })
    }

    /// The one that was newest at a moment; the first where the moment is before all of them.
    fn at(&self, moment: Moment) -> Option<&(u32, Moment)> {
        self.all
            .iter()
            .rfind(|(_, issued)| *issued <= moment)
            .or(self.all.first())
    }

    fn link(&self, (version, issued): &(u32, Moment), first: bool, last: bool) -> String {
        let rel = match (first, last) {
            (true, true) => "first last memento",
            (true, false) => "first memento",
            (false, true) => "last memento",
            (false, false) => "memento",
        };
        format!(
            "<{}/{version}>; rel=\"{rel}\"; datetime=\"{}\"",
            self.base,
            spelt(*issued)
        )
    }

    /// Original, gate and map.
    fn around(&self) -> String {
        let Self { original, base, .. } = self;
        format!(
            "<{original}>; rel=\"original\", <{base}/timegate>; rel=\"timegate\", <{base}/timemap>; rel=\"timemap\"; type=\"{FORMAT}\""
        )
    }

    /// All of them, as link-format.
    fn map(&self) -> String {
        let Self { original, base, all } = self;
        let range = match (all.first(), all.last()) {
            (Some(first), Some(last)) => format!("; from=\"{}\"; until=\"{}\"", spelt(first.1), spelt(last.1)),
            _ => String::new(),
        };
        let mut lines = vec![
            format!("<{original}>; rel=\"original\""),
            format!("<{base}/timemap>; rel=\"self\"; type=\"{FORMAT}\"{range}"),
            format!("<{base}/timegate>; rel=\"timegate\""),
        ];
        let last = all.len().saturating_sub(1);
        lines.extend(all.iter().enumerate().map(|(n, one)| self.link(one, n == 0, n == last)));
        lines.join(",\n") + "\n"
    }
}

/// A moment as HTTP spells it.
fn spelt(moment: Moment) -> String {
    let seconds = u64::try_from(moment.0).unwrap_or(0);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// What the page of a text, or of one edition, says of the others.
pub fn of_page(view: &View<'_>, address: &Address) -> Vec<(HeaderName, HeaderValue)> {
    let (doc, lang, version) = match *address {
        Address::Document {
            doc,
            lang,
            form: Form::Html,
            ..
        } => (doc, lang, None),
        Address::Edition {
            doc,
            lang,
            version,
            form: Form::Html,
        } => (doc, lang, Some(version)),
        _ => return Vec::new(),
    };
    let Some(mementos) = Mementos::of(view, doc, lang) else {
        return Vec::new();
    };
    let issued = version.map(|version| mementos.all.iter().find(|(known, _)| *known == version));
    let at = match issued {
        Some(None) => return Vec::new(),
        Some(Some((_, issued))) => HeaderValue::try_from(spelt(*issued)).ok(),
        None => None,
    };
    let links = HeaderValue::try_from(mementos.around())
        .ok()
        .map(|links| (header::LINK, links));
    links.into_iter().chain(at.map(|at| (DATETIME, at))).collect()
}

fn find(app: &App, id: &str, lang: &str) -> Option<Mementos> {
    let (id, lang) = (id.parse::<DocumentId>().ok()?, lang.parse::<Lang>().ok()?);
    app.pages
        .with_view(|view| Mementos::of(view, view.register.by_id(id)?, lang))
}

/// `/d/{id}/{lang}/timegate`: leads to the edition that was newest at `Accept-Datetime`.
pub(super) async fn gate(
    State(app): State<Arc<App>>,
    Path((id, lang)): Path<(String, String)>,
    request: Request,
) -> Response {
    let secure = app.pages.secure();
    let asked = match moment(request.headers()) {
        Ok(asked) => asked.unwrap_or(Moment(i64::MAX)),
        Err(()) => {
            return answer::plain(
                StatusCode::BAD_REQUEST,
                "Accept-Datetime is not a date of HTTP\n",
                secure,
            );
        }
    };
    let Some(mementos) = find(&app, &id, &lang) else {
        return missing(secure);
    };
    let Some((version, _)) = mementos.at(asked) else {
        return missing(secure);
    };
    let mut response = answer::plain(StatusCode::FOUND, "found\n", secure);
    let (to, links) = (format!("{}/{version}", mementos.base), mementos.around());
    let fields = [
        (header::LOCATION, HeaderValue::try_from(to)),
        (header::LINK, HeaderValue::try_from(links)),
    ];
    for (name, value) in fields {
        let Ok(value) = value else {
            return answer::failed(secure);
        };
        response.headers_mut().insert(name, value);
    }
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static(ACCEPT_DATETIME));
    response
}

/// `/d/{id}/{lang}/timemap`: all editions that can be seen.
pub(super) async fn map(State(app): State<Arc<App>>, Path((id, lang)): Path<(String, String)>) -> Response {
    let secure = app.pages.secure();
    let Some(mementos) = find(&app, &id, &lang) else {
        return missing(secure);
    };
    let mut fields = headers::strict(secure);
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(FORMAT));
    fields.insert(header::CACHE_CONTROL, headers::SHORT);
    answer::of(StatusCode::OK, fields, Body::from(mementos.map()))
}

fn moment(asked: &HeaderMap) -> Result<Option<Moment>, ()> {
    let Some(value) = asked.get(ACCEPT_DATETIME) else {
        return Ok(None);
    };
    let date = value
        .to_str()
        .ok()
        .and_then(|text| httpdate::parse_http_date(text).ok());
    let since = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok());
    since
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .map(|at| Some(Moment(at)))
        .ok_or(())
}

fn missing(secure: bool) -> Response {
    answer::plain(
        StatusCode::NOT_FOUND,
        "there are no editions of this to be seen\n",
        secure,
    )
}

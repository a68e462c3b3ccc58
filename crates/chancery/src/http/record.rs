//! `/record/`: the public files of the record (`docs/spec/record-http.md`, section 2).

use super::{App, answer, headers};
use crate::reading::Gone;
use axum::{
    body::Body,
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use site::view::Scope;
use std::{io, path::Path, sync::Arc};
use tlog::{
    hash::{Hash, sha256},
    store::{Dir, Listing as _, Source as _},
    tile::Tile,
};

/// A public file larger than this is not one of ours, in bytes.
const MOST: usize = 300 << 20;

/// What a path of the record names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Checkpoint,
    Archived,
    /// The list of archived checkpoints.
    Archive,
    /// The list of cosigned checkpoints.
    Cosigned,
    Tile,
    Blob(Hash),
    Asset,
    Policy,
    Log,
}

impl Kind {
    /// Reads the grammar of paths, and nothing else: no escapes, no dots, no private files.
    fn of(path: &str) -> Option<Self> {
        match path {
            "checkpoint" => return Some(Self::Checkpoint),
            "policy" => return Some(Self::Policy),
            "log.json" => return Some(Self::Log),
            "cosigned/" => return Some(Self::Cosigned),
            "checkpoints/" => return Some(Self::Archive),
            _ => {}
        }
        let signed = path
            .strip_prefix("checkpoints/")
            .or_else(|| path.strip_prefix("cosigned/"));
        if let Some(size) = signed {
            let number = size.parse::<u64>().ok()?;
            return (number.to_string() == size).then_some(Self::Archived);
        }
        if let Some(rest) = path.strip_prefix("blob/") {
            return sealed(rest).map(Self::Blob);
        }
        if let Some(rest) = path.strip_prefix("asset/") {
            return sealed(rest).map(|_| Self::Asset);
        }
        path.parse::<Tile>().ok().map(|_| Self::Tile)
    }

    /// True if so much of the record is open that this is.
    fn is_open(self, scope: Scope) -> bool {
        match scope {
            Scope::Full => true,
            Scope::Proofs => !matches!(self, Self::Blob(_) | Self::Asset),
            Scope::Internal => false,
        }
    }

    fn media(self) -> &'static str {
        match self {
            Self::Checkpoint | Self::Archived | Self::Archive | Self::Cosigned | Self::Policy => {
                "text/plain; charset=utf-8"
            }
            Self::Log => "application/json",
            Self::Tile | Self::Blob(_) | Self::Asset => "application/octet-stream",
        }
    }

    fn caching(self) -> HeaderValue {
        match self {
            Self::Checkpoint | Self::Archive | Self::Cosigned => HeaderValue::from_static("public, max-age=5"),
            Self::Blob(_) | Self::Policy | Self::Log => HeaderValue::from_static("public, max-age=60"),
            Self::Archived | Self::Tile | Self::Asset => headers::IMMUTABLE,
        }
    }
}

/// `<hh>/<64 hex>`, where the name begins with its folder.
fn sealed(rest: &str) -> Option<Hash> {
    let (folder, name) = rest.split_once('/')?;
    let hash: Hash = name.parse().ok()?;
    (folder.len() == 2 && name.starts_with(folder) && hash.to_string() == name).then_some(hash)
}

/// Sends a file of the record.
pub(super) async fn file(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let secure = app.pages.secure();
    let work = move || read(&app, &parts);
    let sent = tokio::task::spawn_blocking(work).await;
    let mut response = sent.unwrap_or_else(|_| answer::failed(secure));
    headers::open_to_all(response.headers_mut());
    response
}

fn read(app: &App, parts: &Parts) -> Response {
    let path = parts.uri.path().strip_prefix("/record/").unwrap_or_default();
    let secure = app.pages.secure();
    let missing = || answer::plain(StatusCode::NOT_FOUND, "no such file in this record\n", secure);
    let kind = Kind::of(path).filter(|kind| kind.is_open(app.pages.scope()));
    let (Some(kind), Some(record)) = (kind, app.pages.world().record()) else {
        return missing();
    };
    if let Kind::Blob(name) = kind
        && let Some(gone) = app.pages.world().withheld(&name)
    {
        return unavailable(gone, secure);
    }
    let disk = Dir::new(record);
    let found = match kind {
        Kind::Archive => sizes(&disk, "checkpoints", parts.uri.query().unwrap_or_default()).map(Some),
        Kind::Cosigned => sizes(&disk, "cosigned", parts.uri.query().unwrap_or_default()).map(Some),
        _ => disk.read(path, MOST),
    };
    match found {
        Ok(Some(bytes)) => send(kind, bytes, &parts.headers, secure),
        Ok(None) => missing(),
        Err(error) => unreadable(record, &error, secure),
    }
}

/// Sizes of the archived or cosigned checkpoints above the one after `after=`, one a line, ascending.
fn sizes(disk: &Dir, folder: &str, query: &str) -> io::Result<Vec<u8>> {
    let after = query.strip_prefix("after=").and_then(|size| size.parse::<u64>().ok());
    let names = disk.list(folder)?;
    let sizes = names.iter().filter_map(|item| item.name.parse::<u64>().ok());
    let mut sizes: Vec<u64> = sizes.filter(|size| after.is_none_or(|after| *size > after)).collect();
    sizes.sort_unstable();
    Ok(sizes
        .into_iter()
        .flat_map(|size| format!("{size}\n").into_bytes())
        .collect())
}

fn unavailable(gone: Gone, secure: bool) -> Response {
    let status = if gone.erased {
        StatusCode::GONE
    } else {
        StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS
    };
    let text = format!("{{\"entry\":{},\"status\":{}}}", gone.entry, status.as_u16());
    let mut response = answer::plain(status, &text, secure);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}

fn unreadable(record: &Path, error: &std::io::Error, secure: bool) -> Response {
    crate::output::warn(format!("{}: {error}", record.display()));
    answer::failed(secure)
}

fn send(kind: Kind, bytes: Vec<u8>, asked: &HeaderMap, secure: bool) -> Response {
    let mut headers = headers::strict(secure);
    let etag = HeaderValue::try_from(format!("\"{}\"", &sha256(&bytes).to_string()[..24]));
    let known = etag.as_ref().is_ok_and(|etag| headers::is_known(asked, etag));
    headers.extend(etag.ok().map(|etag| (header::ETAG, etag)));
    headers.insert(header::CACHE_CONTROL, kind.caching());
    if known {
        return answer::of(StatusCode::NOT_MODIFIED, headers, Body::empty());
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media()));
    answer::of(StatusCode::OK, headers, Body::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_specification_name_files() {
        let hex = "ab".repeat(32);
        let blob = format!("blob/ab/{hex}");
        for (path, want) in [
            ("checkpoint", Some(Kind::Checkpoint)),
            ("checkpoints/0", Some(Kind::Archived)),
            ("checkpoints/41", Some(Kind::Archived)),
            ("checkpoints/", Some(Kind::Archive)),
            ("cosigned/", Some(Kind::Cosigned)),
            ("cosigned/41", Some(Kind::Archived)),
            ("cosigned/041", None),
            ("tile/0/000", Some(Kind::Tile)),
            ("tile/entries/x001/234.p/7", Some(Kind::Tile)),
            (blob.as_str(), Some(Kind::Blob(Hash([0xab; 32])))),
            ("log.json", Some(Kind::Log)),
            ("", None),
            ("checkpoints/01", None),
            ("checkpoints/+1", None),
            ("checkpoints/../checkpoint", None),
            ("tile/0/1", None),
            ("tile/0/000.p/256", None),
            (".state/committed", None),
            (".state/lock", None),
            ("../keys/log.key", None),
            ("%2e%2e/keys/log.key", None),
            ("blob/ab/../../policy", None),
        ] {
            assert_eq!(Kind::of(path), want, "{path}");
        }
        assert_eq!(Kind::of(&format!("blob/ac/{hex}")), None);
        assert_eq!(Kind::of(&format!("blob/AB/{}", "AB".repeat(32))), None);
        assert_eq!(Kind::of(&format!("blob//{hex}")), None);
        assert_eq!(Kind::of(&format!("asset/ab/{hex}")), Some(Kind::Asset));
    }
}

//! A record behind an address: checkpoint, bundles, tiles and blobs are fetched and derived again.

use super::{
    Report,
    look::{MAX_LOG_JSON, Subject, look},
    trust::Trusted,
};
use crate::{
    output::{Done, FINDINGS, Failure},
    remote,
};
use std::{
    collections::HashMap,
    io,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};
use tlog::{
    CHECKPOINT, blob_path,
    hash::Hash,
    store::Source,
    tile::{Kind, Tile},
};
use ureq::Agent;

/// Time for one answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// For whoever was answered by something else than a record.
pub(crate) const ELSEWHERE: &str = "is there a Chancery site at this address, and is its record public?";
/// Answers fetched at once.
const AT_ONCE: usize = 8;
/// A blob fetched ahead is at most this long, in bytes; longer ones are fetched when their turn comes.
const MOST_AHEAD: usize = 256 << 10;

/// Checks the record that a site serves. `address` is the base that ends in `/record/`, or any address of the site.
pub fn check(address: &str, trusted: Option<Trusted>) -> Done<(Report, Trusted)> {
    let web = Web::new(address)?;
    let trusted = match trusted {
        Some(trusted) => {
            // Whoever asks an address again and again has the right key: it is the host that shows something else.
            trusted.fits(address, &web).map_err(|failure| failure.code(FINDINGS))?;
            trusted
        }
        None => web.own_key()?,
    };
    let mut report = look(Subject {
        source: &web,
        listing: None,
        beyond: None,
        keys: &trusted.keys,
        snapshot: None,
        seen: trusted.seen.as_ref(),
        through: trusted.through.as_ref(),
    });
    if let Some(summary) = &mut report.summary {
        summary.files = web.answers.load(Ordering::Relaxed);
    }
    Ok((report, trusted))
}

/// Files of a record behind an address.
pub(crate) struct Web {
    base: String,
    agent: Agent,
    ahead: Mutex<HashMap<String, Option<Vec<u8>>>>,
    /// The newest checkpoint. All that is checked is checked of the one that was answered first.
    newest: OnceLock<Vec<u8>>,
    /// Files that were answered.
    answers: AtomicU64,
}

impl Web {
    /// A record behind any address of a site; asks for nothing yet.
    pub(crate) fn new(address: &str) -> Done<Self> {
        Ok(Self {
            base: base(address)?,
            agent: remote::agent("verify", PATIENCE),
            ahead: Mutex::default(),
            newest: OnceLock::new(),
            answers: AtomicU64::new(0),
        })
    }

    /// The address that all paths are relative to; it ends in `/record/`.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The key that the record itself names; whoever trusts it is told so.
    pub(crate) fn own_key(&self) -> Done<Trusted> {
        let bytes = self.fetch("log.json", MAX_LOG_JSON);
        let bytes = bytes.map_err(|error| self.unanswered("log.json", &error))?;
        let other = |what: &str| Failure::new(format!("{}log.json: {what}", self.base)).hint(ELSEWHERE);
        let bytes = bytes.ok_or_else(|| other("there is none"))?;
        let trusted = Trusted::log_json(&bytes).map_err(|what| other(&what))?;
        Ok(Trusted {
            from_record: true,
            ..trusted
        })
    }

    /// What to do where a file was not answered.
    pub(crate) fn unanswered(&self, path: &str, error: &io::Error) -> Failure {
        let failure = Failure::new(format!("{}{path}: {error}", self.base));
        failure.hint("is the address right, and can this machine reach it? Nothing but this host is asked")
    }

    /// A file of at most `most` bytes; redirects are not followed, so that no other host answers.
    pub(crate) fn fetch(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        let answer = self.agent.get(format!("{}{path}", self.base)).call();
        let mut answer = answer.map_err(io::Error::other)?;
        match answer.status().as_u16() {
            200 => drop(self.answers.fetch_add(1, Ordering::Relaxed)),
            404 | 410 | 451 => return Ok(None),
            status @ 300..=399 => return Err(io::Error::other(format!("is redirected ({status})"))),
            status => return Err(io::Error::other(format!("the server answers {status}"))),
        }
        let limit = (most as u64).saturating_add(1);
        let body = answer.body_mut().with_config().limit(limit).read_to_vec();
        match body {
            Ok(bytes) if bytes.len() <= most => Ok(Some(bytes)),
            Ok(_) | Err(ureq::Error::BodyExceedsLimit(_)) => Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("is larger than {most} bytes"),
            )),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// Fetches the blobs that the entries of a bundle name, several at once; whatever fails is fetched again later.
    fn look_ahead(&self, bundle: &[u8]) {
        let paths: Vec<String> = named_in(bundle).map(blob_path).collect();
        let chunk = paths.len().div_ceil(AT_ONCE).max(1);
        let fetched: Vec<_> = thread::scope(|scope| {
            let fetch = |some| scope.spawn(move || self.fetch_some(some));
            let running: Vec<_> = paths.chunks(chunk).map(fetch).collect();
            running.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = fetched.into_iter().flatten().collect();
    }

    fn newest(&self, most: usize) -> io::Result<Option<Vec<u8>>> {
        if let Some(newest) = self.newest.get() {
            return Ok(Some(newest.clone()));
        }
        let fetched = self.fetch(CHECKPOINT, most)?;
        Ok(fetched.map(|bytes| self.newest.get_or_init(|| bytes).clone()))
    }

    fn fetch_some(&self, paths: &[String]) -> Vec<(String, Option<Vec<u8>>)> {
        let fetch = |path: &String| Some((path.clone(), self.fetch(path, MOST_AHEAD).ok()?));
        paths.iter().filter_map(fetch).collect()
    }
}

impl Source for Web {
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        let ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
        if let Some(bytes) = ahead {
            return Ok(bytes);
        }
        if path == CHECKPOINT {
            return self.newest(most);
        }
        let bytes = self.fetch(path, most)?;
        let is_bundle = path.parse::<Tile>().is_ok_and(|tile| tile.kind() == Kind::Entries);
        if let Some(bytes) = bytes.as_deref().filter(|_| is_bundle) {
            self.look_ahead(bytes);
        }
        Ok(bytes)
    }
}

/// What the leaves of a bundle commit to, looked for without trusting their form.
fn named_in(bundle: &[u8]) -> impl Iterator<Item = Hash> {
    let mut rest = bundle;
    let leaves = std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (leaf, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        rest = after;
        Some(leaf)
    });
    leaves.filter_map(named)
}

/// What a leaf commits to, looked for without trusting its form.
pub(crate) fn named(leaf: &[u8]) -> Option<Hash> {
    let text = std::str::from_utf8(leaf).ok()?;
    let (_, after) = text.split_once("\"content\":\"c1:")?;
    after.get(..64)?.parse().ok()
}

/// `https://host/record/` of any address of a site.
fn base(address: &str) -> Done<String> {
    let wrong =
        || Failure::usage(format!("{address}: not an address of http or https")).hint("such as https://vn.mfa.example");
    if !remote::is_address(address) {
        return Err(wrong());
    }
    let (scheme, rest) = address.split_once("://").ok_or_else(wrong)?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = format!("/{path}");
    let record = match path.find("/record/") {
        Some(at) => path.get(..at + 8).unwrap_or("/record/"),
        None if path.ends_with("/record") => return Ok(format!("{scheme}://{host}{path}/")),
        None => "/record/",
    };
    Ok(format!("{scheme}://{host}{record}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_of_a_site_leads_to_its_record() {
        for (address, want) in [
            ("https://vn.mfa.example", "https://vn.mfa.example/record/"),
            ("https://vn.mfa.example/en/news/?a=1", "https://vn.mfa.example/record/"),
            ("http://127.0.0.1:8080/record", "http://127.0.0.1:8080/record/"),
            (
                "https://mirror.example/x/record/checkpoint",
                "https://mirror.example/x/record/",
            ),
        ] {
            assert_eq!(base(address).ok().as_deref(), Some(want));
        }
        for wrong in ["vn.mfa.example", "ftp://x/", "https://", "https://a@b/"] {
            assert!(base(wrong).is_err(), "{wrong}");
        }
    }
}

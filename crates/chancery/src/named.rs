//! A document as a person names it: by its id, or by an address of a site that was pasted from a browser.

use crate::{
    folder::Folder,
    output::{Done, Failure},
    remote, seen, texts,
};
use record::{
    id::DocumentId,
    lang::Lang,
    register::{DocNo, Register},
};
use site::{
    address::{self, Address, Resolved},
    view::View,
};
use std::net::IpAddr;

/// What is taken where a document is to be named.
const TAKEN: &str = "taken are the id of a document, its lasting address such as /d/ID, and the whole address of its page on a site of this \
                     ministry";
/// Addresses that lead on are followed so often.
const MOST_STEPS: usize = 4;

/// What is named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    /// A document, by its id or lasting address.
    Document(DocumentId),
    /// A document, by the page on which it is read in one language.
    Page(DocumentId, Lang),
    /// One version of it.
    Version(DocumentId, Lang, u32),
}

/// The one document that a person means, whichever language the page is in.
pub fn document(folder: &Folder, register: &Register, text: &str) -> Done<DocumentId> {
    match find(folder, register, text)? {
        Named::Document(id) | Named::Page(id, _) => Ok(id),
        Named::Version(id, ..) => {
            let what = format!("{text}: is the address of one version");
            Err(Failure::usage(what).hint(format!("the document itself is {id}")))
        }
    }
}

/// What a person means by an id or an address.
pub fn find(folder: &Folder, register: &Register, text: &str) -> Done<Named> {
    let bare = lasting(text);
    if let Ok(id) = bare.as_deref().unwrap_or(text).parse::<DocumentId>() {
        let unknown = || Failure::usage(format!("{text}: this record has no such document")).hint(texts::FIND);
        return register.by_id(id).map(|_| Named::Document(id)).ok_or_else(unknown);
    }
    let Some(asked) = Asked::of(text) else {
        return Err(Failure::usage(format!("{text}: is neither an id nor an address")).hint(TAKEN));
    };
    let config = &folder.config;
    let family = config.address.clone();
    let family = family.unwrap_or_else(|| format!("http://{}", config.listen));
    let found = seen::with(folder, register, register.size(), &family, |view| {
        asked.check_host(view, text, &family, config.address.is_none())?;
        Ok(asked.address(view, MOST_STEPS))
    })??;
    let named = found.and_then(|found| named(register, &found));
    named.ok_or_else(|| Failure::usage(format!("{text}: is the address of no text of this record")).hint(TAKEN))
}

/// True for what looks like an address, and not like a file or an id.
pub fn is_address(text: &str) -> bool {
    text.contains("://") || text.starts_with("/d/")
}

/// What stands behind `/d/` in a lasting address, without the ending of a form: an id, or an id and a version.
pub fn lasting(text: &str) -> Option<String> {
    let path = Asked::of(text)?.path;
    let rest = path.strip_prefix("/d/")?.trim_end_matches('/');
    let endings = [".html", ".json", ".proof"];
    let bare = endings.iter().find_map(|ending| rest.strip_suffix(ending));
    Some(bare.unwrap_or(rest).to_owned())
}

/// What of an address says which part of a page is meant: an anchor or a query.
pub fn part(text: &str) -> Option<&str> {
    Asked::of(text)?;
    text.find(['#', '?']).and_then(|at| text.get(at..))
}

fn named(register: &Register, found: &Address) -> Option<Named> {
    let id = |doc: DocNo| register.document(doc).id;
    match *found {
        Address::Permalink { doc } => Some(Named::Document(id(doc))),
        Address::Document { doc, lang, .. } => Some(Named::Page(id(doc), lang)),
        Address::Edition { doc, lang, version, .. } => Some(Named::Version(id(doc), lang, version)),
        _ => None,
    }
}

/// True for this machine, where `serve` and `preview` answer.
fn is_here(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// An address, taken apart.
struct Asked {
    host: Option<String>,
    path: String,
    query: Option<String>,
}

impl Asked {
    /// `None` for what is no address of http or https, and no path from the root of a site.
    fn of(text: &str) -> Option<Self> {
        let (host, rest) = match text.split_once("://") {
            Some((_, rest)) if remote::is_address(text) => {
                let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                let (host, rest) = rest.split_at_checked(end)?;
                (Some(host.to_owned()), rest)
            }
            None if text.starts_with('/') => (None, text),
            _ => return None,
        };
        let rest = rest.split('#').next()?;
        let (path, query) = rest
            .split_once('?')
            .map_or((rest, None), |(path, query)| (path, Some(query)));
        Some(Self {
            host,
            path: path.to_owned(),
            query: query.map(str::to_owned),
        })
    }

    /// An id is one of this record under whatever host; a page of the same name another ministry may have. `unnamed` says that
    /// the family has no address yet but this machine, on whatever port it is served.
    fn check_host(&self, view: &View<'_>, text: &str, family: &str, unnamed: bool) -> Done {
        let Some(host) = &self.host else { return Ok(()) };
        let own = family.split_once("://").map_or(family, |(_, rest)| rest);
        let own = own.split('/').next().unwrap_or_default();
        let is_own = host.eq_ignore_ascii_case(own) || view.site_of_host(host).is_some() || unnamed && is_here(host);
        if self.path.starts_with("/d/") || is_own {
            return Ok(());
        }
        let what = format!("{text}: {host} is the host of no site of this record");
        Err(Failure::usage(what).hint(TAKEN))
    }

    fn address(&self, view: &View<'_>, steps: usize) -> Option<Address> {
        match address::parse(view, self.host.as_deref(), &self.path, self.query.as_deref()) {
            Resolved::Page(address) => Some(address),
            Resolved::Redirect(to) if steps > 0 => {
                let next = Self::of(&to)?;
                let host = next.host.or_else(|| self.host.clone());
                Self { host, ..next }.address(view, steps - 1)
            }
            Resolved::Redirect(_) | Resolved::Missing(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names() {
        for here in [
            "localhost",
            "127.0.0.1",
            "LOCALHOST:8081",
            "127.0.0.1:9000",
            "[::1]",
            "[::1]:80",
        ] {
            assert!(is_here(here), "{here}");
        }
        for other in ["127.0.0.1.example", "www.mfa.example:8080", "[2001:db8::1]:80", ""] {
            assert!(!is_here(other), "{other}");
        }
    }

    #[test]
    fn what_stands_behind_a_lasting_address_is_an_id_or_one_with_a_version() {
        for (address, want) in [
            ("/d/abc", Some("abc")),
            ("https://www.mfa.example/d/abc/en/2.json?a=1#b2", Some("abc/en/2")),
            ("http://[::1]:80/d/abc/", Some("abc")),
            ("https://www.mfa.example/vn/en/d/abc", None),
            ("ftp://www.mfa.example/d/abc", None),
            ("d/abc", None),
        ] {
            assert_eq!(lasting(address).as_deref(), want, "{address}");
        }
    }
}

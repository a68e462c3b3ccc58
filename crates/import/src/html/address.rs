//! Addresses of links, made absolute.

use crate::words::is_noncharacter;
use record::body::Target;

/// What becomes of an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Link {
    /// It leads somewhere.
    To(Target),
    /// It leads to a place on its own page, or runs a script: nothing is lost but a control.
    Control,
    /// It cannot be taken along.
    Lost,
}

/// The target of an address on a page.
pub(super) fn link(address: &str, page: Option<&str>) -> Link {
    let address: String = address
        .trim()
        .chars()
        .filter(|c| !c.is_control() && !is_noncharacter(*c))
        .collect();
    let lower = address.to_ascii_lowercase();
    if address.is_empty() || address.starts_with('#') || lower.starts_with("javascript:") {
        return Link::Control;
    }
    let absolute = absolute(&address, page).map(|a| a.replace(' ', "%20"));
    absolute.and_then(|a| Target::href(&a)).map_or(Link::Lost, Link::To)
}

/// An address made absolute by that of its page.
pub(super) fn absolute(address: &str, page: Option<&str>) -> Option<String> {
    if let Some((scheme, rest)) = scheme(address) {
        return Some(format!("{}:{rest}", scheme.to_ascii_lowercase()));
    }
    let page = page?;
    let (scheme, rest) = page.split_once("://")?;
    let path_at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(path_at);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if address.starts_with("//") {
        return Some(format!("{scheme}:{address}"));
    }
    if address.starts_with('?') {
        return Some(format!("{scheme}://{host}{path}{address}"));
    }
    let joined = match address.strip_prefix('/') {
        Some(_) => address.to_owned(),
        None => format!("{}/{address}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    Some(format!("{scheme}://{host}{}", flat(&joined)))
}

fn scheme(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let plain = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    (plain && scheme.starts_with(|c: char| c.is_ascii_alphabetic())).then_some((scheme, rest))
}

/// A path without `.` and `..`.
fn flat(path: &str) -> String {
    let (path, tail) = path.find(['?', '#']).map_or((path, ""), |at| path.split_at(at));
    let mut parts: Vec<&str> = Vec::new();
    let last_is_folder = path.ends_with(['/']) || path.ends_with("/.") || path.ends_with("/..");
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let slash = if last_is_folder && !parts.is_empty() { "/" } else { "" };
    format!("/{}{slash}{tail}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_absolute() {
        let page = Some("http://old.example/eng/news/t1.htm?a=1#top");
        for (address, want) in [
            ("HTTPS://a.example/x", "https://a.example/x"),
            ("//b.example/x", "http://b.example/x"),
            ("/x?y=1", "http://old.example/x?y=1"),
            ("t2.htm", "http://old.example/eng/news/t2.htm"),
            ("../../pic/./a.htm#b", "http://old.example/pic/a.htm#b"),
            ("../../../../up/", "http://old.example/up/"),
            ("?b=2", "http://old.example/eng/news/t1.htm?b=2"),
            ("mailto:a@b.example", "mailto:a@b.example"),
        ] {
            assert_eq!(absolute(address, page).as_deref(), Some(want));
        }
        assert_eq!(absolute("t2.htm", None), None);
        assert_eq!(
            absolute("t2.htm", Some("http://old.example")).as_deref(),
            Some("http://old.example/t2.htm")
        );
    }

    #[test]
    fn controls_and_lost_addresses_are_told_apart() {
        for (address, want) in [
            ("#top", Link::Control),
            (" JavaScript:print()", Link::Control),
            ("", Link::Control),
            ("t2.htm", Link::Lost),
            ("ftp://a.example/x", Link::Lost),
            ("data:text/html,x", Link::Lost),
        ] {
            assert_eq!(link(address, None), want, "{address}");
        }
        assert!(
            matches!(link("http://a.example/a b", None), Link::To(Target::Href(h)) if h == "http://a.example/a%20b")
        );
    }
}

//! Headers of every answer: strict, and the same for pages, errors and redirects.

use http::{HeaderMap, HeaderName, HeaderValue, Version, header};

/// Caching of what never changes under its name.
pub const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For how many seconds caches may show a page without asking.
pub const FRESH: i64 = 10;
/// Caching of pages: so short that a withdrawal is seen at once.
pub const SHORT: HeaderValue = HeaderValue::from_static("public, max-age=10, must-revalidate");
/// Caching of redirects.
pub const MOVED: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// Nothing is kept.
pub const NEVER: HeaderValue = HeaderValue::from_static("no-store");

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const SCRIPT_POLICY: &str = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; \
trusted-types 'none'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const STRICT: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What every answer carries; `secure` where the base address is https.
pub fn strict(secure: bool) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    for (name, value) in STRICT {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        // Of this host alone: others below it may be somebody else's, and have no TLS.
        let value = HeaderValue::from_static("max-age=63072000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    headers
}

/// What a page of this media type carries.
pub fn of_page(media: &'static str, secure: bool) -> HeaderMap {
    let mut headers = strict(secure);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers
}

/// Anybody may read this from a page of their own: the record, and what proves a text. The resource policy stays strict:
/// it has no say in requests that ask for leave to read (Fetch, section 3.7).
pub fn open_to_all(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}

/// The one page that checks proofs may run a script, from a file of its own site.
pub fn with_script(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SCRIPT_POLICY));
}

/// Takes away what a 304 does not repeat (RFC 9110, section 15.4.5).
pub fn reduce(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::CONTENT_ENCODING);
}

/// Caching of a page that is right for so many seconds more.
pub fn short(seconds: i64) -> HeaderValue {
    let seconds = seconds.clamp(0, FRESH);
    HeaderValue::try_from(format!("public, max-age={seconds}, must-revalidate")).unwrap_or(NEVER)
}

/// True if an `If-None-Match` names the validator; weakly compared, as RFC 9110 asks (section 13.1.2).
pub fn is_known(asked: &HeaderMap, etag: &HeaderValue) -> bool {
    let mut lists = asked.get_all(header::IF_NONE_MATCH).iter();
    lists.any(|list| names(list.as_bytes(), etag.as_bytes()))
}

pub(super) fn names(list: &[u8], etag: &[u8]) -> bool {
    let bare = |tag: &[u8]| tag.strip_prefix(b"W/").unwrap_or(tag) == etag;
    // Our validators hold no comma, so one that is cut at a comma is not ours.
    list.split(|byte| *byte == b',')
        .map(<[u8]>::trim_ascii)
        .any(|tag| tag == b"*" || bare(tag))
}

/// The host a request names, from its target or its `Host`.
pub fn host<'a>(uri: &'a http::Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let named = || headers.get(header::HOST).and_then(|value| value.to_str().ok());
    uri.authority().map(http::uri::Authority::as_str).or_else(named)
}

/// True if a request names its host as RFC 9112 asks (section 3.2): once, well-formed, and since HTTP/1.1 without fail.
pub fn names_host(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_host(host.as_bytes()),
        (None, _) => version < Version::HTTP_11,
        _ => false,
    }
}

/// True for a host with or without a port (RFC 3986, sections 3.2.2 and 3.2.3); an `http` address has no empty one.
pub(super) fn is_host(value: &[u8]) -> bool {
    let text = std::str::from_utf8(value).unwrap_or_default();
    let literal = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (name, port) = literal.unwrap_or_else(|| text.split_at(text.find(':').unwrap_or(text.len())));
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(&byte);
    let named = name
        .bytes()
        .all(|byte| is_name(byte) || literal.is_some() && byte == b':');
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    !name.is_empty() && named && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_named_once_and_well() {
        for (hosts, old, new) in [
            (&["mfa.example"][..], true, true),
            (&["mfa.example:8080"], true, true),
            (&["[2001:db8::1]:8080"], true, true),
            (&["b%C3%BCcher.example"], true, true),
            (&[], true, false),
            (&[""], false, false),
            (&[":80"], false, false),
            (&["a", "a"], false, false),
            (&["a b"], false, false),
            (&["a/b"], false, false),
            (&["a:b"], false, false),
            (&["u@a"], false, false),
            (&["[::1"], false, false),
            (&["[::1]x"], false, false),
        ] {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, HeaderValue::from_static(host));
            }
            assert_eq!(names_host(Version::HTTP_10, &headers), old, "{hosts:?}");
            assert_eq!(names_host(Version::HTTP_11, &headers), new, "{hosts:?}");
        }
        assert!(!is_host("bücher.example".as_bytes()), "not ASCII");
    }

    #[test]
    fn a_validator_is_found_in_lists_and_behind_weak_marks() {
        let etag = HeaderValue::from_static("\"abc-g\"");
        for (list, want) in [
            ("\"abc-g\"", true),
            ("W/\"abc-g\"", true),
            ("\"x\", W/\"y\" ,  \"abc-g\"", true),
            ("*", true),
            ("\"abc\"", false),
            ("abc-g", false),
            ("", false),
            ("\"a,b\", \"c\"", false),
        ] {
            let mut asked = HeaderMap::new();
            asked.insert(header::IF_NONE_MATCH, HeaderValue::from_static(list));
            assert_eq!(is_known(&asked, &etag), want, "{list}");
        }
    }

    #[test]
    fn a_page_that_ends_soon_is_cached_no_longer() {
        assert_eq!(short(3), "public, max-age=3, must-revalidate");
        assert_eq!(short(-4), "public, max-age=0, must-revalidate");
        assert_eq!(short(100), SHORT);
    }
}

//! Asking other hosts: nobody but the one that was asked answers.

use http::{
    Uri,
    uri::{Authority, Scheme},
};
use std::time::Duration;
use ureq::Agent;

/// A client for one purpose, which servers see in its name. An answer takes at most `patience`; redirects are not followed, and
/// a status is the caller's to judge.
pub fn agent(purpose: &str, patience: Duration) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(patience))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(format!("chancery/{} {purpose}", env!("CARGO_PKG_VERSION")));
    config.build().new_agent()
}

/// True for an address that can be asked: of http or https, with a host, and without a name or password.
pub fn is_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let scheme = uri
        .scheme()
        .is_some_and(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme));
    scheme && uri.authority().is_some_and(is_host)
}

fn is_host(authority: &Authority) -> bool {
    let port = authority.as_str().strip_prefix(authority.host());
    let port = port.is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
    port && !authority.host().is_empty()
}

fn is_port(digits: &str) -> bool {
    digits.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_asked_is_no_address() {
        for good in [
            "https://vn.mfa.example",
            "http://127.0.0.1:8080/record/?a=1",
            "http://[::1]/",
        ] {
            assert!(is_address(good), "{good}");
        }
        for wrong in [
            "ftp://x/",
            "vn.mfa.example",
            "vn.mfa.example:80",
            "/record/",
            "https://",
            "https:///x",
            "http://a b/",
            "https://a@b/",
            "http://host:99999/",
            "http://host:port/",
        ] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}

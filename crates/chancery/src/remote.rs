//! Asking other hosts: nobody but the one that was asked answers.

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

//! Standard wording of withdrawals and retractions, in every language of the interface.

use record::{
    body::{Inline, normal},
    entry::{Action, Reason},
    lang::Lang,
    words::NoticeText,
};
use std::collections::BTreeMap;

static WORDING: &str = include_str!("../messages/notices.toml");

/// The notice, written out in every language, so that a later change of wording alters no old notice.
pub fn standard(action: Action, reason: Reason) -> Vec<NoticeText> {
    let all: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(WORDING).unwrap_or_default();
    let text = |(tag, words): (String, BTreeMap<String, String>)| {
        let lang: Lang = tag.parse().ok()?;
        let plain = format!("{} {}", words.get(action.word())?, words.get(reason.word())?);
        Some(NoticeText {
            lang,
            text: normal(vec![Inline::Plain(plain)]),
        })
    };
    all.into_iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_has_its_wording_in_five_languages() {
        for action in [Action::Withdraw, Action::Retract] {
            for reason in Reason::ALL {
                assert_eq!(standard(action, *reason).len(), 5, "{action:?} {reason:?}");
            }
        }
    }
}

//! Standard wording of withdrawals and retractions, in every language of the interface.

use record::{
    body::{Inline, Target, normal},
    entry::{Action, Reason},
    id::DocumentId,
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

/// What the pages of a mission say when it is closed, or goes on in another: the id of that one's site and its name.
pub fn closing(into: Option<(DocumentId, &str)>) -> Vec<NoticeText> {
    let all: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(WORDING).unwrap_or_default();
    let text = |(tag, words): (String, BTreeMap<String, String>)| {
        let lang: Lang = tag.parse().ok()?;
        let mut text = vec![Inline::Plain(
            words.get(if into.is_some() { "merged" } else { "closed" })?.clone(),
        )];
        text.extend(into.map(|(id, name)| Inline::Link {
            to: Target::Document { id, block: None },
            text: vec![Inline::Plain(name.to_owned())],
        }));
        Some(NoticeText {
            lang,
            text: normal(text),
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
        assert_eq!(closing(None).len(), 5);
        assert_eq!(closing(Some((DocumentId(1), "Embassy"))).len(), 5);
    }
}

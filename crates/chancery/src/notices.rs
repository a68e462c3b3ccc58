//! Standard wording of withdrawals and retractions, in every language of the interface.

use record::{
    body::{Inline, Target, normal},
    entry::Action,
    id::DocumentId,
    lang::Lang,
    words::NoticeText,
};
use std::collections::BTreeMap;

static WORDING: &str = include_str!("../messages/notices.toml");

/// The notice, written out in every language, so that a later change of wording alters no old notice. The reason is no part
/// of it: the entry names it, and pages say it beside the notice.
pub fn standard(action: Action) -> Vec<NoticeText> {
    let all: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(WORDING).unwrap_or_default();
    let text = |(tag, words): (String, BTreeMap<String, String>)| {
        let lang: Lang = tag.parse().ok()?;
        let plain = words.get(action.word())?.clone();
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
            assert_eq!(standard(action).len(), 5, "{action:?}");
        }
        assert_eq!(closing(None).len(), 5);
        assert_eq!(closing(Some((DocumentId(1), "Embassy"))).len(), 5);
    }

    /// Language, messages of the pages, and the word for either act.
    const WORDS: [(&str, &str, [&str; 2]); 5] = [
        ("en", include_str!("../../site/messages/en.ftl"), ["withdrawn", "taken"]),
        ("fr", include_str!("../../site/messages/fr.ftl"), ["abrogé", "retiré"]),
        ("ar", include_str!("../../site/messages/ar.ftl"), ["ساري", "سحب"]),
        (
            "zh-Hans",
            include_str!("../../site/messages/zh-Hans.ftl"),
            ["停止有效", "撤回"],
        ),
        (
            "vi",
            include_str!("../../site/messages/vi.ftl"),
            ["hết hiệu lực", "thu hồi"],
        ),
    ];

    #[test]
    fn notices_and_pages_have_one_word_for_each_act() {
        // Labels are written with the vowel of the passive.
        let plain = |text: &str| text.to_lowercase().replace('\u{64f}', "");
        for (tag, messages, words) in WORDS {
            for (at, action) in [Action::Withdraw, Action::Retract].into_iter().enumerate() {
                let past = ["withdrawn", "retracted"][at];
                let ids = ["notice", "mark", "text-outdated", "cert"].map(|id| format!("{id}-{past} = "));
                let ids = ids.into_iter().chain([format!("action-{} = ", action.word())]);
                let labels = ids.map(|id| {
                    messages
                        .lines()
                        .find_map(|line| line.strip_prefix(&id))
                        .expect("message")
                });
                let notices = standard(action);
                let notice = notices.iter().find(|text| text.lang.as_str() == tag).expect("notice");
                let [Inline::Plain(notice)] = &notice.text[..] else {
                    panic!("{tag}")
                };
                for said in labels.chain([notice.as_str()]) {
                    let said = plain(said);
                    assert!(
                        said.contains(words[at]) && !said.contains(words[1 - at]),
                        "{tag}: {said}"
                    );
                }
            }
        }
    }
}

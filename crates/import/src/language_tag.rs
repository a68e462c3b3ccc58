//! Language tags as pages write them, brought to the record's canonical form.

use record::lang::Lang;

/// The tag in canonical case; Chinese with a region becomes Chinese in the script of that region.
pub fn read(tag: &str) -> Option<Lang> {
    let parts: Vec<&str> = tag.trim().split(['-', '_']).collect();
    let (first, rest) = parts.split_first()?;
    let language = first.to_ascii_lowercase();
    let mut out = language.clone();
    for part in rest {
        let part = match part.len() {
            4 if part.is_ascii() => format!("{}{}", part[..1].to_ascii_uppercase(), part[1..].to_ascii_lowercase()),
            2 => part.to_ascii_uppercase(),
            _ => part.to_ascii_lowercase(),
        };
        out.push('-');
        out.push_str(&part);
    }
    let out = match out.as_str() {
        "zh" | "zh-CN" | "zh-SG" | "zh-Hans-CN" => "zh-Hans",
        "zh-TW" | "zh-HK" | "zh-MO" | "zh-Hant-TW" | "zh-Hant-HK" => "zh-Hant",
        other => other,
    };
    out.parse().ok().filter(Lang::is_registered)
}

/// The language of a page: without its region, which says who writes and not in what.
pub fn of_page(tag: &str) -> Option<Lang> {
    let lang = read(tag)?;
    let kept: Vec<&str> = lang
        .as_str()
        .split('-')
        .enumerate()
        .filter(|(at, part)| *at == 0 || part.len() == 4)
        .map(|(_, part)| part)
        .collect();
    kept.join("-").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_brought_to_their_canonical_form() {
        for (tag, full, page) in [
            ("EN-us", "en-US", "en"),
            ("zh_cn", "zh-Hans", "zh-Hans"),
            ("zh-TW", "zh-Hant", "zh-Hant"),
            ("sr-latn-rs", "sr-Latn-RS", "sr-Latn"),
            (" vi ", "vi", "vi"),
        ] {
            assert_eq!(read(tag).map(|l| l.to_string()).as_deref(), Some(full));
            assert_eq!(of_page(tag).map(|l| l.to_string()).as_deref(), Some(page));
        }
        for tag in ["", "english", "x-default", "qq", "e", "é", "-"] {
            assert_eq!(read(tag), None, "{tag}");
        }
    }
}

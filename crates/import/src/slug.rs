//! The last part of an address, made from a title.

use crate::fold;

/// How long a slug becomes, in bytes; it is cut at a word.
const LENGTH: usize = 80;

/// Lower-case ASCII words joined by hyphens; `None` where the title has no Latin letters or figures to take.
///
/// `index` is the name of every list in a folder of files, so a text of that title is numbered.
/// A title that is mostly of another script gets none either: a slug of the two Latin words in it would mislead.
pub fn of(title: &str) -> Option<String> {
    let folded = fold::letters(title);
    let latin = folded.chars().filter(char::is_ascii_alphabetic).count();
    let other = folded.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    if latin < 2 || other > latin {
        return None;
    }
    let mut slug = String::new();
    for word in folded
        .replace(['\'', '’', '`'], "")
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty())
    {
        let word: String = word.chars().take(LENGTH).collect();
        if slug.len() + 1 + word.len() > LENGTH && !slug.is_empty() {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    if slug == "index" {
        return Some("index-2".to_owned());
    }
    Some(slug).filter(|s| !s.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_slugs() {
        for (title, want) in [
            ("The Minister’s Visit: Day 2", Some("the-ministers-visit-day-2")),
            ("Đại sứ thăm Hạ Lũng", Some("dai-su-tham-ha-lung")),
            ("Déclaration à l'issue de l’été", Some("declaration-a-lissue-de-lete")),
            ("港口理事会开会", None),
            ("مجلس الميناء", None),
            ("港口理事会与 WHO 开会", None),
            ("Index", Some("index-2")),
            ("Index of ports", Some("index-of-ports")),
            ("2021", None),
            ("", None),
            ("—", None),
        ] {
            assert_eq!(of(title).as_deref(), want, "{title}");
        }
    }

    #[test]
    fn long_titles_are_cut_at_a_word() {
        let slug = of(&"harbour ".repeat(40)).unwrap_or_default();
        assert!(slug.len() <= LENGTH && slug.ends_with("-harbour"), "{slug}");
        let slug = of(&"h".repeat(500)).unwrap_or_default();
        assert_eq!(slug.len(), LENGTH);
    }
}

//! Looks at a page before it is parsed: what would make the parser slow or the tree too deep is refused here.

/// How deep elements may stand inside each other.
const MAX_DEPTH: usize = 400;
/// How many elements a page may have; a hundred times a long one.
const MAX_ELEMENTS: usize = 500_000;
/// How deep they may stand all together: each element may be looked for in all those around it.
const MAX_TOTAL_DEPTH: usize = 20_000_000;
/// How often open formatting elements may have to be opened again, which the parser does at every paragraph.
const MAX_REOPENED: usize = 2_000_000;

/// Elements without an end.
const VOID: [&str; 15] = [
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];
/// Elements whose end is often left out and implied by the next.
const IMPLIED: [&str; 18] = [
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp", "rt",
    "html", "head", "body",
];
/// Elements that the parser opens again in each paragraph if they are not closed.
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// True if the page can be parsed in reasonable time and memory.
pub(super) fn is_sound(html: &str) -> bool {
    let (mut depth, mut open, mut reopened) = (0usize, 0usize, 0usize);
    let (mut elements, mut total_depth) = (0usize, 0usize);
    for (name, is_end) in tags(html) {
        elements += usize::from(!is_end);
        total_depth += depth;
        let known = |list: &[&str]| list.iter().any(|word| word.eq_ignore_ascii_case(name));
        if known(&VOID) {
            continue;
        }
        if known(&FORMATTING) {
            open = if is_end { open.saturating_sub(1) } else { open + 1 };
        } else if !is_end {
            reopened += open;
        }
        if !known(&IMPLIED) {
            depth = if is_end { depth.saturating_sub(1) } else { depth + 1 };
        }
        let is_large = elements > MAX_ELEMENTS || total_depth > MAX_TOTAL_DEPTH;
        if depth > MAX_DEPTH || reopened > MAX_REOPENED || is_large {
            return false;
        }
    }
    true
}

/// Names of tags, and whether they end an element; comments, scripts and styles are passed over.
fn tags(html: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            rest = rest.get(rest.find('<')? + 1..)?;
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment
                    .find("-->")
                    .and_then(|end| comment.get(end..))
                    .unwrap_or(comment);
                continue;
            }
            let is_end = rest.starts_with('/');
            let name = rest.strip_prefix('/').unwrap_or(rest);
            let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if length == 0 || !name.as_bytes()[0].is_ascii_alphabetic() {
                continue;
            }
            let name = &name[..length];
            if !is_end && RAW.iter().any(|word| word.eq_ignore_ascii_case(name)) {
                rest = behind(rest, name);
                continue;
            }
            return Some((name, is_end));
        }
    })
}

/// Elements whose inside is no markup.
const RAW: [&str; 4] = ["script", "style", "textarea", "xmp"];

/// What follows the end of a raw element; everything where it has none.
fn behind<'h>(html: &'h str, name: &str) -> &'h str {
    let mut rest = html;
    while let Some(at) = rest.find("</") {
        rest = &rest[at + 2..];
        if rest
            .get(..name.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(name))
        {
            return rest;
        }
    }
    html
}

/// The words of a page that is not parsed: what stands outside of tags, a line for each tag.
pub(super) fn words(html: &str) -> String {
    let mut out = String::new();
    for part in html.split('<') {
        let words = part.split_once('>').map_or(part, |(_, words)| words);
        if !words.trim().is_empty() {
            out.push_str(words);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bombs_are_seen_and_sloppy_pages_are_not() {
        assert!(!is_sound(&"<div>".repeat(5_000)));
        assert!(!is_sound(&format!(
            "{}{}",
            "<b class=x>".repeat(500),
            "<p>".repeat(100_000)
        )));
        assert!(is_sound(&"<p>one<li>two<td>".repeat(50_000)));
        assert!(is_sound(&"<div><a href=x>y</a><br></div>".repeat(50_000)));
        assert!(is_sound(&format!(
            "<script>{}</script><!-- {} --><p>x",
            "'<div>'".repeat(2_000),
            "<div>".repeat(2_000)
        )));
        assert!(!is_sound(&format!("<script></SCRIPT>{}", "<div>".repeat(2_000))));
        assert!(is_sound("a < b << c </ d"));
    }
}

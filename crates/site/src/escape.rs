//! Characters that HTML and XML keep for themselves.

use std::fmt;

/// Appends text with `&`, `<`, `>`, `"` and `'` escaped: safe in text and in quoted attributes, of HTML and XML alike.
pub fn push(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = write(out, text);
}

/// Writes text as [`push`] appends it.
pub fn write(out: &mut (impl fmt::Write + ?Sized), text: &str) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| SPECIAL[usize::from(byte)]) {
        out.write_str(&rest[..at])?;
        out.write_str(name(rest.as_bytes()[at]))?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)
}

/// Appends text with `&`, `<` and `>` escaped: safe between tags, not in attributes.
pub fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = memchr::memchr3(b'&', b'<', b'>', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        out.push_str(name(rest.as_bytes()[at]));
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Appends text with `&` and `<` escaped: safe between the tags of XML, and shortest for markup that stands there as text.
pub fn push_markup(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'&', b'<', rest.as_bytes()) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        out.extend_from_slice(name(rest.as_bytes()[at]).as_bytes());
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest.as_bytes());
}

/// Characters with a name, all of one byte.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    special[b'&' as usize] = true;
    special[b'<' as usize] = true;
    special[b'>' as usize] = true;
    special[b'"' as usize] = true;
    special[b'\'' as usize] = true;
    special
};

fn name(byte: u8) -> &'static str {
    match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'"' => "&quot;",
        _ => "&#39;",
    }
}

/// Text with `&`, `<`, `>`, `"` and `'` escaped.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    push(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_in_text_stays_text() {
        assert_eq!(
            super::text("a<b & \"c\" 'd'>é"),
            "a&lt;b &amp; &quot;c&quot; &#39;d&#39;&gt;é"
        );
        assert_eq!(super::text(""), "");
        let mut out = String::new();
        super::push_text(&mut out, "a<b & \"c\"é>");
        assert_eq!(out, "a&lt;b &amp; \"c\"é&gt;");
        let mut out = Vec::new();
        super::push_markup(&mut out, "<p>a &amp; b</p>");
        assert_eq!(out, b"&lt;p>a &amp;amp; b&lt;/p>");
    }
}

//! Characters that HTML and XML keep for themselves.

/// Appends text with `&`, `<`, `>`, `"` and `'` escaped: safe in text and in quoted attributes, of HTML and XML alike.
pub fn push(out: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let name = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(name);
        from = at + 1;
    }
    out.push_str(&text[from..]);
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
    }
}

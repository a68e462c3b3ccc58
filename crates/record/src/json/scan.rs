//! One strict pass over bytes that accepts canonical JSON and nothing else, whatever it says.

use super::{JsonError, MAX_DEPTH, MAX_INTEGER};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Refuses all bytes but one canonical value; gives them as text.
pub(super) fn any(bytes: &[u8]) -> Result<&str, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|e| JsonError::Form {
        what: "bytes that are not UTF-8",
        at: e.valid_up_to(),
    })?;
    let mut scan = Scan { text, bytes, at: 0 };
    scan.value(0)?;
    if scan.at == bytes.len() {
        Ok(text)
    } else {
        scan.refuse("bytes after the value")
    }
}

/// Bytes that end a stretch of a string: quotation mark, backslash, control characters.
const ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        ends[byte] = true;
        byte += 1;
    }
    ends[0x7f] = true;
    ends[b'"' as usize] = true;
    ends[b'\\' as usize] = true;
    ends
};

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn refuse<T>(&self, what: &'static str) -> Result<T, JsonError> {
        Err(JsonError::Form { what, at: self.at })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8, what: &'static str) -> Result<(), JsonError> {
        if self.peek() != Some(byte) {
            return self.refuse(what);
        }
        self.at += 1;
        Ok(())
    }

    /// True and past the comma if another member follows; false and past `end` if not.
    fn another(&mut self, end: u8) -> Result<bool, JsonError> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == end => {
                self.at += 1;
                Ok(false)
            }
            _ => self.refuse("no comma and no end"),
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), JsonError> {
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => self.refuse("nesting too deep"),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(|_| ()),
            Some(b'0'..=b'9') => self.integer(),
            Some(b't') if self.bytes[self.at..].starts_with(b"true") => {
                self.at += 4;
                Ok(())
            }
            _ => self.refuse("no value of the format"),
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), JsonError> {
        self.at += 1;
        if self.peek() == Some(b']') {
            return self.refuse("an empty array");
        }
        loop {
            self.value(depth)?;
            if !self.another(b']')? {
                return Ok(());
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), JsonError> {
        self.at += 1;
        if self.peek() == Some(b'}') {
            return self.refuse("an empty object");
        }
        let mut last = "";
        loop {
            let key = self.string()?;
            if !is_key(key) || key <= last {
                return self.refuse("a key that is malformed, repeated or out of order before this place,");
            }
            last = key;
            self.take(b':', "no colon")?;
            self.value(depth)?;
            if !self.another(b'}')? {
                return Ok(());
            }
        }
    }

    fn integer(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        let mut value = 0u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value * 10 + u64::from(digit - b'0');
            self.at += 1;
            let leading_zero = self.at - start > 1 && self.bytes[start] == b'0';
            if value > MAX_INTEGER || leading_zero {
                return self.refuse("an integer out of range or with leading zero");
            }
        }
        Ok(())
    }

    /// A string as it is written, without quotation marks; its stretches between escapes are checked.
    fn string(&mut self) -> Result<&'a str, JsonError> {
        self.take(b'"', "no string")?;
        let start = self.at;
        let mut stretch = start;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at += rest
                .iter()
                .position(|byte| ENDS[usize::from(*byte)])
                .unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.stretch(stretch)?;
                    self.at += 1;
                    if !matches!(self.peek(), Some(b'"' | b'\\' | b'n' | b't')) {
                        return self.refuse("an escape of another form");
                    }
                    self.at += 1;
                    stretch = self.at;
                }
                _ => return self.refuse("a control character or an unfinished string"),
            }
        }
        self.stretch(stretch)?;
        if self.at == start {
            return self.refuse("an empty string");
        }
        let written = self.text.get(start..self.at).unwrap_or_default();
        self.at += 1;
        Ok(written)
    }

    /// Characters outside ASCII, from a place up to here: no control or noncharacter, and normalized. What is escaped
    /// composes with nothing, so that stretches can be looked at one by one.
    fn stretch(&self, from: usize) -> Result<(), JsonError> {
        let text = self.text.get(from..self.at).unwrap_or_default();
        if text.is_ascii() || text.chars().all(is_plain) {
            return Ok(());
        }
        if text.chars().any(is_refused) {
            return self.refuse("a control character or noncharacter before this place,");
        }
        if is_nfc(text) {
            Ok(())
        } else {
            self.refuse("text that is not in Normalization Form C before this place,")
        }
    }
}

/// True for `[a-z][a-z-]*`.
fn is_key(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase()) && bytes.all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// Control characters of the second set, and noncharacters.
fn is_refused(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

fn is_nfc(text: &str) -> bool {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => true,
        IsNormalized::No => false,
        IsNormalized::Maybe => text.chars().nfc().eq(text.chars()),
    }
}

/// Characters that are not refused, that no normalization changes and that combine with nothing: what most texts are
/// made of.
fn is_plain(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{a0}'..='\u{2ff}' // Latin
        | '\u{400}'..='\u{482}'     // Cyrillic
        | '\u{48a}'..='\u{52f}'
        | '\u{5d0}'..='\u{5ea}'     // Hebrew letters
        | '\u{60c}'..='\u{60f}'     // Arabic without marks
        | '\u{61b}'..='\u{64a}'
        | '\u{660}'..='\u{66f}'
        | '\u{671}'..='\u{6d5}'
        | '\u{1e00}'..='\u{1eff}'   // Vietnamese
        | '\u{2010}'..='\u{2027}'   // Punctuation
        | '\u{202f}'..='\u{205e}'
        | '\u{3001}'..='\u{3029}'   // Chinese and Japanese
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'   // Korean syllables
        | '\u{ff01}'..='\u{ff60}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::char::canonical_combining_class;

    #[test]
    fn the_short_way_agrees_with_the_data_base() {
        for c in ('\0'..=char::MAX).filter(|c| is_plain(*c)) {
            assert!(!is_refused(c) && canonical_combining_class(c) == 0, "{c:?}");
            assert_eq!(is_nfc_quick(std::iter::once(c)), IsNormalized::Yes, "{c:?}");
        }
    }
}

//! One strict pass over bytes that accepts canonical JSON and nothing else, whatever it says.

use super::{JsonError, MAX_DEPTH, MAX_INTEGER};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Refuses all bytes but one canonical value; gives them as text.
pub(super) fn any(bytes: &[u8]) -> Result<&str, JsonError> {
    let text = match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => std::str::from_utf8(bytes).map_err(|e| JsonError::Form {
            what: "bytes that are not UTF-8",
            at: e.valid_up_to(),
        })?,
    };
    let mut scan = Scan { text, bytes, at: 0 };
    scan.value(0)?;
    if scan.at == bytes.len() {
        Ok(text)
    } else {
        scan.refuse("bytes after the value")
    }
}

/// Bytes that end a stretch of a string: quotation mark, backslash, control characters.
fn is_end(byte: u8) -> bool {
    byte < b' ' || matches!(byte, 0x7f | b'"' | b'\\')
}

/// Bytes before the first that ends a stretch. Eight are looked at at once: in a word the high bit of a byte is set where
/// it ends one, and perhaps of some after it (Warren, Hacker's Delight, section 6-1).
fn length_of_stretch(bytes: &[u8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let (words, rest) = bytes.as_chunks();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let below = |word: u64, limit: u8| word.wrapping_sub(EACH * u64::from(limit)) & !word;
        let equal = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
        let ends = (below(word, b' ') | equal(b'"') | equal(b'\\') | equal(0x7f)) & (EACH << 7);
        if ends != 0 {
            return at * 8 + (ends.trailing_zeros() / 8) as usize;
        }
    }
    let more = rest.iter().position(|byte| is_end(*byte));
    bytes.len() - rest.len() + more.unwrap_or(rest.len())
}

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
            self.at += length_of_stretch(self.bytes.get(self.at..).unwrap_or_default());
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
const PLAIN: [(usize, usize); 19] = [
    (0x20, 0x7e), // Latin
    (0xa0, 0x2ff),
    (0x400, 0x482), // Cyrillic
    (0x48a, 0x52f),
    (0x5d0, 0x5ea), // Hebrew letters
    (0x60c, 0x60f), // Arabic without marks
    (0x61b, 0x64a),
    (0x660, 0x66f),
    (0x671, 0x6d5),
    (0x1e00, 0x1eff), // Vietnamese
    (0x2010, 0x2027), // Punctuation
    (0x202f, 0x205e),
    (0x3001, 0x3029), // Chinese and Japanese
    (0x3041, 0x3096),
    (0x30a1, 0x30fa),
    (0x3400, 0x4dbf),
    (0x4e00, 0x9fff),
    (0xac00, 0xd7a3), // Korean syllables
    (0xff01, 0xff60),
];

/// A bit for each character up to U+FFFF, so that all scripts are told equally fast.
static IS_PLAIN: [u64; 1024] = {
    let (mut bits, mut at) = ([0; 1024], 0);
    while at < PLAIN.len() {
        let (mut c, last) = PLAIN[at];
        while c <= last {
            bits[c / 64] |= 1 << (c % 64);
            c += 1;
        }
        at += 1;
    }
    bits
};

/// True for characters that no rule of section 2 forbids and no normalization changes, whatever stands beside them;
/// others must be looked up.
#[inline]
pub fn is_plain(c: char) -> bool {
    let c = c as usize;
    IS_PLAIN.get(c / 64).is_some_and(|bits| bits >> (c % 64) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::char::canonical_combining_class;

    #[test]
    fn a_stretch_goes_up_to_the_first_byte_that_ends_it() {
        let ends = |byte: &u8| byte.is_ascii_control() || b"\"\\".contains(byte);
        for byte in 0..=255 {
            for before in 0..40 {
                let bytes = [vec![0xc3; before], vec![byte, b'"', 0, b'a']].concat();
                assert_eq!(
                    Some(length_of_stretch(&bytes)),
                    bytes.iter().position(ends),
                    "{byte} after {before}"
                );
            }
        }
        assert_eq!(length_of_stretch(&[b'a'; 70]), 70);
    }

    #[test]
    fn the_short_way_agrees_with_the_data_base() {
        for c in ('\0'..=char::MAX).filter(|c| is_plain(*c)) {
            assert!(!is_refused(c) && canonical_combining_class(c) == 0, "{c:?}");
            assert_eq!(is_nfc_quick(std::iter::once(c)), IsNormalized::Yes, "{c:?}");
        }
    }
}

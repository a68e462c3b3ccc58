//! Bytes of a capture become characters.

use crate::candidate::{About, Remark};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// How many bytes are looked at to guess an encoding.
const REACH: usize = 128 * 1024;

/// A decoded capture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// Its characters.
    pub text: String,
    /// Name of the encoding, as the web writes it.
    pub encoding: &'static str,
    /// What was doubtful or lost.
    pub remark: Option<Remark>,
}

/// Decodes plain text: by its mark of order, as UTF-8 if it is, else by what its bytes are most likely.
pub fn text(bytes: &[u8]) -> Decoded {
    decode(bytes, None)
}

/// True for what people could have written: hardly a control character, hardly a byte that is no character.
pub fn is_writing(text: &str) -> bool {
    let strange = |c: &char| c.is_control() && !c.is_whitespace() || *c == char::REPLACEMENT_CHARACTER;
    text.chars().filter(strange).count() * 50 <= text.chars().count()
}

/// Decodes bytes for which an encoding may be declared. A mark of order wins over it, valid UTF-8 over a wrong one.
pub fn decode(bytes: &[u8], declared: Option<&'static Encoding>) -> Decoded {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return with(bytes, encoding, false);
    }
    if std::str::from_utf8(bytes).is_ok() && declared.is_none_or(|e| e == UTF_8 || !bytes.is_ascii()) {
        return with(bytes, UTF_8, false);
    }
    match declared.filter(|e| *e != UTF_8) {
        Some(encoding) => with(bytes, encoding, false),
        None => with(bytes, guess(bytes), true),
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let start = bytes.get(..REACH).unwrap_or(bytes);
    detector.feed(start, start.len() == bytes.len());
    let guess = detector.guess(None, Utf8Detection::Allow);
    // One damaged byte must not turn a long UTF-8 text into another encoding's letters.
    if mostly_utf8(start) { UTF_8 } else { guess }
}

/// True if nearly all sequences beyond ASCII are valid UTF-8.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 5 && good >= bad * 10
}

fn with(bytes: &[u8], encoding: &'static Encoding, is_guess: bool) -> Decoded {
    let (text, used, has_errors) = encoding.decode(bytes);
    let name = used.name();
    let what = match (has_errors, is_guess) {
        (true, _) => Some(format!("some bytes are no characters of {name}; they show as \u{fffd}")),
        (false, true) => Some(format!("read as {name}, which is a guess")),
        _ => None,
    };
    Decoded {
        text: text.into_owned(),
        encoding: name,
        remark: what.map(|text| Remark {
            line: None,
            about: About::Encoding,
            text,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], declared: Option<&'static Encoding>, text: &str, encoding: &str, remarked: bool) {
        let decoded = decode(bytes, declared);
        assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
        assert_eq!(decoded.remark.is_some(), remarked, "{:?}", decoded.remark);
    }

    #[test]
    fn marks_declarations_and_guesses_are_followed() {
        let gbk = encoding_rs::GBK;
        let words = "港口理事会今天在这里召开会议，部长们讨论了潮汐和船只。";
        let (bytes, _, _) = gbk.encode(words);
        check(words.as_bytes(), None, words, "UTF-8", false);
        check(words.as_bytes(), Some(gbk), words, "UTF-8", false);
        check(&bytes, Some(gbk), words, "GBK", false);
        check(&bytes, None, words, "GBK", true);
        check(b"\xef\xbb\xbfplain", Some(gbk), "plain", "UTF-8", false);
        check(b"\xff\xfea\0b\0", None, "ab", "UTF-16LE", false);
        check(b"", None, "", "UTF-8", false);
    }

    #[test]
    fn noise_is_no_writing() {
        let noise: Vec<u8> = (0..2_000u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        assert!(!is_writing(&text(&noise).text));
        assert!(is_writing("A line.\r\n\tAnother.\u{c}") && is_writing("") && !is_writing("\0\0PK\u{3}"));
    }

    #[test]
    fn one_damaged_byte_is_remarked_and_the_rest_kept() {
        let mut bytes = "Hội đồng bến cảng họp tại thành phố về thủy triều".as_bytes().to_vec();
        bytes.push(0xff);
        let decoded = text(&bytes);
        assert!(decoded.text.starts_with("Hội đồng") && decoded.remark.is_some());
    }
}

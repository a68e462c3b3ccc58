//! The content codings of pages: chosen from what the client accepts, made once for each page.

use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;

/// How a body is coded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coding {
    /// As it is.
    Identity,
    /// `gzip`.
    Gzip,
    /// `br`.
    Brotli,
    /// `zstd`.
    Zstd,
}

/// Bodies up to this are coded as well as can be, larger ones faster.
const SMALL: usize = 128 << 10;

impl Coding {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Gzip, Self::Brotli, Self::Zstd];
    /// The order of our preference where the client has none: by size.
    const PREFERENCE: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// Its name in HTTP; none for the plain body.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// What it adds to a validator.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-g",
            Self::Brotli => "-b",
            Self::Zstd => "-z",
        }
    }

    /// The best coding that an `Accept-Encoding` allows (RFC 9110, section 12.5.3).
    pub fn chosen(accepted: &[u8]) -> Self {
        match accepted {
            b"" => return Self::Identity,
            b"gzip" => return Self::Gzip,
            b"gzip, deflate, br, zstd" | b"gzip, deflate, br" => return Self::Brotli,
            _ => {}
        }
        let weight = |coding: &Self| coding.name().map_or(0, |name| weight(accepted, name));
        let best = Self::PREFERENCE.iter().map(weight).max().unwrap_or(0);
        let first = Self::PREFERENCE.into_iter().find(|coding| weight(coding) == best);
        first
            .filter(|_| best > 0 && best >= identity(accepted))
            .unwrap_or(Self::Identity)
    }

    /// The coded body; `None` if that failed.
    pub fn encode(self, body: &[u8]) -> Option<Vec<u8>> {
        let small = body.len() <= SMALL;
        match self {
            Self::Identity => None,
            Self::Gzip => {
                let mut out = GzEncoder::new(Vec::new(), Compression::new(if small { 9 } else { 6 }));
                out.write_all(body).ok()?;
                out.finish().ok()
            }
            Self::Brotli => {
                let quality = if small { 9 } else { 5 };
                let params = brotli::enc::BrotliEncoderParams {
                    quality,
                    lgwin: 20,
                    size_hint: body.len(),
                    ..Default::default()
                };
                let mut out = Vec::new();
                brotli::BrotliCompress(&mut &*body, &mut out, &params).ok()?;
                Some(out)
            }
            Self::Zstd => zstd::bulk::compress(body, if small { 15 } else { 6 }).ok(),
        }
    }
}

/// Weight of a coding in thousandths; of `*` where it is not named, 0 where it is refused or not accepted.
fn weight(accepted: &[u8], name: &str) -> u32 {
    named(accepted, name.as_bytes())
        .or_else(|| named(accepted, b"*"))
        .unwrap_or(0)
}

/// Weight that a client gives the plain body by name; where it says nothing, any coding is better.
fn identity(accepted: &[u8]) -> u32 {
    named(accepted, b"identity").unwrap_or(0)
}

fn named(accepted: &[u8], name: &[u8]) -> Option<u32> {
    accepted.split(|byte| *byte == b',').find_map(|item| {
        let mut parts = item.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let coding = parts.next()?;
        coding
            .eq_ignore_ascii_case(name)
            .then(|| parts.find_map(quality).unwrap_or(1000))
    })
}

/// `q=0.25` as 250; anything malformed counts as 0.
fn quality(parameter: &[u8]) -> Option<u32> {
    let [b'q' | b'Q', b'=', value @ ..] = parameter else {
        return None;
    };
    let text = std::str::from_utf8(value).unwrap_or_default();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    Some(match whole {
        "1" => 1000,
        "0" if digits => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_coding_is_chosen() {
        for (accepted, want) in [
            ("", Coding::Identity),
            ("gzip", Coding::Gzip),
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip, deflate, zstd", Coding::Zstd),
            ("deflate", Coding::Identity),
            ("*", Coding::Brotli),
            ("br;q=0, *", Coding::Zstd),
            ("br;q=0.5, gzip;q=0.8", Coding::Gzip),
            ("GZIP ; q=1.0", Coding::Gzip),
            ("identity, gzip;q=0.5", Coding::Identity),
            ("identity;q=0.5, gzip", Coding::Gzip),
            ("gzip;q=abc", Coding::Identity),
            ("gzip;q=0", Coding::Identity),
            (",,;;q=,", Coding::Identity),
        ] {
            assert_eq!(Coding::chosen(accepted.as_bytes()), want, "{accepted}");
        }
    }

    #[test]
    fn every_coding_is_shorter_than_a_page_that_repeats() {
        let body = b"<p>the minister received the minister</p>".repeat(200);
        for coding in Coding::PREFERENCE {
            let coded = coding.encode(&body).unwrap_or_default();
            assert!(!coded.is_empty() && coded.len() < body.len() / 10, "{coding:?}");
        }
    }
}

//! Bytes, keys, commitments and manifests, each looked at alone.

use super::{accepted, bytes, each, outcome, text, want};
use base64::Engine as _;
use record::{
    entry::Media,
    json,
    manifest::{BadManifest, Manifest},
    seal::{self, Commitment, Sealed},
};
use serde_json::Value;
use tlog::{
    hash::sha256,
    note::{SigningKey, VerifierKey},
};

#[test]
fn canonical_json() {
    each("canonical.json", 90, |case| {
        let result = json::check(&bytes(case, "base64"));
        want(accepted(case), outcome(&result, json::JsonError::is_newer), &result)
    });
}

#[test]
fn keys() {
    each("keys.json", 13, |case| {
        let result = text(case, "vkey").parse::<VerifierKey>();
        want(accepted(case), outcome(&result, |_| false), &result)?;
        let (Ok(key), false) = (&result, case["seed"].is_null()) else {
            return Ok(());
        };
        let seed = unhex(text(case, "seed"));
        let made = SigningKey::generate(key.name(), seed).expect("key").verifier();
        want(text(case, "public"), &hex(&made.public_bytes()), key)?;
        want(text(case, "vkey"), &made.to_string(), key)
    });
}

#[test]
fn signatures() {
    each("signatures.json", 9, |case| {
        let public: [u8; 32] = unhex(text(case, "public"));
        let name = "record.example";
        let hash = sha256(&[name.as_bytes(), b"\n\x01", &public[..]].concat());
        let encoded = base64::engine::general_purpose::STANDARD.encode([&[1], &public[..]].concat());
        let key: Result<VerifierKey, _> = format!("{name}+{}+{encoded}", hex(&hash.0[..4])).parse();
        let signature: [u8; 64] = unhex(text(case, "signature"));
        let good = key.is_ok_and(|key| key.verify(&bytes(case, "text"), &signature));
        want(accepted(case), if good { "accept" } else { "refuse" }, &good)
    });
}

#[test]
fn commitments() {
    each("commitments.json", 4, |case| {
        let (salt, blob) = (unhex(text(case, "salt")), bytes(case, "blob"));
        let sealed = Sealed::new(&salt, &bytes(case, "bytes"));
        want(text(case, "commitment"), &sealed.commitment.to_string(), case)?;
        let parsed: Commitment = text(case, "commitment").parse().expect("commitment");
        let path = tlog::blob_path(parsed.0);
        want(text(case, "path"), &path, case)?;
        let opens = seal::open(&parsed, &blob) == Some(&bytes(case, "bytes")[..]);
        want("true", &(opens && sealed.blob == blob).to_string(), case)
    });
}

fn manifest(case: &Value, media: Media) -> Result<(), String> {
    let given = text(case, "json").as_bytes();
    let result = Manifest::read(media, given);
    want(text(case, "outcome"), outcome(&result, BadManifest::is_newer), &result)?;
    match result {
        Ok(manifest) => want(
            "true",
            &(manifest.to_bytes().expect("bytes") == given).to_string(),
            &manifest,
        ),
        Err(_) => Ok(()),
    }
}

#[test]
fn facts() {
    each("facts.json", 120, |case| manifest(case, Media::Facts));
}

#[test]
fn words() {
    each("words.json", 30, |case| manifest(case, Media::Words));
}

#[test]
fn notices() {
    each("notices.json", 10, |case| manifest(case, Media::Notice));
}

#[test]
fn bodies() {
    each("bodies.json", 120, |case| manifest(case, Media::Words));
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hex");
    pairs.map(byte).collect::<Vec<u8>>().try_into().expect("length")
}

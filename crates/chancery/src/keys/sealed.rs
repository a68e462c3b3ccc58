//! A private key under a passphrase, as a file (`docs/spec/protected-key.md`). Pure: salts and nonces are arguments.
//!
//! Its second line names the public key, so that nobody is asked for a passphrase to learn that.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    XChaCha20Poly1305,
    aead::{Aead as _, KeyInit as _, Payload},
};
use zeroize::Zeroizing;

/// The first line.
pub const HEADER: &str = "chancery/protected-key/v1";
/// Length of a salt, in bytes.
pub const SALT: usize = 16;
const NONCE: usize = 24;
/// What stretching takes: KiB of memory, rounds, lanes. More than RFC 9106, section 4, asks where memory is scarce.
const COST: Cost = Cost {
    memory: 65_536,
    rounds: 3,
    lanes: 1,
};
/// No file makes a reader take more than this.
const MOST: Cost = Cost {
    memory: 1 << 20,
    rounds: 16,
    lanes: 4,
};

/// Why a file cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSealed {
    /// The text is no protected key.
    #[error("not a protected key: {0}")]
    Form(&'static str),
    /// It was sealed with another passphrase, or altered.
    #[error("this is not its passphrase")]
    Passphrase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    memory: u32,
    rounds: u32,
    lanes: u32,
}

/// How a passphrase was stretched: files that were sealed in one go share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    cost: Cost,
    salt: [u8; SALT],
}

/// A stretched passphrase; its memory is cleared when it is dropped.
pub type Stretched = Zeroizing<[u8; 32]>;

impl Stretch {
    /// The present cost, with a salt that the caller drew at random.
    pub fn new(salt: [u8; SALT]) -> Self {
        Self { cost: COST, salt }
    }

    /// Stretches a passphrase: some tenths of a second.
    pub fn apply(&self, passphrase: &str) -> Result<Stretched, BadSealed> {
        let Cost { memory, rounds, lanes } = self.cost;
        let cost = Params::new(memory, rounds, lanes, Some(32)).map_err(|_| BadSealed::Form("cost"))?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, cost)
            .hash_password_into(passphrase.as_bytes(), &self.salt, &mut *key)
            .map_err(|_| BadSealed::Form("cost"))?;
        Ok(key)
    }

    fn line(&self) -> String {
        let Cost { memory, rounds, lanes } = self.cost;
        format!("argon2id {memory} {rounds} {lanes} {}", STANDARD.encode(self.salt))
    }

    fn read(line: &str) -> Option<Self> {
        let mut parts = line.split(' ');
        if parts.next() != Some("argon2id") {
            return None;
        }
        let mut number = |most: u32| {
            let number: u32 = parts.next()?.parse().ok()?;
            (1..=most).contains(&number).then_some(number)
        };
        let cost = Cost {
            memory: number(MOST.memory)?,
            rounds: number(MOST.rounds)?,
            lanes: number(MOST.lanes)?,
        };
        let salt = STANDARD.decode(parts.next()?).ok()?.try_into().ok()?;
        let stretch = Self { cost, salt };
        (stretch.line() == line).then_some(stretch)
    }
}

/// A protected key, not opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The public key.
    pub vkey: String,
    /// How its passphrase was stretched.
    pub stretch: Stretch,
    nonce: [u8; NONCE],
    secret: Vec<u8>,
}

impl Sealed {
    /// True if a text claims to be a protected key.
    pub fn is(text: &str) -> bool {
        text.lines().next() == Some(HEADER)
    }

    /// Reads a file.
    pub fn read(text: &str) -> Result<Self, BadSealed> {
        let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
        let [HEADER, vkey, stretch, sealed] = lines[..] else {
            return Err(BadSealed::Form("it has not four lines"));
        };
        let stretch = Stretch::read(stretch).ok_or(BadSealed::Form("third line"))?;
        let sealed = STANDARD.decode(sealed).map_err(|_| BadSealed::Form("fourth line"))?;
        let (nonce, secret) = sealed.split_first_chunk().ok_or(BadSealed::Form("fourth line"))?;
        Ok(Self {
            vkey: vkey.to_owned(),
            stretch,
            nonce: *nonce,
            secret: secret.to_vec(),
        })
    }

    /// Seals the text of a private key. The nonce is drawn at random for each.
    pub fn seal(
        vkey: &str,
        secret: &str,
        stretch: Stretch,
        key: &Stretched,
        nonce: [u8; NONCE],
    ) -> Result<Self, BadSealed> {
        let head = head(vkey, stretch);
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: head.as_bytes(),
        };
        let sealed = cipher(key).encrypt(&nonce.into(), payload);
        Ok(Self {
            vkey: vkey.to_owned(),
            stretch,
            nonce,
            secret: sealed.map_err(|_| BadSealed::Form("too long"))?,
        })
    }

    /// The text of the private key.
    pub fn open(&self, key: &Stretched) -> Result<Zeroizing<String>, BadSealed> {
        let head = head(&self.vkey, self.stretch);
        let payload = Payload {
            msg: &self.secret,
            aad: head.as_bytes(),
        };
        let opened = cipher(key).decrypt(&self.nonce.into(), payload);
        let opened = opened.map(Zeroizing::new).map_err(|_| BadSealed::Passphrase)?;
        let text = str::from_utf8(&opened).map_err(|_| BadSealed::Form("what was sealed"))?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// The file.
    pub fn to_text(&self) -> String {
        let sealed = STANDARD.encode([&self.nonce[..], &self.secret].concat());
        format!("{}{sealed}\n", head(&self.vkey, self.stretch))
    }
}

/// The lines that are not secret, and that nobody alters.
fn head(vkey: &str, stretch: Stretch) -> String {
    format!("{HEADER}\n{vkey}\n{}\n", stretch.line())
}

fn cipher(key: &Stretched) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Stretch {
        Stretch {
            cost: Cost {
                memory: 64,
                rounds: 1,
                lanes: 1,
            },
            salt: [7; SALT],
        }
    }

    fn example() -> Sealed {
        let key = cheap().apply("correct horse").unwrap();
        Sealed::seal("a+00000000+x", "PRIVATE+KEY+secret", cheap(), &key, [9; NONCE]).unwrap()
    }

    #[test]
    fn only_the_passphrase_opens_a_key() {
        let read = Sealed::read(&example().to_text()).unwrap();
        assert_eq!(read, example());
        let open = |passphrase| read.open(&read.stretch.apply(passphrase).unwrap());
        assert_eq!(*open("correct horse").unwrap(), "PRIVATE+KEY+secret");
        assert_eq!(open("correct hors"), Err(BadSealed::Passphrase));
        assert_eq!(open(""), Err(BadSealed::Passphrase));
        assert!(!example().to_text().contains("secret"));
    }

    #[test]
    fn the_text_is_the_one_of_the_specification() {
        let text = example().to_text();
        assert_eq!(
            text,
            include_str!("../../../../docs/spec/protected-key.example"),
            "{text}"
        );
    }

    #[test]
    fn what_was_altered_is_not_opened() {
        let text = example().to_text();
        for (from, to) in [("a+0", "b+0"), ("argon2id 64 1 1", "argon2id 65 1 1"), ("v1", "v2")] {
            let altered = text.replacen(from, to, 1);
            let opened = Sealed::read(&altered).and_then(|read| read.open(&read.stretch.apply("correct horse")?));
            assert!(opened.is_err(), "{altered}");
        }
        let bytes = text.trim_end().as_bytes();
        for at in bytes.len() - 60..bytes.len() {
            let mut altered = bytes.to_vec();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let read = Sealed::read(str::from_utf8(&altered).unwrap());
            let opened = read.and_then(|read| read.open(&read.stretch.apply("correct horse")?));
            assert!(opened.is_err(), "byte {at}");
        }
    }

    #[test]
    fn costs_without_bounds_are_refused() {
        for line in [
            "argon2id 99999999 3 1 BwcHBwcHBwcHBwcHBwcHBw==",
            "argon2id 64 17 1 BwcHBwcHBwcHBwcHBwcHBw==",
            "argon2id 64 0 1 BwcHBwcHBwcHBwcHBwcHBw==",
            "argon2id 064 1 1 BwcHBwcHBwcHBwcHBwcHBw==",
            "argon2i 64 1 1 BwcHBwcHBwcHBwcHBwcHBw==",
            "argon2id 64 1 1 BwcH",
        ] {
            assert_eq!(Stretch::read(line), None, "{line}");
        }
        assert_eq!(Stretch::read(&cheap().line()), Some(cheap()));
    }
}

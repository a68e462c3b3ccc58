//! The strict check of Ed25519 signatures, without taking the point R apart.
//!
//! `verify_strict` of `ed25519-dalek` reads R as a point, which costs a square root, refuses it where its order is small, and
//! compares the bytes of R with those of \[s\]B - \[k\]A. Where these are equal R *is* that point, in the only form in which points
//! are written. So it is enough to compare, and to know the eight points of small order by their bytes. See
//! `docs/decisions/0008-checking-signatures.md`.

use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

/// The y of all points of small order; those of order 4 and 8 come with either sign.
const SMALL: [[u8; 32]; 5] = [
    [
        0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    [0; 32],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// True when `signature` (64 bytes) is the key's over `text`, and neither R nor the key has small order, nor s is out of range.
pub(crate) fn verify(key: &VerifyingKey, text: &[u8], signature: &[u8]) -> bool {
    Signature::from_slice(signature).is_ok_and(|signature| {
        !is_small(*signature.r_bytes()) && !key.is_weak() && key.verify(text, &signature).is_ok()
    })
}

/// Whether the canonical form of a point is that of one of small order.
fn is_small(mut point: [u8; 32]) -> bool {
    point[31] &= 0x7f;
    SMALL.contains(&point)
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::{EdwardsPoint, Scalar, constants::EIGHT_TORSION};
    use proptest::prelude::*;
    use sha2::{Digest as _, Sha512};

    /// 2^252 + 27742317777372353535851937790883648493, the order of the base point.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];

    fn scalar(bytes: &[u8]) -> Scalar {
        Scalar::from_bytes_mod_order_wide(&Sha512::digest(bytes).into())
    }

    /// A key with any point of small order added, and signatures under it with any such point added to R, or alone as R.
    fn signatures(seed: &[u8], text: &[u8]) -> Vec<(VerifyingKey, [u8; 64])> {
        let (secret, nonce) = (scalar(seed), scalar(&[seed, text].concat()));
        let mut all = Vec::new();
        for of_key in EIGHT_TORSION {
            let public = (EdwardsPoint::mul_base(&secret) + of_key).compress();
            let key = VerifyingKey::from_bytes(public.as_bytes()).unwrap();
            for (nonce, of_r) in [Scalar::ZERO, nonce]
                .into_iter()
                .flat_map(|r| EIGHT_TORSION.map(|t| (r, t)))
            {
                let r = (EdwardsPoint::mul_base(&nonce) + of_r).compress();
                let k = scalar(&[r.as_bytes(), public.as_bytes(), text].concat());
                let s = nonce + k * secret;
                all.push((key, [r.to_bytes(), s.to_bytes()].concat().try_into().unwrap()));
            }
        }
        all
    }

    /// What a signature may be changed to.
    fn altered(signature: [u8; 64], bit: usize) -> Vec<[u8; 64]> {
        let (r, s) = signature.split_at(32);
        let mut flipped = signature;
        flipped[bit / 8 % 64] ^= 1 << (bit % 8);
        let mut carry = 0;
        let larger: Vec<u8> = s
            .iter()
            .zip(ORDER)
            .map(|(a, b)| {
                carry += u16::from(*a) + u16::from(b);
                let [low, high] = carry.to_le_bytes();
                carry = u16::from(high);
                low
            })
            .collect();
        // The neutral point in forms that are not canonical: with the sign of zero, and above the modulus.
        let signed = [&[1][..], &[0; 30], &[0x80]].concat();
        let above = [&[0xee][..], &[0xff; 30], &[0x7f]].concat();
        let with = |r: &[u8], s: &[u8]| [r, s].concat().try_into().unwrap();
        vec![
            flipped,
            with(r, &larger),
            with(&signed, s),
            with(&above, s),
            with(r, &ORDER),
        ]
    }

    /// What is accepted: by the strict check of the library, and by the one that is not strict.
    fn compare(key: &VerifyingKey, text: &[u8], signature: &[u8; 64]) -> (bool, bool) {
        let given = Signature::from_bytes(signature);
        let wanted = key.verify_strict(text, &given).is_ok();
        assert_eq!(verify(key, text, signature), wanted, "{key:?} {signature:02x?}");
        (wanted, key.verify(text, &given).is_ok())
    }

    #[test]
    fn points_of_small_order_are_known_by_their_bytes() {
        let all = EIGHT_TORSION.map(|point| point.compress().to_bytes());
        assert!(all.iter().all(|point| is_small(*point)));
        let known: std::collections::BTreeSet<_> = all
            .map(|mut point| {
                point[31] &= 0x7f;
                point
            })
            .into();
        assert_eq!(known, SMALL.into());
        assert!(!is_small(EdwardsPoint::mul_base(&Scalar::ONE).compress().to_bytes()));
    }

    #[test]
    fn what_is_accepted_is_what_the_library_accepts() {
        let (mut strict, mut loose) = (0, 0);
        for n in 0..20_u8 {
            let text = [n; 9];
            for (key, signature) in signatures(&[n, 1], &text) {
                let (accepted, otherwise) = compare(&key, &text, &signature);
                strict += usize::from(accepted);
                loose += usize::from(otherwise);
                for bad in altered(signature, usize::from(n) * 37) {
                    compare(&key, &text, &bad);
                }
            }
        }
        // About one in eight of 2,560 fits; where R has small order only the check that is not strict accepts it.
        assert!(
            (100..220).contains(&strict) && (100..220).contains(&(loose - strict)),
            "{strict} {loose}"
        );
        let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]).verifying_key();
        assert!(!verify(&key, b"", &[0; 63]) && !verify(&key, b"", &[0; 65]));
    }

    #[test]
    fn weak_keys_sign_nothing() {
        for point in EIGHT_TORSION {
            let key = VerifyingKey::from_bytes(point.compress().as_bytes()).unwrap();
            let r = EdwardsPoint::mul_base(&Scalar::ONE).compress();
            for n in 0..16_u8 {
                let signature = [r.to_bytes(), Scalar::ONE.to_bytes()].concat().try_into().unwrap();
                assert!(!compare(&key, &[n], &signature).0);
            }
        }
    }

    proptest! {
        #[test]
        fn random_signatures_and_changes_of_them(seed: [u8; 32], text: Vec<u8>, bit in 0..512_usize, junk: [u8; 32]) {
            use ed25519_dalek::Signer as _;
            let secret = ed25519_dalek::SigningKey::from_bytes(&seed);
            let (key, signature) = (secret.verifying_key(), secret.sign(&text).to_bytes());
            prop_assert!(compare(&key, &text, &signature).0);
            for bad in altered(signature, bit) {
                prop_assert!(!compare(&key, &text, &bad).0);
            }
            let mut other = signature;
            other[..32].copy_from_slice(&junk);
            compare(&key, &text, &other);
        }
    }
}

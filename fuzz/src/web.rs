//! What comes over the network to the server, and what a verifier fetches (`chancery`, `site`). Each target says whether it
//! accepted the bytes, and panics where a promise is broken.

use chancery::{http::quick, verify::trust::Trusted};
use record::{
    entry::Leaf,
    manifest::Manifest,
    register::Register,
    seal::{self, Commitment},
};
use site::{
    address::{Resolved, parse},
    frame::Frames,
    theme::Theme,
    view::{Bases, Source, View},
};
use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};
use tlog::hash::leaf_hash;

/// The example record: leaf and blob of each entry, both after a length of two bytes.
const RECORD: &[u8] = include_bytes!("../corpus/register/good");

/// The head of a request that the short way takes is one that every other parser reads alike.
pub fn http_request(data: &[u8]) -> bool {
    let Some((length, target)) = quick::simple(data) else {
        return false;
    };
    let head = str::from_utf8(&data[..length]).unwrap_or_default().to_ascii_lowercase();
    assert!(
        head.is_empty() || head.ends_with("\n\r\n") || head.ends_with("\n\n"),
        "{head:?}"
    );
    for unclear in [
        "\ncontent-length",
        "\ntransfer-encoding",
        "\nupgrade",
        "\nexpect",
        "\ntrailer",
    ] {
        let named = head.match_indices(unclear).any(|(at, _)| {
            let after = head[at + unclear.len()..].trim_start_matches([' ', '\t']);
            after.starts_with(':')
        });
        assert!(!named, "{head:?}");
    }
    let uri: http::Uri = target.parse().expect("a target");
    assert_eq!(uri.path_and_query().map(http::uri::PathAndQuery::as_str), Some(target));
    assert!(uri.authority().is_none() && uri.scheme().is_none());
    true
}

/// The key of a log, out of the list that a record gives of itself.
pub fn log_json(data: &[u8]) -> bool {
    let Ok(trusted) = Trusted::log_json(data) else {
        return false;
    };
    let keys = trusted.keys.keys();
    assert!(
        keys.iter()
            .all(|known| known.key.name() == tlog::Trust::name(&trusted.keys))
    );
    assert!(keys.iter().any(|known| known.key == trusted.key));
    true
}

/// Host, path and query, each on a line: a page has one address, and a redirect leads to it in one step.
pub fn address(data: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(data) else { return false };
    let mut lines = text.splitn(3, '\n');
    let host = lines.next().filter(|host| !host.is_empty());
    let (path, query) = (lines.next().unwrap_or_default(), lines.next());
    let world = World::get();
    let (bases, frames) = (Bases::new("https://www.family.example"), Frames::new());
    let view = View {
        register: &world.register,
        source: world,
        theme: &world.theme,
        bases: &bases,
        frames: &frames,
        carried: true,
    };
    match parse(&view, host, path, query) {
        Resolved::Page(address) => {
            let place = address.place(&view);
            let own = host.filter(|_| place.root.is_some());
            assert_eq!(
                parse(&view, own, &place.path, None),
                Resolved::Page(address),
                "{}",
                place.path
            );
            true
        }
        Resolved::Redirect(target) => {
            assert!(!target.contains(['\r', '\n', '\0']), "{target:?}");
            let (host, path) = split(&target, host);
            let (path, query) = path
                .split_once('?')
                .map_or((path, None), |(path, query)| (path, Some(query)));
            let path = path.split('#').next().unwrap_or_default();
            let end = parse(&view, host, path, query);
            assert!(matches!(end, Resolved::Page(_)), "{target:?}: {end:?}");
            true
        }
        Resolved::Missing(_) => false,
    }
}

/// Host and path of a whole address; of a path, that of the request.
fn split<'a>(target: &'a str, host: Option<&'a str>) -> (Option<&'a str>, &'a str) {
    let Some(rest) = target.strip_prefix("https://") else {
        return (host, target);
    };
    let end = rest.find('/').unwrap_or(rest.len());
    (Some(&rest[..end]), &rest[end..])
}

struct World {
    register: Register,
    manifests: BTreeMap<Commitment, Vec<u8>>,
    theme: Theme,
}

impl World {
    fn get() -> &'static Self {
        static WORLD: LazyLock<World> = LazyLock::new(World::folded);
        &WORLD
    }

    fn folded() -> Self {
        let (mut register, mut manifests) = (Register::default(), BTreeMap::new());
        let mut rest = RECORD;
        while let Some((leaf, blob)) = piece(&mut rest).and_then(|leaf| Some((leaf, piece(&mut rest)?))) {
            let entry = Leaf::read_trusted(leaf).expect("the example");
            let sealed = entry
                .sealed()
                .and_then(|sealed| Some((sealed, seal::open(&sealed.content, blob)?)));
            let manifest = sealed.map(|(sealed, bytes)| {
                manifests.insert(sealed.content, bytes.to_vec());
                Manifest::read(sealed.media, bytes).expect("the example")
            });
            register.apply(&entry, leaf_hash(leaf), manifest).expect("the example");
        }
        Self {
            register,
            manifests,
            theme: Theme::new(&BTreeMap::new(), false).expect("the theme"),
        }
    }
}

fn piece<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, after) = rest.split_first_chunk()?;
    let (piece, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
    *rest = after;
    Some(piece)
}

impl Source for World {
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>> {
        self.manifests.get(commitment).map(|bytes| Cow::Borrowed(&bytes[..]))
    }

    fn blob(&self, _: &Commitment) -> Option<Vec<u8>> {
        None
    }

    fn entry(&self, _: u64) -> Option<Vec<u8>> {
        None
    }

    fn proof(&self, _: u64) -> Option<String> {
        None
    }
}

/// Addresses of the example, in the form that [`address`] reads, for the corpus.
pub fn addresses() -> Vec<(String, String)> {
    let world = World::get();
    let (bases, frames) = (Bases::new("https://www.family.example"), Frames::new());
    let view = View {
        register: &world.register,
        source: world,
        theme: &world.theme,
        bases: &bases,
        frames: &frames,
        carried: true,
    };
    let all = site::address::all(&view, site::address::Selection::ALL);
    let places = all.into_iter().map(|address| address.place(&view));
    let lines = places.map(|place| {
        let url = place.url(&view);
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        (if place.root.is_some() { host } else { String::new() }, place.path)
    });
    lines.collect()
}

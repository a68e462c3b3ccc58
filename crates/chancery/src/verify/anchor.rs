//! From the keys that were given to those that sign now (`docs/spec/record-http.md`, section 4).
//!
//! A log changes its key by an entry that the root keys sign. So who trusts one of its keys knows the record by any
//! checkpoint that this key signed: genesis, the root keys in it, and through them every key of the log after.

use super::{Report, look::MAX_LOG_JSON, trust::Trusted};
use tlog::{
    CHECKPOINT, Checkpoint, LogKeys, Trust as _, archive_path,
    note::MAX_NOTE,
    store::{Listing, Source},
};

/// A list of archived checkpoints is at most this long, in bytes.
const MOST_LIST: usize = 64 << 20;
/// So many of the last checkpoints before a key ended are looked at, and of those at which another began.
const LAST: usize = 16;

/// The keys that a record names, with the sizes that it says they sign, and those that are given. They serve to read
/// checkpoints; whether the record names them rightly its entries show.
pub fn all(source: &dyn Source, given: &LogKeys) -> LogKeys {
    let mut all = named(source, given).unwrap_or_else(|| LogKeys::of(given.name()));
    given.keys().iter().for_each(|key| all.add(key.clone()));
    all
}

/// The same; but where the newest checkpoint is signed by none of them in time, those that are given alone.
pub fn known(source: &dyn Source, given: &LogKeys) -> LogKeys {
    let all = all(source, given);
    let signed = source.read(CHECKPOINT, MAX_NOTE).ok().flatten().unwrap_or_default();
    if Checkpoint::open(&signed, &all).is_ok() {
        all
    } else {
        given.clone()
    }
}

fn named(source: &dyn Source, given: &LogKeys) -> Option<LogKeys> {
    let bytes = source.read("log.json", MAX_LOG_JSON).ok()??;
    let named = Trusted::log_json(&bytes).ok()?.keys;
    (named.name() == given.name()).then_some(named)
}

/// How the trusted keys vouch for a record.
pub enum Anchor {
    /// They signed its newest checkpoint, or it is empty, or there is none.
    Newest,
    /// They signed this one, or it was kept from before.
    Earlier(Checkpoint),
    /// They signed nothing that is here.
    Nothing,
}

impl Anchor {
    /// Looks for it.
    pub fn find(
        source: &dyn Source,
        listing: Option<&dyn Listing>,
        given: &LogKeys,
        all: &LogKeys,
        seen: Option<&[u8]>,
    ) -> Self {
        let read = |path: &str| source.read(path, MAX_NOTE).ok().flatten().unwrap_or_default();
        let signed = read(CHECKPOINT);
        let newest = match (Checkpoint::open(&signed, all), Checkpoint::open(&signed, given)) {
            (Ok(newest), Err(_)) => newest.size,
            _ => return Self::Newest,
        };
        // Of a larger one, or of one that the keys of the record do not allow, no entry here says anything.
        let anchors = |bytes: &[u8]| {
            let found = Checkpoint::open(bytes, given).ok()?;
            let counts = (1..=newest).contains(&found.size) && Checkpoint::open(bytes, all).is_ok();
            counts.then_some(found)
        };
        if let Some(found) = seen.and_then(anchors) {
            return Self::Earlier(found);
        }
        let sizes = sizes(source, listing, given, all);
        let mut sizes = sizes.into_iter().filter(|size| *size <= newest);
        let found = sizes.find_map(|size| anchors(&read(&archive_path(size))).filter(|found| found.size == size));
        found.map_or(Self::Nothing, Self::Earlier)
    }

    /// The checkpoint that the record must lead through.
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        match self {
            Self::Earlier(checkpoint) => Some(checkpoint.clone()),
            Self::Newest | Self::Nothing => None,
        }
    }

    /// Says what follows for whoever gave the keys.
    pub fn judge(&self, report: &mut Report, given: &LogKeys) {
        match self {
            Self::Newest => {}
            // Nobody is told to trust what a record says of its keys that is not as it was signed.
            Self::Earlier(_) if !report.is_sound() => {}
            Self::Earlier(checkpoint) => report.remarks.push(format!(
                "the key of the log has changed: the one that was given signed {} entries, and root keys named the next; \
                 from now on trust the log.json of this record",
                checkpoint.size
            )),
            Self::Nothing => report.find(
                CHECKPOINT,
                None,
                format!(
                    "is not signed by a key that is trusted, nor does an archived checkpoint that one of these signed lead to it: {}",
                    given.name()
                ),
            ),
        }
    }
}

/// Sizes at which a trusted key may have signed: those at which the next began, and the last ones before it ended. A key
/// that was lost signed none of the very last.
fn sizes(source: &dyn Source, listing: Option<&dyn Listing>, given: &LogKeys, all: &LogKeys) -> Vec<u64> {
    let archived = archived(source, listing);
    let trusted = || all.keys().iter().filter(|known| given.has(&known.key));
    let begins = all.keys().iter().map(|key| key.from);
    let begins = begins.filter(|from| *from > 0 && trusted().any(|known| known.may_sign(*from)));
    let mut sizes: Vec<u64> = begins.take(LAST).collect();
    for known in trusted() {
        let before = archived
            .iter()
            .filter(|size| known.until.is_none_or(|until| **size < until));
        sizes.extend(before.rev().take(LAST));
    }
    sizes
}

fn archived(source: &dyn Source, listing: Option<&dyn Listing>) -> Vec<u64> {
    if let Some(listing) = listing {
        let items = listing.list("checkpoints").unwrap_or_default();
        let mut sizes: Vec<u64> = items.iter().filter_map(|item| item.name.parse().ok()).collect();
        sizes.sort_unstable();
        return sizes;
    }
    let list = source
        .read("checkpoints/", MOST_LIST)
        .ok()
        .flatten()
        .unwrap_or_default();
    let lines = String::from_utf8_lossy(&list).into_owned();
    lines.lines().map_while(|line| line.parse().ok()).collect()
}

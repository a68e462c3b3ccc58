//! What the last export left: how far it came, with which options, which files it made, and which of them the clock
//! will make wrong. A private file of lines in the folder of the export:
//!
//! ```text
//! chancery export 2
//! size 10234
//! root <64 hex>
//! options <64 hex>
//! cosigned 10230                      entries that enough witnesses have seen
//! witnesses <64 hex>                  of their names
//! address https://www.mfa.example      base address of the family
//! site m001 www.m001.example          one for each site, in order; `-` for no host
//! due 1790000000 m001/en/index.html   seconds since 1970, file
//! files
//! @l 12 en                            whose files follow
//! 0m001/en/index.html                 characters shared with the line before, in the alphabet 0 to 9, a to z, A to Z; rest
//! 8news/index.html
//! end
//! ```
//!
//! It is replaced once the files are on the disk. Whatever cannot be read means a full export.

use super::owner::Owner;
use record::date::Moment;
use std::{fmt::Write as _, ops::Range, path::Path};
use tlog::hash::Hash;

const MAGIC: &str = "chancery export 2";
/// The last line: without it the rest may be a part.
const END: &[u8] = b"end\n";

/// What must be equal for a later export to go on from an earlier one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Basis {
    /// Entries of the record.
    pub(super) size: u64,
    /// Root of the log at that size.
    pub(super) root: Hash,
    /// Digest of options, theme and program.
    pub(super) options: Hash,
    /// What was cosigned.
    pub(super) seen: Seen,
    /// Base address of the family.
    pub(super) address: String,
    /// Code and host of each site, in order of creation: a link may lead from any page to any site.
    pub(super) sites: Vec<String>,
}

/// What witnesses had cosigned; nobody anything in a state that does not say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Seen {
    /// Size of the newest cosigned checkpoint: of the entries before it everybody knows who witnessed them, for ever.
    pub(super) size: u64,
    /// Digest of the names that stand for the whole record.
    pub(super) names: Hash,
}

/// The state of a folder.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) basis: Basis,
    /// Files that the clock makes wrong, with the moment.
    pub(super) due: Vec<(Moment, String)>,
    lines: Vec<u8>,
    owners: Vec<(Owner, Range<usize>)>,
}

impl State {
    /// Reads a state back; `None` for anything that this program did not write whole.
    pub(super) fn parse(bytes: Vec<u8>) -> Option<Self> {
        let end = find(&bytes, b"\nfiles\n")?;
        let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
        let mut lines = head.lines();
        (lines.next() == Some(MAGIC)).then_some(())?;
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let basis = Basis {
            size: field("size")?.parse().ok()?,
            root: field("root")?.parse().ok()?,
            options: field("options")?.parse().ok()?,
            address: field("address")?.to_owned(),
            seen: Seen::default(),
            sites: Vec::new(),
        };
        let (mut sites, mut due, mut seen) = (Vec::new(), Vec::new(), Seen::default());
        for line in lines {
            match line.split_once(' ')? {
                ("cosigned", size) => seen.size = size.parse().ok()?,
                ("witnesses", names) => seen.names = names.parse().ok()?,
                ("site", site) => sites.push(site.to_owned()),
                ("due", rest) => {
                    let (moment, file) = rest.split_once(' ')?;
                    due.push((Moment(moment.parse().ok()?), file.to_owned()));
                }
                _ => return None,
            }
        }
        let owners = index(bytes.strip_suffix(END)?, end + b"\nfiles\n".len())?;
        Some(Self {
            basis: Basis { seen, sites, ..basis },
            due,
            lines: bytes,
            owners,
        })
    }

    /// Every file of the export.
    pub(super) fn files(&self) -> impl Iterator<Item = String> + '_ {
        self.owners.iter().flat_map(|(_, range)| unpack(self.lines(range)))
    }

    fn lines(&self, range: &Range<usize>) -> &[u8] {
        self.lines.get(range.clone()).unwrap_or_default()
    }
}

/// The base address that the last export into a folder was made for; `None` where there was none, or it cannot be read.
pub fn known_address(out: &Path) -> Option<String> {
    let bytes = std::fs::read(out.join(super::target::STATE)).ok()?;
    Some(State::parse(bytes)?.basis.address)
}

/// Goes through the owners of a state beside an ordered list of owners of today.
pub(super) struct Walk<'s> {
    state: Option<&'s State>,
    at: usize,
    /// Files of owners that are no more.
    pub(super) left: Vec<String>,
}

impl<'s> Walk<'s> {
    /// From the first owner; without a state nobody had anything.
    pub(super) fn new(state: Option<&'s State>) -> Self {
        Self {
            state,
            at: 0,
            left: Vec::new(),
        }
    }

    /// The lines of an owner; each call names a greater one.
    pub(super) fn to(&mut self, owner: Owner) -> &'s [u8] {
        while let Some((state, (other, range))) = self.next_up_to(owner) {
            self.at += 1;
            if *other == owner {
                return state.lines(range);
            }
            self.left.extend(unpack(state.lines(range)));
        }
        &[]
    }

    fn next_up_to(&self, owner: Owner) -> Option<(&'s State, &'s (Owner, Range<usize>))> {
        let state = self.state?;
        state
            .owners
            .get(self.at)
            .filter(|(other, _)| *other <= owner)
            .map(|next| (state, next))
    }

    /// Ends the walk: what was not reached is left too.
    pub(super) fn end(mut self) -> Vec<String> {
        if let Some(state) = self.state {
            let rest = state.owners.get(self.at..).unwrap_or_default();
            self.left
                .extend(rest.iter().flat_map(|(_, range)| unpack(state.lines(range))));
        }
        self.left
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Where the lines of each owner stand; `None` if they are out of order or the last line is not whole.
fn index(bytes: &[u8], mut at: usize) -> Option<Vec<(Owner, Range<usize>)>> {
    let mut owners: Vec<(Owner, Range<usize>)> = Vec::new();
    while at < bytes.len() {
        let rest = bytes.get(at..)?;
        let length = rest.iter().position(|byte| *byte == b'\n')?;
        if rest.first() == Some(&b'@') {
            let owner = Owner::parse(std::str::from_utf8(rest.get(1..length)?).ok()?)?;
            (owners.last().is_none_or(|(last, _)| *last < owner)).then_some(())?;
            owners.push((owner, at + length + 1..at + length + 1));
        } else {
            owners.last_mut()?.1.end = at + length + 1;
        }
        at += length + 1;
    }
    Some(owners)
}

const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Files as lines, each with what it shares with the one before.
pub(super) fn pack<'f>(files: impl Iterator<Item = &'f str>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut before = "";
    for file in files {
        let same = before.bytes().zip(file.bytes()).take_while(|(a, b)| a == b).count();
        let mut same = same.min(DIGITS.len() - 1);
        while !file.is_char_boundary(same) {
            same -= 1;
        }
        out.extend(DIGITS.get(same));
        out.extend_from_slice(&file.as_bytes()[same..]);
        out.push(b'\n');
        before = file;
    }
    out
}

/// The files of packed lines; a damaged line, or one without its end, ends them.
pub(super) fn unpack(lines: &[u8]) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    let whole = lines.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    for line in lines[..whole]
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let same = line.first().and_then(|digit| DIGITS.iter().position(|d| d == digit));
        let rest = line.get(1..).and_then(|rest| std::str::from_utf8(rest).ok());
        let before = files.last().map_or("", String::as_str);
        match (same.and_then(|same| before.get(..same)), rest) {
            (Some(start), Some(rest)) => files.push([start, rest].concat()),
            _ => break,
        }
    }
    files
}

/// The files of all owners among lines that [`owned`] made.
pub(super) fn all(lines: &[u8]) -> impl Iterator<Item = String> + '_ {
    let owners = index(lines, 0).unwrap_or_default().into_iter();
    owners.flat_map(|(_, range)| unpack(lines.get(range).unwrap_or_default()))
}

/// The bytes of a state: a head, then what [`owned`] made, in order, then [`end`].
pub(super) fn head(basis: &Basis, due: &[(Moment, String)]) -> Vec<u8> {
    let Basis {
        size,
        root,
        options,
        address,
        seen: Seen { size: cosigned, names },
        sites,
    } = basis;
    let mut out = format!("{MAGIC}\nsize {size}\nroot {root}\noptions {options}\naddress {address}\n");
    let _ = writeln!(out, "cosigned {cosigned}\nwitnesses {names}");
    for site in sites {
        let _ = writeln!(out, "site {site}");
    }
    for (moment, file) in due {
        let _ = writeln!(out, "due {} {file}", moment.0);
    }
    out.push_str("files\n");
    out.into_bytes()
}

/// Says that the lines of all owners are there.
pub(super) fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(END);
}

/// Adds the lines of an owner.
pub(super) fn owned(out: &mut Vec<u8>, owner: Owner, lines: &[u8]) {
    if !lines.is_empty() {
        out.extend_from_slice(format!("@{owner}\n").as_bytes());
        out.extend_from_slice(lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::register::DocNo;
    use tlog::hash::sha256;

    fn basis() -> Basis {
        Basis {
            size: 7,
            root: sha256(b"root"),
            options: sha256(b"options"),
            address: "https://www.example".into(),
            seen: Seen {
                size: 6,
                names: sha256(b"archive"),
            },
            sites: vec!["hq -".into(), "vn vn.example".into()],
        }
    }

    fn sample() -> Vec<u8> {
        let mut bytes = head(&basis(), &[(Moment(99), "vn/en/index.html".into())]);
        owned(&mut bytes, Owner::Family, &pack(["robots.txt"].into_iter()));
        owned(&mut bytes, Owner::Site(DocNo(3)), b"");
        owned(
            &mut bytes,
            Owner::Language(DocNo(3), "zh-Hans".parse().unwrap()),
            &pack(["a/b.html", "a/c.html"].into_iter()),
        );
        owned(
            &mut bytes,
            Owner::Document(DocNo(12)),
            &pack(["x/y.html", "x/y.md"].into_iter()),
        );
        end(&mut bytes);
        bytes
    }

    #[test]
    fn what_was_written_is_read_back() {
        let state = State::parse(sample()).unwrap();
        assert_eq!(state.basis, basis());
        assert_eq!(state.due, [(Moment(99), "vn/en/index.html".to_owned())]);
        let files: Vec<String> = state.files().collect();
        assert_eq!(files, ["robots.txt", "a/b.html", "a/c.html", "x/y.html", "x/y.md"]);
        assert_eq!(state.owners.len(), 3, "an owner without files has no lines");
    }

    #[test]
    fn a_walk_finds_each_owner_and_what_nobody_has_any_more() {
        let state = State::parse(sample()).unwrap();
        let mut walk = Walk::new(Some(&state));
        assert_eq!(unpack(walk.to(Owner::Family)), ["robots.txt"]);
        assert!(walk.to(Owner::Site(DocNo(3))).is_empty());
        assert!(walk.to(Owner::Document(DocNo(11))).is_empty(), "new here");
        assert_eq!(walk.left, ["a/b.html", "a/c.html"]);
        assert_eq!(walk.end(), ["a/b.html", "a/c.html", "x/y.html", "x/y.md"]);
        assert!(Walk::new(None).to(Owner::Family).is_empty());
    }

    #[test]
    fn a_state_that_is_cut_or_changed_in_form_is_not_used() {
        let whole = sample();
        for length in 0..whole.len() {
            assert!(State::parse(whole[..length].to_vec()).is_none(), "cut at {length}");
        }
        let text = String::from_utf8(whole).unwrap();
        for (from, to) in [
            ("chancery export 2", "chancery export 3"),
            ("size 7", "size x"),
            ("@d 12", "@q 12"),
            ("@d 12", "@f"),
        ] {
            assert!(
                State::parse(text.replace(from, to).into_bytes()).is_none(),
                "{from} to {to}"
            );
        }
    }

    #[test]
    fn packing_shares_beginnings_however_long() {
        let long = "é".repeat(80);
        let files = ["a.html", "a.html.md", "b", &format!("{long}1"), &format!("{long}2"), ""];
        let packed = pack(files.into_iter());
        assert_eq!(unpack(&packed), files);
        assert_eq!(
            unpack(&packed[..packed.len() - 1]),
            files[..5],
            "the last line has no end"
        );
        assert_eq!(unpack(b"0a.html\nzb.html\n"), ["a.html"], "nothing so long to share");
    }
}

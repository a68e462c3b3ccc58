//! Maps of old addresses: where captured pages stood, and where texts stood before they moved. The maps say what the
//! server would answer; they are for those who put the files behind another server or a CDN.

use record::{
    facts::{Facts, Kind},
    json,
    register::{DocNo, Register},
};
use site::{
    address::{Address, Form, Resolved, parse},
    view::{Root, View},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// The map for nginx, at the top of the export.
pub(super) const NGINX: &str = "redirects.nginx.conf";
/// The map for CDNs, at the top of each root.
pub(super) const CDN: &str = "_redirects";

/// Old addresses and the new ones, whole.
#[derive(Default)]
pub(super) struct Redirects {
    /// By path and query, with the root of the site that the document belongs to now.
    paths: BTreeMap<String, (Root, String)>,
    /// By host, path and query, where that leads elsewhere than the path alone.
    wholes: BTreeMap<String, String>,
    /// What begins with the path of a section that has another slug by now, and goes on below the new one.
    sections: BTreeMap<Front, String>,
}

/// The path of a section: `/vn/en/press/`, on all hosts or, where its site has hosts of its own, on these.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Front {
    path: String,
    root: Root,
    hosts: Vec<String>,
}

/// True if a document has an address that is not its own any more.
pub(super) fn has_old(register: &Register, doc: DocNo) -> bool {
    let document = register.document(doc);
    !document.facts.old.is_empty()
        || document
            .facts_editions
            .iter()
            .filter(|edition| edition.has_manifest())
            .count()
            > 1
}

impl Redirects {
    /// All of a family.
    pub(super) fn of(view: &View<'_>, forms: &[Form]) -> Self {
        let mut all = Self::default();
        for doc in view.register.documents().filter(|doc| has_old(view.register, *doc)) {
            let root = view.home_of(doc).and_then(|site| view.root_of(site));
            for url in &view.facts(doc).old {
                all.note_captured(view, root, url);
            }
            for path in moved(view, doc, forms) {
                all.note_path(view, root, &path);
            }
            all.note_section(view, doc, root);
        }
        all
    }

    /// The former slugs of a section, in every language of its site.
    fn note_section(&mut self, view: &View<'_>, section: DocNo, root: Root) {
        let site = view.home_of(section);
        let (Some(site), Some(facts)) = (site, site.and_then(|site| view.site(site))) else {
            return;
        };
        let hosts: Vec<String> = root.map_or_else(Vec::new, |_| facts.hosts.iter().map(ToString::to_string).collect());
        let top = if root.is_some() {
            String::new()
        } else {
            format!("/{}", facts.code)
        };
        for slug in former_slugs(view, section) {
            for lang in facts.langs.iter().copied() {
                let path = format!("{top}/{lang}/{slug}/");
                let to = Address::Front { site, lang, section };
                if leads(view, hosts.first().map(String::as_str), &path).is_some() {
                    let (root, hosts) = (root, hosts.clone());
                    self.sections.insert(Front { path, root, hosts }, to.url(view));
                }
            }
        }
    }

    fn note_path(&mut self, view: &View<'_>, root: Root, path: &str) {
        let host = root
            .and_then(|site| view.site(site))
            .and_then(|facts| facts.hosts.first());
        if let Some(to) = leads(view, host.map(|host| &**host), path) {
            self.paths.entry(path.to_owned()).or_insert((root, to));
        }
    }

    fn note_captured(&mut self, view: &View<'_>, root: Root, url: &str) {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let rest = rest.split('#').next().unwrap_or_default();
        let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        self.note_path(view, root, path);
        let by_path = self.paths.get(path).map(|(_, to)| to);
        if let Some(to) = leads(view, Some(host), path).filter(|to| Some(to) != by_path) {
            self.wholes.entry([host, path].concat()).or_insert(to);
        }
    }

    /// Lines for `_redirects` of a root; `None` if there are none. Addresses with a query have no place in that form.
    pub(super) fn cdn(&self, root: Root) -> Option<String> {
        let mut out = String::new();
        let plain = |path: &str| {
            path.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'*')) && !path.contains("/:")
        };
        let of_root = self.paths.iter().filter(|(_, (other, _))| *other == root);
        for (path, (_, to)) in of_root.filter(|(path, _)| plain(path)) {
            let _ = writeln!(out, "{path} {to} 301");
        }
        // The first line that fits counts, and these fit much.
        for (front, to) in self.sections.iter().filter(|(front, _)| front.root == root) {
            let _ = writeln!(out, "{}* {to}:splat 301", front.path);
        }
        (!out.is_empty()).then_some(out)
    }

    /// Two maps for the `http` block of nginx, which compares keys without case and refuses one that is there twice; `None` if there are no old addresses.
    pub(super) fn nginx(&self) -> Option<String> {
        if self.paths.is_empty() && self.wholes.is_empty() && self.sections.is_empty() {
            return None;
        }
        let mut out =
            String::from("# Old addresses: include this file in the http block; docs/operators.md shows how.\n");
        out.push_str("map $request_uri $chancery_by_path {\n");
        push_lines(&mut out, self.paths.iter().map(|(path, (_, to))| (path, to)));
        for (front, to) in self.sections.iter().filter(|(front, _)| front.root.is_none()) {
            push_section(&mut out, &front.path, to);
        }
        out.push_str("}\nmap $host$request_uri $chancery_redirect {\n    default $chancery_by_path;\n");
        push_lines(&mut out, &self.wholes);
        for (front, to) in &self.sections {
            for host in &front.hosts {
                push_section(&mut out, &[host, &front.path[..]].concat(), to);
            }
        }
        out.push_str("}\n");
        Some(out)
    }
}

/// One line for each key; of keys that are equal without case, the first in order.
fn push_lines<'a>(out: &mut String, lines: impl IntoIterator<Item = (&'a String, &'a String)>) {
    let mut seen = BTreeSet::new();
    for (from, to) in lines {
        if seen.insert(from.to_ascii_lowercase()) {
            push_line(out, from, to);
        }
    }
}

/// A line for all that begins so; nginx takes it where no whole line fits.
fn push_section(out: &mut String, from: &str, to: &str) {
    let _ = writeln!(
        out,
        "    \"~^{}(?<below>.*)$\" \"{to}$below\";",
        from.replace('.', "\\.")
    );
}

/// A line of a map, quoted; what nginx could not read in quotes is left out.
fn push_line(out: &mut String, from: &str, to: &str) {
    let plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\' | b'$'))
    };
    if plain(from) && plain(to) {
        let _ = writeln!(out, "    \"{from}\" \"{to}\";");
    }
}

/// Where the server would send a request; `None` if it would not redirect it.
fn leads(view: &View<'_>, host: Option<&str>, path: &str) -> Option<String> {
    let (bare, query) = path
        .split_once('?')
        .map_or((path, None), |(bare, query)| (bare, Some(query)));
    let Resolved::Redirect(to) = parse(view, host, bare, query) else {
        return None;
    };
    if !to.starts_with('/') {
        return Some(to);
    }
    let root = host.and_then(|host| view.site_of_host(host));
    Some(view.bases.root(view.register, root) + &to)
}

/// The slugs that a section had, as far as its facts can still be read.
fn former_slugs(view: &View<'_>, section: DocNo) -> BTreeSet<Box<str>> {
    let Some(now) = view.register.section(section) else {
        return BTreeSet::new();
    };
    let slugs = former(view, section).filter_map(|facts| match facts.kind {
        Kind::Section(section) => Some(section.slug),
        _ => None,
    });
    slugs.filter(|slug| *slug != now.slug).collect()
}

/// All facts that a document had, those in force among them.
fn former<'v>(view: &'v View<'_>, doc: DocNo) -> impl Iterator<Item = Facts> + 'v {
    let editions = view.register.document(doc).facts_editions.iter();
    editions.filter(|edition| edition.has_manifest()).filter_map(|edition| {
        let bytes = view.source.manifest(&edition.sealed?.content)?;
        json::from_trusted_bytes(&bytes).ok()
    })
}

/// The paths that a text had in the sections and sites it moved from.
fn moved(view: &View<'_>, doc: DocNo, forms: &[Form]) -> Vec<String> {
    let document = view.register.document(doc);
    let now = (&document.facts.site, &document.facts.section);
    let mut paths = Vec::new();
    for facts in former(view, doc).filter(|facts| (&facts.site, &facts.section) != now) {
        push_former(view, doc, &facts, forms, &mut paths);
    }
    paths
}

/// The paths of a text under earlier facts; none for documents of the structure.
fn push_former(view: &View<'_>, doc: DocNo, facts: &Facts, forms: &[Form], paths: &mut Vec<String>) {
    let register = view.register;
    let section = facts.section.and_then(|id| register.by_id(id));
    let section = section.and_then(|no| Some((no, register.section(no)?)));
    let (Some(_), Some((no, section)), Some(month), Some(code)) =
        (facts.kind.text(), section, facts.month, &facts.site)
    else {
        return;
    };
    let hosted = register
        .site_by_code(code)
        .and_then(|site| view.root_of(site))
        .is_some();
    let front = if hosted { String::new() } else { format!("/{code}") };
    for words in &register.document(doc).words {
        let Some(slug) = &words.head.slug else { continue };
        for section in former_slugs(view, no).iter().chain([&section.slug]) {
            let stem = format!(
                "{front}/{}/{section}/{:04}/{:02}/{slug}",
                words.lang, month.year, month.month
            );
            paths.extend(forms.iter().map(|form| format!("{stem}{}", form.suffix())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Redirects;

    fn some() -> Redirects {
        let mut redirects = Redirects::default();
        for (path, to) in [
            ("/t1.htm?a=1", "https://mfa.example/vn/en/a"),
            ("/t2.htm", "https://mfa.example/vn/en/b"),
            ("/t 3.htm", "https://mfa.example/vn/en/c"),
            ("/t\"4.htm", "https://mfa.example/vn/en/d"),
        ] {
            redirects.paths.insert(path.to_owned(), (None, to.to_owned()));
        }
        redirects.wholes.insert(
            "old.example/t2.htm".to_owned(),
            "https://mfa.example/vn/en/e".to_owned(),
        );
        redirects
    }

    #[test]
    fn the_maps_hold_what_their_forms_can_say() {
        let cdn = some().cdn(None).unwrap();
        assert_eq!(
            cdn,
            "/t\"4.htm https://mfa.example/vn/en/d 301\n/t2.htm https://mfa.example/vn/en/b 301\n"
        );
        let nginx = some().nginx().unwrap();
        assert!(nginx.contains("\"/t1.htm?a=1\" \"https://mfa.example/vn/en/a\";"));
        assert!(nginx.contains("\"old.example/t2.htm\" \"https://mfa.example/vn/en/e\";"));
        assert!(!nginx.contains("t\"4") && !nginx.contains("/t 3"));
        assert!(Redirects::default().nginx().is_none() && Redirects::default().cdn(None).is_none());
    }
}

//! `chancery site domain`: the domain of the sites changes. Old hosts lead to the new ones as long as they point here.

use super::{Wanted, change, check_hosts, corrected};
use crate::{
    folder::Folder,
    output::{Done, Failure, say},
    writing::Writing,
};
use record::{
    facts::Site,
    register::{DocNo, Register},
};
use std::path::PathBuf;

/// Arguments of `domain`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    folder: PathBuf,
    /// The domain as it was, such as mfa.example
    #[arg(long, value_name = "DOMAIN")]
    from: String,
    /// The domain as it is to be, such as foreign.gov.example
    #[arg(long, value_name = "DOMAIN")]
    to: String,
    /// Show what would change, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Go ahead without asking
    #[arg(long, short)]
    yes: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Done {
    let writing = Writing::open(Folder::open(&args.folder)?)?;
    let moved = moved(&writing.register, args);
    if moved.is_empty() {
        return Err(Failure::usage(format!("no site has a host under {}", args.from))
            .hint("`address` in chancery.toml is the place of sites without a host of their own"));
    }
    check_moved(&moved, &writing.register)?;
    let mut changes = Vec::new();
    for (no, site) in moved {
        let doc = writing.register.document(no);
        say(format!("change\t{}\thosts\t{}", site.code, site.hosts.join(",")));
        changes.push(corrected(doc, site, doc.facts.notice.clone()));
    }
    change::finish(writing, changes, args.dry_run, args.yes)
}

/// No host that a site gets is that of another, on record or moved too.
fn check_moved(moved: &[(DocNo, Site)], register: &Register) -> Done {
    let wanted = |(_, site): &(DocNo, Site)| Wanted {
        code: site.code.to_string(),
        names: Vec::new(),
        site: site.clone(),
    };
    let all: Vec<Wanted> = moved.iter().map(wanted).collect();
    all.iter().try_for_each(|one| check_hosts(one, &all, register))
}

/// Sites with their new hosts before the old ones.
fn moved(register: &Register, args: &Args) -> Vec<(DocNo, Site)> {
    let one = |no: &DocNo| {
        let site = register.site(*no)?;
        let new: Vec<Box<str>> = site
            .hosts
            .iter()
            .filter_map(|host| under(host, &args.from, &args.to))
            .collect();
        let mut hosts: Vec<Box<str>> = new.into_iter().filter(|host| !site.hosts.contains(host)).collect();
        if hosts.is_empty() {
            return None;
        }
        hosts.extend(site.hosts.iter().cloned());
        Some((*no, Site { hosts, ..site.clone() }))
    };
    register.sites().iter().filter_map(one).collect()
}

/// `vn.new.example` of `vn.old.example`; `None` for a host elsewhere.
fn under(host: &str, from: &str, to: &str) -> Option<Box<str>> {
    let before = host.strip_suffix(from)?;
    (before.is_empty() || before.ends_with('.')).then(|| format!("{before}{to}").into())
}

#[cfg(test)]
mod tests {
    use super::under;

    #[test]
    fn hosts_under_a_domain_move_and_no_others() {
        let moved = |host| under(host, "mfa.example", "gov.example");
        assert_eq!(moved("vn.mfa.example").as_deref(), Some("vn.gov.example"));
        assert_eq!(moved("mfa.example").as_deref(), Some("gov.example"));
        assert_eq!(moved("xmfa.example"), None);
        assert_eq!(moved("mfa.example.net"), None);
    }
}

//! `chancery site close` and `merge`: a mission ends. Its texts keep their addresses under a notice, and its key ends, so
//! that nothing is published in its name any more.

use super::{corrected, known};
use crate::{
    clock,
    cmd::publish::notice_text,
    folder::Folder,
    keys, notices,
    output::{self, Done, Failure, note, say},
    writing::Writing,
};
use record::{
    body::{Inline, Target},
    compose::Change,
    id::DocumentId,
    keys::{KeyChange, Role},
    register::{Manifest, Register},
    words::NoticeText,
};
use std::path::PathBuf;
use tlog::note::SigningKey;

/// Arguments of `close`.
#[derive(clap::Args, Debug)]
pub struct Close {
    /// Data folder
    folder: PathBuf,
    /// Code of the site of the mission
    #[arg(long)]
    code: String,
    #[command(flatten)]
    how: How,
}

/// Arguments of `merge`.
#[derive(clap::Args, Debug)]
pub struct Merge {
    /// Data folder
    folder: PathBuf,
    /// Code of the site of the mission that ends
    #[arg(long)]
    code: String,
    /// Code of the site of the mission that goes on
    #[arg(long, value_name = "CODE")]
    into: String,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
struct How {
    /// Own wording for the pages of the mission, once for each language; otherwise the standard one
    #[arg(long, value_name = "LANG=TEXT")]
    notice: Vec<String>,
    /// Folder or file of a root key, as often as the quorum asks for; otherwise root-key/ of the data folder
    #[arg(long, value_name = "PATH")]
    root_key: Vec<PathBuf>,
    /// Only say it on the pages; the key is ended by `chancery key end --propose`, where root keys lie elsewhere
    #[arg(long)]
    keep_key: bool,
    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Go ahead without asking
    #[arg(long, short)]
    yes: bool,
}

/// Runs `close`.
pub(super) fn close(args: &Close) -> Done {
    let writing = Writing::open(Folder::open(&args.folder)?)?;
    end(writing, &args.code, None, &args.how)
}

/// Runs `merge`.
pub(super) fn merge(args: &Merge) -> Done {
    let writing = Writing::open(Folder::open(&args.folder)?)?;
    if args.code == args.into {
        return Err(Failure::usage("--into: a mission goes on in another one"));
    }
    end(writing, &args.code, Some(&args.into), &args.how)
}

fn end(mut writing: Writing, code: &str, into: Option<&str>, how: &How) -> Done {
    let change = noticed(&writing.register, code, into, how)?;
    let mission = change.mission.to_string();
    let size = writing.register.size();
    let valid = writing.register.keys().valid(size, Role::Office, Some(&mission));
    let ended: Vec<String> = valid.map(|known| known.vkey.to_string()).collect();
    let is_said = says(&writing.register, code, into, how, &change);
    if is_said && (ended.is_empty() || how.keep_key) {
        note(match into {
            Some(into) => format!("nothing to do: mission `{code}` goes on in `{into}` already"),
            None => format!("nothing to do: mission `{code}` is closed already"),
        });
        return writing.close();
    }
    if ended.is_empty() {
        let what = if is_told(&writing.register, code) {
            "has ended already, and its pages say something else"
        } else {
            "has no key with which it could say so"
        };
        return Err(Failure::usage(format!("mission `{mission}` {what}")).hint(format!(
            "`chancery key add {} --mission {mission}` gives it a key again; then run this again",
            writing.folder.root().display()
        )));
    }
    say(format!("close\t{code}\tits pages stay, and say so"));
    into.iter().for_each(|into| say(format!("goes on as\t{into}")));
    if !how.keep_key {
        ended
            .iter()
            .for_each(|vkey| say(format!("ends\t{}\tfrom entry {} on", named(vkey), size + 2)));
    }
    if how.dry_run {
        return writing.close_dry();
    }
    let roots = if how.keep_key {
        Vec::new()
    } else {
        keys::quorum(&writing.folder, &writing.register, &how.root_key)?
    };
    output::confirm(how.yes, "Close this mission?")?;
    if how.keep_key {
        writing.publish(vec![change], clock::now())?;
        for vkey in &ended {
            let data = writing.folder.root().display();
            note(format!("Next: chancery key end {data} {} --propose FILE", named(vkey)));
        }
        return writing.close();
    }
    last(&mut writing, change, &ended, &roots)?;
    note("Delete the file of the ended key everywhere. Keep the hosts of the site: its addresses go on answering.");
    writing.close()
}

/// True if the pages of a site say so already: the very words, that the mission goes on in the same one, or that it has ended.
fn says(register: &Register, code: &str, into: Option<&str>, how: &How, change: &Change) -> bool {
    let site = |code: &str| register.site_by_code(code).map(|no| register.document(no));
    let said = site(code).map_or(&[][..], |doc| &doc.facts.notice);
    let is_same = matches!(&change.manifest, Some(Manifest::Facts(wanted)) if wanted.notice == said);
    let goes_on = said.iter().find_map(|text| leads_to(&text.text));
    let same_way = how.notice.is_empty() && into.is_none_or(|into| goes_on == site(into).map(|doc| doc.id));
    !said.is_empty() && (is_same || same_way)
}

/// The document that words lead to.
fn leads_to(text: &[Inline]) -> Option<DocumentId> {
    text.iter().find_map(|part| match part {
        Inline::Link {
            to: Target::Document { id, .. },
            ..
        } => Some(*id),
        _ => None,
    })
}

/// True if the pages of a site say that its mission has ended.
fn is_told(register: &Register, code: &str) -> bool {
    let site = register.site_by_code(code).map(|no| register.document(no));
    site.is_some_and(|doc| !doc.facts.notice.is_empty())
}

/// The last entry of a mission, and the one that ends its keys.
fn last(writing: &mut Writing, change: Change, ended: &[String], roots: &[SigningKey]) -> Done {
    let roots: Vec<&SigningKey> = roots.iter().collect();
    writing
        .offices
        .require(&writing.folder, &writing.register, &change.mission)?;
    let draft = writing.composed(1, clock::now(), |composer| {
        let told = composer.content(change)?;
        let until = composer.register.size() + 1;
        let ends = ended.iter().map(|vkey| KeyChange::End {
            until,
            vkey: vkey.as_str().into(),
        });
        Ok(vec![told, composer.keys(ends.collect(), &roots)?])
    })?;
    let commit = writing.commit(vec![draft])?;
    writing.write_log_json()?;
    let entries = output::entries(commit.first, commit.size);
    note(format!("done: {entries} of the record"));
    Ok(())
}

/// The site with what its pages say from now on.
fn noticed(register: &Register, code: &str, into: Option<&str>, how: &How) -> Done<Change> {
    let no = known(register, code)?;
    if register.ministry() == Some(no) {
        return Err(
            Failure::usage("the ministry itself is not closed by this").hint("`chancery freeze` ends its record")
        );
    }
    if let Some(into) = into.filter(|into| is_told(register, into)) {
        return Err(Failure::usage(format!("--into {into}: this mission has ended itself")));
    }
    let target = into.map(|into| known(register, into)).transpose()?;
    let target = target.map(|no| {
        let doc = register.document(no);
        let name = doc
            .original()
            .map_or(into.unwrap_or_default(), |words| &words.head.title);
        (doc.id, name)
    });
    let own: Vec<NoticeText> = how.notice.iter().map(|text| notice_text(text)).collect::<Done<_>>()?;
    let notice = if own.is_empty() { notices::closing(target) } else { own };
    let site = register.site(no).cloned();
    let site = site.ok_or_else(|| Failure::new(format!("the facts of site `{code}` are not there")))?;
    Ok(corrected(register.document(no), site, notice))
}

/// `record.example/m/vn/1` of `record.example/m/vn/1+hash+key`.
fn named(vkey: &str) -> &str {
    vkey.split('+').next().unwrap_or_default()
}

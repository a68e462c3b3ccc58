//! Two histories under one name: the worst that a record can do, and why mirrors exist. Both signed checkpoints are kept.

use super::{Mirror, Signed, copy::Copy};
use crate::{
    folder,
    output::{Done, FINDINGS, Failure},
};

/// Refuses a checkpoint that does not go together with what is here. One that is merely older is no contradiction.
pub(super) fn check(mirror: &Mirror, copy: &Copy<'_>, newest: &Signed) -> Done {
    let (ours, theirs) = (copy.size(), newest.checkpoint.size);
    if ours == 0 {
        return Ok(());
    }
    if theirs == ours && newest.checkpoint.root != copy.root() {
        return Err(forked(mirror, copy, newest)?);
    }
    if theirs < ours {
        return check_older(mirror, copy, newest);
    }
    // Theirs is longer: what it says of our size can contradict us at once; else the entries will show it.
    if let Some(same) = mirror.fetched(&tlog::archive_path(ours))?
        && copy.believes(&same).is_ok()
        && same.checkpoint.size == ours
        && same.checkpoint.root != copy.root()
    {
        return Err(forked(mirror, copy, &same)?);
    }
    Ok(())
}

fn check_older(mirror: &Mirror, copy: &Copy<'_>, newest: &Signed) -> Done {
    let size = newest.checkpoint.size;
    let Some(archived) = copy.archived(size)? else {
        return Ok(());
    };
    let same = tlog::Checkpoint::open(&archived, copy.keys()).is_ok_and(|own| own.root == newest.checkpoint.root);
    if same {
        Ok(())
    } else {
        Err(forked(mirror, copy, newest)?)
    }
}

/// Keeps the evidence and says where it lies.
fn forked(mirror: &Mirror, copy: &Copy<'_>, theirs: &Signed) -> Done<Failure> {
    let size = theirs.checkpoint.size;
    let folder = mirror.folder.root().join("forks");
    let ours = copy.archived(size)?.unwrap_or_default();
    let name = |what: &str| folder.join(format!("{size}-{what}"));
    folder::replace(&name("theirs"), &theirs.bytes, false)?;
    folder::replace(&name("ours"), &ours, false)?;
    let what = format!(
        "{}: signs another history: its checkpoint of {size} entries has another root than the one copied before",
        mirror.base()
    );
    let hint = format!(
        "both signed checkpoints are kept in {}: show them to the ministry, to witnesses and to other mirrors",
        folder.display()
    );
    Ok(Failure::new(what).code(FINDINGS).hint(hint))
}

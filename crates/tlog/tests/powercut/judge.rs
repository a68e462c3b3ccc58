//! What must hold of a log after the power failed.

use tlog::store::Memory;
use tlog::store::memory::Chance;
use tlog::{StoreError, Writer};

use crate::Subject;
use crate::life::{End, Eyes, Image};
use crate::support::{ORIGIN, check, create, group, key};

/// Cuts the power at an image and requires that all that was known is there, and all or nothing of
/// what was under way. Now and then the power fails again while the log recovers, or right after.
pub(crate) fn judge(subject: &dyn Subject, image: &Image, chance: &mut Chance, cuts: &mut u64) -> Result<(), String> {
    let seed = chance.any();
    *cuts += 1;
    let left = image.disk.power_cut(seed);
    let again = *cuts < 3 && chance.once_in(5);
    if again {
        left.keep_images();
    }
    let result = after(subject, image, &left, chance, again).map_err(|what| format!("cut {seed}: {what}"))?;
    let Some(end) = result.filter(|_| again) else {
        return Ok(());
    };
    let images = left.take_images();
    let mut eyes = Eyes::after_a_cut(image.seen);
    let mut moments = Vec::new();
    for disk in images {
        eyes.look(&disk, image.known.unwrap_or(end), image.open)
            .map_err(|what| format!("cut {seed}, recovery: {what}"))?;
        moments.push((disk, image.known, image.open, eyes.seen));
    }
    moments.push((left.fork(), Some(end), None, end.0));
    let (disk, known, open, seen) = moments.swap_remove(chance.below(moments.len()));
    let next = Image {
        disk,
        known,
        open,
        seen,
    };
    judge(subject, &next, chance, cuts).map_err(|what| format!("cut {seed}, again: {what}"))
}

/// Opens what the cut left; gives where the log stands now. None when it had not been made yet.
fn after(
    subject: &dyn Subject,
    image: &Image,
    left: &Memory,
    chance: &mut Chance,
    again: bool,
) -> Result<Option<End>, String> {
    let opened = Writer::open(subject.disk(left), ORIGIN, key());
    let (mut writer, _) = match (opened, image.known) {
        (Ok(opened), _) => opened,
        (Err(StoreError::Missing), None) => {
            create(left);
            return sound(left, 0, "made again").map(|()| None);
        }
        (Err(error), _) => return Err(format!("cannot be opened: {error}")),
    };
    let found = (writer.size(), writer.root());
    let known = image.known.unwrap_or(found);
    if found != known && Some(found) != image.open {
        return Err(format!("{found:?} found, allowed are {known:?} and {:?}", image.open));
    }
    if found.0 < image.seen {
        return Err(format!("{} entries were public, {} are left", image.seen, found.0));
    }
    sound(left, found.0, "recovered")?;
    if again || !chance.once_in(6) {
        return Ok(Some(found));
    }
    let groups = [group(usize::try_from(found.0).unwrap(), 2, 100)];
    let commit = subject
        .commit(&mut writer, &groups)
        .map_err(|error| format!("cannot go on: {error}"))?;
    sound(left, commit.size, "gone on")?;
    Ok(Some((commit.size, commit.root)))
}

fn sound(disk: &Memory, size: u64, when: &str) -> Result<(), String> {
    let report = check(disk);
    let is_there = report
        .checkpoint
        .as_ref()
        .is_some_and(|checkpoint| checkpoint.size == size);
    if report.is_sound() && is_there {
        return Ok(());
    }
    Err(format!("{when}: {:?} at {:?}", report.findings, report.checkpoint))
}

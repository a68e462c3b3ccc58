//! Watching a ministry from outside: its record is copied and checked, and its live sites are compared with what that
//! record yields. An edit of a page that has no entry, a page that is kept back, another history, also one that only a witness
//! has seen: each becomes a finding.

mod compare;
mod feed;
mod history;
mod witnesses;

pub use feed::{atom, tag};
pub use history::{Event, History};

use crate::{
    mirror::{Mirror, Tick},
    output::{Done, FINDINGS, Failure},
    reading::{self, Files},
    theme,
    verify::Finding,
};
use compare::Site;
use record::date::Moment;
use site::{
    address::{Address, Selection, all},
    frame::Frames,
    view::{Bases, View},
};

/// What one look found.
#[derive(Debug, Default)]
pub struct Look {
    /// When the record began, as far as it is here.
    pub began: Option<Moment>,
    /// What the mirror took, if it could.
    pub tick: Option<Tick>,
    /// Pages that were compared.
    pub pages: u64,
    /// What is not as it must be.
    pub findings: Vec<Finding>,
    /// Pages that are the same in content, made by another theme or version of the program.
    pub alike: u64,
    /// What is to be told and is no finding: witnesses that cannot be asked, or have not seen everything yet.
    pub notes: Vec<String>,
    /// What was looked at beside the pages: a finding about it that was not found again is over.
    pub asked: Vec<String>,
    /// Witnesses that did not answer: what was found about them stands.
    pub unasked: Vec<String>,
    /// Lists and histories that say more than can be known here: texts were retracted before this copy began.
    pub beyond: u64,
}

/// What is watched.
pub struct Monitor {
    /// The mirror that is kept up for it.
    pub mirror: Mirror,
    /// Base address of the family, as its pages name it.
    pub address: String,
}

impl Monitor {
    /// Brings the mirror up to date and compares the pages that entries from `since` on may have changed; from 0 on, all.
    pub fn look(&self, since: u64, now: &dyn Fn() -> Moment, told: &mut dyn FnMut(u64, u64)) -> Done<Look> {
        let mut look = Look::default();
        match self.mirror.tick(&mut |_, _| {}) {
            Ok(tick) => look.found_tick(&self.mirror, tick),
            Err(failure) if failure.code == FINDINGS => look.findings.push(of_failure(&self.mirror, &failure)),
            Err(failure) => return Err(failure),
        }
        witnesses::check(&self.mirror, &mut look, now())?;
        let compared = self.compare(since, now, told, &mut look)?;
        if !compared.is_empty() {
            self.compare_again(compared, now, &mut look)?;
        }
        Ok(look)
    }

    /// Pages that differ.
    fn compare(
        &self,
        since: u64,
        now: &dyn Fn() -> Moment,
        told: &mut dyn FnMut(u64, u64),
        look: &mut Look,
    ) -> Done<Vec<Address>> {
        self.with_view(|view| {
            look.began = (view.register.size() > 0).then(|| view.register.genesis());
            let wanted = |address: &Address| since == 0 || site::touched(view, address) > since;
            let addresses: Vec<Address> = all(view, Selection::ALL).filter(wanted).collect();
            let site = Site::new(view);
            let mut differing = Vec::new();
            for some in addresses.chunks(compare::AT_ONCE * 8) {
                let results = site.compare(some, now());
                look.pages += some.len() as u64;
                for (address, result) in some.iter().zip(results) {
                    match result {
                        compare::Result::Same => {}
                        compare::Result::Alike => look.alike += 1,
                        compare::Result::Beyond => look.beyond += 1,
                        compare::Result::Other(_) => differing.push(*address),
                    }
                }
                told(look.pages, addresses.len() as u64);
            }
            differing
        })
    }

    /// Something may have been published, or the clock may have gone on, between the copy and the page: what differs is
    /// looked at once more, after another tick.
    fn compare_again(&self, differing: Vec<Address>, now: &dyn Fn() -> Moment, look: &mut Look) -> Done {
        if look.tick.is_some() {
            self.mirror.tick(&mut |_, _| {})?;
        }
        let found = self.with_view(|view| {
            let results = Site::new(view).compare(&differing, now());
            let differs = |(address, result): (&Address, compare::Result)| match result {
                compare::Result::Other(what) => Some(Finding {
                    file: address.url(view),
                    index: site::touched(view, address).checked_sub(1),
                    what,
                }),
                _ => None,
            };
            differing.iter().zip(results).filter_map(differs).collect::<Vec<_>>()
        })?;
        look.findings.extend(found);
        Ok(())
    }

    fn with_view<T>(&self, use_it: impl FnOnce(&View<'_>) -> T) -> Done<T> {
        let folder = &self.mirror.folder;
        let files = Files::new(&folder.record(), reading::published_size(&folder.record())?);
        let (register, _) = reading::load(folder, &files)?;
        let (theme, bases, frames) = (theme::load(folder, false)?, Bases::new(&self.address), Frames::new());
        Ok(use_it(&View {
            register: &register,
            source: &files,
            theme: &theme,
            bases: &bases,
            frames: &frames,
            carried: true,
        }))
    }
}

impl Look {
    fn find(&mut self, file: impl Into<String>, what: String) {
        self.findings.push(Finding {
            file: file.into(),
            index: None,
            what,
        });
    }

    fn found_tick(&mut self, mirror: &Mirror, tick: Tick) {
        self.tick = Some(tick);
        if tick.missing > 0 {
            self.findings.push(Finding {
                file: mirror.base().to_owned(),
                index: None,
                what: format!(
                    "{} texts that entries name are not to be had and not withheld",
                    tick.missing
                ),
            });
        }
        if tick.theirs < tick.size {
            self.findings.push(Finding {
                file: format!("{}checkpoint", mirror.base()),
                index: None,
                what: format!("is of {} entries; {} were published before", tick.theirs, tick.size),
            });
        }
    }
}

fn of_failure(mirror: &Mirror, failure: &Failure) -> Finding {
    Finding {
        file: mirror.base().to_owned(),
        index: None,
        what: failure.message.clone(),
    }
}

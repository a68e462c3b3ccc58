//! The export itself. What a crash leaves after each step:
//!
//! 1. The folder is locked, and the state of the last export read. *Nothing is left.*
//! 2. Owner by owner, some thousand at a time: what may have changed is planned, and files that are new are named in the
//!    list of what was started. *The next export knows these names as its own.*
//! 3. Pages are computed and written, each in one step. *Each file is the old one or the new one; the state says that
//!    nothing has happened yet, so the next export writes the same again.*
//! 4. Files that nobody has any more are removed. *As before.*
//! 5. All is synced, the state is replaced, the list of what was started removed. *Done; a list that is left names files
//!    that the state has too, or that are to go.*

use super::{
    options::Options,
    owner::{News, Owner},
    plan::{Plan, Planner, owner_of},
    state::{self, Basis, Seen, State, Walk},
    target::{Before, Put, STARTED, STATE, Target},
};
use crate::output::{Done, Failure};
use rayon::prelude::*;
use record::{date::Moment, register::DocNo};
use rustc_hash::FxHashSet;
use site::view::View;
use std::{path::Path, sync::OnceLock};
use tlog::hash::{Hash, sha256};

/// Owners that are planned and written at once: enough that what pages of a site read stays together.
const CHUNK: usize = 16_384;
/// Fewer owners than this are not worth a second thread.
const FEW: usize = 16;

/// An export to be made.
pub struct Export<'a> {
    /// What pages are computed from; `carried` and the bases are those of the options.
    pub view: View<'a>,
    /// What is wanted.
    pub options: &'a Options,
    /// The root of the log at a size; `None` above its own.
    pub root: &'a (dyn Fn(u64) -> Option<Hash> + Sync),
    /// SHA-256 of the policy file, by which cosignatures are judged.
    pub policy: Hash,
    /// The moment of the pages.
    pub now: Moment,
    /// The data folder, which public files never mix with.
    pub data: &'a Path,
    /// Files are named, and nothing is written.
    pub dry_run: bool,
}

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// True if every page was computed.
    pub full: bool,
    /// Files written.
    pub written: usize,
    /// Files that were computed and had these bytes already.
    pub same: usize,
    /// Files removed.
    pub removed: usize,
    /// Bytes of the files written.
    pub bytes: u64,
    /// Earliest moment at which the clock makes a page wrong.
    pub until: Option<Moment>,
    /// Files of others that were in the way, and were left alone.
    pub in_the_way: Vec<String>,
    /// In a dry run: files that would be computed.
    pub would_write: Vec<String>,
    /// In a dry run: files that would be removed.
    pub would_remove: Vec<String>,
}

/// What came of the plan of one owner.
#[derive(Default)]
struct Outcome {
    report: Report,
    /// Files of the owner now, in the form of the state.
    lines: Vec<u8>,
    due: Vec<(Moment, String)>,
    /// Files that were due and have been computed anew.
    renewed: Vec<String>,
    /// Files that the owner had and has no more.
    gone: Vec<String>,
}

/// One run over a folder.
struct Run<'r, 'a> {
    planner: Planner<'r, 'a>,
    target: &'r Target,
    dry_run: bool,
}

/// What a run has gathered.
#[derive(Default)]
struct Total {
    report: Report,
    lines: Vec<u8>,
    due: Vec<(Moment, String)>,
    renewed: FxHashSet<String>,
    gone: Vec<String>,
}

impl<'a> Export<'a> {
    /// Makes it.
    pub fn run(&self, out: &Path) -> Done<Report> {
        let target = Target::open(out, self.data, self.options.overwrite)?;
        let old = target.read(STATE)?.and_then(State::parse);
        let started = target.read(STARTED)?.map(|bytes| state::unpack(&bytes));
        let basis = self.basis()?;
        let mut strays: FxHashSet<String> = started.iter().flatten().cloned().collect();
        let old = old.and_then(|old| self.of_this_log(old, &mut strays));
        let empty = old.is_none() && strays.is_empty();
        let planner = self.planner(old.as_ref(), &basis, strays, empty);
        if let Some(old) = old
            .as_ref()
            .filter(|_| !self.options.overwrite)
            .filter(|old| started.is_none() && planner.due.is_empty() && old.basis == basis)
        {
            return Ok(Report {
                until: earliest(&old.due),
                ..Report::default()
            });
        }
        let run = Run {
            planner,
            target: &target,
            dry_run: self.dry_run,
        };
        run.go(old.as_ref(), &basis)
    }

    fn basis(&self) -> Done<Basis> {
        let register = self.view.register;
        let site = |no: &DocNo| {
            let facts = register.site(*no)?;
            Some(format!(
                "{} {}",
                facts.code,
                facts.hosts.first().map_or("-", |host| host)
            ))
        };
        let size = register.size();
        let wrong =
            || Failure::new("the tiles of the record are not those of its entries").hint("`chancery verify` says more");
        Ok(Basis {
            size,
            root: (self.root)(size).ok_or_else(wrong)?,
            options: self
                .options
                .digest(self.view.theme, self.view.bases.scope(), register.origin(), self.policy),
            address: self.options.address.clone(),
            seen: self.seen(),
            sites: register.sites().iter().filter_map(site).collect(),
        })
    }

    fn seen(&self) -> Seen {
        let Some(witnessed) = self.view.source.witnesses() else {
            return Seen::default();
        };
        let names: String = witnessed.by.iter().map(|(name, _)| format!("{name}\n")).collect();
        Seen {
            size: witnessed.size,
            names: sha256(names.as_bytes()),
        }
    }

    /// The state if it is of a beginning of this log; else all its files are strays.
    fn of_this_log(&self, state: State, strays: &mut FxHashSet<String>) -> Option<State> {
        let size = state.basis.size;
        if size <= self.view.register.size() && (self.root)(size) == Some(state.basis.root) {
            return Some(state);
        }
        strays.extend(state.files());
        None
    }

    fn planner<'r>(
        &'r self,
        old: Option<&State>,
        basis: &Basis,
        strays: FxHashSet<String>,
        empty: bool,
    ) -> Planner<'r, 'a> {
        let goes_on = |old: &&State| {
            !self.options.overwrite && old.basis.options == basis.options && basis.sites.starts_with(&old.basis.sites)
        };
        let past = old
            .into_iter()
            .flat_map(|old| &old.due)
            .filter(|(moment, _)| *moment <= self.now);
        let due: FxHashSet<String> = past.map(|(_, file)| file.clone()).collect();
        Planner {
            view: self.view,
            options: self.options,
            now: self.now,
            news: old
                .filter(goes_on)
                .map(|old| News::since(&self.view, old.basis.size, old.basis.seen, basis.seen)),
            strays,
            empty,
            due_owners: due.iter().filter_map(|file| owner_of(&self.view, file)).collect(),
            due,
            redirects: OnceLock::new(),
        }
    }
}

fn earliest(due: &[(Moment, String)]) -> Option<Moment> {
    due.iter().map(|(moment, _)| *moment).min()
}

impl Run<'_, '_> {
    fn go(&self, old: Option<&State>, basis: &Basis) -> Done<Report> {
        let mut total = Total::default();
        total.report.full = self.planner.news.is_none();
        let mut owners = Owner::all(&self.planner.view).peekable();
        let mut walk = Walk::new(old);
        while owners.peek().is_some() {
            let chunk: Vec<(Owner, &[u8])> = owners
                .by_ref()
                .take(CHUNK)
                .map(|owner| (owner, walk.to(owner)))
                .collect();
            self.chunk(&chunk, &mut total)?;
        }
        total.gone.extend(walk.end());
        self.finish(old, basis, total)
    }

    /// Plans and writes what some owners have.
    fn chunk(&self, owners: &[(Owner, &[u8])], total: &mut Total) -> Done {
        let concerned: Vec<bool> = owners.iter().map(|(owner, _)| self.planner.concerns(*owner)).collect();
        let asked = owners
            .iter()
            .zip(&concerned)
            .filter(|(_, concerned)| **concerned)
            .map(|(owner, _)| *owner);
        let asked: Vec<(Owner, &[u8])> = asked.collect();
        let sites = asked.iter().map(|(owner, _)| owner.site(&self.planner.view));
        let sites: Vec<Option<DocNo>> = sites.collect();
        let plans = each(asked, |(owner, lines)| self.planner.plan(owner, state::unpack(lines)));
        if !self.dry_run {
            self.announce(&plans)?;
        }
        let mut outcomes = by_site(&sites, plans, |plan| self.write(plan)).into_iter();
        for ((owner, lines), concerned) in owners.iter().zip(concerned) {
            if concerned {
                let Some(outcome) = outcomes.next() else { continue };
                total.add(*owner, outcome?);
            } else {
                state::owned(&mut total.lines, *owner, lines);
            }
        }
        Ok(())
    }

    /// Names files that are about to be made. What others put there before is not named, so that no crash makes it ours.
    fn announce(&self, plans: &[Plan]) -> Done {
        let work = plans.iter().flat_map(|plan| &plan.work);
        let fresh = work.filter(|(_, file, before)| *before != Before::Ours && !self.target.has_other(file));
        let lines = state::pack(fresh.map(|(_, file, _)| file.as_str()));
        if lines.is_empty() {
            Ok(())
        } else {
            self.target.append(STARTED, &lines)
        }
    }

    /// Computes and writes the files of a plan.
    fn write(&self, plan: Plan) -> Done<Outcome> {
        let mut outcome = Outcome::default();
        let mut files = plan.kept;
        for (item, file, before) in plan.work {
            if self.planner.due.contains(&file) {
                outcome.renewed.push(file.clone());
            }
            let Some(page) = self.planner.render(&item) else {
                continue;
            };
            if page.status >= 500 {
                let message = String::from_utf8_lossy(&page.bytes).trim_end().to_owned();
                return Err(Failure::new(format!("{file}: {message}")));
            }
            if self.dry_run {
                outcome.report.would_write.push(file.clone());
                files.push(file);
            } else if outcome.put(&file, &page.bytes, self.target.put(&file, &page.bytes, before)?) {
                outcome
                    .due
                    .extend(page.valid_until.map(|moment| (moment, file.clone())));
                files.push(file);
            }
        }
        outcome.gone = gone(plan.had, &files);
        outcome.lines = state::pack(files.iter().map(String::as_str));
        Ok(outcome)
    }

    /// Removes what nobody has any more, and says that all is done.
    fn finish(&self, old: Option<&State>, basis: &Basis, mut total: Total) -> Done<Report> {
        let due = old
            .filter(|_| !total.report.full)
            .into_iter()
            .flat_map(|old| &old.due)
            .filter(|(_, file)| !total.renewed.contains(file));
        total.due.extend(due.cloned());
        self.forget(&mut total);
        total.report.until = earliest(&total.due);
        if self.dry_run {
            total.report.would_remove = total.gone;
            return Ok(total.report);
        }
        for file in &total.gone {
            total.report.removed += usize::from(self.target.remove(file)?);
        }
        if total.report.written + total.report.removed > 0 {
            self.target.sync()?;
        }
        let mut basis = basis.clone();
        if !total.report.in_the_way.is_empty() {
            // Of no export: the next one looks at every file, and so says again what is in the way.
            basis.options = Hash([0; 32]);
        }
        let mut bytes = state::head(&basis, &total.due);
        bytes.append(&mut total.lines);
        state::end(&mut bytes);
        self.target.replace(STATE, &bytes)?;
        self.target.remove(STARTED)?;
        Ok(total.report)
    }

    /// Of the files that were given up, and those that nobody knows, all go that no owner has.
    fn forget(&self, total: &mut Total) {
        total.gone.extend(self.planner.strays.iter().cloned());
        if total.gone.is_empty() {
            return;
        }
        total.gone.sort_unstable();
        total.gone.dedup();
        let gone: FxHashSet<&str> = total.gone.iter().map(String::as_str).collect();
        let again: FxHashSet<String> = state::all(&total.lines)
            .filter(|file| gone.contains(file.as_str()))
            .collect();
        total.gone.retain(|file| !again.contains(file));
        let gone: FxHashSet<&str> = total.gone.iter().map(String::as_str).collect();
        total.due.retain(|(_, file)| !gone.contains(file.as_str()));
    }
}

/// Of the files that an owner had, those it has no more.
fn gone(mut had: Vec<String>, now: &[String]) -> Vec<String> {
    if !had.is_empty() {
        let now: FxHashSet<&str> = now.iter().map(String::as_str).collect();
        had.retain(|file| !now.contains(file.as_str()));
    }
    had
}

/// Does something for each of a list, site by site: its feeds and its texts read the same words. The answers are in the
/// order of the list.
fn by_site<T: Send, R: Send>(sites: &[Option<DocNo>], list: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    let mut numbered: Vec<(usize, T)> = list.into_iter().enumerate().collect();
    numbered.sort_by_key(|(n, _)| sites.get(*n));
    let mut done = each(numbered, |(n, one)| (n, work(one)));
    done.sort_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, answer)| answer).collect()
}

/// Does something for each of a list, on all cores where it is worth it; in order.
fn each<T: Send, R: Send>(list: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    if list.len() < FEW {
        list.into_iter().map(work).collect()
    } else {
        list.into_par_iter().map(work).collect()
    }
}

impl Outcome {
    /// Counts a file; false if it is not ours.
    fn put(&mut self, file: &str, bytes: &[u8], put: Put) -> bool {
        match put {
            Put::Written => {
                self.report.written += 1;
                self.report.bytes += bytes.len() as u64;
            }
            Put::Same => self.report.same += 1,
            Put::InTheWay => self.report.in_the_way.push(file.to_owned()),
        }
        put != Put::InTheWay
    }
}

impl Total {
    fn add(&mut self, owner: Owner, outcome: Outcome) {
        state::owned(&mut self.lines, owner, &outcome.lines);
        self.due.extend(outcome.due);
        self.renewed.extend(outcome.renewed);
        self.gone.extend(outcome.gone);
        let (total, report) = (&mut self.report, outcome.report);
        total.written += report.written;
        total.same += report.same;
        total.bytes += report.bytes;
        total.in_the_way.extend(report.in_the_way);
        total.would_write.extend(report.would_write);
    }
}

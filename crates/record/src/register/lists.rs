//! Ordered runs of documents, and lists that merge runs and copy nothing.
//!
//! A run holds the documents of one owner, scope and language, cut by year. The owner is a site, a carrying rule, the
//! placements of one site, or the whole family. A list of a site is its own run merged with the runs of every rule
//! that names the site.

mod run;
mod standing;

pub(super) use standing::{Runs, Standing};

use super::{DocNo, Register};
use crate::{date::Month, lang::Lang};
use run::{Row, Run, Year};
use standing::{Owner, RunKey, RunScope};

/// A year of a list is cut by month where it has more items than this.
pub const YEAR_CUT: usize = 200;
/// How many of the newest stand on the front of a list and in its feed.
pub const FRONT: usize = 20;

/// A list that a page or a feed shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct List {
    /// The site it is shown on.
    pub site: DocNo,
    /// What it holds.
    pub scope: Scope,
    /// In which language.
    pub lang: Lang,
}

/// What a list holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// Everything of the site.
    All,
    /// A section.
    Section(DocNo),
    /// A topic, as far as the site shows it.
    Topic(DocNo),
    /// A topic over all sites.
    Family(DocNo),
}

/// A page of a list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ListPart {
    /// The newest, and which years there are; also the feed.
    Front,
    /// A year.
    Year(i16),
    /// A month of a year that is cut.
    Month(Month),
}

/// How many documents a year of a list has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct YearCount {
    /// The year.
    pub year: i16,
    /// Documents in it.
    pub count: usize,
}

impl Register {
    fn run(&self, owner: Owner, scope: RunScope, lang: Lang) -> Option<&Run> {
        self.lists.runs.get(&RunKey { owner, scope, lang })
    }

    /// The runs that a list merges.
    fn runs_of(&self, list: &List) -> Vec<&Run> {
        let site = Owner::Site(list.site.0);
        let (owner, scope) = match list.scope {
            Scope::Family(topic) => (Owner::Family, RunScope::Topic(topic.0)),
            Scope::All => (site, RunScope::All),
            Scope::Topic(topic) => (site, RunScope::Topic(topic.0)),
            Scope::Section(section) => (site, RunScope::Section(section.0)),
        };
        let own = self.run(owner, scope, list.lang);
        own.into_iter().chain(self.carried_runs(list)).collect()
    }

    /// The runs of what a list holds of other sites.
    fn carried_runs(&self, list: &List) -> Vec<&Run> {
        if matches!(list.scope, Scope::Family(_)) {
            return Vec::new();
        }
        let get = |owner, scope| self.run(owner, scope, list.lang);
        let rules = self.lists.rules.iter().zip(0u32..);
        let rules = rules.filter(|(rule, _)| self.rule_names(rule, list.site));
        let owners = rules.map(|(_, number)| Owner::Rule(number));
        let owners = owners.chain([Owner::Placed(list.site.0)]);
        // Whoever carries something has a run of all of it.
        let mut carriers = owners.filter(|owner| get(*owner, RunScope::All).is_some()).peekable();
        if carriers.peek().is_none() {
            return Vec::new();
        }
        let scope = self.carried_scope(list);
        let runs = scope.map(|scope| carriers.filter_map(|owner| get(owner, scope)).collect());
        runs.unwrap_or_default()
    }

    /// Which of their runs those who carry texts to a site give to a list.
    fn carried_scope(&self, list: &List) -> Option<RunScope> {
        match list.scope {
            Scope::All => Some(RunScope::All),
            Scope::Topic(topic) | Scope::Family(topic) => Some(RunScope::Topic(topic.0)),
            Scope::Section(section) => self.carrying_scope(list.site, section),
        }
    }

    /// Carried documents stand in the first section of their role.
    fn carrying_scope(&self, site: DocNo, section: DocNo) -> Option<RunScope> {
        let role = &self.section(section)?.role;
        let first = self
            .sections(site)
            .into_iter()
            .find(|no| self.section(*no).is_some_and(|s| s.role == *role));
        let number = self.lists.role(role)?;
        (first == Some(section)).then_some(RunScope::Role(number))
    }

    /// Rows of one year of a list, newest first, at most `most` of them.
    fn rows(&self, runs: &[&Run], year: i16, most: usize) -> Vec<DocNo> {
        let mut rows: Vec<Row> = Vec::new();
        for run in runs {
            let all = run.rows(year);
            rows.extend(&all[all.len().saturating_sub(most)..]);
        }
        rows.sort_by_cached_key(|row| std::cmp::Reverse((row.at, self.document(DocNo(row.doc)).id)));
        rows.dedup();
        rows.iter().map(|row| DocNo(row.doc)).take(most).collect()
    }

    /// The years of a list, newest first.
    pub fn years(&self, list: &List) -> Vec<YearCount> {
        let runs = self.runs_of(list);
        let mut years: Vec<i16> = runs
            .iter()
            .flat_map(|run| {
                run.years
                    .iter()
                    .filter(|(_, y)| !y.rows.is_empty())
                    .map(|(year, _)| *year)
            })
            .collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        years.dedup();
        years
            .iter()
            .map(|&year| YearCount {
                year,
                count: self.count(&runs, year),
            })
            .collect()
    }

    fn count(&self, runs: &[&Run], year: i16) -> usize {
        match runs {
            [run] => run.rows(year).len(),
            _ => self.rows(runs, year, usize::MAX).len(),
        }
    }

    /// The newest documents of a list.
    pub fn newest(&self, list: &List, most: usize) -> Vec<DocNo> {
        let runs = self.runs_of(list);
        let mut years: Vec<i16> = runs
            .iter()
            .flat_map(|run| run.years.iter().map(|(year, _)| *year))
            .collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        years.dedup();
        let mut newest = Vec::new();
        for year in years {
            newest.extend(self.rows(&runs, year, most - newest.len()));
            if newest.len() >= most {
                break;
            }
        }
        newest
    }

    /// The documents of one year of a list, newest first.
    pub fn of_year(&self, list: &List, year: i16) -> Vec<DocNo> {
        self.rows(&self.runs_of(list), year, usize::MAX)
    }

    /// True if a list holds what a rule or a placement brings to its site: texts of other sites, and its own where a rule
    /// names all.
    pub fn has_carried(&self, list: &List) -> bool {
        let runs = self.carried_runs(list);
        let mut years = runs.iter().flat_map(|run| &run.years);
        years.any(|(_, year)| !year.rows.is_empty())
    }

    /// The documents of one month of a list, newest first.
    pub fn of_month(&self, list: &List, month: Month) -> Vec<DocNo> {
        let mut rows = self.of_year(list, month.year);
        rows.retain(|no| self.document(*no).civil_date().month() == month.month);
        rows
    }

    /// Newest corrections, withdrawals and retractions of a list's documents in its language, oldest first.
    pub fn changes(&self, list: &List) -> Vec<(u64, DocNo)> {
        let mut changes: Vec<_> = self
            .runs_of(list)
            .iter()
            .flat_map(|run| run.changes.iter().copied())
            .collect();
        changes.sort_unstable();
        changes.dedup();
        let surplus = changes.len().saturating_sub(FRONT);
        changes.split_off(surplus)
    }

    /// Index + 1 of the last entry that changed what a page of a list shows.
    pub fn touched_list(&self, list: &List, part: ListPart) -> u64 {
        let runs = self.runs_of(list);
        let year_of = |year| runs.iter().filter_map(move |run| run.year(year));
        let of_runs = match part {
            ListPart::Front => runs.iter().map(|run| run.front).max(),
            ListPart::Year(year) => year_of(year).map(|y| y.touched).max(),
            ListPart::Month(month) => {
                let of_month = year_of(month.year).filter_map(|y| y.month(month.month));
                of_month.map(|known| known.touched.max(turn(&runs, month.year))).max()
            }
        };
        of_runs.unwrap_or(0).max(self.floor())
    }

    /// Index + 1 of the last entry that may have changed whether a list has a year, or cuts it by month.
    pub fn touched_turn(&self, list: &List, year: i16) -> u64 {
        turn(&self.runs_of(list), year).max(self.floor())
    }

    /// Index + 1 of the last entry that may have changed which years a list has, or whether it has any.
    pub fn touched_turns(&self, list: &List) -> u64 {
        let runs = self.runs_of(list);
        let years = runs.iter().flat_map(|run| &run.years);
        years.map(|(_, year)| year.turned).max().unwrap_or(0).max(self.floor())
    }

    /// Index + 1 of the last entry that changed a list of a site, or a feed, in any of its languages.
    pub fn touched_lists(&self, site: DocNo) -> u64 {
        let langs = self.site(site).map_or(&[][..], |facts| &facts.langs);
        let runs = langs.iter().flat_map(|lang| {
            self.runs_of(&List {
                site,
                scope: Scope::All,
                lang: *lang,
            })
        });
        runs.map(Run::touched).max().unwrap_or(0).max(self.floor())
    }

    /// Dated texts of a site itself in a language, as many as there are rows.
    pub fn own_texts(&self, site: DocNo, lang: Lang) -> usize {
        let (owner, scope) = (Owner::Site(site.0), RunScope::All);
        let run = self.lists.runs.get(&RunKey { owner, scope, lang });
        run.map_or(0, |run| run.years.iter().map(|(_, year)| year.rows.len()).sum())
    }
}

/// The last turn of a year. Where several runs share a year, any row of any may have been the one too many.
fn turn(runs: &[&Run], year: i16) -> u64 {
    let years: Vec<&Year> = runs.iter().filter_map(|run| run.year(year)).collect();
    match years[..] {
        [only] => only.turned,
        _ => years.iter().map(|year| year.touched).max().unwrap_or(0),
    }
}

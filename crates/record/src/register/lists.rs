//! Ordered runs of documents, and lists that merge runs and copy nothing.
//!
//! A run holds the documents of one owner, scope and language, cut by year. The owner is a site, a carrying rule, the
//! placements of one site, or the whole family. A list of a site is its own run merged with the runs of every rule
//! that names the site.

use super::{DocNo, Register, Status, tight};
use crate::{
    date::Month,
    facts::{Carry, Facts, Kind, Mode},
    lang::Lang,
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

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

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
enum Owner {
    Site(u32),
    Rule(u32),
    Placed(u32),
    Family,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
enum RunScope {
    All,
    Section(u32),
    Role(u32),
    Topic(u32),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
struct RunKey {
    owner: Owner,
    scope: RunScope,
    lang: Lang,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
struct Row {
    at: i64,
    doc: u32,
    month: i8,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Year {
    /// In order of instant, then id.
    rows: Vec<Row>,
    /// Index + 1 of the last change.
    touched: u64,
    /// The months that have or had rows.
    months: Vec<MonthOf>,
    /// Index + 1 of the last change of the set of months that have rows.
    set: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct MonthOf {
    /// Index + 1 of the last change.
    touched: u64,
    count: u32,
    month: i8,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Run {
    /// In ascending order.
    years: Vec<(i16, Year)>,
    /// Index + 1 of the last change of what the front shows.
    front: u64,
    /// Newest corrections, withdrawals and retractions.
    changes: Vec<(u64, DocNo)>,
}

/// All runs, and the words they are keyed by.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Runs {
    runs: FxHashMap<RunKey, Run>,
    #[serde(with = "crate::hex::as_json")]
    rules: Vec<Carry>,
    roles: Vec<Box<str>>,
}

/// Where one document stands in one language: its runs and its row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Standing {
    /// In ascending order.
    keys: Vec<RunKey>,
    year: i16,
    row: Row,
}

impl Standing {
    /// What is left and what is joined between two standings.
    pub(super) fn moves(before: Option<&Self>, after: Option<&Self>) -> (Option<Self>, Option<Self>) {
        let (Some(old), Some(new)) = (before, after) else {
            return (before.cloned(), after.cloned());
        };
        if (old.year, old.row) != (new.year, new.row) {
            return (before.cloned(), after.cloned());
        }
        (old.without(new), new.without(old))
    }

    fn without(&self, other: &Self) -> Option<Self> {
        let mut keys = self.keys.clone();
        keys.retain(|key| !other.keys.contains(key));
        let Self { year, row, .. } = *self;
        (!keys.is_empty()).then_some(Self { keys, year, row })
    }
}

impl Runs {
    /// Gives a role its number; a word that is known costs nothing.
    fn learn_role(&mut self, role: &str) {
        number(&mut self.roles, |known| **known == *role, || role.into());
    }

    fn role(&self, role: &str) -> Option<u32> {
        let at = self.roles.iter().position(|known| **known == *role)?;
        u32::try_from(at).ok()
    }

    fn rule(&self, rule: &Carry) -> Option<u32> {
        let at = self.rules.iter().position(|known| known == rule)?;
        u32::try_from(at).ok()
    }

    /// Takes a document out of its runs, marking them as touched at `stamp`.
    pub(super) fn remove(&mut self, standing: &Standing, stamp: u64, order: &dyn Fn(u32) -> u128) {
        for key in &standing.keys {
            if let Some(run) = self.runs.get_mut(key) {
                run.remove(standing.year, standing.row, stamp, order);
            }
        }
    }

    /// Puts a document into its runs, marking them as touched at `stamp`.
    pub(super) fn insert(&mut self, standing: &Standing, stamp: u64, order: &dyn Fn(u32) -> u128) {
        for key in &standing.keys {
            self.runs
                .entry(*key)
                .or_default()
                .insert(standing.year, standing.row, stamp, order);
        }
    }

    /// Notes a correction, withdrawal or retraction for the feeds.
    pub(super) fn note_change(&mut self, standing: &Standing, index: u64) {
        for key in &standing.keys {
            if let Some(run) = self.runs.get_mut(key) {
                run.changes.push((index, DocNo(standing.row.doc)));
                let surplus = run.changes.len().saturating_sub(FRONT);
                run.changes.drain(..surplus);
                run.front = index + 1;
            }
        }
    }
}

fn number<T>(known: &mut Vec<T>, same: impl Fn(&T) -> bool, make: impl Fn() -> T) -> u32 {
    let at = known.iter().position(same).unwrap_or_else(|| {
        known.push(make());
        known.len() - 1
    });
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Run {
    fn find(&self, year: i16) -> Result<usize, usize> {
        self.years.binary_search_by_key(&year, |(year, _)| *year)
    }

    fn year(&self, year: i16) -> Option<&Year> {
        self.find(year)
            .ok()
            .and_then(|at| self.years.get(at))
            .map(|(_, year)| year)
    }

    fn year_mut(&mut self, year: i16) -> Option<&mut Year> {
        self.find(year)
            .ok()
            .and_then(|at| self.years.get_mut(at))
            .map(|(_, year)| year)
    }

    /// Rows of a year, in order of instant.
    fn rows(&self, year: i16) -> &[Row] {
        self.year(year).map_or(&[], |year| &year.rows)
    }

    fn insert(&mut self, year: i16, row: Row, stamp: u64, order: &dyn Fn(u32) -> u128) {
        let found = self.find(year);
        let new_year = found.is_err();
        if let Err(at) = found {
            tight::insert(&mut self.years, at, (year, Year::default()));
        }
        let Some(slot) = self.year_mut(year) else { return };
        let at = slot.place(row, order);
        tight::insert(&mut slot.rows, at, row);
        slot.touch(row.month, stamp, 1);
        if new_year || self.is_on_front(year, at) {
            self.front = stamp;
        }
    }

    fn remove(&mut self, year: i16, row: Row, stamp: u64, order: &dyn Fn(u32) -> u128) {
        let Some(slot) = self.year_mut(year) else { return };
        let at = slot.place(row, order);
        if slot.rows.get(at) != Some(&row) {
            return;
        }
        slot.rows.remove(at);
        slot.touch(row.month, stamp, -1);
        let gone = slot.rows.is_empty();
        if gone || self.is_on_front(year, at) {
            self.front = stamp;
        }
    }

    /// True if fewer than a front's worth of rows are newer than this place.
    fn is_on_front(&self, year: i16, at: usize) -> bool {
        let later = self.years.iter().rev().take_while(|(other, _)| *other > year);
        let newer_years: usize = later.map(|(_, y)| y.rows.len()).sum();
        newer_years + self.rows(year).len().saturating_sub(at + 1) < FRONT
    }
}

impl Year {
    /// Where a row stands, or would.
    fn place(&self, row: Row, order: &dyn Fn(u32) -> u128) -> usize {
        let own = order(row.doc);
        self.rows.partition_point(|other| match other.at.cmp(&row.at) {
            Ordering::Equal => order(other.doc) < own,
            other => other == Ordering::Less,
        })
    }

    /// Counts a row in or out of its month, and marks both as touched.
    fn touch(&mut self, month: i8, stamp: u64, by: i32) {
        self.touched = stamp;
        let at = self
            .months
            .iter()
            .position(|known| known.month == month)
            .unwrap_or_else(|| {
                let new = MonthOf {
                    touched: stamp,
                    count: 0,
                    month,
                };
                tight::push(&mut self.months, new);
                self.months.len() - 1
            });
        let known = &mut self.months[at];
        let before = known.count;
        known.touched = stamp;
        known.count = known.count.saturating_add_signed(by);
        if before == 0 || known.count == 0 {
            self.set = stamp;
        }
    }

    fn month(&self, month: i8) -> Option<&MonthOf> {
        self.months.iter().find(|known| known.month == month)
    }
}

impl Register {
    /// Where a document stands in a language; nowhere if it is no dated text or not shown in lists.
    pub(super) fn standing_of(&self, no: DocNo, lang: Lang) -> Option<Standing> {
        let doc = self.document(no);
        let kind = doc.facts.kind.text()?;
        if kind.is_standing() || doc.language(lang).is_none() {
            return None;
        }
        let date = doc.civil_date();
        let row = Row {
            at: doc.instant(),
            doc: no.0,
            month: date.month(),
        };
        let mut keys = self.own_runs(&doc.facts, lang);
        self.push_carried(no, lang, &mut keys);
        keys.sort_unstable();
        keys.dedup();
        Some(Standing {
            keys,
            year: date.year(),
            row,
        })
    }

    fn topic_numbers(&self, facts: &Facts) -> impl Iterator<Item = u32> {
        facts.topics.iter().filter_map(|id| self.by_id(*id)).map(|no| no.0)
    }

    /// The runs of its own site, and those of its topics over all sites.
    fn own_runs(&self, facts: &Facts, lang: Lang) -> Vec<RunKey> {
        let mut keys = Vec::with_capacity(2 + 2 * facts.topics.len());
        let mut add = |owner, scope| keys.push(RunKey { owner, scope, lang });
        let site = facts.site.as_deref().and_then(|code| self.site_by_code(code));
        if let Some(owner) = site.map(|no| Owner::Site(no.0)) {
            add(owner, RunScope::All);
            if let Some(section) = facts.section.and_then(|id| self.by_id(id)) {
                add(owner, RunScope::Section(section.0));
            }
            self.topic_numbers(facts)
                .for_each(|topic| add(owner, RunScope::Topic(topic)));
        }
        self.topic_numbers(facts)
            .for_each(|topic| add(Owner::Family, RunScope::Topic(topic)));
        keys
    }

    fn push_carried(&self, no: DocNo, lang: Lang, keys: &mut Vec<RunKey>) {
        let facts = &self.document(no).facts;
        if facts.carry.is_empty() {
            return;
        }
        let role = self.lists.role(self.role_of(facts));
        for owner in self.carriers(no, facts, lang) {
            let mut add = |scope| keys.push(RunKey { owner, scope, lang });
            add(RunScope::All);
            role.into_iter().for_each(|role| add(RunScope::Role(role)));
            self.topic_numbers(facts).for_each(|topic| add(RunScope::Topic(topic)));
        }
    }

    /// The role of the section that a text stands in.
    fn role_of(&self, facts: &Facts) -> &str {
        let section = facts
            .section
            .and_then(|id| self.by_id(id))
            .and_then(|no| self.section(no));
        section.map_or("other", |section| &*section.role)
    }

    /// Numbers the rules and roles that a document brings, before anything is listed by them.
    pub(super) fn learn(&mut self, no: DocNo) {
        let Some(doc) = self.documents.get(no.0 as usize) else {
            return;
        };
        let must = doc.facts.carry.iter().filter(|rule| rule.mode == Mode::Must);
        for rule in must {
            number(&mut self.lists.rules, |known| known == rule, || rule.clone());
        }
        match &doc.facts.kind {
            Kind::Section(section) => self.lists.learn_role(&section.role),
            Kind::Text(_) if !doc.facts.carry.is_empty() => self.lists.learn_role("other"),
            _ => {}
        }
    }

    /// The rules that carry a document, and the sites that placed it by choice.
    fn carriers(&self, no: DocNo, facts: &Facts, lang: Lang) -> Vec<Owner> {
        let applies = |rule: &&Carry| {
            (rule.langs.is_empty() || rule.langs.contains(&lang))
                && (rule.topics.is_empty() || rule.topics.iter().any(|t| facts.topics.contains(t)))
        };
        let mut owners: Vec<Owner> = Vec::new();
        for rule in facts.carry.iter().filter(applies) {
            match rule.mode {
                Mode::Must => owners.extend(self.lists.rule(rule).map(Owner::Rule)),
                Mode::May => {
                    let placed = self
                        .placed_on(no)
                        .into_iter()
                        .filter(|site| self.rule_names(rule, *site));
                    owners.extend(placed.map(|site| Owner::Placed(site.0)));
                }
            }
        }
        owners
    }

    /// Sites with a placement of this document that does not hide it.
    fn placed_on(&self, no: DocNo) -> Vec<DocNo> {
        let in_force = self
            .document(no)
            .placements
            .iter()
            .filter(|p| self.document(**p).own == Status::InForce);
        let placed = in_force.filter_map(|p| match &self.document(*p).facts.kind {
            Kind::Placement(placement) if !placement.hide => self.site_by_code(&placement.on),
            _ => None,
        });
        placed.collect()
    }

    /// True if a carrying rule names a site.
    fn rule_names(&self, rule: &Carry, site: DocNo) -> bool {
        let Some(facts) = self.site(site) else { return false };
        let by_code = rule.sites.is_empty() || rule.sites.iter().any(|code| **code == *"*" || *code == facts.code);
        let by_country =
            rule.countries.is_empty() || facts.country.as_ref().is_some_and(|c| rule.countries.contains(c));
        by_code && by_country
    }

    /// The runs that a list merges.
    fn runs_of(&self, list: &List) -> Vec<&Run> {
        let lang = list.lang;
        let get = |owner, scope| self.lists.runs.get(&RunKey { owner, scope, lang });
        let site = Owner::Site(list.site.0);
        let (own, carried) = match list.scope {
            Scope::Family(topic) => return get(Owner::Family, RunScope::Topic(topic.0)).into_iter().collect(),
            Scope::All => (get(site, RunScope::All), Some(RunScope::All)),
            Scope::Topic(topic) => (get(site, RunScope::Topic(topic.0)), Some(RunScope::Topic(topic.0))),
            Scope::Section(section) => (
                get(site, RunScope::Section(section.0)),
                self.carrying_scope(list.site, section),
            ),
        };
        let rules = self
            .lists
            .rules
            .iter()
            .zip(0u32..)
            .filter(|(rule, _)| self.rule_names(rule, list.site));
        let owners = rules
            .map(|(_, number)| Owner::Rule(number))
            .chain([Owner::Placed(list.site.0)]);
        let carried = carried
            .into_iter()
            .flat_map(|scope| owners.clone().filter_map(move |owner| get(owner, scope)));
        own.into_iter().chain(carried).collect()
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
            ListPart::Year(year) if self.count(&runs, year) > YEAR_CUT + 1 => year_of(year).map(|y| y.set).max(),
            ListPart::Year(year) => year_of(year).map(|y| y.touched).max(),
            ListPart::Month(month) if self.count(&runs, month.year) > YEAR_CUT + 1 => {
                let of_month = year_of(month.year).filter_map(|y| y.month(month.month));
                of_month.map(|known| known.touched).max()
            }
            ListPart::Month(month) => year_of(month.year).map(|y| y.touched).max(),
        };
        of_runs.unwrap_or(0)
    }
}

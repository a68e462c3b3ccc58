//! Which runs a document stands in: those of its site, its topics, and of whoever carries it.

use super::run::{Row, Run};
use crate::{
    facts::{Carry, Facts, Kind, Mode},
    lang::Lang,
    register::{DocNo, FRONT, Register, Status},
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(super) enum Owner {
    Site(u32),
    Rule(u32),
    Placed(u32),
    Family,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(super) enum RunScope {
    All,
    Section(u32),
    Role(u32),
    Topic(u32),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(super) struct RunKey {
    pub(super) owner: Owner,
    pub(super) scope: RunScope,
    pub(super) lang: Lang,
}

/// All runs, and the words they are keyed by.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(in crate::register) struct Runs {
    pub(super) runs: FxHashMap<RunKey, Run>,
    #[serde(with = "crate::hex::as_json")]
    pub(super) rules: Vec<Carry>,
    roles: Vec<Box<str>>,
}

/// Where one document stands in one language: its runs and its row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::register) struct Standing {
    /// In ascending order.
    keys: Vec<RunKey>,
    year: i16,
    row: Row,
}

impl Standing {
    /// What is left and what is joined between two standings.
    pub(in crate::register) fn moves(before: Option<&Self>, after: Option<&Self>) -> (Option<Self>, Option<Self>) {
        let (Some(old), Some(new)) = (before, after) else {
            return (before.cloned(), after.cloned());
        };
        if (old.year, old.row) != (new.year, new.row) {
            return (before.cloned(), after.cloned());
        }
        (old.without(new), new.without(old))
    }

    /// The same row in the runs that another standing has not.
    pub(in crate::register) fn without(&self, other: &Self) -> Option<Self> {
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

    pub(super) fn role(&self, role: &str) -> Option<u32> {
        let at = self.roles.iter().position(|known| **known == *role)?;
        u32::try_from(at).ok()
    }

    fn rule(&self, rule: &Carry) -> Option<u32> {
        let at = self.rules.iter().position(|known| known == rule)?;
        u32::try_from(at).ok()
    }

    /// Takes a document out of its runs, marking them as touched at `stamp`.
    pub(in crate::register) fn remove(&mut self, standing: &Standing, stamp: u64, order: &dyn Fn(u32) -> u128) {
        for key in &standing.keys {
            if let Some(run) = self.runs.get_mut(key) {
                run.remove(standing.year, standing.row, stamp, order);
            }
        }
    }

    /// Puts a document into its runs, marking them as touched at `stamp`.
    pub(in crate::register) fn insert(&mut self, standing: &Standing, stamp: u64, order: &dyn Fn(u32) -> u128) {
        for key in &standing.keys {
            self.runs
                .entry(*key)
                .or_default()
                .insert(standing.year, standing.row, stamp, order);
        }
    }

    /// A document that has left runs is told of no more in their feeds.
    pub(in crate::register) fn forget_changes(&mut self, left: &Standing, stamp: u64) {
        for key in &left.keys {
            if let Some(run) = self.runs.get_mut(key) {
                run.changes.retain(|(_, doc)| doc.0 != left.row.doc);
                run.front = stamp;
            }
        }
    }

    /// Notes that there was something about a document of runs.
    pub(in crate::register) fn note_told(&mut self, standing: &Standing, stamp: u64) {
        for key in &standing.keys {
            if let Some(run) = self.runs.get_mut(key) {
                run.told = stamp;
            }
        }
    }

    /// Notes a correction, withdrawal or retraction for the feeds.
    pub(in crate::register) fn note_change(&mut self, standing: &Standing, index: u64) {
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

impl Register {
    /// Where a document stands in a language; nowhere if it is no dated text or not shown in lists.
    pub(in crate::register) fn standing_of(&self, no: DocNo, lang: Lang) -> Option<Standing> {
        let doc = self.document(no);
        let kind = doc.facts.kind.text()?;
        if kind.is_standing() || doc.language(lang).is_none() || doc.gone(lang).is_some() {
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
    pub(in crate::register) fn learn(&mut self, no: DocNo) {
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
    pub(super) fn rule_names(&self, rule: &Carry, site: DocNo) -> bool {
        let Some(facts) = self.site(site) else { return false };
        let by_code = rule.sites.is_empty() || rule.sites.iter().any(|code| **code == *"*" || *code == facts.code);
        let by_country =
            rule.countries.is_empty() || facts.country.as_ref().is_some_and(|c| rule.countries.contains(c));
        by_code && by_country
    }
}

/// Rows by run and year, for comparing.
#[cfg(test)]
type Rows = std::collections::BTreeMap<(RunKey, i16), Vec<Row>>;

#[cfg(test)]
impl Register {
    /// The runs hold the rows that the documents as they are would have.
    pub(in crate::register) fn check_rows(&self) -> Result<(), String> {
        let (held, due) = (self.rows_held(), self.rows_due());
        let wrong = held.keys().chain(due.keys()).find(|key| held.get(key) != due.get(key));
        match wrong {
            Some(key) => Err(format!("{key:?} holds {:?}, not {:?}", held.get(key), due.get(key))),
            None => Ok(()),
        }
    }

    fn rows_held(&self) -> Rows {
        let years = |(key, run): (&RunKey, &Run)| {
            let key = *key;
            let rows = run.years.clone().into_iter();
            rows.map(move |(year, of_year)| ((key, year), of_year.rows))
        };
        let all = self.lists.runs.iter().flat_map(years);
        all.filter(|(_, rows)| !rows.is_empty()).collect()
    }

    fn rows_due(&self) -> Rows {
        let mut due = Rows::new();
        for no in self.documents() {
            for words in &self.document(no).words {
                let Some(standing) = self.standing_of(no, words.lang) else {
                    continue;
                };
                for key in standing.keys {
                    due.entry((key, standing.year)).or_default().push(standing.row);
                }
            }
        }
        for rows in due.values_mut() {
            rows.sort_by_key(|row| (row.at, self.document(DocNo(row.doc)).id));
        }
        due
    }
}

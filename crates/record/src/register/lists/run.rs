//! A run: documents of one owner, scope and language, cut by year, with what touched them last.

use super::{DocNo, FRONT, YEAR_CUT};
use crate::register::tight;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) at: i64,
    pub(super) doc: u32,
    pub(super) month: i8,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Year {
    /// In order of instant, then id.
    pub(super) rows: Vec<Row>,
    /// Index + 1 of the last change.
    pub(super) touched: u64,
    /// The months that have or had rows.
    pub(super) months: Vec<MonthOf>,
    /// Index + 1 of the last change of whether there are rows, or more than [`YEAR_CUT`] of them.
    pub(super) turned: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct MonthOf {
    /// Index + 1 of the last change.
    pub(super) touched: u64,
    pub(super) month: i8,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Run {
    /// In ascending order.
    pub(super) years: Vec<(i16, Year)>,
    /// Index + 1 of the last change of what the front shows.
    pub(super) front: u64,
    /// Index + 1 of the last entry about a document of it, in whatever language, or about what its text shows.
    pub(super) told: u64,
    /// Newest corrections, withdrawals and retractions.
    pub(super) changes: Vec<(u64, DocNo)>,
}

impl Run {
    fn find(&self, year: i16) -> Result<usize, usize> {
        self.years.binary_search_by_key(&year, |(year, _)| *year)
    }

    pub(super) fn year(&self, year: i16) -> Option<&Year> {
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
    pub(super) fn rows(&self, year: i16) -> &[Row] {
        self.year(year).map_or(&[], |year| &year.rows)
    }

    pub(super) fn insert(&mut self, year: i16, row: Row, stamp: u64, order: &dyn Fn(u32) -> u128) {
        if let Err(at) = self.find(year) {
            tight::insert(&mut self.years, at, (year, Year::default()));
        }
        let Some(slot) = self.year_mut(year) else { return };
        let new_year = slot.rows.is_empty();
        let at = slot.place(row, order);
        tight::insert(&mut slot.rows, at, row);
        slot.touch(row.month, stamp);
        slot.note_turn(slot.rows.len() - 1, stamp);
        if new_year || self.is_on_front(year, at) {
            self.front = stamp;
        }
    }

    pub(super) fn remove(&mut self, year: i16, row: Row, stamp: u64, order: &dyn Fn(u32) -> u128) {
        let Some(slot) = self.year_mut(year) else { return };
        let at = slot.place(row, order);
        if slot.rows.get(at) != Some(&row) {
            return;
        }
        slot.rows.remove(at);
        slot.touch(row.month, stamp);
        slot.note_turn(slot.rows.len() + 1, stamp);
        let gone = slot.rows.is_empty();
        if gone || self.is_on_front(year, at) {
            self.front = stamp;
        }
    }

    /// Index + 1 of the last change of any page or feed of it.
    pub(super) fn touched(&self) -> u64 {
        let years = self.years.iter().map(|(_, year)| year.touched);
        years.fold(self.front.max(self.told), u64::max)
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

    /// Marks it and one of its months as touched.
    fn touch(&mut self, month: i8, stamp: u64) {
        self.touched = stamp;
        match self.months.iter_mut().find(|known| known.month == month) {
            Some(known) => known.touched = stamp,
            None => tight::push(&mut self.months, MonthOf { touched: stamp, month }),
        }
    }

    /// Notes where one row more or less makes another kind of page of it.
    fn note_turn(&mut self, before: usize, stamp: u64) {
        let page = |rows: usize| (rows > 0, rows > YEAR_CUT);
        if page(before) != page(self.rows.len()) {
            self.turned = stamp;
        }
    }

    pub(super) fn month(&self, month: i8) -> Option<&MonthOf> {
        self.months.iter().find(|known| known.month == month)
    }
}

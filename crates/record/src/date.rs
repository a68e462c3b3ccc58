//! Dates as facts state them, and the record's own time.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// The local date that a text bears, with the time where it bears one; compares in order of time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Local {
    /// The civil date.
    pub date: jiff::civil::Date,
    /// The civil time; `None` where the text bears a day only.
    pub time: Option<jiff::civil::Time>,
}

impl Local {
    /// The instant taken for ordering: a day stands at its midnight.
    pub fn datetime(self) -> jiff::civil::DateTime {
        self.date.to_datetime(self.time.unwrap_or_default())
    }

    /// Seconds since 1970-01-01T00:00 of the same wall clock: the sort key of lists.
    pub fn wall_seconds(self) -> i64 {
        jiff::tz::Offset::UTC
            .to_timestamp(self.datetime())
            .map_or(i64::MIN, jiff::Timestamp::as_second)
    }

    /// The month of the address, `2026-03`.
    pub fn month(self) -> Month {
        Month {
            year: self.date.year(),
            month: self.date.month(),
        }
    }
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        match self.time {
            None => Ok(()),
            Some(t) => write!(f, "T{:02}:{:02}", t.hour(), t.minute()),
        }
    }
}

/// A text is not a date of the form the record takes.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a date such as 2026-03-14 or 2026-03-14T15:08")]
pub struct BadDate(pub String);

impl FromStr for Local {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let bad = || BadDate(text.chars().take(40).collect());
        let (day, clock) = text.split_once('T').map_or((text, None), |(d, t)| (d, Some(t)));
        let date = day.parse().map_err(|_| bad())?;
        let time = clock.map(str::parse).transpose().map_err(|_| bad())?;
        let local = Self { date, time };
        if local.to_string() == text && date.year() > 0 {
            Ok(local)
        } else {
            Err(bad())
        }
    }
}

/// Offset from UTC in minutes, written `+07:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Offset(pub i16);

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", self.0.abs() / 60, self.0.abs() % 60)
    }
}

impl FromStr for Offset {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let bad = || BadDate(text.chars().take(40).collect());
        let (hours, minutes) = text.get(1..).and_then(|t| t.split_once(':')).ok_or_else(bad)?;
        let minutes: i16 = minutes.parse().map_err(|_| bad())?;
        let hours: i16 = hours.parse().map_err(|_| bad())?;
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let offset = Self(
            sign * (hours
                .checked_mul(60)
                .ok_or_else(bad)?
                .checked_add(minutes)
                .ok_or_else(bad)?),
        );
        if offset.to_string() == text && offset.0.abs() <= 14 * 60 {
            Ok(offset)
        } else {
            Err(bad())
        }
    }
}

/// Year and month of an address, `2026-03`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month {
    /// 1 to 9999.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let bad = || BadDate(text.chars().take(40).collect());
        let (year, month) = text.split_once('-').ok_or_else(bad)?;
        let value = Self {
            year: year.parse().map_err(|_| bad())?,
            month: month.parse().map_err(|_| bad())?,
        };
        let fits = (1..=9999).contains(&value.year) && (1..=12).contains(&value.month);
        if fits && value.to_string() == text {
            Ok(value)
        } else {
            Err(bad())
        }
    }
}

/// A moment of the record: whole seconds UTC, written `2026-11-23T08:00:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Moment(pub i64);

impl Moment {
    /// Year, month and day in UTC.
    pub fn date(self) -> jiff::civil::Date {
        jiff::tz::Offset::UTC
            .to_datetime(jiff::Timestamp::from_second(self.0).unwrap_or_default())
            .date()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", jiff::Timestamp::from_second(self.0).unwrap_or_default())
    }
}

impl FromStr for Moment {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let bad = || BadDate(text.chars().take(40).collect());
        let stamp: jiff::Timestamp = text.parse().map_err(|_| bad())?;
        let moment = Self(stamp.as_second());
        // The calendar begins with the year 0001.
        if text.len() == 20 && moment.to_string() == text && !text.starts_with("0000") {
            Ok(moment)
        } else {
            Err(bad())
        }
    }
}

macro_rules! written {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::spelled::deserialize(deserializer)
            }
        }
    )*};
}
written!(Local, Offset, Month);

/// In JSON its text; in the register's snapshot the number.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            crate::spelled::deserialize(deserializer)
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: FromStr + fmt::Display>(good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(text.parse::<T>().ok().map(|v| v.to_string()).as_deref(), Some(*text));
        }
        for text in bad {
            assert!(text.parse::<T>().is_err(), "{text}");
        }
    }

    #[test]
    fn dates_have_one_written_form() {
        check::<Local>(
            &["2026-03-14", "2026-03-14T15:08"],
            &[
                "",
                "2026-3-14",
                "2026-02-30",
                "2026-03-14T15",
                "2026-03-14T15:08:00",
                "2026-03-14T24:00",
                "-000001-01-01",
            ],
        );
        check::<Offset>(
            &["+00:00", "+07:00", "-03:30"],
            &["", "7", "-00:00", "+7:00", "+14:01", "+00:60", "é:00"],
        );
        check::<Month>(&["2026-03"], &["2026-13", "2026-3", "0000-01", ""]);
        check::<Moment>(
            &["2026-11-23T08:00:00Z"],
            &[
                "2026-11-23T08:00:00.5Z",
                "2026-11-23T08:00:00+00:00",
                "2016-12-31T23:59:60Z",
                "0000-01-01T00:00:00Z",
                "-000001-01-01T00:00:00Z",
                "",
            ],
        );
    }
}

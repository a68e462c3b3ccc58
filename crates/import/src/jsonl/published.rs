//! The moment a statement was published, and the local date that follows from it in a zone.

use record::{
    date::{Local, Moment, Offset},
    facts::Dated,
};

/// What the field `published` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Published {
    /// A moment, with the offset it was written with.
    Moment {
        /// Seconds UTC.
        moment: Moment,
        /// The offset as written; zero also where `Z` was.
        offset: Offset,
    },
    /// A day alone, or a local date and time without an offset.
    Local(Local),
}

/// A zone is not in the IANA data base.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is no zone of the IANA data base, such as Asia/Ho_Chi_Minh")]
pub struct BadZone(pub String);

impl Published {
    /// Reads RFC 3339, a day, or a local date and time.
    pub(super) fn read(text: &str) -> Option<Self> {
        if let Ok(local) = text.parse() {
            return Some(Self::Local(local));
        }
        let moment = Moment(text.parse::<jiff::Timestamp>().ok()?.as_second());
        let offset = match text.as_bytes().last()? {
            b'Z' | b'z' => Offset(0),
            _ => text.get(text.len().checked_sub(6)?..)?.parse().ok()?,
        };
        let dated = Self::Moment { moment, offset };
        (1..=9999)
            .contains(&dated.at_offset(offset).date.year())
            .then_some(dated)
    }

    /// The wall clock at an offset.
    fn at_offset(self, offset: Offset) -> Local {
        match self {
            Self::Local(local) => local,
            Self::Moment { moment, .. } => {
                let shifted = moment.0.saturating_add(i64::from(offset.0) * 60);
                let stamp = jiff::Timestamp::from_second(shifted).unwrap_or_default();
                local(jiff::tz::Offset::UTC.to_datetime(stamp))
            }
        }
    }

    /// The date of facts: in the zone where one is given, else as written.
    ///
    /// # Errors
    /// The zone is not known.
    pub fn dated(self, zone: Option<&str>) -> Result<Dated, BadZone> {
        match (self, zone) {
            (Self::Local(local), zone) => dated(local, zone, false),
            (Self::Moment { offset, .. }, None) => Ok(Dated {
                assumed: Vec::new(),
                local: self.at_offset(offset),
                offset: Some(offset),
                zone: None,
            }),
            (Self::Moment { moment, .. }, Some(name)) => {
                let stamp = jiff::Timestamp::from_second(moment.0).map_err(|_| BadZone(name.to_owned()))?;
                let offset = zone_of(name)?.to_offset(stamp);
                Ok(Dated {
                    assumed: Vec::new(),
                    local: local(offset.to_datetime(stamp)),
                    offset: Some(minutes(offset)),
                    zone: Some(name.into()),
                })
            }
        }
    }
}

/// A local date in a zone, with the offset at that moment; `is_assumed` where the zone was not stated by the source.
///
/// # Errors
/// The zone is not known.
pub fn dated(local: Local, zone: Option<&str>, is_assumed: bool) -> Result<Dated, BadZone> {
    let mut dated = Dated {
        assumed: Vec::new(),
        local,
        offset: None,
        zone: None,
    };
    if let Some(name) = zone {
        let zone = zone_of(name)?;
        let moment = zone.to_ambiguous_timestamp(local.datetime()).compatible();
        dated.offset = moment.ok().map(|moment| minutes(zone.to_offset(moment)));
        dated.zone = Some(name.into());
        dated.assumed = is_assumed.then(|| "zone".into()).into_iter().collect();
    }
    Ok(dated)
}

fn zone_of(name: &str) -> Result<jiff::tz::TimeZone, BadZone> {
    jiff::tz::TimeZone::get(name).map_err(|_| BadZone(name.to_owned()))
}

fn local(moment: jiff::civil::DateTime) -> Local {
    let time = moment.time();
    Local {
        date: moment.date(),
        time: jiff::civil::Time::new(time.hour(), time.minute(), 0, 0).ok(),
    }
}

fn minutes(offset: jiff::tz::Offset) -> Offset {
    Offset(i16::try_from(offset.seconds() / 60).unwrap_or(0))
}

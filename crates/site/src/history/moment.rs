//! When an entry was made: in the zone of the site, and in UTC.

use crate::{i18n::Tongue, pages::document::utc, view::View};
use jiff::{Timestamp, tz::TimeZone};
use record::{date::Moment, lang::Lang, register::DocNo};

/// The clock of a site.
pub(super) struct Clock {
    zone: Option<TimeZone>,
}

impl Clock {
    /// Of a site; UTC alone where it has no zone or one that is not known.
    pub(super) fn of(view: &View<'_>, site: DocNo) -> Self {
        let name = view.site(site).and_then(|facts| facts.zone.as_deref());
        Self {
            zone: name.and_then(|name| TimeZone::get(name).ok()),
        }
    }

    /// `14 March 2026, 15:08 (UTC+7) · 08:08 UTC`, as markup on a page in a language.
    pub(super) fn tell(&self, tongue: &Tongue, lang: Lang, moment: Moment) -> String {
        let stamp = Timestamp::from_second(moment.0).unwrap_or_default();
        let universal = TimeZone::UTC.to_datetime(stamp);
        let spell = |at: jiff::civil::DateTime| (tongue.dates.day(at.date()), tongue.dates.time(at.time()));
        let (utc_day, utc_time) = spell(universal);
        let local = self
            .zone
            .as_ref()
            .map(|zone| (zone.to_datetime(stamp), zone.to_offset(stamp)));
        let Some((local, offset)) = local.filter(|(_, offset)| offset.seconds() != 0) else {
            return format!("{utc_day}{}{utc_time} UTC", tongue.text("before-time"));
        };
        let (day, time) = spell(local);
        let minutes = i16::try_from(offset.seconds() / 60).unwrap_or(0);
        let offset = utc(tongue, lang, minutes);
        let universal = if local.date() == universal.date() {
            utc_time
        } else {
            format!("{utc_day}{}{utc_time}", tongue.text("before-time"))
        };
        format!("{day}{}{time} ({offset}) · {universal} UTC", tongue.text("before-time"))
    }
}

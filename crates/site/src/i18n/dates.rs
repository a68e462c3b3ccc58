//! Dates spelt out: Gregorian in every language, in the digits of the language.

use icu_calendar::{Date, Gregorian, week::WeekInformation};
use icu_datetime::{FixedCalendarDateTimeFormatter as Formatter, fieldsets};
use icu_locale::Locale;
use jiff::civil;
use record::date::Month;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The digits of Arabic, 0 first.
pub(super) const ARABIC: [char; 10] = ['٠', '١', '٢', '٣', '٤', '٥', '٦', '٧', '٨', '٩'];

/// A cache of days is emptied when it holds more than this, so that a foreign input cannot make it grow.
const MOST: usize = 20_000;

/// The day with which weeks begin in a country, or where the language is at home: 1 = Monday to 7 = Sunday.
pub fn first_day(lang: &str, country: Option<&str>) -> u8 {
    let home = if lang == "en" { "en-GB" } else { lang };
    let tag = country.map_or_else(|| home.to_owned(), |country| format!("und-{country}"));
    let locale: Option<Locale> = tag.parse().ok();
    let week = locale.and_then(|locale| WeekInformation::try_new(locale.into()).ok());
    week.map_or(1, |week| week.first_weekday as u8)
}

/// The dates of one language.
pub struct Dates {
    day: Formatter<Gregorian, fieldsets::YMD>,
    day_of_year: Formatter<Gregorian, fieldsets::MD>,
    month: Formatter<Gregorian, fieldsets::YM>,
    month_alone: Formatter<Gregorian, fieldsets::M>,
    weekday: Formatter<Gregorian, fieldsets::E>,
    digits: Option<[char; 10]>,
    /// The word that official texts put before the year.
    before_year: Option<&'static str>,
    days: Mutex<FxHashMap<civil::Date, Arc<str>>>,
}

impl Dates {
    /// Formatters for a language; `None` if there are no data for it.
    pub(super) fn new(tag: &str) -> Option<Self> {
        // The day stands before the month in English, as everywhere else.
        let locale: Locale = if tag == "en" { "en-GB" } else { tag }.parse().ok()?;
        let prefs = || locale.clone().into();
        Some(Self {
            day: Formatter::try_new(prefs(), fieldsets::YMD::long()).ok()?,
            day_of_year: Formatter::try_new(prefs(), fieldsets::MD::long()).ok()?,
            month: Formatter::try_new(prefs(), fieldsets::YM::long()).ok()?,
            month_alone: Formatter::try_new(prefs(), fieldsets::M::long()).ok()?,
            weekday: Formatter::try_new(prefs(), fieldsets::E::long()).ok()?,
            digits: (tag == "ar").then_some(ARABIC),
            before_year: (tag == "vi").then_some(" năm "),
            days: Mutex::default(),
        })
    }

    /// A day: `23 November 2026`.
    pub fn day(&self, date: civil::Date) -> Arc<str> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = days.get(&date) {
            return Arc::clone(known);
        }
        if days.len() >= MOST {
            days.clear();
        }
        let text: Arc<str> = gregorian(date)
            .map_or_else(|| date.to_string(), |d| self.dated(self.spell(&self.day, d)))
            .into();
        days.insert(date, Arc::clone(&text));
        text
    }

    /// A day of a year that is known: `23 November`.
    pub fn day_of_year(&self, date: civil::Date) -> String {
        gregorian(date).map_or_else(|| date.to_string(), |d| self.spell(&self.day_of_year, d))
    }

    /// A month: `November 2026`.
    pub fn month(&self, month: Month) -> String {
        let first = civil::Date::new(month.year, month.month, 1).ok().and_then(gregorian);
        first.map_or_else(|| month.to_string(), |d| self.dated(self.spell(&self.month, d)))
    }

    /// A month of a year that is known: `November`.
    pub fn month_alone(&self, month: Month) -> String {
        let first = civil::Date::new(month.year, month.month, 1).ok().and_then(gregorian);
        first.map_or_else(|| month.to_string(), |d| self.spell(&self.month_alone, d))
    }

    /// The name of a day of the week, 1 = Monday to 7 = Sunday.
    pub fn weekday(&self, day: u8) -> String {
        // 1 January 2024 was a Monday.
        let date = civil::Date::new(2024, 1, i8::try_from(day.clamp(1, 7)).unwrap_or(1)).ok();
        date.and_then(gregorian)
            .map_or_else(|| day.to_string(), |d| self.spell(&self.weekday, d))
    }

    /// A time of day, `15:08`.
    pub fn time(&self, time: civil::Time) -> String {
        self.digits(&format!("{:02}:{:02}", time.hour(), time.minute()))
    }

    /// A year.
    pub fn year(&self, year: i16) -> String {
        self.digits(&year.to_string())
    }

    /// True if the language does not write numbers in ASCII digits.
    pub fn has_own_digits(&self) -> bool {
        self.digits.is_some()
    }

    /// Text with its ASCII digits in those of the language.
    pub fn digits(&self, text: &str) -> String {
        self.digits
            .map_or_else(|| text.to_owned(), |digits| translate(text, &digits))
    }

    fn dated(&self, text: String) -> String {
        match (self.before_year, text.rsplit_once(' ')) {
            (Some(word), Some((day, year))) if !text.contains(word) => {
                format!("{}{word}{year}", day.trim_end_matches(','))
            }
            _ => text,
        }
    }

    fn spell<F>(&self, formatter: &Formatter<Gregorian, F>, date: Date<Gregorian>) -> String
    where
        F: icu_datetime::scaffold::DateTimeMarkers,
        F::D: icu_datetime::scaffold::TypedDateDataMarkers<Gregorian> + icu_datetime::scaffold::DateInputMarkers,
        F::T: icu_datetime::scaffold::TimeMarkers,
        F::Z: icu_datetime::scaffold::ZoneMarkers,
        Date<Gregorian>:
            icu_datetime::scaffold::InFixedCalendar<Gregorian> + icu_datetime::scaffold::AllInputMarkers<F>,
    {
        self.digits(&formatter.format(&date).to_string())
    }
}

fn gregorian(date: civil::Date) -> Option<Date<Gregorian>> {
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    Date::try_new_gregorian(i32::from(date.year()), month, day).ok()
}

/// Replaces ASCII digits.
pub(super) fn translate(text: &str, digits: &[char; 10]) -> String {
    let other = |c: char| c.to_digit(10).map_or(c, |d| digits[d as usize]);
    text.chars().map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_spelt_out_in_each_language() {
        let date = civil::date(2026, 11, 23);
        let day = |tag: &str| Dates::new(tag).map(|d| d.day(date).to_string()).unwrap_or_default();
        assert_eq!(day("en"), "23 November 2026");
        assert_eq!(day("fr"), "23 novembre 2026");
        assert_eq!(day("ar"), "٢٣ نوفمبر ٢٠٢٦");
        assert_eq!(day("zh-Hans"), "2026年11月23日");
        assert_eq!(day("vi"), "23 tháng 11 năm 2026");
    }

    #[test]
    fn months_weekdays_and_times_are_words_of_the_language() {
        let dates = Dates::new("fr").expect("French");
        assert_eq!(dates.month(Month { year: 2026, month: 3 }), "mars 2026");
        assert_eq!(dates.month_alone(Month { year: 2026, month: 3 }), "mars");
        assert_eq!(dates.weekday(1), "lundi");
        assert_eq!(dates.weekday(7), "dimanche");
        assert_eq!(Dates::new("ar").expect("Arabic").time(civil::time(9, 5, 0, 0)), "٠٩:٠٥");
    }
}

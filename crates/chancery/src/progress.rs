//! How far an import has come: a bar with rate and rest on a terminal, plain lines otherwise.

use crate::output::note;
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

/// Between two plain lines.
const EVERY: Duration = Duration::from_secs(10);

/// Tells how far an import has come.
#[derive(Debug)]
pub struct Progress {
    noun: &'static str,
    bar: Option<ProgressBar>,
    begun: Instant,
    told: Instant,
    total: u64,
    bytes: u64,
    count: u64,
}

impl Progress {
    /// Of statements in so many bytes.
    pub fn new(total: u64) -> Self {
        Self::of("statements", total)
    }

    /// Of things called `noun`, in so many bytes or other units.
    pub fn of(noun: &'static str, total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| ProgressBar::new(total));
        let template = "{bar:32} {percent:>3} %  {msg}  {eta} left";
        if let (Some(bar), Ok(style)) = (&bar, ProgressStyle::with_template(template)) {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self {
            noun,
            bar,
            begun: now,
            told: now,
            total,
            bytes: 0,
            count: 0,
        }
    }

    /// So many bytes and statements more.
    pub fn add(&mut self, bytes: u64, count: u64) {
        self.bytes += bytes;
        self.count += count;
        let line = told(self.count, self.noun, self.begun.elapsed());
        if let Some(bar) = &self.bar {
            bar.set_position(self.bytes);
            bar.set_message(line);
        } else if self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            let rest = rest(self.begun.elapsed(), self.bytes, self.total);
            note(format!("{line}, {rest} left"));
        }
    }

    /// Ends the bar; gives what was done in one line, nothing for nothing.
    pub fn end(self) -> String {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.count == 0 {
            return String::new();
        }
        told(self.count, self.noun, self.begun.elapsed())
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate for people"
)]
fn told(count: u64, noun: &str, time: Duration) -> String {
    let rate = count as f64 / time.as_secs_f64().max(0.001);
    format!("{} {noun}, {} a second", grouped(count), grouped(rate as u64))
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn rest(time: Duration, done: u64, total: u64) -> String {
    if done == 0 {
        return "unknown time".to_owned();
    }
    let whole = time.as_secs_f64() * total as f64 / done as f64;
    let rest = Duration::try_from_secs_f64(whole - time.as_secs_f64()).unwrap_or_default();
    HumanDuration(rest).to_string()
}

/// `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_the_rest_estimated() {
        assert_eq!(
            [grouped(7), grouped(1_234), grouped(1_234_567)],
            ["7", "1,234", "1,234,567"]
        );
        assert_eq!(rest(Duration::from_secs(10), 1, 3), "20 seconds");
        assert_eq!(
            told(10, "statements", Duration::from_secs(2)),
            "10 statements, 5 a second"
        );
    }
}

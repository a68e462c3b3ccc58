//! What was found when: one line of JSON for each finding that appeared or went away, kept beside the mirror.

use crate::{
    folder::read_if_there,
    output::{Context as _, Done},
    verify::Finding,
};
use record::date::Moment;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
};

/// A finding that appeared, or one that went away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it was seen.
    pub at: Moment,
    /// True when it is no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
    /// Address or file.
    pub file: String,
    /// Index of the entry concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// What was wrong.
    pub what: String,
}

/// The file with all events.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
    /// In order of time.
    pub events: Vec<Event>,
}

impl History {
    /// Reads the file of a mirror. A line that is torn, as a crash leaves one, is passed over.
    pub fn open(folder: &Path) -> Done<Self> {
        let path = folder.join("findings.jsonl");
        let text = read_if_there(&path)?.unwrap_or_default();
        let lines = text.split(|byte| *byte == b'\n');
        let events = lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
        Ok(Self { path, events })
    }

    /// What is wrong as far as is known.
    pub fn standing(&self) -> BTreeSet<Finding> {
        let mut standing = BTreeSet::new();
        for event in &self.events {
            let finding = event.finding();
            if event.over {
                standing.remove(&finding);
            } else {
                standing.insert(finding);
            }
        }
        standing
    }

    /// Notes what is new and what is over since the last time; gives these events. A look at only some pages ends no
    /// finding about the others: `looked` says which were looked at.
    pub fn note(&mut self, found: &[Finding], at: Moment, looked: impl Fn(&Finding) -> bool) -> Done<Vec<Event>> {
        let (now, before): (BTreeSet<Finding>, _) = (found.iter().cloned().collect(), self.standing());
        let news = now.difference(&before).map(|finding| Event::of(finding, at, false));
        let over = before.difference(&now).filter(|finding| looked(finding));
        let events: Vec<Event> = news.chain(over.map(|finding| Event::of(finding, at, true))).collect();
        self.append(&events)?;
        self.events.extend(events.iter().cloned());
        Ok(events)
    }

    fn append(&self, events: &[Event]) -> Done {
        if events.is_empty() {
            return Ok(());
        }
        // Begins with an end of line, so that a torn line before does not take this one along.
        let mut text = String::from("\n");
        for event in events {
            text += &serde_json::to_string(event).at("finding")?;
            text.push('\n');
        }
        let file = OpenOptions::new().create(true).append(true).open(&self.path);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_data()));
        written.at(self.path.display())
    }
}

impl Event {
    fn of(finding: &Finding, at: Moment, over: bool) -> Self {
        Self {
            at,
            over,
            file: finding.file.clone(),
            index: finding.index,
            what: finding.what.clone(),
        }
    }

    /// The finding that it is about.
    pub fn finding(&self) -> Finding {
        Finding {
            file: self.file.clone(),
            index: self.index,
            what: self.what.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(file: &str) -> Finding {
        Finding {
            file: file.to_owned(),
            index: Some(7),
            what: "says otherwise".to_owned(),
        }
    }

    #[test]
    fn findings_are_told_once_and_once_more_when_they_are_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut history = History::open(folder.path()).unwrap();
        let all = |_: &Finding| true;
        let words = |events: Vec<Event>| {
            events
                .into_iter()
                .map(|event| (event.file, event.over))
                .collect::<Vec<_>>()
        };
        let both = [finding("a"), finding("b")];
        assert_eq!(
            words(history.note(&both, Moment(1), all).unwrap()),
            [("a".into(), false), ("b".into(), false)]
        );
        assert!(history.note(&both, Moment(2), all).unwrap().is_empty());
        assert!(
            history
                .note(&both[..1], Moment(3), |finding| finding.file == "a")
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            words(history.note(&both[..1], Moment(4), all).unwrap()),
            [("b".into(), true)]
        );
        let mut file = OpenOptions::new()
            .append(true)
            .open(folder.path().join("findings.jsonl"))
            .unwrap();
        file.write_all(b"{\"at\":\"2026").unwrap();
        let mut again = History::open(folder.path()).unwrap();
        assert_eq!(again.events, history.events);
        again.note(&both, Moment(5), all).unwrap();
        assert_eq!(History::open(folder.path()).unwrap().standing().len(), 2);
    }
}

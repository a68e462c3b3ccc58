//! What a captured page gives: a candidate for publication, with remarks for the person who looks at it.

use record::{body::Block, date::Local, lang::Lang};
use std::fmt;

/// A page as far as it could be read. Nothing in it was asked of the page's own words: a person decides.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Candidate {
    /// Its headline; empty where none was found.
    pub title: String,
    /// The local date, or date and time, that the page bears.
    pub date: Option<Local>,
    /// Label of its section: the last of `path` that is not the page itself.
    pub section: Option<String>,
    /// Labels of the breadcrumb, the first mostly that of the home page.
    pub path: Vec<String>,
    /// Labels of the site's menu, in order, without the home page.
    pub menu: Vec<String>,
    /// Labels of a list with a heading of its own beside the menu.
    pub topics: Vec<String>,
    /// Language of the text, where it is plain.
    pub lang: Option<Lang>,
    /// Summary, where the page states one.
    pub summary: Option<String>,
    /// The text.
    pub body: Vec<Block>,
    /// Address of the page, where known.
    pub url: Option<String>,
    /// What was lost or is doubtful.
    pub remarks: Vec<Remark>,
}

/// What is known of a page before it is read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hints {
    /// Language of the page.
    pub lang: Option<Lang>,
    /// Address it was captured from.
    pub url: Option<String>,
    /// How the site orders day and month in `03/04/2021`.
    pub order: Option<Order>,
}

/// Order of day and month in dates of figures alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// 14/07/2021.
    DayFirst,
    /// 07/14/2021.
    MonthFirst,
}

/// What a remark is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum About {
    /// The title is missing or a guess.
    Title,
    /// The date is missing or a guess.
    Date,
    /// The language is missing or a guess.
    Language,
    /// A line of the text may not belong to it, or be of another kind.
    Text,
    /// Something was left out.
    LeftOut,
    /// A picture was not taken along.
    Picture,
    /// The address of a link was not taken along.
    Link,
    /// Bytes were no characters of the encoding.
    Encoding,
}

impl About {
    /// A word for lists and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Date => "date",
            Self::Language => "language",
            Self::Text => "text",
            Self::LeftOut => "left-out",
            Self::Picture => "picture",
            Self::Link => "link",
            Self::Encoding => "encoding",
        }
    }

    /// True where a person should decide; false where something is only told.
    pub fn is_doubt(self) -> bool {
        !matches!(self, Self::LeftOut | Self::Picture)
    }
}

/// One thing that was lost or is doubtful.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// Line of the capture, from 1, where there are lines.
    pub line: Option<usize>,
    /// What it is about.
    pub about: About,
    /// What happened: a lower-case fragment.
    pub text: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: {}", self.about.word(), self.text)
    }
}

/// How many remarks one page may have; the rest are counted in a last one.
const MOST: usize = 100;

impl Candidate {
    /// Adds a remark; bounded, however strange the page is.
    pub(crate) fn remark(&mut self, line: Option<usize>, about: About, text: impl Into<String>) {
        if self.remarks.len() < MOST {
            let text = text.into();
            self.remarks.push(Remark { line, about, text });
        }
    }
}

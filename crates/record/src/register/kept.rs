//! Large values that a register of a record without its texts has hundreds of thousands of times, and all alike.

use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// A value whose `empty` one takes no room: it is kept once for all.
pub trait Empty: PartialEq + 'static {
    /// What it is where nothing is known.
    fn empty() -> &'static Self;
}

/// A value in a box of its own, or the empty one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kept<T>(Option<Box<T>>);

impl<T: Empty> Kept<T> {
    /// The empty value.
    pub fn empty() -> Self {
        Self(None)
    }
}

impl<T: Empty> From<T> for Kept<T> {
    fn from(value: T) -> Self {
        Self((value != *T::empty()).then(|| Box::new(value)))
    }
}

impl<T: Empty> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.0 {
            Some(value) => value,
            None => T::empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{Document, Edition, Head, Language};

    #[test]
    fn a_record_without_its_texts_takes_little_room() {
        // A million entries are 250,000 documents with two languages each: 200 MiB with what the allocator adds.
        assert!(size_of::<Edition>() <= 112, "{}", size_of::<Edition>());
        assert!(size_of::<Language>() <= 64, "{}", size_of::<Language>());
        assert!(size_of::<Document>() <= 144, "{}", size_of::<Document>());
    }

    #[test]
    fn the_empty_value_is_kept_once() {
        let head = Kept::from(Head::empty().clone());
        assert_eq!(head, Kept::empty());
        assert!(std::ptr::eq(&raw const *head, Head::empty()));
        let titled = Kept::from(Head {
            title: "Harbour".into(),
            ..Head::empty().clone()
        });
        assert_eq!(&*titled.title, "Harbour");
        assert_ne!(titled, head);
    }
}

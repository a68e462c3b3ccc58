//! The last part of an address, free in its place.

use record::id::DocumentId;

/// Longest slug, in bytes.
const LENGTH: usize = 80;

/// A slug from a title; without Latin letters from the id.
pub(super) fn stem(title: &str, id: DocumentId) -> String {
    import::slug::of(title).unwrap_or_else(|| id.short())
}

/// The slug itself, or with the first free number behind it. Numbers are looked for in growing steps: thousands of
/// texts of one title cost little.
pub(super) fn free(stem: &str, taken: &dyn Fn(&str) -> bool) -> String {
    if !taken(stem) {
        return stem.to_owned();
    }
    let is_taken = |number: u64| taken(&numbered(stem, number));
    let mut above: u64 = 2;
    while is_taken(above) && above < 1 << 40 {
        above *= 2;
    }
    let mut below = above / 2;
    while above - below > 1 {
        let middle = below.midpoint(above);
        if is_taken(middle) {
            below = middle;
        } else {
            above = middle;
        }
    }
    numbered(stem, above)
}

fn numbered(stem: &str, number: u64) -> String {
    let suffix = format!("-{number}");
    let room = LENGTH.saturating_sub(suffix.len());
    let cut = stem.get(..room.min(stem.len())).unwrap_or(stem);
    format!("{}{suffix}", cut.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_taken_slug_gets_the_next_free_number() {
        let mut taken: HashSet<String> = HashSet::new();
        for want in ["tide", "tide-2", "tide-3", "tide-4", "tide-5", "tide-6"] {
            let slug = free("tide", &|slug| taken.contains(slug));
            assert_eq!(slug, want);
            taken.insert(slug);
        }
    }

    #[test]
    fn a_numbered_slug_is_not_longer_than_allowed() {
        let stem = "a".repeat(79) + "-";
        let slug = free(&stem, &|slug| slug == stem);
        assert!(slug.len() <= LENGTH && slug.ends_with("aa-2"), "{slug}");
    }
}

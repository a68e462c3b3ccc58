//! Folders and names: as they are seen, as the disk has them, and the changes between the two.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::chance::Chance;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    Folder,
    /// A file by its number.
    File(u64),
}

type Map = BTreeMap<Arc<str>, Node>;

/// One operation on folders. Each happens whole or not at all, as on every journaling file system.
#[derive(Debug, Clone)]
enum Change {
    Add(Arc<str>, Node),
    Remove(Arc<str>, Node),
    Rename(Arc<str>, Arc<str>, Node),
}

/// Which changes that were not synced come out of a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    All,
    None,
    /// The first ones, as a file system that journals keeps them.
    First,
    /// Any, as no file system promises otherwise.
    Any,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// What is seen.
    now: Arc<Map>,
    durable: Arc<Map>,
    pending: Vec<Change>,
}

/// The folder of a path; "" is the top.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

/// All folders of a path, outermost first.
pub(super) fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

impl Change {
    fn is_in(&self, folder: &str) -> bool {
        match self {
            Self::Add(path, _) | Self::Remove(path, _) => above(path) == folder,
            Self::Rename(from, to, _) => above(from) == folder || above(to) == folder,
        }
    }

    fn apply(&self, map: &mut Map) {
        match self {
            Self::Add(path, node) => {
                map.insert(path.clone(), *node);
            }
            Self::Remove(path, node) => remove(map, path, *node),
            Self::Rename(from, to, node) => {
                remove(map, from, *node);
                map.insert(to.clone(), *node);
            }
        }
    }
}

/// Removes what the change meant, with all below a folder.
fn remove(map: &mut Map, path: &str, node: Node) {
    if map.get(path) == Some(&node) {
        map.remove(path);
        if node == Node::Folder {
            map.retain(|other, _| !folders(other).any(|folder| folder == path));
        }
    }
}

impl Names {
    pub(super) fn get(&self, path: &str) -> Option<Node> {
        self.now.get(path).copied()
    }

    pub(super) fn file(&self, path: &str) -> Option<u64> {
        match self.get(path) {
            Some(Node::File(id)) => Some(id),
            _ => None,
        }
    }

    /// Paths of all files, sorted.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.now.iter().filter_map(|(path, node)| match node {
            Node::File(id) => Some((&**path, *id)),
            Node::Folder => None,
        })
    }

    /// Names in a folder and whether they are folders, sorted.
    pub(super) fn list(&self, folder: &str) -> Vec<(&str, bool)> {
        let start = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let inside = self.now.range(Arc::from(start.as_str())..);
        let inside = inside.map_while(|(path, node)| Some((path.strip_prefix(&start)?, node)));
        let direct = inside.filter(|(name, _)| !name.contains('/'));
        let mut names: Vec<_> = direct.map(|(name, node)| (name, *node == Node::Folder)).collect();
        names.sort_unstable();
        names
    }

    fn change(&mut self, change: Change) {
        change.apply(Arc::make_mut(&mut self.now));
        self.pending.push(change);
    }

    pub(super) fn add(&mut self, path: &str, node: Node) {
        self.change(Change::Add(path.into(), node));
    }

    pub(super) fn remove(&mut self, path: &str, node: Node) {
        self.change(Change::Remove(path.into(), node));
    }

    pub(super) fn rename(&mut self, from: &str, to: &str, node: Node) {
        self.change(Change::Rename(from.into(), to.into(), node));
    }

    /// Adds a name and the folders above it, on the disk at once.
    pub(super) fn set(&mut self, path: &str, id: u64) {
        for map in [&mut self.now, &mut self.durable] {
            let map = Arc::make_mut(map);
            for folder in folders(path) {
                map.insert(folder.into(), Node::Folder);
            }
            map.insert(path.into(), Node::File(id));
        }
    }

    /// A sync of one folder: what happened in it, and nothing else.
    pub(super) fn sync(&mut self, folder: &str) {
        let durable = Arc::make_mut(&mut self.durable);
        self.pending.retain(|change| {
            let inside = change.is_in(folder);
            if inside {
                change.apply(durable);
            }
            !inside
        });
    }

    pub(super) fn sync_all(&mut self) {
        self.durable = Arc::clone(&self.now);
        self.pending.clear();
    }

    /// The power fails.
    pub(super) fn cut(&mut self, kept: Kept, chance: &mut Chance) {
        let most = match kept {
            Kept::First => chance.below(self.pending.len() + 1),
            Kept::None => 0,
            Kept::All | Kept::Any => self.pending.len(),
        };
        let map = Arc::make_mut(&mut self.durable);
        for change in self.pending.drain(..).take(most) {
            if kept != Kept::Any || chance.once_in(2) {
                change.apply(map);
            }
        }
        let orphans: Vec<Arc<str>> = map.keys().filter(|path| !is_reached(map, path)).cloned().collect();
        for path in orphans {
            map.remove(&path);
        }
        self.now = Arc::clone(&self.durable);
    }
}

/// True when all folders above are there.
fn is_reached(map: &Map, path: &str) -> bool {
    folders(path).all(|folder| map.get(folder) == Some(&Node::Folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_cut(names: &Names, kept: Kept, seed: u64) -> Vec<String> {
        let mut copy = names.clone();
        copy.cut(kept, &mut Chance::new(seed));
        copy.files().map(|(path, _)| path.to_owned()).collect()
    }

    #[test]
    fn a_name_needs_its_own_sync_and_that_of_each_folder_above() {
        let mut names = Names::default();
        names.add("a", Node::Folder);
        names.add("a/b", Node::Folder);
        names.add("a/b/c", Node::File(1));
        names.sync("a/b");
        assert!(after_cut(&names, Kept::None, 1).is_empty());
        names.sync("a");
        assert!(after_cut(&names, Kept::None, 1).is_empty());
        names.sync("");
        assert_eq!(after_cut(&names, Kept::None, 1), ["a/b/c"]);
    }

    #[test]
    fn a_rename_is_whole_or_not_there() {
        let mut names = Names::default();
        names.set("old", 1);
        names.set("taken", 2);
        names.rename("old", "taken", Node::File(1));
        for seed in 0..20 {
            let left = after_cut(&names, Kept::Any, seed);
            assert!(left == ["old", "taken"] || left == ["taken"], "{left:?}");
        }
        names.sync("");
        assert_eq!(after_cut(&names, Kept::None, 1), ["taken"]);
    }

    #[test]
    fn changes_are_kept_in_order_or_in_any() {
        let mut names = Names::default();
        names.add("a", Node::File(1));
        names.add("b", Node::File(2));
        let first = |seed| after_cut(&names, Kept::First, seed) == ["b"];
        let any = |seed| after_cut(&names, Kept::Any, seed) == ["b"];
        assert!(!(0..40).any(first) && (0..40).any(any));
    }

    #[test]
    fn a_folder_lists_what_is_directly_in_it() {
        let mut names = Names::default();
        names.set("a/b/c", 1);
        names.set("a.p", 2);
        names.set("a/x", 3);
        assert_eq!(names.list(""), [("a", true), ("a.p", false)]);
        assert_eq!(names.list("a"), [("b", true), ("x", false)]);
        assert!(names.list("none").is_empty());
    }
}

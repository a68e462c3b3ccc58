//! Which words may stand in other lists after an entry than before.

use super::{DocNo, Manifest, Register, fold::placed};
use crate::{
    entry::{Action, Content},
    facts::{Facts, Kind, Section, Site},
    lang::Lang,
};

impl Register {
    /// The words that an entry may list elsewhere: those of its document, and those that its document places.
    pub(super) fn concerned(&self, content: &Content, manifest: Option<&Manifest>) -> Vec<(DocNo, Lang)> {
        let no = self.by_id(content.id);
        if !content.lang.is_facts() {
            return no.into_iter().map(|no| (no, content.lang)).collect();
        }
        let mut documents: Vec<DocNo> = no.into_iter().collect();
        if no.is_none() {
            documents.extend(self.awaited.get(&content.id).into_iter().flatten());
        }
        let facts = match manifest {
            Some(Manifest::Facts(facts)) => Some(&**facts),
            _ => None,
        };
        self.push_placed(no, facts, &mut documents);
        if let Some(no) = no.filter(|_| facts.is_none()) {
            self.push_forgotten(no, content, &mut documents);
        }
        if let (Some(no), Some(facts)) = (no, facts) {
            self.push_structure(no, facts, &mut documents);
        }
        documents.sort_unstable();
        documents.dedup();
        let langs = |no: DocNo| self.document(no).words.iter().map(move |words| (no, words.lang));
        documents.into_iter().flat_map(langs).collect()
    }

    /// What a placement was about, and what it is about now.
    fn push_placed(&self, no: Option<DocNo>, facts: Option<&Facts>, documents: &mut Vec<DocNo>) {
        let before = no.and_then(|no| placed(&self.document(no).facts));
        let after = facts.and_then(placed);
        documents.extend(before.into_iter().chain(after).filter_map(|id| self.by_id(id)));
    }

    /// Changes of sites and sections that move texts; they are rare, and all texts are looked at.
    fn push_structure(&self, no: DocNo, facts: &Facts, documents: &mut Vec<DocNo>) {
        match (&self.document(no).facts.kind, &facts.kind) {
            (Kind::Section(before), Kind::Section(after)) => self.push_section(no, before, after, documents),
            (Kind::Site(before), Kind::Site(after)) => self.push_site(before, after, documents),
            _ => {}
        }
    }

    /// A site or section that is not known any more takes its texts along.
    fn push_forgotten(&self, no: DocNo, content: &Content, documents: &mut Vec<DocNo>) {
        let brings = !matches!(content.action, Action::Withdraw | Action::Retract);
        if brings && matches!(self.document(no).facts.kind, Kind::Site(_) | Kind::Section(_)) {
            documents.extend(self.documents());
        }
    }

    /// Carried texts stand in the section of the same role.
    fn push_section(&self, no: DocNo, before: &Section, after: &Section, documents: &mut Vec<DocNo>) {
        if before.role != after.role {
            let id = Some(self.document(no).id);
            documents.extend(self.documents().filter(|no| self.document(*no).facts.section == id));
        }
    }

    fn push_site(&self, before: &Site, after: &Site, documents: &mut Vec<DocNo>) {
        if before.code != after.code {
            let of_site = |no: &DocNo| {
                let site = self.document(*no).facts.site.as_deref();
                site == Some(&*before.code) || site == Some(&*after.code)
            };
            documents.extend(self.documents().filter(of_site));
        }
        if before.code != after.code || before.country != after.country {
            let placements = self.structure.placements.iter().copied();
            let of = placements.filter_map(|no| placed(&self.document(no).facts));
            documents.extend(of.filter_map(|id| self.by_id(id)));
        }
    }
}

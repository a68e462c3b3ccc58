//! The structure of the family: sites, sections, topics, people, offices, as the register knows them.

use super::{DocNo, Document, Register, Status, addresses::Part};
use crate::facts::{Kind, Person, Section, Site, Topic};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Structure documents in order of first entry.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Structure {
    pub(super) family: Option<DocNo>,
    pub(super) sites: Vec<DocNo>,
    pub(super) sections: Vec<DocNo>,
    pub(super) topics: Vec<DocNo>,
    pub(super) people: Vec<DocNo>,
    pub(super) offices: Vec<DocNo>,
    pub(super) placements: Vec<DocNo>,
    /// Every code that a site has or had.
    pub(super) codes: FxHashMap<Box<str>, DocNo>,
    /// Standing texts (pages, services) by section.
    pub(super) standing: std::collections::BTreeMap<DocNo, Vec<DocNo>>,
}

impl Structure {
    fn of_kind(&mut self, kind: &Kind) -> Option<&mut Vec<DocNo>> {
        Some(match kind {
            Kind::Site(_) => &mut self.sites,
            Kind::Section(_) => &mut self.sections,
            Kind::Topic(_) => &mut self.topics,
            Kind::Person(_) => &mut self.people,
            Kind::Office(_) => &mut self.offices,
            Kind::Placement(_) => &mut self.placements,
            Kind::Text(_) | Kind::Family { .. } => return None,
        })
    }

    /// Notes a document whose facts are known for the first time; order is that of first entry, whenever that was.
    pub(super) fn note(&mut self, no: DocNo, kind: &Kind) {
        if matches!(kind, Kind::Family { .. }) {
            self.family = Some(no);
        }
        if let Some(list) = self.of_kind(kind) {
            list.insert(list.partition_point(|other| *other < no), no);
        }
    }
}

impl Structure {
    /// Takes a document out whose facts are not known any more.
    pub(super) fn forget(&mut self, no: DocNo) {
        if self.family == Some(no) {
            self.family = None;
        }
        for list in [
            &mut self.sites,
            &mut self.sections,
            &mut self.topics,
            &mut self.people,
            &mut self.offices,
            &mut self.placements,
        ] {
            list.retain(|other| *other != no);
        }
    }
}

impl Register {
    /// The family document.
    pub fn family(&self) -> Option<DocNo> {
        self.structure.family
    }

    /// Sites, in order of creation.
    pub fn sites(&self) -> &[DocNo] {
        &self.structure.sites
    }

    /// The site with this code.
    pub fn site_by_code(&self, code: &str) -> Option<DocNo> {
        let named = self.structure.codes.get(code).copied();
        named.filter(|no| self.site(*no).is_some_and(|s| *s.code == *code))
    }

    /// Facts of a site.
    pub fn site(&self, no: DocNo) -> Option<&Site> {
        match &self.document(no).facts.kind {
            Kind::Site(site) => Some(site),
            _ => None,
        }
    }

    /// The mission that the family document in force names as the ministry.
    pub(super) fn ministry_code(&self) -> Option<&str> {
        let doc = self.document(self.family()?);
        match &doc.facts.kind {
            Kind::Family { ministry, .. } if doc.own == Status::InForce => Some(ministry),
            _ => None,
        }
    }

    /// The ministry's own site.
    pub fn ministry(&self) -> Option<DocNo> {
        match &self.document(self.family()?).facts.kind {
            Kind::Family { ministry, .. } => self
                .sites()
                .iter()
                .copied()
                .find(|no| self.document(*no).mission == *ministry),
            _ => None,
        }
    }

    /// Facts of a section.
    pub fn section(&self, no: DocNo) -> Option<&Section> {
        match &self.document(no).facts.kind {
            Kind::Section(section) => Some(section),
            _ => None,
        }
    }

    /// Facts of a topic.
    pub fn topic(&self, no: DocNo) -> Option<&Topic> {
        match &self.document(no).facts.kind {
            Kind::Topic(topic) => Some(topic),
            _ => None,
        }
    }

    /// Facts of a person.
    pub fn person(&self, no: DocNo) -> Option<&Person> {
        match &self.document(no).facts.kind {
            Kind::Person(person) => Some(person),
            _ => None,
        }
    }

    /// Sections of a site: those of its menu in its order, then the others in order of creation.
    pub fn sections(&self, site: DocNo) -> Vec<DocNo> {
        let Some(facts) = self.site(site) else {
            return Vec::new();
        };
        let menu = facts
            .menu
            .iter()
            .filter_map(|id| self.by_id(*id))
            .filter(|no| self.is_of(*no, &facts.code));
        let mut sections: Vec<DocNo> = menu.collect();
        let rest = self
            .structure
            .sections
            .iter()
            .copied()
            .filter(|no| self.is_of(*no, &facts.code));
        let rest: Vec<DocNo> = rest.filter(|no| !sections.contains(no)).collect();
        sections.extend(rest);
        sections
    }

    /// Sections in force of this role, of any site, with their sites.
    pub fn sections_of_role(&self, role: &str) -> impl Iterator<Item = (DocNo, DocNo)> {
        let all = self.structure.sections.iter().copied();
        let alike = all.filter(move |no| self.section(*no).is_some_and(|section| *section.role == *role));
        alike.filter_map(|no| {
            let doc = self.document(no);
            let site = self.site_by_code(doc.facts.site.as_deref()?)?;
            (doc.own == Status::InForce).then_some((site, no))
        })
    }

    fn is_of(&self, no: DocNo, code: &str) -> bool {
        let doc = self.document(no);
        doc.own == Status::InForce && doc.facts.site.as_deref() == Some(code)
    }

    /// The section of a site with this slug.
    pub fn section_by_slug(&self, site: DocNo, slug: &str) -> Option<DocNo> {
        self.section_once(site, slug)
            .filter(|no| self.section(*no).is_some_and(|s| *s.slug == *slug))
    }

    /// The section of a site that has or had this slug, which no other will have.
    pub fn section_once(&self, site: DocNo, slug: &str) -> Option<DocNo> {
        let found = self.addresses.get(&Part::Section { site, slug });
        found.filter(|no| self.section(*no).is_some())
    }

    /// Shared topics, then the site's own, in force.
    pub fn topics(&self, site: DocNo) -> Vec<DocNo> {
        let Some(facts) = self.site(site) else {
            return Vec::new();
        };
        let in_force = |no: &DocNo| self.document(*no).own == Status::InForce;
        let shared = |no: &DocNo| self.document(*no).facts.site.is_none();
        let all = self.structure.topics.iter().copied().filter(in_force);
        let own = all.clone().filter(|no| self.is_of(*no, &facts.code));
        all.filter(shared).chain(own).collect()
    }

    /// The topic with this slug that a site shows: its own first, then a shared one.
    pub fn topic_by_slug(&self, site: DocNo, slug: &str) -> Option<DocNo> {
        let own = self.addresses.get(&Part::Topic { site: Some(site), slug });
        own.or_else(|| self.addresses.get(&Part::Topic { site: None, slug }))
    }

    /// People of a site, and people with an appointment at its mission.
    pub fn people(&self, site: DocNo) -> Vec<DocNo> {
        let Some(facts) = self.site(site) else {
            return Vec::new();
        };
        let of_mission = |person: &Person| {
            person
                .appointments
                .iter()
                .any(|a| a.mission.as_deref() == Some(&*facts.code))
        };
        let all = self
            .structure
            .people
            .iter()
            .copied()
            .filter(|no| self.document(*no).own == Status::InForce);
        all.filter(|no| self.is_of(*no, &facts.code) || self.person(*no).is_some_and(of_mission))
            .collect()
    }

    /// The person of a site with this slug.
    pub fn person_by_slug(&self, site: DocNo, slug: &str) -> Option<DocNo> {
        let own = self.addresses.get(&Part::Person { site, slug });
        own.or_else(|| {
            self.people(site)
                .into_iter()
                .find(|no| self.person(*no).is_some_and(|p| *p.slug == *slug))
        })
    }

    /// The person with this slug, of any site.
    pub fn any_person(&self, slug: &str) -> Option<DocNo> {
        self.structure
            .people
            .iter()
            .copied()
            .find(|no| self.person(*no).is_some_and(|p| *p.slug == *slug))
    }

    /// Offices of a site.
    pub fn offices(&self, site: DocNo) -> Vec<DocNo> {
        let Some(facts) = self.site(site) else {
            return Vec::new();
        };
        self.structure
            .offices
            .iter()
            .copied()
            .filter(|no| self.is_of(*no, &facts.code))
            .collect()
    }

    /// Placements on a site.
    pub fn placements(&self, site: DocNo) -> Vec<DocNo> {
        let Some(facts) = self.site(site) else {
            return Vec::new();
        };
        let on = |doc: &Document| matches!(&doc.facts.kind, Kind::Placement(p) if p.on == facts.code);
        let all = self.structure.placements.iter().copied();
        all.filter(|no| self.document(*no).own == Status::InForce && on(self.document(*no)))
            .collect()
    }

    /// Standing texts of a section, in order of entry.
    pub fn standing(&self, section: DocNo) -> &[DocNo] {
        self.structure.standing.get(&section).map_or(&[], Vec::as_slice)
    }
}

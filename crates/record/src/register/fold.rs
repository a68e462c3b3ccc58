//! The fold: one entry after the other changes the register.

use super::{
    DocNo, Document, Edition, Head, Language, Manifest, Refusal, Register, Status, addresses::Part, lists::Standing,
};
use crate::{
    body,
    entry::{Action, Body, Content, Entry, Update},
    facts::{Facts, Kind, TextKind},
    id::DocumentId,
    lang::Lang,
    words::Words,
};
use tlog::hash::Hash;

/// The document behind a number that this register never gave.
pub(super) fn nowhere() -> Document {
    document(DocumentId(0), "", Facts::new(Kind::Text(TextKind::Page)))
}

fn document(id: DocumentId, mission: &str, facts: Facts) -> Document {
    Document {
        id,
        mission: mission.into(),
        facts,
        own: Status::InForce,
        facts_editions: Vec::new(),
        words: Vec::new(),
        highest_block: 0,
        touched: 0,
        placements: Vec::new(),
    }
}

impl Register {
    /// Folds the next entry in, or refuses it and stays as it was.
    ///
    /// `leaf` is the leaf hash; `manifest` the value of the manifest it commits to, `None` where it is withheld or
    /// gone. Signatures are the caller's to check ([`KeyRing::check_signatures`](crate::keys::KeyRing)).
    pub fn apply(&mut self, entry: &Entry, leaf: Hash, manifest: Option<Manifest>) -> Result<(), Refusal> {
        self.admit(entry, manifest.as_ref())?;
        self.keys.apply(self.size, entry)?;
        if let Body::Content(content) = &entry.body {
            let edition = Edition::new(self.size, entry.issued, leaf, content);
            self.chains
                .insert(content.mission.clone(), super::Chain { seq: content.seq, leaf });
            self.fold_content(content, edition, manifest);
        }
        if self.size == 0 {
            self.genesis = entry.issued;
        }
        self.last_issued = entry.issued;
        self.size += 1;
        Ok(())
    }

    fn fold_content(&mut self, content: &Content, edition: Edition, manifest: Option<Manifest>) {
        let no = self.number_of(content, &manifest);
        let affected = self.affected(no, content.lang);
        let before = self.standings(no, &affected);
        let target = self.placement_target(no);
        let target_before = target.map_or_else(Vec::new, |target| self.all_standings(target));
        match manifest {
            Some(Manifest::Facts(facts)) => self.set_facts(no, *facts),
            Some(Manifest::Words(words)) => self.set_words(no, content.lang, &words),
            Some(Manifest::Notice(_)) | None => {}
        }
        self.add_edition(no, content, edition);
        self.relist(no, &before, &affected, &edition);
        if let Some(target) = target {
            self.place(no, target, &target_before, edition.index + 1);
        }
        self.touch(no, edition.index + 1);
    }

    /// The number of the document, which is made if the entry is its first.
    fn number_of(&mut self, content: &Content, manifest: &Option<Manifest>) -> DocNo {
        if let Some(no) = self.by_id(content.id) {
            return no;
        }
        let no = DocNo(u32::try_from(self.documents.len()).unwrap_or(u32::MAX));
        let facts = match manifest {
            Some(Manifest::Facts(facts)) => Facts::clone(facts),
            _ => Facts::new(Kind::Text(TextKind::Page)),
        };
        self.structure.note(no, &facts.kind);
        self.documents.push(document(content.id, &content.mission, facts));
        self.by_id.insert(content.id, no);
        no
    }

    /// The languages whose place in lists may change: all of them where the facts change.
    fn affected(&self, no: DocNo, lang: Lang) -> Vec<Lang> {
        let doc = self.document(no);
        if !lang.is_facts() {
            return vec![lang];
        }
        doc.words.iter().map(|words| words.lang).collect()
    }

    fn standings(&mut self, no: DocNo, langs: &[Lang]) -> Vec<Standing> {
        langs.iter().filter_map(|lang| self.standing_of(no, *lang)).collect()
    }

    fn relist(&mut self, no: DocNo, before: &[Standing], langs: &[Lang], edition: &Edition) {
        let after = self.standings(no, langs);
        self.replace(before, &after, edition.index + 1);
        let told = matches!(edition.action, Action::Correct | Action::Withdraw | Action::Retract);
        if told && edition.update != Some(Update::Editorial) {
            after
                .iter()
                .for_each(|standing| self.lists.note_change(standing, edition.index));
        }
    }

    fn document_mut(&mut self, no: DocNo) -> Option<&mut Document> {
        self.documents.get_mut(no.0 as usize)
    }

    fn add_edition(&mut self, no: DocNo, content: &Content, edition: Edition) {
        let status = match content.action {
            Action::Publish | Action::Correct | Action::Archive => Status::InForce,
            Action::Withdraw => Status::Withdrawn,
            Action::Retract => Status::Retracted,
        };
        let Some(doc) = self.document_mut(no) else { return };
        doc.touched = edition.index + 1;
        if content.lang.is_facts() {
            doc.own = status;
            doc.facts_editions.push(edition);
            if status == Status::Retracted {
                doc.words.iter_mut().for_each(Language::retract);
            }
        } else {
            let words = doc.language_or_new(content.lang);
            words.own = status;
            words.editions.push(edition);
            if status == Status::Retracted {
                words.retract();
            }
        }
    }

    fn set_facts(&mut self, no: DocNo, facts: Facts) {
        if let Some(doc) = self.document_mut(no) {
            doc.facts = facts;
        }
        self.give_addresses_of_facts(no);
        self.note_old(no);
        self.note_standing(no);
        // A text moved to another section or site keeps its slugs there too.
        let langs: Vec<Lang> = self.document(no).words.iter().map(|words| words.lang).collect();
        langs.into_iter().for_each(|lang| self.give_text_address(no, lang));
    }

    fn give_addresses_of_facts(&mut self, no: DocNo) {
        let facts = &self.document(no).facts;
        let site = facts.site.as_deref().and_then(|code| self.site_by_code(code));
        let kind = facts.kind.clone();
        let part = match (&kind, site) {
            (Kind::Site(facts), _) => Part::Site { code: &facts.code },
            (Kind::Person(person), Some(site)) => Part::Person {
                site,
                slug: &person.slug,
            },
            (Kind::Topic(topic), site) => Part::Topic {
                site,
                slug: &topic.slug,
            },
            (Kind::Section(section), Some(site)) => Part::Section {
                site,
                slug: &section.slug,
            },
            _ => return,
        };
        // Admission made sure that no other document has it.
        let _ = self.addresses.give(&part, no);
    }

    fn give_text_address(&mut self, no: DocNo, lang: Lang) {
        let doc = self.document(no);
        let Some(slug) = doc.language(lang).and_then(|words| words.head.slug.clone()) else {
            return;
        };
        let words = Words {
            slug: Some(slug),
            ..Words::new("x")
        };
        if let Some(part) = self.text_address(doc, lang, &words) {
            let _ = self.addresses.give(&part, no);
        }
    }

    /// Pages and services stand in their section without a date.
    fn note_standing(&mut self, no: DocNo) {
        let facts = &self.document(no).facts;
        let standing = facts.kind.text().is_some_and(TextKind::is_standing);
        let section = facts.section.and_then(|id| self.by_id(id)).filter(|_| standing);
        for (key, list) in &mut self.structure.standing {
            if Some(*key) != section {
                list.retain(|other| *other != no);
            }
        }
        if let Some(section) = section {
            let list = self.structure.standing.entry(section).or_default();
            if !list.contains(&no) {
                list.push(no);
            }
        }
    }

    /// The document that a placement is about.
    fn placement_target(&self, no: DocNo) -> Option<DocNo> {
        match &self.document(no).facts.kind {
            Kind::Placement(placement) => self.by_id(placement.of),
            _ => None,
        }
    }

    fn all_standings(&mut self, no: DocNo) -> Vec<Standing> {
        let langs = self.affected(no, Lang::FACTS);
        self.standings(no, &langs)
    }

    /// A placement changes where its document is listed.
    fn place(&mut self, no: DocNo, target: DocNo, before: &[Standing], stamp: u64) {
        if let Some(doc) = self.document_mut(target) {
            if !doc.placements.contains(&no) {
                doc.placements.push(no);
            }
            doc.touched = stamp;
        }
        let after = self.all_standings(target);
        self.replace(before, &after, stamp);
    }

    fn replace(&mut self, before: &[Standing], after: &[Standing], stamp: u64) {
        before.iter().for_each(|standing| self.lists.remove(standing, stamp));
        let documents = &self.documents;
        let order = |doc: u32| documents.get(doc as usize).map_or(0, |d| d.id.0);
        after
            .iter()
            .for_each(|standing| self.lists.insert(standing, stamp, &order));
    }

    fn set_words(&mut self, no: DocNo, lang: Lang, words: &Words) {
        let highest = body::highest_id(&words.body);
        let Some(doc) = self.document_mut(no) else { return };
        doc.highest_block = doc.highest_block.max(highest);
        doc.language_or_new(lang).head = Head::of(words);
        self.give_text_address(no, lang);
    }

    /// Marks the furniture, the home pages and the sections that show something of a document.
    fn touch(&mut self, no: DocNo, stamp: u64) {
        let facts = &self.document(no).facts;
        let site = facts.site.as_deref().and_then(|code| self.site_by_code(code));
        let section = facts.section.and_then(|id| self.by_id(id));
        match facts.kind.clone() {
            Kind::Family { .. } => self.touch_all_sites(stamp),
            Kind::Site(_) => self.touch_family_of(no, stamp),
            Kind::Topic(_) if site.is_none() => self.touch_all_sites(stamp),
            Kind::Section(_) | Kind::Topic(_) | Kind::Office(_) => self.touch_site(site, stamp),
            Kind::Person(person) => {
                self.touch_home(site, stamp);
                for mission in person.appointments.iter().filter_map(|a| a.mission.as_deref()) {
                    self.touch_home(self.site_by_code(mission), stamp);
                }
            }
            Kind::Placement(placement) => self.touch_home(self.site_by_code(&placement.on), stamp),
            Kind::Text(kind) if kind.is_standing() => {
                self.touch_home(site, stamp);
                section.map(|no| self.sections_touched.insert(no, stamp));
            }
            Kind::Text(_) => {}
        }
        if self.section(no).is_some() {
            self.sections_touched.insert(no, stamp);
        }
    }

    fn touch_site(&mut self, site: Option<DocNo>, stamp: u64) {
        site.map(|no| self.furniture.insert(no, stamp));
    }

    fn touch_home(&mut self, site: Option<DocNo>, stamp: u64) {
        site.map(|no| self.homes.insert(no, stamp));
    }

    fn touch_all_sites(&mut self, stamp: u64) {
        let sites = self.structure.sites.clone();
        sites.into_iter().for_each(|no| self.touch_site(Some(no), stamp));
    }

    /// A changed site is named in the footer of the others' home pages.
    fn touch_family_of(&mut self, site: DocNo, stamp: u64) {
        self.touch_site(Some(site), stamp);
        let others = self.structure.sites.clone();
        others.into_iter().for_each(|no| self.touch_home(Some(no), stamp));
    }
}

impl Document {
    fn language_or_new(&mut self, lang: Lang) -> &mut Language {
        let at = self
            .words
            .iter()
            .position(|words| words.lang == lang)
            .unwrap_or_else(|| {
                self.words.push(Language {
                    lang,
                    own: Status::InForce,
                    editions: Vec::new(),
                    head: Head::empty(),
                });
                self.words.len() - 1
            });
        &mut self.words[at]
    }
}

impl Language {
    /// Withholds what was said; the slug stays, so that the address answers with the notice.
    fn retract(&mut self) {
        self.own = Status::Retracted;
        self.head = Head {
            slug: self.head.slug.take(),
            source: self.head.source,
            ..Head::empty()
        };
    }
}

//! The fold: one entry after the other changes the register.

use super::{
    DocNo, Document, Edition, Head, Kept, Language, Manifest, Refusal, Register, Status, addresses::Part,
    lists::Standing, tight,
};
use crate::{
    body,
    entry::{Action, Body, Content, Entry, Update},
    facts::{Facts, Kind},
    id::DocumentId,
    lang::Lang,
    words::Words,
};
use tlog::hash::Hash;

/// The document behind a number that this register never gave.
pub(super) fn nowhere() -> Document {
    document(DocumentId(0), "")
}

fn document(id: DocumentId, mission: &str) -> Document {
    Document {
        id,
        mission: mission.into(),
        facts: Kept::empty(),
        own: Status::InForce,
        facts_editions: Vec::new(),
        words: Vec::new(),
        highest_block: 0,
        known: false,
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
        self.fold_state(entry)?;
        self.keys.apply(self.size, entry)?;
        self.fold_erase(entry);
        self.fold_ends(entry);
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

    /// Where the record goes on from, and where it ends.
    fn fold_ends(&mut self, entry: &Entry) {
        match &entry.body {
            Body::Genesis { predecessor, .. } => self.predecessor.clone_from(predecessor),
            Body::Freeze(freeze) => {
                self.frozen = Some(super::Frozen {
                    index: self.size,
                    issued: entry.issued,
                    size: freeze.size,
                    root: freeze.root.0,
                    successor: freeze.successor.clone(),
                });
                self.everywhere = self.size + 1;
            }
            _ => {}
        }
    }

    fn fold_content(&mut self, content: &Content, edition: Edition, manifest: Option<Manifest>) {
        let stamp = edition.index + 1;
        let concerned = self.concerned(content, manifest.as_ref());
        let before = self.standings(&concerned);
        if let Some(known) = self.by_id(content.id) {
            // Pages that it leaves show it no more.
            self.touch(known, stamp);
        }
        let no = self.number_of(content);
        if let Some(manifest) = &manifest {
            self.note_links(no, manifest);
        }
        match manifest {
            Some(Manifest::Facts(facts)) => self.set_facts(no, *facts),
            Some(Manifest::Words(words)) => self.set_words(no, content.lang, &words),
            None if edition.has_manifest() => self.forget(no, content.lang),
            Some(Manifest::Notice(_)) | None => {}
        }
        self.add_edition(no, content, edition);
        self.note_statement(no);
        let after = self.standings(&concerned);
        for ((other, _), (before, after)) in concerned.iter().zip(before.iter().zip(&after)) {
            if *other == no {
                self.relist(before.as_ref(), after.as_ref(), &edition);
            } else {
                self.move_lists(*other, before.as_ref(), after.as_ref(), stamp);
            }
        }
        self.touch(no, stamp);
        self.tell_lists(no, stamp);
        self.touch_linking(content.id, stamp);
    }

    /// The number of the document, which is made if the entry is its first.
    fn number_of(&mut self, content: &Content) -> DocNo {
        if let Some(no) = self.by_id(content.id) {
            return no;
        }
        let no = DocNo(u32::try_from(self.documents.len()).unwrap_or(u32::MAX));
        tight::push(&mut self.documents, document(content.id, &content.mission));
        self.by_id.insert(content.id, no);
        for waiting in self.awaited.remove(&content.id).unwrap_or_default() {
            self.note_placement(waiting);
        }
        no
    }

    /// Words as they stand in lists before and after an entry.
    fn standings(&self, concerned: &[(DocNo, Lang)]) -> Vec<Option<Standing>> {
        concerned
            .iter()
            .map(|(no, lang)| self.standing_of(*no, *lang))
            .collect()
    }

    /// A document's own row is written anew, since what it says may differ.
    fn relist(&mut self, before: Option<&Standing>, after: Option<&Standing>, edition: &Edition) {
        if let Some(before) = before {
            self.unlist(before, edition.index + 1);
        }
        let Some(after) = after else { return };
        self.list(after, edition.index + 1);
        if let Some(leaves) = before.and_then(|before| before.without(after)) {
            self.lists.forget_changes(&leaves, edition.index + 1);
        }
        let told = matches!(edition.action, Action::Correct | Action::Withdraw | Action::Retract);
        if told && edition.update != Some(Update::Editorial) {
            self.lists.note_change(after, edition.index);
        }
    }

    /// A document that another one's facts place elsewhere: only the lists that it leaves or joins are touched.
    fn move_lists(&mut self, no: DocNo, before: Option<&Standing>, after: Option<&Standing>, stamp: u64) {
        let (leaves, joins) = Standing::moves(before, after);
        if leaves.is_none() && joins.is_none() {
            return;
        }
        if let Some(leaves) = &leaves {
            self.unlist(leaves, stamp);
            self.lists.forget_changes(leaves, stamp);
        }
        if let Some(joins) = &joins {
            self.list(joins, stamp);
        }
        if let Some(doc) = self.document_mut(no) {
            doc.touched = stamp;
        }
    }

    /// Takes a document out of its lists, with what feeds tell of its changes.
    pub(super) fn unlist_for_good(&mut self, standing: &Standing, stamp: u64) {
        self.unlist(standing, stamp);
        self.lists.forget_changes(standing, stamp);
    }

    fn unlist(&mut self, standing: &Standing, stamp: u64) {
        let documents = &self.documents;
        self.lists.remove(standing, stamp, &|doc| order(documents, doc));
    }

    fn list(&mut self, standing: &Standing, stamp: u64) {
        let documents = &self.documents;
        self.lists.insert(standing, stamp, &|doc| order(documents, doc));
    }

    pub(super) fn document_mut(&mut self, no: DocNo) -> Option<&mut Document> {
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
            tight::push(&mut doc.facts_editions, edition);
            if status == Status::Retracted {
                doc.words.iter_mut().for_each(Language::retract);
            }
        } else {
            let words = doc.language_or_new(content.lang);
            words.own = status;
            tight::push(&mut words.editions, edition);
            if status == Status::Retracted {
                words.retract();
            }
        }
    }

    fn set_facts(&mut self, no: DocNo, mut facts: Facts) {
        self.leave_names(no, &facts);
        self.leave_section(no, &facts);
        self.leave_placement(no, &facts);
        let Some(doc) = self.document_mut(no) else { return };
        facts.shrink();
        doc.facts = facts.into();
        if !std::mem::replace(&mut doc.known, true) {
            let doc = &self.documents[no.0 as usize];
            self.structure.note(no, &doc.facts.kind);
        }
        self.give_addresses_of_facts(no);
        self.note_old(no);
        self.note_standing(no);
        self.note_placement(no);
        self.await_topics(no);
        self.learn(no);
        // A text moved to another section or site keeps its slugs there too.
        for at in 0..self.document(no).words.len() {
            let lang = self.document(no).words[at].lang;
            self.give_text_address(no, lang);
        }
    }

    /// The newest edition is withheld, erased or missing: what older ones said does not take its place.
    fn forget(&mut self, no: DocNo, lang: Lang) {
        if !lang.is_facts() {
            if let Some(doc) = self.document_mut(no) {
                doc.language_or_new(lang).head = Kept::empty();
            }
            return;
        }
        let unknown = Kept::<Facts>::empty();
        self.leave_names(no, &unknown);
        self.leave_section(no, &unknown);
        self.leave_placement(no, &unknown);
        let Some(doc) = self.document_mut(no) else { return };
        doc.facts = unknown;
        if std::mem::take(&mut doc.known) {
            self.structure.forget(no);
        }
    }

    fn give_addresses_of_facts(&mut self, no: DocNo) {
        let code = self.document(no).facts.site.as_deref();
        let site = code.and_then(|code| self.site_by_code(code));
        let Some(doc) = self.documents.get(no.0 as usize) else {
            return;
        };
        if let Kind::Site(site) = &doc.facts.kind {
            self.structure.codes.entry(site.code.clone()).or_insert(no);
        }
        if let Some(part) = Part::of_facts(&doc.facts, site) {
            // Admission made sure that no other document has it.
            let _ = self.addresses.give(&part, no);
        }
    }

    fn give_text_address(&mut self, no: DocNo, lang: Lang) {
        let doc = self.document(no);
        let slug = doc.language(lang).and_then(|words| words.head.slug.clone());
        if let Some(part) = self.text_address(&doc.facts, lang, slug.as_deref()) {
            let _ = self.addresses.give(&part, no);
        }
    }

    /// The section in which a page or service stands, without a date.
    fn standing_section(&self, facts: &Facts) -> Option<DocNo> {
        facts.kind.text().filter(|kind| kind.is_standing())?;
        self.by_id(facts.section?)
    }

    fn leave_section(&mut self, no: DocNo, next: &Facts) {
        let before = self.standing_section(&self.document(no).facts);
        if before.is_some() && before != self.standing_section(next) {
            let list = before.and_then(|section| self.structure.standing.get_mut(&section));
            list.into_iter().for_each(|list| list.retain(|other| *other != no));
        }
    }

    fn note_standing(&mut self, no: DocNo) {
        if let Some(section) = self.standing_section(&self.document(no).facts) {
            let list = self.structure.standing.entry(section).or_default();
            if !list.contains(&no) {
                list.push(no);
            }
        }
    }

    fn leave_placement(&mut self, no: DocNo, next: &Facts) {
        let before = placed(&self.document(no).facts);
        if before.is_some() && before != placed(next) {
            let target = before.and_then(|id| self.by_id(id));
            let stamp = self.size + 1;
            if let Some(doc) = target.and_then(|target| self.document_mut(target)) {
                doc.placements.retain(|other| *other != no);
                doc.touched = stamp;
            }
        }
    }

    /// Tells a document that a placement is about it, now or as soon as it is there.
    fn note_placement(&mut self, no: DocNo) {
        let Some(id) = placed(&self.document(no).facts) else {
            return;
        };
        match self.by_id(id).and_then(|target| self.document_mut(target)) {
            Some(doc) if doc.placements.contains(&no) => {}
            Some(doc) => doc.placements.push(no),
            None => self.await_document(no, id),
        }
    }

    /// Texts may name topics that come later; they join the lists of a topic when it is there.
    fn await_topics(&mut self, no: DocNo) {
        for at in 0..self.document(no).facts.topics.len() {
            let topic = self.document(no).facts.topics[at];
            if self.by_id(topic).is_none() {
                self.await_document(no, topic);
            }
        }
    }

    fn await_document(&mut self, no: DocNo, id: DocumentId) {
        let waiting = self.awaited.entry(id).or_default();
        if !waiting.contains(&no) {
            waiting.push(no);
        }
    }

    fn set_words(&mut self, no: DocNo, lang: Lang, words: &Words) {
        let highest = body::highest_id(&words.body);
        let Some(doc) = self.document_mut(no) else { return };
        doc.highest_block = doc.highest_block.max(highest);
        doc.language_or_new(lang).head = Head::of(words).into();
        self.give_text_address(no, lang);
    }

    /// Marks the furniture, the home pages and the sections that show something of a document.
    pub(super) fn touch(&mut self, no: DocNo, stamp: u64) {
        let facts = &self.document(no).facts;
        let site = facts.site.as_deref().and_then(|code| self.site_by_code(code));
        let section = facts.section.and_then(|id| self.by_id(id));
        match facts.kind.clone() {
            Kind::Family { .. } | Kind::Site(_) => self.everywhere = stamp,
            Kind::Topic(_) if site.is_none() => self.everywhere = stamp,
            Kind::Section(_) | Kind::Topic(_) | Kind::Office(_) => self.touch_site(site, stamp),
            Kind::Person(person) => {
                self.touch_people(site, stamp);
                for mission in person.appointments.iter().filter_map(|a| a.mission.as_deref()) {
                    self.touch_people(self.site_by_code(mission), stamp);
                }
            }
            Kind::Placement(placement) => {
                self.touch_home(self.site_by_code(&placement.on), stamp);
                let target = self.by_id(placement.of);
                if let Some(doc) = target.and_then(|target| self.document_mut(target)) {
                    doc.touched = stamp;
                }
            }
            Kind::Text(kind) => {
                site.map(|no| self.texts.insert(no, stamp));
                if kind.is_standing() {
                    self.touch_home(site, stamp);
                    section.map(|no| self.sections_touched.insert(no, stamp));
                }
            }
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

    /// The home page shows the head of mission; the first person of a site, and the last to go, change its furniture.
    fn touch_people(&mut self, site: Option<DocNo>, stamp: u64) {
        if site.is_some_and(|site| self.people(site).len() < 2) {
            self.touch_site(site, stamp);
        } else {
            self.touch_home(site, stamp);
        }
    }
}

/// The document that a placement is about.
pub(super) fn placed(facts: &Facts) -> Option<DocumentId> {
    match &facts.kind {
        Kind::Placement(placement) => Some(placement.of),
        _ => None,
    }
}

/// What decides between rows of the same instant.
fn order(documents: &[Document], doc: u32) -> u128 {
    documents.get(doc as usize).map_or(0, |doc| doc.id.0)
}

impl Document {
    fn language_or_new(&mut self, lang: Lang) -> &mut Language {
        let at = self
            .words
            .iter()
            .position(|words| words.lang == lang)
            .unwrap_or_else(|| {
                let words = Language {
                    lang,
                    own: Status::InForce,
                    editions: Vec::new(),
                    head: Kept::empty(),
                };
                tight::push(&mut self.words, words);
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
            slug: self.head.slug.clone(),
            source: self.head.source,
            ..(*Kept::<Head>::empty()).clone()
        }
        .into();
    }
}

//! What the register refuses: successions, owners, and rules across manifests (`docs/spec/entry.md`, sections 7 and 14).

use super::{DocNo, Document, Manifest, Register, Status, addresses::Part};
use crate::{
    date::{Moment, Month},
    entry::{Action, Body, Content, Entry, Media, Update},
    facts::{self, Facts, Kind, Site},
    keys::BadKeys,
    lang::Lang,
    seal::Commitment,
    words::Words,
};

/// Why an entry cannot follow what the record holds.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// The first entry is not genesis, or another is.
    #[error("entry {0}: genesis is the first entry and no other")]
    Genesis(u64),
    /// The record has ended.
    #[error("the record is frozen by entry {0}: nothing follows it")]
    Frozen(u64),
    /// The publisher cannot stand by entries that come later.
    #[error("`tree-size` {0} is more than there are entries before this one")]
    Freeze(u64),
    /// Time runs backwards.
    #[error("issued at {issued}, earlier than the entry before ({before})")]
    Time { issued: Moment, before: Moment },
    /// Keys of a genesis or key entry.
    #[error(transparent)]
    Keys(#[from] BadKeys),
    /// The mission's chain has a gap or a fork.
    #[error("seq {given} of mission `{mission}`, want {wanted}, with the leaf hash of the entry before")]
    Chain { mission: Box<str>, given: u64, wanted: u64 },
    /// The versions of a text have a gap or a fork.
    #[error("version {given} of {lang}, want {wanted}, superseding the leaf of the one before", lang = .language)]
    Version { language: Lang, given: u32, wanted: u32 },
    /// This may not follow that.
    #[error("`{action}` cannot follow: the text {state}")]
    Succession { action: &'static str, state: &'static str },
    /// Words without facts in force.
    #[error("words need facts of their document in force, entered before them")]
    NoFacts,
    /// Signed by a mission that neither owns the document nor was delegated the language.
    #[error("mission `{mission}` does not own the document, and `{lang}` is not delegated to it", lang = .language)]
    NotOwner { mission: Box<str>, language: Lang },
    /// A reinstatement without its notice.
    #[error("a reinstatement is an `update` and says so in a notice")]
    Silent,
    /// A notice in a first edition.
    #[error("version 1 has no notice about a change")]
    EarlyNotice,
    /// A state says something else than the entries before it.
    #[error("root or size of this state is not what the entries before it give")]
    State,
    /// A blob was erased before, and is named all the same.
    #[error("{0} was erased")]
    Erased(Commitment),
    /// The manifest is not what the entry says it is.
    #[error("the manifest is not of the media type that the entry names")]
    Media,
    /// A rule across manifests is broken.
    #[error("{what}: {detail}")]
    Rule {
        /// Which rule.
        what: &'static str,
        /// What breaks it.
        detail: String,
    },
}

fn rule<T>(what: &'static str, detail: impl std::fmt::Display) -> Result<T, Refusal> {
    Err(Refusal::Rule {
        what,
        detail: detail.to_string(),
    })
}

impl Register {
    /// Refuses an entry that may not follow; its manifest is checked as far as it is present.
    pub(super) fn admit(&self, entry: &Entry, manifest: Option<&Manifest>) -> Result<(), Refusal> {
        let is_genesis = matches!(entry.body, Body::Genesis { .. });
        if is_genesis != (self.size() == 0) {
            return Err(Refusal::Genesis(self.size()));
        }
        if let Some(frozen) = self.frozen() {
            return Err(Refusal::Frozen(frozen.index));
        }
        if entry.issued < self.last_issued() {
            return Err(Refusal::Time {
                issued: entry.issued,
                before: self.last_issued(),
            });
        }
        let content = match &entry.body {
            Body::Content(content) => content,
            Body::Erase(erase) => return self.admit_erase(erase),
            Body::Freeze(freeze) if freeze.size > self.size() => return Err(Refusal::Freeze(freeze.size)),
            Body::Genesis { .. } | Body::Key { .. } | Body::State { .. } | Body::Freeze(_) => return Ok(()),
        };
        self.admit_names(content.sealed.as_ref().map(|sealed| &sealed.content))?;
        self.admit_chain(content)?;
        let doc = self.by_id(content.id).map(|no| self.document(no));
        admit_version(doc, content)?;
        admit_action(doc, content)?;
        admit_owner(doc, content)?;
        if let Some(manifest) = manifest {
            self.admit_manifest(entry.issued, doc, content, manifest)?;
        }
        Ok(())
    }

    fn admit_chain(&self, content: &Content) -> Result<(), Refusal> {
        let before = self.chain(&content.mission);
        let wanted = before.map_or(1, |chain| chain.seq + 1);
        if content.seq == wanted && content.prev == before.map(|chain| chain.leaf) {
            return Ok(());
        }
        Err(Refusal::Chain {
            mission: content.mission.clone(),
            given: content.seq,
            wanted,
        })
    }

    fn admit_manifest(
        &self,
        issued: Moment,
        doc: Option<&Document>,
        content: &Content,
        manifest: &Manifest,
    ) -> Result<(), Refusal> {
        if content.sealed.is_none_or(|sealed| sealed.media != manifest.media()) {
            return Err(Refusal::Media);
        }
        admit_notice(doc, content, manifest)?;
        match manifest {
            Manifest::Facts(facts) => self.admit_facts(issued, doc, content, facts),
            Manifest::Words(words) => self.admit_words(doc, content, words),
            Manifest::Notice(_) => Ok(()),
        }
    }

    fn admit_facts(
        &self,
        issued: Moment,
        doc: Option<&Document>,
        content: &Content,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        admit_month(issued, doc, facts)?;
        let forms = facts.assets.iter().flat_map(|asset| &asset.forms);
        self.admit_names(forms.map(|form| &form.content))?;
        self.admit_kind(content, facts)?;
        self.admit_site(content, facts)?;
        self.admit_slug(content, facts)?;
        match doc {
            Some(doc) => self.admit_move(content, doc, facts),
            None => Ok(()),
        }
    }

    /// A text that moves takes its slugs along; they must be free where it goes.
    fn admit_move(&self, content: &Content, doc: &Document, facts: &Facts) -> Result<(), Refusal> {
        if doc.facts.site == facts.site && doc.facts.section == facts.section {
            return Ok(());
        }
        doc.words.iter().try_for_each(|words| {
            let part = self.text_address(facts, words.lang, words.head.slug.as_deref());
            part.map_or(Ok(()), |part| self.admit_address(&part, content))
        })
    }

    fn admit_kind(&self, content: &Content, facts: &Facts) -> Result<(), Refusal> {
        match &facts.kind {
            Kind::Family { ministry, .. } => {
                let first = self.family().is_none_or(|no| self.document(no).id == content.id);
                match (first, *ministry == content.mission) {
                    (true, true) => Ok(()),
                    (false, _) => rule("there is one family document", content.id),
                    (_, false) => rule("the ministry signs the family document", ministry),
                }
            }
            Kind::Site(site) => self.admit_site_code(content, site),
            Kind::Section(section) if facts::is_reserved_section(&section.slug) => {
                rule("the slug of a section is refused", &section.slug)
            }
            _ => Ok(()),
        }
    }

    fn admit_site_code(&self, content: &Content, site: &Site) -> Result<(), Refusal> {
        let code = &*site.code;
        let mut others = self
            .sites()
            .iter()
            .filter(|no| self.document(**no).id != content.id)
            .filter_map(|no| self.site(*no));
        let is_code = |lang: &Lang, code: &str| lang.as_str() == code;
        let language = facts::is_reserved_site(code) || site.langs.iter().any(|lang| is_code(lang, code));
        let clash = others.find(|other| {
            other.langs.iter().any(|lang| is_code(lang, code))
                || site.langs.iter().any(|lang| is_code(lang, &other.code))
        });
        if language || clash.is_some() {
            return rule(
                "a site code cannot be a language of the family or a reserved word",
                code,
            );
        }
        let before = self.structure.codes.get(code);
        let taken = before.is_some_and(|no| self.document(*no).id != content.id);
        if taken {
            return rule("another site has or had this code", code);
        }
        if content.version == 1 && *code != *content.mission {
            return rule("a site is signed first by the mission of its code", code);
        }
        Ok(())
    }

    fn admit_site(&self, content: &Content, facts: &Facts) -> Result<(), Refusal> {
        let named = match &facts.kind {
            Kind::Placement(placement) => Some(&placement.on),
            _ => facts.site.as_ref(),
        };
        let Some(code) = named else {
            let shared_topic = matches!(facts.kind, Kind::Topic(_));
            let ministry = self.ministry_code();
            let unknown = ministry.is_none() && self.has_gaps();
            if shared_topic && !unknown && ministry != Some(&*content.mission) {
                return rule("a topic without site is the ministry's", &content.mission);
            }
            return Ok(());
        };
        let Some(site) = self
            .site_by_code(code)
            .filter(|no| self.document(*no).own == Status::InForce)
        else {
            if self.has_gaps() {
                return Ok(());
            }
            return rule("no site has this code", code);
        };
        if self.document(site).mission != content.mission {
            return rule("the site belongs to another mission", code);
        }
        self.admit_section(site, facts)
    }

    /// True if the facts of some document are not known: whether it is a site, a section or the family cannot be known.
    fn has_gaps(&self) -> bool {
        self.documents.iter().any(|doc| !doc.known)
    }

    fn admit_section(&self, site: DocNo, facts: &Facts) -> Result<(), Refusal> {
        let Some(id) = facts.section else { return Ok(()) };
        let section = self.by_id(id).filter(|no| self.document(*no).own == Status::InForce);
        let code = self.site(site).map(|s| &*s.code);
        match section {
            Some(no) if !self.document(no).known => Ok(()),
            Some(no) if self.section(no).is_some() && self.document(no).facts.site.as_deref() == code => Ok(()),
            _ => rule("no section of the site has this id", id),
        }
    }

    fn admit_slug(&self, content: &Content, facts: &Facts) -> Result<(), Refusal> {
        let site = facts.site.as_deref().and_then(|code| self.site_by_code(code));
        match Part::of_facts(facts, site) {
            Some(part) => self.admit_address(&part, content),
            None => Ok(()),
        }
    }

    fn admit_words(&self, doc: Option<&Document>, content: &Content, words: &Words) -> Result<(), Refusal> {
        let Some(doc) = doc else { return Err(Refusal::NoFacts) };
        if !doc.known {
            return Ok(());
        }
        let is_text = doc.facts.kind.text().is_some();
        let is_placement = matches!(doc.facts.kind, Kind::Placement(_));
        if words.slug.is_some() != is_text {
            return rule("the words of a text have a slug, and no other words do", content.id);
        }
        if words.title.is_empty() != is_placement {
            return rule("words have a title, but a placement's have none", content.id);
        }
        admit_source(doc, content, words)?;
        match self.text_address(&doc.facts, content.lang, words.slug.as_deref()) {
            Some(part) => self.admit_address(&part, content),
            None => Ok(()),
        }
    }

    /// The dated address of words, where the document is a text.
    pub(super) fn text_address<'a>(&self, facts: &Facts, lang: Lang, slug: Option<&'a str>) -> Option<Part<'a>> {
        let site = self.site_by_code(facts.site.as_deref()?)?;
        let section = self.by_id(facts.section?)?;
        Some(Part::Text {
            site,
            lang,
            section,
            month: facts.month?,
            slug: slug?,
        })
    }

    fn admit_address(&self, part: &Part<'_>, content: &Content) -> Result<(), Refusal> {
        match self.addresses.get(part) {
            Some(no) if self.document(no).id != content.id => {
                rule("another document has or had this address", self.document(no).id)
            }
            _ => Ok(()),
        }
    }
}

fn admit_source(doc: &Document, content: &Content, words: &Words) -> Result<(), Refusal> {
    let Some(source) = words.source else { return Ok(()) };
    let named = doc.editions(source.lang).iter().find(|e| e.version == source.version);
    if source.lang != content.lang && !source.lang.is_facts() && named.is_some_and(super::Edition::has_manifest) {
        return Ok(());
    }
    rule(
        "no earlier edition is this source",
        format!("{} version {}", source.lang, source.version),
    )
}

fn admit_version(doc: Option<&Document>, content: &Content) -> Result<(), Refusal> {
    let last = doc.and_then(|doc| doc.last(content.lang));
    let wanted = last.map_or(1, |edition| edition.version + 1);
    if content.version == wanted && content.supersedes == last.map(|edition| edition.leaf) {
        return Ok(());
    }
    Err(Refusal::Version {
        language: content.lang,
        given: content.version,
        wanted,
    })
}

fn admit_action(doc: Option<&Document>, content: &Content) -> Result<(), Refusal> {
    let own = doc.and_then(|doc| doc.own_status(content.lang));
    let allowed = match own {
        None => matches!(content.action, Action::Publish | Action::Archive),
        Some(Status::InForce) => matches!(content.action, Action::Correct | Action::Withdraw | Action::Retract),
        Some(Status::Withdrawn) => matches!(content.action, Action::Correct | Action::Retract),
        Some(Status::Retracted | Status::Erased) => content.action == Action::Publish,
    };
    if !allowed {
        let state = match own {
            None => "is not on record",
            Some(Status::InForce) => "is in force",
            Some(Status::Withdrawn) => "is withdrawn",
            Some(Status::Retracted | Status::Erased) => "is retracted",
        };
        return Err(Refusal::Succession {
            action: content.action.word(),
            state,
        });
    }
    let reinstates = own == Some(Status::Withdrawn) && content.action == Action::Correct;
    if reinstates && content.update != Some(Update::Update) {
        return Err(Refusal::Silent);
    }
    let brings_words = !content.lang.is_facts() && !matches!(content.action, Action::Withdraw | Action::Retract);
    let facts_in_force = doc.is_some_and(|doc| doc.own == Status::InForce);
    let facts_exist = doc.is_some() || content.lang.is_facts();
    if !facts_exist || (brings_words && !facts_in_force) {
        Err(Refusal::NoFacts)
    } else {
        Ok(())
    }
}

fn admit_owner(doc: Option<&Document>, content: &Content) -> Result<(), Refusal> {
    let Some(doc) = doc else { return Ok(()) };
    let delegated = || {
        doc.facts
            .delegate
            .iter()
            .any(|d| d.lang == content.lang && d.mission == content.mission)
    };
    // Facts that are not known may have delegated the language.
    if doc.mission == content.mission || (!content.lang.is_facts() && (!doc.known || delegated())) {
        return Ok(());
    }
    Err(Refusal::NotOwner {
        mission: content.mission.clone(),
        language: content.lang,
    })
}

fn admit_notice(doc: Option<&Document>, content: &Content, manifest: &Manifest) -> Result<(), Refusal> {
    let own = doc.and_then(|doc| doc.own_status(content.lang));
    let brings = content.sealed.is_some_and(|s| s.media != Media::Notice);
    if brings && content.version == 1 && manifest.has_notice() {
        return Err(Refusal::EarlyNotice);
    }
    let ended = matches!(
        (own, content.action),
        (Some(Status::Withdrawn), Action::Correct) | (Some(Status::Retracted), Action::Publish)
    );
    if ended && !manifest.has_notice() {
        Err(Refusal::Silent)
    } else {
        Ok(())
    }
}

fn admit_month(issued: Moment, doc: Option<&Document>, facts: &Facts) -> Result<(), Refusal> {
    match doc.filter(|doc| doc.known) {
        Some(before) if before.facts.kind.word() != facts.kind.word() => {
            rule("the type of a document never changes", before.facts.kind.word())
        }
        Some(before) if before.facts.month != facts.month => rule(
            "the month of a document never changes",
            before.facts.month.map_or_else(String::new, |m| m.to_string()),
        ),
        Some(_) => Ok(()),
        None if doc.is_some() => Ok(()),
        None => first_month(issued, facts),
    }
}

fn first_month(issued: Moment, facts: &Facts) -> Result<(), Refusal> {
    let Some(month) = facts.month else { return Ok(()) };
    let date = facts
        .date
        .as_ref()
        .map_or_else(|| issued.date(), |dated| dated.local.date);
    if month
        == (Month {
            year: date.year(),
            month: date.month(),
        })
    {
        return Ok(());
    }
    rule(
        "the month is that of the date, or of the entry where there is none",
        month,
    )
}

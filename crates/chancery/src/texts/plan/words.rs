//! The words of one language: what changed, which blocks stayed, what it is called in addresses.

use super::{Draft, Mode, Planner, doc_status};
use crate::{reading::manifest_of, texts::read::shown};
use import::text::TextFile;
use record::{
    align,
    body::Block,
    entry::Update,
    facts::Kind,
    lang::Lang,
    register::{self, Edition, Manifest},
    seal,
    words::Words,
};

impl Planner<'_> {
    /// Plans the words of a language.
    pub(super) fn words(&mut self, draft: &mut Draft, name: &str, file: &str, text: &TextFile) {
        let known = &self.known;
        let resolve = |wanted: &str| known.document(name, wanted);
        let body = match text.blocks(&resolve) {
            Ok(body) => body,
            Err(problems) => {
                self.problems
                    .extend(problems.into_iter().map(|problem| (shown(file), problem)));
                return;
            }
        };
        if let Err(what) = self.plan_words(draft, file, text, body) {
            self.fail(file, text.body_line, what);
        }
    }

    fn plan_words(&mut self, draft: &mut Draft, file: &str, text: &TextFile, body: Vec<Block>) -> Result<(), String> {
        let lang = text.lang;
        self.check_language(draft, lang)?;
        let before = self.on_record(draft.id).cloned();
        let old = before.as_ref().and_then(|doc| doc.current(lang).copied());
        let old_words = old.and_then(|edition| self.words_of(&edition));
        let version = match text.words.source {
            Some(source) => Some(source_version(draft, before.as_ref(), source)?),
            None => None,
        };
        let body = match old_words
            .as_ref()
            .filter(|old| self.is_untouched(old, text, &body, version))
        {
            Some(old) => old.body.clone(),
            None => self.aligned(draft, before.as_ref(), text, old_words.as_ref(), body)?,
        };
        let mut words = text.words.words(body, version);
        if matches!(draft.facts.kind, Kind::Placement(_)) {
            words.title = "".into();
        }
        words.slug = self.slug(draft, before.as_ref(), text);
        draft.bodies.insert(lang, words.body.clone());
        let language_known = before.as_ref().is_some_and(|doc| doc.language(lang).is_some());
        if self.passes_over(file, &text.words.title, before.as_ref(), lang) {
            draft.versions.insert(
                lang,
                before.as_ref().and_then(|doc| doc.last(lang)).map_or(0, |e| e.version),
            );
            return Ok(());
        }
        let equal = old_words.as_ref().is_some_and(|old| self.is_same(old, &words));
        let status = old.map(|_| doc_status(before.as_ref(), lang));
        let title = words.title.to_string();
        let current = before.as_ref().and_then(|doc| doc.last(lang)).map_or(0, |e| e.version);
        let Some((action, update)) = self.action(file, &title, status, language_known, equal) else {
            draft.versions.insert(lang, current);
            return Ok(());
        };
        if let Some(old) = text
            .download
            .as_ref()
            .map(|d| d.version)
            .filter(|version| *version != current)
        {
            return Err(format!(
                "the text was downloaded as version {old}, and the record has version {current}: download it again"
            ));
        }
        draft.versions.insert(lang, current + 1);
        words.notice = if language_known { self.notice() } else { Vec::new() };
        let mission = draft.mission.clone();
        self.push(
            file,
            draft.id,
            lang,
            &mission,
            action,
            update,
            Manifest::Words(Box::new(words)),
            title,
        );
        Ok(())
    }

    /// A text of a site is in one of its languages.
    fn check_language(&self, draft: &Draft, lang: Lang) -> Result<(), String> {
        if !lang.is_registered() {
            return Err(format!("`{lang}` is not a registered language"));
        }
        let register = self.known.register;
        let site = draft
            .facts
            .site
            .as_deref()
            .and_then(|code| register.site_by_code(code))
            .and_then(|no| register.site(no));
        match site {
            Some(site) if draft.facts.kind.text().is_some() && !site.langs.contains(&lang) => {
                Err(format!("site `{}` has no language `{lang}`", site.code))
            }
            _ => Ok(()),
        }
    }

    fn words_of(&self, edition: &Edition) -> Option<Words> {
        let sealed = edition.sealed?;
        let blob = self.files.blob(&sealed.content)?;
        match manifest_of(sealed.media, seal::open(&sealed.content, &blob)?)? {
            Manifest::Words(words) => Some(*words),
            _ => None,
        }
    }

    /// Equal but for the notice, which speaks of an edition and not of the text, and for the version of the source: a
    /// translation that was not touched stays outdated, unless `translation` says that it was looked through.
    fn is_same(&self, old: &Words, new: &Words) -> bool {
        let renewed = matches!(
            self.mode,
            Mode::Correct {
                update: Update::Translation,
                ..
            }
        );
        let source = if renewed { old.source } else { new.source };
        Words {
            notice: Vec::new(),
            source,
            ..old.clone()
        } == *new
    }

    /// A translation that says what it said: it keeps its blocks, whatever became of those of its source.
    fn is_untouched(&self, old: &Words, text: &TextFile, body: &[Block], version: Option<u32>) -> bool {
        if text.words.source.is_none() || align::without_ids(&old.body) != align::without_ids(body) {
            return false;
        }
        let mut words = text.words.words(old.body.clone(), version);
        words.slug = words.slug.or_else(|| old.slug.clone());
        self.is_same(old, &words)
    }

    /// Gives every block its lasting id.
    fn aligned(
        &self,
        draft: &mut Draft,
        before: Option<&register::Document>,
        text: &TextFile,
        old: Option<&Words>,
        mut body: Vec<Block>,
    ) -> Result<Vec<Block>, String> {
        if let Some(source) = text.words.source {
            let of_source = match draft.bodies.get(&source) {
                Some(body) => body.clone(),
                None => before
                    .and_then(|doc| doc.current(source))
                    .and_then(|edition| self.words_of(edition))
                    .map_or_else(Vec::new, |words| words.body),
            };
            align::translation(&of_source, &mut body).map_err(|error| unlike(text.lang, source, &error))?;
        } else if let Some(old) = old {
            draft.highest =
                align::correction(&old.body, &mut body, draft.highest).map_err(|error| error.to_string())?;
        } else {
            align::first(&mut body, draft.highest.saturating_add(1));
        }
        draft.highest = draft.highest.max(record::body::highest_id(&body));
        Ok(body)
    }

    /// The slug as given, as it was, or made from the title; a number is added where it is taken.
    fn slug(&mut self, draft: &Draft, before: Option<&register::Document>, text: &TextFile) -> Option<Box<str>> {
        draft.facts.kind.text()?;
        let kept = before
            .and_then(|doc| doc.language(text.lang))
            .and_then(|words| words.head.slug.clone());
        if let Some(slug) = text.words.slug.as_deref().map(Into::into).or(kept) {
            return Some(slug);
        }
        let base = import::slug::of(&text.words.title).unwrap_or_else(|| draft.id.short());
        let place = format!(
            "{:?} {:?} {:?}",
            draft.facts.site, draft.facts.section, draft.facts.month
        );
        let free = (1u32..).map(|n| if n == 1 { base.clone() } else { format!("{base}-{n}") });
        let mut free = free.filter(|slug| {
            !self.taken.contains(&(place.clone(), text.lang, slug.clone())) && !self.is_taken(draft, text.lang, slug)
        });
        let slug = free.next()?;
        self.taken.insert((place, text.lang, slug.clone()));
        Some(slug.into())
    }

    fn is_taken(&self, draft: &Draft, lang: Lang, slug: &str) -> bool {
        let register = self.known.register;
        let find = || {
            let site = register.site_by_code(draft.facts.site.as_deref()?)?;
            let section = register.by_id(draft.facts.section?)?;
            register.find(site, lang, section, draft.facts.month?, slug)
        };
        find().is_some_and(|no| register.document(no).id != draft.id)
    }
}

/// A changed translation follows its source block by block, so that a passage is cited in each language.
fn unlike(lang: Lang, source: Lang, error: &align::AlignError) -> String {
    format!(
        "{error}: `{lang}` has the blocks of `{source}`, one by one; leave its file as it was until it is translated anew"
    )
}

/// The version of the words that a translation is of.
fn source_version(draft: &Draft, before: Option<&register::Document>, source: Lang) -> Result<u32, String> {
    let on_record = || {
        before
            .and_then(|doc| doc.current(source))
            .map(|edition| edition.version)
    };
    let here = draft.versions.get(&source).copied();
    here.or_else(on_record)
        .ok_or_else(|| format!("the source `{source}` is neither here nor on record"))
}

//! An invented ministry in memory, for the tests of what is made from it.

use crate::{
    frame::Frames,
    theme::Theme,
    view::{Bases, Source, View},
};
use record::{
    body::{Block, BlockId, Inline, Kind as BlockKind, Text},
    compose::{Change, Composed, Composer},
    date::{Local, Moment, Offset},
    entry::{Action, Reason, Update},
    facts::{Dated, Facts, Kind, Section, Show, Site, TextKind, Theme as ThemeFact},
    id::DocumentId,
    keys::{KeyChange, Role},
    lang::Lang,
    register::{DocNo, Manifest, Register},
    seal::Commitment,
    words::{Authority, Notice, NoticeText, Source as From, Words},
};
use std::{borrow::Cow, collections::BTreeMap};
use tlog::{hash::Hash, note::SigningKey};

/// The section `news` of the ministry.
pub(crate) const NEWS: u128 = 100;

/// A ministry with one site `mfa` in English and Arabic, and a clock that moves by an hour.
pub(crate) struct World {
    pub(crate) register: Register,
    pub(crate) theme: Theme,
    bases: Bases,
    frames: Frames,
    store: Store,
    office: SigningKey,
    now: i64,
}

#[derive(Default)]
struct Store {
    leaves: Vec<Vec<u8>>,
    blobs: BTreeMap<String, Vec<u8>>,
}

impl Source for Store {
    fn manifest(&self, commitment: &Commitment) -> Option<Cow<'_, [u8]>> {
        self.blobs
            .get(&commitment.to_string())
            .map(|blob| Cow::Borrowed(&blob[32..]))
    }
    fn blob(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.blobs.get(&commitment.to_string()).cloned()
    }
    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        self.leaves.get(usize::try_from(index).ok()?).cloned()
    }
    fn proof(&self, index: u64) -> Option<String> {
        let size = index + 1;
        Some(format!(
            "c2sp.org/tlog-proof@v1\nindex {index}\n\nrecord.example\n{size}\nroot\n\n— signature\n"
        ))
    }
}

pub(crate) fn text(words: &str) -> Text {
    vec![Inline::Plain(words.into())]
}

pub(crate) fn paragraph(id: u32, words: &str) -> Block {
    Block {
        id: BlockId(id),
        kind: BlockKind::Paragraph {
            text: text(words),
            voice: None,
        },
    }
}

pub(crate) fn words(title: &str, slug: &str, paragraphs: &[&str]) -> Words {
    Words {
        slug: Some(slug.into()),
        body: paragraphs
            .iter()
            .zip(1..)
            .map(|(words, id)| paragraph(id, words))
            .collect(),
        ..Words::new(title)
    }
}

pub(crate) fn lang(tag: &str) -> Lang {
    tag.parse().expect("a tag")
}

impl World {
    pub(crate) fn new() -> Self {
        let key = |name: &str, seed| SigningKey::generate(name, [seed; 32]).expect("key");
        let (log, root) = (key("record.example", 1), key("record.example/root/1", 2));
        let mut world = Self {
            register: Register::default(),
            theme: Theme::new(&BTreeMap::new(), false).expect("theme"),
            bases: Bases::new("https://mfa.example"),
            frames: Frames::new(),
            store: Store::default(),
            office: key("record.example/m/mfa/1", 3),
            now: 1_767_225_600,
        };
        let add = |key: &SigningKey, from, role, mission: Option<&str>| KeyChange::Add {
            from,
            mission: mission.map(Into::into),
            role,
            vkey: key.verifier().to_string().into(),
        };
        let keys = vec![
            add(&log, 0, Role::Log, None),
            add(&root, 0, Role::Root, None),
            add(&world.office, 1, Role::Office, Some("mfa")),
        ];
        world.compose(|c| c.genesis("record.example", keys, Hash([0; 32]), None, &[&root]));
        world.structure();
        world
    }

    fn structure(&mut self) {
        let theme = ThemeFact {
            content: None,
            name: "default".into(),
            version: 1,
        };
        self.facts(
            98,
            Facts::new(Kind::Family {
                ministry: "mfa".into(),
                countries: vec![],
                theme,
            }),
        );
        let site = Site {
            code: "mfa".into(),
            kind: Some("ministry".into()),
            country: Some("xa".into()),
            hosts: vec![],
            langs: vec![Lang::ENGLISH, lang("ar")],
            menu: vec![],
            zone: Some("Asia/Ho_Chi_Minh".into()),
        };
        self.facts(1, Facts::new(Kind::Site(Box::new(site))));
        self.words(1, "en", Words::new("Ministry of Foreign Affairs"));
        let section = Section {
            slug: "news".into(),
            role: "news".into(),
            show: Show::List,
        };
        self.facts(
            NEWS,
            Facts {
                site: Some("mfa".into()),
                ..Facts::new(Kind::Section(section))
            },
        );
    }

    fn compose<E: std::fmt::Debug>(&mut self, act: impl FnOnce(&mut Composer<'_>) -> Result<Composed, E>) {
        self.now += 3600;
        let salt = u8::try_from(self.store.leaves.len() % 250).expect("small") + 1;
        let office = &self.office;
        let composed = act(&mut Composer {
            register: &mut self.register,
            now: Moment(self.now),
            keys: &|_| Some(office as &dyn tlog::Signs),
            salt: &mut || [salt; 32],
            reread: true,
        })
        .expect("an entry that may follow");
        self.store.leaves.push(composed.leaf);
        if let Some(sealed) = composed.sealed {
            self.store.blobs.insert(sealed.commitment.to_string(), sealed.blob);
        }
    }

    pub(crate) fn facts(&mut self, id: u128, facts: Facts) {
        let manifest = Manifest::Facts(Box::new(facts));
        self.compose(|c| c.content(Change::publish(DocumentId(id), Lang::FACTS, "mfa", manifest)));
    }

    pub(crate) fn words(&mut self, id: u128, tag: &str, words: Words) {
        let manifest = Manifest::Words(Box::new(words));
        self.compose(|c| c.content(Change::publish(DocumentId(id), lang(tag), "mfa", manifest)));
    }

    /// Facts and English words of a text.
    pub(crate) fn news(&mut self, id: u128, date: &str, words: Words) {
        let local: Local = date.parse().expect("a date");
        let dated = Dated {
            assumed: vec![],
            local,
            offset: Some(Offset(420)),
            zone: Some("Asia/Ho_Chi_Minh".into()),
        };
        let facts = Facts {
            site: Some("mfa".into()),
            section: Some(DocumentId(NEWS)),
            date: Some(dated),
            month: Some(local.month()),
            ..Facts::new(Kind::Text(TextKind::News))
        };
        self.facts(id, facts);
        self.words(id, "en", words);
    }

    /// A translation of the English words of some version.
    pub(crate) fn translation(&mut self, id: u128, tag: &str, version: u32, words: Words) {
        let source = Some(From {
            lang: Lang::ENGLISH,
            version,
        });
        self.words(
            id,
            tag,
            Words {
                authority: Authority::Courtesy,
                source,
                ..words
            },
        );
    }

    pub(crate) fn correct(&mut self, id: u128, update: Update, words: Words) {
        let manifest = Some(Manifest::Words(Box::new(words)));
        self.change(id, "en", Action::Correct, Some(update), None, manifest);
    }

    /// The section `news` under another slug.
    pub(crate) fn rename_news(&mut self, slug: &str) {
        let section = Section {
            slug: slug.into(),
            role: "news".into(),
            show: Show::List,
        };
        let facts = Facts {
            site: Some("mfa".into()),
            ..Facts::new(Kind::Section(section))
        };
        let manifest = Some(Manifest::Facts(Box::new(facts)));
        self.change(NEWS, "zxx", Action::Correct, Some(Update::Update), None, manifest);
    }

    pub(crate) fn end(&mut self, id: u128, tag: &str, action: Action, reason: Reason, notice: &str) {
        let texts = vec![NoticeText {
            lang: Lang::ENGLISH,
            text: text(notice),
        }];
        let manifest = (!notice.is_empty()).then(|| Manifest::Notice(Notice::new(texts)));
        self.change(id, tag, action, None, Some(reason), manifest);
        if action == Action::Retract {
            self.withhold(id);
        }
    }

    /// Takes away the blobs that the record withholds.
    fn withhold(&mut self, id: u128) {
        let document = self.register.document(self.no(id));
        let langs = std::iter::once(Lang::FACTS).chain(document.words.iter().map(|words| words.lang));
        let gone: Vec<String> = langs
            .flat_map(|lang| document.editions(lang).iter().map(move |edition| (lang, edition)))
            .filter(|(lang, edition)| edition.has_manifest() && document.withheld_by(*lang, edition.index).is_some())
            .filter_map(|(_, edition)| edition.sealed.map(|sealed| sealed.content.to_string()))
            .collect();
        gone.iter().for_each(|name| drop(self.store.blobs.remove(name)));
    }

    fn change(
        &mut self,
        id: u128,
        tag: &str,
        action: Action,
        update: Option<Update>,
        reason: Option<Reason>,
        manifest: Option<Manifest>,
    ) {
        let change = Change {
            action,
            update,
            reason,
            manifest,
            id: DocumentId(id),
            lang: lang(tag),
            mission: "mfa".into(),
        };
        self.compose(|c| c.content(change));
    }

    pub(crate) fn no(&self, id: u128) -> DocNo {
        self.register.by_id(DocumentId(id)).expect("a document")
    }

    pub(crate) fn site(&self) -> DocNo {
        self.no(1)
    }

    pub(crate) fn view(&self) -> View<'_> {
        View {
            register: &self.register,
            source: &self.store,
            theme: &self.theme,
            bases: &self.bases,
            frames: &self.frames,
            carried: false,
        }
    }
}

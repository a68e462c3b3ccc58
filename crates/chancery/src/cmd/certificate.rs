//! `chancery certificate`: one sheet for a parliament or a court, from a data folder or a mirror.

use super::currency;
use crate::{
    clock,
    entered::{self, Times},
    folder::{self, Folder},
    named,
    output::{Context as _, Done, Failure, note, warn},
    reading::{self, Files, Guarded, Withheld},
    texts, theme,
    verify::trust::Trusted,
};
use record::{
    facts::Kind,
    id::DocumentId,
    lang::Lang,
    register::{DocNo, Edition, Register},
    statements::Statement,
};
use site::{
    address::{Address, Form},
    alternates,
    frame::Frames,
    history::certificate::{self, Attached, Sheet},
    theme::Theme,
    view::{Scope, View},
};
use std::path::PathBuf;
use tlog::Checkpoint;

/// Arguments of `certificate`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder, or mirror
    pub folder: PathBuf,
    /// The document: its id, the letters and digits after `/d/` in its lasting address, or an address of it
    #[arg(value_name = "ID|URL")]
    pub document: String,
    /// Language of the sheet: en, fr, ar, zh-Hans or vi; otherwise that of the text, or English
    #[arg(long)]
    pub lang: Option<Lang>,
    /// Language of the text; otherwise that of the sheet, if the text has it, or that of the original
    #[arg(long, value_name = "LANG")]
    pub text: Option<Lang>,
    /// Version of the text; otherwise the newest that has a wording
    #[arg(long, value_name = "NUMBER")]
    pub edition: Option<u32>,
    /// Base address of the family; otherwise `address` of chancery.toml, or what the mirror copies
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
    /// Where to write; otherwise ID.LANG.VERSION.html here
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Replace the file if it is there; otherwise it is left, or somebody at a terminal is asked
    #[arg(long)]
    pub overwrite: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let folder = Folder::open(&args.folder)?;
    let files = Files::new(&folder.record(), reading::published_size(&folder.record())?);
    let (mut register, _) = reading::load(&folder, &files)?;
    let theme = theme::load(&folder, false)?;
    let id = named::document(&folder, &register, &args.document)?;
    let subject = Subject::find(&register, &theme, args, id)?;
    let current = currency::file(&files, &mut register, id, subject.lang);
    let sheet = Evidence::gather(&folder, &files, &subject)?;
    // What contradicts the sheet is left out: a state from before the last change.
    let holds = |(stated, _): &(Statement, Vec<u8>)| currency::since(&register, id, stated).is_none();
    let current = current.ok().filter(holds).map(|(_, bytes)| bytes);
    let page = subject.page(args, &folder, &files, (&register, &theme), &sheet, current)?;
    let stem = subject.stem(id);
    let file = args.to.clone().unwrap_or_else(|| format!("{stem}.html").into());
    folder::write_out(&file, &page, args.overwrite)?;
    note(format!(
        "{}: version {} in {}",
        file.display(),
        subject.edition.version,
        subject.lang
    ));
    if sheet.times.no_later.is_none() {
        note("it says that no witness has seen the entry yet; docs/witness.md tells how that is changed");
    }
    Ok(())
}

/// A command goes on in the next line.
const BREAK: &str = " \\\n  ";

/// What the sheet is about.
struct Subject {
    id: DocumentId,
    doc: DocNo,
    lang: Lang,
    edition: Edition,
    tongue: Lang,
}

impl Subject {
    fn find(register: &Register, theme: &Theme, args: &Args, id: DocumentId) -> Done<Self> {
        let doc = register
            .by_id(id)
            .ok_or_else(|| Failure::usage(format!("{id}: this record has no such document")).hint(texts::FIND))?;
        let document = register.document(doc);
        if !matches!(document.facts.kind, Kind::Text(_)) {
            let what = format!("{id}: is no text but part of a site's structure");
            return Err(Failure::usage(what).hint("certificates are made of texts"));
        }
        let has = |lang: &Lang| document.language(*lang).is_some();
        let original = document.original().map(|words| words.lang);
        let lang = args.text.or(args.lang.filter(has)).or(original);
        let there = || {
            document
                .words
                .iter()
                .map(|words| words.lang.to_string())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let lang = lang.filter(has).ok_or_else(|| {
            let wanted = args.text.map_or_else(String::new, |lang| format!(" in {lang}"));
            Failure::usage(format!("{id}: there is no such text{wanted}")).hint(format!("it exists in: {}", there()))
        })?;
        Ok(Self {
            id,
            doc,
            lang,
            edition: edition(document.editions(lang), id, args.edition)?,
            tongue: tongue(theme, args.lang, lang)?,
        })
    }

    /// What files about it are called.
    fn stem(&self, id: DocumentId) -> String {
        format!("{id}.{}.{}", self.lang, self.edition.version)
    }

    fn page(
        &self,
        args: &Args,
        folder: &Folder,
        files: &Files,
        (register, theme): (&Register, &Theme),
        evidence: &Evidence,
        current: Option<Vec<u8>>,
    ) -> Done<Vec<u8>> {
        let (bases, frames) = (folder.config.bases(&address(args, folder)), Frames::new());
        let source = Guarded {
            source: files,
            withheld: Withheld::of(register),
        };
        let view = View {
            register,
            source: &source,
            theme,
            bases: &bases,
            frames: &frames,
            carried: true,
        };
        let attached = self.files(&view, self.id, evidence, current);
        let Times { not_before, no_later } = evidence.times.clone().bounded();
        let state = |seen: &Option<entered::Seen>| seen.as_ref().map(|seen| (seen.size, seen.at));
        let sheet = Sheet {
            doc: self.doc,
            lang: self.lang,
            version: self.edition.version,
            tongue: self.tongue,
            now: clock::now(),
            not_before: state(&not_before),
            no_later: state(&no_later),
            witnesses: no_later.map(|seen| seen.by).unwrap_or_default(),
            commands: commands(&attached, evidence),
            from_copy: from_copy(&view, &attached, evidence),
            files: attached,
            key: &evidence.key,
            signed: &evidence.signed,
        };
        let page =
            certificate::page(&view, &sheet).ok_or_else(|| Failure::new("there is no site whose text this is"))?;
        page.at("certificate.html")
    }

    /// What goes with the sheet: the proof, the data where they may be shown, what is current, the policy.
    fn files(&self, view: &View<'_>, id: DocumentId, evidence: &Evidence, current: Option<Vec<u8>>) -> Vec<Attached> {
        let (doc, lang, version) = (self.doc, self.lang, self.edition.version);
        let stem = self.stem(id);
        let url = |form| {
            Address::Edition {
                doc,
                lang,
                version,
                form,
            }
            .url(view)
        };
        let mut files = vec![Attached {
            name: format!("{stem}.proof"),
            bytes: evidence.proof.clone().into_bytes(),
            url: Some(url(Form::Proof)),
        }];
        let json = alternates::edition(view, doc, lang, version, Form::Json).filter(|page| page.status == 200);
        files.extend(json.map(|page| Attached {
            name: format!("{stem}.json"),
            bytes: page.bytes,
            url: Some(url(Form::Json)),
        }));
        files.extend(current.map(|bytes| Attached {
            name: format!("{id}.{lang}.currency"),
            bytes,
            url: None,
        }));
        if evidence.times.no_later.is_some() {
            let open = view.bases.scope() != Scope::Internal;
            files.push(Attached {
                name: "policy".to_owned(),
                bytes: evidence.policy.clone(),
                url: open.then(|| format!("{}policy", record(view))),
            });
        }
        files
    }
}

/// The commands that check the files, without a network.
fn commands(files: &[Attached], evidence: &Evidence) -> Vec<String> {
    let (key, policy) = (
        &evidence.key,
        if evidence.times.no_later.is_some() {
            " \\\n  --policy policy"
        } else {
            ""
        },
    );
    let both = proof_and_data(files);
    let mut commands = vec![format!("chancery verify {both}{BREAK}--key '{key}'{policy}")];
    commands.extend(
        named(files, ".currency")
            .iter()
            .map(|file| format!("chancery verify {file}{BREAK}--key '{key}'{policy}")),
    );
    commands
}

/// The commands that check them against a copy of the whole record, where that is open to everybody.
fn from_copy(view: &View<'_>, files: &[Attached], evidence: &Evidence) -> Option<String> {
    let (record, key, both) = (record(view), &evidence.key, proof_and_data(files));
    let commands =
        || format!("chancery mirror {record} copy{BREAK}--key '{key}'\nchancery verify {both}{BREAK}--key copy");
    (view.bases.scope() == Scope::Full).then(commands)
}

fn proof_and_data(files: &[Attached]) -> String {
    [named(files, ".proof"), named(files, ".json")].concat().join(BREAK)
}

fn named<'f>(files: &'f [Attached], ending: &str) -> Vec<&'f str> {
    let names = files.iter().map(|file| file.name.as_str());
    names.filter(|name| name.ends_with(ending)).collect()
}

fn record(view: &View<'_>) -> String {
    format!("{}/record/", view.bases.root(view.register, view.permalink_root()))
}

/// The version that was asked for, or the newest with a wording, shown or not.
fn edition(editions: &[Edition], id: DocumentId, wanted: Option<u32>) -> Done<Edition> {
    let newest = || editions.iter().rev().find(|edition| edition.has_manifest());
    let found = match wanted {
        Some(version) => editions.iter().find(|edition| edition.version == version),
        None => newest().or(editions.last()),
    };
    let versions = match editions.len() {
        1 => "there is version 1 alone".to_owned(),
        count => format!("there are versions 1 to {count}"),
    };
    let missing = || Failure::usage(format!("{id}: there is no version {}", wanted.unwrap_or(1)));
    found.copied().ok_or_else(|| missing().hint(versions))
}

fn tongue(theme: &Theme, wanted: Option<Lang>, text: Lang) -> Done<Lang> {
    let tongues = theme.tongues();
    match wanted {
        Some(lang) if tongues.has(lang) => Ok(tongues.of(lang).lang),
        Some(lang) => {
            let all: Vec<String> = tongues.langs().map(|lang| lang.to_string()).collect();
            Err(
                Failure::usage(format!("--lang: there are no words for a sheet in {lang}")).hint(format!(
                    "there are: {}; --text names the language of the text",
                    all.join(", ")
                )),
            )
        }
        None => Ok(tongues.of(text).lang),
    }
}

/// The base address: as given, else as configured, else where the mirror copies from.
fn address(args: &Args, folder: &Folder) -> String {
    let config = &folder.config;
    if let Some(address) = args.address.as_ref().or(config.address.as_ref()) {
        return address.clone();
    }
    if let Some(mirror) = &config.mirror {
        return mirror.from.strip_suffix("/record/").unwrap_or(&mirror.from).to_owned();
    }
    let address = format!("http://{}", config.listen);
    warn(format!(
        "the sheet names {address}: give --address, or `address` in chancery.toml"
    ));
    address
}

/// What shows it: the proof, the times, and the key that signed.
struct Evidence {
    proof: String,
    signed: String,
    times: Times,
    key: String,
    policy: Vec<u8>,
}

impl Evidence {
    fn gather(folder: &Folder, files: &Files, subject: &Subject) -> Done<Self> {
        let trusted = Trusted::of_folder(folder.root())?.with_keys_of_folder();
        let index = subject.edition.index;
        let entered = entered::make(files, index);
        let entered = entered.ok_or_else(|| Failure::new(format!("entry {index}: no checkpoint to prove it with")))?;
        let wrong = |what: String| Failure::new(format!("entry {index}: {what}")).hint("`chancery verify` says more");
        let shown = entered
            .verify(&trusted.keys)
            .map_err(|error| wrong(error.to_string()))?;
        let judged = trusted.policy.as_ref().map(|policy| Times::judge(policy, &shown));
        let signs = |key: &&tlog::LogKey| Checkpoint::open(&shown.holding, &key.key).is_ok();
        let signer = trusted.keys.keys().iter().find(signs);
        Ok(Self {
            times: judged.transpose().map_err(wrong)?.unwrap_or_default(),
            key: signer.map_or(&trusted.key, |known| &known.key).to_string(),
            proof: entered.proof().to_owned(),
            signed: String::from_utf8_lossy(&shown.holding).into_owned(),
            policy: folder::read_if_there(&folder.record().join("policy"))?.unwrap_or_default(),
        })
    }
}

//! The process that holds the keys. It answers one line with one line, and signs checkpoints of one history only.
//!
//! What it signed last is on the disk before the signature leaves. *A crash between the two leaves a checkpoint as signed that
//! nobody has; the same one is signed again when it is asked for, one that does not continue it is not.*

use super::{
    IDLE, LONGEST, Patient, line,
    rules::{Asked, Purpose, Signed, judge},
};
use crate::{
    folder::{self, replace},
    given, keys,
    output::{Context as _, Done, Failure, warn},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustix::{fs::Mode, process::umask};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufReader, ErrorKind, Write as _},
    os::unix::{
        fs::FileTypeExt as _,
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use tlog::{
    Checkpoint, Hash, SigningKey,
    note::MAX_NOTE,
    store::{Dir, Disk as _, Lock},
};

/// Connections at once.
const MOST: usize = 64;
/// What was signed last, in the folder of the keys.
const SIGNED: &str = "signed";

/// A signer with its keys.
pub struct Signer {
    folder: PathBuf,
    held: Mutex<Held>,
    _lock: Box<dyn Lock>,
}

struct Held {
    /// Keys by their public half, and the files they came from.
    keys: BTreeMap<String, SigningKey>,
    files: Vec<PathBuf>,
    /// The newest signed checkpoint of each log.
    signed: BTreeMap<String, Signed>,
}

impl Signer {
    /// Loads every key of a folder; asks for their passphrase where they have one.
    pub fn open(folder: &Path) -> Done<Self> {
        let files = key_files(folder)?;
        let lock = Dir::new(folder).lock("lock").at(folder.display())?;
        let lock = lock.ok_or_else(|| Failure::new(format!("{}: another signer runs here", folder.display())))?;
        let mut held = Held {
            keys: BTreeMap::new(),
            files: Vec::new(),
            signed: read(&folder.join(SIGNED))?,
        };
        for path in files {
            held.load(path)?;
        }
        if held.keys.is_empty() {
            let failure = Failure::usage(format!("{}: there is no key to sign with", folder.display()));
            return Err(failure.hint("move the files of keys/ here, but not the root keys"));
        }
        Ok(Self {
            folder: folder.to_owned(),
            held: Mutex::new(held),
            _lock: lock,
        })
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.held().keys.len()
    }

    /// True without keys; then there is no signer.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// From now on what is signed continues this checkpoint, which a key here has signed, and not the one signed last.
    pub fn take_back(&self, path: &Path) -> Done<Checkpoint> {
        let mut held = self.held();
        let checkpoint = held.own(path)?;
        let Checkpoint { origin, size, root } = checkpoint.clone();
        held.signed.insert(origin, Signed { size, root });
        self.save(&held.signed)?;
        Ok(checkpoint)
    }

    /// The first checkpoint that is signed continues this one, where nothing was signed of its log yet; else it changes
    /// nothing, but must not contradict what was. Then a file that says nothing does not keep a signer from starting.
    pub fn begin(&self, path: &Path) -> Done {
        let mut held = self.held();
        let own = match held.own(path) {
            Err(failure) if held.has_begun() => {
                warn(format!("--from is passed over: {}", failure.message));
                return Ok(());
            }
            own => own?,
        };
        let Checkpoint { origin, size, root } = own;
        let next = Signed { size, root };
        match held.signed.get(&origin).filter(|before| before.size > 0) {
            Some(before) if before.size == size && *before != next => {
                let what = format!(
                    "{}: another checkpoint of {size} entries was signed here",
                    path.display()
                );
                Err(Failure::new(what).hint("two histories were signed: compare the record with a mirror"))
            }
            Some(_) => Ok(()),
            None => {
                held.signed.insert(origin, next);
                self.save(&held.signed)
            }
        }
    }

    /// Names of the logs whose first checkpoint will be taken on trust.
    pub fn trusting(&self) -> Vec<String> {
        let held = self.held();
        let mut new = held.logs();
        new.retain(|origin| held.newest(origin) == 0);
        new
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, signed: &BTreeMap<String, Signed>) -> Done {
        let lines = signed
            .iter()
            .map(|(origin, signed)| format!("{origin} {} {}\n", signed.size, signed.root.to_base64()));
        replace(&self.folder.join(SIGNED), lines.collect::<String>().as_bytes(), true)
    }

    /// Answers one line.
    pub fn answer(&self, request: &str) -> String {
        let mut parts = request.split(' ');
        let mut next = || parts.next();
        let answer = match (next(), next(), next(), next(), next()) {
            (Some("keys"), None, ..) => return self.keys(),
            (Some("signed"), Some(origin), None, ..) => return self.newest(origin),
            (Some("sign"), Some(vkey), Some(text), proof, None) => self.sign(vkey, text, proof),
            _ => Err("the request is neither `keys`, `signed ORIGIN` nor `sign KEY TEXT PROOF`".to_owned()),
        };
        answer.unwrap_or_else(|why| format!("refused {why}\n"))
    }

    /// All keys; those that were put into the folder meanwhile are among them.
    fn keys(&self) -> String {
        let mut held = self.held();
        for path in key_files(&self.folder).unwrap_or_default() {
            if let Err(failure) = held.load(path) {
                warn(failure.message);
            }
        }
        let lines: String = held.keys.keys().map(|vkey| format!("key {vkey}\n")).collect();
        lines + "end\n"
    }

    /// Size of the newest checkpoint that was signed.
    fn newest(&self, origin: &str) -> String {
        format!("signed {}\n", self.held().newest(origin))
    }

    fn sign(&self, vkey: &str, text: &str, proof: Option<&str>) -> Result<String, String> {
        let hashes = proof.into_iter().flat_map(|proof| proof.split(','));
        let proof: Vec<Hash> = hashes
            .map(Hash::from_base64)
            .collect::<Result<_, _>>()
            .map_err(|_| "the proof is not in base64")?;
        let text = STANDARD.decode(text).map_err(|_| "the text is not in base64")?;
        let mut held = self.held();
        let key = held.keys.get(vkey).ok_or("this key is not here")?;
        let asked = judge(&key.verifier(), &text)?;
        let line = key.sign(&text);
        if let Asked::Checkpoint(checkpoint) = asked {
            self.keep(&mut held, checkpoint, &proof)?;
        }
        Ok(format!("signature {}\n", STANDARD.encode(line.signature)))
    }

    /// Remembers a checkpoint, durably, before its signature leaves.
    fn keep(&self, held: &mut Held, checkpoint: Checkpoint, proof: &[Hash]) -> Result<(), String> {
        let before = held.signed.get(&checkpoint.origin);
        before.map_or(Ok(()), |before| before.check(&checkpoint, proof))?;
        let Checkpoint { origin, size, root } = checkpoint;
        let next = Signed { size, root };
        if before == Some(&next) {
            return Ok(());
        }
        let mut signed = held.signed.clone();
        signed.insert(origin, next);
        if let Err(failure) = self.save(&signed) {
            warn(failure.message);
            return Err("what was signed could not be kept".to_owned());
        }
        held.signed = signed;
        Ok(())
    }
}

impl Held {
    /// Names of the logs that keys here are of.
    fn logs(&self) -> Vec<String> {
        let keys: Vec<_> = self.keys.values().map(SigningKey::verifier).collect();
        let logs = keys.iter().filter_map(|key| match Purpose::of(key) {
            Purpose::Log(origin) => Some(origin.to_owned()),
            _ => None,
        });
        let mut logs: Vec<String> = logs.collect();
        logs.dedup();
        logs
    }

    /// Size of the newest checkpoint of a log that was signed, or 0.
    fn newest(&self, origin: &str) -> u64 {
        self.signed.get(origin).map_or(0, |signed| signed.size)
    }

    /// True if no checkpoint will be taken on trust.
    fn has_begun(&self) -> bool {
        let logs = self.logs();
        !logs.is_empty() && logs.iter().all(|origin| self.newest(origin) > 0)
    }

    /// The checkpoint of a file, if a key here has signed it.
    fn own(&self, path: &Path) -> Done<Checkpoint> {
        let bytes = given::bytes(path, MAX_NOTE as u64, "a checkpoint")?;
        let mut keys = self.keys.values().map(SigningKey::verifier);
        keys.find_map(|key| Checkpoint::open(&bytes, &key).ok()).ok_or_else(|| {
            Failure::usage(format!("{}: no checkpoint that a key here has signed", path.display()))
                .hint("such as record/checkpoint of the data folder")
        })
    }

    fn load(&mut self, path: PathBuf) -> Done {
        if self.files.contains(&path) {
            return Ok(());
        }
        let public = keys::public(&path)?;
        if Purpose::of(&public) == Purpose::Root {
            let failure = Failure::usage(format!(
                "{}: a root key belongs offline, not with the signer",
                path.display()
            ));
            return Err(failure);
        }
        self.keys.insert(public.to_string(), keys::load(&path)?);
        self.files.push(path);
        Ok(())
    }
}

fn key_files(folder: &Path) -> Done<Vec<PathBuf>> {
    keys::in_folder(folder)
}

/// `ORIGIN SIZE ROOT` on each line. A file that is not so is never taken for an empty one.
fn read(path: &Path) -> Done<BTreeMap<String, Signed>> {
    let text = folder::read_if_there(path)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let parsed = text.lines().map(|line| {
        let mut parts = line.split(' ');
        let (origin, size, root) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        let root = Hash::from_base64(root).ok()?;
        Some((origin.to_owned(), Signed { size, root }))
    });
    parsed.collect::<Option<_>>().ok_or_else(|| {
        Failure::new(format!("{}: damaged", path.display()))
            .hint("restore it: without it two histories could be signed")
    })
}

/// Listens at a path that only this user reaches. A socket that nobody answers at is replaced, and nothing else.
pub fn bind(path: &Path) -> Done<UnixListener> {
    if UnixStream::connect(path).is_ok() {
        return Err(Failure::new(format!("{}: another signer answers here", path.display())));
    }
    let there = fs::symlink_metadata(path).ok();
    if there.as_ref().is_some_and(|there| !there.file_type().is_socket()) {
        let failure = Failure::usage(format!("{}: is there, and no socket", path.display()));
        return Err(failure.hint("--socket names a path where there is nothing yet"));
    }
    there.map_or(Ok(()), |_| fs::remove_file(path)).at(path.display())?;
    // The socket is never open to others, not even before its mode could be set.
    let before = umask(Mode::from_raw_mode(0o177));
    let bound = UnixListener::bind(path);
    umask(before);
    bound.map_err(|error| unbound(path, &error))
}

fn unbound(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::usage(format!("{}: cannot listen here: {error}", path.display()));
    match error.kind() {
        ErrorKind::NotFound => failure.hint("make the folder first, one that only this user can write to"),
        ErrorKind::PermissionDenied => failure.hint("let this user write to its folder"),
        ErrorKind::InvalidInput => failure.hint("the path of a socket has at most 107 bytes"),
        _ => failure,
    }
}

/// Answers for ever, each connection in a thread of its own.
pub fn serve(signer: &Arc<Signer>, listener: &UnixListener) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::Relaxed) >= MOST {
            open.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (signer, open) = (Arc::clone(signer), Arc::clone(&open));
        thread::spawn(move || {
            // Whoever is gone needs no answer.
            let _ = talk(&signer, stream);
            open.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

fn talk(signer: &Signer, stream: UnixStream) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(LONGEST, Patient::new(stream, IDLE)?);
    loop {
        let request = match line(&mut reader) {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            // Where the next request begins nobody knows.
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                let why = format!("refused the request is longer than {LONGEST} bytes\n");
                return reader.get_mut().stream.write_all(why.as_bytes());
            }
            Err(error) => return Err(error),
        };
        let patient = reader.get_mut();
        // No request has other bytes than ASCII, so that one with others is refused.
        let request = String::from_utf8_lossy(&request);
        patient.stream.write_all(signer.answer(&request).as_bytes())?;
        patient.renew();
    }
}

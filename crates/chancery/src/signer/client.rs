//! Asking a signer. It answers within a bounded time, or the command fails before anything is written.

use super::{IDLE, Patient, line, rules::Purpose};
use crate::{
    folder::Folder,
    output::{Context as _, Done, Failure},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    io::{self, BufReader, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};
use tlog::{
    Checkpoint, Hash, LogReader, VerifierKey,
    note::{SignError, SignatureLine, Signs},
    store::Dir,
};

/// The signers that this process has talked to.
static CLIENTS: Mutex<Vec<Arc<Client>>> = Mutex::new(Vec::new());

/// A signer and the keys that it holds.
struct Client {
    path: PathBuf,
    keys: Vec<VerifierKey>,
    /// It answers a request within this time.
    patience: Duration,
    /// `None` after a failure.
    connection: Mutex<Option<Connection>>,
}

/// The keys that the signer of a data folder holds; none where no signer is set.
pub fn keys(folder: &Folder) -> Done<Vec<Arc<dyn Signs>>> {
    let Some(client) = client(folder)? else {
        return Ok(Vec::new());
    };
    let held = client.keys.iter().map(|key| Held::key(&client, key));
    Ok(held.collect())
}

/// The key that is named so, if the signer of a data folder holds it.
pub fn find(folder: &Folder, vkey: &str) -> Done<Option<Arc<dyn Signs>>> {
    let client = client(folder)?;
    Ok(client.and_then(|client| {
        let key = client.keys.iter().find(|key| key.to_string() == vkey)?;
        Some(Held::key(&client, key))
    }))
}

/// Shows the signer the newest checkpoint of a record, with proof, where the one that it signed last is older: the next is
/// proved against that alone.
pub fn catch_up(folder: &Folder, origin: &str, log: &LogReader<Dir>) -> Done {
    let Some(client) = client(folder)? else { return Ok(()) };
    let Some(key) = client.keys.iter().find(|key| key.name() == origin) else {
        return Ok(());
    };
    let failed = |what: String| Failure::new(format!("signer at {}: {what}", client.path.display()));
    let (signed, size) = (client.signed(origin).map_err(failed)?, log.size());
    if signed == 0 || signed >= size {
        return Ok(());
    }
    let proof = log.consistency(signed, size).at("record")?.unwrap_or_default();
    let root = log.root(size).at("record")?.unwrap_or_default();
    let origin = origin.to_owned();
    let text = Checkpoint { origin, size, root }.to_string();
    client.sign(key, text.as_bytes(), &proof).map(drop).map_err(failed)
}

/// True for keys that sign checkpoints.
pub fn is_log(key: &VerifierKey) -> bool {
    matches!(Purpose::of(key), Purpose::Log(_))
}

fn client(folder: &Folder) -> Done<Option<Arc<Client>>> {
    let Some(setting) = &folder.config.signer else {
        return Ok(None);
    };
    let path = setting.strip_prefix("unix:").ok_or_else(|| {
        let file = folder.root().join(crate::config::FILE);
        Failure::usage(format!(
            "{}: signer = \"{setting}\" does not begin with `unix:`",
            file.display()
        ))
        .hint("such as signer = \"unix:/run/chancery/signer.sock\"")
    })?;
    let path = folder.root().join(path);
    let mut clients = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = clients.iter().find(|client| client.path == path) {
        return Ok(Some(Arc::clone(known)));
    }
    let patience = Duration::from_secs(folder.config.signer_seconds.max(1));
    let client = Client::connect(&path, patience).map_err(|error| {
        Failure::new(format!("signer at {}: {}", path.display(), told(&error, patience)))
            .hint("nothing was published; `chancery signer` is the process that should answer there")
    })?;
    clients.push(Arc::new(client));
    Ok(clients.last().cloned())
}

fn told(error: &io::Error, patience: Duration) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => format!("no answer within {} s", patience.as_secs()),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => {
            "it went away".to_owned()
        }
        io::ErrorKind::InvalidData => "what it said is no answer".to_owned(),
        _ => error.to_string(),
    }
}

impl Client {
    fn connect(path: &Path, patience: Duration) -> io::Result<Self> {
        let mut connection = Connection::open(path, patience)?;
        let keys = connection.keys()?;
        Ok(Self {
            path: path.to_owned(),
            keys,
            patience,
            connection: Mutex::new(Some(connection)),
        })
    }

    /// A connection that failed is not used again: its next line may answer the question before.
    fn with<T>(&self, ask: impl FnOnce(&mut Connection) -> io::Result<T>) -> Result<T, String> {
        let mut held = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = held.take().ok_or("it went away")?;
        let talked = || {
            let mut connection = connection.or_another(&self.path)?;
            let answer = ask(&mut connection)?;
            Ok((connection, answer))
        };
        let (connection, answer) = talked().map_err(|error: io::Error| told(&error, self.patience))?;
        *held = Some(connection);
        Ok(answer)
    }

    /// Size of the newest checkpoint that it signed; 0 where it does not say.
    fn signed(&self, origin: &str) -> Result<u64, String> {
        self.with(|connection| connection.signed(origin))
    }

    fn sign(&self, key: &VerifierKey, text: &[u8], proof: &[Hash]) -> Result<SignatureLine, String> {
        let signature = self.with(|connection| connection.sign(key, text, proof))??;
        if !key.verify(text, &signature) {
            return Err("its signature does not verify".to_owned());
        }
        Ok(SignatureLine {
            name: key.name().to_owned(),
            id: key.id(),
            signature,
        })
    }
}

/// A key that the signer holds.
struct Held {
    client: Arc<Client>,
    key: VerifierKey,
}

impl Held {
    fn key(client: &Arc<Client>, key: &VerifierKey) -> Arc<dyn Signs> {
        Arc::new(Self {
            client: Arc::clone(client),
            key: key.clone(),
        })
    }

    fn ask(&self, text: &[u8], proof: &[Hash]) -> Result<SignatureLine, SignError> {
        let signed = self.client.sign(&self.key, text, proof);
        signed.map_err(|what| SignError(format!("signer at {}: {what}", self.client.path.display())))
    }
}

impl Signs for Held {
    fn verifier(&self) -> VerifierKey {
        self.key.clone()
    }

    fn sign(&self, text: &[u8]) -> Result<SignatureLine, SignError> {
        self.ask(text, &[])
    }

    fn sign_next(&self, text: &[u8], proof: &dyn Fn() -> Vec<Hash>) -> Result<SignatureLine, SignError> {
        self.ask(text, &proof())
    }
}

/// One connection; requests and answers in turn.
struct Connection {
    stream: BufReader<Patient>,
    /// When something was asked last.
    used: Instant,
}

impl Connection {
    /// Connecting may wait too, where the other side does not accept.
    fn open(path: &Path, patience: Duration) -> io::Result<Self> {
        let (send, receive) = mpsc::channel();
        let place = path.to_owned();
        thread::spawn(move || send.send(UnixStream::connect(place)));
        let stream = receive.recv_timeout(patience).map_err(|_| io::ErrorKind::TimedOut)??;
        let stream = BufReader::new(Patient::new(stream, patience)?);
        Ok(Self {
            stream,
            used: Instant::now(),
        })
    }

    /// This one, unless the signer may be about to close it.
    fn or_another(self, path: &Path) -> io::Result<Self> {
        if self.used.elapsed() < IDLE / 2 {
            return Ok(self);
        }
        Self::open(path, self.stream.get_ref().patience)
    }

    fn ask(&mut self, request: &str) -> io::Result<()> {
        self.used = Instant::now();
        let patient = self.stream.get_mut();
        patient.renew();
        patient.stream.write_all(request.as_bytes())
    }

    fn hear(&mut self) -> io::Result<String> {
        let line = line(&mut self.stream)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        String::from_utf8(line).map_err(|_| io::ErrorKind::InvalidData.into())
    }

    fn keys(&mut self) -> io::Result<Vec<VerifierKey>> {
        self.ask("keys\n")?;
        let mut keys = Vec::new();
        loop {
            let line = self.hear()?;
            let key = line.strip_prefix("key ").and_then(|vkey| vkey.parse().ok());
            match key {
                Some(key) if keys.len() < MOST_KEYS => keys.push(key),
                None if line == "end" => return Ok(keys),
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
    }

    fn signed(&mut self, origin: &str) -> io::Result<u64> {
        self.ask(&format!("signed {origin}\n"))?;
        let line = self.hear()?;
        let size = line.strip_prefix("signed ").and_then(|size| size.parse().ok());
        Ok(size.unwrap_or(0))
    }

    /// The signature, or why there is none.
    fn sign(&mut self, key: &VerifierKey, text: &[u8], proof: &[Hash]) -> io::Result<Result<Vec<u8>, String>> {
        let hashes: Vec<String> = proof.iter().map(|hash| hash.to_base64()).collect();
        let request = format!("sign {key} {} {}", STANDARD.encode(text), hashes.join(","));
        self.ask(&format!("{}\n", request.trim_end()))?;
        let line = self.hear()?;
        if let Some(why) = line.strip_prefix("refused ") {
            let plain = why.chars().filter(|c| !c.is_control()).collect();
            return Ok(Err(plain));
        }
        let signature = line
            .strip_prefix("signature ")
            .and_then(|text| STANDARD.decode(text).ok());
        signature.map(Ok).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

/// Most keys that a signer may have.
const MOST_KEYS: usize = 10_000;

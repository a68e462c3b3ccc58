//! Asking a signer. It answers within a bounded time, or the command fails before anything is written.

use super::{line, rules::Purpose};
use crate::{
    folder::Folder,
    output::{Done, Failure},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    io::{self, BufReader, Read, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};
use tlog::{
    VerifierKey,
    note::{SignError, SignatureLine, Signs},
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

    fn sign(&self, key: &VerifierKey, text: &[u8]) -> Result<SignatureLine, String> {
        let mut held = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // A connection that failed is not used again: its next line may answer the question before.
        let mut connection = held.take().ok_or("it went away")?;
        let answer = connection
            .sign(key, text)
            .map_err(|error| told(&error, self.patience))?;
        *held = Some(connection);
        let signature = answer?;
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
}

impl Signs for Held {
    fn verifier(&self) -> VerifierKey {
        self.key.clone()
    }

    fn sign(&self, text: &[u8]) -> Result<SignatureLine, SignError> {
        let signed = self.client.sign(&self.key, text);
        signed.map_err(|what| SignError(format!("signer at {}: {what}", self.client.path.display())))
    }
}

/// One connection; requests and answers in turn.
struct Connection {
    stream: BufReader<Patient>,
}

impl Connection {
    /// Connecting may wait too, where the other side does not accept.
    fn open(path: &Path, patience: Duration) -> io::Result<Self> {
        let (send, receive) = mpsc::channel();
        let place = path.to_owned();
        thread::spawn(move || send.send(UnixStream::connect(place)));
        let stream = receive.recv_timeout(patience).map_err(|_| io::ErrorKind::TimedOut)??;
        stream.set_write_timeout(Some(patience))?;
        let until = Instant::now() + patience;
        let stream = BufReader::new(Patient {
            stream,
            patience,
            until,
        });
        Ok(Self { stream })
    }

    fn ask(&mut self, request: &str) -> io::Result<()> {
        let patient = self.stream.get_mut();
        patient.until = Instant::now() + patient.patience;
        patient.stream.write_all(request.as_bytes())
    }

    fn hear(&mut self) -> io::Result<String> {
        line(&mut self.stream)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
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

    /// The signature, or why there is none.
    fn sign(&mut self, key: &VerifierKey, text: &[u8]) -> io::Result<Result<Vec<u8>, String>> {
        self.ask(&format!("sign {key} {}\n", STANDARD.encode(text)))?;
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

/// A stream that is read until a moment and not longer, however slowly it answers.
struct Patient {
    stream: UnixStream,
    patience: Duration,
    until: Instant,
}

impl Read for Patient {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(into)
    }
}

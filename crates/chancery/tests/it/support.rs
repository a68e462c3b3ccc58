//! What the tests share: the real binary, temporary folders, the example ministry.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The binary under test.
pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_chancery"))
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("repository")
}

/// A command of the binary in a folder, without a terminal and without colours.
pub(crate) fn chancery(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("RUST_BACKTRACE");
    command.stdin(std::process::Stdio::null());
    command
}

/// Runs a command that must end well.
pub(crate) fn ok(folder: &Path, args: &[&str]) -> Output {
    let output = chancery(folder, args).output().expect("runs");
    assert!(
        output.status.success(),
        "chancery {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// A temporary folder with a new ministry `m` that has the sites `hq` and `vn`.
pub(crate) fn ministry() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let here = folder.path();
    ok(
        here,
        &[
            "init",
            "m",
            "--name",
            "Ministry of Tides",
            "--origin",
            "record.tides.example",
        ],
    );
    ok(
        here,
        &[
            "site",
            "add",
            "m",
            "--ministry",
            "--name",
            "Ministry of Tides",
            "--langs",
            "en,ar",
        ],
    );
    let zone = "Asia/Ho_Chi_Minh";
    ok(
        here,
        &[
            "site", "add", "m", "--code", "vn", "--name", "Embassy", "--langs", "en,vi", "--zone", zone,
        ],
    );
    write(
        here,
        "texts/news.toml",
        "type = \"section\"\nsite = \"vn\"\nslug = \"news\"\nrole = \"news\"\nshow = \"list\"\n",
    );
    folder
}

/// Writes a file and the folders above it.
pub(crate) fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
    std::fs::write(path, text).expect("file");
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("port");
    socket.local_addr().expect("address").port()
}

/// A server under test, ended when the test is.
pub(crate) struct Server {
    process: std::process::Child,
    /// `http://127.0.0.1:PORT`.
    pub(crate) base: String,
}

impl Server {
    /// Serves the example ministry from `demo` in a folder.
    pub(crate) fn demo(folder: &Path) -> Self {
        Self::start(folder, &["demo"])
    }

    /// Serves with a command that takes `--listen`.
    pub(crate) fn start(folder: &Path, args: &[&str]) -> Self {
        let listen = format!("127.0.0.1:{}", free_port());
        let mut command = chancery(folder, args);
        command
            .args(["--listen", &listen])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        let process = command.spawn().expect("server");
        let server = Self {
            process,
            base: format!("http://{listen}"),
        };
        for _ in 0..600 {
            if server.get("/healthz").is_ok() {
                return server;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("chancery {args:?} does not answer");
    }

    /// The body of an answer with status 200.
    pub(crate) fn get(&self, path: &str) -> Result<Vec<u8>, String> {
        let mut answer = ureq::get(format!("{}{path}", self.base))
            .call()
            .map_err(|error| error.to_string())?;
        answer.body_mut().read_to_vec().map_err(|error| error.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The exit code of a command and all that it said.
pub(crate) fn run(here: &Path, args: &[&str]) -> (i32, String) {
    let output = chancery(here, args).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), said)
}

/// The size of the record of `m`.
pub(crate) fn entries(here: &Path) -> u64 {
    let checkpoint = std::fs::read_to_string(here.join("m/record/checkpoint")).expect("checkpoint");
    checkpoint
        .lines()
        .nth(1)
        .and_then(|line| line.parse().ok())
        .expect("size")
}

/// Enters a signed proposal without the checks of `key submit`, as a program of somebody else might.
pub(crate) fn enter(here: &Path, proposal: &str) {
    let text = std::fs::read_to_string(here.join(proposal)).expect("proposal");
    let leaf = text.rsplit("----\n").next().expect("entry").as_bytes().to_vec();
    let key = chancery::keys::load(&here.join("m/keys/log.key")).expect("key");
    let disk = std::sync::Arc::new(tlog::store::Dir::new(here.join("m/record")));
    let (mut writer, _) = tlog::Writer::open(disk, "record.tides.example", key).expect("opens");
    let group = tlog::Group {
        entries: vec![leaf],
        blobs: Vec::new(),
    };
    writer.commit(&[group]).expect("entered");
    writer.close().expect("closed");
}

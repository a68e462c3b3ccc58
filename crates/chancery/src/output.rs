//! What people at the terminal read: errors with their cure, questions, notes. Data goes to stdout, all else to stderr.

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::{
    fmt::Display,
    io::{self, BufRead as _, ErrorKind, IsTerminal as _, Write as _},
    path::Path,
    process::ExitCode,
    sync::{Mutex, MutexGuard, Once, PoisonError},
    thread,
};
use tokio::signal::unix::{SignalKind, signal};
use zeroize::Zeroizing;

/// Something went wrong that the user can act on.
pub const FAILED: u8 = 1;
/// The command line or a file given on it is wrong.
pub const USAGE: u8 = 2;
/// A check found something: `verify` and nothing else.
pub const FINDINGS: u8 = 3;
/// Another process holds the record.
pub const BUSY: u8 = 4;

/// An error for a person: what and where, and what to do.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong, and where.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Exit code.
    pub code: u8,
}

/// The result of a command.
pub type Done<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure without a cure.
    pub fn new(message: impl Display) -> Self {
        Self {
            message: message.to_string(),
            hint: None,
            code: FAILED,
        }
    }

    /// A wrong argument or input file.
    pub fn usage(message: impl Display) -> Self {
        Self {
            code: USAGE,
            ..Self::new(message)
        }
    }

    /// A file given on the command line that cannot be read.
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        let failure = Self::usage(format!("{}: {error}", path.display()));
        match error.kind() {
            ErrorKind::InvalidData => Self::usage(format!("{}: not UTF-8", path.display())).hint("save it as UTF-8"),
            ErrorKind::NotFound => failure.hint("the path is taken from the folder you are in"),
            ErrorKind::PermissionDenied => failure.hint("let this user read it"),
            ErrorKind::IsADirectory => failure.hint("name a file in it"),
            ErrorKind::NotADirectory => failure.hint("what is named here, or stands above it, is a file"),
            _ => failure,
        }
    }

    /// The same with a cure.
    #[must_use]
    pub fn hint(self, hint: impl Display) -> Self {
        Self {
            hint: Some(hint.to_string()),
            ..self
        }
    }

    /// The same, saying where it happened.
    #[must_use]
    pub fn within(self, place: impl Display) -> Self {
        Self {
            message: format!("{place}: {}", self.message),
            ..self
        }
    }

    /// The same with another exit code.
    #[must_use]
    pub fn code(self, code: u8) -> Self {
        Self { code, ..self }
    }
}

/// Says where an error happened.
pub trait Context<T> {
    /// Puts `what` before the message.
    fn at(self, what: impl Display) -> Done<T>;
}

impl<T, E: Display> Context<T> for Result<T, E> {
    fn at(self, what: impl Display) -> Done<T> {
        self.map_err(|error| Failure::new(format!("{what}: {error}")))
    }
}

/// Prints a failure and gives its exit code.
pub fn report(failure: &Failure) -> ExitCode {
    let paint = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let (red, cyan, plain) = if paint {
        ("\x1b[1;31m", "\x1b[1;36m", "\x1b[0m")
    } else {
        ("", "", "")
    };
    note(format!("{red}error:{plain} {}", failure.message));
    if let Some(hint) = &failure.hint {
        note(format!("\n{cyan}hint:{plain} {hint}"));
    }
    ExitCode::from(failure.code)
}

/// `entry 68`, or `entries 68 to 70`: those from `first` on, up to the one before `end`.
pub fn entries(first: u64, end: u64) -> String {
    match end.saturating_sub(1) {
        last if last <= first => format!("entry {first}"),
        last => format!("entries {first} to {last}"),
    }
}

/// A line of result on stdout. Where nobody reads on, the work goes on all the same.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// A line for the person, not for a program; nobody need be there to read it.
pub fn note(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A warning for the person.
pub fn warn(line: impl Display) {
    note(format!("warning: {line}"));
}

/// True where a question can be asked and answered.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question on the terminal and reads one line.
pub fn ask(question: &str) -> Done<String> {
    // Whoever is asked is not waited for with the lock: others may have something to say.
    write!(io::stderr(), "{question} ")
        .and_then(|()| io::stderr().flush())
        .at("terminal")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).at("terminal")?;
    Ok(answer.trim().to_owned())
}

/// Asks for something that is not shown while it is typed; whoever stops the command instead gets the terminal back as it was.
pub fn ask_secret(question: &str) -> Done<Zeroizing<String>> {
    let before = tcgetattr(io::stdin()).at("terminal")?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    *terminal() = Some(before);
    STOPPED.call_once(|| _ = give_back_when_stopped());
    tcsetattr(io::stdin(), OptionalActions::Now, &hidden).at("terminal")?;
    let answer = ask(question).map(Zeroizing::new);
    give_back();
    answer
}

/// How the terminal was before something was typed into it that is not shown.
static TERMINAL: Mutex<Option<Termios>> = Mutex::new(None);
static STOPPED: Once = Once::new();

fn terminal() -> MutexGuard<'static, Option<Termios>> {
    TERMINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

fn give_back() {
    if let Some(before) = terminal().take() {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        note("");
    }
}

/// From now on signals that end the process come here first, for as long as it runs: once caught, they end nothing themselves.
fn give_back_when_stopped() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ends = [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::terminate(),
    ];
    let [mut hangup, mut interrupt, mut quit, mut terminate] = {
        let _inside = runtime.enter();
        let [a, b, c, d] = ends.map(signal);
        [a?, b?, c?, d?]
    };
    let wait = move || {
        let number = runtime.block_on(async {
            tokio::select! {
                _ = hangup.recv() => 1,
                _ = interrupt.recv() => 2,
                _ = quit.recv() => 3,
                _ = terminate.recv() => 15,
            }
        });
        give_back();
        std::process::exit(128 + number)
    };
    thread::Builder::new().name("signals".to_owned()).spawn(wait).map(drop)
}

/// Asks for a yes; without a terminal `--yes` must have been given.
pub fn confirm(yes: bool, question: &str) -> Done {
    if yes {
        return Ok(());
    }
    if !can_ask() {
        return Err(Failure::usage(format!("{question} Nobody is here to answer.")).hint("give --yes to go ahead"));
    }
    if is_yes(question)? {
        Ok(())
    } else {
        Err(Failure::new("stopped; nothing was published"))
    }
}

/// Asks on the terminal; whatever is no yes is a no.
pub fn is_yes(question: &str) -> Done<bool> {
    let answer = ask(&format!("{question} [y/N]"))?.to_lowercase();
    Ok(matches!(answer.as_str(), "y" | "yes"))
}

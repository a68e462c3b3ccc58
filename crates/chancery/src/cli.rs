//! The commands. Each flag's text is its documentation.

use crate::{clock, cmd, output::Done};

/// Publishes the official statements of a foreign ministry and its missions from a signed, append-only record.
#[derive(clap::Parser, Debug)]
#[command(name = "chancery", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Write although the clock is more than five minutes behind the last entry, and say why
    #[arg(long, value_name = "REASON", global = true, hide_short_help = true)]
    pub accept_clock: Option<String>,
}

impl Cli {
    /// Runs the command.
    pub fn run(&self) -> Done {
        self.accept_clock.as_deref().map_or(Ok(()), clock::accept)?;
        self.command.run()
    }
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 failed; 2 wrong arguments or a wrong input file, nothing was done; \
3 `verify`, `mirror` or `monitor` found something; 4 another process is writing.";

/// All commands, in the order in which a ministry meets them.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
    /// Make a new ministry: a data folder with its keys and its record
    Init(cmd::init::Args),
    /// Add sites of missions to the family
    #[command(subcommand)]
    Site(cmd::site::Args),
    /// Import captured pages, or statements as JSON Lines
    Import(cmd::import::Args),
    /// Show the exact pages of texts before they are public; nothing is appended
    Preview(cmd::preview::Args),
    /// Publish texts from files: all of them in one moment, or none
    Publish(cmd::publish::Args),
    /// Publish new editions of texts on record
    Correct(cmd::publish::CorrectArgs),
    /// Withdraw texts: they stay, under a dated notice
    Withdraw(cmd::end::Args),
    /// Retract texts: from this moment nothing of them is served but a dated notice
    Retract(cmd::end::Args),
    /// Remove texts or pictures for good; needs the root keys
    Erase(cmd::erase::Args),
    /// List, add, replace or end the keys of the record
    #[command(subcommand)]
    Key(cmd::key::Args),
    /// End the record for good, by the root keys: nothing can be added any more
    Freeze(cmd::freeze::Args),
    /// Hold the keys in a process of its own, and sign for those who write the record
    Signer(cmd::signer::Args),
    /// Write a file that says which version of a text is the newest
    Currency(cmd::currency::Args),
    /// Write a sheet for a court or a parliament: what the record shows about a text, in plain words, to be printed
    Certificate(cmd::certificate::Args),
    /// Check a record whole, the record of a site, or one proof
    Verify(cmd::verify::Args),
    /// Copy a record and check all of it; the sites can be served from the copy
    Mirror(cmd::mirror::Args),
    /// Watch a ministry: copy and check its record, and compare its live sites with what that yields
    Monitor(cmd::monitor::Args),
    /// Serve the sites; holds no key, and follows the record
    Serve(cmd::serve::Args),
    /// Write the sites as a folder of files; later exports write only what changed
    Export(cmd::export::Args),
    /// Change who must witness the record, by an entry that the root keys sign
    Policy(cmd::policy::Args),
    /// Ask the witnesses of the record to cosign what is new
    Cosign(cmd::cosign::Args),
    /// Be a witness: cosign the checkpoints of records that others keep
    Witness(cmd::witness::Args),
    /// Make the example ministry if it is not there, and serve it
    Demo(cmd::demo::Args),
}

impl Command {
    /// Runs it.
    pub fn run(&self) -> Done {
        match self {
            Self::Init(args) => cmd::init::run(args),
            Self::Site(args) => cmd::site::run(args),
            Self::Import(args) => cmd::import::run(args),
            Self::Preview(args) => cmd::preview::run(args),
            Self::Publish(args) => cmd::publish::run(args),
            Self::Correct(args) => cmd::publish::correct(args),
            Self::Withdraw(args) => cmd::end::run(args, record::entry::Action::Withdraw),
            Self::Retract(args) => cmd::end::run(args, record::entry::Action::Retract),
            Self::Erase(args) => cmd::erase::run(args),
            Self::Key(args) => cmd::key::run(args),
            Self::Freeze(args) => cmd::freeze::run(args),
            Self::Signer(args) => cmd::signer::run(args),
            Self::Currency(args) => cmd::currency::run(args),
            Self::Certificate(args) => cmd::certificate::run(args),
            Self::Verify(args) => cmd::verify::run(args),
            Self::Mirror(args) => cmd::mirror::run(args),
            Self::Monitor(args) => cmd::monitor::run(args),
            Self::Serve(args) => cmd::serve::run(args),
            Self::Export(args) => cmd::export::run(args),
            Self::Policy(args) => cmd::policy::run(args),
            Self::Cosign(args) => cmd::cosign::run(args),
            Self::Witness(args) => cmd::witness::run(args),
            Self::Demo(args) => cmd::demo::run(args),
        }
    }
}

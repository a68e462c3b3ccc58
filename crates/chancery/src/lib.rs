//! The binary: command line, HTTP, configuration, keys, clock. Everything below this crate is pure or knows one folder.

pub mod access;
pub mod cli;
pub mod clock;
pub mod cmd;
pub mod config;
pub mod cosign;
pub mod demo;
pub mod disowned;
pub mod entered;
pub mod erasing;
pub mod export;
pub mod folder;
pub mod follow;
pub mod given;
pub mod head;
pub mod http;
pub mod intake;
pub mod keys;
pub mod leftovers;
pub mod mirror;
pub mod monitor;
pub mod named;
pub mod notices;
pub mod output;
pub mod pages;
pub mod preview;
pub mod progress;
pub mod proposal;
pub mod reading;
pub mod remote;
pub mod seen;
pub mod signer;
pub mod texts;
pub mod theme;
pub mod verify;
pub mod witness;
pub mod writing;

use clap::Parser as _;
use std::process::ExitCode;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { output::USAGE } else { 0 });
        }
    };
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output::report(&failure),
    }
}

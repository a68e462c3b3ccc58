//! `chancery export`: the sites as a folder of files.

use crate::{
    clock,
    export::{
        Bytes, Export, Options, Report, known_address,
        options::{FORMATS, selection},
    },
    folder::Folder,
    given,
    output::{Done, Failure, note, say, warn},
    reading::{self, Files, Guarded, Withheld},
    theme,
};
use record::{date::Moment, register::Register};
use site::{frame::Frames, view::View};
use std::path::PathBuf;

/// Arguments of `export`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// Folder to export into; a later export into it writes only what changed
    pub out: PathBuf,
    /// What to write: html, feeds, md, txt, json, proof; all of them unless given
    #[arg(long, value_delimiter = ',', value_parser = FORMATS)]
    pub formats: Vec<String>,
    /// core: documents, homes, lists of sections with their years, topics over the whole family; all: every page
    #[arg(long, value_enum, default_value_t = Pages::All)]
    pub pages: Pages,
    /// Where the family will answer, such as https://www.mfa.example, for sites without a host of their own
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
    /// Write texts of others in the frame of each site that carries them too
    #[arg(long)]
    pub carried: bool,
    /// Look at every file, and write again what differs: files in the way that no export wrote, too
    #[arg(long)]
    pub overwrite: bool,
    /// Name the files that would be written or removed, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The moment of the pages, RFC 3339 in UTC; now unless given
    #[arg(long, value_name = "TIME", hide = true)]
    pub at: Option<Moment>,
}

/// Which pages.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pages {
    /// Documents, homes, lists of sections with their years, topics over the whole family
    Core,
    /// Every page
    All,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let folder = Folder::open(&args.folder)?;
    given::is_no_file(&args.out, "an export")?;
    let files = Files::new(&folder.record(), reading::derived_size(&folder.record())?);
    let (register, _) = reading::load(&folder, &files)?;
    let options = options(args, &folder, &register)?;
    let report = export(args, &folder, &files, &register, &options)?;
    if let Some(entries) = reading::unpublished(&folder.record(), files.log().size()) {
        warn(format!(
            "{entries}, so not in this export: export again when the command at work has ended; if one was interrupted, the next that writes completes it, as `chancery publish` does"
        ));
    }
    tell(args, &report)
}

fn options(args: &Args, folder: &Folder, register: &Register) -> Done<Options> {
    Ok(Options {
        selection: selection(&args.formats, args.pages == Pages::Core)?,
        carried: args.carried,
        address: address(args, folder, register)?,
        overwrite: args.overwrite,
    })
}

/// The base address: as given, else as configured, else that of the export before, else where `serve` listens.
fn address(args: &Args, folder: &Folder, register: &Register) -> Done<String> {
    let given = args.address.as_ref().or(folder.config.address.as_ref());
    if let Some(address) = given {
        let host = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"));
        if host
            .is_none_or(|host| host.is_empty() || host.starts_with('/') || !host.bytes().all(|b| b.is_ascii_graphic()))
        {
            let failure = Failure::usage(format!("--address: `{address}` is not the address of a site"));
            return Err(failure.hint("such as https://www.mfa.example"));
        }
        return Ok(address.trim_end_matches('/').to_owned());
    }
    if let Some(known) = known_address(&args.out) {
        note(format!("the address stays {known}, as in the export before"));
        return Ok(known);
    }
    let address = format!("http://{}", folder.config.listen);
    if register
        .sites()
        .iter()
        .any(|site| register.site(*site).is_some_and(|facts| facts.hosts.is_empty()))
    {
        warn(format!(
            "feeds and sitemaps name {address}: give --address, or `address` in chancery.toml"
        ));
    }
    Ok(address)
}

fn export(args: &Args, folder: &Folder, files: &Files, register: &Register, options: &Options) -> Done<Report> {
    let theme = theme::load(folder, false)?;
    let (bases, frames) = (folder.config.bases(&options.address), Frames::new());
    let proofs = options.selection.proof || options.selection.json;
    let bytes = Bytes::open(files, &folder.record(), proofs)?;
    let source = Guarded {
        source: &bytes,
        withheld: Withheld::of(register),
    };
    let view = View {
        register,
        source: &source,
        theme: &theme,
        bases: &bases,
        frames: &frames,
        carried: options.carried,
    };
    let export = Export {
        view,
        options,
        root: &|size| files.log().root(size).ok().flatten(),
        policy: files.witnesses().policy_hash(),
        now: args.at.unwrap_or_else(clock::now),
        data: folder.root(),
        dry_run: args.dry_run,
    };
    export.run(&args.out)
}

fn tell(args: &Args, report: &Report) -> Done {
    if args.dry_run {
        report.would_write.iter().for_each(|file| say(format!("write\t{file}")));
        report
            .would_remove
            .iter()
            .for_each(|file| say(format!("remove\t{file}")));
        note("nothing was written: this was a dry run");
        return Ok(());
    }
    let out = args.out.display();
    if report.written + report.removed == 0 {
        if report.in_the_way.is_empty() {
            note(format!("nothing to do: nothing new since the last export into {out}"));
        }
    } else {
        let mib = report.bytes.div_ceil(1024 * 1024);
        note(format!(
            "exported to {out}: {} files written ({mib} MiB), {} removed",
            report.written, report.removed
        ));
    }
    if let Some(until) = report.until {
        note(format!(
            "pages that depend on the clock are right until {until}: run the export again then"
        ));
    }
    in_the_way(args, report)
}

fn in_the_way(args: &Args, report: &Report) -> Done {
    let Some(first) = report.in_the_way.first() else {
        return Ok(());
    };
    let first = args.out.join(first);
    let message = match report.in_the_way.len() {
        1 => format!("{}: no export wrote this file, and it was left alone", first.display()),
        n => format!(
            "{} and {} other files were left alone: no export wrote them",
            first.display(),
            n - 1
        ),
    };
    Err(Failure::new(message).hint("move them away, or replace them with --overwrite; all else was exported"))
}

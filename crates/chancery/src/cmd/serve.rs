//! `chancery serve`: the sites, from a record that may be growing. It holds no key.

use crate::{
    access::AccessLog,
    config::AccessLog as Detail,
    folder::Folder,
    follow::Live,
    http::{self, App, Limits, Stop},
    mirror::Mirror,
    output::{Context as _, Done, Failure, note, warn},
    pages::{Pages, World},
    preview::Draft,
    theme,
};
use record::date::Moment;
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// Arguments of `serve`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// Where to listen; otherwise as in chancery.toml
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Base address of the family for sites without a host of their own; otherwise as in chancery.toml
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
    /// File that the access log is appended to; otherwise it goes to the standard output
    #[arg(long, value_name = "FILE")]
    pub access_log: Option<PathBuf>,
    /// Of a mirror: keep it up too, looking every so many minutes
    #[arg(long, value_name = "MINUTES", num_args = 0..=1, default_missing_value = "1", value_parser = clap::value_parser!(u64).range(1..=10_080))]
    pub mirror: Option<u64>,
    /// Compute pages as of this moment, such as 2026-11-20T03:00:00Z
    #[arg(long, hide = true)]
    pub at: Option<Moment>,
}

/// What differs between serving a record, the example and a draft.
struct Serving<'a> {
    folder: &'a Folder,
    listen: &'a str,
    address: Option<&'a str>,
    log: AccessLog,
    at: Option<Moment>,
    preview: bool,
    /// When the command began.
    began: Instant,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let began = Instant::now();
    let folder = Folder::open(&args.folder)?;
    let log = AccessLog::new(args.access_log.as_deref(), folder.config.access_log)?;
    let listen = args.listen.as_deref().unwrap_or(&folder.config.listen);
    let address = args.address.as_deref().or(folder.config.address.as_deref());
    let serving = Serving {
        folder: &folder,
        listen,
        address,
        log,
        at: args.at,
        preview: false,
        began,
    };
    if let Some(minutes) = args.mirror {
        keep_up(&folder, minutes)?;
    }
    serve(serving, || live(&folder))
}

/// Brings a mirror up to date now, and again and again on a thread of its own. What goes wrong is told; what is here is served.
fn keep_up(folder: &Folder, minutes: u64) -> Done {
    let Some(settings) = &folder.config.mirror else {
        let wrong = Failure::usage(format!("{}: is no mirror", folder.root().display()));
        return Err(wrong.hint("`chancery mirror URL DIR` makes one; --mirror keeps it up while it is served"));
    };
    let (mirror, _) = Mirror::open(folder.root(), &settings.from, None)?;
    let look = move || {
        if let Err(failure) = super::mirror::once(&mirror) {
            warn(&failure.message);
            failure.hint.iter().for_each(note);
        }
    };
    look();
    let again = move || loop {
        thread::sleep(Duration::from_secs(minutes * 60));
        look();
    };
    thread::Builder::new()
        .name("mirror".to_owned())
        .spawn(again)
        .at("thread")?;
    Ok(())
}

/// Serves the example, of which the command began at some instant; its visitors are whoever started it, so nothing is logged.
pub fn demo(folder: Folder, listen: &str, began: Instant) -> Done {
    let (log, address) = (AccessLog::new(None, Detail::Off)?, folder.config.address.as_deref());
    let serving = Serving {
        folder: &folder,
        listen,
        address,
        log,
        at: None,
        preview: false,
        began,
    };
    serve(serving, || live(&folder))
}

/// Serves a draft on top of the record.
pub fn draft(folder: &Folder, draft: Arc<Draft>, listen: &str) -> Done {
    let log = AccessLog::new(None, Detail::Off)?;
    serve(
        Serving {
            folder,
            listen,
            address: None,
            log,
            at: None,
            preview: true,
            began: Instant::now(),
        },
        || Ok(draft),
    )
}

fn live(folder: &Folder) -> Done<Arc<dyn World>> {
    let live = Arc::new(Live::open(folder)?);
    live.follow()?;
    Ok(live)
}

/// The address is taken first: who starts a second server learns it at once.
fn serve(serving: Serving<'_>, world: impl FnOnce() -> Done<Arc<dyn World>>) -> Done {
    let listener = http::bind(serving.listen)?;
    let here = reachable(listener.local_addr().at(serving.listen)?, serving.address.is_none());
    let bases = serving.folder.config.bases(serving.address.unwrap_or(&here));
    let theme = theme::load(serving.folder, serving.preview)?;
    let pages = Pages::new(world()?, theme, bases, serving.folder.config.page_cache_mib << 20);
    let app = Arc::new(App { pages, at: serving.at });
    let stop = Stop::default();
    http::until_asked(stop.clone())?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    note(format!(
        "ready in {:.2} s at {here}/",
        serving.began.elapsed().as_secs_f64()
    ));
    let served = http::serve(&app, &listener, &serving.log, threads, Limits::default(), &stop);
    serving.log.close();
    served
}

/// Where a browser on this machine finds a socket.
fn reachable(socket: SocketAddr, used: bool) -> String {
    if !socket.ip().is_unspecified() {
        return format!("http://{socket}");
    }
    if used {
        warn("pages name http://localhost as their address; --address says where the public finds them");
    }
    format!("http://localhost:{}", socket.port())
}

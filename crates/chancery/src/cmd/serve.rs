//! `chancery serve`: the sites, from a record that may be growing. It holds no key.

use crate::{
    access::AccessLog,
    config::AccessLog as Detail,
    folder::Folder,
    follow::Live,
    http::{self, App, Limits, Stop},
    output::{Context as _, Done, note, warn},
    pages::{Pages, World},
    preview::Draft,
    theme,
};
use record::date::Moment;
use site::view::Bases;
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Instant};

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
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
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
    };
    serve(serving, || live(&folder))
}

/// Serves the example; its visitors are whoever started it, so nothing is logged.
pub fn demo(folder: Folder, listen: &str) -> Done {
    let (log, address) = (AccessLog::new(None, Detail::Off)?, folder.config.address.as_deref());
    let serving = Serving {
        folder: &folder,
        listen,
        address,
        log,
        at: None,
        preview: false,
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
    let started = Instant::now();
    let listener = http::bind(serving.listen)?;
    let here = reachable(listener.local_addr().at(serving.listen)?, serving.address.is_none());
    let bases = Bases::new(serving.address.unwrap_or(&here));
    let theme = theme::load(serving.folder, serving.preview)?;
    let pages = Pages::new(world()?, theme, bases, serving.folder.config.page_cache_mib << 20);
    let app = Arc::new(App { pages, at: serving.at });
    let stop = Stop::default();
    http::until_asked(stop.clone())?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    note(format!("ready in {:.2} s at {here}/", started.elapsed().as_secs_f64()));
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

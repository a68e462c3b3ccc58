//! Listening: one thread with a runtime of its own for each core, all taking from one socket; and ending in order.

use super::{
    App,
    connection::{Connections, Order, Stream, Ticket},
    quick, routes,
    service::{Shared, Visit},
};
use crate::{
    access::AccessLog,
    output::{Context as _, Done, Failure, warn},
};
use hyper::server::conn::http1;
use std::{
    future::poll_fn,
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs as _},
    pin::pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener as Listener, TcpStream},
    sync::watch,
    task::{LocalSet, spawn_local},
};

/// What a server allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections that may be open at once; further ones wait with the system.
    pub connections: usize,
    /// A connection without progress is closed after this.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8192,
            patience: Duration::from_secs(30),
        }
    }
}

/// Files and connections that one process may have open, if the system lets us.
const FILES: u64 = 16_384;
/// How long answers may take to end after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(10);
/// Longest head of a request in bytes, all headers together.
const HEAD: usize = 16 << 10;

/// Tells a server to stop.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// Asks for an orderly end.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Shows when that is asked.
    pub(crate) fn asked(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}

/// Takes an address and port.
pub fn bind(listen: &str) -> Done<TcpListener> {
    let addresses = listen.to_socket_addrs().map_err(|error| {
        Failure::usage(format!("{listen}: {error}")).hint("an address and a port, such as 127.0.0.1:8080")
    })?;
    let listener = TcpListener::bind(&addresses.collect::<Vec<SocketAddr>>()[..]).at(listen);
    let listener = listener.map_err(|failure| failure.hint("--listen ADDRESS:PORT chooses another place"))?;
    listener.set_nonblocking(true).at(listen)?;
    Ok(listener)
}

/// Answers until asked to stop.
pub fn serve(
    app: &Arc<App>,
    listener: &TcpListener,
    log: &AccessLog,
    threads: usize,
    limits: Limits,
    stop: &Stop,
) -> Done {
    raise_files();
    let open = Arc::new(AtomicUsize::new(0));
    let mut running = Vec::new();
    for number in 0..threads.max(1) {
        let (app, stop) = (Arc::clone(app), stop.0.subscribe());
        let open = Open {
            count: Arc::clone(&open),
            limits,
        };
        let socket = listener.try_clone().at("socket")?;
        let lines = log.lines();
        let run = move || {
            let shared = Rc::new(Shared {
                router: routes(Arc::clone(&app)),
                app,
                lines,
                date: quick::Date::default(),
            });
            run_thread(socket, shared, open, stop)
        };
        let thread = std::thread::Builder::new()
            .name(format!("serve-{number}"))
            .spawn(run)
            .at("thread")?;
        running.push(thread);
    }
    for thread in running {
        thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("a serving thread failed")))
            .at("server")?;
    }
    Ok(())
}

/// Connections that are open, on all threads, and how many there may be.
struct Open {
    count: Arc<AtomicUsize>,
    limits: Limits,
}

fn run_thread(socket: TcpListener, shared: Rc<Shared>, open: Open, stop: watch::Receiver<bool>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(4)
        .build()?;
    let local = LocalSet::new();
    let served = local.block_on(&runtime, accept(socket, shared, open, stop));
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

/// Takes connections, and looks after them once a second.
async fn accept(
    socket: TcpListener,
    shared: Rc<Shared>,
    open: Open,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let socket = Listener::from_std(socket)?;
    let connections = Connections::default();
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    let Open { count, limits } = open;
    loop {
        let room = count.load(Ordering::Relaxed) < limits.connections;
        tokio::select! {
            _ = stop.wait_for(|asked| *asked) => break,
            _ = tick.tick() => {
                connections.inspect(Instant::now(), limits.patience);
                shared.lines.flush();
            }
            taken = socket.accept(), if room => match taken {
                Ok((tcp, peer)) => admit(tcp, peer, &shared, &connections, &count),
                Err(error) => hold_on(&error).await,
            },
        }
    }
    drop(socket);
    let until = Instant::now() + GRACE;
    while connections.finish() && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    shared.lines.flush();
    Ok(())
}

fn admit(tcp: TcpStream, peer: SocketAddr, shared: &Rc<Shared>, connections: &Connections, open: &Arc<AtomicUsize>) {
    let _ = tcp.set_nodelay(true);
    let ticket = connections.admit();
    let visit = Visit {
        shared: Rc::clone(shared),
        ticket: Rc::clone(&ticket),
        peer: shared.lines.peer(peer.ip()).into(),
    };
    let place = Place::new(open);
    spawn_local(async move {
        run_connection(tcp, visit, ticket).await;
        drop(place);
    });
}

/// A place among the connections; given back when the connection ends, however it ends.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn new(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(open))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Finished pages first; from the first request for anything else on, the connection belongs to hyper.
async fn run_connection(tcp: TcpStream, visit: Visit, ticket: Rc<Ticket>) {
    let mut quick = pin!(quick::answer(tcp, &visit));
    let rest = poll_fn(|cx| match ticket.order(cx) {
        Order::Drop => Poll::Ready(None),
        Order::Serve | Order::Finish => quick.as_mut().poll(cx),
    });
    if let Some((tcp, before)) = rest.await {
        run_hyper(Stream::new(tcp, Rc::clone(&ticket), before), visit.clone(), &ticket).await;
    }
}

async fn run_hyper(stream: Stream, visit: Visit, ticket: &Ticket) {
    let mut builder = http1::Builder::new();
    // Without `pipeline_flush`: with it the 400 and 431 of malformed requests are never sent.
    builder
        .header_read_timeout(None)
        .max_header_size(HEAD)
        .max_buf_size(4 * HEAD);
    let mut connection = pin!(builder.serve_connection(stream, visit));
    let mut finishing = false;
    poll_fn(|cx| {
        match ticket.order(cx) {
            Order::Serve => {}
            Order::Finish if finishing => {}
            Order::Finish => {
                finishing = true;
                connection.as_mut().graceful_shutdown();
            }
            Order::Drop => return Poll::Ready(()),
        }
        // What goes wrong on a connection is the client's affair.
        connection.as_mut().poll(cx).map(|_| ())
    })
    .await;
}

/// After a connection that could not be taken; some of the reasons would come again at once.
async fn hold_on(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted, WouldBlock};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionReset | Interrupted | WouldBlock
    ) {
        warn(format!("a connection could not be taken: {error}"));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Many systems begin with 1,024 open files, and allow more to those who ask.
fn raise_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(FILES, |most| most.min(FILES));
    if limit.current.is_some_and(|now| now < wanted) {
        limit.current = Some(wanted);
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

/// Waits on a thread of its own until the process is asked to end, then stops the server. A second time ends it at once.
pub fn until_asked(stop: Stop) -> Done {
    let wait = move || -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            asked_to_end().await?;
            stop.now();
            asked_to_end().await?;
            std::process::exit(130)
        })
    };
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(wait)
        .at("thread")?;
    Ok(())
}

async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    Ok(())
}

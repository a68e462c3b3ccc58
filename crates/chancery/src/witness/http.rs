//! The witness over HTTP: `add-checkpoint`, its newest checkpoints, and who it is. Bodies, times and connections are bounded.

use super::{Desk, PATIENCE};
use crate::{
    http::Stop,
    output::{Context as _, Done, warn},
};
use axum::body::{Body, to_bytes};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, net::TcpListener, sync::Arc, time::Duration};
use tlog::{
    hash::Hash,
    witness::{MAX_REQUEST, Refusal, Request as Asked, SIZE},
};
use tokio::{
    net::{TcpListener as Listener, TcpStream},
    sync::Semaphore,
};

/// Connections at once; further ones wait with the system.
const CONNECTIONS: usize = 512;
/// Longest head of a request, in bytes.
const HEAD: usize = 8 << 10;

/// Answers until asked to stop, on this thread.
pub fn serve(desk: Desk, listener: TcpListener, stop: &Stop) -> Done {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .at("runtime")?;
    runtime.block_on(accept(Arc::new(desk), listener, stop)).at("server")
}

async fn accept(desk: Arc<Desk>, listener: TcpListener, stop: &Stop) -> std::io::Result<()> {
    let listener = Listener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stopped = stop.asked();
    loop {
        let place = Arc::clone(&places)
            .acquire_owned()
            .await
            .map_err(std::io::Error::other)?;
        let taken = tokio::select! {
            _ = stopped.wait_for(|asked| *asked) => break,
            taken = listener.accept() => taken,
        };
        match taken {
            Ok((tcp, _)) => {
                let desk = Arc::clone(&desk);
                tokio::spawn(async move {
                    connection(tcp, desk).await;
                    drop(place);
                });
            }
            Err(error) => {
                warn(format!("a connection could not be taken: {error}"));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    // What is decided is on the disk; who got no answer asks again.
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(())
}

async fn connection(tcp: TcpStream, desk: Arc<Desk>) {
    let _ = tcp.set_nodelay(true);
    let service = service_fn(move |request| answer(Arc::clone(&desk), request));
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(4 * HEAD);
    // What goes wrong on a connection is the client's affair.
    let _ = builder.serve_connection(TokioIo::new(tcp), service).await;
}

async fn answer(desk: Arc<Desk>, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    Ok(match path.as_str() {
        "/add-checkpoint" if request.method() == Method::POST => {
            let added = tokio::time::timeout(PATIENCE, add(&desk, request.into_body())).await;
            added.unwrap_or_else(|_| plain(StatusCode::REQUEST_TIMEOUT, "the request took too long\n"))
        }
        "/add-checkpoint" => not_allowed("POST"),
        _ if !reads => not_allowed("GET, HEAD"),
        "/" => plain(StatusCode::OK, &format!("{}\n", desk.vkey)),
        path => match newest(path).and_then(|origin| desk.newest(&origin)) {
            Some(note) => plain(StatusCode::OK, &String::from_utf8_lossy(&note)),
            None => plain(StatusCode::NOT_FOUND, "nothing was cosigned under this address\n"),
        },
    })
}

async fn add(desk: &Desk, body: Incoming) -> Response<Body> {
    let malformed = |what: &str| refused(&Refusal::Malformed(what.to_owned()));
    let Ok(bytes) = to_bytes(Body::new(body), MAX_REQUEST).await else {
        return malformed("body is larger than 65,536 bytes, or broke off");
    };
    let request = match Asked::parse(&bytes) {
        Ok(request) => request,
        Err(what) => return malformed(what),
    };
    match desk.ask(request).await {
        Some(Ok(lines)) => plain(StatusCode::OK, &lines),
        Some(Err(refusal)) => refused(&refusal),
        None => plain(StatusCode::INTERNAL_SERVER_ERROR, "the witness has ended\n"),
    }
}

/// `/<hash of the origin>/checkpoint`.
fn newest(path: &str) -> Option<Hash> {
    let name = path.strip_prefix('/')?.strip_suffix("/checkpoint")?;
    name.parse().ok().filter(|hash: &Hash| hash.to_string() == name)
}

fn refused(refusal: &Refusal) -> Response<Body> {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let Refusal::Size(size) = refusal else {
        return plain(status, &format!("{refusal}\n"));
    };
    let mut response = plain(status, &format!("{size}\n"));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(SIZE));
    response
}

fn not_allowed(methods: &'static str) -> Response<Body> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "not with this method\n");
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(methods));
    response
}

fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

//! The fuzz targets of what the server and verifiers read (`fuzz/`), with their corpus and seeded changes of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(unreachable_pub, dead_code, reason = "the targets are shared with libFuzzer")]

#[path = "../../../fuzz/src/replay.rs"]
mod replay;
#[path = "../../../fuzz/src/web.rs"]
mod web;

macro_rules! targets {
    ($($name:ident),*) => {$(
        #[test]
        fn $name() {
            replay::all(stringify!($name), web::$name);
        }
    )*};
}

targets!(address, http_request, log_json);

/// `cargo test -p chancery --test fuzz -- --ignored` writes these files of the corpus anew.
#[test]
#[ignore = "writes files"]
fn corpus_is_written() {
    let mut all = web::addresses();
    // The names of assets hold a digest of their bytes, and change with them.
    all.retain(|(_, path)| !path.contains("/assets/"));
    for (number, (host, path)) in all.iter().enumerate().filter(|(number, _)| number % 7 == 0) {
        replay::write(
            "address",
            &format!("good-{number}"),
            format!("{host}\n{path}").as_bytes(),
        );
    }
    let lines = [
        "GET /vn/en/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "HEAD /vn/en/?a=b HTTP/1.1\r\nHost: x:8080\r\nConnection: Keep-Alive\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: y\r\nAccept-Encoding: br, gzip;q=0.5\r\nIf-None-Match: \"a\", W/\"b\"\r\nReferer: z\r\n\r\nGET / HTTP/1.1\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\nUpgrade: h2c\r\nTrailer: t\r\n\r\nabc",
    ];
    for (number, line) in lines.iter().enumerate() {
        let name = if number < 3 {
            format!("good-{number}")
        } else {
            "body".to_owned()
        };
        replay::write("http_request", &name, line.as_bytes());
    }
}

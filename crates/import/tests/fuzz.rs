//! The fuzz targets of this crate (`fuzz/`), with their corpus and seeded changes of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(unreachable_pub, dead_code, reason = "the targets are shared with libFuzzer")]

#[path = "../../../fuzz/src/foreign.rs"]
mod foreign;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

macro_rules! targets {
    ($many:ident: $($name:ident),*) => {$(
        #[test]
        fn $name() {
            replay::$many(concat!("import_", stringify!($name)), foreign::$name);
        }
    )*};
}

targets!(all: bytes, facts, findings, fragment, mapping, markdown, site, statement, text);
targets!(some: page_dump, page_html);

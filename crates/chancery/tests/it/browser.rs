//! A real browser walks the example: home, section, document, other language, print. axe must find nothing.

use crate::support::{Server, free_port, root};
use fantoccini::{Client, ClientBuilder, Locator, wd::PrintConfiguration};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Chromedriver, ended when the test is.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Self {
        let port = free_port();
        let mut command = Command::new("chromedriver");
        command
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = command.spawn().expect("chromedriver is missing: ./test installs it");
        Self { process, port }
    }

    async fn client(&self, profile: &std::path::Path, width: u32) -> Client {
        let args = json!([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            format!("--user-data-dir={}", profile.display()),
            format!("--window-size={width},1000")
        ]);
        let options = json!({ "goog:chromeOptions": { "args": args } });
        let Value::Object(capabilities) = options else {
            panic!("capabilities")
        };
        for _ in 0..100 {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            match builder.connect(&format!("http://127.0.0.1:{}", self.port)).await {
                Ok(client) => return client,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        panic!("chromedriver does not answer");
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn axe() -> String {
    let place = std::env::var_os("CHANCERY_AXE").map_or_else(
        || root().join("target/test-tools/node_modules/axe-core/axe.min.js"),
        Into::into,
    );
    std::fs::read_to_string(&place).unwrap_or_else(|_| panic!("{}: missing: ./test installs it", place.display()))
}

/// What axe finds on the page that is open.
async fn violations(client: &Client, axe: &str) -> Vec<String> {
    client.execute(axe, vec![]).await.expect("axe loads");
    let script = "const done = arguments[arguments.length - 1];
        axe.run(document).then(r => done(r.violations.map(v => v.id + ' at ' + v.nodes.map(n => n.target.join(' ')).join(', '))));";
    let found = client.execute_async(script, vec![]).await.expect("axe runs");
    serde_json::from_value(found).expect("a list")
}

async fn check(client: &Client, axe: &str) {
    let url = client.current_url().await.expect("address");
    let found = violations(client, axe).await;
    assert!(found.is_empty(), "{url}: {}", found.join("; "));
    let wide = client
        .execute(
            "return document.documentElement.scrollWidth <= window.innerWidth",
            vec![],
        )
        .await;
    assert_eq!(wide.expect("runs"), json!(true), "{url} scrolls sideways");
}

async fn follow(client: &Client, css: &str) {
    client
        .find(Locator::Css(css))
        .await
        .unwrap_or_else(|_| panic!("{css}"))
        .click()
        .await
        .expect("click");
}

async fn lang(client: &Client) -> Value {
    client
        .execute(
            "return document.documentElement.lang + ' ' + document.documentElement.dir",
            vec![],
        )
        .await
        .expect("runs")
}

/// Home, section, newest document, other language, print.
async fn walk(client: &Client, base: &str, axe: &str) {
    client.goto(&format!("{base}/songmay/en/")).await.expect("home");
    check(client, axe).await;
    let menu = client
        .execute(
            "const d = document.querySelector('header details'); if (d) d.open = true",
            vec![],
        )
        .await;
    menu.expect("menu opens");
    follow(client, "header nav a[href$='news/']").await;
    check(client, axe).await;
    follow(client, "main a[href*='harbour-council-meets-in-ben-trang']").await;
    check(client, axe).await;
    assert_eq!(lang(client).await, "en ltr");
    let points = client.find_all(Locator::Css("main .points > *, main ol.points > li"));
    assert!(points.await.expect("points").len() >= 5);
    follow(client, "main a[hreflang='vi']").await;
    check(client, axe).await;
    assert_eq!(lang(client).await, "vi ltr");
    let paper = client.print(PrintConfiguration::default()).await.expect("prints");
    assert!(paper.starts_with(b"%PDF"));
}

#[test]
fn a_reader_walks_the_example_in_a_browser_and_axe_finds_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(folder.path());
    let driver = Driver::start();
    let axe = axe();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(async {
        for (name, width) in [("phone", 500), ("desktop", 1280)] {
            let profile = folder.path().join(name);
            let client = driver.client(&profile, width).await;
            walk(&client, &server.base, &axe).await;
            for page in [
                "/dar-al-sidr/ar/",
                "/hq/zh-Hans/",
                "/hq/en/about-this-record",
                "/",
                "/nowhere",
            ] {
                client.goto(&format!("{}{page}", server.base)).await.expect("page");
                check(&client, &axe).await;
            }
            assert!(client.get_all_cookies().await.expect("cookies").is_empty());
            client.close().await.expect("closes");
        }
    });
}

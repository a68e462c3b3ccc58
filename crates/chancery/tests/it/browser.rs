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

/// What the page says of a proof, its text and a key: the name of its verdict.
async fn verdict(client: &Client, proof: &str, data: &str, key: &str) -> String {
    let fill = "const [proof, data, key] = arguments;
        for (const [id, text] of Object.entries({ proof, data, key })) document.getElementById('verify-' + id).value = text;
        document.querySelector('#verify-form button').click();";
    let given = vec![json!(proof), json!(data), json!(key)];
    client.execute(fill, given).await.expect("fills");
    let shown = "return [...document.querySelectorAll('.verdict > [data-say]')].filter(e => !e.hidden)
        .map(e => [...e.querySelectorAll('p[data-say]')].concat(e).find(p => !p.hidden).dataset.say).join()";
    for _ in 0..100 {
        let said = client.execute(shown, vec![]).await.expect("runs");
        if let Some(said) = said.as_str().filter(|said| !said.is_empty()) {
            return said.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the page gives no verdict");
}

/// The key of the record in its `log.json`.
fn log_key(log: &str) -> String {
    let log: Value = serde_json::from_str(log).expect("JSON");
    log["keys"][0]["vkey"].as_str().expect("a key").to_owned()
}

async fn check_verdicts(client: &Client, proof: &str, data: &str, log: &str) {
    let key = log_key(log);
    let origin = key.split('+').next().expect("a name");
    let second = tlog::note::SigningKey::generate(origin, [7; 32]).expect("key");
    let other = second.verifier().to_string();
    let begin = format!("\"keys\":[{{\"from\":0,\"role\":\"log\",\"vkey\":\"{other}\"}},");
    let both = log.replacen("\"keys\":[", &begin, 1);
    let (size, root) = (1, tlog::hash::empty_root());
    let foreign_note = tlog::Checkpoint {
        origin: origin.to_owned(),
        size,
        root,
    }
    .sign(&second);
    let foreign_note = String::from_utf8(foreign_note).expect("UTF-8");
    let beside = format!("{proof}{}\n", foreign_note.lines().last().expect("a line"));
    let foreign = tlog::note::SigningKey::generate("record.other.example", [7; 32]).expect("key");
    let altered = data.replacen("230 passengers", "320 passengers", 1);
    let spaced = data.replacen("\":", "\": ", 1);
    let moved = proof.replacen("\nindex ", "\nindex 1", 1);
    let ended = log.replacen("\"role\":\"log\",", "\"role\":\"log\",\"until\":1,", 1);
    let late = log.replace("\"from\":8", "\"from\":1000000");
    let saved = |text: &str| format!("\u{feff}{}\r\n\r\n", text.replace('\n', "\r\n"));
    for (name, proof, data, key, want) in [
        ("no key yet", proof, data, "", "missing"),
        ("right", proof, data, key.as_str(), "good"),
        ("with all keys", proof, data, log, "good-office"),
        (
            "saved with other line ends",
            &saved(proof),
            &saved(data),
            &saved(&key),
            "good",
        ),
        ("altered text", proof, &altered, &key, "text"),
        ("another spelling of the data", proof, &spaced, &key, "data"),
        ("another place", &moved, data, &key, "path"),
        ("another key of that name", proof, data, &other, "signature"),
        (
            "a key of another record",
            proof,
            data,
            &foreign.verifier().to_string(),
            "name",
        ),
        ("half a key", proof, data, &key[..key.len() - 4], "key"),
        ("an office that had no key yet", proof, data, &late, "office"),
        ("a key of the log that had ended", proof, data, &ended, "signature"),
        ("one of two keys", proof, data, &both, "good-office"),
        ("a false line of one of two keys", &beside, data, &both, "signature"),
        ("no proof", "c2sp.org/tlog-proof@v1", data, &key, "proof"),
    ] {
        assert_eq!(verdict(client, proof, data, key).await, want, "{name}");
    }
}

/// What the page shows below the form, as text.
async fn shown(client: &Client, css: &str) -> String {
    let script = "return [...document.querySelectorAll(arguments[0])].filter(e => !e.hidden).map(e => e.innerText.trim()).filter(Boolean).join('|')";
    let text = client.execute(script, vec![json!(css)]).await.expect("runs");
    text.as_str().unwrap_or_default().to_owned()
}

/// Files are told apart by what is in them; what is none of the three is named and put nowhere.
async fn check_files(client: &Client, folder: &std::path::Path, proof: &str) {
    let (good, bad) = (folder.join("one.proof"), folder.join("picture.png"));
    std::fs::write(&good, proof.replace('\n', "\r\n")).expect("file");
    std::fs::write(&bad, [0x89, b'P', b'N', b'G', 0, 255, 254]).expect("file");
    let input = client.find(Locator::Id("verify-files")).await.expect("input");
    let empty = "for (const id of ['proof', 'data', 'key']) document.getElementById('verify-' + id).value = ''";
    client.execute(empty, vec![]).await.expect("runs");
    input
        .send_keys(&format!("{}\n{}", good.display(), bad.display()))
        .await
        .expect("files");
    for _ in 0..100 {
        if shown(client, ".verdict .names").await == "picture.png" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(shown(client, ".verdict .names").await, "picture.png");
    let fields = "return ['proof', 'data', 'key'].map(id => document.getElementById('verify-' + id).value.length > 0)";
    let filled = client.execute(fields, vec![]).await.expect("runs");
    assert_eq!(filled, json!([true, false, false]));
    follow(client, "#verify-form button").await;
    let missing = shown(client, ".verdict [data-part]").await;
    assert_eq!(
        missing,
        "Data of the text|Key of the record, or the whole file log.json"
    );
}

#[test]
fn a_proof_is_checked_in_the_browser_and_from_a_file() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(folder.path());
    let get = |path: &str| String::from_utf8(server.get(path).expect("answers")).expect("UTF-8");
    let text = "/songmay/en/news/2026/07/second-delta-ferry-enters-service";
    let (proof, data) = (get(&format!("{text}.proof")), get(&format!("{text}.json")));
    let log = get("/record/log.json");
    let page = "/songmay/en/about-this-record/verify";
    let html = get(page);
    let name = html
        .split("assets/")
        .find(|part| part.contains("verify") && part.contains(".bin\""))
        .expect("a file");
    let name = name.split('"').next().expect("a name");
    let file = folder.path().join("verify.html");
    std::fs::write(&file, get(&format!("/assets/{name}"))).expect("file");
    let (driver, axe) = (Driver::start(), axe());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(async {
        let client = driver.client(&folder.path().join("profile"), 1280).await;
        client.goto(&format!("{}{page}", server.base)).await.expect("page");
        check_verdicts(&client, &proof, &data, &log).await;
        check_files(&client, folder.path(), &proof).await;
        assert_eq!(verdict(&client, &proof, &data, &log).await, "good-office");
        let told = shown(&client, ".verdict dd").await;
        assert!(
            told.contains("|Changed|English|") && told.ends_with(":00 UTC"),
            "{told}"
        );
        check(&client, &axe).await;
        client
            .goto(&format!("{}/dar-al-sidr/ar/about-this-record/verify", server.base))
            .await
            .expect("page");
        check(&client, &axe).await;
        client.goto(&format!("file://{}", file.display())).await.expect("file");
        check_verdicts(&client, &proof, &data, &log).await;
        client.close().await.expect("closes");
    });
}

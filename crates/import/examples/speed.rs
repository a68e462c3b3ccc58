//! Lines of JSON Lines a second of processor time: `speed [LINES]` (Linux).

use std::hint::black_box;

fn main() {
    let count: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let latin = "The council met in the harbour, and the ministers spoke of tides with the pilots of six ports. ";
    let wide = "港口理事会在这里召开会议，部长们同六个港口的引航员讨论了潮汐问题。";
    for (name, body) in [
        ("plain Latin", paragraphs(latin, 4)),
        ("wide", paragraphs(wide, 4)),
        (
            "Latin with marks",
            paragraphs(latin, 4).replace("council met", "*council* met & [spoke](https://a.example)"),
        ),
    ] {
        let line = serde_json::json!({
            "id": "n-7", "site": "vn", "lang": "en", "section": "news", "title": "Council meets in the harbour",
            "published": "2026-03-14T15:08:00+07:00", "topics": ["sea"], "body": body,
        })
        .to_string();
        let start = cpu_seconds();
        for number in 0..count {
            let statement = import::jsonl::parse_line(black_box(line.as_bytes()), number.into());
            assert!(statement.is_ok());
            let _ = black_box(statement);
        }
        let seconds = cpu_seconds() - start;
        println!(
            "{name}: {} bytes, {:.0} lines/s",
            line.len(),
            f64::from(count) / seconds
        );
    }
}

/// Processor time of this thread so far, which a busy machine does not stretch.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0.0);
    nanoseconds / 1e9
}

/// About 3 KB in paragraphs of some sentences.
fn paragraphs(sentence: &str, sentences: usize) -> String {
    let paragraph = sentence.repeat(sentences);
    let count = 3_000 / paragraph.len() + 1;
    vec![paragraph.trim(); count].join("\n\n")
}

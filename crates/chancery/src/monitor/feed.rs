//! Findings as an Atom feed (RFC 4287), for whoever wants to be told.

use super::Event;
use record::date::Moment;
use site::escape;
use tlog::hash::sha256;

/// Events in the feed, newest first.
const MOST: usize = 100;

/// The feed of what was found about a record. `tag` begins all ids and stays what it is (RFC 4151): see [`tag`].
pub fn atom(origin: &str, tag: &str, events: &[Event], now: Moment) -> String {
    let updated = events.last().map_or(now, |event| event.at);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n\
         <id>{tag}findings</id>\n<title>Findings about {origin}</title>\n<updated>{updated}</updated>\n\
         <author><name>chancery monitor</name></author>\n"
    );
    for event in events.iter().rev().take(MOST) {
        push(&mut out, tag, event);
    }
    out.push_str("</feed>\n");
    out
}

/// What ids begin with: the name of the record, and the year in which it began.
pub fn tag(origin: &str, genesis: Moment) -> String {
    format!("tag:{origin},{}:", genesis.date().year())
}

fn push(out: &mut String, tag: &str, event: &Event) {
    let finding = event.finding().to_string();
    let name = sha256(format!("{} {} {finding}", event.at, event.over).as_bytes()).to_string();
    let state = if event.over { "Over: " } else { "" };
    let (at, title) = (event.at, escape::text(&finding));
    out.push_str(&format!(
        "<entry><id>{tag}findings/{}</id><title>{state}{title}</title><updated>{at}</updated>\
         <content type=\"text\">{state}{title}</content></entry>\n",
        name.get(..32).unwrap_or(&name)
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_feed_item_whatever_stands_in_it() {
        let event = Event {
            at: Moment(1_795_420_800),
            over: false,
            file: "https://vn.example/en/?a=1&b".to_owned(),
            index: None,
            what: "says “<b>” where the record says “a”".to_owned(),
        };
        // The record began in 2021.
        let tag = tag("record.example", Moment(1_626_246_480));
        let feed = atom("record.example", &tag, std::slice::from_ref(&event), Moment(0));
        assert_eq!(
            feed.matches("<id>tag:record.example,2021:findings").count(),
            2,
            "{feed}"
        );
        assert!(
            feed.contains("<title>https://vn.example/en/?a=1&amp;b: says “&lt;b&gt;”"),
            "{feed}"
        );
        assert_eq!(feed, atom("record.example", &tag, &[event], Moment(9)));
    }
}

//! What stands below a text: send, print, cite; version, proof, other forms.

use crate::{
    address::{Address, Form},
    office::Desk,
    shell::Shell,
    theme::Fields,
    witnessed,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use record::register::{DocNo, Edition};

/// What is escaped in a query of a mail address.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same of an address, which keeps its sign.
const ADDRESS: &AsciiSet = &QUERY.remove(b'@');

/// Below the text: send, print, cite; version, proof, other forms.
pub(in crate::pages) fn colophon(shell: &Shell<'_>, fields: Fields, doc: DocNo, edition: Option<&Edition>) -> Fields {
    let view = &shell.view;
    let permalink = Address::Permalink { doc };
    let fields = fields
        .html("permalink", permalink.url(view))
        .html("history", shell.href(&permalink));
    let Some(edition) = edition else {
        return fields.with("version", "");
    };
    let home = view.home_of(doc).unwrap_or(shell.site);
    let canonical = shell.canonical.unwrap_or(Address::Document {
        site: home,
        lang: shell.lang,
        doc,
        form: Form::Html,
    });
    let url = canonical.url(view);
    let tongue = shell.tongue;
    let number = |number: u64| tongue.dates.digits(&number.to_string());
    let version = tongue.version_line.fill(&[
        &number(u64::from(edition.version)),
        &number(edition.index),
        &tongue.dates.day(edition.issued.date()),
    ]);
    let desk = view.frames.get(view, home, shell.lang);
    let is_dated = !view
        .facts(doc)
        .kind
        .text()
        .is_some_and(record::facts::TextKind::is_standing);
    // Other forms lie beside the page of the site that issued the text.
    let page = shell.href(&canonical);
    let form = |form: Form| format!("{page}{}", form.suffix());
    let witnessed = view.source.witnessed(edition.index);
    fields
        .with("version", version)
        .with("witnessed", witnessed::line(tongue, witnessed.as_deref()))
        .html("mail", suggestion(shell, desk.desk(), &url))
        .html("report", report(shell, desk.desk(), &url))
        .html(
            "press",
            if is_dated {
                desk.desk().press.clone()
            } else {
                String::new()
            },
        )
        .html("url", url)
        .html("proof", form(Form::Proof))
        .html("md", form(Form::Markdown))
        .html("txt", form(Form::Text))
        .html("json", form(Form::Json))
        .html(
            "about",
            shell.href(&Address::About {
                site: shell.site,
                lang: view.list_lang(shell.site, shell.lang),
            }),
        )
}

/// A mail to a friend: title, address, and who issued the text; opened in the reader's own program.
fn suggestion(shell: &Shell<'_>, desk: &Desk, url: &str) -> String {
    let view = &shell.view;
    let name = view.site_name(shell.site, shell.lang).text;
    // The address stands as it is: RFC 6068, section 2.
    let from = desk
        .general
        .as_deref()
        .map_or_else(String::new, |mail| format!("%0D%0A{}", encoded_address(mail)));
    mail(
        "",
        &shell.title,
        url,
        &format!("%0D%0A{}{from}%0D%0A", utf8_percent_encode(name, QUERY)),
    )
}

/// A mail to the office about an error in the text; empty where the office has no address.
fn report(shell: &Shell<'_>, desk: &Desk, url: &str) -> String {
    let Some(to) = &desk.errors else { return String::new() };
    let subject = format!("{}: {}", shell.tongue.text("report-error"), shell.title);
    mail(&encoded_address(to), &subject, url, "")
}

fn encoded_address(mail: &str) -> String {
    utf8_percent_encode(mail, ADDRESS).to_string()
}

/// The address of a mail (RFC 6068) whose text begins with its subject and an address; the end is encoded already.
fn mail(to: &str, subject: &str, url: &str, end: &str) -> String {
    let subject = utf8_percent_encode(subject, QUERY);
    let url = utf8_percent_encode(url, QUERY);
    format!("mailto:{to}?subject={subject}&amp;body={subject}%0D%0A%0D%0A{url}%0D%0A{end}")
}

//! Whether facts have the form of the specification (`docs/spec/entry.md`, section 9), looked at alone.

use super::{Asset, Capture, Dated, Facts, Hours, Kind, Office, Person, Placement, Site, is_code, is_slug};
use crate::form::{
    self, Malformed, all, distinct, is_country, is_language, is_line, is_local_id, is_purpose, is_web, is_zone, require,
};

const PARTS: [&str; 7] = [
    "participant",
    "speaker",
    "author",
    "host",
    "guest",
    "signatory",
    "questioner",
];
const ROLES: [&str; 6] = [
    "ambassador",
    "consul-general",
    "charge",
    "minister",
    "spokesperson",
    "other",
];
const SITES: [&str; 9] = [
    "ministry",
    "embassy",
    "consulate-general",
    "consulate",
    "permanent-mission",
    "delegation",
    "interests-section",
    "honorary-consulate",
    "other",
];
/// Bytes of an asset.
const MAX_ASSET: u64 = 1 << 28;

/// Refuses facts that are not of the form.
pub(super) fn facts(facts: &Facts) -> Result<(), Malformed> {
    placed(facts)?;
    of_kind(&facts.kind)?;
    always(facts)?;
    common(facts)?;
    local_ids(facts)
}

/// Site, section and month stand where the type wants them and nowhere else.
fn placed(facts: &Facts) -> Result<(), Malformed> {
    let type_ = facts.kind.word();
    let (site, section, month) = (facts.site.is_some(), facts.section.is_some(), facts.month.is_some());
    let (wanted, may_section) = match &facts.kind {
        Kind::Text(_) => (Some(true), section),
        Kind::Person(_) | Kind::Office(_) => (Some(true), true),
        Kind::Section(_) => (Some(true), !section),
        Kind::Topic(_) => (None, !section),
        Kind::Placement(_) | Kind::Family { .. } | Kind::Site(_) => (Some(false), !section),
    };
    require(
        wanted.is_none_or(|wanted| wanted == site),
        type_,
        "`site` is missing or does not belong there",
    )?;
    require(may_section, type_, "`section` is missing or does not belong there")?;
    require(
        month == facts.kind.text().is_some(),
        type_,
        "`month` is missing or does not belong there",
    )?;
    require(facts.site.as_deref().is_none_or(is_code), "site", "is not a code")
}

fn of_kind(kind: &Kind) -> Result<(), Malformed> {
    match kind {
        Kind::Text(_) => Ok(()),
        Kind::Person(facts) => person(facts),
        Kind::Office(facts) => office(facts),
        Kind::Topic(topic) => slug(&topic.slug),
        Kind::Placement(facts) => placement(facts),
        Kind::Family {
            ministry,
            countries,
            theme,
        } => {
            require(is_code(ministry), "ministry", "is not a code")?;
            all(
                countries,
                |c| is_country(&c.code),
                "countries",
                "one is not two letters",
            )?;
            distinct(countries.iter().map(|c| &c.code), "countries", "one stands twice")?;
            let shared = |content: &str| {
                let hex = content.strip_prefix("s1:");
                hex.is_some_and(|hex| hex.parse::<tlog::hash::Hash>().is_ok())
            };
            require(
                is_theme(&theme.name) && theme.version >= 1,
                "theme",
                "is misnamed or has version 0",
            )?;
            require(
                theme.content.as_deref().is_none_or(shared),
                "theme",
                "`content` is no `s1:` hash",
            )
        }
        Kind::Site(facts) => site(facts),
        Kind::Section(section) => {
            require(is_purpose(&section.role), "role", "is not a word of a-z and hyphens")?;
            slug(&section.slug)
        }
    }
}

fn slug(text: &str) -> Result<(), Malformed> {
    require(
        is_slug(text),
        "slug",
        "is not of a-z and 0-9 in parts joined by hyphens, at most 80 characters, or is `index`",
    )
}

/// True for `[a-z][a-z0-9-]{0,31}`.
fn is_theme(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn person(person: &Person) -> Result<(), Malformed> {
    slug(&person.slug)?;
    person.appointments.iter().try_for_each(|a| {
        require(ROLES.contains(&&*a.role), "appointments", "a role is not known")?;
        require(
            a.mission.as_deref().is_none_or(is_code),
            "appointments",
            "`mission` is not a code",
        )?;
        let dates = [&a.from, &a.to].into_iter().flatten();
        all(
            dates,
            |date| is_some_date(date),
            "appointments",
            "a date is no year, month or day",
        )?;
        let turned = |from: &str, to: &str| from.len() == to.len() && to < from;
        let ends_first = a
            .from
            .as_deref()
            .zip(a.to.as_deref())
            .is_some_and(|(f, t)| turned(f, t));
        require(!ends_first, "appointments", "one ends before it begins")
    })
}

/// True for a year, a month or a day that exists.
fn is_some_date(text: &str) -> bool {
    let rest = match text.len() {
        4 => "-01-01",
        7 => "-01",
        10 => "",
        _ => return false,
    };
    let whole = format!("{text}{rest}");
    whole.parse::<crate::date::Local>().is_ok_and(|day| day.time.is_none())
}

fn office(office: &Office) -> Result<(), Malformed> {
    require(
        office.country.as_deref().is_some_and(is_country),
        "country",
        "of an office is missing or no country",
    )?;
    require(
        office.zone.as_deref().is_some_and(is_zone),
        "zone",
        "of an office is missing or no zone",
    )?;
    all(
        &office.phones,
        |phone| is_purpose(&phone.r#for) && is_number(&phone.number),
        "phones",
        "one has no purpose, or another form",
    )?;
    all(
        &office.emails,
        |email| is_purpose(&email.r#for) && is_mailbox(&email.address),
        "emails",
        "one has no purpose, or another form",
    )?;
    all(
        &office.hours,
        is_opening,
        "hours",
        "days, times or purpose have another form",
    )?;
    all(
        &office.closed,
        |day| day.date.time.is_none(),
        "closed",
        "a day has a time",
    )
}

fn is_number(text: &str) -> bool {
    (3..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b" +()./-".contains(&b))
}

/// Something, one @, something, without white space.
fn is_mailbox(text: &str) -> bool {
    let parts = text.split_once('@');
    text.chars().count() <= 254
        && !text.contains(char::is_whitespace)
        && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

fn is_opening(hours: &Hours) -> bool {
    let in_week = hours.days.iter().all(|day| (1..=7).contains(day));
    let ascending = hours.days.windows(2).all(|pair| pair[0] < pair[1]);
    let times = is_time(&hours.from) && (is_time(&hours.to) || &*hours.to == "24:00") && hours.from < hours.to;
    in_week && ascending && !hours.days.is_empty() && times && is_purpose(&hours.r#for)
}

/// True for 00:00 to 23:59.
fn is_time(text: &str) -> bool {
    match text.as_bytes() {
        [h @ b'0'..=b'2', i @ b'0'..=b'9', b':', b'0'..=b'5', b'0'..=b'9'] => *h < b'2' || *i < b'4',
        _ => false,
    }
}

fn placement(placement: &Placement) -> Result<(), Malformed> {
    require(is_code(&placement.on), "on", "is not a code")?;
    require(
        !(placement.pin && placement.hide),
        "pin",
        "a placement both pins and hides",
    )
}

fn site(site: &Site) -> Result<(), Malformed> {
    require(is_code(&site.code), "code", "is not a code")?;
    require(!site.langs.is_empty(), "langs", "is empty")?;
    all(&site.langs, is_language, "langs", "one names no language")?;
    distinct(&site.langs, "langs", "one stands twice")?;
    require(
        site.country.as_deref().is_none_or(is_country),
        "country",
        "is not two letters",
    )?;
    require(
        site.kind.as_deref().is_none_or(|kind| SITES.contains(&kind)),
        "kind",
        "is not known",
    )?;
    require(site.zone.as_deref().is_none_or(is_zone), "zone", "is no zone")?;
    all(&site.hosts, |host| is_host(host), "hosts", "one is no host name")?;
    distinct(&site.hosts, "hosts", "one stands twice")?;
    distinct(&site.menu, "menu", "a section stands twice")
}

fn is_host(text: &str) -> bool {
    let (name, port) = text
        .split_once(':')
        .map_or((text, None), |(name, port)| (name, Some(port)));
    let digits = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
        && port.is_none_or(digits)
}

/// Fields that every type may have.
fn always(facts: &Facts) -> Result<(), Malformed> {
    facts.assets.iter().try_for_each(asset)?;
    facts.capture.as_deref().map_or(Ok(()), capture)?;
    all(
        &facts.delegate,
        |d| is_language(&d.lang) && is_code(&d.mission),
        "delegate",
        "one names no language or no mission",
    )?;
    distinct(
        facts.delegate.iter().map(|d| d.lang),
        "delegate",
        "a language stands twice",
    )?;
    form::notice(&facts.notice)?;
    all(
        &facts.old,
        |old| is_web(old) && !old.contains('#'),
        "old",
        "one is no address of the web without fragment",
    )?;
    distinct(&facts.old, "old", "an address stands twice")
}

fn asset(asset: &Asset) -> Result<(), Malformed> {
    let picture = &*asset.kind == "picture";
    require(picture || &*asset.kind == "file", "assets", "a kind is not known")?;
    require(!asset.forms.is_empty(), "assets", "one has no form")?;
    asset.forms.iter().try_for_each(|form| {
        let sides = [form.height, form.width];
        let sized = sides.iter().all(|side| side.is_some_and(|side| side >= 1));
        let fits = if picture { sized } else { sides == [None, None] };
        require(fits, "assets", "height and width stand in pictures, and only there")?;
        require((1..=MAX_ASSET).contains(&form.size), "assets", "a size is out of range")?;
        require(is_line(&form.media, 100), "assets", "a media type has another form")
    })
}

fn capture(capture: &Capture) -> Result<(), Malformed> {
    let place = "capture";
    require(
        capture.captured.as_deref().is_none_or(form::is_instant),
        place,
        "`captured` is no instant",
    )?;
    require(
        is_line(&capture.importer, 100),
        place,
        "`importer` is no line of at most 100 characters",
    )?;
    require(
        is_line(&capture.key, 2048),
        place,
        "`key` is no line of at most 2,048 characters",
    )?;
    require(is_line(&capture.media, 100), place, "`media` has another form")?;
    require(
        capture.url.as_deref().is_none_or(is_web),
        place,
        "`url` is no address of the web",
    )
}

/// Fields of texts, people and offices.
fn common(facts: &Facts) -> Result<(), Malformed> {
    let has = !facts.carry.is_empty()
        || !facts.countries.is_empty()
        || facts.date.is_some()
        || !facts.people.is_empty()
        || facts.place.is_some()
        || !facts.topics.is_empty();
    let may = matches!(facts.kind, Kind::Text(_) | Kind::Person(_) | Kind::Office(_));
    require(
        may || !has,
        facts.kind.word(),
        "has a field that only texts, people and offices have",
    )?;
    facts.carry.iter().try_for_each(carry)?;
    all(
        &facts.countries,
        |code| is_country(code),
        "countries",
        "one is not two letters",
    )?;
    distinct(&facts.countries, "countries", "one stands twice")?;
    facts.date.as_ref().map_or(Ok(()), date)?;
    all(
        &facts.people,
        |p| PARTS.contains(&&*p.part),
        "people",
        "a part is not known",
    )?;
    let people = facts.people.iter().filter_map(|p| p.country.as_deref());
    let place = facts.place.iter().filter_map(|p| p.country.as_deref());
    require(people.chain(place).all(is_country), "country", "is not two letters")?;
    distinct(&facts.topics, "topics", "one stands twice")
}

fn carry(rule: &super::Carry) -> Result<(), Malformed> {
    let empty = rule.countries.is_empty() && rule.langs.is_empty() && rule.sites.is_empty() && rule.topics.is_empty();
    require(!empty, "carry", "a rule has no condition")?;
    all(
        &rule.countries,
        |code| is_country(code),
        "carry",
        "a country is not two letters",
    )?;
    all(&rule.langs, is_language, "carry", "a tag names no language")?;
    let every = rule.sites.iter().any(|site| &**site == "*");
    let codes = rule.sites.iter().all(|site| is_code(site));
    require(
        if every { rule.sites.len() == 1 } else { codes },
        "carry",
        "`sites` holds codes, or `*` alone",
    )?;
    distinct(&rule.countries, "carry", "a country stands twice")?;
    distinct(&rule.langs, "carry", "a language stands twice")?;
    distinct(&rule.sites, "carry", "a site stands twice")?;
    distinct(&rule.topics, "carry", "a topic stands twice")
}

fn date(date: &Dated) -> Result<(), Malformed> {
    require(
        date.local.time.is_none() || date.offset.is_some(),
        "date",
        "a time has no offset",
    )?;
    require(date.zone.as_deref().is_none_or(is_zone), "date", "`zone` is no zone")?;
    let known = date
        .assumed
        .iter()
        .all(|what| matches!(&**what, "date" | "time" | "zone"));
    require(known, "date", "`assumed` has an unknown word")?;
    distinct(&date.assumed, "date", "`assumed` names something twice")
}

/// Local ids have their form, and each is given once.
fn local_ids(facts: &Facts) -> Result<(), Malformed> {
    let mut ids: Vec<&str> = facts.assets.iter().map(|asset| &*asset.n).collect();
    ids.extend(facts.people.iter().map(|person| &*person.n));
    ids.extend(facts.place.iter().map(|place| &*place.n));
    match &facts.kind {
        Kind::Person(person) => ids.extend(person.appointments.iter().map(|a| &*a.n)),
        Kind::Office(office) => ids.extend(office.closed.iter().map(|day| &*day.n)),
        Kind::Family { countries, .. } => ids.extend(countries.iter().map(|country| &*country.n)),
        _ => {}
    }
    require(
        ids.iter().all(|n| is_local_id(n)),
        "n",
        "is not a letter and a number from 1",
    )?;
    distinct(ids, "n", "a local id is given twice")
}

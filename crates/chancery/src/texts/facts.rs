//! Facts as a person writes them become facts of the record: slugs become ids, zones become offsets.

use super::Names;
use import::{
    mapping::ROLES,
    text::{CarryForm, ClosedForm, DocumentType, FactsForm},
};
use record::{
    date::{Local, Month, Offset},
    facts::{
        Appointment, Carry, Closed, Dated, Facts, Hours, Kind, Office, Participant, Person, Place, Placement, Section,
        Site, Topic, is_reserved_section, is_slug,
    },
    id::DocumentId,
    register::Register,
};
use std::collections::HashMap;

/// So many sites are named to whoever names none.
const MOST_SITES: usize = 20;

/// Why facts are refused, and what to do where the words do not say it.
pub(super) struct Refused {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub cure: Option<String>,
    /// The key of the facts that is wrong, where it is one.
    pub key: Option<&'static str>,
}

impl Refused {
    /// What is wrong stands at this key.
    fn at(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }
}

impl From<String> for Refused {
    fn from(what: String) -> Self {
        Self {
            what,
            cure: None,
            key: None,
        }
    }
}

impl From<&str> for Refused {
    fn from(what: &str) -> Self {
        what.to_owned().into()
    }
}

/// What names mean: the register, and the documents of the same call.
pub(super) struct Known<'a> {
    /// The record.
    pub register: &'a Register,
    /// Names of texts.
    pub names: &'a Names,
    /// Sections of this call by site and slug.
    pub sections: HashMap<(String, String), DocumentId>,
    /// Topics of this call by site ("" for shared) and slug.
    pub topics: HashMap<(String, String), DocumentId>,
    /// People of this call by slug.
    pub people: HashMap<String, DocumentId>,
    /// Zones of sites of this call by code.
    pub zones: HashMap<String, Option<String>>,
}

impl<'a> Known<'a> {
    /// What is known when these documents are published together.
    pub(super) fn new<'b>(
        register: &'a Register,
        names: &'a Names,
        group: impl Iterator<Item = (DocumentId, &'b FactsForm)>,
    ) -> Self {
        let mut known = Self {
            register,
            names,
            sections: HashMap::new(),
            topics: HashMap::new(),
            people: HashMap::new(),
            zones: HashMap::new(),
        };
        group.for_each(|(id, form)| known.add(id, form));
        known
    }

    fn add(&mut self, id: DocumentId, form: &FactsForm) {
        let site = form.site.clone().unwrap_or_default();
        let slug = form.slug.clone().unwrap_or_default();
        match form.kind {
            DocumentType::Section => drop(self.sections.insert((site, slug), id)),
            DocumentType::Topic => drop(self.topics.insert((site, slug), id)),
            DocumentType::Person => drop(self.people.insert(slug, id)),
            DocumentType::Site => drop(
                self.zones
                    .insert(form.code.clone().unwrap_or_default(), form.zone.clone()),
            ),
            _ => {}
        }
    }

    fn section(&self, site: &str, slug: &str) -> Result<DocumentId, Refused> {
        let here = self.sections.get(&(site.to_owned(), slug.to_owned())).copied();
        let on_record = || {
            let no = self.register.section_by_slug(self.register.site_by_code(site)?, slug)?;
            Some(self.register.document(no).id)
        };
        here.or_else(on_record).ok_or_else(|| self.no_section(site, slug))
    }

    /// The sections that there are may show a slip of the pen, and the file that is missing is shown whole.
    fn no_section(&self, site: &str, slug: &str) -> Refused {
        let has = self.sections_of(site).unwrap_or_else(|| "none yet".to_owned());
        Refused {
            what: format!("site `{site}` has no section `{slug}`; it has {has}"),
            cure: (is_slug(slug) && !is_reserved_section(slug)).then(|| new_section(site, slug)),
            key: Some("section"),
        }
    }

    /// The slugs of a site's sections; `None` where it has none.
    fn sections_of(&self, site: &str) -> Option<String> {
        let on_record = self.register.site_by_code(site).into_iter();
        let on_record = on_record.flat_map(|no| self.register.sections(no));
        let mut all: Vec<&str> = on_record
            .filter_map(|no| Some(&*self.register.section(no)?.slug))
            .collect();
        let here = self.sections.keys().filter(|(of, _)| of == site);
        all.extend(here.map(|(_, slug)| slug.as_str()));
        all.sort_unstable();
        all.dedup();
        (!all.is_empty()).then(|| all.join(", "))
    }

    fn topic(&self, site: &str, slug: &str) -> Result<DocumentId, Refused> {
        let here = |site: &str| self.topics.get(&(site.to_owned(), slug.to_owned())).copied();
        let on_record = || {
            let no = self.register.topic_by_slug(self.register.site_by_code(site)?, slug)?;
            Some(self.register.document(no).id)
        };
        here(site)
            .or_else(|| here(""))
            .or_else(on_record)
            .ok_or_else(|| named("topic", slug, None).at("topics"))
    }

    fn person(&self, site: &str, slug: &str) -> Result<DocumentId, Refused> {
        let on_record = || self.register.any_person(slug).map(|no| self.register.document(no).id);
        self.people
            .get(slug)
            .copied()
            .or_else(on_record)
            .ok_or_else(|| named("person", slug, Some(site)).at("people"))
    }

    /// The zone of a site.
    pub(super) fn zone(&self, site: &str) -> Option<String> {
        let on_record = || {
            let no = self.register.site_by_code(site)?;
            self.register.site(no)?.zone.as_deref().map(str::to_owned)
        };
        self.zones.get(site).cloned().flatten().or_else(on_record)
    }

    /// The document that a text means by a name or an id.
    pub(super) fn document(&self, from: &str, name: &str) -> Option<DocumentId> {
        self.names
            .find(from, name)
            .or_else(|| name.parse().ok().filter(|id| self.register.by_id(*id).is_some()))
    }

    /// Facts of a form; `from` is the name of the text, `month` that of the document if it is on record.
    pub(super) fn facts(
        &self,
        from: &str,
        form: &FactsForm,
        month: Option<Month>,
        now: Month,
    ) -> Result<Facts, Refused> {
        let site = form.site.as_deref().unwrap_or_default();
        self.check_place(site, form)?;
        let date = form
            .date
            .map(|local| self.dated(site, local, form.zone.as_deref()))
            .transpose()?;
        let is_text = form.kind.text().is_some();
        let first_month = date.as_ref().map_or(now, |dated| dated.local.month());
        let section = form
            .section
            .as_deref()
            .map(|slug| self.section(site, slug))
            .transpose()?;
        let ids = |slugs: &[String]| {
            slugs
                .iter()
                .map(|slug| self.topic(site, slug))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Facts {
            site: form
                .site
                .as_deref()
                .filter(|_| form.kind != DocumentType::Placement)
                .map(Into::into),
            section,
            date,
            month: is_text.then(|| month.unwrap_or(first_month)),
            topics: ids(&form.topics)?,
            countries: boxed(&form.countries),
            people: self.participants(form)?,
            place: form.place.as_ref().map(|p| Place {
                country: p.country.as_deref().map(Into::into),
                n: p.n.as_str().into(),
            }),
            carry: form
                .carry
                .iter()
                .map(|rule| self.carry(site, rule).map_err(|refused| refused.at("carry")))
                .collect::<Result<_, _>>()?,
            delegate: form.delegate.clone(),
            old: boxed(&form.old),
            ..Facts::new(self.kind(from, form)?)
        })
    }

    /// A text stands in a section of a site, and names both.
    fn check_place(&self, site: &str, form: &FactsForm) -> Result<(), Refused> {
        let is_text = form.kind.text().is_some();
        let refused = |what: String, cure: String| {
            Err(Refused {
                what,
                cure: Some(cure),
                key: None,
            })
        };
        match (site, form.section.as_deref()) {
            ("", section) if is_text || section.is_some() => refused(
                "`site` is missing: the code of the site that issues the text".to_owned(),
                self.sites(),
            ),
            ("", _) => Ok(()),
            _ if self.register.site_by_code(site).is_none() && !self.zones.contains_key(site) => {
                refused(format!("there is no site `{site}`"), self.sites())
                    .map_err(|refused: Refused| refused.at("site"))
            }
            (_, None) if is_text => {
                let has = self.sections_of(site);
                let has = has.map_or_else(|| new_section(site, "news"), |has| format!("site `{site}` has {has}"));
                refused(
                    "`section` is missing: the slug of a section of the site".to_owned(),
                    has,
                )
            }
            _ => Ok(()),
        }
    }

    fn sites(&self) -> String {
        let on_record = self.register.sites().iter();
        let on_record = on_record.filter_map(|no| Some(&*self.register.site(*no)?.code));
        let mut all: Vec<&str> = on_record.chain(self.zones.keys().map(String::as_str)).collect();
        all.sort_unstable();
        all.dedup();
        if all.len() > MOST_SITES {
            return format!("there are {} sites; the code of one stands in its addresses", all.len());
        }
        match all.as_slice() {
            [] => "there is no site yet; `chancery site add` makes one".to_owned(),
            all => format!("the codes of the sites are {}", all.join(", ")),
        }
    }

    fn dated(&self, site: &str, local: Local, zone: Option<&str>) -> Result<Dated, String> {
        let zone = zone.map(str::to_owned).or_else(|| self.zone(site));
        let offset = zone.as_deref().map(|zone| offset(local, zone)).transpose()?;
        let offset = offset.or_else(|| local.time.map(|_| Offset(0)));
        Ok(Dated {
            assumed: Vec::new(),
            local,
            offset,
            zone: zone.map(Into::into),
        })
    }

    fn participants(&self, form: &FactsForm) -> Result<Vec<Participant>, Refused> {
        let site = form.site.as_deref().unwrap_or_default();
        let one = |p: &import::text::ParticipantForm| {
            Ok(Participant {
                country: p.country.as_deref().map(Into::into),
                n: p.n.as_str().into(),
                part: p.part.word().into(),
                person: p.person.as_deref().map(|slug| self.person(site, slug)).transpose()?,
            })
        };
        form.people.iter().map(one).collect()
    }

    fn carry(&self, site: &str, rule: &CarryForm) -> Result<Carry, Refused> {
        Ok(Carry {
            countries: boxed(&rule.countries),
            langs: rule.langs.clone(),
            mode: rule.mode,
            sites: boxed(&rule.sites),
            topics: rule
                .topics
                .iter()
                .map(|slug| self.topic(site, slug))
                .collect::<Result<_, _>>()?,
        })
    }

    fn kind(&self, from: &str, form: &FactsForm) -> Result<Kind, Refused> {
        let slug = || form.slug.as_deref().map(Into::into).ok_or("`slug` is missing");
        Ok(match form.kind {
            DocumentType::Person => Kind::Person(Box::new(Person {
                slug: slug()?,
                appointments: appointments(form),
            })),
            DocumentType::Office => Kind::Office(Box::new(self.office(form))),
            DocumentType::Topic => Kind::Topic(Topic {
                slug: slug()?,
                closed: matches!(form.closed, ClosedForm::Topic(true)),
            }),
            DocumentType::Placement => self.placement(from, form)?,
            DocumentType::Section => Kind::Section(Section {
                slug: slug()?,
                role: form.role.as_deref().ok_or("`role` is missing")?.into(),
                show: form.show.ok_or("`show` is missing")?,
            }),
            DocumentType::Site => Kind::Site(Box::new(self.site(form)?)),
            other => Kind::Text(other.text().ok_or("unknown type")?),
        })
    }

    fn placement(&self, from: &str, form: &FactsForm) -> Result<Kind, String> {
        let of = form.of.as_deref().ok_or("`of` is missing")?;
        Ok(Kind::Placement(Placement {
            of: self
                .document(from, of)
                .ok_or_else(|| format!("there is no document `{of}`"))?,
            on: form.on.as_deref().ok_or("`on` is missing")?.into(),
            pin: form.pin,
            hide: form.hide,
        }))
    }

    fn office(&self, form: &FactsForm) -> Office {
        let zone = form
            .zone
            .clone()
            .or_else(|| self.zone(form.site.as_deref().unwrap_or_default()));
        let closed = match &form.closed {
            ClosedForm::Days(days) => days
                .iter()
                .map(|d| Closed {
                    date: d.date,
                    n: d.n.as_str().into(),
                })
                .collect(),
            ClosedForm::Topic(_) => Vec::new(),
        };
        Office {
            country: form.country.as_deref().map(Into::into),
            phones: form.phones.clone(),
            emails: form.emails.clone(),
            hours: form.hours.iter().map(in_order).collect(),
            closed,
            zone: zone.map(Into::into),
        }
    }

    fn site(&self, form: &FactsForm) -> Result<Site, Refused> {
        let code = form.code.as_deref().ok_or("`code` is missing")?;
        Ok(Site {
            code: code.into(),
            kind: form.site_kind.as_deref().map(Into::into),
            country: form.country.as_deref().map(Into::into),
            hosts: boxed(&form.hosts),
            langs: form.langs.clone(),
            menu: form
                .menu
                .iter()
                .map(|slug| self.section(code, slug).map_err(|refused| refused.at("menu")))
                .collect::<Result<_, _>>()?,
            zone: form.zone.as_deref().map(Into::into),
        })
    }
}

/// The file that makes a section. Of a slug that is no standard role nobody can guess the role.
fn new_section(site: &str, slug: &str) -> String {
    let (role, name) = if ROLES.contains(&slug) {
        (slug, "gives it a name where that of its role will not do")
    } else {
        ("other", "gives it its name")
    };
    format!(
        "a file makes a section, published before its texts or together with them; {slug}.toml could hold\n          \
         type = \"section\"\n          site = \"{site}\"\n          slug = \"{slug}\"\n          \
         role = \"{role}\"\n          show = \"list\"\n      \
         {slug}.LANG.md beside it {name}; docs/texts.md lists all roles"
    )
}

/// A topic, which all sites share, or a person of a site that is not there.
fn named(what: &str, slug: &str, site: Option<&str>) -> Refused {
    let site = site.map_or_else(String::new, |site| format!("`site = \"{site}\"`, "));
    Refused {
        key: None,
        what: format!("there is no {what} `{slug}`"),
        cure: is_slug(slug).then(|| {
            format!(
                "a file {slug}.toml with `type = \"{what}\"`, {site}`slug = \"{slug}\"` makes one, and {slug}.LANG.md beside it its name; \
                 both may be published together with the text"
            )
        }),
    }
}

fn boxed(texts: &[String]) -> Vec<Box<str>> {
    texts.iter().map(|text| text.as_str().into()).collect()
}

/// Days of the week may be given in any order; the record has them from Monday on.
fn in_order(hours: &Hours) -> Hours {
    let mut days = hours.days.clone();
    days.sort_unstable();
    days.dedup();
    Hours { days, ..hours.clone() }
}

fn appointments(form: &FactsForm) -> Vec<Appointment> {
    let one = |a: &import::text::AppointmentForm| Appointment {
        from: a.from.map(|d| d.to_string().into()),
        mission: a.mission.as_deref().map(Into::into),
        n: a.n.as_str().into(),
        role: a.role.word().into(),
        to: a.to.map(|d| d.to_string().into()),
    };
    form.appointments.iter().map(one).collect()
}

/// The offset of a zone at a local time; of two at the end of summer time the earlier moment counts.
pub(super) fn offset(local: Local, zone: &str) -> Result<Offset, String> {
    let zone = jiff::tz::TimeZone::get(zone).map_err(|_| format!("`{zone}` is no IANA time zone"))?;
    let zoned = local
        .datetime()
        .to_zoned_datetime(zone)
        .map_err(|error| error.to_string())?;
    let minutes = zoned.offset().seconds() / 60;
    i16::try_from(minutes).map(Offset).map_err(|error| error.to_string())
}

//! Where links lead.

use super::Builder;
use crate::{markdown::attributes, problem::shown};
use pulldown_cmark::LinkType;
use record::body::Target;

impl Builder<'_, '_, '_> {
    pub(super) fn target(&mut self, kind: LinkType, address: &str, title: &str, at: usize) -> Option<Target> {
        if !title.is_empty() {
            self.add(at, "a link has no title: leave out what stands in quotation marks");
        }
        if kind == LinkType::Email {
            return Target::href(&format!("mailto:{address}"));
        }
        let found = match address.strip_prefix("doc:") {
            Some(name) => return self.document(name, at),
            None => href(address),
        };
        if found.is_none() {
            let message = format!(
                "`{}` is no address for a link: write https://…, http://…, mailto:…, tel:… or doc:name",
                shown(address)
            );
            self.add(at, message);
        }
        found
    }

    fn document(&mut self, name: &str, at: usize) -> Option<Target> {
        let (name, passage) = name.split_once('#').map_or((name, None), |(n, p)| (n, Some(p)));
        let found = (self.reader.resolve)(name);
        if found.is_none() {
            let message = format!(
                "no document `{}`: write its name in this folder, or its id",
                shown(name)
            );
            self.add(at, message);
        }
        let block = passage.map(attributes::number);
        if block == Some(None) {
            self.add(
                at,
                "behind `#` stands the id of a block, `b` and a number, such as doc:name#b3",
            );
        }
        found.map(|id| Target::Document {
            id,
            block: block.flatten(),
        })
    }
}

/// An address with its scheme in small letters, if a link may lead there.
fn href(address: &str) -> Option<Target> {
    let (scheme, rest) = address.split_once(':')?;
    Target::href(&format!("{}:{rest}", scheme.to_ascii_lowercase()))
}

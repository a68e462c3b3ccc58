//! Texts that were downloaded from a site say which document they are.

use super::{Document, Names, tell};
use crate::output::{Done, Failure};
use import::problem::Problem;
use record::register::Register;

/// Lets a name be the document that its downloaded texts state, which must be on record.
pub fn adopt(names: &mut Names, register: &Register, name: &str, document: &Document) -> Done {
    for (file, text) in &document.words {
        let Some(download) = &text.download else { continue };
        let known = register.by_id(download.id).is_some();
        let adopted = if known {
            names.adopt(name, download.id)
        } else {
            Err(format!(
                "the text says that it is {}, which is not on record",
                download.id
            ))
        };
        adopted.map_err(|what| {
            Failure::usage(tell(&[(super::read::shown(file), Problem::new(1, what))])).hint(
                "leave out `id` and `version` to publish it as a text of its own, or download it again from its page",
            )
        })?;
    }
    Ok(())
}

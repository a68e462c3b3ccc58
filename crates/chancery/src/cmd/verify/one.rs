//! One file: a proof, with the data of its text beside it, or a currency file.

use super::Args;
use crate::{
    given,
    output::{Done, FINDINGS, Failure, say},
    verify::{currency, json, proof, trust::Trusted},
};
use std::path::Path;

pub(super) fn proof_or_currency(args: &Args, path: &Path, trusted: Option<Trusted>) -> Done {
    let trusted = trusted.ok_or_else(|| {
        Failure::usage("a proof needs a key that you trust")
            .hint("--key: the key of the log, the log.json of the record, or a data folder")
    })?;
    let trusted = match &args.policy {
        Some(policy) => trusted.with_policy(policy)?,
        None => trusted,
    };
    let trusted = trusted.with_keys_of_folder();
    let json = args.file.as_deref().map(read_json).transpose()?;
    let bytes = given::bytes(path, proof::MAX_PROOF.max(currency::MAX), "a proof")?;
    if currency::is_one(&bytes) {
        return one_currency(args, path, &bytes, &trusted);
    }
    match proof::check(&bytes, json.as_deref(), &trusted) {
        Ok(shown) if args.json => {
            say(json::proof(&args.subject, &shown));
            Ok(())
        }
        Ok(shown) => {
            shown.words().iter().for_each(say);
            Ok(())
        }
        Err(wrong) => {
            let file = args.file.as_deref().filter(|_| wrong.in_json).unwrap_or(path);
            if args.json {
                say(json::refused(&args.subject, &file.display().to_string(), &wrong.what));
            } else {
                say(format!("{}: {}", file.display(), wrong.what));
            }
            Err(Failure::new("nothing is proved").code(FINDINGS))
        }
    }
}

fn one_currency(args: &Args, path: &Path, bytes: &[u8], trusted: &Trusted) -> Done {
    match currency::check(bytes, trusted) {
        Ok(shown) if args.json => {
            say(json::currency(&args.subject, &shown));
            Ok(())
        }
        Ok(shown) => {
            shown.words.iter().for_each(say);
            Ok(())
        }
        Err(what) => {
            if args.json {
                say(json::refused(&args.subject, &path.display().to_string(), &what));
            } else {
                say(format!("{}: {what}", path.display()));
            }
            Err(Failure::new("nothing is proved").code(FINDINGS))
        }
    }
}

fn read_json(path: &Path) -> Done<Vec<u8>> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if matches!(ending, Some("txt" | "md" | "html" | "pdf")) {
        return Err(Failure::usage(format!(
            "{}: a proof is about the .json beside the page",
            path.display()
        ))
        .hint("the text as a page shows it is not what was signed; the .json holds it word for word"));
    }
    given::bytes(path, proof::MAX_JSON, "the .json of an edition")
}

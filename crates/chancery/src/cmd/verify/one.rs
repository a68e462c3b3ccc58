//! One file: a proof, with the data of its text beside it, or a currency file.

use super::Args;
use crate::{
    given,
    output::{Done, FINDINGS, Failure, note, say},
    verify::{currency, json, proof, trust::Trusted},
};
use record::proved;
use std::path::Path;

/// Checks the file that was named first, with the one that was named second where there is one.
pub(super) fn proof_or_currency(args: &Args, path: &Path, trusted: Option<Trusted>) -> Done {
    let bytes = given::bytes(path, proof::MAX_PROOF.max(currency::MAX), "a proof")?;
    let data = args.file.as_deref().map(read_data).transpose()?;
    let form = check_forms(args, path, &bytes, data.as_deref())?;
    let trusted = trusted.ok_or_else(|| {
        Failure::usage("a proof needs a key that you trust")
            .hint("--key: the key of the log, the log.json of the record, or a data folder")
    })?;
    let trusted = match &args.policy {
        Some(policy) => trusted.with_policy(policy)?,
        None => trusted,
    };
    let trusted = trusted.with_keys_of_folder();
    if form == Form::Currency {
        return one_currency(args, path, &bytes, &trusted);
    }
    let proof = proved::as_published(&bytes, "\n");
    let json = data.as_deref().map(|data| proved::as_published(data, ""));
    match proof::check(&proof, json.as_deref(), &trusted) {
        Ok(shown) => {
            if args.json {
                say(json::proof(&args.subject, &shown));
            } else {
                shown.words().iter().for_each(say);
            }
            tell_changed(path, proof != bytes);
            let file = args.file.as_deref();
            file.iter().for_each(|file| tell_changed(file, json != data));
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
    let published = proved::as_published(bytes, "");
    match currency::check(&published, trusted) {
        Ok(shown) => {
            if args.json {
                say(json::currency(&args.subject, &shown));
            } else {
                shown.words.iter().for_each(say);
            }
            tell_changed(path, published != bytes);
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

/// What a file says that it is. Whether that is true is another question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Empty,
    Proof,
    Currency,
    Data,
    Other,
}

impl Form {
    fn of(bytes: &[u8]) -> Self {
        let bytes = proved::as_published(bytes, "");
        let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        match bytes.as_slice() {
            [] => Self::Empty,
            bytes if bytes.starts_with(b"c2sp.org/tlog-proof@") => Self::Proof,
            bytes if currency::is_one(bytes) => Self::Currency,
            [b'{', ..] if holds(b"\"edition\"") => Self::Data,
            _ => Self::Other,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Empty => "an empty file",
            Self::Proof => "a proof",
            Self::Currency => "a currency file",
            Self::Data => "the data of a text",
            Self::Other => "neither a proof nor the data of a text, nor a currency file",
        }
    }
}

/// What is first is a proof or a currency file, and with a proof there may be the data of the text.
fn check_forms(args: &Args, path: &Path, bytes: &[u8], data: Option<&[u8]>) -> Done<Form> {
    let form = Form::of(bytes);
    let second = args.file.as_deref().zip(data.map(Form::of));
    let what = format!("{} is {}", path.display(), form.words());
    let usage = |file: &Path, other: Form| {
        let whole = format!("{what}, and {} is {}", file.display(), other.words());
        Failure::usage(whole)
    };
    match (form, second) {
        (Form::Proof, None | Some((_, Form::Data))) | (Form::Currency, None) => Ok(form),
        (Form::Data, Some((file, Form::Proof))) => {
            let turned = format!("chancery verify {} {} --key KEY", file.display(), path.display());
            Err(usage(file, Form::Proof).hint(format!("the proof comes first: {turned}")))
        }
        (Form::Data, None) => {
            Err(Failure::usage(what).hint("name its .proof before it, which stands beside the page too"))
        }
        (_, None) => Err(Failure::usage(what).hint(FORMS)),
        (Form::Currency, Some((file, other))) => Err(usage(file, other).hint("a currency file is checked alone")),
        (_, Some((file, other))) => Err(usage(file, other).hint(FORMS)),
    }
}

const FORMS: &str = "a proof begins with the line c2sp.org/tlog-proof@v1, the data of a text is the .json beside its page: \
                     chancery verify FILE.proof FILE.json --key KEY";

/// Programs of others refuse such a file, and nobody sees at it why.
fn tell_changed(path: &Path, is_changed: bool) {
    if is_changed {
        note(format!(
            "{}: was saved with other line ends than it was published with, and was read as it was published",
            path.display()
        ));
    }
}

fn read_data(path: &Path) -> Done<Vec<u8>> {
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

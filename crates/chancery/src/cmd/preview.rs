//! `chancery preview`: the exact pages, marked as preview; nothing is appended.

use super::{
    publish::{place, what},
    serve,
};
use crate::{
    clock,
    folder::Folder,
    output::{Done, note, say},
    preview::Draft,
    texts::{self, Mode},
};
use record::entry::Update;
use site::{frame::Frames, view::View};
use std::{path::PathBuf, sync::Arc};

/// Arguments of `preview`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Data folder
    pub folder: PathBuf,
    /// Folders of texts, or single files
    #[arg(required = true)]
    pub texts: Vec<PathBuf>,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8081")]
    pub listen: String,
}

/// Runs the command.
pub fn run(args: &Args) -> Done {
    let folder = Folder::open(&args.folder)?;
    let texts = texts::read_folder(&args.texts)?;
    // A preview shows new texts and new states of old ones alike.
    let mode = Mode::Correct {
        update: Update::Update,
        notice: Vec::new(),
        reinstate: false,
    };
    let draft = Draft::new(&folder, &texts, &mode, clock::now())?;
    let address = format!("http://{}", args.listen);
    show(&folder, &draft, &address)?;
    serve::draft(&folder, Arc::new(draft), &args.listen)
}

fn show(folder: &Folder, draft: &Draft, address: &str) -> Done {
    if draft.plan.is_empty() {
        note("the record says all of this already; the preview shows the sites as they are");
    }
    let theme = crate::theme::load(folder, true)?;
    let (bases, frames) = (folder.config.bases(address), Frames::new());
    let register = draft.register();
    let view = View {
        register,
        source: &draft.bytes,
        theme: &theme,
        bases: &bases,
        frames: &frames,
        carried: true,
    };
    for planned in &draft.plan {
        let path = place(&view, &planned.told);
        let path = if path.starts_with('/') {
            format!("{address}{path}")
        } else {
            path
        };
        let line = format!("{}\t{}\t{path}", planned.told.file, what(&planned.told));
        say(line.trim_end());
    }
    Ok(())
}

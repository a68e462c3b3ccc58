//! Blobs that come to a copy after the entries that name them. No journal holds them, so whoever keeps a list of what is
//! missing strikes them off only after [`sync_all`](crate::store::Disk::sync_all).

use std::io::{self, ErrorKind};

use crate::derive::blob_path;
use crate::hash::Hash;
use crate::store::{Disk, STATE};

/// Puts a blob into its place. One that is there stays as it is.
///
/// A crash leaves the blob whole or not at all, and may leave a file that recovery removes.
pub fn place(disk: &dyn Disk, name: Hash, bytes: &[u8]) -> io::Result<()> {
    let waiting = format!("{STATE}/tmp-blob");
    disk.remove(&waiting)?;
    disk.create(&waiting, bytes, true)?;
    disk.sync(&waiting)?;
    match disk.rename_new(&waiting, &blob_path(name)) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => disk.remove(&waiting),
        renamed => renamed,
    }
}

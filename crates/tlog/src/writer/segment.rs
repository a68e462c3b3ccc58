//! What a commit writes before it exists: big blobs, and a record in a segment of the journal.

use std::io::ErrorKind;

use super::Writer;
use crate::derive::{replace, waiting_path};
use crate::journal::{Blob, Record, segment_path};
use crate::store::{File, STATE, StoreError};

/// Length of the first segment of a writer, which often has little to write.
const FIRST_SEGMENT: usize = 256 << 10;
/// Each next one is four times as long, up to this; a longer record has a segment of its length.
const LONGEST_SEGMENT: usize = 16 << 20;
/// More files than this are synced by one `syncfs`.
const FEW_FILES: usize = 8;

/// A segment of the journal, and its length in bytes.
pub(super) struct Segment {
    /// Size of the log before its first record.
    pub(super) first: u64,
    pub(super) file: Box<dyn File>,
    pub(super) len: u64,
}

impl Writer {
    /// Makes big blobs durable under waiting names; they become public after the commit point.
    pub(super) fn write_big(&mut self, big: &[&Blob]) -> Result<(), StoreError> {
        for blob in big {
            let path = waiting_path(blob.name);
            let written = match self.disk.create(&path, &blob.bytes, true) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => replace(&*self.disk, &path, &blob.bytes),
                created => created,
            };
            if let Err(error) = written {
                self.remove_big(big);
                return Err(error.into());
            }
        }
        let synced = match big {
            [] => Ok(()),
            few if few.len() <= FEW_FILES => few
                .iter()
                .try_for_each(|blob| self.disk.sync(&waiting_path(blob.name)))
                .and_then(|()| self.disk.sync_folder(STATE)),
            _ => self.disk.sync_all(),
        };
        self.stop_on_error(synced.map_err(StoreError::from))
    }

    /// Best effort after a clean failure; recovery removes what remains.
    pub(super) fn remove_big(&self, big: &[&Blob]) {
        if self.stopped.is_none() {
            for blob in big {
                let _ = self.disk.remove(&waiting_path(blob.name));
            }
        }
    }

    /// Step 4. When this returns without error the batch exists.
    pub(super) fn append(&mut self, bytes: &[u8], record: &Record) -> Result<(), StoreError> {
        let offset = self.segment_for(bytes.len(), record.old_size)?;
        let written = match &self.segment {
            Some(segment) => segment.file.write_at(offset, bytes).and_then(|()| segment.file.sync()),
            None => Err(ErrorKind::NotFound.into()),
        };
        self.stop_on_error(written.map_err(StoreError::from))?;
        self.committed.last = offset;
        self.committed.offset = offset + bytes.len() as u64;
        self.committed.segment = self.segment.as_ref().map_or(record.new_size, |s| s.first);
        Ok(())
    }

    pub(super) fn fits(&self, len: usize) -> bool {
        let rest = self.segment.as_ref().map_or(0, |s| s.len - self.committed.offset);
        rest >= len as u64
    }

    pub(super) fn new_segment_len(&self, record: usize) -> usize {
        let last = self
            .segment
            .as_ref()
            .and_then(|segment| usize::try_from(segment.len).ok());
        let usual = last.map_or(FIRST_SEGMENT, |len| len.saturating_mul(4).min(LONGEST_SEGMENT));
        record.max(usual)
    }

    /// Position for a record of this length, in a new segment where the current one is too short.
    fn segment_for(&mut self, len: usize, first: u64) -> Result<u64, StoreError> {
        if self.fits(len) {
            return Ok(self.committed.offset);
        }
        let next = self.new_segment(self.new_segment_len(len), first)?;
        // Everything of the segments before is derived; they go once that is durable.
        self.old_segments
            .extend(self.segment.take().map(|segment| segment.first));
        self.segment = Some(next);
        let drained = self.drain();
        self.stop_on_error(drained)?;
        Ok(0)
    }

    /// Failing to create it is a clean failure; failing to sync it is not.
    fn new_segment(&mut self, len: usize, first: u64) -> Result<Segment, StoreError> {
        let path = segment_path(first);
        self.disk.remove(&path)?;
        self.disk.create(&path, &vec![0; len], false)?;
        let synced = self.disk.sync(&path).and_then(|()| self.disk.sync_folder(STATE));
        self.stop_on_error(synced.map_err(StoreError::from))?;
        let file = self.disk.open(&path, true)?.ok_or(ErrorKind::NotFound);
        let file = file.map_err(std::io::Error::from)?;
        Ok(Segment {
            first,
            file,
            len: len as u64,
        })
    }
}

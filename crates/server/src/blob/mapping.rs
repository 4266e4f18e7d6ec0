//! A file that is read in a folder of this machine. It is mapped once for all who read it, and
//! faulted in window by window on a thread that may wait for the disk, ahead of the writer. So the
//! bytes are copied once, by the kernel, into the socket, and a broken disk is an error and no
//! signal.

use super::pool::Buffer;
use super::store::{FRAME_BYTES, Object, frames, total_bytes};
use bytes::Bytes;
use memmap2::{Advice, Mmap, MmapOptions, UncheckedAdvice};
use rustix::io::{ReadWriteFlags, preadv2};
use std::fs::File;
use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Bytes that are faulted in at once: the window that is sent, and the one after it.
const WINDOW_BYTES: u64 = 4 << 20;
/// Bytes that are copied at once where nothing is mapped: they take memory until they are
/// sent, and a slow reader may take long.
const COPY_BYTES: u64 = 256 << 10;

/// An open file and, unless it is empty or cannot be, its mapping.
#[derive(Debug)]
pub(super) struct Mapping {
    file: File,
    map: Option<Mmap>,
    size_bytes: u64,
    /// Whether the kernel refused to fault pages in ahead: then bytes are copied.
    copies: AtomicBool,
    /// Whether the file belongs to this process's user. Of other files the kernel does not say
    /// what it has in memory (mincore(2)).
    is_own: bool,
}

impl Mapping {
    #[allow(unsafe_code)]
    pub(super) fn open(path: &Path) -> io::Result<Mapping> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let size_bytes = metadata.len();
        let map = if size_bytes == 0 {
            None
        } else {
            // SAFETY: a kept blob is never written or cut short again, only unlinked; and
            // pages are faulted in by madvise and read by the kernel for the socket, both
            // of which answer an error where the file is shorter than it was.
            unsafe { MmapOptions::new().map(&file) }.ok()
        };
        let copies = map.as_ref().is_none_or(|map| !can_populate(map));
        let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
        Ok(Mapping { file, map, size_bytes, copies: AtomicBool::new(copies), is_own })
    }

    /// Whether the kernel has the range in memory: to fault it in takes no wait for the disk.
    #[allow(unsafe_code)]
    fn is_cached(&self, map: &Mmap, range: &Range<u64>) -> bool {
        let page = rustix::param::page_size();
        let start = range.start as usize / page * page;
        let Some(part) = map.get(start..range.end as usize).filter(|_| self.is_own) else {
            return false;
        };
        let mut pages = vec![0_u8; part.len().div_ceil(page)];
        // SAFETY: the part begins at a page of a live mapping, whose bytes are not touched, and
        // there is a byte for each of its pages.
        let asked = unsafe {
            libc::mincore(part.as_ptr().cast_mut().cast(), part.len(), pages.as_mut_ptr())
        };
        asked == 0 && pages.iter().all(|page| page & 1 == 1)
    }

    /// Whether the range is in memory now; not where this kernel cannot do it.
    fn fault_in(&self, map: &Mmap, range: &Range<u64>) -> io::Result<bool> {
        if self.copies.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let (offset, len) = (range.start as usize, (range.end - range.start) as usize);
        match map.advise_range(Advice::PopulateRead, offset, len) {
            Ok(()) => Ok(true),
            Err(error) if error.raw_os_error() == Some(libc::EFAULT) => {
                Err(io::Error::other("the disk could not be read"))
            }
            // EINVAL before Linux 5.14; ENOMEM, EAGAIN and what else: copying may still work.
            Err(_) => {
                self.copies.store(true, Ordering::Relaxed);
                Ok(false)
            }
        }
    }

    fn slice(self: &Arc<Self>, range: Range<u64>) -> Bytes {
        Bytes::from_owner(Slice { mapping: Arc::clone(self), range })
    }

    fn copy(&self, range: Range<u64>) -> io::Result<Bytes> {
        let mut buffer = vec![0; (range.end - range.start) as usize];
        self.file.read_exact_at(&mut buffer, range.start)?;
        Ok(buffer.into())
    }
}

impl Object for Mapping {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }

    fn window_bytes(&self, is_first: bool) -> u64 {
        match (self.copies.load(Ordering::Relaxed), is_first) {
            (true, _) => COPY_BYTES,
            (false, true) => FRAME_BYTES,
            (false, false) => WINDOW_BYTES,
        }
    }

    fn window(self: Arc<Self>, range: Range<u64>) -> io::Result<Vec<Bytes>> {
        if range.end > self.size_bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match &self.map {
            Some(map) if self.fault_in(map, &range)? => {
                Ok(frames(range).map(|frame| self.slice(frame)).collect())
            }
            _ => frames(range).map(|frame| self.copy(frame)).collect(),
        }
    }

    fn window_at_once(self: Arc<Self>, range: Range<u64>) -> Option<Vec<Bytes>> {
        let map = self.map.as_ref()?;
        let is_here = self.is_cached(map, &range) && self.fault_in(map, &range).ok()?;
        is_here.then(|| frames(range).map(|frame| self.slice(frame)).collect())
    }

    /// A long film must not fill this process's share of memory; its pages stay in the kernel's
    /// cache.
    #[allow(unsafe_code)]
    fn release(&self, range: Range<u64>) {
        if let Some(map) = &self.map {
            let (offset, len) = (range.start as usize, (range.end - range.start) as usize);
            // SAFETY: the mapping is shared and never written, so that a page which is
            // touched again is read from the file again.
            let _ = unsafe { map.unchecked_advise_range(UncheckedAdvice::DontNeed, offset, len) };
        }
    }

    fn gather_at_once(&self, ranges: &[Range<u64>]) -> Option<Bytes> {
        let mut bytes = Buffer::new(total_bytes(ranges));
        let mut rest = bytes.as_mut_slice();
        for range in ranges {
            let (part, after) = rest.split_at_mut((range.end - range.start) as usize);
            let mut buffers = [IoSliceMut::new(part)];
            let read =
                preadv2(&self.file, &mut buffers, range.start, ReadWriteFlags::NOWAIT).ok()?;
            (read as u64 == range.end - range.start).then_some(())?;
            rest = after;
        }
        Some(bytes.into())
    }
}

/// Whether this kernel faults pages in when it is asked to (Linux 5.14); tried once.
fn can_populate(map: &Mmap) -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let tried = map.advise_range(Advice::PopulateRead, 0, 1);
        !tried.is_err_and(|error| error.raw_os_error() == Some(libc::EINVAL))
    })
}

/// A part of a mapping that keeps the whole alive.
struct Slice {
    mapping: Arc<Mapping>,
    range: Range<u64>,
}

impl AsRef<[u8]> for Slice {
    fn as_ref(&self) -> &[u8] {
        let range = self.range.start as usize..self.range.end as usize;
        self.mapping.map.as_deref().and_then(|map| map.get(range)).unwrap_or_default()
    }
}
